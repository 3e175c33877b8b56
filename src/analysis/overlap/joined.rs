//! Which networks are joined to one of them, by any path of links and routing domains.

use std::collections::{BTreeSet, HashSet};

use thiserror::Error;

use super::super::filter::FilterError;
use super::connectivity::Connectivity;
use super::domains::RoutingDomains;
use super::findings::MemberOrigin;
use super::owners::{PrefixOwner, PrefixOwners};
use crate::model::{Domain, Inventory, PlannedChanges, Provider};

/// The networks that are joined to a network, and that network itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JoinedNetworks {
    /// Clouds and ids in lower case.
    ids: HashSet<(Provider, String)>,
}

/// Why it is not known what is joined to a network.
#[derive(Debug, PartialEq, Eq, Error)]
pub enum JoinError {
    /// The inventory has no such network.
    #[error("no network has the id or name `{0}`")]
    NotFound(String),
    /// Several networks have the name.
    #[error("several networks are called `{name}`: {ids}")]
    Ambiguous {
        /// The name.
        name: String,
        /// Their ids, separated by commas.
        ids: String,
    },
    /// A routing domain is declared by an invalid glob.
    #[error(transparent)]
    InvalidDomain(#[from] FilterError),
}

impl JoinedNetworks {
    /// Tells whether a network is joined to it.
    #[must_use]
    pub fn contains(&self, provider: Provider, id: &str) -> bool {
        self.ids.contains(&(provider, id.to_ascii_lowercase()))
    }
}

/// Finds what is joined to `network`, an id or a name. If a peering joins only some subnets of a network, that network
/// counts as joined.
///
/// # Errors
/// When it is not one network, or a routing domain is invalid.
pub fn joined_networks(
    inventory: &Inventory,
    domains: &[Domain],
    network: &str,
) -> Result<JoinedNetworks, JoinError> {
    let plan = PlannedChanges::default();
    let owners = PrefixOwners::new(inventory, &[], &plan);
    let mut connectivity = Connectivity::new(&owners, &inventory.links);
    RoutingDomains::new(&owners, &mut connectivity, domains)?;
    let is_meant = |owner: &PrefixOwner<'_>| {
        let names = [Some(owner.network.id.as_str()), owner.network.name.as_deref()];
        owner.origin == MemberOrigin::Cloud
            && names.into_iter().flatten().any(|name| name.eq_ignore_ascii_case(network))
    };
    let meant: Vec<usize> = (0..owners.all.len()).filter(|owner| is_meant(&owners.all[*owner])).collect();
    let ids: BTreeSet<&str> = meant.iter().map(|owner| owners.all[*owner].network.id.as_str()).collect();
    match ids.len() {
        0 => return Err(JoinError::NotFound(network.to_owned())),
        1 => {}
        _ => {
            let ids = ids.into_iter().collect::<Vec<_>>().join(", ");
            return Err(JoinError::Ambiguous { name: network.to_owned(), ids });
        }
    }
    let components: HashSet<u32> = meant.iter().flat_map(|owner| connectivity.components(*owner)).collect();
    let is_joined = |owner: &usize| {
        meant.contains(owner)
            || connectivity.components(*owner).any(|component| components.contains(&component))
    };
    let joined = (0..owners.all.len()).filter(is_joined).map(|owner| {
        let network = &owners.all[owner].network;
        (network.provider, network.id.to_ascii_lowercase())
    });
    Ok(JoinedNetworks { ids: joined.collect() })
}
