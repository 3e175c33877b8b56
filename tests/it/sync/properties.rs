//! Random estates, random changes by people, denied reads and killed runs.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp};
use netcensus::model::{
    Block, BlockRole, Coverage, Inventory, Kind, Network, NetworkKind, Outcome, Provider, Resources, Scope,
    Subject, Tags,
};
use netcensus::sync::{
    Action, AppliedStep, ExistingRecord, FieldValue, Fields, Owner, PlanOptions, Share, Step, SyncPlan,
    SyncPlanInput, SyncTarget, plan,
};
use proptest::prelude::*;

use super::memory_target::{KINDS, MemoryTarget, NAME, Object, Quiet, map_networks};

const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];
const REGIONS: [&str; 2] = ["eu-west-1", "us-east-1"];
const NETWORKS: usize = 6;

/// What happens between runs, and the runs.
#[derive(Debug, Clone)]
enum Event {
    /// A network appears, or changes its name and blocks.
    Network { at: usize, name: u8, blocks: u8 },
    /// A network goes.
    Gone { at: usize },
    /// People create an object, in the place of one of ours or elsewhere.
    ByHand { at: usize, name: u8, is_prefix: bool },
    /// People change a field of an object, or add a note.
    Edit { object: usize, with_note: bool },
    /// People delete an object.
    Remove { object: usize },
    /// A run.
    Sync { denied: u8, adopt: bool, keep: bool, killed_after: Option<usize> },
    /// A run of an inventory that is older than the last one.
    Late,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let at = || 0..NETWORKS;
    let network = (at(), any::<u8>(), 0..4_u8);
    let sync = (0..16_u8, any::<bool>(), any::<bool>(), prop::option::weighted(0.3, 0..6_usize));
    let event = prop_oneof![
        4 => network.prop_map(|(at, name, blocks)| Event::Network { at, name: name % 3, blocks }),
        2 => at().prop_map(|at| Event::Gone { at }),
        2 => (at(), 0..3_u8, any::<bool>()).prop_map(|(at, name, is_prefix)| Event::ByHand { at, name, is_prefix }),
        2 => (0..20_usize, any::<bool>()).prop_map(|(object, with_note)| Event::Edit { object, with_note }),
        1 => (0..20_usize).prop_map(|object| Event::Remove { object }),
        4 => sync.prop_map(|(denied, adopt, keep, killed_after)| Event::Sync {
            denied: if denied < 8 { 0 } else { denied },
            adopt,
            keep,
            killed_after,
        }),
        1 => Just(Event::Late),
    ];
    prop::collection::vec(event, 1..30)
}

/// The estate, the registry, and what people made there.
struct World {
    networks: BTreeMap<usize, Network>,
    target: MemoryTarget,
    hour: i64,
    last: Option<Inventory>,
}

fn place(at: usize) -> (&'static str, &'static str) {
    (ACCOUNTS[at % 2], REGIONS[at / 2 % 2])
}

fn network(at: usize, name: u8, blocks: u8) -> Network {
    let (account, region) = place(at);
    let block = |number: u8| Block {
        cidr: format!("10.{number}.0.0/16").parse().unwrap(),
        role: BlockRole::Primary,
        state: None,
    };
    Network {
        provider: Provider::Aws,
        account: account.into(),
        account_name: None,
        region: region.into(),
        id: format!("vpc-{at}"),
        name: (name > 0).then(|| format!("name-{name}")),
        kind: NetworkKind::Vpc,
        blocks: (0..blocks).map(block).collect(),
        is_default: None,
        state: None,
        visible_from: vec![],
        tags: Tags::new(),
    }
}

impl World {
    fn new() -> Self {
        Self { networks: BTreeMap::new(), target: MemoryTarget::default(), hour: 1, last: None }
    }

    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_hours(self.hour)
    }

    /// Scans. Bit N of `denied` denies the place N, of which nothing is found then.
    fn scan(&self, denied: u8) -> Inventory {
        let is_denied = |place: (&str, &str)| {
            let index = (0..4).find(|at| self::place(*at) == place).unwrap_or_default();
            denied & (1 << index) != 0
        };
        let coverage = (0..4).map(|at| {
            let (account, region) = place(at);
            let outcome = if is_denied((account, region)) { Outcome::Denied } else { Outcome::Complete };
            Coverage {
                provider: Provider::Aws,
                account: account.into(),
                region: Some(region.into()),
                kind: Subject::Networks,
                outcome,
                detail: None,
                requests: 1,
                duration_ms: 1,
            }
        });
        let is_seen = |it: &&Network| !is_denied((it.account.as_str(), it.region.as_str()));
        let networks = self.networks.values().filter(is_seen).cloned().collect();
        let resources = Resources { networks, ..Resources::default() };
        Inventory::assemble("test".to_owned(), self.now(), Vec::new(), resources, coverage.collect())
    }

    fn existing(&self) -> Vec<ExistingRecord> {
        self.target.read(&[]).now_or_never().unwrap().unwrap()
    }

    fn plan(&self, inventory: &Inventory, options: PlanOptions) -> SyncPlan {
        plan(&SyncPlanInput {
            target: NAME,
            kinds: &KINDS,
            is_maintained: &|_, _| false,
            wanted: &map_networks(inventory),
            undetermined: &[],
            conflicts: &[],
            resource_field: None,
            unique_fields: &|_| &[],
            existing: &self.existing(),
            inventory,
            now: self.now(),
            options,
        })
    }

    fn apply(&mut self, plan: &SyncPlan, killed_after: Option<usize>) -> Vec<AppliedStep> {
        self.target.killed_after = killed_after;
        let outcomes = self.target.apply(plan, &Quiet).now_or_never().unwrap();
        self.target.confirm(plan, &Quiet).now_or_never().unwrap().unwrap();
        outcomes
    }

    fn nth_object(&self, number: usize) -> Option<usize> {
        let objects = self.target.objects();
        objects.keys().copied().nth(number.checked_rem(objects.len())?)
    }

    fn by_hand(&self, at: usize, name: u8, is_prefix: bool) {
        let (account, _) = place(at);
        let vrf = format!("aws/{account}/vpc-{at}");
        let mut fields = Fields::new();
        let (kind, key) = if is_prefix {
            let reference = FieldValue::Reference { kind: "vrf".to_owned(), key: vrf.clone() };
            fields.insert("vrf".to_owned(), reference);
            ("prefix", format!("{vrf}/10.{name}.0.0/16"))
        } else {
            let text = format!("name-{name}");
            fields.insert("name".to_owned(), FieldValue::from_text((name > 0).then_some(text.as_str())));
            ("vrf", vrf)
        };
        let (kind, notes) = (kind.to_owned(), vec!["by hand".to_owned()]);
        self.target.add(Object { kind, key, fields, mark: None, seen_at: None, marked_at: None, notes });
    }

    fn edit(&self, object: usize, with_note: bool) {
        let Some(id) = self.nth_object(object) else { return };
        let mut objects = self.target.objects();
        let Some(object) = objects.get_mut(&id) else { return };
        if with_note {
            object.notes.push("a note".to_owned());
        } else {
            object.fields.insert("name".to_owned(), FieldValue::Text("edited".to_owned()));
        }
    }

    fn sync(&mut self, denied: u8, options: PlanOptions, killed_after: Option<usize>) {
        self.hour += 1;
        let inventory = self.scan(denied);
        let before = self.target.objects().clone();
        let plan = self.plan(&inventory, options);
        check_plan(&plan, &inventory);
        let outcomes = self.apply(&plan, killed_after);
        assert_nothing_of_people_is_lost(&before, &self.target.objects(), options.adopt);
        let failed: Vec<_> = outcomes
            .iter()
            .filter(|it| matches!(it, AppliedStep::Failed(_) | AppliedStep::Overtaken))
            .collect();
        if killed_after.is_none() {
            assert_eq!(failed, Vec::<&AppliedStep>::new(), "{plan:#?}");
            let again = self.plan(&inventory, options);
            assert_eq!(again.steps, [], "applied, and still not empty");
            self.assert_as_wanted(&inventory, &again);
            self.last = Some(inventory);
        }
    }

    /// Asserts that the registry says what the inventory says, but where something that people made is in the way.
    fn assert_as_wanted(&self, inventory: &Inventory, again: &SyncPlan) {
        let existing = self.existing();
        for wanted in map_networks(inventory) {
            let of_key =
                existing.iter().filter(|it| it.record.kind == wanted.kind && it.record.key == wanted.key);
            let ours = of_key.clone().find(|it| matches!(it.owner, Owner::Ours | Owner::Adopted));
            let Some(ours) = ours else {
                let is_hindered = again.conflicts.iter().any(|it| it.key == wanted.key);
                assert!(is_hindered || of_key.count() > 0, "{} is missing", wanted.key);
                continue;
            };
            for (field, value) in &wanted.fields {
                let there = ours.record.fields.get(field).unwrap_or(&FieldValue::Empty);
                assert_eq!(there, value, "{} {field}", wanted.key);
            }
        }
    }
}

/// Asserts that only what was read completely is deleted, and nothing that people made.
fn check_plan(plan: &SyncPlan, inventory: &Inventory) {
    let denied: BTreeSet<(String, Option<String>)> =
        inventory.incomplete().map(|entry| (entry.account.clone(), entry.region.clone())).collect();
    for step in &plan.steps {
        let Scope { account, region, kind, .. } = &step.record.scope;
        assert_eq!(*kind, Kind::Networks);
        if matches!(step.action, Action::Delete | Action::Mark) {
            assert!(!denied.contains(&(account.clone(), region.clone())), "{step:?}");
            assert!(!step.is_adopted, "{step:?}");
        }
    }
}

/// Asserts that objects of people are there still with what they had, and with `adopt` at most something besides.
fn assert_nothing_of_people_is_lost(
    before: &BTreeMap<usize, Object>,
    after: &BTreeMap<usize, Object>,
    adopt: bool,
) {
    for (id, object) in before {
        let is_theirs = object.mark.as_ref().is_none_or(|mark| mark.is_adopted);
        let now = after.get(id);
        if is_theirs || !object.notes.is_empty() {
            let now = now.unwrap_or_else(|| panic!("{object:?} is gone"));
            assert_eq!(now.notes, object.notes);
            if object.mark.is_none() && !adopt {
                assert_eq!(now, object, "changed without --adopt");
            }
            if object.mark.is_none() {
                let kept = object.fields.iter().filter(|(_, value)| **value != FieldValue::Empty);
                assert!(kept.into_iter().all(|(field, value)| now.fields.get(field) == Some(value)));
            }
        }
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(150))]

    #[test]
    fn whatever_happens_between_runs_nothing_is_lost_and_the_registry_becomes_true(events in events()) {
        let mut world = World::new();
        for event in events {
            match event {
                Event::Network { at, name, blocks } => {
                    world.networks.insert(at, network(at, name, blocks));
                }
                Event::Gone { at } => drop(world.networks.remove(&at)),
                Event::ByHand { at, name, is_prefix } => world.by_hand(at, name, is_prefix),
                Event::Edit { object, with_note } => world.edit(object, with_note),
                Event::Remove { object } => {
                    let id = world.nth_object(object);
                    let mut objects = world.target.objects();
                    id.and_then(|id| objects.remove(&id));
                }
                Event::Sync { denied, adopt, keep, killed_after } => {
                    let options = PlanOptions {
                        max_delete: Share { percent: 100 },
                        keep_deleted: keep.then_some(SignedDuration::from_hours(2)),
                        adopt,
                    };
                    world.sync(denied, options, killed_after);
                }
                Event::Late => {
                    if let Some(mut late) = world.last.clone() {
                        late.taken_at -= SignedDuration::from_secs(1);
                        let wanted: BTreeSet<String> =
                            map_networks(&late).into_iter().map(|record| record.key).collect();
                        late.networks.retain(|network| network.blocks.len() % 2 == 0);
                        for network in &mut late.networks {
                            network.name = Some("late".to_owned());
                        }
                        let all = PlanOptions { max_delete: Share { percent: 100 }, ..PlanOptions::default() };
                        let plan = world.plan(&late, all);
                        let is_overwritten = |step: &&Step| {
                            step.action != Action::Create && wanted.contains(&step.record.key)
                        };
                        let overwritten: Vec<&Step> = plan.steps.iter().filter(is_overwritten).collect();
                        prop_assert_eq!(overwritten, Vec::<&Step>::new(), "a newer run confirmed it");
                    }
                }
            }
        }
        // However it ended, a whole run makes it true.
        let all = PlanOptions { max_delete: Share { percent: 100 }, ..PlanOptions::default() };
        world.sync(0, all, None);
    }
}
