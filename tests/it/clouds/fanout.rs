//! The fan-out: bounds, outcomes, what stays when a scope fails.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use jiff::Timestamp;
use netcensus::clouds::{CloudProvider, Observer, Run, gather};
use netcensus::config::Concurrency;
use netcensus::input;
use netcensus::model::{Inventory, Kind, Outcome, Provider, Scope, Subject};
use netcensus::snapshot;

use super::fake::{Fake, Fate, ProgressLog, run};

/// Far more than any scope here needs.
const AMPLE: Duration = Duration::from_secs(30);

async fn scan(fake: &Arc<Fake>, run: &Run) -> Inventory {
    let providers: Vec<Arc<dyn CloudProvider>> = vec![Arc::clone(fake) as Arc<dyn CloudProvider>];
    gather(&providers, &[Kind::Networks], run, Timestamp::UNIX_EPOCH).await.unwrap().unpack().unwrap()
}

fn outcomes(inventory: &Inventory, region: &str) -> Vec<Outcome> {
    let of_region = inventory.coverage.iter().filter(|entry| entry.region.as_deref() == Some(region));
    of_region.map(|entry| entry.outcome).collect()
}

#[tokio::test]
async fn no_more_scopes_than_allowed_are_read_at_once() {
    let fake = Fake::new(&["1", "2", "3", "4"], &["a", "b", "c", "d", "e"], |_| Fate::Read);
    let inventory = scan(&fake, &run(3, AMPLE)).await;
    assert_eq!(inventory.networks.len(), 20);
    assert!(fake.most.load(Ordering::SeqCst) <= 3);
    assert_eq!(inventory.incomplete().count(), 0);
}

#[tokio::test]
async fn what_was_read_before_a_failure_stays_and_the_scope_is_not_complete() {
    let fake = Fake::new(&["1"], &["a"], |_| Fate::DeniedAfterOne);
    let inventory = scan(&fake, &run(4, AMPLE)).await;
    assert_eq!(inventory.networks.len(), 1);
    assert_eq!(outcomes(&inventory, "a"), [Outcome::Denied]);
    assert!(inventory.incomplete().all(|entry| entry.detail.is_some()));
}

/// One row without id or owner made the whole of what was saved unreadable.
#[tokio::test]
async fn rows_that_no_reader_would_take_are_left_out_and_named() {
    let fake = Fake::new(&["1"], &["a"], |_| Fate::OddRows);
    let inventory = scan(&fake, &run(4, AMPLE)).await;
    assert_eq!(outcomes(&inventory, "a"), [Outcome::Failed]);
    let said = "rows are left out: networks[1] has an empty id; networks[2] (vpc-1-a) has an empty account; \
                please report it";
    let details: Vec<_> = inventory.incomplete().filter_map(|entry| entry.detail.as_deref()).collect();
    assert_eq!(details, [said]);
    let mut saved = Vec::new();
    snapshot::write_snapshot(&inventory, None, &mut saved).unwrap();
    let read = input::read(saved.as_slice(), "saved").unwrap();
    assert_eq!(read.inventory, inventory);
    assert_eq!(inventory.networks.len(), 1);
}

#[tokio::test]
async fn a_scope_is_given_up_after_its_time_and_keeps_what_it_had() {
    let hang = |scope: &Scope| match scope.region.as_deref() {
        Some("dead") => Fate::HangAfterOne,
        _ => Fate::Read,
    };
    let fake = Fake::new(&["1", "2"], &["dead", "alive"], hang);
    let inventory = scan(&fake, &run(8, Duration::from_millis(50))).await;
    assert_eq!(outcomes(&inventory, "dead"), [Outcome::TimedOut, Outcome::TimedOut]);
    assert_eq!(outcomes(&inventory, "alive"), [Outcome::Complete, Outcome::Complete]);
    assert_eq!(inventory.networks.len(), 4);
}

#[tokio::test]
async fn a_dead_region_holds_a_share_of_the_slots_only() {
    let hang = |scope: &Scope| match scope.region.as_deref() {
        Some("dead") => Fate::HangAfterOne,
        _ => Fate::Read,
    };
    let accounts = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let fake = Fake::new(&accounts, &["dead", "b", "c", "d", "e"], hang);
    let run = run(8, AMPLE);
    let (inventory, ()) = tokio::join!(scan(&fake, &run), async {
        // The living regions are done although the dead one never will be.
        while fake
            .tried
            .lock()
            .unwrap()
            .iter()
            .filter(|scope| scope.region.as_deref() != Some("dead"))
            .count()
            < accounts.len() * 4
        {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
        run.cancel.cancel();
    });
    for region in ["b", "c", "d", "e"] {
        assert!(outcomes(&inventory, region).iter().all(|outcome| *outcome == Outcome::Complete), "{region}");
    }
    assert!(outcomes(&inventory, "dead").iter().all(|outcome| *outcome == Outcome::Interrupted));
}

/// The plan is not made before all scopes were tried.
#[tokio::test]
async fn accounts_are_read_while_others_are_signed_in_to() {
    let mut fake = Fake::new(&["1", "2", "3"], &["a", "b"], |_| Fate::Read);
    Arc::get_mut(&mut fake).unwrap().announces = true;
    let progress = Arc::new(ProgressLog::default());
    let run = Run { observer: Arc::clone(&progress) as Arc<dyn Observer>, ..run(8, AMPLE) };
    let inventory = scan(&fake, &run).await;
    assert_eq!((inventory.networks.len(), inventory.incomplete().count()), (6, 0));
    assert_eq!(fake.tried.lock().unwrap().len(), 6, "each is read once");
    let told = progress.0.lock().unwrap();
    assert_eq!(*told, (1..=6).map(|done| (done, 6)).collect::<Vec<_>>(), "how many there are is known");
}

#[tokio::test]
async fn what_was_read_while_others_were_signed_in_to_is_dropped_when_the_plan_fails() {
    let mut fake = Fake::new(&["1"], &["a", "b"], |_| Fate::Read);
    let settings = Arc::get_mut(&mut fake).unwrap();
    (settings.announces, settings.fails) = (true, true);
    let providers: Vec<Arc<dyn CloudProvider>> = vec![Arc::clone(&fake) as Arc<dyn CloudProvider>];
    let gathered = gather(&providers, &[Kind::Networks], &run(8, AMPLE), Timestamp::UNIX_EPOCH).await;
    assert!(gathered.is_err_and(|error| error.is_bad_setting()));
    assert_eq!(fake.tried.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_was_read_of_a_cloud_whose_plan_fails_is_not_used_beside_others() {
    let mut fake = Fake::new(&["1"], &["a", "b"], |_| Fate::Read);
    let settings = Arc::get_mut(&mut fake).unwrap();
    (settings.announces, settings.panics) = (true, true);
    let mut other = Fake::new(&["2"], &["a"], |_| Fate::Read);
    Arc::get_mut(&mut other).unwrap().id = Provider::Azure;
    let providers = [fake, other].map(|fake| fake as Arc<dyn CloudProvider>);
    let gathered = gather(&providers, &[Kind::Networks], &run(8, AMPLE), Timestamp::UNIX_EPOCH).await;
    let inventory = gathered.unwrap().unpack().unwrap();
    assert_eq!(inventory.networks.iter().map(|network| &*network.account).collect::<Vec<_>>(), ["2"]);
    let failed: Vec<_> = inventory.incomplete().map(|entry| (&*entry.account, entry.kind)).collect();
    assert_eq!(failed, [("all accounts", Subject::Credentials)]);
    let networks = inventory.coverage.iter().filter(|entry| entry.kind == Subject::Networks);
    assert_eq!(networks.map(|entry| &*entry.account).collect::<Vec<_>>(), ["2"]);
}

/// The reads of one account were more than all that run at once. When it was throttled, the others waited for it.
#[tokio::test]
async fn an_account_that_hangs_holds_a_share_of_the_reads_only() {
    let hang = |scope: &Scope| if scope.account == "1" { Fate::HangAfterOne } else { Fate::Read };
    let regions = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
    let accounts = ["1", "2", "3", "4", "5"];
    for concurrency in [Concurrency::Fixed(8), Concurrency::Auto] {
        let fake = Fake::new(&accounts, &regions, hang);
        let run = Run { concurrency, ..run(1, AMPLE) };
        let (inventory, ()) = tokio::join!(scan(&fake, &run), async {
            let others = || {
                let tried = fake.tried.lock().unwrap();
                tried.iter().filter(|scope| scope.account != "1").count()
            };
            while others() < regions.len() * (accounts.len() - 1) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            run.cancel.cancel();
        });
        let complete = inventory.coverage.iter().filter(|entry| entry.outcome == Outcome::Complete);
        assert!(complete.clone().all(|entry| entry.account != "1"));
        assert_eq!(complete.count(), regions.len() * (accounts.len() - 1), "{concurrency:?}");
    }
}

#[tokio::test]
async fn a_silent_region_is_not_tried_for_ever() {
    let fake = Fake::new(&["1", "2", "3", "4", "5", "6", "7", "8"], &["dead"], |_| Fate::Unreachable);
    let inventory = scan(&fake, &run(1, AMPLE)).await;
    assert_eq!(fake.tried.lock().unwrap().len(), 3, "three in a row are enough");
    assert_eq!(outcomes(&inventory, "dead"), [Outcome::TimedOut; 8], "those not tried are no more complete");
}

#[tokio::test]
async fn stopping_names_every_scope_that_was_not_read() {
    let fake = Fake::new(&["1", "2"], &["a", "b"], |_| Fate::HangAfterOne);
    let run = run(1, AMPLE);
    run.cancel.cancel();
    let inventory = scan(&fake, &run).await;
    assert_eq!(inventory.incomplete().count(), 4);
    assert!(
        inventory
            .coverage
            .iter()
            .filter(|e| e.kind == Subject::Networks)
            .all(|e| e.outcome == Outcome::Interrupted)
    );
    assert!(fake.tried.lock().unwrap().is_empty());
}

#[tokio::test]
async fn kinds_that_nobody_asked_for_are_said_to_be_skipped() {
    let fake = Fake::new(&["1"], &["a"], |_| Fate::Read);
    let inventory = scan(&fake, &run(4, AMPLE)).await;
    assert_eq!(inventory.kinds_read().into_iter().collect::<Vec<_>>(), [Kind::Networks]);
    let skipped: Vec<_> = inventory
        .coverage
        .iter()
        .filter(|entry| entry.outcome == Outcome::Skipped)
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(skipped, [Subject::Subnets, Subject::Instances, Subject::Interfaces, Subject::Links]);
}
