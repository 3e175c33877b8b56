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
        let (rows, wrong) = rows_of(&inventory);
        assert_eq!(wrong, [""; 0], "{setup:?}");
        Self(rows)
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
        () = tick(group.longest / TICK) => {
            return vec![format!("{} / {}: it takes longer than {} ms", group.what, row.name, group.longest)];
        }
    };
    let mut wrong =
        Check { group, row, truth, accounts: group.setup.accounts(), wrong: Vec::new() }.run(&scanned);
    let early = scanned.requests.iter().filter(|request| request.early > group.on_their_way);
    wrong.extend(early.map(|request| format!("it does not wait as long as it is asked to: {request:?}")));
    wrong.extend(wrong_strikes(&faults, &scanned.strikes));
    wrong.into_iter().map(|wrong| format!("{} / {}: {wrong}", group.what, row.name)).collect()
}

/// Lists the faults that did not strike as often as their `times=N` says, or never.
fn wrong_strikes(faults: &[String], strikes: &[u64]) -> Vec<String> {
    let is_right = |fault: &str, strikes: u64| {
        let selectors = fault.rsplit_once('@').map_or("", |(_, selectors)| selectors);
        let times = selectors.split(',').find_map(|one| one.strip_prefix("times=")?.parse::<u64>().ok());
        // A limit is for each action by itself.
        let is_of_several_actions = selectors.contains(['*', '{']);
        match times {
            Some(times) if is_of_several_actions => strikes > 0 && strikes.is_multiple_of(times),
            Some(times) => strikes == times,
            None => strikes > 0,
        }
    };
    assert_eq!(faults.len(), strikes.len(), "the estate has faults of its own");
    let pairs = faults.iter().zip(strikes);
    let wrong = pairs.filter(|(fault, strikes)| !is_right(fault, **strikes));
    let shortened = |fault: &str| fault.chars().take(200).collect::<String>();
    wrong.map(|(fault, strikes)| format!("`{}` strikes {strikes} times", shortened(fault))).collect()
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
        let of_each = self.group.scopes;
        let (subjects, outcome, (fewest, most)): (&[Subject], _, _) = match self.group.ending {
            Ending::Complete => (&[], None, (0, 0)),
            Ending::Incomplete(subjects, outcome) => {
                let count = of_each.unwrap_or(subjects.len());
                (subjects, Some(outcome), (count, count))
            }
            Ending::Partly(subjects, outcome, range) => (subjects, Some(outcome), range),
            // The exit code has told it already.
            Ending::Refused => return self.wrong.extend(missing.iter().map(ToString::to_string)),
        };
        let is_expected = |entry: &&Coverage| {
            subjects.contains(&entry.kind) && Some(entry.outcome) == outcome && self.is_struck(entry)
        };
        let (expected, unexpected): (Vec<&Coverage>, Vec<&Coverage>) =
            missing.iter().copied().partition(is_expected);
        self.wrong.extend(unexpected.iter().map(ToString::to_string));
        if !(fewest..=most).contains(&missing.len()) {
            self.wrong.push(format!("{} scopes are incomplete, not {fewest} to {most}", missing.len()));
        }
        self.check_details(&expected);
    }

    /// Checks the message of each scope that is not complete.
    fn check_details(&mut self, missing: &[&Coverage]) {
        let group = self.group;
        let detail = |entry: &Coverage| entry.detail.clone().unwrap_or_default();
        let lacks =
            |entry: &Coverage, words: &[&'static str]| first_absent(&detail(entry), words.iter()).is_some();
        let main: Vec<&'static str> = group.says.iter().chain(self.row.says).copied().collect();
        let is_other =
            |entry: &Coverage| lacks(entry, &main) && group.or_says.iter().any(|words| !lacks(entry, words));
        let (others, mains): (Vec<&Coverage>, Vec<&Coverage>) =
            missing.iter().copied().partition(|entry| is_other(entry));
        if mains.is_empty() && !others.is_empty() {
            self.wrong.push(format!("every message is another one: {}", detail(others[0])));
        }
        for entry in mains {
            self.check_message(&detail(entry));
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
        if let Some(words) = first_absent(message, self.group.says.iter().chain(self.row.says)) {
            self.wrong.push(format!("no `{words}` in: {message}"));
        }
    }

    /// Nothing is invented: each row is as it is without faults, or a part of that where the scope is not complete.
    /// Nothing is lost either where it is. A row of the matrix that differs does so as it says, and in no other way.
    fn check_rows(&mut self, inventory: &Inventory) {
        let (found, twice) = rows_of(inventory);
        self.wrong.extend(twice);
        let (outcomes, twice) = outcomes(inventory);
        self.wrong.extend(twice);
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
        let (kinds, is_least) = match self.group.ending {
            Ending::Incomplete(subjects, _) => (&subjects[..1], false),
            Ending::Partly(subjects, ..) => (subjects, true),
            Ending::Complete | Ending::Refused => return,
        };
        if kinds[0].is_step() {
            return;
        }
        let accounts = if self.group.scopes.is_some() { &self.accounts[..] } else { &self.accounts[..1] };
        let is_kept = |(kind, account, region, _): &&RowKey| {
            kinds.iter().any(|one| one.as_str() == *kind)
                && accounts.contains(&account.as_str())
                && region != "us-east-1"
        };
        let kept = found.keys().filter(is_kept).count();
        let is_right = if is_least { kept >= self.row.keeps } else { kept == self.row.keeps };
        if !is_right {
            self.wrong.push(format!("{kept} rows are kept, not {}", self.row.keeps));
        }
    }
}

/// Returns the first of the words that are not in `message`, or not behind those before them.
fn first_absent<'a>(message: &str, words: impl Iterator<Item = &'a &'static str>) -> Option<&'static str> {
    let mut rest = message;
    for words in words {
        let Some(at) = rest.find(words) else { return Some(words) };
        rest = &rest[at + words.len()..];
    }
    None
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

type Outcomes = BTreeMap<(&'static str, String, String), Outcome>;

/// Returns the outcome of each scope, and what is wrong: a scope that is listed twice.
fn outcomes(inventory: &Inventory) -> (Outcomes, Vec<String>) {
    let (mut outcomes, mut twice) = (Outcomes::new(), Vec::new());
    for entry in &inventory.coverage {
        let region = entry.region.clone().unwrap_or_default();
        let key = (entry.kind.as_str(), entry.account.clone(), region);
        if outcomes.insert(key, entry.outcome).is_some() {
            twice.push(format!("the coverage has this scope twice: {entry}"));
        }
    }
    (outcomes, twice)
}

/// Returns the rows of all kinds, and what is wrong: a row that is listed twice.
fn rows_of(inventory: &Inventory) -> (BTreeMap<RowKey, Value>, Vec<String>) {
    let (mut rows, mut twice) = (BTreeMap::new(), Vec::new());
    let mut add = |kind: Kind, values: Vec<Value>| {
        for value in values {
            // A link belongs to its ends.
            let owner = |name: &str| value.get(name).unwrap_or(&value["ends"][0][name]).as_str();
            let text = |name: &str| owner(name).unwrap_or_default().to_owned();
            let key = (kind.as_str(), text("account"), text("region"), text("id"));
            if let Some(first) = rows.insert(key.clone(), value) {
                twice.push(format!("{key:?} is listed twice: {first}"));
            }
        }
    };
    add(Kind::Networks, values(&inventory.networks));
    add(Kind::Subnets, values(&inventory.subnets));
    add(Kind::Instances, values(&inventory.instances));
    add(Kind::Interfaces, values(&inventory.interfaces));
    add(Kind::Links, values(&inventory.links));
    (rows, twice)
}

fn values<T: Serialize>(rows: &[T]) -> Vec<Value> {
    rows.iter().map(|row| serde_json::to_value(row).unwrap()).collect()
}
