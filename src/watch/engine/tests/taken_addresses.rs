//! Addresses that one resource takes from another: the event of the call names only the one that gets it.

use std::net::IpAddr;

use super::*;

const PUBLIC: &str = "203.0.113.7";

fn with_addresses(id: &str, private: &[&str], public: &[&str]) -> (Instance, Interface) {
    let addresses =
        |texts: &[&str]| -> Vec<IpAddr> { texts.iter().map(|text| text.parse().unwrap()).collect() };
    let machine = Instance {
        private_ips: addresses(private),
        public_ips: addresses(public),
        ..instance(0, &format!("i-{id}"), "subnet-1", "running")
    };
    let own = Interface {
        network: Some("vpc-1".to_owned()),
        private_ips: addresses(private),
        public_ips: addresses(public),
        ..interface(0, &format!("eni-{id}"), "subnet-1", &format!("i-{id}"))
    };
    (machine, own)
}

fn world(rows: [(Instance, Interface); 2]) -> World {
    let (instances, interfaces) = rows.into_iter().map(|(machine, own)| ((0, machine), (0, own))).unzip();
    World { interfaces, instances, ..small_world() }
}

#[test]
fn an_address_that_is_taken_from_a_machine_is_not_kept_by_both() {
    for (before, after) in [
        // A public address.
        (
            [with_addresses("1", &["10.0.0.1"], &[PUBLIC]), with_addresses("2", &["10.0.0.2"], &[])],
            [with_addresses("1", &["10.0.0.1"], &[]), with_addresses("2", &["10.0.0.2"], &[PUBLIC])],
        ),
        // A secondary private address.
        (
            [with_addresses("1", &["10.0.0.1", "10.0.0.9"], &[]), with_addresses("2", &["10.0.0.2"], &[])],
            [with_addresses("1", &["10.0.0.1"], &[]), with_addresses("2", &["10.0.0.2", "10.0.0.9"], &[])],
        ),
    ] {
        let mut watched = Watched::new(&world(before));
        let world = world(after);
        let message = watched.hear([hint(0, &MACHINE, &["eni-2", "i-2"])]);
        watched.pass(COLLECTED, &world);
        assert!(watched.engine.take_done().is_empty(), "the other one is still to be read");
        watched.settle(&world);
        assert_eq!(watched.inventory(), world.scan());
        assert_eq!(watched.engine.take_done(), [message]);
    }
}

/// A scan may have read one machine before its address was taken, and the other after that; then the event changes nothing
/// of what is known of the one that it names.
#[test]
fn an_address_that_a_scan_found_twice_is_read_again_when_an_event_names_one_of_its_holders() {
    let one = with_addresses("1", &["10.0.0.1"], &[PUBLIC]);
    let other = with_addresses("2", &["10.0.0.2"], &[PUBLIC]);
    let mut watched = Watched::new(&world([one, other.clone()]));
    let world = world([with_addresses("1", &["10.0.0.1"], &[]), other]);
    watched.hear([hint(0, &MACHINE, &["eni-2", "i-2"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

/// The same private address in two networks is no reason to read anything.
#[test]
fn an_address_of_another_network_is_another_address() {
    let (machine, own) = with_addresses("1", &["10.0.0.1"], &[]);
    let elsewhere = Some("vpc-2".to_owned());
    let other = (Instance { network: elsewhere.clone(), ..machine }, Interface { network: elsewhere, ..own });
    let world = world([other, with_addresses("2", &["10.0.0.1"], &[])]);
    let mut watched = Watched::new(&world);
    watched.hear([hint(0, &MACHINE, &["i-2"])]);
    watched.settle(&world);
    assert_eq!(watched.reads, 2, "the machine and its interface");
}
