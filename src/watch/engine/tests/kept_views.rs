//! What a snapshot does not say: a resource is in it once, also if several accounts list it.

use super::*;

/// One end of a peering stops listing it before the other does, and what is kept in between has one row of it.
#[test]
fn a_peering_that_one_end_lists_no_more_is_gone_when_the_other_end_follows_also_after_a_restart() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    assert!(watched.engine.inventory().views_beyond_inventory().is_empty());
    world.links.retain(|(account, _)| *account != 0);
    watched.hear([hint(0, &[Kind::Links], &["pcx-1"])]);
    watched.settle(&world);
    let (kept, views) = (watched.inventory(), watched.engine.inventory().views_beyond_inventory());
    assert_eq!((kept.links.len(), views.links.len()), (1, 1));
    let folds = std::mem::take(&mut watched.folds);
    assert!(
        matches!(folds.as_slice(), [fold] if fold.touched.is_empty()),
        "it is kept, and there is nothing to report"
    );
    world.links.clear();
    watched.hear([hint(1, &[Kind::Links], &["pcx-1"])]);
    watched.settle(&world);
    let mut again = Engine::new(&kept);
    again.replay(&views);
    assert!(again.inventory().views_beyond_inventory() == views);
    for fold in &watched.folds {
        again.replay(&fold.delta);
    }
    let again = again.inventory().to_inventory(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!((&again, again.links.len()), (&watched.inventory(), 0));
    // Nor after one that kept the journal alone.
    let mut again = Engine::new(&small_world().scan());
    for fold in folds.iter().chain(&watched.folds) {
        again.replay(&fold.delta);
    }
    assert_eq!(again.inventory().to_inventory(jiff::Timestamp::UNIX_EPOCH), watched.inventory());
}
