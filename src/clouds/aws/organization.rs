//! Every active account of an organisation, through a role in each.

use std::collections::HashSet;

use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_organizations::types::Account as Member;
use aws_sdk_sts::config::retry::ClientRateLimiter;
use futures_util::future::BoxFuture;
use futures_util::{StreamExt, stream};

use super::answers::CheckAnswers;
use super::convert::non_blank;
use super::errors::classify_error;
use super::regions::home_region;
use super::request_meter::MeterRequests;
use super::retries::{NoFutileRetries, new_rate_limiter, new_retry_budget};
use super::session::{Login, Session, SettledSessions};
use super::sign_in::{SignedInAccounts, identify_account, outlast_throttling};
use super::sts::{AssumedRole, role_client};
use crate::clouds::account_patterns::AccountPatterns;
use crate::clouds::page_tokens::{EmptyPages, PageTokens};
use crate::clouds::step::bounded;
use crate::clouds::{Event, Failure, PlanError, Run};
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

/// Adds every other active account of the organisations that `signed_in`'s accounts manage, if it is to be read on
/// this machine.
///
/// The calling account itself is read with its own credentials, since it rarely has the role.
///
/// # Errors
/// When an organisation's accounts cannot be listed completely.
pub async fn add_members(
    signed_in: &mut SignedInAccounts,
    role: &MemberRole,
    (selection, exclusion): (&AccountPatterns<'_>, &AccountPatterns<'_>),
    settled: &SettledSessions,
    run: &Run,
) -> Result<(), PlanError> {
    let mut members = Vec::new();
    for (index, manager) in signed_in.sessions.iter_mut().enumerate() {
        let doing = format!("listing the accounts of the organisation of {}", manager.account);
        run.observer.event(Event::Doing(&doing));
        let listed = bounded(run, Box::pin(list_members(manager))).await.map_err(|failure| {
            let error = PlanError::new("the organisation's accounts cannot be listed").remedy(
                "--aws-org asks the management account or a delegated administrator of Organizations",
            );
            let who = format!("{} ({})", manager.account, manager.login().label());
            failure.context(who).reasons.into_iter().fold(error, PlanError::cause)
        })?;
        manager.name = listed
            .iter()
            .find(|member| member.id.as_deref() == Some(&manager.account))
            .and_then(|member| member.name.clone());
        members.extend(listed.into_iter().map(|member| (index, member)));
    }
    let mut asked = Vec::new();
    let mut seen = HashSet::new();
    for (index, member) in members {
        let Some(id) = non_blank(member.id.clone()) else {
            let manager = signed_in.sessions[index].account.clone();
            signed_in.add(manager, Subject::Accounts, no_id(&member));
            continue;
        };
        let known = signed_in.sessions.iter().any(|session| session.account == id);
        let is_selected = selection.selects(&id, member.name.as_deref());
        let excluded = exclusion.exclusion(&id, member.name.as_deref());
        if known || !is_selected || !run.holds(Provider::Aws, &id) || !seen.insert(id.clone()) {
            continue;
        }
        let closed = || Some(format!("the account is {} in the organisation", closed_state(&member)?));
        match excluded.or_else(closed) {
            Some(detail) => {
                signed_in.add(id, Subject::Accounts, Failure::new(Outcome::Skipped, detail));
            }
            None => asked.push((index, id, member.name)),
        }
    }
    assume_in_members(signed_in, asked, role, settled, run).await;
    if run.cancel.is_cancelled() {
        return Err(PlanError::new("stopped while signing in"));
    }
    Ok(())
}

/// Roles that are assumed at once. STS takes 600 requests a second of the account that assumes them:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const ASSUMED_AT_ONCE: usize = 64;

/// Assumes the role in all accounts that are `asked`, each by the manager whose index stands beside it.
async fn assume_in_members(
    signed_in: &mut SignedInAccounts,
    asked: Vec<(usize, String, Option<String>)>,
    role: &MemberRole,
    settled: &SettledSessions,
    run: &Run,
) {
    let total = asked.len();
    let managers = &signed_in.sessions;
    let limiters: Vec<ClientRateLimiter> = managers.iter().map(|_| new_rate_limiter()).collect();
    let assumed: Vec<BoxFuture<'_, _>> = asked
        .iter()
        .enumerate()
        .map(|(place, (index, id, _))| -> BoxFuture<'_, _> {
            let (manager, limiter) = (&managers[*index], &limiters[*index]);
            let assume = move || Box::pin(assume_in_member(manager, id, role, limiter));
            let assume = move || outlast_throttling(&manager.config, assume);
            Box::pin(async move { (place, bounded(run, Box::pin(assume())).await) })
        })
        .collect();
    let mut assumed = stream::iter(assumed).buffer_unordered(ASSUMED_AT_ONCE);
    let mut results = Vec::with_capacity(total);
    while !run.cancel.is_cancelled() {
        let doing = format!("assuming {}: {} of {}", role.name, results.len(), counted(total, "account"));
        run.observer.event(Event::Doing(&doing));
        let Some((place, result)) = assumed.next().await else { break };
        let result = result.map(|session: Session| session.with_name(asked[place].2.clone()));
        // Which accounts are read was decided before.
        if let Ok(session) = &result {
            settled.add(session);
        }
        results.push((place, result));
    }
    drop(assumed);
    results.sort_unstable_by_key(|(place, _)| *place);
    let results = asked.into_iter().zip(results).map(|((_, id, _), (_, result))| (id, result));
    signed_in.add_results(results, run);
}

/// `ListAccounts`, all pages.
async fn list_members(manager: &Session) -> Result<Vec<Member>, Failure> {
    let config = manager.config.to_builder().region(home_region(manager)).build();
    let config = aws_sdk_organizations::config::Builder::from(&config)
        .retry_partition(new_retry_budget("organizations"))
        .retry_classifier(NoFutileRetries)
        .interceptor(MeterRequests)
        .interceptor(CheckAnswers)
        .build();
    let client = aws_sdk_organizations::Client::from_conf(config);
    let mut pages = client.list_accounts().into_paginator().stop_on_duplicate_token(false).send();
    let (mut tokens, mut empty) = (PageTokens::default(), EmptyPages::default());
    let mut members = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| classify_error(&error, LIST_ACCOUNTS, manager.login()))?;
        let accounts = page.accounts.unwrap_or_default();
        tokens.follow(page.next_token.as_deref(), LIST_ACCOUNTS)?;
        empty.record(accounts.len(), LIST_ACCOUNTS)?;
        members.extend(accounts);
    }
    // The account that may ask is a member itself.
    if !members.iter().any(|member| member.id.as_deref() == Some(&manager.account)) {
        let detail = format!(
            "{LIST_ACCOUNTS}: the answer lacks the account {} that asked, so that others may be missing too",
            manager.account
        );
        return Err(Failure::new(Outcome::Failed, detail));
    }
    Ok(members)
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

/// Assumes the role in account `id` and checks that STS agrees about whose account it is.
async fn assume_in_member(
    manager: &Session,
    id: &str,
    role: &MemberRole,
    limiter: &ClientRateLimiter,
) -> Result<Session, Failure> {
    let arn = format!("arn:{}:iam::{id}:role/{}", manager.partition, role.name);
    let login = Login::for_role(&arn, role.external_id.is_some(), manager.login());
    let caller = manager.config.to_builder().region(home_region(manager)).build();
    let request = role_client(&caller, limiter.clone())
        .assume_role()
        .role_arn(&arn)
        .role_session_name("netcensus")
        .set_external_id(role.external_id.clone());
    let config = caller
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(AssumedRole::new(request)))
        .build();
    let session = identify_account(config, login, None).await?;
    if session.account != id {
        return Err(Failure::new(
            Outcome::Failed,
            format!(
                "{arn} led to account {}: its rows would be filed under the wrong account",
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

    /// faults F4 ("org unknown status"): such an account was left out, complete.
    #[test]
    fn an_account_in_a_state_that_is_not_known_is_read() {
        let member = Member::builder().state("FROZEN".into()).build();
        assert_eq!(closed_state(&member), None);
        assert!(AccountState::values().iter().all(|known| *known == "ACTIVE" || CLOSED.contains(known)));
    }
}
