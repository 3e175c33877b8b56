//! Tests of the loop of a watch, against a sandbox in this process.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::super::change_report::ChangeReport;
use super::super::followed_exports::FollowedExports;
use super::super::followed_syncs::FollowedSyncs;
use super::super::outputs::Followers;
use super::*;
use crate::cli::source::LiveArgs;
use crate::clouds::{EventSource, MessageToken, SourceError};
use crate::commands::overrides::with_config_names;
use crate::config::{AwsOverrides, Color, Overrides, Settings};
use crate::model::{Inventory, Resources};
use crate::sandbox::{Estate, Options, Sandbox};
use crate::ui::Verbosity;
use crate::watch::{EventFile, Hint, HintedChange};

const HOUR: Duration = Duration::from_hours(1);

/// Begins to watch a sandbox with events from a file with this text, and does something with that watch.
async fn with_watch<T>(text: &str, act: impl AsyncFnOnce(WatchLoop<'_>, &Sandbox) -> T) -> T {
    with_scope(&Overrides::default(), |_| (), text, act).await
}

/// Does so with the scope that flags select, once something was `forgotten` of the first scan.
async fn with_scope<T>(
    flags: &Overrides,
    forget: impl FnOnce(&mut Inventory),
    text: &str,
    act: impl AsyncFnOnce(WatchLoop<'_>, &Sandbox) -> T,
) -> T {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), text).unwrap();
    let settings = with_config_names(|names| Settings::resolve(None, flags, names)).unwrap();
    let (live, ui) = (LiveArgs::default(), Ui::new(Color::Never, Verbosity::Quiet));
    let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
    let clouds = WatchedClouds::new(&live, &settings, Some(&sandbox), &CancellationToken::new(), &ui);
    let (mut inventory, rereader) = clouds.first_scan().await.unwrap();
    forget(&mut inventory);
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
        watching.run().await.unwrap().engine.counts().missed
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

/// An account that joins the organisation is read soon after its first event, and one that no scan finds leads to one scan.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_of_an_account_that_may_have_joined_leads_to_a_scan_once() {
    let aws = AwsOverrides {
        org: true,
        org_role: Some("netcensus".to_owned()),
        profiles: vec!["management".to_owned()],
        ..AwsOverrides::default()
    };
    let flags = Overrides { aws, providers: vec!["aws".to_owned()], ..Overrides::default() };
    let event = include_str!("../../../../tests/fixtures/events/ec2-state-change.json").replace('\n', " ");
    let events = |account: &str| format!("{}\n", event.replace("123456789012", account)).repeat(2);
    let unknown = |watching: &WatchLoop<'_>| {
        watching.early_scans.scans().get(&EarlyScanReason::UnknownAccount).copied()
    };
    for (account, is_found) in [("333333333333", true), ("000000000000", false)] {
        let forget = |inventory: &mut Inventory| {
            inventory.accounts.retain(|one| one.id != account);
            inventory.coverage.retain(|entry| entry.account != account);
            inventory.instances.retain(|one| one.account != account);
        };
        with_scope(&flags, forget, &events(account), async |mut watching: WatchLoop<'_>, _: &Sandbox| {
            let has_account = |watching: &WatchLoop<'_>| {
                watching.engine.inventory().accounts().iter().any(|one| one.id == account)
            };
            assert!(!has_account(&watching));
            for _ in 0..2 {
                let message = Message {
                    token: MessageToken::new("m"),
                    body: events(account).into(),
                    receive_count: 1,
                    sent_at: None,
                };
                watching.take_message(0, "q", &message, Instant::now()).unwrap();
                if watching.early_scans.due().is_some() {
                    watching.start_scan(true);
                    let scan = watching.full_scans.next_end().await.unwrap();
                    watching.finish_scan(scan).unwrap();
                }
                assert_eq!(unknown(&watching), Some(1));
                assert_eq!(has_account(&watching), is_found);
            }
        })
        .await;
    }
}

/// Credentials that have expired, such as those of `aws sso login`, are renewed while the watch goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_scan_that_found_nothing_out_is_tried_again_soon() {
    with_watch("", async |mut watching: WatchLoop<'_>, _: &Sandbox| {
        let minutes = |watching: &WatchLoop<'_>| {
            let wait = watching.full_scans.due().saturating_duration_since(TokioInstant::now());
            // Some time has passed since.
            wait.as_secs().div_ceil(60)
        };
        assert_eq!(minutes(&watching), 60);
        let mut waits = Vec::new();
        for _ in 0..6 {
            watching.finish_scan(Err(CloudError::new("the token has expired"))).unwrap();
            waits.push(minutes(&watching));
        }
        assert_eq!(waits, [1, 2, 4, 8, 15, 15]);
        assert!(watching.serving.list_problems()[0].starts_with("scan: the token has expired"));
        watching.start_scan(false);
        let scan = watching.full_scans.next_end().await.unwrap();
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

/// Messages stay in their queue while more wait than reads can follow.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_message_is_taken_while_very_many_wait_for_reads() {
    with_watch("", async |mut watching: WatchLoop<'_>, _: &Sandbox| {
        let event = include_str!("../../../../tests/fixtures/events/ec2-state-change.json");
        let event = event.replace("123456789012", "111111111111").replace("us-west-1", "eu-central-1");
        let message =
            Message { token: MessageToken::new("m"), body: event.into(), receive_count: 1, sent_at: None };
        let (sender, mut received) = mpsc::channel(1);
        sender.send(Received::Messages(0, vec![message.clone(); MAX_MESSAGES])).await.unwrap();
        watching.next_step(&mut received).await.unwrap();
        assert_eq!(watching.engine.pending().messages(), MAX_MESSAGES, "the event is in scope");
        sender.send(Received::Messages(0, vec![message])).await.unwrap();
        while watching.engine.pending().messages() == MAX_MESSAGES {
            assert_eq!(received.len(), 1);
            watching.start_work();
            watching.next_step(&mut received).await.unwrap();
        }
        while received.len() == 1 {
            watching.next_step(&mut received).await.unwrap();
        }
    })
    .await;
}

/// What a scan could not read is a problem until a scan can read it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_scan_could_not_read_is_a_problem() {
    let deny = |inventory: &mut Inventory| {
        let is_networks = |entry: &&mut Coverage| entry.kind.resource_kind() == Some(Kind::Networks);
        inventory.coverage.iter_mut().find(is_networks).unwrap().outcome = Outcome::Denied;
    };
    with_scope(&Overrides::default(), deny, "", async |mut watching: WatchLoop<'_>, _: &Sandbox| {
        watching.note_unreadable();
        let problems = watching.serving.list_problems();
        assert!(problems[0].starts_with("reads: ") && problems[0].contains("denied"), "{problems:?}");
        watching.start_scan(false);
        let scan = watching.full_scans.next_end().await.unwrap();
        watching.finish_scan(scan).unwrap();
        assert_eq!(watching.serving.list_problems(), [""; 0]);
    })
    .await;
}

/// What was refused, and what failed until its messages were given up, is a problem until it is read again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_read_any_more_is_a_problem() {
    for (outcome, attempts) in [(Outcome::Denied, 1), (Outcome::Failed, 6)] {
        with_watch("", async |mut watching: WatchLoop<'_>, _: &Sandbox| {
            let is_complete = |entry: &&Coverage| {
                entry.outcome == Outcome::Complete && entry.kind.resource_kind() == Some(Kind::Networks)
            };
            let coverage = watching.engine.inventory().coverage();
            let known = coverage.iter().find(is_complete).unwrap().clone();
            let hint = Hint {
                provider: known.provider,
                account: known.account.clone(),
                region: known.region.clone(),
                kinds: [Kind::Networks].into(),
                ids: ["vpc-0".to_owned()].into(),
                change: HintedChange::Any,
                at: None,
            };
            let mut now = Instant::now();
            let refused = watching.engine.take_message(1, vec![hint.clone()], now);
            assert!(refused.is_empty(), "{refused:?}");
            let mut read = |watching: &mut WatchLoop<'_>, outcome| {
                now += HOUR;
                let read = watching.engine.start_read(now).unwrap();
                let detail = Some("the answer breaks off".to_owned());
                let coverage = Coverage { outcome, detail, ..known.clone() };
                let (kind, found) = (Kind::Networks, Resources::default());
                let answer = ReadAnswer { kind, is_whole: outcome == Outcome::Complete, found, coverage };
                watching.finish_reads((read, vec![answer])).unwrap();
                watching.serving.list_problems()
            };
            for _ in 1..attempts {
                assert_eq!(read(&mut watching, outcome), [""; 0], "it is tried again");
            }
            let problems = read(&mut watching, outcome);
            let place = format!("{} {}", known.account, known.region.as_deref().unwrap_or_default());
            assert!(problems[0].starts_with("reads: ") && problems[0].contains(&place), "{problems:?}");
            watching.engine.take_message(2, vec![hint], Instant::now());
            assert_eq!(read(&mut watching, Outcome::Complete), [""; 0]);
        })
        .await;
    }
}
