//! What other tools got wrong: records without a mark, a second owner, records that change meanwhile, names that pass on.

use domain::base::name::Name;

use super::*;
use crate::sync::dns::ownership::Ownership;

const PTR: &str = "4.0.0.10.in-addr.arpa";

fn with(machines: Vec<Instance>) -> Inventory {
    inventory(machines, Outcome::Complete)
}

fn web() -> Instance {
    machine("i-1", Some("web"), &["10.0.0.4", "2001:db8::4"])
}

fn alias(case: &Case, name: &str) {
    let data = Name::vec_from_str("other.example").unwrap().into_octets();
    case.server.add(name, Rtype::CNAME, 300, data);
}

#[test]
fn machines_come_change_and_go() {
    let case = Case::new();
    let plan = case.sync(&with(vec![web()]));
    let name = WEB;
    assert_eq!(
        steps(&plan),
        [format!("create a {name}"), format!("create aaaa {name}"), format!("create ptr {PTR}")]
    );
    assert_eq!(case.server.values(PTR, RecordType::Ptr), [name]);
    assert_eq!(
        case.server.updates(),
        2,
        "both addresses of the name in one message, the reverse zone in another"
    );
    let ownership = case.server.ownership(WEB_TXT).unwrap();
    assert_eq!(ownership.resource, "aws/111111111111/eu-west-1/i-1");
    case.sync(&with(vec![machine("i-1", Some("web"), &["10.0.0.9"])]));
    assert_eq!(case.addresses(name), ["10.0.0.9"]);
    assert_eq!(case.server.values(PTR, RecordType::Ptr), [""; 0]);
    case.sync(&with(vec![]));
    assert!(case.server.records().is_empty(), "{:?}", case.server.records());
}

#[test]
fn a_renamed_machine_and_a_replaced_one_keep_names_true() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    let plan = case.sync(&with(vec![machine("i-2", Some("web"), &["10.0.0.7"])]));
    assert!(steps(&plan).contains(&format!("change a {WEB}")), "{:?}", steps(&plan));
    assert_eq!(case.addresses(WEB), ["10.0.0.7"]);
    case.sync(&with(vec![machine("i-2", Some("api"), &["10.0.0.7"])]));
    assert_eq!(case.addresses(WEB), [""; 0]);
    assert_eq!(
        case.server.values("7.0.0.10.in-addr.arpa", RecordType::Ptr),
        ["api.eu-west-1.example.internal"]
    );
}

#[test]
fn records_without_our_txt_record_are_left() {
    let case = Case::new();
    case.add_by_hand(WEB, "10.9.9.9");
    case.add_by_hand("other.example.internal", "10.9.9.8");
    let (plan, outcomes) = case.apply(&with(vec![web()]));
    assert_eq!(plan.conflicts.len(), 1);
    assert!(is_done(&outcomes), "the others are written");
    case.sync(&with(vec![]));
    assert_eq!(
        (case.addresses(WEB), case.addresses("other.example.internal")),
        (vec!["10.9.9.9".to_owned()], vec!["10.9.9.8".to_owned()])
    );
}

#[test]
fn a_record_that_lost_its_txt_record_is_not_ours_any_more() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    case.server.remove_set(WEB_TXT, Rtype::TXT);
    let plan = case.plan(&with(vec![]));
    assert!(!steps(&plan).contains(&format!("delete a {WEB}")), "{:?}", steps(&plan));
    case.sync(&with(vec![]));
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
}

#[test]
fn a_txt_record_without_its_record_gets_it_back_or_goes() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    case.server.remove_set(WEB, Rtype::A);
    case.sync(&with(vec![web()]));
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
    case.server.remove_set(WEB, Rtype::A);
    case.sync(&with(vec![]));
    assert!(case.server.records().is_empty());
}

#[test]
fn of_two_owners_neither_overwrites_the_other() {
    let mut case = Case::new();
    case.sync(&with(vec![web()]));
    case.settings.owner = Some("team-b".to_owned());
    let other = with(vec![machine("i-9", Some("web"), &["10.0.0.99"])]);
    let (plan, _) = case.apply(&other);
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
    assert!(
        plan.conflicts.iter().any(|conflict| conflict.reason.contains("netcensus-names")),
        "{:?}",
        plan.conflicts
    );
    case.apply(&with(vec![]));
    assert_eq!(case.addresses(WEB), ["10.0.0.4"], "nor deletes it");
}

#[test]
fn records_of_external_dns_belong_to_it() {
    let case = Case::new();
    case.add_by_hand(WEB, "10.0.0.4");
    let text = b"heritage=external-dns,external-dns/owner=default,external-dns/resource=service/default/web";
    case.server.add(WEB_TXT, Rtype::TXT, 300, [&[u8::try_from(text.len()).unwrap()], &text[..]].concat());
    let plan = case.plan(&with(vec![web()]));
    assert_eq!(plan.conflicts[0].reason, "belongs to the target `default`");
}

#[test]
fn what_is_written_meanwhile_stays() {
    let case = Case::new();
    let inventory = with(vec![web()]);
    let add = |address: &'static str| {
        move |records: &mut std::collections::BTreeMap<(String, Rtype), crate::sync::dns::zone::RecordSet>| {
            let data = RecordType::A.data(address).unwrap();
            records.entry((WEB.to_owned(), Rtype::A)).or_default().insert(data, 300);
        }
    };
    case.server.meanwhile(add("10.9.9.9"));
    let (_, outcomes) = case.apply(&inventory);
    assert_eq!(
        outcomes[..2],
        [AppliedStep::Overtaken, AppliedStep::Overtaken],
        "what is at one name is one transaction"
    );
    assert_eq!(case.addresses(WEB), ["10.9.9.9"]);
    case.server.remove_set(WEB, Rtype::A);
    case.sync(&inventory);
    case.server.meanwhile(add("10.9.9.9"));
    case.apply(&with(vec![]));
    assert_eq!(case.addresses(WEB), ["10.0.0.4", "10.9.9.9"], "a record that changed is not deleted");
}

#[test]
fn of_a_message_that_is_not_taken_the_rest_is_written() {
    let case = Case::new();
    let machines =
        ["api", "db", "web"].map(|name| machine(name, Some(name), &[&format!("10.0.0.{}", name.len())]));
    let machines = vec![machines[0].clone(), machines[1].clone(), web()];
    case.server.meanwhile(|records| {
        let data = RecordType::A.data("10.9.9.9").unwrap();
        records.entry((WEB.to_owned(), Rtype::A)).or_default().insert(data, 300);
    });
    let (plan, outcomes) = case.apply(&with(machines));
    for (step, outcome) in plan.steps.iter().zip(&outcomes) {
        let expected = if step.record.key == WEB { AppliedStep::Overtaken } else { AppliedStep::Done };
        assert_eq!(*outcome, expected, "{}", step.record.key);
    }
}

#[test]
fn what_people_add_to_our_record_stays_with_it() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    case.add_by_hand(WEB, "10.9.9.9");
    assert!(case.plan(&with(vec![web()])).steps.is_empty());
    case.sync(&with(vec![machine("i-1", Some("web"), &["10.0.0.5"])]));
    assert_eq!(case.addresses(WEB), ["10.0.0.5", "10.9.9.9"]);
    let plan = case.plan(&with(vec![]));
    assert!(
        has(&plan, Action::Mark) && !steps(&plan).contains(&format!("delete a {WEB}")),
        "{:?}",
        steps(&plan)
    );
    case.sync(&with(vec![]));
    assert_eq!(case.addresses(WEB), ["10.0.0.5", "10.9.9.9"]);
}

#[test]
fn what_people_change_in_our_record_is_put_back() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    case.server.remove_set(WEB, Rtype::A);
    case.add_by_hand(WEB, "10.9.9.9");
    let plan = case.sync(&with(vec![web()]));
    assert_eq!(steps(&plan), [format!("change a {WEB}")]);
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
}

#[test]
fn an_alias_or_a_delegation_is_a_conflict() {
    for name in [WEB, WEB_TXT] {
        let case = Case::new();
        alias(&case, name);
        let plan = case.plan(&with(vec![machine("i-1", Some("web"), &["10.0.0.4"])]));
        assert_eq!(plan.conflicts.len(), 1, "{name}");
        assert!(plan.conflicts[0].differences[0].from.to_string().contains("CNAME"), "{name}");
    }
}

#[test]
fn an_alias_that_comes_meanwhile_is_no_silent_success() {
    let case = Case::new();
    case.server.meanwhile(|records| {
        let data = Name::vec_from_str("other.example").unwrap().into_octets();
        records.entry((WEB.to_owned(), Rtype::CNAME)).or_default().insert(data, 300);
    });
    let (_, outcomes) = case.apply(&with(vec![web()]));
    assert_eq!(outcomes[0], AppliedStep::Overtaken);
}

#[test]
fn adopted_records_are_kept_up_to_date_and_never_deleted() {
    let mut case = Case::new();
    case.add_by_hand(WEB, "10.0.0.4");
    case.options.adopt = true;
    let plan = case.sync(&with(vec![machine("i-1", Some("web"), &["10.0.0.4"])]));
    assert!(steps(&plan).contains(&format!("adopt a {WEB}")), "{:?}", steps(&plan));
    assert_eq!(owner_of(&case, WEB), Some(Owner::Adopted));
    case.sync(&with(vec![machine("i-1", Some("web"), &["10.0.0.6"])]));
    assert_eq!(
        (case.addresses(WEB), owner_of(&case, WEB)),
        (vec!["10.0.0.6".to_owned()], Some(Owner::Adopted))
    );
    let plan = case.sync(&with(vec![]));
    assert_eq!((case.addresses(WEB), left(&plan)), (vec!["10.0.0.6".to_owned()], vec!["adopted"]));
}

#[test]
fn what_differs_is_not_adopted() {
    let mut case = Case::new();
    case.options.adopt = true;
    case.add_by_hand(WEB, "10.0.0.4");
    case.add_by_hand(WEB, "10.0.0.5");
    let (plan, _) = case.apply(&with(vec![web()]));
    assert!(!has(&plan, Action::Adopt));
    assert_eq!(case.addresses(WEB), ["10.0.0.4", "10.0.0.5"]);
}

#[test]
fn a_scope_that_was_not_read_loses_nothing() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    let before = case.server.records();
    for outcome in [Outcome::Denied, Outcome::Failed, Outcome::TimedOut, Outcome::Throttled, Outcome::Skipped]
    {
        let denied = inventory(vec![], outcome);
        assert!(case.sync(&denied).steps.is_empty(), "{outcome:?}");
        // A machine of another account has the name now. The first one may still have it too.
        let other =
            Instance { account: OTHER_ACCOUNT.to_owned(), ..machine("i-9", Some("web"), &["10.0.0.99"]) };
        let plan = case.plan(&inventory(vec![other], outcome));
        assert_eq!(steps(&plan), ["create ptr 99.0.0.10.in-addr.arpa"], "{outcome:?}");
    }
    assert_eq!(case.server.records(), before);
}

#[test]
fn a_machine_without_known_addresses_keeps_its_records() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    let before = case.server.records();
    let unknown = Instance { private_ips: vec![], ..web() };
    assert!(case.sync(&with(vec![unknown])).steps.is_empty());
    assert_eq!(case.server.records(), before);
}

#[test]
fn a_collision_leaves_the_record_of_the_first_machine() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    let plan = case.sync(&with(vec![web(), machine("i-2", Some("WEB"), &["10.0.0.7"])]));
    assert_eq!(plan.conflicts.len(), 2, "A and AAAA: {:?}", plan.conflicts);
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
}

#[test]
fn marked_records_stay_for_a_while_and_come_back() {
    let mut case = Case::new();
    case.options.keep_deleted = Some(jiff::SignedDuration::from_hours(24));
    case.sync(&with(vec![web()]));
    let plan = case.sync(&with(vec![]));
    assert_eq!(plan.steps.len(), 3);
    assert!(has(&plan, Action::Mark));
    assert!(case.server.ownership(WEB_TXT).unwrap().deleted.is_some());
    assert_eq!(case.addresses(WEB), ["10.0.0.4"], "it still resolves");
    case.sync(&with(vec![web()]));
    assert!(case.server.ownership(WEB_TXT).unwrap().deleted.is_none());
    case.sync(&with(vec![]));
    case.now = "2026-11-29T12:00:00Z".parse().unwrap();
    case.sync(&with(vec![]));
    assert!(case.server.records().is_empty());
}

#[test]
fn other_txt_records_at_the_name_stay() {
    let case = Case::new();
    case.server.add(WEB_TXT, Rtype::TXT, 300, b"\x03abc".to_vec());
    case.sync(&with(vec![web()]));
    case.sync(&with(vec![]));
    let left: Vec<_> = case.server.records().into_keys().collect();
    assert_eq!(left, [(WEB_TXT.to_owned(), Rtype::TXT)]);
}

#[test]
fn a_new_time_to_live_is_a_change() {
    let mut case = Case::new();
    case.sync(&with(vec![web()]));
    case.settings.ttl = 60;
    let plan = case.sync(&with(vec![web()]));
    assert_eq!(plan.with_action(Action::Change).count(), 3);
    assert_eq!(case.addresses(WEB), ["10.0.0.4"]);
}

#[test]
fn an_id_of_azure_is_long() {
    let case = Case::new();
    let id = format!(
        "/subscriptions/s/resourceGroups/{}/providers/Microsoft.Compute/virtualMachines/Web",
        "g".repeat(90)
    );
    let azure = Instance { provider: Provider::Azure, ..machine(&id, Some("web"), &["10.0.0.4"]) };
    case.sync(&with(vec![azure]));
    let ownership: Ownership = case.server.ownership(WEB_TXT).unwrap();
    assert!(ownership.resource.len() > 150, "{}", ownership.resource);
}

#[test]
fn an_older_inventory_changes_nothing_where_a_newer_one_was_applied() {
    let case = Case::new();
    case.sync(&with(vec![web()]));
    let before = case.server.records();
    let mut older =
        with(vec![machine("i-1", Some("web"), &["10.0.0.9"]), machine("i-2", Some("api"), &["10.0.0.5"])]);
    older.taken_at -= jiff::SignedDuration::from_hours(1);
    let plan = case.sync(&older);
    assert!(plan.steps.is_empty() && left(&plan).contains(&"newer"), "{:?}", plan.left_alone);
    assert_eq!(case.server.records(), before);
}
