//! 429: waited for as long as Azure says, by the subscription that is meant, and never for ever.

use std::time::{Duration, Instant};

use netcensus::exit::Exit;
use netcensus::model::Kind;

use super::{asked, estate, fared, id, scan_hastily, texts};
use crate::support::Cloud;

const NETWORKS: &str = "Microsoft.Network/virtualNetworks/read";

#[test]
fn a_wait_is_honoured_and_shown() {
    let fault = format!("retry-after=2s@account={},action={NETWORKS},times=1", id(2));
    let cloud = Cloud::of(&estate(3), &[&fault]);
    let begin = Instant::now();
    let output = cloud.azure("scan subnets -o json -v").run().exits(0);
    assert!(begin.elapsed() >= Duration::from_secs(2), "{:?}", begin.elapsed());
    output.says(&[&format!("Azure throttles subscription {}: waiting 2 s", id(2))]);
    let counts = [1, 2, 3].map(|n| asked(&cloud, "arm", &id(n), NETWORKS));
    assert_eq!(counts, [1, 2, 1]);
}

#[test]
fn every_list_that_is_throttled_once_is_read_in_the_end() {
    let cloud = Cloud::of(&estate(3), &["retry-after=1s@times=1,action=Microsoft.{Network,Compute}/*"]);
    let calm = Cloud::of(&estate(3), &[]);
    let scan = |cloud: &Cloud| cloud.azure("scan all -o json").run().succeeds().json();
    let (throttled, expected) = (scan(&cloud), scan(&calm));
    for array in ["networks", "subnets", "instances", "interfaces", "links"] {
        assert_eq!(throttled[array], expected[array], "{array}");
    }
}

#[test]
fn a_wait_longer_than_anybody_would_is_not_begun() {
    let cloud = Cloud::of(&estate(3), &[&format!("retry-after=5m@account={}", id(2))]);
    let begin = Instant::now();
    let output = cloud.azure("scan networks -o json --timeout 20s").run();
    let output = output.falls_short(&[
        &format!("azure {} ", id(2)),
        "throttled",
        &format!(
            "Azure throttles subscription {} for 300 s more, longer than the 20 s that netcensus waits",
            id(2)
        ),
        "use a longer --timeout",
    ]);
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
    let document = output.json();
    assert_eq!(fared(&document, &id(2), "networks").0, "throttled");
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-3"]);
}

#[tokio::test]
async fn one_that_never_stops_to_throttle_is_given_up() {
    let scanned =
        scan_hastily(&estate(2), &[&format!("retry-after=0s@account={}", id(2))], &[Kind::Subnets]).await;
    assert_eq!(scanned.exit(), Exit::Incomplete);
    assert_eq!(scanned.asked(&id(2), NETWORKS), 5);
    let words = "TooManyRequests after all retries (try later, or use a lower --concurrency)";
    assert_eq!(scanned.missing(), [format!("azure {} subnets: throttled: {NETWORKS}: {words}", id(2))]);
}

#[test]
fn a_list_of_subscriptions_that_is_throttled_is_waited_for() {
    let cloud = Cloud::of(&estate(1), &["retry-after=1s@times=1,action=*/subscriptions/read"]);
    let document = cloud.azure("scan networks -o json").run().succeeds().json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1"]);
}
