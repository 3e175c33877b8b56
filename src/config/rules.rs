//! What single values must look like.

use std::ops::RangeInclusive;
use std::path::{Component, Path, PathBuf};
use std::time::Duration;

use jiff::SignedDuration;
use url::{Host, Url};

use crate::diagnostic::Diagnostic;
use crate::model::{Kind, Provider, parse_duration_within};
use crate::suggest;

use super::problem::{SettingPlace, ValueFault};

/// The names that the rules accept: other rooms define them.
#[derive(Clone, Copy)]
pub struct KnownNames<'a> {
    /// The providers compiled in.
    pub providers: &'a [Provider],
    /// The output formats.
    pub formats: &'a [&'a str],
    /// The columns of a kind, without the `tag:NAME` ones, which are always known.
    pub columns: &'a dyn Fn(Kind) -> Vec<&'static str>,
    /// Says what is wrong with a pattern of fields.
    pub fields: &'a dyn Fn(&str) -> Result<(), Diagnostic>,
    /// Says what is wrong with the conditions of a group, or which groups they name.
    pub conditions: &'a dyn Fn(&str) -> Result<Vec<String>, Diagnostic>,
}

#[cfg(test)]
impl KnownNames<'static> {
    /// What the unit tests need that no setting of theirs depends on: one format, no providers and no columns.
    pub const FOR_TESTS: Self = Self {
        providers: &[],
        formats: &["table"],
        columns: &|_| Vec::new(),
        fields: &|_| Ok(()),
        conditions: &|_| Ok(Vec::new()),
    };
}

/// When to colour output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

impl Color {
    /// Every choice, in the order in which messages list them.
    pub const ALL: [Self; 3] = [Self::Auto, Self::Always, Self::Never];

    /// Returns the name used in the file and by the flag.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Always => "always",
            Self::Never => "never",
        }
    }
}

/// Tells whether a table may have this name, which becomes part of the names of files and of the marks in records.
pub(super) fn is_plain_name(name: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    !name.is_empty() && name.len() <= 64 && name.chars().all(is_plain)
}

/// How many reads run at once (`--concurrency`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Concurrency {
    /// As many as the clouds answer quickly.
    #[default]
    Auto,
    /// So many, 1 to 512.
    Fixed(usize),
}

impl Concurrency {
    /// The name of [`Self::Auto`] in the file and for the flag.
    pub const AUTO: &str = "auto";
}

const FIXED_CONCURRENCY: RangeInclusive<usize> = 1..=512;

/// Reads how many reads run at once: a number or `auto`.
pub(super) fn concurrency(text: &str) -> Result<Concurrency, ValueFault> {
    if text == Concurrency::AUTO {
        return Ok(Concurrency::Auto);
    }
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|number| is_number && FIXED_CONCURRENCY.contains(number));
    number.map(Concurrency::Fixed).ok_or_else(|| {
        let (least, most) = (FIXED_CONCURRENCY.start(), FIXED_CONCURRENCY.end());
        let accepted = format!("{least} to {most}, and `{}`", Concurrency::AUTO);
        ValueFault::new(format!("`{text}` is not accepted; accepted: {accepted}"))
    })
}

const SHORTEST: SignedDuration = SignedDuration::from_secs(1);
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Reads the name of an AWS account, by its id of twelve digits. AWS shows ids with hyphens in places.
pub(super) fn aws_account(id: &str, name: &str) -> Result<(String, String), ValueFault> {
    let digits = id.replace('-', "");
    if digits.len() != 12 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ValueFault::new(format!("`{id}` is not an AWS account id, which has 12 digits")));
    }
    account_name(digits, name)
}

/// Reads the name of an Azure subscription, by its id.
pub(super) fn azure_subscription(id: &str, name: &str) -> Result<(String, String), ValueFault> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(ValueFault::new(format!(
            "`{id}` is not the id of an Azure subscription, which is a GUID"
        )));
    }
    account_name(id.to_ascii_lowercase(), name)
}

fn account_name(id: String, name: &str) -> Result<(String, String), ValueFault> {
    match name.trim() {
        "" => Err(ValueFault::new(format!("the name of {id} is empty; remove it"))),
        name => Ok((id, name.to_owned())),
    }
}

/// Checks a path to a `what`. A shell expands `~` at the beginning of a word, but not behind `--store=`, and not in a file.
pub(super) fn expanded_path(path: PathBuf, what: &str) -> Result<PathBuf, ValueFault> {
    match path.components().next().map(Component::as_os_str) {
        None => Err(ValueFault::new(format!("the path is empty; name a {what}"))),
        Some(first) if first.as_encoded_bytes().starts_with(b"~") => Err(ValueFault::new(format!(
            "`~` in `{0}` is not expanded here; write the whole path, or `./{0}` for a {what} of that name",
            first.display()
        ))),
        Some(_) => Ok(path),
    }
}

/// Returns a path of the configuration file relative to the directory of that file, because the working directory of a
/// cron job varies.
pub(super) fn beside(config: &Path, path: &Path) -> PathBuf {
    config.parent().unwrap_or(Path::new("")).join(path)
}

/// Returns a path that stands at this place of the configuration, as [`beside`] does.
pub(super) fn beside_place(place: &SettingPlace, path: &str) -> PathBuf {
    match place {
        SettingPlace::File { path: file, .. } => beside(file, Path::new(path)),
        SettingPlace::Variable(_) | SettingPlace::Flag(_) => PathBuf::from(path),
    }
}

/// Reads a time-out: a duration such as `90s`, `2m` or `1m 30s`, from one second to one hour.
pub(super) fn timeout(text: &str) -> Result<Duration, ValueFault> {
    Ok(parse_duration_within(text, SHORTEST..=LONGEST, "1s to 1h")?.unsigned_abs())
}

/// Reads a percentage of at most 100, with or without `%`.
pub(super) fn percentage(text: &str) -> Option<u8> {
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    number.parse().ok().filter(|percent| *percent <= 100)
}

/// Reads the name of a column of `kind`.
pub(super) fn column(text: &str, kind: Kind, known: &KnownNames<'_>) -> Result<String, ValueFault> {
    let names: Vec<_> = (known.columns)(kind).into_iter().map(|name| (name, name.to_owned())).collect();
    match text.strip_prefix("tag:") {
        Some("") => Err(ValueFault::new("`tag:` lacks the tag's key; write `tag:NAME`")),
        Some(_) => Ok(text.to_owned()),
        None => choice(text, &names),
    }
}

/// Reads the name of an IAM role, with its path if it has one.
///
/// Characters and lengths: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>.
pub(super) fn role(text: &str) -> Result<String, ValueFault> {
    if text.starts_with("arn:") {
        // arn:aws:iam::123456789012:role/path/name; the account differs for every member, so only the end serves.
        let name = text.split_once(":role/").map(|(_, name)| name).filter(|name| role(name).is_ok());
        return Err(ValueFault::new("give the role's name or path/name, not an ARN").suggest(name));
    }
    let trimmed = text.trim_matches('/');
    if trimmed != text && role(trimmed).is_ok() {
        return Err(ValueFault::new("give the role's path without the outer slashes").suggest(Some(trimmed)));
    }
    let name = text.rsplit('/').next().unwrap_or_default();
    let well_formed = !name.is_empty()
        && name.len() <= 64
        && text.len() <= 512
        && text.split('/').all(|part| !part.is_empty() && part.chars().all(is_iam_character));
    if well_formed {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!(
        "`{text}` is not a role name; accepted: up to 64 letters, digits and `_+=,.@-`"
    )))
}

/// Reads an external id, as AWS STS takes it in `AssumeRole`.
///
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub(super) fn external_id(text: &str) -> Result<String, ValueFault> {
    let accepted = |c: char| is_iam_character(c) || matches!(c, ':' | '/');
    if (2..=1224).contains(&text.len()) && text.chars().all(accepted) {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new("not an external id; accepted: 2 to 1224 letters, digits and `_+=,.@:/-`"))
}

/// Reads a tenant of Microsoft Entra: its id or one of its domains, in the characters that both are made of.
///
/// It becomes a part of the path that tokens are asked for at, so nothing else may get in; `azure_identity`
/// accepts the same characters (`validate_tenant_id`).
pub(super) fn tenant(text: &str) -> Result<String, ValueFault> {
    let accepted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let has_name = text.chars().any(|c| c.is_ascii_alphanumeric());
    if has_name && text.chars().all(accepted) {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!(
        "`{text}` is not a tenant; give its id (a GUID) or one of its domains, such as `contoso.onmicrosoft.com`"
    )))
}

/// Reads the address of a service that secrets are sent to: HTTPS, or HTTP where they do not leave the machine.
///
/// The messages never repeat the address, because it may contain a password.
pub(super) fn endpoint(text: &str) -> Result<String, ValueFault> {
    let example = "write one such as `https://management.example.com`";
    let url = Url::parse(text).map_err(|_| ValueFault::new(format!("not a URL; {example}")))?;
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => {
            let message = "tokens must not be sent unencrypted: write `https://`; `http://` is for loopback \
                           addresses only, such as `http://127.0.0.1:8080`";
            return Err(ValueFault::new(message));
        }
        _ => return Err(ValueFault::new(format!("the URL must begin with `https://`; {example}"))),
    }
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    let origin = url.origin().ascii_serialization();
    if !bare || !url.username().is_empty() || url.password().is_some() {
        let message = "the URL must end with the host or port, without a path, query or user";
        return Err(ValueFault::new(message).suggest(Some(origin)));
    }
    Ok(origin)
}

/// Tells whether an address is on this machine, so that what is sent there does not travel.
#[must_use]
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

const fn is_iam_character(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '+' | '=' | ',' | '.' | '@' | '-')
}

/// Reads one of `choices`, each a name and what it stands for.
pub(super) fn choice<T: Clone>(text: &str, choices: &[(&str, T)]) -> Result<T, ValueFault> {
    if let Some((_, value)) = choices.iter().find(|(name, _)| *name == text) {
        return Ok(value.clone());
    }
    let names = choices.iter().map(|(name, _)| *name);
    let message = format!("`{text}` is not accepted; accepted: {}", quoted(names.clone()));
    Err(ValueFault::new(message).suggest(suggest::nearest(text, names)))
}

/// Reads text that is not empty.
pub(super) fn filled(text: &str) -> Result<String, ValueFault> {
    let text = text.trim();
    if text.is_empty() { Err(ValueFault::new("it is empty")) } else { Ok(text.to_owned()) }
}

/// Reads the name of a region. Requests are sent to a host with this name.
pub(super) fn aws_region(text: &str) -> Result<String, ValueFault> {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if text.contains('-') && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!("`{text}` is not the name of a region; write one such as `eu-west-1`")))
}

/// Reads the name of a table of DynamoDB.
///
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html>
pub(super) fn table_name(text: &str) -> Result<String, ValueFault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    if (3..=255).contains(&text.len()) && text.chars().all(is_plain) {
        return Ok(text.to_owned());
    }
    Err(ValueFault::new(format!(
        "`{text}` is not the name of a table: a name has 3 to 255 letters, digits and `_.-`"
    )))
}

/// Joins names for a message: `` `a`, `b` ``.
pub(super) fn quoted<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_human_and_bounded() {
        assert_eq!(timeout("90s").unwrap(), Duration::from_secs(90));
        assert_eq!(timeout("2m").unwrap(), Duration::from_mins(2));
        assert_eq!(timeout("1m 30s").unwrap(), Duration::from_secs(90));
        assert_eq!(timeout("1h").unwrap(), Duration::from_hours(1));
        for wrong in ["0s", "999ms", "-2m", "2m ago", "61m"] {
            assert!(
                timeout(wrong).unwrap_err().message.ends_with("out of range; accepted: 1s to 1h"),
                "{wrong}"
            );
        }
        for wrong in ["", "90", "soon", "2 moons"] {
            assert!(timeout(wrong).unwrap_err().message.contains("not a duration"), "{wrong}");
        }
    }

    #[test]
    fn a_role_is_a_name_with_or_without_path() {
        assert_eq!(role("netcensus-read").unwrap(), "netcensus-read");
        assert_eq!(role("team/audit/netcensus-read").unwrap(), "team/audit/netcensus-read");
        let arn = role("arn:aws:iam::123456789012:role/team/reader").unwrap_err();
        assert_eq!(arn.suggestion.as_deref(), Some("team/reader"));
        assert_eq!(role("/reader").unwrap_err().suggestion.as_deref(), Some("reader"));
        for wrong in ["", "/", "a//b", "a b", "rôle", &"x".repeat(65), "arn:aws:iam::1:user/x"] {
            assert!(role(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_tenant_is_an_id_or_a_domain() {
        for good in ["6f0b7c1e-0000-4000-8000-000000000001", "contoso.onmicrosoft.com"] {
            assert_eq!(tenant(good).unwrap(), good);
        }
        for wrong in ["", "..", "a/b", "a b", "contoso.com/../x", "cont*", "contoso.com?x", "cöntoso.com"] {
            assert!(tenant(wrong).unwrap_err().message.contains("is not a tenant; give its id"), "{wrong}");
        }
    }

    #[test]
    fn secrets_go_to_encrypted_endpoints_or_stay_on_the_machine() {
        for good in [
            "https://management.local.azurestack.external",
            "https://[2001:db8::1]:8443",
            "http://127.0.0.1:4566",
            "http://127.9.9.9",
            "http://[::1]:1",
            "http://localhost:8080",
        ] {
            assert_eq!(endpoint(good).unwrap(), good);
        }
        assert_eq!(endpoint("HTTPS://Host.Example:443/").unwrap(), "https://host.example");
        for (wrong, why) in [
            ("", "not a URL"),
            ("management.azure.com", "not a URL"),
            ("https://", "not a URL"),
            ("https://host:99999", "not a URL"),
            ("localhost:8080", "must begin with `https://`"),
            ("ftp://127.0.0.1", "must begin with `https://`"),
            ("http://management.azure.com", "tokens must not be sent unencrypted"),
            ("http://127.0.0.1.example.com", "tokens must not be sent unencrypted"),
            ("http://localhost.example.com", "tokens must not be sent unencrypted"),
            ("http://0.0.0.0:8080", "tokens must not be sent unencrypted"),
        ] {
            let message = endpoint(wrong).unwrap_err().message;
            assert!(message.contains(why), "{wrong}: {message}");
        }
    }

    #[test]
    fn an_address_with_more_than_host_and_port_is_refused_and_never_repeated() {
        for wrong in ["https://host/path", "https://host?x=1", "https://host/#x", "https://me:s3cr3t@host"] {
            let fault = endpoint(wrong).unwrap_err();
            assert_eq!(fault.suggestion.as_deref(), Some("https://host"), "{wrong}");
            assert!(fault.message.contains("without a path, query or user"), "{}", fault.message);
        }
        for wrong in ["https://me:s3cr3t@host:99999", "http://me:s3cr3t@example.com", "ftp://me:s3cr3t@host"]
        {
            let ValueFault { message, suggestion, .. } = endpoint(wrong).unwrap_err();
            assert!(!message.contains("s3cr3t") && suggestion.is_none(), "{message}");
        }
    }

    #[test]
    fn external_ids_follow_the_sts_rule() {
        assert_eq!(external_id("Unique/Id:1").unwrap(), "Unique/Id:1");
        for wrong in ["", "x", "with space", &"x".repeat(1225)] {
            assert!(external_id(wrong).is_err(), "{wrong}");
        }
    }
}
