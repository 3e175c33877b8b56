//! What a report found, as conditions that begin, last and end.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::notice::{Place, ReportKind, Severity};
use crate::model::{Coverage, Inventory, Kind, Metric, Outcome, Provider, Subject};
use crate::wording::counted;

/// What a report found, and how well it is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Observation {
    /// The command whose report it is.
    pub report: ReportKind,
    /// What made the inventory.
    pub generator: String,
    /// When the inventory was read.
    pub taken_at: Timestamp,
    /// Whether conditions last until they are over. If not, each is told once and then forgotten.
    pub lasting: bool,
    /// What is told of, if anything.
    pub conditions: Vec<Condition>,
    /// Whether everything that matters was read.
    pub complete: bool,
    /// The reads that succeeded, by names that [`Condition::needs`] has too.
    pub reads: BTreeSet<String>,
    /// How much there is now, as a part of a sentence: `14 collisions fail`.
    pub now: String,
    /// What else you should know, a sentence each.
    pub notes: Vec<String>,
    /// The command that shows the report.
    pub command: String,
    /// All numbers of the report, whether or not they are told of.
    pub metrics: Vec<Metric>,
}

/// Something that is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Identifies it in every report of this kind.
    pub key: String,
    /// How bad it is; `None` when nothing is wrong with it now.
    pub level: Option<Severity>,
    /// The worst severity that is not over yet if it was reached before (hysteresis); at least `level`.
    pub holds: Option<Severity>,
    /// How large it is, such as the number of networks that collide. One that grows is told again.
    pub size: usize,
    /// The code of the finding.
    pub code: Option<String>,
    /// What it is, in a sentence.
    pub what: String,
    /// Where it is.
    pub places: Vec<Place>,
    /// How many more places there are.
    pub places_left_out: usize,
    /// The reads that have to succeed before its absence means that it is over.
    pub needs: Vec<String>,
    /// The command that shows more.
    pub command: String,
}

/// The most places of a condition, so that a notice stays small.
pub const MAX_PLACES: usize = 4;

impl Observation {
    /// Tells whether something that needs these reads would be known if it existed.
    #[must_use]
    pub fn knows(&self, needs: &[String]) -> bool {
        self.complete || (!needs.is_empty() && needs.iter().all(|need| self.reads.contains(need)))
    }
}

/// Names the read of a kind in an account or subscription.
#[must_use]
pub fn needed_read(kind: Kind, provider: Provider, account: &str) -> String {
    format!("{} of {provider} {}", kind.as_str(), account.to_ascii_lowercase())
}

/// Lists the kinds of each account that were read completely, and the kinds that were read completely everywhere.
#[must_use]
pub fn known_reads(inventory: &Inventory) -> BTreeSet<String> {
    let mut reads = BTreeSet::new();
    let failed_step = inventory.incomplete().any(|entry| entry.kind.is_step());
    for kind in inventory.kinds_read() {
        let subject = Subject::from(kind);
        let of_kind = || inventory.coverage.iter().filter(|entry| entry.kind == subject);
        let name = |entry: &Coverage| needed_read(kind, entry.provider, &entry.account);
        let failed: BTreeSet<String> =
            of_kind().filter(|entry| entry.outcome.is_incomplete()).map(name).collect();
        if failed.is_empty() && !failed_step {
            reads.insert(kind.as_str().to_owned());
        }
        let read = of_kind().filter(|entry| entry.outcome == Outcome::Complete).map(name);
        reads.extend(read.filter(|name| !failed.contains(name)));
    }
    // A region that could not be listed may have anything of its account.
    for step in inventory.incomplete().filter(|entry| entry.kind.is_step()) {
        for kind in Kind::ALL {
            reads.remove(&needed_read(kind, step.provider, &step.account));
        }
    }
    reads
}

/// Makes the condition of an inventory that is not complete: a channel that hears nothing must not mean that nothing is
/// wrong.
#[must_use]
pub fn incomplete(complete: bool, gaps: &[Coverage], missing: &[String]) -> Option<Condition> {
    if complete {
        return None;
    }
    let reads = counted(gaps.len(), "read");
    let also = missing.first().map(|first| format!("; {first}")).unwrap_or_default();
    let place = |gap: &Coverage| Place {
        provider: Some(gap.provider),
        account: Some(gap.account.clone()),
        account_name: None,
        region: gap.region.clone(),
        id: format!("{}: {}", gap.kind.as_str(), gap.outcome.as_str()),
        name: None,
        prefix: None,
    };
    Some(Condition {
        key: "incomplete".to_owned(),
        level: Some(Severity::Warning),
        holds: Some(Severity::Warning),
        size: 1,
        code: None,
        what: format!("the inventory is incomplete: {reads} failed{also}"),
        places: gaps.iter().take(MAX_PLACES).map(place).collect(),
        places_left_out: gaps.len().saturating_sub(MAX_PLACES),
        needs: Vec::new(),
        command: "netcensus scan --dry-run".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Resources;

    fn entry(account: &str, kind: Subject, outcome: Outcome) -> Coverage {
        Coverage {
            provider: Provider::Aws,
            account: account.to_owned(),
            region: Some("eu-west-1".to_owned()),
            kind,
            outcome,
            detail: None,
            requests: 1,
            duration_ms: 1,
        }
    }

    fn reads(coverage: Vec<Coverage>) -> BTreeSet<String> {
        let taken_at = "2026-11-20T06:00:00Z".parse().unwrap();
        known_reads(&Inventory::assemble("test".to_owned(), taken_at, vec![], Resources::default(), coverage))
    }

    #[test]
    fn an_account_that_is_denied_hides_only_what_is_in_it() {
        let read = reads(vec![
            entry("A", Subject::Networks, Outcome::Complete),
            entry("A", Subject::Links, Outcome::Complete),
            entry("B", Subject::Networks, Outcome::Complete),
            entry("B", Subject::Networks, Outcome::Denied),
            entry("B", Subject::Links, Outcome::Complete),
        ]);
        assert_eq!(
            read.into_iter().collect::<Vec<_>>(),
            ["links", "links of aws a", "links of aws b", "networks of aws a"]
        );
    }

    #[test]
    fn an_account_that_could_not_be_entered_may_have_any_link() {
        let read = reads(vec![
            entry("A", Subject::Links, Outcome::Complete),
            entry("profile:b", Subject::Credentials, Outcome::Failed),
        ]);
        assert_eq!(read.into_iter().collect::<Vec<_>>(), ["links of aws a"]);
        let read = reads(vec![
            entry("A", Subject::Links, Outcome::Complete),
            entry("A", Subject::Regions, Outcome::Denied),
        ]);
        assert_eq!(read, BTreeSet::new(), "a region that is not listed may have anything");
    }
}
