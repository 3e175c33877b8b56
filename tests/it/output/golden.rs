//! Expected output, one file per report and format; `NETCENSUS_BLESS=1 cargo test` writes them anew.

use netcensus::analysis::rows::{TableRequest, select_tables};
use netcensus::model::{Inventory, Kind};
use netcensus::output::{Content, Format};

use super::{ask, rendered, sample, written};
use crate::support::compare;

fn golden(report: &str, inventory: &Inventory, kinds: &[Kind]) {
    for spec in Format::for_content(Content::Rows) {
        let (format, name) = (spec.format, spec.name);
        if format.check_kinds(kinds.len()).is_err() {
            continue;
        }
        let text = |width| rendered(inventory, &ask(kinds, format), format, width);
        compare(&format!("tests/golden/{report}.{name}"), &text(None));
        if format == Format::Table {
            compare(&format!("tests/golden/{report}.80.{name}"), &text(Some(80)));
            compare(&format!("tests/golden/{report}.200.{name}"), &text(Some(200)));
        }
    }
}

#[test]
fn every_kind_in_every_format() {
    let inventory = sample::inventory();
    for kind in Kind::ALL {
        golden(kind.as_str(), &inventory, &[kind]);
    }
    golden("all", &inventory, &Kind::ALL);
}

#[test]
fn nothing_found_nothing_known_and_nothing_asked() {
    let mut inventory = sample::inventory();
    inventory.instances.clear();
    inventory.interfaces.clear();
    inventory.links.clear();
    inventory.coverage.retain(|entry| entry.kind.as_str() != "links");
    golden("empty", &inventory, &[Kind::Instances, Kind::Interfaces, Kind::Links]);
}

#[test]
fn wide_shows_all_and_asked_for_columns_wrap() {
    let inventory = sample::inventory();
    let wide = TableRequest { kinds: vec![Kind::Networks], wide: true, ..TableRequest::default() };
    compare("tests/golden/networks-wide.80.table", &rendered(&inventory, &wide, Format::Table, Some(80)));
    let columns = ["id", "account", "name", "cidrs", "tag:wide", "tags"].map(str::to_owned).to_vec();
    let named =
        TableRequest { kinds: vec![Kind::Networks], columns: Some(columns), ..TableRequest::default() };
    compare("tests/golden/networks-named.80.table", &rendered(&inventory, &named, Format::Table, Some(80)));
    let tables = select_tables(&inventory, &named).unwrap();
    assert!(
        written(&inventory, &tables, Format::Csv, None).starts_with("id,account,name,cidrs,tag:wide,tags\n")
    );
}
