//! The resources of one kind, as each account sees them.
//!
//! Several accounts may list one resource: a shared subnet, a peering. An inventory has it once, joined from their views.
//! Here the views stay apart, so that reading one account again replaces what that account said and nothing else.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::account_region::AccountRegion;
use super::delta::{Delta, ViewChange};
use super::live_resource::LiveResource;
use super::scanned_places::ScannedPlaces;
use crate::model::{Identity, Kind, Resources};

/// One account's view of a resource.
#[derive(Debug, Clone)]
struct AccountView<T> {
    viewer: Arc<AccountRegion>,
    row: T,
    /// The read that it is of: a later read has a greater number.
    read: u64,
}

/// The resources of one kind.
#[derive(Debug)]
pub(super) struct LiveRows<T> {
    views: BTreeMap<Identity, Vec<AccountView<T>>>,
    by_viewer: HashMap<Arc<AccountRegion>, BTreeSet<Identity>>,
}

impl<T> Default for LiveRows<T> {
    fn default() -> Self {
        Self { views: BTreeMap::new(), by_viewer: HashMap::new() }
    }
}

impl<T: LiveResource> LiveRows<T> {
    /// Adds the row of an inventory as each of its viewers sees it.
    pub fn add(&mut self, row: &T, known: &ScannedPlaces, read: u64) {
        for (viewer, row) in known.views(row) {
            self.set(viewer, row, read);
        }
    }

    /// Sets what one account sees.
    pub fn set(&mut self, viewer: AccountRegion, row: T, read: u64) {
        let viewer = match self.by_viewer.get_key_value(&viewer) {
            Some((known, _)) => Arc::clone(known),
            None => Arc::new(viewer),
        };
        let identity = row.identity();
        self.by_viewer.entry(Arc::clone(&viewer)).or_default().insert(identity.clone());
        let views = self.views.entry(identity).or_default();
        match views.iter_mut().find(|view| view.viewer == viewer) {
            Some(view) => (view.row, view.read) = (row, read),
            None => views.push(AccountView { viewer, row, read }),
        }
    }

    /// Removes what one account saw.
    pub fn remove(&mut self, viewer: &AccountRegion, identity: &Identity) {
        if let Some(identities) = self.by_viewer.get_mut(viewer) {
            identities.remove(identity);
        }
        let Some(views) = self.views.get_mut(identity) else { return };
        views.retain(|view| *view.viewer != *viewer);
        if views.is_empty() {
            self.views.remove(identity);
        }
    }

    /// Notes that a read found what was known already.
    pub fn confirm(&mut self, viewer: &AccountRegion, identity: &Identity, read: u64) {
        let views = self.views.get_mut(identity).into_iter().flatten();
        views.filter(|view| *view.viewer == *viewer).for_each(|view| view.read = read);
    }

    /// Returns what one account sees of a resource.
    pub fn view(&self, viewer: &AccountRegion, identity: &Identity) -> Option<&T> {
        let mut views = self.views.get(identity)?.iter();
        views.find(|view| *view.viewer == *viewer).map(|view| &view.row)
    }

    /// Lists what one account sees.
    pub fn seen_by(&self, viewer: &AccountRegion) -> impl Iterator<Item = (&Identity, &T)> {
        let identities = self.by_viewer.get(viewer).into_iter().flatten();
        identities.filter_map(move |identity| Some((identity, self.view(viewer, identity)?)))
    }

    /// Lists what every account sees.
    pub fn all(&self) -> impl Iterator<Item = (&AccountRegion, &T)> {
        self.views.values().flatten().map(|view| (&*view.viewer, &view.row))
    }

    /// Lists the accounts that see a resource.
    pub fn viewers(&self, identity: &Identity) -> impl Iterator<Item = &AccountRegion> {
        self.views.get(identity).into_iter().flatten().map(|view| &*view.viewer)
    }

    /// Tells whether a resource was found after the read `before`.
    pub fn is_newer(&self, identity: &Identity, before: u64) -> bool {
        self.views.get(identity).into_iter().flatten().any(|view| view.read > before)
    }

    /// Lists the resources in canonical order.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.views.keys()
    }

    /// Counts the resources.
    pub fn len(&self) -> usize {
        self.views.len()
    }

    /// Adds to a delta what accounts see otherwise than [`ScannedPlaces::views`] takes it to be, given an inventory of these
    /// rows: which accounts list them, and what each end of a link sees.
    pub fn add_other_views(&self, known: &ScannedPlaces, delta: &mut Delta) {
        for (identity, views) in &self.views {
            let [first, others @ ..] = views.as_slice() else { continue };
            let joined = if others.is_empty() { None } else { self.joined(identity) };
            let row = joined.as_ref().unwrap_or(&first.row);
            let presumed = known.viewers(row);
            let is_listed = |viewer: &AccountRegion| views.iter().any(|view| *view.viewer == *viewer);
            let not_listed = presumed.iter().filter(|viewer| !is_listed(viewer));
            let gone = not_listed.map(|viewer| (viewer, row, true));
            let differs = |view: &&AccountView<T>| {
                !presumed.contains(&view.viewer) || T::KIND == Kind::Links && view.row != *row
            };
            let seen = views.iter().filter(differs).map(|view| (&*view.viewer, &view.row, false));
            let changes = gone.chain(seen).map(|(viewer, row, is_gone)| ViewChange {
                viewer: viewer.clone(),
                row: row.clone(),
                is_gone,
            });
            T::changes_mut(delta).extend(changes);
        }
    }

    /// Joins the views of a resource as an inventory has it; without the id of its zone if only its subnet knows that.
    pub fn joined(&self, identity: &Identity) -> Option<T> {
        let mut resources = Resources::default();
        self.push_views(identity, &mut resources);
        resources.join_views();
        T::heap_mut(&mut resources).pop()
    }

    /// Adds the views of a resource to those that are to be joined.
    pub fn push_views(&self, identity: &Identity, resources: &mut Resources) {
        let views = self.views.get(identity).into_iter().flatten();
        T::heap_mut(resources).extend(views.map(|view| view.row.clone()));
    }
}
