//! Random estates, random changes by people, denied reads, older inventories and killed runs, against a `NetBox`.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use netcensus::model::{Inventory, Kind, Outcome, Subject};
use netcensus::sync::{AppliedStep, OwnerMark};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{Case, INTERFACES, MACHINES, PREFIXES, SYNCED, VRFS, estate};

/// Networks of the estate, each with a subnet and two machines in it.
const NETWORKS: usize = 3;
const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];

/// What happens between runs, and the runs.
#[derive(Debug, Clone)]
enum Event {
    /// A network comes or goes with all that is in it.
    Network { at: usize },
    /// A machine comes or goes.
    Machine { at: usize },
    /// A machine stops or starts, and gets another name.
    Change { at: usize, name: u8 },
    /// People create a VRF, or a prefix in one of the VRFs.
    Create { at: usize, is_vrf: bool },
    /// People describe an object.
    Describe { list: usize, at: usize },
    /// People change the state of a machine.
    Status { at: usize },
    /// People add an interface to a machine.
    Interface { at: usize },
    /// People write about a machine in the journal.
    Journal { at: usize },
    /// People delete an object.
    Delete { list: usize, at: usize },
    /// A run.
    Sync { denied: Denied, adopt: bool, keep: bool, killed_after: Option<usize> },
    /// A run of an inventory that is older than the last one.
    Late,
}

/// What of the first account may not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denied {
    Nothing,
    Account,
    /// Its interfaces alone: a machine that is gone has them still.
    Interfaces,
}

impl Denied {
    fn hides(self, account: &str, is_interface: bool) -> bool {
        let is_denied = self == Self::Account || self == Self::Interfaces && is_interface;
        is_denied && account == ACCOUNTS[0]
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let at = || 0..12_usize;
    let list = || 0..SYNCED.len();
    let denied =
        prop_oneof![3 => Just(Denied::Nothing), 2 => Just(Denied::Account), 3 => Just(Denied::Interfaces)];
    let event = prop_oneof![
        2 => at().prop_map(|at| Event::Network { at }),
        3 => at().prop_map(|at| Event::Machine { at }),
        3 => (at(), 0..3_u8).prop_map(|(at, name)| Event::Change { at, name }),
        2 => (at(), any::<bool>()).prop_map(|(at, is_vrf)| Event::Create { at, is_vrf }),
        2 => (list(), at()).prop_map(|(list, at)| Event::Describe { list, at }),
        1 => at().prop_map(|at| Event::Status { at }),
        1 => at().prop_map(|at| Event::Interface { at }),
        1 => at().prop_map(|at| Event::Journal { at }),
        1 => (list(), at()).prop_map(|(list, at)| Event::Delete { list, at }),
        5 => (denied, any::<bool>(), any::<bool>(), prop::option::weighted(0.2, 0..30_usize))
            .prop_map(|(denied, adopt, keep, killed_after)| Event::Sync { denied, adopt, keep, killed_after }),
        1 => Just(Event::Late),
    ];
    prop::collection::vec(event, 1..20)
}

/// What people made or wrote: the fields of objects that have to stay, by path.
type Kept = BTreeMap<String, Map<String, Value>>;

struct World {
    case: Case,
    /// All that may exist.
    whole: Inventory,
    networks: BTreeSet<usize>,
    machines: BTreeSet<usize>,
    changed: BTreeMap<usize, u8>,
    kept: Kept,
    hour: i64,
    last: Option<Inventory>,
    names: u32,
}

impl World {
    fn new() -> Self {
        let mut whole = estate(NETWORKS, 1, 2);
        let account =
            |id: &str| ACCOUNTS[usize::from(id.bytes().rev().find(u8::is_ascii_digit).unwrap_or(0)) % 2];
        // Networks and what is in them belong to one of two accounts.
        let owners: BTreeMap<String, &str> =
            whole.networks.iter().map(|it| (it.id.clone(), account(&it.id))).collect();
        let owner = |network: &str| owners[network].to_owned();
        whole.networks.iter_mut().for_each(|it| it.account = owner(&it.id));
        whole.subnets.iter_mut().for_each(|it| it.account = owner(&it.network));
        whole.instances.iter_mut().for_each(|it| it.account = owner(it.network.as_ref().unwrap()));
        whole.interfaces.iter_mut().for_each(|it| it.account = owner(it.network.as_ref().unwrap()));
        let read = whole.coverage.clone();
        whole.coverage = ACCOUNTS
            .iter()
            .flat_map(|account| {
                let region = whole.networks[0].region.clone();
                let of_region = read.iter().filter(move |it| it.region.as_ref() == Some(&region));
                let kinds: BTreeMap<_, _> = of_region.map(|it| (it.kind, it.clone())).collect();
                kinds.into_values().map(move |entry| netcensus::model::Coverage {
                    account: (*account).to_owned(),
                    outcome: Outcome::Complete,
                    ..entry
                })
            })
            .collect();
        Self {
            case: Case::new(),
            networks: (0..NETWORKS).collect(),
            machines: (0..whole.instances.len()).collect(),
            whole,
            changed: BTreeMap::new(),
            kept: Kept::new(),
            hour: 0,
            last: None,
            names: 0,
        }
    }

    /// Scans. What is denied is not found.
    fn scan(&self, denied: Denied) -> Inventory {
        let mut found = self.whole.clone();
        found.taken_at += SignedDuration::from_hours(self.hour);
        let networks: BTreeSet<String> =
            self.networks.iter().map(|at| self.whole.networks[*at].id.clone()).collect();
        let machines: BTreeSet<String> =
            self.machines.iter().map(|at| self.whole.instances[*at].id.clone()).collect();
        for (at, name) in &self.changed {
            let machine = &mut found.instances[*at];
            machine.name = (*name > 0).then(|| format!("name {name}"));
            machine.state = Some(if *name == 1 { "stopped" } else { "running" }.to_owned());
        }
        let is_seen = |account: &str| !denied.hides(account, false);
        found.networks.retain(|it| networks.contains(&it.id) && is_seen(&it.account));
        found.subnets.retain(|it| networks.contains(&it.network) && is_seen(&it.account));
        let is_in = |network: &Option<String>| network.as_ref().is_some_and(|id| networks.contains(id));
        found.instances.retain(|it| machines.contains(&it.id) && is_in(&it.network) && is_seen(&it.account));
        found.interfaces.retain(|it| {
            it.attached_to.as_ref().is_some_and(|id| machines.contains(id))
                && is_in(&it.network)
                && !denied.hides(&it.account, true)
        });
        for entry in &mut found.coverage {
            if denied.hides(&entry.account, entry.kind == Subject::Interfaces) {
                entry.outcome = Outcome::Denied;
            }
        }
        found
    }

    fn nth(&self, path: &str, at: usize) -> Option<Map<String, Value>> {
        let all = self.case.netbox.all(path);
        let index = at.checked_rem(all.len())?;
        all.into_iter().nth(index)
    }

    fn create(&mut self, path: &str, body: &Value) {
        let made = self.case.netbox.by_hand("POST", path, body);
        self.kept.insert(format!("{path}{}/", made["id"]), body.as_object().unwrap().clone());
    }

    fn name(&mut self) -> String {
        self.names += 1;
        format!("by hand {}", self.names)
    }

    fn happen(&mut self, event: &Event) {
        let toggle = |set: &mut BTreeSet<usize>, at: usize| {
            if !set.remove(&at) {
                set.insert(at);
            }
        };
        match *event {
            Event::Network { at } => toggle(&mut self.networks, at % NETWORKS),
            Event::Machine { at } => toggle(&mut self.machines, at % self.whole.instances.len()),
            Event::Change { at, name } => {
                self.changed.insert(at % self.whole.instances.len(), name);
            }
            Event::Create { is_vrf: true, .. } => {
                let name = self.name();
                self.create(VRFS, &json!({ "name": name }));
            }
            Event::Create { at, .. } => {
                let Some(vrf) = self.nth(VRFS, at) else { return };
                self.names += 1;
                let prefix = format!("10.254.{}.0/24", self.names);
                self.create(PREFIXES, &json!({ "prefix": prefix, "vrf": vrf["id"] }));
            }
            Event::Describe { list, at } => {
                let (path, name) = (SYNCED[list], self.name());
                let Some(object) = self.nth(path, at) else { return };
                let (path, body) = (format!("{path}{}/", object["id"]), json!({ "description": name }));
                self.case.netbox.by_hand("PATCH", &path, &body);
                self.kept.entry(path).or_default().insert("description".to_owned(), name.into());
            }
            Event::Status { at } => {
                let Some(machine) = self.nth(MACHINES, at) else { return };
                let path = format!("{MACHINES}{}/", machine["id"]);
                self.case.netbox.by_hand("PATCH", &path, &json!({ "status": "failed" }));
            }
            Event::Interface { at } => {
                let Some(machine) = self.nth(MACHINES, at) else { return };
                let name = self.name();
                self.create(INTERFACES, &json!({ "name": name, "virtual_machine": machine["id"] }));
            }
            Event::Journal { at } => {
                let Some(machine) = self.nth(MACHINES, at) else { return };
                let path = format!("{MACHINES}{}/", machine["id"]);
                let entry = json!({
                    "assigned_object_type": "virtualization.virtualmachine",
                    "assigned_object_id": machine["id"],
                });
                self.case.netbox.by_hand("POST", "extras/journal-entries/", &entry);
                self.kept.entry(path).or_default();
            }
            Event::Delete { list, at } => {
                let Some(object) = self.nth(SYNCED[list], at) else { return };
                self.case.netbox.by_hand_if_possible("DELETE", &format!("{}{}/", SYNCED[list], object["id"]));
                // What people delete themselves, and what goes with it, is not lost.
                self.kept.retain(|path, _| self.case.netbox.has(path));
            }
            Event::Sync { denied, adopt, keep, killed_after } => self.sync(denied, adopt, keep, killed_after),
            Event::Late => self.late(),
        }
    }

    fn sync(&mut self, denied: Denied, adopt: bool, keep: bool, killed_after: Option<usize>) {
        self.hour += 1;
        let inventory = self.scan(denied);
        self.case.options.adopt = adopt;
        self.case.options.keep_deleted = keep.then_some(SignedDuration::from_hours(24));
        let before = self.hidden(denied);
        self.case.netbox.store().writes_left = killed_after;
        let (plan, outcomes) = self.case.apply(&inventory);
        self.case.netbox.store().writes_left = None;
        assert!(before.is_subset(&self.hidden(denied)), "of what was denied nothing is known");
        self.assert_kept();
        if killed_after.is_none() {
            let failed: Vec<_> =
                plan.steps.iter().zip(&outcomes).filter(|(_, it)| **it != AppliedStep::Done).collect();
            assert!(failed.is_empty(), "{failed:#?}");
            let (_, again) = self.case.plan(&inventory);
            assert_eq!(again.steps, [], "applied, and still not empty");
            self.last = Some(inventory);
        }
    }

    fn late(&mut self) {
        let Some(last) = self.last.clone() else { return };
        let mut late = self.scan(Denied::Nothing);
        late.taken_at = last.taken_at - SignedDuration::from_hours(1);
        late.instances.pop();
        let (_, plan) = self.case.plan(&late);
        // A scope that no newer inventory wrote to is open.
        let newest: BTreeMap<String, jiff::Timestamp> = self.newest();
        for step in &plan.steps {
            let mark =
                OwnerMark { target: "ipam".to_owned(), scope: step.record.scope.clone(), is_adopted: false };
            let newest = newest.get(&mark.to_string());
            assert!(newest.is_none_or(|at| *at <= late.taken_at), "{newest:?} {step:#?}");
        }
    }

    /// The newest inventory of each mark.
    fn newest(&self) -> BTreeMap<String, jiff::Timestamp> {
        let mut newest = BTreeMap::new();
        for object in SYNCED.iter().flat_map(|path| self.case.netbox.all(path)) {
            let text = |name: &str| object["custom_fields"].get(name).and_then(Value::as_str);
            if let (Some(mark), Some(at)) = (text("netcensus_owner"), text("netcensus_seen")) {
                let at: jiff::Timestamp = at.parse().unwrap();
                let known = newest.entry(mark.trim_end_matches(":adopted").to_owned()).or_insert(at);
                *known = at.max(*known);
            }
        }
        newest
    }

    fn everything(&self) -> Vec<Map<String, Value>> {
        SYNCED.iter().flat_map(|path| self.case.netbox.all(path)).collect()
    }

    /// The objects of which nothing is known: their keys, and whether they are marked as deleted.
    fn hidden(&self, denied: Denied) -> BTreeSet<(String, String)> {
        let field = |object: &Map<String, Value>, name: &str| object["custom_fields"].get(name).cloned();
        let hidden = self.everything().into_iter().filter(|object| {
            let mark = field(object, "netcensus_owner").and_then(|mark| mark.as_str()?.parse().ok());
            mark.is_some_and(|OwnerMark { scope, .. }| {
                denied.hides(&scope.account, scope.kind == Kind::Interfaces)
            })
        });
        let key = |object: Map<String, Value>| {
            let of = |name| field(&object, name).unwrap_or_default().to_string();
            (of("netcensus_id"), of("netcensus_deleted"))
        };
        hidden.map(key).collect()
    }

    fn assert_kept(&self) {
        for (path, fields) in &self.kept {
            let (list, id) = path.trim_end_matches('/').rsplit_once('/').unwrap();
            let id: u64 = id.parse().unwrap();
            let list = SYNCED.iter().find(|known| known.trim_end_matches('/') == list).unwrap();
            let there = self.case.netbox.all(list).into_iter().find(|it| it["id"] == id);
            let there = there.unwrap_or_else(|| panic!("{path} is gone: {fields:?}"));
            for (name, value) in fields {
                assert_eq!(there.get(name), Some(value), "{path} {name}");
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(60))]

    #[test]
    fn whatever_happens_between_runs_nothing_of_people_is_lost(events in events()) {
        let mut world = World::new();
        for event in &events {
            world.happen(event);
        }
        // However it ended, a whole run makes it true.
        world.sync(Denied::Nothing, false, false, None);
    }
}
