//! `NetBox` as a registry, against one that behaves as measured: nothing that people made is lost, and a second run has
//! nothing to do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use netcensus::config::{NetboxSettings, SecretValue};
use netcensus::model::{Instance, Interface, Inventory, Network, Outcome, Subject, Subnet};
use netcensus::sync::{
    Action, AppliedStep, ApplyProgress, FieldValue, LeftAloneReason, NetboxTarget, PlanOptions, Share,
    SyncPlan, SyncPlanInput, SyncTarget, plan,
};
use serde_json::{Map, Value, json};

use super::fake_netbox::{FakeNetbox, TOKEN};
use crate::support::{report, sample_document};

mod losses;
mod properties;

const VRFS: &str = "ipam/vrfs/";
const PREFIXES: &str = "ipam/prefixes/";
const MACHINES: &str = "virtualization/virtual-machines/";
const INTERFACES: &str = "virtualization/interfaces/";
const ADDRESSES: &str = "ipam/ip-addresses/";
const SYNCED: [&str; 8] = [
    "tenancy/tenants/",
    VRFS,
    "virtualization/clusters/",
    PREFIXES,
    MACHINES,
    INTERFACES,
    "dcim/mac-addresses/",
    ADDRESSES,
];

/// Networks, subnets of each, and machines of each subnet.
fn estate(networks: usize, subnets: usize, machines: usize) -> Inventory {
    let sample = sample();
    let at = running(&sample);
    let machine = sample.instances[at].clone();
    let interface =
        sample.interfaces.iter().find(|it| it.attached_to.as_ref() == Some(&machine.id)).unwrap().clone();
    let network = sample.networks.iter().find(|it| Some(&it.id) == machine.network.as_ref()).unwrap().clone();
    let subnet = sample.subnets.iter().find(|it| Some(&it.id) == machine.subnet.as_ref()).unwrap().clone();
    let mut estate =
        Inventory { networks: vec![], subnets: vec![], instances: vec![], interfaces: vec![], ..sample };
    for vpc in 0..networks {
        let block = format!("10.{}.0.0/16", vpc % 256).parse().unwrap();
        let mut network =
            Network { id: format!("vpc-{vpc:017}"), name: Some(format!("net {vpc}")), ..network.clone() };
        network.blocks.truncate(1);
        network.blocks[0].cidr = block;
        for part in 0..subnets {
            let id = format!("subnet-{vpc:05}{part:012}");
            let prefix = format!("10.{}.{part}.0/24", vpc % 256).parse().unwrap();
            let subnet = Subnet {
                id: id.clone(),
                network: network.id.clone(),
                prefixes: vec![prefix],
                ..subnet.clone()
            };
            for host in 0..machines {
                let number = format!("{vpc:05}{part:06}{host:06}");
                let ip = format!("10.{}.{part}.{}", vpc % 256, host + 4).parse().unwrap();
                let machine = Instance {
                    id: format!("i-{number}"),
                    name: Some(format!("host {number}")),
                    network: Some(network.id.clone()),
                    subnet: Some(id.clone()),
                    private_ips: vec![ip],
                    public_ips: vec![],
                    ..machine.clone()
                };
                estate.interfaces.push(Interface {
                    id: format!("eni-{number}"),
                    network: Some(network.id.clone()),
                    subnet: Some(id.clone()),
                    attached_to: Some(machine.id.clone()),
                    private_ips: vec![ip],
                    public_ips: vec![],
                    ..interface.clone()
                });
                estate.instances.push(machine);
            }
            estate.subnets.push(subnet);
        }
        estate.networks.push(network);
    }
    estate
}

/// `cargo test --test it -- --ignored a_large_estate --nocapture`
#[test]
#[ignore = "it measures, and takes minutes"]
fn a_large_estate() {
    let (case, inventory) = (Case::new(), estate(2_000, 5, 5));
    case.netbox.store().is_trusting = true;
    let begin = std::time::Instant::now();
    let (target, plan) = case.plan(&inventory);
    let steps = plan.steps.len();
    report(&format!("netbox: {steps} records planned into an empty one in {:?}", begin.elapsed()));
    let begin = std::time::Instant::now();
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    assert!(outcomes.iter().all(|outcome| *outcome == AppliedStep::Done));
    report(&format!("netbox: {steps} records written in {:?}", begin.elapsed()));
    let begin = std::time::Instant::now();
    let (_, plan) = case.plan(&inventory);
    assert_eq!((plan.steps.len(), plan.confirmed.len()), (0, steps));
    report(&format!("netbox: {steps} records compared in {:?}", begin.elapsed()));
}

struct NoProgress(AtomicBool);

impl ApplyProgress for NoProgress {
    fn steps_done(&self, _: usize, _: usize) {}

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A `NetBox`, and how it is kept true.
struct Case {
    netbox: FakeNetbox,
    settings: NetboxSettings,
    options: PlanOptions,
}

impl Case {
    fn new() -> Self {
        let case = Self::without_init();
        block_on(case.target().prepare()).unwrap();
        case
    }

    fn without_init() -> Self {
        let netbox = FakeNetbox::new();
        let settings = NetboxSettings {
            url: netbox.url.parse().unwrap(),
            token: SecretValue::Clear(TOKEN.to_owned()),
            tenants: BTreeMap::new(),
            sites: BTreeMap::new(),
            leave_out: BTreeSet::new(),
            default_networks: true,
            managed_fields: BTreeSet::new(),
        };
        let max_delete = Share { percent: 100 };
        Self { netbox, settings, options: PlanOptions { max_delete, ..PlanOptions::default() } }
    }

    fn target(&self) -> NetboxTarget {
        NetboxTarget::new("ipam", self.settings.clone(), TOKEN).unwrap()
    }

    fn plan(&self, inventory: &Inventory) -> (NetboxTarget, SyncPlan) {
        let target = self.target();
        let mapped = target.map(inventory);
        let existing = block_on(target.read(&mapped.records)).unwrap();
        let plan = plan(&SyncPlanInput {
            target: "ipam",
            kinds: target.kinds(),
            is_maintained: &|kind, field| target.maintained_fields(kind).iter().any(|it| it == field),
            wanted: &mapped.records,
            undetermined: &mapped.undetermined,
            conflicts: &mapped.conflicts,
            resource_field: target.resource_field(),
            unique_fields: &|kind| target.unique_fields(kind),
            existing: &existing,
            inventory,
            now: "2026-11-27T13:00:00Z".parse().unwrap(),
            options: self.options,
        });
        (target, plan)
    }

    fn apply(&self, inventory: &Inventory) -> (SyncPlan, Vec<AppliedStep>) {
        let (target, plan) = self.plan(inventory);
        let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
        (plan, outcomes)
    }

    /// Applies what `inventory` asks for, all of which succeeds, and leaves nothing to do.
    fn sync(&self, inventory: &Inventory) -> SyncPlan {
        let (plan, outcomes) = self.apply(inventory);
        let failed: Vec<_> =
            plan.steps.iter().zip(&outcomes).filter(|(_, it)| **it != AppliedStep::Done).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        self.assert_in_sync(inventory);
        plan
    }

    fn assert_in_sync(&self, inventory: &Inventory) {
        let (_, again) = self.plan(inventory);
        assert!(
            again.steps.is_empty() && again.conflicts.is_empty(),
            "{:#?} {:#?}",
            again.steps,
            again.conflicts
        );
    }

    fn named(&self, path: &str, name: &str) -> Map<String, Value> {
        let mut all = self.netbox.all(path).into_iter();
        all.find(|object| object["name"] == name).unwrap_or_else(|| panic!("{path} has no {name}"))
    }
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// The sample, as if all of it had been read.
fn sample() -> Inventory {
    let mut inventory: Inventory = serde_json::from_str(sample_document()).unwrap();
    for entry in &mut inventory.coverage {
        entry.outcome = Outcome::Complete;
    }
    inventory
}

fn running(inventory: &Inventory) -> usize {
    inventory.instances.iter().position(|it| it.state.as_deref() == Some("running")).unwrap()
}

/// Says that reads of a kind failed in an account.
fn deny(inventory: &mut Inventory, account: &str, subject: Subject) {
    for entry in inventory.coverage.iter_mut().filter(|it| it.account == account && it.kind == subject) {
        entry.outcome = Outcome::Denied;
    }
}

/// What people see of all objects: without ids, and in an order that does not depend on them.
fn picture(netbox: &FakeNetbox) -> Vec<String> {
    let mut lines = Vec::new();
    for path in SYNCED {
        for mut object in netbox.all(path) {
            for name in ["id", "last_updated"] {
                object.remove(name);
            }
            let fields = object["custom_fields"].as_object_mut().unwrap();
            fields.retain(|_, value| !value.is_null());
            object.retain(|_, value| !value.is_null() && value != "");
            let refers = |(_, value): &(&String, &mut Value)| value.is_u64();
            let references: Vec<String> =
                object.iter_mut().filter(refers).map(|(name, _)| name.clone()).collect();
            for name in references.iter().filter(|name| *name != "vcpus") {
                object.insert(name.clone(), json!("some object"));
            }
            lines.push(format!("{path} {}", Value::Object(object)));
        }
    }
    lines.sort();
    lines
}

#[test]
fn a_second_run_has_nothing_to_do() {
    let (case, inventory) = (Case::new(), sample());
    let plan = case.sync(&inventory);
    assert!(plan.steps.iter().all(|step| step.action == Action::Create), "{:#?}", plan.steps);
    assert_eq!(case.netbox.all(VRFS).len(), inventory.networks.len());
    let writes = case.netbox.writes();
    assert!(writes < 40, "bulk requests: {writes}");
    let (_, outcomes) = case.apply(&inventory);
    assert_eq!((outcomes.len(), case.netbox.writes()), (0, writes), "nothing is sent");
}

#[test]
fn overlapping_networks_live_side_by_side() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let mut vrfs: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for prefix in case.netbox.all(PREFIXES) {
        let text = prefix["prefix"].as_str().unwrap().to_owned();
        vrfs.entry(text).or_default().insert(prefix["vrf"].as_u64().unwrap());
    }
    assert!(vrfs.values().any(|vrfs| vrfs.len() > 1), "the sample has overlapping VPCs");
}

#[test]
fn addresses_have_masks_and_machines_primary_addresses() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let is_set = |it: &Map<String, Value>, name: &str| it.get(name).is_some_and(Value::is_u64);
    let private = case.netbox.all(ADDRESSES).into_iter().filter(|it| is_set(it, "vrf"));
    let masks: BTreeSet<String> =
        private.map(|it| it["address"].as_str().unwrap().split('/').nth(1).unwrap().to_owned()).collect();
    assert!(!masks.is_empty() && !masks.contains("32"), "{masks:?}");
    let with_primary = case.netbox.all(MACHINES).into_iter().filter(|it| is_set(it, "primary_ip4"));
    assert!(with_primary.count() > 3);
    let public = case.netbox.all(ADDRESSES).into_iter().filter(|it| !is_set(it, "vrf"));
    assert!(public.into_iter().any(|it| is_set(&it, "nat_inside")), "public addresses lead to private ones");
}

/// A record of which nothing is known any more is not gone: trap of every other tool.
#[test]
fn what_was_not_read_is_not_deleted() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let before = picture(&case.netbox);
    let account = inventory.networks[0].account.clone();
    let subjects =
        [Subject::Networks, Subject::Subnets, Subject::Instances, Subject::Interfaces, Subject::Links];
    for subject in subjects {
        let mut partial = inventory.clone();
        deny(&mut partial, &account, subject);
        match subject {
            Subject::Networks => partial.networks.retain(|it| it.account != account),
            Subject::Subnets => partial.subnets.retain(|it| it.account != account),
            Subject::Instances => partial.instances.retain(|it| it.account != account),
            _ => partial.interfaces.retain(|it| it.account != account || subject == Subject::Links),
        }
        case.apply(&partial);
        assert_eq!(picture(&case.netbox), before, "{subject:?}");
    }
    let empty = Inventory {
        networks: vec![],
        subnets: vec![],
        instances: vec![],
        interfaces: vec![],
        coverage: vec![],
        ..inventory
    };
    case.apply(&empty);
    assert_eq!(picture(&case.netbox), before, "nothing was read at all");
}

#[test]
fn what_is_gone_goes_and_leaves_the_others() {
    let (case, mut inventory) = (Case::new(), sample());
    // Its name repeats in the sample: the other machine would get it.
    let position = running(&inventory);
    inventory.instances[position].name = Some("worker".to_owned());
    case.sync(&inventory);
    let mut fewer = inventory.clone();
    let machine = fewer.instances.remove(running(&inventory));
    fewer.interfaces.retain(|it| it.attached_to.as_ref() != Some(&machine.id));
    let plan = case.sync(&fewer);
    assert!(plan.steps.iter().all(|step| step.action == Action::Delete));
    assert_eq!(
        case.netbox.all(MACHINES).len(),
        fewer.instances.iter().filter(|it| it.state.as_deref() != Some("terminated")).count()
    );
    case.sync(&inventory);
    case.sync(&fewer);
}

#[test]
fn a_stopped_machine_keeps_its_addresses() {
    let (case, mut inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let addresses = case.netbox.all(ADDRESSES).len();
    let machine = inventory.instances.iter_mut().find(|it| it.state.as_deref() == Some("running")).unwrap();
    machine.state = Some("stopped".to_owned());
    let plan = case.sync(&inventory);
    let changes: Vec<_> = plan.steps.iter().flat_map(|step| &step.differences).collect();
    assert_eq!(changes.len(), 1);
    assert_eq!(
        (changes[0].field.as_str(), &changes[0].to),
        ("status", &FieldValue::Text("offline".to_owned()))
    );
    assert_eq!(case.netbox.all(ADDRESSES).len(), addresses);
}

#[test]
fn names_that_repeat_or_are_too_long_become_ids() {
    let (case, mut inventory) = (Case::new(), sample());
    let position = running(&inventory);
    inventory.instances[position].name = Some("Web".to_owned());
    let first = inventory.instances[position].clone();
    let named = |id: &str, name: &str| Instance {
        id: id.to_owned(),
        name: Some(name.to_owned()),
        private_ips: vec![],
        ..first.clone()
    };
    let long = "x".repeat(200);
    inventory.instances.extend([named("i-twin", "web"), named("i-long", &long)]);
    case.sync(&inventory);
    for (id, name) in [(first.id.as_str(), "Web"), ("i-twin", "web"), ("i-long", &long)] {
        assert_eq!(case.named(MACHINES, id)["custom_fields"]["netcensus_name"], name);
    }
}

/// The machine that an Auto Scaling group makes instead of another has its name.
#[test]
fn a_machine_that_replaces_another_gets_its_name() {
    let (case, mut inventory) = (Case::new(), sample());
    let position = running(&inventory);
    inventory.instances[position].name = Some("worker".to_owned());
    case.sync(&inventory);
    let mut replaced = inventory.clone();
    replaced.instances[position].id = "i-new".to_owned();
    replaced.interfaces.retain(|it| it.attached_to.as_ref() != Some(&inventory.instances[position].id));
    case.sync(&replaced);
    assert!(
        case.named(MACHINES, "worker")["custom_fields"]["netcensus_id"].as_str().unwrap().ends_with("/i-new")
    );

    let mut marking = case;
    marking.options.keep_deleted = Some(jiff::SignedDuration::from_hours(24 * 14));
    replaced.instances[position].id = "i-newer".to_owned();
    marking.sync(&replaced);
    let names = |netbox: &FakeNetbox| -> Vec<String> {
        let all = netbox.all(MACHINES).into_iter().map(|it| it["name"].as_str().unwrap().to_owned());
        all.filter(|name| name == "worker" || name.starts_with("worker (deleted ")).collect()
    };
    let marked = names(&marking.netbox);
    assert_eq!(marked.len(), 2, "{marked:?}");
    assert!(marked.iter().any(|name| name.starts_with("worker (deleted ")), "{marked:?}");
    replaced.instances[position].id = "i-new".to_owned();
    marking.sync(&replaced);
    let old = marking
        .netbox
        .all(MACHINES)
        .into_iter()
        .find(|it| it["custom_fields"]["netcensus_id"].as_str().is_some_and(|id| id.ends_with("/i-new")));
    let old = old.expect("it is back");
    assert_eq!((&old["name"], &old["custom_fields"]["netcensus_deleted"]), (&json!("worker"), &Value::Null));
}

#[test]
fn what_people_made_is_never_changed_or_deleted() {
    let (case, inventory) = (Case::new(), sample());
    case.netbox.by_hand("POST", VRFS, &json!({ "name": "campus", "rd": "65000:1" }));
    case.netbox.by_hand("POST", ADDRESSES, &json!({ "address": "192.0.2.1/24", "description": "printer" }));
    case.sync(&inventory);
    let vrf = case.netbox.all(VRFS).into_iter().find(|it| it.get("rd") != Some(&json!("65000:1"))).unwrap();
    let by_hand = json!({ "prefix": "10.255.0.0/24", "vrf": vrf["id"], "description": "lab" });
    case.netbox.by_hand("POST", PREFIXES, &by_hand);
    let machine = case.netbox.all(MACHINES).remove(0);
    let path = format!("{MACHINES}{}/", machine["id"]);
    case.netbox.by_hand(
        "PATCH",
        &path,
        &json!({ "description": "of Ada", "role": 7, "comments": "ask her" }),
    );
    let hand_made = |netbox: &FakeNetbox| -> Vec<Value> {
        let all = SYNCED.iter().flat_map(|path| netbox.all(path));
        let mut kept: Vec<Value> =
            all.filter(|it| it["custom_fields"].get("netcensus_id").is_none()).map(Value::Object).collect();
        kept.push(
            netbox.all(MACHINES).into_iter().find(|it| it["description"] == "of Ada").unwrap()["comments"]
                .clone(),
        );
        kept
    };
    let before = hand_made(&case.netbox);
    assert_eq!(before.len(), 4);
    case.assert_in_sync(&inventory);
    let mut shrunk = inventory.clone();
    for step in 0..6 {
        shrunk.networks.truncate(inventory.networks.len().saturating_sub(step * 4));
        shrunk.subnets.retain(|it| shrunk.networks.iter().any(|network| network.id == it.network));
        shrunk.interfaces.retain(|it| {
            it.network.as_ref().is_some_and(|id| shrunk.networks.iter().any(|network| network.id == *id))
        });
        shrunk.instances.retain(|it| {
            it.network.as_ref().is_some_and(|id| shrunk.networks.iter().any(|network| network.id == *id))
        });
        let (plan, outcomes) = case.apply(&shrunk);
        let failed: Vec<_> =
            plan.steps.iter().zip(&outcomes).filter(|(_, it)| **it != AppliedStep::Done).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        assert_eq!(hand_made(&case.netbox), before, "step {step}");
    }
}

/// Deleting a machine in `NetBox` deletes its services and disks, whoever made them.
#[test]
fn a_machine_with_services_of_people_stays() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let machine = case.netbox.all(MACHINES).remove(0);
    let service = json!({
        "name": "ssh",
        "parent_object_type": "virtualization.virtualmachine",
        "parent_object_id": machine["id"],
    });
    case.netbox.by_hand("POST", "ipam/services/", &service);
    let mut none = inventory.clone();
    none.instances.clear();
    none.interfaces.clear();
    case.apply(&none);
    let left = case.netbox.all(MACHINES);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["id"], machine["id"]);
    assert_eq!(left[0]["status"], "decommissioning", "it is marked");
    let (_, plan) = case.plan(&none);
    let reasons: Vec<_> = plan.left_alone.iter().map(|left| left.reason.to_string()).collect();
    assert!(reasons.iter().any(|reason| reason.contains("service ssh")), "{reasons:?}");
}

#[test]
fn what_people_made_in_the_place_of_ours_is_a_conflict_or_adopted() {
    let (mut case, inventory) = (Case::new(), sample());
    let network = &inventory.networks[0];
    let vrf = case.netbox.by_hand(
        "POST",
        VRFS,
        &json!({ "name": "ours", "rd": network.id, "description": "by Ada" }),
    );
    let (_, plan) = case.plan(&inventory);
    // What lies in the VRF waits for it.
    let vrfs = plan.conflicts.iter().filter(|it| it.kind == "vrf");
    assert_eq!(vrfs.count(), 1, "{:#?}", plan.conflicts);
    assert!(plan.conflicts.iter().any(|it| it.kind == "prefix"), "{:#?}", plan.conflicts);
    let path = format!("{VRFS}{}/", vrf["id"]);
    let name = network.name.as_ref().unwrap_or(&network.id);
    case.netbox.by_hand("PATCH", &path, &json!({ "name": name }));
    let (_, plan) = case.plan(&inventory);
    assert!(plan.left_alone.iter().any(|left| left.reason == LeftAloneReason::EqualByHand));
    case.options.adopt = true;
    case.sync(&inventory);
    let adopted =
        case.netbox.all(VRFS).into_iter().find(|it| it.get("rd") == Some(&json!(network.id))).unwrap();
    assert_eq!(adopted["description"], "by Ada");
    assert!(adopted["custom_fields"]["netcensus_owner"].as_str().unwrap().ends_with(":adopted"));
    let empty =
        Inventory { networks: vec![], subnets: vec![], instances: vec![], interfaces: vec![], ..inventory };
    case.apply(&empty);
    assert_eq!(case.netbox.all(VRFS).len(), 1, "adopted is never deleted");
}

#[test]
fn a_killed_run_is_continued() {
    let inventory = sample();
    let whole = Case::new();
    let writes = whole.netbox.writes();
    whole.sync(&inventory);
    let (expected, writes) = (picture(&whole.netbox), whole.netbox.writes() - writes);
    for killed_after in (0..writes).step_by(3) {
        let case = Case::new();
        case.netbox.store().writes_left = Some(killed_after);
        case.apply(&inventory);
        case.netbox.store().writes_left = None;
        case.sync(&inventory);
        assert_eq!(picture(&case.netbox), expected, "killed after {killed_after} writes");
    }
}

#[test]
fn a_refused_object_costs_itself_only() {
    let (case, inventory) = (Case::new(), sample());
    let public = inventory.interfaces.iter().flat_map(|it| &it.public_ips).next().unwrap();
    // The mask of an address of the global table does not make it another one.
    let by_hand =
        json!({ "address": format!("{public}/24"), "description": "printer", "status": "reserved" });
    case.netbox.by_hand("POST", ADDRESSES, &by_hand);
    let (plan, outcomes) = case.apply(&inventory);
    assert_eq!(plan.conflicts.len(), 1, "{:#?}", plan.conflicts);
    assert!(outcomes.iter().all(|outcome| *outcome == AppliedStep::Done));

    let case = Case::new();
    let by_hand = json!({ "name": "other", "slug": format!("aws-{}", inventory.networks[0].account) });
    case.netbox.by_hand("POST", "tenancy/tenants/", &by_hand);
    let (target, plan) = case.plan(&inventory);
    // Somebody is faster than the run.
    let tenant = &inventory.networks[0].account;
    let taken = inventory.networks.iter().find(|it| it.account != *tenant).unwrap();
    let rd = json!({ "name": "mine", "rd": taken.id });
    case.netbox.by_hand("POST", VRFS, &rd);
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    let failed: BTreeSet<&str> = plan
        .steps
        .iter()
        .zip(&outcomes)
        .filter(|(_, outcome)| **outcome != AppliedStep::Done)
        .map(|(step, _)| step.record.kind.as_str())
        .collect();
    assert!(failed.contains("vrf") && failed.contains("prefix"), "{failed:?}");
    // Networks of the account whose tenant is a conflict wait for it.
    let others = inventory.networks.iter().filter(|it| it.account != *tenant);
    assert_eq!(case.netbox.all(VRFS).len(), others.count(), "all others");
}

#[test]
fn a_busy_server_is_asked_again_and_a_lost_answer_creates_nothing_twice() {
    let (case, inventory) = (Case::new(), sample());
    for status in [429, 502, 503] {
        case.netbox.store().failures.push(("POST", "ipam/", status));
        case.netbox.store().failures.push(("GET", "ipam/vrfs/", status));
    }
    case.netbox.store().lost = vec![VRFS, MACHINES, ADDRESSES];
    case.sync(&inventory);
    assert!(case.netbox.store().failures.is_empty());
    assert!(case.netbox.store().lost.is_empty());
    assert_eq!(case.netbox.all(VRFS).len(), inventory.networks.len());
}

#[test]
fn what_changed_since_the_plan_was_made_is_left() {
    let (case, mut inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let machine = inventory.instances.iter_mut().find(|it| it.state.as_deref() == Some("running")).unwrap();
    machine.state = Some("stopped".to_owned());
    let (target, plan) = case.plan(&inventory);
    let place = &plan.steps[0].place.as_ref().unwrap().id;
    let path = format!("{MACHINES}{place}/");
    case.netbox.by_hand("PATCH", &path, &json!({ "status": "failed" }));
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    assert_eq!(outcomes, [AppliedStep::Overtaken]);

    let mut none = inventory.clone();
    none.instances.clear();
    none.interfaces.clear();
    let (target, plan) = case.plan(&none);
    let step = plan
        .steps
        .iter()
        .find(|step| step.action == Action::Delete && step.record.kind == "virtual-machine")
        .unwrap();
    let path = format!("{MACHINES}{}/", step.place.as_ref().unwrap().id);
    case.netbox.by_hand("PATCH", &path, &json!({ "custom_fields": { "netcensus_owner": null } }));
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    assert!(outcomes.contains(&AppliedStep::Overtaken));
    assert_eq!(case.netbox.all(MACHINES).len(), 1, "people took it over");
}

#[test]
fn a_run_that_is_stopped_tries_nothing_more() {
    let (case, inventory) = (Case::new(), sample());
    let (target, plan) = case.plan(&inventory);
    let writes = case.netbox.writes();
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(true))));
    assert!(outcomes.iter().all(|outcome| *outcome == AppliedStep::NotTried));
    assert_eq!(case.netbox.writes(), writes);
}

#[test]
fn without_its_custom_fields_nothing_is_planned() {
    let case = Case::without_init();
    let error = block_on(case.target().read(&[])).unwrap_err();
    assert!(error.message.contains("custom field netcensus_id"), "{error}");
    assert!(error.remedies[0].contains("netcensus sync ipam --init"), "{error:?}");
    let created = block_on(case.target().prepare()).unwrap();
    assert!(created.iter().any(|line| line.contains("netcensus_owner")), "{created:?}");
    assert_eq!(block_on(case.target().prepare()).unwrap(), Vec::<String>::new(), "once is enough");
}

#[test]
fn a_wrong_token_is_named_and_not_shown() {
    let case = Case::new();
    let secret = "ffffffffffffffffffffffffffffffffffffffff";
    let target = NetboxTarget::new("ipam", case.settings.clone(), secret).unwrap();
    let error = block_on(target.check()).unwrap_err();
    assert!(error.to_line().contains("403") && error.to_line().contains("check the token"), "{error:?}");
    assert!(!format!("{error:?}").contains(secret));
}

#[test]
fn tenants_and_sites_of_people_are_used() {
    let (mut case, inventory) = (Case::new(), sample());
    let (account, region) = (&inventory.networks[0].account, &inventory.networks[0].region);
    case.settings.tenants.insert(account.to_lowercase(), "payments".to_owned());
    case.settings.sites.insert(region.to_lowercase(), "dublin".to_owned());
    let error = block_on(case.target().read(&[])).unwrap_err();
    assert!(error.message.contains("no tenant with the slug `payments`"), "{error}");
    let tenant =
        case.netbox.by_hand("POST", "tenancy/tenants/", &json!({ "name": "Payments", "slug": "payments" }));
    let site = case.netbox.by_hand("POST", "dcim/sites/", &json!({ "name": "Dublin", "slug": "dublin" }));
    case.sync(&inventory);
    // Virtual networks of Azure have no route distinguisher, and the order in which chunks are created varies.
    let rd = json!(inventory.networks[0].id);
    let vrf = case.netbox.all(VRFS).into_iter().find(|it| it.get("rd") == Some(&rd)).unwrap();
    assert_eq!(vrf["tenant"], tenant["id"]);
    let prefix = case.netbox.all(PREFIXES).into_iter().find(|it| it["vrf"] == vrf["id"]).unwrap();
    assert_eq!((&prefix["scope_type"], &prefix["scope_id"]), (&json!("dcim.site"), &site["id"]));
    // People move it; that is theirs.
    let path = format!("{PREFIXES}{}/", prefix["id"]);
    case.netbox.by_hand("PATCH", &path, &json!({ "scope_type": null, "scope_id": null }));
    case.assert_in_sync(&inventory);
    case.settings.managed_fields.insert("site");
    assert_eq!(case.plan(&inventory).1.steps.len(), 1, "unless the configuration says otherwise");
}

#[test]
fn what_is_left_out_is_neither_written_nor_read() {
    let (mut case, inventory) = (Case::new(), sample());
    case.settings.leave_out = ["tenant", "virtual-machine", "cluster", "interface", "mac-address"].into();
    case.settings.default_networks = false;
    case.sync(&inventory);
    for path in ["tenancy/tenants/", MACHINES, INTERFACES, "virtualization/clusters/", "dcim/mac-addresses/"]
    {
        assert!(case.netbox.all(path).is_empty(), "{path}");
    }
    let defaults = inventory.networks.iter().filter(|it| it.is_default == Some(true)).count();
    assert!(defaults > 0, "the sample has default VPCs");
    assert_eq!(case.netbox.all(VRFS).len(), inventory.networks.len() - defaults);
    case.settings.default_networks = true;
    case.sync(&inventory);
}
