//! What holds for every report, however large and however strange its text.

use std::collections::BTreeMap;

use netcensus::analysis::diff::{Changes, CollisionChange, MovedAddress, RowChange, UnknownRow};
use netcensus::diagnostic::Remedies;
use netcensus::output::{Content, Format, FormatError, Layout, changes_schema, render};
use proptest::prelude::*;
use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use super::super::unprintable;
use super::{laid_out, rendered, sample, table};

/// Returns a report in every format, the table in several shapes.
fn texts(changes: &Changes) -> Vec<(Format, String)> {
    let formats = Format::for_content(Content::Changes).map(|spec| spec.format);
    let tables = [table(changes, Some(40), false), table(changes, Some(80), true)];
    let texts = formats.map(|format| (format, rendered(changes, format)));
    texts.chain(tables.map(|text| (Format::Table, text))).collect()
}

fn assert_printable(changes: &Changes) {
    for (format, text) in texts(changes) {
        assert_eq!(unprintable(&text, format), None, "{text:.200}");
    }
}

#[test]
fn no_report_drives_a_terminal() {
    for (_, changes) in sample::all() {
        assert_printable(&changes);
    }
}

proptest! {
    #![proptest_config(crate::cases::cases(32))]

    #[test]
    fn no_text_drives_a_terminal_leaves_its_cell_or_becomes_a_formula(
        text in "(\\PC|[\u{0}-\u{20}\u{7f}-\u{9f}\u{200b}\u{202a}-\u{202e}\u{feff}=+@|<`\\\\-]){0,60}",
    ) {
        let changes = sample::of_text(&text);
        assert_printable(&changes);
        let json = rendered(&changes, Format::Json);
        prop_assert_eq!(&serde_json::from_str::<Changes>(&json).unwrap(), &changes);
        assert_rows(&changes);
        assert_page(&changes);
    }
}

fn assert_rows(changes: &Changes) {
    let text = rendered(changes, Format::Csv);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    assert_eq!(reader.headers().unwrap().len(), 15);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let lines: usize = changes.changes.iter().map(|change| change.fields.len().max(1)).sum();
    let others = changes.moved_addresses.len() + changes.unknown.len() + changes.accounts.len();
    assert_eq!(rows.len(), lines + others);
    let is_number = |cell: &str| cell.parse::<f64>().is_ok();
    for cell in rows.iter().flatten() {
        assert!(!cell.starts_with(['=', '+', '-', '@']) || is_number(cell), "{cell}");
    }
}

fn assert_page(changes: &Changes) {
    let text = rendered(changes, Format::Markdown);
    assert!(text.len() < 60_000, "{}", text.len());
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());
    for line in text.lines().filter(|line| line.starts_with('|')) {
        let bars = line.replace(r"\\", "").replace(r"\|", "").matches('|').count();
        assert_eq!(bars, 8, "{line}");
    }
    assert!(!text.contains("@all"), "nobody is called");
    assert!(text.lines().all(|line| !line.contains('<') || line.contains("details>")));
}

#[test]
fn a_page_is_short_enough_for_github_and_nothing_leaves_its_place() {
    for (_, changes) in sample::all() {
        assert_page(&changes);
        assert_rows(&changes);
    }
    let text = rendered(&sample::flood(), Format::Markdown);
    for words in [
        " more changes; `-o json`",
        " more addresses; ",
        " more collisions; ",
        " more reasons; ",
        " more remarks; ",
    ] {
        assert!(text.contains(words), "lacks {words:?}:\n{text}");
    }
}

#[test]
fn json_reads_back_and_is_what_the_schema_says() {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("changes.json", changes_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("changes.json", &mut schemas).unwrap();
    for (report, changes) in sample::all() {
        let text = rendered(&changes, Format::Json);
        assert_eq!(serde_json::from_str::<Changes>(&text).unwrap(), changes, "{report}");
        let document: Value = serde_json::from_str(&text).unwrap();
        schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{report}: {error}"));
        let wrong = |path: &str, value: Value| {
            let mut document = document.clone();
            if let Some(location) = document.pointer_mut(path) {
                *location = value;
                assert!(schemas.validate(&document, schema).is_err(), "{report}: {path}");
            }
        };
        wrong("/result", "fine".into());
        wrong("/changes/0/change", "improved".into());
        wrong("/changes/0/id", Value::Null);
        wrong("/unknown/0/only_in", "both".into());
    }
    let mut document = serde_json::to_value(sample::full()).unwrap();
    document["changes"][0]["weather"] = "fine".into();
    assert!(schemas.validate(&document, schema).is_err(), "unknown fields are refused");
    assert!(serde_json::from_value::<Changes>(document).is_err(), "unknown fields are refused");
}

#[test]
fn ndjson_says_first_how_many_records_follow() {
    for (report, changes) in sample::all() {
        let text = rendered(&changes, Format::Ndjson);
        let mut records: BTreeMap<String, Vec<Value>> = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let mut record: Value = serde_json::from_str(line).unwrap();
            let name = record.as_object_mut().unwrap().remove("record").unwrap();
            assert_eq!(index == 0, name == "diff", "{report}");
            records.entry(name.as_str().unwrap().to_owned()).or_default().push(record);
        }
        let mut taken = |name: &str| records.remove(name).unwrap_or_default();
        let head = taken("diff").remove(0);
        assert_eq!(head["counts"], serde_json::to_value(&changes.counts).unwrap());
        assert_eq!(head["result"], serde_json::to_value(changes.result).unwrap());
        let rows = |records: Vec<Value>| Value::Array(records);
        assert_eq!(serde_json::from_value::<Vec<RowChange>>(rows(taken("change"))).unwrap(), changes.changes);
        assert_eq!(
            serde_json::from_value::<Vec<UnknownRow>>(rows(taken("unknown"))).unwrap(),
            changes.unknown
        );
        assert_eq!(head["moved_addresses"], changes.moved_addresses.len());
        assert_eq!(
            serde_json::from_value::<Vec<MovedAddress>>(rows(taken("moved-address"))).unwrap(),
            changes.moved_addresses
        );
        let collisions = taken("collision");
        for (state, list) in changes.collisions.lists() {
            let of_it = collisions.iter().filter(|record| record["state"] == state);
            let found: Vec<CollisionChange> = of_it
                .map(|record| {
                    let mut record = record.clone();
                    record.as_object_mut().unwrap().remove("state");
                    serde_json::from_value(record).unwrap()
                })
                .collect();
            assert_eq!(head["collisions"][state], found.len());
            assert_eq!(found, list);
        }
        assert_eq!(head["accounts"], changes.accounts.len());
        assert_eq!(taken("account").len(), changes.accounts.len());
        assert_eq!(taken("not-compared").len(), changes.not_compared.len());
        assert_eq!(taken("gap").len(), changes.gaps.len());
        assert_eq!(taken("note").len(), changes.notes.len());
        assert!(records.is_empty(), "{report}: {:?}", records.keys());
    }
}

#[test]
fn csv_tells_what_came_what_went_and_what_nobody_knows() {
    let text = rendered(&sample::full(), Format::Csv);
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows: Vec<BTreeMap<String, String>> = reader.deserialize().map(Result::unwrap).collect();
    let of = |id: &str| {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        ["change", "field", "old", "new"].map(|name| row[name].as_str())
    };
    let prefixes = "10.20.0.0/16 10.21.0.0/18 2001:db8:1200::/56";
    assert_eq!(of("vpc-0a1b2c3d4e5f60718"), ["added", "cidrs", "", prefixes], "without the block that went");
    assert_eq!(of("subnet-0d"), ["removed", "prefixes", "10.20.1.0/24", ""]);
    assert_eq!(of("vpn-0a"), ["removed", "networks", "vgw-0a ?", ""]);
    assert_eq!(of("vpc-0b"), ["unknown", "", "present", "unknown"]);
    assert_eq!(of("i-0"), ["unknown", "", "unknown", "present"]);
    let blocks = "10.30.0.0/16(primary,associated) 10.31.0.0/16(secondary)";
    assert_eq!(of("vpc-0d"), ["replaced", "blocks", blocks, "10.40.0.0/16(primary,associated)"]);
}

#[test]
fn the_table_fits_the_terminal_and_keeps_prefixes_whole() {
    let changes = sample::full();
    for width in [30, 60, 80] {
        let text = table(&changes, Some(width), false);
        for line in text.lines() {
            // A word that is longer than the terminal is wide stays whole, and what is aligned stands together.
            let is_short = line.width() <= usize::from(width) || line.contains("...");
            assert!(is_short || line.split_whitespace().count() <= 5, "{width}: {line}");
        }
        for prefix in
            ["10.21.0.0/18", "2001:db8:1200::/56", "10.31.0.0/16(secondary)", "2001:db8:1200:ab00::/64"]
        {
            assert!(text.split_whitespace().any(|word| word == prefix), "{width}: {prefix}\n{text}");
        }
    }
}

#[test]
fn long_lists_are_cut_and_wide_shows_them_whole() {
    let changes = sample::flood();
    let short = table(&changes, Some(80), false);
    assert!(short.contains("    ... and 580 more; -o json lists all, --wide shows all"));
    assert!(short.contains("... and 40 more; -o json lists all"), "elements of a list");
    assert!(short.lines().count() < 4_000, "{}", short.lines().count());
    let wide = table(&changes, Some(80), true);
    assert!(!wide.contains("--wide shows all"));
    let shown = |text: &str| text.lines().filter(|line| line.starts_with("~   subnet")).count();
    assert_eq!([shown(&short), shown(&wide)], [20, changes.changes.len()]);
}

#[test]
fn unknown_rows_that_are_not_listed_are_said_to_be_and_wide_lists_them() {
    let changes = sample::full();
    assert_eq!(table(&changes, Some(80), false).matches("\n    (--wide lists them)\n").count(), 1);
    let wide = table(&changes, Some(80), true);
    assert!(!wide.contains("--wide lists them") && wide.contains("instance  i-6"), "{wide}");
}

#[test]
fn all_collisions_of_a_report_have_the_same_columns_and_tell_whose_they_are() {
    let mut changes = sample::full();
    changes.collisions.grown.clear();
    let text = table(&changes, Some(80), false);
    let has_prefix = |line: &str| line.split_whitespace().any(|word| word.parse::<ipnet::IpNet>().is_ok());
    // The prefixes of a row that has no room for them are further to the right.
    let is_member = |line: &&str| line.starts_with("    ") && !line.starts_with("      ") && has_prefix(line);
    let members: Vec<&str> = text.lines().filter(is_member).collect();
    assert!(members.len() > 10, "{text}");
    for line in members {
        assert!(!line.contains("eu-west-1"), "there is no room for regions in one block, so in none: {line}");
        let owners = ["shop-prod", "Plattform", "dc-frankfurt"];
        assert!(owners.iter().any(|owner| line.contains(owner)), "{line}");
    }
}

#[test]
fn signs_tell_changes_apart_without_colour_and_colour_adds_nothing_else() {
    let changes = sample::full();
    let layout = Layout { width: Some(80), color: true, ..Layout::default() };
    let colored = laid_out(&changes, Format::Table, layout, false);
    let mut plain = colored.clone();
    for code in ["\u{1b}[0m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[31m", "\u{1b}[32m", "\u{1b}[33m"] {
        assert!(plain.contains(code), "{code:?}");
        plain = plain.replace(code, "");
    }
    assert_eq!(plain, table(&changes, Some(80), false));
    for line in
        ["+   network ", "-   subnet ", "~   subnet ", ">   network ", "-/+ network ", "?   1 network"]
    {
        assert!(plain.lines().any(|found| found.starts_with(line)), "{line}\n{plain}");
    }
}

#[test]
fn the_formats_of_findings_are_refused() {
    for format in [Format::Sarif, Format::Junit, Format::Github] {
        let mut bytes = Vec::new();
        let layout = Layout::default();
        let error = render(&sample::same(), format, layout, &mut bytes).unwrap_err();
        assert_eq!(error.to_string(), format!("{format} cannot have changes"));
        let error = error.get_ref().and_then(|error| error.downcast_ref::<FormatError>()).unwrap();
        assert_eq!(error.remedies(), ["choose table, json, ndjson, csv, tsv, markdown"]);
        assert!(bytes.is_empty());
    }
}
