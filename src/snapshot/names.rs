//! Names of kept snapshots: `@latest`, `@previous`, `@~3`, `@2026-11-20`, `@7d`.

use std::collections::BTreeSet;

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use thiserror::Error;

use super::store::SnapshotEntry;
use crate::diagnostic::Remedies;
use crate::model::{is_in_future, parse_duration};
use crate::wording::counted_as;

/// Scopes whose snapshots are named by their own time only, and by no name that means the newest or the last of them.
pub type ScopesSetAside = BTreeSet<String>;

/// Which of the kept snapshots is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotName {
    /// So many before the newest, among those of its scope; `@latest` is 0, `@previous` 1.
    Back(usize),
    /// The last one that was taken on a day, in UTC. Those of the same scope as the newest snapshot come first.
    Day(Date),
    /// The last one that is as old or older. Those of the same scope as the newest snapshot come first.
    Ago(SignedDuration),
    /// The one that was taken at a moment, whatever its scope, else the last one before it.
    At(Timestamp),
}

/// Why a name means no snapshot. [`NameError::remedy`] says what to do.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// It is not a name.
    #[error("`{0}` is not the name of a snapshot")]
    Unknown(String),
    /// Nothing was kept.
    #[error("there is no snapshot in {0}")]
    Empty(String),
    /// All snapshots are dated in the future.
    #[error(
        "every snapshot in {directory} is dated in the future (the oldest at {oldest}): a clock was wrong when it was taken, \
         or this machine's clock is wrong now"
    )]
    Future {
        /// The directory.
        directory: String,
        /// When the oldest was taken, by its name.
        oldest: Timestamp,
    },
    /// There are not so many of that scope.
    #[error(
        "there is no `{name}`: only {} kept",
        counted_as(*known, "snapshot of the scope of @latest is", "snapshots of the scope of @latest are")
    )]
    TooFar {
        /// The name.
        name: String,
        /// How many there are.
        known: usize,
    },
    /// None was taken then.
    #[error("no snapshot was taken {when}; the oldest is from {oldest}, the newest from {newest}")]
    NoneThen {
        /// The time of which no snapshot is, as the message says it: `on 2026-11-20`.
        when: String,
        /// The name of the last one before, where there is one.
        suggestion: Option<String>,
        /// When the oldest was taken.
        oldest: Timestamp,
        /// When the newest was taken.
        newest: Timestamp,
    },
}

impl Remedies for NameError {
    fn remedies(&self) -> Vec<String> {
        let remedy = match self {
            Self::Unknown(name) if name == "@yesterday" => {
                Some("write @1d for the last one that is at least a day old".to_owned())
            }
            Self::Unknown(_) => Some(
                "write @latest, @previous, @~N for the Nth before the latest, @2026-11-20 for the last of a day, \
                 @2026-11-20T06:00 for the last until then (UTC), @7d for the last of 7 days ago or before, or a path"
                    .to_owned(),
            ),
            Self::Future { oldest, .. } => Some(format!("`@{oldest}` names the oldest")),
            Self::Empty(_) | Self::TooFar { .. } => None,
            Self::NoneThen { suggestion, .. } => {
                suggestion.as_ref().map(|name| format!("{name} means the last one until then"))
            }
        };
        remedy.into_iter().collect()
    }
}

impl NameError {
    /// Returns what a snapshot that is saved now would be called, where it helps: `one`, `another` or `a new one`.
    #[must_use]
    pub const fn lacking(&self) -> Option<&'static str> {
        match self {
            Self::Empty(_) => Some("one"),
            Self::TooFar { .. } => Some("another"),
            Self::Future { .. } => Some("a new one"),
            Self::Unknown(_) | Self::NoneThen { .. } => None,
        }
    }
}

impl SnapshotName {
    /// Reads a name that begins with `@`; `None` for what is a path.
    ///
    /// # Errors
    /// When no snapshot can have such a name.
    pub fn parse(text: &str) -> Option<Result<Self, NameError>> {
        let name = text.strip_prefix('@')?;
        let parsed = match name {
            "latest" => Some(Self::Back(0)),
            "previous" => Some(Self::Back(1)),
            _ => name
                .strip_prefix('~')
                .and_then(|number| number.parse().ok())
                .map(Self::Back)
                .or_else(|| parse_moment(name)),
        };
        Some(parsed.ok_or_else(|| NameError::Unknown(text.to_owned())))
    }

    /// Returns whether it is a time or a day, rather than an age or a position before the newest.
    #[must_use]
    pub const fn is_absolute(&self) -> bool {
        matches!(self, Self::Day(_) | Self::At(_))
    }

    /// Finds it among `entries`, which are in the order of their times, as it is `now`. Of the scopes that are set
    /// `aside`, only the exact time of a snapshot means one.
    ///
    /// # Errors
    /// When there is none.
    pub fn find<'e>(
        self,
        text: &str,
        entries: &'e [SnapshotEntry],
        aside: &ScopesSetAside,
        directory: &str,
        now: Timestamp,
    ) -> Result<&'e SnapshotEntry, NameError> {
        if let Self::At(moment) = self
            && let Some(entry) = entries.iter().rev().find(|entry| entry.taken_at == moment)
        {
            return Ok(entry);
        }
        let meant = |entry: &&SnapshotEntry| !aside.contains(&entry.scope);
        let Some(oldest) = entries.iter().find(meant) else {
            return Err(NameError::Empty(directory.to_owned()));
        };
        let past = &entries[..count_past(entries, now)];
        // A moment or day may be that of a snapshot from the future; nothing else means one.
        let entries = if self.is_absolute() { entries } else { past };
        let future = || NameError::Future { directory: directory.to_owned(), oldest: oldest.taken_at };
        let newest = past.iter().rev().find(meant).or_else(|| entries.iter().rev().find(meant));
        let newest = newest.ok_or_else(future)?;
        let last = |first: Timestamp, last: Timestamp, scope: Option<&str>| {
            let is_in_scope =
                |entry: &&SnapshotEntry| meant(entry) && scope.is_none_or(|scope| entry.scope == scope);
            let mut newest_first = entries.iter().rev().filter(is_in_scope);
            newest_first.find(|entry| (first..=last).contains(&entry.taken_at))
        };
        let preferred = |from, to| last(from, to, Some(&newest.scope)).or_else(|| last(from, to, None));
        let none = |when: String, suggestion: Option<String>| {
            let newest = entries.iter().rev().find(meant).unwrap_or(newest);
            let (oldest, newest) = (oldest.taken_at, newest.taken_at);
            NameError::NoneThen { when, suggestion, oldest, newest }
        };
        match self {
            Self::Back(number) => {
                let mut of_scope = entries.iter().rev().filter(|entry| entry.scope == newest.scope);
                let known = of_scope.clone().count();
                of_scope.nth(number).ok_or_else(|| NameError::TooFar { name: text.to_owned(), known })
            }
            Self::Day(date) => {
                let [first, last] = bounds_of_day(date);
                let suggestion = || (oldest.taken_at < first).then(|| format!("@{date}T23:59"));
                preferred(first, last).ok_or_else(|| none(format!("on {date} (UTC)"), suggestion()))
            }
            Self::Ago(ago) => {
                let then = now.checked_sub(ago).unwrap_or(Timestamp::MIN);
                let when = || format!("{} ago or before", text.trim_start_matches('@'));
                preferred(Timestamp::MIN, then).ok_or_else(|| none(when(), None))
            }
            Self::At(moment) => {
                last(Timestamp::MIN, moment, None).ok_or_else(|| none(format!("at {moment} or before"), None))
            }
        }
    }
}

/// Counts the first ones of `entries`, which are in the order of their times, that are not of the future.
fn count_past(entries: &[SnapshotEntry], now: Timestamp) -> usize {
    entries.partition_point(|entry| !is_in_future(entry.taken_at, now))
}

/// Lists those of `entries`, which are in the order of their times, that are of the future.
#[must_use]
pub fn dated_in_future(entries: &[SnapshotEntry], now: Timestamp) -> &[SnapshotEntry] {
    &entries[count_past(entries, now)..]
}

/// Returns the first and the last second of a day, in UTC.
fn bounds_of_day(date: Date) -> [Timestamp; 2] {
    let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
    let next = date.checked_add(1.day()).ok().and_then(midnight);
    let last = next.map_or(Timestamp::MAX, |next| next - 1.second());
    [midnight(date).unwrap_or(Timestamp::MIN), last]
}

/// Names each of `entries`, which are in the order of their times, so that [`SnapshotName::find`] finds it by that.
///
/// Snapshots of the newest one's scope are named `@latest`, `@previous` and `@~N`. Snapshots of other scopes, of those that
/// are set `aside`, or dated in the future, are named `@TIME`. If several of these have the same second, only the last one
/// gets that name, and the others are shown by their path.
#[must_use]
pub fn name_snapshots(entries: &[SnapshotEntry], aside: &ScopesSetAside, now: Timestamp) -> Vec<String> {
    let past = count_past(entries, now);
    let newest = entries[..past].iter().rev().find(|entry| !aside.contains(&entry.scope));
    let is_of_scope =
        |entry: &SnapshotEntry| newest.is_some_and(|newest| entry <= newest && entry.scope == newest.scope);
    let mut back = entries.iter().filter(|entry| is_of_scope(entry)).count();
    let mut names = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let is_last_of_second = entries.get(index + 1).is_none_or(|next| next.taken_at != entry.taken_at);
        names.push(if is_of_scope(entry) {
            back -= 1;
            match back {
                0 => "@latest".to_owned(),
                1 => "@previous".to_owned(),
                number => format!("@~{number}"),
            }
        } else if is_last_of_second {
            entry.name()
        } else {
            entry.path.display().to_string()
        });
    }
    names
}

/// Returns the scopes among `entries`, in the order of their times, that `@latest` and the like do not mean: those of the
/// sandbox, so that its sample never passes for the clouds; with `of_sandbox`, those of the clouds. None if there are no
/// others. Opens a snapshot of each scope, if there are several. One that cannot be read counts as of the clouds.
#[must_use]
pub fn scopes_set_aside(entries: &[SnapshotEntry], of_sandbox: bool) -> ScopesSetAside {
    let scopes = scopes(entries);
    if scopes.len() < 2 {
        return ScopesSetAside::new();
    }
    let aside = foreign_scopes(entries, of_sandbox);
    if aside.len() < scopes.len() { aside } else { ScopesSetAside::new() }
}

/// Returns the scopes among `entries`, in the order of their times, that are of the sandbox; with `of_sandbox`, those of the
/// clouds. Unlike [`scopes_set_aside`], also if there are no others. Opens a snapshot of each scope. One that cannot be read
/// counts as of the clouds.
#[must_use]
pub fn foreign_scopes(entries: &[SnapshotEntry], of_sandbox: bool) -> ScopesSetAside {
    let foreign = scopes(entries).into_iter().filter(|scope| is_of_sandbox(entries, scope) != of_sandbox);
    foreign.map(str::to_owned).collect()
}

fn scopes(entries: &[SnapshotEntry]) -> BTreeSet<&str> {
    entries.iter().map(|entry| entry.scope.as_str()).collect()
}

/// Tells whether the snapshots of a scope are of the sandbox, by the newest that can be read.
fn is_of_sandbox(entries: &[SnapshotEntry], scope: &str) -> bool {
    let mut of_scope = entries.iter().rev().filter(|entry| entry.scope == scope);
    let readable = of_scope.find_map(|entry| entry.open().ok());
    readable.is_some_and(|reader| reader.about().is_of_sandbox())
}

/// Reads a length of time, a day, or a moment of UTC; a moment without a zone is of UTC.
fn parse_moment(text: &str) -> Option<SnapshotName> {
    if let Ok(ago) = parse_duration(text) {
        return Some(SnapshotName::Ago(ago));
    }
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(SnapshotName::At(moment));
    }
    if !text.contains(['T', ' ']) {
        return text.parse::<Date>().ok().map(SnapshotName::Day);
    }
    let civil = text.parse::<DateTime>().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| SnapshotName::At(zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(times: &[(&str, &str)]) -> Vec<SnapshotEntry> {
        let entry = |(kept, (time, scope)): (u64, &(&str, &str))| SnapshotEntry {
            path: format!("{time}-{scope}").into(),
            taken_at: time.parse().unwrap(),
            kept,
            scope: (*scope).to_owned(),
        };
        (0..).zip(times).map(entry).collect()
    }

    fn find(text: &str, entries: &[SnapshotEntry]) -> Result<String, NameError> {
        let name = SnapshotName::parse(text).unwrap()?;
        let now = "2026-11-21T06:00:00Z".parse().unwrap();
        name.find(text, entries, &ScopesSetAside::new(), "store", now).map(|entry| entry.taken_at.to_string())
    }

    #[test]
    fn names_go_back_among_the_snapshots_of_one_scope() {
        let kept = entries(&[
            ("2026-11-18T06:00:00Z", "a"),
            ("2026-11-19T06:00:00Z", "a"),
            ("2026-11-19T07:00:00Z", "b"),
            ("2026-11-20T06:00:00Z", "a"),
        ]);
        assert_eq!(find("@latest", &kept).unwrap(), "2026-11-20T06:00:00Z");
        assert_eq!(find("@previous", &kept).unwrap(), "2026-11-19T06:00:00Z");
        assert_eq!(find("@~2", &kept).unwrap(), "2026-11-18T06:00:00Z");
        let error = find("@~3", &kept).unwrap_err().to_string();
        assert_eq!(error, "there is no `@~3`: only 3 snapshots of the scope of @latest are kept");
        let error = find("@previous", &kept[..1]).unwrap_err().to_string();
        assert_eq!(error, "there is no `@previous`: only 1 snapshot of the scope of @latest is kept");
        assert_eq!(find("@latest", &[]), Err(NameError::Empty("store".into())));
    }

    #[test]
    fn a_day_is_its_last_snapshot_and_a_moment_the_last_until_then() {
        let kept = entries(&[
            ("2026-11-19T06:00:00Z", "a"),
            ("2026-11-20T06:00:00Z", "a"),
            ("2026-11-20T23:59:59Z", "b"),
        ]);
        assert_eq!(find("@2026-11-20", &kept).unwrap(), "2026-11-20T23:59:59Z");
        assert_eq!(find("@2026-11-20", &kept[..2]).unwrap(), "2026-11-20T06:00:00Z");
        assert_eq!(find("@2026-11-20T12:00", &kept).unwrap(), "2026-11-20T06:00:00Z");
        assert_eq!(find("@2026-11-20T05:00:00+02:00", &kept).unwrap(), "2026-11-19T06:00:00Z");
        let error = find("@2026-11-21", &kept).unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("no snapshot was taken on 2026-11-21 (UTC); the oldest is from 2026-11-19"),
            "{error}"
        );
        assert_eq!(error.remedies()[0], "@2026-11-21T23:59 means the last one until then");
        let error = find("@2026-11-18", &kept).unwrap_err().to_string();
        assert!(error.ends_with(", the newest from 2026-11-20T23:59:59Z"), "nothing is before it: {error}");
        assert!(matches!(find("@2026-11-18T00:00", &kept), Err(NameError::NoneThen { .. })));
    }

    #[test]
    fn a_day_and_an_age_prefer_the_scope_of_the_newest_and_take_any_other() {
        let kept = entries(&[
            ("2026-11-13T06:00:00Z", "a"),
            ("2026-11-13T07:00:00Z", "b"),
            ("2026-11-14T06:00:00Z", "b"),
            ("2026-11-20T06:00:00Z", "a"),
        ]);
        assert_eq!(find("@2026-11-13", &kept).unwrap(), "2026-11-13T06:00:00Z");
        assert_eq!(find("@2026-11-14", &kept).unwrap(), "2026-11-14T06:00:00Z");
        for (name, taken_at) in [
            ("@24h", "2026-11-20T06:00:00Z"),
            ("@1d", "2026-11-20T06:00:00Z"),
            ("@25h", "2026-11-13T06:00:00Z"),
            ("@1w", "2026-11-13T06:00:00Z"),
        ] {
            assert_eq!(find(name, &kept).unwrap(), taken_at, "{name}");
        }
        assert_eq!(find("@7d", &kept[2..]).unwrap(), "2026-11-14T06:00:00Z", "any is better than none");
        let error = find("@9d", &kept).unwrap_err().to_string();
        assert!(error.starts_with("no snapshot was taken 9d ago or before; the oldest is from"), "{error}");
    }

    #[test]
    fn each_snapshot_has_a_name_by_which_it_is_found() {
        let kept = entries(&[
            ("2026-11-18T06:00:00Z", "a"),
            ("2026-11-19T06:00:00Z", "a"),
            ("2026-11-19T06:00:00Z", "b"),
            ("2026-11-19T07:00:00Z", "b"),
            ("2026-11-19T07:00:00Z", "c"),
            ("2026-11-20T06:00:00Z", "a"),
        ]);
        let named = name_snapshots(&kept, &ScopesSetAside::new(), Timestamp::MAX);
        let expected =
            ["@~2", "@previous", "@2026-11-19T06:00:00Z", "2026-11-19T07:00:00Z-b", "@2026-11-19T07:00:00Z"];
        assert_eq!(named[..5], expected);
        assert_eq!(named[5], "@latest");
        for (name, entry) in named.iter().zip(&kept).filter(|(name, _)| name.starts_with('@')) {
            let found = SnapshotName::parse(name)
                .unwrap()
                .unwrap()
                .find(name, &kept, &ScopesSetAside::new(), "store", Timestamp::MAX)
                .unwrap();
            assert_eq!(found, entry, "{name}");
        }
        assert!(name_snapshots(&[], &ScopesSetAside::new(), Timestamp::MAX).is_empty());
    }

    /// Faults F9: a machine whose clock was wrong once blinded `@latest` for 400 days.
    #[test]
    fn a_snapshot_of_the_future_is_found_by_its_time_alone() {
        let kept = entries(&[
            ("2026-11-19T06:00:00Z", "a"),
            ("2026-11-20T06:00:00Z", "a"),
            ("2026-11-21T06:04:00Z", "a"),
            ("2028-01-01T00:00:00Z", "a"),
            ("2028-01-02T00:00:00Z", "b"),
        ]);
        let minutes_ahead = "2026-11-21T06:04:00Z";
        assert_eq!(find("@latest", &kept).unwrap(), minutes_ahead, "clocks differ by minutes");
        assert_eq!(find("@previous", &kept).unwrap(), "2026-11-20T06:00:00Z");
        assert_eq!(find("@1d", &kept).unwrap(), "2026-11-20T06:00:00Z");
        assert_eq!(find("@2026-11-21", &kept).unwrap(), minutes_ahead);
        for time in ["2028-01-01", "2028-01-01T00:00:00Z"] {
            assert_eq!(find(&format!("@{time}"), &kept).unwrap(), "2028-01-01T00:00:00Z");
        }
        let now = "2026-11-21T06:00:00Z".parse().unwrap();
        let named = name_snapshots(&kept, &ScopesSetAside::new(), now);
        let future = ["@2028-01-01T00:00:00Z", "@2028-01-02T00:00:00Z"];
        assert_eq!(named, ["@~2", "@previous", "@latest", future[0], future[1]]);
        assert_eq!(dated_in_future(&kept, now).len(), 2);
        let error = find("@latest", &kept[3..]).unwrap_err().to_string();
        assert!(error.starts_with("every snapshot in store is dated in the future"), "{error}");
        assert_eq!(find("@2028-01-02", &kept[3..]).unwrap(), "2028-01-02T00:00:00Z");
    }

    #[test]
    fn scopes_that_are_set_aside_are_found_by_their_time_alone() {
        let kept = entries(&[
            ("2026-11-18T06:00:00Z", "clouds"),
            ("2026-11-19T06:00:00Z", "clouds"),
            ("2026-11-19T07:00:00Z", "sandbox"),
            ("2026-11-20T06:00:00Z", "sandbox"),
        ]);
        let aside = ScopesSetAside::from(["sandbox".to_owned()]);
        let now = "2026-11-21T06:00:00Z".parse().unwrap();
        let find = |text: &str| {
            let name = SnapshotName::parse(text).unwrap().unwrap();
            name.find(text, &kept, &aside, "store", now).map(|entry| entry.taken_at.to_string())
        };
        for (name, taken_at) in [
            ("@latest", "2026-11-19T06:00:00Z"),
            ("@previous", "2026-11-18T06:00:00Z"),
            ("@1h", "2026-11-19T06:00:00Z"),
            ("@2026-11-19", "2026-11-19T06:00:00Z"),
            ("@2026-11-20T12:00", "2026-11-19T06:00:00Z"),
            ("@2026-11-20T06:00:00Z", "2026-11-20T06:00:00Z"),
            ("@2026-11-19T07:00", "2026-11-19T07:00:00Z"),
        ] {
            assert_eq!(find(name).unwrap(), taken_at, "{name}");
        }
        let error = find("@2026-11-20").unwrap_err().to_string();
        assert!(error.ends_with("the newest from 2026-11-19T06:00:00Z"), "{error}");
        let named = name_snapshots(&kept, &aside, now);
        assert_eq!(named, ["@previous", "@latest", "@2026-11-19T07:00:00Z", "@2026-11-20T06:00:00Z"]);
    }

    #[test]
    fn other_names_are_refused_and_paths_are_none() {
        assert_eq!(SnapshotName::parse("latest"), None);
        assert_eq!(SnapshotName::parse("./@latest"), None);
        for wrong in ["@", "@newest", "@~", "@~x", "@2026-13-01", "@2026-11-20T99"] {
            assert_eq!(SnapshotName::parse(wrong), Some(Err(NameError::Unknown(wrong.into()))), "{wrong}");
        }
    }
}
