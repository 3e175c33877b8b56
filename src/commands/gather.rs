//! The first half of every command: an inventory, from wherever the user says.

use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::interrupt::Interrupt;
use super::progress::Watch;
use super::scan_fingerprint::asked;
use super::{refused_tenants, runtime, sandbox, snapshot_lookup};
use crate::cli::scope::ScopeArgs;
use crate::cli::source::{LiveArgs, SourceArgs};
use crate::clouds::{self, CloudEnvironment, CloudProvider, Needs, Plan, PlanError, Run};
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::input;
use crate::input::{Loaded, Shelf};
use crate::model::{self, Estate, Inventory, Kind};
use crate::redact::redact;
use crate::snapshot::{Asked, is_of_future};
use crate::ui::Ui;
use crate::wording::age;

/// An inventory, and whether the user stopped before it was whole.
#[derive(Debug)]
pub struct Gathered {
    /// What was read.
    pub inventory: Inventory,
    /// Whether the user stopped the run.
    pub interrupted: bool,
    /// What was asked of the clouds; `None` when nobody knows, as for a file.
    pub asked: Option<Asked>,
    /// Whether it is a snapshot that was kept before, and stands for a scan.
    pub stands_in: bool,
    /// The instances and interfaces, where they were not loaded.
    pub shelf: Option<Shelf>,
}

impl Gathered {
    /// Returns the inventory and where its long lists are.
    pub fn estate(&self) -> Estate<'_> {
        match &self.shelf {
            Some(rows) => Estate { inventory: &self.inventory, instances: rows, interfaces: rows },
            None => Estate::of(&self.inventory),
        }
    }

    /// Loads `kinds` of what is in a file still, and puts it right; says what had to be.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load_whole(&mut self, kinds: &[Kind], ui: &Ui) -> Result<(), Error> {
        if let Some(shelf) = self.shelf.take() {
            let loaded = shelf.load(kinds)?;
            self.inventory = said(loaded, ui).inventory;
        }
        Ok(())
    }
}

/// What is loaded of a saved inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Load {
    /// The kinds that are needed.
    Needed,
    /// The kinds that are needed, but for the instances and interfaces of a snapshot: they stay in its file.
    Short,
    /// All kinds.
    Whole,
}

/// A cloud, and what there is to read in it.
pub type Surveyed = (Arc<dyn CloudProvider>, Plan);

/// Gets `kinds` from the saved inventory, the sandbox or the clouds; of a saved one as `load` says.
///
/// # Errors
/// When nothing can be read.
pub fn inventory(
    source: &SourceArgs,
    kinds: &[Kind],
    load: Load,
    settings: &Settings,
    ui: &Ui,
) -> Result<Gathered, Error> {
    let Some(path) = &source.from else { return clouds(&source.live, kinds, None, settings, ui) };
    sandbox::refuse_stray(&source.live)?;
    if source.live.scope != ScopeArgs::default() {
        return Err(Error::usage(
            "--from reads a saved inventory, and the options of scope ask the clouds",
        )
        .remedy(
            "leave them out; `scan --filter 'region=eu-*'` narrows what is shown of it, and `overlap --between` \
             what is compared",
        ));
    }
    let most = source.live.max_age.as_deref().map(snapshot_lookup::max_age).transpose()?;
    let entry = snapshot_lookup::named(path.as_os_str(), settings, ui)?;
    if let Some(entry) = &entry {
        snapshot_lookup::say_which(entry, ui);
    }
    let source = entry.map_or_else(|| input::Source::from(path), |entry| input::Source::Path(entry.path));
    let (loaded, shelf) = match load {
        Load::Needed => (loaded(&source, kinds, ui)?, None),
        Load::Whole => (loaded(&source, &Kind::ALL, ui)?, None),
        Load::Short => {
            let (loaded, shelf) = input::load_short(&source, kinds)?;
            (said(loaded, ui), shelf)
        }
    };
    let inventory = loaded.inventory;
    refused_tenants::warn_of_refusals(&inventory.coverage, ui);
    if let Some(most) = most {
        refuse_old(&inventory, most, path)?;
    }
    Ok(Gathered { inventory, interrupted: false, asked: None, stands_in: false, shelf })
}

/// Refuses a saved inventory that is older than `--max-age` allows, so that a gate notices when no scan runs any more.
/// One that is dated in the future may be of any age.
fn refuse_old(inventory: &Inventory, most: SignedDuration, path: &Path) -> Result<(), Error> {
    let now = Timestamp::now();
    if is_of_future(inventory.taken_at, now) {
        return Err(Error::usage(format!(
            "the inventory {} is dated in the future, at {}, so its age is unknown (--max-age)",
            path.display(),
            inventory.taken_at
        ))
        .remedy("check the clock of this machine, and that of the machine that took it; then scan again"));
    }
    let old = now.duration_since(inventory.taken_at);
    if old <= most {
        return Ok(());
    }
    Err(Error::usage(format!(
        "the inventory {} was taken at {}, {} ago, and --max-age is {most:#}",
        path.display(),
        inventory.taken_at,
        age(old)
    ))
    .remedy("see why nothing newer was saved, and scan again"))
}

/// Gets `kinds` from the sandbox or the clouds, or from a snapshot of the same that is young enough, and was taken
/// `after` a moment.
///
/// # Errors
/// When nothing can be read.
pub fn clouds(
    live: &LiveArgs,
    kinds: &[Kind],
    after: Option<Timestamp>,
    settings: &Settings,
    ui: &Ui,
) -> Result<Gathered, Error> {
    let asked = asked(live, settings);
    if let Some(age) = live.max_age.as_deref().map(snapshot_lookup::max_age).transpose()?
        && let Some(inventory) = snapshot_lookup::young(age, after, &asked, kinds, settings, ui)?
    {
        refused_tenants::warn_of_refusals(&inventory.coverage, ui);
        return Ok(Gathered {
            inventory,
            interrupted: false,
            asked: Some(asked),
            stands_in: true,
            shelf: None,
        });
    }
    self::live(live, settings, ui, async |providers, run| {
        // To the second, as every other time in the document.
        let now = Timestamp::now();
        let taken_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let mut inventory = clouds::gather(&providers, kinds, &run, taken_at).await?;
        let Inventory { coverage, accounts, .. } = &mut inventory;
        refused_tenants::compare_with_snapshots(coverage, accounts, &asked, settings, ui);
        refused_tenants::warn_of_refusals(&inventory.coverage, ui);
        let interrupted = run.cancel.is_cancelled();
        Ok(Gathered { inventory, interrupted, asked: Some(asked), stands_in: false, shelf: None })
    })
}

/// Finds out what a scan would read, without reading it.
///
/// # Errors
/// As [`inventory`].
pub fn survey(live: &LiveArgs, kinds: &[Kind], settings: &Settings, ui: &Ui) -> Result<Vec<Surveyed>, Error> {
    let asked = asked(live, settings);
    self::live(live, settings, ui, async |providers, run| {
        let mut plans = clouds::survey(&providers, kinds, &run).await?;
        for plan in &mut plans {
            refused_tenants::compare_with_snapshots(&mut plan.coverage, &plan.accounts, &asked, settings, ui);
            refused_tenants::warn_of_refusals(&plan.coverage, ui);
        }
        Ok(providers.into_iter().zip(plans).collect())
    })
}

/// Reads `kinds` of a saved inventory, and says what had to be put right.
///
/// # Errors
/// When it cannot be read.
pub fn loaded(source: &input::Source, kinds: &[Kind], ui: &Ui) -> Result<Loaded, Error> {
    let loaded = input::load_kinds(source, kinds)?;
    Ok(said(loaded, ui))
}

/// Says what had to be put right.
fn said(loaded: Loaded, ui: &Ui) -> Loaded {
    loaded.warnings.iter().for_each(|warning| ui.warn(warning));
    loaded
}

/// Opens the clouds, or the sandbox for as long as `work` runs.
fn live<T>(
    live: &LiveArgs,
    settings: &Settings,
    ui: &Ui,
    work: impl AsyncFnOnce(Vec<Arc<dyn CloudProvider>>, Run) -> Result<T, PlanError>,
) -> Result<T, Error> {
    runtime::block_on(async {
        let interrupt = Interrupt::watch(ui);
        let run = Run {
            observer: Arc::new(Watch::new(ui.clone())),
            cancel: interrupt.token().clone(),
            concurrency: settings.concurrency.value,
            timeout: settings.timeout.value,
            asked_for: asked_for(settings),
            shard: live.scope.shard.clone(),
        };
        let sandbox = sandbox::embedded(live).await?;
        let surroundings = match &sandbox {
            Some(sandbox) => sandbox::surroundings(sandbox),
            None => CloudEnvironment::System,
        };
        let needs = Needs { settings, surroundings: &surroundings };
        let result = match clouds::open(&settings.providers.value, needs) {
            Ok(providers) => work(providers, run).await,
            Err(error) => Err(error),
        };
        ui.progress().clear();
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
        interrupt.reading_is_over();
        result.map_err(|error| unreadable(&error, live, interrupt.token().is_cancelled()))
    })
}

/// Lists the clouds in scope that the user asked for.
fn asked_for(settings: &Settings) -> Vec<model::Provider> {
    let in_scope = settings.providers.value.iter().copied();
    in_scope.filter(|provider| settings.asked_for(*provider)).collect()
}

fn unreadable(error: &PlanError, live: &LiveArgs, interrupted: bool) -> Error {
    let kind = if interrupted { ErrorKind::Interrupted } else { ErrorKind::NothingRead };
    let shown = Error::from_diagnostic(kind, error.diagnostic.clone().map(redact));
    let newcomer = !live.sandbox && live.scope == ScopeArgs::default();
    if interrupted || error.is_bad_setting() || !newcomer {
        return shown;
    }
    shown.remedy("to see the tool work without an account: netcensus scan --sandbox")
}
