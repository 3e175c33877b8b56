//! Almost valid files of earlier exports: nothing panics, and what is accepted is kept.

use std::fs;

use tempfile::NamedTempFile;

use super::history::HistoryTable;
use super::manifest::ExportManifest;
use crate::analysis::inventory_index::InventoryIndex;
use crate::analysis::rows::TableRequest;
use crate::analysis::streamed_table::streamed_tables;
use crate::fuzz_harness::{INPUTS, Target, run};
use crate::model::{Inventory, InventoryView, Kind, Resources};
use crate::output::CsvOptions;

const MANIFEST: &str = r#"{"version":1,"generator":"0.1.0","taken_at":"2026-11-20T06:00:00Z","complete":false,
"missing":["aws 111122223333 eu-west-1 networks: denied"],"rows":{"networks":3,"subnets":0},
"last_complete":{"networks":{"rows":4,"taken_at":"2026-11-19T06:00:00Z"}},"tenants":{"t":2},
"files":[{"name":"networks.csv","format":"csv"}]}"#;

#[test]
fn manifests() {
    let file = NamedTempFile::new().unwrap();
    let path = file.path().to_owned();
    let check = move |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        let Ok(manifest) = ExportManifest::read(&path) else { return false };
        let manifest = manifest.expect("the file is there");
        let _ = (manifest.previous_rows(), manifest.describe_older(&manifest));
        manifest.write_pending(&path).unwrap().commit().unwrap();
        assert_eq!(ExportManifest::read(&path).unwrap(), Some(manifest), "it is read in more than one way");
        true
    };
    let tokens = &["{", "}", "[", "]", ",", ":", "\"", "{\"rows\":", "[[", "null", "true", "1e9"];
    let seeds = vec![MANIFEST.as_bytes().to_vec()];
    let target = Target { name: "manifest", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}

const HISTORY: &str =
    "date,provider,id\n2026-11-19,aws,vpc-1\n2026-11-19,azure,\"a \"\"b\"\", c\"\n2026-11-20,aws,vpc-2\n";

/// The rows of other days are the same after a run as before it, and a second run of a day changes nothing.
#[test]
fn histories() {
    let taken_at = "2026-11-20T06:00:00Z".parse().unwrap();
    let inventory =
        Inventory::assemble("test".to_owned(), taken_at, Vec::new(), Resources::default(), Vec::new());
    let file = NamedTempFile::new().unwrap();
    let path = file.path().to_owned();
    let check = move |bytes: &[u8]| {
        let index = InventoryIndex::new(&inventory);
        let columns = vec!["provider".to_owned(), "id".to_owned()];
        let request =
            TableRequest { kinds: vec![Kind::Networks], columns: Some(columns), ..TableRequest::default() };
        let tables = streamed_tables(InventoryView::new(&inventory), &index, &request).unwrap();
        let add = || {
            let history = HistoryTable::read(&path, &tables[0], &inventory, CsvOptions::CSV).ok()?;
            history.write_pending(&tables[0]).unwrap().commit().unwrap();
            Some(fs::read(&path).unwrap())
        };
        fs::write(&path, bytes).unwrap();
        let Some(first) = add() else {
            assert_eq!(fs::read(&path).unwrap(), bytes, "what is no history is changed");
            return false;
        };
        assert_eq!(add(), Some(first), "a second run of the day changes the rows of other days");
        true
    };
    let tokens = &[",", "\"", "\n", "\r\n", "\r", ";", "2026-11-20", "2026-11-31", "date", "\u{feff}"];
    let seeds = vec![HISTORY.as_bytes().to_vec(), HISTORY.replace('\n', "\r\n").into_bytes()];
    let target = Target { name: "history", seeds, tokens, check: Box::new(check) };
    run(&target, INPUTS);
}
