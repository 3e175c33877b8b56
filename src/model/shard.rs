//! Parts of an estate that several machines scan, each its own.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Provider, stable_hash};

/// The largest number of parts. More than there are machines, and small enough to list the missing ones.
const MAX_PARTS: u32 = 10_000;

/// Which parts of an estate an inventory has: those of its accounts that fall to them, and no others.
///
/// At least one part, each from 1 to `of`, which is 10000 at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Unchecked")]
#[schemars(!try_from, deny_unknown_fields)]
pub struct Shard {
    /// The parts, from 1.
    pub parts: BTreeSet<u32>,
    /// How many there are in all.
    pub of: u32,
}

/// A shard as a file has it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Unchecked {
    parts: BTreeSet<u32>,
    of: u32,
}

impl TryFrom<Unchecked> for Shard {
    type Error = String;

    fn try_from(Unchecked { parts, of }: Unchecked) -> Result<Self, String> {
        if of > MAX_PARTS {
            return Err(format!("a shard of {of} parts; a scan has {MAX_PARTS} at most"));
        }
        let is_wrong = |part: &u32| *part == 0 || *part > of;
        match parts.iter().find(|part| is_wrong(part)) {
            Some(wrong) => Err(format!("a shard has part {wrong} of {of}; parts are from 1 to {of}")),
            None if parts.is_empty() => Err("a shard has no parts".to_owned()),
            None => Ok(Self { parts, of }),
        }
    }
}

/// Why a text is not a shard.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "`{0}` is not a shard: write I/N, such as 1/4 for the first of four. I is from 1 to N, and N is at most {MAX_PARTS}"
)]
pub struct ShardError(String);

impl Shard {
    /// Returns the part that an account or subscription falls to, of all there are.
    ///
    /// By a [`stable_hash`] of cloud and id, modulo the number of parts: the same on every machine and in every
    /// version, whichever accounts there are besides.
    #[must_use]
    pub fn part_of(&self, provider: Provider, account: &str) -> u32 {
        let name = format!("{provider}:{}", account.to_ascii_lowercase());
        stable_hash(name.bytes()) % self.of + 1
    }

    /// Tells whether an account or subscription falls to these parts.
    #[must_use]
    pub fn contains(&self, provider: Provider, account: &str) -> bool {
        self.parts.contains(&self.part_of(provider, account))
    }

    /// Names it where the coverage has an account otherwise: `shard 1/4`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("shard {self}")
    }

    /// Returns the one part of this estate that the coverage names by a [`label`](Self::label).
    #[must_use]
    pub fn part_labelled(&self, label: &str) -> Option<u32> {
        let one = labelled(label).filter(|one| one.of == self.of)?;
        one.parts.first().copied()
    }

    /// Tells whether the coverage names a part by this text, and no account.
    #[must_use]
    pub fn is_label(text: &str) -> bool {
        labelled(text).is_some()
    }

    /// Returns the parts that are missing; `None` when it is the whole estate.
    #[must_use]
    pub fn rest(&self) -> Option<Self> {
        let parts: BTreeSet<u32> = (1..=self.of).filter(|part| !self.parts.contains(part)).collect();
        (!parts.is_empty()).then_some(Self { parts, of: self.of })
    }

    /// Says in a sentence that it is not the whole estate; `None` when it is.
    #[must_use]
    pub fn partial_reason(&self) -> Option<String> {
        (!self.is_whole()).then(|| {
            format!("the inventory is shard {self} of a scan, and lacks the rest; `netcensus merge` joins the shards")
        })
    }

    /// Tells whether it is the whole estate.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.parts.len() as u64 == u64::from(self.of)
    }
}

fn labelled(text: &str) -> Option<Shard> {
    text.strip_prefix("shard ")?.parse().ok()
}

/// Three parts or more in a row as a range: `1+3-7/9`.
impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<u32> = self.parts.iter().copied().collect();
        let runs = parts.chunk_by(|one, next| one + 1 == *next).map(|run| match run {
            [first, .., last] if run.len() > 2 => format!("{first}-{last}"),
            few => few.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"),
        });
        write!(f, "{}/{}", runs.collect::<Vec<_>>().join("+"), self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let error = || ShardError(text.to_owned());
        let (part, of) = text.split_once('/').ok_or_else(error)?;
        let (part, of): (u32, u32) = (part.parse().map_err(|_| error())?, of.parse().map_err(|_| error())?);
        if part == 0 || part > of || of > MAX_PARTS {
            return Err(error());
        }
        Ok(Self { parts: BTreeSet::from([part]), of })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_account_falls_to_one_part_for_ever() {
        let parts: Vec<Shard> = (1..=4).map(|part| format!("{part}/4").parse().unwrap()).collect();
        let mut sizes = [0; 4];
        for account in 0..4000_u64 {
            let account = format!("{:012}", account * 7919);
            let holders: Vec<usize> =
                (0..4).filter(|part| parts[*part].contains(Provider::Aws, &account)).collect();
            assert_eq!(holders.len(), 1, "{account}");
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| (850..1150).contains(size)), "{sizes:?}");
        let part_of = |provider, account| parts.iter().position(|part| part.contains(provider, account));
        // Another answer would have machines of two versions leave accounts out.
        assert_eq!(part_of(Provider::Aws, "111111111111"), Some(3));
        assert_eq!(part_of(Provider::Azure, "C0DE0001-3F5A-4D21-9B7E-000000000001"), Some(2));
        assert_eq!(part_of(Provider::Azure, "c0de0001-3f5a-4d21-9b7e-000000000001"), Some(2));
    }

    #[test]
    fn a_shard_is_written_as_a_part_of_a_number() {
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
        for wrong in ["", "0/3", "4/3", "1", "1/", "a/b", "1/2/3", "-1/2", "1/0", "1/4294967295"] {
            assert_eq!(wrong.parse::<Shard>(), Err(ShardError(wrong.into())), "{wrong}");
        }
        let both = Shard { parts: BTreeSet::from([1, 2]), of: 2 };
        assert!(both.is_whole());
        assert_eq!(both.to_string(), "1+2/2");
        assert_eq!(both.rest(), None);
        let many = Shard { parts: BTreeSet::from([1, 3, 4, 5, 6, 9]), of: 9999 };
        assert_eq!(many.to_string(), "1+3-6+9/9999");
        assert_eq!(many.rest().unwrap().to_string(), "2+7+8+10-9999/9999");
        assert_eq!(many.part_labelled("shard 7/9999"), Some(7));
        assert_eq!((many.part_labelled("shard 7/8"), many.part_labelled("7/9999")), (None, None));
    }

    #[test]
    fn a_shard_that_no_scan_writes_is_refused_when_it_is_read() {
        let read = |text: &str| serde_json::from_str::<Shard>(text).map_err(|error| error.to_string());
        assert_eq!(read(r#"{"parts":[1,4],"of":4}"#).unwrap().to_string(), "1+4/4");
        for (wrong, why) in [
            (r#"{"parts":[],"of":0}"#, "no parts"),
            (r#"{"parts":[1],"of":0}"#, "part 1 of 0"),
            (r#"{"parts":[],"of":4}"#, "no parts"),
            (r#"{"parts":[0,1],"of":2}"#, "part 0 of 2"),
            (r#"{"parts":[7,8],"of":2}"#, "part 7 of 2"),
            (r#"{"parts":[1],"of":4294967295}"#, "10000 at most"),
            (r#"{"parts":[1],"of":2,"more":1}"#, "unknown field"),
        ] {
            let error = read(wrong).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }
}
