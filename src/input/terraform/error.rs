//! Why a plan cannot be used.

use thiserror::Error;

use crate::input::raw::ReadError;

/// Why a plan cannot be used. Each names the file and says what to do.
#[derive(Debug, Error)]
pub enum PlanError {
    /// It cannot be read as text.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It is the plan as `terraform plan -out` writes it.
    #[error("{0} is a binary plan; run `terraform show -json {0} > plan.json` and give plan.json")]
    Binary(String),
    /// It is something else.
    #[error("{name} is not a Terraform plan in JSON: {what}")]
    NotPlan {
        /// The file.
        name: String,
        /// What it seems to be, and what to do.
        what: String,
    },
    /// It ends in the middle.
    #[error("{name} ends too early, at line {line}, column {column}; perhaps it was not written completely")]
    Truncated {
        /// The file.
        name: String,
        /// Line, from 1.
        line: usize,
        /// Byte of the line, from 1.
        column: usize,
    },
    /// It is of a version that nobody here knows.
    #[error("{name} has format version {found}; this netcensus reads versions 0 and 1: upgrade")]
    Version {
        /// The file.
        name: String,
        /// The version it has.
        found: String,
    },
    /// Terraform failed while it made the plan.
    #[error("{0} is a partial plan, since planning ended with an error; mend that and plan again")]
    Errored(String),
    /// A prefix in it may mean different addresses.
    #[error("{name}: {address}: {reason}, in {attribute}; fix the configuration and plan again")]
    Ambiguous {
        /// The file.
        name: String,
        /// The resource.
        address: String,
        /// Its attribute.
        attribute: String,
        /// Why it may.
        reason: String,
    },
    /// A prefix in it is none.
    #[error(
        "{name}: {address}: `{text}` is not a prefix, in {attribute}; mend the configuration and plan again"
    )]
    Prefix {
        /// The file.
        name: String,
        /// The resource.
        address: String,
        /// Its attribute.
        attribute: String,
        /// What is there instead of a prefix.
        text: String,
    },
}
