//! Groups: what is in them, what is not known of them, and what commands do with them.

use netcensus::analysis::filter::ResourceGroups;
use netcensus::analysis::groups::{GroupsReport, count_members};
use netcensus::analysis::inventory_index::InventoryIndex;
use netcensus::model::{Instance, Inventory, InventoryView, Kind, Outcome, Provider};
use serde_json::Value;

use crate::find::estate::{account, azure, coverage, instance, sample};
use crate::support::Home;

const WEB: &str = "[groups.web]\nfilter = [\"tag:role=web\", \"state=running\"]\n";

/// The sample, with machines that have these ids and values of the tag `role`.
fn inventory(machines: &[(&str, &str)]) -> Inventory {
    let mut inventory = sample().inventory;
    let shop = inventory.networks.iter().find(|network| network.id == "vpc-shop").unwrap().clone();
    let machine = |(id, role): &(&str, &str)| {
        let machine = instance(&shop, "subnet-app", id, id, &["10.0.1.11"]);
        Instance { tags: [("role".to_owned(), (*role).to_owned())].into(), ..machine }
    };
    inventory.instances = machines.iter().map(machine).collect();
    inventory
}

fn home(config: &str, inventories: &[(&str, &Inventory)]) -> Home {
    let home = Home::new();
    home.write("netcensus.toml", config);
    for (name, inventory) in inventories {
        home.write(name, serde_json::to_vec(inventory).unwrap());
    }
    home
}

fn count(groups: &[(&str, &[&[&str]])], inventory: &Inventory) -> GroupsReport {
    let owned = |texts: &[&str]| texts.iter().map(ToString::to_string).collect::<Vec<String>>();
    let definitions: Vec<(String, Vec<Vec<String>>)> = groups
        .iter()
        .map(|(name, all)| ((*name).to_owned(), all.iter().map(|texts| owned(texts)).collect()))
        .collect();
    let groups = ResourceGroups::new(definitions.iter().map(|(name, all)| (name, all.as_slice()))).unwrap();
    count_members(&groups, InventoryView::new(inventory), &InventoryIndex::new(inventory)).unwrap()
}

/// The numbers of machines of a group, by cloud.
fn machines(report: &GroupsReport, name: &str) -> Vec<(Provider, Option<usize>)> {
    let group = report.groups.iter().find(|group| group.name == name).unwrap();
    group.clouds.iter().map(|cloud| (cloud.provider, cloud.members[&Kind::Instances])).collect()
}

#[test]
fn all_conditions_of_one_alternative_hold_and_groups_name_groups() {
    let mut inventory = inventory(&[("i-1", "web"), ("i-2", "web"), ("i-3", "db")]);
    inventory.instances[1].state = Some("stopped".into());
    let report = count(
        &[
            ("web", &[&["tag:role=web", "state=running"]]),
            ("data", &[&["tag:role=db"], &["tag:role=cache"]]),
            ("all", &[&["group=web"], &["group=data"]]),
            ("rest", &[&["tag:role=*", "group!=web"]]),
        ],
        &inventory,
    );
    let aws = |name| machines(&report, name)[0].1;
    assert_eq!(["web", "data", "all", "rest"].map(aws), [Some(1), Some(1), Some(2), Some(2)]);
    assert!(report.complete);
}

#[test]
fn keys_of_tags_have_a_case_in_aws_and_none_in_azure() {
    let mut inventory = inventory(&[("i-1", "web"), ("i-2", "web")]);
    inventory.instances[1].provider = Provider::Azure;
    let report = count(&[("web", &[&["tag:Role=web"]])], &inventory);
    assert_eq!(machines(&report, "web"), [(Provider::Aws, Some(0)), (Provider::Azure, Some(1))]);
}

#[test]
fn what_was_not_read_is_unknown_where_it_could_have_members() {
    let mut inventory = inventory(&[("i-1", "web")]);
    inventory.coverage.extend(coverage(Provider::Azure, &azure("x")[15..51], Outcome::Denied));
    let groups: [(&str, &[&[&str]]); 2] =
        [("web", &[&["tag:role=web"]]), ("aws", &[&["tag:role=web", "provider=aws"]])];
    let report = count(&groups, &inventory);
    let [aws, web] = report.groups.as_slice() else { panic!("two groups") };
    assert!(aws.complete && !web.complete && !report.complete);
    let unread = web.clouds.iter().find(|cloud| cloud.provider == Provider::Azure).unwrap().unread;
    assert_eq!((unread, report.coverage.len()), (3, 3), "networks, subnets and instances have tags");
    inventory.coverage.retain(|read| read.kind != Kind::Instances.into());
    let report = count(&groups, &inventory);
    assert_eq!(machines(&report, "web")[0].1, None, "not scanned is not zero");
}

#[test]
fn a_group_that_is_wrong_is_refused_with_its_line() {
    let home = home("[groups.a]\nfilter = [\"group=b\"]\n[groups.b]\nfilter = [\"group=a\"]\n", &[]);
    home.netcensus("config check").run().refuses(&[
        "netcensus.toml:2:11: groups: the group is defined by itself: a -> b -> a",
        "netcensus.toml:4:11: groups: the group is defined by itself: b -> a -> b",
    ]);
    for (config, problem) in [
        (
            "[groups.a]\nfilter = [\"group=we\"]\n[groups.web]\nfilter = [\"tag:a=b\"]\n",
            "2:11: groups: there is no group `we`; did you mean `web`?",
        ),
        (
            "[groups.a]\nfilter = [\"stat=x\"]\n",
            "2:11: groups.a.filter: there is no column `stat`; did you mean `state`?",
        ),
        (
            "[groups.a]\nfilter = [\"vcpus>1\", \"is_default=yes\"]\n",
            "no kind of resource has all of the columns vcpus, is_default",
        ),
        ("[groups.a]\nfilter = []\n", "`filter` is empty"),
        ("[groups.a]\nfilters = [\"a=b\"]\n", "did you mean `filter`?"),
        ("[groups.\"a b\"]\nfilter = [\"tag:a=b\"]\n", "`a b` is not a name for a group"),
        (
            "[groups.a-b]\nfilter = [\"tag:a=b\"]\n[groups.a_b]\nfilter = [\"tag:a=b\"]\n",
            "are the same name in Ansible",
        ),
    ] {
        home.write("netcensus.toml", config);
        home.netcensus("config check").run().refuses(&[problem]);
    }
    home.write("netcensus.toml", WEB);
    home.netcensus("scan --sandbox --group wbe")
        .run()
        .refuses(&["there is no group `wbe`", "did you mean `web`?"]);
    for command in ["scan links --sandbox --group web", "groups web --sandbox --kind links"] {
        home.netcensus(command)
            .run()
            .refuses(&["--group: group `web` filters by `tag:role`, which links do not have"]);
    }
    home.netcensus("groups --sort name").run().refuses(&["<NAME>"]);
}

#[test]
fn groups_are_listed_with_their_members_and_what_is_unknown() {
    let mut inventory = inventory(&[("i-1", "web"), ("i-2", "db")]);
    let home = home(WEB, &[("all.json", &inventory)]);
    let list = home.netcensus("groups --from all.json -o csv").run().succeeds();
    let rows: Vec<&str> = list.stdout.lines().collect();
    assert_eq!(rows[0], "group,cloud,networks,subnets,instances,interfaces,links,unread");
    assert_eq!(&rows[1..], ["web,aws,0,0,1,,,0", "web,azure,0,0,0,,,0"], "links have no tags");
    let members = home.netcensus("groups web --from all.json --kind instances --columns id -o csv").run();
    assert_eq!(members.succeeds().stdout, "id\ni-1\n");
    inventory.coverage.extend(coverage(Provider::Aws, "333333333333", Outcome::Denied));
    inventory.accounts.push(account(Provider::Aws, "333333333333", "closed"));
    home.write("gaps.json", serde_json::to_vec(&inventory).unwrap());
    let list = home.netcensus("groups --from gaps.json -o json").run().exits(3).json();
    assert_eq!(
        (&list["complete"], &list["groups"][0]["clouds"][0]["unread"]),
        (&Value::from(false), &Value::from(3))
    );
    home.netcensus("groups web --from gaps.json")
        .run()
        .exits(3)
        .says(&["3 of 20 reads failed (exit code 3)"]);
}

#[test]
fn a_group_without_members_says_what_it_is() {
    let inventory = inventory(&[("i-2", "db")]);
    let home = home(WEB, &[("all.json", &inventory)]);
    for command in ["groups web", "groups --name web", "scan instances --group web"] {
        let words =
            ["no row matches group=web\nnote: group `web` has the filter tag:role=web and state=running"];
        home.netcensus(&format!("{command} --from all.json")).run().exits(0).says(&words);
    }
    let words = ["no group `list`", "accepted: web", "`netcensus groups` lists all groups"];
    home.netcensus("groups list --from all.json").run().refuses(&words);
}

#[test]
fn diff_tells_who_joined_and_left_and_never_that_what_is_unread_left() {
    let old = inventory(&[("i-stays", "web"), ("i-stops", "web"), ("i-becomes", "db"), ("i-goes", "web")]);
    let mut new =
        inventory(&[("i-stays", "web"), ("i-stops", "web"), ("i-becomes", "web"), ("i-new", "web")]);
    // The state is ignored unless you ask for it, and decides here.
    new.instances[1].state = Some("stopped".into());
    let home = home(WEB, &[("old.json", &old), ("new.json", &new)]);
    let diff = |new: &str| home.netcensus(&format!("diff old.json {new} --group web -o json")).run();
    let report = diff("new.json").succeeds().json();
    let changes = report["changes"].as_array().unwrap();
    let memberships: Vec<(&str, &str)> = changes
        .iter()
        .map(|change| (change["id"].as_str().unwrap(), change["membership"].as_str().unwrap()))
        .collect();
    let mut expected =
        [("i-stops", "left"), ("i-becomes", "joined"), ("i-goes", "left"), ("i-new", "joined")];
    expected.sort_unstable();
    assert_eq!(memberships, expected);
    let shown = home.netcensus("diff old.json new.json --group web").run().succeeds().stdout;
    assert!(shown.contains("2 joined, 2 left") && shown.contains("filtered by: group=web"), "{shown}");

    new.instances.clear();
    for read in new.coverage.iter_mut().filter(|read| read.kind == Kind::Instances.into()) {
        read.outcome = Outcome::Denied;
    }
    home.write("denied.json", serde_json::to_vec(&new).unwrap());
    let report = diff("denied.json").exits(3).json();
    assert_eq!(report["changes"].as_array().map(Vec::len), Some(0));
    assert_eq!(report["unknown"].as_array().map(Vec::len), Some(3), "the members, and not i-becomes");
    home.write("netcensus.toml", "[groups.web]\nfilter = [\"launched_at>90d\"]\n");
    diff("new.json").refuses(&["web has a condition on an age"]);
}

#[test]
fn find_shows_members_only_and_calls_no_prefix_free() {
    let mut inventory = inventory(&[("i-web", "web"), ("i-2", "db")]);
    inventory.instances[0].private_ips = inventory.interfaces[0].private_ips.clone();
    let home = home(WEB, &[("all.json", &inventory)]);
    let find =
        |things: &str| home.netcensus(&format!("find {things} --from all.json --group web -o json")).run();
    let found = find("10.0.1.10").succeeds().json();
    assert_eq!(
        found["answers"][0]["matches"].as_array().map(Vec::len),
        Some(1),
        "the interface of the machine"
    );
    assert_eq!(find("i-2").exits(1).json()["answers"][0]["status"], "not-found");
    let prefix = find("10.7.0.0/16").exits(1).json();
    assert_eq!(prefix["answers"][0]["status"], "not-found");
    assert!(prefix["answers"][0]["free"].is_null());
}

#[test]
fn exports_have_members_only_and_hosts_know_their_groups() {
    let mut inventory = inventory(&[("i-1", "web"), ("i-2", "db")]);
    let home =
        home(&format!("{WEB}[groups.data-base]\nfilter = [\"tag:role=db\"]\n"), &[("all.json", &inventory)]);
    let export = |rest: &str| home.netcensus(&format!("export --from all.json {rest}")).run();
    export("--to out/ --format csv,ansible --group web").exits(0);
    let read = |name: &str| std::fs::read_to_string(home.path().join("out").join(name)).unwrap();
    assert_eq!(read("instances.csv").lines().count(), 2);
    assert!(!home.path().join("out/links.csv").exists(), "links have no tags");
    assert!(read("ansible.yml").contains("i-1") && !read("ansible.yml").contains("i-2"));
    let manifest: Value = serde_json::from_str(&read("manifest.json")).unwrap();
    assert_eq!(manifest["rows"]["instances"], 1);
    let ansible = export("--to - --format ansible").exits(0).stdout;
    assert!(ansible.contains("    group_web:\n      hosts:\n        \"i-1\":\n"), "{ansible}");
    assert!(ansible.contains("    group_data_base:\n      hosts:\n        \"i-2\":\n"), "{ansible}");
    let targets = export("--to - --format prometheus").exits(0).json();
    assert_eq!(targets[0]["labels"]["__meta_netcensus_groups"], ",web,");
    export("--to out.json --group web").refuses(&["--group has no effect on json"]);
    export("--to out/ --kind links --group web").refuses(&["a column that links do not have"]);
    for read in inventory.coverage.iter_mut().filter(|read| read.kind == Kind::Instances.into()) {
        read.outcome = Outcome::Denied;
    }
    home.write("all.json", serde_json::to_vec(&inventory).unwrap());
    export("--to out/ --format csv --kind instances --group web").exits(3);
    assert_eq!(read("instances.csv").lines().count(), 2, "an incomplete inventory replaces nothing");
}
