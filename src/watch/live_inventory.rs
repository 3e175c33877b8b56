//! An inventory that is kept up to date: what is known, as each account sees it, and how well.

mod scan_comparison;
mod scope_index;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::Timestamp;

pub(super) use self::scan_comparison::RowToReadAgain;
use self::scope_index::ScopeIndex;
use super::account_region::AccountRegion;
use super::delta::{Delta, ViewChange};
use super::live_resource::LiveResource;
use super::live_rows::LiveRows;
use super::pending::Target;
use super::scanned_places::ScannedPlaces;
use super::touched::{Touched, drop_equal};
use crate::model::{
    Account, AccountKey, Coverage, Identity, Instance, Interface, Inventory, Kind, Link, LinkKind, Network,
    Outcome, PackedResource, Provider, Resources, Scope, Shard, Subject, Subnet, ZoneIds,
};

/// Every kind of link: an id does not tell which it is of.
const LINK_KINDS: [LinkKind; 5] = [
    LinkKind::VpcPeering,
    LinkKind::TransitGateway,
    LinkKind::VnetPeering,
    LinkKind::VirtualHub,
    LinkKind::Vpn,
];

/// What reading one kind in an account and region again came to.
#[derive(Debug)]
pub struct ReadAnswer {
    /// The kind.
    pub kind: Kind,
    /// What was found; not all of it unless the outcome is complete.
    pub found: Resources,
    /// Whether all resources of the kind were read, not only those that were asked for.
    pub is_whole: bool,
    /// The outcome.
    pub coverage: Coverage,
}

/// What an answer says about the resources of one account and region.
#[derive(Debug, Default)]
pub(super) struct ReadFindings {
    /// What changed.
    pub delta: Delta,
    /// Resources that the account listed before, and that were not found although they were asked for.
    pub absent: Vec<Absent>,
    /// Resources that do not belong any more to what was asked for: they may be gone, or elsewhere.
    pub detached: Vec<Detached>,
    /// The ids of what was found, in lower case.
    pub found: HashSet<String>,
}

/// A resource that was not found.
#[derive(Debug)]
pub(super) struct Absent {
    pub kind: Kind,
    pub identity: Identity,
    /// The id to ask for it by.
    pub id: String,
    /// What it belongs to.
    pub owners: Vec<String>,
}

/// A resource that was not found where it belonged.
#[derive(Debug)]
pub(super) struct Detached {
    pub kind: Kind,
    /// The id to ask for it by.
    pub id: String,
    /// What it belonged to.
    pub owners: Vec<String>,
}

/// An inventory that is kept up to date.
#[derive(Debug)]
pub struct LiveInventory {
    generator: String,
    shard: Option<Shard>,
    taken_at: Timestamp,
    accounts: Vec<Account>,
    coverage: Vec<Coverage>,
    /// Accounts as the clouds spell them, for each account and region that is read.
    places: BTreeMap<AccountRegion, (String, BTreeSet<Kind>)>,
    /// Where accounts are in `accounts` and in `coverage`.
    scope_index: ScopeIndex,
    networks: LiveRows<Network>,
    subnets: LiveRows<Subnet>,
    instances: LiveRows<Instance>,
    interfaces: LiveRows<Interface>,
    links: LiveRows<Link>,
    /// What was asked for since a scan began, and answered completely. Of what was not found then, the scan may be out of date.
    asked: HashMap<(AccountRegion, Kind), Target>,
}

impl LiveInventory {
    /// Takes over an inventory, which is of the read `read`.
    #[must_use]
    pub fn new(inventory: &Inventory, read: u64) -> Self {
        let places = places_of(&inventory.coverage);
        let mut live = Self {
            generator: inventory.generator.clone(),
            shard: inventory.shard.clone(),
            taken_at: inventory.taken_at,
            accounts: inventory.accounts.clone(),
            coverage: inventory.coverage.clone(),
            networks: LiveRows::default(),
            subnets: LiveRows::default(),
            instances: LiveRows::default(),
            interfaces: LiveRows::default(),
            links: LiveRows::default(),
            asked: HashMap::new(),
            scope_index: ScopeIndex::new(&inventory.accounts, &inventory.coverage),
            places,
        };
        let known = ScannedPlaces::new(live.places.keys(), &inventory.subnets);
        inventory.networks.iter().for_each(|row| live.networks.add(row, &known, read));
        inventory.subnets.iter().for_each(|row| live.subnets.add(row, &known, read));
        inventory.instances.iter().for_each(|row| live.instances.add(row, &known, read));
        inventory.interfaces.iter().for_each(|row| live.interfaces.add(row, &known, read));
        inventory.links.iter().for_each(|row| live.links.add(row, &known, read));
        live
    }

    /// Returns the whole inventory.
    #[must_use]
    pub fn to_inventory(&self, taken_at: Timestamp) -> Inventory {
        let mut resources = Resources::default();
        self.networks.identities().for_each(|one| self.networks.push_views(one, &mut resources));
        self.subnets.identities().for_each(|one| self.subnets.push_views(one, &mut resources));
        self.instances.identities().for_each(|one| self.instances.push_views(one, &mut resources));
        self.interfaces.identities().for_each(|one| self.interfaces.push_views(one, &mut resources));
        self.links.identities().for_each(|one| self.links.push_views(one, &mut resources));
        self.assemble(taken_at, resources, self.whole_scope())
    }

    /// Returns the accounts and the coverage, without any resource.
    #[must_use]
    pub fn to_coverage(&self) -> Inventory {
        self.assemble(self.taken_at, Resources::default(), self.whole_scope())
    }

    /// Returns what accounts see otherwise than the whole inventory says, which has each resource once. Who goes on from that
    /// inventory applies it first: an account that does not list a peering any more, while the other end still does, will not
    /// be found to stop listing it.
    #[must_use]
    pub fn views_beyond_inventory(&self) -> Delta {
        let known = ScannedPlaces::new(self.places.keys(), self.subnets.all().map(|(_, subnet)| subnet));
        let mut delta = Delta::default();
        self.networks.add_other_views(&known, &mut delta);
        self.subnets.add_other_views(&known, &mut delta);
        self.instances.add_other_views(&known, &mut delta);
        self.interfaces.add_other_views(&known, &mut delta);
        self.links.add_other_views(&known, &mut delta);
        delta
    }

    fn assemble(
        &self,
        taken_at: Timestamp,
        resources: Resources,
        (accounts, coverage): (Vec<Account>, Vec<Coverage>),
    ) -> Inventory {
        let inventory = Inventory::assemble(self.generator.clone(), taken_at, accounts, resources, coverage);
        Inventory { shard: self.shard.clone(), ..inventory }
    }

    /// Returns the scope of reading `kind` in an account and region; `None` if that is not in scope.
    #[must_use]
    pub fn scope(&self, place: &AccountRegion, kind: Kind) -> Option<Scope> {
        let (account, kinds) = self.places.get(place)?;
        kinds.contains(&kind).then(|| Scope {
            provider: place.provider,
            account: account.clone(),
            region: place.region.clone(),
            kind,
        })
    }

    /// Tells whether any region of an account is in scope.
    #[must_use]
    pub fn has_account(&self, place: &AccountRegion) -> bool {
        // Places are sorted by account, and the whole of an account comes before its regions.
        let first = AccountRegion { region: None, ..place.clone() };
        let next = self.places.range(first..).next().map(|(known, _)| (known.provider, &known.account));
        next == Some((place.provider, &place.account))
    }

    /// Tells whether an account and region is in scope.
    #[must_use]
    pub fn has_place(&self, place: &AccountRegion) -> bool {
        self.places.contains_key(place)
    }

    /// Lists the machines, each as an account sees it.
    pub(super) fn instances(&self) -> impl Iterator<Item = (&AccountRegion, &Instance)> {
        self.instances.all()
    }

    /// Returns the machine with this id, as an account and region sees it.
    pub(super) fn instance(&self, place: &AccountRegion, id: &str) -> Option<&Instance> {
        let identity = Identity {
            provider: place.provider,
            link: None,
            account: place.account.clone(),
            region: place.region.clone().unwrap_or_default(),
            id: id.to_owned(),
        };
        self.instances.view(place, &identity)
    }

    /// Lists the machines that an account and region sees.
    pub(super) fn instances_of(&self, place: &AccountRegion) -> impl Iterator<Item = (&Identity, &Instance)> {
        self.instances.seen_by(place)
    }

    /// Lists the interfaces that an account and region sees.
    pub(super) fn interfaces_of(
        &self,
        place: &AccountRegion,
    ) -> impl Iterator<Item = (&Identity, &Interface)> {
        self.interfaces.seen_by(place)
    }

    /// Lists the links, each as an account sees it.
    pub(super) fn links(&self) -> impl Iterator<Item = (&AccountRegion, &Link)> {
        self.links.all()
    }

    /// Returns the accounts in scope.
    #[must_use]
    pub fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    /// Returns the outcome of every read.
    #[must_use]
    pub fn coverage(&self) -> &[Coverage] {
        &self.coverage
    }

    /// Returns the accounts and regions that see a resource, or should.
    pub(super) fn viewers(&self, kind: Kind, identity: &Identity) -> BTreeSet<AccountRegion> {
        let viewers: Vec<AccountRegion> = match kind {
            Kind::Networks => self.networks.viewers(identity).cloned().collect(),
            Kind::Subnets => self.subnets.viewers(identity).cloned().collect(),
            Kind::Instances => self.instances.viewers(identity).cloned().collect(),
            Kind::Interfaces => self.interfaces.viewers(identity).cloned().collect(),
            Kind::Links => {
                let named = self.links.joined(identity).map(|link| link.viewers()).unwrap_or_default();
                self.links.viewers(identity).cloned().chain(named).collect()
            }
        };
        viewers.into_iter().filter(|viewer| self.has_place(viewer)).collect()
    }

    /// Returns the accounts and regions that see one of the links with these ids.
    pub(super) fn viewers_of_links(
        &self,
        provider: Provider,
        ids: &BTreeSet<String>,
    ) -> BTreeSet<AccountRegion> {
        let identity = |kind: LinkKind, id: &str| Identity {
            provider,
            link: Some(kind),
            account: String::new(),
            region: String::new(),
            id: id.to_owned(),
        };
        let identities = ids.iter().flat_map(|id| LINK_KINDS.map(|kind| identity(kind, id)));
        identities.flat_map(|identity| self.viewers(Kind::Links, &identity)).collect()
    }

    /// Lists the accounts and regions that share something with this one: itself, those that see its networks and subnets,
    /// and those at the other ends of its links.
    pub(super) fn neighbours(&self, place: &AccountRegion) -> BTreeSet<AccountRegion> {
        let networks = self.networks.seen_by(place).flat_map(|(one, _)| self.networks.viewers(one));
        let subnets = self.subnets.seen_by(place).flat_map(|(one, _)| self.subnets.viewers(one));
        let ends = self.links.seen_by(place).flat_map(|(_, link)| &link.ends);
        let ends = ends.filter_map(|end| {
            Some(AccountRegion::new(place.provider, end.account.as_deref()?, end.region.as_deref()))
        });
        let all = networks.chain(subnets).cloned().chain(ends).chain([place.clone()]);
        all.filter(|place| self.has_place(place)).collect()
    }

    /// Tells whether an account and region sees a link of a network.
    pub(super) fn has_link(&self, place: &AccountRegion, network: &str) -> bool {
        self.links.seen_by(place).any(|(_, link)| link.belongs_to().iter().any(|id| id == network))
    }

    /// Returns the accounts and regions that see the subnet with this id.
    pub(super) fn viewers_of_subnet(&self, near: &AccountRegion, id: &str) -> BTreeSet<AccountRegion> {
        // The id is only known with its account, and most subnets are of the account that uses them.
        let of = |place: &AccountRegion| {
            self.subnets.seen_by(place).find(|(known, _)| known.id == id).map(|(known, _)| known.clone())
        };
        of(near).map(|identity| self.viewers(Kind::Subnets, &identity)).unwrap_or_default()
    }

    /// Compares an answer with what is known, and changes nothing.
    pub(super) fn compare(
        &mut self,
        place: &AccountRegion,
        target: &Target,
        answer: ReadAnswer,
        read: u64,
    ) -> ReadFindings {
        let ReadAnswer { kind, mut found, is_whole, coverage } = answer;
        // Of a read that failed half-way, what was not found says nothing.
        let is_complete = !coverage.outcome.is_incomplete();
        let asked = Asked { place, target, is_whole: is_whole || target.is_whole, is_complete, read };
        match kind {
            Kind::Networks => asked.compare(&mut self.networks, std::mem::take(&mut found.networks)),
            Kind::Subnets => asked.compare(&mut self.subnets, std::mem::take(&mut found.subnets)),
            Kind::Instances => asked.compare(&mut self.instances, std::mem::take(&mut found.instances)),
            Kind::Interfaces => asked.compare(&mut self.interfaces, std::mem::take(&mut found.interfaces)),
            Kind::Links => asked.compare(&mut self.links, std::mem::take(&mut found.links)),
        }
    }

    /// Adds to a delta that an account and region does not list a resource any more.
    pub(super) fn add_gone(&self, place: &AccountRegion, kind: Kind, identity: &Identity, delta: &mut Delta) {
        match kind {
            Kind::Networks => add_gone(&self.networks, place, identity, delta),
            Kind::Subnets => add_gone(&self.subnets, place, identity, delta),
            Kind::Instances => add_gone(&self.instances, place, identity, delta),
            Kind::Interfaces => add_gone(&self.interfaces, place, identity, delta),
            Kind::Links => add_gone(&self.links, place, identity, delta),
        }
    }

    /// Returns a scan with the scopes that are known and that it did not come to, because it could not sign in or list
    /// accounts or regions: these are still in scope, and not known.
    pub(super) fn with_unreached_scopes<'s>(&self, scan: &'s Inventory) -> Cow<'s, Inventory> {
        let reached = places_of(&scan.coverage);
        let steps = scan.incomplete().filter(|entry| entry.kind.is_step());
        let steps: Vec<FailedStep<'_>> = steps.map(|step| self.failed_step(step)).collect();
        let scanned = scan.accounts.iter().map(|one| AccountKey::new(one.provider, &one.id));
        let mut listed: HashSet<AccountKey> = scanned.collect();
        let mut scan = Cow::Borrowed(scan);
        for (place, (account, kinds)) in &self.places {
            let Some(FailedStep { step: cause, .. }) = steps.iter().find(|step| step.may_hide(place)) else {
                continue;
            };
            let unreached = kinds
                .iter()
                .filter(|kind| !reached.get(place).is_some_and(|(_, reached)| reached.contains(*kind)));
            let unreached = unreached.map(|kind| Coverage {
                account: account.clone(),
                region: place.region.clone(),
                kind: Subject::from(*kind),
                requests: 0,
                duration_ms: 0,
                ..Coverage::clone(cause)
            });
            let unreached: Vec<Coverage> = unreached.collect();
            if unreached.is_empty() {
                continue;
            }
            let scan = scan.to_mut();
            scan.coverage.extend(unreached);
            let key = AccountKey::new(place.provider, &place.account);
            let known = self.scope_index.account(&key).map(|at| self.accounts[at].clone());
            if listed.insert(key) {
                scan.accounts.extend(known);
            }
        }
        if let Cow::Owned(scan) = &mut scan {
            scan.accounts.sort();
        }
        scan
    }

    fn failed_step<'s>(&self, step: &'s Coverage) -> FailedStep<'s> {
        let is_known = self.scope_index.account(&AccountKey::new(step.provider, &step.account)).is_some();
        FailedStep { step, may_hide_any: step.kind == Subject::Accounts || !is_known }
    }

    /// Applies what the read `read` changed, and returns what it changed in the inventory.
    pub fn apply(&mut self, delta: &Delta, read: u64) -> Touched {
        let touched = TouchedRows::new(delta);
        let mut old = self.rows_of(&touched);
        let changes_scope = delta.accounts.is_some() || delta.coverage.is_some();
        let scope_before = changes_scope.then(|| self.whole_scope());
        if let Some(accounts) = &delta.accounts {
            self.accounts.clone_from(accounts);
        }
        if let Some(coverage) = &delta.coverage {
            self.coverage.clone_from(coverage);
            self.places = places_of(coverage);
        }
        if changes_scope {
            self.scope_index = ScopeIndex::new(&self.accounts, &self.coverage);
        }
        apply(&mut self.networks, delta, read);
        apply(&mut self.subnets, delta, read);
        apply(&mut self.instances, delta, read);
        apply(&mut self.interfaces, delta, read);
        apply(&mut self.links, delta, read);
        let mut new = self.rows_of(&touched);
        drop_equal(&mut old.networks, &mut new.networks);
        drop_equal(&mut old.subnets, &mut new.subnets);
        drop_equal(&mut old.instances, &mut new.instances);
        drop_equal(&mut old.interfaces, &mut new.interfaces);
        drop_equal(&mut old.links, &mut new.links);
        let same = Kind::ALL.into_iter().map(|kind| (kind, self.count(kind) - new.count(kind))).collect();
        let scope = if changes_scope { self.whole_scope() } else { self.scope_of([&old, &new]) };
        let old = self.assemble(self.taken_at, old, scope_before.unwrap_or_else(|| scope.clone()));
        let new = self.assemble(self.taken_at, new, scope);
        Touched { old, new, same }
    }

    /// Returns all accounts, and their coverage.
    fn whole_scope(&self) -> (Vec<Account>, Vec<Coverage>) {
        (self.accounts.clone(), self.coverage.clone())
    }

    /// Returns the accounts and coverage that tell what there is to know of some rows: those of the accounts that they are of
    /// or that list them, what could not be read, and which kinds are read at all. There may be tens of thousands of others.
    fn scope_of(&self, sides: [&Resources; 2]) -> (Vec<Account>, Vec<Coverage>) {
        fn accounts<T: LiveResource>(rows: &[T]) -> impl Iterator<Item = AccountKey> {
            let places = rows.iter().flat_map(|row| row.owner().into_iter().chain(row.viewers()));
            places.map(|place| AccountKey::new(place.provider, &place.account))
        }
        let named: HashSet<AccountKey> = sides
            .into_iter()
            .flat_map(|rows| {
                let networks = accounts(&rows.networks).chain(accounts(&rows.subnets));
                let machines = accounts(&rows.instances).chain(accounts(&rows.interfaces));
                networks.chain(machines).chain(accounts(&rows.links))
            })
            .collect();
        let accounts = self.scope_index.accounts(&named).into_iter().map(|at| self.accounts[at].clone());
        let coverage = self.scope_index.coverage(&named).into_iter().map(|at| self.coverage[at].clone());
        (accounts.collect(), coverage.collect())
    }

    /// When the last full scan began.
    #[must_use]
    pub const fn taken_at(&self) -> Timestamp {
        self.taken_at
    }

    /// Notes when the clouds were last read as a whole.
    pub fn set_taken_at(&mut self, taken_at: Timestamp) {
        self.taken_at = taken_at;
    }

    /// Notes what was asked for while a scan runs, and answered completely.
    pub(super) fn note_asked(&mut self, place: &AccountRegion, kind: Kind, target: Target) {
        self.asked.entry((place.clone(), kind)).or_default().merge(target);
    }

    /// Tells whether an account and region was asked for a row, or for what it belongs to, since a scan began. If the row was
    /// not found then, the scan may have read it before it went: for instance the interface of a machine that was terminated.
    fn was_asked<T: LiveResource>(&self, place: &AccountRegion, row: &T) -> bool {
        self.asked.get(&(place.clone(), T::KIND)).is_some_and(|asked| {
            let mut ids = row.belongs_to().into_iter().chain([row.asked_as()]);
            asked.is_whole || ids.any(|id| asked.ids.contains(&id))
        })
    }

    /// Forgets what was asked for, after a scan or before the next one.
    pub(super) fn forget_asked(&mut self) {
        self.asked.clear();
    }

    /// Counts the resources of a kind.
    #[must_use]
    pub fn count(&self, kind: Kind) -> usize {
        match kind {
            Kind::Networks => self.networks.len(),
            Kind::Subnets => self.subnets.len(),
            Kind::Instances => self.instances.len(),
            Kind::Interfaces => self.interfaces.len(),
            Kind::Links => self.links.len(),
        }
    }

    /// Returns some resources, as an inventory has them.
    fn rows_of(&self, touched: &TouchedRows) -> Resources {
        let mut resources = Resources::default();
        touched.networks.iter().for_each(|one| self.networks.push_views(one, &mut resources));
        touched.subnets.iter().for_each(|one| self.subnets.push_views(one, &mut resources));
        touched.instances.iter().for_each(|one| self.instances.push_views(one, &mut resources));
        touched.interfaces.iter().for_each(|one| self.interfaces.push_views(one, &mut resources));
        touched.links.iter().for_each(|one| self.links.push_views(one, &mut resources));
        resources.join_views();
        self.add_zone_ids(&mut resources.instances);
        self.add_zone_ids(&mut resources.interfaces);
        resources
    }

    /// Returns a row with the id of its zone.
    fn with_zone_ids<T: LiveResource>(&self, row: &T) -> Option<T> {
        let mut resources = Resources::default();
        T::heap_mut(&mut resources).push(row.clone());
        self.add_zone_ids(&mut resources.instances);
        self.add_zone_ids(&mut resources.interfaces);
        T::heap_mut(&mut resources).pop()
    }

    /// Adds zone ids where only the subnet knows them, as endpoints and emulators of older versions have it.
    fn add_zone_ids<T: PackedResource + LiveResource>(&self, rows: &mut [T]) {
        for row in rows.iter_mut().filter(|row| row.lacks_zone_id()) {
            let ids: HashSet<String> = row.belongs_to().into_iter().collect();
            let viewers = row.viewers();
            let near = viewers.iter().flat_map(|viewer| self.subnets.seen_by(viewer));
            let subnets: Vec<Subnet> = near
                .filter(|(identity, _)| ids.contains(&identity.id))
                .map(|(_, subnet)| subnet.clone())
                .collect();
            row.add_zone_id(&ZoneIds::from_subnets(&subnets));
        }
    }
}

/// A step of a scan that failed.
struct FailedStep<'s> {
    step: &'s Coverage,
    /// Whether it lists accounts, or is of a login whose account is not known: any account may be missing because of it.
    may_hide_any: bool,
}

impl FailedStep<'_> {
    /// Tells whether it may be why an account or region was not come to.
    fn may_hide(&self, place: &AccountRegion) -> bool {
        let step = self.step;
        let is_own = || {
            step.account.eq_ignore_ascii_case(&place.account)
                && (step.region.is_none() || step.region == place.region)
        };
        step.provider == place.provider && (self.may_hide_any || is_own())
    }
}

/// Lists the accounts and regions that are read, with the kinds that are read there.
fn places_of(coverage: &[Coverage]) -> BTreeMap<AccountRegion, (String, BTreeSet<Kind>)> {
    let mut places: BTreeMap<AccountRegion, (String, BTreeSet<Kind>)> = BTreeMap::new();
    for entry in coverage.iter().filter(|entry| entry.outcome != Outcome::Skipped) {
        if let Some(kind) = entry.kind.resource_kind() {
            let place = places.entry(AccountRegion::from(entry));
            place.or_insert_with(|| (entry.account.clone(), BTreeSet::new())).1.insert(kind);
        }
    }
    places
}

/// What was asked of an account and region.
struct Asked<'a> {
    place: &'a AccountRegion,
    target: &'a Target,
    is_whole: bool,
    is_complete: bool,
    read: u64,
}

impl Asked<'_> {
    fn compare<T: LiveResource>(&self, known: &mut LiveRows<T>, rows: Vec<T>) -> ReadFindings {
        let mut findings = ReadFindings::default();
        let rows: HashMap<Identity, T> = rows.into_iter().map(|row| (row.identity(), row)).collect();
        if self.is_complete {
            for (identity, row) in
                known.seen_by(self.place).filter(|(identity, _)| !rows.contains_key(*identity))
            {
                let id = row.asked_as();
                if self.is_whole || self.target.ids.contains(&id) {
                    let (identity, owners) = (identity.clone(), row.belongs_to());
                    findings.absent.push(Absent { kind: T::KIND, identity, id, owners });
                } else if row.belongs_to().iter().any(|owner| self.target.ids.contains(owner)) {
                    findings.detached.push(Detached { kind: T::KIND, id, owners: row.belongs_to() });
                }
            }
        }
        for (identity, row) in rows {
            findings.found.insert(row.asked_as());
            if known.view(self.place, &identity) == Some(&row) {
                known.confirm(self.place, &identity, self.read);
            } else {
                let change = ViewChange { viewer: self.place.clone(), row, is_gone: false };
                T::changes_mut(&mut findings.delta).push(change);
            }
        }
        findings
    }
}

fn add_gone<T: LiveResource>(
    rows: &LiveRows<T>,
    place: &AccountRegion,
    identity: &Identity,
    delta: &mut Delta,
) {
    if let Some(row) = rows.view(place, identity) {
        let change = ViewChange { viewer: place.clone(), row: row.clone(), is_gone: true };
        T::changes_mut(delta).push(change);
    }
}

fn apply<T: LiveResource>(rows: &mut LiveRows<T>, delta: &Delta, read: u64) {
    for change in T::changes(delta) {
        if change.is_gone {
            rows.remove(&change.viewer, &change.row.identity());
        } else {
            // The journal does not keep who lists an interface of another account.
            rows.set(change.viewer.clone(), change.row.clone().into_view(&change.viewer), read);
        }
    }
}

/// The resources that a delta is about.
struct TouchedRows {
    networks: BTreeSet<Identity>,
    subnets: BTreeSet<Identity>,
    instances: BTreeSet<Identity>,
    interfaces: BTreeSet<Identity>,
    links: BTreeSet<Identity>,
}

impl TouchedRows {
    fn new(delta: &Delta) -> Self {
        fn identities<T: LiveResource>(delta: &Delta) -> BTreeSet<Identity> {
            T::changes(delta).iter().map(|change| change.row.identity()).collect()
        }
        Self {
            networks: identities::<Network>(delta),
            subnets: identities::<Subnet>(delta),
            instances: identities::<Instance>(delta),
            interfaces: identities::<Interface>(delta),
            links: identities::<Link>(delta),
        }
    }
}
