//! Where credentials come from: a profile that is named, or the environment if none is. Each source is asked once.
//!
//! The choice, in this order:
//!
//! 1. The profiles that you name, or all of them: `Aws::sign_in` in `provider.rs`. Each is signed in to by
//!    [`CredentialResolver::resolve`].
//! 2. Without them the first source that there is: [`DefaultSource::find`]. It is the keys of the environment, the profile
//!    of `AWS_PROFILE` or `default`, a web identity token, the container, the instance. If it does not work, the next one
//!    is not tried.
//! 3. Of a profile with a role, the profiles down to the one that signs in itself: [`RoleChain::resolve`].
//! 4. What that profile signs in with, if it has several: `CredentialMethod` in `profiles.rs`.
//!
//! The chain of profiles is followed here and not by the SDK, which knows neither one-time codes nor names with
//! blanks, and names no profile in its reasons. Which source of the environment is used is decided here too, so that
//! every message names it, and an unreadable file or an empty variable does not silently leave the choice to the next
//! one.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_config::environment::EnvironmentVariableCredentialsProvider;
use aws_config::imds::credentials::ImdsCredentialsProvider;
use aws_config::login::LoginCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_sts::operation::assume_role::AssumeRoleInput;

use super::local_credentials::{ContainerCredentials, CredentialProcess, FULL, RELATIVE};
use super::login::Login;
use super::profiles::{CredentialMethod, DEFAULT, Profile, Profiles};
use super::shared_credentials::{CachedCredentials, SharedSources, SourceKey};
use super::sso::SsoCredentials;
use super::sts::{AssumedRole, WebIdentityCredentials};
use super::token_file::{LoginCredentials, TokenFile};
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::errors::{CREATE_LOGIN_TOKEN, credentials_failure};
use crate::clouds::aws::requests::sdk_settings::SdkVariables;
use crate::clouds::aws::requests::token_endpoint::TokenEndpoint;
use crate::clouds::{CloudError, Event, Failure, Observer, Run};
use crate::model::Outcome;

/// What documents call the login without a named profile.
const LABEL: &str = "default chain";

/// Where the credentials come from if no profile is named.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/standardized-credentials.html>
#[derive(Debug)]
pub enum DefaultSource<'a> {
    /// `AWS_ACCESS_KEY_ID` and its companions.
    Environment(Credentials),
    /// The profile that `AWS_PROFILE` names, else `default`.
    Profile(&'a Profile),
    /// `AWS_WEB_IDENTITY_TOKEN_FILE`.
    WebIdentity(String),
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    Container,
    /// The metadata service of EC2, which is asked when there is nothing else.
    Instance,
}

impl<'a> DefaultSource<'a> {
    /// Finds the first source that there is.
    ///
    /// # Errors
    /// When `AWS_PROFILE` names a profile that does not exist, and no keys come before it.
    pub fn find(
        variables: impl Fn(&str) -> Option<String>,
        profiles: &'a Profiles,
    ) -> Result<Self, CloudError> {
        let secret = variables("AWS_SECRET_ACCESS_KEY").or_else(|| variables("SECRET_ACCESS_KEY"));
        if let (Some(id), Some(secret)) = (variables("AWS_ACCESS_KEY_ID"), secret) {
            let token = variables("AWS_SESSION_TOKEN");
            return Ok(Self::Environment(Credentials::new(id, secret, token, None, "environment")));
        }
        let selected = match variables("AWS_PROFILE") {
            Some(name) => Some(profiles.require(&name, "AWS_PROFILE")?),
            None => profiles.get(DEFAULT),
        };
        let can_sign_in = |profile: &&Profile| profile.is_meant_to_sign_in();
        if let Some(profile) = selected.filter(can_sign_in) {
            return Ok(Self::Profile(profile));
        }
        if let Some(file) = variables("AWS_WEB_IDENTITY_TOKEN_FILE") {
            return Ok(Self::WebIdentity(file));
        }
        let is_container = [RELATIVE, FULL].into_iter().any(|name| variables(name).is_some());
        Ok(if is_container { Self::Container } else { Self::Instance })
    }

    /// Says whose credentials these are, and what to do when they do not work.
    pub fn login(&self, variables: SdkVariables, profiles: &Profiles) -> Login {
        match self {
            Self::Environment(keys) => {
                let beside = variables.get("AWS_PROFILE").map(|profile| {
                    format!(", which come before AWS_PROFILE={profile}: renew them, or unset them to use the profile")
                });
                let beside =
                    beside.unwrap_or_else(|| ": renew them, or unset them to use a profile".to_owned());
                let remedy = format!("the keys used are those of AWS_ACCESS_KEY_ID{beside}");
                let whose = "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN)";
                let login = Login::new(LABEL, remedy).with_owner(whose);
                if keys.session_token().is_none() { login.without_expiry() } else { login }
            }
            Self::Profile(profile) => Login::for_profile(profiles, profile.name()).with_label(LABEL),
            Self::WebIdentity(file) => Login::new(
                LABEL,
                format!(
                    "put a new token into {file}, which AWS_WEB_IDENTITY_TOKEN_FILE names, or unset the variable"
                ),
            ),
            Self::Container => Login::new(
                LABEL,
                "check that the container has a role, and that AWS_CONTAINER_CREDENTIALS_FULL_URI or _RELATIVE_URI leads \
                 to its credentials",
            ),
            Self::Instance => Login::new(LABEL, "sign in: `aws sso login`, `aws login`, or set keys"),
        }
    }
}

/// Makes the provider of the credentials of `source`.
///
/// # Errors
/// When its settings do not lead to credentials.
pub async fn default_credentials(
    source: &DefaultSource<'_>,
    connection: &AwsConnection,
    profiles: &Profiles,
    config: &SdkConfig,
    login: &Login,
    run: &Run,
) -> Result<SharedCredentialsProvider, Failure> {
    let variables = connection.variables();
    Ok(match source {
        DefaultSource::Environment(keys) => SharedCredentialsProvider::new(keys.clone()),
        DefaultSource::Profile(profile) => {
            let resolver =
                CredentialResolver { connection, profiles, config, run, shared: &SharedSources::default() };
            resolver.resolve(profile.name(), login).await?
        }
        DefaultSource::WebIdentity(file) => {
            let role = variables.get("AWS_ROLE_ARN").ok_or_else(|| {
                failure("AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN".to_owned())
                    .remedy("set AWS_ROLE_ARN, or unset AWS_WEB_IDENTITY_TOKEN_FILE")
            })?;
            let session = variables.get("AWS_ROLE_SESSION_NAME");
            SharedCredentialsProvider::new(WebIdentityCredentials::new(
                file,
                &role,
                session.as_deref(),
                config,
                login,
            ))
        }
        DefaultSource::Container => {
            SharedCredentialsProvider::new(ContainerCredentials::new(connection, run))
        }
        DefaultSource::Instance => {
            let config = provider_config(connection, config);
            SharedCredentialsProvider::new(machine_credentials(connection, &config, profiles))
        }
    })
}

fn failure(message: String) -> Failure {
    Failure::new(Outcome::Failed, message)
}

/// The profiles that lead to credentials: roles to assume, outermost first, and where the first credentials come from.
#[derive(Debug)]
struct RoleChain<'a> {
    roles: Vec<&'a Profile>,
    base: &'a Profile,
    method: Option<CredentialMethod>,
}

impl<'a> RoleChain<'a> {
    /// Follows `source_profile` from `name` on.
    fn resolve(profiles: &'a Profiles, name: &'a str) -> Result<Self, Failure> {
        let mut roles: Vec<&Profile> = Vec::new();
        let mut next = name;
        loop {
            let profile = profiles.get(next).ok_or_else(|| {
                let by = roles.last().map_or(name, |profile| profile.name());
                failure(format!("the source_profile {next} of profile {by} does not exist"))
            })?;
            if let Some(problem) = profile.problem() {
                return Err(failure(format!("profile {next} cannot be used: {problem}")));
            }
            if roles.iter().any(|known| known.name() == next) {
                return Err(failure(format!("the source_profile of profile {name} leads back to {next}")));
            }
            // A source profile's own keys are used even where it has a role too, as the SDK and the AWS CLI do.
            let own_keys = !roles.is_empty() && profile.get("aws_access_key_id").is_some();
            let method =
                if own_keys { Some(CredentialMethod::Keys) } else { CredentialMethod::of_profile(profile) };
            if method != Some(CredentialMethod::Role) {
                return Ok(Self { roles, base: profile, method });
            }
            roles.push(profile);
            match source_profile(profile)? {
                Some(source) => next = source,
                None => {
                    return Ok(Self {
                        roles,
                        base: profile,
                        method: CredentialMethod::without_role(profile),
                    });
                }
            }
        }
    }
}

/// Returns the profile that the role of `profile` is assumed by; `None` when it is that profile itself.
fn source_profile(profile: &Profile) -> Result<Option<&str>, Failure> {
    let name = profile.name();
    match (profile.get("source_profile"), profile.get("credential_source")) {
        (Some(_), Some(_)) => {
            Err(failure(format!("profile {name} has both source_profile and credential_source"))
                .remedy("remove one of them"))
        }
        (Some(source), None) if source != name => Ok(Some(source)),
        (Some(_), None) | (None, Some(_)) => Ok(None),
        (None, None) if CredentialMethod::without_role(profile) == Some(CredentialMethod::Keys) => Ok(None),
        (None, None) if profile.get("mfa_serial").is_some() => Err(failure(format!(
            "profile {name} has mfa_serial, but neither a source_profile nor keys to use with a code"
        ))),
        (None, None) => Err(failure(format!(
            "profile {name} has role_arn, but neither source_profile nor credential_source to assume it by"
        ))
        .remedy("add one of them")),
    }
}

/// Returns how long a source of credentials may take: a little less than the sign-in has, so that it can say why it took so
/// long.
pub fn source_limit(run: &Run) -> Duration {
    run.timeout / 10 * 9
}

/// Everything signing in by a profile needs.
pub struct CredentialResolver<'a> {
    pub connection: &'a AwsConnection,
    pub profiles: &'a Profiles,
    /// Settings of the profile for requests to STS.
    pub config: &'a SdkConfig,
    pub run: &'a Run,
    /// What other profiles use too.
    pub shared: &'a SharedSources,
}

impl CredentialResolver<'_> {
    /// Signs in by `name`, asking for one code per role that wants one.
    ///
    /// # Errors
    /// When a code is needed and there is no terminal to ask on, when the settings do not lead to credentials, or when STS
    /// refuses a code.
    pub async fn resolve(&self, name: &str, login: &Login) -> Result<SharedCredentialsProvider, Failure> {
        let RoleChain { roles, base, method } = RoleChain::resolve(self.profiles, name)?;
        let mut key = SourceKey::new(source_name(base, method), self.config, self.profiles.get(name));
        let whose = login.clone().with_owner(&format!("profile {}", base.name()));
        let make = Box::pin(self.base_provider(base, method, &whose));
        let mut provider = self.shared.provider(key.clone(), make).await?;
        for profile in roles.into_iter().rev() {
            let role = key.then(profile.name());
            let make = Box::pin(self.assume_role(profile, provider, key, login));
            provider = self.shared.provider(role.clone(), make).await?;
            key = role;
        }
        Ok(provider)
    }

    async fn base_provider(
        &self,
        profile: &Profile,
        method: Option<CredentialMethod>,
        login: &Login,
    ) -> Result<SharedCredentialsProvider, Failure> {
        let name = profile.name();
        let provider = match method {
            Some(CredentialMethod::Keys) => SharedCredentialsProvider::new(profile_keys(profile)?),
            Some(CredentialMethod::Sso) => SharedCredentialsProvider::new(
                Box::pin(SsoCredentials::new(
                    self.profiles,
                    profile,
                    self.config,
                    login,
                    self.shared,
                    self.run,
                ))
                .await?,
            ),
            Some(CredentialMethod::Process) => {
                let command = profile.get("credential_process").unwrap_or_default();
                SharedCredentialsProvider::new(CredentialProcess::new(command, name, source_limit(self.run)))
            }
            Some(CredentialMethod::WebIdentity) => {
                let missing =
                    || failure(format!("profile {name} has web_identity_token_file, but no role_arn"));
                let role = profile.get("role_arn").ok_or_else(missing)?;
                let file = profile.get("web_identity_token_file").unwrap_or_default();
                let session = profile.get("role_session_name");
                SharedCredentialsProvider::new(WebIdentityCredentials::new(
                    file,
                    role,
                    session,
                    self.config,
                    login,
                ))
            }
            Some(CredentialMethod::Login) => {
                let session = profile.get("login_session").unwrap_or_default();
                let http = self.connection.http().clone();
                let endpoint = TokenEndpoint::new(http, CREATE_LOGIN_TOKEN, self.run);
                let config = provider_config(self.connection, self.config).with_http_client(endpoint.clone());
                let provider = LoginCredentialsProvider::builder(session).configure(&config).build();
                let token = TokenFile::of_login_session(session, login);
                let limit = source_limit(self.run);
                SharedCredentialsProvider::new(LoginCredentials::new(token, provider, endpoint, limit))
            }
            Some(CredentialMethod::Source) => self.credential_source(profile)?,
            Some(CredentialMethod::Role) | None => {
                return Err(failure(format!("profile {name} defines no credentials"))
                    .remedy("add keys, or run: aws configure sso"));
            }
        };
        Ok(CachedCredentials::wrap(provider, login.owner()))
    }

    /// What `credential_source` names.
    fn credential_source(&self, profile: &Profile) -> Result<SharedCredentialsProvider, Failure> {
        let config = provider_config(self.connection, self.config);
        let source = profile.get("credential_source").unwrap_or_default();
        match source.to_ascii_lowercase().as_str() {
            "environment" => {
                Ok(SharedCredentialsProvider::new(EnvironmentVariableCredentialsProvider::new()))
            }
            "ec2instancemetadata" => Ok(SharedCredentialsProvider::new(machine_credentials(
                self.connection,
                &config,
                self.profiles,
            ))),
            "ecscontainer" => {
                Ok(SharedCredentialsProvider::new(ContainerCredentials::new(self.connection, self.run)))
            }
            _ => Err(failure(format!(
                "credential_source of profile {} is `{source}`, which is not Environment, Ec2InstanceMetadata or \
                 EcsContainer",
                profile.name()
            ))),
        }
    }

    async fn assume_role(
        &self,
        profile: &Profile,
        base: SharedCredentialsProvider,
        source: SourceKey,
        login: &Login,
    ) -> Result<SharedCredentialsProvider, Failure> {
        let device = profile.get("mfa_serial");
        let config = self.config.to_builder().credentials_provider(base).build();
        let request = AssumeRoleInput::builder()
            .set_role_arn(profile.get("role_arn").map(str::to_owned))
            .role_session_name(profile.get("role_session_name").unwrap_or("netcensus"))
            .set_duration_seconds(profile.get("duration_seconds").and_then(|text| text.parse().ok()))
            .set_external_id(profile.get("external_id").map(str::to_owned))
            .set_serial_number(device.map(str::to_owned));
        let assumed = AssumedRole::new(config, self.shared.pacer(source, self.run).await, request);
        let Some(device) = device else {
            return Ok(CachedCredentials::wrap(SharedCredentialsProvider::new(assumed), login.owner()));
        };
        // Once: a code is good for one use, so these credentials cannot be renewed.
        let ask = self.ask_for_code(profile.name(), device);
        let credentials = assumed.credentials_by_code(ask).await.map_err(|error| {
            credentials_failure(&error, login).unwrap_or_else(|| failure(error.to_string()))
        })?;
        Ok(SharedCredentialsProvider::new(credentials))
    }

    /// Asks on a thread of its own: reading a terminal blocks, and the user may rather stop.
    async fn ask_for_code(&self, name: &str, device: &str) -> Result<String, Failure> {
        let question = format!("MFA code for profile {name} ({device})");
        let observer = Arc::clone(&self.run.observer);
        // Also when this is dropped, since signing in took too long.
        let _ended = EndedQuestion(Arc::clone(&self.run.observer));
        let answer = tokio::task::spawn_blocking(move || observer.ask(&question)).await;
        answer.ok().flatten().ok_or_else(|| {
            failure(format!(
                "profile {name} needs an MFA code from {device}, and there is no terminal to ask for it"
            ))
            .remedy("run it in a terminal once, or use a profile without mfa_serial for unattended runs")
        })
    }
}

/// Tells an observer, when it is dropped, that a question has ended.
struct EndedQuestion(Arc<dyn Observer>);

impl Drop for EndedQuestion {
    fn drop(&mut self) {
        self.0.event(Event::QuestionEnded);
    }
}

/// Names what the first credentials come from: many profiles may have the same session of `aws login`, or the machine's
/// own role.
fn source_name(profile: &Profile, method: Option<CredentialMethod>) -> String {
    let setting = |key: &str| profile.get(key).unwrap_or_default();
    match method {
        Some(CredentialMethod::Login) => format!("login_session {}", setting("login_session")),
        Some(CredentialMethod::Source) => {
            format!("credential_source {}", setting("credential_source").to_ascii_lowercase())
        }
        _ => format!("{method:?} of profile {}", profile.name()),
    }
}

/// What the SDK's credential providers need to share our connection.
pub fn provider_config(connection: &AwsConnection, config: &SdkConfig) -> ProviderConfig {
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

/// The role of this machine.
fn machine_credentials(
    connection: &AwsConnection,
    config: &ProviderConfig,
    profiles: &Profiles,
) -> ImdsCredentialsProvider {
    let client = connection.metadata_client(config, profiles);
    ImdsCredentialsProvider::builder().configure(config).imds_client(client).build()
}

/// The keys that stand in a profile.
fn profile_keys(profile: &Profile) -> Result<Credentials, Failure> {
    let needed = |key: &str| {
        profile.get(key).ok_or_else(|| {
            let name = profile.name();
            failure(format!("no credentials: profile {name} has only one of two keys: {key} is missing"))
                .remedy(format!("add {key}"))
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
    use crate::clouds::aws::authentication::config_files::ConfigFiles;

    const KEYS_IN_ENVIRONMENT: [(&str, &str); 2] =
        [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];

    /// Finds the source on a machine with this AWS configuration and these variables.
    fn source(config: &str, variables: &[(&str, &str)]) -> String {
        let profiles = Profiles::from_files(ConfigFiles::from_text(config.to_owned()));
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned()).filter(|value| !value.is_empty())
        };
        match DefaultSource::find(value, &profiles) {
            Ok(DefaultSource::Environment(keys)) => format!("keys {}", keys.access_key_id()),
            Ok(DefaultSource::Profile(profile)) => format!("profile {}", profile.name()),
            Ok(DefaultSource::WebIdentity(file)) => format!("token {file}"),
            Ok(DefaultSource::Container) => "container".to_owned(),
            Ok(DefaultSource::Instance) => "instance".to_owned(),
            Err(error) => error.diagnostic.to_line(),
        }
    }

    // boto/botocore#1460: keys come first, and an empty AWS_PROFILE is none.
    #[test]
    fn the_first_source_is_used_as_aws_documents_them() {
        let config =
            "[default]\naws_access_key_id = D\n[profile a]\nlogin_session = x\n[profile b]\nregion = x\n";
        let with = |more: (&'static str, &'static str)| [&KEYS_IN_ENVIRONMENT[..], &[more]].concat();
        assert_eq!(source(config, &with(("AWS_PROFILE", ""))), "keys A");
        assert_eq!(source(config, &with(("AWS_PROFILE", "nowhere"))), "keys A");
        assert_eq!(source(config, &[("AWS_PROFILE", "")]), "profile default");
        assert_eq!(source(config, &[("AWS_PROFILE", "a")]), "profile a");
        assert_eq!(
            source(config, &[("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "")]),
            "profile default"
        );
        let token = ("AWS_WEB_IDENTITY_TOKEN_FILE", "/t");
        assert_eq!(source(config, &[("AWS_PROFILE", "b"), token]), "token /t", "b defines no credentials");
        assert_eq!(source("", &[(FULL, "http://x"), (token.0, "")]), "container");
        assert_eq!(source("", &[(RELATIVE, "")]), "instance");
        let missing = source(config, &[("AWS_PROFILE", "nowhere")]);
        assert!(missing.contains("no AWS profile matches `nowhere`: AWS_PROFILE names it"), "{missing}");
        assert_eq!(source("[default]\nbad\n", &[token]), "profile default", "and not the next source");
    }

    const KEYS: &str = "aws_access_key_id = A\naws_secret_access_key = s\n";

    /// Follows the chain of profile `p`: roles, base and method in words, or why not.
    fn chain(config: &str) -> String {
        let profiles = Profiles::from_files(ConfigFiles::from_text(config.to_owned()));
        match RoleChain::resolve(&profiles, "p") {
            Err(failure) => failure.detail(),
            Ok(RoleChain { roles, base, method }) => {
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

    /// The SDK reads and keeps the whole files for each provider of a machine's role.
    #[test]
    fn profiles_share_the_role_of_the_machine_and_a_login_session_and_not_their_keys() {
        let config = "[profile a]\ncredential_source = Ec2InstanceMetadata\n[profile b]\nrole_arn = r\n\
                      credential_source = EC2InstanceMetadata\n[profile c]\nlogin_session = s\n\
                      [profile d]\nlogin_session = s\n";
        let keys = format!("[profile e]\n{KEYS}[profile f]\n{KEYS}");
        let profiles = Profiles::from_files(ConfigFiles::from_text(format!("{config}{keys}")));
        let of = |name| {
            let RoleChain { base, method, .. } = RoleChain::resolve(&profiles, name).unwrap();
            source_name(base, method)
        };
        assert_eq!(of("a"), of("b"));
        assert_eq!(of("c"), of("d"));
        assert_ne!(of("e"), of("f"));
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
