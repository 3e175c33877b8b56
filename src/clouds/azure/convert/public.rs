//! Which public address stands behind an id.

use std::collections::HashMap;
use std::net::IpAddr;

use super::super::api::PublicIp;
use super::super::id::key;
use crate::clouds::address::ip;

/// Public addresses by id.
#[derive(Debug, Clone, Default)]
pub struct PublicIps(HashMap<String, IpAddr>);

impl PublicIps {
    /// Collects the addresses of subscriptions and of scale sets.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a PublicIp>) -> Self {
        Self(
            listed
                .into_iter()
                .filter_map(|public| Some((key(public.id.as_deref()?), address(public)?)))
                .collect(),
        )
    }

    /// Returns the address that `reference` means: its own, or that of the listed one with its id.
    pub(super) fn resolve(&self, reference: &PublicIp) -> Option<IpAddr> {
        address(reference).or_else(|| self.0.get(&key(reference.id.as_deref()?)).copied())
    }
}

fn address(public: &PublicIp) -> Option<IpAddr> {
    public.properties.ip_address.as_deref().and_then(ip)
}
