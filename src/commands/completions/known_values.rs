//! Values that this machine knows: of the configuration files and of the newest snapshot.
//!
//! What cannot be read completes nothing; the command itself reports it when it runs.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use clap_complete::CompletionCandidate;
use jiff::Timestamp;

use super::typed_line;
use crate::cli::global::GlobalArgs;
use crate::clouds;
use crate::commands::{inventory_source, overrides, snapshot_lookup};
use crate::config::{AzureApi, AzureCloud, Overrides, Settings};
use crate::model::{Account, Inventory, Network, Provider};
use crate::snapshot::{self, SnapshotEntry};
use crate::wording::age;

/// How many networks are looked at for their regions, about.
const MAX_NETWORKS: usize = 2_000;

/// Values that may follow.
pub type Candidates = Vec<CompletionCandidate>;

fn candidates<T: Into<std::ffi::OsString>>(values: impl IntoIterator<Item = T>) -> Candidates {
    values.into_iter().map(CompletionCandidate::new).collect()
}

/// Lists the clouds.
pub fn providers() -> Candidates {
    candidates(clouds::compiled_in().into_iter().map(Provider::as_str))
}

/// Lists the ways to read Azure.
pub fn azure_apis() -> Candidates {
    candidates(AzureApi::ALL.map(AzureApi::as_str))
}

/// Lists the clouds of Azure.
pub fn azure_clouds() -> Candidates {
    candidates(AzureCloud::ALL.map(AzureCloud::as_str))
}

/// Lists the AWS profiles that have something to sign in with.
pub fn aws_profiles() -> Candidates {
    #[cfg(feature = "aws")]
    let names = clouds::aws::sign_in_profiles();
    #[cfg(not(feature = "aws"))]
    let names: Vec<String> = Vec::new();
    candidates(names.into_iter().filter(|name| needs_no_quotes(name)))
}

/// Lists the regions of AWS that the newest snapshot read.
pub fn regions() -> Candidates {
    let coverage = newest_head().map(|head| head.coverage).unwrap_or_default();
    let regions: BTreeSet<String> = coverage
        .into_iter()
        .filter(|entry| entry.provider == Provider::Aws)
        .filter_map(|entry| entry.region)
        .collect();
    candidates(regions)
}

/// Lists the regions of both clouds: those that the newest snapshot read, and those of its first networks. Azure is read
/// without naming regions.
pub fn all_regions() -> Candidates {
    let read = newest_head().map(|head| head.coverage).unwrap_or_default();
    let mut regions: BTreeSet<String> = read.into_iter().filter_map(|entry| entry.region).collect();
    regions.extend(settings().and_then(|settings| regions_of_networks(&settings)).unwrap_or_default());
    candidates(regions)
}

/// Reads the first networks of the newest snapshot that can be read. A shell waits for the answer.
fn regions_of_networks(settings: &Settings) -> Option<BTreeSet<String>> {
    let read = |entry: &SnapshotEntry| {
        let (mut regions, mut rows) = (BTreeSet::new(), 0);
        let take = |networks: Vec<Network>| {
            rows += networks.len();
            regions.extend(networks.into_iter().map(|network| network.region));
            if rows < MAX_NETWORKS { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        };
        entry.open().ok()?.each(take).ok()?;
        Some(regions)
    };
    entries(settings)?.iter().rev().find_map(read)
}

/// Lists names and ids of the AWS accounts of the newest snapshot.
pub fn aws_accounts() -> Candidates {
    accounts(|account| account.provider == Provider::Aws)
}

/// Lists names and ids of the Azure subscriptions of the newest snapshot.
pub fn azure_subscriptions() -> Candidates {
    accounts(|account| account.provider == Provider::Azure)
}

/// Lists names and ids of the accounts and subscriptions of the newest snapshot.
pub fn all_accounts() -> Candidates {
    accounts(|_| true)
}

fn accounts(is_wanted: impl Fn(&Account) -> bool) -> Candidates {
    let accounts = newest_head().map(|head| head.accounts).unwrap_or_default();
    let mut found = Vec::new();
    for account in accounts.iter().filter(|account| is_wanted(account)) {
        let name = account.display_name();
        if let Some(name) = name.filter(|name| needs_no_quotes(name)) {
            found.push(CompletionCandidate::new(name).help(Some(account.id.clone().into())));
        }
        found.push(CompletionCandidate::new(&account.id).help(name.map(|name| name.to_owned().into())));
    }
    found
}

/// Lists the groups of the configuration file.
pub fn groups() -> Candidates {
    settings().map(|settings| candidates(settings.groups.value.keys().cloned())).unwrap_or_default()
}

/// Lists the pools of the configuration file.
pub fn pools() -> Candidates {
    let names = |settings: Settings| candidates(settings.pools.value.into_iter().map(|pool| pool.name));
    settings().map(names).unwrap_or_default()
}

/// Lists the channels of the configuration file.
pub fn channels() -> Candidates {
    settings().map(|settings| candidates(settings.notify.value.keys().cloned())).unwrap_or_default()
}

/// Lists the templates of the configuration file.
pub fn templates() -> Candidates {
    let names =
        |settings: Settings| candidates(settings.export.templates.value.into_iter().map(|it| it.name));
    settings().map(names).unwrap_or_default()
}

/// Lists the names of the saved snapshots, newest first.
pub fn snapshots() -> Candidates {
    let now = Timestamp::now();
    let entries = settings().and_then(|settings| entries(&settings)).unwrap_or_default();
    let names = snapshot::name_snapshots(&entries, &snapshot::scopes_set_aside(&entries, false), now);
    let described = names.into_iter().zip(&entries).rev().map(|(name, entry)| {
        let old = format!("{} ago", age(now.duration_since(entry.taken_at)));
        CompletionCandidate::new(name).help(Some(old.into()))
    });
    described.collect()
}

/// Tells whether shells take a text as it is.
fn needs_no_quotes(text: &str) -> bool {
    let is_plain = |character: char| character.is_alphanumeric() || "-_.@/+".contains(character);
    !text.is_empty() && text.chars().all(is_plain)
}

/// Returns the settings, as far as they do not depend on flags other than `--config` and `--store`.
fn settings() -> Option<Settings> {
    let global = GlobalArgs { config: typed_line::path_of("--config"), ..GlobalArgs::default() };
    let flags =
        Overrides { store: typed_line::path_of("--store"), ..overrides::from_flags(None, None, &global) };
    overrides::resolve_settings(&global, &flags).ok()
}

fn entries(settings: &Settings) -> Option<Vec<SnapshotEntry>> {
    let store = snapshot_lookup::open_store(settings).ok()?;
    snapshot_lookup::list_snapshots(&store).ok()
}

/// Reads the accounts and the coverage of the newest snapshot that can be read, and none of its rows.
fn newest_head() -> Option<Inventory> {
    let settings = settings()?;
    let entries = entries(&settings)?;
    let read = |entry: &SnapshotEntry| entry.open().ok()?.read_head().ok();
    let aside = snapshot::scopes_set_aside(&entries, false);
    let mut head = entries.iter().rev().filter(|entry| !aside.contains(&entry.scope)).find_map(read)?;
    inventory_source::name_accounts(&mut head, &settings);
    Some(head)
}
