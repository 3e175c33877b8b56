//! What a scan is asked for, so that snapshots of one scope know each other.

use crate::cli::source::LiveArgs;
use crate::config::Settings;
use crate::model::stable_hash;
use crate::snapshot::Asked;

/// Settings that say how to read, not what.
const MANNERS: [&str; 4] = ["concurrency", "timeout", "azure.api", "store"];

/// Variables that say what to read, or where it is.
const PLACES: [&str; 8] = [
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ENDPOINT_URL",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_TOKEN_CREDENTIALS",
];

/// Variables that say who signs in. No secret is among them.
const SIGNERS: [&str; 5] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AZURE_CONFIG_DIR",
    "HOME",
];

/// Sums up what `live` and the settings ask for.
pub fn asked(live: &LiveArgs, settings: &Settings) -> Asked {
    let entries = settings.entries().into_iter();
    let in_scope = |name: &str| {
        let of_scope = name == "providers" || name.starts_with("aws.") || name.starts_with("azure.");
        of_scope && !MANNERS.contains(&name)
    };
    let mut scope: Vec<String> = entries
        .filter(|entry| in_scope(entry.key.name))
        .filter_map(|entry| Some(format!("{}={}", entry.key.name, entry.value?)))
        .collect();
    if let Some(shard) = live.scope.shard.as_ref().filter(|shard| !shard.is_whole()) {
        scope.push(format!("shard={shard}"));
    }
    if live.sandbox {
        // What goes wrong in it is not part of it.
        let (file, size) = (&live.estate.estate, &live.estate.generate);
        scope.push(format!("sandbox={file:?} {size:?}"));
        return Asked { scope, signer: 0 };
    }
    scope.extend(variables(&PLACES));
    Asked { scope, signer: stable_hash(variables(&SIGNERS).flat_map(String::into_bytes)) }
}

fn variables(names: &'static [&'static str]) -> impl Iterator<Item = String> {
    let value = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    names.iter().filter_map(move |name| Some(format!("{name}={}", value(name)?.to_string_lossy())))
}
