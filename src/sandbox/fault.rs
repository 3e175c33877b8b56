//! Faults to serve on purpose, and how they are written.
//!
//! `KIND[=VALUE][@SELECTOR,...]`, the selectors being `account=GLOB`, `region=GLOB`, `action=GLOB` and
//! `times=N`, such as `error=InternalError:500@action=DescribeSubnets,times=2`.

use std::num::{NonZeroU32, NonZeroUsize};
use std::str::FromStr;
use std::time::Duration;

use globset::{Glob, GlobMatcher};
use jiff::SignedDuration;
use serde::Deserialize;

/// A fault: what goes wrong, and for which requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Fault {
    pub(super) kind: FaultKind,
    account: Option<GlobMatcher>,
    region: Option<GlobMatcher>,
    action: Option<GlobMatcher>,
    /// Only the first so many matching requests of each account, region and action.
    pub(super) times: Option<u32>,
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// Answers that much later.
    Latency(Duration),
    /// Throttles by token bucket, for each account, region and action: tokens a second, bucket size.
    Throttle(NonZeroU32, NonZeroU32),
    /// Throttles, and asks to wait so many seconds.
    RetryAfter(u64),
    /// Answers with an error code and HTTP status.
    Error(String, u16),
    /// Denies, as a service control policy does.
    Deny,
    /// Never answers.
    Hang,
    /// Says that the credentials have expired.
    Expired,
    /// Answers 500 with a page of HTML, as a broken proxy does.
    Garbage,
    /// Lets the link to the next page of Azure's resource manager lead to this place.
    Astray(String),
    /// Lets Resource Graph answer without the last row of each page, though it counts that row.
    Short,
    /// Lets Resource Graph answer rows in the opposite of the order asked for.
    Disorder,
    /// Ends each answer of AWS after so many bytes, as if it were whole.
    Cut(usize),
    /// Writes the second text where the first one stands in an answer of AWS for the first time.
    Replace(String, String),
    /// Lets a list of AWS lead back to its second page after so many pages.
    PageLoop(NonZeroUsize),
}

/// Why a fault cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// No such fault.
    #[error(
        "`{0}` is not a fault; there are latency=TIME, throttle[=RATE/BURST], retry-after=TIME, error=CODE[:STATUS], deny, hang, expired, garbage, astray=URL, short, disorder, cut=BYTES, replace=OLD|NEW and page-loop=PAGES"
    )]
    Kind(String),
    /// The part behind `=` is wrong.
    #[error("`{kind}={value}` should be {expected}")]
    Value {
        /// The fault.
        kind: &'static str,
        /// What stands there.
        value: String,
        /// What should stand there.
        expected: &'static str,
    },
    /// The part behind `@` is wrong.
    #[error("`{0}` is not a selector; there are account=GLOB, region=GLOB, action=GLOB and times=N")]
    Selector(String),
    /// A selector's pattern is wrong.
    #[error("`{pattern}` is not a pattern: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// Why.
        reason: String,
    },
}

impl Fault {
    /// Tells whether a request is meant, `times` aside.
    pub(super) fn selects(&self, account: &str, region: &str, action: &str) -> bool {
        let fits = |glob: &Option<GlobMatcher>, text| glob.as_ref().is_none_or(|glob| glob.is_match(text));
        fits(&self.account, account) && fits(&self.region, region) && fits(&self.action, action)
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (kind, selectors) = text.split_once('@').map_or((text, None), |(kind, rest)| (kind, Some(rest)));
        let mut fault = Self { kind: kind.parse()?, account: None, region: None, action: None, times: None };
        for selector in selectors.into_iter().flat_map(split) {
            let unknown = || FaultError::Selector(selector.to_owned());
            match selector.split_once('=').ok_or_else(unknown)? {
                ("account", glob) => fault.account = Some(pattern(glob)?),
                ("region", glob) => fault.region = Some(pattern(glob)?),
                ("action", glob) => fault.action = Some(pattern(glob)?),
                ("times", number) => fault.times = Some(number.parse().map_err(|_| unknown())?),
                _ => return Err(unknown()),
            }
        }
        Ok(fault)
    }
}

/// Splits selectors at their commas, not at those of a glob such as `Describe{Vpcs,Subnets}`.
fn split(selectors: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    selectors.split(move |c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

impl TryFrom<String> for Fault {
    type Error = FaultError;

    fn try_from(text: String) -> Result<Self, FaultError> {
        text.parse()
    }
}

impl FromStr for FaultKind {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (kind, value) = text.split_once('=').map_or((text, None), |(kind, value)| (kind, Some(value)));
        match (kind, value) {
            ("latency", Some(value)) => latency(value),
            ("throttle", value) => throttle(value.unwrap_or("20/100")),
            ("retry-after", Some(value)) => retry_after(value),
            ("error", Some(value)) => error(value),
            ("deny", None) => Ok(Self::Deny),
            ("hang", None) => Ok(Self::Hang),
            ("expired", None) => Ok(Self::Expired),
            ("garbage", None) => Ok(Self::Garbage),
            ("astray", Some(value)) => astray(value),
            ("short", None) => Ok(Self::Short),
            ("disorder", None) => Ok(Self::Disorder),
            ("cut", Some(value)) => cut(value),
            ("replace", Some(value)) => replace(value),
            ("page-loop", Some(value)) => page_loop(value),
            _ => Err(FaultError::Kind(text.to_owned())),
        }
    }
}

fn latency(value: &str) -> Result<FaultKind, FaultError> {
    time(value).map(FaultKind::Latency).ok_or_else(|| FaultError::Value {
        kind: "latency",
        value: value.to_owned(),
        expected: "a time such as 60ms or 2s",
    })
}

/// HTTP knows whole seconds only: <https://www.rfc-editor.org/rfc/rfc9110#field.retry-after>.
fn retry_after(value: &str) -> Result<FaultKind, FaultError> {
    let whole = time(value).filter(|time| time.subsec_nanos() == 0);
    whole.map(|time| FaultKind::RetryAfter(time.as_secs())).ok_or_else(|| FaultError::Value {
        kind: "retry-after",
        value: value.to_owned(),
        expected: "a time in whole seconds, such as 30s or 5m",
    })
}

fn time(text: &str) -> Option<Duration> {
    let time: SignedDuration = text.parse().ok()?;
    Duration::try_from(time).ok()
}

fn astray(value: &str) -> Result<FaultKind, FaultError> {
    let host = value.strip_prefix("http://").or_else(|| value.strip_prefix("https://"));
    // A path would only get in the way of the link's own.
    host.filter(|host| !host.is_empty() && !host.contains('/')).ok_or_else(|| FaultError::Value {
        kind: "astray",
        value: value.to_owned(),
        expected: "scheme and host, such as https://example.com",
    })?;
    Ok(FaultKind::Astray(value.to_owned()))
}

fn cut(value: &str) -> Result<FaultKind, FaultError> {
    value.parse().map(FaultKind::Cut).map_err(|_| FaultError::Value {
        kind: "cut",
        value: value.to_owned(),
        expected: "a number of bytes, such as 500",
    })
}

fn replace(value: &str) -> Result<FaultKind, FaultError> {
    let texts = value.split_once('|').filter(|(old, _)| !old.is_empty());
    texts.map(|(old, new)| FaultKind::Replace(old.to_owned(), new.to_owned())).ok_or_else(|| {
        FaultError::Value {
            kind: "replace",
            value: value.to_owned(),
            expected: "OLD|NEW, such as <ownerId>|<owner>; neither may hold an @",
        }
    })
}

fn page_loop(value: &str) -> Result<FaultKind, FaultError> {
    value.parse().map(FaultKind::PageLoop).map_err(|_| FaultError::Value {
        kind: "page-loop",
        value: value.to_owned(),
        expected: "a number of pages from 1",
    })
}

fn throttle(value: &str) -> Result<FaultKind, FaultError> {
    let numbers =
        value.split_once('/').and_then(|(rate, burst)| Some((rate.parse().ok()?, burst.parse().ok()?)));
    numbers.map(|(rate, burst)| FaultKind::Throttle(rate, burst)).ok_or_else(|| FaultError::Value {
        kind: "throttle",
        value: value.to_owned(),
        expected: "RATE/BURST in whole requests, such as 20/100",
    })
}

fn error(value: &str) -> Result<FaultKind, FaultError> {
    let (code, status) = value.split_once(':').unwrap_or((value, "400"));
    let status = status.parse().ok().filter(|status| (400..=599).contains(status));
    let named = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
    status.filter(|_| named).map(|status| FaultKind::Error(code.to_owned(), status)).ok_or_else(|| {
        FaultError::Value {
            kind: "error",
            value: value.to_owned(),
            expected: "CODE or CODE:STATUS, such as InternalError:500",
        }
    })
}

fn pattern(text: &str) -> Result<GlobMatcher, FaultError> {
    let glob = Glob::new(text).map_err(|error| FaultError::Pattern {
        pattern: text.to_owned(),
        reason: error.kind().to_string(),
    })?;
    Ok(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        text.parse::<Fault>().expect_err("is wrong").to_string()
    }

    #[test]
    fn faults_read_from_text() {
        let kind = |text: &str| text.parse::<Fault>().expect("is a fault").kind;
        assert_eq!(kind("latency=60ms"), FaultKind::Latency(Duration::from_millis(60)));
        let (rate, burst) = (NonZeroU32::new(20).unwrap(), NonZeroU32::new(100).unwrap());
        assert_eq!(kind("throttle"), FaultKind::Throttle(rate, burst));
        assert_eq!(kind("throttle=20/100@region=*"), FaultKind::Throttle(rate, burst));
        assert_eq!(
            kind("error=InternalError:500@action=DescribeSubnets"),
            FaultKind::Error("InternalError".into(), 500)
        );
        assert_eq!(kind("error=DryRunOperation"), FaultKind::Error("DryRunOperation".into(), 400));
        assert_eq!(kind("deny"), FaultKind::Deny);
        assert_eq!(kind("retry-after=5m@times=1"), FaultKind::RetryAfter(300));
        assert_eq!([kind("short"), kind("disorder@times=1")], [FaultKind::Short, FaultKind::Disorder]);
        assert_eq!(
            kind("astray=http://127.0.0.1:1@action=*"),
            FaultKind::Astray("http://127.0.0.1:1".into())
        );
        assert_eq!(kind("cut=500@times=1"), FaultKind::Cut(500));
        assert_eq!(kind("replace=<a>=|"), FaultKind::Replace("<a>=".into(), String::new()));
        assert_eq!(kind("page-loop=2"), FaultKind::PageLoop(NonZeroUsize::new(2).unwrap()));
    }

    #[test]
    fn selectors_take_patterns_and_all_must_fit() {
        let fault: Fault = "hang@account=22*,region=ap-*,action=Describe{Vpcs}".parse().expect("is a fault");
        assert!(fault.selects("222222222222", "ap-southeast-2", "DescribeVpcs"));
        assert!(!fault.selects("222222222222", "eu-west-1", "DescribeVpcs"));
        assert!(!fault.selects("222222222222", "ap-southeast-2", "DescribeSubnets"));
        let fault: Fault = "deny@action=Describe{Vpcs,Subnets},region=a".parse().expect("is a fault");
        assert!(fault.selects("1", "a", "DescribeSubnets") && !fault.selects("1", "a", "DescribeRegions"));
        let fault: Fault = "deny@times=2".parse().expect("is a fault");
        assert_eq!(fault.times, Some(2));
    }

    #[test]
    fn errors_say_what_is_expected() {
        assert!(refused("explode").starts_with("`explode` is not a fault; there are latency=TIME"));
        assert_eq!(refused("latency=soon"), "`latency=soon` should be a time such as 60ms or 2s");
        assert!(refused("retry-after=1500ms").contains("whole seconds"));
        assert!(refused("astray=example.com").contains("scheme and host"));
        assert!(refused("astray=https://example.com/x").contains("scheme and host"));
        assert!(refused("throttle=0/5").contains("RATE/BURST"));
        assert!(refused("cut=-1").contains("a number of bytes"));
        assert!(refused("replace=|new").contains("OLD|NEW"));
        assert!(refused("page-loop=0").contains("pages from 1"));
        assert!(refused("error=Oops:200").contains("CODE:STATUS"));
        assert!(refused("deny@zone=a").starts_with("`zone=a` is not a selector"));
        assert!(refused("deny@region=[").starts_with("`[` is not a pattern"));
        assert!(refused("deny=1").contains("is not a fault"));
    }
}
