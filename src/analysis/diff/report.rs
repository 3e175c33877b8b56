//! The report of `diff`: one document, which every format renders.

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
    /// What was compared: the older inventory.
    pub old: Side,
    /// What it was compared with.
    pub new: Side,
    /// The outcome; `incomplete` outranks `different`.
    pub result: Verdict,
    /// Whether everything that matters was read on both sides.
    pub complete: bool,
    /// Why it is not complete, besides `gaps` and `unknown`, a sentence each.
    pub missing: Vec<String>,
    /// Whether both sides were surely asked for the same: an account that only one of them has is a change then.
    pub same_scope: bool,
    /// The kinds that were compared.
    pub kinds: Vec<Kind>,
    /// Filters: only changes of rows that meet them, before or after, are here.
    pub filters: Vec<String>,
    /// The sorts of changes that are here.
    pub only: Vec<What>,
    /// Fields whose changes were not looked at.
    pub ignored: Vec<String>,
    /// How many rows were compared, whether or not they meet the filters: those of both sides, and those of one side
    /// where the other was asked for them.
    pub compared: usize,
    /// How many rows of each kind changed or did not.
    pub counts: Vec<Counts>,
    /// Accounts that only one side has, where the other does not say why.
    pub accounts: Vec<OneSided>,
    /// The changes, by cloud, account, region, kind and id.
    pub changes: Vec<Change>,
    /// Rows that only one side has, where nobody knows whether the other had them.
    pub unknown: Vec<Unknown>,
    /// Rows that only one side has, since the other never asked for them.
    pub not_compared: Vec<NotCompared>,
    /// Address collisions that came or went.
    pub collisions: Collisions,
    /// Scopes that could not be read, on the one side or the other, and that matter.
    pub gaps: Vec<Gap>,
    /// Other things that the reader may need to know, a sentence each.
    pub notes: Vec<String>,
}

/// One of the two inventories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Side {
    /// What it was called: a snapshot's name, a file, `live`.
    pub name: String,
    /// When it was taken, in UTC.
    pub taken_at: Timestamp,
    /// Filters that its rows were dropped by.
    pub filters: Vec<String>,
    /// The part of the estate that it has, when not the whole.
    pub shard: Option<Shard>,
}

/// The outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Nothing changed.
    Same,
    /// Something changed.
    Different,
    /// Something could not be read on one side, so that there may be more changes.
    Incomplete,
}

/// A sort of change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum What {
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

impl What {
    /// Every sort, in the order in which documents list them.
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
pub struct Counts {
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
    /// Those of which nobody knows.
    pub unknown: usize,
    /// Those that the other side never asked for.
    pub not_compared: usize,
    /// Those on both sides in which nothing changed that was looked at; null with filters, since nobody looked whether
    /// they meet these.
    pub same: Option<usize>,
}

impl Counts {
    /// Begins to count rows of `kind`.
    #[must_use]
    pub const fn of_kind(kind: Kind) -> Self {
        let (added, removed, changed, moved, replaced) = (0, 0, 0, 0, 0);
        Self { kind, added, removed, changed, moved, replaced, unknown: 0, not_compared: 0, same: None }
    }

    /// Counts a row in which nothing changed.
    pub(super) fn count_same(&mut self) {
        self.same = self.same.map(|same| same + 1);
    }

    /// Returns the number of a sort of change, to count on.
    pub(super) const fn of(&mut self, what: What) -> &mut usize {
        match what {
            What::Added => &mut self.added,
            What::Removed => &mut self.removed,
            What::Changed => &mut self.changed,
            What::Moved => &mut self.moved,
            What::Replaced => &mut self.replaced,
        }
    }
}

/// A resource that changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Change {
    /// What became of it.
    pub change: What,
    /// Its kind.
    pub kind: Kind,
    /// Where it is; where it was, if it is gone.
    #[serde(flatten)]
    pub place: Place,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Where it was, if it moved, or what was there before, if it was replaced.
    pub was: Option<Place>,
    /// The fields that changed.
    pub fields: Vec<FieldChange>,
    /// The whole row of what is new or gone, as in the inventory.
    pub row: Option<Map<String, Value>>,
}

/// Where a resource is, and what it is called there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Place {
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
pub enum SideOf {
    /// The older one.
    Old,
    /// The newer one.
    New,
}

impl SideOf {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Old => "old",
            Self::New => "new",
        }
    }
}

/// A resource that one side has, and that the other could not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unknown {
    /// The side that has it.
    pub only_in: SideOf,
    /// Its kind.
    pub kind: Kind,
    /// Where it is.
    #[serde(flatten)]
    pub place: Place,
    /// The account's name, where known.
    pub account_name: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Why the other side cannot tell.
    pub reason: String,
    /// The whole row.
    pub row: Map<String, Value>,
}

/// Resources that one side has, and that the other never asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotCompared {
    /// The side that has them.
    pub only_in: SideOf,
    /// Why the other side has not.
    pub reason: String,
    /// Their kind.
    pub kind: Kind,
    /// How many there are.
    pub rows: usize,
}

/// An account or subscription that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OneSided {
    /// The side that has it.
    pub only_in: SideOf,
    /// The cloud.
    pub provider: Provider,
    /// AWS account id or Azure subscription id.
    pub id: String,
    /// Its name, where known.
    pub name: Option<String>,
    /// How many of its rows are not compared.
    pub rows: usize,
}

/// Address collisions that came, went or changed, by the rules of `overlap`, among the classes that fail there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Collisions {
    /// Those that are new.
    pub introduced: Vec<Collision>,
    /// Those that were there and have new members.
    pub grown: Vec<Collision>,
    /// Those that are there still and have fewer members.
    pub shrunk: Vec<Collision>,
    /// Those that are gone.
    pub resolved: Vec<Collision>,
    /// How many more there are of which nobody knows, since one side could not read all of their members.
    pub unknown: usize,
    /// How many more there are that rest on what one side never asked for.
    pub not_compared: usize,
}

impl Collisions {
    /// The names of the lists, in the order of [`Self::lists`].
    pub const STATES: [&str; 4] = ["introduced", "grown", "shrunk", "resolved"];

    /// Returns the lists, each with its name.
    #[must_use]
    pub fn lists(&self) -> [(&'static str, &[Collision]); 4] {
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
pub struct Collision {
    /// The collision as it is; as it was, if it is gone.
    pub finding: Finding,
    /// The members that are new in it.
    pub came: Vec<Member>,
    /// The members that it had and has no more.
    pub went: Vec<Member>,
}

/// A scope that one side could not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The side.
    pub side: SideOf,
    /// The scope, and why.
    pub scope: Coverage,
}
