//! A condition on a row, with its value read as the type of its column.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::columns::{DataType, canonical_name, data_type_of};
use super::super::value::Value;
use super::condition_names::{CONTAINS, GROUP, OVERLAPS, address_filter, is_group_filter};
use super::error::FilterError;
use super::syntax::{ConditionText, Operator, split_alternatives};
use super::text_pattern::TextPattern;
use crate::model::{PrefixError, parse_duration, parse_prefix, typed_prefix};

/// What must hold for a row.
#[derive(Debug, Clone)]
pub(super) enum FilterCondition {
    /// Any part of the column's value is one of these.
    OneOf { column: String, alternatives: Vec<Alternative> },
    /// The column's value is unknown or empty.
    Blank { column: String },
    /// The column's value is on that side of the bound, or on it.
    Compared { column: String, side: Ordering, or_equal: bool, bound: Bound },
    /// No kind of rows has the column. Nothing is known of its values, and the caller refuses it.
    NoSuchColumn { column: String },
    /// The row is a member of one of these groups.
    InGroup(Vec<String>),
    /// Any prefix or address of the row lies within one of these.
    Within(Vec<IpNet>),
    /// Any prefix or address of the row overlaps one of these.
    Overlaps(Vec<IpNet>),
    /// Any prefix or address of the row contains one of these.
    Contains(Vec<IpAddr>),
}

/// One of the values that a column may have.
#[derive(Debug, Clone)]
pub(super) enum Alternative {
    /// A text, or a glob for the exact text of a value of any type.
    Pattern(TextPattern),
    /// A number, a boolean or a time.
    Value(Value),
    /// A time of this day in UTC.
    Day(Date),
    Prefix(IpNet),
    Address(IpAddr),
}

impl Alternative {
    /// Tells whether any part of a value matches. An unknown value matches nothing.
    pub fn matches(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Pattern(pattern), Value::Text(text)) => pattern.matches(text),
            (Self::Pattern(pattern), value) => value.parts().iter().any(|part| pattern.matches(part)),
            (Self::Value(Value::Number(wanted)), Value::Percent(percent)) => percent.whole() == *wanted,
            (Self::Value(wanted), value) => wanted == value,
            (Self::Day(day), Value::Time(time)) => time.to_zoned(TimeZone::UTC).date() == *day,
            (Self::Prefix(prefix), Value::Cidrs(prefixes)) => prefixes.contains(prefix),
            (Self::Address(address), Value::Ips(addresses)) => addresses.contains(address),
            _ => false,
        }
    }
}

/// What the values of a column are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bound {
    Number(u64),
    /// Hundredths of a percent.
    Percent(u64),
    Time(Timestamp),
    /// So long before the inventory was taken.
    Age(SignedDuration),
}

impl Bound {
    /// Orders a value and the bound. `None` for an unknown value, or one of another type.
    pub fn order(self, value: &Value, taken_at: Timestamp) -> Option<Ordering> {
        match (value, self) {
            (Value::Number(value), Self::Number(bound)) => Some(value.cmp(&bound)),
            (Value::Percent(value), Self::Percent(bound)) => Some(value.hundredths().cmp(&bound)),
            (Value::Time(value), Self::Time(bound)) => Some(value.cmp(&bound)),
            // An age before the beginning of time is older than every value.
            (Value::Time(value), Self::Age(age)) => {
                Some(taken_at.checked_sub(age).map_or(Ordering::Greater, |bound| value.cmp(&bound)))
            }
            _ => None,
        }
    }
}

impl FilterCondition {
    /// Tells whether a value of its column meets it; `None` if it does not look at a value. `taken_at` is when rows were
    /// read, from which ages count.
    pub fn is_met_by(&self, value: &Value, taken_at: Timestamp) -> Option<bool> {
        match self {
            Self::OneOf { alternatives, .. } => {
                Some(alternatives.iter().any(|alternative| alternative.matches(value)))
            }
            Self::Blank { .. } => Some(value.is_blank()),
            Self::Compared { side, or_equal, bound, .. } => {
                let order = bound.order(value, taken_at);
                Some(order.is_some_and(|order| order == *side || (*or_equal && order.is_eq())))
            }
            Self::NoSuchColumn { .. }
            | Self::InGroup(_)
            | Self::Within(_)
            | Self::Overlaps(_)
            | Self::Contains(_) => None,
        }
    }

    /// Reads a condition; with `true` if it is negated.
    ///
    /// # Errors
    /// When the value is not of the column's type, so that the condition could never hold.
    pub fn parse(parts: &ConditionText<'_>) -> Result<(Self, bool), FilterError> {
        let negated = parts.operator == Operator::NotEqual;
        let side = match parts.operator {
            Operator::Equal | Operator::NotEqual => None,
            Operator::Less => Some((Ordering::Less, false)),
            Operator::LessOrEqual => Some((Ordering::Less, true)),
            Operator::Greater => Some((Ordering::Greater, false)),
            Operator::GreaterOrEqual => Some((Ordering::Greater, true)),
        };
        let condition = match (address_filter(&parts.column), side) {
            (Some(name), Some(_)) => {
                return Err(FilterError::Unordered {
                    column: name.to_owned(),
                    what: "a filter on addresses",
                });
            }
            (Some(name), None) => parse_address_filter(name, parts)?,
            (None, Some(_)) if is_group_filter(&parts.column) => {
                return Err(FilterError::Unordered { column: GROUP.to_owned(), what: "a group" });
            }
            (None, None) if is_group_filter(&parts.column) => Self::InGroup(group_names(parts)?),
            (None, side) => {
                let column = canonical_name(&parts.column);
                match (data_type_of(&column), side) {
                    (None, _) => Self::NoSuchColumn { column },
                    (Some(data_type), Some((side, or_equal))) => {
                        let bound = parse_bound(&column, data_type, parts.value)?;
                        Self::Compared { column, side, or_equal, bound }
                    }
                    (Some(_), None) if parts.value.is_empty() => Self::Blank { column },
                    (Some(data_type), None) => Self::OneOf {
                        alternatives: alternatives(parts)?
                            .into_iter()
                            .map(|value| parse_alternative(parts.text, &column, data_type, value))
                            .collect::<Result<_, _>>()?,
                        column,
                    },
                }
            }
        };
        Ok((condition, negated))
    }

    /// Lists the texts and patterns that a column is compared with.
    pub fn texts(&self) -> Vec<&str> {
        let Self::OneOf { alternatives, .. } = self else { return Vec::new() };
        alternatives
            .iter()
            .filter_map(|alternative| match alternative {
                Alternative::Pattern(pattern) => Some(pattern.text()),
                _ => None,
            })
            .collect()
    }

    /// Returns the column that it looks at; none for the filters on groups and addresses.
    pub fn column(&self) -> Option<&str> {
        match self {
            Self::OneOf { column, .. }
            | Self::Blank { column }
            | Self::Compared { column, .. }
            | Self::NoSuchColumn { column } => Some(column),
            Self::InGroup(_) | Self::Within(_) | Self::Overlaps(_) | Self::Contains(_) => None,
        }
    }
}

fn alternatives<'t>(parts: &ConditionText<'t>) -> Result<Vec<&'t str>, FilterError> {
    let alternatives = split_alternatives(parts.value);
    if alternatives.len() > 1 && alternatives.contains(&"") {
        return Err(FilterError::EmptyAlternative(parts.text.to_owned()));
    }
    Ok(alternatives)
}

fn group_names(parts: &ConditionText<'_>) -> Result<Vec<String>, FilterError> {
    if parts.value.is_empty() {
        return Err(FilterError::NoGroup(parts.text.to_owned()));
    }
    Ok(alternatives(parts)?.into_iter().map(str::to_owned).collect())
}

fn parse_address_filter(name: &str, parts: &ConditionText<'_>) -> Result<FilterCondition, FilterError> {
    let values = alternatives(parts)?.into_iter();
    Ok(match name {
        CONTAINS => FilterCondition::Contains(values.map(parse_address).collect::<Result<_, _>>()?),
        OVERLAPS => FilterCondition::Overlaps(values.map(parse_cidr).collect::<Result<_, _>>()?),
        _ => FilterCondition::Within(values.map(parse_cidr).collect::<Result<_, _>>()?),
    })
}

/// Parses what the value of a column may be: a glob, or a value of the column's type.
fn parse_alternative(
    filter: &str,
    column: &str,
    data_type: DataType,
    text: &str,
) -> Result<Alternative, FilterError> {
    let is_glob = text.contains(['*', '?', '[', '{']);
    let refused = |wanted| FilterError::Value { column: column.to_owned(), value: text.to_owned(), wanted };
    match data_type {
        DataType::Bool => parse_bool(text).ok_or_else(|| refused("true, false, yes or no")),
        _ if is_glob => TextPattern::new(filter, text).map(Alternative::Pattern),
        DataType::Text | DataType::Texts | DataType::Tags => {
            TextPattern::new(filter, text).map(Alternative::Pattern)
        }
        DataType::Number => match parse_number(column, text) {
            Some(number) => Ok(Alternative::Value(Value::Number(number))),
            None if is_percent(column) && parse_hundredths(text).is_some() => {
                TextPattern::new(filter, text.trim_end_matches('%').trim_end()).map(Alternative::Pattern)
            }
            None => Err(refused("a whole number or a glob")),
        },
        DataType::Time => parse_moment(column, text)?.ok_or_else(|| refused(TIME_OR_GLOB)),
        DataType::Cidrs => parse_cidr(text).map(Alternative::Prefix),
        DataType::Ips => parse_address(text).map(Alternative::Address),
    }
}

const TIME: &str = "a time such as 2026-01-31, 2026-01-31T08:00:00Z or 90d (90 days before)";
const TIME_OR_GLOB: &str = "a time such as 2026-01-31 or 2026-01-31T08:00:00Z, or a glob such as 2026-01-*";

fn parse_bool(text: &str) -> Option<Alternative> {
    let is = |words: [&str; 2]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    let value = if is(["true", "yes"]) { Some(true) } else { is(["false", "no"]).then_some(false) };
    value.map(|value| Alternative::Value(Value::Bool(value)))
}

/// Tells whether a column has shares.
fn is_percent(column: &str) -> bool {
    column.ends_with("percent")
}

/// Parses a whole number; a percentage may have its sign.
fn parse_number(column: &str, text: &str) -> Option<u64> {
    let digits = if is_percent(column) { text.strip_suffix('%').unwrap_or(text) } else { text };
    digits.trim_end().parse().ok()
}

/// Parses a percentage with up to two decimals, with or without its sign.
fn parse_hundredths(text: &str) -> Option<u64> {
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if decimals.is_empty() || decimals.len() > 2 || !decimals.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let hundredths: u64 = format!("{decimals:0<2}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(hundredths)
}

/// Parses a day, or a time.
fn parse_moment(column: &str, text: &str) -> Result<Option<Alternative>, FilterError> {
    if parse_age(text).is_some() {
        return Err(FilterError::Age { column: column.to_owned(), age: text.to_owned() });
    }
    let day = || text.parse::<Date>().ok().filter(|day| day.to_string() == text).map(Alternative::Day);
    let time = || parse_time(text).map(|time| Alternative::Value(Value::Time(time)));
    Ok(day().or_else(time))
}

/// Parses a time, in UTC if it says nothing else. A day begins at midnight.
fn parse_time(text: &str) -> Option<Timestamp> {
    let without_zone = || text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok();
    text.parse().ok().or_else(|| without_zone().map(|zoned| zoned.timestamp()))
}

/// Parses an age as in the names of snapshots: `90d` or `@90d`.
fn parse_age(text: &str) -> Option<SignedDuration> {
    parse_duration(text.strip_prefix('@').unwrap_or(text)).ok()
}

/// Says what a column of a type contains.
const fn describe_type(data_type: DataType) -> &'static str {
    match data_type {
        DataType::Bool => "yes or no",
        DataType::Cidrs => "a list of prefixes",
        DataType::Ips => "a list of addresses",
        DataType::Texts => "a list of texts",
        _ => "text",
    }
}

/// Parses what follows `<` or `>`.
fn parse_bound(column: &str, data_type: DataType, text: &str) -> Result<Bound, FilterError> {
    let (bound, wanted) = match data_type {
        // Compared exactly: 80.8 % is more than 80 %.
        DataType::Number if is_percent(column) => {
            (parse_hundredths(text).map(Bound::Percent), "a number such as 80 or 79.5")
        }
        DataType::Number => (parse_number(column, text).map(Bound::Number), "a whole number"),
        DataType::Time => {
            (parse_time(text).map(Bound::Time).or_else(|| parse_age(text).map(Bound::Age)), TIME)
        }
        _ => {
            let what = describe_type(data_type);
            return Err(FilterError::Unordered { column: column.to_owned(), what });
        }
    };
    bound.ok_or_else(|| FilterError::Value { column: column.to_owned(), value: text.to_owned(), wanted })
}

fn parse_cidr(text: &str) -> Result<IpNet, FilterError> {
    typed_prefix(text).map_err(|error| match error {
        PrefixError::Address(ip, net) => FilterError::NotPrefix(ip, net),
        PrefixError::Other(text) => FilterError::Address(text),
        error => error.into(),
    })
}

fn parse_address(text: &str) -> Result<IpAddr, FilterError> {
    text.parse().map_err(|_| match parse_prefix(text) {
        Ok(net) => FilterError::NotAddress(net.trunc()),
        Err(_) => FilterError::Address(text.to_owned()),
    })
}
