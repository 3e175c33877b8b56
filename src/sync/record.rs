//! What a registry is to have, what it has, and who that belongs to.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use crate::model::{Kind, Provider, Scope};

/// The fields of a record by name. A field that is missing is not known or not ours, and is left as it is;
/// [`FieldValue::Empty`] empties it.
pub type Fields = BTreeMap<String, FieldValue>;

/// One thing that a registry is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What it is in the registry, such as `vpc`, `vrf` or `prefix`.
    pub kind: String,
    /// What makes it the same thing in every run, such as `aws/111111111111/vpc-1`; unique among those of its kind. Never
    /// an address and never a name: both change, and repeat.
    pub key: String,
    /// What has to be read completely before its absence means that it is gone.
    pub scope: Scope,
    /// What it is to say.
    pub fields: Fields,
}

/// The value of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldValue {
    /// Nothing: the field is not there.
    Empty,
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// True or false.
    Boolean(bool),
    /// Several texts; their order counts, so what has none is sorted.
    List(Vec<String>),
    /// Texts by name, such as tags.
    Map(BTreeMap<String, String>),
    /// Another record. The target turns its key into its own id when it applies the plan, because it may not exist before.
    Reference {
        /// The kind of the other record.
        kind: String,
        /// The key of the other record.
        key: String,
    },
    /// Not all of it is known: what it is to be depends on what is there ([`FieldValue::given`]).
    Partly(PartlyKnown),
}

/// A value of which the inventory knows a part. No registry has it as it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartlyKnown {
    /// What to write where nothing is. Whatever is there may be right.
    Initial(String),
    /// A list that has these members and lacks those. Other members may be right.
    Members {
        /// What it has.
        present: Vec<String>,
        /// What it lacks.
        absent: Vec<String>,
    },
    /// A reference to one of these records, or none.
    OneOf {
        /// The kind of the other record.
        kind: String,
        /// The keys of the other records.
        keys: Vec<String>,
    },
}

/// What a registry has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExistingRecord {
    /// The record as it was read. Of what is not ours, the key is that of the wanted record that it would be, if the target
    /// can tell; otherwise any text that is no key of ours. The fields are those that were read, by the same names.
    pub record: Record,
    /// Where it is in the registry.
    pub place: RecordPlace,
    /// Whose it is.
    pub owner: Owner,
    /// The time of the newest inventory that it was written or marked from, or confirmed by where the registry keeps that too.
    pub seen_at: Option<Timestamp>,
    /// When it was marked as deleted.
    pub marked_at: Option<Timestamp>,
    /// Names of fields that people added to a record of ours. Such a record is never deleted.
    pub additions: Vec<String>,
}

/// The place of a record in its registry, in the registry's own words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordPlace {
    /// The id.
    pub id: String,
    /// The version, such as an `ETag`: what is written on the condition that it is still the same.
    pub version: Option<String>,
}

/// Whose a record is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// This target created it.
    Ours,
    /// People made it, and this target took it over with `--adopt`. It is kept up to date, and never deleted.
    Adopted,
    /// People or another program made it.
    Foreign,
    /// Another `[sync.NAME]` of netcensus created or adopted it.
    OtherTarget(String),
}

/// The text that is written into every record of ours: `netcensus:TARGET:PROVIDER/ACCOUNT/REGION/KIND`, and `:adopted` after
/// it if people made the record. A region that is not there is `-`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnerMark {
    /// The name of the target in `netcensus.toml`.
    pub target: String,
    /// The scope that decides whether the record is gone.
    pub scope: Scope,
    /// Whether people made the record.
    pub is_adopted: bool,
}

const TOOL: &str = "netcensus";
const ADOPTED: &str = ":adopted";
const NO_REGION: &str = "-";

impl OwnerMark {
    /// Returns whose a record with this mark is, for the target `name`.
    #[must_use]
    pub fn owner(&self, name: &str) -> Owner {
        match self.is_adopted {
            _ if self.target != name => Owner::OtherTarget(self.target.clone()),
            true => Owner::Adopted,
            false => Owner::Ours,
        }
    }
}

impl fmt::Display for OwnerMark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Scope { provider, account, region, kind } = &self.scope;
        let region = region.as_deref().unwrap_or(NO_REGION);
        let adopted = if self.is_adopted { ADOPTED } else { "" };
        write!(f, "{TOOL}:{}:{provider}/{account}/{region}/{kind}{adopted}", self.target)
    }
}

impl FromStr for OwnerMark {
    type Err = ();

    /// Reads a mark. Whatever is not exactly one is none: then the record is not ours.
    fn from_str(text: &str) -> Result<Self, ()> {
        let rest = text.strip_prefix(TOOL).and_then(|rest| rest.strip_prefix(':')).ok_or(())?;
        let (rest, is_adopted) = rest.strip_suffix(ADOPTED).map_or((rest, false), |rest| (rest, true));
        let (target, scope) = rest.split_once(':').ok_or(())?;
        // Accounts may contain slashes, the other parts cannot.
        let (provider, scope) = scope.split_once('/').ok_or(())?;
        let (scope, kind) = scope.rsplit_once('/').ok_or(())?;
        let (account, region) = scope.rsplit_once('/').ok_or(())?;
        if target.is_empty() || account.is_empty() || region.is_empty() {
            return Err(());
        }
        let provider = Provider::ALL.into_iter().find(|known| known.as_str() == provider).ok_or(())?;
        let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or(())?;
        let region = Some(region).filter(|region| *region != NO_REGION).map(str::to_owned);
        let scope = Scope { provider, account: account.to_owned(), region, kind };
        Ok(Self { target: target.to_owned(), scope, is_adopted })
    }
}

impl Record {
    /// Lists the records that it refers to, by kind and key.
    pub fn references(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.values().filter_map(|value| match value {
            FieldValue::Reference { kind, key } => Some((kind.as_str(), key.as_str())),
            _ => None,
        })
    }
}

impl FieldValue {
    /// Makes a text, or [`Empty`](Self::Empty) of none and of an empty one, which some registries refuse.
    #[must_use]
    pub fn from_text(text: Option<&str>) -> Self {
        text.filter(|text| !text.is_empty()).map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    /// Returns what the value is to be where `there` is now.
    #[must_use]
    pub fn given(&self, there: &Self) -> Self {
        let Self::Partly(known) = self else { return self.clone() };
        match (known, there) {
            (PartlyKnown::Initial(text), Self::Empty) => Self::Text(text.clone()),
            (PartlyKnown::Initial(_), _) => there.clone(),
            (PartlyKnown::Members { present, absent }, _) => {
                let there = if let Self::List(list) = there { list.as_slice() } else { &[] };
                let stay = there.iter().filter(|it| !absent.contains(it) && !present.contains(it));
                let mut all: Vec<String> = present.iter().chain(stay).cloned().collect();
                all.sort();
                if all.is_empty() { Self::Empty } else { Self::List(all) }
            }
            (PartlyKnown::OneOf { kind, keys }, Self::Reference { kind: there_kind, key })
                if there_kind == kind && keys.contains(key) =>
            {
                there.clone()
            }
            (PartlyKnown::OneOf { .. }, _) => Self::Empty,
        }
    }

    /// Returns the value as documents have it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Number(number) => (*number).into(),
            Self::Boolean(value) => (*value).into(),
            Self::List(list) => list.clone().into(),
            Self::Map(map) => {
                map.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect()
            }
            Self::Reference { kind, key } => serde_json::json!({ "kind": kind, "key": key }),
            Self::Partly(_) => self.given(&Self::Empty).to_json(),
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("nothing"),
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
            Self::Boolean(value) => value.fmt(f),
            Self::List(list) => f.write_str(&list.join(", ")),
            Self::Map(map) => {
                let pairs: Vec<String> = map.iter().map(|(name, text)| format!("{name}={text}")).collect();
                f.write_str(&pairs.join(", "))
            }
            Self::Reference { kind, key } => write!(f, "{kind} {key}"),
            Self::Partly(_) => self.given(&Self::Empty).fmt(f),
        }
    }
}

impl Serialize for FieldValue {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl JsonSchema for FieldValue {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "FieldValue".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "The value of a field: `null` if there is none, an object with `kind` and `key` if it is another record.",
            "type": ["null", "string", "integer", "boolean", "array", "object"],
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_are_written() {
        let scope = |account: &str, region: Option<&str>| Scope {
            provider: Provider::Aws,
            account: account.to_owned(),
            region: region.map(str::to_owned),
            kind: Kind::Networks,
        };
        for scope in
            [scope("111111111111", Some("eu-west-1")), scope("111111111111", None), scope("site/a:b", None)]
        {
            for is_adopted in [false, true] {
                let mark = OwnerMark { target: "vpcs".to_owned(), scope: scope.clone(), is_adopted };
                assert_eq!(mark.to_string().parse(), Ok(mark));
            }
        }
        let text = "netcensus:vpcs:aws/111111111111/eu-west-1/networks:adopted";
        let mark: OwnerMark = text.parse().unwrap();
        assert_eq!(mark.to_string(), text);
        assert_eq!(mark.owner("vpcs"), Owner::Adopted);
        assert_eq!(mark.owner("other"), Owner::OtherTarget("vpcs".to_owned()));
    }

    #[test]
    fn what_is_not_exactly_a_mark_is_not_ours() {
        for text in [
            "",
            "netcensus",
            "netcensus:vpcs",
            "netcensus:vpcs:aws/1/eu-west-1",
            "netcensus::aws/1/eu-west-1/networks",
            "netcensus:vpcs:gcp/1/eu-west-1/networks",
            "netcensus:vpcs:aws/1/eu-west-1/vpcs",
            "netcensus:vpcs:aws//eu-west-1/networks",
            "netcensus:vpcs:aws/1/eu-west-1/networks:adoptd",
            " netcensus:vpcs:aws/1/eu-west-1/networks",
            "terraform:vpcs:aws/1/eu-west-1/networks",
        ] {
            assert_eq!(text.parse::<OwnerMark>(), Err(()), "{text}");
        }
    }
}
