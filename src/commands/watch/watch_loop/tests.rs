//! Tests of the loop of a watch, against a sandbox in this process.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::super::change_report::ChangeReport;
use super::super::followed_exports::FollowedExports;
use super::super::followed_syncs::FollowedSyncs;
use super::super::outputs::Followers;
use super::*;
use crate::cli::source::LiveArgs;
use crate::clouds::EventSource;
use crate::commands::overrides::with_config_names;
use crate::config::{Color, Overrides, Settings};
use crate::sandbox::{Estate, Options, Sandbox};
use crate::ui::Verbosity;
use crate::watch::EventFile;

const HOUR: Duration = Duration::from_hours(1);

/// Watches while events are taken from a file with this text. The estate changes before, and no event tells of it. Returns
/// how many changes a scan found that no event told of.
async fn missed_with_events(text: &str) -> u64 {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let settings = with_config_names(|names| Settings::resolve(None, &Overrides::default(), names)).unwrap();
    let (live, ui) = (LiveArgs::default(), Ui::new(Color::Never, Verbosity::Quiet));
    let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
    let clouds = WatchedClouds::new(&live, &settings, Some(&sandbox), &CancellationToken::new(), &ui);
    let (inventory, rereader) = clouds.first_scan().await.unwrap();
    sandbox.change(20);
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
    let (engine, _) = watching.run().await.unwrap();
    sandbox.stop().await;
    engine.counts().missed
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_read_leads_to_a_scan_and_one_of_another_account_does_not() {
    assert!(missed_with_events("{\"no\": \"event\"}\n").await > 0);
    let foreign = include_str!("../../../../tests/fixtures/events/ec2-state-change.json");
    let foreign = foreign.replace("123456789012", "000000000000");
    assert_eq!(missed_with_events(&foreign).await, 0, "it is counted, and refused");
}
