//! Which addresses are held twice, by whom, and how bad it is.

mod report;

pub use report::{
    AllowState, AllowUse, Compared, Count, FINDINGS_VERSION, Finding, Findings, Gate, Member, Origin, Status,
    Verdict,
};
