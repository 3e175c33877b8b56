//! Changes of Azure's resources from Resource Graph's table `resourcechanges`: what changed, with no queue to set up.
//!
//! A change is in the table within five minutes, and for 14 days. Changes do not come in the order of their times, so each
//! query begins some time before the last one did, and what was returned already is left out.
//! <https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::{BoxFuture, join_all};
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;
use tokio::time::sleep;

use crate::clouds::azure::provider::Azure;
use crate::clouds::azure::reading::resource_graph::{PacedQueries, row_id};
use crate::clouds::event_source::{EventSource, Message, MessageToken, SourceError, TokenFailure};
use crate::clouds::registry::Needs;
use crate::clouds::{CloudError, Failure, Run};
use crate::diagnostic::Diagnostic;
use crate::model::Outcome;
use crate::redact::redact;

/// What the feed is called in messages.
const NAME: &str = "Resource Graph's changes";
/// How often the table is asked. Its quota is 15 queries in 5 seconds, which reading by the graph needs too.
const INTERVAL: Duration = Duration::from_secs(20);
/// How far back each query looks before the one before it: twice as long as a change may take to be in the table.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);
/// How long changes are in the table.
const KEPT: SignedDuration = SignedDuration::from_hours(14 * 24);

/// The changes of all subscriptions that the caller may see, in each tenant.
pub struct ChangeFeed {
    /// The types whose changes are asked for.
    types: Vec<&'static str>,
    tenants: Vec<TenantFeed>,
    run: Run,
    has_asked: Mutex<bool>,
    /// What is wrong with tenants, while others can be read.
    problems: Mutex<Vec<Diagnostic>>,
}

/// The changes of a tenant.
struct TenantFeed {
    name: String,
    queries: PacedQueries,
    state: Mutex<FeedState>,
}

/// How far the table was read.
struct FeedState {
    /// Changes from here on are asked for.
    since: Timestamp,
    /// The changes that were returned and are in the part of the table that is asked for.
    returned: BTreeSet<String>,
}

impl ChangeFeed {
    /// Signs in, and begins with what changed since `since`: when what is known was read. Changes of other types than
    /// `types` are left out.
    ///
    /// # Errors
    /// When no tenant can be signed in to.
    pub async fn open(
        needs: Needs<'_>,
        run: &Run,
        since: Timestamp,
        types: impl IntoIterator<Item = &'static str>,
    ) -> Result<Self, CloudError> {
        let signed_in = Box::pin(Azure::new(needs)?.sign_in(run)).await?;
        let since = since.max(Timestamp::now() - KEPT) - OVERLAP;
        let tenants = signed_in.tenants.iter().map(|tenant| TenantFeed {
            name: tenant.name.clone(),
            queries: PacedQueries::new(&tenant.client),
            state: Mutex::new(FeedState { since, returned: BTreeSet::new() }),
        });
        Ok(Self {
            types: types.into_iter().collect(),
            tenants: tenants.collect(),
            run: run.clone(),
            has_asked: Mutex::new(false),
            problems: Mutex::default(),
        })
    }

    /// Asks every tenant after a pause. One that fails does not stop the others.
    async fn next_messages(&self) -> Result<Vec<Message>, SourceError> {
        let has_asked = std::mem::replace(&mut *lock(&self.has_asked), true);
        if has_asked {
            sleep(INTERVAL).await;
        }
        let answers =
            join_all(self.tenants.iter().map(|tenant| tenant.next_messages(&self.types, &self.run))).await;
        let (messages, problems) = merge_tenants(answers)?;
        *lock(&self.problems) = problems;
        Ok(messages)
    }
}

/// Joins the answers of tenants with what is wrong with others. A tenant that failed is asked again for the same time, so
/// nothing of it is missed.
///
/// # Errors
/// When no tenant can be read. It may pass by itself if that of one may.
fn merge_tenants(
    answers: Vec<Result<Vec<Message>, SourceError>>,
) -> Result<(Vec<Message>, Vec<Diagnostic>), SourceError> {
    let (mut read, mut errors) = (Vec::new(), Vec::new());
    for answer in answers {
        match answer {
            Ok(messages) => read.push(messages),
            Err(error) => errors.push(error),
        }
    }
    if read.is_empty() {
        let is_transient = errors.iter().any(|error| error.is_transient);
        if let Some(error) = errors.into_iter().next() {
            return Err(SourceError { is_transient, ..error });
        }
        return Ok((Vec::new(), Vec::new()));
    }
    Ok((read.into_iter().flatten().collect(), errors.into_iter().map(|error| error.diagnostic).collect()))
}

impl TenantFeed {
    async fn next_messages(&self, types: &[&str], run: &Run) -> Result<Vec<Message>, SourceError> {
        let (asked_at, since) = (Timestamp::now(), lock(&self.state).since);
        let rows = tokio::time::timeout(run.timeout, self.queries.all_rows(query(since, types))).await;
        let rows = rows.map_err(|_| Failure::new(Outcome::TimedOut, "no answer in time"));
        let rows =
            rows.and_then(|rows| rows.map_err(Failure::from)).map_err(|failure| self.describe(&failure))?;
        let mut changes: BTreeMap<String, Box<RawValue>> = BTreeMap::new();
        for row in rows {
            let id = row_id(&row).ok_or_else(|| {
                self.describe(&Failure::new(
                    Outcome::Failed,
                    "a row of the table `resourcechanges` has no id",
                ))
            })?;
            changes.insert(id, row);
        }
        Ok(lock(&self.state).accept(asked_at, changes))
    }

    fn describe(&self, failure: &Failure) -> SourceError {
        let diagnostic = Diagnostic::new(format!("{NAME} of tenant {} could not be read", self.name));
        let diagnostic =
            failure.reasons.iter().cloned().fold(diagnostic, Diagnostic::with_cause_and_remedies);
        let is_transient = failure.outcome != Outcome::Denied;
        SourceError { diagnostic: diagnostic.map(redact), is_transient }
    }
}

impl FeedState {
    /// Returns the changes that were not returned before. The table was asked at `asked_at`.
    fn accept(&mut self, asked_at: Timestamp, changes: BTreeMap<String, Box<RawValue>>) -> Vec<Message> {
        // What is not in the answer any more is older than what is asked for from now on.
        self.returned.retain(|id| changes.contains_key(id));
        self.since = self.since.max(asked_at - OVERLAP);
        let new: Vec<Message> = changes
            .into_iter()
            .filter(|(id, _)| !self.returned.contains(id))
            .map(|(id, row)| Message {
                token: MessageToken::new(id),
                body: row.get().as_bytes().to_vec(),
                receive_count: 1,
                sent_at: None,
            })
            .collect();
        self.returned.extend(new.iter().map(|message| message.token.as_str().to_owned()));
        new
    }
}

/// Asks for nothing but what tells where to look: a change also has who made it, and what was there before.
fn query(since: Timestamp, types: &[&str]) -> String {
    let types: Vec<String> = types.iter().map(|name| format!("'{name}'")).collect();
    let types = types.join(", ");
    let since = since.strftime("%Y-%m-%dT%H:%M:%SZ");
    format!(
        "resourcechanges | where todatetime(properties.changeAttributes.timestamp) >= datetime({since}) \
         | where properties.targetResourceType in~ ({types}) \
         | project id, subscriptionId, properties = bag_pack('targetResourceId', properties.targetResourceId, \
         'changeType', properties.changeType, 'changeAttributes', \
         bag_pack('timestamp', properties.changeAttributes.timestamp)) | order by id asc"
    )
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EventSource for ChangeFeed {
    fn name(&self) -> &str {
        NAME
    }

    fn problems(&self) -> Vec<Diagnostic> {
        lock(&self.problems).clone()
    }

    fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
        Box::pin(self.next_messages())
    }

    /// What is given back is returned by the next query, as long as it is recent enough.
    fn release<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        for tenant in &self.tenants {
            let mut state = lock(&tenant.state);
            for token in tokens {
                state.returned.remove(token.as_str());
            }
        }
        Box::pin(std::future::ready(Vec::new()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changes(ids: &[&str]) -> BTreeMap<String, Box<RawValue>> {
        let row = |id: &str| RawValue::from_string(format!("{{\"id\":\"{id}\"}}")).unwrap();
        ids.iter().map(|id| ((*id).to_owned(), row(id))).collect()
    }

    fn accepted(state: &mut FeedState, minute: i64, ids: &[&str]) -> Vec<String> {
        let at = Timestamp::from_second(minute * 60).unwrap();
        let messages = state.accept(at, changes(ids));
        messages.iter().map(|message| message.token.to_string()).collect()
    }

    #[test]
    fn a_change_that_is_in_the_table_late_is_returned_and_none_is_returned_twice() {
        let mut state = FeedState { since: Timestamp::UNIX_EPOCH, returned: BTreeSet::new() };
        assert_eq!(accepted(&mut state, 60, &["b"]), ["b"]);
        assert_eq!(state.since, Timestamp::from_second(50 * 60).unwrap());
        assert_eq!(accepted(&mut state, 61, &["a", "b"]), ["a"], "a happened first and came later");
        assert!(accepted(&mut state, 62, &["a", "b"]).is_empty());
        assert!(accepted(&mut state, 80, &[]).is_empty());
        assert!(state.returned.is_empty(), "nothing is remembered for longer than it is asked for");
    }

    #[test]
    fn a_tenant_that_is_refused_does_not_end_the_feed_of_the_others() {
        let denied = || Err(SourceError::permanent("denied"));
        let (messages, problems) = merge_tenants(vec![denied(), Ok(vec![])]).unwrap();
        assert_eq!((messages.len(), problems), (0, vec![Diagnostic::new("denied")]));
        let busy = Err(SourceError::transient("busy"));
        assert!(merge_tenants(vec![denied(), busy]).unwrap_err().is_transient);
        assert!(!merge_tenants(vec![denied(), denied()]).unwrap_err().is_transient);
    }

    #[test]
    fn a_query_asks_for_times_and_ids_alone() {
        let text = query(Timestamp::UNIX_EPOCH, &["microsoft.network/virtualnetworks"]);
        assert!(text.contains("datetime(1970-01-01T00:00:00Z)"));
        assert!(text.contains("in~ ('microsoft.network/virtualnetworks')"));
        assert!(!text.contains("changedBy"));
    }

    #[test]
    fn a_row_is_known_by_its_id_without_case() {
        let row = |text: &str| RawValue::from_string(text.to_owned()).unwrap();
        assert_eq!(row_id(&row("{\"id\":\"/A\",\"x\":1}")).as_deref(), Some("/a"));
        assert_eq!(row_id(&row("{\"id\":\"\"}")), None);
        assert_eq!(row_id(&row("{}")), None);
    }
}
