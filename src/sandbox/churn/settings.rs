//! How fast an estate changes: `5/s`, `30/m,seed=7`, `5/s,changes=1000` or `50/s,burst=20`.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// How fast an estate changes, and how: read from text such as `5/s,seed=7`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Churn {
    /// Changes in each period, 1 to 1000.
    pub changes: u32,
    /// A second, a minute or an hour.
    pub period: Period,
    /// Decides what changes: the same seed and the same estate, the same changes.
    pub seed: u64,
    /// After so many changes nothing changes any more.
    pub limit: Option<usize>,
    /// So many changes follow each other in one place, as in a deployment.
    pub burst: u32,
}

/// What a rate counts in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Period {
    /// `s`.
    Second,
    /// `m`.
    Minute,
    /// `h`.
    Hour,
}

/// Why a churn is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChurnError {
    /// Not a rate.
    #[error("`{0}` should be a rate from 1/h to 1000/s, such as 5/s or 30/m")]
    Rate(String),
    /// Not an option.
    #[error("`{0}` is not one of seed=N, changes=N, burst=N")]
    Option(String),
}

/// The most changes in a period.
const MAX_CHANGES: u32 = 1000;

impl Churn {
    /// Returns the average time between two changes.
    #[must_use]
    pub fn interval(&self) -> Duration {
        self.period.length() / self.changes.max(1)
    }
}

impl Period {
    const ALL: [Self; 3] = [Self::Second, Self::Minute, Self::Hour];

    const fn length(self) -> Duration {
        Duration::from_secs(match self {
            Self::Second => 1,
            Self::Minute => 60,
            Self::Hour => 3600,
        })
    }

    const fn as_str(self) -> &'static str {
        match self {
            Self::Second => "s",
            Self::Minute => "m",
            Self::Hour => "h",
        }
    }
}

impl FromStr for Churn {
    type Err = ChurnError;

    fn from_str(text: &str) -> Result<Self, ChurnError> {
        let mut parts = text.split(',').map(str::trim);
        let rate = parts.next().unwrap_or_default();
        let (changes, period) = read_rate(rate).ok_or_else(|| ChurnError::Rate(rate.to_owned()))?;
        let mut churn = Self { changes, period, seed: 0, limit: None, burst: 1 };
        for part in parts {
            let unknown = || ChurnError::Option(part.to_owned());
            match part.split_once('=').ok_or_else(unknown)? {
                ("seed", number) => churn.seed = number.parse().map_err(|_| unknown())?,
                ("changes", number) => churn.limit = Some(number.parse().map_err(|_| unknown())?),
                ("burst", number) => {
                    churn.burst = number.parse().ok().filter(|burst| *burst > 0).ok_or_else(unknown)?;
                }
                _ => return Err(unknown()),
            }
        }
        Ok(churn)
    }
}

fn read_rate(text: &str) -> Option<(u32, Period)> {
    let (changes, period) = text.split_once('/')?;
    let changes = changes.parse().ok().filter(|changes| (1..=MAX_CHANGES).contains(changes))?;
    let period = Period::ALL.into_iter().find(|known| known.as_str() == period)?;
    Some((changes, period))
}

impl fmt::Display for Churn {
    /// Writes it as it is read.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{},seed={}", self.changes, self.period.as_str(), self.seed)?;
        self.limit.map_or(Ok(()), |limit| write!(f, ",changes={limit}"))?;
        if self.burst == 1 { Ok(()) } else { write!(f, ",burst={}", self.burst) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn churns_read_from_text_and_say_what_is_wrong() {
        let churn: Churn = "5/s".parse().expect("is a churn");
        assert_eq!((churn.interval(), churn.seed, churn.limit), (Duration::from_millis(200), 0, None));
        let churn: Churn = "30/m, seed=7,changes=20,burst=4".parse().expect("is a churn");
        assert_eq!((churn.interval(), churn.seed, churn.limit), (Duration::from_secs(2), 7, Some(20)));
        assert_eq!(churn.to_string().parse(), Ok(churn));
        for text in ["", "5", "0/s", "1001/s", "5/d", "seed=7", "-1/s"] {
            assert_eq!(text.parse::<Churn>(), Err(ChurnError::Rate(text.to_owned())), "{text}");
        }
        for text in ["seed", "seed=x", "speed=1", "changes=-1", "burst=0"] {
            let expected = Err(ChurnError::Option(text.to_owned()));
            assert_eq!(format!("5/s,{text}").parse::<Churn>(), expected, "{text}");
        }
    }
}
