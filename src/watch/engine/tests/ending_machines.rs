//! Machines of which an event says that they end.

use super::*;

fn ends(machine: &str) -> Hint {
    Hint { change: HintedChange::MachineEnds, ..hint(0, &MACHINE, &[machine]) }
}

fn terminate(world: &mut World) {
    world.instances[0].1.state = Some("terminated".to_owned());
}

#[test]
fn an_interface_that_goes_with_its_machine_is_asked_for_once() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    terminate(&mut world);
    world.interfaces.clear();
    watched.hear([ends("i-1")]);
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
    let place = AccountRegion::new(Provider::Aws, ACCOUNTS[0], Some(REGION));
    let is_ordered =
        |kind, id: &str| watched.engine.pending().is_ordered(&place, kind, &BTreeSet::from([id.to_owned()]));
    assert!(is_ordered(Kind::Subnets, "subnet-1") && !is_ordered(Kind::Interfaces, "eni-1"));
}

#[test]
fn an_interface_that_outlives_its_machine_stays() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    terminate(&mut world);
    world.interfaces[0].1.attached_to = None;
    watched.hear([ends("i-1")]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn the_interface_of_a_machine_that_goes_on_is_asked_for_again_before_it_is_believed_gone() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let interfaces = std::mem::take(&mut world.interfaces);
    watched.hear([ends("i-1")]);
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory().interfaces.len(), 1);
    world.interfaces = interfaces;
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn a_machine_that_was_never_seen_is_asked_for_with_its_interfaces() {
    let world = small_world();
    let mut known = small_world();
    known.instances.clear();
    known.interfaces.clear();
    let mut watched = Watched::new(&known);
    watched.hear([ends("i-1")]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}
