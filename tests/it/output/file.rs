//! Saved inventories: what is read, and the one sentence on what is not.

use std::io::{Read, repeat};

use netcensus::input::{InputError, InputErrorKind, Loaded, Source, load, read};
use serde_json::{Value, json};

use super::sample;

fn document() -> Value {
    serde_json::to_value(sample::inventory()).unwrap()
}

fn of(value: &Value) -> Result<Loaded, InputError> {
    read(value.to_string().as_bytes(), "estate.json")
}

/// Returns what is said of `bytes`.
fn said(bytes: impl AsRef<[u8]>) -> String {
    let text = read(bytes.as_ref(), "estate.json").unwrap_err().to_string();
    assert!(text.contains("estate.json"), "the file is named: {text}");
    text
}

#[test]
fn what_scan_wrote_is_read_whatever_an_editor_did_to_it() {
    let inventory = sample::inventory();
    let text = serde_json::to_string_pretty(&inventory).unwrap();
    for variant in
        [text.clone(), format!("\u{feff}{text}"), text.replace('\n', "\r\n"), format!("\n {text}\n\n")]
    {
        let loaded = read(variant.as_bytes(), "estate.json").unwrap();
        assert_eq!(loaded.inventory, inventory);
        assert_eq!(loaded.warnings, Vec::<String>::new());
    }
}

#[test]
fn a_path_says_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |path: &std::path::Path| load(&Source::Path(path.to_owned()));
    let missing = folder.path().join("none.json");
    assert!(at(&missing).unwrap_err().to_string().ends_with("none.json"));
    assert!(at(folder.path()).unwrap_err().kind == InputErrorKind::Directory);
    let good = folder.path().join("estate.json");
    std::fs::write(&good, document().to_string()).unwrap();
    assert_eq!(at(&good).unwrap().inventory, sample::inventory());
    assert_eq!(Source::from("-"), Source::Stdin);
    assert_eq!(Source::from("./-"), Source::Path("./-".into()));
}

#[test]
fn endless_rubbish_is_refused_after_its_first_bytes() {
    for byte in [0, b' ', b'x'] {
        let text = read(repeat(byte), "/dev/zero").unwrap_err().to_string();
        assert!(text.starts_with("/dev/zero is not "), "{text}");
    }
    let opened = b"{".as_slice().chain(repeat(0));
    assert!(read(opened, "x").unwrap_err().to_string().contains("`{` is not followed by a field"));
}

#[test]
fn what_is_no_document_is_recognised() {
    assert!(said("").contains("is empty"));
    assert!(said("\u{feff} \n").contains("is empty"));
    assert!(said("[]").contains("begins with `[`"));
    assert!(said("schema_version = 1").contains("does not begin with `{`"));
    assert!(said([0x1f, 0x8b, 8]).contains("compressed"));
    assert!(said([0xff, 0xfe, b'{', 0]).contains("UTF-16"));
    assert!(said(r#"{"Vpcs": []}"#).contains("`Vpcs` is the AWS CLI's output"));
    assert!(said(r#"{"record":"network"}"#).contains("NDJSON"));
    assert!(said("{\"record\":\"network\"}\n{\"record\":\"network\"}\n").contains("NDJSON"));
    assert!(said("{}").contains("has no `schema_version`"));
    assert!(said("{\"a\": \"\u{0}\"}").contains("not a valid inventory"));
}

#[test]
fn a_truncated_document_says_where() {
    let text = serde_json::to_string_pretty(&sample::inventory()).unwrap();
    let said = said(&text[..text.len() / 2]);
    assert!(said.contains("ends too early, at line ") && said.contains("column"), "{said}");
}

#[test]
fn another_version_says_whose_it_is() {
    let mut document = document();
    document["schema_version"] = json!(3);
    let newer =
        "schema version 3; this netcensus reads versions 1 to 2 (a newer netcensus wrote it: upgrade)";
    assert!(of(&document).unwrap_err().diagnostic.to_line().contains(newer));
    document["weather"] = json!("fine");
    assert!(
        of(&document).unwrap_err().diagnostic.to_line().contains(newer),
        "the version outranks its new fields"
    );
    document["schema_version"] = json!(0);
    assert!(
        of(&document).unwrap_err().diagnostic.to_line().contains("an older netcensus wrote it: scan again")
    );
}

#[test]
fn what_is_not_in_an_inventory_is_named() {
    let mut document = document();
    document["networks"][0]["wather"] = json!(1);
    let text = of(&document).unwrap_err().to_string();
    assert!(text.contains("estate.json is not a valid inventory: unknown key `wather`"), "{text}");

    let mut document = self::document();
    document["networks"][1]["id"] = json!(" ");
    let text = of(&document).unwrap_err().to_string();
    assert!(text.ends_with("networks[1] has an empty id"), "{text}");

    let mut document = self::document();
    document["subnets"][0]["prefixes"][0] = json!("10.0.0.0/33");
    assert!(of(&document).unwrap_err().to_string().contains("invalid IP address syntax"));
}

#[test]
fn host_bits_are_masked_and_repeated_rows_joined_with_a_warning() {
    let mut document = document();
    document["networks"][0]["blocks"][0]["cidr"] = json!("10.0.0.5/16");
    document["links"][0]["ends"][0]["prefixes"][0] = json!("10.0.0.1/16");
    let twice = document["instances"][0].clone();
    document["instances"].as_array_mut().unwrap().push(twice);
    let loaded = of(&document).unwrap();
    assert_eq!(loaded.inventory, sample::inventory());
    assert_eq!(
        loaded.warnings,
        [
            "network vpc-0a1b2c3d4e5f60718: 10.0.0.5/16 has host bits set; read as 10.0.0.0/16",
            "link pcx-0a: 10.0.0.1/16 has host bits set; read as 10.0.0.0/16",
            "instances: repeated rows joined with their first: 1",
        ]
    );
}
