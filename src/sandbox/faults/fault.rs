//! A fault as it is written: `KIND[=VALUE][@SELECTOR,...]`, such as
//! `error=InternalError:500@action=DescribeSubnets,times=2`. In a value, `@@` is an `@`.

use std::borrow::Cow;
use std::str::FromStr;

use serde::Deserialize;

use super::kind::{ConnectionFault, FaultKind};
use super::selector::{self, FaultSelector, SelectorError};
use super::syntax::{KINDS, KindSyntax, ValueSyntax};

/// A fault: what goes wrong, and for which requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Fault {
    pub(super) kind: FaultKind,
    pub(super) selector: FaultSelector,
}

/// Why a fault cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum FaultError {
    /// No such fault.
    #[error("`{0}` is not a fault; accepted: {list}", list = listed(&Fault::kinds()))]
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
    #[error("`{0}` is not a selector; accepted: {list}", list = listed(&selector::FORMS))]
    Selector(String),
    /// A selector's pattern is wrong.
    #[error("`{pattern}` is not a pattern: {reason}")]
    Pattern {
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing is left to chance.
    #[error("seed=N decides only what chance=N% leaves open; add chance=N%")]
    Seed,
    /// A connection does not say what will be asked.
    #[error("`{0}` applies before a request arrives, so it has no account, region or action")]
    Connection(String),
}

impl Fault {
    /// Returns how each kind is written, such as `latency=TIME`.
    #[must_use]
    pub fn kinds() -> Vec<String> {
        KINDS.iter().map(KindSyntax::form).collect()
    }

    /// Returns how each selector is written, such as `times=N`.
    #[must_use]
    pub const fn selectors() -> &'static [&'static str] {
        &selector::FORMS
    }

    /// Tells whether it is about TLS, which not every sandbox serves.
    pub(in crate::sandbox) const fn needs_tls(&self) -> bool {
        matches!(self.kind, FaultKind::Connection(ConnectionFault::SlowTls(_)))
    }

    fn select(&mut self, text: &str) -> Result<(), FaultError> {
        self.selector.set(text).map_err(|error| match error {
            SelectorError::Unknown => FaultError::Selector(text.to_owned()),
            SelectorError::Pattern(pattern, reason) => FaultError::Pattern { pattern, reason },
        })
    }
}

impl FromStr for Fault {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let (kind, selectors) = split_at_selectors(text);
        let mut fault = Self { kind: kind.parse()?, selector: FaultSelector::default() };
        for selector in selectors.into_iter().flat_map(selector::split) {
            fault.select(selector)?;
        }
        if fault.selector.has_idle_seed() {
            return Err(FaultError::Seed);
        }
        if matches!(fault.kind, FaultKind::Connection(_)) && fault.selector.reads_requests() {
            return Err(FaultError::Connection(kind.into_owned()));
        }
        Ok(fault)
    }
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
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        let unknown = || FaultError::Kind(text.to_owned());
        let syntax = KINDS.iter().find(|kind| kind.name == name).ok_or_else(unknown)?;
        let (reader, value) = match (&syntax.value, value) {
            (ValueSyntax::None(kind), None) => return Ok(kind.clone()),
            (ValueSyntax::Required(reader) | ValueSyntax::Optional(reader, _), Some(value)) => {
                (reader, value)
            }
            (ValueSyntax::Optional(reader, default), None) => (reader, *default),
            (ValueSyntax::None(_), Some(_)) | (ValueSyntax::Required(_), None) => return Err(unknown()),
        };
        (reader.read)(value).ok_or_else(|| FaultError::Value {
            kind: syntax.name,
            value: value.to_owned(),
            expected: reader.expected,
        })
    }
}

/// Splits at the first `@` that is not doubled; `@@` in front of it becomes `@`.
fn split_at_selectors(text: &str) -> (Cow<'_, str>, Option<&str>) {
    let mut from = 0;
    while let Some(at) = text[from..].find('@').map(|at| from + at) {
        if !text[at + 1..].starts_with('@') {
            return (undoubled(&text[..at]), Some(&text[at + 1..]));
        }
        from = at + 2;
    }
    (undoubled(text), None)
}

fn undoubled(text: &str) -> Cow<'_, str> {
    if text.contains("@@") { Cow::Owned(text.replace("@@", "@")) } else { Cow::Borrowed(text) }
}

fn listed(forms: &[impl AsRef<str>]) -> String {
    let forms: Vec<&str> = forms.iter().map(AsRef::as_ref).collect();
    match &forms[..] {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        forms => forms.concat(),
    }
}

#[cfg(test)]
mod tests {
    use std::num::{NonZeroU32, NonZeroUsize};
    use std::time::Duration;

    use hyper::StatusCode;
    use hyper::header::HeaderValue;
    use jiff::SignedDuration;

    use super::super::kind::{
        Alteration, BodyEnd, ListFault, Pace, PageLoop, Refusal, ResetPoint, RetryAfter, TransportFault,
    };
    use super::*;

    fn kind(text: &str) -> FaultKind {
        text.parse::<Fault>().expect("is a fault").kind
    }

    fn refused(text: &str) -> String {
        text.parse::<Fault>().expect_err("is wrong").to_string()
    }

    #[test]
    fn faults_read_from_text() {
        assert_eq!(kind("latency=60ms"), FaultKind::Latency(Duration::from_millis(60)));
        let (rate, burst) = (NonZeroU32::new(20).unwrap(), NonZeroU32::new(100).unwrap());
        assert_eq!(kind("throttle"), FaultKind::Throttle(rate, burst));
        assert_eq!(kind("throttle=20/100@region=*"), FaultKind::Throttle(rate, burst));
        assert_eq!(kind("cut=500@times=1"), FaultKind::Alteration(Alteration::Cut(500)));
        let list = [ListFault::Short, ListFault::Disorder].map(FaultKind::List);
        assert_eq!([kind("short"), kind("disorder@times=1")], list);
        let astray = ListFault::Astray("http://127.0.0.1:1".into());
        assert_eq!(kind("astray=http://127.0.0.1:1@action=*"), FaultKind::List(astray));
    }

    #[test]
    fn refusals_read_from_text() {
        let refusal = |text: &str| match kind(text) {
            FaultKind::Refusal(refusal) => refusal,
            other => panic!("{other:?}"),
        };
        let error = |code: &str, status| Refusal::Error(code.into(), status);
        let wait = |wait| Refusal::Throttled(Some(wait));
        assert_eq!(refusal("error=InternalError:500@action=DescribeSubnets"), error("InternalError", 500));
        assert_eq!(refusal("error=DryRunOperation"), error("DryRunOperation", 400));
        assert_eq!([refusal("deny"), refusal("expired@after=3")], [Refusal::Denied, Refusal::Expired]);
        assert_eq!(refusal("retry-after=5m@times=1"), wait(RetryAfter::Seconds(300)));
        assert_eq!(refusal("retry-after=date:-3s"), wait(RetryAfter::Date(SignedDuration::from_secs(-3))));
        for text in ["Wed, 21 Oct 2026 07:28:00 GMT", "1.5", "-1", "", " 2 ", "18446744073709551616", "1, 2"]
        {
            let expected = wait(RetryAfter::Text(HeaderValue::from_str(text).expect("is a header")));
            assert_eq!(refusal(&format!("retry-after=text:{text}")), expected);
        }
    }

    #[test]
    fn alterations_read_from_text() {
        let alteration = |text: &str| match kind(text) {
            FaultKind::Alteration(alteration) => alteration,
            other => panic!("{other:?}"),
        };
        assert_eq!(alteration("status=204"), Alteration::Status(StatusCode::NO_CONTENT));
        assert_eq!(alteration("body="), Alteration::Body(vec![]));
        assert_eq!(alteration(r"body=a=\xff@@b@times=1"), Alteration::Body(b"a=\xff@b".into()));
        assert_eq!(alteration("replace=<a>=|"), Alteration::Replace(b"<a>=".into(), vec![]));
        let location = "header=Location:https://u:p@@example.com/";
        let Alteration::Header(name, value) = alteration(location) else { panic!("is a header") };
        assert_eq!((name.as_str(), value.as_bytes()), ("location", &b"https://u:p@example.com/"[..]));
    }

    #[test]
    fn ways_to_break_an_answer_read_from_text() {
        let broken = |text: &str| match kind(text) {
            FaultKind::Transport(fault) => fault,
            other => panic!("{other:?}"),
        };
        let pace = |bytes, millis| Pace {
            bytes: NonZeroUsize::new(bytes).expect("is not 0"),
            pause: Duration::from_millis(millis),
        };
        assert_eq!(broken("reset=head@times=2"), TransportFault::Reset(ResetPoint::Head));
        assert_eq!(broken("truncate=chunks"), TransportFault::Truncate(BodyEnd::Chunks));
        assert_eq!(broken("drip=1s"), TransportFault::Drip(pace(1, 1000)));
        assert_eq!(broken("drip-body=10/100ms"), TransportFault::DripBody(pace(10, 100)));
        assert_eq!(broken("pad=5"), TransportFault::Pad(5));
        let page_loop = |text: &str| match kind(text) {
            FaultKind::List(ListFault::PageLoop(page_loop)) => page_loop,
            other => panic!("{other:?}"),
        };
        assert_eq!(page_loop("page-loop=2"), PageLoop::After(NonZeroUsize::new(2).unwrap()));
        assert_eq!(page_loop("page-loop=new-empty@after=1"), PageLoop::NewEmpty);
    }

    #[test]
    fn errors_say_what_is_expected() {
        assert!(refused("explode").starts_with("`explode` is not a fault; accepted: latency=TIME, "));
        assert!(refused("explode").ends_with(", silent and slow-tls=TIME"));
        assert_eq!(refused("latency=soon"), "`latency=soon` should be a time such as 60ms or 2s");
        assert!(refused("retry-after=1500ms").contains("whole seconds"));
        assert!(refused("retry-after=date:1ms").contains("whole seconds"));
        assert!(refused("retry-after=text:\n").contains("text:TEXT"));
        assert!(refused("astray=example.com").contains("scheme and host"));
        assert!(refused("astray=https://example.com/x").contains("scheme and host"));
        assert!(refused("throttle=0/5").contains("RATE/BURST"));
        assert!(refused("cut=-1").contains("a number of bytes"));
        assert!(refused("replace=|new").contains("OLD|NEW"));
        assert!(refused("page-loop=0").contains("pages from 1"));
        assert!(refused("error=Oops:200").contains("CODE:STATUS"));
        assert!(refused("status=101").contains("200 to 599"));
        assert!(refused("header=Content-Length:5").contains("truncate"));
        assert!(refused("drip=0/1s").contains("BYTES/TIME"));
        for text in ["deny=1", "latency", "reset", "body", "throttled"] {
            assert!(refused(text).starts_with(&format!("`{text}` is not a fault")));
        }
    }

    #[test]
    fn errors_say_what_is_wrong_with_a_selector() {
        let zone = "`zone=a` is not a selector; accepted: account=GLOB, region=GLOB, ";
        assert!(refused("deny@zone=a").starts_with(zone));
        assert!(refused("body=a@b").starts_with("`b` is not a selector"));
        assert!(refused("deny@region=[").starts_with("`[` is not a pattern"));
        assert!(refused("deny@seed=3").contains("add chance=N%"));
        assert!(refused("silent@region=a").starts_with("`silent` applies before a request arrives"));
        let silent: Fault = "silent@times=1,after=2".parse().expect("is a fault");
        assert!(silent.selector.counts() && !silent.needs_tls());
    }
}
