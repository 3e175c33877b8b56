//! What has to be read to know that a thing does not exist.

use super::super::addresses::is_private;
use super::super::coverage_gaps;
use super::thing::{NamePattern, Thing};
use crate::model::{Coverage, Inventory, Kind, Provider, Subject, kind_of_id, kind_that_shows_aws_id};

/// Where a thing can be, if it exists.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Relevance {
    /// The only cloud that can have it.
    provider: Option<Provider>,
    /// The only account that can have it.
    account: Option<String>,
    /// The kinds of resources that can have it.
    pub kinds: Vec<Kind>,
}

impl Relevance {
    /// Decides it by the form of the thing.
    pub fn new(thing: &Thing) -> Self {
        match thing {
            // Private addresses of machines are in subnets. Public ones are in none. Of networks in accounts that are not
            // read, only the links to them tell the prefixes.
            Thing::Prefix(prefix) if is_private(*prefix) => {
                Self::anywhere(&[Kind::Networks, Kind::Subnets, Kind::Links])
            }
            Thing::Prefix(_) => Self::anywhere(&Kind::ALL),
            Thing::Address(_) => {
                Self::anywhere(&[Kind::Networks, Kind::Subnets, Kind::Instances, Kind::Interfaces])
            }
            Thing::Mac(_) => Self::anywhere(&[Kind::Interfaces]),
            Thing::Name(name) => Self::of_name(name),
        }
    }

    fn anywhere(kinds: &[Kind]) -> Self {
        Self { provider: None, account: None, kinds: kinds.to_vec() }
    }

    fn of_name(name: &NamePattern) -> Self {
        let text = name.text.as_str();
        if name.is_glob() {
            return Self::anywhere(&Kind::ALL);
        }
        if let Some(rest) = text.strip_prefix("/subscriptions/") {
            let account = rest.split('/').next().map(str::to_owned);
            let kind = kind_of_id(Provider::Azure, rest);
            let kinds = kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind]);
            return Self { provider: Some(Provider::Azure), account, kinds };
        }
        match kind_that_shows_aws_id(text) {
            Some(kind) => Self { provider: Some(Provider::Aws), account: None, kinds: vec![kind] },
            None => Self::anywhere(&Kind::ALL),
        }
    }

    /// Lists the scopes that could not be read and could have the thing.
    pub fn unread_scopes<'a>(&self, inventory: &'a Inventory) -> Vec<&'a Coverage> {
        coverage_gaps::unread_scopes(inventory, &self.kinds).filter(|entry| self.concerns(entry)).collect()
    }

    fn concerns(&self, entry: &Coverage) -> bool {
        let may_hide_accounts = matches!(entry.kind, Subject::Credentials | Subject::Accounts);
        let is_account = |account: &String| may_hide_accounts || account.eq_ignore_ascii_case(&entry.account);
        self.provider.is_none_or(|provider| provider == entry.provider)
            && self.account.as_ref().is_none_or(is_account)
    }

    /// Lists what else was not read and could have the thing, a sentence each.
    pub fn unscanned_parts(&self, inventory: &Inventory) -> Vec<String> {
        coverage_gaps::unscanned_parts(inventory, &self.kinds)
    }
}

#[cfg(test)]
mod tests {
    use super::super::thing::FindQuery;
    use super::*;

    fn of(text: &str) -> Relevance {
        Relevance::new(&text.parse::<FindQuery>().unwrap().thing)
    }

    #[test]
    fn an_id_tells_which_reads_could_have_it() {
        let aws = |kind| Relevance { provider: Some(Provider::Aws), account: None, kinds: vec![kind] };
        assert_eq!(of("vpc-0a1b2c3d"), aws(Kind::Networks));
        assert_eq!(of("tgw-attach-0a1b2c3d4e5f60718"), aws(Kind::Links));
        assert_eq!(of("vpc-prod").kinds, Kind::ALL, "a name");
        assert_eq!(of("vpc-0a1b2c3*").kinds, Kind::ALL);
        let machine = of("/subscriptions/S/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/m");
        assert_eq!((machine.account.as_deref(), machine.kinds), (Some("s"), vec![Kind::Instances]));
        assert_eq!(of("10.0.0.0/24").kinds, [Kind::Networks, Kind::Subnets, Kind::Links]);
        assert_eq!(of("52.0.0.0/24").kinds, Kind::ALL, "public addresses are in no subnet");
        assert_eq!(of("10.0.0.1").kinds.len(), 4);
    }
}
