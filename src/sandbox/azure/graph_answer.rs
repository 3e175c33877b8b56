//! Answers queries of Resource Graph, page by page.
//! <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>
//!
//! Its rows are the resource manager's items, with a few columns in front.

use std::cmp::Ordering;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::faults::{AzureService, GatedRequest};
use super::graph_query::{COLUMNS, GraphQuery, GraphTable, SortColumn};
use super::list_items::Item;
use super::render::{policies, power_state};
use super::request::AzureRequest;
use super::{answers, entra};
use crate::sandbox::answer::Answer;
use crate::sandbox::estate::azure::resource_type::{
    ENDPOINT, HUB, INTERFACE, MACHINE, NETWORK, PUBLIC_IP, SCALE_SET,
};
use crate::sandbox::estate::azure::{Named, Os, Power, ResourceChange, ScaleSet, Subscription, Tenant};
use crate::sandbox::faults::ListFaults;
use crate::sandbox::pages::PageWindow;
use crate::sandbox::state::State;

const PATH: &str = "/providers/Microsoft.ResourceGraph/resources";

/// What a query takes.
const ACTION: &str = "Microsoft.ResourceGraph/resources/read";

/// The most rows that a page may ask for.
const LARGEST_PAGE: usize = 1000;

/// The body of a request.
#[derive(Debug, Deserialize)]
struct GraphRequest {
    /// All that the caller sees, when absent.
    #[serde(default)]
    subscriptions: Vec<String>,
    query: String,
    #[serde(default)]
    options: GraphOptions,
}

#[derive(Debug, Default, Deserialize)]
struct GraphOptions {
    #[serde(rename = "$top")]
    top: Option<usize>,
    #[serde(rename = "$skip", default)]
    skip: usize,
    #[serde(rename = "$skipToken")]
    skip_token: Option<String>,
    #[serde(rename = "resultFormat")]
    result_format: Option<String>,
}

/// Tells whether a path is that of queries.
pub fn is_path(path: &str) -> bool {
    path.eq_ignore_ascii_case(PATH)
}

/// Answers a query.
pub async fn answer(state: &State, request: &AzureRequest<'_>, id: &str) -> Result<Answer, Answer> {
    let tenant = entra::tenant_of_request(state, request)?;
    if request.parameter("api-version").is_none_or(|version| version.is_empty()) {
        let message = "The api-version query parameter (?api-version=) is required for all requests.";
        return Err(answers::arm_error(400, "MissingApiVersionParameter", message));
    }
    let (service, account) = (AzureService::Graph, &*tenant.id);
    let gated = GatedRequest { state, service, tenant, account, action: ACTION, scope: "/", id };
    Ok(gated.answer(|faults| run_query(state, tenant, request.body, faults, id)).await)
}

fn run_query(
    state: &State,
    tenant: &Tenant,
    body: &[u8],
    faults: &ListFaults,
    id: &str,
) -> Result<Answer, Answer> {
    let bad = |code: &str, message: &str| answers::graph_error(400, "BadRequest", &[(code, message)], id);
    let graph_request: GraphRequest = serde_json::from_slice(body)
        .map_err(|error| bad("InvalidRequestBody", &format!("The request body is invalid: {error}.")))?;
    let query = GraphQuery::parse(&graph_request.query).ok_or_else(|| {
        let message = "Query is invalid. Please refer to the documentation for the Azure Resource Graph service \
                       and fix the error before retrying.";
        bad("InvalidQuery", message)
    })?;
    if graph_request.options.result_format.as_deref().is_some_and(|format| format != "objectArray") {
        return Err(bad("InvalidResultFormat", "The sandbox answers with resultFormat objectArray only."));
    }
    let size = graph_request.options.top.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(bad("InvalidTop", "$top must be between 1 and 1000."));
    }
    let size = size.min(state.estate.azure.graph_page_size);
    let body = answer_page(state, tenant, &graph_request, &query, size, faults)
        .ok_or_else(|| bad("InvalidSkipToken", "The $skipToken is not valid for this query."))?;
    Ok(answers::indented(200, &body)
        .with("x-ms-user-quota-remaining", "14")
        .with("x-ms-user-quota-resets-after", "00:00:05"))
}

/// Writes a page; `None` when the token does not lead to one.
fn answer_page(
    state: &State,
    tenant: &Tenant,
    graph_request: &GraphRequest,
    query: &GraphQuery,
    size: usize,
    faults: &ListFaults,
) -> Option<Value> {
    let changes = state.server.resource_changes();
    let mut rows = rows(query, &visible_subscriptions(state, tenant, &graph_request.subscriptions), &changes);
    if faults.is_disordered {
        rows.reverse();
    }
    let options = &graph_request.options;
    let scope =
        format!("{}/{:?}/{}/{}", tenant.id, graph_request.subscriptions, graph_request.query, options.skip);
    let left = &rows[options.skip.min(rows.len())..];
    let page = PageWindow::from_token(scope, options.skip_token.as_deref(), size, faults.page_loop)?;
    let (range, next) = page.slice(left.len());
    let mut data: Vec<Value> = left[range].iter().map(|row| row.render(query)).collect();
    let count = data.len();
    if faults.is_short {
        data.pop();
    }
    // Truncated is what the caller did not ask to cut. Without ids there is no way to the rest:
    // https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data#paging-results
    let truncated = next.is_some() && (options.top.is_none() || !query.has_id());
    let mut body = json!({
        "totalRecords": rows.len(),
        "count": count,
        "resultTruncated": truncated.to_string(),
        "facets": [],
        "data": data,
    });
    if let Some(next) = next.filter(|_| query.has_id()) {
        body["$skipToken"] = next.into();
    }
    Some(body)
}

/// Finds the subscriptions that a query is about. Those that the caller has no rights to are left out without an error,
/// as in Azure.
fn visible_subscriptions<'a>(state: &'a State, tenant: &Tenant, wanted: &[String]) -> Vec<&'a Subscription> {
    let all = state.estate.azure.subscriptions();
    let is_shown = |one: &&Subscription| !one.hidden_from_graph && !one.is_empty_for_ever();
    let own = all.filter(|subscription| subscription.tenant == tenant.id).filter(is_shown);
    let wanted = |id: &str| wanted.is_empty() || wanted.iter().any(|one| one.eq_ignore_ascii_case(id));
    own.filter(|subscription| wanted(&subscription.id)).collect()
}

const SUBSCRIPTION: &str = "microsoft.resources/subscriptions";
const CHANGE: &str = "microsoft.resources/changes";
const INSTANCE: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines";
const INSTANCE_INTERFACE: &str =
    "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces";
const INSTANCE_PUBLIC_IP: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses";

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
pub struct GraphRow<'a> {
    subscription: &'a Subscription,
    kind: &'static str,
    /// What it is sorted by.
    pub id: &'a str,
    location: &'a str,
    item: Item<'a>,
}

/// Lists the rows of a query over some subscriptions, in which `changes` were made.
pub fn rows<'a>(
    query: &GraphQuery,
    subscriptions: &[&'a Subscription],
    changes: &'a [Arc<ResourceChange>],
) -> Vec<GraphRow<'a>> {
    let mut rows = Vec::new();
    for subscription in subscriptions {
        match query.table {
            GraphTable::ResourceContainers => containers(subscription, &mut rows),
            GraphTable::Resources => resources(subscription, &mut rows),
            GraphTable::ComputeResources => compute(subscription, &mut rows),
            GraphTable::ResourceChanges => {
                let of_it = changes.iter().filter(|change| change.subscription == subscription.id);
                rows.extend(of_it.filter(|change| query.wants_change(change)).map(|change| GraphRow {
                    subscription,
                    kind: CHANGE,
                    id: &change.id,
                    location: "",
                    item: Item::Change(change),
                }));
            }
        }
    }
    rows.retain(|row| query.wants(row.kind));
    rows.sort_by(|one, other| {
        let by = |order: &SortColumn| match order {
            SortColumn::Id => one.id.cmp(other.id),
            SortColumn::SubscriptionId => one.subscription.id.cmp(&other.subscription.id),
        };
        query.order.iter().map(by).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    });
    rows
}

fn containers<'a>(all: &'a Subscription, rows: &mut Vec<GraphRow<'a>>) {
    let item = Item::Subscription(all);
    rows.push(GraphRow { subscription: all, kind: SUBSCRIPTION, id: &all.id, location: "", item });
}

fn resources<'a>(all: &'a Subscription, rows: &mut Vec<GraphRow<'a>>) {
    let row = |kind, named, item| GraphRow::new(all, kind, named, item);
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
            GraphRow { subscription: all, kind, id, location, item: Item::Raw(item) }
        }));
    }
}

fn compute<'a>(all: &'a Subscription, rows: &mut Vec<GraphRow<'a>>) {
    for set in &all.scale_sets {
        rows.extend(set.instances.iter().flat_map(|instance| {
            let row = |kind, named, item| GraphRow::new(all, kind, named, item);
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

impl<'a> GraphRow<'a> {
    fn new(subscription: &'a Subscription, kind: &'static str, named: &'a Named, item: Item<'a>) -> Self {
        Self { subscription, kind, id: &named.id, location: &named.location, item }
    }

    /// Writes the columns that a query asks for.
    pub fn render(&self, query: &GraphQuery) -> Value {
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
            Some(columns) => {
                columns.iter().map(|column| (column.name.clone(), column.value(&mut cell))).collect()
            }
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
