//! Signs in for the queues of a storage account: by the same credentials as for reading, with a token of another audience.

use super::authority::Authority;
use super::credentials::{CredentialSource, EnvironmentVariables};
use super::endpoints::AzureEndpoints;
use super::sign_in::without_absent_vm_identity;
use super::tenant_token::{SignInError, TenantToken};
use crate::clouds::http_client::http_client;
use crate::clouds::step::bounded;
use crate::clouds::{CloudEnvironment, PlanError, Run};
use crate::config::AzureSettings;

/// What a token is asked for, in all clouds of Azure.
pub const STORAGE_SCOPE: &str = "https://storage.azure.com/.default";

/// Signs in to `tenant`, or to the first one that is configured, or to that of the credentials.
///
/// # Errors
/// When no credential source exists, or the first one that does fails.
pub async fn sign_in_for_queue(
    tenant: Option<&str>,
    settings: &AzureSettings,
    surroundings: &CloudEnvironment,
    run: &Run,
) -> Result<TenantToken, PlanError> {
    let is_sandbox = matches!(surroundings, CloudEnvironment::Sandbox { .. });
    let environment =
        if is_sandbox { EnvironmentVariables::default() } else { EnvironmentVariables::from_process() };
    let (direct, http) = (http_client(false)?, http_client(!is_sandbox)?);
    let authority = AzureEndpoints::new(settings, surroundings)?.authority;
    let authority = Authority::new(authority, environment.get("AZURE_AUTHORITY_HOST"), http, direct.clone())?;
    let tenant = tenant.or_else(|| settings.tenants.value.first().map(String::as_str));
    let sources = match surroundings {
        CloudEnvironment::Sandbox { azure, .. } => {
            let of_tenant = azure.iter().filter(|one| tenant.is_none_or(|tenant| one.tenant == tenant));
            of_tenant.map(CredentialSource::from_principal).collect()
        }
        CloudEnvironment::System => {
            without_absent_vm_identity(environment.credential_sources()?, &environment, &direct).await
        }
    };
    first_existing(sources, tenant, &authority, run).await
}

/// Tries the sources in turn. The first that exists is used, whether it works or not.
async fn first_existing(
    sources: Vec<CredentialSource>,
    tenant: Option<&str>,
    authority: &Authority,
    run: &Run,
) -> Result<TenantToken, PlanError> {
    let mut absent = PlanError::not_configured("no Azure login was found");
    for source in sources {
        let mut is_absent = false;
        let sign_in = async {
            let token = TenantToken::sign_in(&source, tenant, authority, STORAGE_SCOPE).await;
            token.map_err(|error: SignInError| {
                is_absent = error.absent;
                error.failure
            })
        };
        let signed_in = bounded(run, Box::pin(sign_in)).await;
        match signed_in {
            Ok(token) => return Ok(token),
            Err(failure) if is_absent => absent = failure.reasons.into_iter().fold(absent, PlanError::cause),
            Err(failure) => {
                let reasons = failure.reasons.into_iter();
                return Err(reasons.fold(PlanError::new("cannot sign in to Azure"), PlanError::explained_by));
            }
        }
    }
    Err(absent.remedy("sign in: az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"))
}
