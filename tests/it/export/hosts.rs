//! Inventories of Ansible and targets of Prometheus.

use std::fs;

use netcensus::model::{Instance, Inventory, Outcome, Provider, Tags};
use serde_json::{Value, json};

use super::{export, save};
use crate::support::{Home, Output};

const WEB: &str = "i-0aaaaaaaaaaaaaaa1";
const STOPPED: &str = "i-0aaaaaaaaaaaaaaa2";
const TERMINATED: &str = "i-0aaaaaaaaaaaaaaa3";

/// Exports `a.json` to standard output.
fn shown(home: &Home, format: &str) -> Output {
    export(home, &format!("--to - --format {format}")).run().exits(0)
}

/// Exports the sample, its instances changed by `change`.
fn of(format: &str, change: impl FnOnce(&mut Vec<Instance>)) -> Output {
    let home = Home::new();
    save(&home, "a.json", |inventory| change(&mut inventory.instances));
    shown(&home, format)
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// Makes of an instance a machine of Azure.
fn azure(machine: &Instance, group: &str, name: &str) -> Instance {
    let path = |what: &str| format!("/subscriptions/0-a/resourceGroups/{group}/providers/Microsoft.{what}");
    Instance {
        provider: Provider::Azure,
        account: "0-a".into(),
        region: "westeurope".into(),
        zone: Some("1".into()),
        id: path(&format!("Compute/virtualMachines/{name}")),
        name: Some(name.into()),
        network: Some(path("Network/virtualNetworks/vnet-hub")),
        ..machine.clone()
    }
}

/// Lists the lines below that of `key`, which has this indentation, without theirs.
fn below<'t>(text: &'t str, key: &str) -> Vec<&'t str> {
    let indent = key.len() - key.trim_start().len();
    let lines = text.lines().skip_while(|line| *line != key).skip(1);
    lines.take_while(|line| line.len() - line.trim_start().len() > indent).map(str::trim).collect()
}

fn variables<'t>(text: &'t str, host: &str) -> Vec<&'t str> {
    below(text, &format!("    \"{host}\":"))
}

fn members<'t>(text: &'t str, group: &str) -> Vec<&'t str> {
    let lines = below(text, &format!("    {group}:"));
    lines.into_iter().filter_map(|line| line.strip_prefix('"')?.strip_suffix("\":")).collect()
}

fn groups(text: &str) -> Vec<&str> {
    let lines = text.lines().skip_while(|line| *line != "  children:");
    lines
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(':'))
        .filter(|line| !line.starts_with(' '))
        .collect()
}

fn hosts(text: &str) -> Vec<&str> {
    let lines = text.lines().take_while(|line| *line != "  children:");
    lines.filter_map(|line| line.strip_prefix("    \"")?.strip_suffix("\":")).collect()
}

/// Replaces what names of labels cannot have.
fn word(text: &str) -> String {
    text.replace(|c: char| !c.is_ascii_alphanumeric(), "_")
}

/// Returns the labels of the target, without what all begin with.
fn labels(targets: &Value, target: &str) -> Value {
    let entries = targets.as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["targets"] == json!([target])).unwrap();
    let labels = entry["labels"].as_object().unwrap().iter();
    labels
        .map(|(name, value)| (name.strip_prefix("__meta_netcensus_").unwrap().to_owned(), value.clone()))
        .collect()
}

#[test]
fn a_folder_gets_both_files_and_the_instances_alone_are_needed() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.links.clear();
        for entry in inventory.coverage.iter_mut().filter(|entry| entry.kind.as_str() != "instances") {
            entry.outcome = Outcome::Skipped;
        }
    });
    export(&home, "--to out/ --format ansible,prometheus -q").run().succeeds();
    let text = fs::read_to_string(home.path().join("out/ansible.yml")).unwrap();
    assert_eq!(text, shown(&home, "ansible").stdout);
    let targets = fs::read_to_string(home.path().join("out/prometheus.json")).unwrap();
    assert_eq!(targets, shown(&home, "prometheus").stdout);
    export(&home, "--to out/ --format ansible --kind links")
        .run()
        .refuses(&["ansible can contain only instances"]);
}

#[test]
fn a_host_has_what_is_known_of_it_and_nothing_else() {
    let text = of("ansible", |machines| {
        machines[0].name = None;
        machines[0].subnet = None;
        machines[0].tags = tags(&[("env", "prod"), ("Größe", "yes")]);
    })
    .stdout;
    assert_eq!(
        variables(&text, WEB),
        [
            "ansible_host: \"10.0.0.10\"",
            "netcensus_id: \"i-0aaaaaaaaaaaaaaa1\"",
            "netcensus_provider: \"aws\"",
            "netcensus_account: \"012345678901\"",
            "netcensus_region: \"eu-west-1\"",
            "netcensus_zone: \"eu-west-1a\"",
            "netcensus_zone_id: \"euw1-az2\"",
            "netcensus_network: \"vpc-0a1b2c3d4e5f60718\"",
            "netcensus_type: \"m7g.2xlarge\"",
            "netcensus_state: \"running\"",
            "netcensus_private_ips: [\"10.0.0.10\", \"2001:db8:1200:1::a\"]",
            "netcensus_public_ips: [\"203.0.113.10\"]",
            "netcensus_tags:",
            "\"Größe\": \"yes\"",
            "\"env\": \"prod\"",
        ]
    );
    let other = variables(&text, "i-0bbbbbbbbbbbbbbb1");
    assert!(other.contains(&"netcensus_account_name: \"shared-services\""), "{other:?}");
    assert_eq!(other.last(), Some(&"netcensus_tags: {}"));
    assert!(text.starts_with(
        "# Written by netcensus 0.0.0-test; the inventory was taken at 2026-11-20T08:00:00Z.\n"
    ));
}

#[test]
fn groups_are_of_everything_that_playbooks_choose_by() {
    let text = of("ansible", |machines| {
        machines[0].tags = tags(&[("env", "prod"), ("a-b", "c"), ("a", "b c"), ("empty", "")]);
        machines.push(azure(&machines[0], "rg", "web"));
    })
    .stdout;
    assert_eq!(
        groups(&text),
        [
            "account_012345678901",
            "account_0_a",
            "account_222222222222",
            "aws",
            "azure",
            "network_vnet_hub_97aa65e7",
            "network_vpc_0a1b2c3d4e5f60718",
            "network_vpc_0shared",
            "region_eu_west_1",
            "region_westeurope",
            "state_running",
            "state_stopped",
            "tag_a_b_c",
            "tag_empty_",
            "tag_env_prod",
            "type_m7g_2xlarge",
            "zone_eu_west_1a",
            "zone_westeurope_1",
        ]
    );
    assert_eq!(members(&text, "state_stopped"), [STOPPED], "stopped machines are there, and in a group");
    assert_eq!(members(&text, "azure").len(), 1);
    assert_eq!(
        members(&text, "tag_a_b_c").iter().filter(|host| **host == WEB).count(),
        1,
        "two tags, one group"
    );
}

#[test]
fn machines_that_are_gone_are_left_out_and_counted() {
    for format in ["ansible", "prometheus"] {
        let home = Home::new();
        save(&home, "a.json", |inventory| inventory.instances[1].state = Some("shutting-down".into()));
        let out = shown(&home, format).says(&[&format!("{format}: left out as terminated: 2")]);
        assert!(
            out.stdout.contains(WEB) && !out.stdout.contains(STOPPED) && !out.stdout.contains(TERMINATED)
        );
        let quiet = export(&home, &format!("--to - --format {format} -q")).run().succeeds();
        assert_eq!(quiet.stdout, out.stdout);
    }
}

#[test]
fn a_machine_without_the_address_is_a_host_but_no_target_and_counted() {
    let home = Home::new();
    let out = export(&home, "--to - --format ansible --address public").run().exits(0);
    assert!(out.stdout.contains("ansible_host: \"203.0.113.10\""));
    assert_eq!(out.stdout.matches("ansible_host: ").count(), 1);
    assert_eq!(hosts(&out.stdout).len(), 3);
    let said = "without ansible_host, because they have no public address: 2";
    assert!(
        out.stdout.contains(&format!("# ansible: left out as terminated: 1; {said}\n")),
        "{}",
        out.stdout
    );
    out.says(&[said]);
    let out = export(&home, "--to - --format prometheus --address public").run().exits(0);
    assert_eq!(out.json().as_array().unwrap().len(), 1);
    out.says(&["left out, because they have no public address: 2"]);
}

#[test]
fn addresses_that_several_machines_have_are_counted_and_named() {
    let home = Home::new();
    let shared = ["10.0.0.7", "10.0.0.8", "10.0.0.9", "10.0.0.9", "10.0.0.6"];
    let change = |count: usize| {
        save(&home, "a.json", |inventory| {
            let machine = inventory.instances[0].clone();
            let twins = shared[..count].iter().chain(&shared[..count]).enumerate();
            inventory.instances.extend(twins.map(|(number, ip)| Instance {
                id: format!("i-{number}"),
                private_ips: vec![ip.parse().unwrap()],
                ..machine.clone()
            }));
        });
    };
    change(1);
    let said = "left out as terminated: 1; 1 address is used by several machines: 10.0.0.7 (by 2)\n";
    shown(&home, "prometheus").says(&[&format!("prometheus: {said}")]);
    change(5);
    let said =
        "4 addresses are used by several machines: 10.0.0.9 (by 4), 10.0.0.6 (by 2), 10.0.0.7 (by 2), ...";
    let out = shown(&home, "ansible").says(&[said]);
    let remark = format!("# ansible: left out as terminated: 1; {said}\n");
    assert!(out.stdout.contains(&remark), "{}", out.stdout);
    let public = export(&home, "--to - --format ansible --address public").run().exits(0);
    public.says(&["; 1 address is used by several machines: 203.0.113.10 (by 11)\n"]);
    save(&home, "a.json", |inventory| {
        let gone = Instance { state: Some("terminated".into()), ..inventory.instances[0].clone() };
        inventory.instances.push(gone);
    });
    let out = shown(&home, "ansible");
    assert!(!out.stdout.contains("several machines"), "who is gone has no address: {}", out.stdout);
}

#[test]
fn it_is_said_how_many_machines_are_in_each_file() {
    let home = Home::new();
    export(&home, "--to out/ --format csv,ansible,prometheus --kind instances --address public").run().exits(0).says(&[
        "exported 4 instances to instances.csv, coverage.csv, ansible.yml (3 hosts), prometheus.json (1 target) in out/",
    ]);
}

#[test]
fn the_first_address_is_named_and_one_of_version_4_before_others() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        inventory.instances[0].private_ips =
            ["2001:db8::1", "10.0.0.9", "10.0.0.8"].map(|ip| ip.parse().unwrap()).into();
        inventory.instances[1].private_ips = vec!["2001:db8::2".parse().unwrap()];
    });
    let text = shown(&home, "ansible").stdout;
    assert_eq!(variables(&text, WEB)[0], "ansible_host: \"10.0.0.9\"");
    assert_eq!(variables(&text, STOPPED)[0], "ansible_host: \"2001:db8::2\"");
    let targets = |flags: &str| {
        let targets = export(&home, &format!("--to - --format prometheus {flags}")).run().exits(0).json();
        targets.as_array().unwrap().iter().map(|entry| entry["targets"][0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(targets(""), ["10.0.0.9", "[2001:db8::2]", "10.1.0.4"]);
    assert_eq!(targets("--port 9100"), ["10.0.0.9:9100", "[2001:db8::2]:9100", "10.1.0.4:9100"]);
}

#[test]
fn what_ansible_might_run_is_marked_wherever_it_stands() {
    let text = of("ansible", |machines| {
        machines[0].name = Some("{% raw %}".into());
        machines[0].tags = tags(&[
            ("run", "{{ lookup('pipe','id') }}"),
            ("{{ key }}", "x"),
            ("other", "#jinja2:variable_start_string:'[%'\n[% x %]"),
        ]);
    })
    .stdout;
    let lines = variables(&text, WEB);
    for line in [
        "netcensus_name: !unsafe \"{% raw %}\"",
        "\"run\": !unsafe \"{{ lookup('pipe','id') }}\"",
        "!unsafe \"{{ key }}\": \"x\"",
        "\"other\": !unsafe \"#jinja2:variable_start_string:'[%'\\u000a[% x %]\"",
    ] {
        assert!(lines.contains(&line), "{line}\n{lines:#?}");
    }
    assert!(members(&text, "tag_run____lookup__pipe___id_____").contains(&WEB), "{:?}", groups(&text));
}

#[test]
fn hostile_text_breaks_out_of_neither_file() {
    let hostile = "\"\n  children:\n\u{7f}\u{85}\u{feff}\u{ffff}\u{2028}\u{202e}\u{e0041}: {} # \\";
    let home = Home::new();
    let long = "k".repeat(2000);
    save(&home, "a.json", |inventory| {
        inventory.generator = hostile.into();
        inventory.instances[0].name = Some(hostile.into());
        inventory.instances[0].tags = tags(&[(hostile, hostile), (&long, "v")]);
    });
    let text = shown(&home, "ansible").stdout;
    let escaped =
        "\\\"\\u000a  children:\\u000a\\u007f\\u0085\\ufeff\\uffff\\u2028\\u202e\\U000e0041: {} # \\\\";
    assert!(
        variables(&text, WEB).contains(&format!("!unsafe \"{escaped}\": !unsafe \"{escaped}\"").as_str()),
        "{text}"
    );
    assert!(text.starts_with(&format!("# Written by {escaped}; ")));
    assert!(
        text.contains(&format!("        ? \"{long}\"\n        : \"v\"\n")),
        "keys of a line have a limit in YAML"
    );
    let targets = shown(&home, "prometheus").json();
    let labels = labels(&targets, "10.0.0.10");
    assert_eq!(labels["name"], hostile);
    assert_eq!(labels[word(&format!("tag_{hostile}"))], hostile);
}

#[test]
fn every_host_has_a_name_of_its_own_that_no_group_has_and_that_stays() {
    let home = Home::new();
    let two = |inventory: &mut Inventory| {
        let machine = inventory.instances[0].clone();
        inventory.instances.extend([azure(&machine, "one", "web"), azure(&machine, "two", "WEB")]);
        inventory.instances[3].id = "aws".into();
        inventory.instances[3].name = None;
        let twin = Instance { account: "222222222222".into(), ..machine };
        inventory.instances.insert(3, twin);
    };
    save(&home, "a.json", two);
    let text = shown(&home, "ansible").stdout;
    assert_eq!(
        hosts(&text),
        [WEB, STOPPED, "aws-e224e72f", "i-0aaaaaaaaaaaaaaa1-2", "web-5046fccd", "web-78209320"]
    );
    assert!(groups(&text).iter().all(|group| !group.contains('-') && !hosts(&text).contains(group)));
    save(&home, "a.json", |inventory| {
        two(inventory);
        inventory.instances.drain(..5);
        inventory.instances[0].id.make_ascii_uppercase();
    });
    assert_eq!(hosts(&shown(&home, "ansible").stdout), ["web-5046fccd", "web-78209320"]);
}

#[test]
fn labels_tell_what_is_known_and_values_are_exact() {
    let targets = of("prometheus", |machines| {
        machines[0].subnet = None;
        machines[0].tags = tags(&[("a-b", "first"), ("a.b", "last"), ("Größe", "ä \"b\"")]);
    })
    .json();
    assert_eq!(
        labels(&targets, "10.0.0.10"),
        json!({
            "account": "012345678901", "id": WEB, "name": "web-1", "network": "vpc-0a1b2c3d4e5f60718",
            "private_ips": ",10.0.0.10,2001:db8:1200:1::a,", "provider": "aws", "public_ips": ",203.0.113.10,",
            "region": "eu-west-1", "state": "running", "tag_Gr__e": "ä \"b\"", "tag_a_b": "last",
            "type": "m7g.2xlarge", "zone": "eu-west-1a", "zone_id": "euw1-az2",
        })
    );
    let managed = labels(&targets, "10.0.0.11");
    assert_eq!((&managed["state"], &managed["operator"]), (&json!("stopped"), &json!("eks.amazonaws.com")));
    assert_eq!(managed["private_prefixes"], ",10.0.0.96/28,2001:db8:1200:1:1::/80,");
    assert_eq!(labels(&targets, "10.1.0.4")["account_name"], "shared-services");
}

#[test]
fn an_estate_without_machines_makes_valid_files() {
    let text = of("ansible", Vec::clear).succeeds().stdout;
    assert!(text.ends_with("\nall:\n  hosts: {}\n  children: {}\n"), "{text}");
    assert_eq!(of("prometheus", Vec::clear).succeeds().stdout, "[]\n");
}

#[test]
fn an_incomplete_inventory_says_so_in_the_file() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let entry = inventory.coverage.iter_mut().find(|entry| entry.kind.as_str() == "instances").unwrap();
        entry.outcome = Outcome::Denied;
        entry.detail = Some("UnauthorizedOperation\n(allow it)".to_owned());
        inventory.filters = vec!["region=eu-*".into()];
    });
    export(&home, "--to hosts.yml --format ansible").run().exits(3);
    assert!(!home.path().join("hosts.yml").exists());
    export(&home, "--to hosts.yml --format ansible --allow-incomplete").run().exits(3);
    let text = fs::read_to_string(home.path().join("hosts.yml")).unwrap();
    let comment: Vec<&str> = text.lines().take_while(|line| *line != "all:").skip(2).collect();
    assert_eq!(comment[0], "# INCOMPLETE: hosts may be missing.");
    assert!(comment[1].starts_with("# - the inventory is filtered by `region=eu-*`"), "{comment:?}");
    assert!(
        comment[2].starts_with("# - ") && comment[2].contains("UnauthorizedOperation\\u000a(allow"),
        "{comment:?}"
    );
    assert_eq!(comment.len(), 3);
}

#[test]
fn flags_that_change_nothing_are_refused() {
    let home = Home::new();
    for (line, words) in [
        (
            "--to a.csv --kind instances --address public",
            ["--address has no effect on csv", "ansible, prometheus"],
        ),
        (
            "--to a.yml --format ansible --port 9100",
            ["--port has no effect on ansible", "a format that has it: prometheus"],
        ),
        ("--to a.json --bom", ["--bom has no effect on json", "a format that has it: csv"]),
        (
            "--to o/ --format xlsx,json --delimiter ;",
            ["--delimiter has no effect on xlsx and json", "a format that has it: csv"],
        ),
        ("--to a.json --kind networks", ["--kind has no effect on json", "csv, tsv, xlsx"]),
        ("--to - --format json --template team", ["--template has no effect on json", "csv, tsv, xlsx"]),
        (
            "--to a.ndjson --tag-columns env",
            ["--tag-columns has no effect on ndjson", "a format that has it: csv"],
        ),
        (
            "--to a/ --format ansible,prometheus,json --all-tags",
            ["--all-tags has no effect on ansible and prometheus and json", "a format that has it: csv"],
        ),
        (
            "--to a.json --raw-formulas",
            ["--raw-formulas has no effect on json", "a format that has it: csv, tsv, xlsx"],
        ),
    ] {
        export(&home, line).run().refuses(&words);
    }
    export(&home, "--to o/ --format csv,prometheus --delimiter ; --port 80 -q").run().succeeds();
    export(&home, "--append-history h.csv --kind networks --to a.json --delimiter ; -q").run().succeeds();
    export(&home, "--to o/ --format json,csv --kind networks --tag-columns env -q").run();
    assert!(home.path().join("o/networks.csv").exists());
    export(&home, "--to - --format prometheus --port 0").run().exits(2);
    export(&home, "--to - --format prometheus --address both").run().exits(2);
}

#[test]
fn the_name_of_a_yaml_file_needs_the_format() {
    let home = Home::new();
    for name in ["hosts.yml", "hosts.YAML"] {
        export(&home, &format!("--to {name}"))
            .run()
            .refuses(&["does not say which format", "--format ansible"]);
    }
}
