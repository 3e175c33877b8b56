//! Files that follow the inventory: exports that are written again when something changed.

use std::path::PathBuf;
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
use crate::output::ExportFormat;
use crate::ui::Ui;

/// The shortest time between two exports: many changes come in bursts.
const EVERY: Duration = Duration::from_secs(5);

/// Exports that follow the inventory.
pub struct FollowedExports<'a> {
    plans: Vec<ExportPlan>,
    settings: &'a Settings,
    /// When they are written next, because something changed.
    due: Option<Instant>,
    written: Option<Instant>,
    /// Whether it was said that nothing is written, since something could not be read.
    has_warned: bool,
    ui: &'a Ui,
}

impl<'a> FollowedExports<'a> {
    /// Reads the values of `--export` or the configuration, and checks that each can be written.
    ///
    /// # Errors
    /// When one is not an export, or cannot be written.
    pub fn new(live: &LiveArgs, settings: &'a Settings, ui: &'a Ui) -> Result<Self, Error> {
        let targets = settings.watch.exports.value.iter();
        let plans = targets.map(|target| plan(target, live, settings));
        let plans = plans.collect::<Result<Vec<ExportPlan>, Error>>()?;
        for plan in &plans {
            plan.check_and_lock(ui)?;
        }
        let due = (!plans.is_empty()).then(Instant::now);
        Ok(Self { plans, settings, due, written: None, has_warned: false, ui })
    }

    /// Notes that something changed.
    pub fn note_change(&mut self) {
        if !self.plans.is_empty() && self.due.is_none() {
            let now = Instant::now();
            self.due = Some(self.written.map_or(now, |written| now.max(written + EVERY)));
        }
    }

    /// Returns when files are to be written next.
    pub const fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Writes all files. An incomplete inventory replaces none, and one file that cannot be written is a warning: the others
    /// are still right.
    pub fn write(&mut self, inventory: &Inventory) {
        (self.due, self.written) = (None, Some(Instant::now()));
        for at in 0..self.plans.len() {
            if let Err(error) = self.write_one(at, inventory) {
                self.ui.warn_always(&error.context("--export").diagnostic().to_line());
            }
        }
    }

    fn write_one(&mut self, at: usize, inventory: &Inventory) -> Result<(), Error> {
        let plan = &self.plans[at];
        let estate = InventoryView::new(inventory);
        let missing = Summary::new(estate, &plan.required_kinds()).describe_missing();
        if let Some(first) = missing.first() {
            if !self.has_warned {
                self.ui.warn_always(&format!(
                    "--export writes nothing while the inventory is incomplete: {first}"
                ));
            }
            self.has_warned = true;
            return Ok(());
        }
        self.has_warned = false;
        let _locks = plan.check_and_lock(self.ui)?;
        let shows = plan.shows_collisions();
        let collisions =
            if shows { collisions_among_networks(inventory, self.settings)? } else { Vec::new() };
        let source = ExportSource {
            estate,
            is_streamed: false,
            missing: &missing,
            collisions: &collisions,
            usage: None,
            ranges: &self.settings.external.value,
            groups: &resource_groups(self.settings)?,
        };
        // A signal stops the watch between two exports.
        export::write_files(plan, source, &|| (), &self.quiet_ui())
    }

    /// Returns where remarks of an export go: nowhere, since it is written again and again.
    fn quiet_ui(&self) -> Ui {
        self.ui.quiet()
    }
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
    let args = export_args(settings.watch.exports_in().join(path), format, live);
    ExportPlan::from_args(&args, Vec::new(), settings).map_err(|error| error.context("--export"))
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
