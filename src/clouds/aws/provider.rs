//! AWS as a [`CloudProvider`]: signs in, chooses regions, and reads.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aws_config::Region;
use futures_util::future::{BoxFuture, ready};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc::UnboundedReceiver;

use super::authentication::organization::{self, MemberRole};
use super::authentication::profile_sign_in::{SIGNED_IN_AT_ONCE, sign_in_by_profiles};
use super::authentication::profiles::DEFAULT;
use super::authentication::sign_in::{self, SignedInAccounts};
use super::reading::list_calls;
use super::reading::read::RegionReader;
use super::reading::regions::{self, RegionSelection};
use super::reading::session::{EarlySessions, Session};
use super::requests::connection::AwsConnection;
use super::requests::request_pacer::RequestPacer;
use crate::clouds::account_patterns::AccountPatterns;
use crate::clouds::registry::{CloudEnvironment, Needs};
use crate::clouds::{
    CloudError, CloudProvider, EarlyScopes, Event, Extent, Failure, Run, ScanPlan, unmatched_patterns,
};
use crate::config::{AwsSettings, Origin};
use crate::model::{self, Account, FoundResources, Kind, Outcome, Scope};
use crate::wording::counted;

/// The accounts of AWS.
#[derive(Debug)]
pub struct Aws {
    connection: AwsConnection,
    scope: AwsSettings,
    /// Made when the plan is.
    pacer: OnceLock<RequestPacer>,
    /// The accounts that can be read.
    sessions: Mutex<HashMap<String, Arc<Session>>>,
    /// Whether the sandbox is used, and has no AWS account.
    is_empty: bool,
    /// Whether the CIDR reservations of subnets are read.
    reads_reservations: bool,
}

impl Aws {
    /// Prepares to read AWS; connects to nothing yet.
    ///
    /// # Errors
    /// When the connection is configured wrongly.
    pub fn new(needs: Needs<'_>) -> Result<Self, CloudError> {
        Ok(Self {
            connection: AwsConnection::new(needs.environment)?,
            scope: needs.settings.aws.clone(),
            pacer: OnceLock::new(),
            sessions: Mutex::default(),
            reads_reservations: needs.settings.usage.is_measured,
            is_empty: matches!(needs.environment, CloudEnvironment::Sandbox { aws_config, .. } if aws_config.is_empty()),
        })
    }

    fn pacer(&self) -> &RequestPacer {
        self.pacer.get_or_init(|| RequestPacer::new(None))
    }

    async fn sign_in(&self, settled: EarlySessions, run: &Run) -> Result<SignedInAccounts, CloudError> {
        if self.is_empty {
            return Err(CloudError::not_configured("the sandbox's estate has no AWS account"));
        }
        let wanted = &self.scope.profiles.value;
        let organization = self.scope.org.value;
        let all = self.scope.all_profiles.value;
        let sandbox = self.connection.is_sandbox();
        let region = self.region_of_partition();
        let region = region.as_ref();
        let (accounts, excluded) = (&self.scope.accounts.value, &self.scope.exclude_accounts.value);
        // Patterns select accounts by their names too. Those come from all profiles, and from the organisation.
        let may_get_name = organization || !accounts.is_empty() || !excluded.is_empty();
        let of_profiles = if may_get_name { EarlySessions::default() } else { settled.clone() };
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
                sign_in_by_profiles(&self.connection, &profiles, &names, region, &of_profiles, run).await?;
            signed_in.add_misnamed_sections(&misnamed);
            signed_in.add_unreadable_files(&profiles);
            signed_in.require_any()?
        } else {
            sign_in::sign_in_by_default_chain(&self.connection, region, run).await?
        };
        let names = &self.scope.names.value;
        let selection = AccountPatterns::new(&self.scope.accounts, "aws.accounts", names);
        let exclusion = AccountPatterns::new(&self.scope.exclude_accounts, "aws.exclude-accounts", names);
        if let (true, Some(name)) = (organization, &self.scope.org_role.value) {
            let role =
                MemberRole { name: name.clone(), external_id: self.scope.org_external_id.value.clone() };
            organization::add_members(&mut signed_in, &role, (&selection, &exclusion), &settled, run).await?;
        }
        signed_in.select(&selection)?;
        signed_in.exclude(&exclusion, run);
        signed_in.split_off_other_shards(run);
        Ok(signed_in)
    }

    /// Returns a region that the user named if it lies in a partition that only its own regions let in.
    fn region_of_partition(&self) -> Option<Region> {
        let mut named = self.scope.regions.value.literals();
        named.find(|name| regions::has_own_partition(name)).map(|name| Region::new(name.to_owned()))
    }

    /// Chooses the regions of accounts as soon as they are `settled`, and announces what is to be read of them. Returns the
    /// regions by account.
    async fn announce_settled(
        &self,
        settled: UnboundedReceiver<Session>,
        (kinds, early): (&[Kind], &EarlyScopes),
        run: &Run,
    ) -> HashMap<String, RegionSelection> {
        let (wanted, excluded) = (&self.scope.regions.value, &self.scope.exclude_regions.value);
        let sessions = stream::unfold(settled, async |mut settled| {
            let session: Session = settled.recv().await?;
            Some((session, settled))
        });
        let sessions =
            sessions.filter(|session| ready(run.is_in_shard(model::Provider::Aws, &session.account)));
        let choose = |session: Session| -> BoxFuture<'_, (Session, RegionSelection)> {
            Box::pin(async move {
                let chosen = regions::select_regions(&session, wanted, excluded, run).await;
                (session, chosen)
            })
        };
        let mut listed = std::pin::pin!(sessions.map(choose).buffer_unordered(SIGNED_IN_AT_ONCE));
        let mut chosen = HashMap::new();
        while let Some((mut session, regions)) = listed.next().await {
            session.lists_regions = regions.listed;
            let (account, scopes) =
                (session.account.clone(), region_scopes(&session, &regions.read, kinds).collect());
            self.add_session(session);
            early.announce(scopes);
            chosen.insert(account, regions);
        }
        chosen
    }

    /// Adds an account that can be read, unless it is read already.
    fn add_session(&self, session: Session) {
        let mut sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.entry(session.account.clone()).or_insert_with(|| Arc::new(session));
    }

    /// Chooses the regions of each of the sessions that are read, unless that was done `early`.
    async fn choose_regions(
        &self,
        signed_in: &SignedInAccounts,
        mut early: HashMap<String, RegionSelection>,
        run: &Run,
    ) -> Result<Vec<RegionSelection>, CloudError> {
        let sessions = &signed_in.sessions;
        let doing = listing_regions(signed_in);
        let (wanted, excluded) = (&self.scope.regions.value, &self.scope.exclude_regions.value);
        let is_named = !wanted.is_empty() || !excluded.is_empty();
        let asked: Vec<BoxFuture<'_, RegionSelection>> = sessions
            .iter()
            .chain(partition_witnesses(signed_in).into_iter().filter(|_| is_named))
            .map(|session| -> BoxFuture<'_, RegionSelection> {
                match early.remove(&session.account) {
                    Some(chosen) => Box::pin(ready(chosen)),
                    None => Box::pin(regions::select_regions(session, wanted, excluded, run)),
                }
            })
            .collect();
        let mut chosen = Vec::with_capacity(asked.len());
        let mut listed = stream::iter(asked).buffered(SIGNED_IN_AT_ONCE);
        while let Some(selection) = listed.next().await {
            chosen.push(selection);
            if sessions.len() > 1 {
                let done = chosen.len().min(sessions.len());
                run.observer.event(Event::Activity(&format!("{doing}: {done} of {}", sessions.len())));
            }
        }
        drop(listed);
        let known: BTreeSet<&str> = chosen.iter().flat_map(RegionSelection::known_names).collect();
        let known: Vec<&str> = known.into_iter().collect();
        unmatched_patterns::require_matches(wanted, &known, "AWS region")?;
        // A file may leave out regions of other partitions too; what was just typed is meant for these accounts.
        let typed = matches!(self.scope.exclude_regions.origin, Origin::Flag(_));
        let unknown = excluded.literals().find(|name| !known.contains(name));
        if let Some(name) = unknown.filter(|_| typed && chosen.iter().any(|account| account.listed)) {
            return Err(unmatched_patterns::unknown(name, &known, "AWS region"));
        }
        chosen.truncate(sessions.len());
        Ok(chosen)
    }

    /// Returns what a scope is read with: the account and the region.
    fn planned<'a>(&self, scope: &'a Scope) -> Result<(Arc<Session>, &'a str), Failure> {
        let sessions = self.sessions.lock().unwrap_or_else(PoisonError::into_inner);
        match (sessions.get(&scope.account), scope.region.as_deref()) {
            (Some(session), Some(region)) => Ok((Arc::clone(session), region)),
            _ => Err(Failure::new(Outcome::Failed, "this scope was not planned")),
        }
    }

    async fn add_reservations(&self, reader: &RegionReader<'_>, scope: &Scope, found: &mut FoundResources) {
        if scope.kind == Kind::Subnets && self.reads_reservations {
            reader.read_reservations(&mut found.subnets).await;
        }
    }
}

impl CloudProvider for Aws {
    fn id(&self) -> model::Provider {
        model::Provider::Aws
    }

    fn plan<'a>(
        &'a self,
        kinds: &'a [Kind],
        run: &'a Run,
        early: &'a EarlyScopes,
    ) -> BoxFuture<'a, Result<ScanPlan, CloudError>> {
        Box::pin(async move {
            self.pacer.get_or_init(|| RequestPacer::new(run.shortest_wait));
            let (settled, arriving) = EarlySessions::channel();
            // Dropped if nothing is read, so that nothing waits for it.
            let settled = Some(settled).filter(|_| early.are_read()).unwrap_or_default();
            let announced = async { Ok(self.announce_settled(arriving, (kinds, early), run).await) };
            let sign_in = async {
                let signed_in = self.sign_in(settled, run).await?;
                run.observer.event(Event::Activity(&listing_regions(&signed_in)));
                Ok(signed_in)
            };
            let (mut signed_in, early) = tokio::try_join!(sign_in, announced)?;
            if signed_in.sessions.is_empty() && signed_in.other_shards.is_empty() {
                return Ok(ScanPlan { coverage: signed_in.coverage(), ..ScanPlan::default() });
            }
            let chosen = self.choose_regions(&signed_in, early, run).await?;
            if run.cancel.is_cancelled() {
                return Err(CloudError::new("stopped while the regions were listed"));
            }
            let mut plan = ScanPlan { coverage: signed_in.coverage(), ..ScanPlan::default() };
            if signed_in.unused_profiles > 0 && !self.scope.org.value {
                plan.notes.push(unused_profiles_note(signed_in.unused_profiles));
            }
            for (session, chosen) in signed_in.sessions.iter_mut().zip(chosen) {
                session.lists_regions = chosen.listed;
                plan.accounts.push(account_from_session(session));
                plan.scopes.extend(region_scopes(session, &chosen.read, kinds));
                plan.coverage.extend(chosen.coverage);
            }
            // A provider is planned once; a second plan would keep the sessions of the first.
            signed_in.sessions.into_iter().for_each(|session| self.add_session(session));
            Ok(plan)
        })
    }

    fn read<'a>(
        &'a self,
        scope: &'a Scope,
        found: &'a mut FoundResources,
    ) -> BoxFuture<'a, Result<(), Failure>> {
        Box::pin(async move {
            let (session, region) = self.planned(scope)?;
            let reader = RegionReader::new(&session, region, self.pacer());
            let addresses = &self.scope.addresses;
            if scope.kind == Kind::Interfaces && !addresses.is_empty() {
                return reader.read_holders(addresses, found).await;
            }
            reader.read(scope.kind, found).await?;
            self.add_reservations(&reader, scope, found).await;
            Ok(())
        })
    }

    fn read_some<'a>(
        &'a self,
        scope: &'a Scope,
        ids: &'a BTreeSet<String>,
        found: &'a mut FoundResources,
    ) -> BoxFuture<'a, Result<Extent, Failure>> {
        Box::pin(async move {
            let (session, region) = self.planned(scope)?;
            let reader = RegionReader::new(&session, region, self.pacer());
            let extent = reader.read_some(scope.kind, ids, found).await?;
            self.add_reservations(&reader, scope, found).await;
            Ok(extent)
        })
    }

    fn calls(&self, kind: Kind) -> &'static [&'static str] {
        list_calls::calls(kind)
    }
}

/// Warns that there are other profiles beside the one that is used because none was named.
fn unused_profiles_note(count: usize) -> String {
    let (profiles, them) = if count == 1 { ("profile is", "it") } else { ("profiles are", "them") };
    format!(
        "{count} other AWS {profiles} configured and not read: to read {them}, use --all-aws-profiles; to \
         choose, use --aws-profile"
    )
}

/// Says that regions are listed.
fn listing_regions(signed_in: &SignedInAccounts) -> String {
    format!("listing the regions of {}", counted(signed_in.sessions.len(), "account"))
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

#[cfg(test)]
mod tests {
    use aws_smithy_runtime_api::client::http::{
        HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
        SharedHttpConnector,
    };
    use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
    use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
    use aws_smithy_types::body::SdkBody;
    use jiff::Timestamp;
    use tokio::sync::Semaphore;

    use super::*;
    use crate::clouds::gather;
    use crate::config::{KnownNames, Overrides, Settings};
    use crate::model::Inventory;

    /// Answers for the accounts of the profiles `a` and `b`, and panics at requests of `b` for `action` in a region whose
    /// name begins with `region`.
    #[derive(Debug, Clone, Copy)]
    struct PanickingHttp {
        action: &'static str,
        region: &'static str,
    }

    impl HttpConnector for PanickingHttp {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let authorization = request.headers().get("authorization").unwrap_or_default();
            let mut scope = authorization.split("Credential=").nth(1).unwrap_or_default().split('/');
            let (key, region) = (scope.next().unwrap_or_default(), scope.nth(1).unwrap_or_default());
            let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
            let action = body.split('&').find_map(|part| part.strip_prefix("Action=")).unwrap_or_default();
            let is_panicking = key == "KEY-B" && action == self.action && region.starts_with(self.region);
            assert!(!is_panicking, "{action} in {region}");
            let account = if key == "KEY-B" { "222222222222" } else { "111111111111" };
            let content = match action {
                "GetCallerIdentity" => format!(
                    "<GetCallerIdentityResult><Arn>arn:aws:iam::{account}:user/me</Arn><Account>{account}</Account>\
                     </GetCallerIdentityResult>"
                ),
                "DescribeRegions" => {
                    let region = |name: &str| format!("<item><regionName>{name}</regionName></item>");
                    format!("<regionInfo>{}{}</regionInfo>", region("eu-west-1"), region("us-east-1"))
                }
                _ => format!(
                    "<vpcSet><item><vpcId>vpc-{account}-{region}</vpcId><cidrBlock>10.0.0.0/16</cidrBlock></item></vpcSet>"
                ),
            };
            let text = format!("<{action}Response>{content}</{action}Response>");
            HttpConnectorFuture::ready(Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(text))))
        }
    }

    impl HttpClient for PanickingHttp {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(*self)
        }
    }

    /// Answers for the accounts of the profiles `a` and `b`, and says who `b` is only after the networks of `a` were asked for.
    #[derive(Debug, Clone)]
    struct SlowSignIn {
        answers: PanickingHttp,
        asked: Arc<Semaphore>,
    }

    impl HttpConnector for SlowSignIn {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let key = request.headers().get("authorization").unwrap_or_default().contains("KEY-B");
            let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
            let Self { answers, asked } = self.clone();
            HttpConnectorFuture::new(async move {
                if key && body.contains("Action=GetCallerIdentity") {
                    asked.acquire().await.unwrap().forget();
                } else if body.contains("Action=DescribeVpcs") {
                    asked.add_permits(1);
                }
                answers.call(request).await
            })
        }
    }

    impl HttpClient for SlowSignIn {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    /// Answers for an organization of the two accounts, and ends its list only after the networks of the second were asked for.
    #[derive(Debug, Clone)]
    struct SlowList {
        answers: PanickingHttp,
        asked: Arc<Semaphore>,
    }

    impl HttpConnector for SlowList {
        fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
            let is_member = request.headers().get("authorization").unwrap_or_default().contains("KEY-B");
            let is_list = request.headers().get("x-amz-target").is_some();
            let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
            let Self { answers, asked } = self.clone();
            HttpConnectorFuture::new(async move {
                let text = if is_list && body.contains("page-2") {
                    asked.acquire().await.unwrap().forget();
                    r#"{"Accounts":[]}"#
                } else if is_list {
                    r#"{"Accounts":[{"Id":"111111111111"},{"Id":"222222222222"}],"NextToken":"page-2"}"#
                } else if body.contains("Action=AssumeRole") {
                    "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>KEY-B</AccessKeyId>\
                     <SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
                     <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
                } else {
                    if is_member && body.contains("Action=DescribeVpcs") {
                        asked.add_permits(1);
                    }
                    return answers.call(request).await;
                };
                Ok(HttpResponse::new(200.try_into().unwrap(), SdkBody::from(text)))
            })
        }
    }

    impl HttpClient for SlowList {
        fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
            SharedHttpConnector::new(self.clone())
        }
    }

    fn profile(name: &str, key: &str) -> String {
        format!("[{name}]\naws_access_key_id = {key}\naws_secret_access_key = s\nregion = eu-west-1\n")
    }

    /// Prepares to read the accounts of a configuration file through `http`.
    fn aws_through(http: impl HttpClient + 'static, aws_config: String) -> Aws {
        let endpoint = "http://127.0.0.1:1".to_owned();
        let sandbox = CloudEnvironment::Sandbox { endpoint, aws_config, azure: Vec::new() };
        let known = KnownNames::FOR_TESTS;
        let settings = Settings::resolve(None, &Overrides::default(), &known).unwrap();
        let mut aws = Aws::new(Needs { settings: &settings, environment: &sandbox }).unwrap();
        aws.connection = aws.connection.with_http(SharedHttpClient::new(http));
        aws
    }

    async fn networks(aws: Aws) -> Inventory {
        let providers: [Arc<dyn CloudProvider>; 1] = [Arc::new(aws)];
        let read = gather(&providers, &[Kind::Networks], &Run::unobserved(), Timestamp::UNIX_EPOCH).await;
        read.unwrap().unpack().unwrap()
    }

    /// Reads the networks of both accounts in two regions through `http`.
    async fn read_networks(http: impl HttpClient + 'static) -> Inventory {
        networks(aws_through(http, profile("profile a", "KEY-A") + &profile("profile b", "KEY-B"))).await
    }

    #[tokio::test]
    async fn a_member_is_read_while_the_list_of_accounts_goes_on() {
        let answers = PanickingHttp { action: "none", region: "" };
        let http = SlowList { answers, asked: Arc::new(Semaphore::new(0)) };
        let mut aws = aws_through(http, profile("default", "KEY-A"));
        aws.scope.org.value = true;
        aws.scope.org_role.value = Some("reader".to_owned());
        let inventory = networks(aws).await;
        assert_eq!((inventory.networks.len(), inventory.incomplete().count()), (4, 0));
    }

    #[tokio::test]
    async fn an_account_is_read_while_another_is_signed_in_to() {
        let answers = PanickingHttp { action: "none", region: "" };
        let inventory = read_networks(SlowSignIn { answers, asked: Arc::new(Semaphore::new(0)) }).await;
        assert_eq!((inventory.networks.len(), inventory.incomplete().count()), (4, 0));
    }

    /// A panic of the SDK costs what it was doing, is named in the coverage, and does not end the run.
    #[tokio::test]
    async fn a_panic_costs_its_own_account_or_region() {
        for (action, region, account, failed_region, networks) in [
            ("GetCallerIdentity", "", "profile:b", None, 2),
            // Without its list, the regions that every account of the partition has are read.
            ("DescribeRegions", "", "222222222222", None, 2 + 17),
            ("DescribeVpcs", "us-", "222222222222", Some("us-east-1"), 3),
            ("none", "", "", None, 4),
        ] {
            let inventory = read_networks(PanickingHttp { action, region }).await;
            let failed: Vec<_> = inventory.incomplete().collect();
            assert_eq!(failed.len(), usize::from(!account.is_empty()), "{action}: {failed:?}");
            assert_eq!(inventory.networks.len(), networks, "{action}");
            for entry in failed {
                assert_eq!((&*entry.account, entry.region.as_deref()), (account, failed_region), "{action}");
                assert_eq!(entry.outcome, Outcome::Failed);
                assert!(entry.detail.as_deref().unwrap_or_default().contains("please report it"), "{entry}");
            }
        }
    }
}
