//! Scans a row of the matrix, and checks what came of it.

use std::collections::BTreeMap;
use std::time::Duration;

use netcensus::exit::Exit;
use netcensus::model::{Coverage, Inventory, Kind, Outcome, Subject};
use serde::Serialize;
use serde_json::Value;

use super::differences::differences;
use super::row::{Ending, Group, Row, Setup};
use crate::clouds::sandboxed::{Scanned, hasty_run, scan};

/// How often a clock beside the scan ticks, in milliseconds. Where the machine is busy, that clock is as late as the scan is.
const TICK: u64 = 100;

/// By how many ticks a scan may be longer than what a scope may take (`--timeout`): signing in and what is read are worked
/// through in that time.
const SPARE_TICKS: u64 = 100;

/// What a scan of a setup without faults reads.
#[derive(Debug, Default)]
pub struct Truth(BTreeMap<RowKey, Value>);

/// Kind, account, region and id.
pub type RowKey = (&'static str, String, String, String);

impl Truth {
    /// Reads what is there.
    pub async fn read(setup: Setup) -> Self {
        let run = hasty_run(Duration::from_secs(20));
        let scanned = scan(setup.estate(None), &[""; 0], &setup.overrides(), &kinds(setup), &run).await;
        let inventory = scanned.inventory();
        assert_eq!(inventory.incomplete().count(), 0, "{setup:?}");
        Self(rows_of(&inventory))
    }
}

fn kinds(setup: Setup) -> Vec<Kind> {
    match setup {
        Setup::Organization | Setup::AwsRegions => vec![Kind::Networks],
        Setup::Aws | Setup::AwsAlone | Setup::AwsNamedRegion => Kind::ALL.to_vec(),
        // Interfaces of Azure are a list like that of machines.
        Setup::Arm | Setup::Graph => vec![Kind::Networks, Kind::Subnets, Kind::Instances, Kind::Links],
    }
}

/// Scans `row`, and lists what is wrong with the result.
pub async fn try_row(group: &'static Group, row: &'static Row, truth: &Truth) -> Vec<String> {
    let run = hasty_run(Duration::from_millis(group.timeout));
    let (overrides, faults) = (group.setup.overrides(), group.setup.faults(row));
    let kinds = kinds(group.setup);
    let scan = scan(group.setup.estate(Some(row)), &faults, &overrides, &kinds, &run);
    let scanned = tokio::select! {
        scanned = scan => scanned,
        () = tick(group.timeout / TICK + SPARE_TICKS) => {
            return vec![format!("{} / {}: it takes longer than --timeout", group.what, row.name)];
        }
    };
    let mut wrong =
        Check { group, row, truth, accounts: group.setup.accounts(), wrong: Vec::new() }.run(&scanned);
    let early = scanned.requests.iter().filter(|request| request.early > 0);
    wrong.extend(early.map(|request| format!("it does not wait as long as it is asked to: {request:?}")));
    wrong.into_iter().map(|wrong| format!("{} / {}: {wrong}", group.what, row.name)).collect()
}

/// Ends after so many ticks, none of which makes up for one that was late.
async fn tick(count: u64) {
    for _ in 0..count {
        tokio::time::sleep(Duration::from_millis(TICK)).await;
    }
}

struct Check<'a> {
    group: &'a Group,
    row: &'a Row,
    truth: &'a Truth,
    accounts: [&'static str; 2],
    wrong: Vec<String>,
}

impl Check<'_> {
    fn run(mut self, scanned: &Scanned) -> Vec<String> {
        let exit = match self.group.ending {
            Ending::Complete => Exit::Clean,
            Ending::Incomplete(..) | Ending::Partly(..) => Exit::Incomplete,
            Ending::Refused => Exit::Failed,
        };
        if scanned.exit() != exit {
            self.wrong.push(format!("exit code {}, not {}", scanned.exit().code(), exit.code()));
        }
        match &scanned.result {
            Ok(inventory) => {
                self.check_coverage(inventory);
                self.check_rows(inventory);
            }
            Err(error) => self.check_message(&error.diagnostic.to_line()),
        }
        self.wrong
    }

    fn check_coverage(&mut self, inventory: &Inventory) {
        let missing: Vec<&Coverage> = inventory.incomplete().collect();
        let (subjects, outcome, all): (&[Subject], _, _) = match self.group.ending {
            Ending::Complete => (&[], None, true),
            Ending::Incomplete(subjects, outcome) => (subjects, Some(outcome), true),
            Ending::Partly(subjects, outcome) => (subjects, Some(outcome), false),
            // The exit code has told it already.
            Ending::Refused => return self.wrong.extend(missing.iter().map(ToString::to_string)),
        };
        let unexpected = missing.iter().filter(|entry| {
            !subjects.contains(&entry.kind) || Some(entry.outcome) != outcome || !self.is_struck(entry)
        });
        let unexpected: Vec<String> = unexpected.map(ToString::to_string).collect();
        self.wrong.extend(unexpected);
        let expected = self.group.scopes.unwrap_or(subjects.len());
        if all && missing.len() != expected {
            self.wrong.push(format!("{} scopes are incomplete, not {expected}", missing.len()));
        }
        let mut details: Vec<&str> = missing.iter().filter_map(|entry| entry.detail.as_deref()).collect();
        details.dedup();
        if !missing.is_empty() {
            self.check_message(&details.join("\n"));
        }
    }

    fn is_struck(&self, entry: &Coverage) -> bool {
        self.group.scopes.is_some()
            || entry.kind.is_step()
            || (entry.account == self.accounts[0]
                && entry.region.as_deref().is_none_or(|it| it == "eu-west-1"))
    }

    fn check_message(&mut self, message: &str) {
        if message.contains("has a bug") {
            self.wrong.push(format!("it panicked: {message}"));
        }
        let mut rest = message;
        for words in self.group.says.iter().chain(self.row.says) {
            let Some(at) = rest.find(words) else {
                return self.wrong.push(format!("no `{words}` in: {message}"));
            };
            rest = &rest[at + words.len()..];
        }
    }

    /// Nothing is invented: each row is as it is without faults, or a part of that where the scope is not complete.
    /// Nothing is lost either where it is. A row of the matrix that differs does so as it says, and in no other way.
    fn check_rows(&mut self, inventory: &Inventory) {
        let found = rows_of(inventory);
        let outcomes = outcomes(inventory);
        let outcome_of = |(kind, account, region, _): &RowKey| {
            let key = |region: &str| (*kind, account.clone(), region.to_owned());
            outcomes.get(&key(region)).or_else(|| outcomes.get(&key(""))).copied()
        };
        if !self.row.differs.is_empty() {
            let asked_for = self.truth.0.iter().filter(|(key, _)| self.is_asked_for(key));
            let truth = asked_for.map(|(key, value)| (key.clone(), value.clone())).collect();
            let differs = differences(&truth, &found);
            if differs != self.row.differs {
                self.wrong.push(format!("what is read differs in other ways:\n{}", differs.join("\n")));
            }
            return self.check_kept(&found);
        }
        for (key, value) in &found {
            let is_complete = outcome_of(key) == Some(Outcome::Complete);
            match self.truth.0.get(key) {
                None => self.wrong.push(format!("{key:?} is invented: {value}")),
                Some(truth) if is_complete && value != truth => {
                    self.wrong.push(format!("{key:?} is {value}, not {truth}"));
                }
                Some(truth) if !is_part_of(value, truth) => {
                    self.wrong.push(format!("{key:?} is {value}, no part of {truth}"));
                }
                Some(_) => {}
            }
        }
        let lost = self
            .truth
            .0
            .keys()
            .filter(|key| outcome_of(key) == Some(Outcome::Complete) && !found.contains_key(*key));
        self.wrong.extend(lost.map(|key| format!("{key:?} is lost")));
        self.check_kept(&found);
    }

    /// Tells whether the scan is to read a row that there is.
    fn is_asked_for(&self, (kind, account, _, _): &RowKey) -> bool {
        let is_alone =
            matches!(self.group.setup, Setup::AwsAlone | Setup::AwsRegions | Setup::AwsNamedRegion);
        kinds(self.group.setup).iter().any(|asked| asked.as_str() == *kind)
            && (!is_alone || account == self.accounts[0])
    }

    /// What was read before a failure stays.
    fn check_kept(&mut self, found: &BTreeMap<RowKey, Value>) {
        if let Ending::Incomplete([first, ..], _) = self.group.ending
            && !first.is_step()
        {
            let accounts = if self.group.scopes.is_some() { &self.accounts[..] } else { &self.accounts[..1] };
            let is_kept = |(kind, account, region, _): &&RowKey| {
                *kind == first.as_str() && accounts.contains(&account.as_str()) && region != "us-east-1"
            };
            let kept = found.keys().filter(is_kept).count();
            if kept != self.row.keeps {
                self.wrong.push(format!("{kept} {} are kept, not {}", first.as_str(), self.row.keeps));
            }
        }
    }
}

/// Tells whether a row says nothing else than the true one, though it may say less.
fn is_part_of(found: &Value, truth: &Value) -> bool {
    match (found, truth) {
        (Value::Null, _) => true,
        (Value::Object(found), Value::Object(truth)) => {
            found.iter().all(|(name, value)| truth.get(name).is_some_and(|truth| is_part_of(value, truth)))
        }
        (Value::Array(found), Value::Array(truth)) => {
            found.iter().all(|value| truth.iter().any(|truth| is_part_of(value, truth)))
        }
        (found, truth) => found == truth,
    }
}

fn outcomes(inventory: &Inventory) -> BTreeMap<(&'static str, String, String), Outcome> {
    let key = |entry: &Coverage| {
        let region = entry.region.clone().unwrap_or_default();
        (entry.kind.as_str(), entry.account.clone(), region)
    };
    inventory.coverage.iter().map(|entry| (key(entry), entry.outcome)).collect()
}

fn rows_of(inventory: &Inventory) -> BTreeMap<RowKey, Value> {
    let mut rows = BTreeMap::new();
    let mut add = |kind: Kind, values: Vec<Value>| {
        for value in values {
            // A link belongs to its ends.
            let owner = |name: &str| value.get(name).unwrap_or(&value["ends"][0][name]).as_str();
            let text = |name: &str| owner(name).unwrap_or_default().to_owned();
            rows.insert((kind.as_str(), text("account"), text("region"), text("id")), value);
        }
    };
    add(Kind::Networks, values(&inventory.networks));
    add(Kind::Subnets, values(&inventory.subnets));
    add(Kind::Instances, values(&inventory.instances));
    add(Kind::Interfaces, values(&inventory.interfaces));
    add(Kind::Links, values(&inventory.links));
    rows
}

fn values<T: Serialize>(rows: &[T]) -> Vec<Value> {
    rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}
