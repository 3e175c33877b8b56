//! What holds for every report, however large and however strange its text.

use std::collections::HashSet;

use netcensus::analysis::overlap::{Finding, FindingStatus, Findings, GateReport};
use netcensus::output::{Content, Format, Layout, findings_schema};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value;

use super::super::unprintable;
use super::{laid_out, rendered, sample};

/// Every report, by name.
fn reports() -> [(&'static str, Findings); 6] {
    [
        ("clean", sample::clean()),
        ("incomplete", sample::incomplete()),
        ("allowed", sample::allowed()),
        ("full", sample::full()),
        ("many", sample::many()),
        ("flood", sample::flood()),
    ]
}

#[test]
fn no_report_drives_a_terminal() {
    for (report, findings) in reports() {
        let layout = Layout { width: Some(40), color: false, ..Layout::default() };
        let narrow = laid_out(&findings, Format::Table, layout, false);
        let formats = Format::for_content(Content::Findings).map(|spec| spec.format);
        let texts = formats.map(|format| (format, rendered(&findings, format)));
        for (format, text) in texts.chain([(Format::Table, narrow)]) {
            assert_eq!(unprintable(&text, format), None, "{report}: {text:.60}");
        }
    }
}

#[test]
fn json_reads_back_and_is_what_the_schema_says() {
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource("findings.json", findings_schema()).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile("findings.json", &mut schemas).unwrap();
    for (report, findings) in reports() {
        let text = rendered(&findings, Format::Json);
        assert_eq!(serde_json::from_str::<Findings>(&text).unwrap(), findings, "{report}");
        let mut document: Value = serde_json::from_str(&text).unwrap();
        schemas.validate(&document, schema).unwrap_or_else(|error| panic!("{report}: {error}"));
        document["gate"]["result"] = "fine".into();
        assert!(schemas.validate(&document, schema).is_err());
    }
}

#[test]
fn ndjson_has_a_line_for_every_record_and_ends_with_the_gate() {
    for (report, findings) in reports() {
        let text = rendered(&findings, Format::Ndjson);
        let mut records: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let mut names = records.iter_mut().map(|record| record.as_object_mut().unwrap().remove("record"));
        let names: Vec<String> =
            names.by_ref().map(|name| name.unwrap().as_str().unwrap().to_owned()).collect();
        let counts = ["finding", "allow", "unknown", "note", "coverage", "gate"]
            .map(|name| names.iter().filter(|record| *record == name).count());
        let (unknown, notes) = (findings.unknown.len(), findings.notes.len());
        let expected =
            [findings.findings.len(), findings.allow.len(), unknown, notes, findings.coverage.len(), 1];
        assert_eq!(counts, expected, "{report}");
        let gate: GateReport = serde_json::from_value(records.pop().unwrap()).unwrap();
        assert_eq!(gate, findings.gate);
        for (record, finding) in records.into_iter().zip(&findings.findings) {
            assert_eq!(serde_json::from_value::<Finding>(record).unwrap(), *finding);
        }
    }
}

#[test]
fn csv_has_a_row_for_every_member_and_no_formula() {
    for (report, findings) in reports() {
        let text = rendered(&findings, Format::Csv);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(reader.headers().unwrap().len(), 22);
        let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
        let members: usize = findings.findings.iter().map(|finding| finding.members.len()).sum();
        assert_eq!(rows.len(), members, "{report}");
        assert!(rows.iter().flatten().all(|cell| !cell.starts_with(['=', '+', '-', '@'])));
    }
}

#[test]
fn a_comment_is_short_enough_for_github_and_nothing_leaves_its_place() {
    for (report, findings) in reports() {
        let text = rendered(&findings, Format::Markdown);
        assert!(text.len() < 60_000, "{report}: {}", text.len());
        assert_eq!(text.matches("<details>").count(), text.matches("</details>").count(), "{report}");
        for line in text.lines().filter(|line| line.starts_with('|')) {
            let bars = line.replace(r"\\", "").replace(r"\|", "").matches('|').count();
            assert!(bars == 6 || bars == 8, "{report}: {line}");
        }
        assert!(!text.contains("@all"), "nobody is called");
        assert!(text.lines().all(|line| !line.contains('<') || line.contains("details>")), "{report}");
    }
    let text = rendered(&sample::flood(), Format::Markdown);
    let left_out = |words: &str| assert!(text.contains(words), "lacks {words:?}:\n{text}");
    left_out(" more that fail; `-o json` lists all.");
    left_out(" more of which no members are listed here; `-o json` lists all.");
    left_out("... and 90 more; -o json lists all");
}

#[test]
fn a_block_of_the_table_fits_the_terminal_and_wide_shows_every_member() {
    let text = laid_out(
        &sample::full(),
        Format::Table,
        Layout { width: Some(60), color: false, ..Layout::default() },
        false,
    );
    for line in text.lines().filter(|line| line.starts_with("  ") && !line.contains("...")) {
        // A word of the hostile name is longer than the terminal is wide, and stays whole in a sentence.
        let wide = unicode_width::UnicodeWidthStr::width(line);
        assert!(wide <= 60 || !line.trim().contains(' '), "{line}");
    }
    let wide = laid_out(
        &sample::many(),
        Format::Table,
        Layout { width: Some(60), color: false, ..Layout::default() },
        true,
    );
    let ids: HashSet<&str> = wide.match_indices("vpc-").filter_map(|(at, _)| wide.get(at..at + 9)).collect();
    assert!((0..5000).all(|number| ids.contains(format!("vpc-{number:05}").as_str())));
}

/// The numbers that an element claims.
fn claims(element: &BytesStart<'_>) -> [usize; 3] {
    ["tests", "failures", "errors"].map(|name| {
        let attribute = element.try_get_attribute(name).unwrap().unwrap();
        attribute.value.parse().unwrap()
    })
}

#[test]
fn junit_is_xml_whose_counts_add_up() {
    for (report, findings) in reports() {
        let text = rendered(&findings, Format::Junit);
        let xml = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
        assert!(text.chars().all(xml), "{report}: every character may stand in XML 1.0");
        let mut reader = Reader::from_str(&text);
        let (mut total, mut claimed, mut found) = ([0; 3], [0; 3], [0; 3]);
        loop {
            match reader.read_event().unwrap() {
                Event::Eof => break,
                Event::Start(element) | Event::Empty(element) => match element.name().as_ref() {
                    "testsuites" => total = claims(&element),
                    "testsuite" => {
                        claims(&element).into_iter().zip(&mut claimed).for_each(|(more, sum)| *sum += more);
                    }
                    "testcase" => found[0] += 1,
                    "failure" => found[1] += 1,
                    "error" => found[2] += 1,
                    _ => {}
                },
                _ => {}
            }
        }
        assert_eq!((total, claimed), (found, found), "{report}");
        assert_eq!(found[1], findings.gate.failing, "{report}");
        let error = !findings.gate.complete && !findings.gate.incomplete_allowed;
        assert_eq!(found[2], usize::from(error), "{report}");
    }
}

#[test]
fn every_line_for_github_is_a_command_a_count_or_the_summary() {
    for (report, findings) in reports() {
        let text = rendered(&findings, Format::Github);
        let (summary, lines) =
            text.lines().collect::<Vec<_>>().split_last().map(|(a, b)| (*a, b.to_vec())).unwrap();
        assert!(summary.starts_with("overlap: ") && !summary.contains("##["), "{report}: {summary}");
        let commands = ["::error title=", "::warning title=", "::notice title=", "... and "];
        for line in &lines {
            assert!(commands.iter().any(|command| line.starts_with(command)), "{report}: {line}");
        }
        let errors = lines.iter().filter(|line| line.starts_with("::error ")).count();
        assert!(errors <= 52, "50 findings, one for all gaps, and one that says that more follow");
        assert_eq!(errors == 0, findings.gate.exit.code() == 0, "{report}");
    }
}

/// GitHub shows ten annotations of each level of a step: those that fail first, and what the baseline knows in one.
#[test]
fn the_first_ten_annotations_of_a_level_say_what_matters_and_that_more_follow() {
    let level = |text: &str, level: &str| -> Vec<String> {
        let begin = format!("::{level} title=");
        text.lines().filter_map(|line| line.strip_prefix(&begin)).map(str::to_owned).collect()
    };
    let mut flood = sample::flood();
    for (number, finding) in flood.findings.iter_mut().enumerate() {
        (finding.status, finding.fails) = match number % 3 {
            0 => (FindingStatus::Known, false),
            1 => (FindingStatus::Open, true),
            _ => (FindingStatus::Open, false),
        };
    }
    let text = rendered(&flood, Format::Github);
    let (errors, notices) = (level(&text, "error"), level(&text, "notice"));
    assert!(errors[0].starts_with("netcensus overlap is incomplete::"), "{}", errors[0]);
    assert!(errors[1..9].iter().all(|line| line.starts_with("NC102 latent ")));
    assert!(errors[9].contains("::192 more findings that fail: GitHub shows 10"), "{}", errors[9]);
    let known = "netcensus overlap::200 findings are known to the baseline, and not listed here";
    assert_eq!(notices[0], known);
    assert!(notices[1..9].iter().all(|line| line.starts_with("NC102 latent ")));
    assert!(notices[9].contains("::192 more findings that are reported"), "{}", notices[9]);
    assert_eq!(notices.iter().filter(|line| line.contains("known to the baseline")).count(), 1);
    let full = rendered(&sample::full(), Format::Github);
    assert_eq!(level(&full, "notice").len(), 3, "two that are reported, and those that are known");
    assert!(!full.contains("more finding"));
}
