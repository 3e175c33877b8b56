//! What would be lost, or written wrong, of what an inventory knows only in part and of what people made.

use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use netcensus::model::{Inventory, Outcome, Subject};
use netcensus::sync::{AppliedStep, SyncTarget};
use serde_json::{Value, json};

use super::{
    ADDRESSES, Case, INTERFACES, MACHINES, NoProgress, PREFIXES, VRFS, block_on, deny, estate, picture,
    running, sample, sample_document,
};
use crate::support::{Home, Output, interrupt};
use crate::sync::fake_netbox::{FakeNetbox, TOKEN};

/// A scan of a participant alone, of which the account that owns the subnet was denied, leaves names and zones.
#[test]
fn a_participants_view_empties_nothing() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let before = picture(&case.netbox);
    let mut shared = inventory.clone();
    for network in &mut shared.networks {
        (network.name, network.visible_from) = (None, vec!["999999999999".to_owned()]);
        network.tags = netcensus::model::Tags::new();
    }
    for subnet in &mut shared.subnets {
        (subnet.name, subnet.visible_from) = (None, vec!["999999999999".to_owned()]);
        subnet.zone = Some("another name of it".to_owned());
    }
    for entry in &mut shared.coverage {
        entry.outcome = Outcome::Denied;
    }
    case.apply(&shared);
    assert_eq!(picture(&case.netbox), before);
}

/// The machine that is gone stays as long as its interfaces do, and with it its name.
#[test]
fn a_name_that_a_machine_keeps_is_a_conflict_that_says_what_was_not_read() {
    let (case, mut inventory) = (Case::new(), sample());
    let at = running(&inventory);
    inventory.instances[at].name = Some("the only one".to_owned());
    case.sync(&inventory);
    let old = inventory.instances[at].clone();
    inventory.instances[at].id = "i-00000000000000new".to_owned();
    inventory.interfaces.retain(|it| it.attached_to.as_ref() != Some(&old.id));
    let mut partial = inventory.clone();
    partial.interfaces.retain(|it| it.account != old.account);
    deny(&mut partial, &old.account, Subject::Interfaces);
    let before = picture(&case.netbox);
    let (plan, outcomes) = case.apply(&partial);
    assert_eq!((plan.steps.as_slice(), outcomes.as_slice()), ([].as_slice(), [].as_slice()));
    assert_eq!(picture(&case.netbox), before);
    let [conflict] = plan.conflicts.as_slice() else { panic!("{:#?}", plan.conflicts) };
    for part in
        ["the name the only one is that of virtual-machine", &old.id, "because ", "scan what is missing"]
    {
        assert!(conflict.reason.contains(part), "{part}: {}", conflict.reason);
    }
    case.sync(&inventory);
    let id = case.named(MACHINES, "the only one")["custom_fields"]["netcensus_id"].clone();
    assert!(id.as_str().unwrap().ends_with("/i-00000000000000new"), "{id}");
}

/// `NetBox` deletes them with the machine, whether netcensus writes such objects or not.
#[test]
fn what_hangs_on_a_machine_stays_although_its_kind_is_left_out() {
    let (mut case, inventory) = (Case::new(), sample());
    case.settings.leave_out = ["interface", "ip-address", "mac-address"].into();
    case.sync(&inventory);
    let machine = case.netbox.all(MACHINES).remove(0);
    let interface = json!({ "name": "eth0", "virtual_machine": machine["id"] });
    case.netbox.by_hand("POST", INTERFACES, &interface);
    let none = Inventory { instances: vec![], interfaces: vec![], ..inventory };
    case.apply(&none);
    assert_eq!(case.netbox.all(INTERFACES).len(), 1);
    let left: Vec<_> = case.netbox.all(MACHINES).into_iter().map(|it| it["id"].clone()).collect();
    assert_eq!(left, [machine["id"].clone()]);
}

/// People were faster than the run.
#[test]
fn what_people_hung_on_a_machine_since_the_plan_was_made_stays() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let none = Inventory { instances: vec![], interfaces: vec![], ..inventory };
    let (target, plan) = case.plan(&none);
    let machine = case.netbox.all(MACHINES).remove(0);
    let interface = json!({ "name": "eth9", "virtual_machine": machine["id"] });
    case.netbox.by_hand("POST", INTERFACES, &interface);
    block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    assert_eq!(case.netbox.all(INTERFACES).len(), 1);
    assert_eq!(case.netbox.all(MACHINES).len(), 1);
}

#[test]
fn whatever_people_filled_in_keeps_the_object() {
    let (case, inventory) = (Case::new(), sample());
    let field = json!({ "name": "cost_centre", "type": "text" });
    case.netbox.by_hand("POST", "extras/custom-fields/", &field);
    case.sync(&inventory);
    let machines = case.netbox.all(MACHINES);
    for (machine, body) in machines.iter().zip([
        json!({ "custom_fields": { "cost_centre": "42" } }),
        json!({ "platform": 3 }),
        json!({ "role": 7 }),
    ]) {
        case.netbox.by_hand("PATCH", &format!("{MACHINES}{}/", machine["id"]), &body);
    }
    let entry = json!({
        "assigned_object_type": "virtualization.virtualmachine",
        "assigned_object_id": machines[3]["id"],
    });
    case.netbox.by_hand("POST", "extras/journal-entries/", &entry);
    let none = Inventory { instances: vec![], interfaces: vec![], ..inventory };
    case.apply(&none);
    let left: Vec<_> = case.netbox.all(MACHINES).into_iter().map(|it| it["id"].clone()).collect();
    assert_eq!(left, machines[..4].iter().map(|it| it["id"].clone()).collect::<Vec<_>>());
}

/// `default-networks` was not always false.
#[test]
fn default_networks_that_are_left_out_later_stay_with_what_is_in_them() {
    let (mut case, inventory) = (Case::new(), sample());
    let mut all_default = inventory;
    all_default.networks.iter_mut().for_each(|network| network.is_default = Some(true));
    case.sync(&all_default);
    let before = picture(&case.netbox);
    case.settings.default_networks = false;
    let (plan, _) = case.apply(&all_default);
    assert_eq!(plan.steps, [], "nothing in them is written or deleted");
    assert_eq!(picture(&case.netbox), before);

    let mut fresh = Case::new();
    fresh.settings.default_networks = false;
    fresh.sync(&all_default);
    for path in [VRFS, PREFIXES, INTERFACES, "dcim/mac-addresses/"] {
        assert!(fresh.netbox.all(path).is_empty(), "{path}");
    }
}

/// The owner of a shared subnet was scanned, and the participant whose interfaces are in it was not.
#[test]
fn addresses_of_accounts_that_were_not_scanned_have_a_tenant() {
    let (case, mut inventory) = (Case::new(), sample());
    inventory.interfaces[0].account = "888888888888".to_owned();
    inventory.interfaces[0].attached_to = None;
    case.sync(&inventory);
}

#[test]
fn a_public_address_whose_private_one_is_not_written_is_written() {
    let (case, mut inventory) = (Case::new(), sample());
    let with_public = inventory.interfaces.iter().find(|it| !it.public_ips.is_empty()).unwrap().clone();
    deny(&mut inventory, &with_public.account, Subject::Subnets);
    inventory.subnets.clear();
    let (plan, outcomes) = case.apply(&inventory);
    let failed: Vec<_> =
        plan.steps.iter().zip(&outcomes).filter(|(_, it)| **it != AppliedStep::Done).collect();
    assert!(failed.is_empty() && plan.conflicts.is_empty(), "{failed:#?} {:#?}", plan.conflicts);
    let address = with_public.public_ips[0].to_string();
    let all = case.netbox.all(ADDRESSES);
    assert!(all.iter().any(|it| it["address"].as_str().unwrap().starts_with(&address)), "{address}");
}

/// Whichever of its private addresses it is mapped to, it is none of the interface that it was moved from.
#[test]
fn a_public_address_that_moved_does_not_lead_to_where_it_was() {
    let (case, mut inventory) = (Case::new(), sample());
    let from = inventory
        .interfaces
        .iter()
        .position(|it| {
            !it.public_ips.is_empty() && it.private_ips.iter().filter(|ip| ip.is_ipv4()).count() == 1
        })
        .unwrap();
    case.sync(&inventory);
    let inside = |case: &Case| {
        case.netbox
            .all(ADDRESSES)
            .into_iter()
            .filter(|it| it.get("nat_inside").is_some_and(Value::is_u64))
            .count()
    };
    let before = inside(&case);
    let moved = std::mem::take(&mut inventory.interfaces[from].public_ips);
    let private = inventory.interfaces[from].private_ips.clone();
    let provider = inventory.interfaces[from].provider;
    let subnets: Vec<Option<String>> = inventory.subnets.iter().map(|it| Some(it.id.clone())).collect();
    let to = inventory
        .interfaces
        .iter()
        .position(|it| {
            it.private_ips.iter().any(IpAddr::is_ipv4)
                && it.private_ips != private
                && it.provider == provider
                && subnets.contains(&it.subnet)
                && it.public_ips.is_empty()
        })
        .unwrap();
    let second = inventory.interfaces[to].private_ips.iter().find(|ip| ip.is_ipv4()).copied().unwrap();
    let IpAddr::V4(second) = second else { unreachable!() };
    inventory.interfaces[to].private_ips.push(IpAddr::V4((u32::from(second) ^ 1).into()));
    inventory.interfaces[to].public_ips = moved;
    case.sync(&inventory);
    assert_eq!(inside(&case), before - 1);
}

#[test]
fn a_server_that_asks_to_wait_for_long_is_not_asked_again() {
    let (case, inventory) = (Case::new(), sample());
    case.netbox.store().slow_down = Some(600);
    let before = case.netbox.store().requests.len();
    let target = case.target();
    let error = block_on(target.read(&target.map(&inventory).records)).unwrap_err();
    assert!(error.remedies.iter().any(|remedy| remedy.contains("600 s")), "{error:?}");
    assert_eq!(case.netbox.store().requests.len(), before + 1);
}

/// What stands before a slow `NetBox` gives up what takes long, and all of it is undone.
#[test]
fn objects_that_are_too_slow_together_are_sent_one_by_one() {
    let (case, inventory) = (Case::new(), estate(2, 2, 3));
    case.netbox.store().most_objects = Some(2);
    case.sync(&inventory);
    assert_eq!(case.netbox.all(MACHINES).len(), inventory.instances.len());
}

#[test]
fn a_custom_field_that_is_not_unique_is_named() {
    let case = Case::new();
    let id = case.netbox.all("extras/custom-fields/").into_iter().find(|it| it["name"] == "netcensus_id");
    let path = format!("extras/custom-fields/{}/", id.unwrap()["id"]);
    case.netbox.by_hand("PATCH", &path, &json!({ "unique": false }));
    let error = block_on(case.target().read(&[])).unwrap_err();
    assert!(error.message.contains("netcensus_id of NetBox is not unique"), "{error}");
}

/// What a renamed or unknown filter does: everything comes back, and nothing that is not ours may be deleted for it.
#[test]
fn a_netbox_that_ignores_filters_loses_nothing() {
    let (case, inventory) = (Case::new(), sample());
    case.netbox.by_hand("POST", VRFS, &json!({ "name": "campus", "rd": "65000:1" }));
    case.sync(&inventory);
    case.netbox.store().ignores_filters = true;
    let none = Inventory { instances: vec![], interfaces: vec![], ..inventory.clone() };
    let (target, plan) = case.plan(&none);
    let machine = case.netbox.all(MACHINES).remove(0);
    let interface = json!({ "name": "eth9", "virtual_machine": machine["id"] });
    case.netbox.by_hand("POST", INTERFACES, &interface);
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    let overtaken = outcomes.iter().filter(|outcome| **outcome == AppliedStep::Overtaken);
    assert_eq!(overtaken.count(), 1, "the machine that people added an interface to");
    let left: Vec<_> = case.netbox.all(MACHINES).into_iter().map(|it| it["id"].clone()).collect();
    assert_eq!(left, [machine["id"].clone()]);
    let mut fewer = inventory;
    fewer.networks.truncate(2);
    case.apply(&fewer);
    assert!(case.netbox.all(VRFS).iter().any(|it| it.get("rd") == Some(&json!("65000:1"))));
}

/// A service of a device has a parent with the same number as a machine.
#[test]
fn what_hangs_on_something_else_keeps_no_machine() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    case.netbox.store().ignores_filters = true;
    for machine in case.netbox.all(MACHINES) {
        let service = json!({
            "name": "ssh",
            "parent_object_type": "dcim.device",
            "parent_object_id": machine["id"],
        });
        case.netbox.by_hand("POST", "ipam/services/", &service);
    }
    case.sync(&Inventory { instances: vec![], interfaces: vec![], ..inventory });
    assert!(case.netbox.all(MACHINES).is_empty());
}

/// A request takes longer than an object in it.
#[test]
fn objects_are_read_many_at_a_time_before_they_are_written() {
    let (case, mut inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let reads =
        |case: &Case| case.netbox.store().requests.iter().filter(|(method, _)| method == "GET").count();
    inventory.instances.iter_mut().for_each(|machine| machine.vcpus = Some(77));
    let none = Inventory { instances: vec![], interfaces: vec![], ..inventory.clone() };
    for changed in [inventory, none] {
        let (target, plan) = case.plan(&changed);
        let before = reads(&case);
        let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
        assert!(outcomes.iter().all(|outcome| *outcome == AppliedStep::Done));
        let (steps, reads) = (plan.steps.len(), reads(&case) - before);
        assert!(steps > 50 && reads * 5 < steps, "{reads} reads for {steps} steps");
    }
}

/// `ETag`s of lists are derived, which another version may not do in this way.
#[test]
fn a_netbox_with_other_etags_is_written_all_the_same() {
    let (case, mut inventory) = (Case::new(), sample());
    case.sync(&inventory);
    case.netbox.store().has_other_etags = true;
    inventory.instances.iter_mut().for_each(|machine| machine.vcpus = Some(77));
    assert!(case.sync(&inventory).steps.len() > 3);
    case.sync(&Inventory { instances: vec![], interfaces: vec![], ..inventory });
}

#[test]
fn an_older_inventory_changes_nothing_where_a_newer_one_was_applied() {
    let (case, inventory) = (Case::new(), sample());
    case.sync(&inventory);
    let before = picture(&case.netbox);
    let mut older = inventory.clone();
    older.taken_at -= jiff::SignedDuration::from_hours(1);
    older.instances.remove(0);
    older.networks.iter_mut().for_each(|network| network.name = Some("old".to_owned()));
    older.interfaces.clear();
    let (plan, _) = case.apply(&older);
    assert_eq!(plan.steps, []);
    assert!(plan.left_alone.iter().any(|left| left.reason.code() == "newer"), "{:?}", plan.left_alone);
    assert_eq!(picture(&case.netbox), before);

    // The newer run is faster than this one, which was planned before.
    let case = Case::new();
    case.sync(&older);
    let mut renamed = older.clone();
    renamed.networks.iter_mut().for_each(|network| network.name = Some("older still".to_owned()));
    let (target, plan) = case.plan(&renamed);
    case.sync(&inventory);
    let before = picture(&case.netbox);
    let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
    assert!(outcomes.iter().all(|outcome| *outcome == AppliedStep::Overtaken), "{outcomes:?}");
    assert_eq!(picture(&case.netbox), before);
}

/// The run went on until the server answered, for minutes. Nothing is written before that, so it can end at once.
#[cfg(unix)]
#[test]
fn a_registry_that_does_not_answer_is_not_waited_for_once_you_stop() {
    let (home, netbox) = (Home::new(), FakeNetbox::new());
    netbox.store().is_silent = true;
    let ipam = format!("[sync.ipam]\ntype = \"netbox\"\nurl = \"{}\"\ntoken-env = \"IPAM\"\n", netbox.url);
    home.write("netcensus.toml", ipam);
    home.write("inventory.json", sample_document());
    let child = home.netcensus("sync ipam --from inventory.json --apply").env("IPAM", TOKEN).spawn();
    let is_read = || netbox.store().requests.iter().any(|(_, path)| path != "status/");
    while !is_read() {
        std::thread::sleep(Duration::from_millis(20));
    }
    interrupt(&child);
    Output::of(child).exits(130).says(&["ipam: you stopped the run before this was read"]);
}
