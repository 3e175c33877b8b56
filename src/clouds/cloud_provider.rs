//! What a cloud must offer, and what it is given.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};
use tokio_util::sync::CancellationToken;

use crate::config::Concurrency;
use crate::diagnostic::Diagnostic;
use crate::model::{self, Account, Coverage, FoundResources, Kind, Outcome, Scope, Shard};

/// A cloud.
pub trait CloudProvider: Send + Sync {
    /// Names the cloud.
    fn id(&self) -> model::Provider;

    /// Signs in and finds the accounts and regions in scope; reads no resource. It may announce
    /// accounts that are certain to be in the plan before the plan is complete.
    ///
    /// # Errors
    /// When no account can be signed in to, or the scope names something that does not exist.
    fn plan<'a>(
        &'a self,
        kinds: &'a [Kind],
        run: &'a Run,
        early: &'a EarlyScopes,
    ) -> BoxFuture<'a, Result<ScanPlan, CloudError>>;

    /// Reads one scope into `found`, page by page, so that what was read stays when the rest fails.
    fn read<'a>(
        &'a self,
        scope: &'a Scope,
        found: &'a mut FoundResources,
    ) -> BoxFuture<'a, Result<(), Failure>>;

    /// Reads those resources of one scope that have one of `ids`, or belong to one, into `found`. An id that nothing has
    /// is no error. A cloud whose lists have no such filter reads the whole scope.
    fn read_some<'a>(
        &'a self,
        scope: &'a Scope,
        _ids: &'a BTreeSet<String>,
        found: &'a mut FoundResources,
    ) -> BoxFuture<'a, Result<Extent, Failure>> {
        Box::pin(async move { self.read(scope, found).await.map(|()| Extent::Whole) })
    }

    /// Returns a provider of the same plan that reads everything anew. `None` if this one does that already, since it keeps
    /// no answers.
    fn without_answers(&self) -> Option<Arc<dyn CloudProvider>> {
        None
    }

    /// Corrects the outcomes of scopes, all of which were read: of what is asked for many accounts at once, the last
    /// page may tell that an earlier one was short.
    fn correct_outcomes<'a>(&'a self, _outcomes: &'a mut [Coverage]) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Names the API calls that reading `kind` makes, as IAM or RBAC spells them.
    fn calls(&self, kind: Kind) -> &'static [&'static str];
}

/// How much of a scope was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What has one of the ids that were asked for, or belongs to one.
    Ids,
    /// All of it.
    Whole,
}

/// What there is to read.
#[derive(Debug, Default, Clone)]
pub struct ScanPlan {
    /// The accounts that were signed in to.
    pub accounts: Vec<Account>,
    /// What to read in them.
    pub scopes: Vec<Scope>,
    /// What planning itself learned: sign-ins that failed, accounts left out, denied listings.
    pub coverage: Vec<Coverage>,
    /// What the user should know although nothing failed, said once all clouds are planned.
    pub notes: Vec<String>,
}

/// Takes accounts that can be read already, while the plan is still being made.
#[derive(Debug, Default)]
pub struct EarlyScopes(Option<UnboundedSender<Vec<Scope>>>);

impl EarlyScopes {
    /// Makes one, and what receives the scopes.
    pub(super) fn channel() -> (Self, UnboundedReceiver<Vec<Scope>>) {
        let (sender, receiver) = mpsc::unbounded_channel();
        (Self(Some(sender)), receiver)
    }

    /// Tells whether anything is read: `--dry-run` only makes a plan.
    #[must_use]
    pub const fn are_read(&self) -> bool {
        self.0.is_some()
    }

    /// Announces all scopes of an account. The provider can read them, and they are in its plan later, too.
    pub fn announce(&self, scopes: Vec<Scope>) {
        if let Some(sender) = &self.0 {
            // When the receiver is gone, the run is over.
            let _ = sender.send(scopes);
        }
    }
}

/// The circumstances of one run.
#[derive(Clone)]
pub struct Run {
    /// Told of every step.
    pub observer: Arc<dyn Observer>,
    /// Set when the user wants to stop.
    pub cancel: CancellationToken,
    /// How many scopes are read at once.
    pub concurrency: Concurrency,
    /// Bound per scope, and per sign-in.
    pub timeout: Duration,
    /// The shortest wait before a request is repeated, which the longer ones grow with, and between two requests for the
    /// same list of EC2 once that has used up its burst. `None` is what each cloud recommends.
    pub shortest_wait: Option<Duration>,
    /// The clouds that you asked for. One of these that is not configured is a failure; any other is skipped.
    pub asked_for: Vec<model::Provider>,
    /// The part of the estate to read, where several machines share it.
    pub shard: Option<Shard>,
}

impl Run {
    /// Tells whether an account or subscription is to be read on this machine.
    #[must_use]
    pub fn is_in_shard(&self, provider: model::Provider, account: &str) -> bool {
        self.shard.as_ref().is_none_or(|shard| shard.contains(provider, account))
    }

    /// Makes a run of four scopes at once, with half a minute for each, that reports nothing.
    #[cfg(all(test, any(feature = "aws", feature = "azure")))]
    #[must_use]
    pub fn unobserved() -> Self {
        Self {
            observer: Arc::new(NoObserver),
            cancel: CancellationToken::new(),
            concurrency: Concurrency::Fixed(4),
            timeout: Duration::from_secs(30),
            shortest_wait: None,
            asked_for: Vec::new(),
            shard: None,
        }
    }
}

/// Watches a run and answers its questions.
pub trait Observer: Send + Sync {
    /// Is told of a step.
    fn event(&self, event: Event<'_>);

    /// Asks the user something, such as an MFA code; `None` without a terminal.
    fn ask(&self, question: &str) -> Option<String>;
}

/// Is told of steps and drops them, and answers no question.
#[cfg(all(test, any(feature = "aws", feature = "azure")))]
pub struct NoObserver;

#[cfg(all(test, any(feature = "aws", feature = "azure")))]
impl Observer for NoObserver {
    fn event(&self, _: Event<'_>) {}

    fn ask(&self, _: &str) -> Option<String> {
        None
    }
}

/// A step of a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// Something is being done whose length is not known: signing in, listing.
    Activity(&'a str),
    /// Something the user may want to know although nothing failed.
    Notice(&'a str),
    /// Something to act on, although nothing failed yet.
    Warning(&'a str),
    /// A file that exists or was named cannot be read, and the scan is complete without it.
    Unreadable(&'a str),
    /// A question is answered, or its answer not waited for any more.
    QuestionEnded,
    /// A scope was read, or not.
    Finished {
        /// Its outcome.
        coverage: &'a Coverage,
        /// Scopes finished so far.
        done: usize,
        /// Scopes in all.
        total: usize,
    },
}

/// Why a scope was not read completely.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// How it counts.
    pub outcome: Outcome,
    /// Why, and what to do. Several where a scope is read by several requests.
    pub reasons: Vec<Diagnostic>,
    /// Whether the endpoint itself did not answer, so that other requests need not wait for it too.
    pub unreachable: bool,
    /// How long the service asks you to wait before it is asked again, as its last answer says.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// Makes a failure that says nothing about the endpoint's health.
    pub fn new(outcome: Outcome, reason: impl Into<Diagnostic>) -> Self {
        Self { outcome, reasons: vec![reason.into()], unreachable: false, retry_after: None }
    }

    /// Makes a failure of an endpoint that did not answer.
    pub fn unreachable(outcome: Outcome, reason: impl Into<Diagnostic>) -> Self {
        Self { unreachable: true, ..Self::new(outcome, reason) }
    }

    /// Adds a remedy to every reason.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        let remedy = remedy.into();
        self.map_reasons(|reason| reason.remedy(&remedy))
    }

    /// Puts what failed before every reason: `CONTEXT: MESSAGE`.
    #[must_use]
    pub fn context(self, context: impl fmt::Display) -> Self {
        self.map_reasons(|reason| reason.context(&context))
    }

    /// Changes every reason.
    #[must_use]
    pub fn map_reasons(self, change: impl FnMut(Diagnostic) -> Diagnostic) -> Self {
        Self { reasons: self.reasons.into_iter().map(change).collect(), ..self }
    }

    /// Returns the only reason; of several, `summary` with all of them as its causes.
    #[must_use]
    pub fn into_diagnostic(mut self, summary: &str) -> Diagnostic {
        match (self.reasons.pop(), self.reasons.is_empty()) {
            (Some(only), true) => only,
            (last, _) => {
                self.reasons.into_iter().chain(last).fold(Diagnostic::new(summary), Diagnostic::with_cause)
            }
        }
    }

    /// Returns what the coverage says of it: every reason and remedy once, on one line.
    #[must_use]
    pub fn detail(&self) -> String {
        Diagnostic::join(&self.reasons)
    }

    /// Joins the failures of one scope into one: the gravest outcome, every reason once.
    ///
    /// # Errors
    /// Unless there is none.
    pub fn join(failures: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        let joined = failures.into_iter().reduce(|mut joined, failure| {
            joined.outcome = joined.outcome.max(failure.outcome);
            joined.unreachable &= failure.unreachable;
            joined.retry_after = joined.retry_after.max(failure.retry_after);
            let new = failure.reasons.into_iter().filter(|reason| !joined.reasons.contains(reason));
            let new: Vec<Diagnostic> = new.collect();
            joined.reasons.extend(new);
            joined
        });
        joined.map_or(Ok(()), Err)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail())
    }
}

impl std::error::Error for Failure {}

/// Why nothing of a cloud can be read.
#[derive(Debug, Clone)]
pub struct CloudError {
    /// What is wrong, what was tried, and what to do.
    pub diagnostic: Diagnostic,
    /// What sort of error it is.
    pub kind: CloudErrorKind,
}

/// What sort of [`CloudError`] it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloudErrorKind {
    /// No account could be signed in to, or none could be listed.
    NoAccount,
    /// A name or setting of yours means nothing in this cloud.
    BadSetting,
    /// Nothing on this machine says how to sign in to this cloud. Never when something does and fails: a cloud that is
    /// skipped because you did not ask for it must not hide an expired credential.
    NotConfigured,
}

impl CloudError {
    /// Makes one for accounts that cannot be signed in to.
    pub fn new(message: impl Into<String>) -> Self {
        Self::of_kind(CloudErrorKind::NoAccount, message)
    }

    /// Makes one for a cloud that is not configured on this machine.
    pub fn not_configured(message: impl Into<String>) -> Self {
        Self::of_kind(CloudErrorKind::NotConfigured, message)
    }

    /// Makes one for a name or setting that is wrong.
    pub fn bad_setting(message: impl Into<String>) -> Self {
        Self::of_kind(CloudErrorKind::BadSetting, message)
    }

    fn of_kind(kind: CloudErrorKind, message: impl Into<String>) -> Self {
        Self { diagnostic: Diagnostic::new(message), kind }
    }

    /// Makes one for accounts that cannot be signed in to, that says what `diagnostic` says.
    #[must_use]
    pub const fn from_diagnostic(diagnostic: Diagnostic) -> Self {
        Self { diagnostic, kind: CloudErrorKind::NoAccount }
    }

    /// Returns what is wrong, without causes and remedies.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.diagnostic.message
    }

    /// Tells whether the cloud is not configured on this machine.
    #[must_use]
    pub fn is_not_configured(&self) -> bool {
        self.kind == CloudErrorKind::NotConfigured
    }

    /// Tells whether a name or setting of yours is wrong.
    #[must_use]
    pub fn is_bad_setting(&self) -> bool {
        self.kind == CloudErrorKind::BadSetting
    }

    /// Adds a cause. Its remedies stay with it.
    #[must_use]
    pub fn with_cause(self, cause: impl Into<Diagnostic>) -> Self {
        Self { diagnostic: self.diagnostic.with_cause(cause), ..self }
    }

    /// Adds a cause whose remedies are those of the whole.
    #[must_use]
    pub fn with_cause_and_remedies(self, cause: Diagnostic) -> Self {
        Self { diagnostic: self.diagnostic.with_cause_and_remedies(cause), ..self }
    }

    /// Adds a remedy.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy), ..self }
    }
}

impl fmt::Display for CloudError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for CloudError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_and_remedies_are_written_once() {
        let join = |reasons: &[(&str, &str)]| {
            let failures =
                reasons.iter().map(|(reason, remedy)| Failure::new(Outcome::Failed, *reason).remedy(*remedy));
            Failure::join(failures).unwrap_err().detail()
        };
        assert_eq!(
            join(&[("a: no", "do this"), ("b: no", "do this"), ("a: no", "do this")]),
            "a: no; b: no (do this)"
        );
        let nested = [("a: no", "let it (me) do this"), ("b: no", "let it (me) do this")];
        assert_eq!(join(&nested), "a: no; b: no (let it (me) do this)");
        assert_eq!(join(&[("a", "do this"), ("b", "do that")]), "a (do this); b (do that)");
        let brackets = ["a) (b", "c)", "(d)"].map(|reason| Failure::new(Outcome::Failed, reason));
        assert_eq!(Failure::join(brackets).unwrap_err().detail(), "a) (b; c); (d)");
    }

    #[test]
    fn the_gravest_outcome_counts() {
        let failures = [Failure::new(Outcome::Denied, "a"), Failure::new(Outcome::Throttled, "b")];
        assert_eq!(Failure::join(failures).unwrap_err().outcome, Outcome::Throttled);
        assert!(Failure::join([]).is_ok());
    }
}
