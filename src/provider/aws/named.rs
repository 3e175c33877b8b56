//! Credentials of a named profile: that profile's, whatever keys the environment has.
//!
//! The SDK's provider does all but roles that want a one-time code: it knows no `mfa_serial`, and would be
//! refused without a word why. Those chains are followed here.

use aws_config::SdkConfig;
use aws_config::profile::{Profile, ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use futures_util::future::BoxFuture;

use super::connection::Connection;
use super::failure::{ASSUME_ROLE, classify};
use super::session::Login;
use crate::model::Outcome;
use crate::provider::{Failure, Observer};

/// Tells whether signing in by `name` takes a one-time code anywhere along its chain of profiles.
fn wants_code(set: &ProfileSet, name: &str) -> bool {
    let mut seen = std::collections::HashSet::new();
    let mut current = Some(name);
    while let Some(profile) = current.filter(|name| seen.insert(*name)).and_then(|name| set.get_profile(name))
    {
        if serial(profile).is_some() {
            return true;
        }
        current = profile.get("role_arn").and(profile.get("source_profile"));
    }
    false
}

fn serial(profile: &Profile) -> Option<&str> {
    profile.get("role_arn").and(profile.get("mfa_serial"))
}

/// Everything signing in by a profile needs.
pub struct ByName<'a> {
    pub connection: &'a Connection,
    pub set: &'a ProfileSet,
    /// Connection settings of the profile, for STS.
    pub config: &'a SdkConfig,
    pub observer: &'a dyn Observer,
}

impl ByName<'_> {
    /// Signs in by `name`, asking for one code per role that wants one.
    ///
    /// # Errors
    /// At once when nobody can be asked, or when STS refuses.
    pub fn credentials<'a>(
        &'a self,
        name: &'a str,
        login: &'a Login,
    ) -> BoxFuture<'a, Result<SharedCredentialsProvider, Failure>> {
        Box::pin(async move {
            let profile = self.set.get_profile(name).filter(|_| wants_code(self.set, name));
            let role = profile.and_then(|profile| Some((profile, profile.get("role_arn")?)));
            let Some((profile, role_arn)) = role else { return Ok(self.plain(name)) };
            let base = match profile.get("source_profile") {
                Some(source) if source != name => self.credentials(source, login).await?,
                _ => keys_of(profile).ok_or_else(|| {
                    Failure::new(
                        Outcome::Failed,
                        format!("profile {name} has mfa_serial but no source_profile"),
                    )
                })?,
            };
            self.assume(name, profile, role_arn, base, login).await
        })
    }

    /// A profile without a code in its chain: the SDK's own provider.
    fn plain(&self, name: &str) -> SharedCredentialsProvider {
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&provider_config(self.connection, self.config))
            .profile_files(self.connection.files())
            .profile_name(name)
            .build();
        SharedCredentialsProvider::new(provider)
    }

    async fn assume(
        &self,
        name: &str,
        profile: &Profile,
        role_arn: &str,
        base: SharedCredentialsProvider,
        login: &Login,
    ) -> Result<SharedCredentialsProvider, Failure> {
        let device = serial(profile);
        let code = match device {
            Some(device) => Some(self.ask(name, device)?),
            None => None,
        };
        let config = self.config.to_builder().credentials_provider(base).build();
        let answer = aws_sdk_sts::Client::new(&config)
            .assume_role()
            .role_arn(role_arn)
            .role_session_name(profile.get("role_session_name").unwrap_or("netcensus"))
            .set_external_id(profile.get("external_id").map(str::to_owned))
            .set_serial_number(device.map(str::to_owned))
            .set_token_code(code)
            .send()
            .await
            .map_err(|error| classify(&error, ASSUME_ROLE, login))?;
        let given = answer.credentials.ok_or_else(|| {
            Failure::new(Outcome::Failed, format!("STS gave no credentials for {role_arn}"))
        })?;
        let expiry = given.expiration.try_into().ok();
        Ok(SharedCredentialsProvider::new(Credentials::new(
            given.access_key_id,
            given.secret_access_key,
            Some(given.session_token),
            expiry,
            "netcensus-mfa",
        )))
    }

    fn ask(&self, name: &str, device: &str) -> Result<String, Failure> {
        self.observer.ask(&format!("MFA code for profile {name} ({device})")).ok_or_else(|| {
            Failure::new(
                Outcome::Failed,
                format!(
                    "profile {name} wants an MFA code from {device}, and there is no terminal to ask on \
                     (run it in a terminal once, or use a profile without mfa_serial for unattended runs)"
                ),
            )
        })
    }
}

/// What the SDK's credential providers need to share our connection.
fn provider_config(connection: &Connection, config: &SdkConfig) -> ProviderConfig {
    let mut provider = ProviderConfig::without_region()
        .with_http_client(connection.http().clone())
        .with_region(config.region().cloned());
    if let Some(retry) = config.retry_config() {
        provider = provider.with_retry_config(retry.clone());
    }
    if let Some(timeouts) = config.timeout_config() {
        provider = provider.with_timeout_config(timeouts.clone());
    }
    provider
}

fn keys_of(profile: &Profile) -> Option<SharedCredentialsProvider> {
    Some(SharedCredentialsProvider::new(Credentials::new(
        profile.get("aws_access_key_id")?,
        profile.get("aws_secret_access_key")?,
        profile.get("aws_session_token").map(str::to_owned),
        None,
        "profile",
    )))
}
