//! The one HTTP client that all accounts share, its time-outs and retries, and where AWS is.

use std::time::Duration;

use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::failure::root;
use crate::provider::NoAccount;
use crate::provider::meter;
use crate::provider::registry::Surroundings;

/// An endpoint that does not accept a connection by then is taken for dead (the SDK's own default).
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);
/// An endpoint that does not begin to answer by then is asked again.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// How AWS is reached.
#[derive(Debug, Clone)]
pub struct Connection {
    http: SharedHttpClient,
    files: Option<EnvConfigFiles>,
    endpoint: Option<String>,
}

impl Connection {
    /// Prepares the shared client; connects to nothing yet.
    ///
    /// # Errors
    /// When `AWS_CA_BUNDLE` names a file without certificates.
    pub fn new(surroundings: &Surroundings) -> Result<Self, NoAccount> {
        Ok(match surroundings {
            Surroundings::System => Self {
                http: http_client(trust_store()?, ProxyConfig::from_env()),
                files: None,
                endpoint: None,
            },
            Surroundings::Sandbox { endpoint, aws_config, .. } => {
                let files = EnvConfigFiles::builder()
                    .with_contents(EnvConfigFileKind::Config, aws_config.clone())
                    .build();
                // On loopback: no proxy has a part in it.
                let http = http_client(TrustStore::default(), ProxyConfig::disabled());
                Self { http, files: Some(files), endpoint: Some(endpoint.clone()) }
            }
        })
    }

    /// Tells whether the embedded sandbox is asked.
    pub const fn is_sandbox(&self) -> bool {
        self.endpoint.is_some()
    }

    /// Returns the shared client.
    pub const fn http(&self) -> &SharedHttpClient {
        &self.http
    }

    /// Returns where the profile files are; the SDK's defaults outside the sandbox.
    pub fn files(&self) -> EnvConfigFiles {
        self.files.clone().unwrap_or_default()
    }

    /// Begins a configuration for `profile`, or for the default chain.
    pub fn loader(&self, profile: Option<&str>, retries: RetryConfig) -> ConfigLoader {
        let timeouts =
            TimeoutConfig::builder().connect_timeout(CONNECT_TIMEOUT).read_timeout(READ_TIMEOUT).build();
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(self.http.clone())
            .timeout_config(timeouts)
            .retry_config(retries)
            .app_name(AppName::new("netcensus").expect("the name is valid"));
        if let Some(files) = &self.files {
            loader = loader.profile_files(files.clone());
        }
        if let Some(endpoint) = &self.endpoint {
            // The sandbox has one address, whatever the user's environment says of the real AWS.
            loader = loader.endpoint_url(endpoint.clone()).use_fips(false).use_dual_stack(false);
        }
        if let Some(profile) = profile {
            loader = loader.profile_name(profile);
        }
        loader
    }
}

/// Gives `config` a region where it has none: calls about an account as a whole need one.
pub fn with_region(config: SdkConfig) -> SdkConfig {
    if config.region().is_some() {
        return config;
    }
    config.to_builder().region(Region::from_static("us-east-1")).build()
}

/// Counts every attempt that goes out, and notes what came back.
#[derive(Debug)]
pub struct WatchRequests;

impl Intercept for WatchRequests {
    fn name(&self) -> &'static str {
        "netcensus::WatchRequests"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        meter::count_request();
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(Err(error)) = context.output_or_error()
            && let Some(unanswered) = error.as_connector_error()
        {
            let why = root(unanswered);
            tracing::trace!(why, "no answer");
            meter::note_unanswered(why);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let status = context.response().status().as_u16();
        tracing::trace!(status, "answer");
        meter::note_answer(status);
        Ok(())
    }
}

/// The machine's certificates, plus those of `AWS_CA_BUNDLE`: a company's proxy, or the sandbox's.
fn trust_store() -> Result<TrustStore, NoAccount> {
    let trust = TrustStore::default();
    let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(trust);
    };
    let broken = |why: String| {
        NoAccount::misnamed(format!("AWS_CA_BUNDLE names {}, which cannot be used: {why}", path.display()))
            .hint("it must be a file of PEM certificates; unset it to trust the machine's own only")
    };
    let pem = std::fs::read(&path).map_err(|error| broken(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| broken(error.to_string()))?;
        roots.add(certificate).map_err(|error| broken(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(broken("it holds no certificate".to_owned()));
    }
    Ok(trust.with_pem_certificate(pem))
}

/// TLS by rustls, through `proxy`: outside the sandbox, what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
fn http_client(trust: TrustStore, proxy: ProxyConfig) -> SharedHttpClient {
    let tls = TlsContext::builder().with_trust_store(trust).build().expect("the context needs nothing else");
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = Connector::builder()
            .proxy_config(proxy.clone())
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.clone());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.build()
    })
}
