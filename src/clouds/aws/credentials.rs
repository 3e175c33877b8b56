//! Credentials of a named profile: that profile's, whatever keys the environment has.
//!
//! The chain of profiles is followed here and not by the SDK, which knows neither one-time codes nor names with
//! blanks, and names no profile in its reasons.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::login::LoginCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider};

use super::cached::Cached;
use super::connection::Connection;
use super::container::Container;
use super::failure::credentials_failure;
use super::process::Process;
use super::profiles::{Method, Profile, Profiles};
use super::role::{Assumed, sts};
use super::session::Login;
use super::sso::Sso;
use super::web_identity::WebIdentity;
use crate::clouds::{Failure, Observer};
use crate::model::Outcome;

fn failed(message: String) -> Failure {
    Failure::new(Outcome::Failed, message)
}

/// The profiles that lead to credentials: roles to assume, outermost first, and where the first credentials come from.
#[derive(Debug)]
struct Chain<'a> {
    roles: Vec<&'a Profile>,
    base: &'a Profile,
    method: Option<Method>,
}

impl<'a> Chain<'a> {
    /// Follows `source_profile` from `name` on.
    fn follow(set: &'a Profiles, name: &'a str) -> Result<Self, Failure> {
        let mut roles: Vec<&Profile> = Vec::new();
        let mut next = name;
        loop {
            let profile = set.get(next).ok_or_else(|| {
                let by = roles.last().map_or(name, |profile| profile.name());
                failed(format!("the source_profile {next} of profile {by} does not exist"))
            })?;
            if let Some(problem) = profile.problem() {
                return Err(failed(format!("profile {next} cannot be used: {problem}")));
            }
            if roles.iter().any(|known| known.name() == next) {
                return Err(failed(format!("the source_profile of profile {name} leads back to {next}")));
            }
            // A source profile's own keys are used even where it has a role too, as the SDK and the AWS CLI do.
            let own_keys = !roles.is_empty() && profile.get("aws_access_key_id").is_some();
            let method = if own_keys { Some(Method::Keys) } else { Method::of(profile) };
            if method != Some(Method::Role) {
                return Ok(Self { roles, base: profile, method });
            }
            roles.push(profile);
            match source_of(profile)? {
                Some(source) => next = source,
                None => return Ok(Self { roles, base: profile, method: Method::of_base(profile) }),
            }
        }
    }
}

/// Returns the profile that the role of `profile` is assumed by; `None` when it is that profile itself.
fn source_of(profile: &Profile) -> Result<Option<&str>, Failure> {
    let name = profile.name();
    match (profile.get("source_profile"), profile.get("credential_source")) {
        (Some(_), Some(_)) => {
            Err(failed(format!("profile {name} has both source_profile and credential_source (remove one)")))
        }
        (Some(source), None) if source != name => Ok(Some(source)),
        (Some(_), None) | (None, Some(_)) => Ok(None),
        (None, None) if Method::of_base(profile) == Some(Method::Keys) => Ok(None),
        (None, None) if profile.get("mfa_serial").is_some() => Err(failed(format!(
            "profile {name} has mfa_serial, but neither a source_profile nor keys to use with a code"
        ))),
        (None, None) => Err(failed(format!(
            "profile {name} has role_arn, but neither source_profile nor credential_source to assume it by (add one)"
        ))),
    }
}

/// Everything signing in by a profile needs.
pub struct ByName<'a> {
    pub connection: &'a Connection,
    pub set: &'a Profiles,
    /// Connection settings of the profile, for STS.
    pub config: &'a SdkConfig,
    pub observer: &'a Arc<dyn Observer>,
    /// How long a program may take that prints credentials.
    pub limit: Duration,
}

impl ByName<'_> {
    /// Signs in by `name`, asking for one code per role that wants one.
    ///
    /// # Errors
    /// At once when nobody can be asked, when the settings do not lead to credentials, or when STS refuses a code.
    pub async fn credentials(&self, name: &str, login: &Login) -> Result<SharedCredentialsProvider, Failure> {
        let Chain { roles, base, method } = Chain::follow(self.set, name)?;
        let mut provider = self.base(base, method, login).await?;
        for profile in roles.into_iter().rev() {
            provider = self.assume(profile, provider, login).await?;
        }
        Ok(provider)
    }

    async fn base(
        &self,
        profile: &Profile,
        method: Option<Method>,
        login: &Login,
    ) -> Result<SharedCredentialsProvider, Failure> {
        let name = profile.name();
        let provider = match method {
            Some(Method::Keys) => SharedCredentialsProvider::new(keys_of(profile)?),
            Some(Method::Sso) => {
                SharedCredentialsProvider::new(Sso::new(self.set, profile, self.config, login).await?)
            }
            Some(Method::Process) => {
                let command = profile.get("credential_process").unwrap_or_default();
                SharedCredentialsProvider::new(Process::new(command, name, self.limit))
            }
            Some(Method::WebIdentity) => {
                let missing =
                    || failed(format!("profile {name} has web_identity_token_file, but no role_arn"));
                let role = profile.get("role_arn").ok_or_else(missing)?;
                let file = profile.get("web_identity_token_file").unwrap_or_default();
                let session = profile.get("role_session_name");
                SharedCredentialsProvider::new(WebIdentity::new(file, role, session, self.config, login))
            }
            Some(Method::Login) => {
                let session = profile.get("login_session").unwrap_or_default();
                let config = provider_config(self.connection, self.config);
                let provider = LoginCredentialsProvider::builder(session).configure(&config).build();
                SharedCredentialsProvider::new(provider)
            }
            Some(Method::Source) => self.named_source(profile)?,
            Some(Method::Role) | None => {
                return Err(failed(format!(
                    "profile {name} has nothing to sign in with (add keys, or run: aws configure sso)"
                )));
            }
        };
        Ok(Cached::share(provider, login.whose()))
    }

    /// What `credential_source` names.
    fn named_source(&self, profile: &Profile) -> Result<SharedCredentialsProvider, Failure> {
        let config = provider_config(self.connection, self.config);
        let source = profile.get("credential_source").unwrap_or_default();
        match source.to_ascii_lowercase().as_str() {
            "environment" => {
                Ok(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
            }
            "ec2instancemetadata" => Ok(SharedCredentialsProvider::new(
                ImdsCredentialsProvider::builder().configure(&config).build(),
            )),
            "ecscontainer" => Ok(SharedCredentialsProvider::new(Container::new(self.connection))),
            _ => Err(failed(format!(
                "credential_source of profile {} is `{source}`, which is not Environment, Ec2InstanceMetadata or \
                 EcsContainer",
                profile.name()
            ))),
        }
    }

    async fn assume(
        &self,
        profile: &Profile,
        base: SharedCredentialsProvider,
        login: &Login,
    ) -> Result<SharedCredentialsProvider, Failure> {
        let device = profile.get("mfa_serial");
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
        let assumed = Assumed::by(request);
        if device.is_none() {
            return Ok(Cached::share(SharedCredentialsProvider::new(assumed), login.whose()));
        }
        // Once: a code is good for one use, so these credentials cannot be renewed.
        let credentials = assumed.provide_credentials().await.map_err(|error| {
            credentials_failure(&error, login).unwrap_or_else(|| failed(error.to_string()))
        })?;
        Ok(SharedCredentialsProvider::new(credentials))
    }

    /// Asks on a thread of its own: reading a terminal blocks, and the user may rather stop.
    async fn ask(&self, name: &str, device: &str) -> Result<String, Failure> {
        let question = format!("MFA code for profile {name} ({device})");
        let observer = Arc::clone(self.observer);
        let answer = tokio::task::spawn_blocking(move || observer.ask(&question)).await;
        answer.ok().flatten().ok_or_else(|| {
            failed(format!(
                "profile {name} wants an MFA code from {device}, and there is no terminal to ask on \
                 (run it in a terminal once, or use a profile without mfa_serial for unattended runs)"
            ))
        })
    }
}

/// What the SDK's credential providers need to share our connection.
pub fn provider_config(connection: &Connection, config: &SdkConfig) -> ProviderConfig {
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

/// The keys that stand in a profile.
fn keys_of(profile: &Profile) -> Result<Credentials, Failure> {
    let needed = |key: &str| {
        profile.get(key).ok_or_else(|| {
            let name = profile.name();
            failed(format!(
                "no credentials: profile {name} has half of a pair of keys, but no {key} (add it)"
            ))
        })
    };
    let token = profile.get("aws_session_token").map(str::to_owned);
    Ok(Credentials::new(
        needed("aws_access_key_id")?,
        needed("aws_secret_access_key")?,
        token,
        None,
        "profile",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::aws::files::Files;

    const KEYS: &str = "aws_access_key_id = A\naws_secret_access_key = s\n";

    /// Follows the chain of profile `p`: roles, base and method in words, or why not.
    fn chain(config: &str) -> String {
        let set = Profiles::of(Files::of(config.to_owned()));
        match Chain::follow(&set, "p") {
            Err(failure) => failure.detail(),
            Ok(Chain { roles, base, method }) => {
                let roles: Vec<&str> = roles.iter().map(|profile| profile.name()).collect();
                format!("{} < {} {method:?}", roles.join(" < "), base.name())
            }
        }
    }

    #[test]
    fn roles_lead_to_credentials() {
        let role = |rest: &str| format!("[profile p]\nrole_arn = r\n{rest}\n");
        let of = |rest: &str, others: &str| chain(&(role(rest) + others));
        assert_eq!(of("source_profile = q", &format!("[profile q]\n{KEYS}")), "p < q Some(Keys)");
        assert_eq!(
            of("source_profile = q", "[profile q]\nrole_arn = r\ncredential_source = Environment\n"),
            "p < q < q Some(Source)"
        );
        assert_eq!(
            of("source_profile = q", &format!("[profile q]\n{KEYS}role_arn = r\nsource_profile = z\n")),
            "p < q Some(Keys)",
            "its own keys first"
        );
        assert_eq!(of(&format!("source_profile = p\n{KEYS}"), ""), "p < p Some(Keys)");
        assert_eq!(of("web_identity_token_file = f", ""), " < p Some(WebIdentity)");
        assert_eq!(chain("[profile p]\ncredential_source = Ec2InstanceMetadata\n"), " < p Some(Source)");
        assert_eq!(chain("[profile p]\nregion = r\n"), " < p None");
    }

    #[test]
    fn a_stray_setting_of_sso_does_not_hide_keys() {
        assert_eq!(chain(&format!("[profile p]\nsso_region = r\n{KEYS}")), " < p Some(Keys)");
        assert_eq!(chain(&format!("[profile p]\nsso_session = s\n{KEYS}")), " < p Some(Keys)");
        assert_eq!(chain("[profile p]\nsso_session = s\n"), " < p Some(Sso)");
    }

    #[test]
    fn chains_that_lead_nowhere_name_the_profile() {
        for (config, why) in [
            (
                "[profile p]\nrole_arn = r\nsource_profile = q\n",
                "source_profile q of profile p does not exist",
            ),
            ("[profile p]\nrole_arn = r\n", "profile p has role_arn, but neither source_profile nor"),
            ("[profile p]\nrole_arn = r\nsource_profile = a\ncredential_source = b\n", "profile p has both"),
            ("[profile p]\nregion: r\n", "profile p cannot be used: line 2 of the sandbox: write `region ="),
        ] {
            assert!(chain(config).contains(why), "{}", chain(config));
        }
    }
}
