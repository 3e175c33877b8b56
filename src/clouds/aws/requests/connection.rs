//! The connection to AWS: its HTTP client, time-outs, and the settings that a profile's requests are sent with.

use std::collections::BTreeSet;
use std::time::Duration;

use aws_config::imds::{self, region::ImdsRegionProvider};
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use tokio::sync::OnceCell;

use super::http::SharedConnectors;
use super::pauses::PausedIdentities;
use super::sdk_settings::{
    EndpointUrls, SdkVariables, configured_flag, configured_region, metadata_endpoint,
};
use crate::clouds::aws::authentication::config_files::ConfigFiles;
use crate::clouds::aws::authentication::profiles::{DEFAULT, Profile, Profiles};
use crate::clouds::registry::CloudEnvironment;
use crate::clouds::{CloudError, Event, Run};

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
    pub fn new(environment: &CloudEnvironment) -> Result<Self, CloudError> {
        let (connectors, sandbox) = match environment {
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

    /// Warns where requests to `services`, by the SDK's names, or requests of signing in, leave this machine without
    /// encryption with the settings of these profiles; `None` stands for the environment alone.
    pub fn warn_of_plain_text<'a>(
        &self,
        profiles: &Profiles,
        used: impl IntoIterator<Item = Option<&'a Profile>>,
        services: &[&str],
        run: &Run,
    ) {
        let endpoints = |profile| EndpointUrls::for_profile(self.variables(), profiles, profile);
        let warnings = used.into_iter().flat_map(|profile| endpoints(profile).plain_text_warnings(services));
        // Most profiles have it from the same variable.
        for warning in warnings.collect::<BTreeSet<_>>() {
            run.observer.event(Event::Warning(&warning));
        }
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
        run: &Run,
    ) -> Result<ProfileConfig, CloudError> {
        let variables = self.variables();
        let flag = |variable: &str, key: &str| configured_flag(variables, profile, variable, key);
        let configured = configured_region(variables, profile)?;
        let has_region = configured.is_some();
        let region = match (configured, fallback) {
            (Some(region), _) => region,
            (None, Some(region)) => region.clone(),
            (None, None) => self.machine_region(profiles).await.unwrap_or(Region::from_static("us-east-1")),
        };
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .app_name(AppName::new("netcensus").expect("the name is valid"))
            .http_client(self.http.clone())
            .time_source(SharedTimeSource::default())
            .identity_cache(PausedIdentities::new(run))
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

    /// Makes a client of this machine's metadata service. The SDK's own would read the files of `profiles` once more to find
    /// the address, and wait for ever where one is a named pipe.
    pub fn metadata_client(&self, config: &ProviderConfig, profiles: &Profiles) -> imds::Client {
        let name = self.variables().get("AWS_PROFILE").unwrap_or_else(|| DEFAULT.to_owned());
        let address = metadata_endpoint(self.variables(), profiles.get(&name));
        let client = || imds::Client::builder().configure(config);
        // What is wrong with an address that cannot be one, the SDK says.
        client().endpoint(address).unwrap_or_else(|_| client()).build()
    }

    async fn machine_region(&self, profiles: &Profiles) -> Option<Region> {
        if self.is_sandbox() {
            return None;
        }
        let ask = || async {
            let config = ProviderConfig::without_region().with_http_client(self.http.clone());
            let client = self.metadata_client(&config, profiles);
            ImdsRegionProvider::builder().configure(&config).imds_client(client).build().region().await
        };
        self.machine.get_or_init(ask).await.clone()
    }
}
