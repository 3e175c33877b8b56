//! Plans of records that are made by hand.

use std::collections::BTreeMap;

use super::*;
use crate::model::{Coverage, Kind, Outcome, Provider, Resources, Subject};
use crate::sync::RecordPlace;

const KINDS: [&str; 2] = ["vrf", "prefix"];
const RESOURCE: &str = "resource";

fn time(hour: u8) -> Timestamp {
    format!("2026-11-27T{hour:02}:00:00Z").parse().unwrap()
}

fn scope(region: &str) -> Scope {
    Scope {
        provider: Provider::Aws,
        account: "111111111111".to_owned(),
        region: Some(region.to_owned()),
        kind: Kind::Networks,
    }
}

fn inventory(outcome: Outcome) -> Inventory {
    let coverage = Coverage {
        provider: Provider::Aws,
        account: "111111111111".to_owned(),
        region: Some("eu-west-1".to_owned()),
        kind: Subject::Networks,
        outcome,
        detail: None,
        requests: 1,
        duration_ms: 1,
    };
    Inventory::assemble("test".to_owned(), time(12), Vec::new(), Resources::default(), vec![coverage])
}

fn record(kind: &str, key: &str, fields: &[(&str, FieldValue)]) -> Record {
    let fields: BTreeMap<_, _> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    Record { kind: kind.to_owned(), key: key.to_owned(), scope: scope("eu-west-1"), fields }
}

fn text(text: &str) -> FieldValue {
    FieldValue::from_text(Some(text))
}

fn existing(record: Record, owner: Owner) -> ExistingRecord {
    let place = RecordPlace { id: format!("id of {}", record.key), version: None };
    ExistingRecord { record, place, owner, seen_at: None, marked_at: None, additions: Vec::new() }
}

struct Case {
    wanted: Vec<Record>,
    undetermined: Vec<Undetermined>,
    conflicts: Vec<Conflict>,
    existing: Vec<ExistingRecord>,
    outcome: Outcome,
    options: PlanOptions,
}

impl Case {
    fn new(wanted: &[Record], existing: &[ExistingRecord]) -> Self {
        Self {
            wanted: wanted.to_vec(),
            undetermined: Vec::new(),
            conflicts: Vec::new(),
            existing: existing.to_vec(),
            outcome: Outcome::Complete,
            options: PlanOptions::default(),
        }
    }

    fn plan(&self) -> SyncPlan {
        plan(&SyncPlanInput {
            target: "test",
            kinds: &KINDS,
            is_maintained: &|_, field| field == "description",
            wanted: &self.wanted,
            undetermined: &self.undetermined,
            conflicts: &self.conflicts,
            resource_field: Some(RESOURCE),
            unique_fields: &|kind| if kind == "vrf" { &["label", "group"] } else { &[] },
            existing: &self.existing,
            inventory: &inventory(self.outcome),
            now: time(13),
            options: self.options,
        })
    }

    fn reasons(&self) -> Vec<&'static str> {
        self.plan().left_alone.iter().map(|left| left.reason.code()).collect()
    }

    /// Returns actions and keys.
    fn steps(&self) -> Vec<(Action, String)> {
        self.plan().steps.into_iter().map(|step| (step.action, step.record.key)).collect()
    }
}

#[test]
fn records_go_only_where_their_scope_was_read_completely() {
    let gone = existing(record("vrf", "a", &[]), Owner::Ours);
    let mut case = Case::new(&[], std::slice::from_ref(&gone));
    assert_eq!(case.steps(), [(Action::Delete, "a".to_owned())]);
    for outcome in [Outcome::Denied, Outcome::Failed, Outcome::TimedOut, Outcome::Throttled] {
        case.outcome = outcome;
        assert_eq!((case.steps().len(), case.reasons()), (0, vec!["not-read"]), "{outcome:?}");
    }
    let mut elsewhere = gone;
    elsewhere.record.scope = scope("us-east-1");
    assert_eq!(Case::new(&[], &[elsewhere]).reasons(), ["out-of-scope"]);
}

#[test]
fn only_what_differs_is_changed_and_never_what_people_maintain_or_what_is_not_known() {
    let wanted =
        record("vrf", "a", &[("name", text("x")), ("description", text("x")), ("role", FieldValue::Empty)]);
    let there = record(
        "vrf",
        "a",
        &[("name", text("y")), ("description", text("y")), ("role", text("y")), ("site", text("y"))],
    );
    let case = Case::new(std::slice::from_ref(&wanted), &[existing(there, Owner::Ours)]);
    let changed: Vec<String> = case.plan().steps[0]
        .differences
        .iter()
        .map(|it| format!("{}: {} -> {}", it.field, it.from, it.to))
        .collect();
    assert_eq!(changed, ["name: y -> x", "role: y -> nothing"], "site is not wanted, so not known");
    let same = Case::new(std::slice::from_ref(&wanted), &[existing(wanted.clone(), Owner::Ours)]);
    assert!(same.plan().is_empty());
    assert_eq!(same.plan().confirmed.len(), 1);
}

#[test]
fn what_people_made_is_never_changed_and_what_was_adopted_is_never_deleted() {
    let wanted = record("vrf", "a", &[("name", text("x")), ("state", text("y"))]);
    let by_hand = |fields: &[(&str, FieldValue)]| existing(record("vrf", "a", fields), Owner::Foreign);
    let equal = by_hand(&[("name", text("x"))]);
    let different = by_hand(&[("name", text("other"))]);
    for adopt in [false, true] {
        let mut case = Case::new(std::slice::from_ref(&wanted), std::slice::from_ref(&different));
        case.options.adopt = adopt;
        assert_eq!((case.steps().len(), case.plan().conflicts.len()), (0, 1), "it contradicts");
        let mut case = Case::new(&[], std::slice::from_ref(&equal));
        case.options.adopt = adopt;
        assert_eq!((case.steps().len(), case.reasons()), (0, vec!["by-hand"]));
    }
    let mut case = Case::new(std::slice::from_ref(&wanted), std::slice::from_ref(&equal));
    assert_eq!((case.steps().len(), case.reasons()), (0, vec!["equal-by-hand"]));
    case.options.adopt = true;
    let plan = case.plan();
    assert_eq!(plan.steps[0].action, Action::Adopt);
    assert_eq!(plan.steps[0].differences.len(), 1, "only the field that it lacks");
    let adopted = existing(wanted, Owner::Adopted);
    assert_eq!(Case::new(&[], &[adopted]).reasons(), ["adopted"]);
}

#[test]
fn records_of_another_target_are_in_the_way() {
    let wanted = record("vrf", "a", &[]);
    let others = existing(wanted.clone(), Owner::OtherTarget("lab".to_owned()));
    let plan = Case::new(&[wanted], std::slice::from_ref(&others)).plan();
    assert_eq!((plan.steps.len(), plan.conflicts[0].reason.as_str()), (0, "belongs to the registry `lab`"));
    assert_eq!(Case::new(&[], &[others]).reasons(), ["other-target"]);
}

#[test]
fn an_older_run_changes_nothing_that_a_newer_one_confirmed_or_deleted() {
    let wanted = [record("vrf", "a", &[("name", text("old"))]), record("vrf", "deleted-since", &[])];
    let mut newer = existing(record("vrf", "a", &[("name", text("new"))]), Owner::Ours);
    newer.seen_at = Some(time(13));
    let mut gone = existing(record("vrf", "b", &[]), Owner::Ours);
    gone.seen_at = Some(time(13));
    let mut marked = existing(record("vrf", "marked-since", &[]), Owner::Ours);
    marked.marked_at = Some(time(13));
    let wanted: Vec<Record> = wanted.into_iter().chain([marked.record.clone()]).collect();
    let case = Case::new(&wanted, &[newer, gone, marked]);
    assert_eq!((case.steps(), case.reasons()), (vec![], vec!["newer"; 4]));
}

#[test]
fn marked_records_are_deleted_later_and_return_before() {
    let mut case = Case::new(&[], &[existing(record("vrf", "a", &[]), Owner::Ours)]);
    case.options.keep_deleted = Some(SignedDuration::from_hours(2));
    let plan = case.plan();
    assert_eq!((plan.steps[0].action, plan.steps[0].delete_after), (Action::Mark, Some(time(15))));
    case.existing[0].marked_at = Some(time(12));
    assert_eq!(case.reasons(), ["kept"]);
    assert_eq!(case.plan().marked.len(), 1, "this inventory lacks it too, which an older one may not");
    case.wanted = vec![record("vrf", "a", &[])];
    assert_eq!(case.steps(), [(Action::Change, "a".to_owned())], "it is back");
    case.wanted.clear();
    case.existing[0].marked_at = Some(time(10));
    assert_eq!(case.steps(), [(Action::Delete, "a".to_owned())]);
}

#[test]
fn a_record_that_people_added_something_to_is_marked_and_stays() {
    let mut found = existing(record("vrf", "a", &[]), Owner::Ours);
    found.additions = vec!["Notes".to_owned()];
    let mut case = Case::new(&[], &[found]);
    assert_eq!(case.plan().steps[0].action, Action::Mark);
    assert_eq!(case.plan().steps[0].delete_after, None);
    case.existing[0].marked_at = Some(time(1));
    assert_eq!((case.steps().len(), case.reasons()), (0, vec!["additions"]));
}

#[test]
fn what_is_created_first_is_deleted_last_and_never_while_it_is_in_use() {
    let of = |key: &str| FieldValue::Reference { kind: "vrf".to_owned(), key: key.to_owned() };
    let wanted = [record("prefix", "p", &[("vrf", of("a"))]), record("vrf", "a", &[])];
    let case = Case::new(&wanted, &[]);
    assert_eq!(case.steps(), [(Action::Create, "a".to_owned()), (Action::Create, "p".to_owned())]);
    let ours: Vec<_> = wanted.iter().cloned().map(|record| existing(record, Owner::Ours)).collect();
    let case = Case::new(&[], &ours);
    assert_eq!(case.steps(), [(Action::Delete, "p".to_owned()), (Action::Delete, "a".to_owned())]);
    let mut by_hand = ours.clone();
    by_hand[0].owner = Owner::Foreign;
    let mut case = Case::new(&[], &by_hand);
    assert_eq!((case.steps(), case.reasons()), (vec![(Action::Mark, "a".to_owned())], vec!["by-hand"]));
    case.existing[1].marked_at = Some(time(1));
    assert_eq!((case.steps(), case.reasons()), (vec![], vec!["by-hand", "additions"]));
    // Of what is ours and stays it does not depend on people when it goes.
    let mut not_read = ours.clone();
    not_read[0].record.scope = scope("us-east-1");
    assert_eq!(Case::new(&[], &not_read).reasons(), ["out-of-scope", "in-use"]);
    // What referred to it refers to another one after this plan.
    let moved = [record("prefix", "p", &[("vrf", of("b"))]), record("vrf", "b", &[])];
    let actions: Vec<Action> = Case::new(&moved, &ours).steps().into_iter().map(|step| step.0).collect();
    assert_eq!(actions, [Action::Create, Action::Change, Action::Delete]);
}

#[test]
fn what_refers_to_something_of_people_is_a_conflict_and_so_is_what_refers_to_that() {
    let of = |kind: &str, key: &str| FieldValue::Reference { kind: kind.to_owned(), key: key.to_owned() };
    let wanted = [
        record("vrf", "a", &[]),
        record("prefix", "p", &[("vrf", of("vrf", "a"))]),
        record("prefix", "inner", &[("parent", of("prefix", "p"))]),
    ];
    let by_hand = existing(record("vrf", "a", &[]), Owner::Foreign);
    let mut case = Case::new(&wanted, &[by_hand]);
    let plan = case.plan();
    assert_eq!((plan.steps.len(), plan.conflicts.len()), (0, 2));
    assert_eq!(plan.conflicts[1].reason, "refers to vrf a, which netcensus does not manage");
    case.options.adopt = true;
    assert_eq!(case.steps().len(), 3, "taken over, it is there");
}

#[test]
fn too_many_removals_are_refused_from_ten_records_on() {
    let ours = |count: usize| -> Vec<_> {
        (0..count).map(|i| existing(record("vrf", &format!("{i:02}"), &[]), Owner::Ours)).collect()
    };
    assert_eq!(Case::new(&[], &ours(9)).plan().exceeded_limits, []);
    let mut case = Case::new(&[], &ours(10));
    let limit = &case.plan().exceeded_limits[0];
    assert_eq!(limit.to_string(), "10 of 10 records of the kind vrf would be removed, more than 20 %");
    case.wanted = case.existing.iter().skip(2).map(|it| it.record.clone()).collect();
    assert_eq!(case.plan().exceeded_limits, [], "20 % is allowed");
    case.wanted.pop();
    assert_eq!(case.plan().exceeded_limits.len(), 1);
    case.options.keep_deleted = Some(SignedDuration::from_hours(2));
    assert_eq!(case.plan().exceeded_limits.len(), 1, "marks count");
    case.existing.iter_mut().for_each(|it| it.marked_at = Some(time(1)));
    case.wanted.clear();
    assert_eq!(case.plan().exceeded_limits, [], "they were counted when they were marked");
    case.existing.iter_mut().for_each(|it| it.marked_at = None);
    case.options = PlanOptions { max_delete: Share { percent: 100 }, ..PlanOptions::default() };
    assert_eq!(case.plan().exceeded_limits, []);
}

#[test]
fn of_several_records_with_one_key_ours_counts() {
    let wanted = record("vrf", "a", &[]);
    let mut other = existing(wanted.clone(), Owner::Ours);
    other.place.id = "z".to_owned();
    let all = [existing(wanted.clone(), Owner::Foreign), other, existing(wanted.clone(), Owner::Ours)];
    assert_eq!(Case::new(std::slice::from_ref(&wanted), &all).reasons(), ["by-hand", "duplicate"]);
    let twice = [wanted.clone(), wanted];
    assert_eq!(Case::new(&twice, &[]).plan().conflicts.len(), 1);
}

/// A shared subnet that could not be read leaves the mask of an address in it unknown, although the interface was read.
#[test]
fn what_depends_on_something_that_was_not_read_stays() {
    let gone = existing(record("prefix", "a", &[]), Owner::Ours);
    let mut case = Case::new(&[], &[gone]);
    case.undetermined = vec![Undetermined {
        kind: "prefix".to_owned(),
        key: "a".to_owned(),
        reason: "its subnet was not read".to_owned(),
    }];
    assert_eq!(case.steps(), []);
    assert_eq!(case.reasons(), ["not-read"]);
    case.undetermined[0].kind = "vrf".to_owned();
    assert_eq!(case.steps(), [(Action::Delete, "a".to_owned())], "it is of that kind only");
}

fn of_resource(resource: &str) -> Record {
    record("vrf", "web", &[(RESOURCE, text(resource))])
}

#[test]
fn a_record_passes_to_another_resource_only_where_the_first_is_gone() {
    let mut case = Case::new(&[of_resource("i-2")], &[existing(of_resource("i-1"), Owner::Ours)]);
    assert_eq!(case.steps(), [(Action::Change, "web".to_owned())]);
    case.outcome = Outcome::Denied;
    assert_eq!((case.steps().len(), case.reasons()), (0, vec!["not-read"]));
}

#[test]
fn records_of_a_resource_that_is_not_determined_stay() {
    let mut case = Case::new(&[], &[existing(of_resource("i-1"), Owner::Ours)]);
    let reason = "its addresses are not known".to_owned();
    case.undetermined = vec![Undetermined { kind: "vrf".to_owned(), key: "i-1".to_owned(), reason }];
    assert_eq!((case.steps().len(), case.reasons()), (0, vec!["not-read"]));
}

#[test]
fn a_record_that_several_resources_ask_for_stays_as_it_is() {
    let mut case = Case::new(&[], &[existing(of_resource("i-1"), Owner::Ours)]);
    let reason = "2 machines have this name".to_owned();
    let (kind, key) = ("vrf".to_owned(), "web".to_owned());
    case.conflicts = vec![Conflict { kind, key, reason, differences: Vec::new() }];
    let plan = case.plan();
    assert_eq!((plan.steps.len(), plan.left_alone.len(), plan.conflicts), (0, 0, case.conflicts));
}

fn labelled(key: &str, label: &str) -> Record {
    record("vrf", key, &[("label", text(label)), ("group", text("g"))])
}

#[test]
fn a_name_that_a_record_keeps_is_a_conflict_and_so_is_what_refers_to_that_record() {
    let of = |key: &str| FieldValue::Reference { kind: "vrf".to_owned(), key: key.to_owned() };
    let old = existing(labelled("old", "Web"), Owner::Ours);
    let mut member = existing(record("prefix", "member", &[("vrf", of("old"))]), Owner::Ours);
    member.record.scope = scope("us-east-1");
    let wanted = [labelled("new", "web"), record("prefix", "p", &[("vrf", of("new"))])];
    let case = Case::new(&wanted, &[old.clone(), member]);
    let plan = case.plan();
    assert_eq!((plan.steps.len(), case.reasons()), (0, vec!["out-of-scope", "in-use"]));
    assert_eq!(plan.conflicts[0].reason, "refers to vrf new, which netcensus does not manage");
    let expected = "the label web is that of vrf old, which stays because prefix member refers to it: \
                    not in the inventory, but not in its scope: ";
    let reason = &plan.conflicts[1].reason;
    assert!(
        reason.starts_with(expected) && reason.ends_with(" (scan what is missing, and run sync again)"),
        "{reason}"
    );
    // Without the other one it goes, and gives the name away.
    assert_eq!(Case::new(&wanted, std::slice::from_ref(&old)).steps().len(), 3);
    let mut elsewhere = labelled("new", "web");
    elsewhere.fields.insert("group".to_owned(), text("h"));
    assert_eq!(Case::new(&[elsewhere, old.record.clone()], &[old]).steps().len(), 1);
}

/// What is held back keeps its own name, which another one may need.
#[test]
fn a_record_that_cannot_be_renamed_keeps_its_name() {
    let ours = [("a", "one"), ("b", "two")].map(|(key, label)| existing(labelled(key, label), Owner::Ours));
    let by_hand = existing(labelled("by hand", "three"), Owner::Foreign);
    let wanted = [labelled("a", "two"), labelled("b", "three"), labelled("c", "one")];
    let case = Case::new(&wanted, &[ours[0].clone(), ours[1].clone(), by_hand]);
    let plan = case.plan();
    assert_eq!((plan.steps.len(), plan.conflicts.len()), (0, 3));
    assert_eq!(
        plan.conflicts[1].reason,
        "the label three is that of vrf by hand, which stays: not made by netcensus, and not in the inventory (delete \
         or change that one in the registry)"
    );
    assert_eq!(
        plan.conflicts[2].reason,
        "the label one is that of vrf a, which stays (resolve the conflict of that one first)"
    );
    let names: Vec<_> = Case::new(&wanted, &ours).steps();
    assert_eq!(names.len(), 3, "each gets the name that another gives away");
}

/// Another run keeps them for a while.
#[test]
fn a_run_that_keeps_nothing_deletes_nothing_that_is_marked() {
    let mut found = existing(record("vrf", "a", &[]), Owner::Ours);
    found.marked_at = Some(time(1));
    let case = Case::new(&[], &[found]);
    assert_eq!((case.steps(), case.reasons()), (vec![], vec!["marked"]));
}

#[test]
fn marked_records_do_not_count_for_the_limit() {
    let mut ours: Vec<_> =
        (0..100).map(|i| existing(record("vrf", &format!("{i:03}"), &[]), Owner::Ours)).collect();
    ours[..80].iter_mut().for_each(|it| it.marked_at = Some(time(12)));
    let wanted: Vec<_> = ours[90..].iter().map(|it| it.record.clone()).collect();
    let limits = Case::new(&wanted, &ours).plan().exceeded_limits;
    assert_eq!((limits[0].removed, limits[0].total), (10, 20));
}

#[test]
fn records_of_a_kind_that_is_left_out_stay_and_keep_what_they_refer_to() {
    let of = FieldValue::Reference { kind: "vrf".to_owned(), key: "a".to_owned() };
    let ours = [
        existing(record("left-out", "b", &[("vrf", of)]), Owner::Ours),
        existing(record("vrf", "a", &[]), Owner::Ours),
    ];
    let case = Case::new(&[], &ours);
    assert_eq!((case.steps(), case.reasons()), (vec![], vec!["left-out", "in-use"]));
}
