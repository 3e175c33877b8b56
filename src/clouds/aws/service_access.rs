//! Access to a service of a channel, which is signed in to when it is first used.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::client::AwsConnection;
use super::service_login::ServiceLogin;
use super::session::Login;
use crate::clouds::Run;
use crate::clouds::cloud_provider::NoObserver;
use crate::clouds::registry::CloudEnvironment;
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
        let connection = AwsConnection::new(&CloudEnvironment::System).map_err(|error| error.diagnostic)?;
        let (profile, region) = (self.profile.as_deref(), self.region.as_deref());
        let signed_in = ServiceLogin::new(&connection, profile, region, "the channel", &silent_run()).await;
        let ServiceLogin { config, login, .. } = signed_in.map_err(|error| error.diagnostic)?;
        Ok((config, login))
    }
}

/// A run that reports nothing and can ask for no code.
fn silent_run() -> Run {
    Run {
        observer: Arc::new(NoObserver),
        cancel: CancellationToken::new(),
        concurrency: Concurrency::default(),
        timeout: SIGN_IN_LIMIT,
        shortest_backoff: None,
        asked_for: Vec::new(),
        shard: None,
    }
}
