//! What an account is signed in to with, for documents and messages.

use super::profiles::{CredentialMethod, Profiles};
use crate::clouds::Failure;
use crate::model::Outcome;
use crate::wording::shell_quoted;

/// What an account is signed in to with: how documents and messages name it, and what to do when it does not work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    label: String,
    owner: String,
    remedy: String,
    role_remedy: String,
    expires: bool,
    region_remedy: Option<String>,
}

impl Login {
    /// Makes a login that documents call `label`. `remedy` says what to do when the credentials do not work.
    pub fn new(label: impl Into<String>, remedy: impl Into<String>) -> Self {
        let role_remedy = role_remedy("the role", false);
        let label = label.into();
        let owner = label.clone();
        Self { label, owner, remedy: remedy.into(), role_remedy, expires: true, region_remedy: None }
    }

    /// A profile of the AWS configuration files.
    pub fn for_profile(profiles: &Profiles, name: &str) -> Self {
        let (base, method) = profiles.credential_base(name);
        let profile = shell_quoted(base);
        let setting = |key: &str| profiles.get(base).and_then(|profile| profile.get(key)).unwrap_or_default();
        let remedy = match method {
            Some(CredentialMethod::Sso) => format!("run: aws sso login --profile {profile}"),
            Some(CredentialMethod::Login) => format!("run: aws login --profile {profile}"),
            Some(CredentialMethod::Process) => {
                format!("run the credential_process of profile {base} by hand to see why")
            }
            Some(CredentialMethod::WebIdentity) => format!(
                "put a new token into {}, the web_identity_token_file of profile {base}, or name another",
                setting("web_identity_token_file")
            ),
            Some(CredentialMethod::Keys) => {
                format!("renew the keys of profile {base}, such as with: aws configure --profile {profile}")
            }
            Some(CredentialMethod::Source) => {
                format!(
                    "check what credential_source = {} of profile {base} gives",
                    setting("credential_source")
                )
            }
            Some(CredentialMethod::Role) | None => format!("check the settings of profile {base}"),
        };
        let login = Self::new(format!("profile:{name}"), remedy).with_owner(&format!("profile {name}"));
        let lasts =
            method == Some(CredentialMethod::Keys) && base == name && setting("aws_session_token").is_empty();
        if lasts { login.without_expiry() } else { login }
    }

    /// Makes the login of a role that `caller` assumes. `external_id` tells whether one is sent.
    pub fn for_role(arn: &str, external_id: bool, caller: &Self) -> Self {
        Self {
            label: format!("role:{arn}"),
            owner: format!("the role {arn}"),
            role_remedy: role_remedy(&format!("the role {arn}"), external_id),
            expires: true,
            ..caller.clone()
        }
    }

    /// Names the owner of the credentials, for messages.
    #[must_use]
    pub fn with_owner(self, owner: &str) -> Self {
        Self { owner: owner.to_owned(), ..self }
    }

    /// Calls it `label` in documents.
    #[must_use]
    pub fn with_label(self, label: &str) -> Self {
        Self { label: label.to_owned(), ..self }
    }

    /// Says that the credentials are keys, which do not expire.
    #[must_use]
    pub fn without_expiry(self) -> Self {
        Self { expires: false, ..self }
    }

    /// Says that nothing says a region, which `setting` would.
    #[must_use]
    pub fn without_region(self, setting: &str) -> Self {
        let remedy = format!(
            "keys of GovCloud or China need a region of that partition, and none is set: set {setting}, such as \
                to us-gov-west-1"
        );
        Self { region_remedy: Some(remedy), ..self }
    }

    /// Returns how documents name it.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Returns the owner of the credentials, for messages.
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// Returns what to do when the credentials do not work.
    pub fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Adds to the `failure` to use a token what to do, where a new login helps. It helps against neither throttling nor a
    /// network that is down.
    pub fn advise(&self, failure: Failure) -> Failure {
        let is_of_token = failure.outcome == Outcome::Failed && !failure.unreachable;
        if is_of_token { failure.remedy(self.remedy()) } else { failure }
    }

    /// Returns what to do when AWS does not know the keys.
    pub fn unknown_key_remedy(&self) -> String {
        match &self.region_remedy {
            Some(region) => format!("{}; {region}", self.remedy),
            None => self.remedy.clone(),
        }
    }

    /// Returns what to do when a role on the way is refused.
    pub fn role_remedy(&self) -> &str {
        &self.role_remedy
    }

    /// Tells whether the credentials expire.
    pub const fn expires(&self) -> bool {
        self.expires
    }
}

fn role_remedy(role: &str, external_id: bool) -> String {
    let also = if external_id { " and external id" } else { "" };
    format!("check that {role} exists and that its trust policy names the caller{also}")
}
