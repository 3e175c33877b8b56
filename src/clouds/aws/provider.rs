//! AWS as a provider: who signs in, which regions, and the reading itself.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, OnceLock};

use aws_config::Region;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};

use super::client::{AwsConnection, RequestPacer};
use super::organization::{self, MemberRole};
use super::profiles::DEFAULT;
use super::read::{self, RegionReader};
use super::regions::{self, RegionSelection};
use super::session::Session;
use super::sign_in::{self, SignedInAccounts};
use crate::clouds::exclusion::Exclusion;
use crate::clouds::registry::{Needs, Surroundings};
use crate::clouds::{CloudProvider, Event, Failure, Plan, PlanError, Run, names};
use crate::config::{AwsSettings, Origin};
use crate::model::{self, Account, Kind, Outcome, Resources, Scope};

/// Accounts whose regions are asked for at once.
const LISTED_AT_ONCE: usize = 16;

/// The accounts of AWS.
#[derive(Debug)]
pub struct Aws {
    connection: AwsConnection,
    scope: AwsSettings,
    pacer: RequestPacer,
    sessions: OnceLock<HashMap<String, Arc<Session>>>,
    /// Whether the sandbox is asked, and has no account.
    is_empty: bool,
}

impl Aws {
    /// Prepares to ask; connects to nothing yet.
    ///
    /// # Errors
    /// When the connection is configured wrongly.
    pub fn new(needs: Needs<'_>) -> Result<Self, PlanError> {
        Ok(Self {
            connection: AwsConnection::new(needs.surroundings)?,
            scope: needs.settings.aws.clone(),
            pacer: RequestPacer::new(),
            sessions: OnceLock::new(),
            is_empty: matches!(needs.surroundings, Surroundings::Sandbox { aws_config, .. } if aws_config.is_empty()),
        })
    }

    async fn sign_in(&self, run: &Run) -> Result<SignedInAccounts, PlanError> {
        if self.is_empty {
            return Err(PlanError::not_configured("the sandbox's estate has no AWS account"));
        }
        let wanted = &self.scope.profiles.value;
        let organization = self.scope.org.value;
        let all = self.scope.all_profiles.value;
        let sandbox = self.connection.is_sandbox();
        let region = self.region_of_partition();
        let region = region.as_ref();
        let mut signed_in = if sandbox || all || !wanted.is_empty() {
            let profiles = self.connection.profiles();
            let (names, misnamed) = match (sandbox && !all && wanted.is_empty(), organization) {
                (false, _) => profiles.select(wanted, all)?,
                // With nothing said in the sandbox every account is meant; `default` is one of them again.
                (true, false) => {
                    let (names, misnamed) = profiles.select(wanted, true)?;
                    (names.into_iter().filter(|name| name != DEFAULT).collect(), misnamed)
                }
                (true, true) => (vec![DEFAULT.to_owned()], Vec::new()),
            };
            let mut signed_in =
                sign_in::sign_in_by_profiles(&self.connection, &profiles, &names, region, run).await?;
            signed_in.add_misnamed_sections(&misnamed);
            signed_in.add_unreadable_files(&profiles);
            signed_in.require_any()?
        } else {
            sign_in::sign_in_by_default_chain(&self.connection, region, run).await?
        };
        let exclusion = Exclusion::new(&self.scope.exclude_accounts, "aws.exclude-accounts");
        if let (true, Some(name)) = (organization, &self.scope.org_role.value) {
            let role =
                MemberRole { name: name.clone(), external_id: self.scope.org_external_id.value.clone() };
            organization::add_members(&mut signed_in, &role, &exclusion, run).await?;
        }
        signed_in.exclude(&exclusion, run);
        signed_in.split_off_other_shards(run);
        Ok(signed_in)
    }

    /// Returns a region that the user named if it lies in a partition that only its own regions let in.
    fn region_of_partition(&self) -> Option<Region> {
        let mut named = self.scope.regions.value.literals();
        named.find(|name| regions::has_own_partition(name)).map(|name| Region::new(name.to_owned()))
    }

    /// Chooses the regions of each of the sessions that are read.
    async fn choose_regions(
        &self,
        signed_in: &SignedInAccounts,
        run: &Run,
    ) -> Result<Vec<RegionSelection>, PlanError> {
        let sessions = &signed_in.sessions;
        run.observer.event(Event::Doing(&format!("listing the regions of {} accounts", sessions.len())));
        let (wanted, excluded) = (&self.scope.regions.value, &self.scope.exclude_regions.value);
        let is_named = !wanted.is_empty() || !excluded.is_empty();
        let asked: Vec<BoxFuture<'_, RegionSelection>> = sessions
            .iter()
            .chain(partition_witnesses(signed_in).into_iter().filter(|_| is_named))
            .map(|session| -> BoxFuture<'_, RegionSelection> {
                Box::pin(regions::select_regions(session, wanted, excluded, run))
            })
            .collect();
        let mut chosen: Vec<RegionSelection> = stream::iter(asked).buffered(LISTED_AT_ONCE).collect().await;
        let known: BTreeSet<&str> = chosen.iter().flat_map(RegionSelection::known_names).collect();
        let known: Vec<&str> = known.into_iter().collect();
        names::all_match(wanted, &known, "AWS region")?;
        // A file may leave out regions of other partitions too; what was just typed is meant for these accounts.
        let typed = matches!(self.scope.exclude_regions.origin, Origin::Flag(_));
        let unknown = excluded.literals().find(|name| !known.contains(name));
        if let Some(name) = unknown.filter(|_| typed && chosen.iter().any(|account| account.listed)) {
            return Err(names::unknown(name, &known, "AWS region"));
        }
        chosen.truncate(sessions.len());
        Ok(chosen)
    }
}

impl CloudProvider for Aws {
    fn id(&self) -> model::Provider {
        model::Provider::Aws
    }

    fn plan<'a>(&'a self, kinds: &'a [Kind], run: &'a Run) -> BoxFuture<'a, Result<Plan, PlanError>> {
        Box::pin(async move {
            let mut signed_in = self.sign_in(run).await?;
            if signed_in.sessions.is_empty() && signed_in.other_shards.is_empty() {
                return Ok(Plan { coverage: signed_in.failed, ..Plan::default() });
            }
            let chosen = self.choose_regions(&signed_in, run).await?;
            if run.cancel.is_cancelled() {
                return Err(PlanError::new("stopped while the regions were listed"));
            }
            let mut plan = Plan { coverage: signed_in.failed, ..Plan::default() };
            if signed_in.unused_profiles > 0 && !self.scope.org.value {
                plan.notes.push(unused_profiles_note(signed_in.unused_profiles));
            }
            for (session, chosen) in signed_in.sessions.iter_mut().zip(chosen) {
                session.lists_regions = chosen.listed;
                plan.accounts.push(account_from_session(session));
                plan.scopes.extend(region_scopes(session, &chosen.read, kinds));
                plan.coverage.extend(chosen.coverage);
            }
            let sessions = signed_in.sessions.into_iter();
            let by_account = sessions.map(|session| (session.account.clone(), Arc::new(session))).collect();
            // A provider is planned once; a second plan would keep the sessions of the first.
            let _ = self.sessions.set(by_account);
            Ok(plan)
        })
    }

    fn read<'a>(&'a self, scope: &'a Scope, found: &'a mut Resources) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let session = self.sessions.get().and_then(|sessions| sessions.get(&scope.account));
            let (Some(session), Some(region)) = (session, scope.region.as_deref()) else {
                return Err(Failure::new(Outcome::Failed, "this scope was not planned"));
            };
            RegionReader::new(session, region, &self.pacer).read(scope.kind, found).await
        })
    }

    fn calls(&self, kind: Kind) -> &'static [&'static str] {
        read::calls(kind)
    }
}

/// Says that the profile that is used because none was named is not the only one.
fn unused_profiles_note(count: usize) -> String {
    let (profiles, them) = if count == 1 { ("profile is", "it") } else { ("profiles are", "them") };
    format!(
        "{count} other AWS {profiles} configured and not read: --all-aws-profiles reads {them}, and --aws-profile says \
         which are meant"
    )
}

/// Picks an account of other machines for each partition that none of ours is in. An account lists every region of its
/// partition, so that with these a name is known on each machine that is known on one.
fn partition_witnesses(signed_in: &SignedInAccounts) -> Vec<&Session> {
    let mut partitions: BTreeSet<&str> =
        signed_in.sessions.iter().map(|session| session.partition.as_str()).collect();
    signed_in.other_shards.iter().filter(|session| partitions.insert(&session.partition)).collect()
}

fn account_from_session(session: &Session) -> Account {
    Account {
        provider: model::Provider::Aws,
        id: session.account.clone(),
        name: session.name.clone(),
        tenant: None,
        reached_by: session.logins.iter().map(|login| login.label().to_owned()).collect(),
    }
}

fn region_scopes<'a>(
    session: &'a Session,
    regions: &'a [String],
    kinds: &'a [Kind],
) -> impl Iterator<Item = Scope> + 'a {
    regions.iter().flat_map(move |region| {
        kinds.iter().map(move |kind| Scope {
            provider: model::Provider::Aws,
            account: session.account.clone(),
            region: Some(region.clone()),
            kind: *kind,
        })
    })
}
