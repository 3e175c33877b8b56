//! What the server answers, and what is made of it.

use std::sync::atomic::AtomicBool;
use std::time::Duration;

use domain::base::iana::Rcode;

use super::server::{Fault, SECRET};
use super::*;

fn web() -> Inventory {
    inventory(vec![machine("i-1", Some("web"), &["10.0.0.4"])], Outcome::Complete)
}

fn check(case: &Case) -> Result<(), String> {
    block_on(case.target().check()).map_err(|error| error.to_line())
}

#[test]
fn a_zone_that_cannot_be_read_is_an_error_and_never_an_empty_one() {
    let case = Case::new();
    case.sync(&web());
    for (fault, expected) in [
        (Fault::Transfer(Rcode::REFUSED), "allow transfers with the key netcensus"),
        (Fault::Transfer(Rcode::SERVFAIL), "look into the log of the server"),
        (Fault::Transfer(Rcode::NOTAUTH), "name the primary server"),
        (Fault::EndsEarly, "ended the connection before its answer was complete"),
        (Fault::WrongSignature, "the signature of its answer is wrong"),
        (Fault::Unsigned, "its answer is not signed"),
    ] {
        case.server.set_fault(fault);
        let error = case.try_plan(&web()).map(drop).unwrap_err().to_line();
        assert!(error.contains(expected), "{fault:?}: {error}");
    }
    case.server.set_fault(Fault::None);
    assert!(case.server.transferred() > 6, "transfers have several messages");
    assert!(case.plan(&web()).steps.is_empty());
}

#[test]
fn keys_and_clocks_are_checked_before_anything_is_read() {
    let case = Case::new();
    assert_eq!(check(&case), Ok(()));
    for (fault, expected) in [
        (Fault::BadSignature, "the secret of the key netcensus is not the server's (BADSIG)"),
        (Fault::Clock(1000), "its clock and the one here differ by 1000 s (BADTIME)"),
        (Fault::Clock(-1000), "its clock and the one here differ by 1000 s (BADTIME)"),
        (Fault::NoAuthority, "name the primary server of example.internal"),
        (Fault::Unsigned, "its answer is not signed"),
    ] {
        case.server.set_fault(fault);
        let error = check(&case).unwrap_err();
        assert!(error.contains(expected), "{fault:?}: {error}");
        assert!(!error.contains(SECRET), "{error}");
    }
}

#[test]
fn a_key_that_the_server_does_not_know_is_named() {
    let mut case = Case::new();
    case.settings.key_name = Some("other".to_owned());
    let error = check(&case).unwrap_err();
    assert!(error.contains("it does not know the key other (BADKEY)"), "{error}");
    case.settings.key_name = Some("netcensus".to_owned());
    case.settings.algorithm = Some(crate::config::TsigAlgorithm::Sha512);
    let error = check(&case).unwrap_err();
    assert!(error.contains("`key-name` and `algorithm`"), "{error}");
}

#[test]
fn a_zone_that_the_server_does_not_have_is_named() {
    let mut case = Case::new();
    case.settings.zones.push("20.172.in-addr.arpa".to_owned());
    let error = check(&case).unwrap_err();
    assert!(error.contains("does not answer for the zone 20.172.in-addr.arpa: NOTAUTH"), "{error}");
}

#[test]
fn a_server_that_is_silent_or_away_is_not_waited_for() {
    let case = Case::new();
    case.server.set_fault(Fault::Silent);
    let target = case.target().answer_within(Duration::from_millis(50));
    let error = block_on(target.read(&[])).unwrap_err().to_line();
    assert!(error.contains("no answer in"), "{error}");
    let place = case.server.place();
    drop(case);
    let away = DnsSettings { server: place, ..settings() };
    let target = DnsTarget::new("names", away, Some(SECRET)).unwrap();
    assert!(block_on(target.check()).unwrap_err().to_line().contains("check `server`"));
}

/// One without an end filled the memory for a quarter of an hour.
#[test]
fn a_zone_that_is_too_large_is_given_up() {
    let case = Case::new();
    case.sync(&web());
    let target = case.target().max_transfer(100);
    let error = block_on(target.read(&[])).unwrap_err().to_line();
    assert!(error.contains("the zone is larger than 100 bytes, or has no end"), "{error}");
}

#[test]
fn an_update_that_is_refused_fails_and_leaves_the_rest() {
    let case = Case::new();
    case.server.set_fault(Fault::Update(Rcode::REFUSED));
    let names: Vec<String> = (0..20).map(|number| format!("web{number}")).collect();
    let machines =
        names.iter().enumerate().map(|(at, name)| machine(name, Some(name), &[&format!("10.0.0.{at}")]));
    let (_, outcomes) = case.apply(&inventory(machines.collect(), Outcome::Complete));
    let AppliedStep::Failed(why) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert!(why.to_line().contains("`update-policy`"), "{}", why.to_line());
    let failed = outcomes.iter().filter(|it| matches!(it, AppliedStep::Failed(_))).count();
    assert_eq!((failed, outcomes.contains(&AppliedStep::NotTried)), (5, true), "the rest would fail too");
    assert!(case.server.records().is_empty());
}

#[test]
fn a_lost_answer_is_a_failure_that_the_next_run_clears_up() {
    let case = Case::new();
    case.server.set_fault(Fault::Forgetful);
    let (_, outcomes) = case.apply(&web());
    let AppliedStep::Failed(why) = &outcomes[0] else { panic!("{outcomes:?}") };
    assert!(why.to_line().contains("the next run reads what was written"), "{}", why.to_line());
    case.server.set_fault(Fault::None);
    case.sync(&web());
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
}

#[test]
fn what_is_stopped_is_not_tried() {
    let case = Case::new();
    let (target, plan) = case.try_plan(&web()).unwrap();
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(true))));
    assert!(outcomes.iter().all(|outcome| *outcome == AppliedStep::NotTried));
    assert_eq!(case.server.updates(), 0);
}

#[test]
fn many_names_go_in_few_messages() {
    let case = Case::new();
    let names: Vec<String> = (0..200).map(|number| format!("web{number}")).collect();
    let machines =
        names.iter().enumerate().map(|(at, name)| machine(name, Some(name), &[&format!("10.0.0.{at}")]));
    let plan = case.sync(&inventory(machines.collect(), Outcome::Complete));
    assert_eq!(plan.steps.len(), 400);
    assert!(case.server.updates() < 20, "{}", case.server.updates());
}
