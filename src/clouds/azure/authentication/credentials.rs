//! Where credentials come from: which sources this machine offers, the credential that each makes, and what to do when
//! one does not work.
//!
//! The choice, in this order:
//!
//! 1. The sources to try: [`EnvironmentVariables::credential_sources`]. They are a service principal or a workload identity
//!    that variables configure, else a managed identity, `az` and `azd`. `AZURE_TOKEN_CREDENTIALS` leaves out some.
//! 2. A managed identity is left out where no machine of Azure offers one: `without_absent_vm_identity` in `sign_in.rs`.
//! 3. The first source that exists is used, whether it works or not: `SignIn::first_existing_source` in `sign_in.rs`. Whether
//!    one exists is told by [`CredentialSource::is_absent`].
//!
//! The environment variables are those that Azure's own SDKs read:
//! <https://learn.microsoft.com/azure/developer/rust/sdk/authentication/credential-chains>.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::{Secret, TokenCredential};
use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::{
    ClientAssertion, ClientAssertionCredential, ClientAssertionCredentialOptions, ClientSecretCredential,
    ClientSecretCredentialOptions, ManagedIdentityCredential, ManagedIdentityCredentialOptions,
    UserAssignedId,
};

use super::authority::{Authority, TokenRequestError};
use super::certificate::{Certificate, UnusableCertificate};
use super::developer_tool::{DeveloperTool, ToolCredential, ToolError, without_support_ids};
use crate::clouds::azure::requests::pauses::Quota;
use crate::clouds::causes::causes;
use crate::clouds::registry::ServicePrincipal;
use crate::clouds::{CloudError, CloudErrorKind, Failure};
use crate::fs::paths::{LONGEST_SECRET, read_regular_text};
use crate::model::Outcome;
use crate::suggest::nearest;

/// The variables of the process, as far as they matter; an empty one counts as absent.
#[derive(Debug, Clone, Default)]
pub struct EnvironmentVariables(HashMap<String, String>);

impl EnvironmentVariables {
    /// Takes them from the process.
    pub fn from_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect()
    }

    /// Returns a variable.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Lists the credential sources to try, in this order. Whether a metadata service exists is not tested here.
    ///
    /// # Errors
    /// When variables contradict each other, or one that a source needs is missing.
    pub fn credential_sources(&self) -> Result<Vec<CredentialSource>, CloudError> {
        let chosen = self.chosen()?;
        let mut sources = Vec::new();
        if chosen.contains(&ChainLink::Environment) {
            sources.extend(self.service_principal()?);
        }
        if chosen.contains(&ChainLink::WorkloadIdentity) {
            sources.extend(self.workload_identity()?);
        }
        if !sources.is_empty() {
            // What is set for this process is what you want: another identity would see other subscriptions.
            return Ok(sources);
        }
        if chosen.contains(&ChainLink::Environment) && !self.names_an_identity_endpoint() {
            self.check_proof()?;
        }
        if chosen.contains(&ChainLink::ManagedIdentity) {
            sources.push(CredentialSource::ManagedIdentity {
                client: self.get("AZURE_CLIENT_ID").map(str::to_owned),
            });
        }
        for (link, tool) in
            [(ChainLink::AzureCli, DeveloperTool::Az), (ChainLink::AzureDeveloperCli, DeveloperTool::Azd)]
        {
            let path = self.get("PATH").filter(|_| chosen.contains(&link));
            let program = path.and_then(|path| tool.find(path.as_ref()));
            sources.extend(program.map(|program| CredentialSource::DeveloperTool { tool, program }));
        }
        Ok(sources)
    }

    /// Tells whether a managed identity is offered by other means than the metadata service of a virtual machine.
    pub fn names_an_identity_endpoint(&self) -> bool {
        self.get("IDENTITY_ENDPOINT").is_some()
    }

    /// What `AZURE_TOKEN_CREDENTIALS` leaves of the chain, as in Azure's other SDKs.
    fn chosen(&self) -> Result<Vec<ChainLink>, CloudError> {
        let Some(word) = self.get("AZURE_TOKEN_CREDENTIALS") else { return Ok(ChainLink::ALL.to_vec()) };
        let all = || ChainLink::ALL.into_iter();
        let chosen: Vec<ChainLink> = match word.to_ascii_lowercase().as_str() {
            "prod" => all().filter(|link| !link.is_developers()).collect(),
            "dev" => all().filter(|link| link.is_developers()).collect(),
            word => all().filter(|link| link.name().eq_ignore_ascii_case(word)).collect(),
        };
        if !chosen.is_empty() {
            return Ok(chosen);
        }
        let names: Vec<&str> = ["prod", "dev"].into_iter().chain(all().map(ChainLink::name)).collect();
        let error = CloudError::bad_setting(format!(
            "AZURE_TOKEN_CREDENTIALS is `{word}`, which names no credential"
        ));
        Err(match nearest(word, names.iter().copied()) {
            Some(name) => error.remedy(format!("did you mean `{name}`?")),
            None => error.remedy(format!("accepted: {}", names.join(", "))),
        })
    }

    /// A secret or a certificate: `AZURE_CLIENT_SECRET`, `AZURE_CLIENT_CERTIFICATE_PATH`.
    fn service_principal(&self) -> Result<Option<CredentialSource>, CloudError> {
        let secret = self.get("AZURE_CLIENT_SECRET");
        let certificate = self.get("AZURE_CLIENT_CERTIFICATE_PATH");
        let (variable, proof) = match (secret, certificate) {
            (Some(secret), _) => ("AZURE_CLIENT_SECRET", ClientCredential::Secret(secret.to_owned().into())),
            (None, Some(path)) => {
                if self.get("AZURE_CLIENT_CERTIFICATE_PASSWORD").is_some() {
                    return Err(CloudError::bad_setting(
                        "AZURE_CLIENT_CERTIFICATE_PASSWORD is set, but netcensus \
                        can read only a certificate without a password",
                    )
                    .remedy(
                        "make one: openssl pkcs12 -in cert.pfx -nodes -out cert.pem, readable for you only",
                    ));
                }
                ("AZURE_CLIENT_CERTIFICATE_PATH", ClientCredential::Certificate(PathBuf::from(path)))
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(CredentialSource::ServicePrincipal(self.principal(variable)?, proof)))
    }

    /// A federated token in a file, as Kubernetes and CI systems give it: `AZURE_FEDERATED_TOKEN_FILE`.
    fn workload_identity(&self) -> Result<Option<CredentialSource>, CloudError> {
        let variable = "AZURE_FEDERATED_TOKEN_FILE";
        let Some(path) = self.get(variable) else { return Ok(None) };
        Ok(Some(CredentialSource::ServicePrincipal(
            self.principal(variable)?,
            ClientCredential::Federated(PathBuf::from(path)),
        )))
    }

    /// Refuses a service principal without a proof: an empty secret is how CI systems say that one is missing, and
    /// another identity, or none, must not pass for it.
    fn check_proof(&self) -> Result<(), CloudError> {
        if self.get("AZURE_TENANT_ID").is_none() || self.get("AZURE_CLIENT_ID").is_none() {
            return Ok(());
        }
        let message = "AZURE_TENANT_ID and AZURE_CLIENT_ID are set, and AZURE_CLIENT_SECRET, \
                       AZURE_CLIENT_CERTIFICATE_PATH and AZURE_FEDERATED_TOKEN_FILE are not, or are empty";
        Err(CloudError::bad_setting(message).remedy(
            "set one of them; AZURE_TOKEN_CREDENTIALS=ManagedIdentityCredential takes the machine's identity instead",
        ))
    }

    /// Adds to an error that no login was found which variables are missing, where some of a service principal are set.
    pub fn explain_half_set(&self, error: CloudError) -> CloudError {
        let names = ["AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
        let (set, missing): (Vec<&str>, Vec<&str>) =
            names.into_iter().partition(|name| self.get(name).is_some());
        if error.kind != CloudErrorKind::NotConfigured || set.is_empty() || missing.is_empty() {
            return error;
        }
        let (set, missing) = (set.join(" and "), missing.join(" and "));
        error
            .with_cause(format!("{set} is set without {missing}"))
            .remedy(format!("set {missing} too, or unset {set}"))
    }

    fn principal(&self, because: &str) -> Result<Application, CloudError> {
        let need = |name: &str| {
            self.get(name).map(str::to_owned).ok_or_else(|| {
                CloudError::bad_setting(format!("{because} is set, and {name} is not"))
                    .remedy(format!("set {name} too, or unset {because} to sign in another way"))
            })
        };
        Ok(Application { tenant: need("AZURE_TENANT_ID")?, client: need("AZURE_CLIENT_ID")? })
    }
}

impl FromIterator<(String, String)> for EnvironmentVariables {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(variables: I) -> Self {
        Self(variables.into_iter().filter(|(_, value)| !value.is_empty()).collect())
    }
}

/// A link of the chain, by the name that `AZURE_TOKEN_CREDENTIALS` has for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChainLink {
    Environment,
    WorkloadIdentity,
    ManagedIdentity,
    AzureCli,
    AzureDeveloperCli,
}

impl ChainLink {
    const ALL: [Self; 5] = [
        Self::Environment,
        Self::WorkloadIdentity,
        Self::ManagedIdentity,
        Self::AzureCli,
        Self::AzureDeveloperCli,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Environment => "EnvironmentCredential",
            Self::WorkloadIdentity => "WorkloadIdentityCredential",
            Self::ManagedIdentity => "ManagedIdentityCredential",
            Self::AzureCli => "AzureCliCredential",
            Self::AzureDeveloperCli => "AzureDeveloperCliCredential",
        }
    }

    const fn is_developers(self) -> bool {
        matches!(self, Self::AzureCli | Self::AzureDeveloperCli)
    }
}

/// Where a credential comes from.
#[derive(Debug, Clone)]
pub enum CredentialSource {
    /// An application of its own.
    ServicePrincipal(Application, ClientCredential),
    /// The identity of the machine or container that we run on.
    ManagedIdentity {
        /// Which of several identities, by client id.
        client: Option<String>,
    },
    /// The login of a developer's tool.
    DeveloperTool {
        /// The tool that is logged in.
        tool: DeveloperTool,
        /// Its program.
        program: PathBuf,
    },
}

/// An application in a tenant.
#[derive(Debug, Clone)]
pub struct Application {
    /// Its own tenant; it may be known in others too.
    pub tenant: String,
    /// Client id.
    pub client: String,
}

/// How an application proves who it is.
#[derive(Debug, Clone)]
pub enum ClientCredential {
    /// A password.
    Secret(Secret),
    /// A PEM file with certificate and private key.
    Certificate(PathBuf),
    /// A file with a token of an issuer that the tenant trusts.
    Federated(PathBuf),
}

impl CredentialSource {
    /// Makes the source of an application that is given with its secret.
    pub fn from_principal(principal: &ServicePrincipal) -> Self {
        let ServicePrincipal { tenant, client, secret } = principal.clone();
        Self::ServicePrincipal(Application { tenant, client }, ClientCredential::Secret(secret.into()))
    }

    /// Returns the name shown in `reached_by` and in messages.
    pub fn label(&self) -> String {
        match self {
            Self::ServicePrincipal(Application { client, .. }, proof) => {
                let proof = match proof {
                    ClientCredential::Secret(_) => "secret",
                    ClientCredential::Certificate(_) => "certificate",
                    ClientCredential::Federated(_) => "federated token",
                };
                format!("service principal {client} ({proof})")
            }
            Self::ManagedIdentity { client: Some(client) } => format!("managed identity {client}"),
            Self::ManagedIdentity { client: None } => "managed identity".to_owned(),
            Self::DeveloperTool { tool, .. } => tool.login(None),
        }
    }

    /// Returns the tenant to use when you name none; `None` when only Azure knows it.
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

    /// Makes the credential for `tenant`, or for the source's own tenant.
    ///
    /// # Errors
    /// When a file that it needs cannot be used, or the source does not exist on this machine.
    pub fn credential(
        &self,
        tenant: Option<&str>,
        authority: &Authority,
    ) -> azure_core::Result<Arc<dyn TokenCredential>> {
        Ok(match self {
            Self::ServicePrincipal(principal, proof) => {
                let tenant = tenant.unwrap_or(&principal.tenant);
                return proof.credential(tenant, &principal.client, authority);
            }
            Self::ManagedIdentity { client } => {
                let user_assigned_id = client.clone().map(UserAssignedId::ClientId);
                let client_options = authority.direct();
                let options = ManagedIdentityCredentialOptions { user_assigned_id, client_options };
                ManagedIdentityCredential::new(Some(options))?
            }
            Self::DeveloperTool { tool, program } => {
                Arc::new(ToolCredential::new(*tool, program.clone(), tenant.map(str::to_owned)))
            }
        })
    }

    /// Tells whether `error` means that this source does not exist on this machine, rather than that it failed.
    pub fn is_absent(&self, error: &Error) -> bool {
        match self {
            Self::ServicePrincipal(..) => false,
            // A machine without an identity answers 400. `azure_identity` asks no other kinds of hosts.
            Self::ManagedIdentity { client } => {
                client.is_none()
                    && TokenRequestError::find(error).is_none()
                    && status(error).is_none_or(|status| status == 400)
            }
            Self::DeveloperTool { .. } => matches!(ToolError::find(error), Some(ToolError::NotLoggedIn(_))),
        }
    }

    /// Says why a token could not be had, and how to fix that.
    pub fn failure(&self, error: &Error, tenant: Option<&str>) -> Failure {
        let label = self.label();
        if let Some(unusable) = TokenRequestError::find(error) {
            if let TokenRequestError::Paused(failure) = unusable {
                return failure.clone().context(label);
            }
            let (why, remedy) = self.describe_unusable(unusable);
            let failure = Failure::new(Outcome::Failed, why).context(label).remedy(remedy);
            let unreachable =
                matches!(unusable, TokenRequestError::Silent(_) | TokenRequestError::Unreachable { .. });
            return Failure { unreachable, ..failure };
        }
        if let Some(unusable) = UnusableCertificate::find(error) {
            let failure = Failure::new(Outcome::Failed, unusable.to_string());
            return failure.context(label).remedy(unusable.remedy);
        }
        let why = innermost_message(error);
        let failure = Failure::new(Outcome::Failed, format!("{label}: {why}"));
        match (status(error), self) {
            (Some(429 | 500..), _) => failure.remedy("the authority is busy or broken: try again later"),
            // The file cannot be used, and no authority was asked yet. The reason names the file.
            (
                None,
                Self::ServicePrincipal(_, ClientCredential::Certificate(_) | ClientCredential::Federated(_)),
            ) => failure,
            _ => failure.remedy(self.remedy(error, &why, tenant)),
        }
    }

    /// Says why no answer could be used, and what to do.
    fn describe_unusable(&self, unusable: &TokenRequestError) -> (String, String) {
        let (who, where_to_look) = match self {
            Self::ManagedIdentity { .. } => {
                ("the managed identity's endpoint", "check the variable IDENTITY_ENDPOINT")
            }
            _ => ("the authority", "check AZURE_AUTHORITY_HOST, --azure-authority, HTTPS_PROXY and NO_PROXY"),
        };
        let where_to_look = where_to_look.to_owned();
        match unusable {
            TokenRequestError::Silent(host) => {
                (format!("{who} did not answer in time: {host}"), where_to_look)
            }
            TokenRequestError::Unreachable { host, why, remedy } => {
                (format!("{who} cannot be reached: {host}: {why}"), remedy.clone().unwrap_or(where_to_look))
            }
            TokenRequestError::BrokenOff { .. }
            | TokenRequestError::Answer { .. }
            | TokenRequestError::Paused(_) => (unusable.to_string(), where_to_look),
        }
    }

    /// Tells whether Entra refused this user in a tenant that is not the user's own, such as one that admits guests only
    /// under conditions. An expired login, no answer, or a problem on this machine prove nothing about the tenant.
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
            source => format!("Azure no longer accepts the token of {}; run netcensus again", source.label()),
        }
    }

    /// Says what to do if the tenant wants multi-factor authentication, which only people can answer.
    fn prove_more(&self, tenant: Option<&str>) -> String {
        match self {
            Self::DeveloperTool { .. } => {
                format!("the tenant requires multi-factor authentication; {}", self.sign_in_again(tenant))
            }
            _ => "an application cannot answer multi-factor authentication: ask an administrator of the tenant to exempt \
                  it, or sign in as a user with az login"
                .to_owned(),
        }
    }

    /// Says what to do if a login has expired.
    fn renew_login(&self, tenant: Option<&str>) -> String {
        match self {
            Self::DeveloperTool { .. } => format!("the login has expired; {}", self.sign_in_again(tenant)),
            _ => "Azure wants this application to sign in anew: run the command again".to_owned(),
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
            return "check the tenant's id: az account tenant list shows those of your login".to_owned();
        }
        if has(&["53000", "53001", "53003", "530034"]) {
            return "a Conditional Access policy forbids it: ask an administrator of the tenant".to_owned();
        }
        if has(MORE_PROOF) {
            return self.prove_more(tenant);
        }
        if has(EXPIRED_LOGIN) {
            return self.renew_login(tenant);
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
            Self::ServicePrincipal(Application { client, .. }, proof) => match proof {
                _ if has(&["700016"]) => {
                    format!(
                        "the tenant does not know application {client}: check AZURE_CLIENT_ID and the tenant"
                    )
                }
                ClientCredential::Secret(_) if has(&["7000215", "7000222"]) => {
                    format!("make a new secret: az ad app credential reset --id {client}")
                }
                ClientCredential::Secret(_) => {
                    "check AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET".to_owned()
                }
                ClientCredential::Certificate(path) => format!(
                    "check that {} is the application's certificate and has not expired: az ad app credential \
                     list --cert --id {client}",
                    path.display()
                ),
                ClientCredential::Federated(path) => format!(
                    "check that the application trusts the issuer of {}: az ad app federated-credential list --id {client}",
                    path.display()
                ),
            },
        }
    }
}

impl ClientCredential {
    fn credential(
        &self,
        tenant: &str,
        client: &str,
        authority: &Authority,
    ) -> azure_core::Result<Arc<dyn TokenCredential>> {
        let (client_options, client) = (authority.options(), client.to_owned());
        Ok(match self {
            Self::Secret(secret) => {
                let options = ClientSecretCredentialOptions { client_options };
                ClientSecretCredential::new(tenant, client, secret.clone(), Some(options))?
            }
            Self::Certificate(path) => {
                let certificate = Certificate::read(path, authority.token_endpoint(tenant), &client)?;
                let options = ClientAssertionCredentialOptions { client_options };
                ClientAssertionCredential::new(tenant.to_owned(), client, certificate, Some(options))?
            }
            Self::Federated(path) => {
                let token = FederatedToken(path.clone());
                let options = ClientAssertionCredentialOptions { client_options };
                ClientAssertionCredential::new(tenant.to_owned(), client, token, Some(options))?
            }
        })
    }
}

/// Codes by which Entra wants multi-factor authentication, or has forgotten it.
const MORE_PROOF: &[&str] = &["50072", "50074", "50076", "50078", "50079", "50158"];

/// Codes by which Entra says that a login has expired, or was revoked, as when the password changed.
const EXPIRED_LOGIN: &[&str] = &["50089", "50132", "50173", "70008", "70043", "700081", "700082", "700084"];

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
fn innermost_message(error: &Error) -> String {
    let text = ToolError::find(error).map_or_else(|| innermost(error), ToString::to_string);
    let line = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or("no reason was given");
    let line = line.trim_start_matches("ERROR: ").trim_end_matches('.');
    without_support_ids(line).to_owned()
}

fn innermost(error: &Error) -> String {
    chain(error).last().map_or_else(|| error.to_string(), ToString::to_string)
}

/// The file of a federated token, which is read for each token of Entra.
#[derive(Debug)]
struct FederatedToken(pub PathBuf);

#[async_trait]
impl ClientAssertion for FederatedToken {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let token = read_regular_text(&self.0, LONGEST_SECRET).map_err(|error| {
            let why = format!("the federated token in {} cannot be read: {error}", self.0.display());
            Error::with_message(ErrorKind::Credential, why)
        })?;
        Ok(token.trim_end().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINCIPAL: [(&str, &str); 2] = [("AZURE_TENANT_ID", "t"), ("AZURE_CLIENT_ID", "c")];

    fn labels(variables: &[(&str, &str)]) -> Vec<String> {
        sources_from(variables).unwrap().iter().map(CredentialSource::label).collect()
    }

    fn sources_from(variables: &[(&str, &str)]) -> Result<Vec<CredentialSource>, CloudError> {
        let pairs = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        pairs.collect::<EnvironmentVariables>().credential_sources()
    }

    fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
        PRINCIPAL.into_iter().chain(more.iter().copied()).collect()
    }

    #[test]
    fn what_is_set_up_for_the_process_goes_before_what_the_machine_offers() {
        assert_eq!(labels(&with(&[("AZURE_CLIENT_SECRET", "s")])), ["service principal c (secret)"]);
        assert_eq!(
            labels(&with(&[("AZURE_CLIENT_CERTIFICATE_PATH", "p")])),
            ["service principal c (certificate)"]
        );
        assert_eq!(
            labels(&with(&[("AZURE_FEDERATED_TOKEN_FILE", "p")])),
            ["service principal c (federated token)"]
        );
        assert_eq!(labels(&[("AZURE_CLIENT_ID", "c")]), ["managed identity c"]);
        assert_eq!(labels(&[]), ["managed identity"]);
    }

    #[test]
    fn the_chain_can_be_narrowed() {
        let secret = with(&[("AZURE_CLIENT_SECRET", "s"), ("AZURE_TOKEN_CREDENTIALS", "dev")]);
        assert!(labels(&secret).is_empty(), "nothing of a developer is there");
        let secret =
            with(&[("AZURE_CLIENT_SECRET", "s"), ("AZURE_TOKEN_CREDENTIALS", "managedidentitycredential")]);
        assert_eq!(labels(&secret), ["managed identity c"]);
        let error = sources_from(&[("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredentials")]).unwrap_err();
        assert_eq!(error.diagnostic.remedies, ["did you mean `EnvironmentCredential`?"]);
    }

    #[test]
    fn what_a_service_principal_lacks_is_named_where_there_is_no_login() {
        let explain = |name: &str| {
            let set: EnvironmentVariables = [(name.to_owned(), "x".to_owned())].into_iter().collect();
            set.explain_half_set(CloudError::not_configured("no Azure login was found")).diagnostic.remedies
        };
        let missing = "set AZURE_CLIENT_ID and AZURE_CLIENT_SECRET too, or unset AZURE_TENANT_ID";
        assert_eq!(explain("AZURE_TENANT_ID"), [missing]);
        assert!(explain("PATH").is_empty());
    }

    #[test]
    fn half_a_service_principal_is_an_error_and_not_another_identity() {
        let error = sources_from(&[("AZURE_CLIENT_SECRET", "s"), ("AZURE_CLIENT_ID", "c")]).unwrap_err();
        assert_eq!(error.message(), "AZURE_CLIENT_SECRET is set, and AZURE_TENANT_ID is not");
        for secret in [&[][..], &[("AZURE_CLIENT_SECRET", "")]] {
            let error = sources_from(&with(secret)).unwrap_err();
            assert!(error.is_bad_setting() && error.message().contains("AZURE_CLIENT_SECRET"), "{error}");
        }
        let password =
            with(&[("AZURE_CLIENT_CERTIFICATE_PATH", "p"), ("AZURE_CLIENT_CERTIFICATE_PASSWORD", "x")]);
        assert!(sources_from(&password).unwrap_err().is_bad_setting());
    }
}

#[cfg(test)]
mod failure_tests {
    use super::*;

    #[test]
    fn only_entras_refusal_of_a_guest_may_leave_a_tenant_out() {
        let source = CredentialSource::DeveloperTool { tool: DeveloperTool::Az, program: "az".into() };
        let refuses = |text: &str| source.is_refused_as_guest(&ToolError::Refused(text.to_owned()).into());
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
        let silent = TokenRequestError::Silent("https://login.example.com".to_owned());
        assert!(!source.is_refused_as_guest(&silent.into()));
        let unusable = ToolError::Unusable("AADSTS50076 in something else".to_owned());
        assert!(!source.is_refused_as_guest(&unusable.into()));
    }

    #[test]
    fn a_login_that_expired_or_lacks_a_factor_is_told_what_to_do() {
        let tool = CredentialSource::DeveloperTool { tool: DeveloperTool::Az, program: "az".into() };
        let principal = ServicePrincipal { tenant: "t".into(), client: "c".into(), secret: "s".into() };
        let application = CredentialSource::from_principal(&principal);
        let remedies = |source: &CredentialSource, code: &str| {
            let refused = ToolError::Refused(format!("AADSTS{code}: no"));
            source.failure(&refused.into(), Some("t")).to_string()
        };
        for code in ["50076", "50079", "50158"] {
            let told = remedies(&tool, code);
            assert!(
                told.contains("requires multi-factor authentication; run: az login --tenant t"),
                "{told}"
            );
            let told = remedies(&application, code);
            assert!(told.contains("cannot answer multi-factor authentication"), "{told}");
            assert!(!told.contains("AZURE_CLIENT_SECRET"), "{told}");
        }
        for code in ["700082", "70043", "50173"] {
            let told = remedies(&tool, code);
            assert!(told.contains("the login has expired; run: az login --tenant t"), "{told}");
            assert!(!remedies(&application, code).contains("AZURE_CLIENT_SECRET"), "no secret is wrong");
        }
    }

    #[test]
    fn who_did_not_answer_is_named_and_no_secret_is_blamed() {
        let principal = ServicePrincipal { tenant: "t".into(), client: "c".into(), secret: "s".into() };
        let source = CredentialSource::from_principal(&principal);
        let host = "https://login.example.com".to_owned();
        let silent = source.failure(&TokenRequestError::Silent(host.clone()).into(), None);
        assert!(
            silent.unreachable
                && silent.detail().contains("did not answer in time: https://login.example.com")
        );
        let why = "says that the token expires in 300000000000 seconds (expires_in)".to_owned();
        let odd = source.failure(&TokenRequestError::Answer { host, why }.into(), None);
        assert!(
            !odd.unreachable && odd.detail().contains("the token answer of https://login.example.com says")
        );
        for failure in [silent, odd] {
            assert!(!failure.detail().contains("AZURE_CLIENT_SECRET"), "{failure}");
        }
    }
}
