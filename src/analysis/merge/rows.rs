//! Which rows of an input stay.

use std::collections::HashMap;

use super::precedence::{Precedence, RowOrigin};
use crate::model::{
    Identity, Instance, Interface, Inventory, Link, Network, Provider, Resource, Resources, Subnet,
};

/// The accounts that networks and subnets are shared with, collected apart from the accounts' own views of them.
#[derive(Debug, Default)]
pub(super) struct Participants {
    of_networks: HashMap<Identity, Vec<String>>,
    of_subnets: HashMap<Identity, Vec<String>>,
}

impl Participants {
    /// Adds them to the rows that stayed.
    pub fn add_to(self, inventory: &mut Inventory) {
        add_participants(&self.of_networks, &mut inventory.networks);
        add_participants(&self.of_subnets, &mut inventory.subnets);
    }
}

/// Takes the rows out of `inventory`, which is that of `input`, and returns those that stay: the rows for which the
/// input takes precedence, or that no input was asked for.
pub(super) fn take_rows(
    input: usize,
    inventory: &mut Inventory,
    precedence: &Precedence,
    participants: &mut Participants,
) -> Resources {
    let mut rows = Resources {
        networks: std::mem::take(&mut inventory.networks),
        subnets: std::mem::take(&mut inventory.subnets),
        instances: std::mem::take(&mut inventory.instances),
        interfaces: std::mem::take(&mut inventory.interfaces),
        links: std::mem::take(&mut inventory.links),
    };
    let Participants { of_networks, of_subnets } = participants;
    rows.networks.retain_mut(|row| retain_shareable(input, row, precedence, of_networks));
    rows.subnets.retain_mut(|row| retain_shareable(input, row, precedence, of_subnets));
    rows.instances.retain(|row| {
        precedence.may_provide(input, row_origin::<Instance>(row.provider, &row.account, &row.region))
    });
    rows.interfaces.retain(|row| {
        precedence.may_provide(input, row_origin::<Interface>(row.provider, &row.account, &row.region))
    });
    rows.links.retain(|row| retain_link(input, row, precedence));
    rows
}

/// A kind whose rows an account may share with others, which see them too.
trait Shareable: Resource {
    /// Returns whose view of it is that of the owner.
    fn owner(&self) -> RowOrigin<'_>;

    /// Returns the accounts that it is shared with, and that have seen it.
    fn visible_from_mut(&mut self) -> &mut Vec<String>;
}

impl Shareable for Network {
    fn owner(&self) -> RowOrigin<'_> {
        row_origin::<Self>(self.provider, &self.account, &self.region)
    }

    fn visible_from_mut(&mut self) -> &mut Vec<String> {
        &mut self.visible_from
    }
}

impl Shareable for Subnet {
    fn owner(&self) -> RowOrigin<'_> {
        row_origin::<Self>(self.provider, &self.account, &self.region)
    }

    fn visible_from_mut(&mut self) -> &mut Vec<String> {
        &mut self.visible_from
    }
}

/// Decides about a row that several accounts may have seen: its owner, and those in `visible_from`.
///
/// Each of these views stays unless another input takes precedence for the account that had it.
fn retain_shareable<T: Shareable>(
    input: usize,
    row: &mut T,
    precedence: &Precedence,
    participants: &mut HashMap<Identity, Vec<String>>,
) -> bool {
    let mut visible_from = std::mem::take(row.visible_from_mut());
    let was_shared = !visible_from.is_empty();
    let owner = row.owner();
    visible_from.retain(|account| precedence.may_provide(input, RowOrigin { account, ..owner }));
    let is_shared = !visible_from.is_empty();
    *row.visible_from_mut() = visible_from;
    let owner = row.owner();
    match precedence.preferred_input(owner) {
        None => is_shared || !was_shared,
        Some(preferred) if preferred == input => {
            // Where reading the owner failed, the row came from participants, and goes with the last of them.
            let stays = is_shared || !was_shared || precedence.is_complete(input, owner);
            // Without participants it counts as the owner's view, which wins over what participants of other inputs saw
            // when the views are joined.
            take_participants(row, participants);
            stays
        }
        Some(preferred) => {
            let is_outdated =
                precedence.is_newer(preferred, input) && precedence.is_complete(preferred, owner);
            if is_outdated {
                // The row of the preferred input stays instead. That these accounts still see it is added to that row.
                take_participants(row, participants);
            }
            is_shared && !is_outdated
        }
    }
}

/// Moves the participants of a row to `participants`.
fn take_participants<T: Shareable>(row: &mut T, participants: &mut HashMap<Identity, Vec<String>>) {
    let visible_from = std::mem::take(row.visible_from_mut());
    if !visible_from.is_empty() {
        participants.entry(row.identity()).or_default().extend(visible_from);
    }
}

fn add_participants<T: Shareable>(participants: &HashMap<Identity, Vec<String>>, rows: &mut [T]) {
    if participants.is_empty() {
        return;
    }
    for row in rows {
        if let Some(more) = participants.get(&row.identity()) {
            let visible_from = row.visible_from_mut();
            visible_from.extend(more.iter().cloned());
            visible_from.sort_unstable();
            visible_from.dedup();
        }
    }
}

fn row_origin<'a, T: Resource>(provider: Provider, account: &'a str, region: &'a str) -> RowOrigin<'a> {
    RowOrigin { provider, account, region: Some(region), kind: T::KIND }
}

/// Keeps a link if the input takes precedence for one of the accounts that list it, or if no input was asked for links of
/// any of them.
fn retain_link(input: usize, link: &Link, precedence: &Precedence) -> bool {
    let origins = link.listed_by().into_iter().map(|(account, region)| RowOrigin {
        provider: link.provider,
        account,
        region,
        kind: Link::KIND,
    });
    let requested: Vec<RowOrigin<'_>> = origins.filter(|origin| precedence.is_requested(*origin)).collect();
    requested.is_empty() || requested.into_iter().any(|origin| precedence.may_provide(input, origin))
}
