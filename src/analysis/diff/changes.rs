//! The report of `diff`: one document that every format renders.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::super::overlap::{Finding, Member};
use crate::model::{Coverage, Kind, Provider, Shard};

/// The version of the document's shape; another number means another shape.
pub const CHANGES_VERSION: u32 = 1;

/// What changed from one inventory to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// Version of this shape.
    pub schema_version: u32,
    /// What wrote it, such as `netcensus 0.1.0`.
    pub generator: String,
    /// The older inventory.
    pub old: ComparedInventory,
    /// The newer inventory.
    pub new: ComparedInventory,
    /// The outcome; `incomplete` outranks `different`.
    pub result: DiffOutcome,
    /// Whether everything that matters to the comparison was read on both sides.
    pub complete: bool,
    /// Why it is not complete, besides `gaps` and `unknown`; one sentence each.
    pub missing: Vec<String>,
    /// Whether both sides are known to be scans of the same scope. Then an account that only one has is a change.
    pub same_scope: bool,
    /// The kinds that were compared.
    pub kinds: Vec<Kind>,
    /// Filters: only changes of rows that pass them, before or after, are listed.
    pub filters: Vec<String>,
    /// The kinds of changes that are listed.
    pub only: Vec<ChangeKind>,
    /// Fields whose changes were not looked at.
    pub ignored: Vec<String>,
    /// How many rows were compared, whether or not they pass the filters: rows of both sides, and rows of one side that
    /// the other scanned for.
    pub compared: usize,
    /// How many rows of each kind changed or did not.
    pub counts: Vec<KindCounts>,
    /// Accounts that only one side has, where the other does not say why.
    pub accounts: Vec<OneSidedAccount>,
    /// The changes, by cloud, account, region, kind and id.
    pub changes: Vec<RowChange>,
    /// Addresses that one resource had before and another has now. What changed of these resources is in `changes` too.
    pub moved_addresses: Vec<MovedAddress>,
    /// Rows that only one side has, where it is not known whether the other had them.
    pub unknown: Vec<UnknownRow>,
    /// Rows that only one side has, because the other did not scan for them.
    pub not_compared: Vec<NotComparedRows>,
    /// Address collisions that came or went.
    pub collisions: CollisionChanges,
    /// Reads that failed on one side and that matter to the comparison.
    pub gaps: Vec<FailedRead>,
    /// What else you should know about the comparison; one sentence each.
    pub notes: Vec<String>,
}

/// One of the two inventories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ComparedInventory {
    /// What the user called it: a snapshot's name, a file, `live`.
    pub name: String,
    /// When it was taken, in UTC.
    pub taken_at: Timestamp,
    /// Filters that its rows were dropped by.
    pub filters: Vec<String>,
    /// The shard of the estate that it is; null for the whole.
    pub shard: Option<Shard>,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiffOutcome {
    /// Nothing changed.
    Same,
    /// Something changed.
    Different,
    /// Something could not be read on one side, so that there may be more changes.
    Incomplete,
}

/// What became of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It is the same one, and some field has another value.
    Changed,
    /// It is the same one in another account or region, or, on Azure, in another resource group.
    Moved,
    /// It is gone, and another one has its name in the same account and region.
    Replaced,
}

impl ChangeKind {
    /// Every kind of change, in the order of documents.
    pub const ALL: [Self; 5] = [Self::Added, Self::Removed, Self::Changed, Self::Moved, Self::Replaced];

    /// Returns the name used in documents and flags.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Replaced => "replaced",
        }
    }
}

/// How many rows of a kind changed or did not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KindCounts {
    /// The kind.
    pub kind: Kind,
    /// New ones.
    pub added: usize,
    /// Gone ones.
    pub removed: usize,
    /// Those with another value in some field.
    pub changed: usize,
    /// Those in another place.
    pub moved: usize,
    /// Those whose name another one has.
    pub replaced: usize,
    /// Those that one side has and that the other could not read.
    pub unknown: usize,
    /// Those that one side has and that the other did not scan for.
    pub not_compared: usize,
    /// Those on both sides without a change in any field that was looked at. Null with filters, because equal rows are not
    /// checked against them.
    pub same: Option<usize>,
}

impl KindCounts {
    /// Returns how many rows underwent this sort of change.
    #[must_use]
    pub const fn get(&self, what: ChangeKind) -> usize {
        match what {
            ChangeKind::Added => self.added,
            ChangeKind::Removed => self.removed,
            ChangeKind::Changed => self.changed,
            ChangeKind::Moved => self.moved,
            ChangeKind::Replaced => self.replaced,
        }
    }
}

impl KindCounts {
    /// Starts at zero.
    #[must_use]
    pub const fn new(kind: Kind) -> Self {
        let (added, removed, changed, moved, replaced) = (0, 0, 0, 0, 0);
        Self { kind, added, removed, changed, moved, replaced, unknown: 0, not_compared: 0, same: None }
    }

    /// Counts a row in which nothing changed.
    pub(super) fn count_same(&mut self) {
        self.same = self.same.map(|same| same + 1);
    }

    /// Returns the count of a kind of change.
    pub(super) const fn of_change(&mut self, kind: ChangeKind) -> &mut usize {
        match kind {
            ChangeKind::Added => &mut self.added,
            ChangeKind::Removed => &mut self.removed,
            ChangeKind::Changed => &mut self.changed,
            ChangeKind::Moved => &mut self.moved,
            ChangeKind::Replaced => &mut self.replaced,
        }
    }
}

/// A resource that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RowChange {
    /// What became of it.
    pub change: ChangeKind,
    /// Its kind.
    pub kind: Kind,
    /// Where it is; where it was, if it is gone.
    #[serde(flatten)]
    pub location: ResourceLocation,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Where it was, if it moved, or what was there before, if it was replaced.
    pub was: Option<ResourceLocation>,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
    /// The whole row of what is new or gone, as in the inventory.
    pub row: Option<Map<String, Value>>,
    /// Whether it joined or left the groups that are among the filters. Missing if it did neither, or that is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub membership: Option<MembershipChange>,
}

/// What became of a resource as a member of groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum MembershipChange {
    /// It is a member now, and was none.
    Joined,
    /// It was a member, and is none.
    Left,
}

impl MembershipChange {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::Left => "left",
        }
    }
}

/// An address that one resource had before, and another of the same kind has now. One that moved from machine to machine is
/// not listed for their interfaces too.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MovedAddress {
    /// The address, such as `203.0.113.7`, or the delegated prefix.
    pub address: String,
    /// The field that lists it: `private_ips`, `private_prefixes`, `public_ips`, `carrier_ips` or `customer_owned_ips`.
    pub field: String,
    /// The kind of both resources: `instances` or `interfaces`.
    pub kind: Kind,
    /// The resource that had it.
    pub from: AddressHolder,
    /// The resource that has it now.
    pub to: AddressHolder,
}

/// A resource that has or had an address.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct AddressHolder {
    /// Where it is; where it was, if it is gone.
    #[serde(flatten)]
    pub location: ResourceLocation,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Display name.
    pub name: Option<String>,
}

/// Where a resource is, and its id there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct ResourceLocation {
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id; of a link that of its first end.
    pub account: Option<String>,
    /// Region name; of a link that of its first end.
    pub region: Option<String>,
    /// Native id.
    pub id: String,
}

/// A field that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FieldChange {
    /// Its name, as in the inventory; `tag:KEY` for one tag, `ends[0].state` for a field of a link's first end.
    pub field: String,
    /// The value before; null when it had none.
    pub old: Value,
    /// The value now; null when it has none.
    pub new: Value,
    /// What came to a list; null for other fields. The order of lists is not looked at.
    pub added: Option<Vec<Value>>,
    /// What went from a list; null for other fields.
    pub removed: Option<Vec<Value>>,
}

/// Which of the two inventories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DiffSide {
    /// The older one.
    Old,
    /// The newer one.
    New,
}

impl DiffSide {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// A resource that one side has, in a scope that the other could not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnknownRow {
    /// The side that has it.
    pub only_in: DiffSide,
    /// Its kind.
    pub kind: Kind,
    /// Where it is.
    #[serde(flatten)]
    pub location: ResourceLocation,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Why the other side does not know it.
    pub reason: String,
    /// The whole row.
    pub row: Map<String, Value>,
}

/// Resources that one side has, and that the other did not scan for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotComparedRows {
    /// The side that has them.
    pub only_in: DiffSide,
    /// Why the other side does not have them.
    pub reason: String,
    /// Their kind.
    pub kind: Kind,
    /// How many there are.
    pub rows: usize,
}

/// An account or subscription that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneSidedAccount {
    /// The side that has it.
    pub only_in: DiffSide,
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id.
    pub id: String,
    /// Its name, where known.
    pub name: Option<String>,
    /// How many of its rows are not compared.
    pub rows: usize,
}

/// Address collisions that came, went or changed, by the rules of `overlap`, among the classes that fail its gate.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollisionChanges {
    /// Those that are new.
    pub introduced: Vec<CollisionChange>,
    /// Those that were there and have new members.
    pub grown: Vec<CollisionChange>,
    /// Those that are there still and have fewer members.
    pub shrunk: Vec<CollisionChange>,
    /// Those that are gone.
    pub resolved: Vec<CollisionChange>,
    /// How many more are unknown, because one side could not read all of their members.
    pub unknown: usize,
    /// How many more depend on networks or links that one side did not scan for.
    pub not_compared: usize,
}

impl CollisionChanges {
    /// The names of the lists, in the order of [`Self::lists`].
    pub const STATES: [&str; 4] = ["introduced", "grown", "shrunk", "resolved"];

    /// Returns the lists, each with its name.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[CollisionChange]); 4] {
        let [introduced, grown, shrunk, resolved] = Self::STATES;
        [
            (introduced, &self.introduced),
            (grown, &self.grown),
            (shrunk, &self.shrunk),
            (resolved, &self.resolved),
        ]
    }

    /// Tells whether any came, went or changed.
    #[must_use]
    pub fn differ(&self) -> bool {
        self.lists().iter().any(|(_, list)| !list.is_empty())
    }
}

/// An address collision, and what became of its members.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CollisionChange {
    /// The collision as it is; as it was, if it is gone.
    pub finding: Finding,
    /// The members that are new in it.
    pub came: Vec<Member>,
    /// The members that it had and has no more.
    pub went: Vec<Member>,
}

/// A read that failed on one side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FailedRead {
    /// The side.
    pub side: DiffSide,
    /// What could not be read, and why.
    pub scope: Coverage,
}
