//! Faults at random that retries cure: the inventory has the same bytes each time.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use netcensus::config::{Concurrency, Overrides};
use netcensus::model::{Inventory, Kind};

use super::row::Setup;
use crate::clouds::sandboxed::{hasty_run, scan};

/// So that eight attempts of AWS, and five of Azure's, hardly ever all fail. Which do is decided by the seed alone.
const FAULTS: [&str; 6] = [
    "error=InternalError:500@action=Describe*,chance=5%",
    "error=RequestLimitExceeded:503@action=Describe*,chance=5%",
    "reset=body@action=Describe*,chance=5%",
    "truncate=length@action=Describe*,chance=5%",
    "error=InternalServerError:500@action=Microsoft.*/*,chance=5%",
    "retry-after=0s@action=Microsoft.*/*,chance=5%",
];

/// How often the estate is read.
const SEEDS: u64 = 20;

/// Returns what the document has, but for how many requests it took and how long.
fn bytes(mut inventory: Inventory) -> Vec<u8> {
    for entry in &mut inventory.coverage {
        (entry.requests, entry.duration_ms) = (0, 0);
    }
    serde_json::to_vec(&inventory).unwrap()
}

async fn read(setup: Setup, overrides: &Overrides, faults: &[String]) -> (Vec<u8>, u64) {
    let run = hasty_run(Duration::from_mins(1));
    let run = netcensus::clouds::Run { concurrency: Concurrency::Auto, ..run };
    let scanned = scan(setup.estate(None), faults, overrides, &Kind::ALL, &run).await;
    assert_eq!(scanned.missing(), [""; 0], "{faults:?}");
    let requests = scanned.requests.iter().map(|request| request.count).sum();
    (bytes(scanned.inventory()), requests)
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn faults_at_random_that_retries_cure_leave_no_trace() {
    for setup in [Setup::Aws, Setup::Arm] {
        let overrides = setup.overrides();
        let (calm, fewest) = read(setup, &overrides, &[]).await;
        let seeded = (1..=SEEDS).map(|seed| FAULTS.map(|fault| format!("{fault},seed={seed}")));
        let all: Vec<_> = seeded.collect();
        let scans = all.iter().map(|faults| read(setup, &overrides, faults));
        let results: Vec<_> = stream::iter(scans).buffer_unordered(8).collect().await;
        assert!(results.iter().all(|(bytes, _)| *bytes == calm), "{setup:?}: the bytes differ");
        let struck = results.iter().filter(|(_, requests)| *requests > fewest).count();
        assert!(struck * 2 > results.len(), "{setup:?}: most seeds strike, not {struck}");
    }
}
