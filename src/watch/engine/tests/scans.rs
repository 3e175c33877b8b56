//! Scans beside reads: which of the two is newer.

use super::*;

#[test]
fn a_scan_finds_what_no_event_told_of_and_does_not_undo_later_reads() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.subnets.push((0, subnet(0, "subnet-2", 251)));
    let (scan, began) = (world.scan(), watched.engine.start_scan());
    // While the scan runs, a machine stops, and this is read first.
    world.instances[0].1.state = Some("stopped".to_owned());
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.settle(&world);
    let fold = watched.engine.reconcile(&scan, began, watched.now).unwrap();
    assert_eq!(fold.touched.new.subnets.len(), 1);
    assert_eq!(watched.engine.counts().missed, 1);
    assert_eq!(watched.inventory().instances[0].state.as_deref(), Some("stopped"));
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
    assert!(watched.reconcile(&world.scan()).is_none());
}

/// The scan reads an account, then a read that began before the scan does.
#[test]
fn a_read_that_ends_during_a_scan_is_newer_than_the_scan() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.now += COLLECTED;
    let read = watched.engine.start_read(watched.now).unwrap();
    let (scan, began) = (world.scan(), watched.engine.start_scan());
    world.instances[0].1.state = Some("stopped".to_owned());
    let answers = read.wanted.iter().map(|(scope, ids)| world.answer(scope, ids.as_ref())).collect();
    watched.engine.finish_reads([(read, answers)], watched.now);
    assert!(watched.engine.reconcile(&scan, began, watched.now).is_none());
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn what_a_scan_cannot_read_stays_and_is_read_again() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let mut scan = world.scan();
    scan.instances.clear();
    for entry in &mut scan.coverage {
        if entry.kind == Kind::Instances.into() {
            entry.outcome = Outcome::Throttled;
        }
    }
    watched.reconcile(&scan);
    assert_eq!(watched.inventory().instances.len(), 1, "throttled is not empty");
    assert_eq!((watched.inventory().incomplete().count(), watched.engine.counts().missed), (2, 0));
    world.instances[0].1.state = Some("stopped".to_owned());
    watched.pass(FIRST_RETRY, &world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn every_change_that_only_a_scan_found_is_counted() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.instances = vec![(0, instance(0, "i-2", "subnet-1", "running"))];
    for (_, link) in &mut world.links {
        link.state = Some("deleted".to_owned());
    }
    watched.reconcile(&world.scan());
    assert_eq!(watched.engine.counts().missed, 3, "one came, one went, one changed");
}

/// The machine was never known, so nothing of it was found to be gone. The scan that takes hours still has its interface.
#[test]
fn a_scan_does_not_bring_back_what_belongs_to_something_that_was_asked_for_since_it_began() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let before = world.clone();
    world.instances.push((0, instance(0, "i-2", "subnet-1", "running")));
    world.interfaces.push((0, interface(0, "eni-2", "subnet-1", "i-2")));
    let (scan, began) = (world.scan(), watched.engine.start_scan());
    world = before;
    watched.hear([hint(0, &MACHINE, &["i-2"])]);
    watched.settle(&world);
    assert!(watched.engine.reconcile(&scan, began, watched.now).is_none());
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn a_scan_does_not_bring_back_what_a_read_of_everything_did_not_find_since_it_began() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let before = world.clone();
    world.subnets.push((0, subnet(0, "subnet-2", 251)));
    let (scan, began) = (world.scan(), watched.engine.start_scan());
    world = before;
    // A machine that is never listed leads to a read of all subnets.
    watched.hear([hint(0, &MACHINE, &["i-9"])]);
    watched.settle(&world);
    watched.pass(ASK_AGAIN_AFTER, &world);
    assert!(watched.engine.reconcile(&scan, began, watched.now).is_none());
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
}

/// All subnets were read before it was made, so the scan is doubted, and right.
#[test]
fn what_only_a_doubted_scan_found_is_counted_as_missed_when_it_is_found_again() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let began = watched.engine.start_scan();
    watched.hear([hint(0, &MACHINE, &["i-9"])]);
    watched.settle(&world);
    watched.pass(ASK_AGAIN_AFTER, &world);
    world.subnets.push((0, subnet(0, "subnet-2", 251)));
    assert!(watched.engine.reconcile(&world.scan(), began, watched.now).is_none());
    assert_eq!(watched.engine.counts().missed, 0);
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
    assert_eq!(watched.engine.counts().missed, 1);
}

/// An interface in a subnet of the first account, as that account lists it, of another one.
fn interface_of(account: &str) -> (usize, Interface) {
    let interface = Interface {
        account: account.to_owned(),
        seen_by: Some(ACCOUNTS[0].to_owned()),
        ..interface(0, "eni-9", "subnet-1", "i-9")
    };
    (0, interface)
}

/// Of an account that is not in scope.
fn foreign_interface() -> (usize, Interface) {
    interface_of("333333333333")
}

/// Ends a scan that has that interface, after an event that told that it is gone.
fn assert_it_is_not_brought_back(watched: &mut Watched, world: &World, (scan, began): (&Inventory, u64)) {
    watched.hear([hint(0, &[Kind::Interfaces], &["eni-9"])]);
    watched.settle(world);
    watched.engine.reconcile(scan, began, watched.now);
    watched.pass(COLLECTED, world);
    assert!(watched.inventory().interfaces.iter().all(|one| one.id != "eni-9"));
}

#[test]
fn a_scan_does_not_bring_back_what_is_of_an_account_out_of_scope() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let before = world.clone();
    world.interfaces.push(foreign_interface());
    let (scan, began) = (world.scan(), watched.engine.start_scan());
    assert_it_is_not_brought_back(&mut watched, &before, (&scan, began));
}

/// Its subnet was read before it was made, so the scan is doubted, and right.
#[test]
fn what_only_a_doubted_scan_found_is_asked_for_where_it_is_listed() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let began = watched.engine.start_scan();
    watched.hear([hint(0, &[Kind::Interfaces], &["subnet-1"])]);
    watched.settle(&world);
    world.interfaces.push(foreign_interface());
    assert!(watched.engine.reconcile(&world.scan(), began, watched.now).is_none());
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn what_is_of_an_account_out_of_scope_goes_when_the_owner_of_its_subnet_does_not_find_it() {
    let mut world = small_world();
    world.interfaces.push(foreign_interface());
    let mut watched = Watched::new(&world);
    assert!(watched.engine.inventory().views_beyond_inventory().is_empty(), "a snapshot tells it too");
    world.interfaces.pop();
    watched.hear([hint(0, &[Kind::Interfaces], &["eni-9"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

/// Its owner may not list it.
#[test]
fn a_scan_does_not_bring_back_what_another_account_listed_for_its_owner() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let before = world.clone();
    world.interfaces.push(interface_of(ACCOUNTS[1]));
    let mut scan = world.scan();
    for entry in &mut scan.coverage {
        if entry.kind == Kind::Interfaces.into() && entry.account == ACCOUNTS[1] {
            entry.outcome = Outcome::Denied;
        }
    }
    let began = watched.engine.start_scan();
    assert_it_is_not_brought_back(&mut watched, &before, (&scan, began));
}

/// The owner of the subnet lists it too. The event comes to its own account only.
#[test]
fn an_interface_that_its_owner_does_not_list_any_more_is_asked_for_where_else_it_was_listed() {
    let mut world = small_world();
    world.interfaces.push((1, interface(1, "eni-9", "subnet-1", "i-9")));
    world.interfaces.push(interface_of(ACCOUNTS[1]));
    let mut watched = Watched::new(&world);
    watched.hear([hint(0, &[Kind::Interfaces], &["subnet-1"])]);
    watched.settle(&world);
    world.interfaces.truncate(1);
    watched.hear([Hint { change: HintedChange::Ended, ..hint(1, &[Kind::Interfaces], &["eni-9"]) }]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

/// Reads that ended during the scan are newer, so what it found is asked for once more.
#[test]
fn a_change_that_a_read_after_a_scan_confirms_is_counted_as_missed() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let began = watched.engine.start_scan();
    watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.settle(&world);
    world.instances[0].1.state = Some("stopped".to_owned());
    world.interfaces.clear();
    assert!(watched.engine.reconcile(&world.scan(), began, watched.now).is_none());
    watched.pass(COLLECTED, &world);
    watched.pass(ASK_AGAIN_AFTER, &world);
    assert_eq!(watched.inventory(), world.scan());
    assert_eq!(watched.engine.counts().missed, 2, "one changed and one went");
}

#[test]
fn a_change_that_an_event_tells_of_beside_a_scan_is_not_counted_as_missed() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let began = watched.engine.start_scan();
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.settle(&world);
    world.instances[0].1.state = Some("stopped".to_owned());
    assert!(watched.engine.reconcile(&world.scan(), began, watched.now).is_none());
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.settle(&world);
    assert_eq!((watched.inventory(), watched.engine.counts().missed), (world.scan(), 0));
}

#[test]
fn what_was_asked_for_before_a_scan_does_not_make_it_doubtful() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    watched.hear([hint(0, &MACHINE, &["i-2"])]);
    watched.settle(&world);
    world.instances.push((0, instance(0, "i-2", "subnet-1", "running")));
    let fold = watched.reconcile(&world.scan()).unwrap();
    assert_eq!(fold.touched.new.instances.len(), 1);
    assert_eq!(watched.engine.counts().missed, 1);
}

/// That it cannot be reached now does not mean that it is allowed.
#[test]
fn what_was_refused_stays_unreadable_until_it_is_read() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.denied.insert(Kind::Instances);
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.pass(2 * COLLECTED_FOR, &world);
    assert_eq!(watched.engine.unreadable().count(), 1);
    world.denied.clear();
    world.silent.insert(Kind::Instances);
    watched.hear([hint(0, &[Kind::Instances], &["i-9"])]);
    watched.pass(2 * COLLECTED_FOR, &world);
    assert_eq!(watched.engine.unreadable().count(), 1, "it failed for another reason");
    world.silent.clear();
    watched.settle(&world);
    assert_eq!(watched.engine.unreadable().count(), 0);
}
