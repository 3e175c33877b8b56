//! Answers that tell what was before a change: a second read finds what became of it.

use super::*;

/// Lets the time pass in which what was found as it was is asked for again.
const SOON: Duration = Duration::from_secs(5);

fn machine_in_state(state: &str) -> World {
    let mut world = small_world();
    world.instances[0].1.state = Some(state.to_owned());
    world
}

#[test]
fn what_an_event_names_and_a_read_finds_as_it_was_is_read_once_more() {
    let without_subnet = World { subnets: Vec::new(), ..small_world() };
    for (kinds, ids, change, now) in [
        (&MACHINE[..], &["i-1"][..], HintedChange::Any, machine_in_state("stopped")),
        // The event may name nothing.
        (&MACHINE, &[], HintedChange::Any, machine_in_state("stopped")),
        (&[Kind::Subnets], &["subnet-1"], HintedChange::Ended, without_subnet),
    ] {
        let before = small_world();
        let mut watched = Watched::new(&before);
        let message = watched.hear([Hint { change, ..hint(0, kinds, ids) }]);
        watched.settle(&before);
        assert_eq!(watched.engine.take_done(), [message], "no message waits for it");
        // What is not found then is asked for again, before it is believed gone in every account that shares it.
        for _ in 0..6 {
            watched.pass(SOON, &now);
        }
        assert_eq!(watched.inventory(), now.scan(), "{ids:?}");
    }
}

#[test]
fn it_is_read_no_third_time() {
    let world = small_world();
    let mut watched = Watched::new(&world);
    watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.settle(&world);
    assert_eq!(watched.reads, 2);
    for _ in 0..5 {
        watched.pass(SOON, &world);
    }
    assert_eq!(watched.reads, 4);
}

#[test]
fn what_is_found_changed_is_believed() {
    let (before, now) = (small_world(), machine_in_state("stopped"));
    let mut watched = Watched::new(&before);
    watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.settle(&now);
    watched.pass(SOON, &now);
    assert_eq!(watched.reads, 2);
}
