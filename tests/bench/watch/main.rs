//! How few reads could do: `optimum SECONDS CHANGES [BURST]` lets an estate of 100 accounts in 4 regions change so often a
//! second, so many changes after each other in one place, and counts the reads that its events need if each waits for
//! others for some time. `measure.py` measures the program (docs/benchmarks.md).

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use netcensus::model::Kind;
use netcensus::sandbox::{Estate, LivingEstate, Size};
use netcensus::watch::events::{ParsedEvent, parse_message};

const USAGE: &str = "usage: watch optimum SECONDS CHANGES [BURST]";
/// How long an event may wait for others, in milliseconds.
const WAITS: [u64; 7] = [0, 500, 1000, 2500, 4500, 30_000, 300_000];

/// What is read at once: one kind in a region of an account.
type Place = (String, Option<String>, Kind);

fn main() -> ExitCode {
    // `cargo bench` adds `--bench`, for harnesses that have tests as well.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["optimum", seconds, changes] => find_optimum(seconds, changes, "1"),
        ["optimum", seconds, changes, burst] => find_optimum(seconds, changes, burst),
        // `cargo test --benches` runs it without a word.
        [] => Ok(()),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "watch: {error}");
            ExitCode::FAILURE
        }
    }
}

fn find_optimum(seconds: &str, changes: &str, burst: &str) -> Result<(), Box<dyn Error>> {
    let (seconds, changes): (u64, u64) = (seconds.parse()?, changes.parse()?);
    let size =
        Size { accounts: 100, regions: 4, networks: 1, subnets: 2, instances: 8000, ..Size::default() };
    let estate = Arc::new(Estate::generate(&size)?);
    let mut living = LivingEstate::new(estate, 0).with_bursts(burst.parse()?);
    let mut events = 0_u32;
    let mut hints: HashMap<Place, Vec<u64>> = HashMap::new();
    for number in 0..seconds * changes {
        let at = number * 1000 / changes;
        for event in living.step(1, Timestamp::UNIX_EPOCH + Duration::from_millis(at)) {
            let places = places_in(&event.body);
            events += u32::from(!places.is_empty());
            for place in places {
                hints.entry(place).or_default().push(at);
            }
        }
    }
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{events} events that lead to a read, about {} kinds in accounts and regions",
        hints.len()
    )?;
    for wait in WAITS {
        let reads: u32 = hints.values().map(|times| reads_needed(times, wait)).sum();
        writeln!(out, "waiting {wait} ms: {:.2} reads for an event", f64::from(reads) / f64::from(events))?;
    }
    Ok(())
}

/// Lists what an event leads to reading.
fn places_in(body: &str) -> Vec<Place> {
    let hints = parse_message(body.as_bytes()).into_iter().filter_map(|event| match event {
        ParsedEvent::Hint(hint) => Some(hint),
        ParsedEvent::Ignored(_) | ParsedEvent::Refused(_) => None,
    });
    let mut places: Vec<Place> = hints
        .flat_map(|hint| {
            hint.kinds.into_iter().map(move |kind| (hint.account.clone(), hint.region.clone(), kind))
        })
        .collect();
    places.sort();
    places.dedup();
    places
}

/// Counts the reads of one place if the first event of each waits for others. No order of reads does with fewer.
fn reads_needed(times: &[u64], wait: u64) -> u32 {
    let (mut reads, mut until) = (0, None);
    for time in times {
        if until.is_none_or(|until| *time > until) {
            (reads, until) = (reads + 1, Some(time + wait));
        }
    }
    reads
}
