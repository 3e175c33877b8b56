//! Sends to Amazon SNS and Amazon `CloudWatch`. The SDK repeats what fails for a moment.
//!
//! Signs in when something is first sent.

use std::sync::Arc;
use std::time::Duration;

use aws_config::SdkConfig;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, MetricDatum, StandardUnit};
use aws_sdk_sns::types::MessageAttributeValue;
use jiff::Timestamp;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use super::service_login::ServiceLogin;
use crate::clouds::aws::answers::CheckAnswers;
use crate::clouds::aws::authentication::login::Login;
use crate::clouds::aws::requests::connection::AwsConnection;
use crate::clouds::aws::requests::errors::classify_error;
use crate::clouds::aws::requests::request_meter::MeterRequests;
use crate::clouds::aws::requests::retries::{NoFutileRetries, RetryStatuses};
use crate::clouds::registry::CloudEnvironment;
use crate::clouds::{Event, Observer, Run};
use crate::config::Concurrency;
use crate::diagnostic::Diagnostic;
use crate::model::Metric;

/// How long a program may take that prints credentials.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(30);

/// Who sends, and to which region.
#[derive(Debug)]
pub struct ChannelAccess {
    profile: Option<String>,
    region: Option<String>,
    signed_in: OnceCell<(SdkConfig, Login)>,
}

/// A message to a topic.
#[derive(Debug, Clone, Copy)]
pub struct TopicMessage<'a> {
    /// ARN of the topic.
    pub topic: &'a str,
    /// One line of ASCII.
    pub subject: &'a str,
    /// Text, or JSON with a text for each protocol.
    pub message: &'a str,
    /// Whether it is JSON.
    pub structured: bool,
    /// Attributes that subscribers can filter by.
    pub attributes: &'a [(&'static str, String)],
    /// What a FIFO topic knows it by; `None` for other topics.
    pub deduplication: Option<&'a str>,
}

impl ChannelAccess {
    /// Takes a profile of the AWS configuration, or the default chain without one; and a region, or that of the profile or
    /// the environment without one.
    #[must_use]
    pub fn new(profile: Option<String>, region: Option<String>) -> Self {
        Self { profile, region, signed_in: OnceCell::new() }
    }

    /// Returns the settings for clients of `service`, with credentials, and whose they are.
    async fn sign_in(&self, service: &str) -> Result<&(SdkConfig, Login), Diagnostic> {
        self.signed_in.get_or_try_init(|| Box::pin(self.connect(service))).await
    }

    async fn connect(&self, service: &str) -> Result<(SdkConfig, Login), Diagnostic> {
        let connection = AwsConnection::new(&CloudEnvironment::System).map_err(|error| error.diagnostic)?;
        let (profile, region) = (self.profile.as_deref(), self.region.as_deref());
        let run = unattended_run();
        let signed_in = ServiceLogin::new(&connection, service, profile, region, "the channel", &run).await;
        let ServiceLogin { config, login, .. } = signed_in.map_err(|error| error.diagnostic)?;
        Ok((config, login))
    }

    /// Sends a message (`Publish`).
    ///
    /// # Errors
    /// When it was not taken.
    pub async fn publish(&self, message: TopicMessage<'_>) -> Result<(), Diagnostic> {
        let (config, login) = self.sign_in("SNS").await?;
        let config = aws_sdk_sns::config::Builder::from(config)
            .retry_classifier(RetryStatuses)
            .retry_classifier(NoFutileRetries)
            .interceptor(MeterRequests)
            .interceptor(CheckAnswers)
            .build();
        let client = aws_sdk_sns::Client::from_conf(config);
        let mut request = client
            .publish()
            .topic_arn(message.topic)
            .subject(message.subject)
            .message(message.message)
            .set_message_structure(message.structured.then(|| "json".to_owned()))
            .set_message_group_id(message.deduplication.map(|_| "netcensus".to_owned()))
            .set_message_deduplication_id(message.deduplication.map(str::to_owned));
        for (name, value) in message.attributes {
            let value = MessageAttributeValue::builder().data_type("String").string_value(value).build();
            request =
                request.message_attributes(*name, value.map_err(|error| Diagnostic::from_error(&error))?);
        }
        let sent = request.send().await;
        sent.map(drop).map_err(|error| {
            classify_error(&error, "sns:Publish", login).into_diagnostic("the message could not be published")
        })
    }

    /// Sends metrics of one moment (`PutMetricData`), as many as one call may have.
    ///
    /// # Errors
    /// When they were not taken.
    pub async fn put_metrics(
        &self,
        namespace: &str,
        at: Timestamp,
        metrics: &[Metric],
    ) -> Result<(), Diagnostic> {
        let (config, login) = self.sign_in("CloudWatch").await?;
        let config = aws_sdk_cloudwatch::config::Builder::from(config)
            .retry_classifier(RetryStatuses)
            .retry_classifier(NoFutileRetries)
            .interceptor(MeterRequests)
            .interceptor(CheckAnswers)
            .build();
        let client = aws_sdk_cloudwatch::Client::from_conf(config);
        let at = DateTime::from_secs(at.as_second());
        let data = metrics.iter().map(|metric| datum(metric, at)).collect();
        let sent = client.put_metric_data().namespace(namespace).set_metric_data(Some(data)).send().await;
        sent.map(drop).map_err(|error| {
            classify_error(&error, "cloudwatch:PutMetricData", login)
                .into_diagnostic("the metrics could not be put")
        })
    }
}

fn datum(metric: &Metric, at: DateTime) -> MetricDatum {
    let dimension =
        |(name, value): &(&'static str, String)| Dimension::builder().name(*name).value(value).build();
    MetricDatum::builder()
        .metric_name(metric.name)
        .set_dimensions(Some(metric.dimensions.iter().map(dimension).collect()))
        .timestamp(at)
        .value(metric.value)
        .unit(StandardUnit::from(metric.unit.as_str()))
        .build()
}

/// Logs warnings, drops everything else, and answers no question.
struct WarningLog;

impl Observer for WarningLog {
    fn event(&self, event: Event<'_>) {
        if let Event::Warning(warning) | Event::Unreadable(warning) = event {
            tracing::warn!("{warning}");
        }
    }

    fn ask(&self, _: &str) -> Option<String> {
        None
    }
}

/// Makes a run that shows no progress and can ask for no code.
fn unattended_run() -> Run {
    Run {
        observer: Arc::new(WarningLog),
        cancel: CancellationToken::new(),
        concurrency: Concurrency::default(),
        timeout: SIGN_IN_LIMIT,
        shortest_wait: None,
        asked_for: Vec::new(),
        shard: None,
    }
}

#[cfg(test)]
mod tests {
    use aws_config::retry::RetryConfig;
    use aws_config::{BehaviorVersion, Region};
    use aws_credential_types::Credentials;
    use aws_credential_types::provider::SharedCredentialsProvider;
    use aws_smithy_async::rt::sleep::default_async_sleep;

    use super::*;
    use crate::clouds::aws::services::scripted_http::answers_in_turn;

    const PUBLISHED: &str = "<PublishResponse xmlns=\"https://sns.amazonaws.com/doc/2010-03-31/\"><PublishResult>\
        <MessageId>m</MessageId></PublishResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata>\
        </PublishResponse>";

    /// Publishes to a topic that answers so, and tries twice at most. Returns what went wrong.
    async fn publish(answers: &[(u16, &str)]) -> Result<(), String> {
        let retries =
            RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)).with_max_attempts(2);
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::from_static("eu-west-1"))
            .credentials_provider(SharedCredentialsProvider::new(Credentials::new(
                "id", "secret", None, None, "test",
            )))
            .retry_config(retries)
            .http_client(answers_in_turn(answers));
        config.set_sleep_impl(default_async_sleep());
        let signed_in = OnceCell::new_with(Some((config.build(), Login::new("test", "none"))));
        let access = ChannelAccess { profile: None, region: None, signed_in };
        let message = TopicMessage {
            topic: "arn:aws:sns:eu-west-1:111111111111:t",
            subject: "s",
            message: "m",
            structured: false,
            attributes: &[],
            deduplication: None,
        };
        access.publish(message).await.map_err(|diagnostic| diagnostic.to_line())
    }

    /// Each of these was recorded as sent.
    #[tokio::test]
    async fn an_answer_that_is_not_whole_does_not_say_that_a_message_was_sent() {
        assert_eq!(publish(&[(200, PUBLISHED)]).await, Ok(()));
        for status in [201, 202, 203, 206, 207, 299] {
            let why = publish(&[(status, PUBLISHED)]).await.unwrap_err();
            assert!(why.contains(&format!("sns:Publish: HTTP {status} is not a whole answer")), "{why}");
        }
        let why = publish(&[(200, &PUBLISHED[..PUBLISHED.len() - 40])]).await.unwrap_err();
        assert!(why.contains("sns:Publish: the answer was cut short"), "{why}");
    }

    /// The SDK itself tries none of these again.
    #[tokio::test]
    async fn what_may_pass_is_sent_again() {
        for status in [408, 425, 429, 501, 511] {
            for body in ["", "<html>busy</html>"] {
                assert_eq!(publish(&[(status, body), (200, PUBLISHED)]).await, Ok(()), "{status}");
            }
        }
        let why = publish(&[(429, ""); 2]).await.unwrap_err();
        assert!(why.contains("sns:Publish: HTTP 429 after all retries"), "{why}");
        let absent = "<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>";
        for refused in [(403, "<html>no</html>"), (501, absent)] {
            assert!(publish(&[refused]).await.is_err(), "it is not sent again");
        }
    }
}
