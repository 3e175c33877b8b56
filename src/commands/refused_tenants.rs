//! Azure tenants that refuse a login. What was read of them before is missed now; and that they are left out is said
//! always, since no list shows it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::snapshot_lookup;
use crate::config::Settings;
use crate::model::{Account, Coverage, Inventory, Outcome, Subject};
use crate::snapshot::{Asked, Entry};
use crate::ui::Ui;
use crate::wording::counted;

/// Turns tenants that are left out into missed ones where the newest snapshot of the same scope that tells about them
/// has subscriptions of theirs.
pub fn compare_with_snapshots(
    coverage: &mut [Coverage],
    accounts: &[Account],
    asked: &Asked,
    settings: &Settings,
    ui: &Ui,
) {
    let mut open: Vec<String> =
        coverage.iter().filter_map(Coverage::left_out_tenant).map(str::to_ascii_lowercase).collect();
    if open.is_empty() {
        return;
    }
    let entries = match snapshot_lookup::store(settings).and_then(|store| snapshot_lookup::list(&store)) {
        Ok(entries) => entries,
        Err(error) => {
            ui.warn(&format!(
                "{error}; so it is not known whether the tenants that are left out were read before"
            ));
            return;
        }
    };
    let mut found = BTreeMap::new();
    for entry in entries.iter().rev() {
        open.retain(|tenant| match told(entry, asked, tenant) {
            Told::Nothing => true,
            Told::LeftOut => {
                found.remove(tenant);
                false
            }
            Told::Missed => {
                found
                    .entry(tenant.clone())
                    .or_insert_with(|| (format!("it was missed in snapshot {}", entry.name()), None));
                true
            }
            Told::Read(count) => {
                let subscriptions = counted(count, "subscription");
                found.insert(
                    tenant.clone(),
                    (format!("snapshot {} has {subscriptions} of it", entry.name()), Some(count)),
                );
                false
            }
        });
        if open.is_empty() {
            break;
        }
    }
    let now = Account::count_by_tenant(accounts);
    miss(coverage, |tenant| match found.get(tenant)? {
        // Its subscriptions may be listed by another tenant too (Azure Lighthouse).
        (_, Some(count)) if now.get(tenant) >= Some(count) => None,
        (words, _) => Some(words.clone()),
    });
}

/// Turns tenants that are left out into missed ones where the export before had subscriptions of theirs.
pub fn compare_with_export(inventory: &mut Inventory, before: &BTreeMap<String, usize>, taken_at: Timestamp) {
    let now = Account::count_by_tenant(&inventory.accounts);
    miss(&mut inventory.coverage, |tenant| {
        let count = before.get(tenant).filter(|count| now.get(tenant) < Some(count))?;
        Some(format!("the export of {taken_at} has {} of it", counted(*count, "subscription")))
    });
}

/// Says, also when quiet, which tenants could not be entered although nothing is missed for it.
pub fn warn_of_refusals(coverage: &[Coverage], ui: &Ui) {
    for entry in coverage.iter().filter(|entry| entry.kind == Subject::Credentials) {
        if let (Some(tenant), Some(detail)) = (entry.left_out_tenant(), &entry.detail) {
            ui.insist(&format!("nothing of Azure tenant {tenant} is in the inventory: {detail}"));
        }
    }
}

/// What a snapshot tells about a tenant.
enum Told {
    /// It is of another scope, or does not mention the tenant.
    Nothing,
    /// The tenant was left out, and nothing of it had been read before.
    LeftOut,
    /// The tenant could not be read.
    Missed,
    /// It has so many of the tenant's subscriptions.
    Read(usize),
}

fn told(entry: &Entry, asked: &Asked, tenant: &str) -> Told {
    let Ok(reader) = entry.open() else { return Told::Nothing };
    let Some(known) = reader.about().asked.clone().filter(|known| scope(known) == scope(asked)) else {
        return Told::Nothing;
    };
    let head = reader.read_head();
    // One that is damaged tells nothing; `snapshots verify` finds it.
    let Ok(head) = head else { return Told::Nothing };
    if let Some(count) = Account::count_by_tenant(&head.accounts).get(tenant) {
        return Told::Read(*count);
    }
    let is_it = |entry: &&Coverage| entry.tenant().is_some_and(|other| other.eq_ignore_ascii_case(tenant));
    match head.coverage.iter().find(is_it) {
        None => Told::Nothing,
        // Where every tenant was wanted, one that never let the login in was missed too.
        Some(entry) if entry.outcome.is_incomplete() && known.scope != asked.scope => Told::Nothing,
        Some(entry) if entry.outcome.is_incomplete() => Told::Missed,
        Some(_) => Told::LeftOut,
    }
}

/// Returns the scope that says which tenants are meant: `--all-azure-subscriptions` means no others.
fn scope(asked: &Asked) -> Vec<&String> {
    asked.scope.iter().filter(|word| !word.starts_with("azure.all-subscriptions=")).collect()
}

fn miss(coverage: &mut [Coverage], seen: impl Fn(&str) -> Option<String>) {
    for entry in coverage {
        let tenant = entry.left_out_tenant().map(str::to_ascii_lowercase);
        let Some(before) = tenant.as_deref().and_then(&seen) else { continue };
        entry.outcome = if entry.kind == Subject::Accounts { Outcome::Denied } else { Outcome::Failed };
        let why = entry.detail.as_deref().unwrap_or_default();
        let remedy = "to leave the tenant out, name those to read with --azure-tenant";
        entry.detail = Some(format!("{before} ({remedy}); now: {why}"));
    }
}
