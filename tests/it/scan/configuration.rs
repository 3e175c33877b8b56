//! `netcensus.toml` as the binary finds it, `config check` and `config show`.

use serde_json::{Value, json};

use crate::support::{Cloud, Home, Run};

/// Returns what holds for `key`, and the file it came from.
#[track_caller]
fn holds(run: Run, key: &str) -> (Value, Value) {
    let shown = run.run().succeeds().json();
    (shown[key]["value"].clone(), shown[key]["origin"]["path"].clone())
}

#[test]
fn the_first_file_of_four_is_read() {
    let home = Home::new();
    let show = "config show -o json";
    let path = |name: &str| json!(home.path().join(name).display().to_string());
    assert_eq!(holds(home.netcensus(show), "concurrency"), (json!("auto"), Value::Null));
    home.write("xdg/netcensus/netcensus.toml", "concurrency = 4\n");
    assert_eq!(holds(home.netcensus(show), "concurrency"), (json!(4), path("xdg/netcensus/netcensus.toml")));
    home.write("netcensus.toml", "concurrency = 3\n");
    assert_eq!(holds(home.netcensus(show), "concurrency"), (json!(3), json!("netcensus.toml")));
    let named = home.write("named.toml", "concurrency = 2\n");
    let run = home.netcensus(show).env("NETCENSUS_CONFIG", &named);
    assert_eq!(holds(run, "concurrency"), (json!(2), path("named.toml")));
    home.write("flag.toml", "concurrency = 1\n");
    let run = home.netcensus("config show -o json --config flag.toml").env("NETCENSUS_CONFIG", &named);
    assert_eq!(holds(run, "concurrency"), (json!(1), json!("flag.toml")));
}

#[test]
fn a_named_file_must_exist() {
    let home = Home::new();
    home.netcensus("scan --sandbox --config nowhere.toml").run().refuses(&["nowhere.toml"]);
    let run = home.netcensus("scan --sandbox").env("NETCENSUS_CONFIG", "gone.toml").run();
    run.refuses(&["gone.toml"]);
}

#[test]
fn the_file_says_the_scope_and_flags_win() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write(
        "netcensus.toml",
        "[aws]\nprofiles = ['security']\nregions = ['us-*']\n[output]\nformat = 'csv'\n\
         columns.networks = ['account', 'name']\n",
    );
    let output = cloud.netcensus("scan").run().succeeds();
    assert!(output.stdout.lines().any(|line| line.contains("audit-us")), "{}", output.stdout);
    assert!(!output.stdout.contains("eu-central-1"), "{}", output.stdout);
    let flags = "scan --aws-profile acme-* --region ap-* -o table";
    let output = cloud.netcensus(flags).run().succeeds();
    assert_eq!(output.stdout, "ACCOUNT       NAME\n888888888888  acme-ap\n888888888888\n");
}

#[test]
fn an_organisation_in_the_file_gives_way_to_profiles_on_the_command_line() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write(
        "netcensus.toml",
        "[aws]\norg = true\norg-role = 'netcensus'\norg-external-id = 'audit-2026'\nregions = ['us-east-1']\n",
    );
    let accounts = |arguments: &str| {
        let output = cloud.netcensus(&format!("scan {arguments} --query accounts[].id")).run().succeeds();
        output.json().as_array().unwrap().len()
    };
    assert_eq!(accounts(""), 8);
    assert_eq!(accounts("--aws-profile security"), 1);
}

#[test]
fn every_problem_is_named_at_once_with_its_place() {
    let home = Home::new();
    home.write("netcensus.toml", "concurrency = 0\n\n[aws]\nregoins = []\norg = true\n");
    let places = [
        "3 problems",
        "netcensus.toml:1:15: concurrency: `0` is not accepted; accepted: 1 to 512, and `auto`",
        "netcensus.toml:4:1: aws.regoins: unknown key; did you mean `regions`?",
        "netcensus.toml:5:1: aws.org: ",
    ];
    home.netcensus("config check").run().refuses(&places);
    home.netcensus("scan --sandbox").run().refuses(&places);
    home.netcensus("config show").run().refuses(&places);
}

#[test]
fn check_prints_ok_and_wants_a_file() {
    let home = Home::new();
    home.netcensus("config check").run().refuses(&["no configuration file", "netcensus.toml"]);
    home.write("mine.toml", "timeout = '5m'\n");
    assert_eq!(home.netcensus("config check mine.toml").run().succeeds().stdout, "mine.toml: ok\n");
    home.netcensus("config check missing.toml").run().refuses(&["missing.toml"]);
}

#[test]
fn broken_files_are_refused_with_their_place() {
    let home = Home::new();
    for (text, words) in [
        (&b"[aws\nregions = []\n"[..], ["netcensus.toml:1:5", "problem"]),
        (b"concurrency = \xff\n", ["netcensus.toml", "UTF-8"]),
    ] {
        home.write("netcensus.toml", text);
        home.netcensus("scan --sandbox").run().refuses(&words);
        home.netcensus("config check").run().refuses(&words);
    }
}

#[test]
fn what_show_prints_is_a_configuration() {
    let home = Home::new();
    let shown = home.netcensus("config show --timeout 90s --region eu-* --aws-profile a,b").run().succeeds();
    assert!(shown.stdout.contains("# from --timeout"), "{}", shown.stdout);
    home.write("shown.toml", &shown.stdout);
    assert_eq!(home.netcensus("config check shown.toml").run().succeeds().stdout, "shown.toml: ok\n");
    let again = home.netcensus("config show -o json --config shown.toml").run().succeeds().json();
    assert_eq!(again["aws.regions"]["value"], json!(["eu-*"]));
    assert_eq!(again["timeout"]["origin"]["path"], "shown.toml");
    assert_eq!(again["aws.profiles"]["value"], json!(["a,b"]));
}
