//! What was used before, from the kept snapshots.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::super::inventory_source::{Gathered, name_accounts};
use super::super::sandbox;
use super::super::snapshot_lookup::{self, describe_future_snapshots};
use super::measure::{Measure, ReservedWhen};
use crate::analysis::usage::UsageHistory;
use crate::cli::source::LiveArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::input::{self, Source};
use crate::model::{Inventory, InventoryView, UsagePolicy};
use crate::snapshot::{self, SnapshotEntry};
use crate::ui::Ui;

/// Reads the numbers of the last days, oldest first. A snapshot that cannot be read is a gap, with a warning.
///
/// # Errors
/// When the directory of snapshots cannot be read.
pub(super) fn read(
    live: &LiveArgs,
    measure: &Measure,
    gathered: &Gathered,
    settings: &Settings,
    ui: &Ui,
) -> Result<UsageHistory, Error> {
    if live.sandbox {
        let used_before = sandbox::load_estate(&live.estate)?.0.used_before();
        return history_of_sandbox(&used_before, &gathered.inventory, measure);
    }
    let mut history = UsageHistory::default();
    let now = gathered.inventory.taken_at;
    let of_sandbox = gathered.is_of_sandbox();
    for entry in entries(now, of_sandbox, settings, ui)? {
        match input::load_kinds(&Source::Kept(entry.clone()), measure.kinds_that_count()) {
            Ok(loaded) => {
                let mut inventory = loaded.inventory;
                name_accounts(&mut inventory, settings);
                add(&mut history, &inventory, measure)?;
            }
            // Another process may have just removed it.
            Err(_) if entry.open().is_err_and(|error| error.is_missing()) => {}
            Err(error) => ui.warn_always(&Error::from(error).diagnostic().to_line()),
        }
    }
    Ok(history)
}

/// Lists the snapshots that trends up to `now` look at, oldest first: those of the clouds, or of the sandbox.
fn entries(
    now: Timestamp,
    of_sandbox: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Vec<SnapshotEntry>, Error> {
    let store = snapshot_lookup::open_store(settings)?;
    snapshot_lookup::warn_of_missing_store(&store, settings, ui);
    let mut entries = snapshot_lookup::list_snapshots(&store)?;
    let future = snapshot::dated_in_future(&entries, Timestamp::now());
    if !future.is_empty() {
        ui.warn(&describe_future_snapshots(future, &store.directory().display().to_string()));
    }
    let begin = UsageHistory::begin(now);
    let foreign = snapshot::foreign_scopes(&entries, of_sandbox);
    entries.retain(|entry| !foreign.contains(&entry.scope));
    entries.retain(|entry| entry.taken_at >= begin && entry.taken_at < now);
    Ok(entries)
}

fn add(history: &mut UsageHistory, inventory: &Inventory, measure: &Measure) -> Result<(), Error> {
    let view = InventoryView::new(inventory);
    history.add(&measure.report_by(view, &UsagePolicy::default(), ReservedWhen::Then)?);
    Ok(())
}

/// Makes a snapshot of each day before that the sandbox knows: today's inventory with the numbers of then.
fn history_of_sandbox(
    used_before: &BTreeMap<String, Vec<u32>>,
    today: &Inventory,
    measure: &Measure,
) -> Result<UsageHistory, Error> {
    let days = used_before.values().map(Vec::len).max().unwrap_or(0);
    let mut history = UsageHistory::default();
    for day in (1..=days).rev() {
        let age = SignedDuration::from_hours(24 * i64::try_from(day).unwrap_or(0));
        let mut then = today.clone();
        then.taken_at = today.taken_at.saturating_sub(age).unwrap_or(Timestamp::MIN);
        for subnet in &mut then.subnets {
            let used = used_before.get(&subnet.id).and_then(|used| used.iter().rev().nth(day - 1));
            if let (Some(used), Some(total)) = (used, subnet.addresses_total) {
                subnet.addresses_available = total.checked_sub(u64::from(*used));
            }
        }
        add(&mut history, &then, measure)?;
    }
    Ok(history)
}
