//! Where the inventory of a command comes from: a saved one, a scan of the clouds or the sandbox, or a recent snapshot.

use std::io;
use std::path::Path;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};

use super::interrupt::Interrupt;
use super::progress::ProgressObserver;
use super::scan_fingerprint::scan_fingerprint;
use super::scope_flags::scope_flags;
use super::{refused_tenants, runtime, sandbox, snapshot_lookup};
use crate::cli::scope::ScopeArgs;
use crate::cli::source::{LiveArgs, SourceArgs};
use crate::clouds::{self, CloudEnvironment, CloudError, CloudProvider, Needs, Run, ScanPlan};
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::input;
use crate::input::{Loaded, SnapshotRows, SnapshotRowsError};
use crate::model::{self, Inventory, InventoryView, Kind, PackedResources, is_in_future};
use crate::redact::redact;
use crate::snapshot::{ScanRequest, SnapshotEntry};
use crate::ui::Ui;
use crate::wording::age;

/// The name of `--from` and of the newer side of `diff` that stands for the clouds.
pub const LIVE: &str = "live";

/// An inventory, and whether the user stopped before it was whole.
#[derive(Debug)]
pub struct Gathered {
    /// What was read.
    pub inventory: Inventory,
    /// Whether the user stopped the run.
    pub interrupted: bool,
    /// What the clouds were asked for; `None` for a file.
    pub asked: Option<ScanRequest>,
    /// What the clouds were asked for when it was read, also where it is a snapshot; `None` where that is not known.
    pub read_as: Option<ScanRequest>,
    /// The file or the kept snapshot that it was read from; `None` for a scan.
    pub saved_as: Option<String>,
    /// The instances and interfaces, where they are not in the lists of the inventory.
    pub streamed: Option<StreamedRows>,
}

/// Where instances and interfaces are that are looked at one by one.
#[derive(Debug)]
pub enum StreamedRows {
    /// In the file of a snapshot.
    File(Box<SnapshotRows>),
    /// Compressed, as a scan leaves them.
    Packed(PackedResources),
}

impl Gathered {
    /// Tells whether it is a kept snapshot that replaces a scan (`--max-age`).
    pub const fn is_reused_snapshot(&self) -> bool {
        self.asked.is_some() && self.saved_as.is_some()
    }

    /// Tells whether it is known to be of the sandbox.
    pub fn is_of_sandbox(&self) -> bool {
        self.read_as.as_ref().is_some_and(ScanRequest::is_of_sandbox)
    }

    /// Returns the inventory, with its instances and interfaces in memory or in their file.
    pub fn view(&self) -> InventoryView<'_> {
        let inventory = &self.inventory;
        match &self.streamed {
            Some(StreamedRows::File(rows)) => {
                InventoryView { inventory, instances: &**rows, interfaces: &**rows }
            }
            Some(StreamedRows::Packed(rows)) => {
                InventoryView { inventory, instances: &rows.instances, interfaces: &rows.interfaces }
            }
            None => InventoryView::new(inventory),
        }
    }

    /// Returns why rows could not be read from a file, and forgets it.
    pub fn take_row_error(&self) -> Option<SnapshotRowsError> {
        match &self.streamed {
            Some(StreamedRows::File(rows)) => rows.take_error(),
            Some(StreamedRows::Packed(_)) | None => None,
        }
    }

    /// Loads `kinds` into memory that are still in a file, and puts them in order; warns of what had to be corrected.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load_whole(&mut self, kinds: &[Kind], ui: &Ui) -> Result<(), Error> {
        if let Some(StreamedRows::File(rows)) = &self.streamed {
            let accounts = std::mem::take(&mut self.inventory.accounts);
            self.inventory = Inventory { accounts, ..warn_of_corrections(rows.load(kinds)?, ui).inventory };
            self.streamed = None;
        }
        Ok(())
    }
}

/// How much of an inventory is loaded into memory. A scan reads the kinds that the command needs in any case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadExtent {
    /// The kinds that the command needs.
    Needed,
    /// The kinds that the command needs. The instances and interfaces of a snapshot stay in its file, and those of a scan
    /// stay compressed.
    Streamed,
    /// All kinds.
    All,
}

/// A cloud, and what a scan would read in it.
pub type SurveyedCloud = (Arc<dyn CloudProvider>, ScanPlan);

/// Returns the saved inventory to read; `None` for the clouds. `--from` wins over the configuration, which counts only if no
/// flag says what to scan, or how.
pub fn saved_inventory<'a>(source: &'a SourceArgs, settings: &'a Settings) -> Option<&'a Path> {
    match source.from.as_deref() {
        Some(path) => Some(path).filter(|path| *path != Path::new(LIVE)),
        None if source.live.sandbox || source.live.scope != ScopeArgs::default() => None,
        None => settings.from.value.as_deref(),
    }
}

/// Returns how old a snapshot may be, by `--max-age` or the configuration.
///
/// # Errors
/// When it is not a duration.
pub fn max_age(live: &LiveArgs, settings: &Settings) -> Result<Option<SignedDuration>, Error> {
    let text = live.max_age.as_ref().or(settings.max_age.value.as_ref());
    text.map(|text| snapshot_lookup::parse_max_age(text)).transpose()
}

/// Gets `kinds` from a saved inventory (`--from`), the sandbox or the clouds.
///
/// # Errors
/// When nothing can be read.
pub fn gather_inventory(
    source: &SourceArgs,
    kinds: &[Kind],
    load: LoadExtent,
    settings: &Settings,
    ui: &Ui,
) -> Result<Gathered, Error> {
    let Some(path) = saved_inventory(source, settings) else {
        return gather_from_clouds(&source.live, kinds, load, None, settings, ui);
    };
    let remedy = if source.from.is_some() { "replace --from by --sandbox" } else { "add --sandbox" };
    sandbox::refuse_flags_without_sandbox(&source.live, remedy)?;
    if source.live.scope != ScopeArgs::default() {
        let flags = scope_flags(&source.live.scope).join(" and ");
        return Err(Error::usage(format!(
            "{flags} cannot be used with --from, which reads a saved inventory"
        ))
        .remedy(match filter_column(&source.live.scope) {
            Some(column) => {
                let scan = format!("netcensus scan --from {} --filter '{column}=...'", path.display());
                format!("leave {flags} out; `{scan}` selects rows")
            }
            None => format!("leave {flags} out"),
        }));
    }
    let most = max_age(&source.live, settings)?;
    let entry = snapshot_lookup::find_snapshot(path.as_os_str(), settings, ui)?;
    // Without --from, you may not know that the inventory is an old one.
    let configured = source.from.is_none().then_some(&settings.from.origin);
    if let Some(entry) = &entry {
        snapshot_lookup::report_use(entry, configured, ui);
    }
    let is_file = entry.is_none();
    let saved_as = entry.as_ref().map_or_else(|| path.display().to_string(), SnapshotEntry::name);
    let source = entry.map_or_else(|| input::Source::from(path), input::Source::Kept);
    let (loaded, rows) = match load {
        LoadExtent::Needed => (load_inventory(&source, kinds, ui)?, None),
        LoadExtent::All => (load_inventory(&source, &Kind::ALL, ui)?, None),
        LoadExtent::Streamed => {
            let (loaded, rows) = input::load_streamed(&source, kinds)?;
            (warn_of_corrections(loaded, ui), rows)
        }
    };
    let mut inventory = loaded.inventory;
    name_accounts(&mut inventory, settings);
    refused_tenants::warn_of_refusals(&inventory.coverage, ui);
    if let Some(most) = most {
        refuse_too_old(&inventory, most, path)?;
    }
    if let Some(origin) = configured.filter(|_| is_file) {
        ui.status(&format!("reading {} (`from` of {origin})", path.display()));
    }
    Ok(Gathered {
        inventory,
        interrupted: false,
        asked: None,
        read_as: loaded.asked,
        saved_as: Some(saved_as),
        streamed: rows.map(|rows| StreamedRows::File(Box::new(rows))),
    })
}

/// Returns the column that selects from a saved inventory what a flag of the scope selects from the clouds.
fn filter_column(scope: &ScopeArgs) -> Option<&'static str> {
    let columns = [
        (&scope.aws_accounts, "account"),
        (&scope.azure_subscriptions, "account"),
        (&scope.regions, "region"),
        (&scope.providers, "provider"),
    ];
    columns.into_iter().find(|(given, _)| !given.is_empty()).map(|(_, column)| column)
}

/// Refuses a saved inventory that is older than `--max-age` allows, so that a gate notices when no scan runs any more.
/// One that is dated in the future may be of any age.
fn refuse_too_old(inventory: &Inventory, most: SignedDuration, path: &Path) -> Result<(), Error> {
    let now = Timestamp::now();
    if is_in_future(inventory.taken_at, now) {
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
        "the inventory {} is older than --max-age {most:#}: it was taken at {}, {} ago",
        path.display(),
        inventory.taken_at,
        age(old)
    ))
    .remedy("find out why nothing newer was saved, and scan again"))
}

/// Gets `kinds` from the sandbox or the clouds, or with `--max-age` from a recent snapshot of the same scope that was
/// taken `after` a moment.
///
/// # Errors
/// When nothing can be read.
pub fn gather_from_clouds(
    live: &LiveArgs,
    kinds: &[Kind],
    load: LoadExtent,
    after: Option<Timestamp>,
    settings: &Settings,
    ui: &Ui,
) -> Result<Gathered, Error> {
    let asked = scan_fingerprint(live, settings);
    if let Some(age) = max_age(live, settings)?
        && let Some((name, mut inventory)) =
            snapshot_lookup::load_recent(age, after, &asked, kinds, settings, ui)?
    {
        name_accounts(&mut inventory, settings);
        refused_tenants::warn_of_refusals(&inventory.coverage, ui);
        return Ok(Gathered {
            inventory,
            interrupted: false,
            read_as: Some(asked.clone()),
            asked: Some(asked),
            saved_as: Some(name),
            streamed: None,
        });
    }
    with_clouds(live, settings, ui, async |providers, run| {
        // To the second, as every other time in the document.
        let now = Timestamp::now();
        let taken_at = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let scanned = clouds::gather(&providers, kinds, &run, taken_at).await?;
        let (mut inventory, streamed) = match load {
            LoadExtent::Streamed => (scanned.inventory, Some(StreamedRows::Packed(scanned.packed))),
            LoadExtent::Needed | LoadExtent::All => {
                (scanned.unpack().map_err(|error| cannot_unpack(&error))?, None)
            }
        };
        name_accounts(&mut inventory, settings);
        let Inventory { coverage, accounts, .. } = &mut inventory;
        refused_tenants::compare_with_snapshots(coverage, accounts, &asked, settings, ui);
        refused_tenants::warn_of_refusals(&inventory.coverage, ui);
        let interrupted = run.cancel.is_cancelled();
        Ok(Gathered {
            inventory,
            interrupted,
            read_as: Some(asked.clone()),
            asked: Some(asked),
            saved_as: None,
            streamed,
        })
    })
}

/// Makes the error for rows that cannot be decompressed.
pub fn cannot_unpack(error: &io::Error) -> CloudError {
    CloudError::new("the rows that were read could not be decompressed").with_cause(error.to_string())
}

/// Finds out what a scan would read, without reading it.
///
/// # Errors
/// As [`gather_inventory`].
pub fn survey_clouds(
    live: &LiveArgs,
    kinds: &[Kind],
    settings: &Settings,
    ui: &Ui,
) -> Result<Vec<SurveyedCloud>, Error> {
    let asked = scan_fingerprint(live, settings);
    with_clouds(live, settings, ui, async |providers, run| {
        let mut plans = clouds::survey(&providers, kinds, &run).await?;
        for plan in &mut plans {
            refused_tenants::compare_with_snapshots(&mut plan.coverage, &plan.accounts, &asked, settings, ui);
            refused_tenants::warn_of_refusals(&plan.coverage, ui);
        }
        Ok(providers.into_iter().zip(plans).collect())
    })
}

/// Gives accounts the names that the configuration has for them.
pub fn name_accounts(inventory: &mut Inventory, settings: &Settings) {
    for account in &mut inventory.accounts {
        if let Some(name) = settings.configured_account_name(account.provider, &account.id) {
            account.name = Some(name.to_owned());
        }
    }
}

/// Loads `kinds` of a saved inventory, and warns of what had to be corrected in it.
///
/// # Errors
/// When it cannot be read.
pub fn load_inventory(source: &input::Source, kinds: &[Kind], ui: &Ui) -> Result<Loaded, Error> {
    let loaded = input::load_kinds(source, kinds)?;
    Ok(warn_of_corrections(loaded, ui))
}

fn warn_of_corrections(loaded: Loaded, ui: &Ui) -> Loaded {
    loaded.warnings.iter().for_each(|warning| ui.warn(warning));
    loaded
}

/// Runs `work` with the clouds, or with the sandbox, which is served as long as it runs.
fn with_clouds<T>(
    live: &LiveArgs,
    settings: &Settings,
    ui: &Ui,
    work: impl AsyncFnOnce(Vec<Arc<dyn CloudProvider>>, Run) -> Result<T, CloudError>,
) -> Result<T, Error> {
    runtime::block_on(async {
        let sandbox = sandbox::start_embedded(live).await?;
        let interrupt = Interrupt::watch();
        let run = Run {
            observer: Arc::new(ProgressObserver::new(ui.clone(), interrupt.token().clone())),
            cancel: interrupt.token().clone(),
            concurrency: settings.concurrency.value,
            timeout: settings.timeout.value,
            shortest_wait: None,
            asked_for: requested_providers(settings),
            shard: live.scope.shard.clone(),
        };
        let environment = match &sandbox {
            Some(sandbox) => sandbox::environment(sandbox),
            None => CloudEnvironment::System,
        };
        let needs = Needs { settings, environment: &environment };
        let result = match clouds::open(&settings.providers.value, needs) {
            Ok(providers) => work(providers, run).await,
            Err(error) => Err(error),
        };
        ui.progress().clear();
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
        interrupt.reading_is_over();
        result.map_err(|error| nothing_read(&error, live, interrupt.token().is_cancelled()))
    })
}

/// Lists the clouds that the user asked for by name or by a flag.
pub fn requested_providers(settings: &Settings) -> Vec<model::Provider> {
    let in_scope = settings.providers.value.iter().copied();
    in_scope.filter(|provider| settings.asked_for(*provider)).collect()
}

/// Makes the error for a scan that could read no account.
pub fn nothing_read(error: &CloudError, live: &LiveArgs, interrupted: bool) -> Error {
    let kind = if interrupted { ErrorKind::Interrupted } else { ErrorKind::NothingRead };
    let shown = Error::from_diagnostic(kind, error.diagnostic.clone().map(redact));
    let newcomer = !live.sandbox && live.scope == ScopeArgs::default();
    if interrupted || error.is_bad_setting() || !newcomer {
        return shown;
    }
    shown.remedy("to try this command without an account, add --sandbox")
}
