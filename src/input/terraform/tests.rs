//! Plans as Terraform prints them, and what is said of what is none.

mod types;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::plan_file::read;
use super::read_terraform_plan;
use crate::input::InputErrorKind;
use crate::model::{PlannedChanges, PlannedKind, Removal};

fn fixture(name: &str) -> Vec<u8> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/terraform");
    std::fs::read(format!("{directory}/{name}.json")).unwrap()
}

fn plan(name: &str) -> (PlannedChanges, Vec<String>) {
    read(&fixture(name), "plan.json").unwrap()
}

/// Writes the planned prefixes as `KIND PREFIX of ADDRESS in NETWORK`, sorted.
fn brief(plan: &PlannedChanges) -> Vec<String> {
    let line = |p: &crate::model::PlannedPrefix| {
        let kind = if p.kind == PlannedKind::Network { "block" } else { "subnet" };
        format!("{kind} {} of {} in {}", p.prefix, p.address, p.network.as_deref().unwrap_or("-"))
    };
    let mut lines: Vec<_> = plan.prefixes.iter().map(line).collect();
    lines.sort();
    lines
}

/// Writes what is not known as `ADDRESS ATTRIBUTE`.
fn unknown(plan: &PlannedChanges) -> Vec<String> {
    plan.unknown.iter().map(|unknown| format!("{} {}", unknown.address, unknown.attribute)).collect()
}

fn found(plan: &PlannedChanges, address: &str) -> crate::model::PlannedPrefix {
    plan.prefixes.iter().find(|planned| planned.address == address).unwrap().clone()
}

/// Makes a plan of these changes.
fn of(changes: &Value) -> Value {
    json!({"format_version": "1.2", "planned_values": {}, "resource_changes": changes, "errored": false})
}

fn creation(address: &str, after: &Value) -> Value {
    let of = address.split('.').next();
    let change = json!({"actions": ["create"], "before": null, "after": after, "after_unknown": {}});
    json!({"address": address, "mode": "managed", "type": of, "change": change})
}

fn error(bytes: impl AsRef<[u8]>) -> String {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("plan.json");
    std::fs::write(&path, bytes).unwrap();
    let said = read_terraform_plan(&path).unwrap_err().diagnostic.to_line();
    said.replace(&format!("{}/", directory.path().display()), "")
}

#[test]
fn new_prefixes_belong_to_the_networks_that_the_configuration_refers_to() {
    let (plan, warnings) = plan("aws-create");
    let expected = [
        "block 10.0.0.0/16 of aws_vpc.main in aws_vpc.main",
        r#"block 10.1.0.0/16 of module.net["a"].aws_vpc.this[0] in module.net["a"].aws_vpc.this[0]"#,
        r#"block 10.1.0.0/16 of module.net["b"].aws_vpc.this[0] in module.net["b"].aws_vpc.this[0]"#,
        "block 100.64.0.0/16 of aws_vpc_ipv4_cidr_block_association.extra in aws_vpc.main",
        "subnet 10.0.0.0/24 of aws_subnet.a[0] in aws_vpc.main",
        "subnet 10.0.1.0/24 of aws_subnet.a[1] in aws_vpc.main",
        "subnet 10.0.2.0/24 of aws_subnet.by_local in aws_vpc.main",
        r#"subnet 10.1.0.0/24 of module.net["a"].aws_subnet.this["x.y"] in module.net["a"].aws_vpc.this[0]"#,
        r#"subnet 10.1.0.0/24 of module.net["b"].aws_subnet.this["x.y"] in module.net["b"].aws_vpc.this[0]"#,
        r#"subnet 10.1.1.0/24 of module.apps["a"].aws_subnet.app in module.net["a"].aws_vpc.this[0]"#,
        r#"subnet 10.1.1.0/24 of module.apps["b"].aws_subnet.app in module.net["b"].aws_vpc.this[0]"#,
        r#"subnet 10.1.9.0/24 of aws_subnet.by_output in module.net["b"].aws_vpc.this[0]"#,
        "subnet 10.99.0.0/24 of aws_subnet.nowhere in -",
        "subnet 100.64.1.0/24 of aws_subnet.extra in aws_vpc.main",
        "subnet 172.16.1.0/24 of aws_subnet.existing in vpc-0aaaaaaaaaaaaaaa1",
    ];
    assert_eq!(brief(&plan), expected);
    assert_eq!(unknown(&plan), Vec::<String>::new(), "what Amazon gives is unique");
    assert_eq!((plan.removed, warnings), (Vec::new(), Vec::new()));
}

#[test]
fn a_planned_prefix_has_the_name_and_region_of_its_resource() {
    let main = found(&plan("aws-create").0, "aws_vpc.main");
    assert_eq!((main.name.as_deref(), main.region.as_deref()), (Some("main"), Some("eu-central-1")));
    assert_eq!(main.provider, Some(crate::model::Provider::Aws));
    let app = found(&plan("azure").0, "azurerm_subnet.app");
    assert_eq!(
        (app.name.as_deref(), app.region.as_deref()),
        (Some("app"), Some("westeurope")),
        "of its network"
    );
    assert_eq!(app.provider, Some(crate::model::Provider::Azure));
}

#[test]
fn changes_add_what_is_new_and_remove_what_goes() {
    let (plan, _) = plan("aws-change");
    let vpc = |n: u8| format!("vpc-0bbbbbbbbbbbbbbb{n}");
    let subnet = |n: u8| Removal::Subnet(format!("subnet-0ccccccccccccccc{n}"));
    let expected = [
        "block 10.20.0.0/16 of aws_vpc.moved in aws_vpc.moved".to_owned(),
        format!("block 2001:db8:500::/56 of aws_vpc.wider in {}", vpc(5)),
        format!("block 2001:db8:600::/56 of aws_vpc_ipv6_cidr_block_association.more in {}", vpc(6)),
        "subnet 10.20.1.0/24 of aws_subnet.moved in aws_vpc.moved".to_owned(),
        format!("subnet 10.5.1.0/24 of aws_subnet.wider in {}", vpc(5)),
        format!("subnet 10.5.2.0/24 of aws_subnet.beside in {}", vpc(5)),
        format!("subnet 2001:db8:500::/64 of aws_subnet.wider in {}", vpc(5)),
    ];
    assert_eq!(brief(&plan), expected);
    let removed = [
        Removal::Network(vpc(2)),
        Removal::Network(vpc(3)),
        Removal::Network(vpc(8)),
        Removal::Network(vpc(9)),
        subnet(2),
        subnet(3),
        subnet(5),
        Removal::Block(vpc(1), "100.64.0.0/16".parse().unwrap()),
    ];
    assert_eq!(plan.removed, removed, "a forgotten network and a default one stay");
    assert_eq!(unknown(&plan), Vec::<String>::new());
}

#[test]
fn virtual_networks_are_known_by_the_end_of_their_id() {
    let (plan, warnings) = plan("azure");
    let vnet = |group: &str, name: &str| {
        format!("/resourceGroups/{group}/providers/Microsoft.Network/virtualNetworks/{name}")
    };
    let change = format!("/subscriptions/00000000-0000-0000-0000-000000000001{}", vnet("net", "change"));
    let later = "azurerm_virtual_network.named_later";
    let expected = [
        format!("block 10.0.0.0/16 of azurerm_virtual_network.hub in {}", vnet("net", "hub")),
        format!("block 10.1.0.0/16 of azurerm_virtual_network.hub in {}", vnet("net", "hub")),
        format!("block 10.2.0.0/16 of {later} in {later}"),
        format!("block 10.3.0.0/16 of azurerm_virtual_network.inline in {}", vnet("net", "inline")),
        format!("block 10.6.0.0/16 of azurerm_virtual_network.change in {change}"),
        format!("block 10.8.0.0/16 of azurerm_virtual_network.renamed in {}", vnet("net", "after")),
        format!("subnet 10.0.1.0/24 of azurerm_subnet.app in {}", vnet("net", "hub")),
        format!("subnet 10.0.9.0/24 of azurerm_subnet.version_two in {}", vnet("net", "hub")),
        format!("subnet 10.2.1.0/24 of azurerm_subnet.named_later in {later}"),
        format!("subnet 10.3.1.0/24 of azurerm_virtual_network.inline in {}", vnet("net", "inline")),
        format!("subnet 10.3.2.0/24 of azurerm_virtual_network.inline in {}", vnet("net", "inline")),
        format!("subnet 10.4.2.0/23 of azurerm_virtual_network.change in {change}"),
        format!("subnet 10.4.8.0/23 of azurerm_subnet.change in {change}"),
        format!("subnet 10.6.1.0/24 of azurerm_virtual_network.change in {change}"),
        format!("subnet 172.16.1.0/24 of azurerm_subnet.elsewhere in {}", vnet("legacy", "old")),
    ];
    assert_eq!(brief(&plan), expected);
    let gone = |name: &str| change.replace("virtualNetworks/change", &format!("virtualNetworks/{name}"));
    let subnet = |name: &str| Removal::Subnet(format!("{change}/subnets/{name}"));
    let removed = [
        Removal::Network(gone("before")),
        Removal::Network(gone("gone")),
        subnet("c"),
        subnet("drop"),
        subnet("grow"),
        subnet("old"),
        Removal::Block(change.clone(), "10.5.0.0/16".parse().unwrap()),
    ];
    assert_eq!(plan.removed, removed);
    assert_eq!(unknown(&plan), Vec::<String>::new());
    let masked = "plan.json: azurerm_virtual_network.hub: 10.1.0.9/16 in address_space has host bits set; read \
                  as 10.1.0.0/16";
    assert_eq!(warnings, [masked]);
}

#[test]
fn what_is_not_known_before_it_is_applied_is_named() {
    let (plan, warnings) = plan("unknown");
    let expected = [
        "aws_subnet.pool cidr_block",
        "aws_subnet.pool ipv6_cidr_block",
        "aws_vpc.pool cidr_block",
        "aws_vpc.pool ipv6_cidr_block",
        "aws_vpc.unmarked cidr_block",
        "aws_vpc_ipv4_cidr_block_association.pool cidr_block",
        "azurerm_subnet.kept address_prefixes",
        "azurerm_subnet.pool address_prefixes",
        "azurerm_virtual_network.inline address_prefixes",
        "azurerm_virtual_network.mixed address_space",
        "azurerm_virtual_network.pool address_space",
        r#"module.late.aws_vpc.this["*"] every attribute"#,
    ];
    assert_eq!(unknown(&plan), expected);
    let known: Vec<_> = plan.prefixes.iter().map(|planned| planned.prefix.to_string()).collect();
    assert_eq!(known, ["10.3.0.0/16", "10.2.0.0/16", "10.0.0.0/24"]);
    assert_eq!(plan.removed, [], "what is not known may well be what is there");
    assert_eq!(warnings, Vec::<String>::new());
}

#[test]
fn instances_of_a_network_are_told_apart_by_prefix_and_then_by_key() {
    let with = |vpcs: [(&str, &str); 2], subnet: &str| {
        let mut changes: Vec<_> = vpcs
            .iter()
            .map(|(index, cidr)| creation(&format!("aws_vpc.v[{index}]"), &json!({"cidr_block": cidr})))
            .collect();
        changes.push(creation("aws_subnet.s[1]", &json!({"cidr_block": subnet})));
        let mut document = of(&json!(changes));
        document["configuration"] = json!({"root_module": {"resources": [{
            "mode": "managed", "type": "aws_subnet", "name": "s",
            "expressions": {"vpc_id": {"references": ["aws_vpc.v", "count.index"]}},
        }]}});
        let (plan, _) = read(document.to_string().as_bytes(), "plan.json").unwrap();
        found(&plan, "aws_subnet.s[1]").network
    };
    let apart = [("0", "10.0.0.0/16"), ("1", "10.1.0.0/16")];
    assert_eq!(with(apart, "10.0.1.0/24").as_deref(), Some("aws_vpc.v[0]"));
    let alike = [("0", "10.0.0.0/16"), ("1", "10.0.0.0/16")];
    assert_eq!(with(alike, "10.0.1.0/24").as_deref(), Some("aws_vpc.v[1]"));
    let keyed = [("0", "10.0.0.0/16"), ("2", "10.0.0.0/16")];
    assert_eq!(with(keyed, "10.0.1.0/24"), None, "a guess would be worse");
}

#[test]
fn references_in_a_circle_come_to_an_end() {
    let mut document = of(&json!([creation("aws_subnet.s", &json!({"cidr_block": "10.0.0.0/24"}))]));
    let circle = json!({"vpc_id": {"references": ["aws_subnet.s.vpc_id", "aws_subnet.s"]}});
    document["configuration"] = json!({"root_module": {"resources": [
        {"mode": "managed", "type": "aws_subnet", "name": "s", "expressions": circle},
    ]}});
    let (plan, _) = read(document.to_string().as_bytes(), "plan.json").unwrap();
    assert_eq!(plan.prefixes[0].network, None);
}

#[test]
fn a_prefix_that_is_none_is_an_error_that_names_it() {
    let document = of(&json!([creation("aws_vpc.main", &json!({"cidr_block": "10.0.0.0"}))]));
    let said = "plan.json: aws_vpc.main: cidr_block: 10.0.0.0 is an address, not a prefix; did you mean 10.0.0.0/32? \
                (fix the configuration and plan again)";
    assert_eq!(error(document.to_string()), said);
    let inner = json!({"address_space": ["10.0.0.0/16"], "subnet": [{"address_prefixes": [7]}]});
    let said = error(of(&json!([creation("azurerm_virtual_network.v", &inner)])).to_string());
    assert!(
        said.contains("address_prefixes: `7` is not a prefix, such as 10.0.0.0/8 or 2001:db8::/32"),
        "{said}"
    );
}

#[test]
fn a_plan_that_leaves_something_out_says_so() {
    let mut document = of(&json!([]));
    document["complete"] = json!(false);
    let (plan, warnings) = read(document.to_string().as_bytes(), "plan.json").unwrap();
    assert_eq!(plan, PlannedChanges::default());
    assert!(warnings[0].starts_with("plan.json: the plan is not complete, as with `-target`"));
    document["errored"] = json!(true);
    assert!(error(document.to_string()).starts_with("plan.json is a partial plan"));
}

#[test]
fn a_plan_without_changes_and_one_of_an_old_terraform_are_plans() {
    for document in [
        json!({"format_version": "1.2", "planned_values": {"root_module": {}}, "complete": true}),
        json!({"format_version": "0.1", "planned_values": {}, "resource_changes": [], "configuration": {}}),
    ] {
        assert_eq!(
            read(document.to_string().as_bytes(), "x").unwrap(),
            (PlannedChanges::default(), Vec::new())
        );
    }
    let mut document = of(&json!([]));
    document["format_version"] = json!("2.0");
    assert!(error(document.to_string()).contains("has format version 2.0"));
}

#[test]
fn what_is_no_plan_is_recognised() {
    assert!(error(b"PK\x03\x04\x14").contains("run `terraform show -json plan.json > plan.json`"));
    let state = r#"{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":{}}}"#;
    let saved = r#"{"version": 4, "serial": 1, "lineage": "f", "outputs": {}, "resources": []}"#;
    for state in [state, saved, r#"{"format_version":"1.0"}"#] {
        assert!(
            error(state).contains(
                "it is a Terraform state, which describes what exists, and not a plan \
            (run `terraform plan -out"
            ),
            "{state}"
        );
    }
    let line = r#"{"@level":"info","@message":"Terraform 1.11.4","type":"version"}"#;
    for log in [line.to_owned(), format!("{line}\n{line}\n")] {
        assert!(error(log).contains("the log of `terraform plan -json`"));
    }
    for text in [
        "\nTerraform used the selected providers to generate the following execution\nplan.",
        "aws_vpc.main: Refreshing state... [id=vpc-1]\n",
        "\u{1b}[0m\u{1b}[1mOpenTofu used\n",
    ] {
        assert!(error(text).contains("it is what Terraform prints for people"), "{text}");
    }
    assert!(error("[]").contains("does not begin with `{`"));
    assert!(error("{}").contains("another kind of JSON document"));
    assert!(error(r#"{"schema_version": 1}"#).contains("--from"));
    assert!(error(r#"{"resource_changes": 7}"#).contains("is not a Terraform plan in JSON: expected"));
    assert!(error("{\"format_version\":\n\"1").starts_with("plan.json ends too early, at line 2"));
    assert!(error(" ").contains("is empty"));
    assert!(error([0xff, 0xfe, b'{', 0, 0]).contains("UTF-16"));
    let directory = tempfile::tempdir().unwrap();
    let at = |path| read_terraform_plan(path).unwrap_err();
    assert!(at(directory.path()).kind == InputErrorKind::Directory);
    assert!(at(&directory.path().join("none")).is_missing());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn the_order_of_the_changes_does_not_matter(
        name in prop::sample::select(vec!["aws-create", "aws-change", "azure", "unknown"]),
        keys in prop::collection::vec(any::<u64>(), 32),
    ) {
        let mut document: Value = serde_json::from_slice(&fixture(name)).unwrap();
        let changes = document["resource_changes"].as_array_mut().unwrap();
        let mut order: Vec<_> = changes.drain(..).zip(keys).collect();
        order.sort_by_key(|(_, key)| *key);
        changes.extend(order.into_iter().map(|(change, _)| change));
        prop_assert_eq!(read(document.to_string().as_bytes(), "plan.json").unwrap(), plan(name));
    }
}
