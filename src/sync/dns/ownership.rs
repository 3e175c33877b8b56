//! The TXT record beside each record of ours. Its form is that of external-dns, so that each leaves the other's records.
//!
//! `heritage=external-dns,external-dns/owner=OWNER,external-dns/resource=netcensus/MACHINE`, then what only netcensus reads:
//! the mark, the values that were written, the time of their inventory, and when the record was marked as deleted.
//! <https://kubernetes-sigs.github.io/external-dns/latest/docs/registry/txt/>

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, percent_decode_str, utf8_percent_encode};

use super::zone::RecordSet;
use crate::sync::{Owner, OwnerMark};

const HERITAGE: &str = "heritage=external-dns";
const PREFIX: &str = "external-dns/";
const OWNER: &str = "owner";
const RESOURCE: &str = "resource";
const TOOL: &str = "netcensus/";
const MARK: &str = "netcensus-mark";
const VALUES: &str = "netcensus-values";
const SEEN: &str = "netcensus-seen";
const DELETED: &str = "netcensus-deleted";
/// What is encoded in labels: all but the characters of plain ids. A comma separates labels.
const NOT_PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'/')
    .remove(b':')
    .remove(b'(')
    .remove(b')')
    .remove(b'~');
/// Bytes of a character string of a TXT record.
const STRING: usize = 255;

/// What the TXT record of a record of netcensus says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ownership {
    /// The owner in the words of external-dns.
    pub owner: String,
    /// The machine: `aws/111111111111/eu-west-1/i-1`.
    pub resource: String,
    /// The target and the scope.
    pub mark: OwnerMark,
    /// The values that were written, so that what people added can be told.
    pub values: Vec<String>,
    /// When the inventory was taken that the record was last written from, to the second.
    pub seen: Option<Timestamp>,
    /// When the record was marked as deleted.
    pub deleted: Option<Timestamp>,
}

impl Ownership {
    /// Returns whose the record is, for a target and its owner.
    #[must_use]
    pub fn owner(&self, target: &str, owner: &str) -> Owner {
        if self.owner == owner { self.mark.owner(target) } else { Owner::OtherTarget(self.owner.clone()) }
    }

    /// Returns the data of the TXT record.
    #[must_use]
    pub fn data(&self) -> Vec<u8> {
        let text = self.to_string();
        let mut data = Vec::with_capacity(text.len() + text.len() / STRING + 1);
        for part in text.as_bytes().chunks(STRING) {
            data.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
            data.extend_from_slice(part);
        }
        data
    }
}

impl fmt::Display for Ownership {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (owner, resource) = (&self.owner, encode(&self.resource));
        write!(f, "{HERITAGE},{PREFIX}{OWNER}={owner},{PREFIX}{RESOURCE}={TOOL}{resource}")?;
        write!(
            f,
            ",{PREFIX}{MARK}={},{PREFIX}{VALUES}={}",
            encode(&self.mark.to_string()),
            self.values.join(" ")
        )?;
        self.seen.iter().try_for_each(|at| write!(f, ",{PREFIX}{SEEN}={at:.0}"))?;
        self.deleted.iter().try_for_each(|at| write!(f, ",{PREFIX}{DELETED}={at}"))
    }
}

impl FromStr for Ownership {
    type Err = ();

    /// Reads what netcensus wrote. Whatever is not exactly that is none: then the record is not ours.
    fn from_str(text: &str) -> Result<Self, ()> {
        let labels = labels(text).ok_or(())?;
        let label = |name: &str| labels.get(name).copied().ok_or(());
        let values = label(VALUES)?.split(' ').filter(|value| !value.is_empty());
        let ownership = Self {
            owner: label(OWNER)?.to_owned(),
            resource: decode(label(RESOURCE)?.strip_prefix(TOOL).ok_or(())?).ok_or(())?,
            mark: decode(label(MARK)?).ok_or(())?.parse()?,
            values: values.map(str::to_owned).collect(),
            seen: label(SEEN).ok().map(str::parse).transpose().map_err(drop)?,
            deleted: label(DELETED).ok().map(str::parse).transpose().map_err(drop)?,
        };
        if ownership.to_string() == text { Ok(ownership) } else { Err(()) }
    }
}

/// Returns the ownership that a set of TXT records has, if netcensus wrote it, and the record that has it.
#[must_use]
pub fn find_ownership(set: &RecordSet) -> Option<(Ownership, &[u8])> {
    set.keys().find_map(|data| Some((text(data)?.parse().ok()?, data.as_slice())))
}

/// Returns the owner that a set of TXT records names in the form of external-dns.
#[must_use]
pub fn any_owner(set: &RecordSet) -> Option<String> {
    set.keys().find_map(|data| {
        let text = text(data)?;
        let owner = labels(text.trim_matches('"'))?.get(OWNER).copied().map(str::to_owned);
        Some(owner.unwrap_or_else(|| "external-dns".to_owned()))
    })
}

fn labels(text: &str) -> Option<BTreeMap<&str, &str>> {
    let mut parts = text.split(',');
    let is_heritage = parts.next() == Some(HERITAGE);
    is_heritage.then(|| parts.filter_map(|part| part.strip_prefix(PREFIX)?.split_once('=')).collect())
}

/// Joins the character strings of a TXT record.
fn text(data: &[u8]) -> Option<String> {
    let (mut joined, mut rest) = (Vec::new(), data);
    while let Some((length, after)) = rest.split_first() {
        let (part, after) = after.split_at_checked(usize::from(*length))?;
        joined.extend_from_slice(part);
        rest = after;
    }
    String::from_utf8(joined).ok()
}

fn encode(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, NOT_PLAIN)
}

fn decode(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Kind, Provider, Scope};

    fn ownership(id: &str) -> Ownership {
        let scope = Scope {
            provider: Provider::Aws,
            account: "111111111111".to_owned(),
            region: Some("eu-west-1".to_owned()),
            kind: Kind::Instances,
        };
        Ownership {
            owner: "netcensus-names".to_owned(),
            resource: format!("aws/111111111111/eu-west-1/{id}"),
            mark: OwnerMark { target: "names".to_owned(), scope, is_adopted: false },
            values: vec!["10.0.0.4".to_owned(), "10.0.0.5".to_owned()],
            seen: Some("2026-11-27T11:00:00Z".parse().unwrap()),
            deleted: None,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let deleted = Some("2026-11-27T12:00:00Z".parse().unwrap());
        for written in [
            ownership("i-1"),
            ownership(&format!("subscriptions/s/resourcegroups/{}", "long,\u{fc} 100%\"=".repeat(40))),
            Ownership { values: vec![], deleted, ..ownership("i-1") },
            Ownership { seen: None, ..ownership("i-1") },
        ] {
            let set = RecordSet::from([(vec![3, b'a', b'b', b'c'], 300), (written.data(), 300)]);
            let (read, data) = find_ownership(&set).unwrap();
            assert_eq!((&read, data), (&written, written.data().as_slice()));
            assert_eq!(any_owner(&set).as_deref(), Some("netcensus-names"));
        }
        let text = ownership("i-1").to_string();
        assert!(text.starts_with(
            "heritage=external-dns,external-dns/owner=netcensus-names,external-dns/resource=netcensus/aws/111111111111/eu-west-1/i-1,"
        ));
    }

    #[test]
    fn what_is_not_exactly_ours_is_not_ours() {
        let text = ownership("i-1").to_string();
        for other in [
            text.replace("heritage=external-dns", "heritage=other"),
            text.replace("netcensus/aws", "service/default"),
            text.replace(",external-dns/netcensus-values=10.0.0.4 10.0.0.5", ""),
            format!("{text},external-dns/more=1"),
            format!(" {text}"),
            String::new(),
        ] {
            assert!(other.parse::<Ownership>().is_err(), "{other}");
        }
        assert_eq!(ownership("i-1").owner("names", "netcensus-names"), Owner::Ours);
        assert_eq!(ownership("i-1").owner("names", "b"), Owner::OtherTarget("netcensus-names".to_owned()));
        assert_eq!(ownership("i-1").owner("b", "netcensus-names"), Owner::OtherTarget("names".to_owned()));
    }

    #[test]
    fn records_of_external_dns_have_an_owner() {
        let txt = |text: &str| {
            let mut data = vec![u8::try_from(text.len()).unwrap()];
            data.extend_from_slice(text.as_bytes());
            RecordSet::from([(data, 300)])
        };
        let set = txt(
            "heritage=external-dns,external-dns/owner=default,external-dns/resource=service/default/nginx",
        );
        assert_eq!((any_owner(&set).as_deref(), find_ownership(&set)), (Some("default"), None));
        assert_eq!(any_owner(&txt("\"heritage=external-dns,external-dns/owner=a\"")).as_deref(), Some("a"));
        assert_eq!(any_owner(&txt("v=spf1 -all")), None);
    }
}
