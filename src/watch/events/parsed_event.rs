//! What became of an event.

use serde_json::Value;

use crate::watch::hint::Hint;

/// What an event comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ParsedEvent {
    /// Something to read again.
    Hint(Hint),
    /// A proper event that changes nothing in an inventory.
    Ignored(IgnoreReason),
    /// Not an event that a cloud sends.
    Refused(RefuseReason),
}

impl ParsedEvent {
    /// Returns why nothing is read again, for the log; `hint` if something is.
    #[must_use]
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::Hint(_) => "hint",
            Self::Ignored(reason) => reason.as_str(),
            Self::Refused(reason) => reason.as_str(),
        }
    }
}

/// Why an event is ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IgnoreReason {
    /// The call failed, so it changed nothing.
    FailedCall,
    /// A call, a detail type or an event type that changes no networks, subnets, instances, interfaces or links.
    OtherEvent,
    /// An event about a type of resource that is not in an inventory, such as a lock or a route table.
    OtherResource,
    /// A message of a service about a subscription to events. The address in it is not visited.
    Subscription,
}

impl IgnoreReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::FailedCall, Self::OtherEvent, Self::OtherResource, Self::Subscription];

    /// Returns the name in counters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::FailedCall => "failed_call",
            Self::OtherEvent => "other_event",
            Self::OtherResource => "other_resource",
            Self::Subscription => "subscription",
        }
    }
}

/// Why an event is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefuseReason {
    /// Neither JSON nor JSON in base64, or it breaks off.
    NotJson,
    /// JSON that is not an event, or an event in which something is missing.
    NotAnEvent,
    /// The account, the region and the resources in it contradict each other, or cannot be names of such.
    Inconsistent,
    /// More than a message may contain.
    TooLarge,
}

impl RefuseReason {
    /// Every reason.
    pub const ALL: [Self; 4] = [Self::NotJson, Self::NotAnEvent, Self::Inconsistent, Self::TooLarge];

    /// Returns the reason in words.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::NotJson => "not JSON",
            Self::NotAnEvent => "not an event",
            Self::Inconsistent => "inconsistent",
            Self::TooLarge => "too large",
        }
    }

    /// Returns the name in counters.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::NotAnEvent => "not_an_event",
            Self::Inconsistent => "inconsistent",
            Self::TooLarge => "too_large",
        }
    }
}

/// What one event comes to: hints, or why there are none.
pub type EventOutcome = Result<Vec<Hint>, NoHint>;

/// Why an event leads to no hint.
#[derive(Debug, Clone, Copy)]
pub enum NoHint {
    Ignored(IgnoreReason),
    Refused(RefuseReason),
}

impl From<NoHint> for ParsedEvent {
    fn from(why: NoHint) -> Self {
        match why {
            NoHint::Ignored(reason) => Self::Ignored(reason),
            NoHint::Refused(reason) => Self::Refused(reason),
        }
    }
}

/// Why there is no hint: the event changes nothing.
pub const fn ignored(reason: IgnoreReason) -> NoHint {
    NoHint::Ignored(reason)
}

/// Why there is no hint: it is not an event of a cloud.
pub const fn refused(reason: RefuseReason) -> NoHint {
    NoHint::Refused(reason)
}

/// Returns the text of a field of an event.
pub fn text<'a>(value: &'a Value, field: &str) -> Option<&'a str> {
    value.get(field)?.as_str()
}
