//! Credentials of IAM Identity Center, by the token of the last `aws sso login`.
//!
//! The SDK has a provider for them, but refuses settings that the AWS CLI takes, and shows its own structures as the
//! reason of a refusal.

use std::sync::Arc;

use aws_config::{Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use aws_sdk_sso::operation::get_role_credentials::GetRoleCredentialsError;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::DateTime;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

use super::login::Login;
use super::profiles::{Profile, Profiles};
use super::shared_credentials::{SharedSources, SourceKey};
use super::sso_token::SsoToken;
use super::token_file::TokenFile;
use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::requests::errors::{GET_ROLE_CREDENTIALS, classify_error};
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{NoFutileRetries, RetryStatuses, new_retry_budget};
use crate::clouds::{Failure, Run};
use crate::model::Outcome;
use crate::redact;

/// What a profile says of IAM Identity Center.
#[derive(Debug)]
struct SsoSettings {
    profile: String,
    account: String,
    role: String,
    start_url: String,
    region: String,
    /// What the file of the token is named after.
    token: String,
}

/// The credentials of a role in an account.
#[derive(Debug)]
pub struct SsoCredentials {
    settings: SsoSettings,
    token_file: TokenFile,
    token: Arc<SsoToken>,
    client: aws_sdk_sso::Client,
    login: Login,
}

impl SsoCredentials {
    /// Prepares to ask for the role that `profile` names.
    ///
    /// # Errors
    /// When a setting is missing, or two disagree.
    pub async fn new(
        profiles: &Profiles,
        profile: &Profile,
        config: &SdkConfig,
        login: &Login,
        shared: &SharedSources,
        run: &Run,
    ) -> Result<Self, Failure> {
        let settings = SsoSettings::from_profile(profiles, profile)?;
        let region = Region::new(settings.region.clone());
        let config = config.to_builder().region(region.clone()).build();
        let key = SourceKey::new(&settings.token, &config, Some(profile)).then(&settings.start_url);
        let token = SsoToken::new(&config, region, &settings.token, &settings.start_url, run);
        let token = Box::pin(shared.token(key, token)).await;
        let config = aws_sdk_sso::config::Builder::from(&config)
            .retry_partition(new_retry_budget("sso"))
            .retry_classifier(RetryStatuses)
            .retry_classifier(NoFutileRetries)
            .interceptor(MeterRequests)
            .interceptor(CheckAnswers);
        let client = aws_sdk_sso::Client::from_conf(config.build());
        let token_file = TokenFile::of_sso_session(&settings.token, login);
        Ok(Self { settings, token_file, token, client, login: login.clone() })
    }

    async fn credentials(&self) -> provider::Result {
        self.request_credentials().await.map_err(CredentialsError::provider_error)
    }

    async fn request_credentials(&self) -> Result<Credentials, Failure> {
        let SsoSettings { profile, account, role, .. } = &self.settings;
        let failed = |why: String| Failure::new(Outcome::Failed, format!("no credentials: {why}"));
        self.token_file.check()?;
        let token = self.token.current().await.map_err(|failure| {
            let context = format!("no credentials: the SSO token of profile {profile} cannot be used");
            self.login.advise(failure.context(context))
        })?;
        redact::remember(token.token());
        let answer = self
            .client
            .get_role_credentials()
            .account_id(account)
            .role_name(role)
            .access_token(token.token())
            .send()
            .await
            .map_err(|error| self.role_failure(&error))?;
        let given = answer
            .role_credentials
            .ok_or_else(|| failed("sso:GetRoleCredentials returned no credentials".into()))?;
        let needed = |field: Option<String>| {
            field.ok_or_else(|| {
                failed("sso:GetRoleCredentials returned only a part of the credentials".to_owned())
            })
        };
        Ok(Credentials::new(
            needed(given.access_key_id)?,
            needed(given.secret_access_key)?,
            given.session_token,
            DateTime::from_millis(given.expiration).try_into().ok(),
            "SSO",
        ))
    }

    /// Explains a refusal by its status, since the service gives no reason: the token is not valid (401), or its user
    /// does not have the role (403).
    fn role_failure(&self, error: &SdkError<GetRoleCredentialsError, HttpResponse>) -> Failure {
        let SsoSettings { profile, account, role, .. } = &self.settings;
        let status = error.raw_response().map(|response| response.status().as_u16());
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        match (status, code) {
            (Some(401), _) | (_, Some("UnauthorizedException")) => {
                Failure::new(Outcome::Failed, "no credentials: the SSO session has ended or was revoked")
                    .remedy(self.login.remedy())
            }
            (Some(403 | 404), _) | (_, Some("ForbiddenException" | "ResourceNotFoundException")) => {
                Failure::new(
                    Outcome::Denied,
                    format!(
                        "no credentials: your SSO user is not assigned to account {account} with the role {role}"
                    ),
                )
                .remedy(format!(
                    "check sso_account_id and sso_role_name of profile {profile}, or ask for the assignment"
                ))
            }
            _ => classify_error(error, GET_ROLE_CREDENTIALS, &self.login),
        }
    }
}

impl ProvideCredentials for SsoCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

impl SsoSettings {
    fn from_profile(profiles: &Profiles, profile: &Profile) -> Result<Self, Failure> {
        let name = profile.name();
        let (account, role) = account_and_role(profile)?;
        let session = session_of(profiles, profile)?;
        let setting = |key: &str| {
            let (own, shared) = (profile.get(key), session.and_then(|session| session.get(key)));
            match (own, shared) {
                // As the AWS CLI: what is said twice has to be the same.
                (Some(own), Some(shared)) if own != shared => {
                    Err(wrong(format!("{key} of profile {name} differs from that of its sso_session"))
                        .remedy("remove it from the profile"))
                }
                (None, None) => {
                    let place = session
                        .map_or_else(|| format!("profile {name}"), |s| format!("[sso-session {}]", s.name()));
                    Err(wrong(format!("{key} is missing in {place}"))
                        .remedy("add it, or run: aws configure sso"))
                }
                (own, shared) => Ok(shared.or(own).unwrap_or_default().to_owned()),
            }
        };
        let start_url = setting("sso_start_url")?;
        Ok(Self {
            profile: name.to_owned(),
            account: account.to_owned(),
            role: role.to_owned(),
            region: setting("sso_region")?,
            // `aws sso login` names the file after the session, and after the address where there is none.
            token: session.map_or_else(|| start_url.clone(), |session| session.name().to_owned()),
            start_url,
        })
    }
}

/// Reads the account and the role that a profile signs in to.
fn account_and_role(profile: &Profile) -> Result<(&str, &str), Failure> {
    let missing = match ["sso_account_id", "sso_role_name"].map(|key| profile.get(key)) {
        [Some(account), Some(role)] => return Ok((account, role)),
        [None, None] => "sso_account_id and sso_role_name",
        [None, Some(_)] => "sso_account_id",
        [Some(_), None] => "sso_role_name",
    };
    let name = profile.name();
    Err(wrong(format!("profile {name} defines no credentials: SSO settings, but no {missing}"))
        .remedy("add what is missing, or run: aws configure sso"))
}

/// Finds the `[sso-session]` that a profile names, if it names one.
fn session_of<'a>(profiles: &'a Profiles, profile: &Profile) -> Result<Option<&'a Profile>, Failure> {
    let Some(named) = profile.get("sso_session") else { return Ok(None) };
    let name = profile.name();
    let Some(session) = profiles.sso_session(named) else {
        let header = if named.contains(' ') { format!("\"{named}\"") } else { named.to_owned() };
        return Err(wrong(format!("the sso_session {named} of profile {name} does not exist"))
            .remedy(format!("add [sso-session {header}] to the AWS configuration file")));
    };
    match session.problem() {
        Some(problem) => Err(wrong(format!("the sso_session of profile {name} cannot be used: {problem}"))),
        None => Ok(Some(session)),
    }
}

fn wrong(why: String) -> Failure {
    Failure::new(Outcome::Failed, why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::aws::authentication::config_files::ConfigFiles;

    const ROLE: &str = "sso_account_id = 1\nsso_role_name = r\n";

    fn settings(config: &str) -> Result<SsoSettings, String> {
        let session = "[sso-session 'two words']\nsso_start_url = https://a\nsso_region = r\n[sso-session half]\n\
                       sso_region = r\n";
        let profiles =
            Profiles::from_files(ConfigFiles::from_text(format!("{session}[profile p]\n{config}")));
        SsoSettings::from_profile(&profiles, profiles.get("p").unwrap()).map_err(|failure| failure.detail())
    }

    #[test]
    fn a_session_may_have_blanks_and_repeat_what_the_profile_says() {
        let read = settings(&format!("sso_session = two words\nsso_start_url = https://a\n{ROLE}")).unwrap();
        assert_eq!((read.token.as_str(), read.region.as_str()), ("two words", "r"));
        let legacy = settings(&format!("sso_start_url = https://b\nsso_region = x\n{ROLE}")).unwrap();
        assert_eq!((legacy.token.as_str(), legacy.region.as_str()), ("https://b", "x"));
    }

    #[test]
    fn what_is_missing_or_disagrees_is_named() {
        for (config, why) in [
            (
                "sso_session = two words",
                "defines no credentials: SSO settings, but no sso_account_id and sso_role",
            ),
            ("sso_session = two words\nsso_account_id = 1", "but no sso_role_name"),
            (&format!("sso_session = no\n{ROLE}"), "the sso_session no of profile p does not exist"),
            (&format!("sso_session = a b\n{ROLE}"), "[sso-session \"a b\"]"),
            (&format!("sso_session = half\n{ROLE}"), "sso_start_url is missing in [sso-session half]"),
            (
                &format!("sso_session = two words\nsso_region = x\n{ROLE}"),
                "sso_region of profile p differs from that",
            ),
        ] {
            let said = settings(config).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
    }
}
