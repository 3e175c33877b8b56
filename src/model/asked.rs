//! What a scan was asked for, so that two of one scope know each other.

use serde::{Deserialize, Serialize};

/// What a scan was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Settings and variables that say what to read, as `KEY=VALUE`, in order. Scans with the same ones are of one
    /// scope.
    pub scope: Vec<String>,
    /// A hash of the variables that say who signs in. They may name somebody new in every run of a CI job, so they do
    /// not part scopes; but a snapshot stands for a scan only where they are the same.
    pub signer: u32,
}
