//! Access to a service besides those that are read: credentials of a profile or of the default chain, in one region.

use std::sync::Arc;
use std::time::Duration;

use aws_config::{Region, SdkConfig};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::client::{AwsConnection, ProfileConfig, configured_retries};
use super::credentials::{DefaultSource, default_credentials};
use super::session::Login;
use super::shared_credentials::CachedCredentials;
use crate::clouds::registry::CloudEnvironment;
use crate::clouds::{Event, Observer, PlanError, Run};
use crate::config::Concurrency;
use crate::diagnostic::Diagnostic;

/// How long a program may take that prints credentials.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(30);

/// Who asks a service, and in which region. Signs in when it is first asked.
#[derive(Debug)]
pub struct ServiceAccess {
    profile: Option<String>,
    region: Option<String>,
    signed_in: OnceCell<(SdkConfig, Login)>,
}

impl ServiceAccess {
    /// Takes a profile of the AWS configuration, or the default chain without one; and a region, or that of the profile or
    /// the environment without one.
    #[must_use]
    pub fn new(profile: Option<String>, region: Option<String>) -> Self {
        Self { profile, region, signed_in: OnceCell::new() }
    }

    /// Returns the settings for clients, with credentials, and whose they are.
    ///
    /// # Errors
    /// When the settings do not lead to credentials.
    pub(super) async fn sign_in(&self) -> Result<&(SdkConfig, Login), Diagnostic> {
        self.signed_in.get_or_try_init(|| Box::pin(self.connect())).await
    }

    async fn connect(&self) -> Result<(SdkConfig, Login), Diagnostic> {
        let of_setting = |error: PlanError| error.diagnostic;
        let connection = AwsConnection::new(&CloudEnvironment::System).map_err(of_setting)?;
        let (profiles, variables) = (connection.profiles(), connection.variables());
        let source = match &self.profile {
            Some(name) => DefaultSource::Profile(profiles.require(name, "the channel").map_err(of_setting)?),
            None => DefaultSource::find(|name| variables.get(name), &profiles).map_err(of_setting)?,
        };
        let login = source.login(variables, &profiles);
        let used = match source {
            DefaultSource::Profile(profile) => Some(profile),
            _ => None,
        };
        let retries = configured_retries(variables, used, None).map_err(of_setting)?;
        let region = self.region.clone().map(Region::new);
        let configured = connection.configure(&profiles, used, retries.requests, region.as_ref()).await;
        let ProfileConfig { config, .. } = configured.map_err(of_setting)?;
        let provider =
            default_credentials(&source, &connection, &profiles, &config, &login, &silent_run()).await;
        let provider = provider.map_err(|failure| Diagnostic::new(failure.detail()))?;
        let config =
            config.to_builder().credentials_provider(CachedCredentials::wrap(provider, login.owner()));
        let config = match region {
            Some(region) => config.region(region),
            None => config,
        };
        Ok((config.build(), login))
    }
}

/// A run that reports nothing and can ask for no code.
fn silent_run() -> Run {
    Run {
        observer: Arc::new(Silent),
        cancel: CancellationToken::new(),
        concurrency: Concurrency::Auto,
        timeout: SIGN_IN_LIMIT,
        shortest_backoff: None,
        asked_for: Vec::new(),
        shard: None,
    }
}

/// Is told of steps, and drops them.
struct Silent;

impl Observer for Silent {
    fn event(&self, _: Event<'_>) {}

    fn ask(&self, _: &str) -> Option<String> {
        None
    }
}
