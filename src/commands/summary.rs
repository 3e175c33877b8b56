//! The summary on stderr after a command: what is missing and why, how much there is, and the exit code.

use std::time::Duration;

use crate::exit::{Exit, ReadOutcome};
use crate::model::{Coverage, InventoryView, Kind, Outcome, Provider, Subject};
use crate::ui::{Ui, Verbosity};
use crate::wording::{counted, counted_plural};

/// The most characters of a line, some rows of a terminal. The whole line is shown with `--verbose`, and in the coverage.
const MAX_LENGTH: usize = 300;
/// The most lines that are shown without `--verbose`: a denied organization would scroll everything away.
const MAX_LINES: usize = 20;

/// What is reported once the data is written.
#[derive(Debug, Default)]
pub struct Summary {
    unread: Vec<Kind>,
    lines: Vec<String>,
    /// What was left out on purpose: clouds that are neither configured nor asked for, and closed or excluded accounts.
    left_out: Vec<String>,
    /// Accounts that could not be signed in to.
    not_entered: usize,
    missing: usize,
    scopes: usize,
    totals: String,
}

impl Summary {
    /// Sums up what is known of `kinds`.
    pub fn new(view: InventoryView<'_>, kinds: &[Kind]) -> Self {
        Self::of_reads(view, kinds, |_| true)
    }

    /// Sums up what is known of `kinds`, as far as only the reads for which `concerns` holds matter.
    pub fn of_reads(view: InventoryView<'_>, kinds: &[Kind], concerns: impl Fn(&Coverage) -> bool) -> Self {
        let inventory = view.inventory;
        let read = inventory.kinds_read();
        let subjects: Vec<Subject> = kinds.iter().map(|kind| Subject::from(*kind)).collect();
        let is_of_kind = |entry: &Coverage| entry.kind.is_step() || subjects.contains(&entry.kind);
        let matters = |entry: &&Coverage| is_of_kind(entry) && concerns(entry);
        let missing: Vec<&Coverage> = inventory.incomplete().filter(matters).collect();
        Self {
            unread: kinds
                .iter()
                .copied()
                .filter(|kind| !read.contains(kind) && !inventory.is_empty_part())
                .collect(),
            totals: describe_totals(view, kinds),
            ..Self::from_coverage(&inventory.coverage, &missing)
        }
    }

    /// Sums up what of these could not be done: the steps before reading, or reads.
    pub fn from_outcomes(coverage: &[Coverage]) -> Self {
        let missing: Vec<&Coverage> = coverage.iter().filter(|entry| entry.outcome.is_incomplete()).collect();
        Self::from_coverage(coverage, &missing)
    }

    fn from_coverage(coverage: &[Coverage], missing: &[&Coverage]) -> Self {
        let is_credentials = |entry: &&Coverage| entry.kind == Subject::Credentials;
        let (credentials, scopes): (Vec<&Coverage>, Vec<&Coverage>) =
            coverage.iter().partition(|entry| is_credentials(entry));
        let skipped = |entry: &&Coverage| entry.outcome == Outcome::Skipped;
        let is_left_out = |entry: &&Coverage| entry.kind == Subject::Accounts && skipped(entry);
        let accounts = scopes.iter().copied().filter(is_left_out);
        let left_out: Vec<&Coverage> = credentials.into_iter().filter(skipped).chain(accounts).collect();
        let not_entered = missing.iter().copied().filter(is_credentials).count();
        Self {
            lines: describe_causes(missing),
            left_out: describe_causes(&left_out),
            not_entered,
            missing: missing.len() - not_entered,
            scopes: scopes.into_iter().filter(|entry| !skipped(entry)).count(),
            ..Self::default()
        }
    }

    /// Reports what was left out on purpose. For a dry run only: on a machine with one cloud, each scan would repeat it.
    pub fn report_left_out(&self, ui: &Ui) {
        self.left_out.iter().for_each(|line| ui.note_on_terminal(line));
    }

    /// Reports on a terminal how much was found, and how long it took.
    pub fn report_totals(&self, elapsed: Duration, ui: &Ui) {
        ui.note_on_terminal(&format!("{}, read in {:.1} s", self.totals, elapsed.as_secs_f64()));
    }

    /// Lists what is missing, a sentence each.
    pub fn describe_missing(&self) -> Vec<String> {
        let unread = self.unread.iter().map(|kind| format!("{kind} are unknown: they were not scanned"));
        unread.chain(self.describe_unread()).collect()
    }

    /// Lists the scopes that could not be read and why, a sentence each.
    pub fn describe_unread(&self) -> Vec<String> {
        self.lines.iter().map(|line| cut_middle(line, MAX_LENGTH)).collect()
    }

    /// Returns whether nothing is missing.
    pub fn is_complete(&self) -> bool {
        self.lines.is_empty() && self.unread.is_empty()
    }

    /// Reports what is missing and why, even with `--quiet`, and returns the exit code.
    pub fn report_and_exit_code(&self, interrupted: bool, ui: &Ui) -> Exit {
        let exit =
            Exit::from_reading(ReadOutcome { interrupted, complete: self.is_complete(), negative: false });
        self.report_unscanned(ui, Ui::warn_always);
        self.report_unread(&format!("exit code {}", exit.code()), ui);
        exit
    }

    /// Warns of the kinds that were not scanned and the scopes that could not be read, without the middle of long lines.
    pub fn warn_missing(&self, ui: &Ui) {
        self.report_unscanned(ui, Ui::warn);
        let length = if ui.verbosity() >= Verbosity::Verbose { usize::MAX } else { MAX_LENGTH };
        write_lines(
            &self.lines.iter().map(|line| cut_middle(line, length)).collect::<Vec<_>>(),
            ui,
            Ui::warn,
        );
    }

    /// Reports which scopes could not be read and why, even with `--quiet`.
    pub fn report_causes(&self, ui: &Ui) {
        write_lines(&self.lines, ui, Ui::warn_always);
    }

    /// Reports which scopes could not be read and why, even with `--quiet`. The last line ends with `consequence`.
    pub fn report_unread(&self, consequence: &str, ui: &Ui) {
        self.report_causes(ui);
        if let Some(missing) = self.describe_extent() {
            ui.warn_always(&format!("the inventory is incomplete: {missing} ({consequence})"));
        }
    }

    /// Counts the accounts and scopes that could not be read; `None` when all could.
    pub fn describe_extent(&self) -> Option<String> {
        let entered = format!("netcensus could not sign in to {}", counted(self.not_entered, "account"));
        let read = format!("{} of {} failed", self.missing, counted(self.scopes, "read"));
        match (self.not_entered, self.missing) {
            (0, 0) => None,
            (_, 0) => Some(entered),
            (0, _) => Some(read),
            (_, _) => Some(format!("{entered}, and {read}")),
        }
    }

    fn report_unscanned(&self, ui: &Ui, warn: impl Fn(&Ui, &str)) {
        for kind in &self.unread {
            let text =
                format!("{kind} are unknown: they were not scanned (`netcensus scan {kind}` reads them)");
            warn(ui, &text);
        }
    }
}

/// Reports, for each named side of a comparison, which scopes could not be read and why, even with `--quiet`.
pub fn report_sides(sides: &[(String, Vec<&Coverage>)], ui: &Ui) {
    let of = |(side, missing): &(String, Vec<&Coverage>)| {
        describe_causes(missing).into_iter().map(|line| format!("{side}: {line}")).collect::<Vec<_>>()
    };
    write_lines(&sides.iter().flat_map(of).collect::<Vec<_>>(), ui, Ui::warn_always);
}

/// Writes the first lines by `warn`, which is [`Ui::warn`] or [`Ui::warn_always`]; all of them with `--verbose`.
fn write_lines(lines: &[String], ui: &Ui, warn: impl Fn(&Ui, &str)) {
    let shown = if ui.verbosity() >= Verbosity::Verbose { lines.len() } else { MAX_LINES };
    lines.iter().take(shown).for_each(|line| warn(ui, line));
    if lines.len() > shown {
        let list = if ui.verbosity() == Verbosity::Quiet { "without --quiet, " } else { "" };
        warn(ui, &format!("... and {} more like these; {list}--verbose lists all", lines.len() - shown));
    }
}

/// Cuts the middle out of a line that is longer than `length` characters: its beginning says where, its end what to do.
pub fn cut_middle(line: &str, length: usize) -> String {
    let characters = line.chars().count();
    if characters <= length {
        return line.to_owned();
    }
    let tail = length / 3;
    let head: String = line.chars().take(length - tail).collect();
    let tail: String = line.chars().skip(characters - tail).collect();
    format!("{} ... {}", head.trim_end(), tail.trim_start())
}

/// What outcomes must have in common to share a line: provider, account, outcome, reason.
type SharedReason<'a> = (Provider, &'a str, Outcome, &'a str);

/// Items by key, in the order in which they came.
type Groups<'a, K> = Vec<(K, Vec<&'a str>)>;

/// Makes a line for each cause and set of kinds, which names the regions where just these kinds have that cause.
fn describe_causes(missing: &[&Coverage]) -> Vec<String> {
    let mut places: Groups<'_, (SharedReason<'_>, Option<&str>)> = Vec::new();
    for entry in missing {
        let reason = entry.detail.as_deref().unwrap_or_default();
        let cause = (entry.provider, entry.account.as_str(), entry.outcome, reason);
        push_to_group(&mut places, (cause, entry.region.as_deref()), entry.kind.as_str());
    }
    let mut joined: Groups<'_, (SharedReason<'_>, Vec<&str>)> = Vec::new();
    for ((cause, region), kinds) in places {
        push_to_group(&mut joined, (cause, kinds), region.unwrap_or_default());
    }
    let line = |(((provider, account, outcome, reason), kinds), regions): (
        (SharedReason<'_>, Vec<&str>),
        Vec<&str>,
    )| {
        let at = regions.join(", ");
        let gap = if at.is_empty() { "" } else { " " };
        format!("{provider} {account}{gap}{at} {}: {}: {reason}", kinds.join(", "), outcome.as_str())
    };
    joined.into_iter().map(line).collect()
}

fn push_to_group<'a, K: PartialEq>(lists: &mut Groups<'a, K>, key: K, item: &'a str) {
    match lists.iter_mut().find(|(known, _)| *known == key) {
        Some((_, list)) => list.push(item),
        None => lists.push((key, vec![item])),
    }
}

fn describe_totals(view: InventoryView<'_>, kinds: &[Kind]) -> String {
    let inventory = view.inventory;
    let count = |kind: &Kind| {
        let subject = Subject::from(*kind);
        let partial = inventory.incomplete().any(|entry| entry.kind == subject || entry.kind.is_step());
        let least = if partial { "at least " } else { "" };
        format!("{least}{}", counted_plural(view.count(*kind), kind.as_str()))
    };
    let counts: Vec<String> = kinds.iter().map(count).collect();
    format!("{} in {}", counts.join(", "), counted(inventory.accounts.len(), "account"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Color;

    fn entry(region: &str, kind: Subject, detail: &str) -> Coverage {
        Coverage {
            provider: Provider::Aws,
            account: "111111111111".into(),
            region: Some(region.into()),
            kind,
            outcome: Outcome::Denied,
            detail: Some(detail.into()),
            requests: 1,
            duration_ms: 1,
        }
    }

    fn way_in(provider: Provider, account: &str, outcome: Outcome, detail: &str) -> Coverage {
        let kind = Subject::Credentials;
        let account = account.to_owned();
        Coverage { provider, account, region: None, outcome, ..entry("", kind, detail) }
    }

    #[test]
    fn a_cloud_that_was_not_asked_for_is_left_out_without_a_warning() {
        let skipped = way_in(Provider::Azure, "default chain", Outcome::Skipped, "not configured");
        let read =
            Coverage { outcome: Outcome::Complete, detail: None, ..entry("us-east-1", Subject::Regions, "") };
        let summary = Summary::from_outcomes(&[skipped, read]);
        assert_eq!(summary.left_out, ["azure default chain credentials: skipped: not configured"]);
        assert_eq!(summary.lines, [""; 0]);
        assert_eq!((summary.not_entered, summary.missing, summary.scopes), (0, 0, 1));
        assert_eq!(
            summary.report_and_exit_code(false, &Ui::new(Color::Never, Verbosity::Quiet)),
            Exit::Clean
        );
    }

    #[test]
    fn a_cloud_that_fails_beside_another_makes_the_scan_incomplete() {
        let failed = way_in(Provider::Azure, "all accounts", Outcome::Failed, "expired (az login)");
        let summary = Summary::from_outcomes(&[failed]);
        assert_eq!(summary.lines, ["azure all accounts credentials: failed: expired (az login)"]);
        assert_eq!((summary.left_out.len(), summary.not_entered, summary.missing), (0, 1, 0));
        assert_eq!(
            summary.report_and_exit_code(false, &Ui::new(Color::Never, Verbosity::Quiet)),
            Exit::Incomplete
        );
    }

    #[test]
    fn a_long_line_keeps_where_it_was_and_what_to_do() {
        let long = format!("aws 1 networks: denied: {} (allow ec2:DescribeVpcs)", "ä".repeat(400));
        let line = cut_middle(&long, 90);
        assert!(
            line.starts_with("aws 1 networks: denied: ä") && line.ends_with("ä (allow ec2:DescribeVpcs)")
        );
        assert_eq!((line.chars().count(), line.contains(" ... ")), (95, true));
        assert_eq!(cut_middle("short", 5), "short");
    }

    #[test]
    fn every_cause_has_a_line_that_names_its_regions() {
        let denied = [
            entry("eu-west-1", Subject::Networks, "allow a"),
            entry("eu-west-1", Subject::Subnets, "allow b"),
            entry("us-east-1", Subject::Networks, "allow a"),
            entry("us-west-2", Subject::Networks, "allow a"),
            entry("us-west-2", Subject::Instances, "allow a"),
        ];
        let lines = describe_causes(&denied.iter().collect::<Vec<_>>());
        assert_eq!(
            lines,
            [
                "aws 111111111111 eu-west-1, us-east-1 networks: denied: allow a",
                "aws 111111111111 eu-west-1 subnets: denied: allow b",
                "aws 111111111111 us-west-2 networks, instances: denied: allow a",
            ]
        );
    }
}
