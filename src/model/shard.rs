//! Parts of an estate that several machines scan, each its own.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Provider, stable_hash};

/// Which parts of an estate an inventory has: those of its accounts that fall to them, and no others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Shard {
    /// The parts, from 1.
    pub parts: BTreeSet<u32>,
    /// How many there are in all.
    pub of: u32,
}

/// Why a text is not a shard.
#[derive(Debug, Error, PartialEq, Eq)]
#[error("`{0}` is not a shard; write I/N, such as 1/4 for the first of four")]
pub struct ShardError(String);

impl Shard {
    /// Tells whether an account or subscription falls to these parts.
    ///
    /// By a [`stable_hash`] of cloud and id, modulo the number of parts: the same on every machine and in every
    /// version, whichever accounts there are besides.
    #[must_use]
    pub fn holds(&self, provider: Provider, account: &str) -> bool {
        let name = format!("{provider}:{}", account.to_ascii_lowercase());
        let part = stable_hash(name.bytes()) % self.of;
        self.parts.contains(&(part + 1))
    }

    /// Names it where the coverage has an account otherwise: `shard 1/4`.
    #[must_use]
    pub fn label(&self) -> String {
        format!("shard {self}")
    }

    /// Tells whether it is the whole estate.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.parts.len() as u64 == u64::from(self.of)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<String> = self.parts.iter().map(ToString::to_string).collect();
        write!(f, "{}/{}", parts.join("+"), self.of)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let error = || ShardError(text.to_owned());
        let (part, of) = text.split_once('/').ok_or_else(error)?;
        let (part, of): (u32, u32) = (part.parse().map_err(|_| error())?, of.parse().map_err(|_| error())?);
        if part == 0 || part > of {
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
                (0..4).filter(|part| parts[*part].holds(Provider::Aws, &account)).collect();
            assert_eq!(holders.len(), 1, "{account}");
            sizes[holders[0]] += 1;
        }
        assert!(sizes.iter().all(|size| (850..1150).contains(size)), "{sizes:?}");
        let part_of = |provider, account| parts.iter().position(|part| part.holds(provider, account));
        // Another answer would have machines of two versions leave accounts out.
        assert_eq!(part_of(Provider::Aws, "111111111111"), Some(3));
        assert_eq!(part_of(Provider::Azure, "C0DE0001-3F5A-4D21-9B7E-000000000001"), Some(2));
        assert_eq!(part_of(Provider::Azure, "c0de0001-3f5a-4d21-9b7e-000000000001"), Some(2));
    }

    #[test]
    fn a_shard_is_written_as_a_part_of_a_number() {
        assert_eq!("2/3".parse::<Shard>().unwrap().to_string(), "2/3");
        for wrong in ["", "0/3", "4/3", "1", "1/", "a/b", "1/2/3", "-1/2", "1/0"] {
            assert_eq!(wrong.parse::<Shard>(), Err(ShardError(wrong.into())), "{wrong}");
        }
        let both = Shard { parts: BTreeSet::from([1, 2]), of: 2 };
        assert!(both.is_whole());
        assert_eq!(both.to_string(), "1+2/2");
    }
}
