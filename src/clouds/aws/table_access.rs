//! Access to a table of Amazon DynamoDB: signing in, reading all of its items, and what its refusals mean.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::BoxFuture;

use super::client::AwsConnection;
use super::errors::{classify_error, unreachable_endpoint};
use super::first_contact::FirstContact;
use super::request_meter::MeterRequests;
use super::retries::{NoFutileRetries, new_retry_budget};
use super::service_login::ServiceLogin;
use super::session::Login;
use crate::clouds::step::bounded;
use crate::clouds::{CloudEnvironment, Failure, Run};
use crate::config::TableName;
use crate::diagnostic::Diagnostic;
use crate::model::Outcome;
use crate::redact::redact;

/// An item of a table.
pub type Item = HashMap<String, AttributeValue>;

/// A table that was signed in to.
#[derive(Clone)]
pub struct TableAccess {
    /// For its requests.
    pub client: Client,
    /// Its name.
    pub table: String,
    /// Its region.
    pub region: String,
    /// What messages call it.
    pub location: String,
    contact: FirstContact,
    login: Login,
    run: Run,
}

impl TableAccess {
    /// Signs in. The table itself is asked for nothing yet.
    ///
    /// # Errors
    /// When there are no credentials or no region. `set_region` says how to give one.
    pub async fn open(
        name: &TableName,
        location: String,
        set_region: &str,
        run: Run,
    ) -> Result<Self, Diagnostic> {
        let cannot = |diagnostic: Diagnostic| diagnostic.context(&location).map(redact);
        let connection =
            AwsConnection::new(&CloudEnvironment::System).map_err(|error| cannot(error.diagnostic))?;
        let (profile, region) = (name.profile.as_deref(), name.region.as_deref());
        let signed_in =
            ServiceLogin::new(&connection, "DynamoDB", profile, region, "its profile", &run).await;
        let ServiceLogin { config, login, has_region, has_default_retries } =
            signed_in.map_err(|error| cannot(error.diagnostic))?;
        // A table of this name in another region would be another one.
        if !has_region {
            return Err(
                cannot("no region is configured".into()).remedy(format!("{set_region}, or set AWS_REGION"))
            );
        }
        let region = config.region().map(ToString::to_string).unwrap_or_default();
        let contact = FirstContact::new(has_default_retries);
        let config = aws_sdk_dynamodb::config::Builder::from(&config)
            .retry_partition(new_retry_budget("dynamodb"))
            .retry_classifier(NoFutileRetries)
            .retry_classifier(contact.clone())
            .interceptor(contact.clone())
            .interceptor(MeterRequests)
            .build();
        let client = Client::from_conf(config);
        Ok(Self { client, table: name.table.clone(), region, location, contact, login, run })
    }

    /// Reads all items. What fails is classified by `classify`.
    pub async fn scan(
        &self,
        classify: impl Fn(&SdkError<aws_sdk_dynamodb::operation::scan::ScanError, HttpResponse>) -> Failure,
    ) -> Result<Vec<Item>, Failure> {
        let mut items = Vec::new();
        let mut start: Option<Item> = None;
        loop {
            let request = self.client.scan().table_name(&self.table).consistent_read(true);
            let request = request.set_exclusive_start_key(start);
            let page = Box::pin(request.send()).await.map_err(|error| classify(&error))?;
            // An answer without a list, as of a proxy, is no empty table.
            let listed = page.items.filter(|items| usize::try_from(page.count) == Ok(items.len()));
            let mut listed = listed.ok_or_else(|| {
                Failure::new(
                    Outcome::Failed,
                    "dynamodb:Scan: the answer has no list of items, or a part of it",
                )
            })?;
            items.append(&mut listed);
            start = page.last_evaluated_key.filter(|key| !key.is_empty());
            if start.is_none() {
                return Ok(items);
            }
        }
    }

    /// Tells why a request failed. `create` makes the table, `keys` says which keys it has.
    pub fn classify<E>(
        &self,
        error: &SdkError<E, HttpResponse>,
        action: &str,
        create: &str,
        keys: &str,
    ) -> Failure
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        let Self { table, region, .. } = self;
        match code {
            Some("ResourceNotFoundException") => {
                Failure::new(Outcome::Failed, format!("there is no table {table} in {region}"))
                    .remedy(format!("create it: {create}"))
            }
            Some("ValidationException") => classify_error(error, action, &self.login).remedy(keys),
            _ => {
                let endpoint = self.contact.endpoint().unwrap_or("the endpoint");
                unreachable_endpoint(error, action, endpoint)
                    .unwrap_or_else(|| classify_error(error, action, &self.login))
            }
        }
    }

    /// Bounds `work` by `--timeout`. Its failure says that netcensus cannot do `what`, and names the table.
    ///
    /// # Errors
    /// As `work`, and when it takes longer.
    pub async fn bounded<T>(
        &self,
        what: &str,
        work: BoxFuture<'_, Result<T, Failure>>,
    ) -> Result<T, Diagnostic> {
        bounded(&self.run, work).await.map_err(|failure| {
            let error = Diagnostic::new(format!("cannot {what} in {}", self.location));
            failure.reasons.into_iter().fold(error, Diagnostic::explained_by).map(redact)
        })
    }
}

/// A request that the SDK could not make of its parts.
pub fn request_error(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Outcome::Failed, format!("a request could not be made: {error}"))
}
