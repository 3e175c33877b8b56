//! The scope in which `diff` scans for `live`: that of the older side, unless flags select another. In another scope,
//! accounts that were not excluded would not be compared.

use std::fmt::Write as _;

use crate::analysis::diff::{Changes, DiffSide, OneSidedAccount};
use crate::cli::scope::ScopeArgs;
use crate::cli::source::LiveArgs;
use crate::clouds;
use crate::commands::overrides::with_config_names;
use crate::commands::scan_fingerprint::{EXTERNAL_ID_SETTING, hash_value, scan_fingerprint};
use crate::config::{AwsSettings, AzureSettings, ConfigFile, Overrides, Settings, Variables};
use crate::error::Error;
use crate::snapshot::ScanRequest;
use crate::ui::Ui;
use crate::wording::shell_quoted;

/// What to read for `live`.
pub struct LiveScope {
    /// The settings, with the scope of the older side.
    pub settings: Settings,
    /// The flags, with the shard of the older side.
    pub live: LiveArgs,
}

impl LiveScope {
    /// Takes the scope of the older side: its name, and what it was asked for. Flags win over it.
    ///
    /// # Errors
    /// When the older side is of the sandbox and `live` is not, or its scope cannot be repeated.
    pub fn from_older_side(
        (name, asked): (&str, Option<&ScanRequest>),
        live: &LiveArgs,
        flags: &Overrides,
        settings: &Settings,
        ui: &Ui,
    ) -> Result<Self, Error> {
        let mut scope = Self { settings: settings.clone(), live: live.clone() };
        let Some(old) = asked else { return Ok(scope) };
        match (old.is_of_sandbox(), live.sandbox) {
            (true, false) => {
                return Err(Error::usage(format!(
                    "{name} was taken from the sandbox, but `live` would scan the clouds"
                ))
                .remedy(format!("write: netcensus diff {} live --sandbox", shell_quoted(name))));
            }
            // The flag wins, and the sandbox has none of the accounts that the scope may name.
            (false, true) => return Ok(scope),
            (true, true) | (false, false) => {}
        }
        let of_old = resolve_settings(name, old, flags, settings)?;
        scope.settings.providers = of_old.providers;
        // What accounts are called, and how Azure is read, are not part of the scope.
        scope.settings.aws = AwsSettings { names: scope.settings.aws.names, ..of_old.aws };
        let AzureSettings { names, api, .. } = scope.settings.azure;
        scope.settings.azure = AzureSettings { names, api, ..of_old.azure };
        let shard = old.scope.iter().find_map(|setting| setting.strip_prefix("shard=")?.parse().ok());
        scope.live.scope.shard = live.scope.shard.clone().or(shard);
        scope.report(name, &scan_fingerprint(live, settings), ui);
        Ok(scope)
    }

    /// Reports the settings that the older side has and the configuration has not.
    fn report(&self, name: &str, configured: &ScanRequest, ui: &Ui) {
        let now = scan_fingerprint(&self.live, &self.settings).scope;
        let taken: Vec<String> =
            now.into_iter().filter(|setting| !configured.scope.contains(setting)).collect();
        if !taken.is_empty() {
            ui.status(&format!("live is scanned in the scope of {name}: {}", taken.join("; ")));
        }
    }
}

/// Puts the settings together as if the scope of the older side were the configuration file.
fn resolve_settings(
    name: &str,
    old: &ScanRequest,
    flags: &Overrides,
    settings: &Settings,
) -> Result<Settings, Error> {
    let mut text = String::new();
    for setting in &old.scope {
        let Some((key, value)) = setting.split_once('=') else { continue };
        let value = match key {
            // Every cloud is the default, which must not count as asking for each by name.
            "providers" if is_every_provider(value) => continue,
            EXTERNAL_ID_SETTING => external_id(name, value, flags, settings)?,
            _ if key == "providers" || key.starts_with("aws.") || key.starts_with("azure.") => {
                value.to_owned()
            }
            _ => continue,
        };
        let _ = writeln!(text, "{key} = {value}");
    }
    let file = ConfigFile::of_text(format!("the scope of {name}").into(), text);
    // The scope replaces the configuration, and with it the variables.
    let flags = Overrides { variables: Variables::default(), ..flags.clone() };
    with_config_names(|names| Settings::resolve(Some(&file), &flags, names)).map_err(|error| {
        Error::usage(format!("live cannot be scanned in the scope of {name}"))
            .with_source(&error)
            .remedy("select the accounts with flags such as --aws-profile or --azure-subscription")
    })
}

fn is_every_provider(value: &str) -> bool {
    let names: Vec<String> = clouds::compiled_in().iter().map(|name| format!("\"{name}\"")).collect();
    value == format!("[{}]", names.join(", "))
}

/// Returns the configured external id if it has the hash that the older side contains.
fn external_id(name: &str, hash: &str, flags: &Overrides, settings: &Settings) -> Result<String, Error> {
    let configured = settings.aws.org_external_id.value.as_ref().map(|id| format!("{id:?}"));
    configured.filter(|id| flags.aws.org_external_id.is_some() || hash_value(id) == hash).ok_or_else(|| {
        Error::usage(format!("{name} was taken with another external id than the configured one"))
            .remedy("set --aws-org-external-id; a snapshot contains only a hash of it")
    })
}

/// Adds the accounts of the older side that were not read for `live` although no flag excludes them: it is unknown
/// whether they changed. If both sides have the same scope, such an account is closed.
pub fn add_unread_accounts(changes: Changes, args: &ScopeArgs) -> Changes {
    if changes.same_scope || *args != ScopeArgs::default() {
        return changes;
    }
    let unread: Vec<&OneSidedAccount> =
        changes.accounts.iter().filter(|account| account.only_in == DiffSide::Old).collect();
    let names: Vec<String> =
        unread.iter().take(3).map(|account| format!("{} {}", account.provider, account.id)).collect();
    if names.is_empty() {
        return changes;
    }
    let more = if unread.len() > names.len() { ", ..." } else { "" };
    let message = format!(
        "accounts of {} that were not read for live, although no flag excludes them: {} ({}{more})",
        changes.old.name,
        unread.len(),
        names.join(", ")
    );
    changes.with_missing(message)
}
