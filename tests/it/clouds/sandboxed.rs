//! Scans of a sandbox in this process, made as `netcensus scan --sandbox` makes them.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use netcensus::clouds::{
    self, CloudEnvironment, CloudError, CloudProvider, Needs, Run, ServicePrincipal, gather,
};
use netcensus::config::{KnownNames, Overrides, Settings};
use netcensus::error::{Error, ErrorKind};
use netcensus::exit::{Exit, ReadOutcome};
use netcensus::model::{Inventory, Kind};
use netcensus::sandbox::{AzureClient, Estate, Fault, Options, Request, Sandbox};
use tempfile::TempDir;

use super::fake;

/// What came of a scan.
pub struct Scanned {
    pub result: Result<Inventory, CloudError>,
    /// What the sandbox was asked.
    pub requests: Vec<Request>,
    /// How often each fault struck.
    pub strikes: Vec<u64>,
}

impl Scanned {
    /// Returns how the program ends.
    pub fn exit(&self) -> Exit {
        match &self.result {
            Ok(inventory) => Exit::from_reading(ReadOutcome {
                interrupted: false,
                complete: inventory.incomplete().next().is_none(),
                negative: false,
            }),
            Err(error) => Error::from_diagnostic(ErrorKind::NothingRead, error.diagnostic.clone()).exit(),
        }
    }

    /// Lists what could not be read, as stderr does.
    pub fn missing(&self) -> Vec<String> {
        self.result.iter().flat_map(|inventory| inventory.incomplete().map(ToString::to_string)).collect()
    }

    /// Returns the inventory of a scan that read something.
    #[track_caller]
    pub fn inventory(self) -> Inventory {
        self.result.unwrap()
    }

    /// Counts the requests about `account` whose action ends in `action`.
    #[cfg(feature = "azure")]
    pub fn asked(&self, account: &str, action: &str) -> u64 {
        let is_it = |request: &&Request| request.account == account && request.action.ends_with(action);
        self.requests.iter().filter(is_it).map(|request| request.count).sum()
    }
}

/// Makes a run that repeats requests at once.
pub fn hasty_run(timeout: Duration) -> Run {
    Run { shortest_wait: Some(Duration::from_millis(1)), ..fake::run(16, timeout) }
}

/// Makes an estate from the text of its file.
pub fn load(toml: &str) -> Estate {
    let home = TempDir::new().unwrap();
    let file = home.path().join("estate.toml");
    std::fs::write(&file, toml).unwrap();
    Estate::load(&file).unwrap()
}

/// Serves `estate` with `faults`, and reads `kinds` of it.
pub async fn scan<F: AsRef<str>>(
    estate: Estate,
    faults: &[F],
    overrides: &Overrides,
    kinds: &[Kind],
    run: &Run,
) -> Scanned {
    let parse = |text: &F| -> Fault {
        text.as_ref().parse().unwrap_or_else(|error| panic!("{}: {error}", text.as_ref()))
    };
    let options = Options { faults: faults.iter().map(parse).collect(), ..Options::default() };
    let sandbox = Sandbox::start(estate, options).await.unwrap();
    let providers = open(&sandbox, overrides);
    let scanned = gather(&providers, kinds, run, Timestamp::UNIX_EPOCH).await;
    let (requests, strikes) = (sandbox.requests(), sandbox.strikes());
    sandbox.stop().await;
    Scanned { result: scanned.map(|scanned| scanned.unpack().unwrap()), requests, strikes }
}

/// Opens the clouds that a sandbox serves.
pub fn open(sandbox: &Sandbox, overrides: &Overrides) -> Vec<Arc<dyn CloudProvider>> {
    let (environment, settings) = (environment(sandbox), settings(overrides));
    let needs = Needs { settings: &settings, environment: &environment };
    clouds::open(&settings.providers.value, needs).unwrap()
}

/// Returns where a sandbox is, and how to sign in to it.
pub fn environment(sandbox: &Sandbox) -> CloudEnvironment {
    CloudEnvironment::Sandbox {
        endpoint: sandbox.url().to_owned(),
        aws_config: sandbox.aws_config(),
        azure: sandbox.azure().into_iter().map(principal).collect(),
    }
}

/// Returns the settings without a configuration file.
pub fn settings(overrides: &Overrides) -> Settings {
    let known = KnownNames {
        providers: &clouds::compiled_in(),
        formats: &["table"],
        columns: &|_| vec![],
        fields: &|_| Ok(()),
        conditions: &|_| Ok(Vec::new()),
    };
    Settings::resolve(None, overrides, &known).unwrap()
}

fn principal(client: AzureClient) -> ServicePrincipal {
    ServicePrincipal { tenant: client.tenant, client: client.client_id, secret: client.client_secret }
}
