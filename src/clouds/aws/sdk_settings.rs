//! Settings of the AWS SDKs that variables and profiles have: the region, flags, endpoints.
//!
//! The SDK reads them too, but takes an empty one for a value, which panics for an endpoint, and would let the
//! environment have a say in the sandbox.

use aws_config::Region;
use aws_types::service_config::{LoadServiceConfig, ServiceConfigKey};

use super::profiles::{Profile, Profiles};
use crate::clouds::PlanError;

/// The `AWS_*` variables; none in the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SdkVariables {
    /// Those of the process.
    Process,
    /// None.
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
    variables: SdkVariables,
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
    variables: SdkVariables,
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
    pub fn for_profile(variables: SdkVariables, profiles: &Profiles, profile: Option<&Profile>) -> Self {
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

#[cfg(test)]
mod tests {
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
            EndpointUrls::for_profile(SdkVariables::None, &profiles, profiles.get(name)).load_config(key)
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
