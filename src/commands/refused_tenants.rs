//! Azure tenants that refuse the login. A tenant that an earlier snapshot or export contains is now missing, and makes the
//! scan incomplete. Any other is left out with a warning, because no list shows it.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::snapshot_lookup;
use crate::config::Settings;
use crate::model::{Account, Coverage, Inventory, Outcome, Subject};
use crate::snapshot::{ScanRequest, SnapshotEntry};
use crate::ui::Ui;
use crate::wording::counted;

/// Marks left-out tenants as missing if the newest snapshot of the same scope that mentions them contains subscriptions of
/// theirs.
pub fn compare_with_snapshots(
    coverage: &mut [Coverage],
    accounts: &[Account],
    asked: &ScanRequest,
    settings: &Settings,
    ui: &Ui,
) {
    let open: Vec<String> =
        coverage.iter().filter_map(Coverage::left_out_tenant).map(str::to_ascii_lowercase).collect();
    if open.is_empty() {
        return;
    }
    let entries = match snapshot_lookup::open_store(settings)
        .and_then(|store| snapshot_lookup::list_snapshots(&store))
    {
        Ok(entries) => entries,
        Err(error) => {
            ui.warn(&format!(
                "{error}; so it is unknown whether the tenants that were left out have been read before"
            ));
            return;
        }
    };
    let found = search_snapshots(&entries, asked, open);
    let now = Account::count_by_tenant(accounts);
    mark_missing(coverage, |tenant| match found.get(tenant)? {
        // Its subscriptions may be listed by another tenant too (Azure Lighthouse).
        (_, Some(count)) if now.get(tenant) >= Some(count) => None,
        (words, _) => Some(words.clone()),
    });
}

/// What a snapshot says of a tenant, in words, and how many of its subscriptions it has.
type TenantMemory = (String, Option<usize>);

/// Goes through the snapshots, the newest first, until each of the `open` tenants is found read or left out.
fn search_snapshots(
    entries: &[SnapshotEntry],
    asked: &ScanRequest,
    mut open: Vec<String>,
) -> BTreeMap<String, TenantMemory> {
    let mut found = BTreeMap::new();
    for entry in entries.iter().rev() {
        open.retain(|tenant| match evidence_in_snapshot(entry, asked, tenant) {
            TenantEvidence::Nothing => true,
            TenantEvidence::LeftOut => {
                found.remove(tenant);
                false
            }
            TenantEvidence::Missed => {
                found
                    .entry(tenant.clone())
                    .or_insert_with(|| (format!("snapshot {} could not read it", entry.name()), None));
                true
            }
            TenantEvidence::Read(count) => {
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
    found
}

/// Marks left-out tenants as missing if the last export contained subscriptions of theirs.
pub fn compare_with_export(inventory: &mut Inventory, before: &BTreeMap<String, usize>, taken_at: Timestamp) {
    let now = Account::count_by_tenant(&inventory.accounts);
    mark_missing(&mut inventory.coverage, |tenant| {
        let count = before.get(tenant).filter(|count| now.get(tenant) < Some(count))?;
        Some(format!("the export of {taken_at} has {} of it", counted(*count, "subscription")))
    });
}

/// Warns, even with `--quiet`, of tenants that are left out.
pub fn warn_of_refusals(coverage: &[Coverage], ui: &Ui) {
    for entry in coverage.iter().filter(|entry| entry.kind == Subject::Credentials) {
        if let (Some(tenant), Some(detail)) = (entry.left_out_tenant(), &entry.detail) {
            ui.warn_always(&format!("nothing of Azure tenant {tenant} is in the inventory: {detail}"));
        }
    }
}

/// What a snapshot says about a tenant.
enum TenantEvidence {
    /// It is of another scope, or does not mention the tenant.
    Nothing,
    /// The tenant was left out, and nothing of it had been read before.
    LeftOut,
    /// The tenant could not be read.
    Missed,
    /// It has so many of the tenant's subscriptions.
    Read(usize),
}

fn evidence_in_snapshot(entry: &SnapshotEntry, asked: &ScanRequest, tenant: &str) -> TenantEvidence {
    let Ok(reader) = entry.open() else { return TenantEvidence::Nothing };
    let Some(known) = reader
        .about()
        .asked
        .clone()
        .filter(|known| scope_without_all_tenants(known) == scope_without_all_tenants(asked))
    else {
        return TenantEvidence::Nothing;
    };
    let head = reader.read_head();
    // A damaged one is no evidence; `snapshots verify` finds it.
    let Ok(head) = head else { return TenantEvidence::Nothing };
    if let Some(count) = Account::count_by_tenant(&head.accounts).get(tenant) {
        return TenantEvidence::Read(*count);
    }
    let is_it = |entry: &&Coverage| entry.tenant().is_some_and(|other| other.eq_ignore_ascii_case(tenant));
    match head.coverage.iter().find(is_it) {
        None => TenantEvidence::Nothing,
        // Where every tenant was wanted, one that never let the login in was missed too.
        Some(entry) if entry.outcome.is_incomplete() && known.scope != asked.scope => TenantEvidence::Nothing,
        Some(entry) if entry.outcome.is_incomplete() => TenantEvidence::Missed,
        Some(_) => TenantEvidence::LeftOut,
    }
}

/// Returns the scope that says which tenants are meant: `--all-azure-subscriptions` means no others.
fn scope_without_all_tenants(asked: &ScanRequest) -> Vec<&String> {
    asked.scope.iter().filter(|word| !word.starts_with("azure.all-subscriptions=")).collect()
}

fn mark_missing(coverage: &mut [Coverage], seen: impl Fn(&str) -> Option<String>) {
    for entry in coverage {
        let tenant = entry.left_out_tenant().map(str::to_ascii_lowercase);
        let Some(before) = tenant.as_deref().and_then(&seen) else { continue };
        entry.outcome = if entry.kind == Subject::Accounts { Outcome::Denied } else { Outcome::Failed };
        let why = entry.detail.as_deref().unwrap_or_default();
        let remedy = "to leave the tenant out, name those to read with --azure-tenant";
        entry.detail = Some(format!("{before} ({remedy}); now: {why}"));
    }
}
