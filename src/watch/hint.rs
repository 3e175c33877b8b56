//! What an event is worth: where to look again.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::model::{Kind, Provider};

/// Something changed in an account. Says where to look, and never what is there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Hint {
    /// The cloud.
    pub provider: Provider,
    /// The AWS account or Azure subscription of the change, which need not be that of the queue.
    pub account: String,
    /// The AWS region. `None` in Azure, where a subscription is read as a whole.
    pub region: Option<String>,
    /// What to read again: rows of these kinds that are one of `ids`, or belong to one. Never empty.
    pub kinds: BTreeSet<Kind>,
    /// Native ids of what changed: `i-…`, `vpc-…` and so on in AWS, lower-case resource ids in Azure. If there are none,
    /// all rows of `kinds` may have changed.
    pub ids: BTreeSet<String>,
    /// What the cloud says became of what the ids name.
    #[serde(skip)]
    pub change: HintedChange,
    /// When it changed, as the cloud says.
    pub at: Option<Timestamp>,
}

/// What an event says became of a resource, where that decides what else has to be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum HintedChange {
    /// Anything.
    #[default]
    Any,
    /// It is gone.
    Ended,
    /// It is a machine that ends, and most of its interfaces with it.
    MachineEnds,
    /// It got an address, which another one may have had before. The event does not name that one.
    GotAddress,
}

impl HintedChange {
    /// Returns `Ended` if it has ended.
    #[must_use]
    pub const fn ended_if(has_ended: bool) -> Self {
        if has_ended { Self::Ended } else { Self::Any }
    }
}
