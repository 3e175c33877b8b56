//! Signs in: chooses the credential source, and finds the tenants that it opens.
//!
//! Which sources this machine offers, and in which order, is decided in `credentials.rs`. The first one that exists is
//! used, whether it works or not: another identity would see other subscriptions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt, stream};

use super::authority::Authority;
use super::credentials::{CredentialSource, EnvironmentVariables};
use super::tenant_token::{SignInError, TenantToken};
use crate::clouds::azure::api::{self, ListedTenant};
use crate::clouds::azure::reading::subscription_lists;
use crate::clouds::azure::requests::arm_client::ArmClient;
use crate::clouds::azure::requests::arm_http::{ArmHttp, Backoff};
use crate::clouds::azure::requests::endpoints::AzureEndpoints;
use crate::clouds::azure::requests::pauses::{Pauses, Quota};
use crate::clouds::registry::ServicePrincipal;
use crate::clouds::step::{PlanningOutcome, bounded};
use crate::clouds::{CloudError, Event, Failure, Run, unmatched_patterns};
use crate::model::{Outcome, Subject};

/// What stands for the tenant that a credential source chooses by itself.
const DEFAULT_TENANT: &str = "default";

/// How many tenants are asked at once for the same. Each has its own quota.
const TENANTS_AT_ONCE: usize = 8;

/// Does `work` on several tenants at once, and returns the results in the order of `work`. The progress line says `doing`
/// and how many are done.
pub async fn for_each_tenant<T>(run: &Run, doing: &str, work: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    for_tenants(run, doing, TENANTS_AT_ONCE, work).await
}

async fn for_tenants<T>(run: &Run, doing: &str, at_once: usize, work: Vec<BoxFuture<'_, T>>) -> Vec<T> {
    let (done, count) = (AtomicUsize::new(0), work.len());
    let counted: Vec<_> = work
        .into_iter()
        .map(|one| {
            one.inspect(|_| {
                let done = done.fetch_add(1, Ordering::Relaxed) + 1;
                if count > 1 {
                    run.observer.event(Event::Activity(&format!("{doing}: {done} of {count} tenants")));
                }
            })
        })
        .collect();
    stream::iter(counted).buffered(at_once).collect().await
}

/// A tenant that was signed in to.
#[derive(Debug, Clone)]
pub struct SignedInTenant {
    /// Its id or domain as far as it was named.
    pub name: String,
    /// How it was signed in to.
    pub label: String,
    /// The client that reads its subscriptions.
    pub client: ArmClient,
    /// Whether you did not name it: it was found among the tenants that the caller is known in.
    pub found: bool,
}

/// The tenants that were signed in to, and what failed.
#[derive(Debug, Default)]
pub struct SignedInTenants {
    pub tenants: Vec<SignedInTenant>,
    /// Steps that failed or were skipped.
    pub failed: Vec<PlanningOutcome>,
}

impl SignedInTenants {
    /// Records a tenant, or why it could not be signed in to. If Entra refuses the caller there as a guest, the tenant is
    /// skipped if `may_skip` allows it. Every other failure proves nothing about what is in the tenant.
    fn record(
        &mut self,
        source: &CredentialSource,
        tenant: Option<&str>,
        result: Result<SignedInTenant, SignInError>,
        may_skip: bool,
    ) -> Option<SignedInTenant> {
        match result {
            Ok(tenant) => {
                self.tenants.push(tenant.clone());
                Some(tenant)
            }
            Err(SignInError { refused_as_guest, failure, .. }) => {
                let tenant = tenant.or(source.home_tenant()).unwrap_or(DEFAULT_TENANT);
                let is_skipped = may_skip && refused_as_guest;
                let outcome = if is_skipped { Outcome::Skipped } else { failure.outcome };
                let (account, subject) = (format!("tenant:{tenant}"), Subject::Credentials);
                self.failed.push(PlanningOutcome {
                    account,
                    subject,
                    failure: Failure { outcome, ..failure },
                });
                None
            }
        }
    }
}

/// Signs in.
pub struct SignIn<'a> {
    pub endpoints: &'a AzureEndpoints,
    pub authority: &'a Authority,
    pub http: Arc<ArmHttp>,
    /// Whether every subscription was asked for, so that no tenant may be left out.
    pub wants_all: bool,
    pub run: &'a Run,
}

impl SignIn<'_> {
    /// Signs in to `wanted` tenants; to all that the caller is known in, as far as they can be found, when none is
    /// named.
    ///
    /// # Errors
    /// When no credential source exists, or none of the tenants could be signed in to.
    pub async fn sign_in_with_sources(
        &self,
        wanted: &[String],
        sources: Vec<CredentialSource>,
    ) -> Result<SignedInTenants, CloudError> {
        let mut signed_in = SignedInTenants::default();
        let first = wanted.first().map(String::as_str);
        let (source, result) = self.first_existing_source(sources, first).await?;
        let default = signed_in.record(&source, first, result, false);
        let others: Vec<&String> = wanted.iter().skip(1).collect();
        let results = self.try_tenants(&source, &others).await;
        for (tenant, result) in others.into_iter().zip(results) {
            signed_in.record(&source, Some(tenant), result, false);
        }
        if let (Some(default), true) = (default, wanted.is_empty() && source.is_of_several_tenants()) {
            self.find_others(&mut signed_in, &source, &default).await;
        }
        self.finish(signed_in)
    }

    /// Tries the sources in turn. The first that exists is used, whether it works or not.
    async fn first_existing_source(
        &self,
        sources: Vec<CredentialSource>,
        tenant: Option<&str>,
    ) -> Result<(CredentialSource, Result<SignedInTenant, SignInError>), CloudError> {
        let mut absent = CloudError::not_configured("no Azure login was found");
        for source in sources {
            match self.try_source(&source, tenant).await {
                Err(SignInError { absent: true, failure, .. }) => {
                    absent = failure.reasons.into_iter().fold(absent, CloudError::with_cause);
                }
                result => return Ok((source, result)),
            }
        }
        Err(absent
            .remedy("sign in: az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"))
    }

    /// Signs in to the tenants of `principals`, or to those of them that are wanted.
    ///
    /// # Errors
    /// When a wanted tenant is none of theirs, or none lets us in.
    pub async fn sign_in_with_principals(
        &self,
        principals: &[ServicePrincipal],
        wanted: &[String],
    ) -> Result<SignedInTenants, CloudError> {
        let known: Vec<&str> = principals.iter().map(|principal| principal.tenant.as_str()).collect();
        if let Some(unknown) = wanted.iter().find(|tenant| !known.contains(&tenant.as_str())) {
            return Err(unmatched_patterns::unknown(unknown, &known, "Azure tenant"));
        }
        let mut signed_in = SignedInTenants::default();
        let chosen = principals.iter().filter(|one| wanted.is_empty() || wanted.contains(&one.tenant));
        let sources: Vec<CredentialSource> = chosen.map(CredentialSource::from_principal).collect();
        let work = sources.iter().map(|source| self.try_source(source, None).boxed()).collect();
        let results = for_each_tenant(self.run, SIGNING_IN, work).await;
        for (source, result) in sources.iter().zip(results) {
            signed_in.record(source, None, result, false);
        }
        self.finish(signed_in)
    }

    fn finish(&self, signed_in: SignedInTenants) -> Result<SignedInTenants, CloudError> {
        if self.run.cancel.is_cancelled() {
            return Err(CloudError::new("stopped while signing in"));
        }
        if signed_in.tenants.is_empty() {
            let reasons = signed_in.failed.into_iter().flat_map(|step| step.failure.reasons);
            return Err(reasons.fold(
                CloudError::new("netcensus could not sign in to any Azure tenant"),
                CloudError::with_cause,
            ));
        }
        Ok(signed_in)
    }

    /// Signs in to `tenants`: one after the other where a program does it that may ask the user something.
    async fn try_tenants(
        &self,
        source: &CredentialSource,
        tenants: &[&String],
    ) -> Vec<Result<SignedInTenant, SignInError>> {
        let at_once = match source {
            CredentialSource::DeveloperTool { .. } => 1,
            CredentialSource::ServicePrincipal(..) | CredentialSource::ManagedIdentity { .. } => {
                TENANTS_AT_ONCE
            }
        };
        let work = tenants.iter().map(|tenant| self.try_source(source, Some(tenant)).boxed()).collect();
        for_tenants(self.run, SIGNING_IN, at_once, work).await
    }

    async fn try_source(
        &self,
        source: &CredentialSource,
        tenant: Option<&str>,
    ) -> Result<SignedInTenant, SignInError> {
        let tenant = tenant.or(source.home_tenant());
        let name = tenant.unwrap_or(DEFAULT_TENANT).to_owned();
        let doing = format!("signing in to Azure by {} (tenant {name})", source.label());
        self.run.observer.event(Event::Activity(&doing));
        let work =
            async { Ok(TenantToken::sign_in(source, tenant, self.authority, &self.endpoints.scope).await) };
        let token = bounded(self.run, Box::pin(work)).await;
        let token = token
            .unwrap_or_else(|failure| Err(SignInError::from_failure(self.out_of_time(source, &failure))))?;
        let quota = Quota::Tenant(name.clone());
        let (scope, http) = (self.endpoints.scope.as_str().into(), Arc::clone(&self.http));
        let client = ArmClient { http, token: Arc::new(token), scope, quota };
        Ok(SignedInTenant { name, label: source.label(), found: false, client })
    }

    /// Names what was waited for.
    fn out_of_time(&self, source: &CredentialSource, failure: &Failure) -> Failure {
        let who = match source {
            CredentialSource::ServicePrincipal(..) => {
                format!("{}: {}", source.label(), self.authority.origin())
            }
            CredentialSource::ManagedIdentity { .. } => source.label(),
            CredentialSource::DeveloperTool { tool, .. } => {
                format!("{}: {} gave no token", source.label(), tool.program())
            }
        };
        failure.clone().context(who)
    }

    /// The user of a developer's tool is often a guest in other tenants. Those that can be signed in to are read too.
    ///
    /// The default tenant keeps its token: in Azure Cloud Shell it is the only one that can be had.
    async fn find_others(
        &self,
        signed_in: &mut SignedInTenants,
        source: &CredentialSource,
        default: &SignedInTenant,
    ) {
        let listed = bounded(self.run, Box::pin(async { Ok(list_tenants(&default.client).await) })).await;
        let own = default.client.token.tenant_id.clone();
        let (tenants, failure) = match listed {
            Ok(Ok(tenants)) => {
                let lack = defect_of_tenant_list(&tenants, own.as_deref());
                (tenants, lack)
            }
            Ok(Err(failure)) | Err(failure) => (Vec::new(), Some(failure)),
        };
        if let Some(failure) = failure {
            let (account, subject) = (format!("tenant:{}", default.name), Subject::Accounts);
            let failure = failure.context("other tenants cannot be found");
            signed_in.failed.push(PlanningOutcome { account, subject, failure });
        } else if tenants.len() < 2 {
            return;
        }
        if let Some(own) = &own {
            signed_in.tenants = vec![default.named(own)];
        }
        let is_own = |tenant: &str| own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(tenant));
        let others: Vec<&String> = tenants.iter().filter(|tenant| !is_own(tenant)).collect();
        let results = self.try_tenants(source, &others).await;
        for (tenant, result) in others.into_iter().zip(results) {
            let result = result.map(|tenant| SignedInTenant { found: true, ..tenant });
            signed_in.record(source, Some(tenant), result, !self.wants_all);
        }
        // Which of them the default is, is not known. Where all could be entered by name, it is one of those; it is
        // listed after them all the same, since the login's own tenant may not be empty without a word.
        if own.is_none() && signed_in.tenants.len() > tenants.len() {
            signed_in.tenants.rotate_left(1);
        }
    }
}

const SIGNING_IN: &str = "signing in to Azure";

impl SignedInTenant {
    /// Names the tenant that a tool chose by itself, once it is known which that is.
    fn named(&self, id: &str) -> Self {
        let client = self.client.with_quota(Quota::Tenant(id.to_owned()));
        Self { name: id.to_owned(), label: self.label.clone(), client, found: false }
    }
}

/// Says what is wrong with a list of the tenants that a login of the tenant `own` is known in: it holds that one.
fn defect_of_tenant_list(tenants: &[String], own: Option<&str>) -> Option<Failure> {
    let is_listed = |own: &str| tenants.iter().any(|tenant| tenant.eq_ignore_ascii_case(own));
    let why = match own.filter(|own| !is_listed(own)) {
        _ if tenants.is_empty() => {
            "the list of tenants is empty, although the login belongs to at least one".to_owned()
        }
        Some(own) => format!("the list of tenants lacks {own}, the tenant of the login"),
        None => return None,
    };
    let remedy = "run netcensus again, or name the tenants to read with --azure-tenant";
    Some(Failure::new(Outcome::Failed, why).remedy(remedy))
}

/// Lists the ids of the tenants that the caller is known in.
async fn list_tenants(client: &ArmClient) -> Result<Vec<String>, Failure> {
    let failed = |why: String| Failure::new(Outcome::Failed, why);
    let mut pages = subscription_lists::tenants(client);
    let mut tenants = Vec::new();
    while let Some(page) = pages.next().await {
        for item in page? {
            let tenant: ListedTenant = api::decode_item(item.get())
                .map_err(|why| failed(format!("a tenant is malformed: {why}")))?;
            let id = tenant.tenant_id.filter(|id| !id.is_empty());
            tenants.push(id.ok_or_else(|| failed("a tenant came without its id".to_owned()))?);
        }
    }
    Ok(tenants)
}

/// Prepares to send requests to the resource manager.
pub fn arm_http(endpoints: &AzureEndpoints, client: reqwest::Client, run: &Run) -> Arc<ArmHttp> {
    let pauses = Arc::new(Pauses::new(run.timeout, Arc::clone(&run.observer)));
    let backoff = Backoff::new(run.shortest_wait);
    Arc::new(ArmHttp::new(client, endpoints.resource_manager.clone(), pauses, backoff))
}

/// Removes the managed identity of a virtual machine from `sources`, unless this is such a machine.
///
/// The metadata service has one address everywhere, and other clouds answer there too. Azure's refuses a request
/// that lacks the header `Metadata` with 400:
/// <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>.
pub async fn without_absent_vm_identity(
    sources: Vec<CredentialSource>,
    environment: &EnvironmentVariables,
    direct: &reqwest::Client,
) -> Vec<CredentialSource> {
    let is_machine = |source: &CredentialSource| matches!(source, CredentialSource::ManagedIdentity { .. });
    if !sources.iter().any(is_machine) || environment.names_an_identity_endpoint() {
        return sources;
    }
    let probe = direct.get(METADATA).timeout(METADATA_PROBE).send().await;
    if probe.is_ok_and(|answer| answer.status() == reqwest::StatusCode::BAD_REQUEST) {
        return sources;
    }
    sources.into_iter().filter(|source| !is_machine(source)).collect()
}

const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
/// How long a metadata service may take to show that it exists. It is on the same host, or nowhere.
const METADATA_PROBE: Duration = Duration::from_millis(500);
