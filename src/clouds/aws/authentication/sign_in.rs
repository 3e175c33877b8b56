//! Finds out whose account credentials are of, keeps each account once, and signs in where no profile is named.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use aws_config::retry::RetryConfig;
use aws_config::{Region, SdkConfig};

use super::credentials::{DefaultSource, default_credentials};
use super::local_credentials::{FULL, RELATIVE};
use super::login::Login;
use super::profiles::{DEFAULT, MisnamedSection, Profile, Profiles};
use super::shared_credentials::CachedCredentials;
use super::sts::sts_client;
use crate::clouds::account_patterns::AccountPatterns;
use crate::clouds::aws::convert::non_blank;
use crate::clouds::aws::reading::regions;
use crate::clouds::aws::reading::session::{Session, is_account_id};
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::errors::{classify_error, has_no_credentials, is_role_undelivered};
use crate::clouds::aws::requests::retries::{configured_retries, is_patient};
use crate::clouds::aws::requests::sdk_settings::{READ_SERVICES, SdkVariables};
use crate::clouds::causes::shorten;
use crate::clouds::step::{PlanningOutcome, bounded};
use crate::clouds::waits::wait_out;
use crate::clouds::{CloudError, CloudErrorKind, Event, Failure, Run};
use crate::diagnostic::Diagnostic;
use crate::model::{Coverage, Outcome, Provider, Subject};

/// The accounts that were signed in to, and what failed.
#[derive(Debug, Default)]
pub struct SignedInAccounts {
    pub sessions: Vec<Session>,
    pub failed: Vec<PlanningOutcome>,
    /// Accounts that other machines read (`--shard`). Here they only help to check the names of regions.
    pub other_shards: Vec<Session>,
    /// How many profiles are configured beside the one that is used because none was named.
    pub unused_profiles: usize,
}

impl SignedInAccounts {
    /// Adds what came of signing in, in order, each with what a failure is filed under. If the account of a session is there
    /// already, only its login is added to that account.
    pub fn add_results(
        &mut self,
        results: impl IntoIterator<Item = (String, Result<Session, Failure>)>,
        run: &Run,
    ) {
        let known = self.sessions.iter().enumerate();
        let mut places: HashMap<String, usize> =
            known.map(|(place, session)| (session.account.clone(), place)).collect();
        for (label, result) in results {
            match result {
                Ok(session) => match places.entry(session.account.clone()) {
                    Entry::Occupied(place) => self.sessions[*place.get()].add_logins(session, run),
                    Entry::Vacant(place) => {
                        place.insert(self.sessions.len());
                        self.sessions.push(session);
                    }
                },
                Err(failure) => self.add_failure(label, failure),
            }
        }
    }

    /// Keeps the accounts that the user selected.
    ///
    /// # Errors
    /// When a pattern selects none. It may mean an account that could not be signed in to.
    pub fn select(&mut self, selection: &AccountPatterns<'_>) -> Result<(), CloudError> {
        self.sessions.retain(|session| selection.selects(&session.account, session.names()));
        selection.require_matches("AWS account").map_err(|error| {
            let failed = self.failed.iter().filter(|step| step.failure.outcome.is_incomplete());
            failed.flat_map(causes).fold(error, CloudError::with_cause)
        })
    }

    /// Leaves out the accounts that the user excluded.
    pub fn exclude(&mut self, exclusion: &AccountPatterns<'_>, run: &Run) {
        let failed = &mut self.failed;
        self.sessions.retain(|session| {
            let Some(reason) = exclusion.exclusion(&session.account, session.names()) else {
                return true;
            };
            if run.is_in_shard(Provider::Aws, &session.account) {
                let (account, subject) = (session.account.clone(), Subject::Accounts);
                failed.push(PlanningOutcome {
                    account,
                    subject,
                    failure: Failure::new(Outcome::Skipped, reason),
                });
            }
            false
        });
        exclusion.warn_of_unmatched("AWS account", run);
    }

    /// Moves the accounts that other machines read to `other_shards`. Only after signing in is it known to which account a
    /// profile leads.
    pub fn split_off_other_shards(&mut self, run: &Run) {
        let sessions = std::mem::take(&mut self.sessions);
        (self.sessions, self.other_shards) =
            sessions.into_iter().partition(|session| run.is_in_shard(Provider::Aws, &session.account));
    }

    /// Records the files that could not be read: their profiles are unknown.
    pub fn add_unreadable_files(&mut self, profiles: &Profiles) {
        for file in &profiles.unreadable {
            self.add_failure(
                format!("file:{}", file.path),
                Failure::new(Outcome::Failed, file.reason.clone()),
            );
        }
    }

    /// Records sections that were meant as profiles, but have another header.
    pub fn add_misnamed_sections(&mut self, misnamed: &[&MisnamedSection]) {
        for section in misnamed {
            self.add_failure(
                format!("profile:{}", section.name),
                Failure::new(Outcome::Failed, section.reason.clone()),
            );
        }
    }

    /// Requires that at least one account was signed in to.
    ///
    /// # Errors
    /// When there is none, with everything that failed.
    pub fn require_any(self) -> Result<Self, CloudError> {
        if !self.sessions.is_empty() {
            return Ok(self);
        }
        let error = CloudError::new("netcensus could not sign in to any AWS account");
        Err(self.failed.iter().flat_map(causes).fold(error, CloudError::with_cause))
    }

    /// Records that signing in to `account` failed.
    pub fn add_failure(&mut self, account: String, failure: Failure) {
        self.add(account, Subject::Credentials, failure);
    }

    /// Records a step of `account` that failed or was skipped.
    pub fn add(&mut self, account: String, subject: Subject, failure: Failure) {
        self.failed.push(PlanningOutcome { account, subject, failure });
    }

    /// Writes what failed into entries of the coverage.
    pub fn coverage(&self) -> Vec<Coverage> {
        self.failed.iter().map(|step| step.to_coverage(Provider::Aws)).collect()
    }
}

/// Lists why a step failed, each reason with the account or profile.
fn causes(step: &PlanningOutcome) -> Vec<Diagnostic> {
    step.failure.clone().context(&step.account).reasons
}

/// What to look at when an endpoint cannot be reached.
pub const WHERE_REQUESTS_GO: &str =
    "check AWS_ENDPOINT_URL, HTTPS_PROXY, NO_PROXY and the profile's endpoint_url";

/// Returns a region of the partition that a profile without a region belongs to, if the ARN of its role or one of its
/// source profiles names the partition.
pub fn region_of_partition(profiles: &Profiles, name: &str) -> Option<Region> {
    profiles.source_chain(name).into_iter().find_map(|profile| {
        let region = profile.get("region").filter(|region| regions::has_own_partition(region));
        let partition = || regions::first_region_of(profile.get("role_arn")?.split(':').nth(1)?);
        region.map(|region| Region::new(region.to_owned())).or_else(partition)
    })
}

/// Why the account of credentials could not be found out.
#[derive(Debug)]
pub struct IdentifyError {
    pub failure: Failure,
    /// Whether there are no credentials at all.
    pub absent: bool,
}

impl From<Failure> for IdentifyError {
    fn from(failure: Failure) -> Self {
        Self { failure, absent: false }
    }
}

impl From<IdentifyError> for Failure {
    fn from(unidentified: IdentifyError) -> Self {
        unidentified.failure
    }
}

/// Signs in again while AWS throttles it, until the bound on a sign-in ends it. Each time has all its retries, with
/// their pauses, and the pause that the last answer asked for comes before the next time. It is once where the user asked
/// for fewer, and where AWS asks for a longer pause than that bound.
///
/// # Errors
/// With what failed for another reason.
pub async fn outlast_throttling<T, F>(
    config: &SdkConfig,
    run: &Run,
    mut sign_in: impl FnMut() -> F,
) -> Result<T, Failure>
where
    F: Future<Output = Result<T, Failure>>,
{
    let is_patient = config.retry_config().is_some_and(is_patient);
    loop {
        let result = sign_in().await;
        let Err(failure) = &result else { return result };
        let pause = failure.retry_after.unwrap_or_default();
        if !is_patient || failure.outcome != Outcome::Throttled || pause > run.timeout {
            return result;
        }
        tracing::debug!(%failure, ?pause, "signing in again");
        if !pause.is_zero() {
            wait_out(pause, run.timeout, "AWS throttles signing in", &*run.observer).await?;
        }
    }
}

/// Asks STS for the account and partition of the credentials (`GetCallerIdentity`). The session that it returns caches
/// the credentials.
pub async fn identify_account(
    config: SdkConfig,
    login: Login,
    sign_in_retries: Option<RetryConfig>,
) -> Result<Session, IdentifyError> {
    let config = match config.credentials_provider() {
        Some(provider) => {
            config.to_builder().credentials_provider(CachedCredentials::wrap(provider, login.owner())).build()
        }
        None => config,
    };
    let asking = match sign_in_retries {
        Some(retries) => config.to_builder().retry_config(retries).build(),
        None => config.clone(),
    };
    let identity = sts_client(&asking).get_caller_identity().send().await.map_err(|error| {
        let failure = classify_error(&error, "sts:GetCallerIdentity", &login);
        let unreachable = failure.unreachable || is_role_undelivered(&error);
        IdentifyError { absent: has_no_credentials(&error), failure: Failure { unreachable, ..failure } }
    })?;
    let wrong =
        |what: String| Failure::new(Outcome::Failed, format!("sts:GetCallerIdentity: the answer {what}"));
    let account = non_blank(identity.account).ok_or_else(|| wrong("names no account".to_owned()))?;
    // Everything that is read is said to be this account's.
    if !is_account_id(&account) {
        return Err(wrong(format!(
            "names account `{}`, which does not have twelve digits",
            shorten(&account)
        ))
        .into());
    }
    let partition = identity.arn.as_deref().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_owned();
    tracing::debug!(account, partition, login = login.label(), "signed in");
    Ok(Session::new(account, partition, login, config))
}

/// If one of these variables is set, AWS is meant to be configured on this machine.
const SIGN_IN_VARIABLES: [&str; 8] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    RELATIVE,
    FULL,
];

/// Signs in without a named profile, by the first source of credentials that there is.
///
/// # Errors
/// When there is none, or its credentials do not work.
pub async fn sign_in_by_default_chain(
    connection: &AwsConnection,
    region: Option<&Region>,
    run: &Run,
) -> Result<SignedInAccounts, CloudError> {
    run.observer.event(Event::Activity("signing in to AWS by the default chain"));
    let profiles = connection.profiles();
    let variables = connection.variables();
    let source = DefaultSource::find(|name| variables.get(name), &profiles)?;
    let profile = match &source {
        DefaultSource::Profile(profile) => Some(*profile),
        _ => profiles.get(&variables.get("AWS_PROFILE").unwrap_or_else(|| DEFAULT.to_owned())),
    };
    connection.warn_of_plain_text(&profiles, [profile], &READ_SERVICES, run);
    let retries = configured_retries(variables, profile, run.shortest_wait)?;
    let region = region.cloned().or_else(|| region_of_partition(&profiles, profile?.name()));
    let configured = connection.configure(&profiles, profile, retries.requests, region.as_ref(), run).await?;
    let login = source.login(variables, &profiles);
    let login = if configured.has_region { login } else { login.without_region("AWS_REGION") };
    let config = configured.config;
    let found = bounded(
        run,
        Box::pin(async {
            let provider = default_credentials(&source, connection, &profiles, &config, &login, run).await?;
            let config = config.to_builder().credentials_provider(provider).build();
            Ok(identify_account(config, login.clone(), retries.sign_in).await)
        }),
    )
    .await
    .unwrap_or_else(|failure| Err(failure.into()));
    let session =
        found.map_err(|unidentified| default_chain_error(unidentified, &source, variables, &profiles))?;
    let mut signed_in = SignedInAccounts { sessions: vec![session], ..SignedInAccounts::default() };
    // Keys of the environment come before everything that the files could say.
    if matches!(source, DefaultSource::Environment(_)) {
        profiles.report_unreadable(run);
    } else {
        signed_in.add_unreadable_files(&profiles);
        if variables.get("AWS_PROFILE").is_none() {
            signed_in.unused_profiles = count_unused_profiles(&profiles, profile);
        }
    }
    Ok(signed_in)
}

/// Counts the profiles that `--all-aws-profiles` would use too.
fn count_unused_profiles(profiles: &Profiles, used: Option<&Profile>) -> usize {
    let used = used.map(Profile::name);
    profiles.sign_in_names().filter(|name| Some(*name) != used).count() + profiles.misnamed.len()
}

fn default_chain_error(
    unidentified: IdentifyError,
    source: &DefaultSource<'_>,
    variables: SdkVariables,
    profiles: &Profiles,
) -> CloudError {
    let IdentifyError { failure, absent } = unidentified;
    let is_unreachable = failure.unreachable;
    let error = CloudError::new("netcensus could not sign in to any AWS account");
    let error = failure.reasons.into_iter().fold(error, CloudError::with_cause);
    if is_unreachable {
        return error.remedy(WHERE_REQUESTS_GO);
    }
    // The failure of any other source names what is wrong with it.
    if !matches!(source, DefaultSource::Instance) {
        return profiles.add_unreadable(error);
    }
    let is_configured =
        profiles.is_configured() || SIGN_IN_VARIABLES.into_iter().any(|name| variables.get(name).is_some());
    let mut error = profiles.add_home_note(profiles.add_unreadable(error));
    error = profiles.add_unusable_sections(error);
    if absent && !is_configured {
        error.kind = CloudErrorKind::NotConfigured;
    }
    let mut is_half_set = false;
    for [one, other] in [
        ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
        ["AWS_SECRET_ACCESS_KEY", "AWS_ACCESS_KEY_ID"],
        ["AWS_SESSION_TOKEN", "AWS_ACCESS_KEY_ID"],
    ] {
        if variables.get(one).is_some() && variables.get(other).is_none() {
            is_half_set = true;
            error = error
                .with_cause(format!("{one} is set without {other}"))
                .remedy(format!("set {other}, or unset {one}"));
        }
    }
    let error = error.with_cause(
        "tried: AWS_ACCESS_KEY_ID, the profile that AWS_PROFILE names or `default`, a web identity token, container \
         credentials, instance metadata",
    );
    match profiles.sign_in_names().next() {
        _ if is_half_set => error,
        Some(_) => error.remedy("name profiles with --aws-profile, or take all with --all-aws-profiles"),
        None => error.remedy("make a profile: run `aws configure sso`"),
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::clouds::aws::authentication::config_files::ConfigFiles;

    #[test]
    fn a_role_tells_its_partition_where_no_region_does() {
        let profiles = Profiles::from_files(ConfigFiles::from_text(
            "[profile role]\nrole_arn = arn:aws-cn:iam::1:role/r\nsource_profile = x\n\
             [profile source]\nrole_arn = r\nsource_profile = gov\n[profile gov]\nregion = us-gov-east-1\n\
             [profile plain]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = eu\n[profile eu]\nregion = eu-west-1\n"
                .to_owned(),
        ));
        let of = |name| region_of_partition(&profiles, name).map(|region| region.to_string());
        assert_eq!(of("role").as_deref(), Some("cn-north-1"));
        assert_eq!(of("source").as_deref(), Some("us-gov-east-1"));
        assert_eq!(of("plain"), None, "keys of aws are known in every region of it");
    }

    /// Counts how often a sign-in is tried that is throttled twice, each time with this pause. Returns whether it is signed
    /// in in the end, too.
    async fn tries(attempts: u32, pause: Option<Duration>) -> (usize, bool) {
        let retries = RetryConfig::standard().with_max_attempts(attempts);
        let config = SdkConfig::builder().retry_config(retries).build();
        let mut tries = 0;
        let run = Run::unobserved();
        let signed_in = outlast_throttling(&config, &run, || {
            tries += 1;
            let throttled = Failure::new(Outcome::Throttled, "after all retries");
            let throttled = Failure { retry_after: pause, ..throttled };
            std::future::ready(if tries > 2 { Ok(()) } else { Err(throttled) })
        });
        let is_signed_in = signed_in.await.is_ok();
        (tries, is_signed_in)
    }

    #[tokio::test]
    async fn throttling_is_outlasted_unless_the_user_wants_fewer_attempts() {
        assert_eq!(tries(8, None).await, (3, true));
        assert_eq!(tries(2, None).await, (1, false));
        let longer = Run::unobserved().timeout + Duration::from_secs(1);
        assert_eq!(tries(8, Some(longer)).await, (1, false), "AWS asks for a longer wait than there is time");
    }

    /// A request that is sent during the pause is refused, and counts against the next one.
    #[tokio::test]
    async fn between_two_rounds_the_pause_of_the_last_answer_is_waited_for() {
        let (pause, begun) = (Duration::from_millis(40), Instant::now());
        assert_eq!(tries(8, Some(pause)).await, (3, true));
        assert!(begun.elapsed() >= 2 * pause, "{:?}", begun.elapsed());
    }

    fn configured(aws_config: &str) -> bool {
        Profiles::from_files(ConfigFiles::from_text(aws_config.to_owned())).is_configured()
    }

    #[test]
    fn a_machine_is_configured_when_anything_says_how_to_sign_in() {
        assert!(!configured("") && !configured("[default]\nregion = eu-west-1\n[plugins]\nx = y\n"));
        assert!(configured("[profile prod]\nsso_session = corp\n"), "named, so not in the chain");
        assert!(configured("[default]\ncredential_process = /bin/false\n"));
        assert!(configured("[prod]\nrole_arn = x\n"), "no profile, but meant to be one");
        assert!(configured("[default]\nnonsense\n"));
    }
}
