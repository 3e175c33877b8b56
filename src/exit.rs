//! Every exit code, and what decides between them. `docs/exit-codes.md` describes them for users.
//!
//! Errors decide theirs by their kind (`Error::exit`).

use std::process::ExitCode;

/// How the process ends. [`Exit::code`] has the numbers, and no other file does; [`Exit::from_reading`] says which of
/// several outcomes wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Everything asked for was done, completely.
    Clean,
    /// Findings that fail the gate.
    Findings,
    /// Usage, configuration or input was wrong, nothing could be read, or the result could not be written.
    Unusable,
    /// The scan was incomplete: something was denied, failed, timed out or was throttled out.
    Incomplete,
    /// The user stopped the run.
    Interrupted,
}

impl Exit {
    /// Every exit, for the documentation's test.
    pub const ALL: [Self; 5] =
        [Self::Clean, Self::Findings, Self::Unusable, Self::Incomplete, Self::Interrupted];

    /// Decides how a command ends that read an inventory. Being stopped outranks being incomplete, and that outranks
    /// findings: what was not read may contain more of them.
    #[must_use]
    pub const fn from_reading(interrupted: bool, complete: bool, findings: bool) -> Self {
        match (interrupted, complete, findings) {
            (true, _, _) => Self::Interrupted,
            (false, false, _) => Self::Incomplete,
            (false, true, true) => Self::Findings,
            (false, true, false) => Self::Clean,
        }
    }

    /// Decides how a command ends that told channels of its report. One that could not be told outranks everything but
    /// being stopped: an alarm that does not arrive is worse than what it is about.
    #[must_use]
    pub const fn after_telling(self, all_told: bool) -> Self {
        match self {
            Self::Interrupted => Self::Interrupted,
            other if all_told => other,
            _ => Self::Unusable,
        }
    }

    /// Returns the exit that the number in a report stands for. A number that is none of ours proves nothing.
    #[must_use]
    pub fn from_code(code: u8) -> Self {
        Self::ALL.into_iter().find(|exit| exit.code() == code).unwrap_or(Self::Incomplete)
    }

    /// Returns the number that the shell sees.
    #[must_use]
    pub const fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Unusable => 2,
            Self::Incomplete => 3,
            Self::Interrupted => 130,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}
