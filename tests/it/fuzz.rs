//! Almost valid bytes for everything that reads bytes: nothing panics, and what is accepted is whole.
//!
//! The inputs are made and counted by `tests/fuzz/harness.rs`. The readers of what the clouds answer are private: unit tests in
//! `src/clouds` run them in the same way.

#[path = "../fuzz/harness.rs"]
mod harness;
#[path = "../fuzz/targets.rs"]
mod targets;

macro_rules! tests {
    ($($test:ident: $name:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            let target = targets::all().into_iter().find(|target| target.name == $name).expect("is a target");
            harness::run(&target, harness::INPUTS);
        })*

        #[test]
        fn every_target_is_run() {
            let names: Vec<_> = targets::all().iter().map(|target| target.name).collect();
            assert_eq!(names, [$($name),*]);
        }
    };
}

tests! {
    documents: "document",
    snapshots: "snapshot",
    texts_of_snapshots: "snapshot-text",
    ranges: "ranges",
    ranges_in_toml: "ranges-toml",
    plans_of_terraform: "terraform",
    configurations: "config",
    estates: "estate",
    filters: "filter",
    names_of_snapshots: "name",
    queries: "query",
    baselines: "baseline",
    journals: "journal",
    leases: "lease",
    conditions_that_were_reported: "reported",
    reservations: "reservations",
    events: "event",
    network_plans: "network-plan",
}

#[test]
fn seeds_are_accepted() {
    targets::all().iter().for_each(harness::Target::check_seeds);
}
