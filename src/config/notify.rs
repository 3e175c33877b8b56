//! What the file says about channels: where `--notify NAME` sends.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::SignedDuration;
use toml::{Table, Value};
use url::Url;

use super::keys;
use super::origin::Sourced;
use super::problem::{Problem, SettingPlace, ValueFault};
use super::reader::Reader;
use super::rules::{self, beside_place, is_loopback};
use super::secret::{SecretValue, file, show_secret, variable};
use super::table_row::TableRow;
use crate::model::parse_duration_within;

/// A channel, such as `[notify.ops]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelSettings {
    /// Where it is written.
    pub place: SettingPlace,
    /// The service, and where in it messages go.
    pub target: ChannelTarget,
    /// Whether the exit code stays as it is if the channel cannot be reached.
    pub optional: bool,
    /// After how long a condition that lasts is told again; never without.
    pub remind: Option<SignedDuration>,
}

/// The service that a channel sends to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChannelTarget {
    /// A topic of Amazon SNS.
    Sns(SnsTarget),
    /// Metrics of Amazon `CloudWatch`.
    CloudWatch(CloudWatchTarget),
    /// An incoming webhook of Slack.
    Slack(SecretValue),
    /// A workflow of Microsoft Teams.
    Teams(SecretValue),
    /// Any HTTPS endpoint that takes `CloudEvents`.
    Webhook {
        /// Its address.
        url: SecretValue,
        /// The key that bodies are signed with.
        key: Option<SecretValue>,
    },
    /// A file that lines are appended to.
    File(PathBuf),
}

/// A topic of Amazon SNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnsTarget {
    /// ARN of the topic.
    pub topic: String,
    /// The region of the topic.
    pub region: String,
    /// The profile of the AWS configuration that sends; without one the default chain of credentials.
    pub profile: Option<String>,
    /// Whether subscribers that are programs get JSON (`MessageStructure`).
    pub structured: bool,
}

/// Where metrics of Amazon `CloudWatch` go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloudWatchTarget {
    /// The namespace, which does not begin with `AWS/`.
    pub namespace: String,
    /// The region; without one that of the profile or the environment.
    pub region: Option<String>,
    /// As for [`SnsTarget::profile`].
    pub profile: Option<String>,
}

/// The types of channels, and the keys of each besides the common ones.
const TYPES: [(&str, &[&str]); 6] = [
    ("sns", &["topic", "region", "profile", "structured"]),
    ("cloudwatch", &["namespace", "region", "profile"]),
    ("slack", &["url-env", "url-file", "url"]),
    ("teams", &["url-env", "url-file", "url"]),
    ("webhook", &["url-env", "url-file", "url", "key-env", "key-file"]),
    ("file", &["path"]),
];
/// The keys that every channel may have.
const COMMON: [&str; 3] = ["type", "optional", "remind"];

/// Reminders that come more often than this are noise.
const SHORTEST_REMINDER: SignedDuration = SignedDuration::from_hours(1);

impl ChannelSettings {
    /// Returns the name of the type, as in the file.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        match self.target {
            ChannelTarget::Sns(_) => "sns",
            ChannelTarget::CloudWatch(_) => "cloudwatch",
            ChannelTarget::Slack(_) => "slack",
            ChannelTarget::Teams(_) => "teams",
            ChannelTarget::Webhook { .. } => "webhook",
            ChannelTarget::File(_) => "file",
        }
    }

    /// Warns that its address, which is a secret, is in the file in clear text.
    #[must_use]
    pub fn warning(&self, name: &str) -> Option<String> {
        let problem = || {
            Problem {
            place: self.place.clone(),
            key: Some(format!("notify.{name}.url")),
            message: "the URL is a secret and stands here in clear text: put it into a variable or a file, and name \
                      that by `url-env` or `url-file`"
                .to_owned(),
            suggestion: None,
            remedy: None,
        }
        };
        self.has_clear_secret().then(|| problem().to_string())
    }

    const fn has_clear_secret(&self) -> bool {
        matches!(
            self.target,
            ChannelTarget::Slack(SecretValue::Clear(_))
                | ChannelTarget::Teams(SecretValue::Clear(_))
                | ChannelTarget::Webhook { url: SecretValue::Clear(_), .. }
        )
    }
}

/// Reads the tables of channels.
pub(super) fn channels(reader: &mut Reader<'_>) -> Sourced<BTreeMap<String, ChannelSettings>> {
    reader.tables(keys::NOTIFY, |name, row| {
        if !rules::is_plain_name(name) {
            row.refuse(format!("`{name}` is not a name of a channel: use letters, digits, `-` and `_`"));
        }
        channel(row)
    })
}

fn channel(row: &mut TableRow<'_>) -> Option<ChannelSettings> {
    let place = row.place();
    let types = TYPES.map(|(name, _)| (name, name));
    let name = row.text("type", |text| match text {
        "exec" => {
            Err(ValueFault::new("netcensus starts no programs; let one read the lines of a `file` channel"))
        }
        _ => rules::choice(text, &types),
    });
    let (optional, remind) = (row.switch("optional"), row.text("remind", reminder));
    if !row.has("type") {
        let what = format!("the channel has no `type`; the types are {}", rules::quoted(types.map(|t| t.0)));
        // Which keys are right depends on the type: one that is unknown now is reported once the type is there.
        row.ignore_unknown();
        row.refuse(what);
    }
    let Some(name) = name else {
        // Which keys are right depends on the type.
        for (_, keys) in TYPES {
            row.expect(keys);
        }
        return None;
    };
    let target = target(name, row);
    if row.has("remind") && name == "cloudwatch" {
        row.refuse("a cloudwatch channel gets metrics at every run and no messages; remove `remind`");
    }
    Some(ChannelSettings { place, target: target?, optional: optional.unwrap_or_default(), remind })
}

fn target(name: &str, row: &mut TableRow<'_>) -> Option<ChannelTarget> {
    match name {
        "sns" => sns(row).map(ChannelTarget::Sns),
        "cloudwatch" => cloudwatch(row).map(ChannelTarget::CloudWatch),
        "slack" => address(row).map(ChannelTarget::Slack),
        "teams" => address(row).map(ChannelTarget::Teams),
        "webhook" => {
            let key = [variable(row, "key-env"), file(row, "key-file")];
            if key.iter().flatten().count() > 1 {
                row.refuse("`key-env` and `key-file` exclude each other; remove one");
            }
            let url = address(row)?;
            Some(ChannelTarget::Webhook { url, key: key.into_iter().flatten().next() })
        }
        _ => {
            let path = row.text("path", rules::filled);
            require(row, &["path"]);
            Some(ChannelTarget::File(beside_place(&row.place(), &path?)))
        }
    }
}

fn sns(row: &mut TableRow<'_>) -> Option<SnsTarget> {
    let topic = row.text("topic", topic);
    let (region, profile) = (row.text("region", rules::aws_region), row.text("profile", rules::filled));
    let structured = row.switch("structured").unwrap_or_default();
    require(row, &["topic"]);
    let (topic, of_topic) = topic?;
    if region.as_ref().is_some_and(|region| *region != of_topic) {
        row.refuse(format!("the topic is in {of_topic}, so `region` cannot be another; remove it"));
    }
    Some(SnsTarget { topic, region: of_topic, profile, structured })
}

fn cloudwatch(row: &mut TableRow<'_>) -> Option<CloudWatchTarget> {
    let namespace = row.text("namespace", namespace);
    let (region, profile) = (row.text("region", rules::aws_region), row.text("profile", rules::filled));
    require(row, &["namespace"]);
    Some(CloudWatchTarget { namespace: namespace?, region, profile })
}

/// Reads where the address of a channel is.
fn address(row: &mut TableRow<'_>) -> Option<SecretValue> {
    let file = file(row, "url-file");
    let clear = row.text("url", |text| {
        channel_url(text).map(|_| SecretValue::Clear(text.to_owned())).map_err(ValueFault::new)
    });
    let given = [variable(row, "url-env"), file, clear];
    match ["url-env", "url-file", "url"].iter().filter(|key| row.has(key)).count() {
        0 => row.refuse(
            "the channel has no URL: set `url-env` or `url-file` to the variable or file that contains it",
        ),
        1 => {}
        _ => row.refuse("`url-env`, `url-file` and `url` exclude each other; leave one"),
    }
    given.into_iter().flatten().next()
}

fn require(row: &mut TableRow<'_>, names: &[&str]) {
    for name in names {
        if !row.has(name) {
            row.refuse(format!("the channel has no `{name}`"));
        }
    }
}

/// Reads the ARN of a topic; returns it and its region.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html>
fn topic(text: &str) -> Result<(String, String), ValueFault> {
    let wrong = || {
        ValueFault::new(format!(
            "`{text}` is not the ARN of a topic; write one such as `arn:aws:sns:eu-west-1:123456789012:alerts`"
        ))
    };
    let parts: Vec<&str> = text.split(':').collect();
    let ["arn", partition, "sns", of, account, name] = parts.as_slice() else { return Err(wrong()) };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    if partition.starts_with("aws") && is_account && !name.is_empty() && name.chars().all(is_name) {
        return Ok((text.to_owned(), rules::aws_region(of)?));
    }
    Err(wrong())
}

/// Reads a namespace of `CloudWatch`.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricData.html>
fn namespace(text: &str) -> Result<String, ValueFault> {
    if text.len() >= 4 && text[..4].eq_ignore_ascii_case("aws/") {
        return Err(ValueFault::new(format!("`{text}`: namespaces that begin with `AWS/` are those of AWS"))
            .suggest(Some(&text[4..]).filter(|rest| !rest.is_empty())));
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '/' | '#' | ':');
    if (1..=255).contains(&text.len()) && text.chars().all(is_plain) && !text.starts_with(':') {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!(
        "`{text}` is not a namespace; accepted: up to 255 letters, digits and `.-_/#:`"
    )))
}

fn reminder(text: &str) -> Result<SignedDuration, ValueFault> {
    Ok(parse_duration_within(text, SHORTEST_REMINDER.., "1h or more")?)
}

/// Checks the address of a channel or a registry: HTTPS, or HTTP on this machine.
///
/// # Errors
/// With a sentence that never repeats the address, because it is a secret.
pub fn channel_url(text: &str) -> Result<Url, String> {
    let url =
        Url::parse(text.trim()).map_err(|_| "not a URL; write one that begins with `https://`".to_owned())?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(
            "what is sent to it is secret and must not be sent unencrypted: write `https://`; `http://` is \
                       for loopback addresses only"
                .to_owned(),
        ),
        _ => Err("the URL must begin with `https://`".to_owned()),
    }
}

/// Writes a channel as the file has it, without an address in clear text.
pub(super) fn show(channel: &ChannelSettings) -> Value {
    let mut shown = Table::from_iter([("type".to_owned(), Value::from(channel.type_name()))]);
    let mut put = |name: &str, value: Value| drop(shown.insert(name.to_owned(), value));
    match &channel.target {
        ChannelTarget::Sns(sns) => {
            put("topic", sns.topic.clone().into());
            sns.profile.iter().for_each(|profile| put("profile", profile.clone().into()));
            put("structured", sns.structured.into());
        }
        ChannelTarget::CloudWatch(target) => {
            put("namespace", target.namespace.clone().into());
            target.region.iter().for_each(|region| put("region", region.clone().into()));
            target.profile.iter().for_each(|profile| put("profile", profile.clone().into()));
        }
        ChannelTarget::Slack(url) | ChannelTarget::Teams(url) => show_secret("url", url, &mut put),
        ChannelTarget::Webhook { url, key } => {
            show_secret("url", url, &mut put);
            if let Some(key) = key {
                show_secret("key", key, &mut put);
            }
        }
        ChannelTarget::File(path) => put("path", path.display().to_string().into()),
    }
    put("optional", channel.optional.into());
    channel.remind.iter().for_each(|remind| put("remind", format!("{remind:#}").into()));
    shown.into()
}

/// Lists the keys that a channel may have, for the test of the documentation.
#[must_use]
pub fn channel_keys() -> Vec<(&'static str, Vec<&'static str>)> {
    TYPES.iter().map(|(name, keys)| (*name, COMMON.iter().chain(*keys).copied().collect())).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{ConfigFile, KnownNames, Overrides, Settings};
    use super::*;

    fn settings(text: &str) -> Result<Settings, String> {
        let known = KnownNames::FOR_TESTS;
        let file = ConfigFile::new("dir/netcensus.toml", text);
        Settings::resolve(Some(&file), &Overrides::default(), &known).map_err(|error| error.to_string())
    }

    fn refused(text: &str) -> String {
        settings(text).unwrap_err()
    }

    #[test]
    fn every_type_is_read_and_paths_are_beside_the_file() {
        let settings = settings(
            "[notify.ops]\ntype = \"slack\"\nurl-env = \"SLACK_URL\"\nremind = \"7d\"\n\
             [notify.team]\ntype = \"teams\"\nurl-file = \"teams.url\"\noptional = true\n\
             [notify.hook]\ntype = \"webhook\"\nurl-env = \"HOOK\"\nkey-env = \"HOOK_KEY\"\n\
             [notify.log]\ntype = \"file\"\npath = \"alerts.ndjson\"\n\
             [notify.mail]\ntype = \"sns\"\ntopic = \"arn:aws:sns:eu-west-1:123456789012:alerts\"\n\
             [notify.metrics]\ntype = \"cloudwatch\"\nnamespace = \"Netcensus\"\nregion = \"eu-west-1\"\n",
        )
        .unwrap();
        let channels = &settings.notify.value;
        let types: Vec<_> = channels.iter().map(|(name, one)| (name.as_str(), one.type_name())).collect();
        assert_eq!(
            types,
            [
                ("hook", "webhook"),
                ("log", "file"),
                ("mail", "sns"),
                ("metrics", "cloudwatch"),
                ("ops", "slack"),
                ("team", "teams")
            ]
        );
        assert_eq!(channels["ops"].remind, Some(SignedDuration::from_hours(7 * 24)));
        assert_eq!(channels["log"].target, ChannelTarget::File("dir/alerts.ndjson".into()));
        assert_eq!(channels["team"].target, ChannelTarget::Teams(SecretValue::File("dir/teams.url".into())));
        assert!(channels["team"].optional && !channels["ops"].optional);
        let ChannelTarget::Sns(sns) = &channels["mail"].target else { panic!("{channels:?}") };
        assert_eq!((sns.region.as_str(), sns.structured), ("eu-west-1", false));
    }

    #[test]
    fn without_a_type_no_key_is_unknown() {
        let error = refused("[notify.ops]\nkind = \"slack\"\nurl-env = \"A\"\n");
        assert!(error.contains("the channel has no `type`") && !error.contains("unknown key"), "{error}");
        let wrong = refused("[notify.ops]\ntype = \"slak\"\nzzzzzz = 1\n");
        assert_eq!(wrong.matches("`url-env`").count(), 1, "{wrong}");
    }

    #[test]
    fn what_is_wrong_is_reported_with_its_line_and_key() {
        for (text, expected) in [
            ("type = \"slak\"", "dir/netcensus.toml:2:8: notify.ops.type: `slak` is not accepted"),
            ("type = \"exec\"\ncommand = \"x\"", "netcensus starts no programs"),
            ("optional = true", "notify.ops: the channel has no `type`; the types are `sns`, `cloudwatch`"),
            ("type = \"slack\"", "the channel has no URL"),
            ("type = \"slack\"\nurl-env = \"A\"\nurl-file = \"b\"", "exclude each other"),
            (
                "type = \"slack\"\nurl-env = \"https://hooks.example/secret\"",
                "not the name of an environment",
            ),
            (
                "type = \"slack\"\nurl-env = \"A\"\ntopic = \"x\"",
                "notify.ops: unknown key `topic`; accepted: `type`",
            ),
            ("type = \"slack\"\nurl-evn = \"A\"", "did you mean `url-env`?"),
            ("type = \"sns\"", "the channel has no `topic`"),
            ("type = \"sns\"\ntopic = \"alerts\"", "is not the ARN of a topic"),
            (
                "type = \"sns\"\ntopic = \"arn:aws:sns:eu-west-1:123456789012:a\"\nregion = \"us-east-1\"",
                "the topic is in eu-west-1",
            ),
            ("type = \"cloudwatch\"\nnamespace = \"AWS/IPAM\"", "those of AWS; did you mean `IPAM`?"),
            ("type = \"cloudwatch\"\nnamespace = \"Grün\"", "is not a namespace"),
            ("type = \"cloudwatch\"\nnamespace = \"N\"\nremind = \"7d\"", "remove `remind`"),
            ("type = \"file\"\npath = \"a\"\nremind = \"5m\"", "accepted: 1h or more"),
            ("type = \"file\"\npath = \"a\"\noptional = \"yes\"", "expected `true` or `false`"),
        ] {
            let message = refused(&format!("[notify.ops]\n{text}\n"));
            assert!(message.contains(expected), "{text}: {message}");
        }
        assert!(
            refused("[notify.\"a/b\"]\ntype = \"file\"\npath = \"x\"\n")
                .contains("is not a name of a channel")
        );
        assert!(refused("[notify]\ntype = \"slack\"\n").contains("expected a table"));
    }

    #[test]
    fn an_address_in_clear_text_is_never_shown() {
        let file =
            "[notify.ops]\ntype = \"slack\"\nurl = \"https://hooks.slack.com/services/T0/B0/s3cr3t\"\n";
        let settings = settings(file).unwrap();
        let warning = settings.notify.value["ops"].warning("ops").unwrap();
        assert!(warning.starts_with("dir/netcensus.toml:1:1: notify.ops.url: "), "{warning}");
        for shown in [format!("{settings:?}"), settings.to_toml(), warning] {
            assert!(!shown.contains("s3cr3t"), "{shown}");
        }
        for wrong in ["http://example.com/s3cr3t", "s3cr3t", "ftp://example.com/s3cr3t"] {
            let message = refused(&format!("[notify.ops]\ntype = \"teams\"\nurl = \"{wrong}\"\n"));
            assert!(!message.contains("s3cr3t") && message.contains("https://"), "{message}");
        }
        assert!(channel_url("http://127.0.0.1:8080/hook").is_ok());
    }
}
