//! The value of a cell, typed, so that filters, sorting and every format see the same thing.

use std::cmp::Ordering;
use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;

use super::usage::Percent;
use crate::model::Tags;

/// The value of one column in one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Not known; never the same as zero, false or empty.
    Unknown,
    /// Text, exactly as the cloud gave it.
    Text(String),
    /// A count.
    Number(u64),
    /// A share.
    Percent(Percent),
    /// Yes or no.
    Bool(bool),
    /// A moment, in UTC.
    Time(Timestamp),
    /// Prefixes.
    Cidrs(Vec<IpNet>),
    /// Addresses.
    Ips(Vec<IpAddr>),
    /// Several texts.
    List(Vec<String>),
    /// Labels.
    Tags(Tags),
}

impl Value {
    /// Makes a text, or [`Value::Unknown`] of nothing.
    #[must_use]
    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Unknown, |text| Self::Text(text.to_owned()))
    }

    /// Makes a number, or [`Value::Unknown`] of nothing.
    #[must_use]
    pub fn number(number: Option<u64>) -> Self {
        number.map_or(Self::Unknown, Self::Number)
    }

    /// Makes prefixes, or [`Value::Unknown`] where they were not read.
    #[must_use]
    pub fn cidrs(cidrs: Option<&Vec<IpNet>>) -> Self {
        cidrs.map_or(Self::Unknown, |cidrs| Self::Cidrs(cidrs.clone()))
    }

    /// Makes addresses, or [`Value::Unknown`] where they were not read.
    #[must_use]
    pub fn ips(ips: Option<&Vec<IpAddr>>) -> Self {
        ips.map_or(Self::Unknown, |ips| Self::Ips(ips.clone()))
    }

    /// Returns the exact text of each part: one for a single value, one per element for several, none when
    /// unknown or an empty list. Times are RFC 3339 in UTC, prefixes and addresses canonical, tags `KEY=VALUE`.
    #[must_use]
    pub fn parts(&self) -> Vec<String> {
        match self {
            Self::Unknown => Vec::new(),
            Self::Text(text) => vec![text.clone()],
            Self::Number(number) => vec![number.to_string()],
            Self::Percent(percent) => vec![percent.to_string()],
            Self::Bool(yes) => vec![yes.to_string()],
            Self::Time(time) => vec![time.to_string()],
            Self::Cidrs(cidrs) => cidrs.iter().map(ToString::to_string).collect(),
            Self::Ips(ips) => ips.iter().map(ToString::to_string).collect(),
            Self::List(texts) => texts.clone(),
            Self::Tags(tags) => tags.iter().map(|(key, value)| format!("{key}={value}")).collect(),
        }
    }

    /// Tells whether it is unknown, an empty text or an empty list.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Unknown => true,
            Self::Text(text) => text.is_empty(),
            Self::Number(_) | Self::Percent(_) | Self::Bool(_) | Self::Time(_) => false,
            Self::Cidrs(cidrs) => cidrs.is_empty(),
            Self::Ips(ips) => ips.is_empty(),
            Self::List(texts) => texts.is_empty(),
            Self::Tags(tags) => tags.is_empty(),
        }
    }

    /// Orders two values that are not blank: numbers by size, addresses by address and then by length
    /// (IPv4 first), times by time, texts by code point. Total, so that a sort never depends on its input.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a), Self::Number(b)) => a.cmp(b),
            (Self::Percent(a), Self::Percent(b)) => a.cmp(b),
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Cidrs(a), Self::Cidrs(b)) => a.cmp(b),
            (Self::Ips(a), Self::Ips(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (a, b) => a.parts().cmp(&b.parts()),
        }
    }
}
