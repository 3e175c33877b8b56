//! Addresses that one resource had and another has now, and where that is not certain.

use netcensus::analysis::diff::{
    self, ChangeKind, Changes, DiffOutcome, DiffRequest, IgnoredFields, MovedAddress,
};
use netcensus::model::{Coverage, Instance, Interface, Inventory, Kind, Outcome, Provider};

use super::sides::{REGION, brief, but, compare, compared, inventory, number, read};

const PUBLIC: &str = "203.0.113.7";

fn machine(id: &str, private: &[&str], public: &[&str]) -> Instance {
    let addresses = |texts: &[&str]| texts.iter().map(|text| text.parse().unwrap()).collect();
    Instance {
        provider: Provider::Aws,
        account: number(1),
        region: REGION.into(),
        zone: None,
        zone_id: Some("euw1-az1".into()),
        id: id.into(),
        name: Some(format!("name of {id}")),
        network: Some("vpc-1".into()),
        subnet: None,
        instance_type: None,
        architecture: None,
        vcpus: None,
        state: Some("running".into()),
        launched_at: None,
        private_ips: addresses(private),
        private_prefixes: Some(Vec::new()),
        public_ips: addresses(public),
        carrier_ips: Some(Vec::new()),
        customer_owned_ips: Some(Vec::new()),
        os: None,
        scale_set: None,
        operator: None,
        tags: [].into(),
    }
}

fn interface(id: &str, private: &[&str], public: &[&str]) -> Interface {
    let Instance { provider, account, region, zone, zone_id, network, subnet, .. } = machine(id, &[], &[]);
    let Instance { private_ips, private_prefixes, public_ips, carrier_ips, customer_owned_ips, .. } =
        machine(id, private, public);
    Interface {
        provider,
        account,
        region,
        zone,
        zone_id,
        id: id.into(),
        network,
        subnet,
        attached_to: None,
        kind: None,
        private_ips,
        private_prefixes,
        public_ips,
        carrier_ips,
        customer_owned_ips,
        mac: None,
        state: None,
        description: None,
        operator: None,
        seen_by: None,
    }
}

fn of_machines<const N: usize>(instances: [Instance; N]) -> Inventory {
    Inventory { instances: instances.into(), ..inventory(&[], &[read(1, REGION), read(2, REGION)]) }
}

fn of_interfaces<const N: usize>(interfaces: [Interface; N]) -> Inventory {
    Inventory { interfaces: interfaces.into(), ..inventory(&[], &[read(1, REGION), read(2, REGION)]) }
}

fn told(changes: &Changes) -> Vec<String> {
    let told = |moved: &MovedAddress| {
        let MovedAddress { address, field, kind, from, to } = moved;
        format!("{kind} {field} {address} {} -> {}", from.location.id, to.location.id)
    };
    changes.moved_addresses.iter().map(told).collect()
}

/// Beside the changes of both machines, in one record.
#[test]
fn an_address_that_another_machine_has_now_has_moved() {
    let old = of_machines([machine("i-1", &["10.0.0.1"], &[PUBLIC]), machine("i-2", &["10.0.0.2"], &[])]);
    let new = of_machines([machine("i-1", &["10.0.0.1"], &[]), machine("i-2", &["10.0.0.2"], &[PUBLIC])]);
    let changes = compare(&old, &new);
    assert_eq!(told(&changes), ["instances public_ips 203.0.113.7 i-1 -> i-2"]);
    assert_eq!(brief(&changes), ["changed i-1 public_ips", "changed i-2 public_ips"]);
    let moved = &changes.moved_addresses[0];
    assert_eq!(
        (moved.from.name.as_deref(), moved.to.name.as_deref()),
        (Some("name of i-1"), Some("name of i-2"))
    );
    assert_eq!(told(&compare(&new, &old)), ["instances public_ips 203.0.113.7 i-2 -> i-1"]);
}

/// One fact is told once, though interfaces and their machines have the same addresses.
#[test]
fn what_moved_from_machine_to_machine_is_not_told_of_their_interfaces_too() {
    let side = |one: &[&str], other: &[&str], gateway: &[&str]| Inventory {
        interfaces: vec![
            interface("eni-1", &[], one),
            interface("eni-2", &[], other),
            interface("eni-nat", &[], gateway),
        ],
        ..of_machines([machine("i-1", &[], one), machine("i-2", &[], other)])
    };
    let (second, old) = ("203.0.113.8", side(&[PUBLIC, "203.0.113.8"], &[], &[]));
    let changes = compare(&old, &side(&[], &[PUBLIC], &[second]));
    let expected =
        ["instances public_ips 203.0.113.7 i-1 -> i-2", "interfaces public_ips 203.0.113.8 eni-1 -> eni-nat"];
    assert_eq!(told(&changes), expected);
    // Of interfaces alone.
    let changes = compared(&old, &side(&[], &[PUBLIC], &[]), &[Kind::Interfaces], &[]).0;
    assert_eq!(told(&changes), ["interfaces public_ips 203.0.113.7 eni-1 -> eni-2"]);
}

#[test]
fn an_address_moves_to_what_is_new_and_from_what_is_gone() {
    let before = machine("i-1", &["10.0.0.9"], &[PUBLIC]);
    let after = Instance { account: number(2), ..machine("i-2", &["10.0.0.9"], &[PUBLIC]) };
    let changes = compare(&of_machines([before.clone()]), &of_machines([after]));
    assert_eq!(brief(&changes), ["removed i-1", "added i-2"]);
    let expected =
        ["instances private_ips 10.0.0.9 i-1 -> i-2", "instances public_ips 203.0.113.7 i-1 -> i-2"];
    assert_eq!(told(&changes), expected);
    // One with the same name stands for the other.
    let after = Instance { name: before.name.clone(), ..machine("i-2", &["10.0.0.9"], &[PUBLIC]) };
    let changes = compare(&of_machines([before.clone()]), &of_machines([after]));
    assert_eq!(
        (brief(&changes), told(&changes)),
        (vec!["replaced i-2 was i-1".to_owned()], expected.map(str::to_owned).into())
    );
    // The same machine in another account has its addresses still.
    let after = Instance { account: number(2), ..before.clone() };
    let changes = compare(&of_machines([before]), &of_machines([after]));
    assert_eq!((brief(&changes), told(&changes)), (vec!["moved i-1 was i-1".to_owned()], vec![]));
}

#[test]
fn a_private_address_of_another_network_is_another_address() {
    let elsewhere = |one: Interface| Interface { network: Some("vpc-2".into()), ..one };
    let old =
        of_interfaces([interface("eni-1", &["10.0.0.9"], &[]), elsewhere(interface("eni-2", &[], &[]))]);
    let new =
        of_interfaces([interface("eni-1", &[], &[]), elsewhere(interface("eni-2", &["10.0.0.9"], &[]))]);
    let changes = compare(&old, &new);
    assert_eq!((changes.changes.len(), told(&changes)), (2, vec![]));
    let prefixed = |id: &str, prefixes: &[&str]| Interface {
        private_prefixes: Some(prefixes.iter().map(|prefix| prefix.parse().unwrap()).collect()),
        ..interface(id, &[], &[])
    };
    let old = of_interfaces([prefixed("eni-1", &["10.0.0.16/28"]), prefixed("eni-2", &[])]);
    let new = of_interfaces([prefixed("eni-1", &[]), prefixed("eni-2", &["10.0.0.16/28"])]);
    assert_eq!(told(&compare(&old, &new)), ["interfaces private_prefixes 10.0.0.16/28 eni-1 -> eni-2"]);
}

#[test]
fn an_address_has_not_moved_if_it_was_at_both_or_one_side_did_not_read_it() {
    let with = |one: &[&str], other: &[&str], coverage: Vec<Coverage>| Inventory {
        instances: vec![
            machine("i-1", &[], one),
            Instance { account: number(2), ..machine("i-2", &[], other) },
        ],
        ..inventory(&[], &[read(1, REGION), coverage])
    };
    let (all, denied) = (read(2, REGION), but(read(2, REGION), Kind::Instances, Outcome::Denied, "why"));
    let both = with(&[PUBLIC], &[PUBLIC], all.clone());
    assert_eq!(told(&compare(&both, &with(&[], &[PUBLIC], all.clone()))), [""; 0], "it was there already");
    // The other one may have had it before, and have been read in part.
    let old = with(&[PUBLIC], &[], denied.clone());
    let changes = compare(&old, &with(&[], &[PUBLIC], all.clone()));
    assert_eq!((told(&changes), changes.result), (vec![], DiffOutcome::Incomplete));
    // The other one was not found at all before.
    let alone = Inventory {
        instances: vec![machine("i-1", &[], &[PUBLIC])],
        ..inventory(&[], &[read(1, REGION), denied])
    };
    let changes = compare(&alone, &with(&[], &[PUBLIC], all));
    assert_eq!((told(&changes), changes.unknown.len()), (vec![], 1));
}

#[test]
fn of_two_that_lost_or_got_an_address_neither_is_meant() {
    let old =
        of_machines([machine("i-1", &[], &[PUBLIC]), machine("i-2", &[], &[]), machine("i-3", &[], &[])]);
    let new = of_machines([
        machine("i-1", &[], &[]),
        machine("i-2", &[], &[PUBLIC]),
        machine("i-3", &[], &[PUBLIC]),
    ]);
    assert_eq!(told(&compare(&old, &new)), [""; 0]);
    assert_eq!(told(&compare(&new, &old)), [""; 0]);
}

#[test]
fn filters_sorts_of_changes_and_ignored_fields_hold_for_addresses() {
    let old = of_machines([machine("i-1", &[], &[PUBLIC]), machine("i-2", &[], &[])]);
    let new = of_machines([machine("i-1", &[], &[]), machine("i-2", &[], &[PUBLIC])]);
    // One of both is enough, as a row is compared that passes before or after.
    for (filter, moves) in [("id=i-1", 1), ("id=i-2", 1), ("id=i-3", 0)] {
        let changes = compared(&old, &new, &Kind::ALL, &[filter]).0;
        assert_eq!((changes.moved_addresses.len(), changes.changes.len()), (moves, moves), "{filter}");
    }
    let with = |only: &[ChangeKind], ignored: &[&str]| {
        let request = DiffRequest {
            old: ("before", &old),
            new: ("after", &new),
            same: &[].into(),
            kinds: &Kind::ALL,
            filters: &[],
            only,
            ignore: &IgnoredFields::new(ignored.iter().copied()).unwrap(),
            same_scope: false,
        };
        let changes = diff::compare_inventories(request, "test".into()).0;
        (changes.changes.len(), changes.moved_addresses.len(), changes.result)
    };
    assert_eq!(with(&[ChangeKind::Moved], &[]), (0, 1, DiffOutcome::Different));
    assert_eq!(with(&[ChangeKind::Changed], &[]), (2, 0, DiffOutcome::Different));
    assert_eq!(with(&ChangeKind::ALL, &["instances.public_ips"]), (0, 0, DiffOutcome::Same));
}
