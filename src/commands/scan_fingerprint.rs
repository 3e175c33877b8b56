//! The fingerprint of a scan: what it is asked for, so that snapshots of the same scope are recognised.

use std::ffi::OsString;
use std::fs;

use crate::cli::source::LiveArgs;
use crate::config::Settings;
use crate::model::stable_hash;
use crate::snapshot::ScanRequest;

/// A setting that says how to read, not what, so it is not part of the fingerprint.
const API_SETTING: &str = "azure.api";
/// A setting that is a shared secret, of which only a hash is kept.
pub const EXTERNAL_ID_SETTING: &str = "aws.org-external-id";

/// Settings that say what to call accounts, not which are read.
const NAMES: [&str; 2] = ["aws.names", "azure.names"];

/// Settings that narrow the accounts. They are left out when they are empty, so that snapshots of versions without these
/// settings still match.
const NARROWING: [&str; 3] = ["aws.accounts", "aws.exclude-accounts", "azure.exclude-subscriptions"];

/// Variables that say what to read, or where it is.
const SCOPE_VARIABLES: [&str; 12] = [
    "AWS_PROFILE",
    "AWS_ROLE_ARN",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_EC2",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_ORGANIZATIONS",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_AUTHORITY_HOST",
    "AZURE_TOKEN_CREDENTIALS",
];

/// Variables that say who signs in. None of them is a secret.
const SIGNER_VARIABLES: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_CONFIG_DIR",
    "HOME",
];

/// Variables that say who signs in whatever the machine is. Without any of them, the machine itself may sign in, as with
/// the role of an instance.
const MACHINE_INDEPENDENT: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_CLIENT_ID",
];

/// Sums up what the flags and the settings ask for.
pub fn scan_fingerprint(live: &LiveArgs, settings: &Settings) -> ScanRequest {
    let mut scope = settings_in_scope(settings);
    if let Some(shard) = live.scope.shard.as_ref().filter(|shard| !shard.is_whole()) {
        scope.push(format!("shard={shard}"));
    }
    if live.sandbox {
        // Faults that are injected into it are not part of its scope.
        scope.push(match (&live.estate.estate, &live.estate.generate) {
            (Some(file), _) => format!("sandbox={}", file.display()),
            (None, Some(size)) => format!("sandbox={size}"),
            (None, None) => "sandbox".to_owned(),
        });
        return ScanRequest::new(&scope, 0);
    }
    let variable = |name: &str| std::env::var_os(name);
    scope.extend(variables(&SCOPE_VARIABLES, variable));
    ScanRequest::new(&scope, signer(variable, host_name))
}

fn settings_in_scope(settings: &Settings) -> Vec<String> {
    let in_scope = |name: &str| {
        let of_scope = name == "providers" || name.starts_with("aws.") || name.starts_with("azure.");
        of_scope && name != API_SETTING && !NAMES.contains(&name)
    };
    let entries = settings.entries().into_iter().filter(|entry| in_scope(entry.key.name));
    let written = |name: &str, value: String| match name {
        EXTERNAL_ID_SETTING => format!("{name}={}", hash_value(&value)),
        _ => format!("{name}={value}"),
    };
    let is_kept = |name: &str, value: &str| !(NARROWING.contains(&name) && value == "[]");
    let values = entries.filter_map(|entry| Some((entry.key.name, entry.value?.to_string())));
    values.filter(|(name, value)| is_kept(name, value)).map(|(name, value)| written(name, value)).collect()
}

/// Replaces a value by its hash.
pub fn hash_value(value: &str) -> String {
    format!("#{:08x}", stable_hash(value.bytes()))
}

/// Hashes what says who signs in.
fn signer(variable: impl Fn(&str) -> Option<OsString> + Copy, host: impl Fn() -> Option<String>) -> u32 {
    let mut words: Vec<String> = variables(&SIGNER_VARIABLES, variable).collect();
    if variables(&MACHINE_INDEPENDENT, variable).next().is_none() {
        words.extend(host().map(|host| format!("host={host}")));
    }
    stable_hash(words.into_iter().flat_map(String::into_bytes))
}

/// Returns the name of the machine, which the standard library cannot: from the file that Linux has, or from the shell.
fn host_name() -> Option<String> {
    let of_system = fs::read_to_string("/etc/hostname").ok().map(|text| text.trim().to_owned());
    let of_shell = || std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME")).ok();
    of_system.filter(|name| !name.is_empty()).or_else(of_shell)
}

fn variables(
    names: &'static [&'static str],
    variable: impl Fn(&str) -> Option<OsString>,
) -> impl Iterator<Item = String> {
    let value = move |name| variable(name).filter(|value| !value.is_empty());
    names.iter().filter_map(move |name| Some(format!("{name}={}", value(name)?.to_string_lossy())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hashes who signs in where these variables are set, on the machine `host`.
    fn hash(variables: &[(&str, &str)], host: &str) -> u32 {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        signer(value, || Some(host.to_owned()))
    }

    #[test]
    fn without_variables_the_machine_is_part_of_the_signer() {
        let home = ("HOME", "/root");
        assert_ne!(hash(&[home], "one"), hash(&[home], "two"));
        assert_eq!(hash(&[home], "one"), hash(&[home], "one"));
        for name in MACHINE_INDEPENDENT {
            assert_eq!(hash(&[home, (name, "x")], "one"), hash(&[home, (name, "x")], "two"), "{name}");
        }
        assert_ne!(
            hash(&[home, ("AWS_PROFILE", "")], "one"),
            hash(&[home, ("AWS_PROFILE", "")], "two"),
            "empty is unset"
        );
    }

    #[test]
    fn every_variable_that_names_a_signer_changes_the_hash() {
        for name in SIGNER_VARIABLES {
            assert_ne!(hash(&[(name, "a")], "one"), hash(&[(name, "b")], "one"), "{name}");
        }
    }
}
