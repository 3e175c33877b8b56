//! Parquet: what comes back, and where it is by day and provider.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;

use netcensus::analysis::columns::{DataType, columns_of};
use netcensus::model::{Coverage, Inventory, Kind, Outcome, Provider, Subject};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::{Value, json};

use super::{export, save, whole};
use crate::support::Home;

/// What is in a file: the names of its columns, its rows as JSON, its notes.
struct Table {
    columns: Vec<String>,
    rows: Vec<Value>,
    notes: BTreeMap<String, String>,
}

fn read(path: &Path) -> Table {
    let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let reader = SerializedFileReader::new(file).unwrap();
    let about = reader.metadata().file_metadata();
    let columns = about.schema_descr().root_schema().get_fields().iter();
    let notes = about.key_value_metadata().unwrap().iter();
    Table {
        columns: columns.map(|field| field.name().to_owned()).collect(),
        notes: notes.map(|note| (note.key.clone(), note.value.clone().unwrap())).collect(),
        rows: reader.get_row_iter(None).unwrap().map(|row| object(&row.unwrap())).collect(),
    }
}

fn object(row: &Row) -> Value {
    row.get_column_iter().map(|(name, field)| (name.clone(), json(field))).collect()
}

fn json(field: &Field) -> Value {
    match field {
        Field::Null => Value::Null,
        Field::Str(text) => json!(text),
        Field::Long(number) => json!(number),
        Field::Bool(yes) => json!(yes),
        Field::TimestampMicros(time) => json!({ "microsecond": time }),
        Field::ListInternal(list) => list.elements().iter().map(json).collect(),
        Field::MapInternal(map) => map
            .entries()
            .iter()
            .map(|(key, value)| (json(key).as_str().unwrap().to_owned(), json(value)))
            .collect(),
        field => panic!("no column holds {field:?}"),
    }
}

fn row<'t>(table: &'t Table, id: &str) -> &'t Value {
    table.rows.iter().find(|row| row["id"] == id).unwrap_or_else(|| panic!("{id} is there"))
}

/// Lists all files below a folder, by their paths in it.
fn below(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            let inner = below(&entry.path()).into_iter();
            files.extend(inner.map(|(inside, bytes)| (format!("{name}/{inside}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// Saves the sample as of a day.
fn on(home: &Home, day: &str) {
    only(home, day, &Provider::ALL);
}

/// Saves what the sample has of these providers, as of a day, as if every kind had been read of each.
fn only(home: &Home, day: &str, providers: &[Provider]) {
    save(home, "a.json", |inventory| {
        let azure = inventory.coverage.last().unwrap().clone();
        let unread = [Subject::Instances, Subject::Interfaces, Subject::Links];
        inventory.coverage.extend(unread.map(|kind| Coverage { kind, ..azure.clone() }));
        inventory.taken_at = format!("{day}T23:30:00Z").parse().unwrap();
        let is_kept = |provider| providers.contains(&provider);
        inventory.accounts.retain(|one| is_kept(one.provider));
        inventory.coverage.retain(|one| is_kept(one.provider));
        inventory.networks.retain(|one| is_kept(one.provider));
        inventory.subnets.retain(|one| is_kept(one.provider));
        inventory.instances.retain(|one| is_kept(one.provider));
        inventory.interfaces.retain(|one| is_kept(one.provider));
        inventory.links.retain(|one| is_kept(one.provider));
    });
}

const INTO: &str = "--to out/ --format parquet";

#[test]
fn a_file_has_every_column_and_row_with_exact_values() {
    let home = Home::new();
    for kind in Kind::ALL {
        export(&home, &format!("--to {kind}.parquet --kind {kind} -q")).run().succeeds();
        let table = read(&home.path().join(format!("{kind}.parquet")));
        assert_eq!(table.columns, columns_of(kind).iter().map(|spec| spec.name).collect::<Vec<_>>());
        assert_eq!(table.rows.len(), whole().count(kind));
        assert_eq!(table.notes["netcensus.complete"], "true");
        assert_eq!(table.notes["netcensus.taken_at"], "2026-11-20T08:00:00Z");
    }
    let networks = read(&home.path().join("networks.parquet"));
    let prod = row(&networks, "vpc-0a1b2c3d4e5f60718");
    assert_eq!(prod["account"], "012345678901");
    assert_eq!(prod["cidrs"], json!(["10.0.0.0/16", "100.64.0.0/16", "2001:db8:1200::/56"]));
    assert_eq!(prod["tags"]["owner"], "=HYPERLINK(\"http://x\",\"y\")", "no spreadsheet reads this");
    assert_eq!(prod["is_default"], false);
    let evil = row(&networks, "vpc-0evil");
    assert_eq!(evil["name"], "evil|\u{1b}[31m`red`\u{202e}<script>\n=cmd|' /C calc'!A0", "as it is");
    let instances = read(&home.path().join("instances.parquet"));
    let web = row(&instances, "i-0aaaaaaaaaaaaaaa1");
    assert_eq!(web["vcpus"], 8);
    assert_eq!(web["launched_at"], json!({ "microsecond": 1_793_518_200_000_000_i64 }));
}

#[test]
fn unknown_is_null_and_empty_is_empty() {
    let home = Home::new();
    export(&home, "--to networks.parquet --kind networks -q").run().succeeds();
    export(&home, "--to instances.parquet --kind instances -q").run().succeeds();
    let networks = read(&home.path().join("networks.parquet"));
    let default = row(&networks, "vpc-0default");
    assert_eq!(default["name"], Value::Null);
    assert_eq!(default["tags"], json!({}));
    assert_eq!(default["visible_from"], json!([]));
    let azure = networks.rows.iter().find(|row| row["provider"] == "azure").unwrap();
    assert_eq!(azure["is_default"], Value::Null);
    let instances = read(&home.path().join("instances.parquet"));
    assert_eq!(row(&instances, "i-0aaaaaaaaaaaaaaa2")["vcpus"], Value::Null);
    assert_eq!(row(&instances, "i-0aaaaaaaaaaaaaaa3")["private_ips"], json!([]));
    assert_eq!(row(&instances, "i-0bbbbbbbbbbbbbbb1")["launched_at"], Value::Null);
}

#[test]
fn a_folder_is_parted_by_kind_day_and_provider() {
    let home = Home::new();
    on(&home, "2026-11-20");
    export(&home, INTO).run().exits(0).says(&["to 12 files by day and provider in out/"]);
    let files = below(&home.path().join("out"));
    let mut expected = vec![".netcensus-export.lock".to_owned(), "manifest.json".to_owned()];
    for table in Kind::ALL.map(Kind::as_str).into_iter().chain(["coverage"]) {
        for provider in ["aws", "azure"] {
            expected.push(format!("{table}/date=2026-11-20/provider={provider}/{table}.parquet"));
        }
    }
    expected.sort();
    assert_eq!(files.keys().cloned().collect::<Vec<_>>(), expected);
    let manifest: Value = serde_json::from_slice(&files["manifest.json"]).unwrap();
    assert_eq!(manifest["files"][0]["name"], "networks/date=2026-11-20/provider=aws/networks.parquet");
    assert_eq!(manifest["files"][0]["format"], "parquet");
    let of = |kind: Kind, provider: &str| {
        read(&home.path().join(format!("out/{kind}/date=2026-11-20/provider={provider}/{kind}.parquet")))
    };
    let inventory = whole();
    let (aws, azure) = (of(Kind::Networks, "aws"), of(Kind::Networks, "azure"));
    assert_eq!(aws.columns, azure.columns);
    assert_eq!(aws.columns[0], "owner", "a column of the name of a partition is twice there to Athena");
    let is_azure = |provider: Provider| provider == Provider::Azure;
    let count = inventory.networks.iter().filter(|network| is_azure(network.provider)).count();
    assert_eq!((azure.rows.len(), aws.rows.len()), (count, inventory.networks.len() - count));
    assert!(azure.rows[0]["id"].as_str().unwrap().starts_with("/subscriptions/"), "{}", azure.rows[0]);
    assert_eq!(azure.rows[0]["kind"], "vnet", "values stand in their own columns");
    let instances = of(Kind::Instances, "azure");
    assert!(instances.rows.is_empty() && instances.columns.len() > 10, "without rows, but with columns");
}

#[test]
fn a_second_run_of_a_day_replaces_what_it_read_and_leaves_other_days_alone() {
    let home = Home::new();
    on(&home, "2026-11-19");
    export(&home, &format!("{INTO} -q")).run().succeeds();
    let yesterday = below(&home.path().join("out"));
    on(&home, "2026-11-20");
    export(&home, &format!("{INTO} -q")).run().succeeds();
    let first = below(&home.path().join("out"));
    export(&home, &format!("{INTO} -q")).run().succeeds();
    assert_eq!(below(&home.path().join("out")), first, "the same inventory gives the same bytes");
    save(&home, "a.json", |inventory| {
        inventory.taken_at = "2026-11-20T23:50:00Z".parse().unwrap();
        inventory.networks.retain(|network| network.provider != Provider::Azure);
    });
    export(&home, &format!("{INTO} -q")).run().succeeds();
    let second = below(&home.path().join("out"));
    assert_eq!(second.keys().collect::<Vec<_>>(), first.keys().collect::<Vec<_>>());
    let azure = home.path().join("out/networks/date=2026-11-20/provider=azure/networks.parquet");
    assert!(read(&azure).rows.is_empty(), "Azure was read, and what it had is gone");
    for (path, bytes) in yesterday.iter().filter(|(path, _)| path.contains("date=2026-11-19")) {
        assert_eq!(&second[path], bytes, "{path}");
    }
    only(&home, "2026-11-21", &[Provider::Aws]);
    export(&home, &format!("{INTO} -q")).run().succeeds();
    assert!(!home.path().join("out/networks/date=2026-11-21/provider=azure").exists());
}

#[test]
fn two_runs_of_a_cloud_each_share_a_folder() {
    let home = Home::new();
    on(&home, "2026-11-20");
    export(&home, "--to both/ --format parquet -q").run().succeeds();
    let whole = below(&home.path().join("both"));
    only(&home, "2026-11-20", &[Provider::Aws]);
    export(&home, &format!("{INTO} -q")).run().succeeds();
    only(&home, "2026-11-20", &[Provider::Azure]);
    let left = "this run did not read everything, so these files of 2026-11-20 stay as they were: networks, subnets, \
                instances, interfaces, links, coverage of aws\n";
    export(&home, INTO).run().exits(0).says(&[left]);
    let mut parts = below(&home.path().join("out"));
    parts.insert("manifest.json".into(), whole["manifest.json"].clone());
    assert_eq!(parts, whole);
}

#[test]
fn a_provider_that_could_not_be_read_keeps_its_files() {
    let home = Home::new();
    on(&home, "2026-11-20");
    export(&home, &format!("{INTO} -q")).run().succeeds();
    let before = below(&home.path().join("out"));
    let change = |subject: Subject, outcome: Outcome| {
        only(&home, "2026-11-20", &[Provider::Aws]);
        let mut inventory: Inventory =
            serde_json::from_slice(&fs::read(home.path().join("a.json")).unwrap()).unwrap();
        let mut entry = inventory.coverage[0].clone();
        (entry.provider, entry.account, entry.region) = (Provider::Azure, "default chain".into(), None);
        (entry.kind, entry.outcome, entry.detail) = (subject, outcome, Some("not configured".into()));
        inventory.coverage.push(entry);
        home.write("a.json", serde_json::to_vec(&inventory).unwrap());
    };
    let azure = |files: &BTreeMap<String, Vec<u8>>| {
        let mut files = files.clone();
        files.retain(|path, _| path.contains("provider=azure"));
        files
    };
    save(&home, "a.json", |inventory| {
        inventory.filters = vec!["provider=aws".into()];
        inventory.networks.retain(|network| network.provider == Provider::Aws);
    });
    export(&home, &format!("{INTO} --kind networks --allow-incomplete -q")).run().exits(3);
    let networks = "networks/date=2026-11-20/provider=azure/networks.parquet";
    assert_eq!(below(&home.path().join("out"))[networks], before[networks], "a filter dropped what was read");
    change(Subject::Credentials, Outcome::Skipped);
    export(&home, INTO).run().exits(0).says(&["links, coverage of azure\n"]);
    assert_eq!(azure(&below(&home.path().join("out"))), azure(&before));
    for (subject, outcome) in [(Subject::Credentials, Outcome::Failed), (Subject::Networks, Outcome::Denied)]
    {
        change(subject, outcome);
        export(&home, &format!("{INTO} --allow-incomplete -q")).run().exits(3);
        assert_eq!(azure(&below(&home.path().join("out"))), azure(&before));
        export(&home, "--to new/ --format parquet --allow-incomplete -q").run().exits(3);
        let new = azure(&below(&home.path().join("new")));
        let coverage = "coverage/date=2026-11-20/provider=azure/coverage.parquet";
        assert_eq!(new.keys().collect::<Vec<_>>(), [coverage], "which tells why there is nothing");
    }
}

#[test]
fn rows_of_a_provider_that_only_the_long_lists_know_are_there() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let mut machine = inventory.instances[0].clone();
        (machine.provider, machine.account, machine.id) = (Provider::Azure, "0-a".into(), "/vm".into());
        inventory.instances.push(machine);
        inventory.accounts.retain(|one| one.provider != Provider::Azure);
        inventory.coverage.retain(|one| one.provider != Provider::Azure);
        inventory.networks.retain(|one| one.provider != Provider::Azure);
    });
    home.netcensus("scan all --from a.json --save a.ncsnap -q").run().exits(0);
    home.netcensus(&format!("export --from a.ncsnap {INTO} -q")).run().exits(0);
    let azure = home.path().join("out/instances/date=2026-11-20/provider=azure/instances.parquet");
    assert_eq!(read(&azure).rows.len(), 1);
}

#[test]
fn a_template_without_the_provider_is_parted_all_the_same() {
    let home = Home::new();
    let template = |columns: &str| {
        home.write(
            "netcensus.toml",
            format!("[[export.templates]]\nname = \"team\"\nkind = \"networks\"\ncolumns = [{columns}]\n"),
        )
    };
    template("\"id\", \"tag:env\"");
    export(&home, &format!("{INTO} --template team -q")).run().succeeds();
    let azure = read(&home.path().join("out/networks/date=2026-11-20/provider=azure/networks.parquet"));
    assert_eq!(azure.columns, ["id", "tag:env"]);
    assert_eq!(azure.rows.len(), 1);
    assert!(!home.path().join("out/subnets").exists());
    template("\"provider\"");
    export(&home, &format!("{INTO} --template team"))
        .run()
        .refuses(&["networks would have no column", "add a column to the template"]);
    export(&home, "--to n.parquet --template team -q").run().succeeds();
    assert_eq!(read(&home.path().join("n.parquet")).columns, ["provider"]);
}

#[test]
fn tags_that_are_asked_for_twice_have_one_column() {
    let home = Home::new();
    export(&home, "--to n.parquet --kind networks --tag-columns env,env -q").run().succeeds();
    let columns = read(&home.path().join("n.parquet")).columns;
    assert_eq!(columns.iter().filter(|name| *name == "tag:env").count(), 1, "{columns:?}");
}

#[test]
fn what_is_incomplete_is_refused_or_says_so() {
    let home = Home::new();
    save(&home, "a.json", |inventory| {
        let entry = inventory.coverage.iter_mut().find(|entry| entry.outcome == Outcome::Complete).unwrap();
        entry.outcome = Outcome::Denied;
        entry.detail = Some("UnauthorizedOperation (allow it)".to_owned());
    });
    export(&home, INTO).run().falls_short(&["nothing was written"]);
    assert!(!home.path().join("out").exists());
    export(&home, &format!("{INTO} --allow-incomplete")).run().falls_short(&["; incomplete"]);
    let networks = home.path().join("out/networks/date=2026-11-20/provider=aws/networks.parquet");
    assert_eq!(read(&networks).notes["netcensus.complete"], "false");
    let coverage = read(&home.path().join("out/coverage/date=2026-11-20/provider=aws/coverage.parquet"));
    assert!(coverage.rows.iter().any(|row| row["outcome"] == "denied"));
    export(&home, "--to n.parquet --kind networks --allow-incomplete").run().exits(3);
    let beside = read(&home.path().join("n.coverage.parquet"));
    assert!(beside.rows.iter().any(|row| row["outcome"] == "denied"));
    assert!(!home.path().join("n.coverage.csv").exists());
}

#[test]
fn one_file_holds_one_kind() {
    let home = Home::new();
    export(&home, "--to all.parquet").run().refuses(&["a parquet file contains one kind", "--kind"]);
    let line = "exec \"$0\" export --from a.json --to - --format parquet --kind networks > piped.parquet";
    home.shell(line).run().succeeds();
    assert_eq!(read(&home.path().join("piped.parquet")).rows.len(), whole().networks.len());
}

#[test]
fn what_is_in_the_place_of_a_table_is_left_alone() {
    let home = Home::new();
    home.write("out/networks", "kept");
    export(&home, INTO).run().refuses(&["out/networks is not a directory", "move the file away"]);
    assert_eq!(fs::read(home.path().join("out/networks")).unwrap(), b"kept");
    let inside = "day/subnets/date=2026-11-20/provider=azure/subnets.parquet";
    fs::create_dir_all(home.path().join(inside)).unwrap();
    export(&home, "--to day/ --format parquet").run().refuses(&[inside, "is not a file"]);
    assert_eq!(below(&home.path().join("day")).len(), 1, "the lock");
}

#[test]
fn the_table_of_athena_in_the_documentation_has_the_columns_of_the_files() {
    let text = include_str!("../../../docs/export.md");
    let (_, rest) = text.split_once("CREATE EXTERNAL TABLE networks (\n").expect("the table begins");
    let (table, _) = rest.split_once("\n)\n").expect("the columns end");
    let documented: Vec<(&str, &str)> = table
        .lines()
        .map(|line| line.trim().trim_end_matches(',').split_once(' ').expect("a name and a type"))
        .collect();
    let written = columns_of(Kind::Networks);
    let expected: Vec<(&str, &str)> = written
        .iter()
        .filter(|spec| spec.name != "provider")
        .map(|spec| {
            let athena = match spec.data_type {
                DataType::Text => "string",
                DataType::Number => "bigint",
                DataType::Bool => "boolean",
                DataType::Time => "timestamp",
                DataType::Cidrs | DataType::Ips | DataType::Texts => "array<string>",
                DataType::Tags => "map<string, string>",
            };
            (spec.name, athena)
        })
        .collect();
    assert_eq!(documented, expected);
}

#[cfg(unix)]
#[test]
fn a_full_disk_leaves_neither_files_nor_folders() {
    let home = Home::new();
    on(&home, "2026-11-19");
    export(&home, &format!("{INTO} -q")).run().succeeds();
    let before = below(&home.path().join("out"));
    on(&home, "2026-11-20");
    let line = "trap '' XFSZ; ulimit -f 1; exec \"$0\" export --from a.json --to out/ --format parquet";
    home.shell(line).run().refuses(&[
        "cannot write out/networks/date=2026-11-20/provider=aws/networks.parquet\n  caused by: File too",
    ]);
    assert_eq!(below(&home.path().join("out")), before);
    assert!(!home.path().join("out/networks/date=2026-11-20").exists());
}
