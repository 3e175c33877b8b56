//! Files of ranges as people keep them, and what is said of those that are none.

mod exports;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Ranges, read_planned_prefixes};
use crate::input::InputError;
use crate::model::{PlannedKind, PlannedPrefix, Provider, Range};

/// Reads a file whose name without the extension is its site.
fn read_external_ranges(path: &Path, skip: bool) -> Result<Ranges<Range>, InputError> {
    super::read_external_ranges(path, &path.file_stem().unwrap_or_default().to_string_lossy(), skip)
}

/// A directory with one file in it.
struct Sheet {
    path: PathBuf,
    _directory: TempDir,
}

impl Sheet {
    fn new(name: &str, bytes: impl AsRef<[u8]>) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        Self { path, _directory: directory }
    }

    /// Takes the directory out of a message.
    fn said(&self, message: &str) -> String {
        message.replace(&format!("{}/", self.path.parent().unwrap().display()), "")
    }

    fn error(&self, skip: bool) -> String {
        let error = read_external_ranges(&self.path, skip).unwrap_err();
        self.said(&error.diagnostic.to_line())
    }
}

fn read(name: &str, bytes: impl AsRef<[u8]>) -> Ranges<Range> {
    let sheet = Sheet::new(name, bytes);
    let mut ranges = read_external_ranges(&sheet.path, false).unwrap();
    for warning in &mut ranges.warnings {
        *warning = sheet.said(warning);
    }
    ranges
}

fn plan(name: &str, text: &str) -> Vec<PlannedPrefix> {
    let sheet = Sheet::new(name, text);
    let mut rows = read_planned_prefixes(&sheet.path, false).unwrap().rows;
    for row in &mut rows {
        row.address = sheet.said(&row.address);
    }
    rows
}

fn error(name: &str, bytes: impl AsRef<[u8]>) -> String {
    Sheet::new(name, bytes).error(false)
}

/// Writes ranges as `SITE PREFIX NAME DOMAIN`.
fn brief(rows: &[Range]) -> Vec<String> {
    let or = |text: &Option<String>| text.clone().unwrap_or_else(|| "-".to_owned());
    rows.iter().map(|r| format!("{} {} {} {}", r.site, r.prefix, or(&r.name), or(&r.domain))).collect()
}

const SKIP: &str = " (--skip-bad-rows leaves such rows out and lists them)";

#[test]
fn a_header_names_the_columns_in_any_order_and_spelling() {
    let text = "Data Center,CIDR,Label,Routing-Domain,Owner\nfra,10.0.0.0/8,office,core,me\n";
    assert_eq!(brief(&read("a.csv", text).rows), ["fra 10.0.0.0/8 office core"]);
    let text = "\u{feff}description;NETWORK;name;site\r\nlong;10.0.0.0/8;short;\"fra; hall 1\"\r\n";
    assert_eq!(brief(&read("a.csv", text).rows), ["fra; hall 1 10.0.0.0/8 short -"]);
    assert_eq!(brief(&read("a.csv", "prefix\tsite\n10.0.0.0/8\tfra\n").rows), ["fra 10.0.0.0/8 - -"]);
}

#[test]
fn a_range_without_a_site_is_of_its_domain_or_of_the_file() {
    let text = "prefix,site,vrf\n10.0.0.0/8,fra,red\n10.0.0.0/8,,red\n10.0.0.0/8\n";
    let expected = ["fra 10.0.0.0/8 - red", "red 10.0.0.0/8 - red", "partners.eu 10.0.0.0/8 - -"];
    assert_eq!(brief(&read("partners.eu.csv", text).rows), expected);
}

#[test]
fn without_a_header_a_prefix_and_one_value_are_told_apart() {
    let text = "# the offices\n\n10.0.0.0/8,fra\nams,10.1.0.0/16\n2001:db8::/32\n";
    let expected = ["fra 10.0.0.0/8 - -", "ams 10.1.0.0/16 - -", "x 2001:db8::/32 - -"];
    assert_eq!(brief(&read("x.csv", text).rows), expected);
    assert_eq!(brief(&read("x", "10.0.0.0/8\n").rows), ["x 10.0.0.0/8 - -"], "without an extension");
    let rows = plan("x.txt", "web,10.0.0.0/8\n");
    assert_eq!((rows[0].name.as_deref(), rows[0].address.as_str()), (Some("web"), "x.txt:1"));
    let said = error("x.csv", "10.0.0.0/8,10.1.0.0/16\n");
    assert_eq!(said, "x.csv:1: the line has two prefixes (give each its own line)");
    assert!(error("x.csv", "10.0.0.0/8,a,b\n").contains("3 cells and no header"));
}

#[test]
fn what_netbox_exports_is_read_without_what_is_not_in_use() {
    let table = "Prefix,Status,Children,VRF,Utilization,Tenant,Site,VLAN,Role,Description\n\
                 10.0.0.0/8,Container,3,,1.0,,,,,all\n\
                 10.1.0.0/16,Active,0,red,0.0,acme,fra,,,offices\n\
                 10.2.0.0/16,Container,0,,0.0,,fra,,,\n\
                 10.3.0.0/16,Deprecated,0,,0.0,,fra,,,\n\
                 10.4.0.0/16,Reserved,0,,0.0,,ams,,,\n";
    let read_table = read("nb.csv", table);
    assert_eq!(brief(&read_table.rows), ["fra 10.1.0.0/16 offices red", "ams 10.4.0.0/16 - -"]);
    let warnings = [
        "nb.csv: 2 prefixes with the status container left out: they contain other prefixes and are not in use themselves",
        "nb.csv: 1 prefix with the status deprecated left out: they are out of use",
    ];
    assert_eq!(read_table.warnings, warnings);
    let all = "id,prefix,vrf,tenant,site,vlan,status,role,is_pool,mark_utilized,description,comments,tags\n\
               7,10.1.0.0/16,red,,fra,,active,,False,False,offices,\"two\nlines\",\"a,b\"\n\
               8,10.1.0.0/33,,,,,active,,False,False,,,\n";
    let sheet = Sheet::new("nb.csv", all);
    let ranges = read_external_ranges(&sheet.path, true).unwrap();
    assert_eq!(brief(&ranges.rows), ["fra 10.1.0.0/16 offices red"]);
    let skipped = sheet.said(&ranges.skipped[0].message);
    assert!(skipped.starts_with("nb.csv:4: `10.1.0.0/33`"), "{skipped}");
    let scoped = "prefix,status,scope_type,scope_id,description\n10.1.0.0/16,active,dcim.site,4,offices\n";
    assert_eq!(brief(&read("nb.csv", scoped).rows), ["nb 10.1.0.0/16 offices -"]);
    assert_eq!(brief(&read("nb.csv", "Prefix,Scope\n10.1.0.0/16,fra\n").rows), ["fra 10.1.0.0/16 - -"]);
}

#[test]
fn an_answer_of_netbox_is_read_whole_or_not_at_all() {
    let prefix = |n: u8, status: &str| {
        format!(
            r#"{{"id": {n}, "display": "10.{n}.0.0/16", "prefix": "10.{n}.0.0/16", "site": {{"name": "fra"}},
            "vrf": {{"display": "red (1:1)", "name": "red"}}, "description": "offices", "role": null,
            "status": {{"value": "{status}", "label": "X"}}}}"#
        )
    };
    let answer = |next: &str| {
        format!(
            r#"{{"count": 2, "next": {next}, "previous": null, "results": [{}, {}]}}"#,
            prefix(1, "active"),
            prefix(2, "container")
        )
    };
    let ranges = read("nb.json", answer("null"));
    assert_eq!(brief(&ranges.rows), ["fra 10.1.0.0/16 offices red"]);
    assert_eq!(ranges.warnings.len(), 1);
    let said = error("nb.json", answer(r#""https://netbox.example/?offset=50""#));
    assert!(said.starts_with("nb.json: it is one page of several: `next` names another"), "{said}");
    let last = answer("null").replace(r#""previous": null"#, r#""previous": "https://netbox.example/""#);
    assert!(error("nb.json", last).contains("`previous` names another"));
}

#[test]
fn json_is_a_list_or_an_object_with_one() {
    assert_eq!(brief(&read("a.json", r#"["10.0.0.0/8", "10.1.0.0/16"]"#).rows).len(), 2);
    let text = r#" {"ranges": [{"cidr": "10.0.0.0/8", "location": {"slug": "fra"}, "name": 7}]}"#;
    assert_eq!(brief(&read("unnamed", text).rows), ["fra 10.0.0.0/8 7 -"]);
    let said = error("a.json", r#"["10.0.0.0/8", {"site": "fra"}]"#);
    assert_eq!(said, format!("a.json: entry 2: there is no prefix{SKIP}"));
    let said = error("a.json", r#"[{"prefx": "10.0.0.0/8", "site": "fra"}]"#);
    let renamed = "there is no prefix (rename `prefx` to `prefix`, since it has `10.0.0.0/8`)";
    assert_eq!(said, format!("a.json: entry 1: {renamed}"));
    assert!(error("a.json", "[7]").starts_with("a.json: entry 1: it is neither a prefix nor"));
    assert!(error("a.json", "{}").starts_with("a.json: it has no list"));
    assert!(error("a.json", "[\"10.0.0.0/8\",\n").starts_with("a.json:2: the file ends too early"));
    assert!(error("a.json", "7").contains("not a list"));
    let address = &plan("a.json", r#"["10.0.0.0/8"]"#)[0].address;
    assert_eq!(address, "a.json entry 1");
}

/// With the line of each counted from the beginning of the file, it took minutes.
#[test]
fn many_rows_of_toml_have_their_lines() {
    let rows = "[[ranges]]\nprefix = \"10.0.0.0/8\"\n".repeat(30_000);
    let said = error("a.toml", format!("{rows}[[ranges]]\nprefix = \"ten\"\n"));
    assert!(said.starts_with("a.toml:60001: `ten` is not a prefix"), "{said}");
}

#[test]
fn a_list_in_toml_has_a_largest_size() {
    let said = error("a.toml", "#".repeat((8 << 20) + 1));
    assert!(said.starts_with("a.toml has more than 8 MiB"), "{said}");
}

#[test]
fn toml_is_a_list_or_tables() {
    assert_eq!(brief(&read("a.toml", "prefixes = [\"10.0.0.0/8\"]").rows), ["a 10.0.0.0/8 - -"]);
    let text = "[[ranges]]\nprefix = \"10.0.0.0/8\"\nsite = \"fra\"\n\n\
                [[external]]\nprefixes = [\"10.1.0.0/16\", \"10.2.0.0/16\"]\ndomain = \"red\"\n";
    let expected = ["fra 10.0.0.0/8 - -", "red 10.1.0.0/16 - red", "red 10.2.0.0/16 - red"];
    assert_eq!(brief(&read("a.toml", text).rows), expected);
    let said = error("a.toml", format!("{text}[[planned]]\nprefix = \"ten\"\n"));
    assert!(said.starts_with("a.toml:8: `ten` is not a prefix"), "{said}");
    assert!(
        error("a.toml", "a = 1\n[[range]]\n").starts_with("a.toml:1: it is not a list of ranges in TOML")
    );
    assert!(error("a.toml", b"# \xff\n").starts_with("a.toml:1: it is not UTF-8"));
}

#[test]
fn a_bad_row_is_named_by_its_line_in_the_file() {
    for (row, said, remedy) in [
        (
            "10.0.0.5",
            "`10.0.0.5` is an address without a prefix length",
            "write `10.0.0.5/32` if it is meant",
        ),
        ("10.0.0/8", "`10.0.0/8` is not a prefix, such as 10.0.0.0/8 or 2001:db8::/32", ""),
        ("0.0.0.0/0", "0.0.0.0/0 covers every address; name the ranges that are in use", ""),
        ("10.0.0.0/33", "`10.0.0.0/33` is not a prefix: the length of an IPv4 prefix is from 0 to 32", ""),
        ("::ffff:10.0.0.0/104", "::ffff:10.0.0.0/104 is an IPv4-mapped prefix; write it as IPv4", ""),
        (",fra", "there is no prefix", ""),
    ] {
        let text = format!("prefix,site\n# comment \"\n\r\n10.0.0.0/8,\"a\nb\"\n\n{row}\n10.1.0.0/16,x\n");
        let sheet = Sheet::new("a.csv", text);
        let error = read_external_ranges(&sheet.path, false).unwrap_err().diagnostic;
        let remedies: Vec<&str> = error.remedies.iter().map(String::as_str).collect();
        let own_and_skip = [remedy, "--skip-bad-rows leaves such rows out and lists them"];
        assert_eq!(sheet.said(&error.message), format!("a.csv:7: {said}"));
        assert_eq!(remedies, own_and_skip[usize::from(remedy.is_empty())..]);
        let ranges = read_external_ranges(&sheet.path, true).unwrap();
        assert_eq!(ranges.rows.len(), 2);
        let remedy = if remedy.is_empty() { String::new() } else { format!(" ({remedy})") };
        assert_eq!(sheet.said(&ranges.skipped[0].to_line()), format!("a.csv:7: {said}{remedy}"));
    }
    assert!(
        error("a.csv", b"10.0.0.0/8,fra\n10.1.0.0/16,K\xf6ln\n")
            .starts_with("a.csv:2: the line is not UTF-8")
    );
    assert!(
        error("a.csv", "prefix,name\n10.0.0.0/8,Hall 1, left\n").starts_with("a.csv:2: the line has 3 cells")
    );
}

#[test]
fn ten_thousand_rows_name_the_one_that_is_bad() {
    for ending in ["\n", "\r\n"] {
        let mut text = format!("prefix,site{ending}");
        for line in 2..=10_000_u32 {
            let third = if line == 4017 { 256 } else { line % 256 };
            write!(text, "10.{}.{third}.0/24,s{line}{ending}", line / 256).unwrap();
        }
        assert!(error("big.csv", text).starts_with("big.csv:4017: `10.15.256.0/24` is not a prefix"));
    }
}

#[test]
fn host_bits_are_masked_with_a_warning() {
    let ranges = read("a.csv", "prefix\n10.0.0.5/8\n");
    assert_eq!(brief(&ranges.rows), ["a 10.0.0.0/8 - -"]);
    assert_eq!(ranges.warnings, ["a.csv:2: 10.0.0.5/8 has host bits set; read as 10.0.0.0/8"]);
}

#[test]
fn exact_duplicates_collapse() {
    let text = "prefix,site,name\n10.0.0.0/8,fra,a\n10.0.0.0/8,fra,a\n10.0.0.0/8,fra,b\n10.0.0.0/8,ams,a\n";
    let ranges = read("a.csv", text);
    assert_eq!((ranges.rows.len(), ranges.warnings.len()), (3, 0));
    let rows = plan("a.csv", text);
    let addresses: Vec<_> = rows.iter().map(|row| row.address.as_str()).collect();
    assert_eq!(addresses, ["a.csv:2", "a.csv:4", "a.csv:5"]);
}

#[test]
fn a_planned_prefix_may_name_its_cloud_and_region() {
    let rows =
        plan("a.csv", "cidr,provider,region,name\n10.0.0.0/16,AZURE,West Europe,hub\n10.1.0.0/16,telco,,\n");
    let hub = PlannedPrefix {
        kind: PlannedKind::Network,
        address: "a.csv:2".to_owned(),
        provider: Some(Provider::Azure),
        region: Some("westeurope".to_owned()),
        name: Some("hub".to_owned()),
        network: None,
        is_new: true,
        prefix: "10.0.0.0/16".parse().unwrap(),
    };
    assert_eq!(rows[0], hub);
    assert_eq!((rows[1].provider, &rows[1].region, &rows[1].name), (None, &None, &None));
}

#[test]
fn a_file_without_a_usable_row_is_an_error_even_when_bad_rows_are_skipped() {
    for (text, reason) in [
        ("prefix,site\n", "it has no row"),
        ("prefix\nten\n", "a.csv:2: `ten` is not a prefix"),
        ("prefix\nten\ntwenty\n", "2 bad rows, the first: a.csv:2: `ten` is not a prefix"),
        ("prefix,status\n10.0.0.0/8,container\n", "a.csv: 1 prefix with the status container left out"),
    ] {
        let said = Sheet::new("a.csv", text).error(true);
        assert!(said.starts_with(&format!("a.csv has no prefix: {reason}")), "{said}");
    }
}

#[test]
fn what_is_no_list_of_ranges_is_refused_in_a_sentence() {
    assert!(
        error("a.csv", "site,owner\nfra,me\n")
            .starts_with("a.csv:1: there is no column with prefixes (name one `prefix` or `cidr`")
    );
    let misspelt = error("a.csv", "site,Prefx\nfra,10.0.0.0/8\n");
    assert!(
        misspelt.ends_with(" (rename the column `Prefx` to `prefix`, if it has the prefixes)"),
        "{misspelt}"
    );
    assert!(
        error("a.csv", "10.0.0.0/8,\"fra\n10.1.0.0/16,ams\n").starts_with("a.csv:1: a quote that is opened")
    );
    assert_eq!(read("a.csv", "10.0.0.0/8,5\" pipe\n10.1.0.0/16,ams\n").rows.len(), 2, "an inch is no quote");
    assert!(error("a.csv", " \n").starts_with("a.csv is empty"));
    assert!(error("a.csv", [0xff, 0xfe, b'1', 0, 0]).contains("UTF-16"));
    assert!(error("a.csv.gz", [0x1f, 0x8b, 8]).contains("compressed"));
    assert!(error("a.xlsx", b"PK\x03\x04").contains("save the sheet as CSV"));
    let directory = tempfile::tempdir().unwrap();
    assert!(
        read_external_ranges(directory.path(), false).unwrap_err().to_string().contains("is a directory")
    );
    let missing = read_external_ranges(&directory.path().join("none.csv"), false).unwrap_err();
    assert!(missing.is_missing() && missing.to_string().starts_with("there is no file"));
}

#[test]
fn a_stray_quote_swallows_no_rows() {
    let swallowed = "prefix;site\n10.9.0.0/24;\"open\n10.10.0.0/16;x\n10.42.0.0/16;\"y\n";
    let opened = "a.csv:2: a quote that is opened here is";
    for (text, said) in [
        (swallowed, opened),
        ("site;prefix\n\"open;10.9.0.0/24\nx;10.10.0.0/16\ny\";10.42.0.0/16\n", opened),
        ("prefix;site\n10.9.0.0/24;\"a\n\n10.10.0.0/16;x\n\"\n", opened),
        ("prefix;site\n10.9.0.0/24;\"open", "a.csv:2: a quote that is opened here is never closed"),
        ("prefix;site\n10.9.0.0/24;\"a\nb\"c\n", "a.csv:3: text follows a closing quote: `c`"),
        ("prefix;\"site\"s\n10.9.0.0/24;a\n", "a.csv:1: text follows a closing quote: `s`"),
    ] {
        for skips_bad_rows in [false, true] {
            let error = Sheet::new("a.csv", text).error(skips_bad_rows);
            assert!(error.starts_with(said), "{text}: {error}");
        }
    }
    let one_row = "prefix;site\n10.9.0.0/24;\"a\"b\n10.10.0.0/16;x\n";
    let error = Sheet::new("a.csv", one_row).error(false);
    assert!(error.contains("a.csv:2: text follows a closing quote: `b`"), "{error}");
    for fine in [
        "prefix;site\n10.9.0.0/24;\"hall 3\nrack 4\"\n10.10.0.0/16;x\n",
        "prefix;site\n10.9.0.0/24;\"a \"\"b\"\" c\" \n10.10.0.0/16;\"\"\r\n",
    ] {
        assert_eq!(read("a.csv", fine).rows.len(), 2, "{fine}");
    }
}

#[test]
fn the_delimiter_is_found_if_the_sample_ends_inside_a_cell() {
    let rows = (0..198).map(|n| format!("10.0.{n}.0/24;a, b\n")).collect::<Vec<_>>().concat();
    let text = format!("prefix;remarks, if any\n{rows}10.1.0.0/24;\"c\n\n\nd\"\n");
    assert_eq!(read("a.csv", &text).rows.len(), 199);
}

#[test]
fn a_row_with_two_prefixes_says_neither() {
    let columns = Sheet::new("two.csv", "prefix,cidr\n10.0.0.0/16,10.0.0.0/16\n10.1.0.0/16,10.2.0.0/16\n");
    let said = columns.error(false);
    assert!(said.starts_with("two.csv:3: it has two prefixes, `10.1.0.0/16` and `10.2.0.0/16`"), "{said}");
    let keys = Sheet::new("two.json", r#"[{"prefix": "10.1.0.0/16", "prefixes": ["10.2.0.0/16"]}]"#);
    assert!(keys.error(false).contains("it has both `prefix` and `prefixes`"), "{}", keys.error(false));
}
