//! How often `watch` does what.

use std::time::Duration;

use crate::cli::watch::WatchArgs;
use crate::error::Error;
use crate::model::parse_duration;

/// How often everything is scanned where events tell what changed.
const RECONCILE: Duration = Duration::from_hours(6);
/// How often a snapshot is kept.
const KEEP: Duration = Duration::from_mins(5);

/// How often `watch` does what.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    /// From the end of a full scan to the next one.
    pub scan: Duration,
    /// From one snapshot to the next one, if something changed.
    pub keep: Duration,
}

impl Intervals {
    /// Reads the flags.
    ///
    /// # Errors
    /// When one is not a duration.
    pub fn from_args(args: &WatchArgs) -> Result<Self, Error> {
        let every = args.every.as_deref().map(|text| parse("--every", text)).transpose()?;
        let reconcile = args.reconcile.as_deref().map(|text| parse("--reconcile", text)).transpose()?;
        let keep = args.keep_every.as_deref().map(|text| parse("--keep-every", text)).transpose()?;
        Ok(Self { scan: every.or(reconcile).unwrap_or(RECONCILE), keep: keep.unwrap_or(KEEP) })
    }
}

/// Reads a flag whose value is a duration.
fn parse(flag: &str, text: &str) -> Result<Duration, Error> {
    let duration = parse_duration(text).and_then(|duration| Duration::try_from(duration).ok());
    duration.ok_or_else(|| {
        Error::usage(format!(
            "{flag}: `{text}` is not a duration; write a number and a unit, s, m, h, d (24 hours) or w, such as `15m` or `6h`"
        ))
    })
}
