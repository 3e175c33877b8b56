//! Which queue of events is meant: `aws:URL` or `azure:URL`.

use std::fmt;

use url::{Host, Url, form_urlencoded};

use super::rules::is_loopback;
use crate::model::Provider;
use crate::suggest::nearest;

/// The query parameters of a shared access signature, which is a secret.
const SIGNATURE: &str = "sig";

/// A queue of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventQueueName {
    /// A queue of Amazon SQS: `aws:URL?profile=PROFILE&region=REGION`.
    Sqs(SqsQueueName),
    /// A queue of an Azure storage account: `azure:URL?tenant=TENANT`.
    AzureStorage(AzureQueueName),
}

/// A queue of Amazon SQS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SqsQueueName {
    /// Its URL, as SQS gives it.
    pub url: Url,
    /// The region in the URL or beside it; `None` for the one that AWS is configured with.
    pub region: Option<String>,
    /// The profile of the AWS configuration to sign in with; `None` for the default chain.
    pub profile: Option<String>,
    /// Whether the URL is one of AWS, whose address the region tells. Other queues are asked where their URL says.
    pub is_regional: bool,
}

/// A queue of an Azure storage account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureQueueName {
    /// Its URL.
    pub url: Url,
    /// The tenant to sign in to; `None` for the one of the credentials.
    pub tenant: Option<String>,
}

impl EventQueueName {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is none. The message says how to write one, and repeats no secret.
    pub fn parse(text: &str) -> Result<Self, String> {
        let form = "write aws:URL for Amazon SQS or azure:URL for an Azure storage queue";
        let (provider, url) =
            text.split_once(':').ok_or_else(|| format!("a queue needs its cloud; {form}"))?;
        match provider {
            "aws" => parse_sqs(url).map(Self::Sqs),
            "azure" => parse_azure(url).map(Self::AzureStorage),
            "https" | "http" => Err(format!("a queue needs its cloud before the URL; {form}")),
            _ => Err(format!("there are no queues of `{}`; {form}", provider.escape_debug())),
        }
    }

    /// Writes the name with its parameters, as flags and the file have it.
    #[must_use]
    pub fn to_setting(&self) -> String {
        let parameters = match self {
            Self::Sqs(queue) => {
                let region = queue.region.as_ref().filter(|_| sqs_region(&queue.url).is_none());
                vec![("region", region), ("profile", queue.profile.as_ref())]
            }
            Self::AzureStorage(queue) => vec![("tenant", queue.tenant.as_ref())],
        };
        let given = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(given).finish();
        if query.is_empty() { self.to_string() } else { format!("{self}?{query}") }
    }

    /// The cloud that the queue is in. Events of another may be in it too.
    #[must_use]
    pub const fn provider(&self) -> Provider {
        match self {
            Self::Sqs(_) => Provider::Aws,
            Self::AzureStorage(_) => Provider::Azure,
        }
    }
}

impl fmt::Display for EventQueueName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqs(queue) => write!(f, "aws:{}", queue.url),
            Self::AzureStorage(queue) => write!(f, "azure:{}", queue.url),
        }
    }
}

fn parse_sqs(text: &str) -> Result<SqsQueueName, String> {
    let example = "https://sqs.eu-central-1.amazonaws.com/123456789012/netcensus-events";
    let (url, [mut region, profile]) = parse_url(text, example, ["region", "profile"])?;
    let segments: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    if segments.iter().filter(|segment| !segment.is_empty()).count() < 2 {
        return Err(format!("the URL of a queue ends with an account and a name, such as {example}"));
    }
    let in_url = sqs_region(&url);
    if let (Some(in_url), Some(region)) = (&in_url, &region)
        && in_url != region
    {
        return Err(format!("the URL says that the queue is in {in_url}, and not in {region}"));
    }
    let is_regional = in_url.is_some() && !url.host_str().is_some_and(|host| host.contains(".vpce."));
    region = in_url.or(region);
    Ok(SqsQueueName { url, region, profile, is_regional })
}

fn parse_azure(text: &str) -> Result<AzureQueueName, String> {
    let example = "https://ACCOUNT.queue.core.windows.net/netcensus-events";
    let (url, [tenant]) = parse_url(text, example, ["tenant"])?;
    let segments: Vec<&str> = url.path_segments().map(Iterator::collect).unwrap_or_default();
    // An emulator has the account in the path.
    let expected = if matches!(url.host(), Some(Host::Domain(_))) { 1..=2 } else { 2..=2 };
    if !expected.contains(&segments.len()) || segments.iter().any(|segment| segment.is_empty()) {
        return Err(format!("the URL of a queue ends with its name, such as {example}"));
    }
    Ok(AzureQueueName { url, tenant })
}

/// Reads a URL, and takes the parameters `names` out of it.
fn parse_url<const N: usize>(
    text: &str,
    example: &str,
    names: [&str; N],
) -> Result<(Url, [Option<String>; N]), String> {
    let mut url = Url::parse(text)
        .map_err(|error| format!("not the URL of a queue ({error}); write it as {example}"))?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "the URL takes no user or password: netcensus signs in to the cloud; write {example}"
        ));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err(
            "the URL of a queue begins with https://; http:// is for emulators on a loopback address"
                .to_owned(),
        );
    }
    let parameters = || form_urlencoded::parse(url.query().unwrap_or_default().as_bytes());
    if parameters().any(|(name, _)| name == SIGNATURE) {
        return Err(format!(
            "the URL has a shared access signature, which is a secret: netcensus signs in instead; write {example}"
        ));
    }
    let mut values = std::array::from_fn(|_| None);
    for (name, value) in parameters() {
        let Some(at) = names.iter().position(|known| *known == name) else {
            let near =
                nearest(&name, names).map(|near| format!(", did you mean `{near}`?")).unwrap_or_default();
            return Err(format!("`{}` is not a parameter of a queue{near}", name.escape_debug()));
        };
        if value.is_empty() {
            return Err(format!("`{name}` is empty"));
        }
        values[at] = Some(value.into_owned());
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok((url, values))
}

/// Finds the region in the host of a queue's URL: `sqs.REGION.amazonaws.com`, `vpce-….sqs.REGION.vpce.amazonaws.com`,
/// `sqs-fips.REGION.amazonaws.com`, `sqs.REGION.api.aws`, and older `REGION.queue.amazonaws.com`.
/// <https://docs.aws.amazon.com/general/latest/gr/sqs-service.html>
fn sqs_region(url: &Url) -> Option<String> {
    let host = url.host_str()?;
    let ends =
        [".amazonaws.com", ".amazonaws.com.cn", ".api.aws", ".api.amazonwebservices.com.cn", ".amazonaws.eu"];
    let place = ends.iter().find_map(|end| host.strip_suffix(end))?;
    let place = place.strip_suffix(".vpce").unwrap_or(place);
    let parts: Vec<&str> = place.split('.').collect();
    match parts.as_slice() {
        ["queue"] => Some("us-east-1".to_owned()),
        [region, "queue"] | [.., "sqs" | "sqs-fips", region] => Some((*region).to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sqs(text: &str) -> SqsQueueName {
        match EventQueueName::parse(text) {
            Ok(EventQueueName::Sqs(queue)) => queue,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_region_of_a_queue_is_in_its_url() {
        for (host, region, is_regional) in [
            ("sqs.eu-central-1.amazonaws.com", "eu-central-1", true),
            ("sqs-fips.us-gov-west-1.amazonaws.com", "us-gov-west-1", true),
            ("sqs.cn-north-1.amazonaws.com.cn", "cn-north-1", true),
            ("sqs.eu-west-1.api.aws", "eu-west-1", true),
            ("queue.amazonaws.com", "us-east-1", true),
            ("eu-west-2.queue.amazonaws.com", "eu-west-2", true),
            ("vpce-0a-1b.sqs.eu-west-1.vpce.amazonaws.com", "eu-west-1", false),
        ] {
            let queue = sqs(&format!("aws:https://{host}/123456789012/events"));
            assert_eq!((queue.region.as_deref(), queue.is_regional), (Some(region), is_regional), "{host}");
        }
        let emulated = sqs("aws:http://127.0.0.1:5000/123456789012/events?profile=net+ops&region=eu-west-1");
        assert_eq!((emulated.region.as_deref(), emulated.is_regional), (Some("eu-west-1"), false));
        assert_eq!(emulated.profile.as_deref(), Some("net ops"));
        assert_eq!(emulated.url.as_str(), "http://127.0.0.1:5000/123456789012/events");
    }

    #[test]
    fn a_storage_queue_has_an_account_and_a_name() {
        for text in [
            "azure:https://acme.queue.core.windows.net/events",
            "azure:https://127.0.0.1:10001/devstoreaccount1/events",
        ] {
            let queue = EventQueueName::parse(text).unwrap();
            assert_eq!((queue.to_string().as_str(), queue.provider()), (text, Provider::Azure));
        }
        let queue =
            EventQueueName::parse("azure:https://acme.queue.core.windows.net/events?tenant=acme.example");
        assert!(
            matches!(queue, Ok(EventQueueName::AzureStorage(queue)) if queue.tenant.as_deref() == Some("acme.example"))
        );
    }

    #[test]
    fn a_name_is_written_as_it_is_read() {
        for text in [
            "aws:https://sqs.eu-central-1.amazonaws.com/123456789012/events?profile=net+ops",
            "aws:http://127.0.0.1:5000/123456789012/events?region=eu-west-1&profile=a",
            "azure:https://acme.queue.core.windows.net/events?tenant=acme.example",
            "azure:https://acme.queue.core.windows.net/events",
        ] {
            assert_eq!(EventQueueName::parse(text).unwrap().to_setting(), text);
        }
    }

    #[test]
    fn what_is_wrong_is_named_and_no_secret_is_repeated() {
        for (text, message) in [
            ("events", "a queue needs its cloud; write aws:URL"),
            ("https://sqs.eu-west-1.amazonaws.com/1/q", "a queue needs its cloud before the URL"),
            ("gcp:https://x/y", "there are no queues of `gcp`"),
            ("aws:events", "not the URL of a queue"),
            (
                "aws:https://sqs.eu-west-1.amazonaws.com/events",
                "the URL of a queue ends with an account and a name",
            ),
            ("aws:http://sqs.eu-west-1.amazonaws.com/1/q", "the URL of a queue begins with https://"),
            (
                "aws:https://sqs.eu-west-1.amazonaws.com/1/q?region=eu-west-2",
                "the URL says that the queue is in eu-west-1",
            ),
            (
                "aws:https://sqs.eu-west-1.amazonaws.com/1/q?profil=a",
                "`profil` is not a parameter of a queue, did you mean `profile`?",
            ),
            ("aws:https://sqs.eu-west-1.amazonaws.com/1/q?profile=", "`profile` is empty"),
            ("azure:https://acme.queue.core.windows.net/", "the URL of a queue ends with its name"),
            (
                "azure:https://acme.queue.core.windows.net/q?sv=1&sig=hunter2",
                "the URL has a shared access signature",
            ),
            (
                "azure:https://acme.queue.core.windows.net/q?sig=hunter2",
                "the URL has a shared access signature",
            ),
            ("azure:https://me:hunter2@acme.queue.core.windows.net/q", "the URL takes no user or password"),
        ] {
            let error = EventQueueName::parse(text).unwrap_err();
            assert!(error.starts_with(message), "{text}: {error}");
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
