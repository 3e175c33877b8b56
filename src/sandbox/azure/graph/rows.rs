//! Rows of the tables: the resource manager's items, with a few columns in front.

use std::cmp::Ordering;

use serde_json::{Value, json};

use super::query::{COLUMNS, Order, Query, Table};
use crate::sandbox::azure::items::Item;
use crate::sandbox::azure::render::machine::power_state;
use crate::sandbox::azure::render::subscription::policies;
use crate::sandbox::estate::azure::{Named, Os, Power, ScaleSet, Subscription};

const SUBSCRIPTION: &str = "microsoft.resources/subscriptions";
const MACHINE: &str = "microsoft.compute/virtualmachines";
const SCALE_SET: &str = "microsoft.compute/virtualmachinescalesets";
const INSTANCE: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines";
const INSTANCE_INTERFACE: &str =
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces";
const INSTANCE_PUBLIC_IP: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses";
const NETWORK: &str = "microsoft.network/virtualnetworks";
const INTERFACE: &str = "microsoft.network/networkinterfaces";
const PUBLIC_IP: &str = "microsoft.network/publicipaddresses";
const HUB: &str = "microsoft.network/virtualhubs";
const ENDPOINT: &str = "microsoft.network/privateendpoints";

/// Types whose lists of estate files show up in the graph as well, by the list's name.
const RAW: [(&str, &str); 7] = [
    ("virtualNetworks", NETWORK),
    ("networkInterfaces", INTERFACE),
    ("publicIPAddresses", PUBLIC_IP),
    ("virtualHubs", HUB),
    ("privateEndpoints", ENDPOINT),
    ("virtualMachines", MACHINE),
    ("virtualMachineScaleSets", SCALE_SET),
];

/// A row, to be written only when its page is asked for.
#[derive(Debug)]
pub struct Row<'a> {
    subscription: &'a Subscription,
    kind: &'static str,
    /// What it is sorted by.
    pub id: &'a str,
    location: &'a str,
    item: Item<'a>,
}

/// Lists the rows of a query over some subscriptions.
pub fn rows<'a>(query: &Query, subscriptions: &[&'a Subscription]) -> Vec<Row<'a>> {
    let mut rows = Vec::new();
    for subscription in subscriptions {
        match query.table {
            Table::ResourceContainers => containers(subscription, &mut rows),
            Table::Resources => resources(subscription, &mut rows),
            Table::ComputeResources => compute(subscription, &mut rows),
        }
    }
    rows.retain(|row| query.wants(row.kind));
    rows.sort_by(|one, other| {
        let by = |order: &Order| match order {
            Order::Id => one.id.cmp(other.id),
            Order::SubscriptionId => one.subscription.id.cmp(&other.subscription.id),
        };
        query.order.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    rows
}

fn containers<'a>(all: &'a Subscription, rows: &mut Vec<Row<'a>>) {
    let item = Item::Subscription(all);
    rows.push(Row { subscription: all, kind: SUBSCRIPTION, id: &all.id, location: "", item });
}

fn resources<'a>(all: &'a Subscription, rows: &mut Vec<Row<'a>>) {
    let row = |kind, named, item| Row::new(all, kind, named, item);
    rows.extend(all.networks.iter().map(|it| row(NETWORK, &it.named, Item::Network(it))));
    rows.extend(all.interfaces.iter().map(|it| row(INTERFACE, &it.named, Item::Interface(it))));
    rows.extend(all.public_ips.iter().map(|it| row(PUBLIC_IP, &it.named, Item::PublicIp(it))));
    rows.extend(all.hubs.iter().map(|it| row(HUB, &it.named, Item::Hub(it))));
    rows.extend(all.endpoints.iter().map(|it| row(ENDPOINT, &it.named, Item::Endpoint(it))));
    rows.extend(all.machines.iter().map(|it| row(MACHINE, &it.named, Item::Machine(it))));
    rows.extend(all.scale_sets.iter().map(|it| row(SCALE_SET, &it.named, Item::ScaleSet(it))));
    for (list, kind) in RAW {
        rows.extend(all.raw(list).map(|item| {
            let text = |name: &str| item.get(name).and_then(Value::as_str).unwrap_or_default();
            let (id, location) = (text("id"), text("location"));
            Row { subscription: all, kind, id, location, item: Item::Raw(item) }
        }));
    }
}

fn compute<'a>(all: &'a Subscription, rows: &mut Vec<Row<'a>>) {
    for set in &all.scale_sets {
        rows.extend(set.instances.iter().flat_map(|instance| {
            let row = |kind, named, item| Row::new(all, kind, named, item);
            let interface = &instance.interface;
            let public = instance.public_ip.as_ref();
            let public = public.map(|it| row(INSTANCE_PUBLIC_IP, &it.named, Item::InstancePublicIp(it)));
            [
                row(INSTANCE, &instance.named, Item::Instance(set, instance, false)),
                row(INSTANCE_INTERFACE, &interface.named, Item::InstanceInterface(interface)),
            ]
            .into_iter()
            .chain(public)
        }));
    }
}

impl<'a> Row<'a> {
    fn new(subscription: &'a Subscription, kind: &'static str, named: &'a Named, item: Item<'a>) -> Self {
        Self { subscription, kind, id: &named.id, location: &named.location, item }
    }

    /// Writes the columns that a query asks for.
    pub fn render(&self, query: &Query) -> Value {
        let mut item = self.item.render();
        self.extend(&mut item);
        let mut cell = |column: &str| -> Value {
            match column {
                "type" => self.kind.into(),
                "tenantId" => self.subscription.tenant.as_str().into(),
                "subscriptionId" => self.subscription.id.as_str().into(),
                "location" => self.location.into(),
                "resourceGroup" => group(self.id).to_lowercase().into(),
                "kind" | "managedBy" => item.get_mut(column).map_or_else(|| "".into(), Value::take),
                column => item.get_mut(column).map(Value::take).unwrap_or_default(),
            }
        };
        match &query.columns {
            Some(columns) => columns.iter().map(|column| (column.clone(), cell(column))).collect(),
            None => COLUMNS.iter().map(|column| ((*column).to_owned(), cell(column))).collect(),
        }
    }

    /// Adds what the graph knows and the list does not say.
    fn extend(&self, item: &mut Value) {
        match self.item {
            Item::Machine(it) => item["properties"]["extended"] = extended(&it.named.name, it.os, it.power),
            Item::Instance(ScaleSet { os, .. }, it, _) => {
                item["properties"]["extended"] = extended(&it.named.name, *os, it.power);
            }
            Item::Subscription(it) => {
                *item = json!({
                    "id": item["id"],
                    "name": it.name,
                    "properties": {
                        "state": it.state.as_str(),
                        "subscriptionPolicies": policies(),
                        "managedByTenants": [],
                        "managementGroupAncestorsChain": [
                            { "name": it.tenant, "displayName": "Tenant Root Group" },
                        ],
                    },
                });
            }
            _ => {}
        }
    }
}

fn extended(name: &str, os: Os, power: Power) -> Value {
    let mut view = json!({ "computerName": name, "hyperVGeneration": "V2", "osName": os.as_str() });
    if let Some(state) = power_state(power) {
        view["powerState"] = state;
    }
    json!({ "instanceView": view })
}

/// Returns the name of the resource group that an id names.
fn group(id: &str) -> &str {
    let mut segments = id.split('/').skip_while(|segment| !segment.eq_ignore_ascii_case("resourceGroups"));
    segments.nth(1).unwrap_or_default()
}
