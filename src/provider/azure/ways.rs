//! The ways into Azure: what each is called, the credential it makes, and what to do when it does not work.

use std::path::PathBuf;
use std::sync::Arc;

use azure_core::credentials::{Secret, TokenCredential};
use azure_core::error::{Error, ErrorKind};
use azure_identity::{
    AzureCliCredential, AzureCliCredentialOptions, AzureDeveloperCliCredential,
    AzureDeveloperCliCredentialOptions, ClientAssertionCredential, ClientAssertionCredentialOptions,
    ClientSecretCredential, ClientSecretCredentialOptions, ManagedIdentityCredential,
    ManagedIdentityCredentialOptions, UserAssignedId, WorkloadIdentityCredential,
    WorkloadIdentityCredentialOptions,
};

use super::certificate::Certificate;
use super::http::Quota;
use super::identity::Identity;
use crate::model::Outcome;
use crate::provider::Failure;
use crate::provider::causes::{causes, root};
use crate::provider::registry::ServicePrincipal;

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
    /// Whoever did `az login`.
    AzureCli,
    /// Whoever did `azd auth login`.
    AzureDeveloperCli,
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
            Self::AzureCli => "az login".to_owned(),
            Self::AzureDeveloperCli => "azd auth login".to_owned(),
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
        matches!(self, Self::AzureCli | Self::AzureDeveloperCli)
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
        let tenant_id = tenant.map(str::to_owned);
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
            Self::AzureCli => {
                AzureCliCredential::new(Some(AzureCliCredentialOptions { tenant_id, ..Default::default() }))?
            }
            Self::AzureDeveloperCli => {
                let options = AzureDeveloperCliCredentialOptions { tenant_id, ..Default::default() };
                AzureDeveloperCliCredential::new(Some(options))?
            }
        })
    }

    /// Tells whether `error` means that this way does not exist here at all, rather than that it failed.
    pub fn is_absent(&self, error: &Error) -> bool {
        match self {
            Self::ServicePrincipal(..) => false,
            // A machine without an identity says so with 400; other kinds of hosts are not known to the crate.
            Self::ManagedIdentity { client } => {
                client.is_none() && !is_unreachable(error) && status(error).is_none_or(|status| status == 400)
            }
            Self::AzureCli | Self::AzureDeveloperCli => {
                let said = error.to_string();
                said.contains("Please run 'az login' to setup account")
                    || said.contains("not logged in, run `azd auth login`")
                    || said.contains("not found on PATH")
            }
        }
    }

    /// Says why a token could not be had, and what mends it.
    pub fn failure(&self, error: &Error, tenant: Option<&str>) -> Failure {
        let why = said(error);
        if is_unreachable(error) {
            let detail = format!(
                "{}: the authority cannot be reached: {why} (AZURE_AUTHORITY_HOST, --azure-authority, HTTPS_PROXY \
                 and NO_PROXY say where requests go)",
                self.label()
            );
            return Failure { outcome: Outcome::Failed, detail, unreachable: true };
        }
        let label = self.label();
        let detail = if self.is_of_a_file() && status(error).is_none() {
            // The file cannot be used, and nobody was asked yet; the reason names it.
            format!("{label}: {why}")
        } else {
            format!("{label}: {why} ({})", self.remedy(&why, tenant))
        };
        Failure::new(Outcome::Failed, detail)
    }

    const fn is_of_a_file(&self) -> bool {
        matches!(self, Self::ServicePrincipal(_, Proof::Certificate(_) | Proof::Federated(_)))
    }

    /// Says how to come by a new token.
    pub fn sign_in_again(&self, tenant: Option<&str>) -> String {
        match (self, tenant) {
            (Self::AzureCli, Some(tenant)) => format!("run: az login --tenant {tenant}"),
            (Self::AzureCli, None) => "run: az login".to_owned(),
            (Self::AzureDeveloperCli, Some(tenant)) => format!("run: azd auth login --tenant-id {tenant}"),
            (Self::AzureDeveloperCli, None) => "run: azd auth login".to_owned(),
            (way, _) => format!("Azure does not take the token of {} any more; run it again", way.label()),
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
    fn remedy(&self, why: &str, tenant: Option<&str>) -> String {
        let has = |codes: &[&str]| codes.iter().any(|code| why.contains(&format!("AADSTS{code}")));
        if has(&["90002", "900023", "500011"]) {
            return "is the tenant's id right? az account tenant list knows those of your login".to_owned();
        }
        if has(&["53000", "53001", "53003", "530034"]) {
            return "a Conditional Access policy forbids it: ask whoever administers the tenant".to_owned();
        }
        match self {
            Self::AzureCli | Self::AzureDeveloperCli => self.sign_in_again(tenant),
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

/// The HTTP status in the chain of causes, if the other side answered.
fn status(error: &Error) -> Option<u16> {
    chain(error).find_map(|link| match link.kind() {
        ErrorKind::HttpResponse { status, .. } => Some((*status).into()),
        _ => None,
    })
}

fn is_unreachable(error: &Error) -> bool {
    chain(error).any(|link| matches!(link.kind(), ErrorKind::Connection))
}

fn chain(error: &Error) -> impl Iterator<Item = &Error> {
    causes(error).filter_map(|link| link.downcast_ref::<Error>())
}

/// The innermost message, without what the crate puts around it: its own name, and an address for troubleshooting.
fn said(error: &Error) -> String {
    let text = if is_unreachable(error) { root(error) } else { innermost(error) };
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason was given");
    let line = line.trim_start_matches("ERROR: ").trim_end_matches('.');
    // Entra's messages go on with identifiers for its support.
    line.split(" Trace ID:").next().unwrap_or(line).trim_end_matches('.').to_owned()
}

fn innermost(error: &Error) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}
