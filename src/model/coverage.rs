//! How well we know what we say we know.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Kind, Provider};

/// The outcome of one scope: what was asked, and how it went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Coverage {
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id; `profile:NAME` or the like while no account is known.
    pub account: String,
    /// Region name; `None` when the outcome is of the whole account.
    pub region: Option<String>,
    /// What was asked for.
    pub kind: Subject,
    /// How it went.
    pub outcome: Outcome,
    /// Why, and what to do; present unless complete, and where the cloud says why nothing is there.
    pub detail: Option<String>,
    /// Requests sent, retries included.
    pub requests: u32,
    /// Time taken, in milliseconds.
    pub duration_ms: u64,
}

/// What an Azure tenant begins with where it stands for the account.
const TENANT: &str = "tenant:";

impl Coverage {
    /// Returns the Azure tenant that the entry is about as a whole.
    #[must_use]
    pub fn tenant(&self) -> Option<&str> {
        self.account.strip_prefix(TENANT).filter(|_| self.provider == Provider::Azure && self.kind.is_step())
    }

    /// Returns the Azure tenant that nothing was read of, and that counts as left out: it refuses the login, or shows
    /// it no subscription.
    #[must_use]
    pub fn left_out_tenant(&self) -> Option<&str> {
        self.tenant().filter(|_| self.outcome == Outcome::Skipped)
    }
}

impl fmt::Display for Coverage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.provider, self.account)?;
        if let Some(region) = &self.region {
            write!(f, " {region}")?;
        }
        write!(f, " {}: {}", self.kind.as_str(), self.outcome.as_str())?;
        if let Some(detail) = &self.detail {
            write!(f, ": {detail}")?;
        }
        Ok(())
    }
}

/// What an outcome is about: a kind of resource, or a step on the way to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// Signing in: credentials and the caller's identity.
    Credentials,
    /// Listing accounts or subscriptions.
    Accounts,
    /// Listing the regions an account may use.
    Regions,
    /// Networks.
    Networks,
    /// Subnets.
    Subnets,
    /// Instances.
    Instances,
    /// Interfaces.
    Interfaces,
    /// Links.
    Links,
}

impl Subject {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Accounts => "accounts",
            Self::Regions => "regions",
            Self::Networks => "networks",
            Self::Subnets => "subnets",
            Self::Instances => "instances",
            Self::Interfaces => "interfaces",
            Self::Links => "links",
        }
    }
}

impl Subject {
    /// Returns the kind of resource that it is; `None` for a step on the way to resources.
    #[must_use]
    pub const fn resource_kind(self) -> Option<Kind> {
        match self {
            Self::Credentials | Self::Accounts | Self::Regions => None,
            Self::Networks => Some(Kind::Networks),
            Self::Subnets => Some(Kind::Subnets),
            Self::Instances => Some(Kind::Instances),
            Self::Interfaces => Some(Kind::Interfaces),
            Self::Links => Some(Kind::Links),
        }
    }

    /// Tells whether it is a step on the way to resources rather than a kind of them.
    #[must_use]
    pub const fn is_step(self) -> bool {
        self.resource_kind().is_none()
    }
}

impl From<Kind> for Subject {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Networks => Self::Networks,
            Kind::Subnets => Self::Subnets,
            Kind::Instances => Self::Instances,
            Kind::Interfaces => Self::Interfaces,
            Kind::Links => Self::Links,
        }
    }
}

/// How reading a scope went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was read.
    Complete,
    /// The cloud refused: permissions, a service control policy.
    Denied,
    /// It could not be read for another reason.
    Failed,
    /// It took longer than allowed, or the endpoint did not answer.
    TimedOut,
    /// The cloud kept throttling until the retries were used up.
    Throttled,
    /// The user stopped the run before it was done.
    Interrupted,
    /// Left out on purpose: not asked for, not enabled, closed. Does not make a scan incomplete.
    Skipped,
}

impl Outcome {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Denied => "denied",
            Self::Failed => "failed",
            Self::TimedOut => "timed-out",
            Self::Throttled => "throttled",
            Self::Interrupted => "interrupted",
            Self::Skipped => "skipped",
        }
    }

    /// Tells whether resources may be missing because of it.
    #[must_use]
    pub const fn is_incomplete(self) -> bool {
        !matches!(self, Self::Complete | Self::Skipped)
    }
}
