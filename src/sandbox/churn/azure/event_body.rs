//! The JSON of events, as Event Grid delivers it:
//! <https://learn.microsoft.com/azure/event-grid/event-schema-subscriptions>,
//! <https://learn.microsoft.com/azure/event-grid/cloud-event-schema>.

use serde_json::{Value, json};

use super::subscription_change::SubscriptionChange;
use crate::sandbox::churn::change_event::ChangeEvent;

/// What became of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It succeeded.
    Success,
    /// It failed.
    Failure,
    /// It was cancelled.
    Cancel,
}

impl Outcome {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::Failure => "Failure",
            Self::Cancel => "Cancel",
        }
    }

    const fn status(self) -> &'static str {
        match self {
            Self::Success => "Succeeded",
            Self::Failure => "Failed",
            Self::Cancel => "Canceled",
        }
    }
}

impl SubscriptionChange<'_> {
    /// Tells that an operation, such as `Microsoft.Compute/virtualMachines/write`, succeeded on a resource.
    pub fn emit(&mut self, operation: &str, id: &str) {
        self.emit_outcome(operation, id, Outcome::Success);
    }

    /// Tells what became of an operation.
    pub fn emit_outcome(&mut self, operation: &str, id: &str, outcome: Outcome) {
        let (verb, method) = match operation.rsplit('/').next() {
            Some("write") => ("Write", "PUT"),
            Some("delete") => ("Delete", "DELETE"),
            _ => ("Action", "POST"),
        };
        let kind = format!("Microsoft.Resources.Resource{verb}{}", outcome.as_str());
        let subject = self.other_spelling(id);
        let data = self.data(operation, id, method, outcome);
        let subscription = self.subscription();
        let (account, tenant) = (subscription.id.clone(), subscription.tenant.clone());
        let (event, time) = (self.ids.guid(), self.now.to_string());
        // One queue has one schema, the queue of another tenant the other one.
        let first = self.azure.tenants.iter().position(|one| one.id == tenant).unwrap_or_default();
        let body = if first % 2 == 0 {
            json!({
                "id": event,
                "topic": format!("/subscriptions/{account}"),
                "subject": subject,
                "data": data,
                "eventType": kind,
                "eventTime": time,
                "dataVersion": "2",
                "metadataVersion": "1",
            })
        } else {
            json!({
                "id": event,
                "source": format!("/subscriptions/{account}"),
                "subject": subject,
                "data": data,
                "type": kind,
                "time": time,
                "specversion": "1.0",
            })
        };
        self.events.push(ChangeEvent {
            tenant: Some(tenant),
            account,
            region: "global".into(),
            action: operation.to_owned(),
            body: body.to_string(),
        });
    }

    fn data(&mut self, operation: &str, id: &str, method: &str, outcome: Outcome) -> Value {
        let correlation = self.ids.guid();
        let subscription = self.subscription();
        json!({
            "authorization": { "scope": id, "action": operation, "evidence": { "role": "Contributor" } },
            "claims": {
                "aud": "https://management.core.windows.net/",
                "iss": format!("https://sts.windows.net/{}/", subscription.tenant),
                "name": "Ada Example",
                "ipaddr": "198.51.100.7",
                "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "ada@example.com",
            },
            "correlationId": correlation,
            "httpRequest": {
                "clientRequestId": correlation,
                "clientIpAddress": "198.51.100.7",
                "method": method,
                "url": format!("https://management.azure.com{id}?api-version=2024-05-01"),
            },
            "resourceProvider": operation.split('/').next(),
            "resourceUri": id,
            "operationName": operation,
            "status": outcome.status(),
            "subscriptionId": subscription.id,
            "tenantId": subscription.tenant,
        })
    }

    /// Writes an id as it is, in one of the spellings of Azure's services, or in upper case: they mean the same.
    fn other_spelling(&mut self, id: &str) -> String {
        match self.draw.below(4) {
            0 => id.replace("/resourceGroups/", "/resourcegroups/"),
            1 => id.to_uppercase(),
            _ => id.to_owned(),
        }
    }
}
