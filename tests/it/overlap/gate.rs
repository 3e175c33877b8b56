//! The order of findings, the baseline and the gate.

use netcensus::analysis::overlap::{
    AllowUse, Baseline, CoverageGaps, Finding, FindingStatus, Findings, GateInput, GateResult, apply_gate,
};
use netcensus::model::{
    Class, Coverage, Covers, Inventory, Kind, Level, Outcome, PlannedChanges, PlannedKind, Provider, Subject,
    UnknownValue,
};

use super::estate::{Estate, allow, called, default_vpc, line, peering, planned, range, subnet, vpc};

const POLICY: GateInput<'_> = GateInput {
    kinds: &[Kind::Networks],
    fail_on: &Class::FAILING,
    allow_incomplete: false,
    interrupted: false,
    baseline: None,
    about: &[],
};

/// Judges an estate all of which was read.
fn judged(estate: &Estate, baseline: Option<&Baseline>, policy: GateInput<'_>) -> Findings {
    judged_with(estate, baseline, vec![scope(Subject::Networks, Outcome::Complete)], policy)
}

fn judged_with(
    estate: &Estate,
    baseline: Option<&Baseline>,
    coverage: Vec<Coverage>,
    policy: GateInput<'_>,
) -> Findings {
    let inventory = Inventory { coverage, ..estate.inventory() };
    let input = estate.input(&inventory);
    let policy = GateInput { baseline, ..policy };
    apply_gate(estate.find(), input, CoverageGaps::new(input, policy), policy)
}

fn scope(kind: Subject, outcome: Outcome) -> Coverage {
    Coverage {
        provider: Provider::Aws,
        account: "111111111111".into(),
        region: Some("eu-west-1".into()),
        kind,
        outcome,
        detail: None,
        requests: 1,
        duration_ms: 1,
    }
}

fn two() -> Estate {
    Estate::of(["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.0.0.0/16"])).into())
}

fn found(estate: &Estate) -> Vec<Finding> {
    estate.find().findings
}

#[test]
fn findings_come_failing_first_then_worst_then_largest_then_with_most_members() {
    let joined = ["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.9.0.0/24"]));
    let mut networks = vec![default_vpc("vpc-c"), default_vpc("vpc-d")];
    let more = [("e", "10.1.0.0/16"), ("f", "10.1.0.0/16"), ("g", "10.2.0.0/16"), ("h", "10.2.0.0/16")];
    networks.extend(more.map(|(id, prefix)| vpc(id, &[prefix])));
    networks.extend(["i", "j", "k"].map(|id| vpc(id, &["10.3.0.0/16"])));
    networks.extend(["l", "m"].map(|id| vpc(id, &["10.4.0.0/15"])));
    networks.extend(["n", "o"].map(|id| vpc(id, &["10.12.0.0/14"])));
    let links = vec![peering(&joined[0], &joined[1])];
    networks.extend(joined);
    let ranges = vec![range("dc", "10.4.0.0/24")];
    let allow = vec![allow(3, Covers::Any(called("n")))];
    let estate = Estate { links, ranges, allow, ..Estate::of(networks) };
    let findings = judged(&estate, None, POLICY);
    assert_eq!(
        findings.findings.iter().map(line).collect::<Vec<_>>(),
        [
            "connected 10.9.0.0/24: vpc-a, vpc-b",
            "external 10.4.0.0/24: l, m, 10.4.0.0/24",
            "latent 10.4.0.0/15: l, m",
            "latent 10.3.0.0/16: i, j, k",
            "latent 10.1.0.0/16: e, f",
            "latent 10.2.0.0/16: g, h",
            "default-network 172.31.0.0/16: vpc-c, vpc-d",
            "accepted latent 10.12.0.0/14: n, o",
        ]
    );
    assert_eq!((findings.gate.failing, findings.gate.result), (6, GateResult::Findings));
}

#[test]
fn the_baseline_knows_what_it_was_made_of() {
    let estate = two();
    let baseline = Baseline::from_findings(&found(&estate));
    let findings = judged(&estate, Some(&baseline), POLICY);
    let finding = &findings.findings[0];
    assert_eq!(
        (finding.status, finding.fails, findings.gate.result),
        (FindingStatus::Known, false, GateResult::Clean)
    );
    assert!(finding.members.iter().all(|member| member.is_new == Some(false)));
    let again = Baseline::from_findings(&findings.findings);
    assert_eq!(again, baseline, "what is known stays in it");
}

#[test]
fn a_baseline_that_knows_nothing_of_a_level_is_perhaps_of_another() {
    let told = |baseline: &Baseline| {
        let notes = judged(&two(), Some(baseline), POLICY).notes;
        notes.iter().any(|note| note.starts_with("the baseline has no findings of networks; "))
    };
    assert!(told(&Baseline::from_findings(&[])));
    assert!(!told(&Baseline::from_findings(&found(&two()))));
    let others = Baseline::from_findings(&found(&Estate::of(vec![
        vpc("x", &["10.9.0.0/16"]),
        vpc("y", &["10.9.0.0/16"]),
    ])));
    assert!(!told(&others), "it knows other findings of networks");
}

#[test]
fn a_new_member_fails_and_is_marked() {
    let baseline = Baseline::from_findings(&found(&two()));
    let mut grown = two();
    grown.networks.push(vpc("vpc-c", &["10.0.7.0/24"]));
    let findings = judged(&grown, Some(&baseline), POLICY);
    let finding = &findings.findings[0];
    assert!(finding.fails);
    let new: Vec<_> = finding.members.iter().map(|member| (member.id.as_str(), member.is_new)).collect();
    assert_eq!(new, [("vpc-a", Some(false)), ("vpc-b", Some(false)), ("vpc-c", Some(true))]);
}

#[test]
fn a_member_with_another_prefix_is_new() {
    let baseline = Baseline::from_findings(&found(&two()));
    let wider = Estate::of(vec![vpc("vpc-a", &["10.0.0.0/15"]), vpc("vpc-b", &["10.0.0.0/16"])]);
    assert!(judged(&wider, Some(&baseline), POLICY).findings[0].fails);
}

#[test]
fn a_collision_that_got_worse_is_new() {
    let baseline = Baseline::from_findings(&found(&two()));
    let mut joined = two();
    joined.links.push(peering(&joined.networks[0], &joined.networks[1]));
    let mut findings = found(&joined);
    assert_eq!(baseline.mark_known(&mut findings), 1, "and the one that it knows is gone");
    assert_eq!((findings[0].class, findings[0].status), (Class::Connected, FindingStatus::Open));
    assert!(findings[0].members.iter().all(|member| member.is_new == Some(true)));
}

#[test]
fn a_finding_that_falls_apart_is_known_and_two_that_grow_together_are_not() {
    let parts = [
        vpc("a", &["10.0.0.0/16"]),
        vpc("b", &["10.0.0.0/16"]),
        vpc("c", &["10.1.0.0/16"]),
        vpc("d", &["10.1.0.0/16"]),
    ];
    let apart = Estate::of(parts.to_vec());
    let mut around = apart.clone();
    around.networks.push(vpc("e", &["10.0.0.0/8"]));
    let mut findings = found(&apart);
    assert_eq!(Baseline::from_findings(&found(&around)).mark_known(&mut findings), 0);
    assert_eq!(findings.iter().map(|finding| finding.status).collect::<Vec<_>>(), [FindingStatus::Known; 2]);
    let mut findings = found(&around);
    assert_eq!(Baseline::from_findings(&found(&apart)).mark_known(&mut findings), 0);
    assert_eq!(findings[0].status, FindingStatus::Open);
}

#[test]
fn what_is_gone_is_counted() {
    let mut estate = two();
    estate.networks.extend(["c", "d"].map(|id| vpc(id, &["10.5.0.0/16"])));
    let baseline = Baseline::from_findings(&found(&estate));
    assert_eq!(baseline.mark_known(&mut found(&two())), 1);
    assert_eq!(baseline.mark_known(&mut found(&estate)), 0);
    assert_eq!(baseline.mark_known(&mut []), 2);
}

#[test]
fn what_is_accepted_is_not_in_the_baseline() {
    let mut estate = two();
    estate.allow = vec![allow(3, Covers::Any(called("vpc-a")))];
    let baseline = Baseline::from_findings(&found(&estate));
    assert_eq!(baseline.findings, []);
    estate.allow.clear();
    assert!(judged(&estate, Some(&baseline), POLICY).findings[0].fails, "it counts once nobody accepts it");
}

#[test]
fn a_baseline_is_the_same_in_whatever_order_it_is_made() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&network, "a", &["10.0.0.0/24"]), subnet(&network, "B", &["10.0.0.0/25"])];
    let estate =
        Estate { subnets, level: Level::All, ..Estate::of(vec![network, vpc("vpc-b", &["10.0.0.0/8"])]) };
    let mut findings = found(&estate);
    let baseline = Baseline::from_findings(&findings);
    findings.reverse();
    for finding in &mut findings {
        finding.members.reverse();
    }
    assert_eq!(Baseline::from_findings(&findings), baseline);
    for member in findings.iter_mut().flat_map(|finding| &mut finding.members) {
        member.id.make_ascii_uppercase();
    }
    assert_eq!(baseline.mark_known(&mut findings), 0, "ids compare without case");
    assert!(findings.iter().all(|finding| finding.status == FindingStatus::Known));
}

#[test]
fn only_classes_that_were_asked_for_fail() {
    let latent = two();
    let policy = GateInput { fail_on: &[Class::Connected], ..POLICY };
    let findings = judged(&latent, None, policy);
    assert_eq!((findings.gate.result, findings.gate.exit.code()), (GateResult::Clean, 0));
    let count = findings.counts.iter().find(|count| count.class == Class::Latent).unwrap();
    assert_eq!((count.code.as_str(), count.open, count.known, count.accepted), ("NC102", 1, 0, 0));
    let twice = GateInput { fail_on: &[Class::Latent, Class::Connected, Class::Latent], ..POLICY };
    assert_eq!(judged(&latent, None, twice).gate.fail_on, [Class::Connected, Class::Latent]);
}

#[test]
fn incomplete_outranks_findings_unless_it_is_allowed() {
    let denied = vec![scope(Subject::Networks, Outcome::Denied)];
    let findings = judged_with(&two(), None, denied.clone(), POLICY);
    assert_eq!(
        (findings.gate.result, findings.gate.exit.code(), findings.gate.complete),
        (GateResult::Incomplete, 3, false)
    );
    assert_eq!(findings.coverage, denied);
    let allowed = GateInput { allow_incomplete: true, ..POLICY };
    assert_eq!(judged_with(&two(), None, denied, allowed).gate.result, GateResult::Findings);
    let stopped = GateInput { interrupted: true, ..POLICY };
    assert_eq!(judged(&two(), None, stopped).gate.result, GateResult::Incomplete);
}

#[test]
fn only_what_was_needed_makes_it_incomplete() {
    let mut coverage = vec![scope(Subject::Networks, Outcome::Complete)];
    coverage.push(scope(Subject::Interfaces, Outcome::Failed));
    assert!(judged_with(&Estate::default(), None, coverage.clone(), POLICY).gate.complete);
    coverage.push(scope(Subject::Regions, Outcome::Failed));
    assert!(
        !judged_with(&Estate::default(), None, coverage, POLICY).gate.complete,
        "a step may hide anything"
    );
    let nothing = judged_with(&Estate::default(), None, vec![], POLICY);
    assert!(
        nothing.gate.missing[0].starts_with("the inventory contains no networks: they were not scanned"),
        "{:?}",
        nothing.gate.missing
    );
}

#[test]
fn values_that_a_plan_does_not_tell_make_it_incomplete() {
    let unknown = vec![UnknownValue { address: "aws_vpc.a".into(), attribute: "cidr_block".into() }];
    let estate =
        Estate { plan: PlannedChanges { unknown, ..PlannedChanges::default() }, ..Estate::default() };
    let gate = judged(&estate, None, POLICY).gate;
    assert_eq!(gate.result, GateResult::Incomplete);
    assert_eq!(gate.missing, ["aws_vpc.a: cidr_block is known only after the plan is applied"]);
}

#[test]
fn a_filtered_inventory_proves_nothing() {
    let estate = Estate::default();
    let coverage = vec![scope(Subject::Networks, Outcome::Complete)];
    let inventory = Inventory { coverage, filters: vec!["region=eu-*".into()], ..estate.inventory() };
    let input = estate.input(&inventory);
    let findings = apply_gate(estate.find(), input, CoverageGaps::new(input, POLICY), POLICY);
    assert_eq!((findings.gate.result, findings.gate.missing.len()), (GateResult::Incomplete, 1));
}

#[test]
fn what_is_gone_from_the_baseline_is_noted_when_all_was_compared() {
    let baseline = Baseline::from_findings(&found(&two()));
    let notes = |outcome| {
        let coverage = vec![scope(Subject::Networks, outcome)];
        judged_with(&Estate::default(), Some(&baseline), coverage, POLICY).notes
    };
    assert_eq!(notes(Outcome::Failed), [""; 0]);
    let whole = notes(Outcome::Complete);
    assert!(whole[0].starts_with("1 finding of the baseline was not found this time; "), "{whole:?}");
}

#[test]
fn what_an_entry_no_longer_accepts_is_new_although_it_hides_in_a_known_finding() {
    let wide = vpc("wide", &["10.0.0.0/8"]);
    let [a, b] = ["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.0.0.0/16"]));
    let pair = allow(3, Covers::Between(called("vpc-a"), called("vpc-b")));
    let allowed = Estate { allow: vec![pair], ..Estate::of(vec![wide, a, b]) };
    let baseline = Baseline::from_findings(&found(&allowed));
    assert_eq!(judged(&allowed, Some(&baseline), POLICY).gate.result, GateResult::Clean, "while it holds");
    let withdrawn = Estate { allow: vec![], ..allowed };
    let findings = judged(&withdrawn, Some(&baseline), POLICY);
    assert_eq!(findings.gate.result, GateResult::Findings);
    let new: Vec<_> =
        findings.findings[0].members.iter().map(|member| (&*member.id, member.is_new)).collect();
    assert_eq!(new, [("vpc-a", Some(true)), ("vpc-b", Some(true)), ("wide", Some(false))]);
}

#[test]
fn a_plan_answers_for_itself_whatever_the_baseline_knows() {
    let prefix = planned(PlannedKind::Network, "aws_vpc.main", None, "10.0.0.0/16");
    let plan = PlannedChanges { prefixes: vec![prefix], ..PlannedChanges::default() };
    let estate = Estate { plan, ..Estate::of(vec![vpc("vpc-a", &["10.0.0.0/16"])]) };
    let baseline = Baseline::from_findings(&found(&estate));
    assert!(baseline.findings.is_empty());
    assert_eq!(judged(&estate, Some(&baseline), POLICY).gate.result, GateResult::Findings);
}

#[test]
fn an_account_that_was_read_for_other_kinds_only_proves_nothing() {
    let other = |kind| Coverage { account: "222222222222".into(), ..scope(kind, Outcome::Complete) };
    let read = scope(Subject::Networks, Outcome::Complete);
    let whole = judged_with(&Estate::default(), None, vec![read.clone(), other(Subject::Networks)], POLICY);
    assert_eq!(whole.gate.result, GateResult::Clean);
    let half = judged_with(&Estate::default(), None, vec![read.clone(), other(Subject::Instances)], POLICY);
    assert_eq!(half.gate.missing, ["the networks of aws 222222222222 eu-west-1 were not scanned"]);
    let skipped = Coverage { outcome: Outcome::Skipped, ..other(Subject::Networks) };
    let closed = judged_with(&Estate::default(), None, vec![read, skipped], POLICY);
    assert_eq!(closed.gate.result, GateResult::Clean, "what was left out on purpose is not missed");
}

#[test]
fn an_entry_is_not_stale_while_something_is_unread() {
    let estate = Estate { allow: vec![allow(3, Covers::Any(called("vpc-x")))], ..two() };
    let state =
        |outcome| judged_with(&estate, None, vec![scope(Subject::Networks, outcome)], POLICY).allow[0].state;
    assert_eq!(state(Outcome::Complete), AllowUse::Stale);
    assert_eq!(state(Outcome::Denied), AllowUse::Unproven);
}
