//! What a scan is asked for, so that snapshots of one scope know each other.

use std::ffi::OsString;
use std::fs;

use crate::cli::source::LiveArgs;
use crate::config::Settings;
use crate::model::stable_hash;
use crate::snapshot::Asked;

/// The setting of a cloud that says how to read, not what.
const MANNER: &str = "azure.api";
/// The setting that is agreed on between two parties, and is nobody else's business.
pub const AGREED: &str = "aws.org-external-id";

/// Settings that name what is left out. Empty they are not noted, so that snapshots from before they existed match.
const EXCLUSIONS: [&str; 2] = ["aws.exclude-accounts", "azure.exclude-subscriptions"];

/// Variables that say what to read, or where it is.
const PLACES: [&str; 12] = [
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

/// Variables that say who signs in. No secret is among them.
const SIGNERS: [&str; 7] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_ROLE_SESSION_NAME",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_CONFIG_DIR",
    "HOME",
];

/// Variables any of which is enough to sign in by, wherever it is done. Without them it may be the machine that does:
/// the role of an instance is another one on another machine.
const SUFFICIENT: [&str; 6] = [
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AZURE_CLIENT_ID",
];

/// Sums up what `live` and the settings ask for.
pub fn asked(live: &LiveArgs, settings: &Settings) -> Asked {
    let mut scope = of_settings(settings);
    if let Some(shard) = live.scope.shard.as_ref().filter(|shard| !shard.is_whole()) {
        scope.push(format!("shard={shard}"));
    }
    if live.sandbox {
        // What goes wrong in it is not part of it.
        scope.push(match (&live.estate.estate, &live.estate.generate) {
            (Some(file), _) => format!("sandbox={}", file.display()),
            (None, Some(size)) => format!("sandbox={size}"),
            (None, None) => "sandbox".to_owned(),
        });
        return Asked::new(&scope, 0);
    }
    let variable = |name: &str| std::env::var_os(name);
    scope.extend(variables(&PLACES, variable));
    Asked::new(&scope, signer(variable, host))
}

fn of_settings(settings: &Settings) -> Vec<String> {
    let in_scope = |name: &str| {
        let of_scope = name == "providers" || name.starts_with("aws.") || name.starts_with("azure.");
        of_scope && name != MANNER
    };
    let entries = settings.entries().into_iter().filter(|entry| in_scope(entry.key.name));
    let said = |name: &str, value: String| match name {
        AGREED => format!("{name}={}", hashed(&value)),
        _ => format!("{name}={value}"),
    };
    let is_noted = |name: &str, value: &str| !(EXCLUSIONS.contains(&name) && value == "[]");
    let noted = entries.filter_map(|entry| Some((entry.key.name, entry.value?.to_string())));
    noted.filter(|(name, value)| is_noted(name, value)).map(|(name, value)| said(name, value)).collect()
}

/// Writes a value of which only a hash is kept.
pub fn hashed(value: &str) -> String {
    format!("#{:08x}", stable_hash(value.bytes()))
}

/// Hashes what says who signs in.
fn signer(variable: impl Fn(&str) -> Option<OsString> + Copy, host: impl Fn() -> Option<String>) -> u32 {
    let mut words: Vec<String> = variables(&SIGNERS, variable).collect();
    if variables(&SUFFICIENT, variable).next().is_none() {
        words.extend(host().map(|host| format!("host={host}")));
    }
    stable_hash(words.into_iter().flat_map(String::into_bytes))
}

/// Returns the machine's name, which the standard library does not tell: where Linux keeps it, or as a shell says it.
fn host() -> Option<String> {
    let kept = fs::read_to_string("/etc/hostname").ok().map(|text| text.trim().to_owned());
    let said = || std::env::var("HOSTNAME").or_else(|_| std::env::var("COMPUTERNAME")).ok();
    kept.filter(|name| !name.is_empty()).or_else(said)
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
    fn of(variables: &[(&str, &str)], host: &str) -> u32 {
        let value =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into());
        signer(value, || Some(host.to_owned()))
    }

    #[test]
    fn whoever_signs_in_by_the_machine_is_another_on_another_machine() {
        let home = ("HOME", "/root");
        assert_ne!(of(&[home], "one"), of(&[home], "two"));
        assert_eq!(of(&[home], "one"), of(&[home], "one"));
        for name in SUFFICIENT {
            assert_eq!(of(&[home, (name, "x")], "one"), of(&[home, (name, "x")], "two"), "{name}");
        }
        assert_ne!(
            of(&[home, ("AWS_PROFILE", "")], "one"),
            of(&[home, ("AWS_PROFILE", "")], "two"),
            "empty is unset"
        );
    }

    #[test]
    fn every_variable_that_names_a_signer_parts_them() {
        for name in SIGNERS {
            assert_ne!(of(&[(name, "a")], "one"), of(&[(name, "b")], "one"), "{name}");
        }
    }
}
