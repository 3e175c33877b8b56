//! Files that follow the inventory: exports that are written again when something changed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::time::Instant;

use crate::cli::export::{ColumnArgs, ExportArgs, GuardArgs, HostArgs};
use crate::cli::source::{LiveArgs, SourceArgs};
use crate::commands::filters::resource_groups;
use crate::commands::overlap::collisions_among_networks;
use crate::commands::summary::Summary;
use crate::config::Settings;
use crate::error::Error;
use crate::export::{self, ExportPlan, ExportSource};
use crate::model::{Inventory, InventoryView};
use crate::output::{ExportFormat, FileLayout};
use crate::redact::redact;
use crate::ui::Ui;
use crate::watch::retry_delay;

/// The shortest time between two exports: many changes come in bursts.
const EVERY: Duration = Duration::from_secs(5);

/// When exports are written again of which one failed. It doubles each time.
const FIRST_RETRY: Duration = Duration::from_secs(10);
const LONGEST_RETRY: Duration = Duration::from_mins(5);

/// Exports that follow the inventory.
pub struct FollowedExports<'a> {
    exports: Vec<FollowedExport>,
    settings: &'a Settings,
    /// When they are written next, because something changed or one failed.
    due: Option<Instant>,
    written: Option<Instant>,
    /// How often in a row one of them failed.
    failures: u32,
    ui: &'a Ui,
}

struct FollowedExport {
    /// `[FORMAT=]PATH`, as you wrote it.
    name: String,
    plan: ExportPlan,
    /// Whether nothing is written now, since something could not be read. It was said then.
    is_withheld: bool,
}

/// What became of an export.
pub struct ExportEnd {
    /// `[FORMAT=]PATH`, as you wrote it.
    pub name: String,
    /// What became of it.
    pub outcome: ExportOutcome,
}

/// What became of an export.
#[derive(Debug, PartialEq, Eq)]
pub enum ExportOutcome {
    /// It is as new as the inventory.
    Written,
    /// The inventory is incomplete, so the older file stays. Says what could not be read.
    Withheld(String),
    /// It could not be written, and why. It is tried again.
    Failed(String),
}

impl<'a> FollowedExports<'a> {
    /// Reads the values of `--export` or the configuration, and checks that each can be written.
    ///
    /// # Errors
    /// When one is not an export, or cannot be written.
    pub fn new(live: &LiveArgs, settings: &'a Settings, ui: &'a Ui) -> Result<Self, Error> {
        let targets = settings.watch.exports.value.iter();
        let setting = settings.watch.exports.origin.name_setting("watch.export");
        let exports = targets.map(|target| {
            Ok(FollowedExport {
                name: target.clone(),
                plan: plan(target, live, settings).map_err(|error| error.context(&setting))?,
                is_withheld: false,
            })
        });
        let exports = exports.collect::<Result<Vec<FollowedExport>, Error>>()?;
        for export in &exports {
            export.plan.check_and_lock(ui)?;
        }
        let due = (!exports.is_empty()).then(Instant::now);
        Ok(Self { exports, settings, due, written: None, failures: 0, ui })
    }

    /// Notes that something changed.
    pub fn note_change(&mut self) {
        if !self.exports.is_empty() && self.due.is_none() {
            let now = Instant::now();
            self.due = Some(self.written.map_or(now, |written| now.max(written + EVERY)));
        }
    }

    /// Returns when files are to be written next.
    pub const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Writes all files, and returns what became of each. An incomplete inventory replaces none. When one cannot be written,
    /// the others are still right, and all are written again later.
    pub fn write(&mut self, inventory: &Inventory) -> Vec<ExportEnd> {
        let now = Instant::now();
        let ends: Vec<ExportEnd> = (0..self.exports.len()).map(|at| self.write_one(at, inventory)).collect();
        let has_failed = ends.iter().any(|end| matches!(end.outcome, ExportOutcome::Failed(_)));
        self.failures = if has_failed { self.failures + 1 } else { 0 };
        self.due = has_failed.then(|| now + retry_delay(self.failures, FIRST_RETRY, LONGEST_RETRY));
        self.written = Some(now);
        ends
    }

    fn write_one(&mut self, at: usize, inventory: &Inventory) -> ExportEnd {
        let outcome = self
            .try_to_write(at, inventory)
            .unwrap_or_else(|error| ExportOutcome::Failed(redact(&error.diagnostic().to_line())));
        ExportEnd { name: self.exports[at].name.clone(), outcome }
    }

    fn try_to_write(&mut self, at: usize, inventory: &Inventory) -> Result<ExportOutcome, Error> {
        let FollowedExport { name, plan, is_withheld } = &mut self.exports[at];
        let view = InventoryView::new(inventory);
        let missing = Summary::new(view, &plan.required_kinds()).describe_missing();
        if let Some(first) = missing.first() {
            let why = redact(&format!("nothing is written while the inventory is incomplete: {first}"));
            // Once, and not for each scope that fails as well.
            if !std::mem::replace(is_withheld, true) {
                self.ui.warn_always(&format!("--export {name}: {why}"));
            }
            return Ok(ExportOutcome::Withheld(why));
        }
        *is_withheld = false;
        let _locks = plan.check_and_lock(self.ui)?;
        let shows = plan.shows_collisions();
        let collisions =
            if shows { collisions_among_networks(inventory, self.settings)? } else { Vec::new() };
        let source = ExportSource {
            view,
            is_streamed: false,
            missing: &missing,
            collisions: &collisions,
            usage: None,
            ranges: &self.settings.external.value,
            groups: &resource_groups(self.settings)?,
        };
        // A signal stops the watch between two exports.
        // Its remarks go nowhere, since it is written again and again.
        export::write_files(plan, source, &|| (), &self.ui.quiet())?;
        Ok(ExportOutcome::Written)
    }
}

/// Checks that a value of `--export` or the configuration is an export, without touching its files.
///
/// # Errors
/// When it is none.
pub fn check_target(target: &str, live: &LiveArgs, settings: &Settings) -> Result<(), Error> {
    plan(target, live, settings).map(drop)
}

/// Reads `[FORMAT=]PATH`.
fn plan(target: &str, live: &LiveArgs, settings: &Settings) -> Result<ExportPlan, Error> {
    let (format, path) = match target.split_once('=') {
        Some((name, path)) if ExportFormat::from_name(name).is_some() => (Some(name), path),
        _ => (None, target),
    };
    if path == "-" {
        return Err(Error::usage("--export writes to files, not to standard output")
            .remedy("--on-change prints what changes"));
    }
    let path = settings.watch.exports_in().join(path);
    if format.is_none() {
        require_format(target, &path)?;
    }
    refuse_file_of_one_kind(format, &path)?;
    let args = export_args(path, format, live);
    ExportPlan::from_args(&args, Vec::new(), settings)
}

/// Refuses a target from which no format follows, and one whose format does not exist: it would be the name of a file.
fn require_format(target: &str, path: &Path) -> Result<(), Error> {
    if let Some((name, path)) = target.split_once('=')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric())
    {
        let formats: Vec<&str> = ExportFormat::all().map(ExportFormat::name).collect();
        return Err(Error::usage(format!("`{name}` is not a format"))
            .remedy(format!("the formats are {}", formats.join(", ")))
            .remedy(format!("for a file of this name, write ./{name}={path}")));
    }
    if export::is_directory_path(path) || ExportFormat::from_path(path).is_some() {
        return Ok(());
    }
    Err(Error::usage(format!("the name {target} does not say which format to write"))
        .remedy(format!("write the format before it, such as --export prometheus={target}")))
}

/// Refuses a file in a format that has a file for each kind: no flag of `watch` chooses a kind.
fn refuse_file_of_one_kind(format: Option<&str>, path: &Path) -> Result<(), Error> {
    let format = format.map_or_else(|| ExportFormat::from_path(path), ExportFormat::from_name);
    match format {
        Some(format)
            if !export::is_directory_path(path) && !matches!(format.spec().layout, FileLayout::Whole(_)) =>
        {
            Err(Error::usage(format!("a {format} file contains one kind"))
                .remedy(format!("name a directory, such as --export {format}=inventory/")))
        }
        _ => Ok(()),
    }
}

/// Returns the flags of an export to `path` in a format, or the one that the file says.
pub fn export_args(path: PathBuf, format: Option<&str>, live: &LiveArgs) -> ExportArgs {
    ExportArgs {
        path: None,
        to: Some(path),
        append_history: None,
        formats: format.into_iter().map(str::to_owned).collect(),
        kinds: Vec::new(),
        groups: Vec::new(),
        forecast: false,
        columns: ColumnArgs::default(),
        hosts: HostArgs::default(),
        guard: GuardArgs::default(),
        source: SourceArgs { from: None, live: live.clone() },
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use jiff::Timestamp;

    use super::*;
    use crate::commands::overrides::with_config_names;
    use crate::config::{Color, ExportOverrides, Overrides, WatchOverrides};
    use crate::model::{Kind, Outcome, Resources, fixtures};
    use crate::ui::Verbosity;

    fn inventory(outcome: Outcome) -> Inventory {
        let coverage = Kind::ALL.map(|kind| fixtures::coverage("111111111111", "eu-west-1", kind, outcome));
        let resources = Resources::default();
        Inventory::assemble(String::new(), Timestamp::UNIX_EPOCH, Vec::new(), resources, coverage.to_vec())
    }

    #[test]
    fn a_target_without_a_known_format_is_refused() {
        let settings =
            with_config_names(|names| Settings::resolve(None, &Overrides::default(), names)).unwrap();
        let refused = |target| {
            let error = plan(target, &LiveArgs::default(), &settings).unwrap_err();
            format!("{} | {}", error.message(), error.diagnostic().remedies.join(" | "))
        };
        assert_eq!(
            refused("targets.foo"),
            "the name targets.foo does not say which format to write | \
             write the format before it, such as --export prometheus=targets.foo"
        );
        assert!(refused("promtheus=targets.json").starts_with("`promtheus` is not a format | "));
        assert_eq!(
            [refused("all.csv"), refused("parquet=all.parquet")],
            ["csv", "parquet"].map(|format| format!(
                "a {format} file contains one kind | \
                 name a directory, such as --export {format}=inventory/"
            ))
        );
        let contradiction = refused("json=all.xlsx");
        assert!(contradiction.contains("| choose the format xlsx, or name the file "), "{contradiction}");
        for target in ["./a=b.json", "prometheus=targets.foo", "targets.json", "reports/"] {
            plan(target, &LiveArgs::default(), &settings).unwrap();
        }
    }

    #[test]
    fn the_limits_of_the_configuration_hold() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("inventory.json").display().to_string();
        let watch = WatchOverrides { exports: vec![path], ..WatchOverrides::default() };
        let export = ExportOverrides { max_drop: Some("50%".to_owned()), ..ExportOverrides::default() };
        let flags = Overrides { export, watch, ..Overrides::default() };
        let settings = with_config_names(|names| Settings::resolve(None, &flags, names)).unwrap();
        let ui = Ui::new(Color::Never, Verbosity::Quiet);
        let mut exports = FollowedExports::new(&LiveArgs::default(), &settings, &ui).unwrap();
        let empty = inventory(Outcome::Complete);
        let mut full = empty.clone();
        full.networks.push(fixtures::network("111111111111", "vpc-1"));
        assert_eq!(exports.write(&full)[0].outcome, ExportOutcome::Written);
        let ExportOutcome::Failed(why) = &exports.write(&empty)[0].outcome else { panic!("it is replaced") };
        assert!(why.contains("0 networks now, 1 in the export of"), "{why}");
    }

    #[test]
    fn an_export_that_cannot_be_written_is_named_and_written_again() {
        let directory = tempfile::tempdir().unwrap();
        let place = directory.path().join("reports");
        fs::create_dir(&place).unwrap();
        let path = place.join("inventory.json").display().to_string();
        let watch = WatchOverrides { exports: vec![path.clone()], ..WatchOverrides::default() };
        let flags = Overrides { watch, ..Overrides::default() };
        let settings = with_config_names(|names| Settings::resolve(None, &flags, names)).unwrap();
        let ui = Ui::new(Color::Never, Verbosity::Quiet);
        let mut exports = FollowedExports::new(&LiveArgs::default(), &settings, &ui).unwrap();
        // The directory of a file is made again, but not in the place of a file.
        fs::remove_dir_all(&place).unwrap();
        fs::write(&place, "").unwrap();
        let mut write = |outcome| {
            let ExportEnd { name, outcome } = exports.write(&inventory(outcome)).pop().unwrap();
            assert_eq!(name, path);
            (outcome, exports.due())
        };
        let (outcome, first) = write(Outcome::Complete);
        assert!(matches!(outcome, ExportOutcome::Failed(_)), "{outcome:?}");
        let (outcome, second) = write(Outcome::Complete);
        assert!(matches!(outcome, ExportOutcome::Failed(_)), "{outcome:?}");
        assert!(second.unwrap() > first.unwrap() + FIRST_RETRY / 2, "later and later");
        fs::remove_file(&place).unwrap();
        fs::create_dir(&place).unwrap();
        let (outcome, due) = write(Outcome::Denied);
        let ExportOutcome::Withheld(why) = outcome else { panic!("{outcome:?}") };
        assert!(why.contains("incomplete: aws 111111111111 eu-west-1") && due.is_none(), "{why}");
        assert!(!fs::exists(&path).unwrap(), "nothing is written while something could not be read");
        assert_eq!(write(Outcome::Complete), (ExportOutcome::Written, None));
        assert!(fs::exists(&path).unwrap());
    }
}
