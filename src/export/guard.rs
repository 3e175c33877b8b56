//! Refuses to replace an export by one that lost too much.

use std::collections::BTreeMap;

use crate::cli::export::GuardArgs;
use crate::error::{Error, ErrorKind};
use crate::model::Kind;

/// What is refused.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// The least number of rows: of a kind, or of all.
    least: Vec<(Option<Kind>, usize)>,
    /// The greatest loss of a kind, in percent.
    max_drop: Option<u8>,
}

/// How many rows of a kind there were before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Before {
    /// The kind.
    pub kind: String,
    /// How many rows there were.
    pub rows: usize,
    /// Where and when, such as `in the export of 2026-11-20T08:00:00Z`.
    pub place: String,
}

impl Guard {
    /// Reads the flags, for an export of `kinds`.
    ///
    /// # Errors
    /// When a number is none, or a kind is not known or not exported.
    pub fn new(args: &GuardArgs, kinds: &[Kind]) -> Result<Self, Error> {
        let least: Vec<_> = args.min_rows.iter().map(|text| least(text)).collect::<Result<_, _>>()?;
        if let Some(kind) = least.iter().filter_map(|(kind, _)| *kind).find(|kind| !kinds.contains(kind)) {
            return Err(Error::usage(format!("--min-rows: {kind} are not exported"))
                .remedy(format!("leave {kind} out there, or add them to --kind or to the template")));
        }
        let max_drop = args.max_drop.as_deref().map(percent).transpose()?;
        Ok(Self { least, max_drop })
    }

    /// Refuses `--max-drop` where nothing is kept to compare with.
    ///
    /// # Errors
    /// As it says.
    pub fn refuse_drop(&self) -> Result<(), Error> {
        match self.max_drop {
            None => Ok(()),
            Some(_) => Err(Error::usage("--max-drop has nothing to compare with on standard output")
                .remedy("leave it out, or name a file with --to; --min-rows holds for standard output too")),
        }
    }

    /// Tells whether it compares with an earlier export.
    pub const fn compares(&self) -> bool {
        self.max_drop.is_some()
    }

    /// Compares what is to be written with what is asked for, and with what was there `before`.
    ///
    /// # Errors
    /// With every number that is too small.
    pub fn check(&self, rows: &BTreeMap<String, usize>, before: &[Before]) -> Result<(), Error> {
        let (few, lost) = (self.few(rows), self.lost(rows, before));
        let what = match (few.is_empty(), lost.is_empty()) {
            (true, true) => return Ok(()),
            (false, true) => "there are fewer rows than --min-rows asks for",
            (_, false) => "the inventory lost more rows than --max-drop lets it",
        };
        let mut error = Error::new(ErrorKind::Output, format!("nothing was written: {what}"));
        if !few.is_empty() {
            error = error.remedy("if so few are right, ask for fewer with --min-rows");
        }
        if !lost.is_empty() {
            error = error.remedy(
                "`netcensus diff` tells what is missing; if it is right so, export once without --max-drop",
            );
        }
        Err(few.into_iter().chain(lost).fold(error, Error::cause))
    }

    /// Says which kinds have fewer rows than is asked for.
    fn few(&self, rows: &BTreeMap<String, usize>) -> Vec<String> {
        let mut reasons = Vec::new();
        for (kind, least) in &self.least {
            let (name, found) = match kind {
                Some(kind) => (kind.as_str(), rows.get(kind.as_str()).copied().unwrap_or_default()),
                None => ("rows", rows.values().sum()),
            };
            if found < *least {
                reasons.push(format!("{found} {name}, and --min-rows asks for {least}"));
            }
        }
        reasons
    }

    /// Says which kinds lost more rows than is allowed.
    fn lost(&self, rows: &BTreeMap<String, usize>, before: &[Before]) -> Vec<String> {
        let Some(percent) = self.max_drop else { return Vec::new() };
        let reason = |Before { kind, rows: before, place }: &Before| {
            let now = *rows.get(kind)?;
            let is_lost = before.saturating_sub(now) * 100 > before * usize::from(percent);
            is_lost.then(|| format!("{now} {kind}, and {before} {place}: more than {percent} % fewer"))
        };
        before.iter().filter_map(reason).collect()
    }
}

fn least(text: &str) -> Result<(Option<Kind>, usize), Error> {
    let wrong =
        || Error::usage(format!("--min-rows: `{text}` is not a number of rows; write 100, or instances=100"));
    let (kind, number) = match text.split_once('=') {
        Some((kind, number)) => {
            let kind = Kind::ALL.into_iter().find(|known| known.as_str() == kind).ok_or_else(wrong)?;
            (Some(kind), number)
        }
        None => (None, text),
    };
    Ok((kind, number.parse().map_err(|_| wrong())?))
}

fn percent(text: &str) -> Result<u8, Error> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok().filter(|number| *number <= 100);
    number.ok_or_else(|| Error::usage(format!("--max-drop: `{text}` is not a share; write one such as 20%")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(networks: usize, instances: usize) -> BTreeMap<String, usize> {
        [("networks".to_owned(), networks), ("instances".to_owned(), instances)].into()
    }

    fn args(min_rows: &[&str], max_drop: Option<&str>) -> GuardArgs {
        let min_rows = min_rows.iter().map(ToString::to_string).collect();
        GuardArgs { min_rows, max_drop: max_drop.map(str::to_owned), allow_incomplete: false }
    }

    fn guard(min_rows: &[&str], max_drop: Option<&str>) -> Guard {
        Guard::new(&args(min_rows, max_drop), &Kind::ALL).unwrap()
    }

    fn before(kind: &str, rows: usize) -> Before {
        Before { kind: kind.to_owned(), rows, place: "in the export of Friday".to_owned() }
    }

    #[test]
    fn too_few_rows_are_named() {
        let check = |min_rows: &[&str]| guard(min_rows, None).check(&rows(3, 5), &[]);
        check(&["8", "networks=3"]).unwrap();
        let error = check(&["9", "networks=4"]).unwrap_err();
        assert_eq!(
            error.diagnostic().causes,
            ["8 rows, and --min-rows asks for 9", "3 networks, and --min-rows asks for 4"]
        );
    }

    #[test]
    fn a_loss_of_just_the_share_passes_and_one_more_does_not() {
        let known = [before("instances", 100), before("links", 7), before("networks", 10)];
        let guard = guard(&[], Some("20%"));
        guard.check(&rows(8, 80), &known).unwrap();
        guard.check(&rows(8, 80), &[]).unwrap();
        let error = guard.check(&rows(7, 500), &known).unwrap_err();
        assert_eq!(
            error.diagnostic().causes,
            ["7 networks, and 10 in the export of Friday: more than 20 % fewer"]
        );
    }

    #[test]
    fn few_rows_are_not_called_lost_and_lost_ones_not_few() {
        let error = guard(&["9"], Some("20")).check(&rows(3, 5), &[before("networks", 3)]).unwrap_err();
        assert!(!error.to_string().contains("lost") && error.diagnostic().remedies.len() == 1, "{error}");
        assert!(
            error.diagnostic().remedies[0].contains("--min-rows")
                && !error.diagnostic().remedies[0].contains("--max-drop")
        );
        let error = guard(&["8"], Some("20")).check(&rows(3, 5), &[before("networks", 9)]).unwrap_err();
        assert!(
            !error.to_string().contains("--min-rows") && error.diagnostic().remedies.len() == 1,
            "{error}"
        );
        let error = guard(&["9"], Some("20")).check(&rows(3, 5), &[before("networks", 9)]).unwrap_err();
        assert_eq!((error.diagnostic().causes.len(), error.diagnostic().remedies.len()), (2, 2));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let wrong = |min_rows: &str, max_drop: Option<&str>| {
            Guard::new(&args(&[min_rows], max_drop), &[Kind::Networks]).is_err()
        };
        assert!(wrong("many", None) && wrong("vpcs=3", None) && wrong("-1", None));
        assert!(wrong("1", Some("101%")) && wrong("1", Some("a lot")) && !wrong("1", Some("20")));
        assert!(wrong("links=1", None) && !wrong("networks=1", None), "links are not exported");
    }
}
