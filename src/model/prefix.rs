//! The one parser of prefixes, for what you type, for files, and for what the clouds answer.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de};
use thiserror::Error;

/// Why a text is not a prefix.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrefixError {
    /// Bits are set behind the length.
    #[error("{given}: host bits are set; did you mean {meant}?")]
    HostBits {
        /// As given.
        given: String,
        /// The prefix that it lies in.
        meant: IpNet,
    },
    /// An address, without a length.
    #[error("{0} is an address, not a prefix; did you mean {1}?")]
    Address(IpAddr, IpNet),
    /// A number with a leading zero, which means different addresses to different programs (CVE-2021-29921).
    #[error(
        "`{given}` has leading zeros, which some programs read as octal; write {decimal} if that is meant"
    )]
    LeadingZeros {
        /// As given.
        given: String,
        /// The prefix, if the numbers are decimal.
        decimal: IpNet,
    },
    /// A prefix that says nothing about who holds what.
    #[error("{0} covers every address; name the ranges that are in use")]
    Everything(IpNet),
    /// IPv4 written as IPv6 (RFC 4291), which nothing would be compared with.
    #[error("{0} is an IPv4-mapped prefix; write it as IPv4")]
    Mapped(IpNet),
    /// A length that no prefix of that version of IP has.
    #[error("`{given}` is not a prefix: {}", wrong_length(*address))]
    Length {
        /// As given.
        given: String,
        /// The address before the length.
        address: IpAddr,
    },
    /// Something else.
    #[error("`{0}` is not a prefix, such as 10.0.0.0/8 or 2001:db8::/32")]
    Other(String),
}

/// Reads an address and a length, such as `10.0.0.0/8`. Host bits are kept: the caller refuses or masks them.
///
/// The standard library reads the address, since `ipnet` takes leading zeros for decimal (its issue 32).
///
/// # Errors
/// When the text is an address alone, is ambiguous, or is something else.
pub fn parse_prefix(text: &str) -> Result<IpNet, PrefixError> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Err(PrefixError::Address(address, IpNet::from(address)));
    }
    strict(text).ok_or_else(|| match strict(&without_leading_zeros(text)) {
        Some(decimal) => PrefixError::LeadingZeros { given: text.to_owned(), decimal },
        None => match text.split_once('/').map(|(address, length)| (address.parse(), length)) {
            Some((Ok(address), length)) if is_number(length) => {
                PrefixError::Length { given: text.to_owned(), address }
            }
            _ => PrefixError::Other(text.to_owned()),
        },
    })
}

/// Says which lengths the prefixes of the address's version of IP have.
#[must_use]
pub fn wrong_length(address: IpAddr) -> String {
    let (version, most) = if address.is_ipv4() { ("IPv4", 32) } else { ("IPv6", 128) };
    format!("the length of an {version} prefix is from 0 to {most}")
}

fn is_number(length: &str) -> bool {
    !length.is_empty() && length.bytes().all(|byte| byte.is_ascii_digit())
}

fn strict(text: &str) -> Option<IpNet> {
    let (address, length) = text.split_once('/')?;
    let is_number =
        length.bytes().all(|byte| byte.is_ascii_digit()) && (length == "0" || !length.starts_with('0'));
    let length = length.parse().ok().filter(|_| is_number)?;
    IpNet::new(address.parse().ok()?, length).ok()
}

fn without_leading_zeros(text: &str) -> String {
    let (address, length) = text.split_once('/').unwrap_or((text, ""));
    let number = |part: &str| match part.trim_start_matches('0') {
        "" if part.is_empty() => String::new(),
        "" => "0".to_owned(),
        rest => rest.to_owned(),
    };
    // In IPv6, leading zeros of the groups are fine; only a dotted end can be ambiguous.
    let (groups, dotted) = address.rsplit_once(':').map_or(("", address), |(groups, rest)| (groups, rest));
    let dotted: Vec<String> = dotted.split('.').map(number).collect();
    let colon = if address.contains(':') { ":" } else { "" };
    format!("{groups}{colon}{}/{}", dotted.join("."), number(length))
}

/// Parses a prefix that the user typed: with a length, and without host bits.
///
/// # Errors
/// With what was probably meant.
pub fn typed_prefix(text: &str) -> Result<IpNet, PrefixError> {
    let given = parse_prefix(text)?;
    let meant = given.trunc();
    if given != meant {
        return Err(PrefixError::HostBits { given: text.to_owned(), meant });
    }
    Ok(given)
}

/// Parses a prefix of a range that is used or planned: as [`typed_prefix`], but not of length 0.
///
/// # Errors
/// With what was probably meant.
pub fn typed_range(text: &str) -> Result<IpNet, PrefixError> {
    typed_prefix(text).and_then(check_range)
}

/// Refuses a prefix that cannot be a range that is used or planned.
///
/// # Errors
/// For a prefix of length 0, and for IPv4 written as IPv6.
pub fn check_range(prefix: IpNet) -> Result<IpNet, PrefixError> {
    match prefix {
        everything if everything.prefix_len() == 0 => Err(PrefixError::Everything(everything)),
        IpNet::V6(net) if net.addr().to_ipv4_mapped().is_some() => Err(PrefixError::Mapped(net.into())),
        prefix => Ok(prefix),
    }
}

/// Deserializes one prefix, as `ipnet` does but for what [`parse_prefix`] refuses.
pub(crate) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<IpNet, D::Error> {
    let text = std::borrow::Cow::<'d, str>::deserialize(deserializer)?;
    text.parse::<IpNet>().map_err(de::Error::custom)?;
    parse_prefix(&text).map_err(de::Error::custom)
}

/// Deserializes a list of prefixes by [`parse_prefix`].
pub(crate) fn deserialize_list<'d, D: Deserializer<'d>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    #[derive(Deserialize)]
    struct One(#[serde(deserialize_with = "deserialize")] IpNet);

    let list = Vec::<One>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|One(prefix)| prefix).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_canonical_or_refused_with_what_was_meant() {
        assert_eq!(typed_prefix("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
        assert_eq!(typed_prefix("2001:db8::/32").unwrap().to_string(), "2001:db8::/32");
        let error = |text: &str| typed_prefix(text).unwrap_err().to_string();
        assert_eq!(error("10.0.0.5/8"), "10.0.0.5/8: host bits are set; did you mean 10.0.0.0/8?");
        assert_eq!(error("10.0.0.5"), "10.0.0.5 is an address, not a prefix; did you mean 10.0.0.5/32?");
        assert!(typed_prefix("0.0.0.0/0").is_ok());
        let mapped = typed_range("::ffff:10.1.0.0/112").unwrap_err().to_string();
        assert_eq!(mapped, "::ffff:10.1.0.0/112 is an IPv4-mapped prefix; write it as IPv4");
        let everything = typed_range("::/0").unwrap_err().to_string();
        assert_eq!(everything, "::/0 covers every address; name the ranges that are in use");
        for other in [
            "",
            "10.0.0.0/33",
            "ten",
            "10.0/8",
            "10.0.0.0/",
            "/8",
            "10.0.0.0/+8",
            "10.0.0.0/-1",
            "0x0a.0.0.0/8",
        ] {
            assert!(error(other).starts_with(&format!("`{other}` is not a prefix")), "{other}");
        }
    }

    /// ipnet 32, CVE-2021-29921: `010` is 8 where it is read as octal, and 10 elsewhere.
    #[test]
    fn leading_zeros_are_refused_with_the_reason() {
        for (given, decimal) in [
            ("010.8.0.0/16", "10.8.0.0/16"),
            ("010.000.000.000/16", "10.0.0.0/16"),
            ("10.0.00.0/16", "10.0.0.0/16"),
            ("10.0.0.0/08", "10.0.0.0/8"),
            ("::ffff:010.0.0.0/104", "::ffff:10.0.0.0/104"),
        ] {
            let said = format!(
                "`{given}` has leading zeros, which some programs read as octal; write {decimal} if that is meant"
            );
            assert_eq!(parse_prefix(given).unwrap_err().to_string(), said);
        }
        assert_eq!(parse_prefix("2001:0db8:0000::/32").unwrap().to_string(), "2001:db8::/32");
        assert_eq!(parse_prefix("0.0.0.0/0").unwrap().prefix_len(), 0);
    }

    #[test]
    fn documents_are_read_by_the_same_rules() {
        #[derive(Debug, Deserialize)]
        struct Document {
            #[serde(deserialize_with = "deserialize")]
            one: IpNet,
            #[serde(deserialize_with = "deserialize_list")]
            list: Vec<IpNet>,
        }
        let read = |one: &str, other: &str| {
            serde_json::from_value::<Document>(serde_json::json!({"one": one, "list": [other]}))
        };
        let document = read("10.0.0.1/8", "10.1.0.0/16").unwrap();
        assert_eq!((document.one.to_string(), document.list.len()), ("10.0.0.1/8".to_owned(), 1));
        for error in [read("010.0.0.0/8", "10.1.0.0/16"), read("10.0.0.0/8", "10.01.0.0/16")] {
            assert!(error.unwrap_err().to_string().contains("has leading zeros"));
        }
    }
}
