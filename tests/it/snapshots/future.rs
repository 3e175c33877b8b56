//! Snapshots that are dated in the future, by a machine whose clock was wrong: never the newest, never young.

use jiff::{SignedDuration, Timestamp};

use super::{keep, kept, store_of};
use crate::support::Home;

/// Returns the moment that is so many minutes from now, to the second.
fn in_minutes(minutes: i64) -> String {
    let then = Timestamp::now() + SignedDuration::from_mins(minutes);
    Timestamp::from_second(then.as_second()).unwrap().to_string()
}

/// Keeps the sample as of an hour ago and, of the same scope, as of 400 days from now.
fn home() -> (Home, String, String) {
    let home = Home::new();
    let (past, future) = (in_minutes(-60), in_minutes(400 * 24 * 60));
    keep(&store_of(&home), &past, "a");
    keep(&store_of(&home), &future, "a");
    (home, past, future)
}

#[test]
fn it_is_not_the_newest_and_that_is_said() {
    let (home, past, future) = home();
    let left_out = format!("1 snapshot in {} is dated in the future (@{future})", store_of(&home).display());
    let output = home.netcensus("scan networks --from @latest").run();
    output.exits(3).says(&[&format!("reading @{past}, "), &left_out]);
    home.netcensus("scan networks --from @previous").run().refuses(&["only 1 snapshot of the scope"]);
    home.netcensus("diff @latest @1h").run().says(&[&left_out]);
    // Who names its time means it.
    let output = home.netcensus(&format!("scan networks --from @{future}")).run().exits(3);
    assert!(!output.stderr.contains("is not used"), "{}", output.stderr);
    output.says(&[&format!("reading @{future}, dated in the future")]);
}

#[test]
fn max_age_refuses_it_wherever_it_comes_from() {
    let (home, _, future) = home();
    home.netcensus("scan networks --from @latest --max-age 2h").run().exits(3);
    home.netcensus("scan networks --from @latest --max-age 1s")
        .run()
        .exits(2)
        .says(&["older than --max-age 1s"]);
    let path = kept(&store_of(&home)).pop().unwrap();
    for name in [format!("@{future}"), path.display().to_string()] {
        for command in ["scan networks", "overlap"] {
            let run = home.netcensus(&format!("{command} --from {name} --max-age 26h")).run();
            run.exits(2).says(&["error: ", "is dated in the future", "its age is unknown"]);
        }
    }
    // Clocks of two machines differ by minutes.
    let other = Home::new();
    keep(&store_of(&other), &in_minutes(3), "a");
    other.netcensus("scan networks --from @latest --max-age 1h").run().exits(3).says(&[", 0 s old"]);
}

#[test]
fn where_nothing_else_is_kept_it_is_not_used_either() {
    let home = Home::new();
    let future = in_minutes(400 * 24 * 60);
    keep(&store_of(&home), &future, "a");
    let output = home.netcensus("overlap --from @latest").run();
    output.refuses(&["every snapshot in ", "is dated in the future", &format!("@{future}"), "clock"]);
}

#[test]
fn the_list_says_so_and_prune_neither_counts_nor_removes_it() {
    let (home, past, future) = home();
    keep(&store_of(&home), &in_minutes(-120), "a");
    let list = home.netcensus("snapshots -o json").run().exits(0).says(&["is dated in the future"]).json();
    let of = |at: usize| (list[at]["name"].clone(), list[at]["problem"].clone());
    assert_eq!(of(0), (format!("@{future}").into(), "dated in the future".into()));
    assert_eq!(of(1), ("@latest".into(), serde_json::Value::Null));
    assert!(home.netcensus("snapshots -o csv").run().stdout.contains("; dated in the future"));
    let output = home.netcensus("snapshots prune --keep-last 1").run().exits(0);
    output.says(&["removed 1 snapshot", "1 snapshot not removed: dated in the future"]);
    let left: Vec<String> = home
        .netcensus("snapshots -o json")
        .run()
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["taken_at"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(left, [future, past]);
}
