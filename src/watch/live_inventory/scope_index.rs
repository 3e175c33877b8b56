//! Finds accounts and coverage by account: an inventory may have tens of thousands of outcomes, and a change concerns a few.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::model::{Account, AccountKey, Coverage};

/// Where accounts are in the list of accounts and in the coverage.
#[derive(Debug)]
pub(super) struct ScopeIndex {
    accounts: HashMap<AccountKey, usize>,
    coverage: HashMap<AccountKey, Vec<usize>>,
    /// Where the coverage is that every change is told with: what could not be read, and which kinds are read at all.
    always: BTreeSet<usize>,
}

impl ScopeIndex {
    /// Indexes accounts and coverage.
    pub fn new(accounts: &[Account], coverage: &[Coverage]) -> Self {
        let accounts = accounts.iter().enumerate();
        let accounts = accounts.map(|(at, one)| (AccountKey::new(one.provider, &one.id), at)).collect();
        let mut index = Self { accounts, coverage: HashMap::new(), always: BTreeSet::new() };
        let mut kinds = HashSet::new();
        for (at, entry) in coverage.iter().enumerate() {
            index.coverage.entry(AccountKey::new(entry.provider, &entry.account)).or_default().push(at);
            if entry.outcome.is_incomplete() || kinds.insert((entry.provider, entry.kind)) {
                index.always.insert(at);
            }
        }
        index
    }

    /// Returns where an account is.
    pub fn account(&self, key: &AccountKey) -> Option<usize> {
        self.accounts.get(key).copied()
    }

    /// Returns where `named` accounts are.
    pub fn accounts(&self, named: &HashSet<AccountKey>) -> BTreeSet<usize> {
        named.iter().filter_map(|key| self.account(key)).collect()
    }

    /// Returns where the coverage is that tells what there is to know of `named` accounts.
    pub fn coverage(&self, named: &HashSet<AccountKey>) -> BTreeSet<usize> {
        let of_named = named.iter().filter_map(|key| self.coverage.get(key)).flatten();
        of_named.chain(&self.always).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Outcome, Provider, Subject};

    fn account(id: &str) -> Account {
        let id = id.to_owned();
        Account { provider: Provider::Azure, id, name: None, tenant: None, reached_by: Vec::new() }
    }

    fn coverage(account: &str, kind: Subject, outcome: Outcome) -> Coverage {
        let (provider, account, region, detail) = (Provider::Azure, account.to_owned(), None, None);
        Coverage { provider, account, region, kind, outcome, detail, requests: 1, duration_ms: 1 }
    }

    #[test]
    fn of_other_accounts_are_told_what_could_not_be_read_and_one_of_each_kind() {
        let accounts = ["A", "b", "C"].map(account);
        let coverage = [
            coverage("b", Subject::Networks, Outcome::Denied),
            coverage("b", Subject::Networks, Outcome::Complete),
            coverage("b", Subject::Subnets, Outcome::Complete),
            coverage("b", Subject::Subnets, Outcome::Complete),
            coverage("C", Subject::Networks, Outcome::Complete),
            coverage("c", Subject::Subnets, Outcome::Throttled),
            coverage("c", Subject::Subnets, Outcome::Complete),
        ];
        let index = ScopeIndex::new(&accounts, &coverage);
        let told = |ids: &[&str]| {
            let named = ids.iter().map(|id| AccountKey::new(Provider::Azure, id)).collect();
            (Vec::from_iter(index.accounts(&named)), Vec::from_iter(index.coverage(&named)))
        };
        assert_eq!(told(&[]), (vec![], vec![0, 1, 2, 5]));
        assert_eq!(told(&["c", "a"]), (vec![0, 2], vec![0, 1, 2, 4, 5, 6]), "however their ids are written");
    }
}
