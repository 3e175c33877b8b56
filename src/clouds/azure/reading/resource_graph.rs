//! Azure Resource Graph: all subscriptions of a tenant in a few paged queries.
//!
//! Rows are asked for in the order of subscriptions. So those of one subscription are complete as soon as a row of a later
//! one arrives, and its readers need not wait for the last page. If a later page shows that the answer kept no order, or
//! lacks rows, [`ResourceGraph::find_gap`] reports what was handed out too early.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU32;
use std::sync::Arc;

use azure_mgmt_resourcegraph::models::query_request_options::ResultFormat;
use azure_mgmt_resourcegraph::models::{QueryRequest, QueryRequestOptions};
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use governor::{DefaultDirectRateLimiter, Quota as Rate, RateLimiter};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::sync::Mutex;

use crate::clouds::azure::permissions::GRAPH;
use crate::clouds::azure::requests::arm_client::{ArmClient, RawPages, client};
use crate::clouds::azure::requests::arm_error::ArmError;
use crate::clouds::azure::requests::arm_page::{GraphPage, RawItems};
use crate::clouds::azure::resource_id;
use crate::clouds::page_tokens::{PageTokens, RowCount};
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
pub mod row_type {
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
        Kind::Networks | Kind::Links => &[row_type::NETWORKS, row_type::HUBS],
        // Interfaces tell how many addresses each of their configurations takes in a subnet.
        Kind::Subnets => &[row_type::NETWORKS, row_type::NICS, row_type::SETS],
        Kind::Instances => {
            &[row_type::NETWORKS, row_type::NICS, row_type::PUBLIC_IPS, row_type::MACHINES, row_type::SETS]
        }
        Kind::Interfaces => &[row_type::NICS, row_type::PUBLIC_IPS, row_type::ENDPOINTS, row_type::SETS],
    }
}

fn compute_resources(wanted: Kind) -> &'static [&'static str] {
    match wanted {
        Kind::Instances => &[row_type::SET_MACHINES, row_type::SET_NICS, row_type::SET_PUBLIC_IPS],
        Kind::Interfaces => &[row_type::SET_NICS, row_type::SET_PUBLIC_IPS],
        Kind::Subnets => &[row_type::SET_NICS],
        Kind::Networks | Kind::Links => &[],
    }
}

/// The graph of one tenant, for the subscriptions and kinds of a run.
#[derive(Debug)]
pub struct ResourceGraph {
    resources: SortedRows,
    /// What is in scale sets. Azure in China has no such rows, and a cloud of one's own may not have them either.
    compute: Option<SortedRows>,
}

impl ResourceGraph {
    /// Asks which of `subscriptions` the graph knows. It leaves out, without a word, those that it may not show.
    ///
    /// # Errors
    /// When the graph cannot be asked at all.
    pub async fn visible_subscriptions(
        queries: &PacedQueries,
        subscriptions: &[String],
    ) -> Result<BTreeSet<String>, ArmError> {
        let query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' \
                     | project id, subscriptionId, type | order by subscriptionId asc, id asc";
        let mut rows = answer_pages(queries.clone(), query.to_owned(), subscriptions);
        let mut known = BTreeSet::new();
        while let Some(page) = rows.next().await {
            let GraphAnswer { rows, missing } = page?;
            if let Some(missing) = missing {
                return Err(missing.error);
            }
            let heads = rows.iter().map(|row| row_key(row)).collect::<Result<Vec<_>, _>>()?;
            known.extend(heads.into_iter().map(|head| head.subscription));
        }
        Ok(known)
    }

    /// Prepares to read `kinds` of `subscriptions`; what is in scale sets only where the cloud's graph has it.
    pub fn new(queries: &PacedQueries, subscriptions: &[String], kinds: &[Kind], has_compute: bool) -> Self {
        // In the order in which the rows come: queries take a limited number of subscriptions, and one after the other has to
        // give one sorted answer.
        let mut ordered: Vec<String> = subscriptions.iter().map(|id| id.to_ascii_lowercase()).collect();
        ordered.sort_unstable();
        let table = |name: &str, types: fn(Kind) -> &'static [&'static str]| {
            let types: BTreeSet<&'static str> = kinds.iter().flat_map(|kind| types(*kind)).copied().collect();
            let answers = match query(name, &types) {
                Some(query) => answer_pages(queries.clone(), query, &ordered),
                None => stream::empty().boxed(),
            };
            SortedRows::new(answers, types, ordered.iter().cloned().collect())
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
    pub async fn find_gap(&self, subscription: &str, wanted: Kind) -> Option<ArmError> {
        let subscription = subscription.to_ascii_lowercase();
        if let Some(doubt) = self.resources.find_gap(&subscription).await {
            return Some(doubt);
        }
        let compute = self.compute.as_ref().filter(|_| !compute_resources(wanted).is_empty())?;
        compute.find_gap(&subscription).await
    }

    /// Returns the rows of one type in one subscription, once.
    pub async fn rows(&self, subscription: &str, kind: &str) -> RawPages {
        let in_compute = kind.starts_with("microsoft.compute/virtualmachinescalesets/");
        let table = self.compute.as_ref().filter(|_| in_compute).unwrap_or(&self.resources);
        let (items, failed) = table.take_rows(&subscription.to_ascii_lowercase(), kind).await;
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

/// Sends queries of one tenant at the pace that the quota allows.
#[derive(Debug, Clone)]
pub struct PacedQueries {
    client: ArmClient,
    pace: Arc<DefaultDirectRateLimiter>,
}

impl PacedQueries {
    /// Prepares to ask with the token of `client`. All queries of a tenant have to be sent by clones of one.
    pub fn new(client: &ArmClient) -> Self {
        let rate = Rate::per_second(RATE.0).allow_burst(RATE.1);
        Self { client: client.clone(), pace: Arc::new(RateLimiter::direct(rate)) }
    }

    /// Reads all rows that `query` finds in the subscriptions that the caller may see.
    ///
    /// # Errors
    /// When a page cannot be read, or rows are missing.
    #[cfg(feature = "watch")]
    pub async fn all_rows(&self, query: String) -> Result<RawItems, ArmError> {
        let (mut rows, mut next) = (RawItems::new(), Some(QueryCursor::first(query, Vec::new())));
        while let Some(cursor) = next {
            let (answer, following) = self.fetch(cursor).await?;
            if let Some(missing) = answer.missing {
                return Err(missing.error);
            }
            rows.extend(answer.rows);
            next = following;
        }
        Ok(rows)
    }
}

/// The rows of one page, and whether some of the query's are missing.
struct GraphAnswer {
    rows: RawItems,
    /// Nothing follows then.
    missing: Option<MissingRows>,
}

/// Why an answer has fewer rows than it counts.
struct MissingRows {
    error: ArmError,
    /// The first subscription that they may be of; `None` for that of the page's first row.
    from: Option<String>,
}

type GraphAnswers = BoxStream<'static, Result<GraphAnswer, ArmError>>;

/// Reads the answer to `query` about `subscriptions`, page by page.
fn answer_pages(queries: PacedQueries, query: String, subscriptions: &[String]) -> GraphAnswers {
    let parts: Vec<Vec<String>> = subscriptions.chunks(SUBSCRIPTIONS).map(<[String]>::to_vec).collect();
    let of_part = move |part: Vec<String>| {
        let first = QueryCursor::first(query.clone(), part);
        let queries = queries.clone();
        stream::try_unfold(Some(first), move |next| {
            let queries = queries.clone();
            async move {
                let Some(next) = next else { return Ok(None) };
                queries.fetch(next).await.map(Some)
            }
        })
    };
    stream::iter(parts).flat_map(of_part).boxed()
}

/// What brings the next page.
#[derive(Debug, Clone)]
struct QueryCursor {
    query: String,
    subscriptions: Vec<String>,
    token: Option<String>,
    /// The tokens of all pages so far.
    tokens: PageTokens,
    counted: RowCount,
    /// How many rows at most.
    rows: i32,
    /// Hashes of the ids on the pages so far: a row that comes again stands for none that is missing.
    read: HashSet<u64>,
    /// The smallest total that a page has reported so far. Resources come and go while pages are read.
    promised: Option<u64>,
}

impl QueryCursor {
    fn first(query: String, subscriptions: Vec<String>) -> Self {
        let (tokens, counted, read) = (PageTokens::default(), RowCount::default(), HashSet::new());
        Self { query, subscriptions, token: None, tokens, counted, rows: PAGE, read, promised: None }
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

    /// Checks the page that was asked for. Returns its rows, and the query for the next page.
    fn accept_page(mut self, page: GraphPage) -> Result<(GraphAnswer, Option<Self>), ArmError> {
        let rows = page.data.len() as u64;
        // Pages may repeat rows of earlier ones. Only distinct rows count, or a repeated page would hide a missing one.
        self.read.extend(page.data.iter().map(|row| hash_of(row)));
        let read = self.read.len() as u64;
        self.promised = self.promised.into_iter().chain(page.total_records).min();
        let short = |has: u64, of: u64, from: Option<String>| {
            let why = format!("it has {has} of {of} rows ({BY_LISTS})");
            Some(MissingRows { error: ArmError::unexpected_answer(GRAPH, &why), from })
        };
        let first = self.subscriptions.iter().map(|id| id.to_ascii_lowercase()).min();
        // A page that is short of its own count lost rows of its subscriptions or later ones. A total that is not reached
        // at the end may lack rows of any subscription.
        let missing = match (page.count, self.promised) {
            (Some(count), _) if count > rows => short(rows, count, None),
            (_, Some(promised)) if page.skip_token.is_none() && promised > read => {
                short(read, promised, first)
            }
            (_, None) if page.skip_token.is_none() => {
                let why = format!("it does not say how many rows there are (`totalRecords`; {BY_LISTS})");
                Some(MissingRows { error: ArmError::unexpected_answer(GRAPH, &why), from: first })
            }
            _ => None,
        };
        let following = match page.skip_token.filter(|_| missing.is_none()) {
            Some(token) => {
                self.tokens.follow(Some(&token), GRAPH)?;
                self.counted.record(page.data.len(), GRAPH)?;
                Some(Self { token: Some(token), ..self })
            }
            None => None,
        };
        Ok((GraphAnswer { rows: page.data, missing }, following))
    }
}

/// Hashes the id of a row; the row itself where it has none.
fn hash_of(row: &RawValue) -> u64 {
    let mut hasher = DefaultHasher::new();
    row_id(row).as_deref().unwrap_or(row.get()).hash(&mut hasher);
    hasher.finish()
}

/// Returns the id of a row, in lower case since it compares without case; `None` if it has none.
pub(in crate::clouds::azure) fn row_id(row: &RawValue) -> Option<String> {
    #[derive(Deserialize)]
    struct IdColumn {
        id: String,
    }
    let IdColumn { id } = serde_json::from_str(row.get()).ok()?;
    Some(id.to_ascii_lowercase()).filter(|id| !id.is_empty())
}

/// What helps where the graph's answer cannot be trusted.
const BY_LISTS: &str = "--azure-api arm reads each subscription by its own lists";

impl PacedQueries {
    /// Asks for a page, and for a smaller one as long as the answer would be too large.
    async fn fetch(&self, mut next: QueryCursor) -> Result<(GraphAnswer, Option<QueryCursor>), ArmError> {
        loop {
            self.pace.until_ready().await;
            let request = next.request();
            let asked = self.client.ask(GRAPH, GraphPage::parse, |access| {
                let sent = client!(azure_mgmt_resourcegraph, access)?.resources(request).send();
                Ok(async move { sent.await.map(drop) })
            });
            match asked.await {
                // The graph limits the bytes of an answer, and counts only rows in `top`.
                Err(error) if error.is_too_large() && next.rows > 1 => next.rows /= 2,
                Err(error) => return Err(error),
                Ok(page) => return next.accept_page(page),
            }
        }
    }
}

/// A query's rows, sorted out by subscription and type as they come.
#[derive(Debug)]
struct SortedRows(Mutex<RowState>);

struct RowState {
    /// `None` at the end.
    answers: Option<GraphAnswers>,
    sorted: HashMap<(String, String), RawItems>,
    /// The subscription of the latest row; those before it are complete, unless there is a gap.
    reached: String,
    gap: Option<RowGap>,
    /// The types that were asked for.
    types: BTreeSet<&'static str>,
    /// The subscriptions that were asked about, in lower case.
    subscriptions: BTreeSet<String>,
    /// Rows that were not asked for, or contradict themselves: they may stand for others.
    stray: Option<RowGap>,
}

/// Why rows are missing, and the first subscription that they may be of.
struct RowGap {
    from: String,
    error: ArmError,
}

impl std::fmt::Debug for RowState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RowState").field("reached", &self.reached).finish_non_exhaustive()
    }
}

impl SortedRows {
    fn new(answers: GraphAnswers, types: BTreeSet<&'static str>, subscriptions: BTreeSet<String>) -> Self {
        Self(Mutex::new(RowState {
            types,
            subscriptions,
            stray: None,
            answers: Some(answers),
            sorted: HashMap::new(),
            reached: String::new(),
            gap: None,
        }))
    }

    /// Takes the rows of `kind` in `subscription`, and what kept others away.
    async fn take_rows(&self, subscription: &str, kind: &str) -> (RawItems, Option<ArmError>) {
        let mut rows = self.0.lock().await;
        // Rows are sorted: only one of a later subscription, or the end, shows that this subscription is complete.
        while rows.reached.as_str() <= subscription && rows.answers.is_some() {
            rows.fetch_page().await;
        }
        let items = rows.sorted.remove(&(subscription.to_owned(), kind.to_owned())).unwrap_or_default();
        (items, rows.find_gap(subscription))
    }

    async fn find_gap(&self, subscription: &str) -> Option<ArmError> {
        self.0.lock().await.find_gap(subscription)
    }
}

impl RowState {
    fn find_gap(&self, subscription: &str) -> Option<ArmError> {
        let mut gaps = [&self.gap, &self.stray].into_iter().flatten();
        gaps.find(|gap| gap.from.as_str() <= subscription).map(|gap| gap.error.clone())
    }

    async fn fetch_page(&mut self) {
        let Some(answers) = &mut self.answers else { return };
        let first = self.reached.clone();
        let ended = match answers.next().await {
            None => None,
            Some(Err(error)) => Some((first, error)),
            Some(Ok(GraphAnswer { rows, missing })) => {
                let whole = rows.into_iter().try_for_each(|row| self.file_row(row));
                let missing = missing.map(|missing| (missing.from.unwrap_or(first), missing.error));
                match missing.or_else(|| Some((self.reached.clone(), whole.err()?))) {
                    None => return,
                    ended => ended,
                }
            }
        };
        self.answers = None;
        if let Some((from, error)) = ended {
            widen_gap(&mut self.gap, from, error);
        }
    }

    fn file_row(&mut self, item: Box<RawValue>) -> Result<(), ArmError> {
        let RowKey { subscription, kind, owner } = row_key(&item)?;
        let owner = owner.filter(|owner| *owner != subscription);
        if let Some(owner) = &owner {
            let why = format!("a row of subscription {subscription} has an id of {owner} ({BY_LISTS})");
            let from = owner.min(&subscription).clone();
            widen_gap(&mut self.stray, from, ArmError::unexpected_answer(GRAPH, &why));
        } else if !self.subscriptions.contains(&subscription) {
            let why =
                format!("it has a row of subscription {subscription}, which was not asked for ({BY_LISTS})");
            // It may stand for a row of any subscription.
            widen_gap(&mut self.stray, String::new(), ArmError::unexpected_answer(GRAPH, &why));
        } else if !self.types.contains(kind.as_str()) {
            let why = format!("it has a row of type {kind}, which was not asked for ({BY_LISTS})");
            widen_gap(&mut self.stray, subscription.clone(), ArmError::unexpected_answer(GRAPH, &why));
        }
        if subscription < self.reached {
            // The rows before this one were taken for all there are. Those that follow are read all the same: they tell
            // how far back the disorder goes.
            let why = format!("its rows are not in the order asked for ({BY_LISTS})");
            widen_gap(&mut self.gap, subscription.clone(), ArmError::unexpected_answer(GRAPH, &why));
        } else {
            self.reached.clone_from(&subscription);
        }
        self.sorted.entry((subscription, kind)).or_default().push(item);
        Ok(())
    }
}

/// Records that rows may be missing `from` a subscription on. The first reason is kept.
fn widen_gap(noted: &mut Option<RowGap>, from: String, error: ArmError) {
    match noted {
        Some(gap) if from < gap.from => gap.from = from,
        Some(_) => {}
        None => *noted = Some(RowGap { from, error }),
    }
}

/// Where a row belongs, in lower case.
struct RowKey {
    subscription: String,
    kind: String,
    /// The subscription in its id, if there is one.
    owner: Option<String>,
}

fn row_key(row: &RawValue) -> Result<RowKey, ArmError> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct RowColumns {
        subscription_id: String,
        r#type: String,
        #[serde(default)]
        id: serde_json::Value,
    }
    let columns: RowColumns = serde_json::from_str(row.get()).map_err(|error| {
        ArmError::unexpected_answer(GRAPH, &format!("a row does not say its subscription and type: {error}"))
    })?;
    Ok(RowKey {
        owner: columns.id.as_str().and_then(resource_id::subscription_of).map(str::to_ascii_lowercase),
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

    fn whole(rows: RawItems) -> GraphAnswer {
        GraphAnswer { rows, missing: None }
    }

    fn table(pages: Vec<Result<RawItems, ArmError>>) -> SortedRows {
        of_answers(pages.into_iter().map(|page| page.map(whole)).collect())
    }

    fn of_answers(answers: Vec<Result<GraphAnswer, ArmError>>) -> SortedRows {
        sorted(stream::iter(answers).boxed())
    }

    fn sorted(answers: GraphAnswers) -> SortedRows {
        let subscriptions = ["a", "b", "c", "d", "e", "aa", "bb"].map(str::to_owned);
        SortedRows::new(answers, BTreeSet::from(["t"]), subscriptions.into())
    }

    /// Takes what each of the subscriptions has, in turn: how many rows, and whether they are said to be all.
    async fn taken(table: &SortedRows, subscriptions: &[&str]) -> Vec<(usize, bool)> {
        let mut taken = Vec::new();
        for subscription in subscriptions {
            let (rows, failed) = table.take_rows(subscription, "t").await;
            taken.push((rows.len(), failed.is_none()));
        }
        taken
    }

    #[tokio::test]
    async fn rows_of_a_subscription_are_there_before_the_last_page() {
        let first = vec![row("A", "T", "1"), row("a", "t", "2"), row("b", "t", "3")];
        let never = stream::pending();
        let answers = stream::iter([Ok(whole(first))]).chain(never).boxed();
        let table = sorted(answers);
        let (rows, failed) = table.take_rows("a", "t").await;
        assert_eq!((rows.len(), failed.is_none()), (2, true), "case does not count");
    }

    #[tokio::test]
    async fn a_failure_is_of_those_that_were_not_complete() {
        let error = ArmError::unexpected_answer(GRAPH, "broken");
        let table = table(vec![Ok(vec![row("a", "t", "1"), row("b", "t", "2")]), Err(error)]);
        assert_eq!(taken(&table, &["a", "b", "c"]).await, [(1, true), (1, false), (0, false)]);
        assert!(table.find_gap("a").await.is_none());
    }

    /// Upper-case ids in the order of their bytes (Azure/azure-sdk-for-net#14403).
    #[tokio::test]
    async fn rows_out_of_order_are_not_trusted_from_the_stray_one_on() {
        let rows = || vec![row("BB", "t", "1"), row("BB", "t", "2"), row("aa", "t", "3")];
        for order in [["aa", "bb"], ["bb", "aa"]] {
            let taken = taken(&table(vec![Ok(rows())]), &order).await;
            assert!(taken.iter().all(|(rows, complete)| *rows > 0 && !complete), "{order:?}: {taken:?}");
        }
        let (_, failed) = table(vec![Ok(rows())]).take_rows("aa", "t").await;
        assert!(failed.unwrap().to_string().contains("order asked for (--azure-api arm"));
    }

    /// The rows of the last subscription on the first page, those of the first one on the second.
    #[tokio::test]
    async fn what_was_handed_out_before_the_disorder_is_doubted_afterwards() {
        let pages = vec![Ok(vec![row("a", "t", "1"), row("c", "t", "2")]), Ok(vec![row("b", "t", "3")])];
        let table = table(pages);
        assert_eq!(taken(&table, &["b"]).await, [(0, true)], "nothing tells yet");
        assert_eq!(taken(&table, &["c"]).await, [(1, false)]);
        assert!(table.find_gap("b").await.is_some() && table.find_gap("c").await.is_some());
        assert!(table.find_gap("a").await.is_none(), "it was read to the end");
    }

    #[tokio::test]
    async fn the_disorder_reaches_back_to_the_first_stray_row_of_all_pages() {
        let pages = [["b", "c"], ["d", "c"], ["a", "d"]];
        let pages = pages.map(|page| Ok(page.map(|id| row(id, "t", id)).into()));
        let table = table(pages.into());
        assert_eq!(taken(&table, &["a", "b", "e"]).await, [(0, true), (1, true), (0, false)]);
        for subscription in ["a", "b", "c", "d", "e"] {
            assert!(table.find_gap(subscription).await.is_some(), "{subscription}");
        }
    }

    #[tokio::test]
    async fn a_row_that_belongs_nowhere_fails_the_subscriptions_from_there_on() {
        let odd = RawValue::from_string(r#"{"subscriptionId": "b", "type": null}"#.to_owned()).unwrap();
        let table = table(vec![Ok(vec![row("a", "t", "1"), row("b", "t", "2"), odd])]);
        assert_eq!(taken(&table, &["a", "b", "c"]).await, [(1, true), (1, false), (0, false)]);
    }

    /// Reads the pages of one query about `b` and `a`, as they follow one another.
    fn answered(pages: &[&str]) -> Vec<Result<GraphAnswer, ArmError>> {
        let mut next = Some(QueryCursor::first(String::new(), vec!["B".to_owned(), "a".to_owned()]));
        let mut answers = Vec::new();
        for page in pages {
            let page = GraphPage::parse(page.as_bytes(), GRAPH).unwrap();
            match next.take().expect("is asked for").accept_page(page) {
                Err(error) => answers.push(Err(error)),
                Ok((answer, following)) => {
                    next = following;
                    answers.push(Ok(answer));
                }
            }
        }
        assert!(next.is_none() || answers.iter().any(Result::is_err), "the last page is the end");
        answers
    }

    fn page(rows: &[&str], more: &str) -> String {
        let rows: Vec<String> = rows.iter().map(|id| row(id, "t", id).get().to_owned()).collect();
        format!(r#"{{"data": [{}]{more}}}"#, rows.join(", "))
    }

    /// Fewer rows than the answer says that there are (elastic/cloudbeat#7424).
    #[tokio::test]
    async fn an_answer_that_is_short_of_rows_is_complete_of_no_subscription() {
        let (first, last) =
            (r#", "totalRecords": 4, "count": 1, "$skipToken": "2""#, r#", "totalRecords": 4"#);
        for pages in [
            vec![page(&["a", "b"], r#", "totalRecords": 3"#)],
            vec![page(&[], r#", "totalRecords": 1, "count": 0"#)],
            vec![page(&["a"], first), page(&["b"], last)],
        ] {
            let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
            let table = of_answers(answered(&pages));
            let (_, failed) = table.take_rows("b", "t").await;
            assert!(failed.unwrap().to_string().contains(" rows (--azure-api arm"), "{pages:?}");
            assert!(table.find_gap("a").await.is_some(), "{pages:?}: they may be of any");
        }
    }

    #[tokio::test]
    async fn a_page_that_is_short_of_rows_is_doubted_from_its_first_subscription_on() {
        let first = page(&["a", "b"], r#", "count": 2, "totalRecords": 9, "$skipToken": "2""#);
        let second = page(&["c"], r#", "count": 7, "totalRecords": 9, "$skipToken": "3""#);
        let table = of_answers(answered(&[&first, &second]));
        assert_eq!(taken(&table, &["a", "b", "c"]).await, [(1, true), (1, false), (1, false)]);
    }

    #[tokio::test]
    async fn resources_may_come_and_go_while_pages_are_read() {
        let more = r#", "totalRecords": 3, "$skipToken": "2""#;
        let gone = [page(&["a"], more), page(&["b"], r#", "totalRecords": 2"#)];
        let new = [page(&["a", "b"], more), page(&["c"], r#", "totalRecords": 4"#)];
        for pages in [gone, new] {
            let table = of_answers(answered(&[&pages[0], &pages[1]]));
            let taken = taken(&table, &["a", "b"]).await;
            assert!(taken.iter().all(|(_, complete)| *complete), "{pages:?}");
        }
    }

    /// The second page repeats the first: seven rows, and two subscriptions less.
    #[tokio::test]
    async fn rows_that_come_again_are_not_counted_again_and_a_count_is_needed() {
        let more = r#", "totalRecords": 4, "$skipToken": "2""#;
        let again = vec![page(&["a", "b"], more), page(&["b", "B"], r#", "totalRecords": 4"#)];
        for (pages, why) in [
            (again, "it has 2 of 4 rows"),
            (vec![page(&["a"], "")], "it does not say how many rows there are"),
        ] {
            let pages: Vec<&str> = pages.iter().map(String::as_str).collect();
            let (_, failed) = of_answers(answered(&pages)).take_rows("b", "t").await;
            assert!(failed.is_some_and(|failed| failed.to_string().contains(why)), "{pages:?}");
        }
    }

    #[tokio::test]
    async fn rows_that_were_not_asked_for_or_contradict_themselves_are_a_gap() {
        let of_other = table(vec![Ok(vec![row("c", "t", "/subscriptions/B/x"), row("d", "t", "4")])]);
        assert_eq!(
            taken(&of_other, &["a", "b", "c", "d"]).await,
            [(0, true), (0, false), (1, false), (1, false)]
        );
        let foreign = table(vec![Ok(vec![row("a", "t", "1"), row("b", "t", "2"), row("bc", "t", "3")])]);
        assert_eq!(taken(&foreign, &["b", "c"]).await, [(1, false), (0, false)]);
        let gap = foreign.find_gap("a").await.map(|gap| gap.to_string()).unwrap_or_default();
        assert!(gap.contains("it has a row of subscription bc, which was not asked for"), "{gap}");
        let other_type = table(vec![Ok(vec![row("a", "t", "1"), row("b", "x", "2")])]);
        assert_eq!(taken(&other_type, &["a", "b"]).await, [(1, true), (0, false)]);
        let same = table(vec![Ok(vec![row("a", "T", "/subscriptions/A/x")])]);
        assert_eq!(taken(&same, &["a"]).await, [(1, true)]);
    }

    #[test]
    fn tokens_that_lead_in_a_circle_end() {
        let pages = ["1", "2", "1"].map(|token| page(&[], &format!(r#", "$skipToken": "{token}""#)));
        let answers = answered(&pages.each_ref().map(String::as_str));
        let circle = answers.into_iter().next_back().unwrap().err().unwrap();
        assert!(circle.to_string().contains("leads back to an earlier page"), "{circle}");
    }
}
