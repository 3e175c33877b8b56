//! Tells channels which collisions began, grew and ended.

use super::super::notify::{Notifier, inventory_scope, source_flags};
use super::super::snapshot_lookup;
use super::inputs::Inputs;
use crate::analysis::overlap::Findings;
use crate::cli::overlap::OverlapArgs;
use crate::config::Settings;
use crate::model::{Inventory, Kind};
use crate::notify::{Observation, observe_findings};
use crate::snapshot::ScanRequest;
use crate::ui::Ui;

/// A report that was printed, and what it was made from.
pub struct ReportedOverlap<'a> {
    pub findings: &'a Findings,
    pub inventory: &'a Inventory,
    pub read_as: Option<&'a ScanRequest>,
    pub inputs: &'a Inputs,
    pub kinds: &'a [Kind],
}

impl ReportedOverlap<'_> {
    /// Tells the channels. Returns whether all were told that are not optional.
    pub fn tell(&self, notifier: &Notifier, args: &OverlapArgs, settings: &Settings, ui: &Ui) -> bool {
        let source = source_flags(&args.source);
        let now = observe_findings(self.findings, self.inventory, &source);
        let older = || self.observe_older(args, settings, &source, ui);
        notifier.tell(&now, &self.scope(args, settings), older, ui)
    }

    /// Makes the same report of the newest snapshot before this inventory.
    fn observe_older(
        &self,
        args: &OverlapArgs,
        settings: &Settings,
        source: &str,
        ui: &Ui,
    ) -> Option<Observation> {
        let (taken_at, kinds) = (self.inventory.taken_at, self.kinds);
        let older = snapshot_lookup::load_before(taken_at, self.read_as?, kinds, settings)?;
        let (findings, _) =
            super::find_and_gate(&older, self.inputs, kinds, false, settings, args, ui).ok()?;
        Some(observe_findings(&findings, &older, source))
    }

    /// Lists what tells this report from other reports of `overlap`: what was read, and what was compared.
    fn scope(&self, args: &OverlapArgs, settings: &Settings) -> Vec<String> {
        let mut words = inventory_scope(self.read_as, &args.source, settings);
        words.push(format!("level={}", self.inputs.level));
        words.extend(args.between.iter().map(|filter| format!("between={filter}")));
        words.extend(settings.overlap.fail_on.value.iter().map(|class| format!("fail-on={class}")));
        let ranges = &args.ranges;
        let files = ranges.external.iter().chain(&ranges.planned_file).chain(&ranges.terraform_plan);
        words.extend(files.map(|file| format!("file={}", file.display())));
        words.extend(ranges.planned.iter().map(|prefix| format!("planned={prefix}")));
        words.extend(args.prefixes.iter().map(|prefix| format!("about={prefix}")));
        words
    }
}
