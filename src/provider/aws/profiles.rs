//! The profiles of the AWS configuration files: which are meant, and how each one signs in.

use std::collections::HashSet;

use aws_config::profile::ProfileSet;
use aws_types::os_shim_internal::{Env, Fs};

use super::connection::Connection;

use super::session::Login;
use crate::config::Patterns;
use crate::provider::{NoAccount, names};

/// Reads the profiles from where the SDK reads them (`AWS_CONFIG_FILE`, `AWS_SHARED_CREDENTIALS_FILE`).
///
/// # Errors
/// When a file cannot be read or parsed; the SDK's message names it.
pub async fn load(connection: &Connection) -> Result<ProfileSet, NoAccount> {
    aws_config::profile::load(&Fs::real(), &Env::real(), &connection.files(), None).await.map_err(|error| {
        let cause = std::error::Error::source(&error).map(ToString::to_string);
        NoAccount::misnamed("the AWS configuration files cannot be read")
            .detail(cause.unwrap_or_else(|| error.to_string()))
    })
}

/// Picks the profiles that `wanted` matches, in alphabetical order; all that sign in when `all`.
///
/// # Errors
/// When a pattern matches no profile.
pub fn pick(set: &ProfileSet, wanted: &Patterns, all: bool) -> Result<Vec<String>, NoAccount> {
    let names = names_of(set);
    if all {
        let able = names.into_iter().filter(|name| signs_in(set, name));
        let able: Vec<String> = able.map(str::to_owned).collect();
        return if able.is_empty() { Err(none_signs_in()) } else { Ok(able) };
    }
    names::all_match(wanted, &names, "AWS profile")?;
    Ok(names.into_iter().filter(|name| wanted.matches(name)).map(str::to_owned).collect())
}

/// Tells whether any profile has something to sign in with. Then AWS is configured here, if not for those who name
/// no profile.
pub fn any_signs_in(set: &ProfileSet) -> bool {
    names_of(set).into_iter().any(|name| signs_in(set, name))
}

fn signs_in(set: &ProfileSet, name: &str) -> bool {
    set.get_profile(name).is_some_and(|profile| Method::of(profile).is_some())
}

/// Lists the profiles in alphabetical order.
pub fn names_of(set: &ProfileSet) -> Vec<&str> {
    let mut names: Vec<&str> = set.profiles().collect();
    names.sort_unstable();
    names
}

/// Tells whether `name` has an endpoint of its own, whose silence says nothing about AWS, nor AWS' about it.
pub fn has_own_endpoint(set: &ProfileSet, name: &str) -> bool {
    let profile = set.get_profile(name);
    profile.is_some_and(|profile| profile.get("endpoint_url").or(profile.get("services")).is_some())
}

fn none_signs_in() -> NoAccount {
    let file = |variable: &str, usual: &str| std::env::var(variable).unwrap_or_else(|_| usual.to_owned());
    NoAccount::new("no AWS profile has anything to sign in with")
        .detail(format!(
            "looked in {} and {}",
            file("AWS_CONFIG_FILE", "~/.aws/config"),
            file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials")
        ))
        .hint("aws configure sso makes a profile")
}

/// How a profile gets its credentials, as far as a user needs to know to mend it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// IAM Identity Center.
    Sso,
    /// `aws login`.
    Login,
    /// A role of another profile or source.
    Role,
    /// A program.
    Process,
    /// A token file.
    WebIdentity,
    /// Keys in the file.
    Keys,
}

impl Method {
    /// Tells how `profile` signs in; `None` when it has nothing to sign in with (only a region, say).
    pub fn of(profile: &aws_config::profile::Profile) -> Option<Self> {
        let has = |key| profile.get(key).is_some();
        if has("web_identity_token_file") {
            Some(Self::WebIdentity)
        } else if has("role_arn") {
            Some(Self::Role)
        } else if has("sso_session") || has("sso_start_url") {
            Some(Self::Sso)
        } else if has("login_session") {
            Some(Self::Login)
        } else if has("credential_process") {
            Some(Self::Process)
        } else if has("aws_access_key_id") {
            Some(Self::Keys)
        } else {
            None
        }
    }
}

/// Describes the way in by `name`: what it needs, and the command that mends it.
pub fn login(set: &ProfileSet, name: &str) -> Login {
    let (base, method) = base_of(set, name);
    let remedy = match method {
        Some(Method::Sso) => format!("run: aws sso login --profile {base}"),
        Some(Method::Login) => format!("run: aws login --profile {base}"),
        Some(Method::Process) => format!("run the credential_process of profile {base} by hand to see why"),
        Some(Method::WebIdentity) => format!("check the web_identity_token_file of profile {base}"),
        Some(Method::Keys) => {
            format!("renew the keys of profile {base}, such as with: aws configure --profile {base}")
        }
        Some(Method::Role) | None => format!("check the settings of profile {base}"),
    };
    Login::profile(name, remedy)
}

/// Follows `source_profile` to the profile whose credentials are at the root.
fn base_of<'a>(set: &'a ProfileSet, name: &'a str) -> (&'a str, Option<Method>) {
    let mut seen = HashSet::new();
    let mut current = name;
    while seen.insert(current) {
        let Some(profile) = set.get_profile(current) else { return (current, None) };
        match (Method::of(profile), profile.get("source_profile")) {
            (Some(Method::Role), Some(source)) if source != current => current = source,
            (Some(Method::Role), Some(_)) => return (current, Some(Method::Keys)),
            (method, _) => return (current, method),
        }
    }
    (current, None)
}

/// Says in a few words what signing in by `name` needs.
pub fn needs(set: &ProfileSet, name: &str) -> String {
    let (base, method) = base_of(set, name);
    let from = if base == name { String::new() } else { format!(" by profile {base}") };
    let what = match method {
        Some(Method::Sso) => set
            .get_profile(base)
            .and_then(|profile| profile.get("sso_session"))
            .map_or_else(|| "SSO".to_owned(), |session| format!("SSO session {session}")),
        Some(Method::Login) => "aws login session".to_owned(),
        Some(Method::Process) => "credential_process".to_owned(),
        Some(Method::WebIdentity) => "web identity token".to_owned(),
        Some(Method::Keys) => "keys".to_owned(),
        Some(Method::Role) | None => "credential source".to_owned(),
    };
    format!("{what}{from}")
}
