//! Azure as a [`CloudProvider`]: plans which subscriptions to read, and how.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::authentication::authority::Authority;
use super::authentication::credentials::EnvironmentVariables;
use super::authentication::sign_in::{self, SignIn, SignedInTenants};
use super::permissions;
use super::reading::resource_graph::{PacedQueries, ResourceGraph};
use super::reading::subscription_lists::{ArmLists, SubscriptionLists};
use super::reading::subscription_reader::{OtherSubscriptions, SubscriptionReader};
use super::reading::subscriptions::{self, AzureSubscription, SubscriptionListing};
use super::reading::vm_sizes::VmSizes;
use super::requests::endpoints::AzureEndpoints;
use crate::clouds::account_patterns::AccountPatterns;
use crate::clouds::network_variables::{check_certificate_variable, check_network_variables};
use crate::clouds::registry::{CloudEnvironment, Needs};
use crate::clouds::step::{bounded, outcome};
use crate::clouds::{
    CloudError, CloudProvider, EarlyScopes, Event, Failure, Run, ScanPlan, http_client, meter,
};
use crate::config::{self, AzureApi, AzureSettings};
use crate::model::{self, Account, Coverage, FoundResources, Kind, Outcome, Scope, Subject};

/// From so many subscriptions of a tenant on, `auto` asks Resource Graph. With fewer, the lists are as fast, and never
/// some minutes old. `docs/benchmarks.md` has the measurements.
const MANY_SUBSCRIPTIONS: usize = 20;

/// The subscriptions of Azure.
#[derive(Debug)]
pub struct Azure {
    settings: AzureSettings,
    /// Whether it is read how many addresses are used in subnets that services fill.
    reads_usages: bool,
    endpoints: AzureEndpoints,
    environment: CloudEnvironment,
    planned: OnceLock<HashMap<String, PlannedSubscription>>,
}

/// A subscription that is to be read.
#[derive(Debug)]
struct PlannedSubscription {
    id: String,
    name: Option<String>,
    arm_lists: ArmLists,
    source: ReadFrom,
    lists: OnceLock<SubscriptionLists>,
    sizes: Arc<VmSizes>,
    /// What to report about it once it was read.
    remark: Option<String>,
}

/// Where a subscription is read from.
#[derive(Debug, Clone)]
enum ReadFrom {
    /// By its own lists.
    ResourceManager,
    /// Together with others.
    ResourceGraph(Arc<ResourceGraph>),
    /// Nowhere: you asked for the graph alone, and it leaves the subscription out.
    LeftOut,
    /// Nowhere: you asked for the graph alone, and it cannot be asked.
    Unreadable(Failure),
}

impl Azure {
    /// Prepares to read Azure. Connects to nothing yet.
    ///
    /// # Errors
    /// When an address is none, or a variable names a proxy that cannot be understood.
    pub fn new(needs: Needs<'_>) -> Result<Self, CloudError> {
        let settings = needs.settings.azure.clone();
        match needs.environment {
            CloudEnvironment::System => check_network_variables()?,
            // No proxy is used for it, but the client reads the certificates.
            CloudEnvironment::Sandbox { .. } => check_certificate_variable()?,
        }
        let endpoints = AzureEndpoints::new(&settings, needs.environment)?;
        Ok(Self {
            settings,
            reads_usages: needs.settings.usage.is_measured,
            endpoints,
            environment: needs.environment.clone(),
            planned: OnceLock::new(),
        })
    }

    /// Signs in to the tenants in scope.
    ///
    /// # Errors
    /// When there is none, or no credentials for one.
    pub(super) async fn sign_in(&self, run: &Run) -> Result<SignedInTenants, CloudError> {
        let sandbox = matches!(self.environment, CloudEnvironment::Sandbox { .. });
        let environment =
            if sandbox { EnvironmentVariables::default() } else { EnvironmentVariables::from_process() };
        let direct = http_client(false)?;
        let http = if sandbox { direct.clone() } else { http_client(true)? };
        let authority = self.endpoints.authority.clone();
        let authority_host = environment.get("AZURE_AUTHORITY_HOST");
        let authority = Authority::new(authority, authority_host, http.clone(), direct.clone(), run)?;
        // An emulator on this machine may be asked without encryption, so no proxy may hear it.
        let here = config::is_loopback(&self.endpoints.resource_manager);
        let arm_http = sign_in::arm_http(&self.endpoints, if here { direct.clone() } else { http }, run);
        let wants_all = self.settings.all_subscriptions.value;
        let signer =
            SignIn { endpoints: &self.endpoints, authority: &authority, http: arm_http, wants_all, run };
        let wanted = &self.settings.tenants.value;
        match &self.environment {
            CloudEnvironment::Sandbox { azure, .. } if azure.is_empty() => {
                Err(CloudError::not_configured("the sandbox's estate has no Azure tenant"))
            }
            CloudEnvironment::Sandbox { azure, .. } => signer.sign_in_with_principals(azure, wanted).await,
            CloudEnvironment::System => {
                let sources = sign_in::without_absent_vm_identity(
                    environment.credential_sources()?,
                    &environment,
                    &direct,
                )
                .await;
                let signed_in = signer.sign_in_with_sources(wanted, sources).await;
                signed_in.map_err(|error| environment.explain_half_set(error))
            }
        }
    }

    /// Decides how `subscriptions` of one tenant are read.
    async fn decide_sources(
        &self,
        subscriptions: &[AzureSubscription],
        kinds: &[Kind],
        run: &Run,
    ) -> HashMap<String, ReadFrom> {
        let ids: Vec<String> = subscriptions.iter().map(|one| one.id.clone()).collect();
        let forced = self.settings.api.value == AzureApi::ResourceGraph;
        let by_graph =
            forced || (self.settings.api.value == AzureApi::Auto && ids.len() >= MANY_SUBSCRIPTIONS);
        let everywhere = |source: ReadFrom| ids.iter().map(|id| (id.clone(), source.clone())).collect();
        let (Some(first), true) = (subscriptions.first(), by_graph) else {
            return everywhere(ReadFrom::ResourceManager);
        };
        let tenant = &first.through[0];
        let queries = PacedQueries::new(&tenant.client);
        run.observer
            .event(Event::Activity(&format!("asking Azure Resource Graph of tenant {}", tenant.name)));
        let asked =
            bounded(run, Box::pin(async { Ok(ResourceGraph::visible_subscriptions(&queries, &ids).await?) }))
                .await;
        let known = match asked {
            Ok(known) => known,
            Err(failure) if forced => return everywhere(ReadFrom::Unreadable(failure)),
            Err(failure) => {
                let notice = format!(
                    "Azure Resource Graph cannot be queried, so netcensus reads every list \
                    instead: {failure}"
                );
                run.observer.event(Event::Notice(&notice));
                return everywhere(ReadFrom::ResourceManager);
            }
        };
        let (inside, outside): (Vec<String>, Vec<String>) =
            ids.into_iter().partition(|id| known.contains(&id.to_ascii_lowercase()));
        let graph = ReadFrom::ResourceGraph(Arc::new(ResourceGraph::new(
            &queries,
            &inside,
            kinds,
            self.endpoints.is_public(),
        )));
        let left_out = if forced { ReadFrom::LeftOut } else { ReadFrom::ResourceManager };
        let inside = inside.into_iter().map(|id| (id, graph.clone()));
        inside.chain(outside.into_iter().map(|id| (id, left_out.clone()))).collect()
    }

    async fn plan_subscriptions(
        &self,
        kinds: &[Kind],
        run: &Run,
    ) -> Result<(ScanPlan, Vec<PlannedSubscription>), CloudError> {
        let signed_in = self.sign_in(run).await?;
        let SubscriptionListing { subscriptions, failed: unlisted } =
            subscriptions::list_subscriptions(&signed_in.tenants, self.settings.all_subscriptions.value, run)
                .await;
        if run.cancel.is_cancelled() {
            return Err(CloudError::new("stopped while the subscriptions were listed"));
        }
        if subscriptions.is_empty() {
            let reasons = unlisted.into_iter().chain(signed_in.failed).flat_map(|step| step.failure.reasons);
            return Err(
                reasons.fold(CloudError::new("no Azure subscription can be read"), CloudError::with_cause)
            );
        }
        let exclusion = self.exclusion(&subscriptions, run);
        // A subscription that is named and not found may be in a tenant that could not be signed in to.
        let names = &self.settings.names.value;
        let selection = AccountPatterns::new(&self.settings.subscriptions, "azure.subscriptions", names);
        let failures = || unlisted.iter().chain(&signed_in.failed).map(|step| &step.failure);
        let chosen = subscriptions::select_wanted(subscriptions, &selection).map_err(|error| {
            let failed = failures().filter(|failure| failure.outcome.is_incomplete());
            failed.flat_map(|failure| failure.reasons.clone()).fold(error, CloudError::with_cause)
        })?;
        let of_ours = |one: &AzureSubscription| run.is_in_shard(model::Provider::Azure, &one.id);
        let steps = signed_in.failed.iter().chain(&unlisted);
        let coverage = steps.map(|step| step.to_coverage(model::Provider::Azure)).collect();
        let mut plan = ScanPlan { coverage, ..ScanPlan::default() };
        let mut chosen: Vec<AzureSubscription> = chosen.into_iter().filter(of_ours).collect();
        chosen.retain(|one| match exclusion.exclusion(&one.id, one.name.as_deref()) {
            Some(reason) => {
                plan.coverage.push(excluded_coverage(one, reason));
                false
            }
            None => true,
        });
        chosen
            .iter()
            .filter_map(subscriptions::state_warning)
            .for_each(|text| run.observer.event(Event::Warning(&text)));
        let planned = self.plan_reading(chosen, kinds, &mut plan, run).await;
        Ok((plan, planned))
    }

    /// Prepares to leave out what the user excluded, and warns of patterns that match no subscription.
    fn exclusion(&self, subscriptions: &[AzureSubscription], run: &Run) -> AccountPatterns<'_> {
        let (patterns, names) = (&self.settings.exclude_subscriptions, &self.settings.names.value);
        let exclusion = AccountPatterns::new(patterns, "azure.exclude-subscriptions", names);
        for one in subscriptions {
            exclusion.find(&one.id, one.name.as_deref());
        }
        exclusion.warn_of_unmatched("Azure subscription", run);
        exclusion
    }

    /// Adds `chosen` to the plan, and decides for each tenant how its subscriptions are read.
    async fn plan_reading(
        &self,
        chosen: Vec<AzureSubscription>,
        kinds: &[Kind],
        plan: &mut ScanPlan,
        run: &Run,
    ) -> Vec<PlannedSubscription> {
        let mut by_tenant: BTreeMap<String, Vec<AzureSubscription>> = BTreeMap::new();
        for one in chosen {
            by_tenant.entry(one.through[0].name.clone()).or_default().push(one);
        }
        let tenants: Vec<Vec<AzureSubscription>> = by_tenant.into_values().collect();
        let doing = "deciding how to read the subscriptions";
        let decisions = tenants.iter().map(|all| self.decide_sources(all, kinds, run).boxed()).collect();
        let sources = sign_in::for_each_tenant(run, doing, decisions).await;
        let mut planned = Vec::new();
        for (subscriptions, mut sources) in tenants.into_iter().zip(sources) {
            let sizes = Arc::new(VmSizes::default());
            for one in subscriptions {
                plan.accounts.push(account_of(&one));
                plan.scopes.extend(scopes(&one.id, kinds));
                planned.push(PlannedSubscription {
                    arm_lists: ArmLists::new(&one.through[0].client, &one.id, one.emptiness_claims()),
                    source: sources.remove(&one.id).unwrap_or(ReadFrom::ResourceManager),
                    lists: OnceLock::new(),
                    sizes: Arc::clone(&sizes),
                    remark: subscriptions::deletion_remark(&one),
                    id: one.id,
                    name: one.name,
                });
            }
        }
        planned
    }
}

impl CloudProvider for Azure {
    fn id(&self) -> model::Provider {
        model::Provider::Azure
    }

    fn plan<'a>(
        &'a self,
        kinds: &'a [Kind],
        run: &'a Run,
        _: &'a EarlyScopes,
    ) -> BoxFuture<'a, Result<ScanPlan, CloudError>> {
        Box::pin(async move {
            let (plan, planned) = self.plan_subscriptions(kinds, run).await?;
            // A provider is planned once; a second plan would keep what the first decided.
            let _ = self.planned.set(planned.into_iter().map(|one| (one.id.clone(), one)).collect());
            Ok(plan)
        })
    }

    fn read<'a>(
        &'a self,
        scope: &'a Scope,
        found: &'a mut FoundResources,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let Some(one) = self.planned.get().and_then(|planned| planned.get(&scope.account)) else {
                return Err(Failure::new(Outcome::Failed, "this scope was not planned"));
            };
            match &one.source {
                ReadFrom::Unreadable(failure) => return Err(failure.clone()),
                // The graph leaves out a subscription in which nothing can be, too. A list tells the two apart.
                ReadFrom::LeftOut if !one.arm_lists.is_empty_subscription().await => {
                    return Err(left_out_of_graph());
                }
                ReadFrom::LeftOut => {}
                ReadFrom::ResourceManager | ReadFrom::ResourceGraph(_) => {
                    one.reader(self, self.reads_usages).read(scope.kind, found).await?;
                }
            }
            if let Some(remark) = &one.remark {
                meter::note_remark(remark);
            }
            Ok(())
        })
    }

    fn without_answers(&self) -> Option<Arc<dyn CloudProvider>> {
        let planned = self.planned.get()?.values().map(|one| (one.id.clone(), one.without_answers()));
        Some(Arc::new(Self {
            settings: self.settings.clone(),
            reads_usages: self.reads_usages,
            endpoints: self.endpoints.clone(),
            environment: self.environment.clone(),
            planned: OnceLock::from(planned.collect::<HashMap<_, _>>()),
        }))
    }

    fn correct_outcomes<'a>(&'a self, outcomes: &'a mut [Coverage]) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(planned) = self.planned.get() else { return };
            for entry in outcomes.iter_mut().filter(|entry| entry.provider == model::Provider::Azure) {
                let kind = entry.kind.resource_kind();
                let (Some(one), Some(kind)) = (planned.get(&entry.account), kind) else { continue };
                if entry.outcome != Outcome::Complete {
                    continue;
                }
                if let Some(failure) = one.missing_after_all(kind).await {
                    (entry.outcome, entry.detail) = (failure.outcome, Some(failure.detail()));
                } else if let Some(statement) = one.arm_lists.claims().statement() {
                    entry.detail = Some(statement);
                }
            }
        })
    }

    fn calls(&self, kind: Kind) -> &'static [&'static str] {
        permissions::calls(kind)
    }
}

impl OtherSubscriptions for Azure {
    fn lists_of(&self, subscription: &str) -> Option<&SubscriptionLists> {
        let planned = self.planned.get()?;
        let same = |one: &&PlannedSubscription| one.id.eq_ignore_ascii_case(subscription);
        let found = planned.get(subscription).or_else(|| planned.values().find(same))?;
        (!matches!(found.source, ReadFrom::LeftOut | ReadFrom::Unreadable(_))).then(|| found.lists())
    }
}

impl PlannedSubscription {
    /// Returns the same subscription with lists that were not read yet. They are those of the resource manager, since
    /// Resource Graph shows a change some minutes later.
    fn without_answers(&self) -> Self {
        let source = match &self.source {
            ReadFrom::ResourceGraph(_) => ReadFrom::ResourceManager,
            source => source.clone(),
        };
        Self {
            id: self.id.clone(),
            name: self.name.clone(),
            arm_lists: self.arm_lists.clone(),
            source,
            lists: OnceLock::new(),
            sizes: Arc::clone(&self.sizes),
            remark: self.remark.clone(),
        }
    }

    fn lists(&self) -> &SubscriptionLists {
        self.lists.get_or_init(|| match &self.source {
            ReadFrom::ResourceGraph(graph) => {
                SubscriptionLists::from_resource_graph(&self.id, graph, &self.arm_lists)
            }
            ReadFrom::ResourceManager | ReadFrom::LeftOut | ReadFrom::Unreadable(_) => {
                SubscriptionLists::from_resource_manager(&self.id, &self.arm_lists)
            }
        })
    }

    /// Returns what is missing of a scope that was complete when it was read, by what was read since.
    async fn missing_after_all(&self, kind: Kind) -> Option<Failure> {
        if let ReadFrom::ResourceGraph(graph) = &self.source
            && let Some(gap) = graph.find_gap(&self.id, kind).await
        {
            return Some(gap.failure);
        }
        self.arm_lists.claims().refuted(kind)
    }

    fn reader<'a>(
        &'a self,
        others: &'a dyn OtherSubscriptions,
        reads_usages: bool,
    ) -> SubscriptionReader<'a> {
        SubscriptionReader {
            subscription: &self.id,
            name: self.name.as_deref(),
            lists: self.lists(),
            arm_lists: &self.arm_lists,
            sizes: &self.sizes,
            others,
            reads_usages,
        }
    }
}

fn excluded_coverage(subscription: &AzureSubscription, reason: String) -> Coverage {
    let (account, kind) = (subscription.id.clone(), Subject::Accounts);
    outcome(model::Provider::Azure, account, kind, Outcome::Skipped, reason)
}

fn left_out_of_graph() -> Failure {
    let detail = "Azure Resource Graph leaves this subscription out, although it is listed";
    Failure::new(Outcome::Failed, detail).remedy("--azure-api arm reads it")
}

fn account_of(subscription: &AzureSubscription) -> Account {
    let mut reached_by: Vec<String> =
        subscription.through.iter().map(|tenant| tenant.label.clone()).collect();
    reached_by.dedup();
    Account {
        provider: model::Provider::Azure,
        id: subscription.id.clone(),
        name: subscription.name.clone(),
        tenant: subscription.tenant.clone(),
        reached_by,
    }
}

fn scopes<'a>(subscription: &'a str, kinds: &'a [Kind]) -> impl Iterator<Item = Scope> + 'a {
    kinds.iter().map(move |kind| Scope {
        provider: model::Provider::Azure,
        account: subscription.to_owned(),
        region: None,
        kind: *kind,
    })
}
