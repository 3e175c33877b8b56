//! The Azure part of estates of any size: one tenant, and as many subscriptions as asked for.

use ipnet::IpNet;
use toml::Spanned;

use super::super::generate::{Size, first_subnet, nth_block, spot};
use super::super::types::Tags;
use super::spec::{AzureNetworkSpec, AzureSpec, AzureSubnetSpec, MachineSpec, SubscriptionSpec, TenantSpec};
use super::types::{Os, Power, SubscriptionState, guid};

/// Locations, which networks take in turn.
const LOCATIONS: [&str; 4] = ["westeurope", "northeurope", "eastus", "westus2"];

const TENANT: &str = "generated";

/// Describes an estate of a size.
pub fn describe(size: &Size) -> AzureSpec {
    let subscriptions: Vec<String> =
        (1..=size.subscriptions).map(|n| format!("subscription-{n:04}")).collect();
    let mut networks = Vec::with_capacity(subscriptions.len() * size.networks);
    let mut machines = Vec::new();
    for subscription in &subscriptions {
        let first = networks.len();
        networks
            .extend((first..first + size.networks).map(|index| network(index, subscription, size.subnets)));
        let own = &networks[first..];
        machines.extend(own.iter().enumerate().filter_map(|(index, network)| {
            // The remainder goes to the first ones.
            let share = size.vms / own.len() + usize::from(index < size.vms % own.len());
            (share > 0).then(|| machine(network, share))
        }));
    }
    AzureSpec {
        page_size: 100,
        graph_page_size: 1000,
        tenants: (size.subscriptions > 0).then(tenant).into_iter().collect(),
        subscriptions: subscriptions.iter().map(|name| subscription(name)).collect(),
        networks,
        machines,
        ..AzureSpec::default()
    }
}

fn tenant() -> TenantSpec {
    TenantSpec { name: spot(TENANT.into()), id: guid(TENANT) }
}

fn subscription(name: &str) -> SubscriptionSpec {
    SubscriptionSpec {
        name: spot(name.into()),
        display_name: None,
        id: guid(name),
        tenant: spot(TENANT.into()),
        state: SubscriptionState::Enabled,
        hidden_from_graph: false,
        disallowed: false,
        group: None,
    }
}

fn network(index: usize, subscription: &str, subnets: usize) -> AzureNetworkSpec {
    let block = nth_block(index);
    let count = u32::try_from(subnets).unwrap_or_default();
    AzureNetworkSpec {
        name: spot(format!("{subscription}-vnet-{index}")),
        subscription: spot(subscription.into()),
        group: None,
        location: LOCATIONS[index % LOCATIONS.len()].into(),
        cidrs: vec![IpNet::V4(block)],
        tags: Tags::new(),
        subnets: vec![AzureSubnetSpec {
            name: spot("app".into()),
            cidr: Some(IpNet::V4(first_subnet(block, count))),
            prefixes: Vec::new(),
            delegation: None,
            used: None,
            count,
        }],
    }
}

fn machine(network: &AzureNetworkSpec, count: usize) -> MachineSpec {
    let name: &Spanned<String> = &network.name;
    MachineSpec {
        name: spot(format!("{}-app", name.get_ref())),
        r#in: vec![spot(format!("{}/app", name.get_ref()))],
        group: None,
        interface_group: None,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        size: "Standard_D2s_v5".into(),
        os: Os::Linux,
        state: Power::Running,
        zone: None,
        public: false,
        blocks: 0,
        tags: Tags::new(),
    }
}
