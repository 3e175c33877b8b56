//! Tells channels what is past a limit, and what is within it again.

use super::super::inventory_source::{Gathered, name_accounts};
use super::super::notify::{Notifier, source_flags};
use super::super::snapshot_lookup;
use crate::analysis::usage::{UsageInput, UsageReport, assess_usage};
use crate::cli::usage::UsageArgs;
use crate::config::Settings;
use crate::model::{InventoryView, UsagePolicy};
use crate::notify::{Observation, observe_usage};
use crate::ui::Ui;

/// A report that was printed, and what it was made from.
pub struct Reported<'a> {
    pub report: &'a UsageReport,
    pub gathered: &'a Gathered,
    pub policy: &'a UsagePolicy,
}

impl Reported<'_> {
    /// Tells the channels. Returns whether all were told that are not optional.
    pub fn tell(&self, notifier: &Notifier, args: &UsageArgs, settings: &Settings, ui: &Ui) -> bool {
        let source = source_flags(&args.source);
        let Some(now) = self.observe(self.gathered.estate(), Some(self.report), &source) else {
            return false;
        };
        let older = || self.observe_older(settings, &source);
        notifier.tell(&now, &self.scope(args), older, ui)
    }

    /// Judges an inventory, by the limits themselves and by those that hold what crossed them. A report that was made
    /// already is taken as it is.
    fn observe(
        &self,
        view: InventoryView<'_>,
        report: Option<&UsageReport>,
        source: &str,
    ) -> Option<Observation> {
        let assess = |policy: &UsagePolicy| {
            let (of, interrupted) = (self.report.of, false);
            assess_usage(UsageInput { view, of, policy, history: None, interrupted }).ok()
        };
        let relaxed = assess(&self.policy.relaxed())?;
        let observed = |report: &UsageReport| observe_usage(report, &relaxed, view.inventory, source);
        match report {
            Some(report) => Some(observed(report)),
            None => Some(observed(&assess(self.policy)?)),
        }
    }

    /// Makes the same report of the newest snapshot before this inventory.
    fn observe_older(&self, settings: &Settings, source: &str) -> Option<Observation> {
        let inventory = &self.gathered.inventory;
        let kinds: Vec<_> =
            super::KINDS.into_iter().filter(|kind| inventory.kinds_read().contains(kind)).collect();
        let read_as = self.gathered.read_as.as_ref()?;
        let mut older = snapshot_lookup::load_before(inventory.taken_at, read_as, &kinds, settings)?;
        name_accounts(&mut older, settings);
        self.observe(InventoryView::new(&older), None, source)
    }

    /// Lists what tells this report from other reports of `usage`: what was read, what the rows are, and the limits.
    fn scope(&self, args: &UsageArgs) -> Vec<String> {
        let mut words = self.gathered.read_as.as_ref().map(|asked| asked.scope.clone()).unwrap_or_default();
        if let (None, Some(file)) = (&self.gathered.read_as, &args.source.from) {
            words.push(format!("from={}", file.display()));
        }
        words.push(format!("of={}", self.report.of.as_str()));
        words.extend(self.policy.warn.iter().map(|limit| format!("warn={limit}")));
        words.extend(self.policy.critical.iter().map(|limit| format!("critical={limit}")));
        words
    }
}
