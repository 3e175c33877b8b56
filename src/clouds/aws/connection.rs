//! The one HTTP client that all accounts share, its time-outs and retries, and where AWS is.

use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, default_async_sleep};
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{self, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{HttpConnectorSettings, SharedHttpClient};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

use tokio::sync::OnceCell;
use tokio_rustls::rustls::RootCertStore;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;

use super::failure::root;
use super::files::Files;
use super::profiles::{Profile, Profiles};
use super::settings::{self, Endpoints, Variables};
use crate::clouds::PlanError;
use crate::clouds::meter;
use crate::clouds::registry::Surroundings;

/// An endpoint that does not accept a connection by then is taken for dead (the SDK's own default).
const CONNECT_TIMEOUT: Duration = Duration::from_millis(3100);
/// An endpoint that does not begin to answer by then is asked again.
const READ_TIMEOUT: Duration = Duration::from_secs(20);
/// The same for what is on this machine.
const NEIGHBOUR_TIMEOUT: Duration = Duration::from_secs(5);

/// How AWS is reached.
#[derive(Debug, Clone)]
pub struct Connection {
    http: SharedHttpClient,
    /// The certificates to trust.
    trust: TrustStore,
    /// The text of the sandbox's configuration file, and its address.
    sandbox: Option<(String, String)>,
    /// The region of the machine, if it is one of EC2: asked for once.
    machine: OnceCell<Option<Region>>,
}

/// The settings of a way in, and whether they say a region.
pub struct Configured {
    pub config: SdkConfig,
    pub has_region: bool,
}

impl Connection {
    /// Prepares the shared client; connects to nothing yet.
    ///
    /// # Errors
    /// When `AWS_CA_BUNDLE` names a file without certificates.
    pub fn new(surroundings: &Surroundings) -> Result<Self, PlanError> {
        let (trust, proxy, sandbox) = match surroundings {
            Surroundings::System => (trust_store()?, ProxyConfig::from_env(), None),
            // On loopback: no proxy has a part in it.
            Surroundings::Sandbox { endpoint, aws_config, .. } => {
                let sandbox = (aws_config.clone(), endpoint.clone());
                (TrustStore::default(), ProxyConfig::disabled(), Some(sandbox))
            }
        };
        let http = http_client(trust.clone(), proxy);
        Ok(Self { http, trust, sandbox, machine: OnceCell::new() })
    }

    /// Tells whether the embedded sandbox is asked.
    pub const fn is_sandbox(&self) -> bool {
        self.sandbox.is_some()
    }

    /// Returns the shared client.
    pub const fn http(&self) -> &SharedHttpClient {
        &self.http
    }

    /// Makes a connection to this machine's neighbours, which no proxy reaches.
    pub fn to_neighbours(&self) -> Connector {
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(NEIGHBOUR_TIMEOUT)
            .read_timeout(NEIGHBOUR_TIMEOUT)
            .build();
        let tls = tls(self.trust.clone());
        connector(tls, ProxyConfig::disabled(), Some(settings), default_async_sleep())
    }

    /// Returns the variables that count: in the sandbox the user's environment has no say.
    pub const fn variables(&self) -> Variables {
        if self.is_sandbox() { Variables::None } else { Variables::Process }
    }

    /// Reads the profiles.
    pub fn profiles(&self) -> Profiles {
        Profiles::of(match &self.sandbox {
            Some((config, _)) => Files::of(config.clone()),
            None => Files::read(),
        })
    }

    /// Makes the settings of `profile`, or of none. Calls about an account as a whole need a region: where nothing says
    /// one, it is `otherwise`, the machine's own, or the first of all.
    ///
    /// # Errors
    /// When a region is said that is none.
    pub async fn configure(
        &self,
        set: &Profiles,
        profile: Option<&Profile>,
        retries: RetryConfig,
        otherwise: Option<&Region>,
    ) -> Result<Configured, PlanError> {
        let variables = self.variables();
        let flag = |variable: &str, key: &str| settings::flag(variables, profile, variable, key);
        let said = settings::region(variables, profile)?;
        let has_region = said.is_some();
        let region = match (said, otherwise) {
            (Some(region), _) => region,
            (None, Some(region)) => region.clone(),
            (None, None) => self.region_of_machine().await.unwrap_or(Region::from_static("us-east-1")),
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
            .service_config(Endpoints::of(variables, set, profile));
        config.set_sleep_impl(default_async_sleep());
        config.set_use_fips(flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
        config.set_use_dual_stack(flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"));
        config.set_endpoint_url(self.sandbox.as_ref().map(|(_, endpoint)| endpoint.clone()));
        Ok(Configured { config: config.build(), has_region })
    }

    async fn region_of_machine(&self) -> Option<Region> {
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
fn trust_store() -> Result<TrustStore, PlanError> {
    let trust = TrustStore::default();
    let Some(path) = std::env::var_os("AWS_CA_BUNDLE").filter(|path| !path.is_empty()) else {
        return Ok(trust);
    };
    let broken = |why: String| {
        PlanError::bad_setting(format!("AWS_CA_BUNDLE names {}, which cannot be used: {why}", path.display()))
            .remedy("it must be a file of PEM certificates; unset it to trust the machine's own only")
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

fn tls(trust: TrustStore) -> TlsContext {
    TlsContext::builder().with_trust_store(trust).build().expect("the context needs nothing else")
}

/// TLS by rustls, through `proxy`: outside the sandbox, what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` name.
fn http_client(trust: TrustStore, proxy: ProxyConfig) -> SharedHttpClient {
    let tls = tls(trust);
    Builder::new().build_with_connector_fn(move |settings, components| {
        let sleep = components.and_then(RuntimeComponents::sleep_impl);
        connector(tls.clone(), proxy.clone(), settings.cloned(), sleep)
    })
}

fn connector(
    tls: TlsContext,
    proxy: ProxyConfig,
    settings: Option<HttpConnectorSettings>,
    sleep: Option<SharedAsyncSleep>,
) -> Connector {
    let mut connector = Connector::builder()
        .proxy_config(proxy)
        .tls_provider(tls::Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls);
    connector.set_connector_settings(settings);
    connector.set_sleep_impl(sleep);
    connector.build()
}
