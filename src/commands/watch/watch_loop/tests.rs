//! Tests of the loop of a watch, against a sandbox in this process.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::super::change_report::ChangeReport;
use super::super::followed_exports::FollowedExports;
use super::super::followed_syncs::FollowedSyncs;
use super::super::outputs::Followers;
use super::*;
use crate::cli::source::LiveArgs;
use crate::clouds::{EventSource, SourceError};
use crate::commands::overrides::with_config_names;
use crate::config::{Color, Overrides, Settings};
use crate::sandbox::{Estate, Options, Sandbox};
use crate::ui::Verbosity;
use crate::watch::EventFile;

const HOUR: Duration = Duration::from_hours(1);

/// Begins to watch a sandbox with events from a file with this text, and does something with that watch.
async fn with_watch<T>(text: &str, act: impl AsyncFnOnce(WatchLoop<'_>, &Sandbox) -> T) -> T {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let settings = with_config_names(|names| Settings::resolve(None, &Overrides::default(), names)).unwrap();
    let (live, ui) = (LiveArgs::default(), Ui::new(Color::Never, Verbosity::Quiet));
    let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
    let clouds = WatchedClouds::new(&live, &settings, Some(&sandbox), &CancellationToken::new(), &ui);
    let (inventory, rereader) = clouds.first_scan().await.unwrap();
    let followers = Followers {
        exports: FollowedExports::new(&live, &settings, &ui).unwrap(),
        syncs: FollowedSyncs::new(&[], HOUR, true, &settings, &ui).unwrap(),
        notifications: None,
    };
    let report = ChangeReport::new(&inventory, false, &settings, &ui).unwrap();
    let outputs = Outputs::new(None, report, followers);
    let source: Arc<dyn EventSource> = Arc::new(EventFile::open(file.path().to_str().unwrap()).unwrap());
    let sources = MessageSources::new(vec![source]);
    let intervals = Intervals { scan: HOUR, keep: HOUR, early: Duration::ZERO };
    let engine = Engine::new(&inventory);
    let watching = WatchLoop::new(engine, rereader, &clouds, intervals, sources, outputs, &ui);
    let result = act(watching, &sandbox).await;
    sandbox.stop().await;
    result
}

/// Watches while the estate has changed before, and no event tells of it. Returns how many changes a scan found that no event
/// told of.
async fn missed_with_events(text: &str) -> u64 {
    with_watch(text, async |watching: WatchLoop<'_>, sandbox: &Sandbox| {
        sandbox.change(20);
        let (engine, _) = watching.run().await.unwrap();
        engine.counts().missed
    })
    .await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_read_leads_to_a_scan_and_one_of_another_account_does_not() {
    assert!(missed_with_events("{\"no\": \"event\"}\n").await > 0);
    let foreign = include_str!("../../../../tests/fixtures/events/ec2-state-change.json");
    let foreign = foreign.replace("123456789012", "000000000000");
    assert_eq!(missed_with_events(&foreign).await, 0, "it is counted, and refused");
}

/// Credentials that have expired, such as those of `aws sso login`, are renewed while the watch goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_that_found_nothing_out_is_tried_again_soon() {
    with_watch("", async |mut watching: WatchLoop<'_>, _: &Sandbox| {
        let minutes = |watching: &WatchLoop<'_>| {
            let wait = watching.next_scan.saturating_duration_since(TokioInstant::now());
            // Some time has passed since.
            wait.as_secs().div_ceil(60)
        };
        assert_eq!(minutes(&watching), 60);
        let mut waits = Vec::new();
        for _ in 0..6 {
            watching.finish_scan(Err(PlanError::new("the token has expired"))).unwrap();
            waits.push(minutes(&watching));
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
        assert!(watching.serving.list_problems()[0].starts_with("scan: the token has expired"));
        watching.start_scan(false);
        let scan = watching.scans.join_next().await.unwrap().unwrap();
        watching.finish_scan(scan).unwrap();
        assert!(minutes(&watching) == 60 && watching.serving.list_problems().is_empty());
    })
    .await;
}

/// A queue that was removed and made again lost what was in it, and no event tells what that was.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_can_be_read_again_leads_to_a_scan_and_a_short_failure_does_not() {
    with_watch("", async |mut watching: WatchLoop<'_>, _: &Sandbox| {
        let mut fail_and_recover = |error: SourceError| {
            watching.note_failed_source(0, &error);
            assert!(watching.early_scans.due().is_none(), "it cannot be read yet");
            watching.act_on(Received::Messages(0, Vec::new())).unwrap();
            assert!(watching.serving.list_problems().is_empty());
            watching.early_scans.due().is_some()
        };
        assert!(!fail_and_recover(SourceError::transient("busy")));
        assert!(fail_and_recover(SourceError::permanent("there is no such queue")));
    })
    .await;
}
