//! Access to a table of Amazon DynamoDB: signing in, reading all of its items, and what its refusals mean.

use std::collections::{BTreeMap, HashMap};

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::scan::ScanError;
use aws_sdk_dynamodb::types::AttributeValue;
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use futures_util::future::BoxFuture;

use super::service_login::ServiceLogin;
use super::table_retries::UnansweredLimit;
use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::authentication::login::Login;
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::errors::{classify_error, unreachable_endpoint};
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{NoFutileRetries, RetryStatuses, new_retry_budget};
use crate::clouds::page_tokens::{PageTokens, RowCount};
use crate::clouds::step::bounded;
use crate::clouds::{CloudEnvironment, Failure, Run};
use crate::config::TableName;
use crate::diagnostic::Diagnostic;
use crate::model::Outcome;
use crate::redact::redact;

/// What reads all items of a table.
const SCAN: &str = "dynamodb:Scan";

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
    contact: UnansweredLimit,
    login: Login,
    run: Run,
}

/// Makes a client that checks its answers, tries again what may pass, and gives up soon what `contact` says.
fn connect(builder: aws_sdk_dynamodb::config::Builder, contact: &UnansweredLimit) -> Client {
    let config = builder
        .retry_partition(new_retry_budget("dynamodb"))
        .retry_classifier(RetryStatuses)
        .retry_classifier(NoFutileRetries)
        .retry_classifier(contact.clone())
        .interceptor(contact.clone())
        .interceptor(MeterRequests)
        .interceptor(CheckAnswers)
        .build();
    Client::from_conf(config)
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
        let contact = UnansweredLimit::new(has_default_retries);
        let client = connect(aws_sdk_dynamodb::config::Builder::from(&config), &contact);
        Ok(Self { client, table: name.table.clone(), region, location, contact, login, run })
    }

    /// Reads all items. What fails is classified by `classify`.
    pub async fn scan(
        &self,
        classify: impl Fn(&SdkError<ScanError, HttpResponse>) -> Failure,
    ) -> Result<Vec<Item>, Failure> {
        scan(&self.client, &self.table, classify).await
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
            failure.reasons.into_iter().fold(error, Diagnostic::with_cause_and_remedies).map(redact)
        })
    }
}

async fn scan(
    client: &Client,
    table: &str,
    classify: impl Fn(&SdkError<ScanError, HttpResponse>) -> Failure,
) -> Result<Vec<Item>, Failure> {
    let (mut keys, mut counted) = (PageTokens::default(), RowCount::default());
    let (mut items, mut start) = (Vec::new(), None);
    loop {
        let request = client.scan().table_name(table).consistent_read(true);
        let request = request.set_exclusive_start_key(start);
        let page = Box::pin(request.send()).await.map_err(|error| classify(&error))?;
        // An answer without a list, as of a proxy, is no empty table.
        let listed = page.items.filter(|items| usize::try_from(page.count) == Ok(items.len()));
        let mut listed = listed.ok_or_else(|| {
            Failure::new(Outcome::Failed, format!("{SCAN}: the answer has no list of items, or a part of it"))
        })?;
        counted.record(listed.len(), SCAN)?;
        items.append(&mut listed);
        start = page.last_evaluated_key.filter(|key| !key.is_empty());
        keys.follow(start.as_ref().map(key_text).as_deref(), SCAN)?;
        if start.is_none() {
            return Ok(items);
        }
    }
}

/// Returns a text that is equal for equal keys: a map has no order.
fn key_text(key: &Item) -> String {
    format!("{:?}", key.iter().collect::<BTreeMap<_, _>>())
}

/// A request that the SDK could not make of its parts.
pub fn request_error(error: &dyn std::fmt::Display) -> Failure {
    Failure::new(Outcome::Failed, format!("a request could not be made: {error}"))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_credential_types::Credentials;
    use aws_sdk_dynamodb::config::retry::RetryConfig;
    use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};

    use super::*;
    use crate::clouds::aws::services::scripted_http::{answers_in_turn, same_answer};

    impl TableAccess {
        /// A table that answers so.
        pub fn of_answers(answers: &[(u16, &str)]) -> Self {
            let config = Config::builder()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::from_static("eu-west-1"))
                .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
                .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
                .http_client(answers_in_turn(answers));
            let contact = UnansweredLimit::new(true);
            Self {
                client: connect(config, &contact),
                table: "t".to_owned(),
                region: "eu-west-1".to_owned(),
                location: "dynamodb:t".to_owned(),
                contact,
                login: Login::new("test", "none"),
                run: Run::unobserved(),
            }
        }
    }

    async fn scan_of(status: u16, page: &'static str) -> Result<Vec<Item>, Failure> {
        let builder = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-west-1"))
            .credentials_provider(Credentials::new("id", "secret", None, None, "test"))
            .http_client(same_answer(status, page));
        let classify = |error: &SdkError<ScanError, HttpResponse>| {
            classify_error(error, SCAN, &Login::new("test", "none"))
        };
        scan(&connect(builder, &UnansweredLimit::new(true)), "t", classify).await
    }

    /// Each of these was a table with one item, complete.
    #[tokio::test]
    async fn a_page_with_another_status_than_200_is_none() {
        for status in [201, 202, 203, 206, 207, 299] {
            let failure = scan_of(status, r#"{"Items":[{"k":{"S":"a"}}],"Count":1}"#).await.unwrap_err();
            let said = failure.detail();
            assert_eq!(said, format!("dynamodb:Scan: HTTP {status} is not a whole answer"));
        }
    }

    #[tokio::test]
    async fn a_page_that_leads_to_itself_is_a_failure() {
        let last = scan_of(200, r#"{"Items":[{"k":{"S":"a"}}],"Count":1}"#).await;
        assert_eq!(last.unwrap().len(), 1);
        let endless =
            r#"{"Items":[{"k":{"S":"a"}}],"Count":1,"LastEvaluatedKey":{"k":{"S":"a"},"l":{"S":"b"}}}"#;
        let failure = scan_of(200, endless).await.unwrap_err();
        assert!(failure.detail().starts_with("dynamodb:Scan: the list leads back"), "{failure}");
    }
}
