//! Signs in by many profiles side by side.
//!
//! Only what may ask you something is done one after the other: two questions never share the terminal.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_config::Region;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt, stream};
use tokio::sync::Semaphore;

use super::credentials::CredentialResolver;
use super::login::Login;
use super::profiles::Profiles;
use super::shared_credentials::SharedSources;
use super::sign_in::{
    SignedInAccounts, WHERE_REQUESTS_GO, identify_account, outlast_throttling, region_of_partition,
};
use crate::clouds::aws::reading::session::{EarlySessions, Session};
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::retries::configured_retries;
use crate::clouds::aws::requests::sdk_settings::READ_SERVICES;
use crate::clouds::step::bounded;
use crate::clouds::{CloudError, Event, Failure, Run};
use crate::model::Outcome;

/// Profiles that are signed in by at once. Each account has its own share of STS.
pub const SIGNED_IN_AT_ONCE: usize = 128;

/// After so many profiles in a row whose endpoint cannot be reached, the others are not tried.
const MAX_UNREACHABLE: usize = 3;

/// Signs in by each of `names`, and keeps the results in their order. What fails is in the result. `region` is used for
/// requests about an account as a whole if the profile configures none. Of several
/// profiles of one account the first is used. So an account is `settled` once its profile and all before it are done.
///
/// # Errors
/// When the user stopped it.
pub async fn sign_in_by_profiles(
    connection: &AwsConnection,
    profiles: &Profiles,
    names: &[String],
    region: Option<&Region>,
    settled: &EarlySessions,
    run: &Run,
) -> Result<SignedInAccounts, CloudError> {
    let used = names.iter().map(|name| profiles.get(name));
    connection.warn_of_plain_text(profiles, used, &READ_SERVICES, run);
    let sign_in = ProfileSignIn {
        connection,
        profiles,
        region,
        run,
        total: names.len(),
        shared: SharedSources::default(),
        reachability: Reachability::new(),
    };
    let mut results: Vec<Option<Result<Session, Failure>>> = names.iter().map(|_| None).collect();
    let (mut done, mut settling) = (0, OrderedResults::default());
    let mut finished = std::pin::pin!(sign_in.by_each(names));
    while let Some((index, result)) = finished.next().await {
        if run.cancel.is_cancelled() {
            return Err(CloudError::new("stopped while signing in"));
        }
        results[index] = Some(result);
        settling.announce_next(&results, settled);
        done += 1;
        if names.len() > 1 {
            let doing = format!("signing in: {done} of {} profiles", names.len());
            run.observer.event(Event::Activity(&doing));
        }
    }
    let mut signed_in = SignedInAccounts::default();
    let results = results.into_iter().enumerate();
    let results = results.filter_map(|(index, result)| Some((format!("profile:{}", names[index]), result?)));
    signed_in.add_results(results, run);
    Ok(signed_in)
}

/// A profile's place among the names, and what came of it.
type Finished = (usize, Result<Session, Failure>);

/// Goes over the results in their order, as far as there are results.
#[derive(Default)]
struct OrderedResults {
    next: usize,
    accounts: HashSet<String>,
}

impl OrderedResults {
    fn announce_next(&mut self, results: &[Option<Result<Session, Failure>>], settled: &EarlySessions) {
        while let Some(Some(result)) = results.get(self.next) {
            self.next += 1;
            let session = result.as_ref().ok();
            if let Some(session) = session.filter(|session| self.accounts.insert(session.account.clone())) {
                settled.add(session);
            }
        }
    }
}

/// What signing in by each of the profiles needs.
struct ProfileSignIn<'a> {
    connection: &'a AwsConnection,
    profiles: &'a Profiles,
    region: Option<&'a Region>,
    run: &'a Run,
    total: usize,
    shared: SharedSources,
    reachability: Reachability,
}

impl ProfileSignIn<'_> {
    /// Signs in by each of `names`; the results come as they are ready.
    fn by_each<'s>(&'s self, names: &'s [String]) -> impl Stream<Item = Finished> + 's {
        let (asking, others): (Vec<_>, Vec<_>) =
            names.iter().enumerate().partition(|(_, name)| self.profiles.may_ask(name));
        let attempts = |profiles: Vec<(usize, &'s String)>| {
            let attempt = |(index, name): (usize, &'s String)| -> BoxFuture<'s, Finished> {
                Box::pin(async move { (index, self.attempt(name).await) })
            };
            stream::iter(profiles.into_iter().map(attempt).collect::<Vec<_>>())
        };
        let asking = attempts(asking).buffer_unordered(1);
        stream::select(asking, attempts(others).buffer_unordered(SIGNED_IN_AT_ONCE))
    }

    /// Signs in by the profile `name`, unless the others found that AWS cannot be reached.
    async fn attempt(&self, name: &str) -> Result<Session, Failure> {
        if self.profiles.has_own_endpoint(name) {
            return self.sign_in_by(name).await;
        }
        let Some(trial) = self.reachability.begin().await else {
            let why = format!("not tried: {MAX_UNREACHABLE} profiles in a row could not reach AWS");
            return Err(Failure::new(Outcome::Failed, why).remedy(WHERE_REQUESTS_GO));
        };
        let result = self.sign_in_by(name).await;
        trial.end(&result);
        result
    }

    async fn sign_in_by(&self, name: &str) -> Result<Session, Failure> {
        let may_ask = self.profiles.may_ask(name);
        let doing = format!("signing in by profile {name} ({})", self.profiles.describe_credentials(name));
        if may_ask || self.total == 1 {
            self.run.observer.event(Event::Activity(&doing));
        } else {
            tracing::debug!("{doing}");
        }
        bounded(self.run, Box::pin(self.sign_in_within_bound(name, may_ask))).await
    }

    async fn sign_in_within_bound(&self, name: &str, may_ask: bool) -> Result<Session, Failure> {
        let Self { connection, profiles, run, .. } = *self;
        // A wrong setting costs this profile alone.
        let of_setting = |error: CloudError| Failure::new(Outcome::Failed, error.diagnostic);
        let profile = profiles.get(name);
        let retries =
            configured_retries(connection.variables(), profile, run.shortest_wait).map_err(of_setting)?;
        let region = self.region.cloned().or_else(|| region_of_partition(profiles, name));
        let configured = connection
            .configure(profiles, profile, retries.requests, region.as_ref(), run)
            .await
            .map_err(of_setting)?;
        let login = Login::for_profile(profiles, name);
        let login = if configured.has_region {
            login
        } else {
            login.without_region(&format!("`region` of profile {name}, or AWS_REGION"))
        };
        let config = &configured.config;
        let shared = &self.shared;
        let resolver = CredentialResolver { connection, profiles, config, run, shared };
        // Boxed: the SDK's futures are tens of kilobytes each.
        let sign_in = || -> BoxFuture<'_, Result<Session, Failure>> {
            Box::pin(async {
                let provider = Box::pin(resolver.resolve(name, &login)).await?;
                let config = config.to_builder().credentials_provider(provider).build();
                Ok(Box::pin(identify_account(config, login.clone(), retries.sign_in.clone())).await?)
            })
        };
        // A code is good for one use, and to ask for another one is no patience.
        if may_ask { sign_in().await } else { outlast_throttling(config, run, sign_in).await }
    }
}

/// Whether AWS can be reached at all, as the profiles find out that are tried side by side.
///
/// Until one of them was answered only a few are tried, so that a dead endpoint costs one time-out and not hundreds.
#[derive(Debug)]
struct Reachability {
    permits: Semaphore,
    /// How many were answered.
    answered: AtomicUsize,
    /// How many in a row were not answered.
    silent: AtomicUsize,
}

impl Reachability {
    fn new() -> Self {
        let permits = Semaphore::new(MAX_UNREACHABLE);
        Self { permits, answered: AtomicUsize::new(0), silent: AtomicUsize::new(0) }
    }

    /// Waits for its turn; `None` when AWS cannot be reached.
    async fn begin(&self) -> Option<SignInAttempt<'_>> {
        let permit = self.permits.acquire().await.ok()?;
        Some(SignInAttempt { reachability: self, permit, answered: self.answered.load(Ordering::Relaxed) })
    }
}

/// A profile that is being tried.
struct SignInAttempt<'a> {
    reachability: &'a Reachability,
    permit: tokio::sync::SemaphorePermit<'a>,
    /// How many others had been answered when it began.
    answered: usize,
}

impl SignInAttempt<'_> {
    /// Notes what its end says about AWS.
    fn end<T>(self, result: &Result<T, Failure>) {
        let Reachability { permits, answered, silent } = self.reachability;
        let permit = self.permit;
        match result {
            Err(failure) if failure.unreachable => {
                // Others that were answered meanwhile show that AWS can be reached.
                let is_alone = answered.load(Ordering::Relaxed) == self.answered;
                if is_alone {
                    // Or the next one would begin before the others of the first few have ended.
                    permit.forget();
                    if silent.fetch_add(1, Ordering::Relaxed) + 1 >= MAX_UNREACHABLE {
                        permits.close();
                    }
                }
            }
            // A program that hangs says nothing about AWS.
            Err(failure) if failure.outcome == Outcome::TimedOut => {}
            _ => {
                permits.add_permits(silent.swap(0, Ordering::Relaxed));
                if answered.fetch_add(1, Ordering::Relaxed) == 0 {
                    permits.add_permits(SIGNED_IN_AT_ONCE - MAX_UNREACHABLE);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_config::SdkConfig;
    use futures_util::FutureExt;

    use super::*;
    use crate::clouds::aws::authentication::config_files::ConfigFiles;

    fn session(account: &str, profile: &str) -> Session {
        let profiles = Profiles::from_files(ConfigFiles::from_text(String::new()));
        let login = Login::for_profile(&profiles, profile);
        Session::new(account.to_owned(), "aws".to_owned(), login, SdkConfig::builder().build())
    }

    /// The answers come in any order. Which profile of an account is used must not depend on that.
    #[test]
    fn the_first_profile_of_an_account_is_used_whichever_answers_first() {
        let (settled, mut arriving) = EarlySessions::channel();
        let mut results: [Option<Result<Session, Failure>>; 3] = [None, None, None];
        let mut settling = OrderedResults::default();
        for (index, account) in [(2, "3"), (1, "1"), (0, "1")] {
            results[index] = Some(Ok(session(account, &format!("p{index}"))));
            settling.announce_next(&results, &settled);
            assert_eq!(arriving.is_empty(), index > 0, "p0 may lead to the same account");
        }
        let logins = std::iter::from_fn(|| arriving.try_recv().ok());
        let logins: Vec<_> = logins.map(|session| session.login().label().to_owned()).collect();
        assert_eq!(logins, ["profile:p0", "profile:p2"]);
    }

    fn silent() -> Result<(), Failure> {
        Err(Failure::unreachable(Outcome::Failed, "no answer"))
    }

    /// Begins as many as there is a turn for.
    fn begin_all(reachability: &Reachability) -> Vec<SignInAttempt<'_>> {
        let begin = || reachability.begin().now_or_never().flatten();
        std::iter::from_fn(begin).collect()
    }

    #[test]
    fn a_dead_endpoint_is_tried_a_few_times() {
        let reachability = Reachability::new();
        let trials = begin_all(&reachability);
        assert_eq!(trials.len(), 3);
        for trial in trials {
            trial.end(&silent());
        }
        assert!(matches!(reachability.begin().now_or_never(), Some(None)), "the others are not tried");
    }

    #[test]
    fn one_answer_lets_all_begin() {
        let reachability = Reachability::new();
        let mut trials = begin_all(&reachability);
        trials.pop().unwrap().end(&Ok(()));
        trials.extend(begin_all(&reachability));
        assert_eq!(trials.len(), SIGNED_IN_AT_ONCE);
    }

    #[test]
    fn who_is_silent_while_others_are_answered_says_nothing_about_aws() {
        let reachability = Reachability::new();
        reachability.begin().now_or_never().flatten().unwrap().end(&Ok(()));
        let mut trials = begin_all(&reachability);
        trials.pop().unwrap().end(&Ok(()));
        for trial in trials {
            trial.end(&silent());
        }
        let trials = begin_all(&reachability);
        assert_eq!(trials.len(), SIGNED_IN_AT_ONCE);
        for trial in trials {
            trial.end(&silent());
        }
        assert!(matches!(reachability.begin().now_or_never(), Some(None)), "now AWS is gone");
    }

    #[test]
    fn a_program_that_hangs_says_nothing_about_aws() {
        let reachability = Reachability::new();
        for _ in 0..9 {
            let late = Err::<(), _>(Failure::new(Outcome::TimedOut, "did not finish"));
            reachability.begin().now_or_never().flatten().unwrap().end(&late);
        }
        assert_eq!(begin_all(&reachability).len(), 3);
    }
}
