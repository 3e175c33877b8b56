//! The connection to AWS: its HTTP client, time-outs, and the settings that a profile's requests are sent with.

use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use tokio::sync::OnceCell;

use super::config_files::ConfigFiles;
use super::http::SharedConnectors;
use super::profiles::{Profile, Profiles};
use super::sdk_settings::{EndpointUrls, SdkVariables, configured_flag, configured_region};
use crate::clouds::PlanError;
use crate::clouds::registry::CloudEnvironment;

/// An endpoint that does not accept a connection by then is taken for dead (the SDK's own default).
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);
/// An endpoint that does not begin to answer by then is asked again.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// How AWS is reached: the shared HTTP client, and where its requests go.
#[derive(Debug, Clone)]
pub struct AwsConnection {
    http: SharedHttpClient,
    connectors: SharedConnectors,
    /// The text of the sandbox's configuration file, and its address.
    sandbox: Option<(String, String)>,
    /// The region of this machine, if it is an EC2 instance. The metadata service is asked once.
    machine: OnceCell<Option<Region>>,
}

/// The settings of a profile for the SDK.
pub struct ProfileConfig {
    pub config: SdkConfig,
    pub has_region: bool,
}

impl AwsConnection {
    /// Prepares the shared client; connects to nothing yet.
    ///
    /// # Errors
    /// When `AWS_CA_BUNDLE` names a file without certificates.
    pub fn new(surroundings: &CloudEnvironment) -> Result<Self, PlanError> {
        let (connectors, sandbox) = match surroundings {
            CloudEnvironment::System => (SharedConnectors::from_environment()?, None),
            CloudEnvironment::Sandbox { endpoint, aws_config, .. } => {
                (SharedConnectors::for_sandbox(), Some((aws_config.clone(), endpoint.clone())))
            }
        };
        let http = SharedHttpClient::new(connectors.clone());
        Ok(Self { http, connectors, sandbox, machine: OnceCell::new() })
    }

    /// Tells whether the embedded sandbox is asked.
    pub const fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Replaces the HTTP client.
    #[cfg(test)]
    pub fn with_http(self, http: SharedHttpClient) -> Self {
        Self { http, ..self }
    }

    /// Returns the shared client.
    pub const fn http(&self) -> &SharedHttpClient {
        &self.http
    }

    /// Returns the connector to agents on this machine, which no proxy reaches.
    pub fn local_connector(&self) -> SharedHttpConnector {
        self.connectors.local()
    }

    /// Returns the environment variables to read: none in the sandbox.
    pub const fn variables(&self) -> SdkVariables {
        if self.is_sandbox() { SdkVariables::None } else { SdkVariables::Process }
    }

    /// Reads the profiles.
    pub fn profiles(&self) -> Profiles {
        Profiles::from_files(match &self.sandbox {
            Some((config, _)) => ConfigFiles::from_text(config.clone()),
            None => ConfigFiles::read(),
        })
    }

    /// Makes the settings for `profile`, or for the environment alone. Requests about an account as a whole need a
    /// region. Where none is configured it is `fallback`, else the region of this machine, else `us-east-1`.
    ///
    /// # Errors
    /// When the configured region cannot be the name of one.
    pub async fn configure(
        &self,
        profiles: &Profiles,
        profile: Option<&Profile>,
        retries: RetryConfig,
        fallback: Option<&Region>,
    ) -> Result<ProfileConfig, PlanError> {
        let variables = self.variables();
        let flag = |variable: &str, key: &str| configured_flag(variables, profile, variable, key);
        let configured = configured_region(variables, profile)?;
        let has_region = configured.is_some();
        let region = match (configured, fallback) {
            (Some(region), _) => region,
            (None, Some(region)) => region.clone(),
            (None, None) => self.machine_region().await.unwrap_or(Region::from_static("us-east-1")),
        };
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .app_name(AppName::new("netcensus").expect("the name is valid"))
            .http_client(self.http.clone())
            .time_source(SharedTimeSource::default())
            // Sessions cache their credentials themselves, and wait for them as long as the user does.
            .identity_cache(IdentityCache::no_cache())
            .timeout_config(timeouts)
            .retry_config(retries)
            .region(region)
            .service_config(EndpointUrls::for_profile(variables, profiles, profile));
        config.set_sleep_impl(default_async_sleep());
        config.set_use_fips(flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
        config.set_use_dual_stack(flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"));
        config.set_endpoint_url(self.sandbox.as_ref().map(|(_, endpoint)| endpoint.clone()));
        Ok(ProfileConfig { config: config.build(), has_region })
    }

    async fn machine_region(&self) -> Option<Region> {
        if self.is_sandbox() {
            return None;
        }
        let ask = || async {
            let config = ProviderConfig::without_region().with_http_client(self.http.clone());
            ImdsRegionProvider::builder().configure(&config).build().region().await
        };
        self.machine.get_or_init(ask).await.clone()
    }
}
