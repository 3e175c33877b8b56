//! The one list of clouds: a row each.

use std::sync::Arc;

use super::cloud_provider::{CloudError, CloudProvider};
use crate::config::Settings;
use crate::model;

/// Where the clouds are.
#[derive(Debug, Clone, Default)]
pub enum CloudEnvironment {
    /// As the environment and the clouds' own configuration files say.
    #[default]
    System,
    /// The embedded sandbox: nothing of the user's own configuration is read.
    Sandbox {
        /// The sandbox's address.
        endpoint: String,
        /// The text of the AWS configuration file that has its accounts as profiles.
        aws_config: String,
        /// A service principal for each of its Azure tenants.
        azure: Vec<ServicePrincipal>,
    },
}

/// An application that may read an Azure tenant.
#[derive(Debug, Clone)]
pub struct ServicePrincipal {
    /// The tenant's id.
    pub tenant: String,
    /// The application's client id.
    pub client: String,
    /// The application's secret.
    pub secret: String,
}

/// What a provider is made from.
#[derive(Debug, Clone, Copy)]
pub struct Needs<'a> {
    /// The scope and limits, validated.
    pub settings: &'a Settings,
    /// Where the clouds are.
    pub environment: &'a CloudEnvironment,
}

type Open = fn(Needs<'_>) -> Result<Arc<dyn CloudProvider>, CloudError>;

/// A row a cloud.
const CLOUDS: &[(model::Provider, Open)] = &[
    #[cfg(feature = "aws")]
    (model::Provider::Aws, |needs| Ok(Arc::new(super::aws::Aws::new(needs)?))),
    #[cfg(feature = "azure")]
    (model::Provider::Azure, |needs| Ok(Arc::new(super::azure::Azure::new(needs)?))),
];

/// Lists the clouds this build can ask.
#[must_use]
pub fn compiled_in() -> Vec<model::Provider> {
    CLOUDS.iter().map(|(id, _)| *id).collect()
}

/// Opens the clouds that `wanted` names, in the table's order.
///
/// # Errors
/// When this build lacks a wanted cloud, or one cannot be reached as configured.
pub fn open(wanted: &[model::Provider], needs: Needs<'_>) -> Result<Vec<Arc<dyn CloudProvider>>, CloudError> {
    if CLOUDS.is_empty() {
        return Err(CloudError::bad_setting("this build can read no cloud").remedy(
            "build it with a cloud's feature, such as --features aws; --from reads saved inventories",
        ));
    }
    if let Some(missing) = wanted.iter().find(|id| !compiled_in().contains(id)) {
        return Err(CloudError::bad_setting(format!("this build cannot read {missing}"))
            .remedy(format!("build with: cargo install netcensus --features {missing}")));
    }
    CLOUDS.iter().filter(|(id, _)| wanted.contains(id)).map(|(_, open)| open(needs)).collect()
}
