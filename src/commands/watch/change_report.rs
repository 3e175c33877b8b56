//! Reports what changed: as NDJSON of `diff` on stdout, a batch for each read.

use jiff::Timestamp;

use crate::analysis::diff::{self, ChangeKind, Changes, DiffRequest, DiffSide, FailedRead, IgnoredFields};
use crate::analysis::overlap::Finding;
use crate::commands::overlap::collisions_among_networks;
use crate::config::Settings;
use crate::error::Error;
use crate::model::{Coverage, GENERATOR, Inventory, Kind};
use crate::output::{self, ChangeBatch};
use crate::ui::Ui;
use crate::watch::{Cause, LiveInventory, Touched};

/// What the sides of a batch are called.
const SIDES: [&str; 2] = ["before", "now"];

/// Reports changes, and remembers what the next report is compared with.
pub struct ChangeReport<'a> {
    settings: &'a Settings,
    ignore: IgnoredFields,
    is_printed: bool,
    /// The collisions after the latest change of a network or link.
    collisions: Vec<Finding>,
    /// The reads that had failed when they were last reported.
    gaps: Vec<Coverage>,
    /// When the inventory changed last.
    changed_at: Timestamp,
    /// Whether stdout has a reader, as far as was written to it.
    has_reader: bool,
    ui: &'a Ui,
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
        let (gaps, changed_at) = (Vec::new(), inventory.taken_at);
        Ok(Self { settings, ignore, is_printed, collisions, gaps, changed_at, has_reader: true, ui })
    }

    /// Tells whether stdout still had a reader when it was last written.
    pub const fn has_reader(&self) -> bool {
        self.has_reader
    }

    /// Takes note of an inventory whose changes were reported before.
    ///
    /// # Errors
    /// When the configuration of collisions is wrong.
    pub fn continue_from(&mut self, live: &LiveInventory) -> Result<(), Error> {
        self.collisions = collisions_among_networks(&live.to_networks(), self.settings)?;
        Ok(())
    }

    /// Reports the change with a number. Returns the report; `None` if it would say nothing.
    ///
    /// # Errors
    /// When stdout cannot be written.
    pub fn report(
        &mut self,
        sequence: u64,
        mut touched: Touched,
        live: &LiveInventory,
        (cause, now): (Cause, Timestamp),
    ) -> Result<Option<Changes>, Error> {
        (touched.old.taken_at, touched.new.taken_at) = (self.changed_at, now);
        self.changed_at = now;
        let request = DiffRequest {
            old: (SIDES[0], &touched.old),
            new: (SIDES[1], &touched.new),
            same: &touched.same,
            kinds: &Kind::ALL,
            filters: &[],
            only: &ChangeKind::ALL,
            ignore: &self.ignore,
            same_scope: true,
        };
        let (mut changes, uncertainty) = diff::compare_inventories(request, GENERATOR.to_owned());
        if touched.has(Kind::Networks) || touched.has(Kind::Links) {
            let collisions = collisions_among_networks(&live.to_networks(), self.settings)?;
            let fail_on = &self.settings.overlap.fail_on.value;
            let found = diff::compare_collisions(&self.collisions, &collisions, &uncertainty, fail_on);
            changes = changes.with_collisions(found);
            self.collisions = collisions;
        }
        let is_now = |gap: &&FailedRead| gap.side == DiffSide::New;
        let gaps: Vec<Coverage> = changes.gaps.iter().filter(is_now).map(|gap| gap.scope.clone()).collect();
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
        if self.is_printed {
            let batch = ChangeBatch { sequence, at: now, cause: cause.as_str() };
            self.has_reader =
                self.ui.data_while_read(|out| output::write_change_batch(batch, &changes, out))?;
        }
        Ok(Some(changes))
    }
}
