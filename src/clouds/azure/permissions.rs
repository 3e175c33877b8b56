//! The permissions that reading takes, as Azure RBAC spells them. The role Reader has them all.

use crate::model::Kind;

/// `GET /subscriptions`.
pub const SUBSCRIPTIONS: &str = "Microsoft.Resources/subscriptions/read";
/// `GET /tenants`.
pub const TENANTS: &str = "Microsoft.Resources/tenants/read";
/// Virtual networks, with their subnets and peerings.
pub const NETWORKS: &str = "Microsoft.Network/virtualNetworks/read";
/// How many addresses of a virtual network's subnets are used.
pub const USAGES: &str = "Microsoft.Network/virtualNetworks/usages/read";
/// Virtual hubs.
pub const HUBS: &str = "Microsoft.Network/virtualHubs/read";
/// What is connected to a hub.
pub const CONNECTIONS: &str = "Microsoft.Network/virtualHubs/hubVirtualNetworkConnections/read";
/// Network interfaces.
pub const NICS: &str = "Microsoft.Network/networkInterfaces/read";
/// Public addresses.
pub const PUBLIC_IPS: &str = "Microsoft.Network/publicIPAddresses/read";
/// Private endpoints.
pub const ENDPOINTS: &str = "Microsoft.Network/privateEndpoints/read";
/// Virtual machines.
pub const MACHINES: &str = "Microsoft.Compute/virtualMachines/read";
/// Scale sets.
pub const SETS: &str = "Microsoft.Compute/virtualMachineScaleSets/read";
/// Machines of a scale set.
pub const SET_MACHINES: &str = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
/// Network interfaces of a scale set.
pub const SET_NICS: &str = "Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read";
/// Public addresses of a scale set.
pub const SET_PUBLIC_IPS: &str = "Microsoft.Compute/virtualMachineScaleSets/publicIPAddresses/read";
/// Machine sizes.
pub const SKUS: &str = "Microsoft.Compute/skus/read";
/// Resource Graph queries.
pub const GRAPH: &str = "Microsoft.ResourceGraph/resources/read";

/// Returns the provider namespace in a permission or in the type of a resource, such as `Microsoft.Network`.
pub fn provider_of(permission_or_type: &str) -> &str {
    permission_or_type.split('/').next().unwrap_or_default()
}

/// Made for each tenant, before and across its subscriptions.
pub const DISCOVERY_CALLS: &[&str] = &[SUBSCRIPTIONS, TENANTS, GRAPH];

/// Made for virtual networks with subnets that services fill, when usage is measured.
pub const USAGE_CALLS: &[&str] = &[USAGES];

/// Made for each subscription to read `kind`; what several kinds need is asked once for all of them.
///
/// Resource Graph answers in place of most lists; it shows what these permissions allow.
#[must_use]
pub const fn calls(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Networks => &[NETWORKS, HUBS],
        // The lists of interfaces only where subnets have any.
        Kind::Subnets => &[NETWORKS, NICS, SETS, SET_NICS],
        Kind::Instances => {
            &[MACHINES, NICS, PUBLIC_IPS, SETS, SET_MACHINES, SET_NICS, SET_PUBLIC_IPS, SKUS, NETWORKS]
        }
        Kind::Interfaces => &[NICS, PUBLIC_IPS, ENDPOINTS, SETS, SET_NICS, SET_PUBLIC_IPS],
        Kind::Links => &[NETWORKS, HUBS, CONNECTIONS],
    }
}

/// The lists without which `kind` is not complete. The others of [`calls`] add details, or are compared.
pub const fn required_lists(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Networks => &[NETWORKS, HUBS],
        Kind::Subnets => &[NETWORKS],
        Kind::Instances => &[MACHINES, NICS, PUBLIC_IPS, SETS, SET_MACHINES, SET_NICS, SET_PUBLIC_IPS],
        Kind::Interfaces => &[NICS, PUBLIC_IPS, ENDPOINTS, SETS, SET_NICS, SET_PUBLIC_IPS],
        Kind::Links => &[NETWORKS, HUBS, CONNECTIONS],
    }
}
