//! Resources for unit tests, with nothing in them but what identifies them.

use super::{Coverage, Interface, Kind, Network, NetworkKind, Outcome, Provider, Subnet, Tags};

/// A network of `eu-west-1`.
pub fn network(account: &str, id: &str) -> Network {
    Network {
        provider: Provider::Aws,
        account: account.into(),
        account_name: None,
        region: "eu-west-1".into(),
        id: id.into(),
        name: None,
        kind: NetworkKind::Vpc,
        blocks: vec![],
        is_default: None,
        state: None,
        visible_from: vec![],
        tags: Tags::new(),
    }
}

/// A subnet of `vpc-1`.
pub fn subnet(account: &str, region: &str, id: &str) -> Subnet {
    Subnet {
        provider: Provider::Aws,
        account: account.into(),
        region: region.into(),
        zone: None,
        zone_id: None,
        id: id.into(),
        name: None,
        network: "vpc-1".into(),
        prefixes: vec![],
        addresses_total: None,
        addresses_available: None,
        purpose: None,
        customer_owned_pool: None,
        cidr_reservations: None,
        state: None,
        visible_from: vec![],
        tags: Tags::new(),
    }
}

/// An interface in no network.
pub fn interface(account: &str, region: &str, id: &str) -> Interface {
    Interface {
        provider: Provider::Aws,
        account: account.into(),
        region: region.into(),
        zone: None,
        zone_id: None,
        id: id.into(),
        network: None,
        subnet: None,
        attached_to: None,
        kind: None,
        private_ips: vec![],
        private_prefixes: None,
        public_ips: vec![],
        carrier_ips: None,
        customer_owned_ips: None,
        mac: None,
        state: None,
        description: None,
        operator: None,
        seen_by: None,
    }
}

/// How reading a kind in a region of an account of AWS ended, after one request.
pub fn coverage(account: &str, region: &str, kind: Kind, outcome: Outcome) -> Coverage {
    Coverage {
        provider: Provider::Aws,
        account: account.into(),
        region: Some(region.into()),
        kind: kind.into(),
        outcome,
        detail: None,
        requests: 1,
        duration_ms: 1,
    }
}
