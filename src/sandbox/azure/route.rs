//! Reads the paths of the resource manager. It compares them without regard to case:
//! <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>.

/// What a path leads to.
#[derive(Debug, PartialEq, Eq)]
pub enum ArmRoute<'a> {
    /// The subscriptions that the caller sees.
    Subscriptions,
    /// The tenants that the caller sees.
    Tenants,
    /// Something in a subscription.
    Within {
        /// The subscription's id, as written.
        subscription: &'a str,
        /// What of it.
        what: ListKind,
        /// The resource that holds the list.
        parent: Option<ParentResource<'a>>,
    },
}

/// A resource that holds lists, or is asked for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParentResource<'a> {
    /// Name of its resource group.
    pub group: &'a str,
    /// Namespace and type, as Azure writes them.
    pub kind: &'static str,
    /// Its name.
    pub name: &'a str,
}

/// A list, or a single resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListKind {
    /// Virtual networks.
    Networks,
    /// Network interfaces.
    Interfaces,
    /// Public addresses.
    PublicIps,
    /// Virtual hubs.
    Hubs,
    /// Private endpoints.
    Endpoints,
    /// Virtual machines.
    Machines,
    /// Scale sets.
    ScaleSets,
    /// Sizes of machines, disks and more.
    Skus,
    /// One virtual network.
    Network,
    /// One virtual machine.
    Machine,
    /// One scale set.
    ScaleSet,
    /// Subnets of a network.
    Subnets,
    /// Peerings of a network.
    Peerings,
    /// How many addresses of a network's subnets are used.
    Usages,
    /// Connections of a hub.
    Connections,
    /// Instances of a scale set.
    Instances,
    /// Interfaces of a scale set's instances.
    InstanceInterfaces,
    /// Public addresses of a scale set's instances.
    InstancePublicIps,
}

/// Lists of a whole subscription: namespace, name, what.
const LISTS: [(&str, &str, ListKind); 8] = [
    ("Microsoft.Network", "virtualNetworks", ListKind::Networks),
    ("Microsoft.Network", "networkInterfaces", ListKind::Interfaces),
    ("Microsoft.Network", "publicIPAddresses", ListKind::PublicIps),
    ("Microsoft.Network", "virtualHubs", ListKind::Hubs),
    ("Microsoft.Network", "privateEndpoints", ListKind::Endpoints),
    ("Microsoft.Compute", "virtualMachines", ListKind::Machines),
    ("Microsoft.Compute", "virtualMachineScaleSets", ListKind::ScaleSets),
    ("Microsoft.Compute", "skus", ListKind::Skus),
];

const NETWORK: &str = "Microsoft.Network/virtualNetworks";
const HUB: &str = "Microsoft.Network/virtualHubs";
const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const SCALE_SET: &str = "Microsoft.Compute/virtualMachineScaleSets";

/// Resources that can be asked for by their id: type, what.
const RESOURCES: [(&str, ListKind); 3] =
    [(NETWORK, ListKind::Network), (MACHINE, ListKind::Machine), (SCALE_SET, ListKind::ScaleSet)];

/// Lists inside a resource: its type, the list's name, what.
const INNER_LISTS: [(&str, &str, ListKind); 7] = [
    (NETWORK, "subnets", ListKind::Subnets),
    (NETWORK, "virtualNetworkPeerings", ListKind::Peerings),
    (NETWORK, "usages", ListKind::Usages),
    (HUB, "hubVirtualNetworkConnections", ListKind::Connections),
    (SCALE_SET, "virtualMachines", ListKind::Instances),
    (SCALE_SET, "networkInterfaces", ListKind::InstanceInterfaces),
    (SCALE_SET, "publicIPAddresses", ListKind::InstancePublicIps),
];

impl ListKind {
    /// Returns whether it is a resource by itself, and no list.
    pub fn is_resource(self) -> bool {
        RESOURCES.iter().any(|(_, what)| *what == self)
    }

    /// Returns the permission that it takes:
    /// <https://learn.microsoft.com/azure/role-based-access-control/permissions/networking> and `/compute`.
    pub const fn action(self) -> &'static str {
        match self {
            Self::Networks | Self::Network => "Microsoft.Network/virtualNetworks/read",
            Self::Interfaces => "Microsoft.Network/networkInterfaces/read",
            Self::PublicIps => "Microsoft.Network/publicIPAddresses/read",
            Self::Hubs => "Microsoft.Network/virtualHubs/read",
            Self::Endpoints => "Microsoft.Network/privateEndpoints/read",
            Self::Machines | Self::Machine => "Microsoft.Compute/virtualMachines/read",
            Self::ScaleSets | Self::ScaleSet => "Microsoft.Compute/virtualMachineScaleSets/read",
            Self::Skus => "Microsoft.Compute/skus/read",
            Self::Subnets => "Microsoft.Network/virtualNetworks/subnets/read",
            Self::Peerings => "Microsoft.Network/virtualNetworks/virtualNetworkPeerings/read",
            Self::Usages => "Microsoft.Network/virtualNetworks/usages/read",
            Self::Connections => "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections/read",
            Self::Instances => "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read",
            Self::InstanceInterfaces => "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read",
            Self::InstancePublicIps => "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read",
        }
    }
}

impl<'a> ArmRoute<'a> {
    /// Reads a path; `None` when it leads nowhere.
    pub fn parse(path: &'a str) -> Option<Self> {
        let segments: Vec<&'a str> = path.trim_start_matches('/').split('/').collect();
        let (first, rest) = segments.split_first()?;
        if first.eq_ignore_ascii_case("tenants") && rest.is_empty() {
            return Some(Self::Tenants);
        }
        if !first.eq_ignore_ascii_case("subscriptions") {
            return None;
        }
        let Some((subscription, rest)) = rest.split_first() else { return Some(Self::Subscriptions) };
        let (what, parent) = within(rest)?;
        Some(Self::Within { subscription, what, parent })
    }
}

fn within<'a>(segments: &[&'a str]) -> Option<(ListKind, Option<ParentResource<'a>>)> {
    let same = |a: &str, b: &str| a.eq_ignore_ascii_case(b);
    match *segments {
        [providers, namespace, list] if same(providers, "providers") => {
            let known = |(ns, name, _): &&(&str, &str, ListKind)| same(ns, namespace) && same(name, list);
            LISTS.iter().find(known).map(|(_, _, what)| (*what, None))
        }
        [groups, group, providers, namespace, kind, name, ref list @ ..]
            if same(groups, "resourceGroups") && same(providers, "providers") =>
        {
            let whole = format!("{namespace}/{kind}");
            if list.is_empty() {
                let (kind, what) = RESOURCES.iter().find(|(kind, _)| same(kind, &whole))?;
                return Some((*what, Some(ParentResource { group, kind, name })));
            }
            let [list] = *list else { return None };
            let known = |(kind, name, _): &&(&str, &str, ListKind)| same(kind, &whole) && same(name, list);
            INNER_LISTS
                .iter()
                .find(known)
                .map(|(kind, _, what)| (*what, Some(ParentResource { group, kind, name })))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list_kind_of(path: &str) -> Option<ListKind> {
        match ArmRoute::parse(path)? {
            ArmRoute::Within { what, .. } => Some(what),
            _ => None,
        }
    }

    #[test]
    fn paths_are_read_whatever_their_case() {
        assert_eq!(ArmRoute::parse("/subscriptions"), Some(ArmRoute::Subscriptions));
        assert_eq!(ArmRoute::parse("/Tenants"), Some(ArmRoute::Tenants));
        assert_eq!(list_kind_of("/Subscriptions/S/PROVIDERS/microsoft.compute/SKUS"), Some(ListKind::Skus));
        let path = "/subscriptions/S/resourcegroups/G/providers/microsoft.Compute/virtualMachineScaleSets/N/publicipaddresses";
        let parent = Some(ParentResource { group: "G", kind: SCALE_SET, name: "N" });
        let subscription = "S";
        assert_eq!(
            ArmRoute::parse(path),
            Some(ArmRoute::Within { subscription, what: ListKind::InstancePublicIps, parent })
        );
        for path in ["/", "/subscriptions/S", "/subscriptions/S/providers/Microsoft.Network/loadBalancers"] {
            assert_eq!(ArmRoute::parse(path), None, "{path}");
        }
    }
}
