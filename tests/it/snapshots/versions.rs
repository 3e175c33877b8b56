//! Every version of the form can be read for ever; a newer one is refused, and nothing is dropped in silence.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use netcensus::input::{self, Source};
use netcensus::model::{Instance, Inventory, SCHEMA_VERSION, Shard};
use netcensus::output::write_document;
use netcensus::snapshot::{self, SNAPSHOT_VERSION, ScanRequest, SnapshotError, SnapshotReader};

use crate::output::sample;
use crate::support::Home;

/// Each version of the rows has a fixture; the form of the file has not changed since the first.
fn fixture(version: u32, name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/snapshots/v{version}/{name}"))
}

fn asked() -> ScanRequest {
    ScanRequest {
        scope: vec!["providers=[\"aws\"]".into(), "AWS_PROFILE=ünïcode\u{202e}".into()],
        signer: 4_294_967_295,
    }
}

/// Writes the fixture of this version, once: what is there is what people have on their disks, and never changes.
fn bless() {
    let snapshot = fixture(SCHEMA_VERSION, "snapshot.ncsnap");
    if std::env::var_os("NETCENSUS_BLESS").is_none() || snapshot.exists() {
        return;
    }
    let shard = Shard { parts: BTreeSet::from([1, 3]), of: 4 };
    let inventory = Inventory { shard: Some(shard), ..sample::inventory() };
    fs::create_dir_all(snapshot.parent().unwrap()).unwrap();
    snapshot::write_snapshot(&inventory, Some(&asked()), &mut File::create(snapshot).unwrap()).unwrap();
    let document = fixture(SCHEMA_VERSION, "inventory.json");
    write_document(&inventory, &mut File::create(document).unwrap()).unwrap();
}

/// The lines of a version's fixture.
fn lines(version: u32) -> Vec<String> {
    let bytes = fs::read(fixture(version, "snapshot.ncsnap")).unwrap();
    let text = String::from_utf8(zstd::decode_all(&bytes[..]).unwrap()).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn read(lines: &[String]) -> Result<Inventory, SnapshotError> {
    let text = lines.join("\n") + "\n";
    SnapshotReader::new(text.as_bytes(), "night.ncsnap")?.read()
}

#[test]
fn every_version_reads_to_the_same_inventory_for_ever() {
    bless();
    for version in 1..=SCHEMA_VERSION {
        let path = fixture(version, "snapshot.ncsnap");
        let reader =
            SnapshotReader::new(File::open(&path).expect("every version has a fixture"), "fixture").unwrap();
        let about = reader.about();
        assert_eq!((about.snapshot_version, about.schema_version), (SNAPSHOT_VERSION, version));
        let kept = input::load(&Source::Path(path)).unwrap();
        let document = input::load(&Source::Path(fixture(version, "inventory.json"))).unwrap();
        // Documents do not know what they were asked for.
        let document = input::Loaded { asked: kept.asked.clone(), ..document };
        assert!(kept == document, "version {version} reads as another inventory");
        assert!(kept.inventory.networks.len() > 1 && !kept.inventory.links.is_empty());
    }
}

#[test]
fn what_is_read_is_written_again_byte_for_byte() {
    bless();
    let path = fixture(SCHEMA_VERSION, "snapshot.ncsnap");
    let reader = SnapshotReader::new(File::open(path).unwrap(), "fixture").unwrap();
    assert_eq!(reader.about().schema_version, SCHEMA_VERSION, "the fixture is of this version");
    let asked = reader.about().asked.clone();
    assert_eq!(asked, Some(self::asked()));
    let mut written = Vec::new();
    snapshot::write_snapshot(&reader.read().unwrap(), asked.as_ref(), &mut written).unwrap();
    let text = String::from_utf8(zstd::decode_all(&written[..]).unwrap()).unwrap();
    assert_eq!(text, lines(SCHEMA_VERSION).join("\n") + "\n");
}

#[test]
fn a_newer_version_is_refused_whatever_it_has() {
    let home = Home::new();
    let (form, schema) = (SNAPSHOT_VERSION, SCHEMA_VERSION);
    let lines = lines(SCHEMA_VERSION);
    let head = format!("\"snapshot_version\":{form},\"schema_version\":{schema}");
    assert!(lines[0].contains(&head));
    for (newer, named) in [
        (
            format!("\"snapshot_version\":{},\"schema_version\":{schema}", form + 1),
            format!("{}.{schema}", form + 1),
        ),
        (
            format!("\"snapshot_version\":{form},\"schema_version\":{}", schema + 1),
            format!("{form}.{}", schema + 1),
        ),
    ] {
        for more in ["", ",\"novelty\":{\"x\":[1]}"] {
            let mut text = lines.clone();
            text[0] = text[0].replace(&head, &format!("{newer}{more}"));
            let text = text.join("\n") + "\n";
            home.write("newer.ncsnap", zstd::encode_all(text.as_bytes(), 0).unwrap());
            let words = ["newer.ncsnap is a snapshot of version", &named, "reads up to version", "upgrade"];
            home.netcensus("scan --from newer.ncsnap").run().refuses(&words);
            home.netcensus("diff newer.ncsnap newer.ncsnap").run().refuses(&words);
        }
        home.write("alone.ncsnap", format!("{{{newer},\"all\":\"else\"}}\nis new\n"));
        home.netcensus("overlap --from alone.ncsnap").run().refuses(&["upgrade"]);
    }
}

/// What version 1 did not have is unknown in it, and no change: nothing else differs between the fixtures.
#[test]
fn what_an_earlier_version_did_not_have_is_unknown_and_no_change() {
    bless();
    let home = Home::new();
    for name in ["snapshot.ncsnap", "inventory.json"] {
        let [old, new] = [1, 2].map(|version| fixture(version, name));
        let loaded = input::load(&Source::Path(old.clone())).unwrap().inventory;
        assert_eq!(loaded.schema_version, SCHEMA_VERSION, "what is written of it has the new fields");
        assert!(loaded.subnets.iter().all(|one| one.zone_id.is_none() && one.addresses_total.is_some()));
        let unknown = |one: &Instance| one.private_prefixes.is_none() && one.carrier_ips.is_none();
        assert!(loaded.instances.iter().all(unknown) && !loaded.instances.is_empty());
        for (old, new) in [(&old, &new), (&new, &old)] {
            let (old, new) = (old.display(), new.display());
            let changes = home.netcensus(&format!("diff -o json --all-fields {old} {new}")).run().json();
            assert_eq!(changes["changes"], serde_json::json!([]), "{}", changes["changes"]);
        }
        let table = home.netcensus(&format!("scan instances -o json --from {}", old.display())).run().json();
        assert_eq!(table["schema_version"], SCHEMA_VERSION);
        assert_eq!(table["instances"][0]["private_prefixes"], serde_json::Value::Null);
    }
}

/// Version 1 had 0 addresses where no prefix was known.
#[test]
fn a_subnet_of_version_1_without_prefixes_has_an_unknown_number_of_addresses() {
    let mut lines = lines(1);
    let at = lines.iter().position(|line| line.contains("\"addresses_total\":11")).unwrap();
    lines[at] =
        lines[at].replace("\"10.0.1.0/28\"", "").replace("\"addresses_total\":11", "\"addresses_total\":0");
    assert_eq!(read(&lines).unwrap().subnets[1].addresses_total, None);
}

#[test]
fn there_never_was_a_version_zero() {
    for (from, to) in [
        ("\"snapshot_version\":1", "\"snapshot_version\":0"),
        ("\"schema_version\":1", "\"schema_version\":0"),
    ] {
        let mut lines = lines(1);
        lines[0] = lines[0].replace(from, to);
        assert!(matches!(read(&lines), Err(SnapshotError::Damaged { .. })), "{to}");
    }
}

/// Returns `line` with an unknown field at the end of each of its objects in turn; tags have any keys.
fn with_novelty(line: &str) -> Vec<String> {
    let mut made = Vec::new();
    let mut open: Vec<bool> = Vec::new();
    let mut in_text = false;
    let mut escaped = false;
    for (at, character) in line.char_indices() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = in_text,
            '"' => in_text = !in_text,
            '{' if !in_text => open.push(line[..at].ends_with("\"tags\":")),
            '}' if !in_text && open.pop() == Some(false) => {
                let comma = if line[..at].ends_with('{') { "" } else { "," };
                made.push(format!("{}{comma}\"novelty\":1{}", &line[..at], &line[at..]));
            }
            _ => {}
        }
    }
    made
}

#[test]
fn a_field_that_nobody_knows_is_refused_wherever_it_is() {
    let original = lines(SCHEMA_VERSION);
    read(&original).unwrap();
    let mut tried = 0;
    for (number, line) in original.iter().enumerate() {
        for changed in with_novelty(line) {
            let mut lines = original.clone();
            lines[number].clone_from(&changed);
            let error = read(&lines).expect_err(&changed).to_string();
            assert!(error.contains(&format!("line {}", number + 1)), "{error}");
            assert!(error.contains("novelty"), "{error}");
            tried += 1;
        }
    }
    assert!(tried > original.len(), "objects within objects too: {tried}");
}

#[test]
fn a_field_of_a_newer_netcensus_is_no_damage_where_the_checksum_is_right() {
    let original = lines(SCHEMA_VERSION);
    let whole = |lines: &[String]| {
        let mut encoder = zstd::Encoder::new(Vec::new(), 3).unwrap();
        encoder.include_checksum(true).unwrap();
        std::io::Write::write_all(&mut encoder, (lines.join("\n") + "\n").as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    for number in [0, 1, 2, original.len() - 1] {
        let mut lines = original.clone();
        lines[number] = with_novelty(&lines[number]).pop().unwrap();
        let bytes = whole(&lines);
        let errors = |bytes: &[u8]| {
            let reader = || SnapshotReader::new(bytes, "night.ncsnap");
            let sound = whole(&original);
            let sound = || SnapshotReader::new(&sound[..], "sound.ncsnap");
            [
                reader().and_then(SnapshotReader::read).unwrap_err(),
                reader().and_then(|reader| reader.verify(drop)).unwrap_err(),
                reader().and_then(|reader| snapshot::read_differences(reader, sound()?, &[])).unwrap_err(),
                reader().and_then(|reader| snapshot::read_differences(sound()?, reader, &[])).unwrap_err(),
            ]
        };
        for error in errors(&bytes).map(|error| error.to_diagnostic().to_line()) {
            assert!(error.contains("novelty") && !error.contains("damaged"), "{error}");
            assert!(error.contains("it was written by netcensus "), "who wrote it: {error}");
        }
        let mut damaged = bytes.clone();
        *damaged.last_mut().unwrap() ^= 1;
        for error in errors(&damaged).map(|error| error.to_string()) {
            assert!(error.starts_with("night.ncsnap is damaged: "), "{error}");
        }
    }
}

#[test]
fn lines_too_many_or_too_few_are_refused() {
    let original = lines(SCHEMA_VERSION);
    for number in 0..original.len() {
        let mut lines = original.clone();
        lines.remove(number);
        read(&lines).expect_err("a line is missing");
        let mut lines = original.clone();
        lines.insert(number, original[number].clone());
        read(&lines).expect_err("a line is there twice");
    }
}

/// A row of version 1 has no delegated prefixes, so that an address in one is not found, which is not said by an empty
/// list.
#[test]
fn a_filter_on_addresses_says_that_an_older_version_did_not_read_all_of_them() {
    let home = Home::new();
    let scan = |version: u32, kind: &str| {
        let path = fixture(version, "inventory.json");
        let filter = "--filter contains-ip=192.0.2.77";
        home.netcensus(&format!("scan {kind} --from {} -q {filter}", path.display())).run()
    };
    scan(1, "interfaces").says(&["saved by an earlier version of netcensus", "scan again"]);
    for (version, kind) in [(1, "networks"), (SCHEMA_VERSION, "interfaces")] {
        let output = scan(version, kind);
        assert!(!output.stderr.contains("earlier version"), "{}", output.stderr);
    }
}
