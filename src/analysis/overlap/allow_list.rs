//! The allow list, compiled, and what it selects.

use std::collections::BTreeSet;

use ipnet::IpNet;
use jiff::civil::Date;

use super::super::filter::FilterError;
use super::super::network_selector::CompiledSelector;
use super::owners::{PrefixOwner, PrefixOwners};
use crate::model::{Allowance, Covers, NetworkSelector};

/// An entry of the allow list that selects a prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct AllowMatch {
    /// Position in the list.
    pub entry: u16,
    /// With which of its selectors.
    pub side: AllowSide,
}

/// A selector of an entry of the allow list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum AllowSide {
    /// The only one: all collisions of what it selects are accepted.
    Any,
    /// The first of `between`: collisions with what the second one selects are accepted.
    First,
    /// The second of `between`.
    Second,
}

impl AllowSide {
    /// The bits of both sides of `between`.
    pub const BOTH: u16 = Self::First.bit() | Self::Second.bit();

    /// Returns a bit of its own, for sets of sides.
    pub const fn bit(self) -> u16 {
        match self {
            Self::Any => 0,
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

/// The allow list, compiled, and which owners its entries select.
#[derive(Debug)]
pub(super) struct CompiledAllowList {
    /// For each entry, whether it has not expired.
    pub in_force: Vec<bool>,
    selectors: Vec<(AllowMatch, CompiledSelector)>,
    /// For each owner, the selectors that select it, apart from the prefix: positions in `selectors`.
    selectors_of_owner: Vec<Vec<usize>>,
}

impl CompiledAllowList {
    /// Compiles the entries that are in force on `today`. An entry expires after its last day.
    ///
    /// # Errors
    /// When a selector contains an invalid glob.
    pub fn new(entries: &[Allowance], today: Date, owners: &PrefixOwners<'_>) -> Result<Self, FilterError> {
        let is_in_force = |entry: &Allowance| entry.expires.is_none_or(|last| today <= last);
        let in_force: Vec<bool> = entries.iter().map(is_in_force).collect();
        let mut selectors = Vec::new();
        for (position, (entry, _)) in
            entries.iter().zip(&in_force).enumerate().filter(|(_, (_, force))| **force)
        {
            let number = u16::try_from(position).unwrap_or(u16::MAX);
            let mut add = |side, selector: &NetworkSelector| {
                selectors.push((AllowMatch { entry: number, side }, CompiledSelector::new(selector)?));
                Ok::<(), FilterError>(())
            };
            match &entry.covers {
                Covers::Any(selector) => add(AllowSide::Any, selector)?,
                Covers::Between(first, second) => {
                    add(AllowSide::First, first)?;
                    add(AllowSide::Second, second)?;
                }
            }
        }
        let selecting = |owner: &PrefixOwner<'_>| {
            let selecting =
                selectors.iter().enumerate().filter(|(_, (_, it))| it.selects(&owner.selectable()));
            selecting.map(|(position, _)| position).collect()
        };
        let selectors_of_owner = owners.all.iter().map(selecting).collect();
        Ok(Self { in_force, selectors, selectors_of_owner })
    }

    /// Lists the entries that select a prefix of an owner.
    pub fn matches(&self, owner: usize, prefix: IpNet) -> BTreeSet<AllowMatch> {
        let selectors = self.selectors_of_owner[owner].iter().map(|position| &self.selectors[*position]);
        let selecting = selectors.filter(|(_, selector)| selector.selects_prefix(prefix));
        selecting.map(|(allow_match, _)| *allow_match).collect()
    }
}
