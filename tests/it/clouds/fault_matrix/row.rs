//! The rows of the matrix: what goes wrong, and what a scan must make of it.

use netcensus::model::{Outcome, Subject};

/// What a scope may take, in milliseconds, where that is not waited for.
const TIMEOUT: u64 = 60_000;

/// How long a row may take that does not wait, in milliseconds by the slow clock of `engine`. A row that does may take so
/// much longer than it waits: signing in and what is read are worked through in that time.
const SPARE: u64 = 10_000;

/// Answers that end in the same way: a line of the tables in `docs/reliability.md`.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What goes wrong.
    pub what: &'static str,
    pub setup: Setup,
    pub ending: Ending,
    /// What the message has, in this order. That of each scope that is not complete has it.
    pub says: &'static [&'static str],
    /// What the messages of some scopes have instead, one of these. At least one scope has `says`.
    pub or_says: &'static [&'static [&'static str]],
    pub rows: &'static [Row],
    /// How many scopes are not complete, if it is not one of each kind in the account that is struck.
    pub scopes: Option<usize>,
    /// What a scope may take (`--timeout`), in milliseconds.
    pub timeout: u64,
    /// Whether its rows mostly wait, so that any number can be tried at once.
    pub is_waiting: bool,
    /// How long a row may take, in milliseconds.
    pub longest: u64,
    /// How many requests of an action may already be on their way when an answer asks to wait.
    pub on_their_way: u64,
}

/// What is scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setup {
    /// The account that is struck, and a neighbour.
    Aws,
    /// The account that is struck.
    AwsAlone,
    /// The account that is struck, with every region that an account has unasked.
    AwsRegions,
    /// The account that is struck, in the one region that is named.
    AwsNamedRegion,
    /// An organization with two members.
    Organization,
    /// Two subscriptions, list by list.
    Arm,
    /// The same, by Resource Graph.
    Graph,
}

/// How a scan ends.
#[derive(Debug, Clone, Copy)]
pub enum Ending {
    /// Everything is read.
    Complete,
    /// These kinds or steps have this outcome, and everything else is read.
    Incomplete(&'static [Subject], Outcome),
    /// So many scopes of these kinds, from the first number to the second one, have this outcome, and everything else is read.
    Partly(&'static [Subject], Outcome, (usize, usize)),
    /// Nothing can be read.
    Refused,
}

/// An answer, or several.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    pub name: &'static str,
    /// As `--fault` has them. Each strikes one account, and of EC2 one region, unless it selects others.
    pub faults: &'static [&'static str],
    /// A resource of Azure that is not as it should be: the list it is in, and its JSON.
    pub raw: Option<(&'static str, &'static str)>,
    /// What `OPENED` and `CLOSED` stand for in its faults, and how often they are repeated; `#` is the number of the
    /// repetition.
    pub repeated: Option<(&'static str, &'static str, usize)>,
    /// How many rows of the first kind that is not complete are read. Of a group that ends `Partly`, at least so many of all
    /// its kinds.
    pub keeps: usize,
    /// How what is read differs from what there is, because the answer is sound and says so (`differences`).
    pub differs: &'static [&'static str],
    /// What else the message has.
    pub says: &'static [&'static str],
}

impl Group {
    pub const fn new(what: &'static str, setup: Setup, ending: Ending, rows: &'static [Row]) -> Self {
        Self {
            what,
            setup,
            ending,
            says: &[],
            or_says: &[],
            rows,
            scopes: None,
            timeout: TIMEOUT,
            is_waiting: false,
            longest: SPARE,
            on_their_way: 0,
        }
    }

    pub const fn says(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }

    pub const fn or_says(self, or_says: &'static [&'static [&'static str]]) -> Self {
        Self { or_says, ..self }
    }

    /// So many requests of an action are sent at once, besides the one that is answered with a pause.
    pub const fn on_their_way(self, requests: u64) -> Self {
        Self { on_their_way: requests, ..self }
    }

    pub const fn scopes(self, scopes: usize) -> Self {
        Self { scopes: Some(scopes), ..self }
    }

    /// The rows take all of this time.
    pub const fn within(self, timeout: u64) -> Self {
        Self { timeout, is_waiting: true, longest: timeout + SPARE, ..self }
    }

    /// The rows take a time that they mostly wait, and no more than twice what others may.
    pub const fn waiting(self) -> Self {
        Self { is_waiting: true, longest: 2 * SPARE, ..self }
    }
}

/// Makes a row of which nothing is read where it strikes.
pub const fn row(name: &'static str, faults: &'static [&'static str]) -> Row {
    Row { name, faults, raw: None, repeated: None, keeps: 0, differs: &[], says: &[] }
}

/// Makes a row that adds an odd resource to a list of Azure.
pub const fn odd(name: &'static str, list: &'static str, json: &'static str) -> Row {
    Row { raw: Some((list, json)), ..row(name, &[]) }
}

impl Row {
    pub const fn repeated(self, opened: &'static str, closed: &'static str, times: usize) -> Self {
        Self { repeated: Some((opened, closed, times)), ..self }
    }

    /// Writes out what is repeated.
    pub fn written_out(&self, fault: &str) -> String {
        let Some((opened, closed, times)) = self.repeated else { return fault.to_owned() };
        let repeat =
            |text: &str| (0..times).map(|number| text.replace('#', &number.to_string())).collect::<String>();
        fault.replace("OPENED", &repeat(opened)).replace("CLOSED", &repeat(closed))
    }

    pub const fn keeps(self, rows: usize) -> Self {
        Self { keeps: rows, ..self }
    }

    /// Says how what is read differs from what there is: a line of `differences` for each.
    pub const fn differs(self, differs: &'static [&'static str]) -> Self {
        Self { differs, ..self }
    }

    pub const fn says(self, says: &'static [&'static str]) -> Self {
        Self { says, ..self }
    }
}
