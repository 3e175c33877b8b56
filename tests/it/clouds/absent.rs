//! Clouds that cannot be read: skipped, missed or the end of the run.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use netcensus::clouds::{CloudError, CloudProvider, Run, ScanPlan, gather, survey};
use netcensus::diagnostic::Diagnostic;
use netcensus::model::{self, Coverage, Inventory, Kind, Outcome, Subject};

use super::fake::{self, Closed, Fake, Fate, Faulty};

type Clouds = Vec<Arc<dyn CloudProvider>>;

/// A cloud that can be read; it is AWS.
fn readable() -> Arc<dyn CloudProvider> {
    Fake::new(&["1"], &["a"], |_| Fate::Read)
}

fn azure(why: CloudError) -> Arc<dyn CloudProvider> {
    Closed::shut(model::Provider::Azure, why)
}

fn aws(why: CloudError) -> Arc<dyn CloudProvider> {
    Closed::shut(model::Provider::Aws, why)
}

fn absent() -> CloudError {
    CloudError::not_configured("nobody is signed in").with_cause("looked everywhere").remedy("sign in first")
}

fn expired() -> CloudError {
    CloudError::new("nobody is let in")
        .with_cause("tenant a: expired")
        .with_cause("tenant b: refused")
        .remedy("run: az login")
}

fn run(asked_for: &[model::Provider]) -> Run {
    Run { asked_for: asked_for.to_vec(), ..fake::run(4, Duration::from_secs(30)) }
}

async fn read(clouds: Clouds, run: &Run) -> Result<Inventory, CloudError> {
    Ok(gather(&clouds, &[Kind::Networks], run, Timestamp::UNIX_EPOCH).await?.unpack().unwrap())
}

/// Returns the one outcome of signing in to `provider`.
#[track_caller]
fn way_in(inventory: &Inventory, provider: model::Provider) -> &Coverage {
    let is_it = |entry: &&Coverage| entry.provider == provider && entry.kind == Subject::Credentials;
    let entries: Vec<&Coverage> = inventory.coverage.iter().filter(is_it).collect();
    assert_eq!(entries.len(), 1, "{entries:#?}");
    entries[0]
}

#[tokio::test]
async fn a_cloud_that_is_not_configured_is_skipped_and_named() {
    for clouds in [vec![readable(), azure(absent())], vec![azure(absent()), readable()]] {
        let inventory = read(clouds, &run(&[])).await.unwrap();
        assert_eq!(inventory.networks.len(), 1);
        assert_eq!(inventory.incomplete().count(), 0);
        let entry = way_in(&inventory, model::Provider::Azure);
        assert_eq!((entry.account.as_str(), entry.region.as_deref()), ("default chain", None));
        assert_eq!(entry.outcome, Outcome::Skipped);
        let why = "not asked for, and not configured on this machine: nobody is signed in";
        assert_eq!(entry.detail.as_deref(), Some(why));
    }
}

#[tokio::test]
async fn a_cloud_that_was_asked_for_is_never_skipped() {
    let asked = run(&[model::Provider::Azure]);
    let inventory = read(vec![readable(), azure(absent())], &asked).await.unwrap();
    assert_eq!(inventory.networks.len(), 1, "the other cloud is read all the same");
    let entry = way_in(&inventory, model::Provider::Azure);
    assert_eq!((entry.account.as_str(), entry.outcome), ("default chain", Outcome::Failed));
    assert_eq!(entry.detail.as_deref(), Some("nobody is signed in: looked everywhere (sign in first)"));
}

#[tokio::test]
async fn asking_for_one_cloud_asks_for_no_other() {
    let asked = run(&[model::Provider::Aws]);
    let inventory = read(vec![readable(), azure(absent())], &asked).await.unwrap();
    assert_eq!(way_in(&inventory, model::Provider::Azure).outcome, Outcome::Skipped);
}

#[tokio::test]
async fn a_cloud_that_is_configured_and_fails_is_missed_whether_asked_for_or_not() {
    for asked in [&[][..], &[model::Provider::Azure]] {
        let inventory = read(vec![readable(), azure(expired())], &run(asked)).await.unwrap();
        assert_eq!(inventory.networks.len(), 1);
        let entry = way_in(&inventory, model::Provider::Azure);
        assert_eq!((entry.account.as_str(), entry.outcome), ("all accounts", Outcome::Failed));
        let why = "nobody is let in: tenant a: expired; tenant b: refused (run: az login)";
        assert_eq!(entry.detail.as_deref(), Some(why));
        assert_eq!(inventory.incomplete().count(), 1);
    }
}

#[tokio::test]
async fn a_wrong_name_ends_the_run_whatever_else_can_be_read() {
    let wrong = || CloudError::bad_setting("no subscription matches `prdo`").remedy("did you mean `prod`?");
    for clouds in [
        vec![readable(), azure(wrong())],
        vec![azure(wrong()), readable()],
        vec![aws(expired()), azure(wrong())],
        vec![aws(absent()), azure(wrong())],
    ] {
        let error = read(clouds, &run(&[])).await.unwrap_err();
        assert!(error.is_bad_setting());
        assert_eq!(error.diagnostic.to_line(), "no subscription matches `prdo` (did you mean `prod`?)");
    }
}

fn causes(error: &CloudError) -> Vec<String> {
    error.diagnostic.causes.iter().map(Diagnostic::to_line).collect()
}

#[tokio::test]
async fn when_no_cloud_is_configured_the_ways_in_to_each_are_said() {
    let error = read(vec![aws(absent()), azure(absent())], &run(&[])).await.unwrap_err();
    assert_eq!(error.message(), "no cloud is configured on this machine");
    let details =
        ["aws: nobody is signed in: looked everywhere", "azure: nobody is signed in: looked everywhere"];
    assert_eq!(causes(&error), details);
    assert_eq!(error.diagnostic.remedies, ["aws: sign in first", "azure: sign in first"]);
    assert!(!error.is_bad_setting());
}

#[tokio::test]
async fn when_no_cloud_can_be_read_the_one_that_is_configured_comes_first() {
    let error = read(vec![aws(absent()), azure(expired())], &run(&[])).await.unwrap_err();
    assert_eq!(error.message(), "no cloud can be read");
    let details = [
        "azure: nobody is let in: tenant a: expired; tenant b: refused",
        "aws: nobody is signed in: looked everywhere",
    ];
    assert_eq!(causes(&error), details);
    assert_eq!(error.diagnostic.remedies, ["azure: run: az login", "aws: sign in first"]);
}

#[tokio::test]
async fn one_cloud_alone_speaks_for_itself() {
    for why in [absent(), expired()] {
        let error = read(vec![azure(why.clone())], &run(&[])).await.unwrap_err();
        assert_eq!(error.diagnostic, why.diagnostic);
    }
}

#[tokio::test]
async fn stopping_while_a_cloud_signs_in_stops_the_run() {
    let why = CloudError::new("stopped while signing in");
    let stopped = Closed { id: model::Provider::Azure, why, stopped: true };
    let run = run(&[]);
    let error = read(vec![readable(), Arc::new(stopped)], &run).await.unwrap_err();
    assert_eq!(error.message(), "stopped while signing in");
    assert!(run.cancel.is_cancelled());
}

#[tokio::test]
async fn a_cloud_that_fails_is_named_when_nothing_of_the_other_is_in_scope() {
    let empty = Fake::new(&["1"], &[], |_| Fate::Read);
    let error = read(vec![empty, azure(expired())], &run(&[])).await.unwrap_err();
    assert!(error.message().contains("no region is left to read"), "{error}");
    assert!(causes(&error).iter().any(|detail| detail.contains("tenant a: expired")), "{:?}", causes(&error));
}

#[tokio::test]
async fn a_survey_has_a_plan_for_every_cloud_in_their_order() {
    let clouds = vec![azure(absent()), readable()];
    let plans: Vec<ScanPlan> = survey(&clouds, &[Kind::Networks], &run(&[])).await.unwrap();
    let shape: Vec<_> = plans.iter().map(|plan| (plan.scopes.len(), plan.coverage.len())).collect();
    assert_eq!(shape, [(0, 1), (1, 0)]);
}

// A panic while signing in ended everything with 101.
#[tokio::test]
async fn a_panic_while_signing_in_costs_that_cloud_alone() {
    for clouds in [vec![readable(), Arc::new(Faulty) as _], vec![Arc::new(Faulty) as _, readable()]] {
        let inventory = read(clouds, &run(&[])).await.unwrap();
        assert_eq!(inventory.networks.len(), 1, "the other cloud is read");
        let entry = way_in(&inventory, model::Provider::Azure);
        assert_eq!((entry.account.as_str(), entry.outcome), ("all accounts", Outcome::Failed));
        assert!(
            entry.detail.as_deref().unwrap().contains("please report it with the output of -v"),
            "{entry}"
        );
    }
    let error = read(vec![Arc::new(Faulty)], &run(&[])).await.unwrap_err();
    assert!(!error.is_not_configured() && !error.is_bad_setting(), "{error:?}");
}

#[tokio::test]
async fn a_panic_while_reading_costs_that_scope_alone() {
    let fate = |scope: &model::Scope| if scope.account == "2" { Fate::Fault } else { Fate::Read };
    let cloud = Fake::new(&["1", "2"], &["a"], fate);
    let inventory = read(vec![cloud], &run(&[])).await.unwrap();
    assert_eq!(inventory.networks.len(), 1);
    let failed: Vec<_> = inventory.incomplete().map(|entry| entry.account.as_str()).collect();
    assert_eq!(failed, ["2"]);
}
