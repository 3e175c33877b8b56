//! The HTTP client of all accounts: its certificates, proxy and connectors.
//!
//! The SDK's own client makes a connector more for every service client, only to see whether it can be made, and a
//! connector reads and parses all root certificates. With a client for each account and region that was a quarter of
//! the work of a scan.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::connector_metadata::ConnectorMetadata;
use aws_smithy_runtime_api::client::http::{HttpClient, HttpConnectorSettings, SharedHttpConnector};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::bounded_http::BoundedConnector;
use crate::clouds::CloudError;
use crate::clouds::network_variables::check_network_variables;
use crate::fs::paths::{LONGEST_BUNDLE, read_regular_file};

/// Agents on this machine answer by then, or not at all.
const LOCAL_TIMEOUT: Duration = Duration::from_secs(5);

/// The time-outs of connecting and reading, which is all that connectors differ in.
type Timeouts = (Option<Duration>, Option<Duration>);

/// TLS by rustls, through a proxy. A connector is made when a request first needs it, and then shared.
#[derive(Debug, Clone)]
pub struct SharedConnectors(Arc<Connectors>);

#[derive(Debug)]
struct Connectors {
    tls: TlsContext,
    proxy: ProxyConfig,
    by_timeouts: Mutex<HashMap<Timeouts, SharedHttpConnector>>,
    local: OnceLock<SharedHttpConnector>,
}

impl SharedConnectors {
    /// Prepares connectors to AWS: through the proxy that `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
    ///
    /// # Errors
    /// When `AWS_CA_BUNDLE` names a file without certificates, or a variable names a proxy that cannot be understood.
    pub fn from_environment() -> Result<Self, CloudError> {
        check_network_variables()?;
        Ok(Self::new(trust_store()?, ProxyConfig::from_env()))
    }

    /// Prepares connectors to the sandbox. Plain HTTP on loopback needs neither a proxy nor certificates.
    pub fn for_sandbox() -> Self {
        Self::new(TrustStore::empty(), ProxyConfig::disabled())
    }

    fn new(trust: TrustStore, proxy: ProxyConfig) -> Self {
        let tls = TlsContext::builder().with_trust_store(trust).build();
        let tls = tls.expect("the context needs nothing else");
        Self(Arc::new(Connectors { tls, proxy, by_timeouts: Mutex::default(), local: OnceLock::new() }))
    }

    /// Returns the connector to agents on this machine, which no proxy reaches.
    pub fn local(&self) -> SharedHttpConnector {
        let timeouts = (Some(LOCAL_TIMEOUT), Some(LOCAL_TIMEOUT));
        let make = || self.0.connect(ProxyConfig::disabled(), timeouts);
        self.0.local.get_or_init(make).clone()
    }

    /// Counts the connectors that were made so far. Each of them read the root certificates.
    #[cfg(test)]
    pub fn count(&self) -> usize {
        self.0.by_timeouts.lock().unwrap().len() + usize::from(self.0.local.get().is_some())
    }
}

impl Connectors {
    fn connect(&self, proxy: ProxyConfig, (connect, read): Timeouts) -> SharedHttpConnector {
        let mut settings = HttpConnectorSettings::builder();
        settings.set_connect_timeout(connect).set_read_timeout(read);
        let mut connector = Connector::builder()
            .proxy_config(proxy)
            .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
            .tls_context(self.tls.clone())
            .connector_settings(settings.build());
        connector.set_sleep_impl(default_async_sleep());
        SharedHttpConnector::new(BoundedConnector(connector.build()))
    }
}

impl HttpClient for SharedConnectors {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let timeouts = (settings.connect_timeout(), settings.read_timeout());
        let mut made = self.0.by_timeouts.lock().unwrap_or_else(PoisonError::into_inner);
        made.entry(timeouts).or_insert_with(|| self.0.connect(self.0.proxy.clone(), timeouts)).clone()
    }

    fn connector_metadata(&self) -> Option<ConnectorMetadata> {
        Some(ConnectorMetadata::new("hyper", Some("1.x".into())))
    }
}

/// The variable that names a file of certificates to trust too.
pub const AWS_CA_VARIABLE: &str = "AWS_CA_BUNDLE";

/// The machine's certificates, plus those of `AWS_CA_BUNDLE`: a company's proxy, or the sandbox's.
fn trust_store() -> Result<TrustStore, CloudError> {
    let trust = TrustStore::default();
    let Some(path) = std::env::var_os(AWS_CA_VARIABLE).filter(|path| !path.is_empty()) else {
        return Ok(trust);
    };
    let broken = |why: String| {
        CloudError::bad_setting(format!(
            "{AWS_CA_VARIABLE} names {}, which cannot be used: {why}",
            path.display()
        ))
        .remedy(
            "it must be a file of PEM certificates; unset it to trust only the certificates of this machine",
        )
    };
    let pem = read_regular_file(path.as_ref(), LONGEST_BUNDLE).map_err(|error| broken(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| broken(error.to_string()))?;
        roots.add(certificate).map_err(|error| broken(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(broken("it contains no certificate".to_owned()));
    }
    Ok(trust.with_pem_certificate(pem))
}

#[cfg(test)]
mod tests {
    use aws_config::retry::RetryConfig;
    use aws_config::{BehaviorVersion, Region, SdkConfig};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use aws_sdk_ec2::Client as Ec2;

    use super::*;

    #[tokio::test]
    async fn clients_share_one_connector_that_is_made_when_a_request_needs_it() {
        let connectors = SharedConnectors::for_sandbox();
        let keys = Credentials::new("id", "secret", None, None, "test");
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(connectors.clone())
            .credentials_provider(SharedCredentialsProvider::new(keys))
            .retry_config(RetryConfig::disabled())
            .region(Region::from_static("eu-west-1"))
            // Nothing listens there.
            .endpoint_url("http://127.0.0.1:1");
        let config = config.build();
        let clients: Vec<Ec2> = (0..20).map(|_| Ec2::new(&config)).collect();
        assert_eq!(connectors.count(), 0);
        for client in &clients {
            client.describe_regions().send().await.unwrap_err();
        }
        assert_eq!(connectors.count(), 1);
        let _ = (connectors.local(), connectors.local());
        assert_eq!(connectors.count(), 2);
    }
}
