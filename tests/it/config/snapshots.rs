//! The keys about snapshots and comparisons.

use std::path::Path;

use netcensus::config::{ConfigFile, Origin, Overrides, Settings};

use crate::find::estate::sample;
use crate::support::Home;

use super::{KNOWN, assert_problems, resolve, resolve_with};

#[test]
fn a_relative_folder_is_beside_the_file_and_a_flags_is_where_the_user_is() {
    let store = |path: &str, text: &str| {
        let file = ConfigFile::new(path, text);
        Settings::resolve(Some(&file), &Overrides::default(), &KNOWN).unwrap().store
    };
    let beside = store("/etc/netcensus/netcensus.toml", "store = \"kept\"");
    assert_eq!(beside.value.as_deref(), Some(Path::new("/etc/netcensus/kept")));
    let absolute = store("/etc/netcensus/netcensus.toml", "store = \"/var/kept\"");
    assert_eq!(absolute.value.as_deref(), Some(Path::new("/var/kept")));
    assert_eq!(store("netcensus.toml", "store = \"kept\"").value.as_deref(), Some(Path::new("kept")));

    let overrides = Overrides { store: Some("mine".into()), ..Overrides::default() };
    let store = resolve_with("store = \"kept\"", &overrides).unwrap().store;
    assert_eq!(store.value.as_deref(), Some(Path::new("mine")));
    assert_eq!(store.origin, Origin::Flag("--store"));
    let overrides = Overrides { store: Some("~/mine".into()), ..Overrides::default() };
    assert!(resolve_with("", &overrides).unwrap_err().to_string().contains("is not expanded here"));
}

#[test]
fn fields_that_no_resource_has_are_reported_where_they_stand() {
    let settings = resolve("[diff]\nignore = [\"tags\", \"links.state\"]\n").unwrap();
    assert_eq!(settings.diff_ignore.value, ["tags", "links.state"]);
    assert!(resolve("diff.ignore = []").unwrap().diff_ignore.value.is_empty(), "everything is looked at");
    assert_problems(
        "store = 7\n[diff]\nignore = [\"tag:a\", 3, \"a[\"]\nignroe = []\n",
        &[
            "netcensus.toml:1:9: store: expected a string, found integer",
            "netcensus.toml:3:20: diff.ignore: expected a string, found integer",
            "netcensus.toml:3:23: diff.ignore: the pattern `a[` is wrong: unclosed character class; missing ']'",
            "netcensus.toml:4:1: diff.ignroe: unknown key; did you mean `ignore`?",
        ],
    );
    assert_problems("store = \"\"", &["netcensus.toml:1:9: store: the path is empty; name a directory"]);
    let error = resolve("[diff]\nignore = [\n  \"name\",\n  \"stat\",\n]\n").unwrap_err().to_string();
    let expected =
        "netcensus.toml:4:3: diff.ignore: there is no field `stat` (did you mean `state`?); accepted: ";
    assert!(error.starts_with(expected), "{error}");
}

#[test]
fn a_saved_inventory_is_the_default_unless_a_flag_says_what_to_scan() {
    let home = Home::new();
    home.write("all.json", serde_json::to_vec(&sample().inventory).unwrap());
    home.write("netcensus.toml", "from = \"all.json\"\n");
    let scan = |flags: &str| {
        home.netcensus(&format!("scan networks {flags}")).env("AWS_EC2_METADATA_DISABLED", "true").run()
    };
    let scanned = scan("-o csv").exits(0).says(&["reading all.json (`from` of netcensus.toml:1)"]);
    assert!(scanned.stdout.lines().count() > 3);
    home.netcensus("groups").run().refuses(&["no groups are defined"]);
    for flags in ["--from live", "--region eu-west-1", "--save"] {
        scan(flags).exits(2);
    }
    home.write("netcensus.toml", "from = \"all.json\"\nmax-age = \"1s\"\n");
    scan("").refuses(&["all.json is older than --max-age 1s: it was taken at"]);
    home.write("netcensus.toml", "from = \"-\"\nmax-age = \"soon\"\n");
    scan("").refuses(&[
        "1:8: from: standard input cannot be read by every command",
        "2:11: max-age: `soon` is not a duration",
    ]);
}
