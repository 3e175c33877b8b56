//! Everything of one subscription, read when somebody needs it, from wherever it is read.

use std::sync::Arc;

use futures_util::{FutureExt, StreamExt, stream};

use super::api::{
    HubConnection, Machine, Nic, PrivateEndpoint, PublicIp, ScaleSet, ScaleSetMachine, VirtualHub,
    VirtualNetwork,
};
use super::graph::{Graph, kind};
use super::manager::Lists;
use super::shared::{Item, Shared};

/// The lists of a subscription. Both ways of reading fill the same ones, with items of the same shape.
#[derive(Debug)]
pub struct Holdings {
    pub networks: Arc<Shared<VirtualNetwork>>,
    pub hubs: Arc<Shared<VirtualHub>>,
    pub connections: Arc<Shared<HubConnection>>,
    pub nics: Arc<Shared<Nic>>,
    pub public_ips: Arc<Shared<PublicIp>>,
    pub endpoints: Arc<Shared<PrivateEndpoint>>,
    pub machines: Arc<Shared<Machine>>,
    /// Power states, by machine; empty where the machines themselves tell.
    pub states: Arc<Shared<Machine>>,
    pub sets: Arc<Shared<ScaleSet>>,
    pub set_machines: Arc<Shared<ScaleSetMachine>>,
    pub set_nics: Arc<Shared<Nic>>,
    pub set_public_ips: Arc<Shared<PublicIp>>,
}

impl Holdings {
    /// Reads by the lists of the resource manager.
    pub fn by_lists(subscription: &str, lists: &Lists) -> Self {
        let hubs = Shared::new(subscription, lists.hubs());
        let sets = Shared::new(subscription, lists.sets());
        Self {
            networks: Shared::new(subscription, lists.networks()),
            connections: lists.connections(&hubs),
            hubs,
            nics: Shared::new(subscription, lists.nics()),
            public_ips: Shared::new(subscription, lists.public_ips()),
            endpoints: Shared::new(subscription, lists.endpoints()),
            machines: Shared::new(subscription, lists.machines()),
            states: Shared::new(subscription, lists.states()),
            set_machines: lists.set_machines(&sets),
            set_nics: lists.set_nics(&sets),
            set_public_ips: lists.set_public_ips(&sets),
            sets,
        }
    }

    /// Reads from the rows of `graph`, and by lists what is not in it: connections of hubs, and in some clouds what
    /// is in scale sets.
    pub fn by_graph(subscription: &str, graph: &Arc<Graph>, lists: &Lists) -> Self {
        let hubs = of_graph(subscription, graph, kind::HUBS);
        let sets = of_graph(subscription, graph, kind::SETS);
        let (set_machines, set_nics, set_public_ips) = if graph.has_compute() {
            (
                of_graph(subscription, graph, kind::SET_MACHINES),
                of_graph(subscription, graph, kind::SET_NICS),
                of_graph(subscription, graph, kind::SET_PUBLIC_IPS),
            )
        } else {
            (lists.set_machines(&sets), lists.set_nics(&sets), lists.set_public_ips(&sets))
        };
        Self {
            networks: of_graph(subscription, graph, kind::NETWORKS),
            connections: lists.connections(&hubs),
            hubs,
            nics: of_graph(subscription, graph, kind::NICS),
            public_ips: of_graph(subscription, graph, kind::PUBLIC_IPS),
            endpoints: of_graph(subscription, graph, kind::ENDPOINTS),
            machines: of_graph(subscription, graph, kind::MACHINES),
            states: Shared::new(subscription, stream::empty().boxed()),
            sets,
            set_machines,
            set_nics,
            set_public_ips,
        }
    }
}

/// Reads one type of rows; who waits for them holds back no other subscription.
fn of_graph<T: Item>(subscription: &str, graph: &Arc<Graph>, kind: &'static str) -> Arc<Shared<T>> {
    let (graph, id) = (Arc::clone(graph), subscription.to_owned());
    Shared::later(subscription, move || {
        let (graph, id) = (Arc::clone(&graph), id.clone());
        async move { graph.rows(&id, kind).await }.boxed()
    })
}
