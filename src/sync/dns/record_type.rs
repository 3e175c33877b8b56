//! The types of records that machines get, and their values as text and as DNS has them.

use std::net::{Ipv4Addr, Ipv6Addr};

use domain::base::iana::Rtype;
use domain::base::name::Name;

/// A type of records. All records of a type and name are one record of the registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RecordType {
    /// IPv4 addresses of a name.
    A,
    /// IPv6 addresses of a name.
    Aaaa,
    /// Names of an address.
    Ptr,
}

impl RecordType {
    /// Every type.
    pub const ALL: [Self; 3] = [Self::A, Self::Aaaa, Self::Ptr];
    /// The kinds of records, in the order of their creation.
    pub const KINDS: [&str; 3] = [Self::A.kind(), Self::Aaaa.kind(), Self::Ptr.kind()];

    /// Returns the kind of its records, which is also what the names of their TXT records begin with.
    #[must_use]
    pub const fn kind(self) -> &'static str {
        match self {
            Self::A => "a",
            Self::Aaaa => "aaaa",
            Self::Ptr => "ptr",
        }
    }

    /// Returns the type whose records have this kind.
    #[must_use]
    pub fn from_kind(kind: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.kind() == kind)
    }

    /// Returns the number of the type.
    #[must_use]
    pub const fn rtype(self) -> Rtype {
        match self {
            Self::A => Rtype::A,
            Self::Aaaa => Rtype::AAAA,
            Self::Ptr => Rtype::PTR,
        }
    }

    /// Returns the field of a record with its values.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::A | Self::Aaaa => "addresses",
            Self::Ptr => "names",
        }
    }

    /// Returns the name of the TXT record that says whose a record is. It is in the same zone.
    #[must_use]
    pub fn ownership_name(self, name: &str) -> String {
        format!("{}-{name}", self.kind())
    }

    /// Returns the name whose TXT record has this name.
    #[must_use]
    pub fn owned_name(self, name: &str) -> Option<&str> {
        name.strip_prefix(self.kind())?.strip_prefix('-')
    }

    /// Writes a value as text.
    #[must_use]
    pub fn text(self, data: &[u8]) -> Option<String> {
        match self {
            Self::A => Some(Ipv4Addr::from(<[u8; 4]>::try_from(data).ok()?).to_string()),
            Self::Aaaa => Some(Ipv6Addr::from(<[u8; 16]>::try_from(data).ok()?).to_string()),
            Self::Ptr => Some(Name::from_octets(data).ok()?.to_string().to_ascii_lowercase()),
        }
    }

    /// Reads a value from text.
    #[must_use]
    pub fn data(self, text: &str) -> Option<Vec<u8>> {
        match self {
            Self::A => Some(text.parse::<Ipv4Addr>().ok()?.octets().to_vec()),
            Self::Aaaa => Some(text.parse::<Ipv6Addr>().ok()?.octets().to_vec()),
            Self::Ptr => Some(Name::vec_from_str(text).ok()?.into_octets()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_they_are_written() {
        for (record_type, text) in [
            (RecordType::A, "10.0.0.4"),
            (RecordType::Aaaa, "2001:db8::4"),
            (RecordType::Ptr, "web.eu-west-1.example.internal"),
        ] {
            assert_eq!(record_type.text(&record_type.data(text).unwrap()).as_deref(), Some(text));
            assert_eq!(RecordType::from_kind(record_type.kind()), Some(record_type));
            assert_eq!(record_type.owned_name(&record_type.ownership_name("x.y")), Some("x.y"));
        }
        assert_eq!(RecordType::A.data("2001:db8::4"), None);
        assert_eq!(RecordType::A.owned_name("aaaa-x.y"), None);
    }
}
