//! Accounts that only one side has: what is in them came or went with them, and no scope of the other side tells.

use std::collections::HashSet;

use super::compare::{Question, may_pass};
use super::report::{OneSided, SideOf, What};
use super::sort_out::{Prepared, Sorter};
use crate::model::{Account, Coverage, Kind, Outcome, Provider, Subject};

/// Lists them, those of the older side first, where the other does not say why it lacks them.
pub(super) fn one_sided(question: Question<'_>, sorter: &Sorter<'_, '_>) -> Vec<OneSided> {
    let sides = [
        (SideOf::Old, What::Removed, sorter.old, sorter.new),
        (SideOf::New, What::Added, sorter.new, sorter.old),
    ];
    let asked_for = sides.into_iter().filter(|(_, what, ..)| question.only.contains(what));
    let mut found: Vec<OneSided> = asked_for
        .flat_map(|(only_in, _, own, other)| {
            let known: HashSet<_> = other.inventory.accounts.iter().map(identity).collect();
            let is_lacked = move |account: &&Account| {
                !known.contains(&identity(account)) && other.ledger.lacks(account.provider, &account.id)
            };
            let lacked = own.inventory.accounts.iter().filter(is_lacked);
            let looked_at = lacked.filter(move |account| is_looked_at(question, account, own));
            looked_at.map(move |account| OneSided {
                only_in,
                provider: account.provider,
                id: account.id.clone(),
                name: account.name.clone(),
                rows: sorter.rows_apart(only_in, account.provider, &account.id),
            })
        })
        .collect();
    found.sort();
    found
}

fn identity(account: &Account) -> (Provider, String) {
    (account.provider, account.id.to_ascii_lowercase())
}

/// Tells whether rows of an account could meet the filters.
fn is_looked_at(question: Question<'_>, account: &Account, own: &Prepared<'_>) -> bool {
    let place = Coverage {
        provider: account.provider,
        account: account.id.clone(),
        region: None,
        kind: Subject::Networks,
        outcome: Outcome::Complete,
        detail: None,
        requests: 0,
        duration_ms: 0,
    };
    let could_be = |kind: &Kind| question.filters.iter().all(|filter| may_pass(&place, *kind, filter, own));
    question.kinds.iter().any(could_be)
}
