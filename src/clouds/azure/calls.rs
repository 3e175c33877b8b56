//! The API calls that are made, as Azure RBAC spells them; the role Reader allows them all.

use super::manager::action::{
    CONNECTIONS, ENDPOINTS, GRAPH, HUBS, MACHINES, NETWORKS, NICS, PUBLIC_IPS, SET_MACHINES, SET_NICS,
    SET_PUBLIC_IPS, SETS, SKUS, SUBSCRIPTIONS, TENANTS,
};
use crate::model::Kind;

/// Made for each tenant, before and across its subscriptions.
pub const DISCOVERY_CALLS: &[&str] = &[SUBSCRIPTIONS, TENANTS, GRAPH];

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
