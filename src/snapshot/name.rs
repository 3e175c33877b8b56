//! Names of kept snapshots: `@latest`, `@previous`, `@~3`, `@2026-11-20`.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use thiserror::Error;

use super::store::Entry;

/// Which of the kept snapshots is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Name {
    /// So many before the newest, among those of its scope; `@latest` is 0, `@previous` 1.
    Back(usize),
    /// The last one that was taken on a day, in UTC.
    Day(Date),
    /// The last one that was taken at a moment or before it.
    At(Timestamp),
}

/// Why a name means no snapshot.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum NameError {
    /// It is no name.
    #[error(
        "`{0}` names no snapshot; write @latest, @previous, @~N for the Nth before the latest, @2026-11-20 for the last of a \
         day, @2026-11-20T06:00 for the last until then (UTC), or a path"
    )]
    Unknown(String),
    /// Nothing was kept.
    #[error("there is no snapshot in {0}; `netcensus scan all --save` keeps one")]
    Empty(String),
    /// There are not so many of that scope.
    #[error("there is no `{name}`: the snapshots of the same scope as @latest are {known}")]
    TooFar {
        /// The name.
        name: String,
        /// How many there are.
        known: usize,
    },
    /// None was taken then.
    #[error("no snapshot was taken {when}; the oldest is of {oldest}, the newest of {newest}")]
    NoneThen {
        /// When.
        when: String,
        /// When the oldest was taken.
        oldest: Timestamp,
        /// When the newest was taken.
        newest: Timestamp,
    },
}

impl Name {
    /// Reads a name that begins with `@`; `None` for what is a path.
    ///
    /// # Errors
    /// When nothing is known by it.
    pub fn parse(text: &str) -> Option<Result<Self, NameError>> {
        let name = text.strip_prefix('@')?;
        let parsed = match name {
            "latest" => Some(Self::Back(0)),
            "previous" => Some(Self::Back(1)),
            _ => name
                .strip_prefix('~')
                .and_then(|number| number.parse().ok())
                .map(Self::Back)
                .or_else(|| moment(name)),
        };
        Some(parsed.ok_or_else(|| NameError::Unknown(text.to_owned())))
    }

    /// Finds it among `entries`, which are in the order of their times.
    ///
    /// # Errors
    /// When there is none.
    pub fn find<'e>(self, text: &str, entries: &'e [Entry], folder: &str) -> Result<&'e Entry, NameError> {
        let (Some(oldest), Some(newest)) = (entries.first(), entries.last()) else {
            return Err(NameError::Empty(folder.to_owned()));
        };
        let until = |first: Option<Timestamp>, last: Timestamp, when: String| {
            let mut newest_first = entries.iter().rev();
            let found = newest_first.find(|entry| entry.taken_at <= last);
            let (oldest, newest) = (oldest.taken_at, newest.taken_at);
            found
                .filter(|entry| first.is_none_or(|first| entry.taken_at >= first))
                .ok_or(NameError::NoneThen { when, oldest, newest })
        };
        match self {
            Self::Back(number) => {
                let mut of_scope = entries.iter().rev().filter(|entry| entry.scope == newest.scope);
                let known = of_scope.clone().count();
                of_scope.nth(number).ok_or_else(|| NameError::TooFar { name: text.to_owned(), known })
            }
            Self::Day(date) => {
                let midnight = |date: Date| date.to_zoned(TimeZone::UTC).ok().map(|day| day.timestamp());
                let next = date.checked_add(1.day()).ok().and_then(midnight);
                let last = next.map_or(Timestamp::MAX, |next| next - 1.second());
                until(midnight(date), last, format!("on {date} (UTC)"))
            }
            Self::At(moment) => until(None, moment, format!("at {moment} or before")),
        }
    }
}

/// Names each of `entries`, which are in the order of their times, so that [`Name::find`] finds it by that.
///
/// Those of the newest one's scope are `@latest`, `@previous` and `@~N`, the others `@TIME`, and what has no name, since
/// another was taken in the same second, is called by its path.
#[must_use]
pub fn names(entries: &[Entry]) -> Vec<String> {
    let newest = entries.last();
    let mut back =
        entries.iter().filter(|entry| newest.is_some_and(|newest| entry.scope == newest.scope)).count();
    let mut names = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter().enumerate() {
        let is_last_of_second = entries.get(index + 1).is_none_or(|next| next.taken_at != entry.taken_at);
        names.push(if newest.is_some_and(|newest| entry.scope == newest.scope) {
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

/// Reads a day, or a moment of UTC; a moment without a zone is of UTC.
fn moment(text: &str) -> Option<Name> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(Name::At(moment));
    }
    if !text.contains(['T', ' ']) {
        return text.parse::<Date>().ok().map(Name::Day);
    }
    let civil = text.parse::<DateTime>().ok()?;
    civil.to_zoned(TimeZone::UTC).ok().map(|zoned| Name::At(zoned.timestamp()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(times: &[(&str, &str)]) -> Vec<Entry> {
        let entry = |(time, scope): &(&str, &str)| Entry {
            path: format!("{time}-{scope}").into(),
            taken_at: time.parse().unwrap(),
            scope: (*scope).to_owned(),
        };
        times.iter().map(entry).collect()
    }

    fn find(text: &str, entries: &[Entry]) -> Result<String, NameError> {
        let name = Name::parse(text).unwrap()?;
        name.find(text, entries, "store").map(|entry| entry.taken_at.to_string())
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
        assert_eq!(find("@~3", &kept), Err(NameError::TooFar { name: "@~3".into(), known: 3 }));
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
        assert_eq!(find("@2026-11-20T12:00", &kept).unwrap(), "2026-11-20T06:00:00Z");
        assert_eq!(find("@2026-11-20T05:00:00+02:00", &kept).unwrap(), "2026-11-19T06:00:00Z");
        let error = find("@2026-11-21", &kept).unwrap_err().to_string();
        assert!(
            error.starts_with("no snapshot was taken on 2026-11-21 (UTC); the oldest is of 2026-11-19"),
            "{error}"
        );
        assert!(matches!(find("@2026-11-18T00:00", &kept), Err(NameError::NoneThen { .. })));
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
        let named = names(&kept);
        let expected =
            ["@~2", "@previous", "@2026-11-19T06:00:00Z", "2026-11-19T07:00:00Z-b", "@2026-11-19T07:00:00Z"];
        assert_eq!(named[..5], expected);
        assert_eq!(named[5], "@latest");
        for (name, entry) in named.iter().zip(&kept).filter(|(name, _)| name.starts_with('@')) {
            let found = Name::parse(name).unwrap().unwrap().find(name, &kept, "store").unwrap();
            assert_eq!(found, entry, "{name}");
        }
        assert!(names(&[]).is_empty());
    }

    #[test]
    fn other_names_are_refused_and_paths_are_none() {
        assert_eq!(Name::parse("latest"), None);
        assert_eq!(Name::parse("./@latest"), None);
        for wrong in ["@", "@newest", "@~", "@~x", "@2026-13-01", "@2026-11-20T99"] {
            assert_eq!(Name::parse(wrong), Some(Err(NameError::Unknown(wrong.into()))), "{wrong}");
        }
    }
}
