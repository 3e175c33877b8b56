//! Expected reports, one file per report and format; `NETCENSUS_BLESS=1 cargo test` writes them anew.

use netcensus::analysis::diff::Changes;
use netcensus::output::{Content, Format, Layout};

use super::{laid_out, rendered, sample, table};
use crate::support::compare;

fn golden(report: &str, changes: &Changes) {
    for info in Format::for_content(Content::Changes) {
        let path = format!("tests/golden/changes/{report}.{}", info.name);
        compare(&path, &rendered(changes, info.format));
    }
}

#[test]
fn every_sort_of_change_and_doubt_in_every_format() {
    let changes = sample::full();
    golden("full", &changes);
    compare("tests/golden/changes/full.80.table", &table(&changes, Some(80), false));
    compare("tests/golden/changes/full.200.table", &table(&changes, Some(200), false));
    compare("tests/golden/changes/full-wide.80.table", &table(&changes, Some(80), true));
    let colored = Layout { width: Some(120), color: true, ..Layout::default() };
    compare("tests/golden/changes/full.color.table", &laid_out(&changes, Format::Table, colored, false));
}

#[test]
fn nothing_changed_nothing_known_and_little_compared() {
    for (report, changes) in
        [("same", sample::same()), ("incomplete", sample::incomplete()), ("narrow", sample::narrow())]
    {
        golden(report, &changes);
    }
}

#[test]
fn a_watch_shows_a_line_for_each_change() {
    let changes = sample::full();
    let lines: Vec<String> = netcensus::output::change_lines(&changes).collect();
    let collisions: usize = changes.collisions.lists().iter().map(|(_, list)| list.len()).sum();
    assert_eq!(lines.len(), changes.changes.len() + changes.moved_addresses.len() + collisions);
    assert_eq!(lines.len(), netcensus::output::count_change_lines(&changes));
    assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
    compare("tests/golden/changes/full.lines", &(lines.join("\n") + "\n"));
}
