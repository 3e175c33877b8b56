//! How many cases a property is tried with.

use proptest::test_runner::{Config, RngAlgorithm};

/// Returns the settings for a property that `usual` cases are enough for. `PROPTEST_CASES` asks for another number.
pub fn cases(usual: u32) -> Config {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    Config {
        cases: asked.unwrap_or(usual),
        // A failure prints its case; a file of seeds beside the sources would need to be kept.
        failure_persistence: None,
        // Random numbers for tests need not be secret, and the default costs a tenth of the time.
        rng_algorithm: RngAlgorithm::XorShift,
        ..Config::default()
    }
}
