//! Which registries a run is about, and how they are opened.

use futures_util::future::{BoxFuture, ready};
use jiff::SignedDuration;

use crate::cli::sync::SyncArgs;
use crate::config::{self, SettingPlace, Settings, SyncSettings, SyncTargetSettings, TableName};
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::model::{Inventory, Kind};
use crate::secret::read_secret;
#[cfg(feature = "channels")]
use crate::sync::NetboxTarget;
use crate::sync::{
    AppliedStep, ApplyProgress, DnsTarget, ExistingRecord, MappedRecords, PlanOptions, Record, Share,
    SyncPlan, SyncTarget, TargetReport,
};
use crate::ui::Ui;

/// Which registries are opened, and what flags say about their plans.
pub struct RegistryChoice<'a> {
    /// Their names; none for all of the file.
    pub names: &'a [String],
    /// Whether they count as empty, and are not asked.
    pub is_sandbox: bool,
    /// The share of records that may go, in percent; `None` for that of the file.
    pub max_delete: Option<u8>,
    /// How long records are marked before they are deleted; `None` for that of the file.
    pub keep_deleted: Option<SignedDuration>,
    /// Whether records that people made are taken over.
    pub adopt: bool,
    /// Whether a registry that cannot be opened leaves the others, and is an outcome of its own.
    pub leaves_others: bool,
}

impl<'a> RegistryChoice<'a> {
    /// Reads which registries the flags name, and what wins over the registry's own settings.
    ///
    /// # Errors
    /// When a flag cannot be understood.
    pub fn from_args(args: &'a SyncArgs) -> Result<Self, Error> {
        let wrong = |flag: &'static str| move |message: String| Error::usage(format!("{flag}: {message}"));
        let max_delete = args.plan.max_delete.as_deref().map(config::max_delete).transpose();
        let keep_deleted = args.plan.keep_deleted.as_deref().map(config::keep_deleted).transpose();
        Ok(Self {
            names: &args.names,
            is_sandbox: args.source.live.sandbox,
            max_delete: max_delete.map_err(wrong("--max-delete"))?,
            keep_deleted: keep_deleted.map_err(wrong("--keep-deleted"))?,
            adopt: args.plan.adopt,
            leaves_others: true,
        })
    }
}

/// A registry of the run.
pub struct Registry {
    /// Its name in `netcensus.toml`.
    pub name: String,
    /// What it is, as in the file.
    pub type_name: &'static str,
    /// What reads and writes it.
    pub target: Box<dyn SyncTarget>,
    /// What the flags and the file say about removals.
    pub options: PlanOptions,
}

impl Registry {
    /// Reports that nothing could be done.
    pub fn failed(&self, error: &Diagnostic) -> TargetReport {
        TargetReport::failed(&self.name, self.type_name, self.target.location(), error)
    }
}

/// Opens the registries that are chosen.
///
/// # Errors
/// When there is none of a name, none at all, or one cannot be opened, such as without its token. Of several that leave the
/// others, the failure of one is its outcome.
pub fn open_registries(
    choice: &RegistryChoice<'_>,
    settings: &Settings,
    ui: &Ui,
) -> Result<Vec<Registry>, Error> {
    let known = &settings.sync.value;
    let (mut registries, mut first_failure) = (Vec::new(), None);
    for name in names(choice, settings)? {
        let sample = sample_registry();
        let of_name = known.get(&name).unwrap_or(&sample);
        let options = PlanOptions {
            max_delete: choice
                .max_delete
                .or(of_name.max_delete)
                .map_or_else(Share::default, |percent| Share { percent }),
            keep_deleted: choice.keep_deleted.or(of_name.keep_deleted),
            adopt: choice.adopt,
        };
        let opened = open(&name, of_name, choice.is_sandbox, settings, ui);
        let is_open = opened.is_ok();
        let target: Box<dyn SyncTarget> = match opened {
            Err(error) if choice.leaves_others => {
                let unopened = UnopenedTarget::new(of_name, &error);
                first_failure.get_or_insert(error);
                Box::new(unopened)
            }
            opened => opened?,
        };
        registries.push((Registry { name, type_name: of_name.type_name(), target, options }, is_open));
    }
    // If none can be opened, no cloud is read.
    match first_failure {
        Some(error) if !registries.iter().any(|(_, is_open)| *is_open) => Err(error),
        _ => Ok(registries.into_iter().map(|(registry, _)| registry).collect()),
    }
}

/// A registry that cannot be opened: nothing is read of it, and it says why.
struct UnopenedTarget {
    location: String,
    why: Diagnostic,
}

impl UnopenedTarget {
    fn new(settings: &SyncSettings, error: &Error) -> Self {
        Self { location: settings.location(), why: error.diagnostic().clone() }
    }

    fn fail<T>(&self) -> BoxFuture<'_, Result<T, Diagnostic>>
    where
        T: Send + 'static,
    {
        Box::pin(ready(Err(self.why.clone())))
    }
}

impl SyncTarget for UnopenedTarget {
    fn location(&self) -> &str {
        &self.location
    }

    fn kinds(&self) -> &[&'static str] {
        &[]
    }

    fn inventory_kinds(&self) -> &[Kind] {
        &[]
    }

    fn maintained_fields(&self, _: &str) -> &[String] {
        &[]
    }

    fn map(&self, _: &Inventory) -> MappedRecords {
        MappedRecords::default()
    }

    fn check(&self) -> BoxFuture<'_, Result<(), Diagnostic>> {
        self.fail()
    }

    fn read<'a>(&'a self, _: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>> {
        self.fail()
    }

    fn apply<'a>(&'a self, plan: &'a SyncPlan, _: &'a dyn ApplyProgress) -> BoxFuture<'a, Vec<AppliedStep>> {
        Box::pin(ready(vec![AppliedStep::Failed(self.why.clone()); plan.steps.len()]))
    }
}

/// Lists the names of the registries, each once. The sandbox has one of its own where none is configured.
fn names(choice: &RegistryChoice<'_>, settings: &Settings) -> Result<Vec<String>, Error> {
    let known = &settings.sync.value;
    let mut names: Vec<String> = Vec::new();
    for name in choice.names {
        let is_sample = choice.is_sandbox && known.is_empty();
        if !is_sample {
            settings.registry(name).map_err(|unknown| Error::from_diagnostic(ErrorKind::Usage, unknown))?;
        }
        if !names.contains(name) {
            names.push(name.clone());
        }
    }
    if names.is_empty() {
        names = known.keys().cloned().collect();
    }
    match (names.is_empty(), choice.is_sandbox) {
        (false, _) => Ok(names),
        (true, true) => Ok(vec!["vpcs".to_owned()]),
        (true, false) => Err(Error::usage("no registry is configured")
            .remedy("describe one in netcensus.toml, in a table such as [sync.vpcs] (docs/sync.md)")
            .remedy("to try it, use --sandbox instead of --from")),
    }
}

/// The registry that `--sandbox` plans for if none is configured: a table of VPCs.
fn sample_registry() -> SyncSettings {
    let table = TableName { table: "VPCTracker".to_owned(), region: None, profile: None };
    SyncSettings {
        place: SettingPlace::Flag("--sandbox"),
        target: SyncTargetSettings::DynamoDb(table),
        max_delete: None,
        keep_deleted: None,
    }
}

#[cfg_attr(not(feature = "dynamodb"), expect(unused_variables, reason = "tables need the settings of a run"))]
fn open(
    name: &str,
    of_name: &SyncSettings,
    is_sandbox: bool,
    settings: &Settings,
    ui: &Ui,
) -> Result<Box<dyn SyncTarget>, Error> {
    let refuse = |why| Error::from_diagnostic(ErrorKind::Usage, why).context(format!("[sync.{name}]"));
    match &of_name.target {
        #[cfg(feature = "dynamodb")]
        SyncTargetSettings::DynamoDb(table) => {
            // What was asked for may be done already when a signal comes, so the answer is awaited.
            let run = crate::commands::progress::service_run(settings, ui);
            Ok(Box::new(crate::sync::VpcTableTarget::new(name, table, run)))
        }
        #[cfg(not(feature = "dynamodb"))]
        SyncTargetSettings::DynamoDb(_) => {
            Err(Error::usage(format!("[sync.{name}]: this build cannot use DynamoDB"))
                .remedy("build with: cargo install netcensus --features dynamodb"))
        }
        #[cfg(feature = "channels")]
        SyncTargetSettings::Netbox(netbox) => {
            // The sandbox asks nothing of the registry.
            let token = if is_sandbox { Ok(String::new()) } else { read_secret(&netbox.token) };
            let target = token.and_then(|token| NetboxTarget::new(name, (**netbox).clone(), &token));
            Ok(Box::new(target.map_err(refuse)?))
        }
        #[cfg(not(feature = "channels"))]
        SyncTargetSettings::Netbox(_) => {
            Err(Error::usage(format!("[sync.{name}]: this build cannot use NetBox"))
                .remedy("build with: cargo install netcensus --features channels"))
        }
        SyncTargetSettings::Dns(dns) => {
            // The sandbox asks nothing of the registry.
            let secret = if is_sandbox { None } else { Some(read_secret(&dns.key).map_err(refuse)?) };
            let target = DnsTarget::new(name, (**dns).clone(), secret.as_deref());
            Ok(Box::new(target.map_err(refuse)?))
        }
    }
}
