//! When address space counts as too full, as flags and the configuration say it.

use std::fmt;
use std::str::FromStr;

use jiff::SignedDuration;

use super::{NetworkSelector, Pool};

/// A limit of how full address space may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageLimit {
    /// So many percent are used, or more.
    Percent(u64),
    /// Fewer addresses are free.
    FreeBelow(u64),
    /// Fewer blocks of 16 addresses (/28) are free.
    BlocksBelow(u64),
}

impl FromStr for UsageLimit {
    type Err = String;

    /// Parses `80`, `80%`, `free<32` and `blocks<4`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || format!("`{text}` is not a threshold; write 80 (percent), 'free<32' or 'blocks<4', in quotes");
        let compact: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number = |digits: &str| digits.parse::<u64>().map_err(|_| wrong());
        match compact.split_once('<') {
            Some(("free", digits)) => number(digits).map(Self::FreeBelow),
            Some(("blocks", digits)) => number(digits).map(Self::BlocksBelow),
            Some(_) => Err(wrong()),
            None => match number(compact.strip_suffix('%').unwrap_or(&compact))? {
                percent @ 1..=100 => Ok(Self::Percent(percent)),
                percent => Err(format!("{percent} % is out of range; accepted: 1 to 100")),
            },
        }
    }
}

impl UsageLimit {
    /// Tells whether whatever crosses this limit has crossed `graver` before.
    #[must_use]
    pub const fn is_reached_after(self, graver: Self) -> bool {
        match (self, graver) {
            (Self::Percent(warn), Self::Percent(critical)) => warn > critical,
            (Self::FreeBelow(warn), Self::FreeBelow(critical))
            | (Self::BlocksBelow(warn), Self::BlocksBelow(critical)) => warn < critical,
            _ => false,
        }
    }

    /// Returns the limit until which something that crossed this one is still past it, so that a value which swings around
    /// a limit does not begin and end all the time: 5 percent less, or a quarter more that is free.
    #[must_use]
    pub const fn relaxed(self) -> Self {
        match self {
            Self::Percent(percent) => Self::Percent(if percent > 5 { percent - 5 } else { 1 }),
            Self::FreeBelow(least) => Self::FreeBelow(least.saturating_add(least.div_ceil(4))),
            Self::BlocksBelow(least) => Self::BlocksBelow(least.saturating_add(least.div_ceil(4))),
        }
    }
}

impl fmt::Display for UsageLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::FreeBelow(addresses) => write!(f, "free<{addresses}"),
            Self::BlocksBelow(blocks) => write!(f, "blocks<{blocks}"),
        }
    }
}

/// Other limits for what is selected. The first rule that selects something and has limits of a level gives that level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRule {
    /// What the rule is for.
    pub selector: NetworkSelector,
    /// The pool that the rule is for, and what lies in it; `None` selects without regard to pools.
    pub pool: Option<Pool>,
    /// The limits of a warning, any of which is enough; `None` leaves them as they are.
    pub warn: Option<Vec<UsageLimit>>,
    /// The limits of what is critical, any of which is enough; `None` leaves them as they are.
    pub critical: Option<Vec<UsageLimit>>,
}

/// What makes `usage` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UsageFailure {
    /// A limit of a warning was crossed, or one of what is critical.
    Warning,
    /// A limit of what is critical was crossed.
    Critical,
    /// At the rate seen, no address is left after so much time.
    FullIn(SignedDuration),
}

impl UsageFailure {
    /// The word for no failure at all.
    pub const NO: &str = "none";
}

impl FromStr for UsageFailure {
    type Err = String;

    /// Parses `warning`, `critical` and `full-in=30d`.
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "`{text}` is not accepted; accepted: `warning`, `critical`, `none`, or a time such as `full-in=30d`"
            )
        };
        match text.split_once('=') {
            Some(("full-in", time)) => {
                super::parse_duration(time).map(Self::FullIn).map_err(|error| error.to_string())
            }
            None if text.eq_ignore_ascii_case("warning") => Ok(Self::Warning),
            None if text.eq_ignore_ascii_case("critical") => Ok(Self::Critical),
            Some(_) | None => Err(wrong()),
        }
    }
}

impl fmt::Display for UsageFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Warning => f.write_str("warning"),
            Self::Critical => f.write_str("critical"),
            Self::FullIn(time) if time.as_secs() % 86_400 == 0 => {
                write!(f, "full-in={}d", time.as_secs() / 86_400)
            }
            Self::FullIn(time) => write!(f, "full-in={time:#}"),
        }
    }
}

/// When address space counts as too full, and what of that fails.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UsagePolicy {
    /// The limits of a warning.
    pub warn: Vec<UsageLimit>,
    /// The limits of what is critical.
    pub critical: Vec<UsageLimit>,
    /// Other limits for some of it.
    pub rules: Vec<UsageRule>,
    /// What fails.
    pub fail_on: Vec<UsageFailure>,
}

impl UsagePolicy {
    /// Tells whether any limit is about free blocks, which only interfaces tell.
    #[must_use]
    pub fn needs_blocks(&self) -> bool {
        let of_rules = self.rules.iter().flat_map(|rule| rule.warn.iter().chain(&rule.critical).flatten());
        let mut all = self.warn.iter().chain(&self.critical).chain(of_rules);
        all.any(|limit| matches!(limit, UsageLimit::BlocksBelow(_)))
    }

    /// Returns the policy with [`UsageLimit::relaxed`] limits.
    #[must_use]
    pub fn relaxed(&self) -> Self {
        let all = |limits: &[UsageLimit]| limits.iter().map(|limit| limit.relaxed()).collect::<Vec<_>>();
        let rule = |rule: &UsageRule| UsageRule {
            warn: rule.warn.as_deref().map(all),
            critical: rule.critical.as_deref().map(all),
            ..rule.clone()
        };
        Self {
            warn: all(&self.warn),
            critical: all(&self.critical),
            rules: self.rules.iter().map(rule).collect(),
            fail_on: self.fail_on.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_percent_addresses_or_blocks() {
        let limit = |text: &str| text.parse::<UsageLimit>();
        assert_eq!(limit("80"), Ok(UsageLimit::Percent(80)));
        assert_eq!(limit("80 %"), Ok(UsageLimit::Percent(80)));
        assert_eq!(limit("free<32"), Ok(UsageLimit::FreeBelow(32)));
        assert_eq!(limit("blocks < 4"), Ok(UsageLimit::BlocksBelow(4)));
        for wrong in ["", "%", "79.5", "-1", "0", "101", "free>3", "free<", "free<x", "used<3", "80%%"] {
            assert!(limit(wrong).is_err(), "{wrong}");
        }
        for text in ["80%", "free<32", "blocks<4"] {
            assert_eq!(limit(text).unwrap().to_string(), text);
        }
    }

    #[test]
    fn relaxed_limits_are_farther_away() {
        let relaxed = |text: &str| text.parse::<UsageLimit>().unwrap().relaxed().to_string();
        let pairs = [
            ("80", "75%"),
            ("3", "1%"),
            ("free<32", "free<40"),
            ("blocks<4", "blocks<5"),
            ("free<0", "free<0"),
        ];
        for (text, expected) in pairs {
            assert_eq!(relaxed(text), expected);
        }
    }

    #[test]
    fn failures_are_levels_or_a_time() {
        let failure = |text: &str| text.parse::<UsageFailure>();
        assert_eq!(failure("warning"), Ok(UsageFailure::Warning));
        assert_eq!(failure("full-in=30d"), Ok(UsageFailure::FullIn(SignedDuration::from_hours(720))));
        assert_eq!(failure("full-in=2w").unwrap().to_string(), "full-in=14d");
        for wrong in ["", "full", "full-in=", "full-in=soon", "full-in=0d", "full-in=-3d", "none"] {
            assert!(failure(wrong).is_err(), "{wrong}");
        }
    }
}
