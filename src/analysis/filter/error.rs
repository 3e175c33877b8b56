//! Why a text is not a filter, and what to write instead.

use std::net::IpAddr;

use ipnet::IpNet;
use thiserror::Error;

use super::super::columns::{DataType, columns_of};
use crate::diagnostic::Remedies;
use crate::model::{Kind, PrefixError};

/// Why a text is not a filter.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum FilterError {
    /// It has no operator, or nothing before it.
    #[error("`{0}` is not a filter")]
    Shape(String),
    /// What stands between column and value is not an operator.
    #[error("`{operator}` in `{filter}` is not an operator")]
    Operator {
        /// The filter.
        filter: String,
        /// What is taken for its operator.
        operator: String,
    },
    /// Conditions are joined by `or` or `||`.
    #[error("`{0}`: conditions cannot be joined by `or`")]
    Or(String),
    /// A second condition follows without `and`.
    #[error("`{filter}` contains a second condition, `{second}`")]
    Unjoined {
        /// The filter.
        filter: String,
        /// From where on it looks like another condition.
        second: String,
    },
    /// Several conditions where one is expected.
    #[error("`{0}` contains several conditions, and one is expected")]
    Several(String),
    /// One of several values is missing.
    #[error("`{0}` has a comma without a value")]
    EmptyAlternative(String),
    /// The pattern is not a glob.
    #[error("the pattern of `{filter}` is wrong: {reason}")]
    Glob {
        /// The filter.
        filter: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A column without order before `<` or `>`.
    #[error("`{column}` is {what}, and `<` and `>` need numbers or times")]
    Unordered {
        /// The column.
        column: String,
        /// What it contains.
        what: &'static str,
    },
    /// A value that the column never has.
    #[error("`{column}` needs {wanted}, not `{value}`")]
    Value {
        /// The column.
        column: String,
        /// The text.
        value: String,
        /// What is expected.
        wanted: &'static str,
    },
    /// An age after `=`.
    #[error("`{column}={age}`: no time is equal to an age")]
    Age {
        /// The column.
        column: String,
        /// The age.
        age: String,
    },
    /// The prefix is none, or has bits set behind its length.
    #[error(transparent)]
    Prefix(#[from] PrefixError),
    /// An address where a prefix is due.
    #[error("{0} is an address, not a prefix")]
    NotPrefix(IpAddr, IpNet),
    /// A prefix where an address is due.
    #[error("{0} is a prefix, not an address")]
    NotAddress(IpNet),
    /// No name of a group behind `group=`.
    #[error("`{0}` names no group")]
    NoGroup(String),
    /// A group that is not defined.
    #[error("there is no group `{name}`")]
    UnknownGroup {
        /// The name.
        name: String,
        /// The name it is closest to.
        suggestion: Option<String>,
        /// The groups that are defined.
        known: Vec<String>,
    },
    /// Neither a prefix nor an address.
    #[error("`{0}` is not an address or prefix")]
    Address(String),
}

impl Remedies for FilterError {
    fn remedies(&self) -> Vec<String> {
        let remedy = match self {
            Self::Shape(_) => Some(
                "write COLUMN=GLOB, COLUMN!=GLOB, COLUMN>NUMBER, tag:KEY=GLOB, cidr-within=CIDR, cidr-overlaps=CIDR or \
                 contains-ip=IP"
                    .to_owned(),
            ),
            Self::Operator { .. } => Some(
                "the operators are =, !=, <, <=, > and >=, and the value of = is a glob (name=*web*); write `\\=` for a = \
                 in the value"
                    .to_owned(),
            ),
            Self::Or(_) => Some(
                "for one of several values write COLUMN=A,B; write `\\ ` for a space in the value".to_owned(),
            ),
            Self::Unjoined { second, .. } => {
                let sign = second.chars().find(|sign| "=<>".contains(*sign)).unwrap_or('=');
                Some(format!(
                    "join conditions with `and`, or repeat the flag; write `\\{sign}` for a {sign} in the value"
                ))
            }
            Self::Several(_) => Some("leave out all but one".to_owned()),
            Self::EmptyAlternative(_) => Some(
                "leave the comma out, or write `\\,` for a comma in the value; COLUMN= matches unknown and empty \
                 values"
                    .to_owned(),
            ),
            Self::Unordered { .. } => Some(format!(
                "`<` and `>` compare {} and {}",
                columns_of_type(DataType::Number),
                columns_of_type(DataType::Time)
            )),
            Self::Age { column, age } => {
                Some(format!("write {column}<{age} for what is older, or {column}>{age} for what is newer"))
            }
            Self::NotPrefix(ip, prefix) => Some(format!("write {prefix} or contains-ip={ip}")),
            Self::NotAddress(prefix) => Some(format!("write cidr-within={prefix}")),
            Self::Address(_) => Some("write one like 10.0.0.0/8, 10.1.2.3 or 2001:db8::/32".to_owned()),
            Self::NoGroup(_) => Some("write group=NAME".to_owned()),
            Self::UnknownGroup { suggestion: Some(near), .. } => Some(format!("did you mean `{near}`?")),
            Self::UnknownGroup { name, known, .. } if known.is_empty() => {
                Some(format!("define it in netcensus.toml: groups.{name}.filter = [\"tag:role=web\"]"))
            }
            Self::UnknownGroup { known, .. } => Some(format!("accepted: {}", known.join(", "))),
            Self::Glob { .. } | Self::Value { .. } | Self::Prefix(_) => None,
        };
        remedy.into_iter().collect()
    }
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
