//! The report of `overlap`: one document, which every format renders.

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::{Class, Coverage, Level, Provider, UnknownValue};

/// The version of the document's shape; another number means another shape.
pub const FINDINGS_VERSION: u32 = 1;

/// What was found, and whether the gate lets it pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// Version of this shape.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// What was compared.
    pub level: Level,
    /// The two filters, when only networks of one were compared with those of the other.
    pub between: Option<[String; 2]>,
    /// Whether it may pass, and why not.
    pub gate: Gate,
    /// How many findings of each class there are; every class, worst first.
    pub counts: Vec<Count>,
    /// How much was compared.
    pub compared: Compared,
    /// The findings: those that fail first, worst first.
    pub findings: Vec<Finding>,
    /// The allow list, in its order.
    pub allow: Vec<AllowState>,
    /// Values that a plan does not tell until it is applied.
    pub unknown: Vec<UnknownValue>,
    /// Other things that the reader may need to know, a sentence each.
    pub notes: Vec<String>,
    /// The scopes that could not be read, and may hold more collisions.
    pub coverage: Vec<Coverage>,
}

/// Whether a pipeline may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// The outcome; `incomplete` outranks `findings`.
    pub result: Verdict,
    /// The exit code that goes with it.
    pub exit_code: u8,
    /// The classes that fail.
    pub fail_on: Vec<Class>,
    /// Number of findings that fail.
    pub failing: usize,
    /// Whether everything that matters was read.
    pub complete: bool,
    /// Whether an incomplete scan may pass, as somebody asked for.
    pub incomplete_allowed: bool,
    /// Why it is not complete, a sentence each; the scopes themselves are in `coverage`.
    pub missing: Vec<String>,
}

/// The outcome of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing fails.
    Clean,
    /// Some finding fails.
    Findings,
    /// Something was not read, so nothing is proven.
    Incomplete,
}

impl Verdict {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Incomplete => "incomplete",
        }
    }

    /// Returns the exit code that goes with it (`docs/exit-codes.md`).
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Findings => 1,
            Self::Incomplete => 3,
        }
    }
}

/// How many findings of a class there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Count {
    /// The class.
    pub class: Class,
    /// Its code.
    pub code: String,
    /// Nobody accepted them, and no baseline knows them.
    pub open: usize,
    /// The baseline knows them.
    pub known: usize,
    /// The allow list, or isolation of routing domains, accepts them.
    pub accepted: usize,
}

/// How many prefixes were compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Compared {
    /// Of networks in the clouds.
    pub networks: usize,
    /// Of subnets.
    pub subnets: usize,
    /// Of ranges outside the clouds.
    pub external: usize,
    /// Of what is planned.
    pub planned: usize,
}

/// A space that several hold, or that nobody should.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Stable code of the class, such as `NC101`.
    pub code: String,
    /// The class.
    pub class: Class,
    /// `networks` or `subnets`: what the members are.
    pub level: Level,
    /// Whether anybody accepted it.
    pub status: Status,
    /// Whether it fails the gate.
    pub fails: bool,
    /// The same in every run as long as the space and its first member stay the same.
    pub fingerprint: String,
    /// The widest prefix of a member, which all others lie in.
    #[schemars(with = "String")]
    pub within: IpNet,
    /// The addresses in dispute: those that two or more members hold, as few prefixes as possible.
    #[schemars(with = "Vec<String>")]
    pub spaces: Vec<IpNet>,
    /// Who holds them, in canonical order.
    pub members: Vec<Member>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it, in a sentence.
    pub advice: String,
    /// What joins the members, where something does: links, hubs, routing domains.
    pub joined_by: Vec<String>,
    /// The entries of the allow list, or the isolations, that accept it: where and why.
    pub accepted_by: Vec<String>,
}

/// Whether anybody accepted a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// Nobody did.
    Open,
    /// The baseline knows it with all its members.
    Known,
    /// The allow list, or isolation of routing domains, accepts it.
    Accepted,
}

impl Status {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Known => "known",
            Self::Accepted => "accepted",
        }
    }
}

/// Who holds addresses in dispute.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Where we know it from.
    pub origin: Origin,
    /// The cloud; unknown for a planned prefix that is of none in particular.
    pub provider: Option<Provider>,
    /// Account or subscription id; the site of an external range.
    pub account: Option<String>,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Id of the network or subnet; what a planned or external one is called.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Id of the network that a subnet belongs to.
    pub network: Option<String>,
    /// Its prefix.
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// The routing domain that it was declared to be of.
    pub domain: Option<String>,
    /// Whether the baseline lacks it; `None` without a baseline, and in what a plan brings.
    pub is_new: Option<bool>,
}

/// Where we know a member from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Origin {
    /// A cloud.
    Cloud,
    /// The configuration, or a file of ranges.
    External,
    /// A plan.
    Planned,
}

/// An entry of the allow list, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowState {
    /// Where it is written, such as `netcensus.toml:12`.
    pub place: String,
    /// Why it is there.
    pub reason: String,
    /// The last day on which it holds.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
    /// What came of it.
    pub state: AllowUse,
}

/// What came of an entry of the allow list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AllowUse {
    /// It accepts some collision.
    Used,
    /// No collision that was compared is covered by it: over the whole estate, it may go.
    Stale,
    /// It accepts nothing that was read, and something could not be read.
    Unproven,
    /// Its last day is over, so what it covers counts again.
    Expired,
}

impl AllowUse {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Used => "used",
            Self::Stale => "stale",
            Self::Unproven => "unproven",
            Self::Expired => "expired",
        }
    }
}
