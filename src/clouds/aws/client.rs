//! How AWS is asked: endpoints, time-outs, retries and pacing.
//!
//! The SDK reads the variables and the profile's settings too, but takes an empty one for a value, which panics for an
//! endpoint, panics when the settings of retries are wrong, and would let the environment have a say in the sandbox. So
//! they are read here, and handed to it.

use std::num::NonZeroU32;
use std::time::{Duration, Instant, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::imds::region::ImdsRegionProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::{RetryConfig, RetryMode};
use aws_config::timeout::TimeoutConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_sts::config::retry::{ClientRateLimiter, RetryPartition};
use aws_smithy_async::rt::sleep::default_async_sleep;
use aws_smithy_async::time::SharedTimeSource;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{SharedHttpClient, SharedHttpConnector};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextRef, BeforeTransmitInterceptorContextRef,
    FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{ConfigBag, Storable, StoreReplace};
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use governor::{Quota, RateLimiter, clock::DefaultClock, state::keyed::HashMapStateStore};
use tokio::sync::OnceCell;

use super::config_files::ConfigFiles;
use super::http::SharedConnectors;
use super::profiles::{Profile, Profiles};
use super::throttling::is_throttling;
use crate::clouds::PlanError;
use crate::clouds::causes::{root, shorten};
use crate::clouds::meter;
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
    pub const fn variables(&self) -> Variables {
        if self.is_sandbox() { Variables::None } else { Variables::Process }
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

/// Counts every attempt that goes out, and notes what came back.
#[derive(Debug)]
pub struct WatchRequests;

/// When an attempt went out.
#[derive(Debug)]
struct SentAt(Instant);

impl Storable for SentAt {
    type Storer = StoreReplace<Self>;
}

impl Intercept for WatchRequests {
    fn name(&self) -> &'static str {
        "netcensus::WatchRequests"
    }

    fn read_before_transmit(
        &self,
        _: &BeforeTransmitInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        meter::count_request();
        bag.interceptor_state().store_put(SentAt(Instant::now()));
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if context.response().is_some_and(is_throttling) {
            meter::note_throttled();
        }
        if let Some(Err(error)) = context.output_or_error()
            && let Some(unanswered) = error.as_connector_error()
        {
            let why = shorten(&root(unanswered)).to_owned();
            tracing::trace!(why, "no answer");
            meter::note_unanswered(why);
        }
        Ok(())
    }

    fn read_before_deserialization(
        &self,
        context: &BeforeDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let status = context.response().status().as_u16();
        tracing::trace!(status, "answer");
        let latency = bag.load::<SentAt>().map(|sent| sent.0.elapsed()).unwrap_or_default();
        meter::note_answer(status, latency);
        Ok(())
    }
}

/// The `AWS_*` variables; none in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variables {
    /// Those of the process.
    Process,
    /// None.
    None,
}

impl Variables {
    /// Returns a variable; a blank one is not set.
    pub fn get(self, name: &str) -> Option<String> {
        match self {
            Self::Process => {
                let value = std::env::var_os(name)?.to_string_lossy().into_owned();
                (!value.trim().is_empty()).then_some(value)
            }
            Self::None => None,
        }
    }
}

/// A setting by the name a user knows it by, and its value.
pub type Setting = (String, String);

/// Finds a setting: in a variable, else in the profile.
pub fn find_setting(
    variables: Variables,
    profile: Option<&Profile>,
    variable: &str,
    key: &str,
) -> Option<Setting> {
    let from_variable = variables.get(variable).map(|value| (variable.to_owned(), value));
    from_variable.or_else(|| {
        let profile = profile?;
        Some((format!("{key} of profile {}", profile.name()), profile.get(key)?.to_owned()))
    })
}

/// Reads the region that calls about an account as a whole go to: `AWS_REGION`, `AWS_DEFAULT_REGION`, then the
/// profile's.
///
/// # Errors
/// When it cannot be the name of a region: requests would go to another host.
pub fn configured_region(
    variables: Variables,
    profile: Option<&Profile>,
) -> Result<Option<Region>, PlanError> {
    let found = find_setting(variables, None, "AWS_REGION", "region")
        .or_else(|| find_setting(variables, profile, "AWS_DEFAULT_REGION", "region"));
    let Some((name, value)) = found else { return Ok(None) };
    let is_name = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_name {
        return Err(PlanError::bad_setting(format!(
            "{name} is `{value}`, which is not the name of a region"
        ))
        .remedy("set it to one, such as eu-west-1"));
    }
    Ok(Some(Region::new(value)))
}

/// Reads a setting that is true or false; what is neither says nothing, as to the SDK.
pub fn configured_flag(
    variables: Variables,
    profile: Option<&Profile>,
    variable: &str,
    key: &str,
) -> Option<bool> {
    let (_, value) = find_setting(variables, profile, variable, key)?;
    value.trim().to_ascii_lowercase().parse().ok()
}

/// The endpoints that the variables and a profile name, by service.
#[derive(Debug)]
pub struct EndpointUrls {
    variables: Variables,
    by_service: Vec<(&'static str, String)>,
    profile_url: Option<String>,
    ignored: bool,
}

/// The services that are asked, as the SDK and `services` sections call them.
const SERVICES: [(&str, &str); 7] = [
    ("EC2", "ec2"),
    ("STS", "sts"),
    ("Organizations", "organizations"),
    ("SSO", "sso"),
    ("SNS", "sns"),
    ("CloudWatch", "cloudwatch"),
    ("DynamoDB", "dynamodb"),
];

impl EndpointUrls {
    /// Reads what `profile` says.
    pub fn for_profile(variables: Variables, profiles: &Profiles, profile: Option<&Profile>) -> Self {
        let own = |(id, name)| Some((id, profiles.endpoint_of_service(profile?, name)?.to_owned()));
        let ignored = configured_flag(
            variables,
            profile,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        );
        Self {
            variables,
            by_service: SERVICES.into_iter().filter_map(own).collect(),
            profile_url: profile.and_then(|profile| profile.get("endpoint_url")).map(str::to_owned),
            ignored: ignored.unwrap_or_default(),
        }
    }

    fn service_url(&self, id: &str) -> Option<String> {
        let named = format!("AWS_ENDPOINT_URL_{}", id.to_ascii_uppercase().replace(' ', "_"));
        let own = || self.by_service.iter().find(|(known, _)| *known == id).map(|(_, url)| url.clone());
        let variable = self.variables.get(&named).or_else(|| self.variables.get("AWS_ENDPOINT_URL"));
        variable.or_else(own).or_else(|| self.profile_url.clone())
    }
}

impl LoadServiceConfig for EndpointUrls {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        (key.profile() == "endpoint_url" && !self.ignored)
            .then(|| self.service_url(key.service_id()))
            .flatten()
    }
}

/// Attempts per request unless the user says otherwise: a shared account's throttling passes in seconds, and
/// an exhausted retry costs the whole scope.
const ATTEMPTS: u32 = 8;

/// Attempts of the first request of a sign-in, unless the user says otherwise: what fails there mostly fails for good,
/// and the user waits for it.
const SIGN_IN_ATTEMPTS: u32 = 4;

/// How often the requests of an account are tried.
#[derive(Debug)]
pub struct Retries {
    /// Of all requests.
    pub requests: RetryConfig,
    /// Of the first request of a sign-in, if that is to be tried less often.
    pub sign_in: Option<RetryConfig>,
}

/// Makes a budget of retries that no other client has a part in. Those that the SDK makes by a name are shared by
/// every client of the process that uses the name, also in a later scan.
pub fn new_retry_budget(name: &'static str) -> RetryPartition {
    RetryPartition::custom(name).client_rate_limiter(new_rate_limiter()).build()
}

/// Makes what paces requests in the retry mode `adaptive`; it does nothing before AWS throttles.
pub fn new_rate_limiter() -> ClientRateLimiter {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    ClientRateLimiter::new(now.as_secs_f64())
}

/// By how much the longest wait between two attempts is longer than the shortest one, as in the SDK's own settings.
const BACKOFF_GROWTH: u32 = 20;

/// Reads `AWS_MAX_ATTEMPTS` and `AWS_RETRY_MODE`, then the profile's `max_attempts` and `retry_mode`. Without a
/// `shortest_backoff` the waits are those of the SDK.
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>
///
/// # Errors
/// When one of them has a value that the AWS SDKs do not know.
pub fn configured_retries(
    variables: Variables,
    profile: Option<&Profile>,
    shortest_backoff: Option<Duration>,
) -> Result<Retries, PlanError> {
    let setting = |variable: &str, key: &str| find_setting(variables, profile, variable, key);
    let (attempts, mode) =
        (setting("AWS_MAX_ATTEMPTS", "max_attempts"), setting("AWS_RETRY_MODE", "retry_mode"));
    resolve_retries(attempts, mode, shortest_backoff)
}

fn resolve_retries(
    attempts: Option<Setting>,
    mode: Option<Setting>,
    shortest_backoff: Option<Duration>,
) -> Result<Retries, PlanError> {
    let is_default = attempts.is_none();
    let attempts = match attempts {
        None => ATTEMPTS,
        Some((name, value)) => match value.trim().parse() {
            Ok(count @ 1..) => count,
            _ => return Err(bad_setting(&name, &value, "a whole number from 1")),
        },
    };
    let mode = match mode {
        None => RetryMode::Standard,
        Some((name, value)) => match value.trim().to_ascii_lowercase().as_str() {
            // The SDKs that know `legacy` say of it that it is like `standard`; this one has no other.
            "standard" | "legacy" => RetryMode::Standard,
            "adaptive" => RetryMode::Adaptive,
            _ => return Err(bad_setting(&name, &value, "standard or adaptive")),
        },
    };
    let requests = RetryConfig::standard().with_retry_mode(mode).with_max_attempts(attempts);
    let requests = match shortest_backoff {
        Some(wait) => requests.with_initial_backoff(wait).with_max_backoff(wait * BACKOFF_GROWTH),
        None => requests,
    };
    let sign_in = is_default.then(|| requests.clone().with_max_attempts(SIGN_IN_ATTEMPTS));
    Ok(Retries { requests, sign_in })
}

/// Tells whether requests are tried as often as netcensus chose to: the user asked for no fewer attempts.
pub fn is_patient(retries: &RetryConfig) -> bool {
    retries.max_attempts() >= ATTEMPTS
}

fn bad_setting(name: &str, value: &str, wanted: &str) -> PlanError {
    PlanError::bad_setting(format!("{name} is `{value}`, which is not {wanted}"))
        .remedy("it is an AWS setting; unset it to use netcensus' own retries")
}

/// EC2's documented bucket for paginated describe calls: 100 at once, 20 more each second.
/// <https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html>
const BURST: NonZeroU32 = NonZeroU32::new(100).unwrap();
const PER_SECOND: NonZeroU32 = NonZeroU32::new(20).unwrap();

type BucketKey = (String, String, &'static str);

/// One bucket per account, region and API.
#[derive(Debug)]
pub struct RequestPacer(RateLimiter<BucketKey, HashMapStateStore<BucketKey>, DefaultClock>);

impl RequestPacer {
    /// Makes full buckets.
    pub fn new() -> Self {
        Self(RateLimiter::hashmap(Quota::per_second(PER_SECOND).allow_burst(BURST)))
    }

    /// Waits until one more request of `action` fits.
    pub async fn wait(&self, account: &str, region: &str, action: &'static str) {
        self.0.until_key_ready(&(account.to_owned(), region.to_owned(), action)).await;
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;
    use crate::clouds::aws::config_files::ConfigFiles;

    fn profiles_from(config: &str) -> Profiles {
        Profiles::from_files(ConfigFiles::from_text(config.to_owned()))
    }

    // smithy-rs 4565: an empty endpoint was a panic.
    #[test]
    fn an_empty_endpoint_is_not_set_and_a_services_own_comes_first() {
        let profiles = profiles_from(
            "[profile a]\nendpoint_url =\nservices = s\n[services s]\nec2 =\n  endpoint_url =\nsts =\n  \
             endpoint_url = http://sts\n[profile b]\nendpoint_url = http://b\nservices = s\n\
             [profile c]\nendpoint_url = http://c\nignore_configured_endpoint_urls = TRUE\n",
        );
        let of = |name, service| {
            let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL");
            let key = key.profile("endpoint_url").build().unwrap();
            EndpointUrls::for_profile(Variables::None, &profiles, profiles.get(name)).load_config(key)
        };
        assert_eq!((of("a", "EC2"), of("a", "STS").as_deref()), (None, Some("http://sts")));
        assert_eq!(of("b", "EC2").as_deref(), Some("http://b"));
        assert_eq!(of("b", "STS").as_deref(), Some("http://sts"));
        assert_eq!(of("c", "STS"), None);
    }

    // faults F21.
    #[test]
    fn a_region_is_a_name_and_an_empty_one_is_not_set() {
        let profiles = profiles_from(
            "[default]\nregion =\n[profile a]\nregion = eu-west-1\n[profile b]\nregion = a b\n",
        );
        let of = |name| {
            configured_region(Variables::None, profiles.get(name)).map(|region| region.map(|r| r.to_string()))
        };
        assert_eq!(of("default").unwrap(), None);
        assert_eq!(of("a").unwrap().as_deref(), Some("eu-west-1"));
        assert_eq!(
            of("b").unwrap_err().message(),
            "region of profile b is `a b`, which is not the name of a region"
        );
    }

    fn setting(name: &str, value: &str) -> Setting {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn settings_of_the_user_replace_the_defaults() {
        let Retries { requests, sign_in } = resolve_retries(None, None, None).unwrap();
        assert_eq!(sign_in.map(|retries| retries.max_attempts()), Some(4));
        assert_eq!((requests.max_attempts(), requests.mode()), (8, RetryMode::Standard));
        let Retries { requests, sign_in } = resolve_retries(
            Some(setting("AWS_MAX_ATTEMPTS", "3")),
            Some(setting("AWS_RETRY_MODE", "Adaptive")),
            None,
        )
        .unwrap();
        assert_eq!((requests.max_attempts(), requests.mode()), (3, RetryMode::Adaptive));
        assert!(sign_in.is_none(), "also for the first request of a sign-in");
    }

    #[test]
    fn waits_grow_with_the_shortest_one() {
        let waits = |shortest| {
            let retries = resolve_retries(None, None, shortest).unwrap().requests;
            (retries.initial_backoff(), retries.max_backoff())
        };
        assert_eq!(waits(None), waits(Some(Duration::from_secs(1))), "what the SDK has");
        assert_eq!(
            waits(Some(Duration::from_millis(1))),
            (Duration::from_millis(1), Duration::from_millis(20))
        );
    }

    #[test]
    fn wrong_settings_are_named_and_not_a_panic() {
        for value in ["0", "-1", "many"] {
            let error = resolve_retries(Some(setting("AWS_MAX_ATTEMPTS", value)), None, None).unwrap_err();
            assert!(error.message().starts_with(&format!("AWS_MAX_ATTEMPTS is `{value}`")), "{error}");
        }
        let error =
            resolve_retries(None, Some(setting("retry_mode of profile a", "bogus")), None).unwrap_err();
        assert_eq!(error.message(), "retry_mode of profile a is `bogus`, which is not standard or adaptive");
    }

    #[test]
    fn each_account_region_and_api_has_a_bucket_of_its_own() {
        let pacer = RequestPacer::new();
        let passes = |account, region, action| pacer.wait(account, region, action).now_or_never().is_some();
        assert!((0..BURST.get()).all(|_| passes("1", "a", "x")));
        assert!(!passes("1", "a", "x"), "the bucket is empty");
        assert!(passes("2", "a", "x") && passes("1", "b", "x") && passes("1", "a", "y"));
    }
}
