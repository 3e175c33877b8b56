//! Takes items as the file has them, to serve what nothing else here would make.

use super::super::build::flaw;
use super::super::load::Flaw;
use super::build::Builder;
use super::spec::RawSpec;
use super::types::Raw;

/// Lists of a whole subscription.
const LISTS: [&str; 8] = [
    "virtualNetworks",
    "networkInterfaces",
    "publicIPAddresses",
    "virtualHubs",
    "privateEndpoints",
    "virtualMachines",
    "virtualMachineScaleSets",
    "skus",
];

/// Lists inside a resource: its kind, and the list's name.
const INNER_LISTS: [(&str, &str); 6] = [
    ("virtualNetworks", "subnets"),
    ("virtualNetworks", "virtualNetworkPeerings"),
    ("virtualHubs", "hubVirtualNetworkConnections"),
    ("virtualMachineScaleSets", "virtualMachines"),
    ("virtualMachineScaleSets", "networkInterfaces"),
    ("virtualMachineScaleSets", "publicIPAddresses"),
];

impl Builder {
    /// Puts an item into a list.
    pub fn raw(&mut self, spec: &RawSpec) -> Result<(), Flaw> {
        let (subscription, _) = self.subscription(&spec.subscription)?;
        let list = spec.list.get_ref().clone();
        let known = match list.split('/').collect::<Vec<_>>()[..] {
            [list] => LISTS.contains(&list),
            [kind, _name, list] => INNER_LISTS.contains(&(kind, list)),
            _ => false,
        };
        if !known {
            return Err(flaw(&spec.list, format!("there is no list `{list}`")));
        }
        let item = serde_json::from_str(spec.json.get_ref())
            .map_err(|error| flaw(&spec.json, format!("the item is not JSON: {error}")))?;
        self.azure.subscriptions[subscription].raw.push(Raw { list, item });
        Ok(())
    }
}
