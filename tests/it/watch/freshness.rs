//! How fresh a watch keeps an inventory, and what it asks for that: with a clock of its own, so that it is the same on any
//! machine. Reads are made against a sandbox, and take the time of their requests.
//!
//! `NETCENSUS_FRESHNESS=100x4x60` watches so many accounts and regions for so many seconds, `100x4x60x20` with changes that
//! come twenty after each other in one place.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::{Duration, Instant};

use netcensus::sandbox::{Churn, Estate, Options, Sandbox, Size};
use netcensus::watch::{Engine, ReadAnswer, StartedRead};

use super::{hints_in_bodies, scan};
use crate::support::report;

/// Changes a second.
const RATE: u32 = 50;
/// How long a request takes.
const LATENCY: Duration = Duration::from_millis(60);
/// How long an event is on its way to the queue, and how often the queue is looked at.
const TICK: Duration = Duration::from_millis(100);

/// Returns accounts, regions, seconds and how many changes follow each other in one place.
fn size() -> [usize; 4] {
    let text = std::env::var("NETCENSUS_FRESHNESS").unwrap_or_else(|_| "5x2x6".to_owned());
    let mut numbers: Vec<usize> = text.split('x').map(|number| number.parse().unwrap()).collect();
    numbers.resize(4, 1);
    numbers.try_into().unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_one_place_share_their_reads() {
    let [accounts, regions, seconds, burst] = size();
    let instances = 20 * accounts * regions;
    let size = Size { accounts, regions, networks: 1, subnets: 2, instances, ..Size::default() };
    let churn: Churn = format!("1/h,changes=0,burst={burst}").parse().unwrap();
    let options = Options { churn: Some(churn), ..Options::default() };
    let sandbox = Sandbox::start(Estate::generate(&size).unwrap(), options).await.unwrap();
    let (inventory, rereader) = scan(&sandbox).await;
    let (mut engine, start) = (Engine::new(&inventory), Instant::now());
    let (mut now, mut sent, mut ended, mut lags) = (start, vec![], vec![], vec![]);
    // Reads on their way, by when they end.
    let mut reads: Vec<Option<(StartedRead, Vec<ReadAnswer>)>> = vec![];
    let mut ends: BinaryHeap<Reverse<(Instant, usize)>> = BinaryHeap::new();
    let ticks = u32::try_from(seconds).unwrap() * 10;
    for tick in 0.. {
        if tick >= ticks && engine.pending().is_settled() {
            break;
        }
        now += TICK;
        let changes = if tick < ticks { usize::try_from(RATE / 10).unwrap() } else { 0 };
        for event in sandbox.change(changes) {
            let hints = hints_in_bodies(std::iter::once(event.body.as_bytes()));
            if !hints.is_empty() {
                sent.push(now.checked_sub(TICK).unwrap());
                engine.take_message(sent.len() as u64 - 1, hints, now);
            }
        }
        while let Some(read) = engine.start_read(now) {
            let answers = rereader.read(read.place.provider, read.wanted.clone()).await;
            let requests: u32 = answers.iter().map(|answer| answer.coverage.requests).sum();
            let answers = answers.into_iter().map(|answer| ReadAnswer {
                kind: answer.scope.kind,
                is_whole: answer.is_whole(),
                found: answer.found,
                coverage: answer.coverage,
            });
            ends.push(Reverse((now + LATENCY * requests, reads.len())));
            reads.push(Some((read, answers.collect())));
        }
        while ends.peek().is_some_and(|Reverse((end, _))| *end <= now) {
            let Reverse((end, number)) = ends.pop().unwrap();
            let (read, answers) = reads[number].take().unwrap();
            engine.finish_reads([(read, answers)], now);
            ended.extend(engine.take_done().into_iter().map(|message| (message, end)));
        }
    }
    for (message, end) in ended {
        lags.push(end.saturating_duration_since(sent[usize::try_from(message).unwrap()]));
    }
    lags.sort_unstable();
    let quantile = |part: usize| lags[(lags.len() * part / 100).min(lags.len() - 1)];
    let counts = engine.counts();
    report(&format!(
        "{} events, p50 {:?}, p95 {:?}, p99 {:?}, {} reads, {} requests",
        sent.len(),
        quantile(50),
        quantile(95),
        quantile(99),
        counts.reads,
        counts.requests
    ));
    assert_eq!(lags.len(), sent.len(), "every event is done");
    // One for each kind of each event, and for what follows from it, would be twice as many.
    assert!(
        4 * counts.requests < 5 * sent.len() as u64,
        "{} requests for {} events",
        counts.requests,
        sent.len()
    );
    sandbox.stop().await;
}
