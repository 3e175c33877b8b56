//! Applies faults to requests, and words the errors as each service does.

use super::answers;
use crate::sandbox::estate::azure::{Tenant, client_id, guid};
use crate::sandbox::fault_injector::{Key, Verdict};
use crate::sandbox::server::{Answer, State};

/// The services that are emulated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AzureService {
    /// The resource manager.
    Manager,
    /// Resource Graph.
    Graph,
    /// Where tokens come from.
    Entra,
}

impl AzureService {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Manager => "arm",
            Self::Graph => "graph",
            Self::Entra => "entra",
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

/// What a fault changes in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerFault {
    /// As it should be.
    Plainly,
    /// With a link to the next page that leads to this place.
    Astray(String),
    /// Without the last row of the page, which is counted all the same. Only Resource Graph counts.
    Short,
    /// With rows in the opposite order. Only Resource Graph is asked for one.
    Disordered,
}

impl GatedRequest<'_> {
    /// Counts the request, and applies the faults that select it.
    pub async fn pass(&self) -> Result<AnswerFault, Answer> {
        let key = Key {
            account: self.account.to_owned(),
            region: "global".into(),
            service: self.service.as_str(),
            action: self.action.to_owned(),
        };
        let (delay, verdict) = self.state.gate.pass(&key);
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        Err(match verdict {
            // The others are about answers of AWS.
            Verdict::Pass | Verdict::Cut(_) | Verdict::Replace(..) | Verdict::PageLoop(_) => {
                return Ok(AnswerFault::Plainly);
            }
            Verdict::Astray(url) => return Ok(AnswerFault::Astray(url)),
            Verdict::Short => return Ok(AnswerFault::Short),
            Verdict::Disorder => return Ok(AnswerFault::Disordered),
            Verdict::Throttled => self.throttled(1),
            Verdict::RetryAfter(seconds) => self.throttled(seconds),
            Verdict::Error(code, status) => self.error(&code, status),
            Verdict::Denied => self.denied(),
            Verdict::Hang => std::future::pending().await,
            Verdict::Expired => self.expired(),
            Verdict::Garbage => Answer::garbage(),
        })
    }

    fn throttled(&self, seconds: u64) -> Answer {
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
        };
        answer.with("retry-after", seconds.to_string())
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
        }
    }

    fn denied(&self) -> Answer {
        if self.service == AzureService::Entra {
            let message = "Access has been blocked by Conditional Access policies. The access policy does not \
                           allow token issuance.";
            return answers::entra_error(400, "invalid_grant", 53003, message, self.id);
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
