//! `netcensus watch`: keeps an inventory up to date until it is stopped, and reports what changes.

mod change_report;
mod documents;
mod event_intake;
mod event_sources;
mod followed_exports;
mod followed_syncs;
mod full_scans;
mod message_sources;
mod metrics;
mod notifications;
mod outputs;
mod problems;
mod read_times;
mod serve_options;
mod server;
mod service_manager;
mod serving;
mod status_board;
mod unread_scopes;
mod watch_loop;
mod watch_store;
mod watched_clouds;

use jiff::SignedDuration;

use self::change_report::ChangeReport;
use self::documents::DocumentWriter;
use self::event_sources::EventSourceNames;
use self::followed_exports::FollowedExports;
use self::followed_syncs::FollowedSyncs;
use self::message_sources::MessageSources;
use self::notifications::Notifications;
use self::outputs::{Followers, Outputs};
use self::serve_options::ServeOptions;
use self::service_manager::ServiceManager;
use self::serving::Serving;
use self::watch_loop::{EndedWatch, Intervals, WatchLoop};
pub(super) use self::watch_store::continued_snapshots;
use self::watch_store::{Previous, WatchStore};
use self::watched_clouds::{WatchedClouds, now_to_the_second};
use super::interrupt::Interrupt;
use super::notify::Notifier;
use super::summary::Summary;
use super::{overrides, runtime, sandbox};
use crate::cli::global::GlobalArgs;
use crate::cli::notify::NotifyArgs;
use crate::cli::source::LiveArgs;
use crate::cli::watch::{SetupFormat, WatchArgs};
use crate::clouds::Rereader;
use crate::config::{Origin, Settings, WatchOverrides, WatchSettings};
use crate::error::Error;
use crate::exit::Exit;
use crate::model::{InventoryView, Kind, Provider};
use crate::ui::Ui;
use crate::watch::{Cause, Engine, setup};
use crate::wording::{age, counted, counted_plural};

/// Runs `netcensus watch`.
///
/// # Errors
/// When the options are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &WatchArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut flags = overrides::from_live_flags(&args.live, None, global);
    flags.watch = watch_flags(args);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    if let Some(format) = args.setup {
        let text = setup_text(format, &settings)?;
        return ui.data(|out| out.write_all(text.as_bytes())).map(|()| Exit::Clean);
    }
    let names = EventSourceNames::new(&settings.watch, args.events.events.as_deref())?;
    let notify = settings.watch.notify.value.clone();
    let setting = settings.watch.notify.origin.name_setting("watch.notify");
    let channels = NotifyArgs { notify, notify_dry_run: args.channels.notify_dry_run };
    let notifier = Notifier::new(&channels, &setting, &settings, ui)?;
    runtime::block_on(async {
        let sandbox = sandbox::start_embedded(&args.live).await?;
        let interrupt = Interrupt::watch();
        let clouds = WatchedClouds::new(&args.live, &settings, sandbox.as_ref(), interrupt.token(), ui);
        let result = watch(&clouds, notifier, names, args, &settings, ui).await;
        ui.progress().clear();
        if let Some(sandbox) = sandbox {
            sandbox.stop().await;
        }
        interrupt.reading_is_over();
        result
    })
}

/// Checks the files and the address of `[watch]` as a watch does before it reads anything. Returns the key of each, where it is
/// set, and what is wrong with it.
pub(super) fn check_settings(settings: &Settings) -> Vec<(&'static str, &Origin, Result<(), Error>)> {
    let WatchSettings { exports, serve, serve_token_file, .. } = &settings.watch;
    let live = LiveArgs::default();
    let exports = exports.value.iter().map(|target| {
        ("watch.export", &exports.origin, followed_exports::check_target(target, &live, settings))
    });
    let served = serve.value.as_ref().map(|address| {
        match ServeOptions::new(address, serve_token_file.value.as_deref()) {
            Err(refused) => {
                let (key, origin) = refused.setting(&settings.watch);
                (key, origin, Err(refused.error))
            }
            Ok(_) => ("watch.serve", &serve.origin, Ok(())),
        }
    });
    exports.chain(served).collect()
}

/// Collects the flags that stand for keys of `[watch]`.
fn watch_flags(args: &WatchArgs) -> WatchOverrides {
    WatchOverrides {
        queues: args.events.queues.clone(),
        azure_changes: args.events.azure_changes,
        every: args.every.clone(),
        reconcile: args.reconcile.clone(),
        keep_every: args.keep_every.clone(),
        exports: args.exports.clone(),
        notify: args.channels.notify.clone(),
        syncs: args.syncs.clone(),
        sync_every: args.sync_every.clone(),
        serve: args.serving.serve.clone(),
        serve_token_file: args.serving.serve_token_file.clone(),
    }
}

/// Writes what the clouds need for events.
///
/// # Errors
/// When the format is only for a cloud that is left out.
fn setup_text(format: SetupFormat, settings: &Settings) -> Result<String, Error> {
    let has = |provider| settings.providers.value.contains(&provider);
    let require = |provider: Provider, name: &str| {
        if has(provider) {
            return Ok(());
        }
        let message = format!(
            "--setup {name} sets up {}, which {} leaves out",
            provider.title(),
            settings.providers.origin
        );
        Err(Error::usage(message)
            .remedy("write --setup terraform, which is for both clouds, or change the providers"))
    };
    Ok(match format {
        SetupFormat::CloudFormation => {
            require(Provider::Aws, "cloudformation")?;
            setup::cloudformation()
        }
        SetupFormat::Bicep => {
            require(Provider::Azure, "bicep")?;
            setup::bicep()
        }
        SetupFormat::Terraform => {
            let aws = has(Provider::Aws).then(setup::terraform_for_aws);
            let azure = has(Provider::Azure).then(setup::terraform_for_azure);
            aws.into_iter().chain(azure).collect::<Vec<_>>().join("\n")
        }
    })
}

async fn watch(
    clouds: &WatchedClouds<'_>,
    notifier: Option<Notifier>,
    names: EventSourceNames,
    args: &WatchArgs,
    settings: &Settings,
    ui: &Ui,
) -> Result<Exit, Error> {
    let scope = clouds.scan_request().scope;
    // A sandbox is there to try things: it leaves nothing behind, unless you say where.
    let is_kept = !args.live.sandbox || settings.store.value.is_some();
    let mut store =
        is_kept.then(|| WatchStore::open(clouds.scan_request(), names.queues(), settings)).transpose()?;
    let exports = FollowedExports::new(&args.live, settings, ui)?;
    let (syncs, every) = (&settings.watch.syncs.value, settings.watch.sync_every.value);
    let syncs = FollowedSyncs::new(syncs, every, args.live.sandbox, settings, ui)?;
    let previous = store.as_mut().and_then(|store| store.recover(settings, ui));
    // Both may fail, and scanning takes minutes.
    let mut serving = match serving::bind(&settings.watch, ui).await? {
        Some(server) => Serving::start(server, DocumentWriter::new(&args.live, settings, ui)?),
        None => Serving::default(),
    };
    ServiceManager::tell_status("scanning everything for the first time");
    let known_at = previous.as_ref().map(|previous| previous.inventory.taken_at);
    // One that does not answer is waited for.
    if let queues @ 1.. = names.queues().len() {
        ui.status(&format!("connecting to {}", counted(queues, "queue")));
    }
    let sources = clouds.until_stopped(names.open(clouds.source_needs(known_at)?)).await?;
    for note in sources.iter().flat_map(|source| source.notes()) {
        ui.warn(note);
    }
    let notifications = notifier.map(|notifier| Notifications::new(notifier, scope, ui));
    let followers = Followers { exports, syncs, notifications };
    let begin = Beginning { clouds, args, settings, ui };
    let Begun { engine, mut outputs, rereader, has_scanned } = match previous {
        Some(previous) => begin.resume(previous, store, followers).await?,
        None => begin.start(store, followers).await?,
    };
    let Some(rereader) = rereader else {
        return Ok(report_and_exit_code(&engine, outputs.end_notifications(), ui));
    };
    let inventory = engine.inventory();
    let totals = Kind::ALL.map(|kind| counted_plural(inventory.count(kind), kind.as_str()));
    let accounts = counted(inventory.accounts().len(), "account");
    let watching = format!("watching {accounts}: {}", totals.join(", "));
    ui.status(&watching);
    if sources.is_empty() {
        let every = Intervals::new(&settings.watch).scan;
        let every = age(SignedDuration::try_from(every).unwrap_or(SignedDuration::MAX));
        ui.status(&format!(
            "no queue is read, so everything is scanned every {every}: see --queue and --every"
        ));
    }
    serving.note_unread(engine.unreadable(), ui);
    serving.begin(&sources);
    let mut manager = ServiceManager::from_environment();
    manager.tell_ready(&watching);
    let sources = MessageSources::new(sources);
    let watching =
        WatchLoop::new(engine, rereader, clouds, Intervals::new(&settings.watch), sources, outputs, ui);
    let watching = if has_scanned { watching } else { watching.without_first_scan() };
    let watching = watching.with_serving(serving).with_manager(manager);
    let EndedWatch { engine, is_told, has_no_events, unwritten } = watching.run().await?;
    let no_events = has_no_events.then(|| {
        Error::input("--events: nothing in it is an event of AWS or Azure")
            .remedy("name a file of recorded events, one on a line (docs/watch.md)")
    });
    if let Some(error) = no_events.or(unwritten) {
        summarize(&engine).report_unread(&format!("exit code {}", error.exit().code()), ui);
        return Err(error);
    }
    Ok(report_and_exit_code(&engine, is_told, ui))
}

fn summarize(engine: &Engine) -> Summary {
    let inventory = engine.inventory().to_inventory(now_to_the_second());
    Summary::new(InventoryView::new(&inventory), &Kind::ALL)
}

/// Says what could not be read, and whether channels were told.
fn report_and_exit_code(engine: &Engine, is_told: bool, ui: &Ui) -> Exit {
    summarize(engine).report_and_exit_code(false, ui).after_notifying(is_told)
}

/// How a watch begins.
struct Beginning<'a> {
    clouds: &'a WatchedClouds<'a>,
    args: &'a WatchArgs,
    settings: &'a Settings,
    ui: &'a Ui,
}

/// What a watch has once it has begun.
struct Begun<'a> {
    engine: Engine,
    outputs: Outputs<'a>,
    /// `None` if the watch was stopped, or stdout was not read any more, before it had reported what the one before did not.
    rereader: Option<Rereader>,
    /// Whether everything was scanned at the start.
    has_scanned: bool,
}

impl<'a> Beginning<'a> {
    /// Begins with a scan, or a snapshot that is recent enough.
    async fn start(&self, store: Option<WatchStore>, followers: Followers<'a>) -> Result<Begun<'a>, Error> {
        let recent = self.clouds.recent_snapshot()?;
        let has_scanned = recent.is_none();
        let (inventory, rereader) = match recent {
            Some(inventory) => (inventory, self.clouds.sign_in().await?),
            None => self.clouds.first_scan().await?,
        };
        let report = ChangeReport::new(&inventory, self.args.on_change, self.settings, self.ui)?;
        let mut outputs = Outputs::new(store, report, followers);
        let mut engine = Engine::new(&inventory);
        outputs.note_scan(inventory.taken_at)?;
        outputs.keep(engine.inventory(), inventory.taken_at)?;
        outputs.report_gaps(&mut engine)?;
        Ok(Begun { engine, outputs, rereader: Some(rereader), has_scanned })
    }

    /// Goes on where the watch before ended: reports what it did not report any more, and what has changed since.
    async fn resume(
        &self,
        previous: Previous,
        store: Option<WatchStore>,
        followers: Followers<'a>,
    ) -> Result<Begun<'a>, Error> {
        let Previous { inventory, recovered, is_base } = previous;
        let is_unchanged = recovered.entries.is_empty() && is_base;
        let mut engine = Engine::new(&inventory);
        if is_base {
            engine.replay(&recovered.views);
        }
        let report = ChangeReport::new(&inventory, self.args.on_change, self.settings, self.ui)?;
        let mut outputs = Outputs::new(store, report, followers);
        let mut known_at = inventory.taken_at;
        let (told, untold): (Vec<_>, Vec<_>) =
            recovered.entries.into_iter().partition(|entry| entry.sequence <= recovered.reported);
        if recovered.reported > 0 {
            outputs.report.continue_from(engine.inventory());
        }
        for entry in told {
            let touched = engine.replay(&entry.delta);
            outputs.tell_again(touched, entry.at)?;
            known_at = known_at.max(entry.at);
        }
        let stop = self.clouds.cancel();
        for entry in untold {
            let touched = engine.replay(&entry.delta);
            outputs.report_again(entry.sequence, touched, (entry.cause, entry.at))?;
            known_at = known_at.max(entry.at);
            if !outputs.wait_for_reader(stop).await? {
                return Ok(Begun { engine, outputs, rereader: None, has_scanned: false });
            }
        }
        if is_unchanged {
            outputs.go_on(&recovered.snapshot, recovered.views)?;
        } else if !outputs.wait_for_channels(stop).await {
            return Ok(Begun { engine, outputs, rereader: None, has_scanned: false });
        } else {
            outputs.keep(engine.inventory(), known_at)?;
        }
        // Events may have been lost since the last full scan, however new what was kept since is.
        let recent_scan = match recovered.scanned_at {
            Some(scanned_at) if self.clouds.is_recent(scanned_at)? => Some(scanned_at),
            Some(_) | None => None,
        };
        let rereader = if let Some(scanned_at) = recent_scan {
            engine.note_scan_time(scanned_at);
            self.clouds.sign_in().await?
        } else {
            let (scan, rereader) = self.clouds.first_scan().await?;
            let began = engine.start_scan();
            let fold = engine.reconcile(&scan, began, std::time::Instant::now());
            // What changed while nothing watched was missed by no event.
            engine.reset_missed();
            outputs.publish(fold, Cause::Scan)?;
            outputs.note_scan(scan.taken_at)?;
            rereader
        };
        let rereader = outputs.wait_for_reader(stop).await?.then_some(rereader);
        if outputs.is_to_be_kept() {
            outputs.keep(engine.inventory(), now_to_the_second())?;
        }
        if rereader.is_some() {
            outputs.report_gaps(&mut engine)?;
        }
        Ok(Begun { engine, outputs, rereader, has_scanned: recent_scan.is_none() })
    }
}
