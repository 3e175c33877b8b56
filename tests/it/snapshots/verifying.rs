//! `snapshots verify`: read to the end.

use std::fs;

use super::{keep, kept, store_of};
use crate::support::Home;

#[test]
fn all_or_those_that_are_named_are_read_to_their_ends() {
    let home = Home::new();
    let folder = store_of(&home);
    for day in 17..20 {
        keep(&folder, &format!("2026-11-{day}T06:00:00Z"), "a");
    }
    let output = home.netcensus("snapshots verify -o json").run().exits(0);
    let list = output.json();
    assert_eq!(list.as_array().unwrap().len(), 3);
    assert!(
        list.as_array().unwrap().iter().all(|one| one["result"] == "ok" && one["rows"].as_u64() > Some(5))
    );
    let folder_name = folder.display().to_string();
    output.says(&[&format!("verified in full: 3 snapshots in {folder_name}")]);
    home.netcensus("scan --from @latest --save mine.json").run();
    let path = kept(&folder)[0].display().to_string();
    let names = format!("@latest @2026-11-18 mine.json {path}");
    let output = home.netcensus(&format!("snapshots verify {names} -o ndjson")).run().exits(0);
    assert_eq!(output.stdout.lines().count(), 4);
}

#[test]
fn a_damaged_one_is_named_and_ends_with_one() {
    let home = Home::new();
    let folder = store_of(&home);
    let sound = keep(&folder, "2026-11-17T06:00:00Z", "a");
    let damaged = keep(&folder, "2026-11-18T06:00:00Z", "a");
    let newer = keep(&folder, "2026-11-19T06:00:00Z", "a");
    let mut bytes = fs::read(&damaged).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&damaged, bytes).unwrap();
    fs::write(&newer, "{\"snapshot_version\":2,\"schema_version\":1}\n").unwrap();
    let output = home.netcensus("snapshots verify -o json").run().exits(1);
    let results: Vec<_> = output
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["result"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(results, ["newer version", "damaged", "ok"]);
    home.write("ok.csv", "name,cidr\na,10.0.0.0/8\n");
    let other = home.netcensus("snapshots verify ok.csv -o json").run().exits(1).json();
    assert_eq!(other[0]["result"], "not a snapshot");
    assert!(output.json()[1]["problem"].as_str().unwrap().contains("is damaged"));
    output.says(&["2 of 3 snapshots in ", "cannot be read in full (exit code 1)"]);
    home.netcensus(&format!("snapshots verify {}", sound.display())).run().exits(0);
    home.netcensus(&format!("snapshots verify {} {}", sound.display(), damaged.display())).run().exits(1);
}

/// A kept snapshot is found by its name: `@latest` would mean another one.
#[test]
fn a_name_with_another_time_is_damage() {
    let home = Home::new();
    let path = keep(&store_of(&home), "2026-11-17T06:00:00Z", "a");
    let name = path.file_name().unwrap().to_str().unwrap();
    fs::rename(&path, path.with_file_name(name.replace("20261117T", "20261118T"))).unwrap();
    let output = home.netcensus("snapshots verify -o json").run().exits(1);
    let problem = "its name says 2026-11-18T06:00:00Z, and its first line 2026-11-17T06:00:00Z";
    assert!(output.json()[0]["problem"].as_str().unwrap().contains(problem), "{}", output.stdout);
}

#[test]
fn wrong_names_are_refused_before_anything_is_read() {
    let home = Home::new();
    keep(&store_of(&home), "2026-11-17T06:00:00Z", "a");
    for name in ["@~7", "@2020-01-01", "@never", "nowhere.ncsnap", "."] {
        home.netcensus(&format!("snapshots verify @latest {name}"))
            .run()
            .refuses(&[name.trim_start_matches('@')]);
    }
    Home::new().netcensus("snapshots verify @latest").run().refuses(&["there is no snapshot in"]);
    Home::new().netcensus("snapshots verify").run().exits(0).says(&["0 snapshots in "]);
    let home = Home::new();
    home.netcensus("snapshots verify --store nowhere")
        .run()
        .refuses(&["the directory of snapshots nowhere does not exist", "--store"]);
    home.write("netcensus.toml", "store = \"nowhere\"\n");
    for action in ["verify", "prune --keep-last 1"] {
        home.netcensus(&format!("snapshots {action} --config netcensus.toml")).run().refuses(&[
            "directory ",
            "nowhere does not exist",
            "netcensus.toml:1",
        ]);
    }
    home.netcensus("snapshots --store nowhere").run().refuses(&["nowhere does not exist (--store)"]);
}

/// Changes the lines of a snapshot.
fn changed(path: &std::path::Path, change: impl Fn(String) -> String) -> Vec<u8> {
    let text = zstd::decode_all(&fs::read(path).unwrap()[..]).unwrap();
    change(String::from_utf8(text).unwrap()).into_bytes()
}

/// Compresses as snapshots are, with a checksum.
fn compressed(text: &[u8]) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
    encoder.include_checksum(true).unwrap();
    std::io::Write::write_all(&mut encoder, text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_has_no_checksum_is_called_readable() {
    let home = Home::new();
    let path = keep(&store_of(&home), "2026-11-17T06:00:00Z", "a");
    home.write("plain.ncsnap", changed(&path, |text| text));
    home.write("again.ncsnap", zstd::encode_all(&changed(&path, |text| text)[..], 3).unwrap());
    home.netcensus("scan all --from @latest --save mine.json").run();
    let names = "plain.ncsnap again.ncsnap mine.json @latest";
    let list = home.netcensus(&format!("snapshots verify {names} -o json")).run().exits(0).json();
    let results: Vec<_> =
        list.as_array().unwrap().iter().map(|one| one["result"].as_str().unwrap()).collect();
    assert_eq!(results, ["readable; no checksum", "readable; no checksum", "readable; no checksum", "ok"]);
}

#[test]
fn rows_are_checked_as_they_are_when_they_are_read() {
    let home = Home::new();
    let path = keep(&store_of(&home), "2026-11-17T06:00:00Z", "a");
    let first = super::read(&path).networks[0].clone();
    let nameless = |text: String| text.replacen(&format!("\"id\":\"{}\"", first.id), "\"id\":\" \"", 1);
    fs::write(&path, compressed(&changed(&path, nameless))).unwrap();
    let read = home.netcensus("scan --from @latest -q").run().exits(2).stderr;
    assert!(read.contains("networks[0] has an empty id"), "{read}");
    let output = home.netcensus("snapshots verify -o json").run().exits(1);
    assert!(output.json()[0]["problem"].as_str().unwrap().contains("networks[0] has an empty id"));

    let prefix = first.blocks[0].cidr.to_string();
    let path = keep(&store_of(&home), "2026-11-18T06:00:00Z", "a");
    let odd = format!("{}/4", first.blocks[0].cidr.addr());
    fs::write(&path, compressed(&changed(&path, |text| text.replacen(&prefix, &odd, 1)))).unwrap();
    home.netcensus("snapshots verify @latest").run().exits(0).says(&["warning: @latest: ", "host bits set"]);
}
