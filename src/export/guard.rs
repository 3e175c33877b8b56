//! When to refuse an export: too few rows, or fewer than before by too much.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::target::ExportTarget;
use crate::cli::export::GuardArgs;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::fs::paths::parent_directory;
use crate::model::Kind;
use crate::ui::Ui;
use crate::wording::counted_plural;

/// When to refuse an export.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ExportGuard {
    /// The least number of rows, of a kind or (`None`) of all kinds together.
    min_rows: Vec<(Option<Kind>, usize)>,
    /// The greatest drop of a kind that is accepted, in percent.
    max_drop: Option<u8>,
}

/// How many rows of a kind there were before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviousRows {
    /// The kind.
    pub kind: String,
    /// How many rows there were.
    pub rows: usize,
    /// Where and when, such as `in the export of 2026-11-20T08:00:00Z`.
    pub source: String,
}

impl ExportGuard {
    /// Reads the flags, for an export of `kinds`.
    ///
    /// # Errors
    /// When a number cannot be read, or a kind is not known or not exported.
    pub fn from_args(args: &GuardArgs, kinds: &[Kind]) -> Result<Self, Error> {
        let min_rows: Vec<_> =
            args.min_rows.iter().map(|text| parse_min_rows(text)).collect::<Result<_, _>>()?;
        if let Some(kind) = min_rows.iter().filter_map(|(kind, _)| *kind).find(|kind| !kinds.contains(kind)) {
            return Err(Error::usage(format!("--min-rows: {kind} are not exported"))
                .remedy(format!("leave out {kind} there, or add them to --kind or to the template")));
        }
        let max_drop = args.max_drop.as_deref().map(parse_max_drop).transpose()?;
        Ok(Self { min_rows, max_drop })
    }

    /// Refuses `--max-drop` for standard output, which leaves nothing to compare the next export with.
    ///
    /// # Errors
    /// When `--max-drop` is set.
    pub fn refuse_max_drop_on_stdout(&self) -> Result<(), Error> {
        match self.max_drop {
            None => Ok(()),
            Some(_) => Err(Error::usage(
                "--max-drop cannot be used with standard output: no earlier export is known",
            )
            .remedy("name a file with --to, or use --min-rows")),
        }
    }

    /// Returns whether it compares with an earlier export.
    pub const fn compares_with_previous(&self) -> bool {
        self.max_drop.is_some()
    }

    /// Checks the numbers of `rows` of each kind against the limits, and against those of the export before.
    ///
    /// # Errors
    /// When a number is too small; each of them is a cause of the error.
    pub fn check(&self, rows: &BTreeMap<String, usize>, previous: &[PreviousRows]) -> Result<(), Error> {
        let (too_few, dropped) = (self.too_few(rows), self.dropped(rows, previous));
        let what = match (too_few.is_empty(), dropped.is_empty()) {
            (true, true) => return Ok(()),
            (false, true) => "there are fewer rows than --min-rows requires",
            (_, false) => "row counts fell by more than --max-drop allows",
        };
        let mut error = Error::new(ErrorKind::Output, format!("refusing to export: {what}"));
        if !too_few.is_empty() {
            error = error.remedy("if so few rows are expected, set --min-rows to a smaller number");
        }
        if !dropped.is_empty() {
            error = error.remedy(
                "run `netcensus diff` to see what is missing; if the drop is expected, export once without --max-drop",
            );
        }
        Err(too_few.into_iter().chain(dropped).fold(error, Error::cause))
    }

    fn too_few(&self, rows: &BTreeMap<String, usize>) -> Vec<String> {
        let mut reasons = Vec::new();
        for (kind, least) in &self.min_rows {
            let (name, found) = match kind {
                Some(kind) => (kind.as_str(), rows.get(kind.as_str()).copied().unwrap_or_default()),
                None => ("rows", rows.values().sum()),
            };
            if found < *least {
                reasons.push(format!("{}, but --min-rows is {least}", counted_plural(found, name)));
            }
        }
        reasons
    }

    fn dropped(&self, rows: &BTreeMap<String, usize>, previous: &[PreviousRows]) -> Vec<String> {
        let Some(percent) = self.max_drop else { return Vec::new() };
        let reason = |PreviousRows { kind, rows: before, source }: &PreviousRows| {
            let now = *rows.get(kind)?;
            let is_dropped = before.saturating_sub(now) * 100 > before * usize::from(percent);
            is_dropped.then(|| {
                format!(
                    "{} now, {before} {source}: a drop of more than {percent} %",
                    counted_plural(now, kind)
                )
            })
        };
        previous.iter().filter_map(reason).collect()
    }
}

fn parse_min_rows(text: &str) -> Result<(Option<Kind>, usize), Error> {
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

fn parse_max_drop(text: &str) -> Result<u8, Error> {
    let number = text.strip_suffix('%').unwrap_or(text).parse().ok().filter(|number| *number <= 100);
    number.ok_or_else(|| {
        Error::usage(format!("--max-drop: `{text}` is not a percentage; write one such as 20%"))
    })
}

/// Warns that `--max-drop` had nothing to compare with. Where that will be so for every run, because the name of the file
/// or directory changes with each, it warns even with `--quiet` and says how to avoid it.
pub fn warn_nothing_compared(target: Option<&ExportTarget>, history: Option<&Path>, ui: &Ui) {
    let manifest = target.and_then(ExportTarget::manifest);
    let absent = match (manifest, history) {
        (Some(manifest), _) => format!("there is no earlier export ({} does not exist)", manifest.display()),
        (None, Some(history)) => format!("{} has no rows of another day", history.display()),
        (None, None) => return,
    };
    let warning = Diagnostic::new("--max-drop compared nothing").cause(absent);
    match manifest.and_then(find_dated_sibling) {
        None => ui.warn(&warning.to_line()),
        Some((other, remedy)) => {
            let other = format!("{} was exported, whose name differs only in digits", other.display());
            ui.warn_always(&warning.cause(other).remedy(remedy).to_line());
        }
    }
}

/// Finds an export beside that of `manifest` whose name differs only in digits, as a date does, and returns how to keep
/// one manifest for all of them.
fn find_dated_sibling(manifest: &Path) -> Option<(PathBuf, &'static str)> {
    let name = manifest.file_name()?.to_str()?;
    let directory = parent_directory(manifest);
    if name.starts_with('.') {
        let other = find_same_but_digits(directory, name, Path::is_file)?;
        let file = other
            .file_name()?
            .to_str()?
            .trim_start_matches('.')
            .trim_end_matches(".manifest.json")
            .to_owned();
        return Some((other.with_file_name(file), "write {date} for the date in the name of the file"));
    }
    let own_name = directory.file_name()?.to_str()?;
    let has_manifest = |path: &Path| path.join(name).is_file();
    let other = find_same_but_digits(parent_directory(directory), own_name, has_manifest)?;
    Some((other, "export to a directory whose name stays the same"))
}

/// Finds the last path in `directory` whose name is `name` except for digits.
fn find_same_but_digits(directory: &Path, name: &str, is_export: impl Fn(&Path) -> bool) -> Option<PathBuf> {
    let masked = |name: &str| name.replace(|c: char| c.is_ascii_digit(), "0");
    let paths = fs::read_dir(directory).ok()?.filter_map(|file| Some(file.ok()?.path()));
    let is_like = |path: &PathBuf| {
        let other = path.file_name().and_then(|other| other.to_str());
        other.is_some_and(|other| other != name && masked(other) == masked(name)) && is_export(path)
    };
    paths.filter(is_like).max()
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

    fn guard(min_rows: &[&str], max_drop: Option<&str>) -> ExportGuard {
        ExportGuard::from_args(&args(min_rows, max_drop), &Kind::ALL).unwrap()
    }

    fn before(kind: &str, rows: usize) -> PreviousRows {
        PreviousRows { kind: kind.to_owned(), rows, source: "in the export of Friday".to_owned() }
    }

    fn causes(error: &Error) -> Vec<String> {
        error.diagnostic().causes.iter().map(Diagnostic::to_line).collect()
    }

    #[test]
    fn too_few_rows_are_named() {
        let check = |min_rows: &[&str]| guard(min_rows, None).check(&rows(3, 5), &[]);
        check(&["8", "networks=3"]).unwrap();
        let error = check(&["9", "networks=4"]).unwrap_err();
        assert_eq!(causes(&error), ["8 rows, but --min-rows is 9", "3 networks, but --min-rows is 4"]);
    }

    #[test]
    fn a_drop_of_just_the_share_passes_and_one_row_more_does_not() {
        let known = [before("instances", 100), before("links", 7), before("networks", 10)];
        let guard = guard(&[], Some("20%"));
        guard.check(&rows(8, 80), &known).unwrap();
        guard.check(&rows(8, 80), &[]).unwrap();
        let error = guard.check(&rows(7, 500), &known).unwrap_err();
        assert_eq!(causes(&error), ["7 networks now, 10 in the export of Friday: a drop of more than 20 %"]);
    }

    #[test]
    fn too_few_rows_and_dropped_rows_are_reported_apart() {
        let error = guard(&["9"], Some("20")).check(&rows(3, 5), &[before("networks", 3)]).unwrap_err();
        assert!(
            !error.to_string().contains("--max-drop") && error.diagnostic().remedies.len() == 1,
            "{error}"
        );
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
    fn texts_that_are_not_numbers_are_refused() {
        let wrong = |min_rows: &str, max_drop: Option<&str>| {
            ExportGuard::from_args(&args(&[min_rows], max_drop), &[Kind::Networks]).is_err()
        };
        assert!(wrong("many", None) && wrong("vpcs=3", None) && wrong("-1", None));
        assert!(wrong("1", Some("101%")) && wrong("1", Some("a lot")) && !wrong("1", Some("20")));
        assert!(wrong("links=1", None) && !wrong("networks=1", None), "links are not exported");
    }

    #[test]
    fn an_export_of_another_day_is_found_by_its_digits() {
        let home = tempfile::tempdir().unwrap();
        let inside = |name: &str| home.path().join(name);
        let file = |name: &str| inside(&format!(".{name}.manifest.json"));
        for name in [file("a-2026-11-25.csv"), file("a-2026-11-26.csv"), file("other.csv")] {
            fs::write(name, "{}").unwrap();
        }
        let (other, remedy) = find_dated_sibling(&file("a-2026-11-27.csv")).unwrap();
        assert_eq!(other, inside("a-2026-11-26.csv"));
        assert!(remedy.contains("{date}"));
        assert_eq!(find_dated_sibling(&file("b-2026-11-27.csv")), None);
        assert_eq!(find_dated_sibling(&file("other.csv")), None);
        for day in ["1", "2"] {
            fs::create_dir(inside(&format!("day-{day}"))).unwrap();
        }
        assert_eq!(find_dated_sibling(&inside("day-2/manifest.json")), None, "the other was no export");
        fs::write(inside("day-1/manifest.json"), "{}").unwrap();
        assert_eq!(find_dated_sibling(&inside("day-2/manifest.json")).unwrap().0, inside("day-1"));
    }
}
