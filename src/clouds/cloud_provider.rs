//! What a cloud must offer, and what it is given.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio_util::sync::CancellationToken;

use crate::model::{self, Account, Coverage, Kind, Outcome, Resources, Scope, Shard};

/// A cloud.
pub trait CloudProvider: Send + Sync {
    /// Names the cloud.
    fn id(&self) -> model::Provider;

    /// Signs in and finds the accounts and regions in scope; reads no resource.
    ///
    /// # Errors
    /// When no account can be signed in to, or the scope names something that does not exist.
    fn plan<'a>(&'a self, kinds: &'a [Kind], run: &'a Run) -> BoxFuture<'a, Result<Plan, NoAccount>>;

    /// Reads one scope into `found`, page by page, so that what was read stays when the rest fails.
    fn read<'a>(&'a self, scope: &'a Scope, found: &'a mut Resources) -> BoxFuture<'a, Result<(), Failure>>;

    /// Corrects the outcomes of scopes, all of which were read: of what is asked for many accounts at once, the last
    /// page may tell that an earlier one was short.
    fn correct<'a>(&'a self, _outcomes: &'a mut [Coverage]) -> BoxFuture<'a, ()> {
        Box::pin(std::future::ready(()))
    }

    /// Names the API calls that reading `kind` makes, as IAM or RBAC spells them.
    fn calls(&self, kind: Kind) -> &'static [&'static str];
}

/// What there is to read.
#[derive(Debug, Default, Clone)]
pub struct Plan {
    /// The accounts that were signed in to.
    pub accounts: Vec<Account>,
    /// What to read in them.
    pub scopes: Vec<Scope>,
    /// What planning itself learned: sign-ins that failed, accounts left out, denied listings.
    pub coverage: Vec<Coverage>,
    /// What the user should know although nothing failed, said once all clouds are planned.
    pub notes: Vec<String>,
}

/// The circumstances of one run.
#[derive(Clone)]
pub struct Run {
    /// Told of every step.
    pub observer: Arc<dyn Observer>,
    /// Set when the user wants to stop.
    pub cancel: CancellationToken,
    /// Scopes read at once.
    pub concurrency: usize,
    /// Bound per scope, and per sign-in.
    pub timeout: Duration,
    /// The clouds that somebody asked for: one that is not configured is a failure then, and skipped otherwise.
    pub asked_for: Vec<model::Provider>,
    /// The part of the estate to read, where several machines share it.
    pub shard: Option<Shard>,
}

impl Run {
    /// Tells whether an account or subscription is to be read on this machine.
    #[must_use]
    pub fn holds(&self, provider: model::Provider, account: &str) -> bool {
        self.shard.as_ref().is_none_or(|shard| shard.holds(provider, account))
    }
}

/// Watches a run and answers its questions.
pub trait Observer: Send + Sync {
    /// Is told of a step.
    fn event(&self, event: Event<'_>);

    /// Asks the user something, such as an MFA code; `None` when nobody can be asked.
    fn ask(&self, question: &str) -> Option<String>;
}

/// A step of a run.
#[derive(Debug)]
pub enum Event<'a> {
    /// Something is being done whose length is not known: signing in, listing.
    Doing(&'a str),
    /// Something the user may want to know although nothing failed.
    Notice(&'a str),
    /// Something that somebody should do something about, although nothing failed yet.
    Warning(&'a str),
    /// A file that is there, or is named, and cannot be read, although nothing else is missing for it.
    Unreadable(&'a str),
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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Failure {
    /// How it counts.
    pub outcome: Outcome,
    /// Why, and what to do.
    pub detail: String,
    /// Whether the endpoint itself did not answer, so that others there need not wait for it too.
    pub unreachable: bool,
}

impl Failure {
    /// Makes a failure that says nothing about the endpoint's health.
    pub fn new(outcome: Outcome, detail: impl Into<String>) -> Self {
        Self { outcome, detail: detail.into(), unreachable: false }
    }
}

impl Failure {
    /// Joins the failures of one scope into one: the gravest outcome, every reason once.
    ///
    /// # Errors
    /// Unless there is none.
    pub fn join(failures: impl IntoIterator<Item = Self>) -> Result<(), Self> {
        let mut joined: Option<Self> = None;
        let mut reasons: Vec<String> = Vec::new();
        for failure in failures {
            if !reasons.contains(&failure.detail) {
                reasons.push(failure.detail.clone());
            }
            match &mut joined {
                None => joined = Some(failure),
                Some(known) => {
                    known.outcome = known.outcome.max(failure.outcome);
                    known.unreachable &= failure.unreachable;
                }
            }
        }
        let detail = reasons.into_iter().reduce(|one, other| also(&one, &other)).unwrap_or_default();
        joined.map_or(Ok(()), |joined| Err(Self { detail, ..joined }))
    }
}

/// Joins two reasons; what mends both, in brackets at their ends, is said once.
fn also(one: &str, other: &str) -> String {
    match remedy(one).and_then(|remedy| Some((remedy, other.strip_suffix(remedy)?))) {
        Some((remedy, other)) => format!("{}; {other}{remedy}", &one[..one.len() - remedy.len()]),
        None => format!("{one}; {other}"),
    }
}

/// Finds the brackets at the end of a reason, those inside them included.
fn remedy(reason: &str) -> Option<&str> {
    let mut depth = 0_usize;
    for (at, c) in reason.char_indices().rev() {
        match c {
            ')' => depth += 1,
            '(' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return reason.get(at.checked_sub(1)?..).filter(|remedy| remedy.starts_with(" ("));
        }
    }
    None
}

/// Why nothing can be read at all.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct NoAccount {
    /// What is wrong, in a sentence.
    pub message: String,
    /// What was tried or is wrong in detail.
    pub details: Vec<String>,
    /// What to do.
    pub hints: Vec<String>,
    /// Whether what was asked for does not exist, rather than nobody being let in.
    pub misnamed: bool,
    /// Whether nothing on this machine says how to sign in to this cloud. Never when something does and fails:
    /// a cloud that is skipped without being asked for must not hide an expired credential.
    pub absent: bool,
}

impl NoAccount {
    /// Makes one for accounts that cannot be signed in to.
    pub fn new(message: impl Into<String>) -> Self {
        let message = message.into();
        Self { message, details: Vec::new(), hints: Vec::new(), misnamed: false, absent: false }
    }

    /// Makes one for a cloud that nobody configured on this machine.
    pub fn absent(message: impl Into<String>) -> Self {
        Self { absent: true, ..Self::new(message) }
    }

    /// Makes one for a name or setting that is wrong.
    pub fn misnamed(message: impl Into<String>) -> Self {
        Self { misnamed: true, ..Self::new(message) }
    }

    /// Adds a detail.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.details.push(detail.into());
        self
    }

    /// Says what is wrong on one line, without what to do about it: `MESSAGE: DETAIL; DETAIL`.
    #[must_use]
    pub fn reason(&self) -> String {
        if self.details.is_empty() {
            return self.message.clone();
        }
        format!("{}: {}", self.message, self.details.join("; "))
    }

    /// Says all of it on one line: `MESSAGE: DETAIL; DETAIL (HINT; HINT)`.
    #[must_use]
    pub fn one_line(&self) -> String {
        if self.hints.is_empty() {
            return self.reason();
        }
        format!("{} ({})", self.reason(), self.hints.join("; "))
    }

    /// Adds what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_are_said_once_and_so_is_what_mends_them() {
        let join = |details: &[&str]| {
            let failures = details.iter().map(|detail| Failure::new(Outcome::Failed, *detail));
            Failure::join(failures).unwrap_err().detail
        };
        assert_eq!(
            join(&["a: no (do this)", "b: no (do this)", "a: no (do this)"]),
            "a: no; b: no (do this)"
        );
        let nested = ["a: no (let it (me) do this)", "b: no (let it (me) do this)"];
        assert_eq!(join(&nested), "a: no; b: no (let it (me) do this)");
        assert_eq!(join(&["a (do this)", "b (do that)"]), "a (do this); b (do that)");
        assert_eq!(join(&["a) (b", "c)", "(d)"]), "a) (b; c); (d)");
        assert_eq!(join(&["a", "b (do that)"]), "a; b (do that)");
    }

    #[test]
    fn the_gravest_outcome_counts() {
        let failures = [Failure::new(Outcome::Denied, "a"), Failure::new(Outcome::Throttled, "b")];
        assert_eq!(Failure::join(failures).unwrap_err().outcome, Outcome::Throttled);
        assert!(Failure::join([]).is_ok());
    }
}
