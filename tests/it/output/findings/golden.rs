//! Expected reports, one file per report and format; `NETCENSUS_BLESS=1 cargo test` writes them anew.

use netcensus::analysis::overlap::Findings;
use netcensus::output::{Content, Format, Layout, summary_line};

use super::{laid_out, rendered, sample};
use crate::support::compare;

fn golden(report: &str, findings: &Findings, formats: &[Format]) {
    for format in formats {
        let path = format!("tests/golden/overlap/{report}.{format}");
        compare(&path, &rendered(findings, *format));
    }
}

/// Lists the formats of findings.
fn all() -> Vec<Format> {
    Format::for_content(Content::Findings).map(|spec| spec.format).collect()
}

#[test]
fn every_class_and_status_in_every_format() {
    let findings = sample::full();
    golden("full", &findings, &all());
    let table = |width, color, wide| {
        laid_out(&findings, Format::Table, Layout { width, color, ..Layout::default() }, wide)
    };
    compare("tests/golden/overlap/full.80.table", &table(Some(80), false, false));
    compare("tests/golden/overlap/full.color.table", &table(Some(120), true, false));
    compare("tests/golden/overlap/full-wide.80.table", &table(Some(80), false, true));
}

#[test]
fn nothing_found_nothing_known_and_not_everything_asked_for() {
    for (report, findings) in
        [("clean", sample::clean()), ("incomplete", sample::incomplete()), ("allowed", sample::allowed())]
    {
        golden(report, &findings, &all());
    }
}

#[test]
fn thousands_of_members_are_cut_where_people_read() {
    golden("many", &sample::many(), &[Format::Table, Format::Markdown, Format::Github]);
}

#[test]
fn the_summary_tells_what_fails_what_does_not_and_what_is_unknown() {
    assert_eq!(summary_line(&sample::clean()), "overlap: clean; 214 prefixes compared");
    assert_eq!(
        summary_line(&sample::full()),
        "overlap: 5 findings fail (1 connected, 1 planned, 1 external, 1 latent, 1 outside-network); 1 accepted, \
         1 known, 1 default-network reported, 1 reserved reported; 214 prefixes compared"
    );
    let mut findings = sample::incomplete();
    assert_eq!(
        summary_line(&findings),
        "overlap: no finding fails; 214 prefixes compared; INCOMPLETE: 2 reads failed"
    );
    findings.coverage.clear();
    assert_eq!(
        summary_line(&findings),
        "overlap: no finding fails; 214 prefixes compared; \
         INCOMPLETE: nobody asked for links, so what is joined is not known"
    );
    assert_eq!(
        summary_line(&sample::allowed()),
        "overlap: no finding fails; 214 prefixes compared; \
         incomplete, allowed by --allow-incomplete: 2 reads failed"
    );
}
