//! The truth of a watch: whatever happens, and in whatever order it is heard of, what is watched is what a full scan finds.
//!
//! Each seed is a story of some minutes of a living estate, which pass at once. Events are lost, doubled, late, out of order,
//! forged and cut short; reads and scans end after other things have changed; the process is killed between any two steps,
//! and hours pass. `NETCENSUS_TRUTH=1000` tells so many stories, `NETCENSUS_TRUTH=17..18` one again.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use netcensus::clouds::Rereader;
use netcensus::model::{Inventory, Resource};
use netcensus::sandbox::{ChangeEvent, Churn, Estate, Options, Sandbox};
use netcensus::watch::events::{ParsedEvent, parse_message};
use netcensus::watch::{Delta, Engine, Hint, JoinedChange, ReadAnswer, StartedRead};

use super::{assert_same, scan};
use crate::support::report;

/// The stories that every run of the tests tells. In 28, the two sides of a peering are made one shortly after the other; in
/// 182, an interface that is attached to nothing takes the address of a machine; in 434, one end of a peering stops listing it
/// before the other does, and then the process is killed; in 696, a scan that took hours has the interface of a machine that
/// was terminated, and forgotten, since it began.
const STORIES: [u64; 8] = [0, 1, 2, 3, 28, 182, 434, 696];
/// In how many steps each is told.
const STEPS: u64 = 30;
/// Later than anything that is scheduled: what has ended is looked for two hours later.
const HOURS: Duration = Duration::from_hours(3);

/// Returns the seeds of the stories to tell.
fn seeds() -> Vec<u64> {
    let Ok(text) = std::env::var("NETCENSUS_TRUTH") else { return STORIES.to_vec() };
    let (first, end) = text.split_once("..").unwrap_or(("0", &text));
    (first.parse().unwrap()..end.parse().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_happens_what_is_watched_is_what_a_full_scan_finds() {
    let (mut missed, mut failed) = (0, vec![]);
    for seed in seeds() {
        match tokio::spawn(tell(seed)).await {
            Ok(count) => missed += count,
            Err(_) => failed.push(seed),
        }
    }
    let told = seeds().len();
    report(&format!("{told} stories, {missed} changes missed by events and found by scans"));
    assert!(failed.is_empty(), "seeds {failed:?}");
}

/// Tells the story of a seed. Returns how many changes no event told of.
async fn tell(seed: u64) -> u64 {
    let mut story = Story::begin(seed).await;
    for _ in 0..STEPS {
        story.go_on().await;
    }
    story.end().await
}

/// A read that was made, and whose answers are on their way.
type ReadOnItsWay = (StartedRead, Vec<ReadAnswer>);

/// A watch of a living estate.
struct Story {
    seed: u64,
    random: Random,
    /// Whether events get lost.
    is_lossy: bool,
    sandbox: Sandbox,
    engine: Engine,
    rereader: Rereader,
    now: Instant,
    reads: Vec<ReadOnItsWay>,
    /// A scan that was made, and the number of the last read before it.
    scan: Option<(Inventory, u64)>,
    /// Bodies that are not received yet.
    queue: Vec<Vec<u8>>,
    /// How many bodies at its front were received before, by a watch that was killed.
    repeated: usize,
    /// Bodies that come later.
    late: Vec<Vec<u8>>,
    /// Messages that were received, and are not done.
    taken: BTreeMap<u64, Vec<u8>>,
    messages: u64,
    /// The inventory that was kept last, what accounts see otherwise than it says, and the journal since.
    kept: Inventory,
    kept_views: Delta,
    journal: Vec<String>,
    /// What happened, for the report of a failure.
    log: Vec<String>,
}

impl Story {
    async fn begin(seed: u64) -> Self {
        let churn = Churn { seed, limit: Some(0), ..churn() };
        let options = Options { churn: Some(churn), ..Options::default() };
        let sandbox = Sandbox::start(Estate::sample(), options).await.unwrap();
        let (kept, rereader) = scan(&sandbox).await;
        let (mut engine, now) = (Engine::new(&kept), Instant::now());
        engine.schedule_follow_ups(now);
        Self {
            seed,
            random: Random(seed),
            is_lossy: seed % 2 == 1,
            sandbox,
            engine,
            rereader,
            now,
            reads: vec![],
            scan: None,
            queue: vec![],
            repeated: 0,
            late: vec![],
            taken: BTreeMap::new(),
            messages: 0,
            kept,
            kept_views: Delta::default(),
            journal: vec![],
            log: vec![],
        }
    }

    /// Does one of the things that can happen.
    async fn go_on(&mut self) {
        match self.random.below(20) {
            0..=6 => self.change(),
            7..=10 => self.receive(),
            11..=13 => {
                self.now += Duration::from_millis(self.random.below(4000));
                self.make_reads().await;
            }
            14..=16 => self.end_a_read(),
            17 => self.scan_or_reconcile().await,
            18 if self.random.one_in(2) => self.die(),
            19 if self.random.one_in(3) => self.pass_hours().await,
            _ => {
                let late = std::mem::take(&mut self.late);
                self.queue.extend(late);
            }
        }
    }

    /// Changes the estate, and sends its events as queues and networks do.
    fn change(&mut self) {
        let changes = usize::try_from(1 + self.random.below(12)).unwrap();
        for event in self.sandbox.change(changes) {
            self.log.push(format!("{} in {} {}", event.action, event.account, event.region));
            let bodies = self.distort(&event);
            for body in bodies {
                let place = self.repeated + self.random.index(self.queue.len() - self.repeated + 1);
                match self.random.below(10) {
                    0 => self.late.push(body),
                    1..=3 => self.queue.insert(place, body),
                    _ => self.queue.push(body),
                }
            }
        }
    }

    /// Returns the bodies that come of an event.
    fn distort(&mut self, event: &ChangeEvent) -> Vec<Vec<u8>> {
        let mut bodies = Vec::new();
        if !self.is_lossy || !self.random.one_in(10) {
            bodies.push(event.body.clone());
        } else {
            self.log.push("... which is lost".to_owned());
        }
        if self.random.one_in(10) {
            bodies.extend(bodies.first().cloned());
        }
        if self.random.one_in(10) {
            bodies.push(event.body.replace(&event.account, "210987654321"));
        }
        if self.random.one_in(20) {
            bodies.push(event.body.chars().take(event.body.chars().count() / 2).collect());
        }
        bodies.into_iter().map(String::into_bytes).collect()
    }

    /// Takes messages from the queue.
    fn receive(&mut self) {
        let most = usize::try_from(self.random.below(12)).unwrap();
        for body in self.queue.drain(..most.min(self.queue.len())).collect::<Vec<_>>() {
            self.take(body);
        }
    }

    fn take(&mut self, body: Vec<u8>) {
        self.messages += 1;
        let is_repeated = self.repeated > 0;
        self.repeated = self.repeated.saturating_sub(1);
        let hints: Vec<Hint> = parse_message(&body)
            .into_iter()
            .filter_map(|event| match event {
                ParsedEvent::Hint(hint) => Some(hint),
                ParsedEvent::Ignored(_) | ParsedEvent::Refused(_) => None,
            })
            .collect();
        self.taken.insert(self.messages, body);
        // The sandbox has accounts and regions that are not read, and some events are forged.
        if is_repeated {
            self.engine.take_redelivered(self.messages, hints, self.now);
        } else {
            self.engine.take_message(self.messages, hints, self.now);
        }
    }

    /// Makes every read that is due. Its answers stay on their way.
    async fn make_reads(&mut self) {
        while let Some(read) = self.engine.start_read(self.now) {
            let answers = self.rereader.read(read.place.provider, read.wanted.clone()).await;
            let answers = answers.into_iter().map(|answer| ReadAnswer {
                kind: answer.scope.kind,
                is_whole: answer.is_whole(),
                found: answer.found,
                coverage: answer.coverage,
            });
            self.reads.push((read, answers.collect()));
        }
    }

    /// Lets the answers of one read arrive, not of the first one necessarily.
    fn end_a_read(&mut self) {
        if self.reads.is_empty() {
            return;
        }
        let (read, answers) = self.reads.swap_remove(self.random.index(self.reads.len()));
        let fold = self.engine.finish_reads([(read, answers)], self.now);
        self.record(fold);
    }

    /// Writes a change to the journal, and then removes the messages that it is of.
    fn record(&mut self, fold: Option<JoinedChange>) {
        self.journal.extend(fold.map(|fold| serde_json::to_string(&fold.delta).unwrap()));
        for message in self.engine.take_done() {
            self.taken.remove(&message);
        }
    }

    /// Scans everything, or takes the scan that was made some time ago.
    async fn scan_or_reconcile(&mut self) {
        match self.scan.take() {
            None => {
                let began = self.engine.start_scan();
                self.scan = Some((scan(&self.sandbox).await.0, began));
            }
            Some((scan, began)) => {
                let fold = self.engine.reconcile(&scan, began, self.now);
                self.record(fold);
            }
        }
    }

    /// Is killed, and starts again: with what was kept, and the journal. Messages that were not done come back.
    fn die(&mut self) {
        self.log.push("killed".to_owned());
        self.reads.clear();
        // A scan that ran began anew, and what it left to read is found by the next one.
        if self.scan.take().is_some() {
            self.engine.abandon_scan();
        }
        let mut engine = Engine::new(&self.kept);
        engine.replay(&self.kept_views);
        for line in &self.journal {
            engine.replay(&serde_json::from_str::<Delta>(line).unwrap());
        }
        let (before, after) = (self.inventory(), engine.inventory().to_inventory(Timestamp::UNIX_EPOCH));
        assert_same(&after, &before, &format!("seed {}: what the journal says", self.seed));
        engine.schedule_follow_ups(self.now);
        self.engine = engine;
        let taken: Vec<_> = std::mem::take(&mut self.taken).into_values().collect();
        self.repeated += taken.len();
        self.queue.splice(..0, taken);
        if self.random.one_in(2) {
            (self.kept, self.journal) = (before, vec![]);
            self.kept_views = self.engine.inventory().views_beyond_inventory();
        }
    }

    /// Lets hours pass: EC2 does not list any more what ended before.
    async fn pass_hours(&mut self) {
        self.log.push("hours pass".to_owned());
        self.settle().await;
        self.sandbox.pass_time(HOURS);
        self.now += HOURS;
        self.settle().await;
    }

    /// Acts on everything that was sent.
    async fn settle(&mut self) {
        loop {
            self.queue.append(&mut self.late);
            for body in std::mem::take(&mut self.queue) {
                self.take(body);
            }
            self.make_reads().await;
            while !self.reads.is_empty() {
                self.end_a_read();
            }
            // What is scheduled for hours later does not count.
            match self.engine.pending().next_due() {
                Some(due) if due <= self.now + Duration::from_mins(1) => self.now = self.now.max(due),
                _ => break,
            }
        }
        self.record(None);
        assert!(self.engine.pending().is_settled() && self.taken.is_empty(), "seed {}", self.seed);
    }

    fn inventory(&self) -> Inventory {
        self.engine.inventory().to_inventory(Timestamp::UNIX_EPOCH)
    }

    /// Compares with a full scan, at the end after a scan if events were lost. Returns how many changes no event told of.
    async fn end(mut self) -> u64 {
        if self.scan.is_some() {
            self.scan_or_reconcile().await;
        }
        self.settle().await;
        self.pass_hours().await;
        let counted = self.engine.counts().missed;
        let (scanned, _) = scan(&self.sandbox).await;
        if self.is_lossy {
            let missed = differences(&self.inventory(), &scanned);
            let began = self.engine.start_scan();
            let fold = self.engine.reconcile(&scanned, began, self.now);
            self.record(fold);
            assert_eq!(self.engine.counts().missed - counted, missed, "seed {}: what was missed", self.seed);
        }
        let when = format!("seed {}, after:\n{}", self.seed, self.log.join("\n"));
        assert_same(&self.inventory(), &scanned, &when);
        self.settle().await;
        assert_same(&self.inventory(), &scanned, &when);
        self.sandbox.stop().await;
        self.engine.counts().missed
    }
}

/// Counts the resources that are in one inventory only, or differ.
fn differences(one: &Inventory, other: &Inventory) -> u64 {
    fn count<T: Resource>(one: &[T], other: &[T]) -> u64 {
        let rows =
            |rows: &[T]| -> BTreeMap<_, T> { rows.iter().map(|row| (row.identity(), row.clone())).collect() };
        let (one, other) = (rows(one), rows(other));
        let differing = one.iter().filter(|(identity, row)| other.get(*identity) != Some(*row)).count();
        let new = other.keys().filter(|identity| !one.contains_key(*identity)).count();
        (differing + new) as u64
    }
    count(&one.networks, &other.networks)
        + count(&one.subnets, &other.subnets)
        + count(&one.instances, &other.instances)
        + count(&one.interfaces, &other.interfaces)
        + count(&one.links, &other.links)
}

/// A churn that changes nothing by itself.
fn churn() -> Churn {
    "1/h".parse().unwrap()
}

/// Draws numbers, the same for the same seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }
}
