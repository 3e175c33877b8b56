//! Events of Azure: those of a subscription in Event Grid, in its own schema and as `CloudEvents`, and rows of Resource Graph's
//! table `resourcechanges`.
//! <https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions>
//! <https://learn.microsoft.com/azure/event-grid/event-schema-resource-notifications>
//! <https://learn.microsoft.com/azure/governance/resource-graph/changes/get-resource-changes>

use std::collections::BTreeSet;

use serde_json::Value;

use super::ids_of_azure::AzureResource;
use super::parsed_event::{EventOutcome, IgnoreReason, NoHint, RefuseReason, ignored, refused, text};
use crate::model::{Kind, Provider};
use crate::watch::hint::{Hint, HintedChange};

/// Parses an event of Event Grid. What a write, a delete or an action ended with does not matter: one that failed may
/// leave a resource behind, whose state tells.
pub fn parse(event: &Value) -> EventOutcome {
    let kind = text(event, "eventType").or_else(|| text(event, "type"));
    let kind = kind.ok_or(refused(RefuseReason::NotAnEvent))?;
    if let Some(rest) = kind.strip_prefix("Microsoft.Resources.Resource") {
        if !["Write", "Delete", "Action"].iter().any(|change| rest.starts_with(change)) {
            return Err(ignored(IgnoreReason::OtherEvent));
        }
    } else if kind.starts_with("Microsoft.EventGrid.Subscription") {
        return Err(ignored(IgnoreReason::Subscription));
    } else if !kind.starts_with("Microsoft.ResourceNotifications.Resources.") {
        return Err(ignored(IgnoreReason::OtherEvent));
    }
    // `subject` and `data.resourceUri` are the same id, and may differ in case.
    let named = [text(event, "subject"), event.pointer("/data/resourceUri").and_then(Value::as_str)];
    let resource = one_resource(&named)?;
    let subscription = event.pointer("/data/subscriptionId").and_then(Value::as_str);
    if subscription.is_some_and(|other| !other.eq_ignore_ascii_case(&resource.subscription)) {
        return Err(refused(RefuseReason::Inconsistent));
    }
    let time = event.pointer("/data/operationalInfo/resourceEventTime").and_then(Value::as_str);
    let time = time.or_else(|| text(event, "eventTime")).or_else(|| text(event, "time"));
    let has_ended = kind.ends_with("DeleteSuccess") || kind.ends_with(".Deleted");
    let change = HintedChange::ended_if(has_ended);
    hint(resource, (kind.contains("Delete"), change), time)
}

/// Parses a row of `resourcechanges`.
pub fn parse_change(row: &Value) -> EventOutcome {
    let property = |path| row.pointer(path).and_then(Value::as_str);
    let resource = one_resource(&[property("/properties/targetResourceId")])?;
    if text(row, "subscriptionId").is_some_and(|other| !other.eq_ignore_ascii_case(&resource.subscription)) {
        return Err(refused(RefuseReason::Inconsistent));
    }
    let is_delete = property("/properties/changeType") == Some("Delete");
    let change = HintedChange::ended_if(is_delete);
    hint(resource, (is_delete, change), property("/properties/changeAttributes/timestamp"))
}

/// Returns the resource that all of `ids` name, those that are there.
fn one_resource(ids: &[Option<&str>]) -> Result<AzureResource, NoHint> {
    let mut found: Option<AzureResource> = None;
    for id in ids.iter().flatten() {
        let resource = AzureResource::parse(id).ok_or(refused(RefuseReason::Inconsistent))?;
        if found.as_ref().is_some_and(|found| *found != resource) {
            return Err(refused(RefuseReason::Inconsistent));
        }
        found = Some(resource);
    }
    found.ok_or(refused(RefuseReason::NotAnEvent))
}

fn hint(
    resource: AzureResource,
    (is_delete, change): (bool, HintedChange),
    at: Option<&str>,
) -> EventOutcome {
    // What was in a group that is deleted is deleted with it.
    let (kinds, ids): (&[Kind], _) = if resource.is_group() && is_delete {
        (&Kind::ALL, BTreeSet::new())
    } else {
        (resource.kinds(), BTreeSet::from([resource.id]))
    };
    if kinds.is_empty() {
        return Err(ignored(IgnoreReason::OtherResource));
    }
    Ok(vec![Hint {
        provider: Provider::Azure,
        account: resource.subscription,
        region: None,
        kinds: kinds.iter().copied().collect(),
        ids,
        change,
        at: at.and_then(|at| at.parse().ok()),
    }])
}
