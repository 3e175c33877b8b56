//! Settings of the AWS SDKs that variables and profiles have: the region, flags, endpoints.
//!
//! The SDK reads them too, but takes an empty one for a value, which panics for an endpoint, and would let the
//! environment have a say in the sandbox.

use std::collections::{BTreeSet, HashMap};

use aws_config::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};
use url::Url;

use crate::clouds::CloudError;
use crate::clouds::aws::authentication::profiles::{Profile, Profiles};
use crate::config;

/// The `AWS_*` variables; none in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdkVariables {
    /// Those of the process.
    Process,
    /// No variables.
    None,
}

impl SdkVariables {
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
    variables: SdkVariables,
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
    variables: SdkVariables,
    profile: Option<&Profile>,
) -> Result<Option<Region>, CloudError> {
    let found = find_setting(variables, None, "AWS_REGION", "region")
        .or_else(|| find_setting(variables, profile, "AWS_DEFAULT_REGION", "region"));
    let Some((name, value)) = found else { return Ok(None) };
    let is_name = value.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if !is_name {
        return Err(CloudError::bad_setting(format!(
            "{name} is `{value}`, which is not the name of a region"
        ))
        .remedy("set it to one, such as eu-west-1"));
    }
    Ok(Some(Region::new(value)))
}

/// Reads a setting that is true or false; what is neither says nothing, as to the SDK.
pub fn configured_flag(
    variables: SdkVariables,
    profile: Option<&Profile>,
    variable: &str,
    key: &str,
) -> Option<bool> {
    let (_, value) = find_setting(variables, profile, variable, key)?;
    value.trim().to_ascii_lowercase().parse().ok()
}

/// Returns the address of the metadata service of an EC2 instance:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-imds-client.html>.
pub fn metadata_endpoint(variables: SdkVariables, profile: Option<&Profile>) -> String {
    let setting = |variable, key| Some(find_setting(variables, profile, variable, key)?.1);
    let named = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT", "ec2_metadata_service_endpoint");
    let mode = setting("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ec2_metadata_service_endpoint_mode");
    let is_ipv6 = mode.is_some_and(|mode| mode.eq_ignore_ascii_case("IPv6"));
    let usual = if is_ipv6 { "http://[fd00:ec2::254]" } else { "http://169.254.169.254" };
    named.unwrap_or_else(|| usual.to_owned())
}

/// The endpoints that the variables and a profile name, by service.
#[derive(Debug)]
pub struct EndpointUrls {
    variables: SdkVariables,
    /// By the names that `services` sections have for services, such as `sso_oidc`.
    by_service: HashMap<String, Setting>,
    profile_url: Option<Setting>,
    ignored: bool,
}

/// The services that signing in may ask, as the SDK calls them.
const SIGN_IN_SERVICES: [&str; 4] = ["STS", "SSO", "SSO OIDC", "Signin"];
/// The services that a scan may ask once it is signed in.
pub const READ_SERVICES: [&str; 2] = ["EC2", "Organizations"];

impl EndpointUrls {
    /// Reads what `profile` says.
    pub fn for_profile(variables: SdkVariables, profiles: &Profiles, profile: Option<&Profile>) -> Self {
        let own = |(service, url): (&str, &str)| {
            let name = profile.map(Profile::name).unwrap_or_default();
            let setting = (format!("endpoint_url of {service} for profile {name}"), url.to_owned());
            (service.to_owned(), setting)
        };
        let of_profile = |profile: &Profile| {
            let url = profile.get("endpoint_url")?.to_owned();
            Some((format!("endpoint_url of profile {}", profile.name()), url))
        };
        let ignored = configured_flag(
            variables,
            profile,
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        );
        Self {
            variables,
            by_service: profile
                .map_or_else(HashMap::new, |profile| profiles.endpoints(profile).map(own).collect()),
            profile_url: profile.and_then(of_profile),
            ignored: ignored.unwrap_or_default(),
        }
    }

    /// Warns of each setting that sends requests to one of `services`, by the SDK's names, or requests of signing in, to
    /// another machine without encryption.
    pub fn plain_text_warnings(&self, services: &[&str]) -> BTreeSet<String> {
        let used = services.iter().chain(&SIGN_IN_SERVICES).filter_map(|id| self.service_url(id));
        let plain = used.filter_map(|(name, url)| {
            let url = Url::parse(&url).ok().filter(|url| url.scheme() == "http" && !config::is_loopback(url))?;
            let host = url.origin().ascii_serialization();
            Some(format!(
                "{name} sends requests to {host} without encryption: session tokens, keys of roles and all answers can \
                 be read on the way (use https)"
            ))
        });
        plain.collect()
    }

    /// Returns the address of a service by the setting that counts.
    fn service_url(&self, id: &str) -> Option<Setting> {
        let of_variable = |name: String| Some((name.clone(), self.variables.get(&name)?));
        let service = id.to_ascii_lowercase().replace(' ', "_");
        let named = format!("AWS_ENDPOINT_URL_{}", service.to_ascii_uppercase());
        let own = || self.by_service.get(&service).cloned();
        let variable = of_variable(named).or_else(|| of_variable("AWS_ENDPOINT_URL".to_owned()));
        variable.or_else(own).or_else(|| self.profile_url.clone()).filter(|_| !self.ignored)
    }
}

impl LoadServiceConfig for EndpointUrls {
    fn load_config(&self, key: ServiceConfigKey<'_>) -> Option<String> {
        let (_, url) = self.service_url(key.service_id()).filter(|_| key.profile() == "endpoint_url")?;
        Some(url)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::aws::authentication::config_files::ConfigFiles;

    fn profiles_from(config: &str) -> Profiles {
        Profiles::from_files(ConfigFiles::from_text(config.to_owned()))
    }

    // smithy-rs 4565: an empty endpoint was a panic.
    #[test]
    fn an_empty_endpoint_is_not_set_and_a_services_own_comes_first() {
        let profiles = profiles_from(
            "[profile a]\nendpoint_url =\nservices = s\n[services s]\nec2 =\n  endpoint_url =\nsts =\n  \
             endpoint_url = http://sts\nsqs =\n  endpoint_url = http://sqs\nsso_oidc =\n  endpoint_url = \
             http://oidc\n[profile b]\nendpoint_url = http://b\nservices = s\n\
             [profile c]\nendpoint_url = http://c\nignore_configured_endpoint_urls = TRUE\n",
        );
        let of = |name, service| {
            let key = ServiceConfigKey::builder().service_id(service).env("AWS_ENDPOINT_URL");
            let key = key.profile("endpoint_url").build().unwrap();
            EndpointUrls::for_profile(SdkVariables::None, &profiles, profiles.get(name)).load_config(key)
        };
        assert_eq!((of("a", "EC2"), of("a", "STS").as_deref()), (None, Some("http://sts")));
        // Those of queues and of the tokens of SSO were not found.
        assert_eq!(of("a", "SQS").as_deref(), Some("http://sqs"));
        assert_eq!(of("a", "SSO OIDC").as_deref(), Some("http://oidc"));
        assert_eq!(of("b", "EC2").as_deref(), Some("http://b"));
        assert_eq!(of("b", "STS").as_deref(), Some("http://sts"));
        assert_eq!(of("c", "STS"), None);
    }

    #[test]
    fn an_endpoint_without_encryption_is_warned_of_unless_it_is_this_machine() {
        let profiles = profiles_from(
            "[profile a]\nendpoint_url = http://user:secret@localstack:4566/x\nservices = s\n[services s]\nec2 =\n  \
             endpoint_url = http://10.1.2.3\nsts =\n  endpoint_url = https://sts\ndynamodb =\n  endpoint_url = \
             http://table\n[profile b]\nendpoint_url = http://localhost:4566\n[profile c]\nendpoint_url = http://[::1]\n\
             [profile d]\nendpoint_url = http://d\nignore_configured_endpoint_urls = true\n[profile e]\n\
             endpoint_url = localstack\n",
        );
        let warnings = |name, services: &[&str]| {
            let endpoints = EndpointUrls::for_profile(SdkVariables::None, &profiles, profiles.get(name));
            endpoints.plain_text_warnings(services)
        };
        let said: Vec<String> = warnings("a", &READ_SERVICES).into_iter().collect();
        assert_eq!(said.len(), 2, "{said:?}");
        assert!(
            said[0]
                .starts_with("endpoint_url of ec2 for profile a sends requests to http://10.1.2.3 without")
        );
        assert!(
            said[1].starts_with("endpoint_url of profile a sends requests to http://localstack:4566 without")
        );
        let said: Vec<String> = warnings("a", &["DynamoDB"]).into_iter().collect();
        assert!(
            said[0]
                .starts_with("endpoint_url of dynamodb for profile a sends requests to http://table without")
        );
        for name in ["b", "c", "d", "e"] {
            assert_eq!(warnings(name, &READ_SERVICES), BTreeSet::new(), "{name}");
        }
    }

    #[test]
    fn the_metadata_service_is_where_a_profile_says() {
        let profiles = profiles_from(
            "[default]\n[profile a]\nec2_metadata_service_endpoint = http://a\n[profile b]\n\
             ec2_metadata_service_endpoint_mode = ipv6\n",
        );
        let of = |name| metadata_endpoint(SdkVariables::None, profiles.get(name));
        assert_eq!(of("default"), "http://169.254.169.254");
        assert_eq!((of("a").as_str(), of("b").as_str()), ("http://a", "http://[fd00:ec2::254]"));
    }

    #[test]
    fn a_region_is_a_name_and_an_empty_one_is_not_set() {
        let profiles = profiles_from(
            "[default]\nregion =\n[profile a]\nregion = eu-west-1\n[profile b]\nregion = a b\n",
        );
        let of = |name| {
            configured_region(SdkVariables::None, profiles.get(name))
                .map(|region| region.map(|r| r.to_string()))
        };
        assert_eq!(of("default").unwrap(), None);
        assert_eq!(of("a").unwrap().as_deref(), Some("eu-west-1"));
        assert_eq!(
            of("b").unwrap_err().message(),
            "region of profile b is `a b`, which is not the name of a region"
        );
    }
}
