//! Applies faults to requests, and words the errors as each service does.

use super::{answers, storage_answer};
use crate::sandbox::answer::Answer;
use crate::sandbox::estate::azure::{Tenant, client_id, guid};
use crate::sandbox::faults::{Key, ListFaults, Refusal, RetryAfter};
use crate::sandbox::state::State;

/// The services that are emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureService {
    /// The resource manager.
    Manager,
    /// Resource Graph.
    Graph,
    /// Where tokens come from.
    Entra,
    /// Queues of a storage account.
    Queue,
}

impl AzureService {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "arm",
            Self::Graph => "graph",
            Self::Entra => "entra",
            Self::Queue => "queue",
        }
    }
}

/// A request that faults may apply to.
pub struct GatedRequest<'a> {
    pub state: &'a State,
    pub service: AzureService,
    /// The tenant that it is made in.
    pub tenant: &'a Tenant,
    /// The subscription's id, or where there is none the tenant's.
    pub account: &'a str,
    /// The permission that it takes.
    pub action: &'a str,
    /// What it is about, as refusals name it.
    pub scope: &'a str,
    /// The request's id.
    pub id: &'a str,
}

impl GatedRequest<'_> {
    /// Counts the request, and lets the faults that select it have their way with what `list` makes.
    pub async fn answer(&self, list: impl FnOnce(&ListFaults) -> Result<Answer, Answer>) -> Answer {
        let key = Key {
            account: self.account.to_owned(),
            region: "global".into(),
            service: self.service.as_str(),
            action: self.action.to_owned(),
        };
        let passage = self.state.server.faults.pass(&key);
        if !passage.delay.is_zero() {
            tokio::time::sleep(passage.delay).await;
        }
        let answer = match &passage.refusal {
            Some(refusal) => self.refuse(refusal).await,
            None => list(&passage.list).unwrap_or_else(|refused| refused),
        };
        answer.with_faults(passage.answer)
    }

    async fn refuse(&self, refusal: &Refusal) -> Answer {
        match refusal {
            Refusal::Throttled(wait) => self.throttled(wait.as_ref().unwrap_or(&RetryAfter::Seconds(1))),
            Refusal::Error(code, status) => self.error(code, *status),
            Refusal::Denied => self.denied(),
            Refusal::Expired => self.expired(),
            Refusal::Garbage => Answer::garbage(),
            Refusal::Hang => std::future::pending().await,
        }
    }

    fn throttled(&self, wait: &RetryAfter) -> Answer {
        let seconds = wait.seconds();
        let answer = match self.service {
            AzureService::Manager => {
                let message = format!(
                    "The request is being throttled as the limit has been reached for operation type - {}. \
                     Please try again after '{seconds}' seconds.",
                    self.action
                );
                answers::arm_error(429, "TooManyRequests", message)
            }
            AzureService::Graph => {
                let message = "Client application has been throttled and should not attempt to repeat the \
                               request until an amount of time has elapsed.";
                answers::graph_error(429, "RateLimiting", &[("RateLimiting", message)], self.id)
                    .with("x-ms-user-quota-remaining", "0")
                    .with("x-ms-user-quota-resets-after", span(seconds))
            }
            AzureService::Entra => {
                let message = "The server is temporarily too busy to handle the request.";
                answers::entra_error(429, "temporarily_unavailable", 90055, message, self.id)
            }
            AzureService::Queue => storage_answer::error(503, "ServerBusy", "The server is busy."),
        };
        answer.with("retry-after", wait.to_header())
    }

    fn error(&self, code: &str, status: u16) -> Answer {
        let message = "The sandbox answers with this error because of --fault.";
        match self.service {
            AzureService::Manager => answers::arm_error(status, code, message),
            AzureService::Graph => answers::graph_error(status, code, &[(code, message)], self.id),
            AzureService::Entra => match code.strip_prefix("AADSTS").and_then(|number| number.parse().ok()) {
                Some(number) => {
                    let (error, message) = entra_refusal(number, message);
                    answers::entra_error(status, error, number, message, self.id)
                }
                None => answers::entra_error(status, code, 90033, message, self.id),
            },
            AzureService::Queue => storage_answer::error(status, code, message),
        }
    }

    fn denied(&self) -> Answer {
        if self.service == AzureService::Entra {
            let message = "Access has been blocked by Conditional Access policies. The access policy does not \
                           allow token issuance.";
            return answers::entra_error(400, "invalid_grant", 53003, message, self.id);
        }
        if self.service == AzureService::Queue {
            let message = "This request is not authorized to perform this operation using this permission.";
            return storage_answer::error(403, "AuthorizationPermissionMismatch", message);
        }
        let (client, object) = (client_id(&self.tenant.id), guid(&format!("object/{}", self.tenant.id)));
        let message = format!(
            "The client '{client}' with object id '{object}' does not have authorization to perform action \
             '{}' over scope '{}' or the scope is invalid. If access was recently granted, please refresh your \
             credentials.",
            self.action, self.scope
        );
        answers::arm_error(403, "AuthorizationFailed", message)
    }

    fn expired(&self) -> Answer {
        if self.service == AzureService::Entra {
            let message = "The refresh token has expired due to inactivity.";
            return answers::entra_error(400, "invalid_grant", 700_082, message, self.id);
        }
        if self.service == AzureService::Queue {
            return storage_answer::unauthorized(self.state);
        }
        let message = "The access token expiry UTC time is earlier than current UTC time.";
        answers::unauthorized(self.state, "ExpiredAuthenticationToken", message)
    }
}

/// Words some of Entra's refusals as it does; `otherwise` is for the others:
/// <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
const fn entra_refusal(number: u32, otherwise: &str) -> (&'static str, &str) {
    match number {
        50_020 => (
            "invalid_grant",
            "User account from identity provider does not exist in this tenant and cannot access the application.",
        ),
        50_076 => (
            "interaction_required",
            "Due to a configuration change made by your administrator, or because you moved to a new location, you \
             must use multi-factor authentication to access the application.",
        ),
        50_105 => ("invalid_grant", "The signed in user is not assigned to a role for the application."),
        700_082 => ("invalid_grant", "The refresh token has expired due to inactivity."),
        _ => ("invalid_grant", otherwise),
    }
}

/// Writes seconds as `hh:mm:ss`.
fn span(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}
