//! Events of AWS as Amazon `EventBridge` delivers them.
//! <https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html>
//!
//! The account and the region are those of the change, also where a rule sends events on to another account.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cloud_trail;
use super::ids_of_aws::{self, Ec2Arn};
use super::origin_of_aws::AwsOrigin;
use super::parsed_event::{EventOutcome, IgnoreReason, NoHint, RefuseReason, ignored, refused, text};
use crate::model::{Instance, Kind};
use crate::watch::hint::{Hint, HintedChange};

/// Parses an event.
pub fn parse(event: &Value) -> EventOutcome {
    let field = |name| text(event, name).ok_or(refused(RefuseReason::NotAnEvent));
    let (source, detail_type) = (field("source")?, field("detail-type")?);
    let detail = event.get("detail").ok_or(refused(RefuseReason::NotAnEvent))?;
    let origin = AwsOrigin::new(field("account")?, field("region")?, text(event, "time"))?;
    match (source, detail_type) {
        ("aws.ec2", "EC2 Instance State-change Notification") => state_change(&origin, event, detail),
        ("aws.tag", "Tag Change on Resource") => tag_change(&origin, event),
        (_, "AWS API Call via CloudTrail") if source.starts_with("aws.") => {
            cloud_trail::parse(&origin, detail)
        }
        _ => Err(ignored(IgnoreReason::OtherEvent)),
    }
}

/// A machine was started, stopped or terminated. Which of these it was decides only what else is asked for: events come in any
/// order.
fn state_change(origin: &AwsOrigin, event: &Value, detail: &Value) -> EventOutcome {
    let id = text(detail, "instance-id").filter(|id| ids_of_aws::kind_of(id) == Some(Kind::Instances));
    let id = id.ok_or(refused(RefuseReason::NotAnEvent))?;
    if resource_ids(origin, event)?.iter().any(|other| other != id) {
        return Err(refused(RefuseReason::Inconsistent));
    }
    let ends = text(detail, "state").is_some_and(|state| Instance::ENDING_STATES.contains(&state));
    let change = if ends { HintedChange::MachineEnds } else { HintedChange::Any };
    let hint = origin.hint(&[Kind::Instances, Kind::Interfaces], BTreeSet::from([id.to_owned()]));
    Ok(vec![Hint { change, ..hint }])
}

fn tag_change(origin: &AwsOrigin, event: &Value) -> EventOutcome {
    let hints = origin.hints_by_kind(resource_ids(origin, event)?);
    if hints.is_empty() { Err(ignored(IgnoreReason::OtherResource)) } else { Ok(hints) }
}

/// Returns the ids in the ARNs of EC2 that an event lists, which have to be where the event is.
fn resource_ids(origin: &AwsOrigin, event: &Value) -> Result<Vec<String>, NoHint> {
    let arns = event.get("resources").and_then(Value::as_array);
    let arns = arns.into_iter().flatten().filter_map(Value::as_str).filter_map(Ec2Arn::parse);
    arns.map(|arn| {
        let is_here = origin.is_in_account(arn.account) && origin.is_in_region(arn.region);
        if is_here { Ok(arn.id.to_owned()) } else { Err(refused(RefuseReason::Inconsistent)) }
    })
    .collect()
}
