//! Where Azure is: the resource manager, the authority that gives out tokens, and what a token is asked for.

use url::Url;

use crate::clouds::CloudError;
use crate::clouds::registry::CloudEnvironment;
use crate::config::{AzureCloud, AzureSettings};

/// The addresses of one Azure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureEndpoints {
    /// The resource manager; the token goes to this host and no other.
    pub resource_manager: Url,
    /// Microsoft Entra; `None` leaves it to `AZURE_AUTHORITY_HOST`, and to the public cloud without that.
    pub authority: Option<Url>,
    /// What a token is for, such as `https://management.azure.com/.default`.
    pub scope: String,
}

impl AzureEndpoints {
    /// Takes the addresses of the configured cloud, with those over them that are given one by one.
    ///
    /// # Errors
    /// When an address is none.
    pub fn new(settings: &AzureSettings, environment: &CloudEnvironment) -> Result<Self, CloudError> {
        if let CloudEnvironment::Sandbox { endpoint, .. } = environment {
            let here = parse("the URL of the sandbox", endpoint)?;
            let scope = scope_of(PUBLIC.0);
            return Ok(Self { resource_manager: here.clone(), authority: Some(here), scope });
        }
        let said = settings.cloud.value;
        let (manager, authority) = said.map_or(PUBLIC, addresses);
        let explicit = settings.resource_manager.value.as_deref();
        let resource_manager = parse("azure.resource-manager", explicit.unwrap_or(manager))?;
        let authority = match (settings.authority.value.as_deref(), said) {
            (Some(explicit), _) => Some(parse("azure.authority", explicit)?),
            (None, Some(_)) => Some(parse("azure.authority", authority)?),
            (None, None) => None,
        };
        // A private cloud's tokens are for its own resource manager, unless it poses as one of Microsoft's.
        let audience = if said.is_some() { manager } else { explicit.unwrap_or(manager) };
        Ok(Self { resource_manager, authority, scope: scope_of(audience) })
    }

    /// Tells whether it is the public cloud, or the sandbox that acts as it.
    pub fn is_public(&self) -> bool {
        self.scope == scope_of(PUBLIC.0)
    }
}

const PUBLIC: (&str, &str) = addresses(AzureCloud::Public);

/// Resource manager and authority of Microsoft's own clouds:
/// <https://learn.microsoft.com/azure/azure-government/compare-azure-government-global-azure> and
/// <https://learn.microsoft.com/azure/china/resources-developer-guide>.
const fn addresses(cloud: AzureCloud) -> (&'static str, &'static str) {
    match cloud {
        AzureCloud::Public => ("https://management.azure.com", "https://login.microsoftonline.com"),
        AzureCloud::UsGovernment => {
            ("https://management.usgovcloudapi.net", "https://login.microsoftonline.us")
        }
        AzureCloud::China => ("https://management.chinacloudapi.cn", "https://login.chinacloudapi.cn"),
    }
}

fn scope_of(audience: &str) -> String {
    format!("{}/.default", audience.trim_end_matches('/'))
}

fn parse(key: &str, text: &str) -> Result<Url, CloudError> {
    Url::parse(text)
        .map_err(|error| CloudError::bad_setting(format!("{key}: `{text}` is not a URL: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{AzureOverrides, KnownNames, Overrides, Settings};

    fn endpoints(azure: AzureOverrides) -> AzureEndpoints {
        let overrides = Overrides { azure, ..Overrides::default() };
        let known = KnownNames::FOR_TESTS;
        let settings = Settings::resolve(None, &overrides, &known).unwrap().azure;
        AzureEndpoints::new(&settings, &CloudEnvironment::System).unwrap()
    }

    fn text(endpoints: &AzureEndpoints) -> (&str, Option<&str>, &str) {
        let authority = endpoints.authority.as_ref().map(Url::as_str);
        (endpoints.resource_manager.as_str(), authority, &endpoints.scope)
    }

    #[test]
    fn nothing_said_is_the_public_cloud_or_where_the_environment_points() {
        let public = endpoints(AzureOverrides::default());
        let scope = "https://management.azure.com/.default";
        assert_eq!(text(&public), ("https://management.azure.com/", None, scope));
    }

    #[test]
    fn a_cloud_has_all_three() {
        let cloud =
            |name: &str| endpoints(AzureOverrides { cloud: Some(name.into()), ..AzureOverrides::default() });
        assert_eq!(
            text(&cloud("china")),
            (
                "https://management.chinacloudapi.cn/",
                Some("https://login.chinacloudapi.cn/"),
                "https://management.chinacloudapi.cn/.default"
            )
        );
        assert_eq!(text(&cloud("usgovernment")).0, "https://management.usgovcloudapi.net/");
    }

    #[test]
    fn the_token_of_a_private_cloud_is_for_that_cloud_unless_it_poses_as_another() {
        let of = |cloud: Option<&str>| {
            endpoints(AzureOverrides {
                cloud: cloud.map(str::to_owned),
                resource_manager: Some("https://management.local.example".into()),
                authority: Some("https://login.local.example".into()),
                ..AzureOverrides::default()
            })
        };
        let private = of(None);
        assert_eq!(private.scope, "https://management.local.example/.default");
        assert_eq!(private.authority.unwrap().as_str(), "https://login.local.example/");
        let posing = of(Some("public"));
        assert_eq!(posing.scope, "https://management.azure.com/.default");
        assert_eq!(posing.resource_manager.as_str(), "https://management.local.example/");
    }
}
