//! A program that reads what a watch reports, and stops reading. A pipe takes 64 KiB until then.

use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Child, ChildStdout};
use std::thread;
use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;

use super::restarts::age_scan;
use super::{WATCH, estate, watch_and_stop};
use crate::support::{Home, interrupt, terminate, wait_for};

/// So many networks take more than a pipe does.
const NETWORKS: usize = 400;

fn many_networks() -> String {
    let cidrs: Vec<String> =
        (0..NETWORKS).map(|number| format!("10.{}.{}.0/24", number / 200, number % 200)).collect();
    estate(&cidrs.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Starts a watch again. Returns it with its output, of which the first line was read and no more is.
fn watch_and_read_a_line(home: &Home) -> (Child, BufReader<ChildStdout>) {
    let mut child = home.netcensus(&format!("{WATCH} --max-age 1d")).spawn();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    assert!(line.starts_with("{\"record\":\"batch\",\"sequence\":1,"), "{line}");
    (child, output)
}

/// Starts a watch again, reads all that it says, and stops it once it watches.
fn watch_and_read(home: &Home) -> String {
    let mut child = home.netcensus(&format!("{WATCH} --max-age 1d")).spawn();
    let mut output = child.stdout.take().unwrap();
    let reading = thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).unwrap();
        text
    });
    let _stderr = wait_for(&mut child, "watching 1 account", 1);
    interrupt(&child);
    assert!(child.wait().unwrap().success());
    reading.join().unwrap()
}

fn count_added(text: &str) -> usize {
    text.lines().filter(|line| line.contains("\"change\":\"added\"")).count()
}

/// It ends when it is stopped, and the next watch reports what was not read.
#[test]
fn a_watch_whose_output_is_not_read_goes_on_ends_and_loses_nothing() {
    let home = Home::new();
    home.write("estate.toml", estate(&["192.168.0.0/16"]));
    watch_and_stop(&home).succeeds();
    home.write("estate.toml", many_networks());
    age_scan(&home, SignedDuration::from_mins(61));
    let mut child = home.netcensus(&format!("{WATCH} --max-age 1d --export export.json")).spawn();
    let mut output = child.stdout.take().unwrap();
    // What follows the inventory is written meanwhile.
    let export = home.path().join("export.json");
    while !fs::read_to_string(&export).is_ok_and(|text| text.contains("10.1.199.0/24")) {
        thread::sleep(Duration::from_millis(20));
    }
    terminate(&child);
    assert!(child.wait().unwrap().success());
    let mut partial = String::new();
    output.read_to_string(&mut partial).unwrap();
    let lines = partial.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count();
    assert!((2..NETWORKS).contains(&lines) && !partial.ends_with('\n'), "{lines} lines were read");

    // Nor does one lose anything that reports it again.
    let (mut child, output) = watch_and_read_a_line(&home);
    terminate(&child);
    assert!(child.wait().unwrap().success());
    drop(output);
    let (mut child, output) = watch_and_read_a_line(&home);
    drop(output);
    assert!(child.wait().unwrap().success(), "its output was closed");

    let whole = watch_and_read(&home);
    assert_eq!((count_added(&whole), whole.matches("\"record\":\"batch\"").count()), (NETWORKS, 1));
    assert_eq!(watch_and_read(&home), "", "it was reported");
}
