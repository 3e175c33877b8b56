//! What `find` is asked for: an address, a prefix, a hardware address, or an id or name.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::str::FromStr;

use ipnet::IpNet;
use thiserror::Error;

use super::super::filter::{FilterError, TextPattern};
use super::mac_address;
use crate::model::{PrefixError, parse_prefix, wrong_length as wrong_prefix_length};

/// A question, as it was typed and as it is understood.
#[derive(Debug, Clone)]
pub struct FindQuery {
    /// As it was typed.
    pub text: String,
    /// What it is.
    pub thing: Thing,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub enum Thing {
    /// An address. One with a mask behind it is one too, unless it is the first of its prefix.
    Address(IpAddr),
    /// A prefix, without host bits.
    Prefix(IpNet),
    /// A hardware address: its twelve digits.
    Mac(String),
    /// An id or name.
    Name(NamePattern),
}

/// An id or name, or a glob over ids and names. Case does not count.
#[derive(Debug, Clone)]
pub struct NamePattern {
    /// In lower case.
    pub(super) text: String,
    /// What ids and names are compared with.
    pub(super) pattern: TextPattern,
}

/// Why a text is not something that can be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ThingError {
    /// There is nothing in it.
    #[error("the thing to find is empty")]
    Empty,
    /// It seems to be an address, and is none.
    #[error("`{given}` is not an address: {reason}")]
    Address {
        /// As it was typed.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It seems to be a prefix, and is none.
    #[error("`{given}` is not a prefix: {reason}")]
    Prefix {
        /// As it was typed.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is an address with a port.
    #[error("`{given}` is an address and a port; write {address}")]
    Port {
        /// As it was typed.
        given: String,
        /// The address.
        address: IpAddr,
    },
    /// It is a glob over addresses.
    #[error("`{given}` is a glob over addresses; write the prefix {prefix}")]
    AddressGlob {
        /// As it was typed.
        given: String,
        /// What it stands for.
        prefix: IpNet,
    },
    /// It is a wrong glob.
    #[error("`{given}` is not a glob: {reason}")]
    Glob {
        /// As it was typed.
        given: String,
        /// What is wrong with it.
        reason: String,
    },
    /// It is the ARN of something that is not read.
    #[error("`{0}` is not an ARN of EC2, and netcensus reads only EC2")]
    Arn(String),
}

impl FromStr for FindQuery {
    type Err = ThingError;

    fn from_str(text: &str) -> Result<Self, ThingError> {
        let text = text.trim();
        Ok(Self { text: text.to_owned(), thing: parse_thing(text)? })
    }
}

fn parse_thing(text: &str) -> Result<Thing, ThingError> {
    if text.is_empty() {
        return Err(ThingError::Empty);
    }
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(Thing::Address(address.to_canonical()));
    }
    if let Some(digits) = mac_address::parse(text) {
        return Ok(Thing::Mac(digits));
    }
    refuse_port_and_address_glob(text)?;
    if is_numeric(text) || starts_with_address(text) {
        return parse_numeric(text);
    }
    if text.starts_with("arn:") {
        return parse_arn(text).map(Thing::Name);
    }
    NamePattern::new(text).map(Thing::Name)
}

/// Tells whether a text can only be meant as an address or prefix: digits and dots, or hexadecimal digits and colons.
fn is_numeric(text: &str) -> bool {
    let has = |wanted: char| text.contains(wanted);
    let only = |allowed: fn(char) -> bool| text.chars().all(allowed);
    let is_dotted = has('.') && only(|c| c.is_ascii_digit() || matches!(c, '.' | '/' | '-'));
    let is_ipv6 = text.matches(':').count() > 1
        && text.split('%').next().is_some_and(|address| {
            address.chars().all(|c| c.is_ascii_hexdigit() || matches!(c, ':' | '.' | '/'))
        });
    is_dotted || is_ipv6
}

fn starts_with_address(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, _)| address.parse::<IpAddr>().is_ok())
}

/// Reads what can only be an address or prefix.
fn parse_numeric(text: &str) -> Result<Thing, ThingError> {
    let Some((address, length)) = text.split_once('/') else {
        return Err(ThingError::Address { given: text.to_owned(), reason: what_is_wrong(text) });
    };
    let wrong = |reason: String| ThingError::Prefix { given: text.to_owned(), reason };
    let Ok(address) = address.parse::<IpAddr>() else {
        return Err(wrong(what_is_wrong(address)));
    };
    let prefix = match parse_prefix(text) {
        Ok(prefix) => prefix,
        Err(error @ PrefixError::LeadingZeros { .. }) => return Err(wrong(error.to_string())),
        Err(_) => with_netmask(address, length).ok_or_else(|| wrong(wrong_length(address, length)))?,
    };
    Ok(address_or_prefix(address, mapped_to_ipv4(prefix)))
}

/// Decides what an address with a length behind it is: a prefix, or the address if it is not the first one, or the only
/// one.
fn address_or_prefix(address: IpAddr, prefix: IpNet) -> Thing {
    let is_host = prefix.prefix_len() == prefix.max_prefix_len();
    if is_host || prefix.trunc().addr() != prefix.addr() {
        Thing::Address(address.to_canonical())
    } else {
        Thing::Prefix(prefix)
    }
}

/// Reads a length that is written as a netmask, such as `255.255.255.0`.
fn with_netmask(address: IpAddr, mask: &str) -> Option<IpNet> {
    IpNet::with_netmask(address, IpAddr::V4(mask.parse::<Ipv4Addr>().ok()?)).ok()
}

/// Returns the IPv4 prefix that an IPv4-mapped one (RFC 4291) stands for.
fn mapped_to_ipv4(prefix: IpNet) -> IpNet {
    match (prefix, prefix.addr().to_canonical()) {
        (IpNet::V6(v6), canonical @ IpAddr::V4(_)) if v6.prefix_len() >= 96 => {
            IpNet::new_assert(canonical, v6.prefix_len() - 96)
        }
        _ => prefix,
    }
}

fn wrong_length(address: IpAddr, length: &str) -> String {
    if length.contains('.') {
        return format!("`{length}` is not a netmask");
    }
    wrong_prefix_length(address)
}

/// Says what is wrong with the address in a text of digits, dots and colons.
fn what_is_wrong(text: &str) -> String {
    if text.contains(':') {
        return if text.contains('%') {
            "it has a zone, which is valid on one machine only; leave out `%` and what follows".to_owned()
        } else {
            "it is neither an IPv6 address nor a hardware address".to_owned()
        };
    }
    if text.contains('-') {
        return "netcensus cannot look for a range of addresses; write prefixes".to_owned();
    }
    let numbers: Vec<&str> = text.split('.').collect();
    if numbers.len() != 4 {
        let count = numbers.iter().filter(|number| !number.is_empty()).count();
        return format!("an IPv4 address has 4 numbers, and this has {count}");
    }
    for number in numbers {
        match number.parse::<u32>() {
            _ if number.is_empty() => return "a number is missing".to_owned(),
            Ok(value) if value > 255 => return format!("{number} is more than 255"),
            Err(_) => return format!("{number} is more than 255"),
            Ok(value) if number.len() > value.to_string().len() => {
                return format!(
                    "{number} has a leading zero, which some programs read as octal; write {value} if that is meant"
                );
            }
            Ok(_) => {}
        }
    }
    "it cannot be read".to_owned()
}

/// Refuses `10.0.0.1:443`, and `10.0.*`, which would match no name.
fn refuse_port_and_address_glob(text: &str) -> Result<(), ThingError> {
    if let Ok(socket) = text.parse::<SocketAddr>() {
        return Err(ThingError::Port { given: text.to_owned(), address: socket.ip() });
    }
    let parts: Vec<&str> = text.split('.').collect();
    let numbers: Vec<u8> = parts.iter().map_while(|part| part.parse().ok()).collect();
    let is_rest_open = parts[numbers.len()..].iter().all(|part| *part == "*");
    if numbers.is_empty() || numbers.len() == parts.len() || parts.len() > 4 || !is_rest_open {
        return Ok(());
    }
    let mut octets = [0; 4];
    octets[..numbers.len()].copy_from_slice(&numbers);
    let length = u8::try_from(numbers.len() * 8).unwrap_or(32);
    let prefix = IpNet::new_assert(Ipv4Addr::from(octets).into(), length);
    Err(ThingError::AddressGlob { given: text.to_owned(), prefix })
}

/// Takes the id out of an ARN of EC2: `arn:aws:ec2:eu-west-1:111111111111:instance/i-0a1b`.
fn parse_arn(text: &str) -> Result<NamePattern, ThingError> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts[..] {
        [_, _, "ec2", _, _, resource] if resource.contains('/') => {
            NamePattern::new(resource.rsplit('/').next().unwrap_or(resource))
        }
        _ => Err(ThingError::Arn(text.to_owned())),
    }
}

impl NamePattern {
    fn new(text: &str) -> Result<Self, ThingError> {
        // The portal shows ids with one at their end in places.
        let text = text.strip_suffix('/').unwrap_or(text);
        let pattern = TextPattern::new(text, text).map_err(|error| ThingError::Glob {
            given: text.to_owned(),
            reason: match error {
                FilterError::Glob { reason, .. } => reason,
                other => other.to_string(),
            },
        })?;
        Ok(Self { text: text.to_lowercase(), pattern })
    }

    /// Tells whether it has wildcards.
    #[must_use]
    pub const fn is_glob(&self) -> bool {
        matches!(self.pattern, TextPattern::Glob(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says in short what a text is understood as.
    fn understood(text: &str) -> String {
        match text.parse::<FindQuery>().map(|query| query.thing) {
            Ok(Thing::Address(address)) => format!("address {address}"),
            Ok(Thing::Prefix(prefix)) => format!("prefix {prefix}"),
            Ok(Thing::Mac(digits)) => format!("mac {digits}"),
            Ok(Thing::Name(name)) => {
                format!("{} {}", if name.is_glob() { "glob" } else { "name" }, name.text)
            }
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn every_kind_of_thing_is_told_by_its_form() {
        for (text, meaning) in [
            ("10.0.0.1", "address 10.0.0.1"),
            (" 10.0.0.1 ", "address 10.0.0.1"),
            ("10.0.0.1/24", "address 10.0.0.1"),
            ("10.0.0.1/32", "address 10.0.0.1"),
            ("10.0.0.9/255.255.255.0", "address 10.0.0.9"),
            ("10.0.0.0/255.255.255.0", "prefix 10.0.0.0/24"),
            ("10.0.0.0/24", "prefix 10.0.0.0/24"),
            ("0.0.0.0/0", "prefix 0.0.0.0/0"),
            ("2001:DB8::1", "address 2001:db8::1"),
            ("2001:db8::1/64", "address 2001:db8::1"),
            ("2001:db8::/32", "prefix 2001:db8::/32"),
            ("::ffff:10.0.0.1", "address 10.0.0.1"),
            ("::ffff:10.0.0.0/104", "prefix 10.0.0.0/8"),
            ("02-1A-2B-3C-4D-5E", "mac 021a2b3c4d5e"),
            ("111111111111", "name 111111111111"),
            ("vpc-0A1B", "name vpc-0a1b"),
            ("ten/8", "name ten/8"),
            ("web-1.2.3", "name web-1.2.3"),
            ("prod-*", "glob prod-*"),
            ("2024.01.*", "glob 2024.01.*"),
            ("/subscriptions/S/resourceGroups/G/", "name /subscriptions/s/resourcegroups/g"),
            ("arn:aws:ec2:eu-west-1:111111111111:instance/i-0a1b", "name i-0a1b"),
        ] {
            assert_eq!(understood(text), meaning, "{text}");
        }
    }

    #[test]
    fn what_is_nearly_an_address_is_an_error_that_says_what_is_wrong() {
        for (text, error) in [
            ("", "the thing to find is empty"),
            ("10.0.0.256", "`10.0.0.256` is not an address: 256 is more than 255"),
            ("10.0.0", "`10.0.0` is not an address: an IPv4 address has 4 numbers, and this has 3"),
            ("10.0.0.", "`10.0.0.` is not an address: a number is missing"),
            ("10.0.0.1.2", "`10.0.0.1.2` is not an address: an IPv4 address has 4 numbers, and this has 5"),
            ("10.0.0.1/33", "`10.0.0.1/33` is not a prefix: the length of an IPv4 prefix is from 0 to 32"),
            ("10.0.0.0/x", "`10.0.0.0/x` is not a prefix: the length of an IPv4 prefix is from 0 to 32"),
            (
                "2001:db8::/129",
                "`2001:db8::/129` is not a prefix: the length of an IPv6 prefix is from 0 to 128",
            ),
            (
                "10.0.0.0/255.0.255.0",
                "`10.0.0.0/255.0.255.0` is not a prefix: `255.0.255.0` is not a netmask",
            ),
            ("10.0.0.256/24", "`10.0.0.256/24` is not a prefix: 256 is more than 255"),
            ("10.0/16", "`10.0/16` is not a prefix: an IPv4 address has 4 numbers, and this has 2"),
            (
                "010.0.0.1",
                "`010.0.0.1` is not an address: 010 has a leading zero, which some programs read as octal; write 10 if \
                 that is meant",
            ),
            ("10.0.0.1:443", "`10.0.0.1:443` is an address and a port; write 10.0.0.1"),
            ("10.0.*", "`10.0.*` is a glob over addresses; write the prefix 10.0.0.0/16"),
            (
                "10.0.0.1-10.0.0.9",
                "`10.0.0.1-10.0.0.9` is not an address: netcensus cannot look for a range of addresses; write prefixes",
            ),
            (
                "2001:db8:::1",
                "`2001:db8:::1` is not an address: it is neither an IPv6 address nor a hardware address",
            ),
            (
                "02:1a:2b:3c:4d",
                "`02:1a:2b:3c:4d` is not an address: it is neither an IPv6 address nor a hardware address",
            ),
            (
                "fe80::1%eth0",
                "`fe80::1%eth0` is not an address: it has a zone, which is valid on one machine only; leave out \
                 `%` and what follows",
            ),
            (
                "arn:aws:s3:::bucket",
                "`arn:aws:s3:::bucket` is not an ARN of EC2, and netcensus reads only EC2",
            ),
        ] {
            assert_eq!(understood(text), error, "{text}");
        }
        assert!(understood("prod-[a").starts_with("`prod-[a` is not a glob: "));
    }
}
