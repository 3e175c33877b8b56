//! Azure Resource Graph: all subscriptions of a tenant in a few paged queries.
//!
//! Rows come in the order of subscriptions, and so those of one are complete as soon as a row of a later one is
//! there: readers of the first subscriptions need not wait for the last page.

use std::collections::{BTreeSet, HashMap};
use std::num::NonZeroU32;
use std::sync::Arc;

use azure_mgmt_resourcegraph::models::{
    QueryRequest, QueryRequestOptions, query_request_options::ResultFormat,
};
use futures_util::StreamExt;
use futures_util::stream;
use governor::{DefaultDirectRateLimiter, Quota as Rate, RateLimiter};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;

use super::line::{Line, Pages, client};
use super::manager::action::GRAPH;
use super::page::{GraphPage, Items};
use super::refusal::Refusal;
use crate::model::Kind;

/// Rows of a page at most:
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/work-with-data>.
const PAGE: i32 = 1000;
/// Subscriptions of a query at most (same place).
const SUBSCRIPTIONS: usize = 1000;
/// 15 queries in 5 seconds are allowed to a user in a tenant, and others may be at it too:
/// <https://learn.microsoft.com/azure/governance/resource-graph/concepts/guidance-for-throttled-requests>.
const RATE: (NonZeroU32, NonZeroU32) = (NonZeroU32::new(2).unwrap(), NonZeroU32::new(5).unwrap());

/// Types of the table `resources`.
pub mod kind {
    pub const NETWORKS: &str = "microsoft.network/virtualnetworks";
    pub const HUBS: &str = "microsoft.network/virtualhubs";
    pub const NICS: &str = "microsoft.network/networkinterfaces";
    pub const PUBLIC_IPS: &str = "microsoft.network/publicipaddresses";
    pub const ENDPOINTS: &str = "microsoft.network/privateendpoints";
    pub const MACHINES: &str = "microsoft.compute/virtualmachines";
    pub const SETS: &str = "microsoft.compute/virtualmachinescalesets";
    /// Of the table `computeresources`.
    pub const SET_MACHINES: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines";
    pub const SET_NICS: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces";
    pub const SET_PUBLIC_IPS: &str = "microsoft.compute/virtualmachinescalesets/virtualmachines/networkinterfaces/ipconfigurations/publicipaddresses";
}

/// What is asked for, for each kind of ours. Networks are looked at for machines too, as a cross-check.
fn resources(wanted: Kind) -> &'static [&'static str] {
    match wanted {
        Kind::Networks | Kind::Links => &[kind::NETWORKS, kind::HUBS],
        Kind::Subnets => &[kind::NETWORKS],
        Kind::Instances => &[kind::NETWORKS, kind::NICS, kind::PUBLIC_IPS, kind::MACHINES, kind::SETS],
        Kind::Interfaces => &[kind::NICS, kind::PUBLIC_IPS, kind::ENDPOINTS, kind::SETS],
    }
}

fn compute_resources(wanted: Kind) -> &'static [&'static str] {
    match wanted {
        Kind::Instances => &[kind::SET_MACHINES, kind::SET_NICS, kind::SET_PUBLIC_IPS],
        Kind::Interfaces => &[kind::SET_NICS, kind::SET_PUBLIC_IPS],
        Kind::Networks | Kind::Subnets | Kind::Links => &[],
    }
}

/// The graph of one tenant, for the subscriptions and kinds of a run.
#[derive(Debug)]
pub struct Graph {
    resources: Table,
    /// What is in scale sets. Azure in China has no such rows, and a cloud of one's own may not have them either.
    compute: Option<Table>,
}

impl Graph {
    /// Asks which of `subscriptions` the graph knows. It leaves out, without a word, those that it may not show.
    ///
    /// # Errors
    /// When the graph cannot be asked at all.
    pub async fn known(line: &Line, subscriptions: &[String]) -> Result<BTreeSet<String>, Refusal> {
        let query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' \
                     | project id, subscriptionId, type | order by subscriptionId asc, id asc";
        let mut rows = pages(Queries::new(line), query.to_owned(), subscriptions);
        let mut known = BTreeSet::new();
        while let Some(page) = rows.next().await {
            let heads = page?.iter().map(|row| head(row)).collect::<Result<Vec<_>, _>>()?;
            known.extend(heads.into_iter().map(|head| head.subscription));
        }
        Ok(known)
    }

    /// Prepares to read `kinds` of `subscriptions`; what is in scale sets only where the cloud's graph has it.
    pub fn new(line: &Line, subscriptions: &[String], kinds: &[Kind], has_compute: bool) -> Self {
        let mut ordered: Vec<String> = subscriptions.iter().map(|id| id.to_ascii_lowercase()).collect();
        ordered.sort_unstable();
        let queries = Queries::new(line);
        let table = |name: &str, types: fn(Kind) -> &'static [&'static str]| {
            let types: BTreeSet<&str> = kinds.iter().flat_map(|kind| types(*kind)).copied().collect();
            Table::new(match query(name, &types) {
                Some(query) => pages(queries.clone(), query, &ordered),
                None => stream::empty().boxed(),
            })
        };
        Self {
            resources: table("resources", resources),
            compute: has_compute.then(|| table("computeresources", compute_resources)),
        }
    }

    /// Tells whether it knows what is in scale sets.
    pub const fn has_compute(&self) -> bool {
        self.compute.is_some()
    }

    /// Returns the rows of one type in one subscription, once.
    pub async fn rows(&self, subscription: &str, kind: &str) -> Pages {
        let in_compute = kind.starts_with("microsoft.compute/virtualmachinescalesets/");
        let table = self.compute.as_ref().filter(|_| in_compute).unwrap_or(&self.resources);
        let (items, failed) = table.take(&subscription.to_ascii_lowercase(), kind).await;
        stream::iter([Ok(items)].into_iter().chain(failed.map(Err))).boxed()
    }
}

fn query(table: &str, types: &BTreeSet<&str>) -> Option<String> {
    if types.is_empty() {
        return None;
    }
    let types = types.iter().map(|kind| format!("'{kind}'")).collect::<Vec<_>>().join(", ");
    Some(format!(
        "{table} | where type in~ ({types}) \
         | project id, name, type, location, subscriptionId, tags, zones, sku, properties \
         | order by subscriptionId asc, id asc"
    ))
}

/// Sends queries at the pace that the quota allows.
#[derive(Debug, Clone)]
struct Queries {
    line: Line,
    pace: Arc<DefaultDirectRateLimiter>,
}

impl Queries {
    fn new(line: &Line) -> Self {
        let rate = Rate::per_second(RATE.0).allow_burst(RATE.1);
        Self { line: line.clone(), pace: Arc::new(RateLimiter::direct(rate)) }
    }
}

/// Reads the answer to `query` about `subscriptions`, page by page.
fn pages(queries: Queries, query: String, subscriptions: &[String]) -> Pages {
    let parts: Vec<Vec<String>> = subscriptions.chunks(SUBSCRIPTIONS).map(<[String]>::to_vec).collect();
    let of_part = move |part: Vec<String>| {
        let first = Next { query: query.clone(), subscriptions: part, token: None, rows: PAGE };
        let queries = queries.clone();
        stream::try_unfold(Some(first), move |next| {
            let queries = queries.clone();
            async move {
                let Some(next) = next else { return Ok(None) };
                queries.page(next).await.map(Some)
            }
        })
    };
    stream::iter(parts).flat_map(of_part).boxed()
}

/// What brings the next page.
#[derive(Debug, Clone)]
struct Next {
    query: String,
    subscriptions: Vec<String>,
    token: Option<String>,
    /// How many rows at most.
    rows: i32,
}

impl Next {
    fn request(&self) -> QueryRequest {
        let options = QueryRequestOptions {
            top: Some(self.rows),
            skip_token: self.token.clone(),
            result_format: Some(ResultFormat::ObjectArray),
            ..QueryRequestOptions::default()
        };
        let mut request = QueryRequest::new(self.query.clone());
        request.subscriptions.clone_from(&self.subscriptions);
        request.options = Some(options);
        request
    }
}

impl Queries {
    /// Asks for a page, and for a smaller one as long as the answer would be too large.
    async fn page(&self, mut next: Next) -> Result<(Items, Option<Next>), Refusal> {
        loop {
            self.pace.until_ready().await;
            let request = next.request();
            let asked = self.line.ask(GRAPH, GraphPage::read, |access| {
                let sent = client!(azure_mgmt_resourcegraph, access)?.resources(request).send();
                Ok(async move { sent.await.map(drop) })
            });
            match asked.await {
                Err(refusal) if refusal.is_too_large() && next.rows > 1 => next.rows /= 2,
                Err(refusal) => return Err(refusal),
                Ok(page) if page.skip_token.is_some() && page.skip_token == next.token => {
                    return Err(Refusal::garbled(GRAPH, "its $skipToken leads back to the same page"));
                }
                Ok(page) => {
                    let following = page.skip_token.map(|token| Next { token: Some(token), ..next });
                    return Ok((page.data, following));
                }
            }
        }
    }
}

/// A query's rows, sorted out by subscription and type as they come.
#[derive(Debug)]
struct Table(Mutex<Rows>);

struct Rows {
    /// `None` at the end.
    pages: Option<Pages>,
    sorted: HashMap<(String, String), Items>,
    /// The subscription of the latest row; those before it are complete.
    reached: String,
    failed: Option<Refusal>,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("reached", &self.reached).finish_non_exhaustive()
    }
}

impl Table {
    fn new(pages: Pages) -> Self {
        Self(Mutex::new(Rows {
            pages: Some(pages),
            sorted: HashMap::new(),
            reached: String::new(),
            failed: None,
        }))
    }

    /// Takes the rows of `kind` in `subscription`, and what kept others away.
    async fn take(&self, subscription: &str, kind: &str) -> (Items, Option<Refusal>) {
        let mut rows = self.0.lock().await;
        while rows.reached.as_str() <= subscription && rows.pages.is_some() {
            rows.turn().await;
        }
        let items = rows.sorted.remove(&(subscription.to_owned(), kind.to_owned())).unwrap_or_default();
        let failed = rows.failed.clone().filter(|_| rows.reached.as_str() <= subscription);
        (items, failed)
    }
}

impl Rows {
    async fn turn(&mut self) {
        let Some(pages) = &mut self.pages else { return };
        let sorted = match pages.next().await {
            None => {
                self.pages = None;
                return;
            }
            Some(Ok(items)) => items.into_iter().try_for_each(|item| self.sort(item)),
            Some(Err(refusal)) => Err(refusal),
        };
        if let Err(refusal) = sorted {
            self.failed = Some(refusal);
            self.pages = None;
        }
    }

    fn sort(&mut self, item: Box<RawValue>) -> Result<(), Refusal> {
        let Head { subscription, kind } = head(&item)?;
        if subscription < self.reached {
            return Err(Refusal::garbled(GRAPH, "its rows are not in the order asked for"));
        }
        self.reached.clone_from(&subscription);
        self.sorted.entry((subscription, kind)).or_default().push(item);
        Ok(())
    }
}

/// What says where a row belongs, in lower case.
struct Head {
    subscription: String,
    kind: String,
}

fn head(row: &RawValue) -> Result<Head, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Columns {
        subscription_id: String,
        r#type: String,
    }
    let columns: Columns = serde_json::from_str(row.get())
        .map_err(|error| Refusal::garbled(GRAPH, &format!("a row belongs nowhere: {error}")))?;
    Ok(Head {
        subscription: columns.subscription_id.to_ascii_lowercase(),
        kind: columns.r#type.to_ascii_lowercase(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(subscription: &str, kind: &str, name: &str) -> Box<RawValue> {
        let row = serde_json::json!({ "subscriptionId": subscription, "type": kind, "id": name });
        RawValue::from_string(row.to_string()).unwrap()
    }

    fn table(pages: Vec<Result<Items, Refusal>>) -> Table {
        Table::new(stream::iter(pages).boxed())
    }

    #[tokio::test]
    async fn rows_of_a_subscription_are_there_before_the_last_page() {
        let first = vec![row("A", "T", "1"), row("a", "t", "2"), row("b", "t", "3")];
        let never = stream::pending();
        let table = Table::new(stream::iter([Ok(first)]).chain(never).boxed());
        let (rows, failed) = table.take("a", "t").await;
        assert_eq!((rows.len(), failed.is_none()), (2, true), "case does not count");
    }

    #[tokio::test]
    async fn a_failure_is_of_those_that_were_not_complete() {
        let refusal = Refusal::garbled(GRAPH, "broken");
        let table = table(vec![Ok(vec![row("a", "t", "1"), row("b", "t", "2")]), Err(refusal)]);
        assert!(table.take("a", "t").await.1.is_none());
        let (rows, failed) = table.take("b", "t").await;
        assert_eq!(rows.len(), 1, "what came stays");
        assert!(failed.is_some());
        assert!(table.take("c", "t").await.1.is_some(), "and what never came is unknown");
    }

    #[tokio::test]
    async fn rows_out_of_order_are_not_trusted() {
        let table = table(vec![Ok(vec![row("b", "t", "1"), row("a", "t", "2")])]);
        let (_, failed) = table.take("b", "t").await;
        assert!(failed.unwrap().to_string().contains("order"));
    }
}
