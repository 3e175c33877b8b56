//! `scan --save`: what is kept, where, and who can read it.

use std::fs;
use std::io::Read;

use super::{files, kept, store_of};
use crate::support::{Cloud, Home, Output, interrupt, wait_for};

#[test]
fn a_scan_is_kept_in_the_folder_or_in_a_file_and_reads_as_the_document() {
    let home = Home::new();
    let shown = home.netcensus("scan all --sandbox -o json --save").run().exits(0).says(&["kept as @20"]);
    let again = home.netcensus("scan all --from @latest -o json").run().succeeds();
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
fn a_decompressed_snapshot_is_read_too() {
    let home = Home::new();
    let shown = home.netcensus("scan all --sandbox -o json --save tonight.ncsnap").run().exits(0);
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
fn only_their_owner_can_read_snapshots() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let home = Home::new();
    home.write("old.ncsnap", "");
    fs::set_permissions(home.path().join("old.ncsnap"), fs::Permissions::from_mode(0o644)).unwrap();
    home.shell("umask 000; \"$0\" scan --sandbox --save").run().exits(0);
    for file in ["new.ncsnap", "new.json", "old.ncsnap"] {
        home.shell(&format!("umask 000; \"$0\" scan --from @latest --save {file}")).run().exits(0);
        assert_eq!(mode(&home.path().join(file)), 0o600, "{file}");
    }
    let folder = store_of(&home);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(mode(&kept(&folder)[0]), 0o600);
}

#[test]
fn filters_are_for_what_is_shown_and_everything_is_kept() {
    let home = Home::new();
    let whole = home.netcensus("scan subnets --sandbox").run().succeeds().stdout;
    let arguments = "scan subnets --sandbox --filter region=eu-central-1 --save";
    let filtered = home.netcensus(arguments).run().exits(0).stdout;
    assert!(filtered.lines().count() < whole.lines().count());
    assert_eq!(home.netcensus("scan subnets --from @latest").run().succeeds().stdout, whole);
}

#[test]
fn an_incomplete_scan_is_kept_and_says_so() {
    let home = Home::new();
    let arguments = "scan --sandbox --aws-profile security --fault deny@region=eu-central-1 --save";
    let live = home.netcensus(arguments).run().falls_short(&["eu-central-1", "denied", "kept as @"]);
    let from = home.netcensus("scan --from @latest").run().falls_short(&["eu-central-1", "denied"]);
    assert_eq!(from.stdout, live.stdout);
    let listed = home.netcensus("snapshots -o csv").run().succeeds().stdout;
    assert!(listed.contains("scopes could not be read"), "{listed}");
}

#[test]
fn an_interrupted_scan_is_not_kept() {
    let cloud = Cloud::sample(&["hang@action=DescribeSubnets,region=eu-central-1"]);
    let mut child = cloud.netcensus("scan subnets --aws-profile security --save -v").spawn();
    let mut stderr = wait_for(&mut child, "ok=true", 3);
    interrupt(&child);
    let mut said = String::new();
    stderr.read_to_string(&mut said).unwrap();
    Output::of(child).exits(130);
    assert!(said.contains("no snapshot was kept"), "{said}");
    assert_eq!(files(&store_of(&cloud.home)), [""; 0]);
}

#[test]
fn likely_mistakes_are_refused_before_anything_is_read() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("notes.txt", "dear diary");
    cloud.home.write("folder/inside.txt", "");
    cloud
        .netcensus("scan --save networks")
        .run()
        .refuses(&["a file of that name", "netcensus scan networks --save"]);
    cloud.netcensus("scan --save all").run().refuses(&["netcensus scan all --save"]);
    cloud.netcensus("scan --save notes.txt").run().refuses(&["notes.txt", "something else"]);
    cloud.netcensus("scan --save folder").run().refuses(&["folder", "--store folder"]);
    assert_eq!(cloud.requests(), []);
    assert_eq!(fs::read(cloud.home.path().join("notes.txt")).unwrap(), b"dear diary");
}

#[test]
fn what_was_saved_before_is_replaced() {
    let home = Home::new();
    home.netcensus("scan --sandbox --aws-profile security --save").run().exits(0);
    for file in ["a.ncsnap", "a.json"] {
        for scan in ["scan --from @latest", "scan --sandbox"] {
            home.netcensus(&format!("{scan} --save {file}")).run().exits(0);
        }
        let rows = home.netcensus(&format!("scan --from {file}")).run().succeeds().stdout;
        assert_eq!(rows, home.netcensus("scan --sandbox").run().succeeds().stdout, "{file}");
    }
}
