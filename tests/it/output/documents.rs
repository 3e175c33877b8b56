//! The schema and the documentation, kept true.

use std::fmt::Write;

use netcensus::analysis::columns::{ColumnSpec, ColumnVisibility, columns_of, has_tags};
use netcensus::model::Kind;
use netcensus::output::{
    Content, FORMATS, Format, FormatError, Layout, changes_schema, default_vpcs_schema, find_history_schema,
    find_schema, findings_schema, free_schema, groups_schema, inventory_schema, network_plan_schema,
    render_answer, reservations_schema, sync_schema, usage_schema,
};
use serde_json::{Value, json};

use super::{ask, rendered, sample};
use crate::support::compare;

const SCHEMA: &str = "docs/schema/inventory-v2.schema.json";
const FINDINGS: &str = "docs/schema/findings-v1.schema.json";
const CHANGES: &str = "docs/schema/changes-v1.schema.json";
const RESERVATIONS: &str = "docs/schema/reservations-v1.schema.json";
const FIND: &str = "docs/schema/find-v1.schema.json";
const GROUPS: &str = "docs/schema/groups-v1.schema.json";
const FREE: &str = "docs/schema/free-v1.schema.json";
const NETWORK_PLAN: &str = "docs/schema/network-plan-v1.schema.json";
const FIND_HISTORY: &str = "docs/schema/find-history-v1.schema.json";

const DEFAULT_VPCS: &str = "docs/schema/default-vpcs-v1.schema.json";
const SYNC: &str = "docs/schema/sync-v1.schema.json";
const USAGE: &str = "docs/schema/usage-v1.schema.json";

#[test]
fn the_stored_schemas_are_those_of_the_types() {
    compare(SCHEMA, &(serde_json::to_string_pretty(&inventory_schema()).unwrap() + "\n"));
    compare(FINDINGS, &(serde_json::to_string_pretty(&findings_schema()).unwrap() + "\n"));
    compare(FIND_HISTORY, &(serde_json::to_string_pretty(&find_history_schema()).unwrap() + "\n"));
    compare(GROUPS, &(serde_json::to_string_pretty(&groups_schema()).unwrap() + "\n"));
    compare(RESERVATIONS, &(serde_json::to_string_pretty(&reservations_schema()).unwrap() + "\n"));
    compare(NETWORK_PLAN, &(serde_json::to_string_pretty(&network_plan_schema()).unwrap() + "\n"));
    compare(FREE, &(serde_json::to_string_pretty(&free_schema()).unwrap() + "\n"));
    compare(FIND, &(serde_json::to_string_pretty(&find_schema()).unwrap() + "\n"));
    compare(DEFAULT_VPCS, &(serde_json::to_string_pretty(&default_vpcs_schema()).unwrap() + "\n"));
    compare(SYNC, &(serde_json::to_string_pretty(&sync_schema()).unwrap() + "\n"));
    compare(USAGE, &(serde_json::to_string_pretty(&usage_schema()).unwrap() + "\n"));
    compare(CHANGES, &(serde_json::to_string_pretty(&changes_schema()).unwrap() + "\n"));
}

/// Tells whether the schema accepts `document`.
fn accepts(document: &Value) -> Result<(), String> {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("inventory.json", inventory_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("inventory.json", &mut schemas).unwrap();
    schemas.validate(document, schema).map_err(|error| error.to_string())
}

#[test]
fn the_schema_accepts_what_is_written_and_nothing_else() {
    let inventory = sample::inventory();
    let text = rendered(&inventory, &ask(&Kind::ALL, Format::Json), Format::Json, None);
    let document: Value = serde_json::from_str(&text).unwrap();
    accepts(&document).unwrap();
    for (pointer, wrong) in [
        ("/networks/0/kind", json!("galaxy")),
        ("/networks/0/id", json!(7)),
        ("/coverage/0/outcome", json!("fine")),
        ("/instances/0/private_ips", json!("10.0.0.1")),
        ("/taken_at", json!("yesterday")),
        ("/subnets/0/tags", json!({"a": 1})),
    ] {
        let mut document = document.clone();
        *document.pointer_mut(pointer).unwrap() = wrong;
        assert!(accepts(&document).is_err(), "{pointer}");
    }
    let mut document = document;
    document["networks"][0]["weather"] = json!("fine");
    assert!(accepts(&document).is_err(), "unknown fields are refused");
}

#[test]
fn every_field_of_the_document_is_a_column() {
    let document = serde_json::to_value(sample::inventory()).unwrap();
    for kind in Kind::ALL {
        let columns = columns_of(kind);
        for field in document[kind.as_str()][0].as_object().unwrap().keys() {
            assert!(columns.iter().any(|spec| spec.name == field), "{kind} lack the column {field}");
        }
    }
}

#[test]
fn every_kind_keeps_what_answers_in_the_narrowest_terminal() {
    let expected: [(Kind, &[&str]); 5] = [
        (Kind::Networks, &["owner", "region", "name", "cidrs"]),
        (Kind::Subnets, &["owner", "zone", "name", "prefixes"]),
        (Kind::Instances, &["owner", "zone", "name", "state", "private_ips"]),
        (Kind::Interfaces, &["owner", "zone", "kind", "private_ips"]),
        (Kind::Links, &["state", "from", "to"]),
    ];
    for (kind, expected) in expected {
        let always: Vec<_> = columns_of(kind)
            .into_iter()
            .filter(|spec| spec.shown == ColumnVisibility::Always)
            .map(|spec| spec.name)
            .collect();
        assert_eq!(always, expected, "{kind}");
    }
}

#[test]
fn the_documentation_lists_every_format_and_column() {
    const BEGIN: &str = "<!-- generated: formats and columns -->\n";
    const END: &str = "<!-- end of generated -->\n";
    let path = "docs/output.md";
    let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(file).unwrap().replace("\r\n", "\n");
    let (head, rest) = text.split_once(BEGIN).unwrap();
    let (_, tail) = rest.split_once(END).unwrap();
    compare(path, &format!("{head}{BEGIN}{}{END}{tail}", reference()));
}

fn reference() -> String {
    let mut text = String::from(
        "\n## Formats\n\n| format | files | scan | find | free | usage | sync | diff | overlap | export | what it is |\n",
    );
    text.push_str("|---|---|---|---|---|---|---|---|---|---|---|\n");
    let mark = |is_written: bool| if is_written { "yes" } else { "" };
    for spec in &FORMATS {
        let files: Vec<String> = spec.extensions.iter().map(|extension| format!("`.{extension}`")).collect();
        let scan = match spec.format.check_kinds(2) {
            Ok(_) => "yes",
            Err(FormatError::OneKind(_)) => "one kind",
            Err(_) => "",
        };
        let [find, free, usage, sync, diff, overlap, export] = [
            spec.answers.is_some(),
            spec.free.is_some(),
            spec.usage.is_some(),
            spec.sync.is_some(),
            spec.changes.is_some(),
            spec.findings.is_some(),
            spec.export.is_some(),
        ]
        .map(mark);
        let (name, files, description) = (spec.name, files.join(", "), spec.description);
        writeln!(
            text,
            "| `{name}` | {files} | {scan} | {find} | {free} | {usage} | {sync} | {diff} | {overlap} | {export} | {description} |"
        )
        .unwrap();
    }
    for kind in Kind::ALL {
        write!(text, "\n## Columns of {kind}\n\n| column | shown | meaning |\n|---|---|---|\n").unwrap();
        for ColumnSpec { name, shown, doc, .. } in columns_of(kind) {
            let shown = match shown {
                ColumnVisibility::Always => "always",
                ColumnVisibility::Default(_) => "yes",
                ColumnVisibility::Wide => "",
            };
            writeln!(text, "| `{name}` | {shown} | {doc} |").unwrap();
        }
        if has_tags(kind) {
            text.push_str("| `tag:KEY` | | The value of one tag |\n");
        }
    }
    text.push('\n');
    text
}

/// Sentences and tables that list the formats by hand are there to be read; that they are right is proven here.
#[test]
fn no_list_of_formats_in_the_documentation_lacks_one() {
    let read = |path: &str| {
        let file = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
        std::fs::read_to_string(file).unwrap()
    };
    let rows: Vec<&str> = Format::for_content(Content::Rows).map(|spec| spec.name).collect();
    let (last, others) = rows.split_last().unwrap();
    let quoted: Vec<String> = others.iter().map(|name| format!("`\"{name}\"`")).collect();
    let configuration = format!("| `output.format` | {} or `\"{last}\"` |", quoted.join(", "));
    assert!(read("docs/configuration.md").contains(&configuration), "docs/configuration.md: {configuration}");
    let export = read("docs/export.md");
    for spec in Format::for_content(Content::Export) {
        assert!(export.contains(&format!("\n| `{}` | ", spec.name)), "docs/export.md lacks {}", spec.name);
    }
}

#[test]
fn an_answer_is_one_value_or_one_element_a_line() {
    let answer = json!([{"a": 1}, null]);
    let text = |format| {
        let mut bytes = Vec::new();
        render_answer(&answer, format, Layout { width: Some(80), ..Layout::default() }, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    };
    assert_eq!(text(Format::Tsv), "{\"a\":1}\n\"\"\n");
    assert_eq!(text(Format::Ndjson), "{\"a\":1}\nnull\n");
    assert_eq!(text(Format::Json), "[\n  {\n    \"a\": 1\n  },\n  null\n]\n");
}
