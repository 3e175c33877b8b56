//! The lists of the Azure Resource Manager, each by the generated client that knows it.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt, stream};

use super::api::{HubConnection, Nic, PublicIp, ScaleSet, ScaleSetMachine, VirtualHub};
use super::emptiness::Emptiness;
use super::id;
use super::line::{Line, Pages, client};
use super::refusal::Refusal;
use super::shared::{All, Item, Shared};
use crate::clouds::Failure;

/// How many scale sets or hubs of a subscription are asked at once.
const AT_ONCE: usize = 4;

/// Permissions, as Azure RBAC spells the calls.
pub mod action {
    /// `GET /subscriptions`.
    pub const SUBSCRIPTIONS: &str = "Microsoft.Resources/subscriptions/read";
    /// `GET /tenants`.
    pub const TENANTS: &str = "Microsoft.Resources/tenants/read";
    /// Virtual networks, with their subnets and peerings.
    pub const NETWORKS: &str = "Microsoft.Network/virtualNetworks/read";
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
}

/// Lists the subscriptions that the tenant's token can see.
pub fn subscriptions(line: &Line) -> Pages {
    line.list(action::SUBSCRIPTIONS, |access| {
        Ok(client!(azure_mgmt_subscription, access)?.subscriptions_client().list().into_stream())
    })
}

/// Lists the tenants that the caller is known in.
pub fn tenants(line: &Line) -> Pages {
    line.list(action::TENANTS, |access| {
        Ok(client!(azure_mgmt_subscription, access)?.tenants_client().list().into_stream())
    })
}

/// The lists of one subscription.
#[derive(Debug, Clone)]
pub struct Lists {
    line: Line,
    subscription: String,
}

impl Lists {
    /// Asks by the token of `line`, counting against `subscription`.
    pub fn new(line: &Line, subscription: &str, emptiness: Emptiness) -> Self {
        let line = line.to_subscription(subscription, emptiness);
        Self { line, subscription: subscription.to_owned() }
    }

    /// Returns why nothing can be in the subscription, once a list has shown it.
    pub fn emptiness(&self) -> Option<&str> {
        self.line.emptiness.words()
    }

    /// Asks for one list, to learn whether anything can be in the subscription.
    pub async fn find_emptiness(&self) -> Option<&str> {
        let _ = self.networks().next().await;
        self.emptiness()
    }

    /// Virtual networks, with their subnets and peerings.
    pub fn networks(&self) -> Pages {
        self.line.list(action::NETWORKS, |access| {
            let client = client!(azure_mgmt_network, access)?.virtual_networks_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Virtual hubs.
    pub fn hubs(&self) -> Pages {
        self.line.list(action::HUBS, |access| {
            let client = client!(azure_mgmt_network, access)?.virtual_hubs_client();
            Ok(client.list(&self.subscription).into_stream())
        })
    }

    /// Network interfaces, but those of uniform scale sets.
    pub fn nics(&self) -> Pages {
        self.line.list(action::NICS, |access| {
            let client = client!(azure_mgmt_network, access)?.network_interfaces_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Public addresses, but those of uniform scale sets.
    pub fn public_ips(&self) -> Pages {
        self.line.list(action::PUBLIC_IPS, |access| {
            let client = client!(azure_mgmt_network, access)?.public_ip_addresses_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Private endpoints.
    pub fn endpoints(&self) -> Pages {
        self.line.list(action::ENDPOINTS, |access| {
            let client = client!(azure_mgmt_network, access)?.private_endpoints_client();
            Ok(client.list_by_subscription(&self.subscription).into_stream())
        })
    }

    /// Virtual machines, those of flexible scale sets among them.
    pub fn machines(&self) -> Pages {
        self.line.list(action::MACHINES, |access| {
            let client = client!(azure_mgmt_compute, access)?.virtual_machines_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Power states of all machines: one list, and not a request for each machine.
    pub fn states(&self) -> Pages {
        self.line.list(action::MACHINES, |access| {
            let client = client!(azure_mgmt_compute, access)?.virtual_machines_client();
            Ok(client.list_all(&self.subscription).status_only("true").into_stream())
        })
    }

    /// Scale sets.
    pub fn sets(&self) -> Pages {
        self.line.list(action::SETS, |access| {
            let client = client!(azure_mgmt_compute, access)?.virtual_machine_scale_sets_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Machine sizes of one region: all regions' would be tens of megabytes.
    pub fn skus(&self, region: &str) -> Pages {
        self.line.list(action::SKUS, |access| {
            let client = client!(azure_mgmt_compute, access)?.resource_skus_client();
            let wanted = format!("location eq '{}'", region.replace('\'', "''"));
            Ok(client.list(&self.subscription).filter(wanted).into_stream())
        })
    }

    /// Tells whether a machine exists.
    ///
    /// # Errors
    /// When it cannot be told, such as for want of permission.
    pub async fn has_machine(&self, id: &str) -> Result<bool, Failure> {
        let Some((group, name)) = id::group_and_name(id) else { return Ok(false) };
        let asked = self.line.ask(
            action::MACHINES,
            |_, _| Ok(()),
            |access| {
                let client = client!(azure_mgmt_compute, access)?.virtual_machines_client();
                let sent = client.get(group, name, &self.subscription).send();
                Ok(async move { sent.await.map(drop) })
            },
        );
        found(asked.await)
    }

    /// Tells whether a scale set exists.
    ///
    /// # Errors
    /// Likewise.
    pub async fn has_scale_set(&self, id: &str) -> Result<bool, Failure> {
        let Some((group, name)) = id::group_and_name(id) else { return Ok(false) };
        let asked = self.line.ask(
            action::SETS,
            |_, _| Ok(()),
            |access| {
                let client = client!(azure_mgmt_compute, access)?.virtual_machine_scale_sets_client();
                let sent = client.get(group, name, &self.subscription).send();
                Ok(async move { sent.await.map(drop) })
            },
        );
        found(asked.await)
    }

    /// Returns the subscription's id.
    pub fn subscription(&self) -> &str {
        &self.subscription
    }

    /// Connections of all `hubs`; a Route Server has none.
    pub fn connections(&self, hubs: &Arc<Shared<VirtualHub>>) -> Arc<Shared<HubConnection>> {
        let lists = self.clone();
        self.of_each(
            hubs,
            |hub| hub.id.clone().filter(|_| !hub.is_route_server()),
            move |group, name| {
                lists.line.list(action::CONNECTIONS, |access| {
                    let client =
                        client!(azure_mgmt_network, access)?.hub_virtual_network_connections_client();
                    Ok(client.list(&lists.subscription, group, name).into_stream())
                })
            },
        )
    }

    /// Machines of all uniform scale sets among `sets`; those of flexible ones are in the list of machines.
    pub fn set_machines(&self, sets: &Arc<Shared<ScaleSet>>) -> Arc<Shared<ScaleSetMachine>> {
        let lists = self.clone();
        self.of_each(sets, uniform, move |group, name| {
            lists.line.list(action::SET_MACHINES, |access| {
                let client = client!(azure_mgmt_compute, access)?.virtual_machine_scale_set_v_ms_client();
                Ok(client.list(group, name, &lists.subscription).expand("instanceView").into_stream())
            })
        })
    }

    /// Network interfaces of all uniform scale sets among `sets`.
    pub fn set_nics(&self, sets: &Arc<Shared<ScaleSet>>) -> Arc<Shared<Nic>> {
        let lists = self.clone();
        self.of_each(sets, uniform, move |group, name| {
            lists.line.list(action::SET_NICS, |access| {
                let client = client!(azure_mgmt_network, access)?.network_interfaces_client();
                let list = client.list_virtual_machine_scale_set_network_interfaces(
                    group,
                    name,
                    &lists.subscription,
                );
                Ok(list.into_stream())
            })
        })
    }

    /// Public addresses of all uniform scale sets among `sets`.
    pub fn set_public_ips(&self, sets: &Arc<Shared<ScaleSet>>) -> Arc<Shared<PublicIp>> {
        let lists = self.clone();
        self.of_each(sets, uniform, move |group, name| {
            lists.line.list(action::SET_PUBLIC_IPS, |access| {
                let client = client!(azure_mgmt_network, access)?.public_ip_addresses_client();
                let list = client.list_virtual_machine_scale_set_public_ip_addresses(
                    group,
                    name,
                    &lists.subscription,
                );
                Ok(list.into_stream())
            })
        })
    }

    /// Joins a list of each parent into one. A parent that went since it was listed takes its own list with it;
    /// any other failure is of the whole.
    fn of_each<P, T>(
        &self,
        parents: &Arc<Shared<P>>,
        pick: fn(&P) -> Option<String>,
        list: impl Fn(&str, &str) -> Pages + Send + Sync + 'static,
    ) -> Arc<Shared<T>>
    where
        P: Item,
        T: Item,
    {
        let (parents, list) = (Arc::clone(parents), Arc::new(list));
        Shared::later(&self.subscription, move || {
            let (parents, list) = (Arc::clone(&parents), Arc::clone(&list));
            let pages = async move {
                let All { items, failures } = parents.all().await;
                let ids = items.iter().filter_map(|item| pick(item));
                let lists: Vec<Pages> = ids
                    .filter_map(|id| {
                        let (group, name) = id::group_and_name(&id)?;
                        Some(list(group, name))
                    })
                    .collect();
                let unknown = failures.into_iter().map(|failure| Err(Refusal::of(failure)));
                stream::iter(lists)
                    .flatten_unordered(AT_ONCE)
                    .filter(|page| std::future::ready(!matches!(page, Err(refusal) if refusal.is_gone())))
                    .chain(stream::iter(unknown))
                    .boxed()
            };
            pages.boxed()
        })
    }
}

fn uniform(set: &ScaleSet) -> Option<String> {
    set.is_uniform().then(|| set.id.clone()).flatten()
}

/// Whatever the answer holds: what is answered for is there.
fn found(answer: Result<(), Refusal>) -> Result<bool, Failure> {
    match answer {
        Ok(()) => Ok(true),
        Err(refusal) if refusal.is_gone() => Ok(false),
        Err(refusal) => Err(refusal.failure),
    }
}
