//! `scan --save`: what is kept, where, and who can read it.

use std::fs;
use std::io::Read;

use super::{files, kept, store_of};
use crate::support::{Cloud, Home, Output, interrupt, sample_document, wait_for};

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_scan_is_kept_in_the_folder_or_in_a_file_and_reads_as_the_document() {
    let home = Home::new();
    let shown = home.netcensus("scan all --sandbox -o json --save").run().exits(0);
    let path = kept(&store_of(&home)).remove(0).display().to_string();
    let taken_at = shown.json()["taken_at"].as_str().unwrap().to_owned();
    let shown = shown.says(&[&format!("saved as @{taken_at}: {path}\n")]);
    let again = home.netcensus("scan all --from @latest -o json -q").run().succeeds();
    assert_eq!(again.stdout, shown.stdout);

    let output = home.netcensus("scan all --from @latest -o json --save tonight.ncsnap").run().exits(0);
    output.says(&["saved in tonight.ncsnap"]);
    assert_eq!(
        home.netcensus("scan all --from tonight.ncsnap -o json").run().succeeds().stdout,
        shown.stdout
    );

    home.netcensus("scan all --from @latest --save tonight.json").run().exits(0);
    let document = fs::read_to_string(home.path().join("tonight.json")).unwrap();
    assert_eq!(document, shown.stdout, "a file of that name gets the document");
    let sizes =
        ["tonight.ncsnap", "tonight.json"].map(|name| fs::metadata(home.path().join(name)).unwrap().len());
    assert!(sizes[0] * 5 < sizes[1], "a snapshot is compressed: {sizes:?}");

    assert_eq!(kept(&store_of(&home)).len(), 1, "files of one's own are not in the folder");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_decompressed_snapshot_is_read_too() {
    let home = Home::new();
    home.write("sample.json", sample_document());
    let shown = home.netcensus("scan all --from sample.json -o json --save tonight.ncsnap").run().exits(0);
    let bytes = fs::read(home.path().join("tonight.ncsnap")).unwrap();
    let text = zstd::decode_all(&bytes[..]).unwrap();
    assert!(text.starts_with(b"{\"snapshot_version\":1,"));
    home.write("plain.ncsnap", &text);
    let named = home.netcensus("scan all -o json --from plain.ncsnap").run().succeeds();
    assert_eq!(named.stdout, shown.stdout);
    let piped = home.netcensus("scan all -o json --from -").stdin(text).run().succeeds();
    assert_eq!(piped.stdout, shown.stdout);
}

#[cfg(unix)]
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn only_their_owner_can_read_snapshots() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = Home::new();
    home.write("old.ncsnap", "");
    fs::set_permissions(home.path().join("old.ncsnap"), fs::Permissions::from_mode(0o644)).unwrap();
    home.shell("umask 000; \"$0\" scan --sandbox --aws-profile security --save").run().exits(0);
    for file in ["new.ncsnap", "new.json", "old.ncsnap"] {
        home.shell(&format!("umask 000; \"$0\" scan --from @latest --save {file}")).run().exits(0);
        assert_eq!(mode(&home.path().join(file)), 0o600, "{file}");
    }
    let folder = store_of(&home);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&kept(&folder)[0]), 0o600);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn filters_are_for_what_is_shown_and_everything_is_kept() {
    let home = Home::new();
    let scan = "scan subnets --sandbox --aws-profile security";
    let whole = home.netcensus(scan).run().succeeds().stdout;
    let filtered =
        home.netcensus(&format!("{scan} --filter region=eu-central-1 --save")).run().exits(0).stdout;
    assert!(filtered.lines().count() < whole.lines().count());
    assert_eq!(home.netcensus("scan subnets --from @latest -q").run().succeeds().stdout, whole);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_incomplete_scan_is_kept_and_says_so() {
    let home = Home::new();
    let arguments = "scan --sandbox --aws-profile security --fault deny@region=eu-central-1 --save -o table";
    let live = home.netcensus(arguments).run().falls_short(&["eu-central-1", "denied", "saved as @"]);
    let from = home.netcensus("scan --from @latest").run().falls_short(&["eu-central-1", "denied"]);
    assert_eq!(from.stdout, live.stdout);
    let listed = home.netcensus("snapshots -o csv").run().succeeds().stdout;
    assert!(listed.contains(" unread"), "{listed}");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn an_interrupted_scan_is_not_kept() {
    let cloud = Cloud::sample(&["hang@action=DescribeSubnets,region=eu-central-1"]);
    let mut child = cloud.netcensus("scan subnets --aws-profile security --save -v").spawn();
    let mut stderr = wait_for(&mut child, "ok=true", 3);
    interrupt(&child);
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    Output::of(child).exits(130);
    assert!(said.contains("no snapshot was saved"), "{said}");
    assert_eq!(files(&store_of(&cloud.home)), [""; 0]);
}

#[test]
fn likely_mistakes_are_refused_before_anything_is_read() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("notes", "dear diary");
    cloud.home.write("folder/inside.txt", "");
    cloud
        .netcensus("scan --save networks")
        .run()
        .refuses(&["a file with the name networks", "netcensus scan networks --save"]);
    cloud.netcensus("scan --save all").run().refuses(&["netcensus scan all --save"]);
    cloud
        .netcensus("scan --save notes")
        .run()
        .refuses(&["notes", "--save replaces only what netcensus can read as an inventory"]);
    for name in ["@latest", "@2026-11-20", "@mine.ncsnap"] {
        cloud.netcensus(&format!("scan --save {name}")).run().refuses(&[
            name,
            "--save alone",
            &format!("./{name}"),
        ]);
    }
    for name in
        ["networks.csv", "networks.tsv", "a.NDJSON", "night.ncsnap.gz", "report.md", "x.xlsx", "x.yaml"]
    {
        cloud.netcensus(&format!("scan --save {name}")).run().refuses(&[
            name,
            "any other name for a snapshot",
            "-o csv > FILE.csv",
        ]);
    }
    cloud.netcensus("scan --save folder").run().refuses(&["folder", "--store folder"]);
    assert_eq!(cloud.requests(), []);
    assert_eq!(fs::read(cloud.home.path().join("notes")).unwrap(), b"dear diary");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_was_saved_before_is_replaced() {
    let home = Home::new();
    home.netcensus("scan --sandbox --aws-profile security --save").run().exits(0);
    let other = "scan --sandbox --aws-profile shop-prod";
    let expected = home.netcensus(other).run().succeeds().stdout;
    for file in ["a.ncsnap", "a.json"] {
        for scan in ["scan --from @latest", other] {
            home.netcensus(&format!("{scan} --save {file}")).run().exits(0);
        }
        let rows = home.netcensus(&format!("scan --from {file}")).run().succeeds().stdout;
        assert_eq!(rows, expected, "{file}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn only_a_snapshot_or_a_document_is_replaced() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("sample.json", sample_document());
    let report = cloud.home.netcensus("overlap --from sample.json -o json").run().stdout;
    let garbage = zstd::encode_all(&b"{\"snapshot\":\"of something else\"}\n"[..], 0).unwrap();
    for (name, content) in [
        ("state.json", b"{\"version\": 4, \"resources\": []}".to_vec()),
        ("baseline.json", b"{\"baseline_version\":1,\"findings\":[],\"accepted\":[]}".to_vec()),
        ("report.json", report.into_bytes()),
        ("logs.zst", garbage),
        ("damaged.ncsnap", b"{\"snapshot_version\":1,".to_vec()),
    ] {
        cloud.home.write(name, &content);
        cloud.netcensus(&format!("scan --save {name}")).run().refuses(&[
            name,
            "--save replaces only what netcensus can read as an inventory",
            "move this one",
        ]);
        assert!(fs::read(cloud.home.path().join(name)).unwrap() == content, "{name}");
    }
    assert_eq!(cloud.requests(), []);
}

#[test]
fn a_place_that_cannot_be_written_is_refused_before_the_clouds_are_asked() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("file", "");
    let said = ["error: cannot "];
    cloud.netcensus("scan --save no/such/folder.ncsnap").run().refuses(&said);
    cloud.netcensus("scan --save --store file/below").run().refuses(&said);
    assert_eq!(cloud.requests(), []);
    cloud.netcensus("scan --aws-profile nobody --save --store mine").run().exits(2);
    assert_eq!(files(&cloud.home.path().join("mine")), [""; 0], "nothing is left of the attempt");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_is_printed_means_the_very_file() {
    let home = Home::new();
    let folder = store_of(&home);
    let keep = || home.netcensus("scan --from tonight.json --save").run().stderr;
    home.netcensus("scan --sandbox --aws-profile security --save tonight.json").run().exits(0);
    for number in 0..3 {
        let said = keep();
        let newest = kept(&folder).pop().unwrap();
        assert_eq!(kept(&folder).len(), number + 1);
        let (name, path) = said.trim().strip_prefix("saved as ").unwrap().split_once(": ").unwrap();
        assert_eq!(path, newest.display().to_string(), "what is kept later is later");
        let again = home.netcensus(&format!("snapshots verify {name} -o json")).run().exits(0);
        assert_eq!(again.json()[0]["result"], "ok");
    }
    // Another machine's clock is ahead: its name comes after whatever is kept here.
    let newest = kept(&folder).pop().unwrap();
    let name = newest.file_name().unwrap().to_str().unwrap();
    let parts: Vec<&str> = name.split('-').collect();
    let later = format!("{}-{}-7fffffffffffffff-{}", parts[0], parts[1], parts[3]);
    fs::rename(&newest, folder.join(later)).unwrap();
    let said = keep();
    assert!(said.starts_with("saved: /"), "{said}");
}

#[cfg(unix)]
#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn paths_need_not_be_utf_8() {
    let home = Home::new();
    let scan = "scan --sandbox --aws-profile security";
    let line = format!(
        "file=$(printf 'night\\377.ncsnap'); folder=$(printf 'kept\\377'); \
         \"$0\" {scan} -q --save \"$file\" > /dev/null && \"$0\" {scan} -q --save --store \"$folder\" > /dev/null && \
         \"$0\" scan -q --from \"$file\" && \"$0\" scan -q --from @latest --store \"$folder\" && ls \"$folder\""
    );
    let output = home.shell(&line).run().exits(0);
    let shown = home.netcensus(scan).run().succeeds().stdout;
    assert!(output.stdout.starts_with(&shown.repeat(2)), "{}", output.stdout);
    assert!(output.stdout.ends_with(".ncsnap\n"), "{}", output.stdout);
}
