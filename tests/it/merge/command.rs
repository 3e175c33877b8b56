//! The command, from its arguments to its exit code.

use std::sync::LazyLock;

use netcensus::model::{Account, Coverage, Inventory, Outcome, Provider, Subject};
use serde_json::json;

use super::estate::at;
use crate::support::{Home, netcensus, sample_document};

/// A home with the three parts of the sample, as documents. They are scanned once for all tests.
fn parts() -> Home {
    static PARTS: LazyLock<[String; 3]> = LazyLock::new(|| {
        let scan = |part| netcensus(&format!("scan all --sandbox --shard {part}/3 -o json -q"));
        [1, 2, 3].map(|part| scan(part).succeeds().stdout)
    });
    let home = Home::new();
    for (part, document) in (1..).zip(&*PARTS) {
        home.write(&format!("part-{part}.json"), document);
    }
    home
}

/// An inventory of one account that has nothing in it.
fn account(id: &str, minutes: i64, outcome: Outcome) -> Inventory {
    let provider = Provider::Aws;
    let account = Account {
        provider,
        id: id.to_owned(),
        name: None,
        tenant: None,
        reached_by: vec!["profile:a".to_owned()],
    };
    let known = Coverage {
        provider,
        account: id.to_owned(),
        region: Some("us-east-1".to_owned()),
        kind: Subject::Networks,
        outcome,
        detail: (outcome != Outcome::Complete).then(|| "for a reason".to_owned()),
        requests: 1,
        duration_ms: 1,
    };
    Inventory::assemble(
        "netcensus 0.0.0-test".to_owned(),
        at(minutes),
        vec![account],
        <_>::default(),
        vec![known],
    )
}

fn write(home: &Home, name: &str, inventory: &Inventory) {
    home.write(name, serde_json::to_string(inventory).unwrap());
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_missing_part_is_named_and_makes_the_result_incomplete() {
    let home = parts();
    let output = home.netcensus("merge part-1.json part-3.json").run().exits(3);
    let output = output.says(&[
        "the inventory is shard 1+3/3 of a scan: 2/3 is missing: scan it with --shard and --save FILE",
    ]);
    assert_eq!(output.json()["shard"], json!({ "parts": [1, 3], "of": 3 }));
    home.write("both.json", &output.stdout);
    home.netcensus("merge both.json part-2.json -q").run().succeeds();
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn the_result_is_kept_in_a_file_or_in_the_store() {
    let home = parts();
    let merge = "merge part-1.json part-2.json part-3.json";
    let document = home.netcensus(merge).run().succeeds().stdout;
    let saved = home
        .netcensus(&format!("{merge} --save estate.ncsnap"))
        .run()
        .exits(0)
        .says(&["saved in estate.ncsnap"]);
    assert_eq!(saved.stdout, "");
    assert_eq!(home.netcensus("scan all --from estate.ncsnap -o json").run().exits(0).stdout, document);
    home.netcensus(&format!("{merge} --store kept --save -q")).run().succeeds();
    let again = home.netcensus("merge @latest --store kept").run().succeeds();
    assert_eq!(again.stdout, document);
    let piped = home
        .netcensus("merge part-1.json - part-3.json")
        .stdin(std::fs::read(home.path().join("part-2.json")).unwrap());
    assert_eq!(piped.run().succeeds().stdout, document);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn what_cannot_be_merged_is_refused_with_the_names() {
    let home = parts();
    let half = "scan all --sandbox --provider aws --aws-profile security --shard 1/2 --save half.json -q";
    home.netcensus(half).run().exits(0);
    home.write("whole.json", sample_document());
    home.netcensus("merge part-1.json half.json")
        .run()
        .refuses(&["part-1.json is shard 1/3", "half.json is shard 1/2"]);
    home.netcensus("merge part-1.json whole.json").run().refuses(&[
        "part-1.json is shard 1/3 and whole.json is not a shard",
        "merge all shards of one scan first",
    ]);
    home.netcensus("merge - -").stdin("{}").run().refuses(&["`-` (standard input) can be given only once"]);
    home.netcensus("merge part-1.json -o csv").run().refuses(&[
        "merge writes only the inventory document (json), not csv",
        "netcensus merge A B | netcensus scan networks --from - -o csv",
    ]);
    home.netcensus("merge gone.json").run().refuses(&["there is no file gone.json"]);
    let before = std::fs::read(home.path().join("part-1.json")).unwrap();
    home.netcensus("merge --save part-1.json part-2.json")
        .run()
        .refuses(&["part-1.json exists", "put it last"]);
    assert_eq!(std::fs::read(home.path().join("part-1.json")).unwrap(), before);
}

#[test]
fn inventories_of_other_accounts_are_joined_and_are_as_old_as_the_oldest() {
    let home = Home::new();
    write(&home, "a.json", &account("111111111111", 10, Outcome::Complete));
    write(&home, "b.json", &account("222222222222", 4000, Outcome::Complete));
    let output = home.netcensus("merge a.json b.json").run().exits(0).says(&["the inputs are 3 days apart"]);
    let document = output.json();
    assert_eq!(document["taken_at"], at(10).to_string());
    assert_eq!(document["accounts"].as_array().unwrap().len(), 2);
    assert_eq!(document["generator"], concat!("netcensus ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_newer_of_two_stands_and_that_is_said_once() {
    let home = Home::new();
    write(&home, "old.json", &account("111111111111", 0, Outcome::Complete));
    write(&home, "new.json", &account("111111111111", 5, Outcome::Denied));
    let output = home.netcensus("merge old.json new.json").run();
    let output = output.falls_short(&[
        "aws 111111111111 us-east-1 networks is in both new.json and old.json; new.json is newer, and takes precedence",
        "1 of 1 read failed",
    ]);
    assert_eq!(output.json()["coverage"][0]["outcome"], "denied");
    write(&home, "skipped.json", &account("111111111111", 9, Outcome::Skipped));
    let output = home.netcensus("merge skipped.json old.json").run().succeeds();
    assert_eq!(output.json()["coverage"][0]["outcome"], "complete", "what nobody asked for tells nothing");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_filtered_input_makes_a_filtered_result() {
    let home = parts();
    home.netcensus("scan all --from part-1.json -o json --filter region=eu-*").run();
    let filtered = home.netcensus("scan all --from part-1.json -o json --filter region=eu-*").run().stdout;
    home.write("filtered.json", filtered);
    let output = home.netcensus("merge filtered.json part-2.json part-3.json").run();
    let output = output.says(&["filtered.json was filtered by region=eu-* and may lack rows"]);
    assert_eq!(output.json()["filters"], json!(["region=eu-*"]));
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_part_that_left_a_cloud_out_is_incomplete() {
    let home = parts();
    home.netcensus("scan all --sandbox --provider aws --shard 2/3 --save aws.json -q").run().exits(0);
    let words = ["azure shard 2/3 accounts: failed: not scanned in this part, but in others"];
    let output = home.netcensus("merge part-1.json aws.json part-3.json").run().falls_short(&words);
    home.write("merged.json", &output.stdout);
    home.netcensus("overlap --from merged.json").run().exits(3).says(&words);
    home.netcensus("merge part-1.json aws.json part-2.json part-3.json").run().exits(0);
}

/// An inventory of a wrong clock would count as the newest, and hide what the others have.
#[test]
fn an_inventory_that_is_dated_in_the_future_is_refused() {
    let home = Home::new();
    let now = jiff::Timestamp::now();
    let dated = |minutes: i64| Inventory {
        taken_at: now + jiff::SignedDuration::from_mins(minutes),
        ..account("111111111111", 0, Outcome::Complete)
    };
    write(&home, "old.json", &dated(-600));
    write(&home, "future.json", &dated(90));
    write(&home, "soon.json", &dated(3));
    let time = format!("{:.0}", dated(90).taken_at);
    for inputs in ["future.json old.json", "old.json future.json"] {
        let words = ["future.json is dated in the future", time.as_str(), "leave this inventory out"];
        home.netcensus(&format!("merge {inputs}")).run().refuses(&words);
    }
    let file = home.netcensus("merge old.json future.json --save all.ncsnap").run().exits(2);
    assert!(file.stdout.is_empty() && !home.path().join("all.ncsnap").exists());
    home.netcensus("merge old.json soon.json -q").run().succeeds();
}
