//! Commands that wait for their input: a signal ends each of them, and pipes that they were not given are not waited for.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command};

use super::moments::is_hangup_heard;
use crate::output::sample;
use crate::support::{Home, Output, wait_for};

fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

/// A home with a document, and a pipe.
fn home() -> Home {
    let home = Home::new();
    home.write("a.json", document());
    make_pipe(&home.path().join("pipe"));
    home
}

fn document() -> Vec<u8> {
    let mut inventory = sample::inventory();
    inventory.coverage.retain(|entry| !entry.outcome.is_incomplete());
    serde_json::to_vec(&inventory).unwrap()
}

fn send(signal: &str, child: &Child) {
    assert!(Command::new("/bin/kill").args([signal, &child.id().to_string()]).status().unwrap().success());
}

fn names(home: &Home) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().path()).collect();
    names.sort();
    names
}

/// Faults F13: SIGTERM ended commands that read no cloud with 143, and what they had begun to write stayed.
#[test]
fn every_command_that_reads_a_file_stops_with_its_documented_exit_code_and_leaves_nothing() {
    let signals = if is_hangup_heard() { ["-TERM", "-INT", "-HUP"] } else { ["-TERM", "-INT", "-INT"] };
    let commands = [
        "export --from pipe --to out/",
        "export --from pipe --to out.csv --kind networks",
        "merge pipe a.json --save b.ncsnap",
        "diff pipe a.json",
        "overlap --from pipe",
        "scan --from pipe --save c.ncsnap",
        "snapshots verify pipe",
    ];
    for (arguments, signal) in commands.into_iter().zip(signals.into_iter().cycle()) {
        let home = home();
        let before = names(&home);
        let child = home.netcensus(arguments).spawn();
        // It waits until the other side opens it too.
        let _pipe = File::options().write(true).open(home.path().join("pipe")).unwrap();
        send(signal, &child);
        let output = Output::of(child).exits(130);
        assert_eq!(output.stdout, "", "{arguments}");
        let mut after = names(&home);
        after.retain(|path| !path.ends_with(".netcensus-export.lock"));
        assert_eq!(after, before, "{arguments} {signal}");
    }
}

/// The first signal was taken as a wish to stop reading clouds, and the pipe was waited for.
#[cfg(feature = "aws")]
#[test]
fn a_sandbox_whose_estate_comes_from_a_pipe_is_stopped_by_one_signal() {
    for arguments in ["sandbox", "scan --sandbox", "watch --sandbox --every 1h"] {
        let home = home();
        let mut child = home.netcensus(&format!("{arguments} --estate pipe")).spawn();
        let pipe = File::options().write(true).open(home.path().join("pipe")).unwrap();
        send("-TERM", &child);
        let mut said = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
        drop(pipe);
        assert_eq!((said.as_str(), child.wait().unwrap().code()), ("", Some(130)), "{arguments}");
    }
}

/// `nohup` starts a program that ignores SIGHUP, and a handler would undo that.
#[test]
fn a_command_that_ignores_hangups_goes_on() {
    let home = home();
    let child = home.shell("trap '' HUP; exec \"$0\" export --from pipe --to out/ -q").spawn();
    let mut pipe = File::options().write(true).open(home.path().join("pipe")).unwrap();
    send("-HUP", &child);
    pipe.write_all(&document()).unwrap();
    drop(pipe);
    Output::of(child).succeeds();
    assert!(home.path().join("out/networks.csv").exists());
}

#[test]
fn a_pipe_that_you_name_is_read() {
    for arguments in ["scan --from pipe -o csv", "scan --from a.json --config pipe", "diff a.json pipe"] {
        let home = home();
        let child = home.netcensus(arguments).spawn();
        let mut pipe = File::options().write(true).open(home.path().join("pipe")).unwrap();
        let content = if arguments.contains("config") { Vec::new() } else { document() };
        pipe.write_all(&content).unwrap();
        drop(pipe);
        let output = Output::of(child);
        assert!(matches!(output.code, 0 | 3), "{arguments}: {output:?}");
    }
}

/// Faults F15: a pipe in the place of a file that netcensus looks for by itself was waited for.
#[test]
fn a_pipe_that_you_did_not_name_is_refused() {
    let home = home();
    make_pipe(&home.path().join("netcensus.toml"));
    let refusal = ["netcensus.toml", "is a pipe or device"];
    home.netcensus("scan --from a.json").run().refuses(&refusal);
    fs::remove_file(home.path().join("netcensus.toml")).unwrap();
    std::os::unix::fs::symlink("/dev/null", home.path().join("netcensus.toml")).unwrap();
    home.netcensus("scan --from a.json").run().exits(0);
}

/// Faults F15: one pipe in the directory of snapshots stopped every command that looks into it.
#[test]
fn a_pipe_among_the_snapshots_costs_itself_alone() {
    let home = home();
    home.netcensus("scan all --from a.json --save --store s -q").run().exits(0);
    let pipe = "20261121T060000Z-0ac3acc5-18fae27693b40000-fd7965857bf147fb.ncsnap";
    make_pipe(&home.path().join("s").join(pipe));
    let reason = [pipe, "it is not a regular file"];
    let listed = home.netcensus("snapshots --store s -o csv").run().exits(0).says(&reason);
    assert_eq!(listed.rows().len(), 2);
    home.netcensus("snapshots prune --keep-last 1 --store s")
        .run()
        .exits(0)
        .says(&["1 unreadable snapshot not removed"]);
    let verified = home.netcensus("snapshots verify --store s -o csv").run().exits(1);
    assert!(verified.stdout.contains("it is not a regular file"), "{verified:?}");
    home.netcensus("scan --from @2026-11-21T06:00:00Z --store s").run().refuses(&reason);
    home.netcensus("scan --from @2026-11-20T08:00:00Z --store s").run().exits(0);
}

/// Faults F13: stopped while it prints, a command has printed a part. The exit code tells.
#[test]
fn a_command_that_is_stopped_while_it_prints_tells_by_its_exit_code_that_the_rest_is_missing() {
    let home = Home::new();
    let mut inventory = sample::inventory();
    let network = inventory.networks[0].clone();
    inventory.networks = (0..5000)
        .map(|number| netcensus::model::Network { id: format!("vpc-{number:08x}"), ..network.clone() })
        .collect();
    home.write("a.json", serde_json::to_vec(&inventory).unwrap());
    let mut child = home.netcensus("scan networks --from a.json --save b.ncsnap -o json").spawn();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    // More than a pipe takes, so it waits for its reader.
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    send("-TERM", &child);
    drop(wait_for(&mut child, "saved in b.ncsnap", 1));
    assert_eq!(Output::of(child).code, 130);
    home.netcensus("snapshots verify ./b.ncsnap").run().exits(0);
}
