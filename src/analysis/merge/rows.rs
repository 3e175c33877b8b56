//! Which rows of an input stay.

use std::collections::HashMap;

use super::claims::{Claims, Place};
use crate::model::{
    Identity, Instance, Interface, Inventory, Link, Network, Provider, Resource, Resources, Subnet,
};

/// Accounts that see a network or subnet, apart from their views of it.
#[derive(Debug, Default)]
pub(super) struct Guests(HashMap<Identity, Vec<String>>);

/// Takes the rows out of `inventory` that its input tells about, or about which nobody else does.
pub(super) fn take(
    input: usize,
    inventory: &mut Inventory,
    claims: &Claims,
    guests: &mut [Guests; 2],
) -> Resources {
    let [of_networks, of_subnets] = guests;
    let mut rows = Resources {
        networks: std::mem::take(&mut inventory.networks),
        subnets: std::mem::take(&mut inventory.subnets),
        instances: std::mem::take(&mut inventory.instances),
        interfaces: std::mem::take(&mut inventory.interfaces),
        links: std::mem::take(&mut inventory.links),
    };
    rows.networks.retain_mut(|row| shared(input, row, claims, of_networks));
    rows.subnets.retain_mut(|row| shared(input, row, claims, of_subnets));
    rows.instances
        .retain(|row| claims.may_tell(input, at::<Instance>(row.provider, &row.account, &row.region)));
    rows.interfaces
        .retain(|row| claims.may_tell(input, at::<Interface>(row.provider, &row.account, &row.region)));
    rows.links.retain(|row| link(input, row, claims));
    rows
}

impl Guests {
    /// Takes those of a row out of it.
    fn take<T: Shared>(&mut self, row: &mut T) {
        let seen_by = std::mem::take(row.parts_mut().3);
        if !seen_by.is_empty() {
            self.0.entry(row.identity()).or_default().extend(seen_by);
        }
    }

    /// Adds them to the rows that stayed.
    pub fn add_to<T: Shared>(self, rows: &mut [T]) {
        if self.0.is_empty() {
            return;
        }
        for row in rows {
            if let Some(more) = self.0.get(&row.identity()) {
                let visible_from = row.parts_mut().3;
                visible_from.extend(more.iter().cloned());
                visible_from.sort_unstable();
                visible_from.dedup();
            }
        }
    }
}

/// What an account may share with others, who see it too.
pub(super) trait Shared: Resource {
    /// Returns cloud, owner, region and `visible_from`.
    fn parts_mut(&mut self) -> (Provider, &str, &str, &mut Vec<String>);
}

impl Shared for Network {
    fn parts_mut(&mut self) -> (Provider, &str, &str, &mut Vec<String>) {
        (self.provider, &self.account, &self.region, &mut self.visible_from)
    }
}

impl Shared for Subnet {
    fn parts_mut(&mut self) -> (Provider, &str, &str, &mut Vec<String>) {
        (self.provider, &self.account, &self.region, &mut self.visible_from)
    }
}

/// Decides about a row that several accounts may have seen: its owner, and those in `visible_from`. Each of these views
/// stays if nobody tells better about the account that had it.
fn shared<T: Shared>(input: usize, row: &mut T, claims: &Claims, guests: &mut Guests) -> bool {
    let (provider, account, region, visible_from) = row.parts_mut();
    let owner = at::<T>(provider, account, region);
    let was_seen = !visible_from.is_empty();
    visible_from.retain(|guest| claims.may_tell(input, at::<T>(provider, guest, region)));
    let is_seen = !visible_from.is_empty();
    match claims.teller(owner) {
        None => is_seen || !was_seen,
        // Where the owner's view failed, the row came from those who see it.
        Some(teller) if teller == input => {
            let stays = is_seen || !was_seen || claims.is_complete(input, owner);
            // With them apart it is the owner's view, which wins over what those of other inputs saw.
            guests.take(row);
            stays
        }
        Some(teller) => {
            let is_outdated = claims.is_newer(teller, input) && claims.is_complete(teller, owner);
            if is_outdated {
                guests.take(row);
            }
            is_seen && !is_outdated
        }
    }
}

fn at<'a, T: Resource>(provider: Provider, account: &'a str, region: &'a str) -> Place<'a> {
    Place { provider, account, region: Some(region), kind: T::KIND }
}

/// A link stays if the input tells about somebody who lists it, or nobody about any.
fn link(input: usize, link: &Link, claims: &Claims) -> bool {
    let places = link.listed_by().into_iter().map(|(account, region)| Place {
        provider: link.provider,
        account,
        region,
        kind: Link::KIND,
    });
    let asked: Vec<Place<'_>> = places.filter(|place| claims.is_asked(*place)).collect();
    asked.is_empty() || asked.into_iter().any(|place| claims.may_tell(input, place))
}
