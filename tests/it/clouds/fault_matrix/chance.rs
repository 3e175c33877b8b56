//! Faults at random that retries cure: the inventory has the same bytes each time.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use netcensus::config::Concurrency;
use netcensus::model::{Inventory, Kind};

use super::row::Setup;
use crate::clouds::sandboxed::{hasty_run, scan};

/// So that all attempts at a request hardly ever fail: signing in has three or four, other requests have more. Which do is
/// decided by the seed alone. Each fault has a seed of its own, or all would strike the same requests.
const FAULTS: [&str; 18] = [
    // EC2.
    "error=InternalError:500@action=Describe*,chance=3%",
    "error=RequestLimitExceeded:503@action=Describe*,chance=3%",
    "error=Unavailable:503@action=Describe*,chance=3%",
    "reset=body@action=Describe*,chance=3%",
    "truncate=length@action=Describe*,chance=3%",
    // STS and Organizations, which are asked little.
    "error=Throttling@action={AssumeRole,GetCallerIdentity},chance=4%",
    "error=TooManyRequestsException@action=ListAccounts,chance=4%",
    "error=ServiceUnavailable:503@action={AssumeRole,GetCallerIdentity,ListAccounts},chance=4%",
    "reset=body@action={AssumeRole,GetCallerIdentity,ListAccounts},chance=4%",
    "truncate=length@action={AssumeRole,GetCallerIdentity,ListAccounts},chance=4%",
    // The resource manager and Resource Graph.
    "error=InternalServerError:500@action=Microsoft.*/*,chance=2%",
    "error=ServiceUnavailable:503@action=Microsoft.*/*,chance=2%",
    "retry-after=0s@action=Microsoft.*/*,chance=2%",
    "reset=body@action=Microsoft.*/*,chance=2%",
    "truncate=length@action=Microsoft.*/*,chance=2%",
    // The authority.
    "error=AADSTS90033:503@action=token,chance=10%",
    "retry-after=0s@action=token,chance=10%",
    "truncate=length@action=token,chance=10%",
];

/// How often the estate is read.
const SEEDS: std::ops::Range<usize> = 16..36;

/// Returns what the document has, but for how many requests it took and how long.
fn bytes(mut inventory: Inventory) -> Vec<u8> {
    for entry in &mut inventory.coverage {
        (entry.requests, entry.duration_ms) = (0, 0);
    }
    serde_json::to_vec(&inventory).unwrap()
}

/// Returns the bytes of the inventory, and how many requests each action took.
async fn read(setup: Setup, faults: &[String]) -> (Vec<u8>, Vec<(String, u64)>) {
    let run = hasty_run(Duration::from_mins(1));
    let run = netcensus::clouds::Run { concurrency: Concurrency::Auto, ..run };
    let scanned = scan(setup.estate(None), faults, &setup.overrides(), &Kind::ALL, &run).await;
    assert_eq!(scanned.missing(), [""; 0], "{faults:?}");
    let requests = scanned.requests.iter();
    let requests = requests.map(|it| (format!("{} {} {}", it.account, it.region, it.action), it.count));
    let requests = requests.collect();
    (bytes(scanned.inventory()), requests)
}

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn faults_at_random_that_retries_cure_leave_no_trace() {
    for (setup, services) in [
        (Setup::Aws, ["Describe", "GetCallerIdentity"].as_slice()),
        (Setup::Organization, &["ListAccounts", "AssumeRole"]),
        (Setup::Arm, &["Microsoft.Network/", "Microsoft.Compute/", "token"]),
        (Setup::Graph, &["Microsoft.ResourceGraph/", "token"]),
    ] {
        let (calm, fewest) = read(setup, &[]).await;
        let with_seeds = |number| {
            let seeded = FAULTS.iter().enumerate();
            seeded.map(move |(fault, text)| format!("{text},seed={}", number * FAULTS.len() + fault))
        };
        let all: Vec<Vec<String>> = SEEDS.map(|number| with_seeds(number).collect()).collect();
        let scans = all.iter().map(|faults| read(setup, faults));
        let results: Vec<_> = stream::iter(scans).buffer_unordered(8).collect().await;
        assert!(results.iter().all(|(bytes, _)| *bytes == calm), "{setup:?}: the bytes differ");
        for service in services {
            let count = |requests: &[(String, u64)]| -> u64 {
                let asked = requests.iter().filter(|(action, _)| action.contains(service));
                asked.map(|(_, count)| count).sum()
            };
            let struck = results.iter().filter(|(_, requests)| count(requests) > count(&fewest)).count();
            assert!(struck > 1, "{setup:?}: {service} was struck in {struck} scans");
        }
    }
}
