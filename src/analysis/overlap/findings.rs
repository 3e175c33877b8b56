//! The findings document: the report of `overlap`, which every format renders.

use ipnet::IpNet;
use jiff::Timestamp;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::exit::Exit;
use crate::model::{Class, Coverage, Level, Provider, UnknownValue};

/// The version of the document's format.
pub const FINDINGS_VERSION: u32 = 1;

/// The findings, and whether they pass the gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Findings {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// Whether networks, subnets or both were compared.
    pub level: Level,
    /// The two filters, if only what passes one was compared with what passes the other.
    pub between: Option<[String; 2]>,
    /// What the findings are about; `None` if it is everything that was compared.
    pub about: Option<AskedPrefixes>,
    /// Whether a pipeline may go on, and why not.
    pub gate: GateReport,
    /// The number of findings of each class; every class, worst first.
    pub counts: Vec<ClassCount>,
    /// How much was compared.
    pub compared: Compared,
    /// The findings: those that fail first, worst first.
    pub findings: Vec<Finding>,
    /// The entries of the allow list, in their order.
    pub allow: Vec<AllowState>,
    /// Values that are known only after a plan is applied.
    pub unknown: Vec<UnknownValue>,
    /// Notes, a sentence each.
    pub notes: Vec<String>,
    /// The scopes that could not be read. There may be more collisions in them.
    pub coverage: Vec<Coverage>,
}

/// The prefixes that a report is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedPrefixes {
    /// Prefixes that you plan to use.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// The number of findings that were left out, because they are about other things.
    pub other_findings: usize,
}

/// Whether a pipeline may go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GateReport {
    /// The outcome; `incomplete` outranks `findings`.
    pub result: GateResult,
    /// The exit code that follows from it.
    #[serde(rename = "exit_code")]
    #[schemars(with = "u8")]
    pub exit: Exit,
    /// The classes that fail.
    pub fail_on: Vec<Class>,
    /// The number of findings that fail.
    pub failing: usize,
    /// Whether everything that matters was read.
    pub complete: bool,
    /// Whether an incomplete scan may pass (`--allow-incomplete`).
    pub incomplete_allowed: bool,
    /// Why it is not complete, a sentence each, apart from the scopes in `coverage`.
    pub missing: Vec<String>,
}

/// The result of the gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GateResult {
    /// No finding fails.
    Clean,
    /// At least one finding fails.
    Findings,
    /// Something could not be read, so there may be more findings.
    Incomplete,
}

impl GateResult {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Clean => "clean",
            Self::Findings => "findings",
            Self::Incomplete => "incomplete",
        }
    }
}

/// The number of findings of a class.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassCount {
    /// The class.
    pub class: Class,
    /// Its code.
    pub code: String,
    /// Neither accepted nor in the baseline.
    pub open: usize,
    /// In the baseline.
    pub known: usize,
    /// Accepted by the allow list, or because their routing domains are isolated.
    pub accepted: usize,
}

/// The number of prefixes that were compared.
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

/// Addresses that several networks use, or that no network should use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// Stable code of the class, such as `NC101`.
    pub code: String,
    /// The class.
    pub class: Class,
    /// `networks` or `subnets`: what the members are.
    pub level: Level,
    /// Whether it is accepted, or in the baseline.
    pub status: FindingStatus,
    /// Whether it fails the gate.
    pub fails: bool,
    /// Stays the same as long as the largest prefix and the first member do.
    pub fingerprint: String,
    /// The largest prefix of a member. It contains all others.
    #[schemars(with = "String")]
    pub within: IpNet,
    /// The addresses that two or more members use, as few prefixes as possible.
    #[schemars(with = "Vec<String>")]
    pub spaces: Vec<IpNet>,
    /// What uses them, in canonical order.
    pub members: Vec<Member>,
    /// What is wrong, in a sentence.
    pub message: String,
    /// What to do about it, in a sentence.
    pub advice: String,
    /// What connects the members: links, hubs, routing domains.
    pub joined_by: Vec<String>,
    /// What accepts it: entries of the allow list with their place and reason, or isolated routing domains.
    pub accepted_by: Vec<String>,
}

/// Whether a finding is accepted, or in the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum FindingStatus {
    /// Neither.
    Open,
    /// It is in the baseline, with all its members.
    Known,
    /// The allow list accepts it, or the routing domains of its members are isolated.
    Accepted,
}

impl Finding {
    /// Tells whether a planned prefix is among its members.
    #[must_use]
    pub fn is_about_planned(&self, prefix: IpNet) -> bool {
        let is_it = |member: &Member| member.origin == MemberOrigin::Planned && member.prefix == prefix;
        self.members.iter().any(is_it)
    }
}

impl FindingStatus {
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

/// A network, subnet, range or planned prefix of a finding.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Where it is from.
    pub origin: MemberOrigin,
    /// The cloud; `None` for a planned prefix of no particular cloud.
    pub provider: Option<Provider>,
    /// Account or subscription id; the site of an external range.
    pub account: Option<String>,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// Id of the network or subnet; address in the plan, or name of the range.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Id of the network that it is a subnet of.
    pub network: Option<String>,
    /// Its prefix.
    #[schemars(with = "String")]
    pub prefix: IpNet,
    /// The routing domain that it is in.
    pub domain: Option<String>,
    /// Whether it is not in the baseline; `None` without a baseline, and in planned findings.
    pub is_new: Option<bool>,
}

/// Where a member is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MemberOrigin {
    /// A cloud.
    Cloud,
    /// The configuration, or a file of ranges.
    External,
    /// A plan.
    Planned,
}

/// An entry of the allow list, and whether it was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AllowState {
    /// Where it is written, such as `netcensus.toml:12`.
    pub place: String,
    /// Why it is there.
    pub reason: String,
    /// The last day on which it is in force.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Date>,
    /// Whether it was used.
    pub state: AllowUse,
}

/// Whether an entry of the allow list was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum AllowUse {
    /// It accepts at least one collision.
    Used,
    /// It accepts no collision. If everything was compared, it can be removed.
    Stale,
    /// It accepts no collision, but something could not be read.
    Unproven,
    /// Its last day is over, so what it accepted counts again.
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
