//! CSV: a row for each field that changed, for each resource that came or went, for each address that moved, for each
//! resource that is unknown, and for each account that only one side has.

use std::io::{self, Write};

use super::writer::{CsvOptions, write_records};
use crate::analysis::diff::{
    ChangeKind, Changes, DiffSide, FieldChange, MovedAddress, OneSidedAccount, ResourceLocation, RowChange,
    UnknownRow,
};
use crate::analysis::value::Value;
use crate::model::Kind;
use crate::output::changes::{change_text, field_values, resource_facts};

const COLUMNS: [&str; 15] = [
    "change",
    "kind",
    "provider",
    "account",
    "account_name",
    "region",
    "id",
    "name",
    "was_account",
    "was_region",
    "was_id",
    "field",
    "old",
    "new",
    "reason",
];

/// What the first columns tell: which resource.
struct ResourceColumns<'c> {
    change: &'static str,
    kind: Kind,
    location: &'c ResourceLocation,
    account_name: Option<&'c str>,
    name: Option<&'c str>,
    was: Option<&'c ResourceLocation>,
}

/// What the last columns tell: the field, its value before and now, the reason.
type FieldColumns = [Value; 4];

/// Writes a header, and the rows in the order of the document.
pub(crate) fn write(changes: &Changes, options: CsvOptions, out: &mut dyn Write) -> io::Result<()> {
    let certain = changes.changes.iter().flat_map(rows);
    let moved = changes.moved_addresses.iter().map(moved_address);
    let unknown = changes.unknown.iter().map(unknown);
    let rows = certain.chain(moved).chain(unknown).chain(changes.accounts.iter().map(account));
    write_records(COLUMNS, rows, options, out)
}

fn rows(change: &RowChange) -> Vec<Vec<Value>> {
    let head = ResourceColumns {
        change: change.change.as_str(),
        kind: change.kind,
        location: &change.location,
        account_name: change.account_name.as_deref(),
        name: change.name.as_deref(),
        was: change.was.as_ref(),
    };
    tails(change).into_iter().map(|tail| row(&head, tail)).collect()
}

fn tails(change: &RowChange) -> Vec<FieldColumns> {
    if let Some(row) = &change.row {
        let facts = resource_facts::from_row(change.kind, row);
        let (items, nothing) = (Value::List(facts.items), Value::Unknown);
        let (old, new) =
            if change.change == ChangeKind::Removed { (items, nothing) } else { (nothing, items) };
        return vec![[Value::text(Some(facts.column)), old, new, Value::Unknown]];
    }
    let field = |field: &FieldChange| {
        [
            Value::text(Some(&field.field)),
            Value::Text(field_values::exact_text(&field.old)),
            Value::Text(field_values::exact_text(&field.new)),
            Value::Unknown,
        ]
    };
    let tails: Vec<FieldColumns> = change.fields.iter().map(field).collect();
    if tails.is_empty() { vec![[const { Value::Unknown }; 4]] } else { tails }
}

/// The row of the resource that has the address now; where the address was is in the columns for the old place.
fn moved_address(moved: &MovedAddress) -> Vec<Value> {
    let head = ResourceColumns {
        change: "moved-address",
        kind: moved.kind,
        location: &moved.to.location,
        account_name: moved.to.account_name.as_deref(),
        name: moved.to.name.as_deref(),
        was: Some(&moved.from.location),
    };
    let address = || Value::text(Some(&moved.address));
    row(&head, [Value::text(Some(&moved.field)), address(), address(), Value::Unknown])
}

fn unknown(unknown: &UnknownRow) -> Vec<Value> {
    let head = ResourceColumns {
        change: "unknown",
        kind: unknown.kind,
        location: &unknown.location,
        account_name: unknown.account_name.as_deref(),
        name: unknown.name.as_deref(),
        was: None,
    };
    let (old, new) = match unknown.only_in {
        DiffSide::Old => ("present", "unknown"),
        DiffSide::New => ("unknown", "present"),
    };
    row(
        &head,
        [Value::Unknown, Value::text(Some(old)), Value::text(Some(new)), Value::text(Some(&unknown.reason))],
    )
}

/// An account is no resource, so it has no kind and no id besides its own.
fn account(account: &OneSidedAccount) -> Vec<Value> {
    let (old, new) = match account.only_in {
        DiffSide::Old => (Some("present"), None),
        DiffSide::New => (None, Some("present")),
    };
    let reason = change_text::account(account);
    let (id, name) = (Some(account.id.as_str()), account.name.as_deref());
    let whose = [Some("account"), None, Some(account.provider.as_str()), id, name];
    let tail = [None, old, new, Some(reason.as_str())];
    whose.into_iter().chain([None; 6]).chain(tail).map(Value::text).collect()
}

fn row(head: &ResourceColumns<'_>, tail: FieldColumns) -> Vec<Value> {
    let (location, was) = (head.location, head.was);
    let texts = [
        Some(head.change),
        Some(head.kind.as_str()),
        Some(location.provider.as_str()),
        location.account.as_deref(),
        head.account_name,
        location.region.as_deref(),
        Some(location.id.as_str()),
        head.name,
        was.and_then(|was| was.account.as_deref()),
        was.and_then(|was| was.region.as_deref()),
        was.map(|was| was.id.as_str()),
    ];
    texts.into_iter().map(Value::text).chain(tail).collect()
}
