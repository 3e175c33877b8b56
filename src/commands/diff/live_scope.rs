//! The scope in which `diff` reads the clouds for `live`: that of the older side, unless flags say otherwise. In another
//! scope, accounts that nobody meant to leave out would not be compared.

use std::fmt::Write as _;

use crate::analysis::diff::{Changes, DiffSide, OneSidedAccount};
use crate::cli::scope::ScopeArgs;
use crate::cli::source::LiveArgs;
use crate::clouds;
use crate::commands::overrides::known;
use crate::commands::scan_fingerprint::{self, asked};
use crate::config::{ConfigFile, Overrides, Settings, Variables};
use crate::error::Error;
use crate::snapshot::Asked;
use crate::ui::Ui;

/// What to read for `live`.
pub struct LiveScope {
    /// The settings, with the scope of the older side.
    pub settings: Settings,
    /// The flags, with the shard of the older side.
    pub live: LiveArgs,
}

impl LiveScope {
    /// Takes the scope of the older side, which is called `name` and was `asked` for this; `flags` win over it.
    ///
    /// # Errors
    /// When the older side is of the sandbox and `live` is not, or its scope cannot be repeated.
    pub fn of(
        (name, asked): (&str, Option<&Asked>),
        live: &LiveArgs,
        flags: &Overrides,
        settings: &Settings,
        ui: &Ui,
    ) -> Result<Self, Error> {
        let mut scope = Self { settings: settings.clone(), live: live.clone() };
        let Some(old) = asked else { return Ok(scope) };
        match (old.scope.iter().any(|setting| is_sandbox(setting)), live.sandbox) {
            (true, false) => {
                return Err(Error::usage(format!(
                    "{name} was taken of the sandbox, and `live` would read the clouds"
                ))
                .remedy(format!("write: netcensus diff {name} live --sandbox")));
            }
            // The user said so, and the sandbox has none of the accounts that the scope may name.
            (false, true) => return Ok(scope),
            (true, true) | (false, false) => {}
        }
        let of_old = resolve(name, old, flags, settings)?;
        scope.settings.providers = of_old.providers;
        scope.settings.aws = of_old.aws;
        // How to read Azure is no part of the scope.
        let api = scope.settings.azure.api;
        scope.settings.azure = of_old.azure;
        scope.settings.azure.api = api;
        let shard = old.scope.iter().find_map(|setting| setting.strip_prefix("shard=")?.parse().ok());
        scope.live.scope.shard = live.scope.shard.clone().or(shard);
        scope.say(name, &scan_fingerprint::asked(live, settings), ui);
        Ok(scope)
    }

    /// Says what is read otherwise than the configuration alone would have it.
    fn say(&self, name: &str, configured: &Asked, ui: &Ui) {
        let now = asked(&self.live, &self.settings).scope;
        let taken: Vec<String> =
            now.into_iter().filter(|setting| !configured.scope.contains(setting)).collect();
        if !taken.is_empty() {
            ui.status(&format!("live is read in the scope of {name}: {}", taken.join("; ")));
        }
    }
}

/// Puts the settings together as if the scope of the older side were the configuration file.
fn resolve(name: &str, old: &Asked, flags: &Overrides, settings: &Settings) -> Result<Settings, Error> {
    let mut text = String::new();
    for setting in &old.scope {
        let Some((key, value)) = setting.split_once('=') else { continue };
        let value = match key {
            // To ask for every cloud is to ask for none by name.
            "providers" if is_every_provider(value) => continue,
            scan_fingerprint::AGREED => external_id(name, value, flags, settings)?,
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
    known(|known| Settings::resolve(Some(&file), &flags, known)).map_err(|error| {
        Error::usage(format!("live cannot be read in the scope of {name}"))
            .caused_by(&error)
            .remedy("say by flags which accounts to read, such as --aws-profile or --azure-subscription")
    })
}

fn is_sandbox(setting: &str) -> bool {
    setting == "sandbox" || setting.starts_with("sandbox=")
}

fn is_every_provider(value: &str) -> bool {
    let names: Vec<String> = clouds::compiled_in().iter().map(|name| format!("\"{name}\"")).collect();
    value == format!("[{}]", names.join(", "))
}

/// Finds the external id of which the older side keeps a hash: the configuration or a flag has to say it.
fn external_id(name: &str, hash: &str, flags: &Overrides, settings: &Settings) -> Result<String, Error> {
    let configured = settings.aws.org_external_id.value.as_ref().map(|id| format!("{id:?}"));
    configured
        .filter(|id| flags.aws.org_external_id.is_some() || scan_fingerprint::hashed(id) == hash)
        .ok_or_else(|| {
            Error::usage(format!("{name} was taken with an external id that is not the configured one"))
                .remedy("give it with --aws-org-external-id; a snapshot keeps a hash of it only")
        })
}

/// Notes the accounts of the older side that were not read for `live` although no flag left them out: whether they are
/// the same is unknown. Of one scope, an account that is not there any more is gone.
pub fn note_unread(changes: Changes, args: &ScopeArgs) -> Changes {
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
        "accounts of {} that were not read for live, and that no flag left out: {} ({}{more})",
        changes.old.name,
        unread.len(),
        names.join(", ")
    );
    changes.with_missing(message)
}
