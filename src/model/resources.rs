//! A heap of resources of all kinds, as one scope or a whole scan yields them.

use super::resource::remove_unidentified;
use super::{Instance, Interface, Kind, Link, Network, Subnet};

/// Resources of every kind, in no particular order until [`Resources::join_views`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Resources {
    /// Networks.
    pub networks: Vec<Network>,
    /// Subnets.
    pub subnets: Vec<Subnet>,
    /// Instances.
    pub instances: Vec<Instance>,
    /// Interfaces.
    pub interfaces: Vec<Interface>,
    /// Links.
    pub links: Vec<Link>,
}

impl Resources {
    /// Adds everything of `other`.
    pub fn append(&mut self, mut other: Self) {
        self.networks.append(&mut other.networks);
        self.subnets.append(&mut other.subnets);
        self.instances.append(&mut other.instances);
        self.interfaces.append(&mut other.interfaces);
        self.links.append(&mut other.links);
    }

    /// Counts the resources of `kind`.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Networks => self.networks.len(),
            Kind::Subnets => self.subnets.len(),
            Kind::Instances => self.instances.len(),
            Kind::Interfaces => self.interfaces.len(),
            Kind::Links => self.links.len(),
        }
    }

    /// Takes out the resources that [lack](Resource::missing_identity) an identity, and says which, a sentence each.
    pub fn remove_unidentified(&mut self) -> Vec<String> {
        let mut removed = Vec::new();
        remove_unidentified(&mut self.networks, 0, &mut removed);
        remove_unidentified(&mut self.subnets, 0, &mut removed);
        remove_unidentified(&mut self.instances, 0, &mut removed);
        remove_unidentified(&mut self.interfaces, 0, &mut removed);
        remove_unidentified(&mut self.links, 0, &mut removed);
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixtures;
    use super::*;

    /// Such a row made the whole of what was saved unreadable.
    #[test]
    fn rows_without_identity_are_taken_out_and_named() {
        let networks = vec![
            fixtures::network("111", "vpc-1"),
            fixtures::network(" ", "vpc-2"),
            fixtures::network("111", ""),
        ];
        let mut resources = Resources { networks, ..Resources::default() };
        let removed = resources.remove_unidentified();
        assert_eq!(removed, ["networks[1] (vpc-2) has an empty account", "networks[2] has an empty id"]);
        assert_eq!(resources.count(Kind::Networks), 1);
        assert!(resources.remove_unidentified().is_empty());
    }
}
