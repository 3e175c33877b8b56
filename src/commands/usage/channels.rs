//! Tells channels what is past a limit, and what is within it again.

use super::super::inventory_source::{Gathered, name_accounts};
use super::super::notify::{Notifier, inventory_scope, source_flags};
use super::super::snapshot_lookup;
use super::measure::{Measure, ReservedWhen};
use crate::analysis::usage::UsageReport;
use crate::cli::usage::UsageArgs;
use crate::config::Settings;
use crate::model::{InventoryView, Kind, UsagePolicy};
use crate::notify::{Observation, observe_usage};
use crate::ui::Ui;

/// A report that was printed, and what it was made from.
pub struct ReportedUsage<'a> {
    pub report: &'a UsageReport,
    pub gathered: &'a Gathered,
    pub measure: &'a Measure,
}

impl ReportedUsage<'_> {
    /// Tells the channels. Returns whether all were told that are not optional.
    pub fn tell(&self, notifier: &Notifier, args: &UsageArgs, settings: &Settings, ui: &Ui) -> bool {
        let source = source_flags(&args.source);
        let Some(now) = self.observe(self.gathered.estate(), Some(self.report), &source) else {
            return false;
        };
        let older = || self.observe_older(settings, &source);
        notifier.tell(&now, &self.scope(args, settings), older, ui)
    }

    /// Judges an inventory, by the limits themselves and by those that hold what crossed them. A report that was made
    /// already is taken as it is.
    fn observe(
        &self,
        view: InventoryView<'_>,
        report: Option<&UsageReport>,
        source: &str,
    ) -> Option<Observation> {
        let when = if report.is_some() { ReservedWhen::Now } else { ReservedWhen::Then };
        let report_by = |policy: &UsagePolicy| self.measure.report_by(view, policy, when).ok();
        let relaxed = report_by(&self.measure.policy.relaxed())?;
        let observed = |report: &UsageReport| observe_usage(report, &relaxed, view.inventory, source);
        match report {
            Some(report) => Some(observed(report)),
            None => Some(observed(&report_by(&self.measure.policy)?)),
        }
    }

    /// Makes the same report of the newest snapshot before this inventory.
    fn observe_older(&self, settings: &Settings, source: &str) -> Option<Observation> {
        let inventory = &self.gathered.inventory;
        let is_read = |kind: &Kind| inventory.kinds_read().contains(kind);
        let kinds: Vec<_> = self.measure.kinds().iter().copied().filter(is_read).collect();
        let read_as = self.gathered.read_as.as_ref()?;
        let mut older = snapshot_lookup::load_before(inventory.taken_at, read_as, &kinds, settings)?;
        name_accounts(&mut older, settings);
        self.observe(InventoryView::new(&older), None, source)
    }

    /// Lists what tells this report from other reports of `usage`: what was read, what the rows are, and the limits.
    fn scope(&self, args: &UsageArgs, settings: &Settings) -> Vec<String> {
        let policy = &self.measure.policy;
        let mut words = inventory_scope(self.gathered.read_as.as_ref(), &args.source, settings);
        words.push(format!("of={}", self.report.of.as_str()));
        words.extend(policy.warn.iter().map(|limit| format!("warn={limit}")));
        words.extend(policy.critical.iter().map(|limit| format!("critical={limit}")));
        words.extend(args.groups.iter().map(|group| format!("group={group}")));
        words
    }
}
