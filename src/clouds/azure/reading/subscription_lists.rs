//! Everything that is listed of one subscription: the lists of the Azure Resource Manager, each by the generated client
//! that knows it, and what fills the same lists from Azure Resource Graph.

use std::sync::Arc;

use azure_core_legacy::error::Error as LegacyError;
use azure_core_legacy::{Continuable, Pageable};
use futures_util::{FutureExt, StreamExt, stream};

use super::empty_subscriptions::EmptinessClaims;
use super::resource_graph::{ResourceGraph, row_type};
use super::shared_pager::{ListItem, ReadList, SharedPager};
use crate::clouds::Failure;
use crate::clouds::azure::api::{
    HubConnection, Nic, PrivateEndpoint, PublicIpAddress, ScaleSetVm, SubnetUsage, VirtualHub,
    VirtualMachine, VirtualNetwork, VmScaleSet,
};
use crate::clouds::azure::convert::subnet::has_uncounted_subnets;
use crate::clouds::azure::requests::arm_client::{ArmAccess, ArmClient, RawPages, client};
use crate::clouds::azure::requests::arm_error::ArmError;
use crate::clouds::azure::requests::arm_page::RawItems;
use crate::clouds::azure::requests::pauses::Quota;
use crate::clouds::azure::{permissions, resource_id};

/// How many scale sets or hubs of a subscription are asked at once.
const PARENTS_AT_ONCE: usize = 4;

/// Lists the subscriptions that the tenant's token can see.
pub fn subscriptions(client: &ArmClient) -> RawPages {
    client.list(permissions::SUBSCRIPTIONS, |access| {
        Ok(client!(azure_mgmt_subscription, access)?.subscriptions_client().list().into_stream())
    })
}

/// Lists the tenants that the caller is known in, as a member or a guest.
pub fn tenants(client: &ArmClient) -> RawPages {
    client.list(permissions::TENANTS, |access| {
        Ok(client!(azure_mgmt_subscription, access)?.tenants_client().list().into_stream())
    })
}

/// The lists of one subscription.
#[derive(Debug, Clone)]
pub struct ArmLists {
    client: ArmClient,
    subscription: String,
    claims: Arc<EmptinessClaims>,
}

impl ArmLists {
    /// Reads with the token of `client`. The requests count against the quota of `subscription`.
    pub fn new(client: &ArmClient, subscription: &str, claims: EmptinessClaims) -> Self {
        let client = client.with_quota(Quota::Subscription(subscription.to_owned()));
        Self { client, subscription: subscription.to_owned(), claims: Arc::new(claims) }
    }

    /// Returns what Azure claims of empty lists, and what refutes it.
    pub fn claims(&self) -> &EmptinessClaims {
        &self.claims
    }

    /// Reads one list, to learn whether Azure says that nothing at all is in the subscription.
    pub async fn is_empty_subscription(&self) -> bool {
        // The page does not matter: that it was asked for makes Azure claim or refute that the subscription is empty.
        let _ = self.networks().next().await;
        self.claims.is_empty_subscription()
    }

    /// Reads a list. One that Azure refuses because nothing can be in it is empty.
    fn list<P>(
        &self,
        action: &'static str,
        open: impl FnOnce(ArmAccess) -> azure_core_legacy::Result<Pageable<P, LegacyError>>,
    ) -> RawPages
    where
        P: Continuable + 'static,
    {
        let claims = Arc::clone(&self.claims);
        // Azure refuses such a list with `MissingSubscriptionRegistration` or `DisallowedOperation` instead of answering with
        // an empty one. Whether that is believed is decided when everything was read.
        let pages = self.client.list(action, open).map(move |page| match page {
            Err(error) if claims.record_claim(action, &error) => Ok(RawItems::new()),
            page => page,
        });
        // Machine sizes are a catalogue of Azure's, and no resources of the subscription.
        if action == permissions::SKUS { pages.boxed() } else { self.record_resources(action, pages.boxed()) }
    }

    /// Records whether `pages` show a resource.
    fn record_resources(&self, permission_or_type: &'static str, pages: RawPages) -> RawPages {
        let claims = Arc::clone(&self.claims);
        let record = move |page: &Result<RawItems, ArmError>| {
            if page.as_ref().is_ok_and(|items| !items.is_empty()) {
                claims.record_resource(permission_or_type);
            }
        };
        pages.inspect(record).boxed()
    }

    /// Virtual networks, with their subnets and peerings.
    pub fn networks(&self) -> RawPages {
        self.list(permissions::NETWORKS, |access| {
            let client = client!(azure_mgmt_network, access)?.virtual_networks_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Virtual hubs.
    pub fn hubs(&self) -> RawPages {
        self.list(permissions::HUBS, |access| {
            let client = client!(azure_mgmt_network, access)?.virtual_hubs_client();
            Ok(client.list(&self.subscription).into_stream())
        })
    }

    /// Network interfaces, but those of uniform scale sets.
    pub fn nics(&self) -> RawPages {
        self.list(permissions::NICS, |access| {
            let client = client!(azure_mgmt_network, access)?.network_interfaces_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Public addresses, but those of uniform scale sets.
    pub fn public_ips(&self) -> RawPages {
        self.list(permissions::PUBLIC_IPS, |access| {
            let client = client!(azure_mgmt_network, access)?.public_ip_addresses_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Private endpoints.
    pub fn endpoints(&self) -> RawPages {
        self.list(permissions::ENDPOINTS, |access| {
            let client = client!(azure_mgmt_network, access)?.private_endpoints_client();
            Ok(client.list_by_subscription(&self.subscription).into_stream())
        })
    }

    /// Virtual machines, those of flexible scale sets among them.
    pub fn machines(&self) -> RawPages {
        self.list(permissions::MACHINES, |access| {
            let client = client!(azure_mgmt_compute, access)?.virtual_machines_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Power states of all machines: one list, and not a request for each machine. It is the same call as that of the machines,
    /// and needs the same permission.
    pub fn states(&self) -> RawPages {
        self.list(permissions::MACHINES, |access| {
            let client = client!(azure_mgmt_compute, access)?.virtual_machines_client();
            Ok(client.list_all(&self.subscription).status_only("true").into_stream())
        })
    }

    /// Scale sets.
    pub fn sets(&self) -> RawPages {
        self.list(permissions::SETS, |access| {
            let client = client!(azure_mgmt_compute, access)?.virtual_machine_scale_sets_client();
            Ok(client.list_all(&self.subscription).into_stream())
        })
    }

    /// Machine sizes of one region: all regions' would be tens of megabytes.
    pub fn skus(&self, region: &str) -> RawPages {
        self.list(permissions::SKUS, |access| {
            let client = client!(azure_mgmt_compute, access)?.resource_skus_client();
            let wanted = format!("location eq '{}'", region.replace('\'', "''"));
            Ok(client.list(&self.subscription).filter(wanted).into_stream())
        })
    }

    /// Tells whether a machine exists.
    ///
    /// # Errors
    /// When Azure does not answer, such as when permission is missing.
    pub async fn has_machine(&self, id: &str) -> Result<bool, Failure> {
        let Some((group, name)) = resource_id::group_and_name(id) else { return Ok(false) };
        let asked = self.client.ask(
            permissions::MACHINES,
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
    /// When Azure does not answer, such as when permission is missing.
    pub async fn has_scale_set(&self, id: &str) -> Result<bool, Failure> {
        let Some((group, name)) = resource_id::group_and_name(id) else { return Ok(false) };
        let asked = self.client.ask(
            permissions::SETS,
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
    pub fn connections(&self, hubs: &Arc<SharedPager<VirtualHub>>) -> Arc<SharedPager<HubConnection>> {
        let lists = self.clone();
        self.join_child_lists(
            hubs,
            |hub| hub.id.clone().filter(|_| !hub.is_route_server()),
            move |group, name| {
                lists.list(permissions::CONNECTIONS, |access| {
                    let client =
                        client!(azure_mgmt_network, access)?.hub_virtual_network_connections_client();
                    Ok(client.list(&lists.subscription, group, name).into_stream())
                })
            },
        )
    }

    /// How many addresses are used in the subnets of those `networks` whose own answers do not tell.
    pub fn usages(&self, networks: &Arc<SharedPager<VirtualNetwork>>) -> Arc<SharedPager<SubnetUsage>> {
        let lists = self.clone();
        let uncounted =
            |network: &VirtualNetwork| network.id.clone().filter(|_| has_uncounted_subnets(network));
        self.join_child_lists(networks, uncounted, move |group, name| {
            lists.list(permissions::USAGES, |access| {
                let client = client!(azure_mgmt_network, access)?.virtual_networks_client();
                Ok(client.list_usage(group, name, &lists.subscription).into_stream())
            })
        })
    }

    /// Machines of all uniform scale sets among `sets`; those of flexible ones are in the list of machines.
    pub fn set_machines(&self, sets: &Arc<SharedPager<VmScaleSet>>) -> Arc<SharedPager<ScaleSetVm>> {
        let lists = self.clone();
        self.join_child_lists(sets, uniform, move |group, name| {
            lists.list(permissions::SET_MACHINES, |access| {
                let client = client!(azure_mgmt_compute, access)?.virtual_machine_scale_set_v_ms_client();
                Ok(client.list(group, name, &lists.subscription).expand("instanceView").into_stream())
            })
        })
    }

    /// Network interfaces of all uniform scale sets among `sets`.
    pub fn set_nics(&self, sets: &Arc<SharedPager<VmScaleSet>>) -> Arc<SharedPager<Nic>> {
        let lists = self.clone();
        self.join_child_lists(sets, uniform, move |group, name| {
            lists.list(permissions::SET_NICS, |access| {
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
    pub fn set_public_ips(&self, sets: &Arc<SharedPager<VmScaleSet>>) -> Arc<SharedPager<PublicIpAddress>> {
        let lists = self.clone();
        self.join_child_lists(sets, uniform, move |group, name| {
            lists.list(permissions::SET_PUBLIC_IPS, |access| {
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

    /// Joins a list of each parent into one. A parent that was deleted since it was listed has no list any more, which is
    /// no failure. Any other failure is one of the whole list.
    fn join_child_lists<P, T>(
        &self,
        parents: &Arc<SharedPager<P>>,
        pick: fn(&P) -> Option<String>,
        list: impl Fn(&str, &str) -> RawPages + Send + Sync + 'static,
    ) -> Arc<SharedPager<T>>
    where
        P: ListItem,
        T: ListItem,
    {
        let (parents, list) = (Arc::clone(parents), Arc::new(list));
        SharedPager::new_deferred(&self.subscription, move || {
            let (parents, list) = (Arc::clone(&parents), Arc::clone(&list));
            let pages = async move {
                // A parent that could not be read may have children too, so its failure is one of this list as well.
                let ReadList { items, failures } = parents.read_all().await;
                let ids = items.iter().filter_map(|item| pick(item));
                let lists: Vec<RawPages> = ids
                    .filter_map(|id| {
                        let (group, name) = resource_id::group_and_name(&id)?;
                        Some(list(group, name))
                    })
                    .collect();
                let unknown = failures.into_iter().map(|failure| Err(ArmError::from(failure)));
                stream::iter(lists)
                    .flatten_unordered(PARENTS_AT_ONCE)
                    .filter(|page| {
                        std::future::ready(!matches!(page, Err(error) if error.is_missing_resource()))
                    })
                    .chain(stream::iter(unknown))
                    .boxed()
            };
            pages.boxed()
        })
    }
}

fn uniform(set: &VmScaleSet) -> Option<String> {
    set.is_uniform().then(|| set.id.clone()).flatten()
}

/// A resource that Azure answers for exists, whatever the answer contains.
fn found(answer: Result<(), ArmError>) -> Result<bool, Failure> {
    match answer {
        Ok(()) => Ok(true),
        Err(error) if error.is_missing_resource() => Ok(false),
        Err(error) => Err(error.failure),
    }
}

/// The lists of a subscription. Both ways of reading fill the same ones, with items of the same shape.
#[derive(Debug)]
pub struct SubscriptionLists {
    pub networks: Arc<SharedPager<VirtualNetwork>>,
    /// Read only when usage is measured.
    pub usages: Arc<SharedPager<SubnetUsage>>,
    pub hubs: Arc<SharedPager<VirtualHub>>,
    pub connections: Arc<SharedPager<HubConnection>>,
    pub nics: Arc<SharedPager<Nic>>,
    pub public_ips: Arc<SharedPager<PublicIpAddress>>,
    pub endpoints: Arc<SharedPager<PrivateEndpoint>>,
    pub machines: Arc<SharedPager<VirtualMachine>>,
    /// Power states, by machine; empty where the machines themselves tell.
    pub states: Arc<SharedPager<VirtualMachine>>,
    pub sets: Arc<SharedPager<VmScaleSet>>,
    pub set_machines: Arc<SharedPager<ScaleSetVm>>,
    pub set_nics: Arc<SharedPager<Nic>>,
    pub set_public_ips: Arc<SharedPager<PublicIpAddress>>,
}

impl SubscriptionLists {
    /// Reads by the lists of the resource manager.
    pub fn from_resource_manager(subscription: &str, lists: &ArmLists) -> Self {
        let networks = SharedPager::new(subscription, lists.networks());
        let hubs = SharedPager::new(subscription, lists.hubs());
        let sets = SharedPager::new(subscription, lists.sets());
        Self {
            usages: lists.usages(&networks),
            networks,
            connections: lists.connections(&hubs),
            hubs,
            nics: SharedPager::new(subscription, lists.nics()),
            public_ips: SharedPager::new(subscription, lists.public_ips()),
            endpoints: SharedPager::new(subscription, lists.endpoints()),
            machines: SharedPager::new(subscription, lists.machines()),
            states: SharedPager::new(subscription, lists.states()),
            set_machines: lists.set_machines(&sets),
            set_nics: lists.set_nics(&sets),
            set_public_ips: lists.set_public_ips(&sets),
            sets,
        }
    }

    /// Reads from the rows of `graph`, and by lists what is not in it: connections of hubs, and in some clouds what
    /// is in scale sets.
    pub fn from_resource_graph(subscription: &str, graph: &Arc<ResourceGraph>, lists: &ArmLists) -> Self {
        let networks = rows_of_type(lists, graph, row_type::NETWORKS);
        let hubs = rows_of_type(lists, graph, row_type::HUBS);
        let sets = rows_of_type(lists, graph, row_type::SETS);
        let (set_machines, set_nics, set_public_ips) = if graph.has_compute() {
            (
                rows_of_type(lists, graph, row_type::SET_MACHINES),
                rows_of_type(lists, graph, row_type::SET_NICS),
                rows_of_type(lists, graph, row_type::SET_PUBLIC_IPS),
            )
        } else {
            (lists.set_machines(&sets), lists.set_nics(&sets), lists.set_public_ips(&sets))
        };
        Self {
            usages: lists.usages(&networks),
            networks,
            connections: lists.connections(&hubs),
            hubs,
            nics: rows_of_type(lists, graph, row_type::NICS),
            public_ips: rows_of_type(lists, graph, row_type::PUBLIC_IPS),
            endpoints: rows_of_type(lists, graph, row_type::ENDPOINTS),
            machines: rows_of_type(lists, graph, row_type::MACHINES),
            states: SharedPager::new(subscription, stream::empty().boxed()),
            sets,
            set_machines,
            set_nics,
            set_public_ips,
        }
    }
}

/// Reads one type of rows. They are asked for when the first read wants them, so that a subscription that waits for its rows
/// holds back no other.
fn rows_of_type<T: ListItem>(
    lists: &ArmLists,
    graph: &Arc<ResourceGraph>,
    row_type: &'static str,
) -> Arc<SharedPager<T>> {
    let (graph, lists) = (Arc::clone(graph), lists.clone());
    let subscription = lists.subscription().to_owned();
    SharedPager::new_deferred(&subscription, move || {
        let (graph, lists) = (Arc::clone(&graph), lists.clone());
        async move { lists.record_resources(row_type, graph.rows(lists.subscription(), row_type).await) }
            .boxed()
    })
}
