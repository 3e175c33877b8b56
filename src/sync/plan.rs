//! Compares what a registry has with what it is to have. Pure.
//!
//! A record of ours goes only where its scope was read completely and lacks it. What people made is never changed, unless
//! it contradicts nothing and `--adopt` is given, and never deleted.

use std::cmp::Reverse;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::record::{ExistingRecord, FieldValue, Owner, Record};
use super::steps::{
    Action, Conflict, ExceededLimit, FieldDifference, LeftAlone, LeftAloneReason, Seen, Share, Step, SyncPlan,
};
use super::target::Undetermined;
use crate::analysis::absence::AbsenceIndex;
use crate::analysis::diff::AbsenceEvidence;
use crate::diagnostic::Diagnostic;
use crate::model::{Inventory, Scope};

/// With fewer records than this of a kind, any number of them may go.
const LEAST_FOR_LIMIT: usize = 10;

/// What the user decides.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// How large a part of our records of a kind may go.
    pub max_delete: Share,
    /// How long a record stays after it was marked as deleted; `None` deletes at once what is not marked yet.
    pub keep_deleted: Option<SignedDuration>,
    /// Whether to take over what people made and what contradicts nothing.
    pub adopt: bool,
}

/// What a plan is made of.
pub struct SyncPlanInput<'a> {
    /// The name of the target in `netcensus.toml`.
    pub target: &'a str,
    /// The kinds of records in the order of their creation.
    pub kinds: &'a [&'static str],
    /// Tells of a kind and a field whether people maintain it.
    pub is_maintained: &'a dyn Fn(&str, &str) -> bool,
    /// What the registry is to have.
    pub wanted: &'a [Record],
    /// What cannot be told what it is to be: it is left as it is.
    pub undetermined: &'a [Undetermined],
    /// Wanted records that cannot be written whatever the registry has: what is there stays.
    pub conflicts: &'a [Conflict],
    /// The field that says which resource a record is of, if another one can take it over
    /// ([`resource_field`](super::SyncTarget::resource_field)).
    pub resource_field: Option<&'static str>,
    /// Lists the fields of a kind that no two records may have alike ([`unique_fields`](super::SyncTarget::unique_fields)).
    pub unique_fields: &'a dyn Fn(&str) -> &'static [&'static str],
    /// What it has.
    pub existing: &'a [ExistingRecord],
    /// What the wanted records were made of: its coverage tells what is gone.
    pub inventory: &'a Inventory,
    /// The time.
    pub now: Timestamp,
    /// What the user decides.
    pub options: PlanOptions,
}

/// Makes the plan. The same input gives the same plan, whatever the order of the records.
#[must_use]
pub fn plan(input: &SyncPlanInput<'_>) -> SyncPlan {
    let mut planner = SyncPlanner::new(input);
    planner.compare_wanted();
    planner.look_at_unwanted();
    planner.spare_what_is_in_use();
    // What is held back keeps what it has, which another record may need.
    while planner.hold_back_dependents() | planner.hold_back_what_is_taken() {}
    planner.finish()
}

type RecordKey<'a> = (&'a str, &'a str);

struct SyncPlanner<'a> {
    input: &'a SyncPlanInput<'a>,
    /// The existing record that counts for each key.
    by_key: HashMap<RecordKey<'a>, &'a ExistingRecord>,
    absence: AbsenceIndex<'a>,
    /// The newest inventory that a record of a scope was written from, or confirmed by.
    newest: HashMap<&'a Scope, Timestamp>,
    /// What is not ours and refers to a record, by that record.
    used_by_people: HashMap<(String, String), String>,
    steps: Vec<Step>,
    /// Records to be deleted.
    doomed: Vec<&'a ExistingRecord>,
    confirmed: Vec<Seen>,
    marked: Vec<Seen>,
    conflicts: Vec<Conflict>,
    left_alone: Vec<LeftAlone>,
}

impl<'a> SyncPlanner<'a> {
    fn new(input: &'a SyncPlanInput<'a>) -> Self {
        let mut existing: Vec<&ExistingRecord> = input.existing.iter().collect();
        // Several records may have one key. Ours come first, so that a copy that people made is never written to.
        existing.sort_by_key(|it| (precedence(&it.owner), &it.place.id));
        let mut left_alone = Vec::new();
        let mut by_key: HashMap<RecordKey<'_>, &ExistingRecord> = HashMap::new();
        let mut newest: HashMap<&Scope, Timestamp> = HashMap::new();
        for found in existing {
            if let Some(seen_at) = found.seen_at.filter(|_| is_ours(found)) {
                let newest = newest.entry(&found.record.scope).or_insert(seen_at);
                *newest = seen_at.max(*newest);
            }
            let key = (found.record.kind.as_str(), found.record.key.as_str());
            match by_key.entry(key) {
                Entry::Vacant(entry) => drop(entry.insert(found)),
                Entry::Occupied(_) => left_alone.push(left(found, reason_for_another(found))),
            }
        }
        Self {
            input,
            by_key,
            absence: AbsenceIndex::new(input.inventory),
            newest,
            used_by_people: used_by_people(input.existing),
            steps: Vec::new(),
            doomed: Vec::new(),
            confirmed: Vec::new(),
            marked: Vec::new(),
            conflicts: Vec::new(),
            left_alone,
        }
    }

    fn compare_wanted(&mut self) {
        for conflict in self.input.conflicts {
            self.by_key.remove(&(conflict.kind.as_str(), conflict.key.as_str()));
            self.conflicts.push(conflict.clone());
        }
        let mut keys: HashSet<RecordKey<'_>> = HashSet::new();
        for wanted in self.input.wanted {
            if !keys.insert((&wanted.kind, &wanted.key)) {
                let reason = "the inventory asks for two records with this key";
                self.conflicts.push(conflict(wanted, reason, Vec::new()));
                continue;
            }
            match self.by_key.remove(&(wanted.kind.as_str(), wanted.key.as_str())) {
                None => self.add(wanted),
                Some(found) => match &found.owner {
                    Owner::Ours | Owner::Adopted => self.update(wanted, found),
                    Owner::Foreign => self.adopt(wanted, found),
                    Owner::OtherTarget(name) => {
                        let reason = format!("belongs to the registry `{name}`");
                        self.conflicts.push(conflict(wanted, reason, Vec::new()));
                    }
                },
            }
        }
    }

    fn add(&mut self, wanted: &Record) {
        // A newer inventory was applied and this record is not there, so that inventory lacked it.
        if let Some(at) = self.newer_inventory(&wanted.scope) {
            let (kind, key) = (wanted.kind.clone(), wanted.key.clone());
            return self.left_alone.push(LeftAlone { kind, key, reason: LeftAloneReason::Newer(at) });
        }
        let nothing = &FieldValue::Empty;
        let given = wanted.fields.iter().map(|(field, to)| (field, to.given(nothing)));
        let given = given.filter(|(_, to)| to != nothing);
        let differences = given.map(|(field, to)| difference(field, nothing, &to)).collect();
        self.steps.push(step(Action::Create, wanted, None, differences));
    }

    fn update(&mut self, wanted: &Record, found: &ExistingRecord) {
        let newer = self.newer_inventory(&wanted.scope).or_else(|| self.newer_inventory(&found.record.scope));
        if let Some(at) = newer {
            return self.left_alone.push(left(found, LeftAloneReason::Newer(at)));
        }
        if let Some(reason) = self.reason_not_to_pass_on(wanted, found) {
            return self.left_alone.push(left(found, reason));
        }
        let differences = self.differences(wanted, found);
        let is_as_wanted =
            differences.is_empty() && found.marked_at.is_none() && found.record.scope == wanted.scope;
        if is_as_wanted {
            self.confirmed.push(seen(found));
        } else {
            self.steps.push(step(Action::Change, wanted, Some(found), differences));
        }
    }

    /// Says why a record does not pass from one resource to another: the first may still be there.
    fn reason_not_to_pass_on(&self, wanted: &Record, found: &ExistingRecord) -> Option<LeftAloneReason> {
        let field = self.input.resource_field?;
        if wanted.fields.get(field) == found.record.fields.get(field) {
            return None;
        }
        reason_to_doubt(&self.absence.evidence(&found.record.scope))
    }

    fn adopt(&mut self, wanted: &Record, found: &ExistingRecord) {
        let differences = self.differences(wanted, found);
        let contradicts = |it: &&FieldDifference| it.from != FieldValue::Empty;
        let contradictions: Vec<_> = differences.iter().filter(contradicts).cloned().collect();
        if !contradictions.is_empty() {
            let reason =
                Diagnostic::new("not made by netcensus, and different").remedy("change or delete it");
            self.conflicts.push(conflict(wanted, reason, contradictions));
        } else if self.input.options.adopt {
            self.steps.push(step(Action::Adopt, wanted, Some(found), differences));
        } else {
            self.left_alone.push(left(found, LeftAloneReason::EqualByHand));
        }
    }

    /// Lists the fields that are not as they should be, without those that people maintain.
    fn differences(&self, wanted: &Record, found: &ExistingRecord) -> Vec<FieldDifference> {
        let compared =
            wanted.fields.iter().filter(|(field, _)| !(self.input.is_maintained)(&wanted.kind, field));
        let pairs = compared.map(|(field, to)| (field, found.record.fields.get(field), to));
        pairs
            .map(|(field, from, to)| (field, from.unwrap_or(&FieldValue::Empty), to))
            .map(|(field, from, to)| (field, from, to.given(from)))
            .filter(|(_, from, to)| *from != to)
            .map(|(field, from, to)| difference(field, from, &to))
            .collect()
    }

    /// Holds back what refers to a wanted record that cannot be written, and so will not be there. Tells whether there was any.
    fn hold_back_dependents(&mut self) -> bool {
        let existing = self.input.existing.iter().filter(|it| is_ours(it)).map(|it| &it.record);
        let written = self.steps.iter().map(|step| &step.record);
        let mut there: HashSet<(String, String)> =
            existing.chain(written).map(|record| (record.kind.clone(), record.key.clone())).collect();
        // Anything else that records refer to is there before the plan: what people keep, and what `--init` creates.
        let wanted: HashSet<RecordKey<'_>> =
            self.input.wanted.iter().map(|it| (it.kind.as_str(), it.key.as_str())).collect();
        let conflicts = self.conflicts.len();
        loop {
            let missing = |step: &Step| {
                let references = step.record.references().filter(|_| !is_removal(step.action));
                references.filter(|key| wanted.contains(key)).find_map(|(kind, key)| {
                    let key = (kind.to_owned(), key.to_owned());
                    (!there.contains(&key)).then_some(key)
                })
            };
            let steps = std::mem::take(&mut self.steps).into_iter();
            let steps: Vec<_> = steps.map(|step| (missing(&step), step)).collect();
            let mut is_settled = true;
            for (missing, step) in steps {
                let Some((kind, key)) = missing else {
                    self.steps.push(step);
                    continue;
                };
                is_settled = false;
                if step.action != Action::Change {
                    there.remove(&(step.record.kind.clone(), step.record.key.clone()));
                }
                let reason = format!("refers to {kind} {key}, which netcensus does not manage");
                self.conflicts.push(conflict(&step.record, reason, Vec::new()));
            }
            if is_settled {
                return self.conflicts.len() > conflicts;
            }
        }
    }

    /// Holds back what would get a name, or another field that is unique, which a record keeps that this plan does not
    /// change: the registry would refuse it. Tells whether there was any.
    fn hold_back_what_is_taken(&mut self) -> bool {
        let taken = self.taken();
        let holder = |step: &Step| {
            let unique = (self.input.unique_fields)(&step.record.kind);
            let is_written = step.differences.iter().any(|it| unique.contains(&it.field.as_str()));
            let values =
                self.unique_values(&step.record).filter(|_| is_written && !is_removal(step.action))?;
            taken.get(&(step.record.kind.as_str(), values)).copied()
        };
        let holders: Vec<Option<&ExistingRecord>> = self.steps.iter().map(holder).collect();
        if holders.iter().all(Option::is_none) {
            return false;
        }
        let reasons: HashMap<String, &LeftAloneReason> =
            self.left_alone.iter().map(|it| (format!("{} {}", it.kind, it.key), &it.reason)).collect();
        let held_back: HashSet<String> =
            self.conflicts.iter().map(|it| format!("{} {}", it.kind, it.key)).collect();
        for (step, holder) in std::mem::take(&mut self.steps).into_iter().zip(holders) {
            match holder {
                None => self.steps.push(step),
                Some(holder) => {
                    let reason = self.taken_by(&step.record, holder, &reasons, &held_back);
                    self.conflicts.push(conflict(&step.record, reason, Vec::new()));
                }
            }
        }
        true
    }

    /// Returns the records that stay as they are, by what they have in unique fields.
    fn taken(&self) -> HashMap<(&'a str, Vec<String>), &'a ExistingRecord> {
        let doomed = self.doomed.iter().map(|it| (it.record.kind.as_str(), it.place.id.as_str()));
        let written = self
            .steps
            .iter()
            .filter_map(|it| Some((it.record.kind.as_str(), it.place.as_ref()?.id.as_str())));
        let changed: HashSet<(&str, &str)> = doomed.chain(written).collect();
        let existing = self.input.existing.iter();
        let stay = existing.filter(|it| !changed.contains(&(it.record.kind.as_str(), it.place.id.as_str())));
        stay.filter_map(|it| Some(((it.record.kind.as_str(), self.unique_values(&it.record)?), it))).collect()
    }

    /// Returns what a record has in the fields that are unique, if it has all of them.
    fn unique_values(&self, record: &Record) -> Option<Vec<String>> {
        let fields = (self.input.unique_fields)(&record.kind);
        let value = |name: &&str| match record.fields.get(*name) {
            None | Some(FieldValue::Empty) => None,
            Some(value) => Some(value.to_string().to_lowercase()),
        };
        let values: Option<Vec<String>> = fields.iter().map(value).collect();
        values.filter(|values| !values.is_empty())
    }

    /// Says that a record cannot be written because of another one that stays.
    fn taken_by(
        &self,
        wanted: &Record,
        holder: &ExistingRecord,
        reasons: &HashMap<String, &LeftAloneReason>,
        held_back: &HashSet<String>,
    ) -> Diagnostic {
        let field = (self.input.unique_fields)(&wanted.kind).first().copied().unwrap_or_default();
        let value = wanted.fields.get(field).unwrap_or(&FieldValue::Empty);
        let holder = format!("{} {}", holder.record.kind, holder.record.key);
        // What refers to it stays for a reason of its own.
        let mut chain = vec![&holder];
        let mut reason = reasons.get(&holder);
        while let Some(LeftAloneReason::InUse(by)) = reason
            && !chain.contains(&by)
        {
            chain.push(by);
            reason = reasons.get(by);
        }
        let stays = match chain.as_slice() {
            [_, .., last] => format!("which stays because {last} refers to it"),
            _ => "which stays".to_owned(),
        };
        let remedy = match reason {
            Some(LeftAloneReason::NotRead(_) | LeftAloneReason::OutOfScope(_)) => {
                "scan what is missing, and run sync again"
            }
            None if held_back.contains(&holder) => "resolve the conflict of that one first",
            _ => "delete or change that one in the registry",
        };
        let taken = Diagnostic::new(format!("the {field} {value} is that of {holder}, {stays}"));
        reason.map(ToString::to_string).into_iter().fold(taken, Diagnostic::with_cause).remedy(remedy)
    }

    /// Returns the time of a newer inventory than this one that was applied to a scope. What it did not write there was
    /// as it should be, or not there.
    fn newer_inventory(&self, scope: &Scope) -> Option<Timestamp> {
        self.newest.get(scope).copied().filter(|at| *at > self.input.inventory.taken_at)
    }

    /// Decides about the records that no wanted one corresponds to.
    fn look_at_unwanted(&mut self) {
        let undetermined: HashMap<RecordKey<'_>, &str> = self
            .input
            .undetermined
            .iter()
            .map(|it| ((it.kind.as_str(), it.key.as_str()), it.reason.as_str()))
            .collect();
        let mut evidence: HashMap<&Scope, AbsenceEvidence> = HashMap::new();
        let mut unwanted: Vec<&ExistingRecord> = self.by_key.values().copied().collect();
        unwanted.sort_by_key(|it| (&it.record.kind, &it.record.key));
        for found in unwanted {
            let scope = &found.record.scope;
            let evidence = evidence.entry(scope).or_insert_with(|| self.absence.evidence(scope));
            let kind = found.record.kind.as_str();
            let resource = self.input.resource_field.and_then(|field| found.record.fields.get(field));
            let doubt = undetermined.get(&(kind, found.record.key.as_str())).or(match resource {
                Some(FieldValue::Text(resource)) => undetermined.get(&(kind, resource.as_str())),
                _ => None,
            });
            let doubt = doubt.map(|reason| AbsenceEvidence::Unknown((*reason).to_owned()));
            match self.reason_to_stay(found, doubt.as_ref().unwrap_or(evidence)) {
                Some(reason) => self.left_alone.push(left(found, reason)),
                None => self.remove(found),
            }
        }
    }

    fn reason_to_stay(&self, found: &ExistingRecord, evidence: &AbsenceEvidence) -> Option<LeftAloneReason> {
        match &found.owner {
            Owner::Foreign => return Some(LeftAloneReason::ByHand),
            Owner::OtherTarget(name) => return Some(LeftAloneReason::OtherTarget(name.clone())),
            Owner::Adopted => return Some(LeftAloneReason::Adopted),
            Owner::Ours => {}
        }
        if !self.input.kinds.contains(&found.record.kind.as_str()) {
            return Some(LeftAloneReason::LeftOut);
        }
        if let Some(at) = self.newer_inventory(&found.record.scope) {
            return Some(LeftAloneReason::Newer(at));
        }
        reason_to_doubt(evidence)
    }

    /// Marks or deletes a record whose resource is gone. What people hung on it is an addition too.
    fn remove(&mut self, found: &'a ExistingRecord) {
        let used_by = self.used_by_people.get(&(found.record.kind.clone(), found.record.key.clone()));
        let additions: Vec<String> = found.additions.iter().chain(used_by).cloned().collect();
        let has_additions = !additions.is_empty();
        let keep = self.input.options.keep_deleted;
        let until = |marked_at: Timestamp| keep.and_then(|keep| marked_at.checked_add(keep).ok());
        let reason = match found.marked_at {
            // What people added is kept, and the record says that the resource is gone.
            None if has_additions || keep.is_some() => {
                let mut mark = step(Action::Mark, &found.record, Some(found), Vec::new());
                mark.delete_after = until(self.input.now).filter(|_| !has_additions);
                return self.steps.push(mark);
            }
            Some(_) if has_additions => LeftAloneReason::Additions(additions),
            // Another run marked it to keep it for a while.
            Some(_) if keep.is_none() => LeftAloneReason::Marked,
            Some(marked_at) => match until(marked_at).filter(|until| *until > self.input.now) {
                Some(until) => LeftAloneReason::KeptUntil(until),
                None => return self.doomed.push(found),
            },
            None => return self.doomed.push(found),
        };
        self.marked.push(seen(found));
        self.left_alone.push(left(found, reason));
    }

    /// Keeps what a record that stays refers to. What has to stay for that keeps what it refers to as well.
    fn spare_what_is_in_use(&mut self) {
        let place = |it: &'a ExistingRecord| (it.record.kind.as_str(), it.place.id.as_str());
        let doomed: HashSet<(&str, &str)> = self.doomed.iter().map(|it| place(it)).collect();
        let stays = |it: &&'a ExistingRecord| !doomed.contains(&place(it));
        let mut used_by: BTreeMap<(String, String), String> = BTreeMap::new();
        let wanted: HashMap<RecordKey<'_>, &Record> = self
            .input
            .wanted
            .iter()
            .map(|record| ((record.kind.as_str(), record.key.as_str()), record))
            .collect();
        for found in self.input.existing.iter().filter(stays) {
            let key = (found.record.kind.as_str(), found.record.key.as_str());
            let wanted = wanted.get(&key).filter(|_| is_ours(found));
            self.add_references(found, wanted.copied(), &mut used_by);
        }
        loop {
            let is_used =
                |it: &&ExistingRecord| used_by.contains_key(&(it.record.kind.clone(), it.record.key.clone()));
            let (used, doomed): (Vec<_>, Vec<_>) =
                std::mem::take(&mut self.doomed).into_iter().partition(is_used);
            self.doomed = doomed;
            if used.is_empty() {
                return;
            }
            for found in used {
                let by = used_by.get(&(found.record.kind.clone(), found.record.key.clone()));
                let reason = LeftAloneReason::InUse(by.cloned().unwrap_or_default());
                self.left_alone.push(left(found, reason));
                self.add_references(found, None, &mut used_by);
            }
        }
    }

    /// Adds what a record that stays refers to once the plan is applied.
    fn add_references(
        &self,
        found: &ExistingRecord,
        wanted: Option<&Record>,
        used_by: &mut BTreeMap<(String, String), String>,
    ) {
        let mut after = found.record.clone();
        for (field, value) in wanted.into_iter().flat_map(|record| &record.fields) {
            if !(self.input.is_maintained)(&found.record.kind, field) {
                let there = found.record.fields.get(field).unwrap_or(&FieldValue::Empty);
                after.fields.insert(field.clone(), value.given(there));
            }
        }
        let by = format!("{} {}", found.record.kind, found.record.key);
        for (kind, key) in after.references() {
            used_by.entry((kind.to_owned(), key.to_owned())).or_insert_with(|| by.clone());
        }
    }

    fn finish(mut self) -> SyncPlan {
        let doomed = std::mem::take(&mut self.doomed);
        let exceeded_limits = self.exceeded_limits(&doomed);
        self.steps.extend(doomed.iter().map(|it| step(Action::Delete, &it.record, Some(it), Vec::new())));
        let kinds = self.input.kinds;
        let position = |kind: &str| kinds.iter().position(|known| *known == kind).unwrap_or(kinds.len());
        let (mut writes, mut removals): (Vec<Step>, Vec<Step>) =
            self.steps.into_iter().partition(|step| !is_removal(step.action));
        writes.sort_by(|a, b| order(a, &position).cmp(&order(b, &position)));
        // Kinds are in the order of creation, and removals in the opposite one: a registry refuses to delete what others
        // refer to.
        removals.sort_by(|a, b| {
            let key = |step: &Step| (Reverse(position(&step.record.kind)), step.record.key.clone());
            key(a).cmp(&key(b))
        });
        writes.append(&mut removals);
        for seen in [&mut self.confirmed, &mut self.marked] {
            seen.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
        }
        self.conflicts.sort_by(|a, b| (&a.kind, &a.key).cmp(&(&b.kind, &b.key)));
        self.left_alone
            .sort_by(|a, b| (&a.kind, &a.key, a.reason.code()).cmp(&(&b.kind, &b.key, b.reason.code())));
        SyncPlan {
            target: self.input.target.to_owned(),
            seen_at: self.input.inventory.taken_at,
            planned_at: self.input.now,
            steps: writes,
            confirmed: self.confirmed,
            marked: self.marked,
            conflicts: self.conflicts,
            left_alone: self.left_alone,
            exceeded_limits,
        }
    }

    /// Tells of which kinds too many records would go, of those that are not marked yet: what goes after it was marked was
    /// counted when it was marked.
    fn exceeded_limits(&self, doomed: &[&ExistingRecord]) -> Vec<ExceededLimit> {
        let max_delete = self.input.options.max_delete.percent;
        let kinds: BTreeSet<&str> = self.input.existing.iter().map(|it| it.record.kind.as_str()).collect();
        let exceeded = |kind: &str| {
            let unmarked = |it: &ExistingRecord| it.record.kind == kind && it.marked_at.is_none();
            let ours = self.input.existing.iter().filter(|it| it.owner == Owner::Ours && unmarked(it));
            let doomed = doomed.iter().filter(|it| unmarked(it));
            let marks = self.steps.iter().filter(|it| it.action == Action::Mark && it.record.kind == kind);
            let (total, removed) = (ours.count(), doomed.count() + marks.count());
            let is_too_much = total >= LEAST_FOR_LIMIT && removed * 100 > total * usize::from(max_delete);
            is_too_much.then(|| ExceededLimit { kind: kind.to_owned(), removed, total, max_delete })
        };
        kinds.into_iter().filter_map(exceeded).collect()
    }
}

/// Lists what is not ours and refers to something, by what it refers to.
fn used_by_people(existing: &[ExistingRecord]) -> HashMap<(String, String), String> {
    let mut used = HashMap::new();
    for found in existing.iter().filter(|found| !is_ours(found)) {
        let by = format!("{} {}", found.record.kind, found.record.key);
        for (kind, key) in found.record.references() {
            used.entry((kind.to_owned(), key.to_owned())).or_insert_with(|| by.clone());
        }
    }
    used
}

/// Says why it is not certain that a resource is gone.
fn reason_to_doubt(evidence: &AbsenceEvidence) -> Option<LeftAloneReason> {
    match evidence {
        AbsenceEvidence::Proven => None,
        AbsenceEvidence::Unknown(reason) => Some(LeftAloneReason::NotRead(reason.clone())),
        AbsenceEvidence::OutOfScope(reason) => Some(LeftAloneReason::OutOfScope(reason.clone())),
    }
}

const fn is_removal(action: Action) -> bool {
    matches!(action, Action::Mark | Action::Delete)
}

fn order<'s>(step: &'s Step, position: &impl Fn(&str) -> usize) -> (usize, &'s str) {
    (position(&step.record.kind), &step.record.key)
}

/// Ranks the owners of several records with one key. The record with the smallest number is the one that counts.
const fn precedence(owner: &Owner) -> u8 {
    match owner {
        Owner::Ours => 0,
        Owner::Adopted => 1,
        Owner::OtherTarget(_) => 2,
        Owner::Foreign => 3,
    }
}

const fn is_ours(found: &ExistingRecord) -> bool {
    matches!(found.owner, Owner::Ours | Owner::Adopted)
}

fn reason_for_another(found: &ExistingRecord) -> LeftAloneReason {
    match &found.owner {
        Owner::Ours | Owner::Adopted => LeftAloneReason::Duplicate,
        Owner::OtherTarget(name) => LeftAloneReason::OtherTarget(name.clone()),
        Owner::Foreign => LeftAloneReason::ByHand,
    }
}

fn seen(found: &ExistingRecord) -> Seen {
    let Record { kind, key, .. } = &found.record;
    Seen { kind: kind.clone(), key: key.clone(), place: found.place.clone(), seen_at: found.seen_at }
}

fn left(found: &ExistingRecord, reason: LeftAloneReason) -> LeftAlone {
    LeftAlone { kind: found.record.kind.clone(), key: found.record.key.clone(), reason }
}

fn conflict(wanted: &Record, reason: impl Into<Diagnostic>, differences: Vec<FieldDifference>) -> Conflict {
    Conflict::new(&wanted.kind, &wanted.key, reason, differences)
}

fn difference(field: &str, from: &FieldValue, to: &FieldValue) -> FieldDifference {
    FieldDifference { field: field.to_owned(), from: from.clone(), to: to.clone() }
}

fn step(
    action: Action,
    record: &Record,
    found: Option<&ExistingRecord>,
    differences: Vec<FieldDifference>,
) -> Step {
    Step {
        action,
        record: record.clone(),
        place: found.map(|found| found.place.clone()),
        differences,
        is_adopted: action == Action::Adopt || found.is_some_and(|found| found.owner == Owner::Adopted),
        delete_after: None,
    }
}

#[cfg(test)]
mod tests;
