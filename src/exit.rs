//! Every exit code, and the one place that maps to it. Documented for users in `docs/exit-codes.md`.

use std::process::ExitCode;

/// How the process ends.
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
