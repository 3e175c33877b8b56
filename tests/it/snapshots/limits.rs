//! Snapshots that would fill the memory: small files with lines of any length.

use std::io::{Read, repeat};

use super::store_of;
use crate::output::sample;
use crate::support::Home;

/// Faults F14: one file of 320 KiB, whose first line has 10 GB of blanks, ended every command that looks into the store.
#[test]
fn a_snapshot_with_an_endless_first_line_costs_itself_alone() {
    let home = Home::new();
    home.write("a.json", serde_json::to_vec(&sample::inventory()).unwrap());
    home.netcensus("scan all --from a.json --save -q").run();
    let begin = br#"{"snapshot_version":"#.as_slice();
    let bomb =
        zstd::encode_all(begin.chain(repeat(b' ').take(20 << 20)).chain(b"1}\n".as_slice()), 1).unwrap();
    assert!(bomb.len() < 1 << 16);
    let name = "20261121T060000Z-0ac3acc5-18fae27693b40000-fd7965857bf147fb.ncsnap";
    home.write(store_of(&home).join(name).to_str().unwrap(), bomb);
    let reason = [name, "its first line is longer than 16 MiB"];
    let listed = home.netcensus("snapshots -o csv").run().exits(0).says(&reason);
    assert_eq!(listed.rows().len(), 2);
    home.netcensus("snapshots prune --keep-last 1")
        .run()
        .exits(0)
        .says(&["1 unreadable snapshot not removed"]);
    home.netcensus("snapshots verify -o csv").run().exits(1);
    home.netcensus("scan --from @latest").run().refuses(&reason);
    home.netcensus("scan --from @2026-11-20T08:00:00Z").run().exits(3);
}
