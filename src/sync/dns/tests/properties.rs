//! Random estates, random changes by people and denied reads between runs.

use std::collections::{BTreeMap, BTreeSet};

use domain::base::name::Name;
use proptest::prelude::*;

use super::*;

const MACHINES: usize = 4;

/// What happens between runs, and the runs.
#[derive(Debug, Clone)]
enum Event {
    /// A machine appears, or has another name and address.
    Machine { at: usize, name: u8, address: u8 },
    /// A machine goes.
    Gone { at: usize },
    /// People add an address to a name, whether it is ours or not.
    Add { name: u8, address: u8 },
    /// People make an alias of a name that has no records.
    Alias { name: u8 },
    /// People remove the addresses of a name.
    Remove { name: u8 },
    /// People remove a TXT record.
    RemoveTxt { name: u8 },
    /// A run, with the first account denied or not.
    Sync { denied: bool, adopt: bool, keep: bool },
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let name = || 0..3_u8;
    let event = prop_oneof![
        4 => (0..MACHINES, name(), 0..6_u8).prop_map(|(at, name, address)| Event::Machine { at, name, address }),
        2 => (0..MACHINES).prop_map(|at| Event::Gone { at }),
        2 => (name(), 100..104_u8).prop_map(|(name, address)| Event::Add { name, address }),
        1 => name().prop_map(|name| Event::Alias { name }),
        1 => name().prop_map(|name| Event::Remove { name }),
        1 => name().prop_map(|name| Event::RemoveTxt { name }),
        5 => (prop::bool::weighted(0.3), any::<bool>(), any::<bool>())
            .prop_map(|(denied, adopt, keep)| Event::Sync { denied, adopt, keep }),
    ];
    prop::collection::vec(event, 1..16)
}

fn full_name(name: u8) -> String {
    format!("web{name}.eu-west-1.example.internal")
}

struct World {
    case: Case,
    machines: BTreeMap<usize, Instance>,
    /// Addresses and aliases that people made, and that have to stay.
    by_hand: BTreeSet<(String, Rtype, Vec<u8>)>,
}

impl World {
    fn happen(&mut self, event: &Event) {
        match event {
            Event::Machine { at, name, address } => {
                let account = if at % 2 == 0 { ACCOUNT } else { OTHER_ACCOUNT };
                let made =
                    machine(&format!("i-{at}"), Some(&format!("web{name}")), &[&format!("10.0.0.{address}")]);
                self.machines.insert(*at, Instance { account: account.to_owned(), ..made });
            }
            Event::Gone { at } => drop(self.machines.remove(at)),
            Event::Add { name, address } => self.add(&full_name(*name), *address),
            Event::Alias { name } => self.alias(&full_name(*name)),
            Event::Remove { name } => self.remove(&full_name(*name)),
            Event::RemoveTxt { name } => {
                self.case.server.remove_set(&RecordType::A.ownership_name(&full_name(*name)), Rtype::TXT);
            }
            Event::Sync { denied, adopt, keep } => self.run(*denied, *adopt, *keep),
        }
    }

    fn has(&self, name: &str, rtype: Rtype) -> bool {
        self.case.server.records().contains_key(&(name.to_owned(), rtype))
    }

    fn add(&mut self, name: &str, address: u8) {
        // Where our own address is missing, an address is a change of our record, which is put back.
        let txt = RecordType::A.ownership_name(name);
        let is_whole = self
            .case
            .server
            .ownership(&txt)
            .is_none_or(|it| it.values.iter().all(|value| self.case.addresses(name).contains(value)));
        if self.has(name, Rtype::CNAME) || !is_whole {
            return;
        }
        let data = RecordType::A.data(&format!("10.0.0.{address}")).unwrap();
        self.case.server.add(name, Rtype::A, 300, data.clone());
        self.by_hand.insert((name.to_owned(), Rtype::A, data));
    }

    fn alias(&mut self, name: &str) {
        if self.has(name, Rtype::A) {
            return;
        }
        let data = Name::vec_from_str("other.example").unwrap().into_octets();
        self.case.server.add(name, Rtype::CNAME, 300, data.clone());
        self.by_hand.insert((name.to_owned(), Rtype::CNAME, data));
    }

    fn remove(&mut self, name: &str) {
        self.case.server.remove_set(name, Rtype::A);
        self.by_hand.retain(|(of, rtype, _)| of != name || *rtype != Rtype::A);
    }

    fn run(&mut self, denied: bool, adopt: bool, keep: bool) {
        self.case.options.adopt = adopt;
        self.case.options.keep_deleted = keep.then(|| jiff::SignedDuration::from_hours(1));
        self.case.now = self.case.now.checked_add(jiff::SignedDuration::from_mins(40)).unwrap();
        let seen = self.machines.values().filter(|it| !denied || it.account != ACCOUNT).cloned().collect();
        let outcome = if denied { Outcome::Denied } else { Outcome::Complete };
        let protected = if denied { self.of_first_account() } else { BTreeMap::new() };
        let inventory = inventory(seen, outcome);
        let plan = self.case.sync(&inventory);
        if adopt {
            // What was taken over is kept up to date from then on.
            let adopted: BTreeSet<&str> =
                plan.with_action(Action::Adopt).map(|it| it.record.key.as_str()).collect();
            self.by_hand.retain(|(name, ..)| !adopted.contains(name.as_str()));
        }
        for (name, rtype, data) in &self.by_hand {
            let records = self.case.server.records();
            let set = records.get(&(name.clone(), *rtype));
            assert!(set.is_some_and(|set| set.contains_key(data)), "{name} {rtype} was lost");
        }
        for (name, addresses) in protected {
            assert_eq!(self.case.addresses(&name), addresses, "{name} is of an account that was denied");
        }
    }

    /// The addresses of names whose records are of the first account.
    fn of_first_account(&self) -> BTreeMap<String, Vec<String>> {
        let names = (0..3).map(full_name);
        let is_of_first = |name: &String| {
            let ownership = self.case.server.ownership(&RecordType::A.ownership_name(name));
            ownership.is_some_and(|it| it.mark.scope.account == ACCOUNT)
        };
        names.filter(is_of_first).map(|name| (name.clone(), self.case.addresses(&name))).collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_people_made_is_lost(events in events()) {
        let mut world = World { case: Case::new(), machines: BTreeMap::new(), by_hand: BTreeSet::new() };
        for event in &events {
            world.happen(event);
        }
        world.run(false, false, false);
    }
}
