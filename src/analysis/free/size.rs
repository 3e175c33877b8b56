//! How large a prefix is asked for: `20`, `/20` or a number of addresses.

use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;
use thiserror::Error;

use super::super::addresses::{IpVersion, PrefixSize};
use crate::diagnostic::Remedies;

/// A size as it was typed. The version of IP follows from where the prefix is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestedSize {
    /// A prefix of this length, at most 128.
    Length(u8),
    /// The smallest prefix with so many addresses, more than 128.
    Addresses(u128),
}

/// Why a text is not a size, or no prefix of that size can be looked for.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PrefixSizeError {
    /// It is neither a length nor a number of addresses.
    #[error(
        "`{0}` is not a size; write a prefix length such as 20 or /20, or a number of addresses above 128"
    )]
    Invalid(String),
    /// There is no prefix of a version of IP that may be so long.
    #[error("there is no IPv6 prefix to take a /{0} from")]
    NeedsIpv6(u8),
    /// No version of IP has so many addresses.
    #[error("no IPv4 prefix has {0} addresses")]
    TooMany(u128),
}

impl Remedies for PrefixSizeError {
    fn remedies(&self) -> Vec<String> {
        let Self::NeedsIpv6(length) = self else { return Vec::new() };
        let host_bits = u32::from(*length).next_power_of_two().ilog2();
        vec![format!("{length} is a prefix length; for {length} IPv4 addresses write {}", 32 - host_bits)]
    }
}

impl FromStr for RequestedSize {
    type Err = PrefixSizeError;

    fn from_str(text: &str) -> Result<Self, PrefixSizeError> {
        let (digits, is_length) = text.strip_prefix('/').map_or((text, false), |digits| (digits, true));
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        let number = digits.parse::<u128>().ok().filter(|_| is_number);
        match number.map(|number| (number, u8::try_from(number))) {
            Some((_, Ok(length))) if (1..=128).contains(&length) => Ok(Self::Length(length)),
            Some((addresses, _)) if !is_length && addresses > 0 => Ok(Self::Addresses(addresses)),
            _ => Err(PrefixSizeError::Invalid(text.to_owned())),
        }
    }
}

impl fmt::Display for RequestedSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(length) => write!(f, "/{length}"),
            Self::Addresses(addresses) => write!(f, "{addresses} addresses"),
        }
    }
}

impl RequestedSize {
    /// Decides the version of IP: IPv4 if `within` has such prefixes and they can be that long, else IPv6.
    ///
    /// # Errors
    /// When `within` has no prefixes of a version that allows the size.
    pub fn resolve(self, within: &[IpNet]) -> Result<PrefixSize, PrefixSizeError> {
        let has = |version| within.iter().any(|prefix| IpVersion::from_prefix(prefix) == version);
        let size = |version: IpVersion| match self {
            Self::Length(length) => Some(length).filter(|length| *length <= version.bits()),
            Self::Addresses(addresses) => {
                let host_bits = addresses.checked_next_power_of_two().map_or(u128::BITS, u128::ilog2);
                version.bits().checked_sub(u8::try_from(host_bits).ok()?)
            }
        };
        let mut versions = [IpVersion::V4, IpVersion::V6].into_iter().filter(|version| has(*version));
        let found = versions.find_map(|version| Some(PrefixSize { version, length: size(version)? }));
        found.ok_or(match self {
            Self::Length(length) => PrefixSizeError::NeedsIpv6(length),
            Self::Addresses(addresses) => PrefixSizeError::TooMany(addresses),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(text: &str, within: &[&str]) -> Result<(IpVersion, u8), PrefixSizeError> {
        let within: Vec<IpNet> = within.iter().map(|text| text.parse().unwrap()).collect();
        let size = text.parse::<RequestedSize>()?.resolve(&within)?;
        Ok((size.version, size.length))
    }

    #[test]
    fn a_size_is_a_length_or_a_number_of_addresses() {
        let both = ["10.0.0.0/8", "fd00::/8"];
        assert_eq!(resolved("20", &both), Ok((IpVersion::V4, 20)));
        assert_eq!(resolved("/20", &both[1..]), Ok((IpVersion::V6, 20)));
        assert_eq!(resolved("56", &both), Ok((IpVersion::V6, 56)));
        assert_eq!(resolved("16384", &both), Ok((IpVersion::V4, 18)));
        assert_eq!(resolved("16385", &both), Ok((IpVersion::V4, 17)), "the next larger prefix");
        assert_eq!(resolved("4294967297", &both), Ok((IpVersion::V6, 95)));
        assert_eq!(resolved("4294967297", &both[..1]), Err(PrefixSizeError::TooMany(4_294_967_297)));
        let refused = resolved("56", &both[..1]).unwrap_err();
        assert_eq!(refused, PrefixSizeError::NeedsIpv6(56));
        assert_eq!(refused.remedies()[0], "56 is a prefix length; for 56 IPv4 addresses write 26");
        assert!(PrefixSizeError::NeedsIpv6(33).remedies()[0].ends_with("write 26"), "32 are too few");
        assert!(PrefixSizeError::NeedsIpv6(128).remedies()[0].ends_with("write 25"));
        for wrong in ["", "/", "0", "/0", "/129", "-1", "+20", "20.5", "twenty", "//20"] {
            assert_eq!(resolved(wrong, &both), Err(PrefixSizeError::Invalid(wrong.to_owned())), "{wrong}");
        }
    }
}
