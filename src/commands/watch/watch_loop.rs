//! The loop of `watch`: takes messages, reads, scans, and reports, until it is stopped.

use std::time::Instant;

use jiff::Timestamp;
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio::time::{Instant as TokioInstant, sleep_until};

use super::event_intake::EventIntake;
use super::intervals::Intervals;
use super::message_sources::{MessageSources, Received};
use super::metrics::WatchNumbers;
use super::outputs::Outputs;
use super::read_times::ReadTimes;
use super::serving::Serving;
use super::status_board::Question;
use super::watched_clouds::{ScanResult, WatchedClouds, now_to_the_second};
use crate::clouds::{Message, PlanError, Rereader};
use crate::error::Error;
use crate::model::Kind;
use crate::redact::redact;
use crate::ui::Ui;
use crate::watch::{Cause, Engine, Fold, ReadAnswer, StartedRead};
use crate::wording::counted;

/// A read that ended.
type EndedRead = (StartedRead, Vec<ReadAnswer>);

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
    outputs: Outputs<'a>,
    reads: JoinSet<EndedRead>,
    /// The scan that runs, with the number of the last read before it.
    scans: JoinSet<ScanResult>,
    scan_began: u64,
    next_scan: TokioInstant,
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
        read_times.note_inventory(engine.inventory().coverage(), engine.inventory().taken_at());
        Self {
            engine,
            rereader,
            clouds,
            next_scan: now + intervals.scan,
            next_extension: sources.extend_every().map(|every| now + every),
            next_keep: now + intervals.keep,
            intervals,
            sources,
            intake: EventIntake::default(),
            read_times,
            serving: Serving::default(),
            outputs,
            reads: JoinSet::new(),
            scans: JoinSet::new(),
            scan_began: 0,
            ui,
        }
    }

    /// Tells what `serving` serves.
    #[must_use]
    pub fn with_serving(self, serving: Serving) -> Self {
        Self { serving, ..self }
    }

    /// Watches until it is stopped, or all sources have ended. Returns the engine as it is then.
    ///
    /// # Errors
    /// When the result cannot be written.
    pub async fn run(mut self) -> Result<(Engine, Outputs<'a>), Error> {
        let cancel = self.clouds.cancel().clone();
        let mut received = self.sources.receive(&cancel);
        let result = loop {
            // What was not read is reported by the next watch, so it stays in the journal, and its messages in their queues.
            if !self.outputs.report.has_reader() {
                break Ok(());
            }
            self.start_work()?;
            self.write_what_is_due()?;
            let done = self.engine.take_done();
            self.intake.note_done(&done, Timestamp::now());
            self.sources.complete(&done);
            if self.sources.have_ended() && self.engine.pending().is_settled() && self.scans.is_empty() {
                break Ok(());
            }
            tokio::select! {
                biased;
                () = cancel.cancelled() => break Ok(()),
                step = self.next_step(&mut received) => if let Err(error) = step { break Err(error) },
            }
        };
        self.reads.abort_all();
        self.scans.abort_all();
        if !self.sources.is_empty() {
            self.ui.status(&self.intake.describe(self.engine.counts().refused));
        }
        self.give_back(&mut received);
        self.sources.end().await;
        result?;
        if self.outputs.has_changed() && self.outputs.report.has_reader() {
            self.outputs.keep(&self.engine.inventory().to_inventory(now_to_the_second()))?;
        }
        Ok((self.engine, self.outputs))
    }

    /// Takes the messages that were received and not acted on, so that they are given back with the others.
    fn give_back(&mut self, received: &mut mpsc::Receiver<Received>) {
        received.close();
        while let Ok(received) = received.try_recv() {
            if let Received::Messages(source, messages) = received {
                for message in messages {
                    self.sources.take(source, message.token);
                }
            }
        }
    }

    /// Keeps a snapshot and writes the files that follow the inventory, when it is time.
    fn write_what_is_due(&mut self) -> Result<(), Error> {
        let now = TokioInstant::now();
        if now >= self.next_keep {
            self.next_keep = now + self.intervals.keep;
            if self.outputs.has_changed() {
                self.outputs.keep(&self.engine.inventory().to_inventory(now_to_the_second()))?;
            }
        }
        if self.outputs.exports.due().is_some_and(|due| due <= now) {
            let inventory = self.engine.inventory().to_inventory(now_to_the_second());
            self.outputs.exports.write(&inventory);
        }
        Ok(())
    }

    /// Starts what is due.
    fn start_work(&mut self) -> Result<(), Error> {
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
        if now >= self.next_scan && self.scans.is_empty() {
            self.scan_began = self.engine.start_scan();
            self.scans.spawn(self.clouds.scan()?);
        }
        Ok(())
    }

    /// Waits for whatever happens next, and acts on it.
    async fn next_step(&mut self, received: &mut mpsc::Receiver<Received>) -> Result<(), Error> {
        let wake = self.next_wake();
        tokio::select! {
            Some(ended) = self.reads.join_next() => match ended {
                Ok((read, answers)) => self.finish_read(read, answers),
                // Reads contain their panics, and are only aborted at the end.
                Err(_) => Ok(()),
            },
            Some(scan) = self.scans.join_next() => self.finish_scan(scan.unwrap_or_else(|_| {
                Err(PlanError::new("the scan ended with a fault of netcensus"))
            })),
            Some(received) = received.recv() => {
                self.act_on(received);
                Ok(())
            }
            Some(failures) = self.sources.next_failures() => {
                for failure in failures {
                    self.ui.warn(&redact(&failure));
                }
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
        let scan = self.scans.is_empty().then_some(self.next_scan);
        let keep = self.outputs.has_changed().then_some(self.next_keep);
        let wakes = [due, scan, keep, self.next_extension, self.outputs.exports.due()];
        wakes.into_iter().flatten().min().unwrap_or_else(|| TokioInstant::now() + self.intervals.scan)
    }

    fn act_on(&mut self, received: Received) {
        let now: Instant = TokioInstant::now().into_std();
        match received {
            Received::Messages(source, messages) => {
                let name = self.sources.name(source).to_owned();
                self.serving.set_problem(&name, None);
                for message in messages {
                    self.take(source, &name, &message, now);
                }
            }
            Received::Failed(source, error) => {
                let name = self.sources.name(source).to_owned();
                let problem = redact(&error.diagnostic.to_line());
                self.ui.warn_always(&format!("{name}: {problem}"));
                self.serving.set_problem(&name, Some(problem));
                if !error.is_transient {
                    self.sources.note_end();
                }
            }
            Received::Ended => self.sources.note_end(),
        }
    }

    /// Takes a message, which stays in its source until what it leads to is recorded.
    fn take(&mut self, source: usize, name: &str, message: &Message, now: Instant) {
        let number = self.sources.take(source, message.token.clone());
        let hints = self.intake.hints_in(name, number, message);
        if hints.is_none() {
            self.ui.warn_always(&format!(
                "{name}: message {} was received {} times and is set aside; the next full scan finds what it told of",
                message.token, message.receive_count
            ));
        }
        let hints = hints.unwrap_or_default();
        let count = hints.len();
        let refused = if message.receive_count > 1 {
            self.engine.take_again(number, hints, now)
        } else {
            self.engine.take(number, hints, now)
        };
        for (hint, why) in &refused {
            tracing::debug!(name, account = hint.account, region = hint.region, ?why, "out of scope");
        }
        if refused.len() == count {
            self.intake.forget(number);
        }
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
                read: self.read_times.clone(),
                resources: Kind::ALL.map(|kind| (kind, live.count(kind))).to_vec(),
            })),
        }
    }

    /// Writes a change, and tells the server of it.
    fn publish(&mut self, fold: Option<Fold>, cause: Cause) -> Result<(), Error> {
        if fold.is_some() {
            self.serving.note_change();
        }
        self.outputs.publish(fold, self.engine.inventory(), cause)
    }

    fn finish_read(&mut self, read: StartedRead, answers: Vec<ReadAnswer>) -> Result<(), Error> {
        let now: Instant = TokioInstant::now().into_std();
        let whole =
            answers.iter().filter(|answer| answer.is_whole && !answer.coverage.outcome.is_incomplete());
        for answer in whole {
            self.read_times.note_scope(read.place.clone(), answer.kind, Timestamp::now());
        }
        let fold = self.engine.finish_read(read, answers, now);
        self.publish(fold, Cause::Events)
    }

    fn finish_scan(&mut self, scan: ScanResult) -> Result<(), Error> {
        self.next_scan = TokioInstant::now() + self.intervals.scan;
        self.ui.progress().clear();
        let (mut inventory, rereader) = match scan {
            Ok(scanned) => scanned,
            Err(error) => {
                self.engine.abandon_scan();
                let problem = redact(&error.diagnostic.to_line());
                self.ui.warn_always(&format!("nothing could be scanned: {problem}"));
                self.serving.set_problem("scan", Some(problem));
                return Ok(());
            }
        };
        self.clouds.finish(&mut inventory);
        self.rereader = rereader;
        self.serving.set_problem("scan", None);
        self.read_times.note_scan(&inventory.coverage, Timestamp::now());
        let missed = self.engine.counts().missed;
        let fold = self.engine.reconcile(&inventory, self.scan_began, TokioInstant::now().into_std());
        let missed = self.engine.counts().missed - missed;
        if missed > 0 && !self.sources.is_empty() {
            let number = counted(usize::try_from(missed).unwrap_or(usize::MAX), "change");
            self.ui.warn(&format!("the scan found {number} that no event told of"));
        }
        self.publish(fold, Cause::Scan)
    }
}
