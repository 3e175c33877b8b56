//! Almost valid bytes for everything that reads bytes: nothing panics, and what is accepted is whole.
//!
//! A few thousand inputs for each reader, the same ones each time. `NETCENSUS_FUZZ=N` tries N inputs, from a
//! random start, and keeps the one that is tried in the temporary directory, for when it aborts the process.

#[path = "../fuzz/mutate.rs"]
mod mutate;
#[path = "../fuzz/targets.rs"]
mod targets;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use mutate::{Mutator, Random};
use targets::Target;

/// How many inputs each target gets unless `NETCENSUS_FUZZ` says otherwise.
const INPUTS: u64 = 1500;

/// How many inputs to try, and where their sequence begins.
fn plan() -> (u64, u64) {
    match std::env::var("NETCENSUS_FUZZ").ok().and_then(|text| text.parse().ok()) {
        Some(inputs) => (inputs, jiff::Timestamp::now().as_microsecond().unsigned_abs()),
        None => (INPUTS, 0),
    }
}

#[expect(clippy::disallowed_macros, reason = "the figures of a long run are for those who started it")]
fn run(target: &Target) {
    let (inputs, start) = plan();
    let mutator = Mutator { seeds: &target.seeds, tokens: target.tokens };
    let kept = std::env::temp_dir().join(format!("netcensus-fuzz-{}", target.name));
    let (begun, mut slowest) = (Instant::now(), Duration::ZERO);
    for number in start..start + inputs {
        let mut random = Random::new(number);
        let seed = target.seeds[random.below(target.seeds.len())].clone();
        let input = mutator.mutate(seed, &mut random);
        if start > 0 {
            std::fs::write(&kept, &input).expect("a temporary file can be written");
        }
        let at = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| (target.check)(&input)));
        slowest = slowest.max(at.elapsed());
        if result.is_err() {
            std::fs::write(&kept, &input).expect("a temporary file can be written");
            panic!("{}: input {number} is in {}", target.name, kept.display());
        }
    }
    if start > 0 {
        eprintln!("{}: {inputs} inputs in {:?}, the slowest {slowest:?}", target.name, begun.elapsed());
    }
}

macro_rules! tests {
    ($($test:ident: $name:literal),* $(,)?) => {
        $(#[test]
        fn $test() {
            run(&targets::all().into_iter().find(|target| target.name == $name).expect("is a target"));
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
}

/// Changes begin with what readers know.
#[test]
fn seeds_are_accepted() {
    for target in targets::all() {
        for (number, seed) in target.seeds.iter().enumerate() {
            assert!((target.check)(seed), "{}: seed {number} is refused", target.name);
        }
    }
}
