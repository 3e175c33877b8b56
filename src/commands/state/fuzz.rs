//! Almost valid documents of a pipe: nothing panics, what cannot be trusted is refused, and what other programs wrote stays.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use tempfile::NamedTempFile;

use super::{PipeState, StepRequirements};
use crate::fuzz_harness::{INPUTS, Target, run};

const STATES: &[&str] = &[
    "{}",
    r#"{"pool":{"region":"eu-west-1"},"prefix":"10.0.0.0/20","netcensus":{"version":1,"steps":[{"step":"free","at":"2026-11-27T12:00:00Z","status":"done",
"taken_at":"2026-11-27T12:00:00Z","from":null,"generator":"netcensus 0.1.0","inventory":"0a1b2c3d","complete":true,"missing":[]}]}}"#,
    r#"{"netcensus":{"version":1,"steps":[{"step":"free","at":"2026-11-27T12:00:00Z","status":"failed","error":"no room"}]}}"#,
];

#[test]
fn documents_of_pipes() {
    let file = NamedTempFile::new().unwrap();
    let check = move |bytes: &[u8]| {
        fs::write(file.path(), bytes).unwrap();
        let Ok(state) = PipeState::read(file.path()) else { return false };
        let strict =
            StepRequirements { max_age: Some(SignedDuration::from_hours(1)), allow_incomplete: false };
        let lenient = StepRequirements { max_age: None, allow_incomplete: true };
        let accepted = [strict, lenient].map(|requirements| state.check(requirements, Timestamp::UNIX_EPOCH));
        assert!(accepted[0].is_err() || accepted[1].is_ok(), "more is asked for, and more is accepted");
        let _ = state.plan();
        let mut longer = state.clone();
        longer.add_step(serde_json::json!({"step": "next"}));
        let others = |state: &PipeState| {
            let others = state.0.iter().filter(|(name, _)| *name != super::KEY);
            others.map(|(name, value)| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        assert_eq!(others(&longer), others(&state), "what other programs wrote is changed");
        true
    };
    let tokens = &["{", "}", "[", "]", ",", ":", "\"", "null", "true", "1e9", "\"netcensus\":", "\"steps\":"];
    let seeds = STATES.iter().map(|state| state.as_bytes().to_vec()).collect();
    let target = Target { name: "state", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
