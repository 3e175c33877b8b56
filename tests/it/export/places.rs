//! Where exports go: folders, files, standard output, and places that cannot be written.

use std::fs;

use serde_json::Value;

use super::{csv, export, files, save, whole};
use crate::support::{Home, netcensus};

#[test]
fn a_folder_gets_a_table_for_each_kind_the_coverage_and_a_manifest() {
    let home = Home::new();
    export(&home, "--to out/").run().exits(0).says(&["exported ", "networks.csv", " in out/"]);
    let names: Vec<String> = files(&home.path().join("out")).into_keys().collect();
    let tables = ["coverage", "instances", "interfaces", "links"].map(|kind| format!("{kind}.csv"));
    let mut expected = vec![".netcensus-export.lock".to_owned()];
    expected.extend(tables);
    expected.extend(["manifest.json", "networks.csv", "subnets.csv"].map(str::to_owned));
    assert_eq!(names, expected);
    let inventory = whole();
    assert_eq!(csv(&home.path().join("out/networks.csv")).len(), inventory.networks.len() + 1);
    assert_eq!(csv(&home.path().join("out/coverage.csv")).len(), inventory.coverage.len() + 1);
    let manifest: Value =
        serde_json::from_slice(&fs::read(home.path().join("out/manifest.json")).unwrap()).unwrap();
    assert_eq!(manifest["complete"], true);
    assert_eq!(manifest["rows"]["instances"], inventory.instances.len());
    assert_eq!(manifest["taken_at"], inventory.taken_at.to_string());
    assert_eq!(manifest["files"][0]["name"], "networks.csv");
}

#[test]
fn a_place_without_its_flag_is_the_same() {
    let home = Home::new();
    export(&home, "inventory.xlsx").run().exits(0);
    export(&home, "--to flag.xlsx").run().exits(0);
    let files = files(home.path());
    assert_eq!(files["inventory.xlsx"].len(), files["flag.xlsx"].len());
    export(&home, "out/ --to out/").run().refuses(&["--to", "cannot be used with"]);
    export(&home, "").run().refuses(&["PATH", "--to"]);
}

#[test]
fn a_name_that_is_too_long_is_one_error_with_what_to_do() {
    let home = Home::new();
    export(&home, &format!("--to {}.json", "x".repeat(195))).run().exits(0);
    for length in [244, 255, 256] {
        let name = format!("{}.json", "x".repeat(length - 5));
        export(&home, &format!("--to {name}")).run().refuses(&["cannot access", "use a shorter name"]);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn too_few_open_files_are_an_error_of_the_system() {
    let home = Home::new();
    for files in 5..10 {
        // It needs none of those that signals take.
        let output = export(&home, "--to all.json").limit_open_files(files).run();
        assert!(output.code == 0 || output.stderr.contains("Too many open files"), "{files}: {output:?}");
    }
    home.netcensus("scan networks --sandbox").limit_open_files(6).run().refuses(&["Too many open files"]);
}

#[test]
fn the_name_of_a_file_tells_its_format() {
    let home = Home::new();
    export(&home, "--to all.json").run().exits(0);
    let document = fs::read_to_string(home.path().join("all.json")).unwrap();
    assert_eq!(document, home.netcensus("scan all --from a.json -o json").run().exits(0).stdout);
    export(&home, "--to all.ndjson").run().exits(0);
    let lines = fs::read_to_string(home.path().join("all.ndjson")).unwrap();
    assert!(lines.starts_with("{\"record\":\"network\","), "{lines}");
    export(&home, "--to Subnets.CSV --kind subnets").run().exits(0);
    assert_eq!(csv(&home.path().join("Subnets.CSV"))[0][0], "provider");
    export(&home, "--to list.txt --format csv --kind links").run().exits(0);
}

#[test]
fn a_workbook_is_the_same_for_the_same_inventory() {
    let home = Home::new();
    export(&home, "--to a.xlsx -q").run().succeeds();
    export(&home, "--to b/ --format xlsx -q").run().succeeds();
    let one = fs::read(home.path().join("a.xlsx")).unwrap();
    assert!(one.starts_with(b"PK"), "a workbook is a ZIP archive");
    assert_eq!(one, fs::read(home.path().join("b/inventory.xlsx")).unwrap());
    export(&home, "--to c.xlsx --kind subnets -q").run().succeeds();
    assert!(fs::read(home.path().join("c.xlsx")).unwrap().len() < one.len());
}

#[test]
fn several_formats_go_into_one_folder() {
    let home = Home::new();
    export(&home, "--to out/ --format json,csv --kind networks,links").run().exits(0);
    let names: Vec<String> = files(&home.path().join("out")).into_keys().collect();
    assert_eq!(
        names,
        [
            ".netcensus-export.lock",
            "coverage.csv",
            "inventory.json",
            "links.csv",
            "manifest.json",
            "networks.csv"
        ]
    );
}

#[test]
fn standard_output_gets_one_file() {
    let home = Home::new();
    let out = export(&home, "--to - --format csv --kind subnets").run().succeeds();
    assert_eq!(out.stdout.lines().count(), whole().subnets.len() + 1);
    export(&home, "--to -").run().refuses(&[
        "--format is missing",
        "standard output has no name",
        "choose it with --format",
    ]);
}

#[test]
fn nothing_is_said_when_nothing_is_to_be_said() {
    let home = Home::new();
    let out = export(&home, "--to out/ --quiet").run().succeeds();
    assert_eq!(out.stdout, "");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_sandbox_is_exported_without_any_account() {
    let home = Home::new();
    home.netcensus("export --sandbox --to out/ -q").run().succeeds();
    assert!(csv(&home.path().join("out/instances.csv")).len() > 50);
}

#[test]
fn what_cannot_be_meant_is_refused_before_anything_is_read() {
    netcensus("export").exits(2).says(&["--to <PATH>", "--append-history <FILE>"]);
    for flag in ["-o doc", "--output doc", "--format doc"] {
        netcensus(&format!("export --sandbox --to x/ {flag}"))
            .exits(2)
            .says(&["'--format <FORMATS>'", "tsv"]);
    }
    netcensus("export --sandbox --to a.doc").refuses(&["does not say which format", ".csv, .tsv, .xlsx"]);
    netcensus("export --sandbox --to all.csv").refuses(&["contains one kind", "--kind"]);
    netcensus("export --sandbox --to all.json --format json,csv").refuses(&["is one file"]);
    netcensus("export --sandbox --to x/ --kind vpcz").exits(2);
    for (flags, words) in [
        (
            "--to n.tsv --format csv --kind networks",
            ["the format csv contradicts the name n.tsv", "name the file n.csv"],
        ),
        ("--to n.XLSX --format sqlite", ["which is that of a xlsx file", "name the file n.sqlite"]),
        ("--to hosts.json --format ansible", ["which is that of a json file", "name the file hosts.yml"]),
    ] {
        netcensus(&format!("export --sandbox {flags}")).refuses(&words);
    }
}

#[test]
fn places_that_are_something_else_are_left_alone() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("out/networks.csv")).unwrap();
    export(&home, "--to out/").run().refuses(&["out/networks.csv exists and is not a file"]);
    home.write("file", "kept");
    export(&home, "--to file/").run().refuses(&["file is not a directory", "leave out the `/`"]);
    export(&home, "--to file/all.json").run().refuses(&["file is not a directory"]);
    assert_eq!(fs::read(home.path().join("file")).unwrap(), b"kept");
    home.write("manifest/manifest.json", "{\"mine\": true}");
    export(&home, "--to manifest/").run().refuses(&["manifest.json is not the manifest of an export"]);
    assert_eq!(files(&home.path().join("manifest")).len(), 2, "the lock, and what was there");
    export(&home, "--to /proc/no-such-folder/").run().refuses(&["cannot write /proc/no-such-folder"]);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_not_replaced() {
    let home = Home::new();
    home.write("real.json", "kept");
    std::os::unix::fs::symlink("real.json", home.path().join("link.json")).unwrap();
    export(&home, "--to link.json").run().refuses(&["link.json is a symbolic link to real.json"]);
    assert_eq!(fs::read(home.path().join("real.json")).unwrap(), b"kept");
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_what_was_there() {
    let home = Home::new();
    export(&home, "--to out/ -q").run().succeeds();
    let before = files(&home.path().join("out"));
    save(&home, "a.json", |inventory| inventory.networks.clear());
    let line = "trap '' XFSZ; ulimit -f 1; exec \"$0\" export --from a.json --to out/";
    home.shell(line).run().refuses(&["cannot write out/"]);
    assert_eq!(files(&home.path().join("out")), before);
}

#[test]
fn only_the_last_folder_of_a_path_is_made() {
    let home = Home::new();
    for to in ["nodir/all.json", "nodir/out/", "nodir/a/b/"] {
        export(&home, &format!("--to {to}"))
            .run()
            .refuses(&["directory nodir does not exist\n", "create it"]);
    }
    assert!(!home.path().join("nodir").exists());
    fs::create_dir(home.path().join("nodir")).unwrap();
    export(&home, "--to nodir/out/ -q").run().succeeds();
    export(&home, "--to nodir/all.json -q").run().succeeds();
}

#[test]
fn a_run_that_writes_nothing_leaves_no_folder() {
    let home = Home::new();
    home.netcensus("export --from nofile.json --to q/").run().refuses(&["nofile.json"]);
    export(&home, "--to q/ --min-rows 100000").run().refuses(&["--min-rows"]);
    save(&home, "b.json", |inventory| inventory.filters = vec!["region=eu-*".into()]);
    home.netcensus("export --from b.json --to q/").run().exits(3);
    assert!(!home.path().join("q").exists());
    export(&home, "--to q/ -q").run().succeeds();
    assert!(home.path().join("q/.netcensus-export.lock").exists());
}

#[test]
fn a_folder_that_has_the_name_of_a_file_is_meant_only_with_a_slash() {
    let home = Home::new();
    fs::create_dir(home.path().join("inv.xlsx")).unwrap();
    let out = export(&home, "--to inv.xlsx").run();
    out.refuses(&["inv.xlsx is a directory", "write inv.xlsx/"]);
    assert_eq!(fs::read_dir(home.path().join("inv.xlsx")).unwrap().count(), 0);
    export(&home, "--to inv.xlsx/ -q").run().succeeds();
    assert!(home.path().join("inv.xlsx/networks.csv").exists());
}

#[test]
fn what_killed_runs_left_of_the_files_is_taken_away() {
    let home = Home::new();
    let left = ["out/.networks.csv", "out/.manifest.json", "out/.subnets.csv", ".h.csv"]
        .map(|name| home.write(&format!("{name}.0123456789abcdef.tmp"), "half"));
    home.write("out/.networks.csv.notes.tmp", "mine");
    export(&home, "--to out/ --append-history h.csv --kind networks -q").run().succeeds();
    assert!(left.iter().all(|path| path.exists() == path.ends_with("out/.subnets.csv.0123456789abcdef.tmp")));
    assert!(home.path().join("out/.networks.csv.notes.tmp").exists());
}
