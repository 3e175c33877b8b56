//! Answers queries, page by page.
//! <https://learn.microsoft.com/rest/api/azureresourcegraph/resourcegraph/resources/resources>

use serde::Deserialize;
use serde_json::{Value, json};

use super::query::Query;
use super::rows::rows;
use crate::sandbox::azure::asked::Asked;
use crate::sandbox::azure::faults::{Passage, Passed, Service};
use crate::sandbox::azure::paging::page;
use crate::sandbox::azure::{auth, refusal};
use crate::sandbox::estate::azure::{Subscription, Tenant};
use crate::sandbox::server::{Answer, State};

const PATH: &str = "/providers/Microsoft.ResourceGraph/resources";

/// What a query takes.
const ACTION: &str = "Microsoft.ResourceGraph/resources/read";

/// The most rows that a page may ask for.
const LARGEST_PAGE: usize = 1000;

/// The body of a request.
#[derive(Debug, Deserialize)]
struct Request {
    /// All that the caller sees, when absent.
    #[serde(default)]
    subscriptions: Vec<String>,
    query: String,
    #[serde(default)]
    options: Options,
}

#[derive(Debug, Default, Deserialize)]
struct Options {
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
pub async fn answer(state: &State, asked: &Asked<'_>, id: &str) -> Result<Answer, Answer> {
    let tenant = auth::tenant(state, asked)?;
    if asked.parameter("api-version").is_none_or(|version| version.is_empty()) {
        let message = "The api-version query parameter (?api-version=) is required for all requests.";
        return Err(refusal::manager(400, "MissingApiVersionParameter", message));
    }
    let (service, account) = (Service::Graph, &*tenant.id);
    let passed = Passage { state, service, tenant, account, action: ACTION, scope: "/", id }.pass().await?;
    let bad = |code: &str, message: &str| refusal::graph(400, "BadRequest", &[(code, message)], id);
    let request: Request = serde_json::from_slice(asked.body)
        .map_err(|error| bad("InvalidRequestBody", &format!("The request body is invalid: {error}.")))?;
    let query = Query::read(&request.query).ok_or_else(|| {
        let message = "Query is invalid. Please refer to the documentation for the Azure Resource Graph service \
                       and fix the error before retrying.";
        bad("InvalidQuery", message)
    })?;
    if request.options.result_format.as_deref().is_some_and(|format| format != "objectArray") {
        return Err(bad("InvalidResultFormat", "The sandbox answers with resultFormat objectArray only."));
    }
    let size = request.options.top.unwrap_or(LARGEST_PAGE);
    if !(1..=LARGEST_PAGE).contains(&size) {
        return Err(bad("InvalidTop", "$top must be between 1 and 1000."));
    }
    let size = size.min(state.estate.azure.graph_page_size);
    let body = table(state, tenant, &request, &query, size, &passed)
        .ok_or_else(|| bad("InvalidSkipToken", "The $skipToken is not valid for this query."))?;
    Ok(refusal::indented(200, &body)
        .with("x-ms-user-quota-remaining", "14")
        .with("x-ms-user-quota-resets-after", "00:00:05"))
}

/// Writes a page; `None` when the token does not lead to one.
fn table(
    state: &State,
    tenant: &Tenant,
    request: &Request,
    query: &Query,
    size: usize,
    passed: &Passed,
) -> Option<Value> {
    let mut rows = rows(query, &seen(state, tenant, &request.subscriptions));
    if *passed == Passed::Disordered {
        rows.reverse();
    }
    let options = &request.options;
    let scope = format!("{}/{:?}/{}/{}", tenant.id, request.subscriptions, request.query, options.skip);
    let left = &rows[options.skip.min(rows.len())..];
    let (range, next) = page(&scope, options.skip_token.as_deref(), size, left.len())?;
    let mut data: Vec<Value> = left[range].iter().map(|row| row.render(query)).collect();
    let count = data.len();
    if *passed == Passed::Short {
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

/// Finds the subscriptions that a query is about. Those that the caller has no rights to are left out without
/// a word, as in Azure.
fn seen<'a>(state: &'a State, tenant: &Tenant, wanted: &[String]) -> Vec<&'a Subscription> {
    let all = state.estate.azure.subscriptions.iter();
    let is_shown = |one: &&Subscription| !one.hidden_from_graph && !one.is_empty_for_ever();
    let own = all.filter(|subscription| subscription.tenant == tenant.id).filter(is_shown);
    let wanted = |id: &str| wanted.is_empty() || wanted.iter().any(|one| one.eq_ignore_ascii_case(id));
    own.filter(|subscription| wanted(&subscription.id)).collect()
}
