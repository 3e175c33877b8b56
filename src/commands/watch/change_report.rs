//! Reports what changed: as NDJSON of `diff` on stdout, a batch for the reads that ended together.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::analysis::diff::{
    self, ChangeKind, Changes, CollisionUncertainty, DiffRequest, DiffSide, IgnoredFields,
};
use crate::analysis::overlap::Finding;
use crate::commands::overlap::collisions_among_networks;
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::model::{Coverage, GENERATOR, Inventory, Kind, Resources};
use crate::output::{self, ChangeBatch};
use crate::ui::Ui;
use crate::watch::{Cause, LiveInventory, Touched};

/// What the sides of a batch are called.
const SIDES: [&str; 2] = ["before", "now"];
/// The most changes of a batch that a terminal shows without `--on-change`.
const MAX_LINES: usize = 20;
/// How long the program that reads stdout may take for the last batch once the watch is stopped.
const READ_WITHIN: Duration = Duration::from_secs(3);

/// Reports changes, and remembers what the next report is compared with.
pub struct ChangeReport<'a> {
    settings: &'a Settings,
    ignore: IgnoredFields,
    is_printed: bool,
    /// The networks and links after the latest change, and nothing else.
    networks: Inventory,
    /// The collisions among them.
    collisions: Vec<Finding>,
    /// The reads that had failed when they were last reported, whatever they cost.
    gaps: Vec<Coverage>,
    /// When the inventory changed last.
    changed_at: Timestamp,
    writer: ChangeWriter,
    /// Whether stdout has a reader, as far as was written to it.
    has_reader: bool,
}

impl<'a> ChangeReport<'a> {
    /// Begins with an inventory.
    ///
    /// # Errors
    /// When the configuration of collisions is wrong.
    pub fn new(
        inventory: &Inventory,
        is_printed: bool,
        settings: &'a Settings,
        ui: &'a Ui,
    ) -> Result<Self, Error> {
        let ignore = IgnoredFields::new(settings.diff_ignore.value.iter().map(String::as_str))?;
        let collisions = collisions_among_networks(inventory, settings)?;
        Ok(Self {
            settings,
            ignore,
            is_printed,
            networks: networks_of(inventory),
            collisions,
            gaps: Vec::new(),
            changed_at: inventory.taken_at,
            writer: ChangeWriter::new(ui),
            has_reader: true,
        })
    }

    /// Tells whether stdout still had a reader when it was last written.
    pub const fn has_reader(&self) -> bool {
        self.has_reader
    }

    /// Tells whether a batch is being written to stdout. The next one has to wait for that.
    pub const fn is_writing(&self) -> bool {
        self.writer.is_writing()
    }

    /// Returns when the batch that is being written will have waited too long for its reader.
    pub fn stalls_at(&self) -> Option<Instant> {
        self.writer.stalls_at()
    }

    /// Waits until the batch is written to stdout, for ever if none is.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub async fn written(&mut self) -> Result<(), Error> {
        self.has_reader = self.writer.end().await?;
        Ok(())
    }

    /// Waits for the batch that is being written, but not for long: the watch ends. What was not read counts as not
    /// reported, also if a part of it was.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub async fn end(&mut self) -> Result<(), Error> {
        if !self.is_writing() {
            return Ok(());
        }
        if let Ok(written) = timeout(READ_WITHIN, self.written()).await {
            return written;
        }
        self.has_reader = false;
        Ok(())
    }

    /// Takes note that what cannot be read in the inventory that this began with was reported before.
    pub fn continue_from(&mut self, live: &LiveInventory) {
        self.gaps = self.gaps_in(live);
    }

    /// Tells whether something cannot be read in the inventory that was not reported yet.
    pub fn has_untold_gaps(&self, live: &LiveInventory) -> bool {
        self.gaps != self.gaps_in(live)
    }

    fn gaps_in(&self, live: &LiveInventory) -> Vec<Coverage> {
        let known = live.to_coverage();
        let (nothing_changed, _) = self.compare((&known, &known), &BTreeMap::new());
        failed_now(&nothing_changed)
    }

    fn compare(
        &self,
        (old, new): (&Inventory, &Inventory),
        same: &BTreeMap<Kind, usize>,
    ) -> (Changes, CollisionUncertainty) {
        let request = DiffRequest {
            old: (SIDES[0], old),
            new: (SIDES[1], new),
            same,
            kinds: &Kind::ALL,
            filters: &[],
            only: &ChangeKind::ALL,
            ignore: &self.ignore,
            same_scope: true,
        };
        diff::compare_inventories(request, GENERATOR.to_owned())
    }

    /// Begins to report the change with a number. Returns the report; `None` if it would say nothing.
    ///
    /// # Errors
    /// When the configuration of collisions is wrong.
    pub fn report(
        &mut self,
        sequence: u64,
        touched: Touched,
        (cause, now): (Cause, Timestamp),
    ) -> Result<Option<Arc<Changes>>, Error> {
        let changes = self.next_changes(touched, now)?.map(Arc::new);
        if let (Some(changes), true) = (&changes, self.is_printed) {
            let batch = ChangeBatch { sequence, at: now, cause: cause.as_str() };
            self.writer.start(batch, Arc::clone(changes))?;
        } else if let (Some(changes), true) = (&changes, self.writer.ui.shows_status_on_terminal()) {
            let number = output::count_change_lines(changes);
            for line in lines_of_batch(output::change_lines(changes), number, now) {
                self.writer.ui.status(&line);
            }
        }
        Ok(changes)
    }

    /// Returns the report of a change that became known `now`, and prints nothing; `None` if it would say nothing.
    ///
    /// # Errors
    /// When the configuration of collisions is wrong.
    pub fn next_changes(&mut self, mut touched: Touched, now: Timestamp) -> Result<Option<Changes>, Error> {
        (touched.old.taken_at, touched.new.taken_at) = (self.changed_at, now);
        self.changed_at = now;
        let (mut changes, uncertainty) = self.compare((&touched.old, &touched.new), &touched.same);
        touched.update_networks(&mut self.networks);
        if touched.has(Kind::Networks) || touched.has(Kind::Links) {
            let collisions = collisions_among_networks(&self.networks, self.settings)?;
            let fail_on = &self.settings.overlap.fail_on.value;
            let found = diff::compare_collisions(&self.collisions, &collisions, &uncertainty, fail_on);
            changes = changes.with_collisions(found);
            self.collisions = collisions;
        }
        let gaps = failed_now(&changes);
        let has_new_gaps = gaps != self.gaps;
        self.gaps = gaps;
        let says_nothing = changes.changes.is_empty()
            && changes.unknown.is_empty()
            && changes.accounts.is_empty()
            && !changes.collisions.differ();
        if says_nothing && !has_new_gaps {
            return Ok(None);
        }
        if !has_new_gaps {
            // Said before: what follows would drown in it.
            changes.gaps.clear();
        }
        Ok(Some(changes))
    }
}

/// Writes the time before each line of a batch, of which there are `number`, and cuts a long one. Lines that are not
/// shown are not made: a batch may have as many as the estate has rows.
fn lines_of_batch(lines: impl Iterator<Item = String>, number: usize, now: Timestamp) -> Vec<String> {
    let time = now.strftime("%H:%M:%SZ");
    let mut shown: Vec<String> = lines.take(MAX_LINES).map(|line| format!("{time} {line}")).collect();
    let more = number.saturating_sub(MAX_LINES);
    if more > 0 {
        shown.push(format!("{time} ... and {more} more; --on-change prints all"));
    }
    shown
}

/// Returns what collisions are found in: the accounts, networks and links of an inventory.
fn networks_of(inventory: &Inventory) -> Inventory {
    let resources = Resources {
        networks: inventory.networks.clone(),
        links: inventory.links.clone(),
        ..Resources::default()
    };
    let (generator, accounts) = (inventory.generator.clone(), inventory.accounts.clone());
    Inventory::assemble(generator, inventory.taken_at, accounts, resources, Vec::new())
}

/// Lists the reads that have failed on the newer side. What they cost tells nothing.
fn failed_now(changes: &Changes) -> Vec<Coverage> {
    let now = changes.gaps.iter().filter(|gap| gap.side == DiffSide::New);
    now.map(|gap| Coverage { requests: 0, duration_ms: 0, ..gap.scope.clone() }).collect()
}

/// How long a batch may wait for its reader until that is a problem.
const STALLED_AFTER: Duration = Duration::from_secs(30);

/// Writes one batch of changes at a time, on a thread of its own: a program that stops reading stdout holds up neither the end
/// of the watch nor anything else that the watch does.
struct ChangeWriter {
    ui: Ui,
    writing: Option<Writing>,
}

/// A batch that is being written.
struct Writing {
    began: Instant,
    /// Says whether stdout still had a reader.
    ended: oneshot::Receiver<Result<bool, Error>>,
}

impl ChangeWriter {
    /// Prepares to write.
    pub fn new(ui: &Ui) -> Self {
        Self { ui: ui.clone(), writing: None }
    }

    /// Begins to write a batch. The one before must have ended.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(&mut self, batch: ChangeBatch, changes: Arc<Changes>) -> Result<(), Error> {
        let (end, ended) = oneshot::channel();
        let ui = self.ui.clone();
        let write = move || {
            let written = ui.data_while_read(|out| output::write_change_batch(batch, &changes, out));
            // The watch may have ended without waiting.
            let _ = end.send(written);
        };
        thread::Builder::new().spawn(write).map_err(|error| {
            Error::new(ErrorKind::System, "the operating system refuses to start threads").with_source(&error)
        })?;
        self.writing = Some(Writing { began: Instant::now(), ended });
        Ok(())
    }

    /// Tells whether a batch is being written.
    pub const fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// Returns when the batch that is being written will have waited for so long that it is a problem.
    pub fn stalls_at(&self) -> Option<Instant> {
        self.writing.as_ref().map(|writing| writing.began + STALLED_AFTER)
    }

    /// Waits until the batch is written, for ever if none is. Returns whether stdout still has a reader.
    ///
    /// # Errors
    /// When stdout cannot be written for another reason than that its reader has gone away.
    pub async fn end(&mut self) -> Result<bool, Error> {
        let Some(writing) = &mut self.writing else { return std::future::pending().await };
        let written = (&mut writing.ended).await;
        self.writing = None;
        // The thread ends without an answer only if it panics.
        written.unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Fault, "cannot write changes: netcensus has a bug"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::overrides::with_config_names;
    use crate::config::{Color, Overrides};
    use crate::model::{Account, Outcome, Provider, fixtures};
    use crate::ui::Verbosity;
    use crate::watch::{AccountRegion, Delta, ViewChange};

    const ACCOUNT: &str = "111111111111";
    const REGION: &str = "eu-west-1";

    /// An account whose machines may not be read.
    fn denied_machines() -> Inventory {
        let coverage = Kind::ALL.map(|kind| {
            let outcome = if kind == Kind::Instances { Outcome::Denied } else { Outcome::Complete };
            fixtures::coverage(ACCOUNT, REGION, kind, outcome)
        });
        let account = Account {
            provider: Provider::Aws,
            id: ACCOUNT.to_owned(),
            name: None,
            tenant: None,
            reached_by: Vec::new(),
        };
        let (accounts, coverage) = (vec![account], coverage.to_vec());
        Inventory::assemble(String::new(), Timestamp::UNIX_EPOCH, accounts, Resources::default(), coverage)
    }

    #[test]
    fn a_long_batch_is_cut_for_a_terminal() {
        let mut made = 0;
        let lines = (0..MAX_LINES + 3).map(|number| {
            made += 1;
            format!("added subnet {number}")
        });
        let shown = lines_of_batch(lines, MAX_LINES + 3, Timestamp::UNIX_EPOCH);
        assert_eq!(made, MAX_LINES, "what is not shown is not made");
        assert_eq!(shown[0], "00:00:00Z added subnet 0");
        assert_eq!(shown.len(), MAX_LINES + 1);
        assert_eq!(shown[MAX_LINES], "00:00:00Z ... and 3 more; --on-change prints all");
    }

    /// A watch that is started again has said before what it cannot read.
    #[test]
    fn a_gap_is_told_when_it_begins_and_not_again_after_a_restart() {
        let settings =
            with_config_names(|names| Settings::resolve(None, &Overrides::default(), names)).unwrap();
        let (inventory, ui) = (denied_machines(), Ui::new(Color::Never, Verbosity::Quiet));
        let subnet = fixtures::subnet(ACCOUNT, REGION, "subnet-1");
        let viewer = AccountRegion::new(Provider::Aws, ACCOUNT, Some(REGION));
        let subnets = vec![ViewChange { viewer, row: subnet, is_gone: false }];
        let delta = Delta { subnets, ..Delta::default() };
        for (is_restart, gaps) in [(false, 1), (true, 0)] {
            let mut live = LiveInventory::new(&inventory, 0);
            let mut report = ChangeReport::new(&inventory, false, &settings, &ui).unwrap();
            if is_restart {
                report.continue_from(&live);
            }
            let touched = live.apply(&delta, 1);
            let when = (Cause::Events, Timestamp::UNIX_EPOCH);
            let changes = report.report(1, touched, when).unwrap().unwrap();
            let now = changes.gaps.iter().filter(|gap| gap.side == DiffSide::New);
            assert_eq!((now.count(), changes.changes.len()), (gaps, 1), "restart: {is_restart}");
        }
    }
}
