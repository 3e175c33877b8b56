//! The credential phase: one way in after the other, each account kept once.
//!
//! Serial on purpose: an SSO token is refreshed once and not raced for, a `credential_process` runs once,
//! and two prompts never share the terminal.

use aws_config::profile::ProfileSet;
use aws_config::retry::RetryConfig;
use aws_config::{Region, SdkConfig};

use super::cached::Cached;
use super::connection::{Connection, with_region};
use super::failure::{classify, finds_none};
use super::named::ByName;
use super::role::sts;
use super::session::{Login, Session};
use super::{profiles, retries};
use crate::model::{Coverage, Outcome, Provider, Subject};
use crate::provider::step::{self, bounded};
use crate::provider::{Event, Failure, NoAccount, Run, names};

/// The accounts that were signed in to, and what failed.
#[derive(Debug, Default)]
pub struct SignedIn {
    pub sessions: Vec<Session>,
    pub failed: Vec<Coverage>,
    /// Accounts that other machines read; only names are checked against what they know.
    pub of_others: Vec<Session>,
}

impl SignedIn {
    /// Keeps `session` unless its account is there already, in which case its way in becomes an alias.
    pub fn add(&mut self, session: Session, run: &Run) {
        match self.sessions.iter_mut().find(|known| known.account == session.account) {
            Some(known) => {
                run.observer.event(Event::Notice(&format!(
                    "{} is the same account as {} ({}); it is read once",
                    session.login().label(),
                    known.login().label(),
                    known.account
                )));
                known.name = known.name.take().or(session.name);
                known.logins.extend(session.logins);
            }
            None => self.sessions.push(session),
        }
    }

    /// Leaves what is signed in to and falls to other machines to these: whose account a profile leads to is not
    /// known before.
    pub fn drop_others(&mut self, run: &Run) {
        let sessions = std::mem::take(&mut self.sessions);
        (self.sessions, self.of_others) =
            sessions.into_iter().partition(|session| run.holds(Provider::Aws, &session.account));
    }

    /// Notes that `login` did not work.
    pub fn fail(&mut self, account: String, failure: Failure) {
        self.failed.push(outcome(account, Subject::Credentials, failure.outcome, failure.detail));
    }
}

/// Writes an outcome of a step before reading.
pub fn outcome(account: String, kind: Subject, outcome: Outcome, detail: String) -> Coverage {
    step::outcome(Provider::Aws, account, kind, outcome, detail)
}

/// Signs in by the SDK's default chain.
///
/// # Errors
/// When it finds no credentials, or they do not work.
pub async fn default_chain(connection: &Connection, run: &Run) -> Result<SignedIn, NoAccount> {
    let login = Login::default_chain();
    run.observer.event(Event::Doing("signing in to AWS by the default chain"));
    let set = profiles::load(connection).await?;
    check_selected(&set)?;
    let (retries, patience) = retries::of(set.get_profile(set.selected_profile()))?;
    let found = bounded(
        run,
        Box::pin(async {
            let config = with_region(connection.loader(None, retries).load().await);
            Ok(identify(config, login.clone(), patience).await)
        }),
    )
    .await
    .unwrap_or_else(|failure| Err(Unidentified { failure, absent: false }));
    let session = found.map_err(|Unidentified { failure, absent }| {
        let error = NoAccount::new("no AWS account could be signed in to").detail(failure.detail);
        if failure.unreachable {
            return error.hint(WHERE_REQUESTS_GO);
        }
        let absent = absent && !is_configured(&set, set_in_environment);
        NoAccount { absent, ..error }
            .detail(
                "tried: AWS_ACCESS_KEY_ID, the profile that AWS_PROFILE names or `default`, a web identity \
                 token, container credentials, instance metadata",
            )
            .hint("name profiles with --aws-profile, or take all with --all-aws-profiles")
    })?;
    Ok(SignedIn { sessions: vec![session], ..SignedIn::default() })
}

/// The variables that say how to sign in, even if not well enough for the SDK to try it:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>.
const SOURCES: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_ROLE_ARN",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
];

/// Tells whether the variables or the profiles name any source of credentials: then AWS is configured on this
/// machine, although the default chain finds nothing in it, as when every profile has a name.
fn is_configured(set: &ProfileSet, is_set: impl Fn(&str) -> bool) -> bool {
    SOURCES.into_iter().any(is_set) || profiles::any_signs_in(set)
}

fn set_in_environment(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| !value.is_empty())
}

/// What to look at when an endpoint cannot be reached.
const WHERE_REQUESTS_GO: &str = "AWS_ENDPOINT_URL, HTTPS_PROXY and NO_PROXY, and the profile's endpoint_url, say \
                                 where requests go";

/// After so many ways in a row whose endpoint cannot be reached, the others are not tried.
const UNREACHABLE: usize = 3;

/// Refuses an `AWS_PROFILE` that no file has; the SDK would only say that it found no credentials.
fn check_selected(set: &ProfileSet) -> Result<(), NoAccount> {
    let selected = set.selected_profile();
    if selected == "default" || set.get_profile(selected).is_some() {
        return Ok(());
    }
    Err(names::unknown(selected, &profiles::names_of(set), "AWS profile").detail("AWS_PROFILE names it"))
}

/// Signs in by each of `names` in turn.
pub async fn by_profiles(
    connection: &Connection,
    set: &ProfileSet,
    names: &[String],
    run: &Run,
) -> Result<SignedIn, NoAccount> {
    let mut signed_in = SignedIn::default();
    let mut unreachable = 0;
    for name in names {
        let login = profiles::login(set, name);
        let own_endpoint = profiles::has_own_endpoint(set, name);
        if unreachable >= UNREACHABLE && !own_endpoint {
            let why = format!(
                "not tried: {UNREACHABLE} profiles in a row could not reach AWS ({WHERE_REQUESTS_GO})"
            );
            signed_in.fail(login.label().to_owned(), Failure::new(Outcome::Failed, why));
            continue;
        }
        let needs = profiles::needs(set, name);
        run.observer.event(Event::Doing(&format!("signing in by profile {name} ({needs})")));
        let result = bounded(run, Box::pin(by_profile(connection, set, name, &login, run))).await;
        if !own_endpoint {
            let silent = matches!(&result, Err(failure) if failure.unreachable);
            unreachable = if silent { unreachable + 1 } else { 0 };
        }
        match result {
            Ok(session) => signed_in.add(session, run),
            Err(failure) => signed_in.fail(login.label().to_owned(), failure),
        }
        if run.cancel.is_cancelled() {
            return Err(NoAccount::new("stopped while signing in"));
        }
    }
    if signed_in.sessions.is_empty() {
        let failed = signed_in.failed.iter();
        return Err(failed.fold(NoAccount::new("no AWS account could be signed in to"), |error, entry| {
            error.detail(format!("{}: {}", entry.account, entry.detail.as_deref().unwrap_or_default()))
        }));
    }
    Ok(signed_in)
}

async fn by_profile(
    connection: &Connection,
    set: &ProfileSet,
    name: &str,
    login: &Login,
    run: &Run,
) -> Result<Session, Failure> {
    // A setting that concerns this way in alone.
    let (retries, patience) =
        retries::of(set.get_profile(name)).map_err(|error| Failure::new(Outcome::Failed, error.message))?;
    let loaded = with_region(connection.loader(Some(name), retries).load().await);
    let by_name = ByName { connection, set, config: &loaded, observer: &run.observer };
    let provider = by_name.credentials(name, login).await?;
    let config = loaded.to_builder().credentials_provider(provider).build();
    Ok(identify(config, login.clone(), patience).await?)
}

/// Why it is not known whose credentials these are.
#[derive(Debug)]
pub struct Unidentified {
    pub failure: Failure,
    /// Whether there are none.
    pub absent: bool,
}

impl From<Failure> for Unidentified {
    fn from(failure: Failure) -> Self {
        Self { failure, absent: false }
    }
}

impl From<Unidentified> for Failure {
    fn from(unidentified: Unidentified) -> Self {
        unidentified.failure
    }
}

/// Asks STS whose credentials these are (`GetCallerIdentity`); the account and partition come from its answer.
///
/// From here on the credentials are cached, whatever asks for them. The call itself may have less `patience`
/// than the session: what fails at the door mostly fails for good, and somebody waits.
pub async fn identify(
    config: SdkConfig,
    login: Login,
    patience: Option<RetryConfig>,
) -> Result<Session, Unidentified> {
    let config = match config.credentials_provider() {
        Some(provider) => config.to_builder().credentials_provider(Cached::share(provider)).build(),
        None => config,
    };
    let asking = match patience {
        Some(retries) => config.to_builder().retry_config(retries).build(),
        None => config.clone(),
    };
    let identity =
        sts(&asking, login.label()).get_caller_identity().send().await.map_err(|error| Unidentified {
            absent: finds_none(&error),
            failure: classify(&error, "sts:GetCallerIdentity", &login),
        })?;
    let account = identity
        .account
        .ok_or_else(|| Failure::new(Outcome::Failed, "sts:GetCallerIdentity: the answer names no account"))?;
    let partition = identity.arn.as_deref().and_then(|arn| arn.split(':').nth(1)).unwrap_or("aws").to_owned();
    tracing::debug!(account, partition, login = login.label(), "signed in");
    Ok(Session::new(account, partition, login, config))
}

/// Returns the region that calls about the account as a whole go to.
pub fn home_region(session: &Session) -> Region {
    let configured = session.config.region().cloned().unwrap_or_else(|| Region::from_static("us-east-1"));
    super::regions::in_partition(configured, &session.partition)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::provider::Surroundings;

    /// Tells whether a machine with this AWS configuration and these variables is configured.
    async fn configured(aws_config: &str, variables: &[&str]) -> bool {
        let aws_config = aws_config.to_owned();
        let surroundings =
            Surroundings::Sandbox { endpoint: "http://127.0.0.1".to_owned(), aws_config, azure: Vec::new() };
        let set = profiles::load(&Connection::new(&surroundings).unwrap()).await.unwrap();
        is_configured(&set, |variable| variables.contains(&variable))
    }

    #[tokio::test]
    async fn a_machine_without_any_source_of_credentials_is_not_configured() {
        assert!(!configured("", &[]).await);
        assert!(!configured("[default]\nregion = eu-west-1\n", &["AWS_REGION", "AWS_CONFIG_FILE"]).await);
    }

    #[tokio::test]
    async fn one_source_is_enough_to_be_configured() {
        assert!(configured("[profile prod]\nsso_session = corp\n", &[]).await, "named, so not in the chain");
        assert!(configured("[default]\ncredential_process = /bin/false\n", &[]).await);
        for variable in SOURCES {
            assert!(configured("", &[variable]).await, "{variable}");
        }
    }
}
