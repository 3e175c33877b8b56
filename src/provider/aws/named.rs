//! Credentials of a named profile: that profile's, whatever keys the environment has.
//!
//! The SDK's provider does all but roles that want a one-time code: it knows no `mfa_serial`, and would be
//! refused without a word why. Those chains are followed here.

use std::sync::Arc;

use aws_config::SdkConfig;
use aws_config::profile::{Profile, ProfileFileCredentialsProvider, ProfileSet};
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::connection::Connection;
use super::failure::credentials_failure;
use super::role::{Assumed, sts};
use super::session::Login;
use crate::model::Outcome;
use crate::provider::{Failure, Observer};

/// Follows `source_profile` from `name` on: roles to assume, each with the profile that it is assumed from
/// behind it.
fn chain<'a>(set: &'a ProfileSet, name: &'a str) -> Result<Vec<&'a Profile>, Failure> {
    let mut chain: Vec<&Profile> = Vec::new();
    let mut next = Some(name);
    while let Some(name_of_next) = next {
        let Some(profile) = set.get_profile(name_of_next) else {
            let message = format!("the source_profile {name_of_next} of profile {name} does not exist");
            return Err(Failure::new(Outcome::Failed, message));
        };
        if chain.iter().any(|known| known.name() == profile.name()) {
            let message = format!("the source_profile of profile {name} leads back to {}", profile.name());
            return Err(Failure::new(Outcome::Failed, message));
        }
        // A source profile's own keys are used even where it has a role too, as the SDK and the AWS CLI do.
        let ends = !chain.is_empty() && profile.get("aws_access_key_id").is_some();
        chain.push(profile);
        if ends {
            break;
        }
        next = profile.get("role_arn").and(profile.get("source_profile")).filter(|n| *n != profile.name());
    }
    Ok(chain)
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
    pub observer: &'a Arc<dyn Observer>,
}

impl ByName<'_> {
    /// Signs in by `name`, asking for one code per role that wants one.
    ///
    /// # Errors
    /// At once when nobody can be asked, or when STS refuses.
    pub async fn credentials(&self, name: &str, login: &Login) -> Result<SharedCredentialsProvider, Failure> {
        let chain = chain(self.set, name)?;
        // From the deepest role that wants a code on, the codes are ours; what is below it the SDK does.
        let is_source = |at: usize| at > 0 && chain[at].get("aws_access_key_id").is_some();
        let wants_code = |at: &usize| serial(chain[*at]).is_some() && !is_source(*at);
        let Some(deepest) = (0..chain.len()).rev().find(wants_code) else {
            return Ok(self.plain(name));
        };
        let mut provider = match chain.get(deepest + 1) {
            Some(source) if is_source(deepest + 1) => keys_of(source)?,
            Some(source) => self.plain(source.name()),
            None => keys_of(chain[deepest])?,
        };
        for profile in chain[..=deepest].iter().rev() {
            provider = self.assume(profile, provider, login).await?;
        }
        Ok(provider)
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
        profile: &Profile,
        base: SharedCredentialsProvider,
        login: &Login,
    ) -> Result<SharedCredentialsProvider, Failure> {
        let device = serial(profile);
        let code = match device {
            Some(device) => Some(self.ask(profile.name(), device).await?),
            None => None,
        };
        let config = self.config.to_builder().credentials_provider(base).build();
        let request = sts(&config, profile.name())
            .assume_role()
            .set_role_arn(profile.get("role_arn").map(str::to_owned))
            .role_session_name(profile.get("role_session_name").unwrap_or("netcensus"))
            .set_duration_seconds(profile.get("duration_seconds").and_then(|text| text.parse().ok()))
            .set_external_id(profile.get("external_id").map(str::to_owned))
            .set_serial_number(device.map(str::to_owned))
            .set_token_code(code);
        // Once: a code is good for one use, so these credentials cannot be renewed.
        let credentials = Assumed::by(request).provide_credentials().await.map_err(|error| {
            credentials_failure(&error, login)
                .unwrap_or_else(|| Failure::new(Outcome::Failed, error.to_string()))
        })?;
        Ok(SharedCredentialsProvider::new(credentials))
    }

    /// Asks on a thread of its own: reading a terminal blocks, and the user may rather stop.
    async fn ask(&self, name: &str, device: &str) -> Result<String, Failure> {
        let question = format!("MFA code for profile {name} ({device})");
        let observer = Arc::clone(self.observer);
        let answer = tokio::task::spawn_blocking(move || observer.ask(&question)).await;
        answer.ok().flatten().ok_or_else(|| {
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

/// The keys that stand in the role's own profile.
fn keys_of(profile: &Profile) -> Result<SharedCredentialsProvider, Failure> {
    let keys = || {
        Some(Credentials::new(
            profile.get("aws_access_key_id")?,
            profile.get("aws_secret_access_key")?,
            profile.get("aws_session_token").map(str::to_owned),
            None,
            "profile",
        ))
    };
    keys().map(SharedCredentialsProvider::new).ok_or_else(|| {
        let message = format!(
            "profile {} has mfa_serial, but neither a source_profile nor keys to use with a code",
            profile.name()
        );
        Failure::new(Outcome::Failed, message)
    })
}
