//! What a scan says about itself on stderr: what is missing and why, and how much there is.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::exit::Exit;
use crate::model::{Coverage, Inventory, Kind, Outcome, Provider, Subject};
use crate::ui::{Ui, Verbosity};

/// More lines than this only with `--verbose`: a denied organisation would scroll everything away.
const LINES: usize = 20;

/// What is to be said once the data is out.
#[derive(Debug)]
pub struct Summary {
    unread: Vec<Kind>,
    lines: Vec<String>,
    missing: usize,
    scopes: usize,
    totals: String,
}

impl Summary {
    /// Sums up what `inventory` knows of `kinds`.
    pub fn of(inventory: &Inventory, kinds: &[Kind]) -> Self {
        let read = inventory.kinds_read();
        let subjects: Vec<Subject> = kinds.iter().map(|kind| Subject::from(*kind)).collect();
        let matters = |entry: &&Coverage| entry.kind.is_step() || subjects.contains(&entry.kind);
        let missing: Vec<&Coverage> = inventory.incomplete().filter(matters).collect();
        Self {
            unread: kinds.iter().copied().filter(|kind| !read.contains(kind)).collect(),
            lines: lines(&missing),
            missing: missing.len(),
            scopes: inventory.coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped).count(),
            totals: totals(inventory, kinds),
        }
    }

    /// Sums up the steps before reading.
    pub fn of_steps(coverage: &[Coverage]) -> Self {
        let missing: Vec<&Coverage> = coverage.iter().filter(|entry| entry.outcome.is_incomplete()).collect();
        Self {
            unread: Vec::new(),
            lines: lines(&missing),
            missing: missing.len(),
            scopes: coverage.len(),
            totals: String::new(),
        }
    }

    /// Says on a terminal how much was found, and how long it took.
    pub fn say_totals(&self, elapsed: Duration, ui: &Ui) {
        ui.note(&format!("{}, read in {:.1} s", self.totals, elapsed.as_secs_f64()));
    }

    /// Says what is missing and why, and returns the exit code that follows.
    pub fn conclude(&self, ui: &Ui) -> Exit {
        for kind in &self.unread {
            ui.warn(&format!(
                "{kind} are unknown: nobody asked for them when the inventory was taken \
                 (`netcensus scan {kind}` does)"
            ));
        }
        let shown = if ui.verbosity() >= Verbosity::Verbose { self.lines.len() } else { LINES };
        self.lines.iter().take(shown).for_each(|line| ui.warn(line));
        if self.lines.len() > shown {
            ui.warn(&format!("... and {} more like these; --verbose lists all", self.lines.len() - shown));
        }
        if self.missing > 0 {
            ui.warn(&format!(
                "the inventory is incomplete: {} of {} scopes could not be read (exit code {})",
                self.missing,
                self.scopes,
                Exit::Incomplete.code()
            ));
        }
        if self.missing == 0 && self.unread.is_empty() { Exit::Clean } else { Exit::Incomplete }
    }
}

/// A line for each account, outcome and reason; the kinds and regions it struck are joined.
fn lines(missing: &[&Coverage]) -> Vec<String> {
    type Place<'a> = (Provider, &'a str, Option<&'a str>, Outcome);
    let mut places: BTreeMap<Place<'_>, (Vec<&str>, &str)> = BTreeMap::new();
    for entry in missing {
        let place = (entry.provider, entry.account.as_str(), entry.region.as_deref(), entry.outcome);
        let reason = entry.detail.as_deref().unwrap_or_default();
        places.entry(place).or_insert_with(|| (Vec::new(), reason)).0.push(entry.kind.as_str());
    }
    let mut joined: Vec<(Provider, &str, Vec<&str>, String)> = Vec::new();
    for ((provider, account, region, outcome), (kinds, reason)) in places {
        let what = format!("{}: {}: {reason}", kinds.join(", "), outcome.as_str());
        let same = |line: &&mut (Provider, &str, Vec<&str>, String)| {
            (line.0, line.1, &line.3) == (provider, account, &what)
        };
        match joined.iter_mut().find(same) {
            Some(line) => line.2.extend(region),
            None => joined.push((provider, account, region.into_iter().collect(), what)),
        }
    }
    let line = |(provider, account, regions, what): (Provider, &str, Vec<&str>, String)| {
        let at = if regions.is_empty() { String::new() } else { format!(" {}", regions.join(", ")) };
        format!("{provider} {account}{at} {what}")
    };
    joined.into_iter().map(line).collect()
}

fn totals(inventory: &Inventory, kinds: &[Kind]) -> String {
    let counts: Vec<String> = kinds.iter().map(|kind| plural(inventory.count(*kind), *kind)).collect();
    let accounts = match inventory.accounts.len() {
        1 => "1 account".to_owned(),
        number => format!("{number} accounts"),
    };
    format!("{} in {accounts}", counts.join(", "))
}

fn plural(number: usize, kind: Kind) -> String {
    format!("{number} {}", if number == 1 { kind.singular() } else { kind.as_str() })
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn kinds_and_regions_that_share_a_reason_share_a_line() {
        let denied = [
            entry("eu-west-1", Subject::Networks, "no"),
            entry("eu-west-1", Subject::Subnets, "no"),
            entry("us-east-1", Subject::Networks, "no"),
            entry("us-east-1", Subject::Subnets, "no"),
            entry("us-west-2", Subject::Networks, "other"),
        ];
        let lines = lines(&denied.iter().collect::<Vec<_>>());
        assert_eq!(
            lines,
            [
                "aws 111111111111 eu-west-1, us-east-1 networks, subnets: denied: no",
                "aws 111111111111 us-west-2 networks: denied: other"
            ]
        );
    }
}
