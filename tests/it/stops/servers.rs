//! The sandbox writes a file and then serves: it is killed before, while and after it writes.

use std::fs;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::support::{Home, interrupt, random_moment, report, rounds, wait_for};

const FILE: &str = "out/aws";
const OLD: &str = "# the user's\n";

/// The file without the port, which differs in each run.
fn content(home: &Home) -> String {
    let text = fs::read_to_string(home.path().join(FILE)).unwrap();
    text.lines().filter(|line| !line.starts_with("endpoint_url")).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sandbox_that_is_killed_leaves_its_configuration_file_whole() {
    let home = Home::new();
    fs::create_dir(home.path().join("out")).unwrap();
    let accounts = if rounds() > 1 { 2_000 } else { 20 };
    let command = format!("sandbox --generate accounts={accounts} --config-file {FILE}");
    let serve = || {
        let begun = Instant::now();
        let mut child = home.netcensus(&command).spawn();
        let rest = wait_for(&mut child, "Serving AWS", 1);
        let whole = begun.elapsed();
        interrupt(&child);
        drop(rest);
        child.wait().unwrap();
        whole
    };
    let whole = serve();
    let new = content(&home);
    assert!(new.matches("[profile ").count() >= accounts - 1);
    let (mut written, mut pending) = (0, 0);
    for _ in 0..rounds() {
        home.write(FILE, OLD);
        let mut child = home.netcensus(&command).spawn();
        sleep(random_moment(whole));
        child.kill().unwrap();
        child.wait().unwrap();
        let found = content(&home);
        assert!(found == new || found == OLD.trim_end(), "torn: {found}");
        written += usize::from(found == new);
        pending += fs::read_dir(home.path().join("out")).unwrap().count() - 1;
        serve();
        assert_eq!(content(&home), new);
        assert_eq!(fs::read_dir(home.path().join("out")).unwrap().count(), 1, "the next run cleans up");
    }
    let ms = Duration::as_millis(&whole);
    report(&format!(
        "SIGKILL: sandbox --config-file: {} stops in {ms} ms: {written} written, {pending} with pending files",
        rounds()
    ));
}
