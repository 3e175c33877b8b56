//! What is in use outside the clouds, and what shall come into use.

use std::fmt::Write;

use super::{findings, paper};

/// Files that say the same of a range.
const FILES: [(&str, &str); 5] = [
    ("r.csv", "prefix,site,name\n10.0.9.0/24,fra,office\n"),
    ("plain.txt", "10.0.9.0/24,fra\n"),
    ("r.json", r#"[{"prefix": "10.0.9.0/24", "site": "fra", "name": "office"}]"#),
    ("r.toml", "[[ranges]]\nprefix = \"10.0.9.0/24\"\nsite = \"fra\"\nname = \"office\"\n"),
    (
        "netbox.json",
        r#"{"count": 1, "next": null, "previous": null, "results": [{"prefix": "10.0.9.0/24",
        "site": {"name": "fra"}, "status": {"value": "active"}, "description": "office"}]}"#,
    ),
];

/// A file of 10,000 lines of which line 4,017 is bad.
fn big() -> String {
    let mut text = "prefix,site\n".to_owned();
    for line in 2..=10_000_u32 {
        let third = if line == 4017 { 256 } else { line % 256 };
        writeln!(text, "172.{}.{third}.0/24,s", 16 + line / 256 % 16).unwrap();
    }
    text
}

#[test]
fn a_planned_prefix_that_is_free_passes_and_one_that_is_taken_does_not() {
    let home = paper::home(&paper::tidy());
    home.netcensus("overlap --from i.json --planned 10.1.0.0/16 --planned 10.2.0.0/16").run().succeeds();
    let output = home.netcensus("overlap --from i.json --planned 10.0.9.0/24 -o json").run().exits(1);
    assert_eq!(findings(&output), ["NC103! open vpc-a 10.0.9.0/24"]);
    let twice = home.netcensus("overlap --from i.json --planned 10.1.0.0/16 --planned 10.1.0.0/16").run();
    twice.succeeds();
}

#[test]
fn every_kind_of_file_says_the_same() {
    let home = paper::home(&paper::tidy());
    for (name, text) in FILES {
        home.write(name, text);
        let external =
            home.netcensus(&format!("overlap --from i.json --external {name} -o json")).run().exits(1);
        let found = findings(&external);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(found[0].starts_with("NC104! open ") && found[0].contains("vpc-a"), "{name}: {found:?}");
        assert!(external.stdout.contains("\"account\": \"fra\""), "{name}\n{}", external.stdout);
        let planned =
            home.netcensus(&format!("overlap --from i.json --planned-file {name} -o json")).run().exits(1);
        let found = findings(&planned);
        assert_eq!(found.len(), 1, "{name}: {found:?}");
        assert!(found[0].starts_with("NC103! open ") && found[0].contains(name), "{name}: {found:?}");
    }
}

#[test]
fn a_bad_line_of_ten_thousand_is_named_and_may_be_skipped() {
    let home = paper::home(&paper::tidy());
    home.write("big.csv", big());
    for flag in ["--external", "--planned-file"] {
        let arguments = format!("overlap --from i.json {flag} big.csv --summary");
        home.netcensus(&arguments).run().refuses(&["big.csv:4017: `172.31.256.0/24`", "--skip-bad-rows"]);
        let skipped = home.netcensus(&format!("{arguments} --skip-bad-rows")).run();
        assert!(matches!(skipped.code, 0 | 1));
        skipped.says(&["warning: big.csv:4017: `172.31.256.0/24`", "big.csv: 1 bad row left out, "]);
    }
}

#[test]
fn many_bad_rows_are_counted_and_some_are_shown() {
    let home = paper::home(&paper::tidy());
    home.write("bad.csv", format!("prefix\n10.1.0.0/16\n{}", "ten\n".repeat(30)));
    let arguments = "overlap --from i.json --external bad.csv --skip-bad-rows";
    let output = home.netcensus(&format!("{arguments} -o json")).run().exits(0);
    let output = output.says(&["bad.csv: 30 bad rows left out, 1 taken"]);
    let said = "bad.csv: 30 bad rows left out, 1 taken (--skip-bad-rows)";
    assert_eq!(output.json()["notes"][0], said, "whoever reads the report knows");
    let table = home.netcensus(arguments).run().exits(0).stdout;
    assert!(table.contains(said), "{table}");
    assert_eq!(output.stderr.matches("`ten`").count(), 20);
    let verbose = home.netcensus(&format!("{arguments} -v")).run().exits(0);
    assert_eq!(verbose.stderr.matches("`ten`").count(), 30);
    home.write("none.csv", "prefix\nten\n");
    let none = home.netcensus("overlap --from i.json --external none.csv --skip-bad-rows").run();
    none.refuses(&["none.csv has no prefix", "none.csv:2"]);
}

#[test]
fn what_is_no_file_of_ranges_is_refused_in_a_sentence() {
    let home = paper::home(&paper::tidy());
    for (name, bytes, word) in [
        ("sheet.xlsx", &b"PK\x03\x04"[..], "save the sheet as CSV"),
        ("empty.csv", b"", "empty.csv is empty"),
        ("page.json", br#"{"count": 9, "next": "x", "results": []}"#, "`next`"),
        ("cut.toml", b"[[ranges]\n", "cut.toml:1"),
        ("latin.csv", b"10.0.0.0/8,K\xf6ln\n", "UTF-8"),
    ] {
        home.write(name, bytes);
        home.netcensus(&format!("overlap --from i.json --external {name}")).run().refuses(&[name, word]);
    }
    home.netcensus("overlap --from i.json --external .").run().refuses(&["is a directory"]);
}

/// Two offices whose lists have the same name are two sites.
#[test]
fn files_of_one_name_are_two_sites_and_one_file_named_twice_is_one() {
    let home = paper::home(&paper::tidy());
    for office in ["lyon", "paris"] {
        std::fs::create_dir(home.path().join(office)).unwrap();
        home.write(&format!("{office}/ranges.csv"), "prefix\n10.50.0.0/16\n10.50.4.0/24\n");
    }
    let arguments = "overlap --from i.json --external lyon/ranges.csv --external";
    let two = home.netcensus(&format!("{arguments} paris/ranges.csv -o json")).run().exits(1);
    assert!(findings(&two)[0].starts_with("NC104! open "), "{:?}", findings(&two));
    assert!(two.stdout.contains("at lyon/ranges.csv and paris/ranges.csv"), "{}", two.stdout);
    home.netcensus(&format!("{arguments} ./lyon/../lyon/ranges.csv")).run().succeeds();
}

/// `az network vnet list` of two subscriptions.
#[test]
fn networks_of_two_subscriptions_that_a_list_has_under_one_name_collide() {
    let home = paper::home(&paper::tidy());
    let network = |subscription: u8| {
        format!(
            r#"{{"id": "/subscriptions/{subscription}/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub",
            "name": "hub", "addressSpace": {{"addressPrefixes": ["10.60.0.0/16"]}}}}"#
        )
    };
    home.write("list.json", format!("[{}, {}]", network(1), network(2)));
    let external = home.netcensus("overlap --from i.json --external list.json -o json").run().exits(1);
    assert!(findings(&external)[0].starts_with("NC104! open "), "{:?}", findings(&external));
    for subscription in ["/subscriptions/1/", "/subscriptions/2/"] {
        assert!(external.stdout.contains(subscription), "{}", external.stdout);
    }
    let planned = home.netcensus("overlap --from i.json --planned-file list.json -o json").run().exits(1);
    assert!(findings(&planned)[0].starts_with("NC103! open "), "{:?}", findings(&planned));
}
