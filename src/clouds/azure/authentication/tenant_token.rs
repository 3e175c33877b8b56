//! One token for all subscriptions of a tenant, and the bridge between two generations of Azure crates.
//!
//! `azure_identity` signs in by `azure_core` 1.x; the management crates ask the older trait of 0.21 for a token
//! before every request. This is that trait on top of the newer one. It keeps the token, because not every credential
//! does (the Azure CLI is started anew each time), and fetches it once, however many requests need it.

use std::sync::Arc;

use async_trait::async_trait;
use azure_core::credentials::{AccessToken, TokenCredential};
use azure_core::time::{Duration, OffsetDateTime};
use azure_core_legacy::auth as legacy;
use azure_core_legacy::error::{Error as LegacyError, ErrorKind as LegacyErrorKind};
use reqwest::StatusCode;
use tokio::sync::Mutex;
use tokio_util::task::AbortOnDropHandle;

use super::authority::Authority;
use super::credentials::CredentialSource;
use super::developer_tool::{ToolCredential, is_other_tenant, tenant_of};
use crate::clouds::Failure;
use crate::clouds::azure::requests::arm_error::ArmError;
use crate::clouds::azure::requests::arm_request::ArmRequest;
use crate::clouds::azure::requests::pauses::Quota;
use crate::model::Outcome;
use crate::redact;

/// How long before its end a token is replaced.
const MARGIN: Duration = Duration::minutes(5);

/// How many refused tokens of a tenant are replaced in one run, and until one has expired. A resource manager that refuses every token must not
/// send all requests to the authority as well.
const REPLACEMENTS: u8 = 3;

/// A tenant's token.
#[derive(Debug)]
pub struct TenantToken {
    source: CredentialSource,
    tenant: Option<String>,
    authority: Authority,
    kept: Arc<Mutex<KeptToken>>,
    /// The id of the tenant that issued it, if the token or its source names it.
    pub tenant_id: Option<String>,
}

/// The token in use, and what the next one comes from.
#[derive(Debug)]
struct KeptToken {
    credential: Arc<dyn TokenCredential>,
    token: Option<AccessToken>,
    /// How many tokens were replaced because Azure refused them.
    replaced: u8,
}

/// Why there is no token.
#[derive(Debug)]
pub struct SignInError {
    /// Whether the credential source does not exist on this machine, so that the next one may be tried.
    pub absent: bool,
    /// Whether Entra does not let this user into the tenant as a guest.
    pub refused_as_guest: bool,
    /// What failed, and how to fix it.
    pub failure: Failure,
}

impl SignInError {
    /// Makes one of a source that exists and failed.
    pub const fn from_failure(failure: Failure) -> Self {
        Self { absent: false, refused_as_guest: false, failure }
    }
}

impl TenantToken {
    /// Signs in to `tenant` with `source`, for the OAuth scope `scope`.
    ///
    /// # Errors
    /// When the source does not exist, or does not work.
    pub async fn sign_in(
        source: &CredentialSource,
        tenant: Option<&str>,
        authority: &Authority,
        scope: &str,
    ) -> Result<Self, SignInError> {
        let not_in = |error: azure_core::Error| SignInError {
            absent: source.is_absent(&error),
            refused_as_guest: source.is_refused_as_guest(&error),
            failure: source.failure(&error, tenant),
        };
        let (source, tenant) = (source.clone(), tenant.map(str::to_owned));
        let (credential, token, told): (Arc<dyn TokenCredential>, _, _) = match &source {
            CredentialSource::DeveloperTool { tool, program } => {
                let credential = ToolCredential::new(*tool, program.clone(), tenant.clone());
                let got = credential.token(scope).await.map_err(|error| not_in(error.into()))?;
                (Arc::new(credential), got.token, got.tenant)
            }
            source => {
                let credential = source.credential(tenant.as_deref(), authority).map_err(not_in)?;
                let token = credential.get_token(&[scope], None).await.map_err(not_in)?;
                (credential, token, None)
            }
        };
        redact::remember(token.token.secret());
        let tenant_id = told.or_else(|| tenant_of(token.token.secret()));
        // A managed identity is of one tenant, whichever is asked for.
        if let (Some(own), Some(wanted)) = (&tenant_id, &tenant)
            && is_other_tenant(own, wanted)
        {
            let label = source.label();
            let detail = format!("{label}: its token is for tenant {own} instead of tenant {wanted}");
            let remedy =
                format!("sign in to that tenant another way, or read the other one: --azure-tenant {own}");
            return Err(SignInError::from_failure(Failure::new(Outcome::Failed, detail).remedy(remedy)));
        }
        let kept = Arc::new(Mutex::new(KeptToken { credential, token: Some(token), replaced: 0 }));
        Ok(Self { source, tenant, authority: authority.clone(), kept, tenant_id })
    }

    /// Adds what to do to an error that is about the token, or about the rights of its owner.
    pub fn explain(&self, error: ArmError, request: &ArmRequest) -> ArmError {
        explain(error, &request.quota, &self.source, self.tenant.as_deref())
    }

    /// Fetches a token for `scope`, unless the kept one is still good.
    ///
    /// # Errors
    /// When the source does not work any more. The failure contains the remedy.
    pub async fn fetch(&self, scope: &str) -> Result<AccessToken, Failure> {
        if let Some(token) = self.kept.try_lock().ok().and_then(|kept| good(kept.token.as_ref())) {
            return Ok(token);
        }
        let token = self.in_task(renew(Arc::clone(&self.kept), scope.to_owned())).await?;
        tracing::debug!(source = self.source.label(), tenant = self.tenant, expires = %token.expires_on, "token");
        Ok(token)
    }

    /// Fetches another token for `scope` in place of `refused`, unless another request did meanwhile; `None` if there is
    /// no other, or too many were refused.
    ///
    /// # Errors
    /// When the source does not work any more. The failure contains the remedy.
    pub async fn replace(&self, refused: &str, scope: &str) -> Result<Option<AccessToken>, Failure> {
        // Credentials keep their tokens too, so that only a new one fetches another.
        let credential = self.source.credential(self.tenant.as_deref(), &self.authority);
        let credential = credential.map_err(|error| self.source.failure(&error, self.tenant.as_deref()))?;
        let kept = Arc::clone(&self.kept);
        let token = self.in_task(replace(credential, kept, refused.to_owned(), scope.to_owned())).await?;
        tracing::debug!(
            source = self.source.label(),
            tenant = self.tenant,
            new = token.is_some(),
            "refused token"
        );
        Ok(token)
    }

    /// Does `work` in a task of its own: a request that is not polled any more would keep the lock, and all others out.
    /// When the request is dropped the task is too, and with it a tool that hangs.
    async fn in_task<T: Send + 'static>(
        &self,
        work: impl Future<Output = azure_core::Result<T>> + Send + 'static,
    ) -> Result<T, Failure> {
        let done = AbortOnDropHandle::new(tokio::spawn(work)).await.map_err(|error| {
            Failure::new(Outcome::Failed, format!("{}: cannot get a token: {error}", self.source.label()))
        })?;
        done.map_err(|error| self.source.failure(&error, self.tenant.as_deref()))
    }
}

/// Returns the token if it is good for some time yet.
fn good(token: Option<&AccessToken>) -> Option<AccessToken> {
    token.filter(|token| token.expires_on > OffsetDateTime::now_utc() + MARGIN).cloned()
}

/// Fetches a token, unless another request did while this one waited for the lock.
async fn renew(kept: Arc<Mutex<KeptToken>>, scope: String) -> azure_core::Result<AccessToken> {
    let mut kept = kept.lock().await;
    if let Some(token) = good(kept.token.as_ref()) {
        return Ok(token);
    }
    let token = kept.credential.get_token(&[&scope], None).await?;
    redact::remember(token.token.secret());
    // A watch runs for months, and its tokens are revoked now and then.
    kept.replaced = 0;
    Ok(kept.token.insert(token).clone())
}

/// Fetches a token by `credential` in place of `refused`, unless another request did while this one waited for the lock.
async fn replace(
    credential: Arc<dyn TokenCredential>,
    kept: Arc<Mutex<KeptToken>>,
    refused: String,
    scope: String,
) -> azure_core::Result<Option<AccessToken>> {
    let mut kept = kept.lock().await;
    let is_other = |token: &AccessToken| token.token.secret() != refused;
    if let Some(token) = good(kept.token.as_ref()).filter(is_other) {
        return Ok(Some(token));
    }
    if kept.replaced == REPLACEMENTS {
        return Ok(None);
    }
    kept.replaced += 1;
    let token = credential.get_token(&[&scope], None).await?;
    redact::remember(token.token.secret());
    kept.credential = credential;
    kept.token = Some(token.clone());
    Ok(Some(token).filter(is_other))
}

#[async_trait]
impl legacy::TokenCredential for TenantToken {
    async fn get_token(&self, scopes: &[&str]) -> azure_core_legacy::Result<legacy::AccessToken> {
        let scope = scopes.first().copied().unwrap_or_default();
        let token = self
            .fetch(scope)
            .await
            .map_err(|failure| LegacyError::new(LegacyErrorKind::Credential, failure))?;
        Ok(legacy::AccessToken::new(token.token.secret().to_owned(), token.expires_on))
    }

    async fn clear_cache(&self) -> azure_core_legacy::Result<()> {
        self.kept.lock().await.token = None;
        Ok(())
    }
}

fn explain(error: ArmError, quota: &Quota, source: &CredentialSource, tenant: Option<&str>) -> ArmError {
    match error.status {
        _ if error.has_own_remedy() => error,
        Some(StatusCode::UNAUTHORIZED) => error.with_remedy(&source.sign_in_again(tenant)),
        Some(StatusCode::FORBIDDEN) => error.with_remedy(&source.give_role(quota)),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::super::developer_tool::DeveloperTool;
    use super::*;

    fn explained(status: u16, code: &str, tenant: Option<&str>) -> String {
        let source = CredentialSource::DeveloperTool { tool: DeveloperTool::Az, program: "az".into() };
        let quota = Quota::Subscription("s".to_owned());
        explain(ArmError::for_test(status, code), &quota, &source, tenant).failure.detail()
    }

    #[test]
    fn a_denial_names_the_permission_and_where_to_give_it() {
        let denied = ArmError::for_test(403, "AuthorizationFailed").failure;
        assert_eq!(denied.outcome, Outcome::Denied);
        assert_eq!(denied.detail(), "Microsoft.Network/virtualNetworks/read: AuthorizationFailed");
        let denied = explained(403, "AuthorizationFailed", None);
        let remedy = "(allow it to az login: az role assignment create --role Reader --scope /subscriptions/s \
                      --assignee WHO)";
        assert!(denied.ends_with(remedy), "{denied}");
        let expired = explained(401, "ExpiredAuthenticationToken", Some("t"));
        assert!(expired.ends_with("(run: az login --tenant t)"), "{expired}");
    }

    #[test]
    fn one_remedy_is_enough() {
        for (status, code) in [(401, "InvalidAuthenticationTokenTenant"), (403, "DisabledSubscription")] {
            let detail = explained(status, code, Some("t"));
            assert_eq!(detail.matches('(').count(), 1, "{detail}");
        }
    }
}
