//! Every active account of an organisation, through a role in each.

use std::collections::HashSet;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_organizations::types::Account as Member;
use aws_sdk_sts::operation::assume_role::AssumeRoleInput;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::login::Login;
use super::role_pacer::{MOST_AT_ONCE, RolePacer};
use super::shared_credentials::CachedCredentials;
use super::sign_in::{SignedInAccounts, identify_account, outlast_throttling};
use super::sts::AssumedRole;
use crate::clouds::account_patterns::AccountPatterns;
use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::convert::non_blank;
use crate::clouds::aws::reading::regions::home_region;
use crate::clouds::aws::reading::session::{EarlySessions, Session};
use crate::clouds::aws::requests::errors::{ASSUME_ROLE, classify_error, credentials_failure};
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{NoFutileRetries, RetryStatuses, new_retry_budget};
use crate::clouds::page_tokens::{PageTokens, RowCount};
use crate::clouds::step::{PlanningOutcome, bounded};
use crate::clouds::{CloudError, Event, Failure, Run};
use crate::model::{Outcome, Provider, Subject};
use crate::wording::counted;

const LIST_ACCOUNTS: &str = "organizations:ListAccounts";

/// The role to assume in every account.
#[derive(Debug, Clone)]
pub struct MemberRole {
    /// Name, with its path if it has one.
    pub name: String,
    /// External id that the role's trust policy asks for.
    pub external_id: Option<String>,
}

/// A member to assume the role in.
struct AskedMember {
    /// The index of the session whose account manages its organization.
    manager: usize,
    id: String,
    name: Option<String>,
}

/// Adds every other active account of the organisations that `signed_in`'s accounts manage, if it is to be read on
/// this machine. Roles are assumed while the accounts are still listed: a page has 20 of them, and leads to the next.
///
/// The calling account itself is read with its own credentials, since it rarely has the role.
///
/// # Errors
/// When an organisation's accounts cannot be listed completely.
pub async fn add_members(
    signed_in: &mut SignedInAccounts,
    role: &MemberRole,
    patterns: (&AccountPatterns<'_>, &AccountPatterns<'_>),
    settled: &EarlySessions,
    run: &Run,
) -> Result<(), CloudError> {
    let managers = &signed_in.sessions;
    let (sender, asked) = mpsc::unbounded_channel();
    // Boxed, or else the compiler cannot see that they may go to another thread.
    let listing: BoxFuture<'_, Result<Listed, CloudError>> =
        Box::pin(Listing::new(managers, patterns, sender, run).list_all());
    let assuming: BoxFuture<'_, Result<Vec<_>, CloudError>> =
        Box::pin(async { Ok(assume_in_members(managers, asked, role, settled, run).await) });
    let (Listed { names, left_out }, assumed) = tokio::try_join!(listing, assuming)?;
    for (manager, name) in signed_in.sessions.iter_mut().zip(names) {
        manager.name = name;
    }
    signed_in.failed.extend(left_out);
    signed_in.add_results(assumed, run);
    if run.cancel.is_cancelled() {
        return Err(CloudError::new("stopped while signing in"));
    }
    Ok(())
}

/// What the lists of accounts say beside the members to assume the role in.
struct Listed {
    /// The name of each manager.
    names: Vec<Option<String>>,
    /// The accounts that are not read, each with the reason.
    left_out: Vec<PlanningOutcome>,
}

/// Lists the accounts of organizations, and hands on those to assume the role in as soon as they are known.
struct Listing<'a> {
    managers: &'a [Session],
    selection: &'a AccountPatterns<'a>,
    exclusion: &'a AccountPatterns<'a>,
    asked: UnboundedSender<AskedMember>,
    run: &'a Run,
    seen: HashSet<String>,
    listed: Listed,
}

impl<'a> Listing<'a> {
    fn new(
        managers: &'a [Session],
        (selection, exclusion): (&'a AccountPatterns<'a>, &'a AccountPatterns<'a>),
        asked: UnboundedSender<AskedMember>,
        run: &'a Run,
    ) -> Self {
        let seen = managers.iter().map(|manager| manager.account.clone()).collect();
        let listed = Listed { names: vec![None; managers.len()], left_out: Vec::new() };
        Self { managers, selection, exclusion, asked, run, seen, listed }
    }

    async fn list_all(mut self) -> Result<Listed, CloudError> {
        for (index, manager) in self.managers.iter().enumerate() {
            let doing = format!("listing the accounts of the organisation of {}", manager.account);
            self.run.observer.event(Event::Activity(&doing));
            let run = self.run;
            let listed: BoxFuture<'_, Result<(), Failure>> =
                Box::pin(list_members(manager, |member| self.add(index, member)));
            bounded(run, listed).await.map_err(|failure| {
                let error = CloudError::new("the organisation's accounts cannot be listed").remedy(
                    "for --aws-org, sign in to the management account or a delegated administrator of Organizations",
                );
                let who = format!("{} ({})", manager.account, manager.login().label());
                failure.context(who).reasons.into_iter().fold(error, CloudError::with_cause)
            })?;
        }
        Ok(self.listed)
    }

    /// Decides what becomes of a member.
    fn add(&mut self, manager: usize, member: Member) {
        let account = &self.managers[manager].account;
        let Some(id) = non_blank(member.id.clone()) else {
            return self.leave_out(account.clone(), no_id(&member));
        };
        if id == *account {
            self.listed.names[manager].clone_from(&member.name);
        }
        let name = member.name.as_deref();
        let is_selected = self.selection.selects(&id, name);
        let excluded = self.exclusion.exclusion(&id, name);
        if !is_selected || !self.run.is_in_shard(Provider::Aws, &id) || !self.seen.insert(id.clone()) {
            return;
        }
        let closed = || Some(format!("the account is {} in the organisation", closed_state(&member)?));
        match excluded.or_else(closed) {
            Some(detail) => self.leave_out(id, Failure::new(Outcome::Skipped, detail)),
            // Without a receiver, the plan has failed.
            None => drop(self.asked.send(AskedMember { manager, id, name: member.name })),
        }
    }

    fn leave_out(&mut self, account: String, failure: Failure) {
        self.listed.left_out.push(PlanningOutcome { account, subject: Subject::Accounts, failure });
    }
}

/// What came of assuming a role: the place of the member, its account, and the session.
type Assumed = (usize, String, Result<Session, Failure>);

/// Assumes the role in all members that are `asked`, until no more can come. Returns what came of it by account, in their
/// order.
async fn assume_in_members(
    managers: &[Session],
    asked: UnboundedReceiver<AskedMember>,
    role: &MemberRole,
    settled: &EarlySessions,
    run: &Run,
) -> Vec<(String, Result<Session, Failure>)> {
    let pacers: Vec<Arc<RolePacer>> = managers.iter().map(|_| Arc::new(RolePacer::new(run))).collect();
    let total = AtomicUsize::new(0);
    let members = stream::unfold(asked, async |mut asked| {
        let member: AskedMember = asked.recv().await?;
        Some(((member, asked.len()), asked))
    });
    let members = members.enumerate();
    let assume = |(place, (member, waiting)): (usize, (AskedMember, usize))| -> BoxFuture<'_, Assumed> {
        total.fetch_max(place + 1 + waiting, Ordering::Relaxed);
        let (manager, pacer) = (&managers[member.manager], &pacers[member.manager]);
        Box::pin(async move {
            let AskedMember { id, name, .. } = member;
            let assumed = bounded(run, Box::pin(assume_in_member(manager, &id, role, pacer, run))).await;
            (place, id, assumed.map(|session| session.with_name(name)))
        })
    };
    let mut assumed = pin!(members.map(assume).buffer_unordered(MOST_AT_ONCE));
    let mut results: Vec<Assumed> = Vec::new();
    while !run.cancel.is_cancelled() {
        let Some((place, id, result)) = assumed.next().await else { break };
        // Which accounts are read was decided before.
        if let Ok(session) = &result {
            settled.add(session);
        }
        results.push((place, id, result));
        let total = counted(total.load(Ordering::Relaxed), "account");
        let doing = format!("assuming {}: {} of {total}", role.name, results.len());
        run.observer.event(Event::Activity(&doing));
    }
    results.sort_unstable_by_key(|(place, ..)| *place);
    results.into_iter().map(|(_, id, result)| (id, result)).collect()
}

/// `ListAccounts`, all pages: hands on each member.
async fn list_members(manager: &Session, mut add: impl FnMut(Member)) -> Result<(), Failure> {
    let config = manager.config.to_builder().region(home_region(manager)).build();
    let config = aws_sdk_organizations::config::Builder::from(&config)
        .retry_partition(new_retry_budget("organizations"))
        .retry_classifier(RetryStatuses)
        .retry_classifier(NoFutileRetries)
        .interceptor(MeterRequests)
        .interceptor(CheckAnswers)
        .build();
    let client = aws_sdk_organizations::Client::from_conf(config);
    let mut pages = client.list_accounts().into_paginator().stop_on_duplicate_token(false).send();
    let (mut tokens, mut counted) = (PageTokens::default(), RowCount::default());
    let mut lists_manager = false;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| classify_error(&error, LIST_ACCOUNTS, manager.login()))?;
        let accounts = page.accounts.unwrap_or_default();
        tokens.follow(page.next_token.as_deref(), LIST_ACCOUNTS)?;
        counted.record(accounts.len(), LIST_ACCOUNTS)?;
        lists_manager |= accounts.iter().any(|member| member.id.as_deref() == Some(&manager.account));
        accounts.into_iter().for_each(&mut add);
    }
    // The account that may ask is a member itself.
    if !lists_manager {
        let detail = format!(
            "{LIST_ACCOUNTS}: the answer lacks the calling account {}, so others may be missing too",
            manager.account
        );
        return Err(Failure::new(Outcome::Failed, detail));
    }
    Ok(())
}

/// Says that an account of an organization has no id, and cannot be signed in to.
fn no_id(member: &Member) -> Failure {
    let name = non_blank(member.name.clone()).unwrap_or_else(|| "without a name".to_owned());
    let detail =
        format!("{LIST_ACCOUNTS}: the account {name} has no id, and cannot be read; please report it");
    Failure::new(Outcome::Failed, detail)
}

/// Names the state of an account that cannot be read any more: closed, suspended, or not joined yet. An account in a
/// state that this version does not know is read: when that fails, it is missed, and not left out in silence.
///
/// `State` replaces `Status` (<https://docs.aws.amazon.com/organizations/latest/APIReference/API_Account.html>);
/// emulators and older partitions answer with the latter alone.
fn closed_state(member: &Member) -> Option<&str> {
    let state = match (&member.state, &member.status) {
        (Some(state), _) => state.as_str(),
        (None, Some(status)) => status.as_str(),
        (None, None) => return None,
    };
    CLOSED.contains(&state).then_some(state)
}

/// The states in which an account has no credentials that work.
const CLOSED: [&str; 4] = ["SUSPENDED", "PENDING_CLOSURE", "CLOSED", "PENDING_ACTIVATION"];

/// Assumes the role in account `id` and checks that STS agrees about whose account it is: its answer names the account of
/// the role. Where an emulator names none, `GetCallerIdentity` is asked.
async fn assume_in_member(
    manager: &Session,
    id: &str,
    role: &MemberRole,
    pacer: &Arc<RolePacer>,
    run: &Run,
) -> Result<Session, Failure> {
    let arn = format!("arn:{}:iam::{id}:role/{}", manager.partition, role.name);
    let login = Login::for_role(&arn, role.external_id.is_some(), manager.login());
    let caller = manager.config.to_builder().region(home_region(manager)).build();
    let request = AssumeRoleInput::builder()
        .role_arn(&arn)
        .role_session_name("netcensus")
        .set_external_id(role.external_id.clone());
    let assumed = AssumedRole::new(caller.clone(), Arc::clone(pacer), request);
    let credentials = CachedCredentials::wrap(SharedCredentialsProvider::new(assumed), login.owner());
    let given = credentials.provide_credentials().await.map_err(|error| {
        credentials_failure(&error, &login)
            .unwrap_or_else(|| Failure::new(Outcome::Failed, format!("{ASSUME_ROLE}: {error}")))
    })?;
    let config = caller.to_builder().credentials_provider(credentials).build();
    let session = if let Some(account) = given.account_id() {
        tracing::debug!(account = account.as_str(), login = login.label(), "signed in");
        Session::new(account.as_str().to_owned(), manager.partition.clone(), login, config)
    } else {
        let identify = || -> BoxFuture<'_, Result<Session, Failure>> {
            Box::pin(async { Ok(identify_account(config.clone(), login.clone(), None).await?) })
        };
        outlast_throttling(&config, run, identify).await?
    };
    if session.account != id {
        return Err(Failure::new(
            Outcome::Failed,
            format!(
                "{arn} led to account {}: its rows would be assigned to the wrong account",
                session.account
            ),
        ));
    }
    Ok(session)
}

#[cfg(test)]
mod tests {
    use aws_sdk_organizations::types::{AccountState, AccountStatus};

    use super::*;

    #[test]
    fn only_active_accounts_are_read() {
        let with = |state| Member::builder().set_state(state).build();
        assert_eq!(closed_state(&with(Some(AccountState::Active))), None);
        assert_eq!(closed_state(&with(Some(AccountState::Suspended))), Some("SUSPENDED"));
        assert_eq!(closed_state(&with(Some(AccountState::PendingClosure))), Some("PENDING_CLOSURE"));
        assert_eq!(closed_state(&with(None)), None);
        let old = |status| Member::builder().set_status(Some(status)).build();
        assert_eq!(closed_state(&old(AccountStatus::Suspended)), Some("SUSPENDED"));
        assert_eq!(closed_state(&old(AccountStatus::Active)), None);
    }

    /// Such an account was left out, complete.
    #[test]
    fn an_account_in_a_state_that_is_not_known_is_read() {
        let member = Member::builder().state("FROZEN".into()).build();
        assert_eq!(closed_state(&member), None);
        assert!(AccountState::values().iter().all(|known| *known == "ACTIVE" || CLOSED.contains(known)));
    }
}
