//! How changes and unknown rows read, the same in every format for people; nothing here drives a terminal.

use std::collections::BTreeSet;

use super::field_values;
use super::resource_facts::{self, Facts};
use crate::analysis::diff::{
    AddressHolder, ChangeKind, CollisionChange, DiffSide, FieldChange, MovedAddress, OneSidedAccount,
    ResourceLocation, RowChange, UnknownRow,
};
use crate::analysis::overlap::Member;
use crate::analysis::value::Value;
use crate::model::{Kind, Provider};
use crate::output::cell_text;
use crate::output::findings::finding_text::MarkedMember;
use crate::wording::counted_as;

/// The most prefixes or addresses of a resource that are named, unless nothing is cut.
const MAX_ITEMS: usize = 4;
/// The most characters of a text that are shown, unless nothing is cut.
const MAX_LENGTH: usize = 80;

/// Returns the sign before a change; they differ without colour, too.
pub(crate) const fn sign(what: ChangeKind) -> &'static str {
    match what {
        ChangeKind::Added => "+",
        ChangeKind::Removed => "-",
        ChangeKind::Changed => "~",
        ChangeKind::Moved => ">",
        ChangeKind::Replaced => "-/+",
    }
}

/// Returns anyone's text as it is shown: escaped, and unless `wide` ids of Azure cut to what tells them apart and long
/// texts to their beginning.
pub(crate) fn shown(text: &str, wide: bool) -> String {
    if wide {
        return id(text, true);
    }
    let short = id(text, false);
    match short.char_indices().nth(MAX_LENGTH) {
        Some((at, _)) if !text.starts_with("/subscriptions/") => format!("{}...", &short[..at]),
        _ => short,
    }
}

/// Returns an id as it is shown: whole, but for ids of Azure unless `wide`.
pub(crate) fn id(id: &str, wide: bool) -> String {
    if wide {
        cell_text::escape_unprintable(id)
    } else {
        cell_text::format_short(&Value::Text(id.to_owned()))
    }
}

/// Returns a value of a field.
pub(crate) fn value(value: &serde_json::Value, wide: bool) -> String {
    match value {
        serde_json::Value::Null => "(no value)".to_owned(),
        serde_json::Value::String(text) if text.is_empty() => "\"\"".to_owned(),
        serde_json::Value::String(text) => shown(text, wide),
        serde_json::Value::Array(elements) if elements.is_empty() => "(empty)".to_owned(),
        value => item(value, wide),
    }
}

/// Returns an element of a list; prefixes are never cut.
pub(crate) fn item(value: &serde_json::Value, wide: bool) -> String {
    if value.is_string() {
        return shown(field_values::exact_text(value).as_str(), wide);
    }
    let parts = field_values::parts(value);
    parts.iter().map(|part| shown(part, wide)).collect::<Vec<_>>().join(" ")
}

/// Returns the account and region of a place, with the account's name where known: `shop-prod (111111111111)`,
/// `eu-west-1`.
pub(crate) fn whereabouts(
    location: &ResourceLocation,
    account_name: Option<&str>,
    wide: bool,
) -> Vec<String> {
    let account = match (account_name, location.account.as_deref()) {
        (Some(name), Some(id)) => format!("{} ({})", shown(name, wide), shown(id, wide)),
        (None, Some(id)) => shown(id, wide),
        (_, None) => "account unknown".to_owned(),
    };
    let region = location.region.as_deref().map(|region| shown(region, wide));
    [account].into_iter().chain(region).collect()
}

/// Says where a change came from: where what moved was, or what was there before.
pub(crate) fn origin(change: &RowChange, wide: bool) -> Option<String> {
    let was = change.was.as_ref()?;
    if change.change == ChangeKind::Replaced {
        return Some(format!("instead of {}", id(&was.id, wide)));
    }
    let location = &change.location;
    let other = Some(&was.id).filter(|id| !id.eq_ignore_ascii_case(&location.id));
    let account = was.account.as_ref().filter(|account| Some(*account) != location.account.as_ref());
    let region = was.region.as_ref().filter(|region| Some(*region) != location.region.as_ref());
    let parts: Vec<String> =
        [other, account, region].into_iter().flatten().map(|part| id(part, wide)).collect();
    (!parts.is_empty()).then(|| format!("from {}", parts.join(" ")))
}

/// Says that it joined or left the groups that are compared.
pub(crate) fn membership(change: &RowChange) -> Option<String> {
    change.membership.map(|membership| membership.as_str().to_owned())
}

/// Returns what a resource that came or went is: what sort of thing, and its prefixes, addresses or networks.
pub(crate) fn facts(change: &RowChange, wide: bool) -> Option<String> {
    let Facts { sort, items, .. } = resource_facts::from_row(change.kind, change.row.as_ref()?);
    let separator = if change.kind == Kind::Links { " <-> " } else { " " };
    let most = if wide { usize::MAX } else { MAX_ITEMS };
    let named: Vec<String> = items.iter().take(most).map(|item| id(item, wide)).collect();
    let mut words: Vec<String> = sort.iter().map(|sort| shown(sort, wide)).collect();
    words.extend(Some(named.join(separator)).filter(|text| !text.is_empty()));
    words.extend((items.len() > most).then(|| format!("and {} more", items.len() - most)));
    (!words.is_empty()).then(|| words.join(" "))
}

/// Returns the display name, unless it says nothing that the id does not.
pub(crate) fn name<'t>(name: Option<&'t str>, id: &str) -> Option<&'t str> {
    name.filter(|name| {
        *name != id && !id.to_ascii_lowercase().ends_with(&format!("/{}", name.to_ascii_lowercase()))
    })
}

/// Returns a field's change in a line.
pub(crate) fn field(field: &FieldChange) -> String {
    let name = shown(&field.field, false);
    match (&field.added, &field.removed) {
        (Some(added), Some(removed)) => {
            let signed = |sign, items: &[serde_json::Value]| -> Vec<String> {
                items.iter().map(|one| format!("{sign}{}", item(one, false))).collect()
            };
            format!("{name}: {}", [signed('+', added), signed('-', removed)].concat().join(" "))
        }
        _ => format!("{name}: {} -> {}", value(&field.old, false), value(&field.new, false)),
    }
}

/// Counts rows by kind: `2 networks, 1 subnet`.
pub(crate) fn kinds(numbers: &[(Kind, usize)]) -> String {
    let parts = numbers.iter().map(|(kind, number)| counted_as(*number, kind.singular(), kind.as_str()));
    parts.collect::<Vec<_>>().join(", ")
}

/// Returns what tells an unknown row from others: kind, id, name.
pub(crate) fn unknown(unknown: &UnknownRow, wide: bool) -> Vec<String> {
    let UnknownRow { kind, location, .. } = unknown;
    let name = name(unknown.name.as_deref(), &location.id).map(|name| shown(name, wide));
    [kind.singular().to_owned(), id(&location.id, wide)].into_iter().chain(name).collect()
}

/// Says which resource has an address now, and which had it:
/// `public address 203.0.113.7: from instance i-0a1b (web-1) to i-0c2d (web-2) in shop-prod (111111111111) eu-west-1`.
pub(crate) fn moved_address(moved: &MovedAddress, wide: bool) -> String {
    let MovedAddress { address, field, kind, from, to } = moved;
    let sort = match field.as_str() {
        "public_ips" => "public address",
        "private_ips" => "private address",
        "private_prefixes" => "delegated prefix",
        "carrier_ips" => "carrier address",
        "customer_owned_ips" => "customer-owned address",
        other => &shown(other, wide),
    };
    let place = |holder: &AddressHolder| {
        whereabouts(&holder.location, holder.account_name.as_deref(), wide).join(" ")
    };
    let resource = |holder: &AddressHolder| {
        let id = &holder.location.id;
        let name = name(holder.name.as_deref(), id).map(|name| format!(" ({})", shown(name, wide)));
        self::id(id, wide) + &name.unwrap_or_default()
    };
    let (had, has) = (place(from), place(to));
    let had = if had == has { String::new() } else { format!(" in {had}") };
    format!(
        "{sort} {}: from {} {}{had} to {} in {has}",
        shown(address, wide),
        kind.singular(),
        resource(from),
        resource(to)
    )
}

/// Says that only one side has an account, in a sentence.
pub(crate) fn account(account: &OneSidedAccount) -> String {
    let OneSidedAccount { only_in, provider, id, name, rows } = account;
    let sort = if *provider == Provider::Azure { "subscription" } else { "account" };
    let name = name.as_ref().map(|name| format!(" ({name})")).unwrap_or_default();
    let rows = match rows {
        0 => "it has no resource that would be compared".to_owned(),
        1 => "its 1 resource is not compared".to_owned(),
        number => format!("its {number} resources are not compared"),
    };
    cell_text::escape_unprintable(&format!(
        "{provider} {sort} {id}{name} is {}; {rows}",
        self::only_in(*only_in)
    ))
}

/// Says which side has what the other lacks.
pub(crate) const fn only_in(side: DiffSide) -> &'static str {
    match side {
        DiffSide::Old => "only in the old inventory",
        DiffSide::New => "only in the new inventory",
    }
}

/// The mark of a member that came to a collision.
const CAME: &str = "new";
/// The mark of one that went.
const WENT: &str = "gone";

/// Lists the members that came or went, then the others; a long list is cut, and these are what it is about. Where a whole
/// collision came or went, no member is marked: its networks may have been there before, and a link joined them.
pub(crate) fn marked_members(collision: &CollisionChange) -> Vec<MarkedMember<'_>> {
    let marked: BTreeSet<&Member> = collision.came.iter().chain(&collision.went).collect();
    if collision.finding.members.iter().all(|member| marked.contains(member)) {
        return collision.finding.members.iter().map(|member| (member, None)).collect();
    }
    let came = collision.came.iter().map(|member| (member, Some(CAME)));
    let went = collision.went.iter().map(|member| (member, Some(WENT)));
    let others = collision.finding.members.iter().filter(|member| !marked.contains(member));
    came.chain(went).chain(others.map(|member| (member, None))).collect()
}
