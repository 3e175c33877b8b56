//! The credential phase: which way in, and which tenants by it.

use std::sync::Arc;

use futures_util::StreamExt;

use super::api::{self, Tenant as TenantItem};
use super::endpoints::Endpoints;
use super::environment::Environment;
use super::http::{self, Manager, Quota};
use super::identity::Identity;
use super::line::Line;
use super::manager;
use super::pauses::Pauses;
use super::token::{NotIn, Token};
use super::ways::Way;
use crate::clouds::registry::ServicePrincipal;
use crate::clouds::step::{bounded, outcome};
use crate::clouds::{Event, Failure, PlanError, Run, names};
use crate::model::{Coverage, Outcome, Provider, Subject};

/// What stands for the tenant that a way in chooses by itself.
const DEFAULT_TENANT: &str = "default";

/// A tenant that was signed in to.
#[derive(Debug, Clone)]
pub struct Tenant {
    /// Its id or domain as far as it was named.
    pub name: String,
    /// How it was signed in to.
    pub label: String,
    /// The way to its subscriptions.
    pub line: Line,
    /// Whether nobody named it, and it was found among those that the caller is known in.
    pub found: bool,
}

/// The tenants that were signed in to, and what failed.
#[derive(Debug, Default)]
pub struct SignedIn {
    pub tenants: Vec<Tenant>,
    pub coverage: Vec<Coverage>,
}

impl SignedIn {
    /// Keeps a tenant, or what kept us out of it. A guest's tenant that was not asked for may refuse: then it is
    /// skipped where `may_skip` says so. Anything else that goes wrong says nothing about what is in the tenant.
    fn keep(
        &mut self,
        way: &Way,
        tenant: Option<&str>,
        result: Result<Tenant, NotIn>,
        may_skip: bool,
    ) -> Option<Tenant> {
        match result {
            Ok(tenant) => {
                self.tenants.push(tenant.clone());
                Some(tenant)
            }
            Err(NotIn { refused_as_guest, failure, .. }) => {
                let tenant = tenant.or(way.home_tenant()).unwrap_or(DEFAULT_TENANT);
                let is_skipped = may_skip && refused_as_guest;
                let how = if is_skipped { Outcome::Skipped } else { failure.outcome };
                let (account, kind) = (format!("tenant:{tenant}"), Subject::Credentials);
                self.coverage.push(outcome(Provider::Azure, account, kind, how, failure.detail()));
                None
            }
        }
    }
}

/// Signs in.
pub struct Door<'a> {
    pub endpoints: &'a Endpoints,
    pub identity: &'a Identity,
    pub manager: Arc<Manager>,
    /// Whether every subscription was asked for, so that no tenant may be left out.
    pub wants_all: bool,
    pub run: &'a Run,
}

impl Door<'_> {
    /// Signs in to `wanted` tenants; to all that the caller is known in, as far as they can be found, when none is
    /// named.
    ///
    /// # Errors
    /// When no way in exists, or none of the tenants lets us in.
    pub async fn sign_in(&self, wanted: &[String], ways: Vec<Way>) -> Result<SignedIn, PlanError> {
        let mut signed_in = SignedIn::default();
        let first = wanted.first().map(String::as_str);
        let (way, result) = self.first_way(ways, first).await?;
        let default = signed_in.keep(&way, first, result, false);
        for tenant in wanted.iter().skip(1) {
            let result = self.try_way(&way, Some(tenant)).await;
            signed_in.keep(&way, Some(tenant), result, false);
        }
        if let (Some(default), true) = (default, wanted.is_empty() && way.is_of_several_tenants()) {
            self.find_others(&mut signed_in, &way, &default).await;
        }
        self.conclude(signed_in)
    }

    /// Tries the ways in turn; the first that exists is the one, whether it works or not.
    async fn first_way(
        &self,
        ways: Vec<Way>,
        tenant: Option<&str>,
    ) -> Result<(Way, Result<Tenant, NotIn>), PlanError> {
        let mut absent = PlanError::not_configured("nobody is signed in to Azure");
        for way in ways {
            match self.try_way(&way, tenant).await {
                Err(NotIn { absent: true, failure, .. }) => absent = absent.cause(failure.detail()),
                result => return Ok((way, result)),
            }
        }
        Err(absent
            .remedy("sign in: az login, or set AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET"))
    }

    /// Signs in to the tenants of `principals`, or to those of them that are wanted.
    ///
    /// # Errors
    /// When a wanted tenant is none of theirs, or none lets us in.
    pub async fn by_principals(
        &self,
        principals: &[ServicePrincipal],
        wanted: &[String],
    ) -> Result<SignedIn, PlanError> {
        let known: Vec<&str> = principals.iter().map(|principal| principal.tenant.as_str()).collect();
        if let Some(unknown) = wanted.iter().find(|tenant| !known.contains(&tenant.as_str())) {
            return Err(names::unknown(unknown, &known, "Azure tenant"));
        }
        let mut signed_in = SignedIn::default();
        for principal in principals.iter().filter(|one| wanted.is_empty() || wanted.contains(&one.tenant)) {
            let way = Way::of(principal);
            let result = self.try_way(&way, None).await;
            signed_in.keep(&way, None, result, false);
        }
        self.conclude(signed_in)
    }

    fn conclude(&self, signed_in: SignedIn) -> Result<SignedIn, PlanError> {
        if self.run.cancel.is_cancelled() {
            return Err(PlanError::new("stopped while signing in"));
        }
        if signed_in.tenants.is_empty() {
            let failed = signed_in.coverage.iter().filter_map(|entry| entry.detail.as_deref());
            return Err(
                failed.fold(PlanError::new("no Azure tenant could be signed in to"), PlanError::cause)
            );
        }
        Ok(signed_in)
    }

    async fn try_way(&self, way: &Way, tenant: Option<&str>) -> Result<Tenant, NotIn> {
        let tenant = tenant.or(way.home_tenant());
        let name = tenant.unwrap_or(DEFAULT_TENANT).to_owned();
        let doing = format!("signing in to Azure by {} (tenant {name})", way.label());
        self.run.observer.event(Event::Doing(&doing));
        let work = async { Ok(Token::sign_in(way, tenant, self.identity, &self.endpoints.scope).await) };
        let token = bounded(self.run, Box::pin(work)).await;
        let token = token.unwrap_or_else(|failure| Err(NotIn::of(self.out_of_time(way, &failure))))?;
        let quota = Quota::Tenant(name.clone());
        let (scope, manager) = (self.endpoints.scope.as_str().into(), Arc::clone(&self.manager));
        let line = Line { manager, token: Arc::new(token), scope, quota, emptiness: Arc::default() };
        Ok(Tenant { name, label: way.label(), found: false, line })
    }

    /// Says who was waited for.
    fn out_of_time(&self, way: &Way, failure: &Failure) -> Failure {
        let who = match way {
            Way::ServicePrincipal(..) => format!("{}: {}", way.label(), self.identity.origin()),
            Way::ManagedIdentity { .. } => way.label(),
            Way::DeveloperTool { tool, .. } => format!("{}: {} gave no token", way.label(), tool.program()),
        };
        failure.clone().context(who)
    }

    /// Whoever signed in by a developer's tool is often a guest of other tenants. Those that let us in are read too.
    ///
    /// The default tenant keeps its token: in Azure Cloud Shell it is the only one that can be had.
    async fn find_others(&self, signed_in: &mut SignedIn, way: &Way, default: &Tenant) {
        let listed = bounded(self.run, Box::pin(async { Ok(list_tenants(&default.line).await) })).await;
        let own = default.line.token.tenant_id.clone();
        let (tenants, failure) = match listed {
            Ok(Ok(tenants)) => {
                let lack = lack(&tenants, own.as_deref());
                (tenants, lack)
            }
            Ok(Err(failure)) | Err(failure) => (Vec::new(), Some(failure)),
        };
        if let Some(failure) = failure {
            let (account, kind) = (format!("tenant:{}", default.name), Subject::Accounts);
            let failure = failure.context("other tenants cannot be found");
            signed_in.coverage.push(outcome(
                Provider::Azure,
                account,
                kind,
                failure.outcome,
                failure.detail(),
            ));
        } else if tenants.len() < 2 {
            return;
        }
        if let Some(own) = &own {
            signed_in.tenants = vec![default.named(own)];
        }
        for tenant in &tenants {
            if own.as_ref().is_some_and(|own| own.eq_ignore_ascii_case(tenant)) {
                continue;
            }
            let result = self.try_way(way, Some(tenant)).await;
            let result = result.map(|tenant| Tenant { found: true, ..tenant });
            signed_in.keep(way, Some(tenant), result, !self.wants_all);
        }
        // Which of them the default is, is not known. Where all could be entered by name, it is one of those; it is
        // listed after them all the same, since the login's own tenant may not be empty without a word.
        if own.is_none() && signed_in.tenants.len() > tenants.len() {
            signed_in.tenants.rotate_left(1);
        }
    }
}

impl Tenant {
    /// Names the tenant that a tool chose by itself, once it is known which that is.
    fn named(&self, id: &str) -> Self {
        let line = self.line.counting(Quota::Tenant(id.to_owned()));
        Self { name: id.to_owned(), label: self.label.clone(), line, found: false }
    }
}

/// Says what is wrong with a list of the tenants that a login of the tenant `own` is known in: it holds that one.
fn lack(tenants: &[String], own: Option<&str>) -> Option<Failure> {
    let is_listed = |own: &str| tenants.iter().any(|tenant| tenant.eq_ignore_ascii_case(own));
    let why = match own.filter(|own| !is_listed(own)) {
        _ if tenants.is_empty() => {
            "the list of tenants is empty, and the login is in one at least".to_owned()
        }
        Some(own) => format!("the list of tenants lacks {own}, which the login is in"),
        None => return None,
    };
    let remedy = "run it again, or name the tenants to read with --azure-tenant";
    Some(Failure::new(Outcome::Failed, format!("{why} ({remedy})")))
}

/// Lists the ids of the tenants that the caller is known in.
async fn list_tenants(line: &Line) -> Result<Vec<String>, Failure> {
    let failed = |why: String| Failure::new(Outcome::Failed, why);
    let mut pages = manager::tenants(line);
    let mut tenants = Vec::new();
    while let Some(page) = pages.next().await {
        for item in page? {
            let tenant: TenantItem =
                api::item(item.get()).map_err(|why| failed(format!("a tenant is malformed: {why}")))?;
            let id = tenant.tenant_id.filter(|id| !id.is_empty());
            tenants.push(id.ok_or_else(|| failed("a tenant came without its id".to_owned()))?);
        }
    }
    Ok(tenants)
}

/// Prepares the way to the resource manager.
pub fn manager(endpoints: &Endpoints, client: reqwest::Client, run: &Run) -> Arc<Manager> {
    let pauses = Arc::new(Pauses::new(run.timeout, Arc::clone(&run.observer)));
    Arc::new(Manager::new(client, endpoints.resource_manager.clone(), pauses))
}

/// Takes the managed identity of a virtual machine out of `ways` where no such machine is.
///
/// The metadata service has one address everywhere, and other clouds answer there too. Azure's refuses a request
/// that lacks the header `Metadata` with 400:
/// <https://learn.microsoft.com/azure/virtual-machines/instance-metadata-service>.
pub async fn existing(ways: Vec<Way>, environment: &Environment, direct: &reqwest::Client) -> Vec<Way> {
    let is_machine = |way: &Way| matches!(way, Way::ManagedIdentity { .. });
    if !ways.iter().any(is_machine) || environment.names_an_identity_endpoint() {
        return ways;
    }
    let probe = direct.get(METADATA).timeout(http::PROBE).send().await;
    if probe.is_ok_and(|answer| answer.status() == reqwest::StatusCode::BAD_REQUEST) {
        return ways;
    }
    ways.into_iter().filter(|way| !is_machine(way)).collect()
}

const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
