//! Every exit code, and what decides between them. `docs/exit-codes.md` describes them for users.
//!
//! Errors decide theirs by their kind (`Error::exit`).

use std::process::ExitCode;

use serde::{Deserialize, Serialize};

/// How the process ends. [`Exit::code`] has the numbers, and no other file does; [`Exit::from_reading`] says which of
/// several outcomes wins. In reports it is the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Exit {
    /// Everything asked for was done, completely.
    Clean,
    /// The answer is one that a pipeline should stop at: findings that fail, a difference, nothing found, too full.
    Negative,
    /// Nothing usable came of it: usage, configuration or input was wrong, netcensus could not sign in to any account, or the result could not be
    /// written.
    Failed,
    /// The scan was incomplete: something was denied, failed, timed out or was throttled out.
    Incomplete,
    /// The user stopped the run.
    Interrupted,
}

/// How an inventory was read, and what came of it; [`Exit::from_reading`] decides by it.
#[derive(Debug, Clone, Copy)]
pub struct ReadOutcome {
    /// Whether the user stopped the run.
    pub interrupted: bool,
    /// Whether all was read that the answer depends on.
    pub complete: bool,
    /// Whether the answer is one that a pipeline should stop at ([`Exit::Negative`]).
    pub negative: bool,
}

impl Exit {
    /// Every exit, for the documentation's test.
    pub const ALL: [Self; 5] =
        [Self::Clean, Self::Negative, Self::Failed, Self::Incomplete, Self::Interrupted];

    /// Decides how a command ends that read an inventory. Being stopped outranks being incomplete, and that outranks
    /// a negative answer: what was not read may change it.
    #[must_use]
    pub const fn from_reading(reading: ReadOutcome) -> Self {
        match reading {
            ReadOutcome { interrupted: true, .. } => Self::Interrupted,
            ReadOutcome { complete: false, .. } => Self::Incomplete,
            ReadOutcome { negative: true, .. } => Self::Negative,
            ReadOutcome { .. } => Self::Clean,
        }
    }

    /// Decides how a command ends that told channels of its report. One that could not be told outranks everything but
    /// being stopped: an alarm that does not arrive is worse than what it is about.
    #[must_use]
    pub const fn after_notifying(self, all_notified: bool) -> Self {
        match self {
            Self::Interrupted => Self::Interrupted,
            other if all_notified => other,
            _ => Self::Failed,
        }
    }

    /// Returns the number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Negative => 1,
            Self::Failed => 2,
            Self::Incomplete => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for u8 {
    fn from(exit: Exit) -> Self {
        exit.code()
    }
}

impl TryFrom<u8> for Exit {
    type Error = String;

    fn try_from(code: u8) -> Result<Self, String> {
        let exit = Self::ALL.into_iter().find(|exit| exit.code() == code);
        exit.ok_or_else(|| format!("{code} is no exit code of netcensus"))
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
