//! The clouds that are watched: the first inventory, scans of everything, and reading parts again.

use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::event_sources::SourceNeeds;
use crate::cli::source::LiveArgs;
use crate::clouds::{self, CloudEnvironment, CloudError, CloudProvider, Needs, Rereader, Run};
use crate::commands::inventory_source::{self, name_accounts, nothing_read, requested_providers};
use crate::commands::progress::ProgressObserver;
use crate::commands::scan_fingerprint::scan_fingerprint;
use crate::commands::{refused_tenants, sandbox, snapshot_lookup};
use crate::config::Settings;
use crate::error::{Error, ErrorKind};
use crate::model::{AccountKey, Coverage, Inventory, Kind, Provider, is_in_future};
use crate::sandbox::Sandbox;
use crate::snapshot::ScanRequest;
use crate::ui::Ui;
use crate::watch::Hint;

/// The clouds that are watched.
pub struct WatchedClouds<'a> {
    live: &'a LiveArgs,
    settings: &'a Settings,
    environment: CloudEnvironment,
    run: Run,
    ui: &'a Ui,
}

/// Returns the time to the second, as every time in an inventory is.
pub fn now_to_the_second() -> Timestamp {
    let now = Timestamp::now();
    Timestamp::from_second(now.as_second()).unwrap_or(now)
}

fn stopped_early() -> Error {
    Error::new(ErrorKind::Interrupted, "stopped before the first scan was done")
}

/// A scan of everything: what was found, and what to read parts again with.
pub type ScanResult = Result<(Inventory, Rereader), CloudError>;

impl<'a> WatchedClouds<'a> {
    /// Prepares to read what the flags say, until `cancel`.
    pub fn new(
        live: &'a LiveArgs,
        settings: &'a Settings,
        sandbox: Option<&Sandbox>,
        cancel: &CancellationToken,
        ui: &'a Ui,
    ) -> Self {
        let run = Run {
            observer: Arc::new(ProgressObserver::new(ui.clone(), cancel.clone())),
            cancel: cancel.clone(),
            concurrency: settings.concurrency.value,
            timeout: settings.timeout.value,
            shortest_wait: None,
            asked_for: requested_providers(settings),
            shard: live.scope.shard.clone(),
        };
        let environment = sandbox.map_or(CloudEnvironment::System, sandbox::environment);
        Self { live, settings, environment, run, ui }
    }

    /// Returns what sources of events are opened with. `known_at` is when what is known already was read.
    ///
    /// # Errors
    /// When `--max-age` is not a duration.
    pub fn source_needs(&self, known_at: Option<Timestamp>) -> Result<SourceNeeds<'_>, Error> {
        let Self { live, settings, environment, run, .. } = self;
        let now = Timestamp::now();
        // A snapshot may stand for the first scan.
        let age = inventory_source::max_age(live, settings)?;
        let snapshot = age.map(|age| now.checked_sub(age).unwrap_or(Timestamp::MIN));
        let since = [known_at, snapshot].into_iter().flatten().fold(now, Timestamp::min);
        Ok(SourceNeeds { settings, environment, run, since })
    }

    /// Returns what is cancelled when the user wants to stop.
    pub const fn cancel(&self) -> &CancellationToken {
        &self.run.cancel
    }

    /// Waits for `work` that comes before the first scan, unless the user wants to stop before it is done.
    ///
    /// # Errors
    /// As `work`, and when the user wants to stop.
    pub async fn until_stopped<T>(&self, work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        tokio::select! {
            biased;
            () = self.cancel().cancelled() => Err(stopped_early()),
            result = work => result,
        }
    }

    /// Tells whether a scan may find this account although the one before did not: the scope is all accounts of the
    /// organisation or the tenant, and not some that you name.
    fn may_gain(&self, provider: Provider, account: &str) -> bool {
        let (aws, azure) = (&self.settings.aws, &self.settings.azure);
        let is_open = match provider {
            Provider::Aws => aws.org.value && aws.accounts.value.is_empty(),
            Provider::Azure => azure.subscriptions.value.is_empty(),
            Provider::External => false,
        };
        is_open && self.run.is_in_shard(provider, account)
    }

    /// Returns what the clouds are asked for.
    pub fn scan_request(&self) -> ScanRequest {
        scan_fingerprint(self.live, self.settings)
    }

    /// Tells whether an inventory of this time may stand for a scan (`--max-age`).
    ///
    /// # Errors
    /// When the flag is not a duration.
    pub fn is_recent(&self, taken_at: Timestamp) -> Result<bool, Error> {
        let age = inventory_source::max_age(self.live, self.settings)?;
        let now = Timestamp::now();
        Ok(age.is_some_and(|age| !is_in_future(taken_at, now) && now.duration_since(taken_at) <= age))
    }

    /// Returns the newest snapshot of the scope that may stand for a scan (`--max-age`), if there is one.
    ///
    /// # Errors
    /// When the flag is not a duration, or there is no directory of snapshots.
    pub fn recent_snapshot(&self) -> Result<Option<Inventory>, Error> {
        let Some(age) = inventory_source::max_age(self.live, self.settings)? else { return Ok(None) };
        let found = snapshot_lookup::load_recent(
            age,
            None,
            &self.scan_request(),
            &Kind::ALL,
            self.settings,
            self.ui,
        )?;
        Ok(found.map(|(_, inventory)| inventory))
    }

    /// Scans everything for the first time.
    ///
    /// # Errors
    /// When nothing can be read.
    pub async fn first_scan(&self) -> Result<(Inventory, Rereader), Error> {
        let scanned = self.scan().await;
        self.ui.progress().clear();
        let (mut inventory, rereader) = scanned.map_err(|error| self.nothing_read(&error))?;
        if self.run.cancel.is_cancelled() {
            // What was read is a part, and must not pass for what there is.
            return Err(stopped_early());
        }
        self.finish(&mut inventory);
        refused_tenants::warn_of_refusals(&inventory.coverage, self.ui);
        Ok((inventory, rereader))
    }

    /// Signs in and reads nothing, so that parts of an inventory that is there already can be read again.
    ///
    /// # Errors
    /// When no account can be signed in to.
    pub async fn sign_in(&self) -> Result<Rereader, Error> {
        let providers = self.open().map_err(|error| self.nothing_read(&error))?;
        let surveyed = clouds::survey(&providers, &Kind::ALL, &self.run).await;
        self.ui.progress().clear();
        surveyed.map_err(|error| self.nothing_read(&error))?;
        Ok(Rereader::new(providers, self.run.clone()))
    }

    /// Scans everything, with providers that sign in anew: accounts and regions come and go too.
    pub fn scan(&self) -> impl Future<Output = ScanResult> + Send + use<> {
        let (providers, run) = (self.open(), self.run.clone());
        async move {
            let providers = providers?;
            let scanned = clouds::gather(&providers, &Kind::ALL, &run, now_to_the_second()).await?;
            let inventory = scanned.unpack().map_err(|error| inventory_source::cannot_unpack(&error))?;
            Ok((inventory, Rereader::new(providers, run)))
        }
    }

    /// Adds to a scan what the configuration and older snapshots know.
    pub fn finish(&self, inventory: &mut Inventory) {
        name_accounts(inventory, self.settings);
        let Inventory { coverage, accounts, .. } = inventory;
        refused_tenants::compare_with_snapshots(
            coverage,
            accounts,
            &self.scan_request(),
            self.settings,
            self.ui,
        );
    }

    fn open(&self) -> Result<Vec<Arc<dyn CloudProvider>>, CloudError> {
        let needs = Needs { settings: self.settings, environment: &self.environment };
        clouds::open(&self.settings.providers.value, needs)
    }

    fn nothing_read(&self, error: &CloudError) -> Error {
        nothing_read(error, self.live, self.run.cancel.is_cancelled())
    }
}

/// The most accounts that are remembered. Anyone who can send a message can name any.
const MAX_UNKNOWN_ACCOUNTS: usize = 10_000;

/// The accounts that events named and that the last scan did not find: they may have joined the organisation or the tenant
/// since. Each leads to one early scan at most: if that does not find it, it is not ours.
#[derive(Debug, Default)]
pub struct UnknownAccounts(HashSet<AccountKey>);

impl UnknownAccounts {
    /// Tells whether the account of a hint that was refused may have been added since the last scan, which had this
    /// `coverage`. Only the first time for each account.
    pub fn may_be_new(&mut self, hint: &Hint, coverage: &[Coverage], clouds: &WatchedClouds<'_>) -> bool {
        let key = AccountKey::new(hint.provider, &hint.account);
        if self.0.contains(&key)
            || self.0.len() >= MAX_UNKNOWN_ACCOUNTS
            || !clouds.may_gain(hint.provider, &hint.account)
        {
            return false;
        }
        // An account that is left out, closed or could not be entered is named in the coverage.
        let is_known = coverage.iter().any(|entry| AccountKey::new(entry.provider, &entry.account) == key);
        self.0.insert(key) && !is_known
    }
}
