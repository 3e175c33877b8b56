//! What reads bytes from outside, each with valid inputs to begin with and what must hold of any other.
//!
//! A check panics when its reader does, or when one of these is not so: what was accepted is written and read again as
//! the same; what was cut short is not accepted; what prints can be parsed again.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use futures_util::FutureExt;
use jiff::Timestamp;
use netcensus::analysis::columns::columns_of;
use netcensus::analysis::diff::IgnoredFields;
use netcensus::analysis::filter::{Filter, FilterError, parse_filters};
use netcensus::analysis::groups::check_conditions;
use netcensus::analysis::network_plan::NetworkPlan;
use netcensus::analysis::overlap::Baseline;
use netcensus::analysis::query;
use netcensus::analysis::rows::{TableRequest, filter_document, select_tables};
use netcensus::config::{ConfigFile, KnownNames, Overrides, Settings};
use netcensus::input::{self, read_external_ranges, read_planned_prefixes, read_terraform_plan};
use netcensus::model::{Inventory, Kind, Provider, parse_duration};
use netcensus::notify::ReportedConditions;
use netcensus::reservations::{FileStore, ReservationStore};
use netcensus::sandbox::Estate;
use netcensus::snapshot::{ScopesSetAside, SnapshotEntry, SnapshotName, name_snapshots, write_snapshot};
use netcensus::watch::events::{ParsedEvent, parse_message};
use netcensus::watch::{AccountRegion, Cause, Delta, Journal, JournalEntry, Lease, LeaseError, ViewChange};
use tempfile::{Builder, NamedTempFile};

use super::harness::Target;

const DOCUMENT: &str = include_str!("../golden/all.json");
const OLD_DOCUMENT: &str = include_str!("../fixtures/snapshots/v1/inventory.json");
const SNAPSHOT: &[u8] = include_bytes!("../fixtures/snapshots/v2/snapshot.ncsnap");
const OLD_SNAPSHOT: &[u8] = include_bytes!("../fixtures/snapshots/v1/snapshot.ncsnap");

const JSON: &[&str] = &["{", "}", "[", "]", ",", ":", "\"", "{\"a\":", "[[", "null", "true", "1e9"];
const TOML: &[&str] = &["[", "[[", "]]", "=", "\"\"\"", "'''", "#", "{", "}", "inf", "1979-05-27", "\n[x]\n"];

/// Lists all targets.
pub fn all() -> Vec<Target> {
    let text = |texts: &[&str]| texts.iter().map(|text| text.as_bytes().to_vec()).collect::<Vec<_>>();
    let target = |name, seeds, tokens, check: fn(&[u8]) -> bool| Target {
        name,
        seeds,
        tokens,
        check: Box::new(check),
    };
    vec![
        target("document", text(&[DOCUMENT, OLD_DOCUMENT]), JSON, check_document),
        target(
            "snapshot",
            vec![SNAPSHOT.to_vec(), OLD_SNAPSHOT.to_vec()],
            &["(\u{b5}/\u{fd}"],
            check_snapshot,
        ),
        target(
            "snapshot-text",
            vec![decompress(SNAPSHOT), decompress(OLD_SNAPSHOT)],
            JSON,
            check_snapshot_text,
        ),
        target("ranges", text(RANGES), &[",", ";", "\t", "\"", "prefix", "cidr", "\n"], check_ranges),
        target("ranges-toml", text(&[TOML_RANGES]), TOML, check_toml_ranges),
        target("terraform", text(PLANS), JSON, check_terraform),
        target("config", text(&[documented_config()]), TOML, check_config),
        target("estate", text(&[SAMPLE, &[SAMPLE, AZURE_SAMPLE].concat()]), TOML, check_estate),
        target("filter", text(FILTERS), FILTER_TOKENS, check_filter),
        target("name", text(NAMES), &["@", "~", "latest", "P1D", "d", "T", "Z", "+", "-"], check_name),
        target("query", text(QUERIES), QUERY_TOKENS, check_query),
        target("baseline", text(&[BASELINE]), JSON, check_baseline),
        target("journal", vec![journal()], JSON, check_journal),
        target("lease", text(&[LEASE]), JSON, check_lease),
        target("reported", text(&[REPORTED]), JSON, check_reported),
        target("reservations", text(&[RESERVATIONS]), JSON, check_reservations),
        target("event", text(EVENTS), EVENT_TOKENS, check_event),
        target("network-plan", text(&[NETWORK_PLAN]), JSON, check_network_plan),
    ]
}

/// Reads an inventory, which must be the same when it is written in either form and read again.
fn check_inventory(bytes: &[u8]) -> bool {
    let Ok(loaded) = input::read(bytes, "input") else { return false };
    let document = serde_json::to_vec(&loaded.inventory).expect("can be written");
    let again = input::read(&*document, "the document").expect("what was written can be read");
    assert_eq!(again.inventory, loaded.inventory, "a document changes what is in it");
    assert!(again.warnings.is_empty(), "what was corrected is corrected again: {:?}", again.warnings);
    let snapshot = write(&loaded.inventory);
    let again = input::read(&*snapshot, "the snapshot").expect("what was written can be read");
    assert_eq!(again.inventory, loaded.inventory, "a snapshot changes what is in it");
    true
}

fn write(inventory: &Inventory) -> Vec<u8> {
    let mut bytes = Vec::new();
    write_snapshot(inventory, None, &mut bytes).expect("memory can be written");
    bytes
}

fn check_document(bytes: &[u8]) -> bool {
    let is_accepted = check_inventory(bytes);
    let whole = bytes.trim_ascii_end();
    if is_accepted && !whole.is_empty() {
        let cut = &whole[..whole.len() - 1];
        assert!(input::read(cut, "input").is_err(), "a document without its end is accepted");
    }
    is_accepted
}

fn check_snapshot(bytes: &[u8]) -> bool {
    let is_accepted = check_inventory(bytes);
    if is_accepted && netcensus::snapshot::is_snapshot(bytes) {
        let cut = &bytes[..bytes.len() - 1];
        assert!(input::read(cut, "input").is_err(), "a snapshot without its last byte is accepted");
    }
    is_accepted
}

/// Compresses a text, so that it is not refused for its checksum.
fn check_snapshot_text(text: &[u8]) -> bool {
    check_inventory(&zstd::encode_all(text, 1).expect("memory can be compressed"))
}

fn decompress(snapshot: &[u8]) -> Vec<u8> {
    zstd::decode_all(snapshot).expect("the seed is a snapshot")
}

thread_local! {
    static SCRATCH: NamedTempFile = NamedTempFile::new().expect("a temporary file can be made");
}

/// Puts an input into a file, which the next one of the same thread replaces.
fn file_with(bytes: &[u8]) -> PathBuf {
    let path = SCRATCH.with(|file| file.path().to_owned());
    fs::write(&path, bytes).expect("a temporary file can be written");
    path
}

const RANGES: &[&str] = &[
    "prefix,name,site,comment\n10.0.0.0/8,all,berlin,\n\"192.168.0.0/16\",\"a \"\"b\"\"\",paris,x\n2001:db8::/32,v6,,\n",
    "cidr;description\n10.0.0.0/8;all\n172.16.0.0-172.16.3.255;range\n",
    "10.0.0.0/8\n# comment\n192.168.0.0/16\n",
    r#"[{"prefix":"10.0.0.0/8","name":"all","site":{"name":"berlin"}},{"cidr":"10.1.0.0/16","tags":["a"]}]"#,
    r#"{"count":1,"next":null,"results":[{"prefix":"10.0.0.0/8","status":{"value":"active"},"vrf":null,"scope":{"name":"x"}}]}"#,
    r#"{"prefixes":[{"ip_prefix":"3.5.140.0/22","region":"x","service":"AMAZON"}],"ipv6_prefixes":[{"ipv6_prefix":"2600::/24"}]}"#,
];

const TOML_RANGES: &str = r#"
[[ranges]]
prefix = "10.0.0.0/8"
name = "all"

[[external]]
prefixes = ["10.1.0.0/16", "fd00::/8"]
site = "x"
"#;

fn check_ranges(bytes: &[u8]) -> bool {
    check_range_file(&file_with(bytes))
}

fn check_toml_ranges(bytes: &[u8]) -> bool {
    let file = Builder::new().suffix(".toml").tempfile().expect("a temporary file can be made");
    fs::write(file.path(), bytes).expect("a temporary file can be written");
    check_range_file(file.path())
}

fn check_range_file(path: &Path) -> bool {
    let strict = read_external_ranges(path, "site", false);
    let lenient = read_external_ranges(path, "site", true);
    let is_accepted = strict.is_ok();
    if let Ok(strict) = strict {
        let lenient = lenient.expect("what is accepted as a whole is accepted without its bad rows");
        assert_eq!(lenient.rows, strict.rows, "leaving out bad rows changes a file without them");
        for range in strict.rows {
            assert_eq!(range.prefix.trunc(), range.prefix, "a prefix has host bits");
        }
    }
    let planned = read_planned_prefixes(path, false);
    assert!(planned.is_err() || read_planned_prefixes(path, true).is_ok());
    is_accepted
}

const PLANS: &[&str] = &[
    include_str!("../fixtures/terraform/aws-change.json"),
    include_str!("../fixtures/terraform/aws-create.json"),
    include_str!("../fixtures/terraform/azure.json"),
    include_str!("../fixtures/terraform/unknown.json"),
];

fn check_terraform(bytes: &[u8]) -> bool {
    let path = file_with(bytes);
    let Ok(plan) = read_terraform_plan(&path) else { return false };
    let again = read_terraform_plan(&path).expect("it was read before");
    assert_eq!(again, plan, "a plan is read in more than one way");
    true
}

const CONFIGURATION: &str = include_str!("../../docs/configuration.md");

/// Returns the example in the documentation, which has every key.
fn documented_config() -> &'static str {
    let (_, example) = CONFIGURATION.split_once("```toml\n").expect("there is an example");
    example.split_once("```").expect("it ends").0
}

fn check_config(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let file = ConfigFile::new("netcensus.toml", text);
    let known = KnownNames {
        providers: &[Provider::Aws, Provider::Azure],
        formats: &["table", "json"],
        columns: &|kind| columns_of(kind).iter().map(|spec| spec.name).collect(),
        fields: &|text| IgnoredFields::new([text]).map(drop).map_err(|error| error.to_string().into()),
        conditions: &check_conditions,
    };
    let Err(error) = Settings::resolve(Some(&file), &Overrides::default(), &known) else { return true };
    assert!(!error.to_string().is_empty());
    assert!(error.problems().iter().all(|problem| !problem.to_string().is_empty()));
    false
}

const SAMPLE: &str = include_str!("../../src/sandbox/sample.toml");
const AZURE_SAMPLE: &str = include_str!("../../src/sandbox/sample-azure.toml");

fn check_estate(bytes: &[u8]) -> bool {
    let Err(error) = Estate::load(&file_with(bytes)) else { return true };
    assert!(!error.to_string().is_empty());
    false
}

const FILTERS: &[&str] = &[
    "account=1111*",
    "name!=prod-{a,b}*",
    "tag:Env=[a-z]?",
    "cidr-within=10.0.0.0/8",
    "contains-ip=2001:db8::1",
    "addresses_available<=20",
    "launched_at>2026-01-31T08:00:00Z",
    "state=",
    "USED PERCENT >= 80%",
    r"name!=a\,b,c",
    "is_default=yes and launched_at<90d",
    "cidr-overlaps=10.0.0.0/8,192.168.0.0/16",
];
const FILTER_TOKENS: &[&str] = &[
    "=",
    "!=",
    "<",
    ">",
    "<=",
    ">=",
    "*",
    "?",
    "[",
    "]",
    "{",
    "}",
    ",",
    "**",
    "tag:",
    "cidr-within",
    "vcpus",
    " and ",
    "&&",
    "\\",
    "==",
];

static INVENTORY: LazyLock<Inventory> =
    LazyLock::new(|| input::read(DOCUMENT.as_bytes(), "seed").expect("the seed is valid").inventory);

fn check_filter(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let Ok(filters) = parse_filters(text) else { return false };
    for filter in &filters {
        let again = filter.text().parse::<Filter>();
        assert_eq!(
            format!("{again:?}"),
            format!("{:?}", Ok::<_, FilterError>(filter)),
            "reads back differently"
        );
    }
    let request = TableRequest { kinds: vec![Kind::Networks], filters, ..TableRequest::default() };
    let mut document = INVENTORY.clone();
    let tables = select_tables(&INVENTORY, &request);
    assert_eq!(tables.is_ok(), filter_document(&mut document, &request).is_ok());
    if let Ok(tables) = tables {
        assert_eq!(
            tables[0].rows.len(),
            document.networks.len(),
            "tables and documents are filtered differently"
        );
    }
    true
}

const NAMES: &[&str] = &[
    "@latest",
    "@previous",
    "@~3",
    "@2026-11-20",
    "@2026-11-20T06:00",
    "@7d",
    "@2026-01-01T00:00:00Z",
    "26h",
];

fn check_name(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    if let Ok(duration) = parse_duration(text) {
        assert!(duration.is_positive());
        return true;
    }
    let Some(Ok(name)) = SnapshotName::parse(text) else { return false };
    let entry = |second: i64| SnapshotEntry {
        taken_at: Timestamp::from_second(second).expect("is a time"),
        kept: 0,
        scope: if second == 1_790_000_000 { "y" } else { "x" }.to_owned(),
        path: PathBuf::from(second.to_string()),
    };
    let entries: Vec<_> = [0, 1_000_000_000, 1_790_000_000, 4_000_000_000].map(entry).into();
    let now = Timestamp::from_second(1_795_000_000).expect("is a time");
    for aside in [ScopesSetAside::new(), ["y".to_owned()].into()] {
        if let Err(error) = name.find(text, &entries, &aside, "directory", now) {
            assert!(!error.to_string().is_empty());
        }
        for (entry, name) in entries.iter().zip(name_snapshots(&entries, &aside, now)) {
            let parsed = SnapshotName::parse(&name).expect("is a name").expect("is known");
            assert_eq!(
                parsed.find(&name, &entries, &aside, "directory", now),
                Ok(entry),
                "{name} names another snapshot"
            );
        }
    }
    true
}

const QUERIES: &[&str] = &[
    "networks[?account=='1'].{id: id, cidrs: blocks[].cidr}",
    "sort_by(subnets, &id)[0:5] | [*].name",
    "length(instances) > `3` && !contains(['a'], 'b')",
];
const QUERY_TOKENS: &[&str] = &[
    "[", "]", "[?", "[*]", "{", "}", "(", ")", "|", "||", "&&", "!", "@", "&", "`", "'", "\"", ".",
    "sort_by(", "*",
];

fn check_query(bytes: &[u8]) -> bool {
    static DOCUMENT_VALUE: LazyLock<serde_json::Value> =
        LazyLock::new(|| serde_json::from_str(DOCUMENT).expect("the seed is valid"));
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    match query::compile(text).map(|query| query.run(&*DOCUMENT_VALUE)) {
        Ok(Ok(_)) => true,
        Ok(Err(error)) | Err(error) => {
            assert!(!error.to_string().is_empty());
            false
        }
    }
}

const BASELINE: &str = r#"{"baseline_version":1,"findings":[{"class":"connected","level":"networks","members":[
{"origin":"cloud","provider":"aws","account":"1","region":"eu-west-1","id":"vpc-1","prefix":"10.0.0.0/16"}]}],"accepted":[]}"#;

fn check_baseline(bytes: &[u8]) -> bool {
    let Ok(baseline) = serde_json::from_slice::<Baseline>(bytes) else { return false };
    let written = serde_json::to_vec(&baseline).expect("can be written");
    let again: Baseline = serde_json::from_slice(&written).expect("what was written can be read");
    assert_eq!(serde_json::to_vec(&again).expect("can be written"), written);
    true
}

/// Writes a journal with a change of each kind.
fn journal() -> Vec<u8> {
    let file = NamedTempFile::new().expect("a temporary file can be made");
    let at = Timestamp::from_second(1_790_000_000).expect("is a time");
    let inventory = &*INVENTORY;
    let viewer = |account: &str| AccountRegion::new(Provider::Aws, account, Some("eu-west-1"));
    let network = inventory.networks[0].clone();
    let instance = inventory.instances[0].clone();
    let delta = Delta {
        networks: vec![ViewChange { viewer: viewer("1"), row: network, is_gone: false }],
        instances: vec![ViewChange { viewer: viewer("2"), row: instance, is_gone: true }],
        accounts: Some(inventory.accounts.clone()),
        ..Delta::default()
    };
    let snapshot = Path::new("20261121T060000Z-0ac3acc5-18fae27693b40000-fd7965857bf147fb.ncsnap");
    let mut journal =
        Journal::begin(file.path(), snapshot, 3, Some(at), delta.clone()).expect("can be written");
    for sequence in [4, 5] {
        let entry = JournalEntry { sequence, at, cause: Cause::Events, delta: delta.clone() };
        journal.append(entry).expect("can be written");
    }
    journal.mark_reported(4).expect("can be written");
    journal.mark_scanned(at).expect("can be written");
    fs::read(file.path()).expect("was written")
}

/// A line that was cut short at the end changes nothing, and is gone once the journal is continued.
fn check_journal(bytes: &[u8]) -> bool {
    let path = file_with(bytes);
    // What is pruned must never be what it names.
    let named = Journal::continued_snapshot(&path).expect("the file is there");
    let Ok(Some(read)) = Journal::read(&path) else { return false };
    assert_eq!(named.as_ref(), Some(&read.snapshot), "pruning reads another name");
    fs::write(&path, [bytes, b"{\"record\":\"rep"].concat()).expect("a temporary file can be written");
    let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
    if whole == bytes.len() {
        assert_eq!(Journal::read(&path).expect("was read"), Some(read), "half a line counts");
    }
    drop(Journal::reopen(&path).expect("can be written"));
    assert_eq!(fs::read(&path).expect("is there"), bytes[..whole], "a whole line is lost");
    true
}

const LEASE: &str = r#"{"host":"elsewhere","boot":"5a0cf1c8-9a3e-4b7e-8d1f-000000000000","process":4711,"since":"2026-11-20T06:00:00Z","until":"9000-01-01T00:00:00Z"}"#;

/// Only a lease that has run out is taken, and nothing else is written over.
fn check_lease(bytes: &[u8]) -> bool {
    let path = file_with(bytes);
    let lease = path.with_extension("lease");
    fs::write(&lease, bytes).expect("a temporary file can be written");
    let acquired = Lease::acquire(&path);
    let after = fs::read(&lease).expect("is there");
    match acquired {
        Ok(_) => assert_ne!(after, bytes, "it was not taken"),
        Err(_) => assert_eq!(after, bytes, "what could not be taken is changed"),
    }
    matches!(acquired, Ok(_) | Err(LeaseError::Taken(Some(_))))
}

const REPORTED: &str = r#"{"version":1,"until":"2026-11-20T06:00:00Z","conditions":{"overlap/connected/1":{"severity":"critical","size":2,
"since":"2026-11-18T06:00:00Z","told_at":"2026-11-20T06:00:00Z","code":"NC101","what":"2 networks have 10.0.0.0/16","places":[],
"places_left_out":0,"needs":["aws/111122223333/eu-west-1/networks"],"command":"netcensus overlap"}}}"#;

fn check_reported(bytes: &[u8]) -> bool {
    let path = file_with(bytes);
    let Ok(Some(told)) = ReportedConditions::read(&path) else { return false };
    told.write(&path).expect("a temporary file can be written");
    let again = ReportedConditions::read(&path).expect("what was written can be read");
    assert_eq!(again, Some(told), "what was told is read in more than one way");
    true
}

const RESERVATIONS: &str = r#"{"netcensus_reservations":1,"version":7,"reservations":[
{"name":"team-a/phase-2","prefix":"10.0.0.0/20","pool":"prod","owner":"team-a","reason":"phase 2","created_at":"2026-11-27T12:00:00Z","expires_at":"2026-12-11T12:00:00.5Z"},
{"name":"v6","prefix":"2001:db8::/56","pool":null,"owner":"b","reason":null,"created_at":"2026-11-27T12:00:00Z","expires_at":"2026-12-11T12:00:00Z"}]}"#;

fn check_reservations(bytes: &[u8]) -> bool {
    let store = FileStore::new(file_with(bytes));
    let loaded = store.load().now_or_never().expect("a file is read at once");
    let Ok(stored) = loaded else { return false };
    assert!(stored.version < u64::MAX);
    assert!(stored.reservations.is_sorted_by(|a, b| a.name < b.name), "a name is there twice");
    assert!(stored.reservations.iter().all(|one| one.prefix.trunc() == one.prefix), "a prefix has host bits");
    true
}

const EVENTS: &[&str] = &[
    include_str!("../fixtures/events/ec2-state-change.json"),
    include_str!("../fixtures/events/run-instances.json"),
    include_str!("../fixtures/events/create-tags.json"),
    include_str!("../fixtures/events/cloudtrail-file.json"),
    include_str!("../fixtures/events/sns-notification.json"),
    include_str!("../fixtures/events/event-grid-batch.json"),
    include_str!("../fixtures/events/cloud-event-subnet-delete.base64"),
    include_str!("../fixtures/events/resource-notification.json"),
    include_str!("../fixtures/events/resource-changes.json"),
];
const EVENT_TOKENS: &[&str] =
    &["{", "}", "[", "]", ",", ":", "\"", "null", "111122223333", "eu-west-1", "vpc-1", "bnVsbA=="];

/// An event asks at most for what it names, and the same event always asks for the same.
fn check_event(bytes: &[u8]) -> bool {
    let parsed = parse_message(bytes);
    assert_eq!(parse_message(bytes), parsed, "an event is read in more than one way");
    for event in &parsed {
        let ParsedEvent::Hint(hint) = event else { continue };
        assert!(!hint.account.is_empty() && !hint.kinds.is_empty(), "{hint:?} asks for nothing");
    }
    parsed.iter().any(|event| matches!(event, ParsedEvent::Hint(_)))
}

const NETWORK_PLAN: &str = r#"{"schema_version":1,"generator":"netcensus 0.1.0","taken_at":"2026-11-27T12:00:00Z","complete":true,
"name":"prod","provider":"aws","account":"111122223333","region":"eu-west-1","network":null,"status":"new",
"prefixes":["10.0.0.0/16","2001:db8::/56"],"zones":["a","b"],"max_zones":3,
"subnets":[{"name":"app","zone":"a","prefix":"10.0.0.0/20","ipv6_prefix":null,"addresses":4091,"grows_to":"10.0.0.0/19","status":"new","id":null}],
"held":[{"name":"app","prefix":"10.0.32.0/20"}],"left":["10.0.64.0/18"],"left_addresses":16384,"problems":[],"notes":[],"missing":[]}"#;

fn check_network_plan(bytes: &[u8]) -> bool {
    let read = |bytes| serde_json::from_slice::<NetworkPlan>(bytes).ok().and_then(|plan| plan.checked().ok());
    let Some(plan) = read(bytes) else { return false };
    let written = serde_json::to_vec(&plan).expect("can be written");
    assert_eq!(read(&written), Some(plan), "a plan is read in more than one way");
    true
}
