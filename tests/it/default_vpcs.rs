//! `netcensus default-vpcs`: which of them could go, what is not known, and commands that a shell takes.

use netcensus::analysis::default_vpcs::{DefaultVpcStatus, DefaultVpcsReport, default_vpcs};
use netcensus::model::{
    Account, Block, BlockRole, Coverage, Inventory, InventoryView, Kind, Network, NetworkKind, Outcome,
    Provider, Resources, Subject, Tags,
};
use netcensus::output::default_vpcs_schema;
use serde_json::Value;

use crate::support::Home;

const ACCOUNT: &str = "111111111111";
const KINDS: [Kind; 4] = [Kind::Networks, Kind::Subnets, Kind::Interfaces, Kind::Links];

fn default_vpc(id: &str) -> Network {
    Network {
        provider: Provider::Aws,
        account: ACCOUNT.into(),
        account_name: Some("shop".into()),
        region: "eu-west-1".into(),
        id: id.into(),
        name: None,
        kind: NetworkKind::Vpc,
        blocks: vec![Block { cidr: "172.31.0.0/16".parse().unwrap(), role: BlockRole::Primary, state: None }],
        is_default: Some(true),
        state: None,
        visible_from: vec![],
        tags: Tags::new(),
    }
}

fn coverage(kind: Kind, outcome: Outcome) -> Coverage {
    Coverage {
        provider: Provider::Aws,
        account: ACCOUNT.into(),
        region: Some("eu-west-1".into()),
        kind: Subject::from(kind),
        outcome,
        detail: None,
        requests: 1,
        duration_ms: 1,
    }
}

/// An inventory with an empty default VPC, one with an interface, and one that is none; `unread` was denied.
fn inventory(unread: Option<Kind>) -> Inventory {
    let other = Network { is_default: Some(false), ..default_vpc("vpc-own") };
    let mut resources = Resources {
        networks: vec![default_vpc("vpc-empty"), default_vpc("vpc-used"), other],
        ..Resources::default()
    };
    if unread != Some(Kind::Interfaces) {
        resources.interfaces.push(serde_json::from_value(serde_json::json!({
            "provider": "aws", "account": ACCOUNT, "region": "eu-west-1", "zone": null, "id": "eni-1",
            "network": "vpc-used", "subnet": null, "attached_to": null, "kind": "instance", "private_ips": [],
            "public_ips": [], "mac": null, "state": null, "description": null,
        })).unwrap());
    }
    if unread != Some(Kind::Subnets) {
        resources.subnets.push(serde_json::from_value(serde_json::json!({
            "provider": "aws", "account": ACCOUNT, "region": "eu-west-1", "zone": null, "id": "subnet-1", "name": null,
            "network": "vpc-empty", "prefixes": ["172.31.0.0/20"], "addresses_total": null,
            "addresses_available": null, "purpose": null, "state": null, "visible_from": [], "tags": {},
        })).unwrap());
    }
    let outcome = |kind| if Some(kind) == unread { Outcome::Denied } else { Outcome::Complete };
    let account = Account {
        provider: Provider::Aws,
        id: ACCOUNT.into(),
        name: None,
        tenant: None,
        reached_by: vec!["profile:two words".into(), "profile:shop-prod".into()],
    };
    let coverage = KINDS.map(|kind| coverage(kind, outcome(kind))).to_vec();
    Inventory::assemble(
        "netcensus 0".to_owned(),
        jiff::Timestamp::UNIX_EPOCH,
        vec![account],
        resources,
        coverage,
    )
}

fn report(unread: Option<Kind>) -> DefaultVpcsReport {
    default_vpcs(InventoryView::new(&inventory(unread))).unwrap()
}

#[test]
fn only_what_is_known_to_be_empty_has_commands() {
    let all = report(None);
    let found: Vec<_> = all.vpcs.iter().map(|vpc| (vpc.id.as_str(), vpc.status, vpc.interfaces)).collect();
    assert_eq!(
        found,
        [("vpc-empty", DefaultVpcStatus::Empty, Some(0)), ("vpc-used", DefaultVpcStatus::InUse, Some(1))]
    );
    assert!(all.complete && all.vpcs[1].commands.is_empty());
    let commands = &all.vpcs[0].commands;
    assert_eq!(
        commands[1..],
        [
            "aws ec2 --profile shop-prod --region eu-west-1 delete-subnet --subnet-id subnet-1",
            "aws ec2 --profile shop-prod --region eu-west-1 delete-vpc --vpc-id vpc-empty",
        ]
    );
    for unread in [Kind::Interfaces, Kind::Links, Kind::Subnets] {
        let partial = report(Some(unread));
        let vpc = partial.vpcs.iter().find(|vpc| vpc.id == "vpc-empty").unwrap();
        assert_eq!((vpc.status, vpc.commands.len()), (DefaultVpcStatus::Unknown, 0), "{unread}");
        assert!(!partial.complete);
    }
}

#[test]
fn an_account_is_called_by_its_profile_where_it_has_no_name() {
    let mut inventory = inventory(None);
    inventory.networks.iter_mut().for_each(|network| network.account_name = None);
    let called = inventory.accounts[0].display_name().map(str::to_owned);
    let report = default_vpcs(InventoryView::new(&inventory)).unwrap();
    assert!(called.is_some() && report.vpcs.iter().all(|vpc| vpc.account_name == called));
    assert_eq!(Some(report.vpcs[0].owner()), called.as_deref());
    inventory.accounts.clear();
    let nameless = default_vpcs(InventoryView::new(&inventory)).unwrap();
    assert_eq!(nameless.vpcs[0].owner(), ACCOUNT);
}

#[test]
fn the_document_is_as_the_schema_says_and_exit_codes_tell() {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(&inventory(None)).unwrap());
    home.write("partial.json", serde_json::to_vec(&inventory(Some(Kind::Interfaces))).unwrap());
    let run = home.netcensus("default-vpcs --from all.json -o json").run();
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("vpcs.json", default_vpcs_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("vpcs.json", &mut schemas).unwrap();
    schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{error}"));
    home.netcensus("default-vpcs --from all.json --exit-code").run().exits(1);
    home.netcensus("default-vpcs --from partial.json --exit-code").run().exits(3);
    let script = home.netcensus("default-vpcs --from all.json --commands").run().stdout;
    assert_eq!(script.lines().count(), 4, "{script}");
    assert!(script.starts_with("# vpc-empty in eu-west-1 of the account 111111111111"), "{script}");
    home.write("delete.sh", script);
    let checked = std::process::Command::new("sh").arg("-n").arg(home.path().join("delete.sh")).status();
    assert!(checked.unwrap().success(), "a shell takes it");
}
