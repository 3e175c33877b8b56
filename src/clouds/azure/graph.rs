//! Azure Resource Graph: all subscriptions of a tenant in a few paged queries.
//!
//! Rows are asked for in the order of subscriptions, and so those of one are complete as soon as a row of a later one
//! is there: readers of the first subscriptions need not wait for the last page. Should a later page show that the
//! answer kept no order, or is short of rows, [`Graph::doubt`] says so of what was handed out already.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;
use std::sync::Arc;

use azure_mgmt_resourcegraph::models::{
    QueryRequest, QueryRequestOptions, query_request_options::ResultFormat,
};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use governor::{DefaultDirectRateLimiter, Quota as Rate, RateLimiter};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;

use super::id;
use super::line::{Line, Pages, client};
use super::manager::action::GRAPH;
use super::page::{GraphPage, Items};
use super::refusal::Refusal;
use crate::clouds::page_tokens::PageTokens;
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
        // Interfaces tell how many addresses each of their configurations takes in a subnet.
        Kind::Subnets => &[kind::NETWORKS, kind::NICS, kind::SETS],
        Kind::Instances => &[kind::NETWORKS, kind::NICS, kind::PUBLIC_IPS, kind::MACHINES, kind::SETS],
        Kind::Interfaces => &[kind::NICS, kind::PUBLIC_IPS, kind::ENDPOINTS, kind::SETS],
    }
}

fn compute_resources(wanted: Kind) -> &'static [&'static str] {
    match wanted {
        Kind::Instances => &[kind::SET_MACHINES, kind::SET_NICS, kind::SET_PUBLIC_IPS],
        Kind::Interfaces => &[kind::SET_NICS, kind::SET_PUBLIC_IPS],
        Kind::Subnets => &[kind::SET_NICS],
        Kind::Networks | Kind::Links => &[],
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
            let Answer { rows, missing } = page?;
            if let Some(missing) = missing {
                return Err(missing.refusal);
            }
            let heads = rows.iter().map(|row| head(row)).collect::<Result<Vec<_>, _>>()?;
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
            let types: BTreeSet<&'static str> = kinds.iter().flat_map(|kind| types(*kind)).copied().collect();
            let answers = match query(name, &types) {
                Some(query) => pages(queries.clone(), query, &ordered),
                None => stream::empty().boxed(),
            };
            Table::new(answers, types)
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

    /// Says why the rows that were returned for `wanted` in one subscription are not all, as far as later pages showed.
    pub async fn doubt(&self, subscription: &str, wanted: Kind) -> Option<Refusal> {
        let subscription = subscription.to_ascii_lowercase();
        if let Some(doubt) = self.resources.doubt(&subscription).await {
            return Some(doubt);
        }
        let compute = self.compute.as_ref().filter(|_| !compute_resources(wanted).is_empty())?;
        compute.doubt(&subscription).await
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
         | project id, name, type, kind, location, subscriptionId, tags, zones, sku, properties \
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

/// The rows of one page, and whether some of the query's are missing.
struct Answer {
    rows: Items,
    /// Nothing follows then.
    missing: Option<Missing>,
}

/// Why rows are missing that an answer says there are.
struct Missing {
    refusal: Refusal,
    /// The first subscription that they may be of; `None` for that of the page's first row.
    from: Option<String>,
}

type Answers = BoxStream<'static, Result<Answer, Refusal>>;

/// Reads the answer to `query` about `subscriptions`, page by page.
fn pages(queries: Queries, query: String, subscriptions: &[String]) -> Answers {
    let parts: Vec<Vec<String>> = subscriptions.chunks(SUBSCRIPTIONS).map(<[String]>::to_vec).collect();
    let of_part = move |part: Vec<String>| {
        let first = Next::first(query.clone(), part);
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
    /// The tokens of all pages so far.
    tokens: PageTokens,
    /// How many rows at most.
    rows: i32,
    /// Hashes of the ids on the pages so far: a row that comes again stands for none that is missing.
    read: HashSet<u64>,
    /// How many rows each page so far said that there are at least: resources come and go while pages are read.
    promised: Option<u64>,
}

impl Next {
    fn first(query: String, subscriptions: Vec<String>) -> Self {
        let (tokens, read) = (PageTokens::default(), HashSet::new());
        Self { query, subscriptions, token: None, tokens, rows: PAGE, read, promised: None }
    }

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

    /// Takes the page that was asked for; returns its rows and the way to the next page.
    fn take(mut self, page: GraphPage) -> Result<(Answer, Option<Self>), Refusal> {
        let rows = page.data.len() as u64;
        self.read.extend(page.data.iter().map(|row| hash_of(row)));
        let read = self.read.len() as u64;
        self.promised = self.promised.into_iter().chain(page.total_records).min();
        let short = |has: u64, of: u64, from: Option<String>| {
            let why = format!("it has {has} of {of} rows ({BY_LISTS})");
            Some(Missing { refusal: Refusal::garbled(GRAPH, &why), from })
        };
        let first = self.subscriptions.iter().map(|id| id.to_ascii_lowercase()).min();
        let missing = match (page.count, self.promised) {
            (Some(count), _) if count > rows => short(rows, count, None),
            (_, Some(promised)) if page.skip_token.is_none() && promised > read => {
                short(read, promised, first)
            }
            (_, None) if page.skip_token.is_none() => {
                let why = format!("it does not say how many rows there are (`totalRecords`; {BY_LISTS})");
                Some(Missing { refusal: Refusal::garbled(GRAPH, &why), from: first })
            }
            _ => None,
        };
        let following = match page.skip_token.filter(|_| missing.is_none()) {
            Some(token) => {
                self.tokens.follow(Some(&token), GRAPH).map_err(Refusal::of)?;
                Some(Self { token: Some(token), ..self })
            }
            None => None,
        };
        Ok((Answer { rows: page.data, missing }, following))
    }
}

/// Hashes the id of a row, which compares without case; the row itself where it has none.
fn hash_of(row: &RawValue) -> u64 {
    #[derive(Deserialize)]
    struct Columns {
        id: String,
    }
    let id = serde_json::from_str(row.get()).map(|columns: Columns| columns.id.to_ascii_lowercase());
    let mut hasher = DefaultHasher::new();
    id.as_deref().unwrap_or(row.get()).hash(&mut hasher);
    hasher.finish()
}

/// What helps where the graph's answer cannot be trusted.
const BY_LISTS: &str = "--azure-api arm reads each subscription by its own lists";

impl Queries {
    /// Asks for a page, and for a smaller one as long as the answer would be too large.
    async fn page(&self, mut next: Next) -> Result<(Answer, Option<Next>), Refusal> {
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
                Ok(page) => return next.take(page),
            }
        }
    }
}

/// A query's rows, sorted out by subscription and type as they come.
#[derive(Debug)]
struct Table(Mutex<Rows>);

struct Rows {
    /// `None` at the end.
    answers: Option<Answers>,
    sorted: HashMap<(String, String), Items>,
    /// The subscription of the latest row; those before it are complete, unless there is a gap.
    reached: String,
    gap: Option<Gap>,
    /// The types that were asked for.
    types: BTreeSet<&'static str>,
    /// Rows that were not asked for, or contradict themselves: they may stand for others.
    stray: Option<Gap>,
}

/// Why rows are missing, and the first subscription that they may be of.
struct Gap {
    from: String,
    refusal: Refusal,
}

impl std::fmt::Debug for Rows {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Rows").field("reached", &self.reached).finish_non_exhaustive()
    }
}

impl Table {
    fn new(answers: Answers, types: BTreeSet<&'static str>) -> Self {
        Self(Mutex::new(Rows {
            types,
            stray: None,
            answers: Some(answers),
            sorted: HashMap::new(),
            reached: String::new(),
            gap: None,
        }))
    }

    /// Takes the rows of `kind` in `subscription`, and what kept others away.
    async fn take(&self, subscription: &str, kind: &str) -> (Items, Option<Refusal>) {
        let mut rows = self.0.lock().await;
        while rows.reached.as_str() <= subscription && rows.answers.is_some() {
            rows.turn().await;
        }
        let items = rows.sorted.remove(&(subscription.to_owned(), kind.to_owned())).unwrap_or_default();
        (items, rows.doubt(subscription))
    }

    async fn doubt(&self, subscription: &str) -> Option<Refusal> {
        self.0.lock().await.doubt(subscription)
    }
}

impl Rows {
    fn doubt(&self, subscription: &str) -> Option<Refusal> {
        let mut gaps = [&self.gap, &self.stray].into_iter().flatten();
        gaps.find(|gap| gap.from.as_str() <= subscription).map(|gap| gap.refusal.clone())
    }

    async fn turn(&mut self) {
        let Some(answers) = &mut self.answers else { return };
        let first = self.reached.clone();
        let ended = match answers.next().await {
            None => None,
            Some(Err(refusal)) => Some((first, refusal)),
            Some(Ok(Answer { rows, missing })) => {
                let whole = rows.into_iter().try_for_each(|row| self.sort(row));
                let missing = missing.map(|missing| (missing.from.unwrap_or(first), missing.refusal));
                match missing.or_else(|| Some((self.reached.clone(), whole.err()?))) {
                    None => return,
                    ended => ended,
                }
            }
        };
        self.answers = None;
        if let Some((from, refusal)) = ended {
            lack(&mut self.gap, from, refusal);
        }
    }

    fn sort(&mut self, item: Box<RawValue>) -> Result<(), Refusal> {
        let Head { subscription, kind, owner } = head(&item)?;
        let owner = owner.filter(|owner| *owner != subscription);
        if let Some(owner) = &owner {
            let why = format!("a row of subscription {subscription} has an id of {owner} ({BY_LISTS})");
            let from = owner.min(&subscription).clone();
            lack(&mut self.stray, from, Refusal::garbled(GRAPH, &why));
        } else if !self.types.contains(kind.as_str()) {
            let why = format!("it has a row of type {kind}, which was not asked for ({BY_LISTS})");
            lack(&mut self.stray, subscription.clone(), Refusal::garbled(GRAPH, &why));
        }
        if subscription < self.reached {
            // The rows before this one were taken for all there are. Those that follow are read all the same: they tell
            // how far back the disorder goes.
            let why = format!("its rows are not in the order asked for ({BY_LISTS})");
            lack(&mut self.gap, subscription.clone(), Refusal::garbled(GRAPH, &why));
        } else {
            self.reached.clone_from(&subscription);
        }
        self.sorted.entry((subscription, kind)).or_default().push(item);
        Ok(())
    }
}

/// Notes that rows may be missing `from` a subscription on; the first reason is the one that is said.
fn lack(noted: &mut Option<Gap>, from: String, refusal: Refusal) {
    match noted {
        Some(gap) if from < gap.from => gap.from = from,
        Some(_) => {}
        None => *noted = Some(Gap { from, refusal }),
    }
}

/// What says where a row belongs, in lower case.
struct Head {
    subscription: String,
    kind: String,
    /// The subscription in its id, if there is one.
    owner: Option<String>,
}

fn head(row: &RawValue) -> Result<Head, Refusal> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Columns {
        subscription_id: String,
        r#type: String,
        #[serde(default)]
        id: serde_json::Value,
    }
    let columns: Columns = serde_json::from_str(row.get())
        .map_err(|error| Refusal::garbled(GRAPH, &format!("a row belongs nowhere: {error}")))?;
    Ok(Head {
        owner: columns.id.as_str().and_then(id::subscription_of).map(str::to_ascii_lowercase),
        subscription: columns.subscription_id.to_ascii_lowercase(),
        kind: columns.r#type.to_ascii_lowercase(),
    })
}

#[cfg(test)]
mod tests;
