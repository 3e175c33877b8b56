//! Prefixes as people type them.

use std::net::IpAddr;

use ipnet::IpNet;
use thiserror::Error;

/// Why a text is not a prefix that may be typed.
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
    /// A prefix that says nothing about who holds what.
    #[error("{0} covers every address; name the ranges that are in use")]
    Everything(IpNet),
    /// IPv4 in the clothes of IPv6 (RFC 4291), which nothing would be compared with.
    #[error("{0} is an IPv4-mapped prefix; write it as IPv4")]
    Mapped(IpNet),
    /// Something else.
    #[error("`{0}` is no prefix; write one like 10.0.0.0/8 or 2001:db8::/32")]
    Other(String),
}

/// Reads a prefix that somebody typed: with a length, and without host bits.
///
/// # Errors
/// With what was probably meant.
pub fn typed_prefix(text: &str) -> Result<IpNet, PrefixError> {
    if let Ok(address) = text.parse::<IpAddr>() {
        return Err(PrefixError::Address(address, IpNet::from(address)));
    }
    let given: IpNet = text.parse().map_err(|_| PrefixError::Other(text.to_owned()))?;
    let meant = given.trunc();
    if given != meant {
        return Err(PrefixError::HostBits { given: text.to_owned(), meant });
    }
    Ok(given)
}

/// Reads a prefix that somebody typed for a range that is or shall be in use: as [`typed_prefix`], and not of length 0.
///
/// # Errors
/// With what was probably meant.
pub fn typed_range(text: &str) -> Result<IpNet, PrefixError> {
    match typed_prefix(text)? {
        everything if everything.prefix_len() == 0 => Err(PrefixError::Everything(everything)),
        IpNet::V6(net) if net.addr().to_ipv4_mapped().is_some() => Err(PrefixError::Mapped(net.into())),
        prefix => Ok(prefix),
    }
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
        for other in ["", "10.0.0.0/33", "ten", "10.0/8"] {
            assert!(error(other).starts_with(&format!("`{other}` is no prefix")), "{other}");
        }
    }
}
