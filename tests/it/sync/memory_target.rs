//! A registry in memory that judges: it refuses what a real one would refuse, and people can change it too.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::future::{BoxFuture, ready};
use jiff::Timestamp;
use netcensus::diagnostic::Diagnostic;
use netcensus::model::{Inventory, Kind, Network, Scope};
use netcensus::sync::{
    Action, AppliedStep, ApplyProgress, ExistingRecord, FieldValue, Fields, MappedRecords, Owner, OwnerMark,
    Record, RecordPlace, Step, SyncPlan, SyncTarget,
};

/// The name of the target.
pub const NAME: &str = "memory";
pub const KINDS: [&str; 2] = ["vrf", "prefix"];

/// An object of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Object {
    pub kind: String,
    pub key: String,
    pub fields: Fields,
    pub mark: Option<OwnerMark>,
    pub seen_at: Option<Timestamp>,
    pub marked_at: Option<Timestamp>,
    /// What people added.
    pub notes: Vec<String>,
}

/// A registry in memory.
#[derive(Default)]
pub struct MemoryTarget {
    objects: Mutex<BTreeMap<usize, Object>>,
    next: AtomicUsize,
    /// After so many steps the process is killed.
    pub killed_after: Option<usize>,
}

/// Lets nothing stop.
pub struct Quiet;

impl ApplyProgress for Quiet {
    fn steps_done(&self, _: usize, _: usize) {}

    fn is_stopped(&self) -> bool {
        false
    }
}

impl MemoryTarget {
    pub fn objects(&self) -> MutexGuard<'_, BTreeMap<usize, Object>> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn add(&self, object: Object) -> usize {
        let id = self.next.fetch_add(1, Ordering::Relaxed);
        self.objects().insert(id, object);
        id
    }

    fn do_step(&self, step: &Step, plan: &SyncPlan) -> Result<bool, String> {
        match step.action {
            Action::Create => self.create(step, plan),
            Action::Delete => self.delete(step, plan),
            Action::Adopt | Action::Change | Action::Mark => self.change(step, plan),
        }
    }

    fn create(&self, step: &Step, plan: &SyncPlan) -> Result<bool, String> {
        let (kind, key) = (step.record.kind.clone(), step.record.key.clone());
        if self.find(&kind, &key).is_some() {
            return Err(format!("{kind} {key} exists"));
        }
        self.check_references(&step.record)?;
        let fields = step.differences.iter().map(|it| (it.field.clone(), it.to.clone())).collect();
        let (mark, seen_at) = (Some(mark(step, plan)), Some(plan.seen_at));
        self.add(Object { kind, key, fields, mark, seen_at, marked_at: None, notes: Vec::new() });
        Ok(true)
    }

    fn change(&self, step: &Step, plan: &SyncPlan) -> Result<bool, String> {
        let written = step.differences.iter().map(|it| (it.field.clone(), it.to.clone())).collect();
        self.check_references(&Record { fields: written, ..step.record.clone() })?;
        let id = id(step)?;
        let mut objects = self.objects();
        let Some(object) = objects.get_mut(&id).filter(|object| is_as_read(object, step, plan)) else {
            return Ok(false);
        };
        for difference in &step.differences {
            object.fields.insert(difference.field.clone(), difference.to.clone());
        }
        object.mark = Some(mark(step, plan));
        object.seen_at = Some(plan.seen_at);
        object.marked_at = (step.action == Action::Mark).then_some(plan.planned_at);
        Ok(true)
    }

    fn delete(&self, step: &Step, plan: &SyncPlan) -> Result<bool, String> {
        let (id, (kind, key)) = (id(step)?, (&step.record.kind, &step.record.key));
        let mut objects = self.objects();
        if !objects.get(&id).is_some_and(|object| is_as_read(object, step, plan)) {
            return Ok(false);
        }
        let value = FieldValue::Reference { kind: kind.clone(), key: key.clone() };
        if objects.values().any(|object| object.fields.values().any(|it| *it == value)) {
            return Err(format!("{kind} {key} is in use"));
        }
        objects.remove(&id);
        Ok(true)
    }

    fn find(&self, kind: &str, key: &str) -> Option<Object> {
        let is_it = |object: &&Object| object.kind == kind && object.key == key && object.mark.is_some();
        self.objects().values().find(is_it).cloned()
    }

    fn check_references(&self, record: &Record) -> Result<(), String> {
        let mut missing = record.references().filter(|(kind, key)| self.find(kind, key).is_none());
        missing.next().map_or(Ok(()), |(kind, key)| Err(format!("there is no {kind} {key}")))
    }
}

fn id(step: &Step) -> Result<usize, String> {
    let place = step.place.as_ref().ok_or("it has no place")?;
    place.id.parse().map_err(|_| "it has no id".to_owned())
}

fn is_as_read(object: &Object, step: &Step, plan: &SyncPlan) -> bool {
    let is_marked = object.mark.is_some() == (step.action != Action::Adopt);
    is_marked && object.seen_at.is_none_or(|at| at <= plan.seen_at)
}

fn mark(step: &Step, plan: &SyncPlan) -> OwnerMark {
    OwnerMark { target: plan.target.clone(), scope: step.record.scope.clone(), is_adopted: step.is_adopted }
}

/// Returns a VRF for each network, and a prefix in it for each of its blocks.
pub fn map_networks(inventory: &Inventory) -> Vec<Record> {
    let of_network = |network: &Network| {
        let scope = Scope {
            provider: network.provider,
            account: network.account.clone(),
            region: Some(network.region.clone()),
            kind: Kind::Networks,
        };
        let key = format!("{}/{}/{}", network.provider, network.account, network.id);
        let name = FieldValue::from_text(network.name.as_deref());
        let vrf = Record {
            kind: "vrf".to_owned(),
            key: key.clone(),
            scope: scope.clone(),
            fields: Fields::from([("name".to_owned(), name)]),
        };
        let prefixes = network.prefixes().map(move |prefix| {
            let vrf = FieldValue::Reference { kind: "vrf".to_owned(), key: key.clone() };
            let prefix_text = FieldValue::Text(prefix.to_string());
            Record {
                kind: "prefix".to_owned(),
                key: format!("{key}/{prefix}"),
                scope: scope.clone(),
                fields: Fields::from([("prefix".to_owned(), prefix_text), ("vrf".to_owned(), vrf)]),
            }
        });
        std::iter::once(vrf).chain(prefixes).collect::<Vec<_>>()
    };
    inventory.networks.iter().flat_map(of_network).collect()
}

impl SyncTarget for MemoryTarget {
    fn location(&self) -> &'static str {
        "memory"
    }

    fn kinds(&self) -> &[&'static str] {
        &KINDS
    }

    fn inventory_kinds(&self) -> &[Kind] {
        &[Kind::Networks]
    }

    fn maintained_fields(&self, _: &str) -> &[String] {
        &[]
    }

    fn map(&self, inventory: &Inventory) -> MappedRecords {
        MappedRecords { records: map_networks(inventory), ..MappedRecords::default() }
    }

    fn read<'a>(&'a self, _: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>> {
        let read = |(id, object): (&usize, &Object)| {
            let nowhere = Scope {
                provider: netcensus::model::Provider::External,
                account: "nowhere".to_owned(),
                region: None,
                kind: Kind::Networks,
            };
            let Object { kind, key, fields, mark, seen_at, marked_at, notes } = object.clone();
            let owner = mark.as_ref().map_or(Owner::Foreign, |mark| mark.owner(NAME));
            let scope = mark.map_or(nowhere, |mark| mark.scope);
            ExistingRecord {
                record: Record { kind, key, scope, fields },
                place: RecordPlace { id: id.to_string(), version: None },
                owner,
                seen_at,
                marked_at,
                additions: notes,
            }
        };
        Box::pin(ready(Ok(self.objects().iter().map(read).collect())))
    }

    fn apply<'a>(&'a self, plan: &'a SyncPlan, _: &'a dyn ApplyProgress) -> BoxFuture<'a, Vec<AppliedStep>> {
        let last = self.killed_after.unwrap_or(usize::MAX);
        let outcome = |(at, step): (usize, &Step)| {
            if at >= last {
                return AppliedStep::NotTried;
            }
            match self.do_step(step, plan) {
                Ok(true) => AppliedStep::Done,
                Ok(false) => AppliedStep::Overtaken,
                Err(reason) => AppliedStep::Failed(Diagnostic::new(reason)),
            }
        };
        Box::pin(ready(plan.steps.iter().enumerate().map(outcome).collect()))
    }

    fn confirm<'a>(
        &'a self,
        plan: &'a SyncPlan,
        _: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Result<(), Diagnostic>> {
        if self.killed_after.is_none() {
            let mut objects = self.objects();
            for seen in plan.confirmed.iter().chain(&plan.marked) {
                let object = seen.place.id.parse().ok().and_then(|id: usize| objects.get_mut(&id));
                if let Some(object) = object {
                    object.seen_at = object.seen_at.max(Some(plan.seen_at));
                }
            }
        }
        Box::pin(ready(Ok(())))
    }
}
