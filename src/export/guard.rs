//! When to refuse an export: too few rows, or fewer than before by too much.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::target::ExportTarget;
use crate::config::{ExportSettings, MinRows, Origin, Percentage};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::fs::paths::parent_directory;
use crate::model::Kind;
use crate::ui::Ui;
use crate::wording::counted_plural;

/// When to refuse an export.
#[derive(Debug, PartialEq, Eq)]
pub struct ExportGuard {
    min_rows: Vec<MinRows>,
    /// The flag, variable or key that says so.
    min_rows_name: &'static str,
    /// The greatest drop of a kind that is accepted.
    max_drop: Option<Percentage>,
    /// The flag, variable or key that says so.
    max_drop_name: &'static str,
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
    /// Takes the limits for an export of `kinds`, which `has_previous` exports to compare with, unless it goes to standard
    /// output. The file and variables are for many exports, so their limits hold where they can.
    ///
    /// # Errors
    /// When a flag has no effect on this export.
    pub fn new(settings: &ExportSettings, kinds: &[Kind], has_previous: bool) -> Result<Self, Error> {
        let ExportSettings { min_rows, max_drop, .. } = settings;
        let is_written = |kind: Option<Kind>| kind.is_none_or(|kind| kinds.contains(&kind));
        let unwritten =
            min_rows.value.iter().filter_map(|least| least.kind).find(|kind| !is_written(Some(*kind)));
        if let (Origin::Flag(flag), Some(kind)) = (&min_rows.origin, unwritten) {
            return Err(Error::usage(format!("{flag}: {kind} are not exported"))
                .remedy(format!("leave out {kind} there, or add them to --kind or to the template")));
        }
        if let (Origin::Flag(flag), Some(_), false) = (&max_drop.origin, max_drop.value, has_previous) {
            return Err(Error::usage(format!(
                "{flag} cannot be used with standard output: no earlier export is known"
            ))
            .remedy("name a file with --to, or use --min-rows"));
        }
        Ok(Self {
            min_rows: min_rows.value.iter().copied().filter(|least| is_written(least.kind)).collect(),
            min_rows_name: settings.min_rows_name(),
            max_drop: max_drop.value.filter(|_| has_previous),
            max_drop_name: settings.max_drop_name(),
        })
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
        let (min_rows, max_drop) = (self.min_rows_name, self.max_drop_name);
        let what = match (too_few.is_empty(), dropped.is_empty()) {
            (true, true) => return Ok(()),
            (false, true) => format!("there are fewer rows than {min_rows} requires"),
            (_, false) => format!("row counts fell by more than {max_drop} allows"),
        };
        let mut error = Error::new(ErrorKind::Output, format!("refusing to export: {what}"));
        if !too_few.is_empty() {
            error = error.remedy(format!("if so few rows are expected, set {min_rows} to a smaller number"));
        }
        if !dropped.is_empty() {
            error = error.remedy(
                "run `netcensus diff` to see what is missing; if the drop is expected, export once with --max-drop 100%",
            );
        }
        Err(too_few.into_iter().chain(dropped).fold(error, Error::with_cause))
    }

    fn too_few(&self, rows: &BTreeMap<String, usize>) -> Vec<String> {
        let too_few = |least: &MinRows| {
            let (name, found) = match least.kind {
                Some(kind) => (kind.as_str(), rows.get(kind.as_str()).copied().unwrap_or_default()),
                None => ("rows", rows.values().sum()),
            };
            let found_text = counted_plural(found, name);
            (found < least.rows)
                .then(|| format!("{found_text}, but {} is {}", self.min_rows_name, least.rows))
        };
        self.min_rows.iter().filter_map(too_few).collect()
    }

    fn dropped(&self, rows: &BTreeMap<String, usize>, previous: &[PreviousRows]) -> Vec<String> {
        let Some(Percentage(percent)) = self.max_drop else { return Vec::new() };
        let reason = |PreviousRows { kind, rows: before, source }: &PreviousRows| {
            let now = *rows.get(kind)?;
            // Wider than both: a damaged manifest may have any number.
            let missing = before.saturating_sub(now) as u128;
            let is_dropped = missing * 100 > *before as u128 * u128::from(percent);
            is_dropped.then(|| {
                format!(
                    "{} now, {before} {source}: a drop of more than {percent} %",
                    counted_plural(now, kind)
                )
            })
        };
        previous.iter().filter_map(reason).collect()
    }

    /// Warns that there was no earlier export to compare with. Where that will be so for every run, because the name of the
    /// file or directory changes with each, it warns even with `--quiet` and says how to avoid it.
    pub fn warn_nothing_compared(&self, target: Option<&ExportTarget>, history: Option<&Path>, ui: &Ui) {
        let manifest = target.and_then(ExportTarget::manifest);
        let absent = match (manifest, history) {
            (Some(manifest), _) => {
                format!("there is no earlier export ({} does not exist)", manifest.display())
            }
            (None, Some(history)) => format!("{} has no rows of another day", history.display()),
            (None, None) => return,
        };
        let warning = Diagnostic::new(format!("{} compared nothing", self.max_drop_name)).with_cause(absent);
        match manifest.and_then(find_dated_sibling) {
            None => ui.warn(&warning.to_line()),
            Some((other, remedy)) => {
                let other = format!("{} was exported, whose name differs only in digits", other.display());
                ui.warn_always(&warning.with_cause(other).remedy(remedy).to_line());
            }
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
    use crate::config::{ConfigFile, ExportOverrides, KnownNames, Overrides, Settings};

    fn rows(networks: usize, instances: usize) -> BTreeMap<String, usize> {
        [("networks".to_owned(), networks), ("instances".to_owned(), instances)].into()
    }

    fn settings(text: &str, min_rows: &[&str], max_drop: Option<&str>) -> ExportSettings {
        let min_rows = min_rows.iter().map(ToString::to_string).collect();
        let export = ExportOverrides { min_rows, max_drop: max_drop.map(str::to_owned) };
        let flags = Overrides { export, ..Overrides::default() };
        let file = ConfigFile::new("netcensus.toml", text);
        Settings::resolve(Some(&file), &flags, &KnownNames::FOR_TESTS).unwrap().export
    }

    fn guard(min_rows: &[&str], max_drop: Option<&str>) -> ExportGuard {
        ExportGuard::new(&settings("", min_rows, max_drop), &Kind::ALL, true).unwrap()
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
    fn a_damaged_manifest_with_any_number_stops_the_export() {
        let known = [before("networks", usize::MAX)];
        let error = guard(&[], Some("20%")).check(&rows(8, 0), &known).unwrap_err();
        assert!(causes(&error)[0].contains("a drop of more than 20 %"), "{error}");
        guard(&[], Some("100%")).check(&rows(8, 0), &known).unwrap();
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
    fn a_flag_without_effect_is_refused_and_limits_of_the_file_hold_where_they_can() {
        let networks = |settings: &ExportSettings, has_previous| {
            ExportGuard::new(settings, &[Kind::Networks], has_previous)
        };
        let error = networks(&settings("", &["links=1"], None), true).unwrap_err();
        assert_eq!(error.message(), "--min-rows: links are not exported");
        let error = networks(&settings("", &[], Some("20")), false).unwrap_err();
        assert!(error.message().starts_with("--max-drop cannot be used with standard output"), "{error}");
        let text = "[export]\nmin-rows = [2, 'links=1', 'networks=4']\nmax-drop = 20";
        let of_file = settings(text, &[], None);
        networks(&of_file, false).unwrap().check(&rows(4, 0), &[before("networks", 100)]).unwrap();
        let error =
            networks(&of_file, true).unwrap().check(&rows(3, 0), &[before("networks", 4)]).unwrap_err();
        assert_eq!(
            error.message(),
            "refusing to export: row counts fell by more than export.max-drop allows"
        );
        assert_eq!(causes(&error)[0], "3 networks, but export.min-rows is 4");
        let of_flag = settings(text, &["networks=3"], Some("100%"));
        networks(&of_flag, true).unwrap().check(&rows(3, 0), &[before("networks", 4)]).unwrap();
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
