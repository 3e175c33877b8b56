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

fn world(rows: impl IntoIterator<Item = (Instance, Interface)>) -> World {
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
        watched.settle(&world);
        assert_eq!(watched.inventory(), world.scan());
        assert_eq!(watched.engine.take_done(), [message]);
        // In one change, so that it can be told as one.
        let changed = watched
            .folds
            .iter()
            .map(|fold| (fold.touched.new.instances.len(), fold.touched.old.interfaces.len()));
        assert_eq!(changed.collect::<Vec<_>>(), [(2, 2)]);
    }
}

/// Answers of EC2 are eventually consistent: the one that had the address may still be listed with it. It is asked for once
/// more, and then believed.
#[test]
fn an_address_that_two_are_listed_with_is_read_again_once_and_then_both_have_it() {
    let before = [with_addresses("1", &["10.0.0.1"], &[PUBLIC]), with_addresses("2", &["10.0.0.2"], &[])];
    let both =
        world([with_addresses("1", &["10.0.0.1"], &[PUBLIC]), with_addresses("2", &["10.0.0.2"], &[PUBLIC])]);
    let mut watched = Watched::new(&world(before));
    let message = watched.hear([hint(0, &MACHINE, &["eni-2", "i-2"])]);
    watched.pass(COLLECTED, &both);
    assert_eq!(watched.reads, 4, "it, and both");
    assert!(watched.engine.take_done().is_empty(), "the other one is still to be read");
    watched.settle(&both);
    assert_eq!((watched.reads, watched.engine.counts().reads), (6, 6));
    assert_eq!((watched.inventory(), watched.engine.take_done()), (both.scan(), vec![message]));
}

/// What else happens meanwhile is not held up by one address that moves after the other.
#[test]
fn more_is_added_to_a_read_only_once() {
    let [one, two, three] =
        ["1", "2", "3"].map(|id| with_addresses(id, &[&format!("10.0.0.{id}")], &[PUBLIC]));
    let free = |id: &str| with_addresses(id, &[&format!("10.0.0.{id}")], &[]);
    let mut old = world([one.clone(), free("2")]);
    old.instances.push((0, free("3").0));
    old.interfaces.push((0, free("3").1));
    let mut now = world([free("1"), two]);
    now.instances.push((0, three.0));
    now.interfaces.push((0, three.1));
    let mut watched = Watched::new(&old);
    watched.hear([hint(0, &MACHINE, &["eni-2", "i-2"])]);
    let read = {
        watched.now += COLLECTED;
        watched.engine.start_read(watched.now).unwrap()
    };
    // Another event comes while the first read is on its way.
    watched.hear([hint(0, &MACHINE, &["eni-3", "i-3"])]);
    let answers = read.wanted.iter().map(|(scope, ids)| now.answer(scope, ids.as_ref())).collect();
    assert!(watched.engine.finish_reads([(read, answers)], watched.now).is_none());
    let read = watched.engine.start_read(watched.now).unwrap();
    let ids = |read: &StartedRead| {
        read.wanted
            .iter()
            .find_map(|(scope, ids)| (scope.kind == Kind::Instances).then(|| ids.clone()))
            .flatten()
    };
    assert!(ids(&read).is_some_and(|ids| ids.contains("i-1") && ids.contains("i-2") && ids.contains("i-3")));
    let answers = read.wanted.iter().map(|(scope, ids)| now.answer(scope, ids.as_ref())).collect();
    assert!(watched.engine.finish_reads([(read, answers)], watched.now).is_some(), "it is taken over now");
    watched.settle(&now);
    assert_eq!(watched.inventory(), now.scan());
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

/// An interface that is attached to nothing takes the address of a machine.
#[test]
fn an_address_that_an_interface_alone_takes_is_not_kept_by_the_machine() {
    for kinds in [&MACHINE[..], &[Kind::Interfaces]] {
        let (machine, own) = with_addresses("1", &["10.0.0.1"], &[PUBLIC]);
        let lone = |public: &[&str]| {
            let (_, interface) = with_addresses("2", &["10.0.0.2"], public);
            (0, Interface { attached_to: None, ..interface })
        };
        let before =
            World { instances: vec![(0, machine)], interfaces: vec![(0, own), lone(&[])], ..small_world() };
        let (machine, own) = with_addresses("1", &["10.0.0.1"], &[]);
        let now = World {
            instances: vec![(0, machine)],
            interfaces: vec![(0, own), lone(&[PUBLIC])],
            ..small_world()
        };
        let mut watched = Watched::new(&before);
        watched.hear([hint(0, kinds, &["eni-2"])]);
        watched.settle(&now);
        assert_eq!(watched.inventory(), now.scan(), "{kinds:?}");
    }
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

/// What had the address is not known then: the event names only what got it, and nothing is found of that any more.
#[test]
fn an_address_is_not_kept_by_what_lost_it_to_a_machine_that_has_ended() {
    let before = [with_addresses("1", &["10.0.0.1"], &[PUBLIC]), with_addresses("2", &["10.0.0.2"], &[])];
    let terminated = instance(0, "i-2", "subnet-1", "terminated");
    for (instances, interface) in [
        (vec![(0, terminated)], None),
        (vec![], None),
        // It may be there, and have no address.
        (vec![], Some((0, Interface { attached_to: None, ..interface(0, "eni-2", "subnet-1", "i-2") }))),
    ] {
        let mut watched = Watched::new(&world(before.clone()));
        let (machine, own) = with_addresses("1", &["10.0.0.1"], &[]);
        let world = World {
            instances: [(0, machine)].into_iter().chain(instances).collect(),
            interfaces: [(0, own)].into_iter().chain(interface).collect(),
            ..small_world()
        };
        let got_address = Hint { change: HintedChange::GotAddress, ..hint(0, &MACHINE, &["eni-2", "i-2"]) };
        let message = watched.hear([got_address]);
        watched.settle(&world);
        assert_eq!(watched.inventory(), world.scan());
        assert_eq!(watched.engine.take_done(), [message]);
    }
}

/// It has lost the address again when it is read, and the event of that does not name what had it at first.
#[test]
fn an_address_is_not_kept_by_what_lost_it_to_a_machine_that_gave_it_back() {
    let before = [with_addresses("1", &["10.0.0.1"], &[PUBLIC]), with_addresses("2", &["10.0.0.2"], &[])];
    for (events, public) in [(1, &[][..]), (2, &["198.51.100.9"])] {
        let mut watched = Watched::new(&world(before.clone()));
        let now =
            world([with_addresses("1", &["10.0.0.1"], &[]), with_addresses("2", &["10.0.0.2"], public)]);
        let got_address = Hint { change: HintedChange::GotAddress, ..hint(0, &MACHINE, &["eni-2", "i-2"]) };
        for _ in 0..events {
            watched.hear([got_address.clone()]);
        }
        watched.settle(&now);
        assert_eq!(watched.inventory(), now.scan(), "{events} events");
    }
}

/// Nothing else is read if all addresses of the events are there.
#[test]
fn what_got_its_address_and_has_it_is_read_alone() {
    let mut watched = Watched::new(&world([
        with_addresses("1", &["10.0.0.1"], &[]),
        with_addresses("2", &["10.0.0.2"], &[]),
    ]));
    let now = world([with_addresses("1", &["10.0.0.1"], &[]), with_addresses("2", &["10.0.0.2"], &[PUBLIC])]);
    watched.hear([Hint { change: HintedChange::GotAddress, ..hint(0, &MACHINE, &["eni-2", "i-2"]) }]);
    watched.settle(&now);
    assert_eq!(watched.reads, 2, "the machine and its interface");
}

/// Addresses move from machine to machine and are given back, and events come late, twice and in any order.
#[test]
fn wherever_addresses_move_the_inventory_is_that_of_a_full_scan() {
    const MACHINES: usize = 4;
    for seed in 0..200_u64 {
        let mut random = Random(seed * 2 + 1);
        // Which machine has each address, if any.
        let mut holders = [Some(0), Some(1), None];
        let world_of = |holders: &[Option<usize>]| {
            world((0..MACHINES).map(|machine| {
                let held = holders.iter().enumerate().filter(|(_, holder)| **holder == Some(machine));
                let held = held.map(|(address, _)| format!("10.0.1.{address}"));
                let private: Vec<String> = [format!("10.0.0.{machine}")].into_iter().chain(held).collect();
                with_addresses(
                    &machine.to_string(),
                    &private.iter().map(String::as_str).collect::<Vec<_>>(),
                    &[],
                )
            }))
        };
        let mut watched = Watched::new(&world_of(&holders));
        let mut held: Vec<Hint> = Vec::new();
        for _ in 0..30 {
            let address = random.index(holders.len());
            let (machine, change) = match holders[address] {
                Some(holder) if random.one_in(3) => {
                    holders[address] = None;
                    (holder, HintedChange::Any)
                }
                _ => {
                    let taker = random.index(MACHINES);
                    holders[address] = Some(taker);
                    (taker, HintedChange::GotAddress)
                }
            };
            let ids = [&*format!("eni-{machine}"), &*format!("i-{machine}")];
            held.push(Hint { change, ..hint(0, &MACHINE, &ids) });
            if random.one_in(3) {
                if random.one_in(2) {
                    held.reverse();
                }
                let twice = held.first().cloned().filter(|_| random.one_in(4));
                watched.hear(std::mem::take(&mut held).into_iter().chain(twice));
            }
            watched.pass(Duration::from_millis(random.below(900)), &world_of(&holders));
        }
        watched.hear(held);
        watched.settle(&world_of(&holders));
        assert_eq!(watched.inventory(), world_of(&holders).scan(), "seed {seed}");
    }
}

/// What was not read by its id may well have the address.
#[test]
fn not_everything_is_read_because_what_got_an_address_could_not_be_read() {
    let with_public = |one: &[&str], other: &[&str]| {
        let machines = [with_addresses("1", &["10.0.0.1"], one), with_addresses("2", &["10.0.0.2"], other)];
        World { denied: BTreeSet::from([Kind::Interfaces]), ..world(machines) }
    };
    let (before, now) = (with_public(&[], &[]), with_public(&[], &[PUBLIC]));
    let got_address = |ids: &[&str]| Hint { change: HintedChange::GotAddress, ..hint(0, &MACHINE, ids) };
    for (hints, reads) in [
        (vec![got_address(&["eni-2"])], 2),
        (vec![got_address(&["i-2"])], 2),
        // All machines are read with it, so that it was not asked for.
        (vec![got_address(&["i-2"]), hint(0, &[Kind::Instances], &[])], 2),
    ] {
        let mut watched = Watched::new(&before);
        watched.hear(hints);
        watched.settle(&now);
        assert_eq!(watched.reads, reads);
    }
}
