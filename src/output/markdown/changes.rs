//! A comment for a pull request, or a page of a wiki.

use std::fmt::Write as _;
use std::io::{self, Write};

use super::page::{Page, cells, quiet};
use crate::analysis::diff::{ChangeKind, Changes, CollisionChange, MovedAddress, OneSidedAccount, RowChange};
use crate::output::changes::uncertain_rows::{self, UncertainRows};
use crate::output::changes::{change_summary, change_text};
use crate::output::findings::finding_text;
use crate::output::layout::Layout;
use crate::output::layout::left_out;
use crate::wording::counted_as;

/// The page stays below so many bytes, and each part of it below its own: what comes after has room.
const COLLISIONS: usize = 12_000;
const TABLE: usize = 44_000;
const ADDRESSES: usize = 47_000;
const UNKNOWN: usize = 50_000;
const NOT_COMPARED: usize = 54_000;
const ACCOUNTS: usize = 56_500;
const REMARKS: usize = 59_000;
/// More changes than there can be room for.
const MAX_ROWS: usize = 1_500;
/// The most members of a collision, and unknown rows of one reason, that are named.
const MAX_MEMBERS: usize = 10;
/// The most characters of a cell that are shown.
const MAX_CELL: usize = 200;
/// The most characters of a sentence that are shown.
const MAX_SENTENCE: usize = 400;

/// Writes the heading and summary, what is worst first, then the changes, and what is unknown.
pub(crate) fn write(changes: &Changes, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut page = Page(head(changes));
    write_collisions(changes, &mut page);
    write_changes(changes, &mut page);
    write_moved_addresses(changes, &mut page);
    let title = "Unknown: one side has these, and the other side could not read that account or region";
    write_uncertain_rows(title, &uncertain_rows::unknown(changes), UNKNOWN, &mut page);
    let title = "Not compared: one side has these, and the other did not scan them";
    write_uncertain_rows(title, &uncertain_rows::not_compared(changes), NOT_COMPARED, &mut page);
    write_accounts(changes, &mut page);
    let notes = changes.notes.iter().map(|note| format!("note: {note}"));
    let remarks: Vec<String> = uncertain_rows::gaps(changes).into_iter().chain(notes).collect();
    if !remarks.is_empty() {
        page.0.push('\n');
        let missing = page.add_each(&remarks, |line| format!("- {}\n", quiet(line, MAX_SENTENCE)), REMARKS);
        page.note(missing, "remarks");
    }
    out.write_all(page.0.as_bytes())
}

fn head(changes: &Changes) -> String {
    let verdict = match (change_summary::gap(changes).is_some(), changes.changes.len()) {
        (true, _) => "incomplete".to_owned(),
        (false, 0) if !changes.moved_addresses.is_empty() => {
            counted_as(changes.moved_addresses.len(), "address moved", "addresses moved")
        }
        (false, 0) => change_summary::nothing(changes),
        (false, 1) => "1 change".to_owned(),
        (false, number) => format!("{number} changes"),
    };
    let mut head = format!("## netcensus diff: {verdict}\n");
    let lines = [change_summary::line(changes), change_summary::sides(changes)];
    for line in lines.into_iter().chain(change_summary::limits(changes)) {
        let _ = writeln!(head, "\n{}", quiet(&line, MAX_SENTENCE));
    }
    head
}

fn write_collisions(changes: &Changes, page: &mut Page) {
    for (state, list) in changes.collisions.lists() {
        if !list.is_empty() {
            let _ = writeln!(page.0, "\nCollisions {state}:\n");
            let missing = page.add_each(list, collision, COLLISIONS);
            page.note(missing, "collisions");
        }
    }
}

fn collision(collision: &CollisionChange) -> String {
    let finding = &collision.finding;
    let mut text = format!("- {} {}\n", finding_text::title(finding), finding_text::space(finding));
    let rows = change_text::marked_members(collision);
    for (member, mark) in rows.iter().take(MAX_MEMBERS) {
        let _ = writeln!(text, "  - {}", quiet(&finding_text::member(member, *mark), MAX_CELL));
    }
    if let Some(line) = left_out(rows.len(), MAX_MEMBERS) {
        let _ = writeln!(text, "  - {line}");
    }
    text
}

fn write_changes(changes: &Changes, page: &mut Page) {
    if changes.changes.is_empty() {
        return;
    }
    page.0.push_str("\n| change | kind | account | region | id | name | what |\n");
    page.0.push_str("| --- | --- | --- | --- | --- | --- | --- |\n");
    let missing = page.add_each(changes.changes.iter().take(MAX_ROWS), row, TABLE);
    page.note(missing + changes.changes.len().saturating_sub(MAX_ROWS), "changes");
}

fn write_moved_addresses(changes: &Changes, page: &mut Page) {
    let moved = &changes.moved_addresses;
    if moved.is_empty() {
        return;
    }
    page.0.push_str("\nAddresses that another resource has now:\n\n");
    let line = |moved: &MovedAddress| {
        format!("- {}\n", quiet(&change_text::moved_address(moved, false), MAX_SENTENCE))
    };
    let missing = page.add_each(moved, line, ADDRESSES);
    page.note(missing, "addresses");
}

fn row(change: &RowChange) -> String {
    let location = &change.location;
    let account = change.account_name.as_deref().or(location.account.as_deref());
    let cell = |text: &str| quiet(text, MAX_CELL);
    cells(&[
        change.change.as_str(),
        change.kind.singular(),
        &cell(account.unwrap_or_default()),
        &cell(location.region.as_deref().unwrap_or_default()),
        &cell(&change_text::id(&location.id, false)),
        &cell(change_text::name(change.name.as_deref(), &location.id).unwrap_or_default()),
        &quiet(&describe_change(change), MAX_SENTENCE),
    ])
}

/// Says what came or went, or what changed.
fn describe_change(change: &RowChange) -> String {
    let is_one_sided = matches!(change.change, ChangeKind::Added | ChangeKind::Removed);
    let facts = change_text::facts(change, false).filter(|_| is_one_sided);
    let membership = change_text::membership(change);
    let origin = change_text::origin(change, false);
    let fields = change.fields.iter().map(change_text::field);
    let parts = membership.into_iter().chain(facts).chain(origin).chain(fields);
    parts.collect::<Vec<_>>().join("; ")
}

fn write_accounts(changes: &Changes, page: &mut Page) {
    if changes.accounts.is_empty() {
        return;
    }
    page.0.push_str("\nAccounts that only one side has:\n\n");
    let line =
        |account: &OneSidedAccount| format!("- {}\n", quiet(&change_text::account(account), MAX_SENTENCE));
    let missing = page.add_each(&changes.accounts, line, ACCOUNTS);
    page.note(missing, "accounts");
}

fn write_uncertain_rows(title: &str, groups: &[UncertainRows<'_>], limit: usize, page: &mut Page) {
    if groups.is_empty() {
        return;
    }
    let _ = writeln!(page.0, "\n<details><summary>{title}</summary>\n");
    let missing = page.add_each(groups, describe_group, limit);
    page.note(missing, "reasons");
    page.0.push_str("\n</details>\n");
}

fn describe_group(group: &UncertainRows<'_>) -> String {
    let reason = quiet(group.reason, MAX_SENTENCE);
    let mut text = format!(
        "- {}, {}: {reason}\n",
        change_text::kinds(&group.numbers),
        change_text::only_in(group.only_in)
    );
    for row in group.rows.iter().take(MAX_MEMBERS) {
        let _ = writeln!(text, "  - {}", quiet(&change_text::unknown(row, false).join(" "), MAX_CELL));
    }
    if let Some(line) = left_out(group.rows.len(), MAX_MEMBERS) {
        let _ = writeln!(text, "  - {line}");
    }
    text
}
