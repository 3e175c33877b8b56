//! The ways into Azure: what each is called, the credential it makes, and what to do when it does not work.

use std::path::PathBuf;
use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::error::{Error, ErrorKind};
use azure_identity::{
    ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId, WorkloadIdentityCredential, WorkloadIdentityCredentialOptions,
};

use super::certificate::Certificate;
use super::developer_tool::{Tool, ToolCredential, ToolError};
use super::http::Quota;
use super::identity::{Identity, Unusable};
use crate::clouds::Failure;
use crate::clouds::causes::causes;
use crate::clouds::registry::ServicePrincipal;
use crate::model::Outcome;

/// A way in.
#[derive(Debug, Clone)]
pub enum Way {
    /// An application of its own.
    ServicePrincipal(Principal, Proof),
    /// The identity of the machine or container that we run on.
    ManagedIdentity {
        /// Which of several identities, by client id.
        client: Option<String>,
    },
    /// The login of a developer's tool.
    DeveloperTool {
        /// Which.
        tool: Tool,
        /// Its program.
        program: PathBuf,
    },
}

/// An application in a tenant.
#[derive(Debug, Clone)]
pub struct Principal {
    /// Its own tenant; it may be known in others too.
    pub tenant: String,
    /// Client id.
    pub client: String,
}

/// How an application proves who it is.
#[derive(Debug, Clone)]
pub enum Proof {
    /// A password.
    Secret(Secret),
    /// A PEM file with certificate and private key.
    Certificate(PathBuf),
    /// A file with a token of somebody that the tenant trusts.
    Federated(PathBuf),
}

impl Way {
    /// Makes the way of an application that is given with its secret.
    pub fn of(principal: &ServicePrincipal) -> Self {
        let ServicePrincipal { tenant, client, secret } = principal.clone();
        Self::ServicePrincipal(Principal { tenant, client }, Proof::Secret(secret.into()))
    }

    /// Returns the name shown in `reached_by` and in messages.
    pub fn label(&self) -> String {
        match self {
            Self::ServicePrincipal(Principal { client, .. }, proof) => {
                let proof = match proof {
                    Proof::Secret(_) => "secret",
                    Proof::Certificate(_) => "certificate",
                    Proof::Federated(_) => "federated token",
                };
                format!("service principal {client} ({proof})")
            }
            Self::ManagedIdentity { client: Some(client) } => format!("managed identity {client}"),
            Self::ManagedIdentity { client: None } => "managed identity".to_owned(),
            Self::DeveloperTool { tool, .. } => tool.login(None),
        }
    }

    /// Returns the tenant that is meant when nobody names one; `None` when only the other side knows.
    pub fn home_tenant(&self) -> Option<&str> {
        match self {
            Self::ServicePrincipal(principal, _) => Some(&principal.tenant),
            _ => None,
        }
    }

    /// Tells whether it can sign in to other tenants that the same person or application is known in.
    pub const fn is_of_several_tenants(&self) -> bool {
        matches!(self, Self::DeveloperTool { .. })
    }

    /// Makes the credential for `tenant`, or for the way's own.
    ///
    /// # Errors
    /// When a file that it needs cannot be used, or the way does not exist on this machine.
    pub fn credential(
        &self,
        tenant: Option<&str>,
        identity: &Identity,
    ) -> azure_core::Result<Arc<dyn TokenCredential>> {
        Ok(match self {
            Self::ServicePrincipal(principal, proof) => {
                let tenant = tenant.unwrap_or(&principal.tenant);
                return proof.credential(tenant, &principal.client, identity);
            }
            Self::ManagedIdentity { client } => {
                let user_assigned_id = client.clone().map(UserAssignedId::ClientId);
                let client_options = identity.direct();
                let options = ManagedIdentityCredentialOptions { user_assigned_id, client_options };
                ManagedIdentityCredential::new(Some(options))?
            }
            Self::DeveloperTool { tool, program } => {
                Arc::new(ToolCredential::new(*tool, program.clone(), tenant.map(str::to_owned)))
            }
        })
    }

    /// Tells whether `error` means that this way does not exist here at all, rather than that it failed.
    pub fn is_absent(&self, error: &Error) -> bool {
        match self {
            Self::ServicePrincipal(..) => false,
            // A machine without an identity says so with 400; other kinds of hosts are not known to the crate.
            Self::ManagedIdentity { client } => {
                client.is_none()
                    && Unusable::find(error).is_none()
                    && status(error).is_none_or(|status| status == 400)
            }
            Self::DeveloperTool { .. } => matches!(ToolError::find(error), Some(ToolError::NotLoggedIn(_))),
        }
    }

    /// Says why a token could not be had, and how to fix that.
    pub fn failure(&self, error: &Error, tenant: Option<&str>) -> Failure {
        let label = self.label();
        if let Some(unusable) = Unusable::find(error) {
            let failure = Failure::new(Outcome::Failed, self.describe_unusable(unusable)).context(label);
            return Failure { unreachable: !matches!(unusable, Unusable::Answer { .. }), ..failure };
        }
        let why = said(error);
        let failure = Failure::new(Outcome::Failed, format!("{label}: {why}"));
        match (status(error), self) {
            (Some(429 | 500..), _) => failure.remedy("the authority is busy or broken: try again later"),
            // The file cannot be used, and no authority was asked yet. The reason names the file.
            (None, Self::ServicePrincipal(_, Proof::Certificate(_) | Proof::Federated(_))) => failure,
            _ => failure.remedy(self.remedy(error, &why, tenant)),
        }
    }

    fn describe_unusable(&self, unusable: &Unusable) -> String {
        let (who, where_to_look) = match self {
            Self::ManagedIdentity { .. } => ("the managed identity's endpoint", "see IDENTITY_ENDPOINT"),
            _ => (
                "the authority",
                "AZURE_AUTHORITY_HOST, --azure-authority, HTTPS_PROXY and NO_PROXY say where requests go",
            ),
        };
        match unusable {
            Unusable::Silent(host) => format!("{who} did not answer in time: {host} ({where_to_look})"),
            Unusable::Unreachable { host, why } => {
                format!("{who} cannot be reached: {host}: {why} ({where_to_look})")
            }
            Unusable::Answer { host, why } => format!("the token answer of {host} {why} ({where_to_look})"),
        }
    }

    /// Tells whether a failure to enter a tenant is Entra's refusal of this user there: a tenant that knows the user
    /// as a guest and lets guests in under conditions only. A login that has expired, silence and trouble on this
    /// machine say nothing about the tenant.
    pub fn is_refused_as_guest(&self, error: &Error) -> bool {
        match (self, ToolError::find(error)) {
            (Self::DeveloperTool { .. }, Some(ToolError::Refused(reason))) => {
                has_code(reason, GUEST_REFUSALS)
            }
            _ => false,
        }
    }

    /// Says how to come by a new token.
    pub fn sign_in_again(&self, tenant: Option<&str>) -> String {
        match self {
            Self::DeveloperTool { tool, .. } => format!("run: {}", tool.login(tenant)),
            way => format!("Azure does not take the token of {} any more; run it again", way.label()),
        }
    }

    /// Says how to be let in to read.
    pub fn give_role(&self, quota: &Quota) -> String {
        let (scope, who) = match (quota, self) {
            (Quota::Subscription(id), Self::ServicePrincipal(principal, _)) => {
                (id.as_str(), principal.client.as_str())
            }
            (Quota::Subscription(id), _) => (id.as_str(), "WHO"),
            (Quota::Tenant(_), Self::ServicePrincipal(principal, _)) => ("ID", principal.client.as_str()),
            (Quota::Tenant(_), _) => ("ID", "WHO"),
        };
        format!(
            "allow it to {}: az role assignment create --role Reader --scope /subscriptions/{scope} --assignee {who}",
            self.label()
        )
    }

    /// By Microsoft Entra's codes: <https://learn.microsoft.com/entra/identity-platform/reference-error-codes>.
    fn remedy(&self, error: &Error, why: &str, tenant: Option<&str>) -> String {
        let has = |codes: &[&str]| has_code(why, codes);
        if has(&["90002", "900023", "500011"]) {
            return "is the tenant's id right? az account tenant list knows those of your login".to_owned();
        }
        if has(&["53000", "53001", "53003", "530034"]) {
            return "a Conditional Access policy forbids it: ask whoever administers the tenant".to_owned();
        }
        match self {
            Self::DeveloperTool { tool, .. } => match ToolError::find(error) {
                Some(ToolError::OtherTenant { own, .. } | ToolError::ForeignToken { own, .. }) => {
                    format!("{}; or read that one alone: --azure-tenant {own}", self.sign_in_again(tenant))
                }
                Some(ToolError::TooOld) => "run: az upgrade".to_owned(),
                Some(ToolError::Unusable(_)) => {
                    format!("run `{} --version` to see whether it works", tool.program())
                }
                Some(ToolError::Refused(why)) if !why.contains("AADSTS") => {
                    format!("fix that, or {}", self.sign_in_again(tenant))
                }
                _ => self.sign_in_again(tenant),
            },
            Self::ManagedIdentity { .. } => {
                "give the machine an identity with the role Reader, or sign in another way".to_owned()
            }
            Self::ServicePrincipal(Principal { client, .. }, proof) => match proof {
                _ if has(&["700016"]) => {
                    format!(
                        "the tenant does not know application {client}: check AZURE_CLIENT_ID and the tenant"
                    )
                }
                Proof::Secret(_) if has(&["7000215", "7000222"]) => {
                    format!("make a new secret: az ad app credential reset --id {client}")
                }
                Proof::Secret(_) => {
                    "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET".to_owned()
                }
                Proof::Certificate(path) => format!(
                    "is {} the application's certificate, and not expired? az ad app credential list --cert --id {client}",
                    path.display()
                ),
                Proof::Federated(path) => format!(
                    "does the application trust the issuer of {}? az ad app federated-credential list --id {client}",
                    path.display()
                ),
            },
        }
    }
}

impl Proof {
    fn credential(
        &self,
        tenant: &str,
        client: &str,
        identity: &Identity,
    ) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let (client_options, client) = (identity.options(), client.to_owned());
        Ok(match self {
            Self::Secret(secret) => {
                let options = ClientSecretCredentialOptions { client_options };
                ClientSecretCredential::new(tenant, client, secret.clone(), Some(options))?
            }
            Self::Certificate(path) => {
                let certificate = Certificate::read(path, identity.token_endpoint(tenant), &client)?;
                let options = ClientAssertionCredentialOptions { client_options };
                ClientAssertionCredential::new(tenant.to_owned(), client, certificate, Some(options))?
            }
            Self::Federated(path) => {
                let options = WorkloadIdentityCredentialOptions {
                    credential_options: ClientAssertionCredentialOptions { client_options },
                    client_id: Some(client),
                    tenant_id: Some(tenant.to_owned()),
                    token_file_path: Some(path.clone()),
                };
                WorkloadIdentityCredential::new(Some(options))?
            }
        })
    }
}

/// Codes by which Entra does not let a user into a tenant that is not the user's own: the tenant does not know the
/// user, wants more proof than the login has, or forbids it by policy.
const GUEST_REFUSALS: &[&str] = &[
    "16003", "50020", "50034", "50055", "50057", "50072", "50074", "50076", "50079", "50097", "50105",
    "50125", "50126", "50131", "50158", "50177", "50178", "500121", "500212", "500213", "51004", "53000",
    "53001", "53002", "53003", "53004", "53009", "53010", "53011", "530003", "530004", "530031", "530032",
    "530033", "530034", "530035", "65001", "65004", "650052", "650057", "500011", "500014", "5000224",
    "5000225", "90002", "900023", "90072", "90094", "90095", "700016", "7000112",
];

/// Tells whether one of Entra's codes is in `text`, as a whole number.
fn has_code(text: &str, codes: &[&str]) -> bool {
    text.split("AADSTS").skip(1).any(|rest| {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        codes.contains(&&rest[..end])
    })
}

/// The HTTP status in the chain of causes, if the other side answered.
fn status(error: &Error) -> Option<u16> {
    chain(error).find_map(|link| match link.kind() {
        ErrorKind::HttpResponse { status, .. } => Some((*status).into()),
        _ => None,
    })
}

fn chain(error: &Error) -> impl Iterator<Item = &Error> {
    causes(error).filter_map(|link| link.downcast_ref::<Error>())
}

/// The innermost message, without what the crate puts around it: its own name, and an address for troubleshooting.
fn said(error: &Error) -> String {
    let text = ToolError::find(error).map_or_else(|| innermost(error), ToString::to_string);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason was given");
    let line = line.trim_start_matches("ERROR: ").trim_end_matches('.');
    // Entra's messages go on with identifiers for its support.
    line.split(" Trace ID:").next().unwrap_or(line).trim_end_matches(['.', ' ']).to_owned()
}

fn innermost(error: &Error) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_entras_refusal_of_a_guest_may_leave_a_tenant_out() {
        let way = Way::DeveloperTool { tool: Tool::Az, program: "az".into() };
        let refuses = |text: &str| way.is_refused_as_guest(&ToolError::Refused(text.to_owned()).into());
        for code in ["50076", "50079", "50020", "53003", "50105", "65001", "50158", "90072"] {
            assert!(refuses(&format!("AADSTS{code}: no")), "{code}");
        }
        for text in [
            "AADSTS700082: the refresh token has expired",
            "AADSTS70043: the refresh token has expired",
            "AADSTS50078: multi-factor authentication has expired",
            "AADSTS50173: the grant has expired",
            "AADSTS90033: a transient error",
            "AADSTS5007600: another number",
            "AADSTS: no number",
            "[Errno 28] No space left on device",
        ] {
            assert!(!refuses(text), "{text}");
        }
        let silent = Unusable::Silent("https://login.example.com".to_owned());
        assert!(!way.is_refused_as_guest(&silent.into()));
        let unusable = ToolError::Unusable("AADSTS50076 in something else".to_owned());
        assert!(!way.is_refused_as_guest(&unusable.into()));
    }

    #[test]
    fn who_did_not_answer_is_named_and_no_secret_is_blamed() {
        // faults F18.
        let principal = ServicePrincipal { tenant: "t".into(), client: "c".into(), secret: "s".into() };
        let way = Way::of(&principal);
        let host = "https://login.example.com".to_owned();
        let silent = way.failure(&Unusable::Silent(host.clone()).into(), None);
        assert!(
            silent.unreachable
                && silent.detail().contains("did not answer in time: https://login.example.com")
        );
        let why = "says that the token expires in 300000000000 seconds (expires_in)".to_owned();
        let odd = way.failure(&Unusable::Answer { host, why }.into(), None);
        assert!(
            !odd.unreachable && odd.detail().contains("the token answer of https://login.example.com says")
        );
        for failure in [silent, odd] {
            assert!(!failure.detail().contains("AZURE_CLIENT_SECRET"), "{failure}");
        }
    }
}
