//! libFuzzer over the target that `TARGET` names.

#![no_main]

#[path = "../mutate.rs"]
mod mutate;
#[path = "../targets.rs"]
mod targets;

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};

use mutate::{Mutator, Random};

static TARGET: LazyLock<targets::Target> = LazyLock::new(|| {
    let name = std::env::var("TARGET").expect("TARGET names a target");
    targets::all().into_iter().find(|target| target.name == name).expect("there is such a target")
});

fuzz_target!(|data: &[u8]| {
    (TARGET.check)(data);
});

// Half of the inputs are changed by libFuzzer, and half by the mutator of `cargo test`, which begins with valid ones.
fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut random = Random::new(u64::from(seed));
    if size > 8 && random.below(2) == 0 {
        return fuzzer_mutate(data, size, max_size);
    }
    let mutator = Mutator { seeds: &TARGET.seeds, tokens: TARGET.tokens };
    let seed = random.below(TARGET.seeds.len());
    let from = if size > 8 && random.below(4) > 0 { data[..size].to_vec() } else { TARGET.seeds[seed].clone() };
    let changed = mutator.mutate(from, &mut random);
    let length = changed.len().min(max_size);
    data[..length].copy_from_slice(&changed[..length]);
    length
});
