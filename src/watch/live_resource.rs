//! What rows that are kept up to date tell of themselves: who owns and lists them, and what they belong to.

use super::account_region::AccountRegion;
use super::delta::{Delta, ViewChange};
use crate::model::{Instance, Interface, Link, Network, Provider, Resource, Subnet};

/// A kind of resource whose rows are kept up to date.
pub(super) trait LiveResource: Resource {
    /// Returns the account and region that owns it, where a row says so.
    fn owner(&self) -> Option<AccountRegion>;

    /// Lists the accounts and regions that list it, the owner first, as far as a row of an inventory says so.
    fn viewers(&self) -> Vec<AccountRegion>;

    /// Returns the row of an inventory as `viewer` alone sees it.
    fn into_view(self, viewer: &AccountRegion) -> Self;

    /// Returns the id to ask for it by, in lower case.
    fn asked_as(&self) -> String {
        self.identity().id
    }

    /// Names what it belongs to, by ids in lower case: its subnet, its network, what it is attached to.
    fn belongs_to(&self) -> Vec<String>;

    /// Returns the changes of this kind.
    fn changes(delta: &Delta) -> &[ViewChange<Self>];

    /// Returns the changes of this kind, to add one.
    fn changes_mut(delta: &mut Delta) -> &mut Vec<ViewChange<Self>>;
}

macro_rules! live {
    ($type:ty, $list:ident, |$row:ident| $viewers:expr, $seen:expr, $belongs:expr) => {
        impl LiveResource for $type {
            fn owner(&self) -> Option<AccountRegion> {
                Some(AccountRegion::new(self.provider, &self.account, Some(&self.region)))
            }

            fn viewers(&self) -> Vec<AccountRegion> {
                let $row = self;
                let participants: &[String] = $viewers;
                let region =
                    |account: &String| AccountRegion::new(self.provider, account, Some(&self.region));
                self.owner().into_iter().chain(participants.iter().map(region)).collect()
            }

            fn into_view(self, viewer: &AccountRegion) -> Self {
                let seen: fn($type, &AccountRegion) -> $type = $seen;
                seen(self, viewer)
            }

            fn belongs_to(&self) -> Vec<String> {
                let $row = self;
                let ids: Vec<&str> = $belongs;
                ids.into_iter().map(str::to_ascii_lowercase).collect()
            }

            changes!($list);
        }
    };
}

macro_rules! changes {
    ($list:ident) => {
        fn changes(delta: &Delta) -> &[ViewChange<Self>] {
            &delta.$list
        }

        fn changes_mut(delta: &mut Delta) -> &mut Vec<ViewChange<Self>> {
            &mut delta.$list
        }
    };
}

/// Returns the participant that `viewer` is, if it is not the owner.
fn participants(account: &str, viewer: &AccountRegion) -> Vec<String> {
    if account.eq_ignore_ascii_case(&viewer.account) { Vec::new() } else { vec![viewer.account.clone()] }
}

live!(
    Network,
    networks,
    |network| &network.visible_from,
    |row, viewer| Network { visible_from: participants(&row.account, viewer), ..row },
    {
        let _ = network;
        Vec::new()
    }
);
live!(
    Subnet,
    subnets,
    |subnet| &subnet.visible_from,
    |row, viewer| Subnet { visible_from: participants(&row.account, viewer), ..row },
    vec![&subnet.network]
);
live!(
    Instance,
    instances,
    |instance| {
        let _ = instance;
        &[]
    },
    |row, _| row,
    instance.subnet.as_deref().into_iter().chain(instance.network.as_deref()).collect()
);
live!(
    Interface,
    interfaces,
    |interface| {
        let _ = interface;
        &[]
    },
    |row, viewer| Interface { seen_by: participants(&row.account, viewer).pop(), ..row },
    [&interface.subnet, &interface.network, &interface.attached_to]
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect()
);

impl LiveResource for Link {
    fn owner(&self) -> Option<AccountRegion> {
        None
    }

    fn viewers(&self) -> Vec<AccountRegion> {
        let mut viewers: Vec<AccountRegion> = self
            .listed_by()
            .into_iter()
            .map(|(account, region)| AccountRegion::new(self.provider, account, region))
            .collect();
        viewers.sort();
        viewers.dedup();
        viewers
    }

    fn into_view(self, _: &AccountRegion) -> Self {
        self
    }

    fn asked_as(&self) -> String {
        let id = self.id.to_ascii_lowercase();
        match id.split_once('/') {
            // The link of a VPN gateway is named by the gateway and the network, `vgw-1/vpc-1`, and listed with the gateway.
            Some((gateway, _)) if self.provider == Provider::Aws => gateway.to_owned(),
            _ => id,
        }
    }

    fn belongs_to(&self) -> Vec<String> {
        self.ends.iter().filter_map(|end| end.network.as_deref()).map(str::to_ascii_lowercase).collect()
    }

    changes!(links);
}
