//! What a scan says about itself on stderr: what is missing and why, and how much there is.

use std::time::Duration;

use crate::exit::Exit;
use crate::model::{Coverage, Estate, Kind, Outcome, Provider, Subject};
use crate::ui::{Ui, Verbosity};
use crate::wording::counted;

/// Characters of a line of an export, some rows of a terminal; more only with `--verbose`, and in the coverage.
const LENGTH: usize = 300;
/// More lines than this only with `--verbose`: a denied organisation would scroll everything away.
const LINES: usize = 20;

/// What is to be said once the data is out.
#[derive(Debug, Default)]
pub struct Summary {
    unread: Vec<Kind>,
    lines: Vec<String>,
    /// What was left out on purpose: clouds that are not configured and that nobody asked for, and accounts that are
    /// closed or excluded.
    left_out: Vec<String>,
    /// Accounts that could not be entered.
    closed: usize,
    missing: usize,
    scopes: usize,
    totals: String,
}

impl Summary {
    /// Sums up what is known of `kinds`.
    pub fn of(estate: Estate<'_>, kinds: &[Kind]) -> Self {
        let inventory = estate.inventory;
        let read = inventory.kinds_read();
        let subjects: Vec<Subject> = kinds.iter().map(|kind| Subject::from(*kind)).collect();
        let matters = |entry: &&Coverage| entry.kind.is_step() || subjects.contains(&entry.kind);
        let missing: Vec<&Coverage> = inventory.incomplete().filter(matters).collect();
        Self {
            unread: kinds
                .iter()
                .copied()
                .filter(|kind| !read.contains(kind) && !inventory.is_empty_part())
                .collect(),
            totals: totals(estate, kinds),
            ..Self::of_coverage(&inventory.coverage, &missing)
        }
    }

    /// Sums up the steps before reading.
    pub fn of_steps(coverage: &[Coverage]) -> Self {
        let missing: Vec<&Coverage> = coverage.iter().filter(|entry| entry.outcome.is_incomplete()).collect();
        Self::of_coverage(coverage, &missing)
    }

    fn of_coverage(coverage: &[Coverage], missing: &[&Coverage]) -> Self {
        let is_way_in = |entry: &&Coverage| entry.kind == Subject::Credentials;
        let (ways_in, scopes): (Vec<&Coverage>, Vec<&Coverage>) =
            coverage.iter().partition(|entry| is_way_in(entry));
        let skipped = |entry: &&Coverage| entry.outcome == Outcome::Skipped;
        let is_left_out = |entry: &&Coverage| entry.kind == Subject::Accounts && skipped(entry);
        let accounts = scopes.iter().copied().filter(is_left_out);
        let left_out: Vec<&Coverage> = ways_in.into_iter().filter(skipped).chain(accounts).collect();
        let closed = missing.iter().copied().filter(is_way_in).count();
        Self {
            lines: lines(missing),
            left_out: lines(&left_out),
            closed,
            missing: missing.len() - closed,
            scopes: scopes.into_iter().filter(|entry| !skipped(entry)).count(),
            ..Self::default()
        }
    }

    /// Names what was left out on purpose, which a plan is expected to show. A scan has it in the coverage, and
    /// says nothing: on a machine with one cloud it would be said every time.
    pub fn say_left_out(&self, ui: &Ui) {
        self.left_out.iter().for_each(|line| ui.note(line));
    }

    /// Says on a terminal how much was found, and how long it took.
    pub fn say_totals(&self, elapsed: Duration, ui: &Ui) {
        ui.note(&format!("{}, read in {:.1} s", self.totals, elapsed.as_secs_f64()));
    }

    /// Lists what is missing, a sentence each.
    pub fn gaps(&self) -> Vec<String> {
        let unread = self.unread.iter().map(|kind| format!("{kind} are unknown: they were not scanned"));
        unread.chain(self.lines.iter().map(|line| shortened(line, LENGTH))).collect()
    }

    /// Tells whether nothing is missing.
    pub fn is_whole(&self) -> bool {
        self.lines.is_empty() && self.unread.is_empty()
    }

    /// Reports what is missing and why, also when quiet, and returns the exit code that follows.
    pub fn conclude(&self, interrupted: bool, ui: &Ui) -> Exit {
        let exit = match (interrupted, self.is_whole()) {
            (true, _) => Exit::Interrupted,
            (false, true) => Exit::Clean,
            (false, false) => Exit::Incomplete,
        };
        self.say_unread(ui, Ui::insist);
        self.say_scopes(&format!("exit code {}", exit.code()), ui);
        exit
    }

    /// Says which kinds nobody read, and which scopes could not be read and why, without the middle of long reasons.
    pub fn say_gaps(&self, ui: &Ui) {
        self.say_unread(ui, Ui::warn);
        let length = if ui.verbosity() >= Verbosity::Verbose { usize::MAX } else { LENGTH };
        say(&self.lines.iter().map(|line| shortened(line, length)).collect::<Vec<_>>(), ui, Ui::warn);
    }

    /// Reports which scopes could not be read and why, also when quiet; the last line ends with what comes of it.
    pub fn say_scopes(&self, consequence: &str, ui: &Ui) {
        say(&self.lines, ui, Ui::insist);
        if let Some(missing) = self.extent() {
            ui.insist(&format!("the inventory is incomplete: {missing} ({consequence})"));
        }
    }

    /// Says how many accounts and scopes could not be read; `None` when all could.
    pub fn extent(&self) -> Option<String> {
        let entered = format!("{} could not be entered", counted(self.closed, "account"));
        let read = format!("{} of {} scopes could not be read", self.missing, self.scopes);
        match (self.closed, self.missing) {
            (0, 0) => None,
            (_, 0) => Some(entered),
            (0, _) => Some(read),
            (_, _) => Some(format!("{entered}, and {read}")),
        }
    }

    fn say_unread(&self, ui: &Ui, warn: impl Fn(&Ui, &str)) {
        for kind in &self.unread {
            let text = format!(
                "{kind} are unknown: they were not scanned when the inventory was taken \
                 (`netcensus scan {kind}` reads them)"
            );
            warn(ui, &text);
        }
    }
}

/// Reports of each side of a comparison, by its name, which scopes could not be read and why; also when quiet.
pub fn say_sides(sides: &[(String, Vec<&Coverage>)], ui: &Ui) {
    let of = |(side, missing): &(String, Vec<&Coverage>)| {
        lines(missing).into_iter().map(|line| format!("{side}: {line}")).collect::<Vec<_>>()
    };
    say(&sides.iter().flat_map(of).collect::<Vec<_>>(), ui, Ui::insist);
}

/// Writes the first lines by `warn`, which is [`Ui::warn`] or [`Ui::insist`]; all of them with `--verbose`.
fn say(lines: &[String], ui: &Ui, warn: impl Fn(&Ui, &str)) {
    let shown = if ui.verbosity() >= Verbosity::Verbose { lines.len() } else { LINES };
    lines.iter().take(shown).for_each(|line| warn(ui, line));
    if lines.len() > shown {
        let list = if ui.verbosity() == Verbosity::Quiet { "without --quiet, " } else { "" };
        warn(ui, &format!("... and {} more like these; {list}--verbose lists all", lines.len() - shown));
    }
}

/// Cuts the middle of a line that is longer than `length` characters: it begins with where it was, and ends with what
/// to do.
pub fn shortened(line: &str, length: usize) -> String {
    let characters = line.chars().count();
    if characters <= length {
        return line.to_owned();
    }
    let tail = length / 3;
    let head: String = line.chars().take(length - tail).collect();
    let tail: String = line.chars().skip(characters - tail).collect();
    format!("{} ... {}", head.trim_end(), tail.trim_start())
}

/// What makes two outcomes one matter: provider, account, outcome, reason.
type Cause<'a> = (Provider, &'a str, Outcome, &'a str);

/// What belongs to a key, in the order in which it came.
type Lists<'a, K> = Vec<(K, Vec<&'a str>)>;

/// A line for each cause and the kinds it struck, which names the regions where it struck just these.
fn lines(missing: &[&Coverage]) -> Vec<String> {
    let mut places: Lists<'_, (Cause<'_>, Option<&str>)> = Vec::new();
    for entry in missing {
        let reason = entry.detail.as_deref().unwrap_or_default();
        let cause = (entry.provider, entry.account.as_str(), entry.outcome, reason);
        gather(&mut places, (cause, entry.region.as_deref()), entry.kind.as_str());
    }
    let mut joined: Lists<'_, (Cause<'_>, Vec<&str>)> = Vec::new();
    for ((cause, region), kinds) in places {
        gather(&mut joined, (cause, kinds), region.unwrap_or_default());
    }
    let line =
        |(((provider, account, outcome, reason), kinds), regions): ((Cause<'_>, Vec<&str>), Vec<&str>)| {
            let at = regions.join(", ");
            let gap = if at.is_empty() { "" } else { " " };
            format!("{provider} {account}{gap}{at} {}: {}: {reason}", kinds.join(", "), outcome.as_str())
        };
    joined.into_iter().map(line).collect()
}

/// Adds `item` to the list of `key`, in the order in which keys first came.
fn gather<'a, K: PartialEq>(lists: &mut Lists<'a, K>, key: K, item: &'a str) {
    match lists.iter_mut().find(|(known, _)| *known == key) {
        Some((_, list)) => list.push(item),
        None => lists.push((key, vec![item])),
    }
}

fn totals(estate: Estate<'_>, kinds: &[Kind]) -> String {
    let inventory = estate.inventory;
    let count = |kind: &Kind| {
        let subject = Subject::from(*kind);
        let partial = inventory.incomplete().any(|entry| entry.kind == subject || entry.kind.is_step());
        let least = if partial { "at least " } else { "" };
        format!("{least}{}", plural(estate.count(*kind), *kind))
    };
    let counts: Vec<String> = kinds.iter().map(count).collect();
    format!("{} in {}", counts.join(", "), counted(inventory.accounts.len(), "account"))
}

fn plural(number: usize, kind: Kind) -> String {
    format!("{number} {}", if number == 1 { kind.singular() } else { kind.as_str() })
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
    fn a_cloud_that_nobody_asked_for_is_left_out_without_a_warning() {
        let skipped = way_in(Provider::Azure, "default chain", Outcome::Skipped, "not configured");
        let read =
            Coverage { outcome: Outcome::Complete, detail: None, ..entry("us-east-1", Subject::Regions, "") };
        let summary = Summary::of_steps(&[skipped, read]);
        assert_eq!(summary.left_out, ["azure default chain credentials: skipped: not configured"]);
        assert_eq!(summary.lines, [""; 0]);
        assert_eq!((summary.closed, summary.missing, summary.scopes), (0, 0, 1));
        assert_eq!(summary.conclude(false, &Ui::new(Color::Never, Verbosity::Quiet)), Exit::Clean);
    }

    #[test]
    fn a_cloud_that_fails_beside_another_makes_the_scan_incomplete() {
        let failed = way_in(Provider::Azure, "all accounts", Outcome::Failed, "expired (az login)");
        let summary = Summary::of_steps(&[failed]);
        assert_eq!(summary.lines, ["azure all accounts credentials: failed: expired (az login)"]);
        assert_eq!((summary.left_out.len(), summary.closed, summary.missing), (0, 1, 0));
        assert_eq!(summary.conclude(false, &Ui::new(Color::Never, Verbosity::Quiet)), Exit::Incomplete);
    }

    #[test]
    fn a_long_line_keeps_where_it_was_and_what_to_do() {
        let long = format!("aws 1 networks: denied: {} (allow ec2:DescribeVpcs)", "ä".repeat(400));
        let line = shortened(&long, 90);
        assert!(
            line.starts_with("aws 1 networks: denied: ä") && line.ends_with("ä (allow ec2:DescribeVpcs)")
        );
        assert_eq!((line.chars().count(), line.contains(" ... ")), (95, true));
        assert_eq!(shortened("short", 5), "short");
    }

    #[test]
    fn every_reason_has_a_line_that_says_where_it_struck() {
        let denied = [
            entry("eu-west-1", Subject::Networks, "allow a"),
            entry("eu-west-1", Subject::Subnets, "allow b"),
            entry("us-east-1", Subject::Networks, "allow a"),
            entry("us-west-2", Subject::Networks, "allow a"),
            entry("us-west-2", Subject::Instances, "allow a"),
        ];
        let lines = lines(&denied.iter().collect::<Vec<_>>());
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
