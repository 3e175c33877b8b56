//! Tags that have a column and that no row has: somebody mistyped them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::analysis::select::TableRequest;
use crate::model::{Estate, Instance, Kind, Rows, Tags};
use crate::suggest::{meant, nearest};

/// What the column of a tag begins with.
const COLUMN: &str = "tag:";

/// The instances, which may be too many to look at once more; the keys of their tags are noted when they are read.
pub struct Watched<'a> {
    rows: &'a dyn Rows<Instance>,
    keys: RefCell<BTreeSet<String>>,
    /// Whether all were read, or none have to be.
    is_noted: Cell<bool>,
}

impl<'a> Watched<'a> {
    /// Watches the instances of `estate`, if they have columns of tags.
    pub fn new(estate: Estate<'a>, request: &TableRequest) -> Self {
        let is_noted = Cell::new(!named(request).values().any(|kinds| kinds.contains(&Kind::Instances)));
        Self { rows: estate.instances, keys: RefCell::default(), is_noted }
    }
}

impl Rows<Instance> for Watched<'_> {
    fn count(&self) -> usize {
        self.rows.count()
    }

    fn each(&self, take: &mut dyn FnMut(&Instance) -> io::Result<()>) -> io::Result<()> {
        if self.is_noted.get() {
            return self.rows.each(take);
        }
        self.rows.each(&mut |instance| {
            note(&mut self.keys.borrow_mut(), &instance.tags);
            take(instance)
        })?;
        self.is_noted.set(true);
        Ok(())
    }
}

/// Says which tags have a column in `request` and are in no row, once all rows were written.
pub fn unknown(estate: Estate<'_>, watched: &Watched<'_>, request: &TableRequest) -> Vec<String> {
    let named = named(request);
    let kinds: BTreeSet<Kind> = named.values().flatten().copied().collect();
    let mut known: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
    for kind in kinds.into_iter().filter(|kind| estate.count(*kind) > 0) {
        let keys = known.entry(kind).or_default();
        match kind {
            Kind::Networks => estate.inventory.networks.iter().for_each(|one| note(keys, &one.tags)),
            Kind::Subnets => estate.inventory.subnets.iter().for_each(|one| note(keys, &one.tags)),
            Kind::Instances => keys.extend(watched.keys.borrow().iter().cloned()),
            Kind::Interfaces | Kind::Links => {}
        }
    }
    let is_looked_for = |kinds: &Vec<Kind>| watched.is_noted.get() || !kinds.contains(&Kind::Instances);
    let named = named.into_iter().filter(|(_, kinds)| is_looked_for(kinds));
    named.filter_map(|(key, kinds)| lacking(key, &kinds, &known)).collect()
}

/// Says that none of `kinds` has a tag, unless one has, or there are no rows of them.
fn lacking(key: &str, kinds: &[Kind], known: &BTreeMap<Kind, BTreeSet<String>>) -> Option<String> {
    let read: Vec<(&Kind, &BTreeSet<String>)> =
        known.iter().filter(|(kind, _)| kinds.contains(kind)).collect();
    if read.is_empty() || read.iter().any(|(_, keys)| keys.contains(key)) {
        return None;
    }
    let names: Vec<&str> = read.iter().map(|(kind, _)| kind.as_str()).collect();
    let keys = read.iter().flat_map(|(_, keys)| keys.iter().map(String::as_str));
    Some(format!("none of the {} has the tag `{key}`{}", names.join(", "), meant(nearest(key, keys))))
}

/// Lists the tags that have columns, and the kinds that have these.
fn named(request: &TableRequest) -> BTreeMap<&str, Vec<Kind>> {
    let mut named: BTreeMap<&str, Vec<Kind>> = BTreeMap::new();
    for (kind, columns) in &request.defaults {
        for key in columns.iter().filter_map(|column| column.strip_prefix(COLUMN)) {
            named.entry(key).or_default().push(*kind);
        }
    }
    named
}

fn note(keys: &mut BTreeSet<String>, tags: &Tags) {
    for key in tags.keys() {
        if !keys.contains(key) {
            keys.insert(key.clone());
        }
    }
}
