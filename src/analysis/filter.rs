//! Filters on rows, as the user writes them: `COLUMN=GLOB`, `COLUMN>NUMBER`, `cidr-within=CIDR`,
//! `contains-ip=IP`.

use std::cmp::Ordering;
use std::net::IpAddr;
use std::str::FromStr;

use globset::{GlobBuilder, GlobMatcher};
use ipnet::IpNet;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use thiserror::Error;

use super::columns::{DataType, Record, ResolvedColumn, columns_of};
use super::inventory_index::InventoryIndex;
use super::value::Value;
use crate::model::{Kind, PrefixError, parse_prefix, typed_prefix};

/// The name of the filter that keeps rows with a prefix or address inside a prefix.
const WITHIN: &str = "cidr-within";
/// The name of the filter that keeps rows with a prefix around an address, or the address itself.
const CONTAINS: &str = "contains-ip";

/// Returns what the values of a column are. Columns of one name have the same type in all kinds.
fn data_type_of(column: &str) -> Option<DataType> {
    let specs = Kind::ALL.into_iter().flat_map(columns_of);
    specs.into_iter().find(|spec| spec.name == column).map(|spec| spec.data_type)
}

/// Lists the columns of a type, in all kinds.
fn columns_of_type(data_type: DataType) -> String {
    let mut names: Vec<&str> = Vec::new();
    for spec in Kind::ALL.into_iter().flat_map(columns_of).filter(|spec| spec.data_type == data_type) {
        if !names.contains(&spec.name) {
            names.push(spec.name);
        }
    }
    names.join(", ")
}

fn is_ordered(column: &str) -> bool {
    matches!(data_type_of(column), Some(DataType::Number | DataType::Time))
}

/// One condition that rows must meet.
#[derive(Debug, Clone)]
pub struct Filter {
    text: String,
    negated: bool,
    condition: Condition,
}

#[derive(Debug, Clone)]
enum Condition {
    /// Any part of the column's value matches.
    Glob(String, GlobMatcher),
    /// The column's value is unknown or empty.
    Blank(String),
    /// The column's value is a number or time on that side of the bound, or on it.
    Compared { column: String, side: Ordering, or_equal: bool, bound: Value },
    /// Any prefix or address of the row lies within.
    Within(IpNet),
    /// Any prefix or address of the row contains it.
    Contains(IpAddr),
}

/// Why a text is not a filter.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FilterError {
    /// It has no `=`, or nothing before it.
    #[error("`{0}` is not a filter")]
    Shape(String),
    /// The pattern is not a glob.
    #[error("the pattern of `{filter}` is wrong: {reason}")]
    Glob {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A column without order before `<` or `>`.
    #[error("`{0}` has no order that `<` or `>` could compare")]
    Unordered(String),
    /// The text after `<` or `>` is not of the column's type.
    #[error("`{bound}` is not {wanted}, which `{column}` is compared with")]
    Bound {
        /// The column.
        column: String,
        /// The text.
        bound: String,
        /// What is expected.
        wanted: &'static str,
    },
    /// A comparison written another way round.
    #[error("`{0}` is not a filter")]
    Doubled(String),
    /// The prefix is none, or has bits set behind its length.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// An address where a prefix is due.
    #[error("{0} is an address, not a prefix")]
    NotPrefix(IpAddr, IpNet),
    /// A prefix where an address is due.
    #[error("{0} is a prefix, not an address")]
    NotAddress(IpNet),
    /// Neither a prefix nor an address.
    #[error("`{0}` is not an address or prefix")]
    Address(String),
}

impl FilterError {
    /// Says what to write instead; `None` when the message says it.
    #[must_use]
    pub fn remedy(&self) -> Option<String> {
        match self {
            Self::Shape(_) => Some(
                "write COLUMN=GLOB, COLUMN!=GLOB, COLUMN>NUMBER, tag:KEY=GLOB, cidr-within=CIDR or contains-ip=IP"
                    .to_owned(),
            ),
            Self::Unordered(_) => Some(format!(
                "`<` and `>` compare {} and {}",
                columns_of_type(DataType::Number),
                columns_of_type(DataType::Time)
            )),
            Self::Doubled(_) => Some("write COLUMN=NUMBER, COLUMN>=NUMBER or COLUMN<=NUMBER".to_owned()),
            Self::NotPrefix(ip, prefix) => Some(format!("write {prefix} or contains-ip={ip}")),
            Self::NotAddress(prefix) => Some(format!("write cidr-within={prefix}")),
            Self::Address(_) => Some("write one like 10.0.0.0/8, 10.1.2.3 or 2001:db8::/32".to_owned()),
            Self::Glob { .. } | Self::Bound { .. } | Self::Prefix(_) => None,
        }
    }
}

impl FromStr for Filter {
    type Err = FilterError;

    fn from_str(text: &str) -> Result<Self, FilterError> {
        let shape = || FilterError::Shape(text.to_owned());
        if let Some(at) = text.find(['=', '<', '>']).filter(|at| text.as_bytes()[*at] != b'=') {
            let (column, rest) = text.split_at(at);
            return parse_comparison(column.trim(), rest).ok_or_else(shape)?.map(|condition| Self {
                text: text.to_owned(),
                negated: false,
                condition,
            });
        }
        let (column, pattern) = text.split_once('=').ok_or_else(shape)?;
        let (column, negated) = match column.strip_suffix('!') {
            Some(column) => (column.trim(), true),
            None => (column.trim(), false),
        };
        let condition = match column {
            "" => return Err(shape()),
            WITHIN => Condition::Within(parse_within(pattern.trim())?),
            CONTAINS => Condition::Contains(parse_contained(pattern.trim())?),
            _ if is_ordered(column) && pattern.starts_with(['=', '<', '>']) => {
                return Err(FilterError::Doubled(text.to_owned()));
            }
            _ if pattern.is_empty() => Condition::Blank(column.to_owned()),
            _ => Condition::Glob(column.to_owned(), glob(text, pattern)?),
        };
        Ok(Self { text: text.to_owned(), negated, condition })
    }
}

impl Filter {
    /// Returns the filter as it was written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the column that it looks at; none for the filters on addresses.
    #[must_use]
    pub fn column(&self) -> Option<&str> {
        match &self.condition {
            Condition::Glob(column, _) | Condition::Blank(column) | Condition::Compared { column, .. } => {
                Some(column)
            }
            Condition::Within(_) | Condition::Contains(_) => None,
        }
    }

    /// Looks its column up for rows made from `T`; `None` when these lack the column.
    pub(super) fn for_rows<T: Record>(&self) -> Option<RowFilter<'_, T>> {
        let column = match self.column() {
            Some(name) => Some(ResolvedColumn::find(name)?),
            None => None,
        };
        Some(RowFilter { filter: self, column })
    }
}

/// A filter for rows made from `T`, whose column is already looked up.
pub(super) struct RowFilter<'f, T: Record> {
    filter: &'f Filter,
    /// `None` for the filters on addresses, which look at all of the row.
    column: Option<ResolvedColumn<T>>,
}

impl<T: Record> RowFilter<'_, T> {
    /// Tells whether a row passes.
    pub fn passes(&self, row: &T, index: &InventoryIndex<'_>) -> bool {
        let value = || self.column.as_ref().map_or(Value::Unknown, |column| column.value(row, index));
        let is_met = match &self.filter.condition {
            Condition::Glob(_, glob) => any_part_matches(glob, &value()),
            Condition::Blank(_) => value().is_blank(),
            Condition::Compared { side, or_equal, bound, .. } => {
                is_on_side(&value(), *side, *or_equal, bound)
            }
            Condition::Within(outer) => row.prefixes().iter().any(|prefix| outer.contains(prefix)),
            Condition::Contains(ip) => row.prefixes().iter().any(|prefix| prefix.contains(ip)),
        };
        is_met != self.filter.negated
    }
}

/// Filters for rows made from `T`, all of which a row must pass. Make them once for all rows.
pub(super) struct RowFilters<'f, T: Record> {
    /// `None` when such rows lack a column that a filter looks at: then no row passes.
    filters: Option<Vec<RowFilter<'f, T>>>,
}

impl<'f, T: Record> RowFilters<'f, T> {
    /// Looks the columns of `filters` up.
    pub fn resolve(filters: &'f [Filter]) -> Self {
        Self { filters: filters.iter().map(Filter::for_rows).collect() }
    }

    /// Tells whether a row passes.
    pub fn pass(&self, row: &T, index: &InventoryIndex<'_>) -> bool {
        self.filters.as_ref().is_some_and(|filters| filters.iter().all(|filter| filter.passes(row, index)))
    }
}

/// Tells whether any part of a value matches. The glob has a mode without case too, but only for ASCII letters.
fn any_part_matches(glob: &GlobMatcher, value: &Value) -> bool {
    value.parts().iter().any(|part| glob.is_match(part.to_lowercase()))
}

/// Parses what follows the name of a column: `<`, `<=`, `>` or `>=`, and a number or time. `None` without a column.
fn parse_comparison(column: &str, rest: &str) -> Option<Result<Condition, FilterError>> {
    let side = if rest.starts_with('<') { Ordering::Less } else { Ordering::Greater };
    let bound = &rest[1..];
    let (or_equal, bound) = bound.strip_prefix('=').map_or((false, bound), |bound| (true, bound));
    (!column.is_empty()).then(|| {
        let bound = parse_bound(column, bound.trim())?;
        Ok(Condition::Compared { column: column.to_owned(), side, or_equal, bound })
    })
}

/// Parses a bound of the column's type. A date alone means its midnight, in UTC.
fn parse_bound(column: &str, text: &str) -> Result<Value, FilterError> {
    let time = || text.parse().ok().map(Value::Time);
    let date = || {
        let midnight = text.parse::<Date>().ok()?.to_zoned(TimeZone::UTC).ok()?;
        Some(Value::Time(midnight.timestamp()))
    };
    let (bound, wanted) = match data_type_of(column) {
        Some(DataType::Number) => (text.parse().ok().map(Value::Number), "a whole number"),
        Some(DataType::Time) => (time().or_else(date), "a time such as 2026-01-31 or 2026-01-31T08:00:00Z"),
        _ => return Err(FilterError::Unordered(column.to_owned())),
    };
    bound.ok_or_else(|| FilterError::Bound { column: column.to_owned(), bound: text.to_owned(), wanted })
}

/// Tells whether a value is on one side of a bound. An unknown value, or one of another type, is on neither side.
fn is_on_side(value: &Value, side: Ordering, or_equal: bool, bound: &Value) -> bool {
    let order = match (value, bound) {
        (Value::Number(value), Value::Number(bound)) => value.cmp(bound),
        (Value::Time(value), Value::Time(bound)) => value.cmp(bound),
        _ => return false,
    };
    order == side || (or_equal && order == Ordering::Equal)
}

/// Compiles a glob that ignores case, if it is matched against text in lower case.
pub(super) fn glob(filter: &str, pattern: &str) -> Result<GlobMatcher, FilterError> {
    GlobBuilder::new(&pattern.to_lowercase())
        .literal_separator(false)
        .backslash_escape(true)
        .empty_alternates(true)
        .build()
        .map(|glob| glob.compile_matcher())
        .map_err(|error| FilterError::Glob { filter: filter.to_owned(), reason: error.kind().to_string() })
}

fn parse_within(text: &str) -> Result<IpNet, FilterError> {
    typed_prefix(text).map_err(|error| match error {
        PrefixError::Address(ip, net) => FilterError::NotPrefix(ip, net),
        PrefixError::Other(text) => FilterError::Address(text),
        error => error.into(),
    })
}

fn parse_contained(text: &str) -> Result<IpAddr, FilterError> {
    text.parse().map_err(|_| match parse_prefix(text) {
        Ok(net) => FilterError::NotAddress(net.trunc()),
        Err(_) => FilterError::Address(text.to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        let error = text.parse::<Filter>().unwrap_err();
        match error.remedy() {
            Some(remedy) => format!("{error} | {remedy}"),
            None => error.to_string(),
        }
    }

    fn hits(filter: &str, value: &Value) -> bool {
        let filter: Filter = filter.parse().unwrap();
        match &filter.condition {
            Condition::Glob(_, glob) => any_part_matches(glob, value) != filter.negated,
            Condition::Blank(_) => value.is_blank() != filter.negated,
            Condition::Compared { side, or_equal, bound, .. } => is_on_side(value, *side, *or_equal, bound),
            Condition::Within(_) | Condition::Contains(_) => unreachable!("not a column's filter"),
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_the_correction() {
        assert!(error("region").starts_with("`region` is not a filter | write COLUMN=GLOB"));
        assert!(error("=x").contains("not a filter"));
        assert!(error("!=x").contains("not a filter"));
        assert_eq!(
            error("cidr-within=10.0.0.5/8"),
            "10.0.0.5/8: host bits are set; did you mean 10.0.0.0/8?"
        );
        assert!(error("cidr-within=2001:db8::1/32").ends_with("did you mean 2001:db8::/32?"));
        assert!(
            error("cidr-within=10.0.0.5")
                .contains("not a prefix | write 10.0.0.5/32 or contains-ip=10.0.0.5")
        );
        assert!(error("contains-ip=10.0.0.5/8").ends_with("not an address | write cidr-within=10.0.0.0/8"));
        assert!(error("contains-ip=10.0.0.256").starts_with("`10.0.0.256` is not an address"));
        assert!(error("cidr-within=10.0.0.0/33").starts_with("`10.0.0.0/33` is not an address"));
        assert!(error("cidr-within=").starts_with("`` is not an address"));
        assert!(error("name=[a").starts_with("the pattern of `name=[a` is wrong: "));
    }

    #[test]
    fn globs_match_any_part_in_any_case() {
        let list = Value::List(vec!["Alpha".into(), "beta/gamma".into()]);
        assert!(hits("x=alpha", &list));
        assert!(hits("x=beta*", &list), "a slash is nothing special");
        assert!(hits("x={delta,BETA/*}", &list));
        assert!(!hits("x=gamma", &list), "the whole part must match");
        assert!(!hits("x!=alpha", &list), "not-equal is the negation of equal");
        assert!(hits("x=ÉTÉ", &Value::Text("été".into())), "case is not only ASCII's");
        assert!(hits("x=a=b", &Value::Text("a=b".into())), "the first = parts column and pattern");
    }

    #[test]
    fn numbers_and_times_have_an_order_and_the_unknown_has_none() {
        let number = Value::Number(80);
        assert!(hits("vcpus>79", &number) && hits("vcpus>=80", &number) && hits("vcpus<=80", &number));
        assert!(!hits("vcpus>80", &number) && !hits("vcpus<80", &number));
        let time = Value::Time("2026-01-31T08:00:00Z".parse().unwrap());
        assert!(hits("launched_at>2026-01-31", &time) && hits("launched_at<2026-02-01", &time));
        assert!(hits("launched_at>=2026-01-31T08:00:00Z", &time));
        for filter in ["vcpus>0", "vcpus<9", "launched_at<2026-01-01"] {
            assert!(!hits(filter, &Value::Unknown), "{filter}");
        }
    }

    #[test]
    fn comparisons_that_could_never_hold_are_refused() {
        assert!(error("name>5").starts_with(
            "`name` has no order that `<` or `>` could compare | `<` and `>` compare subnets, "
        ));
        assert!(error("tag:cost>80").starts_with("`tag:cost` has no order"));
        assert_eq!(error("vcpus>many"), "`many` is not a whole number, which `vcpus` is compared with");
        assert!(error("launched_at>80").starts_with("`80` is not a time such as"));
        assert!(error("vcpus==5").starts_with("`vcpus==5` is not a filter | write COLUMN=NUMBER"));
        assert!(error("vcpus=>5").contains("COLUMN>=NUMBER"));
        assert!(error(">5").contains("not a filter"));
    }

    #[test]
    fn nothing_after_the_sign_means_unknown_or_empty() {
        for blank in [Value::Unknown, Value::Text(String::new()), Value::List(vec![])] {
            assert!(hits("x=", &blank) && !hits("x!=", &blank));
        }
        assert!(!hits("x=", &Value::Number(0)), "zero is known");
        assert!(!hits("x=*", &Value::Unknown), "unknown matches no pattern");
        assert!(hits("x=*", &Value::Text(String::new())), "a tag without a value is there");
    }
}
