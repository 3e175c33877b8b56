//! Files as they come from wrappers, spreadsheets, IPAMs and other providers: what is in them is compared, or named.

use serde_json::{Value, json};

use super::paper::{inventory, subnet, vnet, vpc};
use super::{findings, gate, paper};
use crate::support::{Home, Output, netcensus};

const SUBSCRIPTION: &str = "/subscriptions/00000000-0000-0000-0000-000000000001";
const GROUP: &str = "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/net";

fn network_id(group: &str, kind: &str, name: &str) -> String {
    format!("{SUBSCRIPTION}/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}")
}

/// What exists: a VPC, a virtual network and a hub, each with 10.N.0.0/16.
fn home() -> Home {
    let network = vpc("vpc-a", 1, &["10.0.0.0/16"]);
    let (azures, mut subnets) =
        vnet(&network_id("net", "virtualNetworks", "hub"), &["10.1.0.0/16"], &[("app", "10.1.1.0/24")]);
    let (mut hub, _) = vnet(&network_id("wan", "virtualHubs", "h"), &["10.2.0.0/16"], &[]);
    hub["kind"] = "virtual-hub".into();
    subnets.push(subnet("subnet-a", &network, "10.0.1.0/24"));
    paper::home(&inventory(&[network, azures, hub], &subnets, &[]))
}

fn change(address: &str, actions: &[&str], before: &Value, after: &Value) -> Value {
    let kind = address.split('.').rev().nth(1);
    json!({
        "address": address, "mode": "managed", "type": kind,
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {"id": true}},
    })
}

fn creation(address: &str, after: &Value) -> Value {
    change(address, &["create"], &Value::Null, after)
}

fn plan(changes: &[Value]) -> Value {
    json!({"format_version": "1.2", "planned_values": {"root_module": {}}, "resource_changes": changes})
}

#[track_caller]
fn compared(home: &Home, plan: &[u8]) -> Output {
    home.write("plan.json", plan);
    home.netcensus("overlap --from i.json --terraform-plan plan.json -o json").run()
}

#[track_caller]
fn with_plan(changes: &[Value]) -> Output {
    compared(&home(), plan(changes).to_string().as_bytes())
}

fn azapi(kind: &str, name: &str, properties: &Value) -> Value {
    json!({
        "type": format!("Microsoft.Network/{kind}@2024-07-01"), "name": name, "parent_id": GROUP,
        "location": "westeurope", "body": {"properties": properties},
    })
}

/// avm-res-network-virtualnetwork 49, azapi 902, terraform-provider-azurerm 22207.
#[test]
fn networks_of_other_types_of_resources_collide() {
    let space = |prefix: &str| json!({"addressSpace": {"addressPrefixes": [prefix]}});
    let text = azapi("virtualNetworks", "new", &space("10.0.0.0/16"));
    let mut text = text;
    text["body"] = text["body"].to_string().into();
    for (address, after) in [
        ("module.v.azapi_resource.vnet", azapi("virtualNetworks", "new", &space("10.0.0.0/16"))),
        ("azapi_resource.text", text),
        ("azapi_resource.hub", azapi("virtualHubs", "new", &json!({"addressPrefix": "10.0.0.0/23"}))),
        ("awscc_ec2_vpc.v", json!({"cidr_block": "10.0.0.0/16"})),
        (
            "azurerm_virtual_hub.h",
            json!({"name": "new", "resource_group_name": "wan", "address_prefix": "10.0.0.0/23"}),
        ),
        (
            "azurerm_virtual_network_gateway.g",
            json!({"vpn_client_configuration": [{"address_space": ["10.0.9.0/24"]}]}),
        ),
        ("azurerm_local_network_gateway.l", json!({"name": "dc", "address_space": ["10.0.0.0/20"]})),
        ("aws_ec2_client_vpn_endpoint.e", json!({"client_cidr_block": "10.0.0.0/22"})),
        ("google_compute_subnetwork.s", json!({"ip_cidr_range": "10.0.0.0/24"})),
    ] {
        let output = with_plan(&[creation(address, &after)]).exits(1);
        let found = findings(&output);
        assert_eq!(found.len(), 1, "{address}: {found:?}");
        assert!(found[0].contains(address) && found[0].contains("vpc-a"), "{found:?}");
    }
    let patch = json!({"type": "Microsoft.Network/virtualNetworks@2024-07-01", "resource_id": network_id("net", "virtualNetworks", "hub"),
        "body": {"properties": space("10.0.0.0/24")}});
    let output = with_plan(&[creation("azapi_update_resource.hub", &patch)]).exits(1);
    assert!(findings(&output)[0].contains("vpc-a"), "{}", output.stdout);
}

#[test]
fn what_another_provider_destroys_or_keeps_is_not_in_the_way() {
    let at = |kind: &str, group: &str, name: &str, properties: &Value| {
        let mut values = azapi(kind, name, properties);
        values["id"] = network_id(group, kind, name).into();
        values
    };
    let space = json!({"addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}});
    let vnet = at("virtualNetworks", "net", "hub", &space);
    let hub = json!({"id": network_id("wan", "virtualHubs", "h"), "name": "h", "resource_group_name": "wan", "address_prefix": "10.2.0.0/16"});
    let vpc = json!({"id": "vpc-a", "vpc_id": "vpc-a", "cidr_block": "10.0.0.0/16"});
    for (address, before, prefix) in [
        ("azapi_resource.v", &vnet, "10.1.0.0/16"),
        ("azurerm_virtual_hub.h", &hub, "10.2.0.0/16"),
        ("awscc_ec2_vpc.v", &vpc, "10.0.0.0/16"),
    ] {
        let new = creation("aws_vpc.new", &json!({"cidr_block": prefix}));
        let gone = change(address, &["delete"], before, &Value::Null);
        with_plan(&[new.clone(), gone]).exits(0);
        with_plan(&[new]).exits(1);
        let replaced = change(address, &["delete", "create"], before, before);
        with_plan(&[replaced]).exits(0);
        with_plan(&[change(address, &["update"], before, before)]).exits(0);
        with_plan(&[change(address, &["no-op"], before, before)]).exits(0);
    }
}

#[test]
fn what_seems_to_be_a_network_and_is_not_read_makes_the_answer_incomplete() {
    let output = with_plan(&[
        creation("hcloud_network.n", &json!({"ip_range": "10.0.0.0/16"})),
        creation("aws_security_group.g", &json!({"ingress": [{"cidr_blocks": ["10.0.0.0/16"]}]})),
    ]);
    let output = output.exits(3).says(&["hcloud_network.n: ip_range seems to use addresses", "--planned"]);
    let (result, _, missing) = gate(&output);
    assert_eq!((result.as_str(), missing.len()), ("incomplete", 1));
    with_plan(&[creation("aws_security_group.g", &json!({"ingress": [{"cidr_blocks": ["10.0.0.0/16"]}]}))])
        .exits(0);
}

/// terraform-provider-aws 29023: by a data source, a module, a local value, the state of another configuration.
#[test]
fn a_subnet_whose_network_is_known_later_does_not_collide_with_it() {
    for references in [
        json!(["data.aws_vpc.main.id", "data.aws_vpc.main"]),
        json!(["module.net.vpc_id", "module.net"]),
        json!(["local.vpc_id"]),
        json!(["data.terraform_remote_state.net.outputs.vpc_id", "data.terraform_remote_state.net"]),
        json!([]),
    ] {
        let at = |prefix: &str, zone: &str| {
            let values = json!({"cidr_block": prefix, "availability_zone": zone});
            let mut new = creation("aws_subnet.new", &values);
            new["change"]["after_unknown"] = json!({"id": true, "vpc_id": true});
            let mut document = plan(&[new]);
            document["configuration"] = json!({"root_module": {"resources": [
                {"mode": "managed", "type": "aws_subnet", "name": "new", "expressions": {"vpc_id": {"references": references}}},
                {"mode": "data", "type": "aws_vpc", "name": "main", "expressions": {}},
            ]}});
            compared(&home(), document.to_string().as_bytes())
        };
        let output = at("10.0.9.0/24", "eu-central-1a").exits(0);
        output
            .says(&["aws_subnet.new is assumed to be a subnet of vpc-a, the only network that contains it"]);
        let taken = findings(&at("10.0.1.0/25", "eu-central-1a").exits(1));
        assert!(taken[0].contains("subnet-a"), "{taken:?}");
        // In another region, it cannot be that network.
        let elsewhere = findings(&at("10.0.9.0/24", "us-west-2-lax-1a").exits(1));
        assert!(elsewhere[0].contains("vpc-a"), "{elsewhere:?}");
    }
}

#[test]
fn what_wrappers_print_is_read() {
    let new = |prefix: &str| plan(&[creation("aws_vpc.x", &json!({"cidr_block": prefix}))]).to_string();
    let (taken, free) = (new("10.0.0.0/16"), new("172.20.0.0/16"));
    let wrapped = format!("[command]/opt/terraform-bin show -json tfplan\n{taken}\n\n::debug::exitcode: 0\n");
    let logged = format!(
        "12:00:00.000 INFO   [a] Running\n12:00:00.000 STDOUT [a] terraform: {free}\n12:00:01.000 STDOUT [b] terraform: {taken}\n"
    );
    let utf16: Vec<u8> = format!("\u{feff}{taken}\r\n").encode_utf16().flat_map(u16::to_le_bytes).collect();
    for bytes in [wrapped.into_bytes(), format!("{free}\n{taken}\n").into_bytes(), logged.into_bytes(), utf16]
    {
        let found = findings(&compared(&home(), &bytes).exits(1));
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].contains("vpc-a") && found[0].contains("aws_vpc.x"), "{found:?}");
    }
    let failed = format!("{free}\n12:00:00.000 ERROR  [b] exit status 1\n");
    compared(&home(), failed.as_bytes()).refuses(&["plan.json", "line 2 does not belong to a plan"]);
    compared(&home(), b"[command]/opt/terraform-bin show -json tfplan\nError: no such file\n")
        .refuses(&["line 2"]);
}

#[test]
fn a_table_of_a_spreadsheet_is_read_however_it_is_written() {
    for text in [
        "sep=;\r\nPrefix;Site;Name\r\n10.0.0.0/16;Lyon;core\r\n",
        "\"Site, building\";Prefix;Name\r\nLyon, B2;10.0.0.0/16;core\r\n",
        "Network,CIDR,Site\ncore-lyon,10.0.0.0/16,Lyon\n",
        "Network,CIDR\n10.0.0.0,/16\n",
        "Network;Mask\n10.0.0.0;255.255.0.0\n",
        "Network,CIDR,Description\nprod,10.0.0.0/16,core\n,10.9.0.0/16,x\n",
        "Prefix,Site\r10.0.0.0/16,Lyon\r",
        "Start,End\n10.0.0.0,10.0.255.255\n",
    ] {
        let home = home();
        home.write("r.csv", text);
        for flag in ["--external", "--planned-file", "--skip-bad-rows --external"] {
            let output =
                home.netcensus(&format!("overlap --from i.json {flag} r.csv -o json")).run().exits(1);
            assert!(findings(&output)[0].contains("vpc-a"), "{text}\n{}", output.stdout);
        }
    }
}

#[test]
fn a_row_that_may_be_misread_is_never_skipped() {
    let home = home();
    home.write("r.csv", "Network,Subnet\n10.9.0.0/16,10.0.0.0/16\n");
    for skip in ["", " --skip-bad-rows"] {
        let output = home.netcensus(&format!("overlap --from i.json --external r.csv{skip}")).run();
        let output = output.refuses(&["r.csv:2", "`Network` and `Subnet`", "rename the column"]);
        assert!(!output.stderr.contains("--skip-bad-rows"), "{}", output.stderr);
    }
}

/// ipnet 32, CVE-2021-29921.
#[test]
fn leading_zeros_are_refused_wherever_a_prefix_is_given() {
    let home = home();
    home.write("r.csv", "prefix\n010.000.000.000/16\n10.9.0.0/16\n");
    home.write("r.json", r#"["010.8.0.0/16"]"#);
    home.write(
        "plan.json",
        plan(&[creation("aws_vpc.x", &json!({"cidr_block": "010.8.0.0/16"}))]).to_string(),
    );
    home.write("old.json", paper::tidy().to_string().replace("10.0.0.0/16", "010.0.0.0/16"));
    home.write("c.toml", "[[external]]\nsite = \"x\"\nprefix = \"010.8.0.0/16\"\n");
    for arguments in [
        "overlap --from i.json --planned 010.8.0.0/16",
        "overlap --from i.json --external r.csv",
        "overlap --from i.json --planned-file r.json",
        "overlap --from i.json --terraform-plan plan.json",
        "overlap --from old.json",
        "overlap --from i.json --config c.toml",
        "scan networks --from i.json --filter cidr-within=010.8.0.0/16",
    ] {
        home.netcensus(arguments).run().refuses(&["has leading zeros, which some programs read as octal"]);
    }
}

#[test]
fn a_list_of_a_clouds_tool_is_compared_with_other_networks_than_its_own() {
    let home = home();
    let vpcs = |id: &str| {
        json!({"Vpcs": [{"VpcId": id, "OwnerId": "999999999999", "CidrBlock": "10.0.0.0/16"}]}).to_string()
    };
    home.write("other.json", vpcs("vpc-other"));
    home.write("own.json", vpcs("vpc-a"));
    let output = home.netcensus("overlap --from i.json --external other.json -o json").run().exits(1);
    assert!(findings(&output)[0].contains("vpc-a"), "{}", output.stdout);
    let output = home.netcensus("overlap --from i.json --external own.json -o json").run().exits(0);
    output.says(&["1 external range belongs to a network of the inventory ("]);
    let azure = json!([{"id": network_id("net", "virtualNetworks", "HUB"), "name": "hub", "addressSpace": {"addressPrefixes": ["10.1.0.0/16"]}}]);
    home.write("azure.json", azure.to_string());
    home.netcensus("overlap --from i.json --external azure.json -o json").run().exits(0);
    home.write("x.xls", [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1, 0]);
    home.netcensus("overlap --from i.json --external x.xls")
        .run()
        .refuses(&["workbook", "save the sheet as CSV"]);
}

/// 2 GB of zero bytes were read whole.
#[test]
fn a_file_that_was_not_written_completely_is_refused_at_its_first_hole() {
    let home = home();
    for (name, start, arguments) in [
        ("p.json", "{\"format_version\": \"1.2\", ", "--terraform-plan p.json"),
        ("r.csv", "prefix\n10.0.0.0/8\n", "--external r.csv"),
        ("b.json", "{\"baseline_version\": 1, ", "--baseline b.json"),
    ] {
        let path = home.write(name, start);
        std::fs::File::options().append(true).open(path).unwrap().set_len(3 << 30).unwrap();
        home.netcensus(&format!("overlap --from i.json {arguments}"))
            .run()
            .refuses(&[name, "zero bytes in a row"]);
    }
}

/// `free`, `find` and `reserve` call such a prefix taken; the gate compares it with nothing, and has to say so.
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_planned_prefix_behind_a_link_is_named_in_a_warning() {
    for more in ["--planned 10.200.0.0/16", "10.200.0.0/16"] {
        netcensus(&format!("overlap --sandbox --fail-on planned --summary {more}"))
            .exits(0)
            .says(&["10.200.0.0/16 overlaps", "which lies behind the link"]);
    }
}
