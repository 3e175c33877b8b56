//! The loop of `watch`: takes messages, reads, scans, and reports, until it is stopped.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant as TokioInstant, sleep_until};

use super::event_intake::{EventIntake, TakenMessage};
use super::followed_exports::{ExportEnd, ExportOutcome};
use super::followed_syncs::SyncEnd;
use super::full_scans::FullScans;
use super::message_sources::{MessageSources, Received};
use super::metrics::WatchNumbers;
use super::outputs::Outputs;
use super::read_times::ReadTimes;
use super::service_manager::ServiceManager;
use super::serving::Serving;
use super::status_board::Question;
use super::watch_store;
use super::watched_clouds::{ScanResult, UnknownAccounts, WatchedClouds, now_to_the_second};
use crate::clouds::{CloudError, Message, Rereader, SourceError};
use crate::config::WatchSettings;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, ErrorKind};
use crate::model::{Coverage, Kind, Outcome};
use crate::redact::redact;
use crate::ui::Ui;
use crate::watch::{
    Cause, EarlyScanReason, EarlyScanReasons, EarlyScans, Engine, HintRefusal, JoinedChange, ReadAnswer,
    SetAsideMessage, StartedRead,
};
use crate::wording::{counted, counted_as};

/// The most messages that wait for reads. At that number no more are taken: in their queue they take no memory, and nothing is
/// lost. It is far below the 120,000 that a queue of SQS hands out before some are removed.
const MAX_MESSAGES: usize = 10_000;

/// From the end of a full scan to one that is early, at least.
const EARLY: Duration = Duration::from_mins(10);

/// A read that ended.
type EndedRead = (StartedRead, Vec<ReadAnswer>);

/// How often `watch` does what.
#[derive(Debug, Clone, Copy)]
pub struct Intervals {
    /// From the end of a full scan to the next one.
    pub scan: Duration,
    /// From one snapshot to the next one, if something changed.
    pub keep: Duration,
    /// From the end of a full scan to one that is early, at least.
    pub early: Duration,
}

impl Intervals {
    /// Takes the settings.
    pub fn new(watch: &WatchSettings) -> Self {
        Self { scan: watch.scan_every(), keep: watch.keep_every.value, early: EARLY }
    }
}

/// What is left of a watch that has ended.
pub struct EndedWatch {
    /// The engine, with the inventory as it is known now.
    pub engine: Engine,
    /// Whether all channels were told.
    pub is_told: bool,
    /// Whether nothing in its file of events was an event.
    pub has_no_events: bool,
    /// What is wrong if a file of `--export` is older than the inventory because it could not be written.
    pub unwritten: Option<Error>,
}

/// The state of a watch.
pub struct WatchLoop<'a> {
    engine: Engine,
    rereader: Rereader,
    clouds: &'a WatchedClouds<'a>,
    intervals: Intervals,
    sources: MessageSources,
    intake: EventIntake,
    read_times: ReadTimes,
    serving: Serving,
    manager: ServiceManager,
    outputs: Outputs<'a>,
    /// The sources that cannot be read until someone does something, by their numbers.
    unread_sources: HashSet<usize>,
    reads: JoinSet<EndedRead>,
    full_scans: FullScans,
    early_scans: EarlyScans,
    unknown_accounts: UnknownAccounts,
    next_extension: Option<TokioInstant>,
    next_keep: TokioInstant,
    ui: &'a Ui,
}

impl<'a> WatchLoop<'a> {
    /// Prepares to watch.
    pub fn new(
        mut engine: Engine,
        rereader: Rereader,
        clouds: &'a WatchedClouds<'a>,
        intervals: Intervals,
        sources: MessageSources,
        outputs: Outputs<'a>,
        ui: &'a Ui,
    ) -> Self {
        let now = TokioInstant::now();
        engine.schedule_follow_ups(now.into_std());
        let mut read_times = ReadTimes::default();
        let mut early_scans = EarlyScans::new(now.into_std(), intervals.early);
        early_scans.record(EarlyScanReason::UnreachedScope, count_unreached(engine.inventory().coverage()));
        read_times.note_scan(engine.inventory().coverage(), engine.inventory().taken_at());
        Self {
            engine,
            rereader,
            clouds,
            full_scans: FullScans::new(intervals.scan),
            early_scans,
            unknown_accounts: UnknownAccounts::default(),
            next_extension: sources.extend_every().map(|every| now + every),
            next_keep: now + intervals.keep,
            intervals,
            sources,
            intake: EventIntake::default(),
            read_times,
            serving: Serving::default(),
            manager: ServiceManager::default(),
            outputs,
            unread_sources: HashSet::new(),
            reads: JoinSet::new(),
            ui,
        }
    }

    /// Tells that nothing was scanned at the start, so the next full scan is due some time after the last one, and not after
    /// now.
    #[must_use]
    pub fn without_first_scan(mut self) -> Self {
        let age = Timestamp::now().duration_since(self.engine.inventory().taken_at());
        self.full_scans.count_from(Duration::try_from(age).unwrap_or_default());
        self
    }

    /// Tells what `serving` serves.
    #[must_use]
    pub fn with_serving(self, serving: Serving) -> Self {
        Self { serving, ..self }
    }

    /// Tells which manager of services is told.
    #[must_use]
    pub fn with_manager(self, manager: ServiceManager) -> Self {
        Self { manager, ..self }
    }

    /// Watches until it is stopped, or all sources have ended.
    ///
    /// # Errors
    /// When the result cannot be written.
    pub async fn run(mut self) -> Result<EndedWatch, Error> {
        let (cancel, lost_lease) = (self.clouds.cancel().clone(), self.outputs.lost_lease());
        let mut received = self.sources.receive(&cancel);
        let result = loop {
            self.manager.ping_watchdog();
            // What was not read is reported by the next watch, so it stays in the journal, and its messages in their queues.
            if !self.outputs.report.has_reader() {
                break Ok(());
            }
            self.note_reader();
            self.start_work();
            if let Err(error) = self.write_what_is_due() {
                break Err(error);
            }
            let done = self.engine.take_done();
            self.intake.note_done(&done, Timestamp::now());
            self.sources.complete(&done);
            if self.is_over() {
                break Ok(());
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => break Ok(()),
                () = lost_lease.cancelled() => break Err(watch_store::lost_lease()),
                step = self.next_step(&mut received) => if let Err(error) = step { break Err(error) },
            }
        };
        ServiceManager::tell_stopping();
        self.reads.abort_all();
        self.full_scans.abort();
        if !self.sources.is_empty() {
            self.ui.status(&self.intake.describe(self.engine.counts().refused));
        }
        self.give_back(&mut received);
        let ((), (), read) =
            tokio::join!(self.sources.end(), self.outputs.syncs.end(), self.outputs.report.end());
        result?;
        read?;
        self.outputs.finish_report()?;
        let unwritten = self.write_last_exports();
        let is_told = self.outputs.end_notifications();
        if self.outputs.is_to_be_kept() {
            self.outputs.keep(self.engine.inventory(), now_to_the_second())?;
        }
        let has_no_events = self.sources.have_ended() && self.intake.has_understood_nothing();
        Ok(EndedWatch { engine: self.engine, is_told, has_no_events, unwritten })
    }

    /// Writes the files that are older than the inventory, those too that could not be written before. Returns what is wrong
    /// with those that cannot be written now either.
    fn write_last_exports(&mut self) -> Option<Error> {
        self.outputs.exports.due()?;
        let inventory = self.engine.inventory().to_inventory(now_to_the_second());
        let ends = self.outputs.exports.write(&inventory).into_iter();
        let failed = ends.filter_map(|ExportEnd { name, outcome }| match outcome {
            ExportOutcome::Failed(why) => Some(Diagnostic::new(format!("--export {name}: {why}"))),
            ExportOutcome::Written | ExportOutcome::Withheld(_) => None,
        });
        let failed: Vec<Diagnostic> = failed.collect();
        let message = format!("the watch ended without writing {}", counted(failed.len(), "export"));
        let error = Error::new(ErrorKind::Output, message);
        (!failed.is_empty()).then(|| failed.into_iter().fold(error, Error::with_cause))
    }

    /// Tells whether all sources have ended and everything that they led to is done.
    fn is_over(&self) -> bool {
        self.sources.have_ended()
            && self.engine.pending().is_settled()
            && !self.full_scans.is_running()
            && !self.outputs.report.is_writing()
            && self.outputs.syncs.is_settled()
    }

    /// Takes the messages that were received and not acted on, so that they are given back with the others.
    fn give_back(&mut self, received: &mut mpsc::Receiver<Received>) {
        received.close();
        while let Ok(received) = received.try_recv() {
            if let Received::Messages(source, messages) = received {
                for message in messages {
                    self.sources.assign_number(source, message.token);
                }
            }
        }
    }

    /// Keeps a snapshot and writes the files that follow the inventory, when it is time.
    fn write_what_is_due(&mut self) -> Result<(), Error> {
        let now = TokioInstant::now();
        if now >= self.next_keep && !self.outputs.report.is_writing() {
            self.next_keep = now + self.intervals.keep;
            if self.outputs.is_to_be_kept() {
                self.outputs.keep(self.engine.inventory(), now_to_the_second())?;
            }
        }
        if self.outputs.exports.due().is_some_and(|due| due <= now) {
            self.write_exports();
        }
        if self.outputs.syncs.due().is_some_and(|due| due <= now) {
            self.outputs.syncs.start(self.engine.inventory().to_inventory(now_to_the_second()));
        }
        Ok(())
    }

    /// Notes whether the program that reads stdout reads, and says it once if it does not.
    fn note_reader(&self) {
        let is_stalled = self.outputs.report.stalls_at().is_some_and(|at| at <= Instant::now());
        let problem = is_stalled.then(|| {
            "the program that reads it has stopped reading, so changes wait to be reported".to_owned()
        });
        if self.serving.set_problem("stdout", problem.clone()) {
            self.ui.warn_always(&format!("stdout: {}", problem.unwrap_or_default()));
        }
    }

    fn write_exports(&mut self) {
        let inventory = self.engine.inventory().to_inventory(now_to_the_second());
        for ExportEnd { name, outcome } in self.outputs.exports.write(&inventory) {
            let thing = format!("export {name}");
            match outcome {
                ExportOutcome::Written => drop(self.serving.set_problem(&thing, None)),
                ExportOutcome::Withheld(why) => drop(self.serving.set_problem(&thing, Some(why))),
                ExportOutcome::Failed(why) => {
                    if self.serving.set_problem(&thing, Some(why.clone())) {
                        self.ui.warn_always(&format!("--export {name}: {why}; netcensus tries again"));
                    }
                }
            }
        }
    }

    /// Starts what is due.
    fn start_work(&mut self) {
        let now = TokioInstant::now();
        while let Some(read) = self.engine.start_read(now.into_std()) {
            let rereader = self.rereader.clone();
            self.reads.spawn(async move {
                let answers = rereader.read(read.place.provider, read.wanted.clone()).await;
                let answers = answers.into_iter().map(|answer| ReadAnswer {
                    kind: answer.scope.kind,
                    is_whole: answer.is_whole(),
                    found: answer.found,
                    coverage: answer.coverage,
                });
                (read, answers.collect())
            });
        }
        let is_early = self.early_scans.due().is_some_and(|due| due <= now.into_std());
        let next_scan = self.full_scans.due();
        if !self.full_scans.is_running() && (is_early || now >= next_scan) {
            self.start_scan(is_early && now < next_scan);
        }
    }

    fn start_scan(&mut self, is_early: bool) {
        self.full_scans.start(self.engine.start_scan(), self.clouds.scan());
        let reasons = self.early_scans.begin(is_early);
        if is_early {
            self.ui.status(&format!("scanning everything early, after {}", describe_reasons(reasons)));
        }
    }

    /// Waits for whatever happens next, and acts on it. While a change is being written to stdout, the next one waits, and no
    /// message is taken: a program that does not read costs no memory.
    async fn next_step(&mut self, received: &mut mpsc::Receiver<Received>) -> Result<(), Error> {
        let wake = self.next_wake();
        let may_report = !self.outputs.report.is_writing();
        let may_receive = may_report && self.engine.pending().messages() < MAX_MESSAGES;
        tokio::select! {
            written = self.outputs.report.written() => {
                written?;
                self.outputs.finish_report()
            }
            Some(ended) = self.reads.join_next(), if may_report => match ended {
                Ok(ended) => self.finish_reads(ended),
                // Reads contain their panics, and are only aborted at the end.
                Err(_) => Ok(()),
            },
            Some(scan) = self.full_scans.next_end(), if may_report => self.finish_scan(scan),
            Some(received) = received.recv(), if may_receive => self.act_on(received),
            Some(failures) = self.sources.next_failures() => {
                for failure in failures {
                    self.ui.warn(&redact(&failure));
                }
                Ok(())
            }
            Some(ended) = self.outputs.syncs.next_end() => {
                self.report_sync(ended);
                Ok(())
            }
            question = self.serving.next_question() => {
                self.answer(question);
                Ok(())
            }
            () = sleep_until(wake) => {
                if self.next_extension.is_some_and(|due| due <= TokioInstant::now()) {
                    self.sources.extend();
                    self.next_extension = self.sources.extend_every().map(|every| TokioInstant::now() + every);
                }
                Ok(())
            }
        }
    }

    fn next_wake(&self) -> TokioInstant {
        let due = self.engine.pending().next_due().map(TokioInstant::from_std);
        // A scan that runs wakes the loop when it ends.
        let early = self.early_scans.due().map(TokioInstant::from_std);
        let next_scan = self.full_scans.due();
        let scan = (!self.full_scans.is_running()).then(|| early.map_or(next_scan, |due| due.min(next_scan)));
        let Outputs { exports, syncs, report, .. } = &self.outputs;
        let keep = (self.outputs.has_changed() && !report.is_writing()).then_some(self.next_keep);
        let stall = report.stalls_at().filter(|at| *at > Instant::now()).map(TokioInstant::from_std);
        let ping = self.manager.next_ping();
        let wakes = [due, scan, keep, stall, ping, self.next_extension, exports.due(), syncs.due()];
        wakes.into_iter().flatten().min().unwrap_or_else(|| TokioInstant::now() + self.intervals.scan)
    }

    fn act_on(&mut self, received: Received) -> Result<(), Error> {
        let now: Instant = TokioInstant::now().into_std();
        match received {
            Received::Messages(source, messages) => {
                let name = self.sources.name(source).to_owned();
                let problems = self.sources.problems(source);
                self.note_problem(&name, &problems);
                // A queue that was removed and made again lost what was in it.
                self.early_scans
                    .record(EarlyScanReason::UnreadSource, u64::from(self.unread_sources.remove(&source)));
                for message in messages {
                    self.take_message(source, &name, &message, now)?;
                }
            }
            // What a file had left is not known, and no later scan tells of it.
            Received::Failed(source, error) if !self.sources.is_endless(source) => {
                return Err(Error::from_diagnostic(ErrorKind::Input, error.diagnostic.map(redact)));
            }
            Received::Failed(source, error) => self.note_failed_source(source, &error),
            Received::Ended => self.sources.note_end(),
        }
        Ok(())
    }

    /// Notes that a source could not be read, which is asked again.
    fn note_failed_source(&mut self, source: usize, error: &SourceError) {
        let name = self.sources.name(source).to_owned();
        self.note_problem(&name, &[error.diagnostic.to_line()]);
        if !error.is_transient {
            self.unread_sources.insert(source);
        }
    }

    /// Notes what is wrong with a source now, and says it once.
    fn note_problem(&self, name: &str, problems: &[String]) {
        let problem = (!problems.is_empty()).then(|| redact(&problems.join("; ")));
        if self.serving.set_problem(name, problem.clone()) {
            self.ui.warn_always(&format!("{name}: {}", problem.unwrap_or_default()));
        }
    }

    /// Takes a message, which stays in its source until what it leads to is recorded.
    fn take_message(
        &mut self,
        source: usize,
        name: &str,
        message: &Message,
        now: Instant,
    ) -> Result<(), Error> {
        let number = self.sources.assign_number(source, message.token.clone());
        let taken = self.intake.parse(name, number, message);
        if taken.is_none() {
            self.set_aside(name, message)?;
        }
        let TakenMessage { hints, refused } = taken.unwrap_or_default();
        self.early_scans.record(EarlyScanReason::RefusedEvent, refused);
        let count = hints.len();
        let refused = if message.receive_count > 1 {
            self.engine.take_redelivered(number, hints, now)
        } else {
            self.engine.take_message(number, hints, now)
        };
        for (hint, why) in &refused {
            tracing::debug!(name, account = hint.account, region = hint.region, ?why, "out of scope");
            let coverage = self.engine.inventory().coverage();
            let may_be_new =
                *why == HintRefusal::Account && self.unknown_accounts.may_be_new(hint, coverage, self.clouds);
            self.early_scans.record(EarlyScanReason::UnknownAccount, u64::from(may_be_new));
        }
        if refused.len() == count {
            self.intake.forget(number);
        }
        Ok(())
    }

    /// Sets a message aside. It is removed from its source after this.
    fn set_aside(&mut self, name: &str, message: &Message) -> Result<(), Error> {
        self.outputs.set_aside(&SetAsideMessage::new(name, message, Timestamp::now()))?;
        self.early_scans.record(EarlyScanReason::PoisonedMessage, 1);
        self.ui.warn_always(&format!(
            "{name}: message {} was received {} times and is set aside; a full scan will find its changes",
            message.token, message.receive_count
        ));
        Ok(())
    }

    /// Says what became of a registry. What failed is tried again.
    fn report_sync(&self, ended: SyncEnd) {
        let SyncEnd { name, problem, written } = ended;
        if written > 0 {
            self.ui.status(&format!("sync {name}: {} written", counted(written, "record")));
        }
        if let Some(problem) = &problem {
            self.ui.warn_always(&format!("sync {name}: {problem}; netcensus tries again"));
        }
        self.serving.set_problem(&format!("sync {name}"), problem);
    }

    /// Answers a question of the server.
    fn answer(&self, question: Question) {
        let live = self.engine.inventory();
        // The client may be gone.
        match question {
            Question::Inventory(answer) => drop(answer.send(live.to_inventory(now_to_the_second()))),
            Question::Numbers(answer) => drop(answer.send(WatchNumbers {
                counters: self.intake.counters().clone(),
                engine: self.engine.counts(),
                early_scans: self.early_scans.scans().clone(),
                read: self.read_times.clone(),
                syncs: self.outputs.syncs.numbers(),
                unread_scopes: self.engine.unreadable().count(),
                resources: Kind::ALL.map(|kind| (kind, live.count(kind))).to_vec(),
            })),
        }
    }

    /// Writes a change, and tells the server of it.
    fn publish(&mut self, change: Option<JoinedChange>, cause: Cause) -> Result<(), Error> {
        if change.as_ref().is_some_and(|change| !change.touched.is_empty()) {
            self.serving.note_change();
        }
        self.outputs.publish(change, cause)
    }

    /// Takes over a read that ended, and all others that have ended too.
    fn finish_reads(&mut self, first: EndedRead) -> Result<(), Error> {
        let now: Instant = TokioInstant::now().into_std();
        let mut ended = vec![first];
        while let Some(next) = self.reads.try_join_next() {
            ended.extend(next);
        }
        for (read, answers) in &ended {
            let is_told = |answer: &&ReadAnswer| answer.is_whole && !answer.coverage.outcome.is_incomplete();
            for answer in answers.iter().filter(is_told) {
                self.read_times.note_scope(read.place.clone(), answer.kind, Timestamp::now());
            }
        }
        let before = self.engine.counts();
        let change = self.engine.finish_reads(ended, now);
        let after = self.engine.counts();
        self.early_scans.record(EarlyScanReason::UnknownResource, after.unknown_ids - before.unknown_ids);
        if after.missed > before.missed {
            self.early_scans.note_missed(now);
            self.report_missed(after.missed - before.missed);
        }
        self.note_unreadable();
        self.publish(change, Cause::Events)
    }

    /// Notes what cannot be read now. The change of its outcome is reported as any other.
    fn note_unreadable(&mut self) {
        self.serving.note_unread(self.engine.unreadable(), self.ui);
    }

    fn finish_scan(&mut self, scan: ScanResult) -> Result<(), Error> {
        self.ui.progress().clear();
        let (mut inventory, rereader) = match scan {
            Ok(scanned) => scanned,
            Err(error) => {
                self.note_failed_scan(&error);
                return Ok(());
            }
        };
        self.full_scans.note_success();
        self.clouds.finish(&mut inventory);
        self.rereader = rereader;
        self.serving.set_problem("scan", None);
        // People change registries too.
        self.outputs.syncs.note_change();
        self.read_times.note_scan(&inventory.coverage, inventory.taken_at);
        let missed = self.engine.counts().missed;
        let now: Instant = TokioInstant::now().into_std();
        let change = self.engine.reconcile(&inventory, self.full_scans.began(), now);
        let missed = self.engine.counts().missed - missed;
        self.early_scans.end(Some(missed), now);
        self.early_scans.record(EarlyScanReason::UnreachedScope, count_unreached(&inventory.coverage));
        self.report_missed(missed);
        self.note_unreadable();
        self.publish(change, Cause::Scan)?;
        self.outputs.note_scan(inventory.taken_at)
    }

    fn report_missed(&self, missed: u64) {
        if missed > 0 && !self.sources.is_empty() {
            let number = counted(usize::try_from(missed).unwrap_or(usize::MAX), "change");
            self.ui.warn(&format!("the scan found {number} that no event had reported yet"));
        }
    }

    /// Notes that nothing could be scanned, and says why once.
    fn note_failed_scan(&mut self, error: &CloudError) {
        self.engine.abandon_scan();
        self.full_scans.note_failure();
        let problem = redact(&error.diagnostic.to_line());
        if self.serving.set_problem("scan", Some(problem.clone())) {
            self.ui.warn_always(&format!("nothing could be scanned: {problem}; netcensus tries again"));
        }
        self.early_scans.end(None, TokioInstant::now().into_std());
    }
}

/// Counts the sign-ins and lists of accounts or regions that failed in a scan for a reason that passes. What was refused
/// stays so until you do something.
fn count_unreached(coverage: &[Coverage]) -> u64 {
    let is_passing =
        |outcome: Outcome| matches!(outcome, Outcome::Failed | Outcome::TimedOut | Outcome::Throttled);
    coverage.iter().filter(|entry| entry.kind.is_step() && is_passing(entry.outcome)).count() as u64
}

/// Says what happened, such as `2 events that cannot be read`.
fn describe_reasons(reasons: &EarlyScanReasons) -> String {
    let said = reasons.iter().map(|(reason, times)| {
        let (one, several) = reason.noun();
        counted_as(usize::try_from(*times).unwrap_or(usize::MAX), one, several)
    });
    said.collect::<Vec<_>>().join(", ")
}

#[cfg(all(test, feature = "aws"))]
mod tests;
