//! Refuses to replace an export by one that lost too much.

use std::collections::BTreeMap;

use super::manifest::Manifest;
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

impl Guard {
    /// Reads the flags.
    ///
    /// # Errors
    /// When a number is none, or a kind is not known.
    pub fn new(args: &GuardArgs) -> Result<Self, Error> {
        let least = args.min_rows.iter().map(|text| least(text)).collect::<Result<_, _>>()?;
        let max_drop = args.max_drop.as_deref().map(percent).transpose()?;
        Ok(Self { least, max_drop })
    }

    /// Compares what is to be written with what is asked for, and with what is there.
    ///
    /// # Errors
    /// With every number that is too small.
    pub fn check(&self, rows: &BTreeMap<String, usize>, known: Option<&Manifest>) -> Result<(), Error> {
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
        if let (Some(percent), Some(known)) = (self.max_drop, known) {
            for (kind, before) in &known.rows {
                let Some(now) = rows.get(kind).copied() else { continue };
                if before.saturating_sub(now) * 100 > before * usize::from(percent) {
                    let taken = known.taken_at;
                    reasons.push(format!(
                        "{now} {kind}, and {before} in the export of {taken}: more than {percent} % fewer"
                    ));
                }
            }
        }
        if reasons.is_empty() {
            return Ok(());
        }
        let error = Error::new(ErrorKind::Output, "nothing was written: the inventory lost too many rows");
        Err(reasons.into_iter().fold(error, Error::detail).hint(
            "`netcensus diff` tells what is missing; if it is right so, export once without --min-rows and --max-drop",
        ))
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
    use jiff::Timestamp;

    use super::*;

    fn rows(networks: usize, instances: usize) -> BTreeMap<String, usize> {
        [("networks".to_owned(), networks), ("instances".to_owned(), instances)].into()
    }

    fn guard(min_rows: &[&str], max_drop: Option<&str>) -> Guard {
        let min_rows = min_rows.iter().map(ToString::to_string).collect();
        Guard::new(&GuardArgs { min_rows, max_drop: max_drop.map(str::to_owned), allow_incomplete: false })
            .unwrap()
    }

    #[test]
    fn too_few_rows_are_named() {
        let check = |min_rows: &[&str]| guard(min_rows, None).check(&rows(3, 5), None);
        check(&["8", "networks=3"]).unwrap();
        let error = check(&["9", "networks=4"]).unwrap_err();
        assert_eq!(
            error.causes(),
            ["8 rows, and --min-rows asks for 9", "3 networks, and --min-rows asks for 4"]
        );
    }

    #[test]
    fn a_loss_of_just_the_share_passes_and_one_more_does_not() {
        let known = Manifest::new(String::new(), Timestamp::UNIX_EPOCH, vec![], rows(10, 100));
        let guard = guard(&[], Some("20%"));
        guard.check(&rows(8, 80), Some(&known)).unwrap();
        guard.check(&rows(8, 80), None).unwrap();
        let error = guard.check(&rows(7, 500), Some(&known)).unwrap_err();
        assert_eq!(error.causes().len(), 1);
        assert!(error.causes()[0].starts_with("7 networks, and 10 in the export of 1970-01-01"));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        let wrong = |min_rows: &str, max_drop: Option<&str>| {
            let max_drop = max_drop.map(str::to_owned);
            Guard::new(&GuardArgs { min_rows: vec![min_rows.into()], max_drop, allow_incomplete: false })
                .is_err()
        };
        assert!(wrong("many", None) && wrong("vpcs=3", None) && wrong("-1", None));
        assert!(wrong("1", Some("101%")) && wrong("1", Some("a lot")) && !wrong("1", Some("20")));
    }
}
