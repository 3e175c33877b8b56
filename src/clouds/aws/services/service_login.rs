//! Signs in for a service besides those that are read: a channel, a table of reservations. By a profile or the default
//! chain, in one region.

use aws_config::{Region, SdkConfig};

use crate::clouds::aws::authentication::credentials::{DefaultSource, default_credentials};
use crate::clouds::aws::authentication::login::Login;
use crate::clouds::aws::authentication::profiles::DEFAULT;
use crate::clouds::aws::authentication::shared_credentials::CachedCredentials;
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::retries::configured_retries;
use crate::clouds::step::bounded;
use crate::clouds::{CloudError, Run};

/// Credentials, endpoint and region of a service, and what messages say about the credentials.
#[derive(Debug)]
pub struct ServiceLogin {
    /// For the client of the service.
    pub config: SdkConfig,
    /// What to do when the credentials do not work.
    pub login: Login,
    /// Whether a region was named or is configured. Otherwise it is that of this machine, or the first one.
    #[cfg_attr(not(feature = "dynamodb"), expect(dead_code, reason = "only tables ask for it"))]
    pub has_region: bool,
    /// Whether the user has not set how often requests are tried.
    #[cfg_attr(not(feature = "dynamodb"), expect(dead_code, reason = "only tables fail sooner"))]
    pub has_default_retries: bool,
}

impl ServiceLogin {
    /// Signs in to `service`, by its name in the SDK, by the profile `name`, which `by` names, else by the default chain.
    /// `region` wins over the one that AWS is configured with. Warns of requests without encryption.
    ///
    /// # Errors
    /// When the settings do not lead to credentials, or one is wrong.
    pub async fn new(
        connection: &AwsConnection,
        service: &str,
        name: Option<&str>,
        region: Option<&str>,
        by: &str,
        run: &Run,
    ) -> Result<Self, CloudError> {
        let profiles = connection.profiles();
        let variables = connection.variables();
        let source = match name {
            Some(name) => DefaultSource::Profile(profiles.require(name, by)?),
            None => DefaultSource::find(|name| variables.get(name), &profiles)?,
        };
        let profile = match &source {
            DefaultSource::Profile(profile) => Some(*profile),
            _ => profiles.get(&variables.get("AWS_PROFILE").unwrap_or_else(|| DEFAULT.to_owned())),
        };
        // One that a profile was named in is an error already.
        if !matches!(source, DefaultSource::Environment(_)) {
            profiles.report_unreadable(run);
        }
        connection.warn_of_plain_text(&profiles, [profile], &[service], run);
        let login = match name {
            Some(name) => Login::for_profile(&profiles, name),
            None => source.login(variables, &profiles),
        };
        let retries = configured_retries(variables, profile, run.shortest_wait)?;
        let has_default_retries = retries.sign_in.is_some();
        let region = region.map(|region| Region::new(region.to_owned()));
        let configured =
            connection.configure(&profiles, profile, retries.requests, region.as_ref(), run).await?;
        let config = configured.config;
        let make = default_credentials(&source, connection, &profiles, &config, &login, run);
        let provider = bounded(run, Box::pin(make)).await;
        let provider = provider.map_err(|failure| {
            CloudError::from_diagnostic(failure.into_diagnostic("cannot sign in to AWS"))
        })?;
        let provider = CachedCredentials::wrap(provider, login.owner());
        let mut builder = config.to_builder().credentials_provider(provider);
        let has_region = region.is_some() || configured.has_region;
        builder.set_region(region.or_else(|| config.region().cloned()));
        Ok(Self { config: builder.build(), login, has_region, has_default_retries })
    }
}
