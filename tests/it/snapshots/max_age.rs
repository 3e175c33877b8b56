//! `--max-age`: a snapshot stands for a scan of the same, or for nothing.

use std::fs;

use super::{keep, kept, store_of};
use crate::support::{Cloud, Home, Output, Run, netcensus};

const SCAN: &str = "scan subnets --aws-profile security --region us-east-1";

/// Reads the clouds once, and keeps what came of it.
fn kept_once() -> Cloud {
    let cloud = Cloud::sample(&[]);
    cloud.netcensus(&format!("{SCAN} --save")).run().exits(0);
    assert!(!cloud.requests().is_empty());
    cloud
}

/// Runs, and tells whether the cloud was asked anything.
#[track_caller]
fn asks(cloud: &Cloud, run: Run) -> (bool, Output) {
    let before = cloud.requests();
    let output = run.run();
    let is_taken = output.stderr.contains("(--max-age)");
    let asked = cloud.requests() != before;
    assert_ne!(is_taken, asked, "stderr says which it is\n{}", output.stderr);
    (asked, output)
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_young_snapshot_of_the_same_stands_for_a_scan() {
    let cloud = kept_once();
    let live = cloud.netcensus(SCAN).run().succeeds();
    let (asked, output) = asks(&cloud, cloud.netcensus(&format!("{SCAN} --max-age 15m")));
    assert!(!asked);
    assert_eq!(output.stdout, live.stdout);
    output.exits(0).says(&["using the snapshot @20", " s old (--max-age)"]);
    // Where nobody asked the cloud, nothing new is there to keep; a file of one's own is written.
    let run = cloud.netcensus(&format!("{SCAN} --max-age 15m --save"));
    asks(&cloud, run).1.exits(0).says(&["nothing was scanned"]);
    assert_eq!(kept(&store_of(&cloud.home)).len(), 1);
    asks(&cloud, cloud.netcensus(&format!("{SCAN} --max-age 15m --save copy.ncsnap"))).1.exits(0);
    let copy = cloud.home.netcensus("scan subnets --from copy.ncsnap").run().succeeds();
    assert_eq!(copy.stdout, live.stdout);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn other_commands_take_it_too() {
    let cloud = Cloud::sample(&[]);
    let scope = "--aws-profile security --region us-east-1";
    cloud.netcensus(&format!("scan all {scope} --save")).run().exits(0);
    let overlap = cloud.netcensus(&format!("overlap {scope} --max-age 15m"));
    assert!(!asks(&cloud, overlap).0);
    let mut document = cloud.netcensus("scan all --from @latest -o json").run().exits(0).json();
    document["taken_at"] = "2020-11-20T06:00:00Z".into();
    cloud.home.write("older.json", document.to_string());
    let diff =
        |old: &str| cloud.netcensus(&format!("diff {old} live {scope} --max-age 15m --exit-code -o json"));
    let (asked, output) = asks(&cloud, diff("older.json"));
    assert!(!asked);
    let name = output.exits(0).json()["new"]["name"].as_str().unwrap().to_owned();
    assert!(name.starts_with("@20") && name.ends_with("Z (for live)"), "{name}");
    // The older side would be the same as itself.
    let (asked, output) = asks(&cloud, diff("@latest"));
    assert!(asked);
    assert_eq!(output.exits(0).json()["new"]["name"], "live");
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn it_stands_for_no_other_scan() {
    let cloud = kept_once();
    let other = [
        "scan subnets --aws-profile security --region eu-central-1",
        "scan subnets --aws-profile security",
        "scan subnets --aws-profile shop-prod --region us-east-1",
        "scan instances --aws-profile security --region us-east-1",
        "scan all --aws-profile security --region us-east-1",
        "scan subnets --aws-profile security --region us-east-1 --provider aws",
        "scan subnets --aws-profile security --region us-east-1 --shard 1/2",
    ];
    for arguments in other {
        let (asked, _) = asks(&cloud, cloud.netcensus(&format!("{arguments} --max-age 15m")));
        assert!(asked, "{arguments}");
    }
    // Settings say the same as flags, and how fast to read is not what to read.
    cloud.home.write("same.toml", "[aws]\nprofiles = [\"security\"]\nregions = [\"us-east-1\"]\n");
    for arguments in ["scan subnets --config same.toml", &format!("{SCAN} --concurrency 2 --timeout 9s")] {
        let (asked, _) = asks(&cloud, cloud.netcensus(&format!("{arguments} --max-age 15m")));
        assert!(!asked, "{arguments}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn it_stands_for_nobody_elses_scan() {
    let cloud = kept_once();
    for (variable, value) in
        [("AWS_ACCESS_KEY_ID", "AKIAOTHER"), ("AWS_PROFILE", "other"), ("AZURE_TENANT_ID", "t")]
    {
        let run = cloud.netcensus(&format!("{SCAN} --max-age 15m")).env(variable, value);
        assert!(asks(&cloud, run).0, "{variable}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn neither_an_old_one_nor_a_damaged_one_nor_one_of_the_future_is_taken() {
    let cloud = kept_once();
    let folder = store_of(&cloud.home);
    let path = kept(&folder).remove(0);
    let name = path.file_name().unwrap().to_str().unwrap().to_owned();
    let run = || cloud.netcensus(&format!("{SCAN} --max-age 15m"));
    for time in ["20201120T060000Z", "29991120T060000Z"] {
        let other = folder.join(time.to_owned() + &name[16..]);
        fs::rename(&path, &other).unwrap();
        assert!(asks(&cloud, run()).0, "{time}");
        fs::rename(&other, &path).unwrap();
    }
    assert!(!asks(&cloud, run()).0);
    let bytes = fs::read(&path).unwrap();
    for length in [0, 10, bytes.len() - 1] {
        fs::write(&path, &bytes[..length]).unwrap();
        let (asked, output) = asks(&cloud, run());
        assert!(asked, "{length}");
        output.exits(0).says(&["warning: ", " is damaged"]);
    }
}

#[test]
fn what_is_no_age_is_refused() {
    for age in ["soon", "0s", "-5m", "", "15", "1moon", "1mo"] {
        netcensus(&format!("scan --sandbox --max-age={age}")).refuses(&["--max-age", "accepted: "]);
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn days_and_weeks_are_ages_too() {
    let cloud = kept_once();
    for age in ["1d", "7d", "1w", "26h"] {
        assert!(!asks(&cloud, cloud.netcensus(&format!("{SCAN} --max-age {age}"))).0, "{age}");
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn where_nothing_fits_or_can_be_read_the_clouds_are_asked_and_it_is_said() {
    let cloud = Cloud::sample(&[]);
    cloud.home.write("file", "");
    let (asked, output) = asks(&cloud, cloud.netcensus(&format!("{SCAN} --max-age 15m --store file")));
    assert!(asked);
    output.exits(0).says(&["warning: file is not a directory", "so the clouds are scanned"]);
    let output = cloud.netcensus(&format!("{SCAN} --max-age 15m -v")).run().exits(0);
    output.says(&["note: no snapshot in ", "can replace this scan"]);
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn a_snapshot_with_more_kinds_stands_for_a_scan_and_one_of_fewer_is_of_another_scope() {
    let cloud = Cloud::sample(&[]);
    let scope = "--aws-profile security --region us-east-1";
    cloud.netcensus(&format!("scan all {scope} --save")).run().exits(0);
    assert!(!asks(&cloud, cloud.netcensus(&format!("{SCAN} --max-age 15m"))).0);
    cloud.netcensus(&format!("scan links {scope} --save")).run().exits(0);
    cloud.home.netcensus("scan --from @previous").run().refuses(&["only 1 snapshot of the scope of @latest"]);
    cloud.home.netcensus("snapshots prune --keep-last 1").run().exits(0);
    assert_eq!(kept(&store_of(&cloud.home)).len(), 2, "neither pushes the other out");
}

#[test]
fn a_saved_inventory_that_is_too_old_is_refused() {
    let home = Home::new();
    let then = jiff::Timestamp::now() - jiff::SignedDuration::from_hours(13 * 24);
    let then = jiff::Timestamp::from_second(then.as_second()).unwrap().to_string();
    let path = keep(&store_of(&home), &then, "a");
    for name in ["@latest", path.to_str().unwrap()] {
        let run = home.netcensus(&format!("overlap -q --from {name} --max-age 26h")).run();
        run.refuses(&["was taken at", &then, "13 days ago", "older than --max-age 26h"]);
    }
    home.netcensus(&format!("scan --from {} --max-age 5000w", path.display())).run().exits(3);
    let now = jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap().to_string();
    keep(&store_of(&home), &now, "a");
    home.netcensus("scan --from @latest --max-age 26h").run().exits(3).says(&["reading @2"]);
}
