//! The arrows between the rooms of `src`, and the other rules of the house that only the sources can show.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::sources::{self, File};

/// Which rooms a room may use; `docs/architecture.md` repeats it. Nothing stands here that is not used.
const ARROWS: [(&str, &[&str]); 27] = [
    ("model", &[]),
    ("diagnostic", &[]),
    ("exit", &[]),
    ("line_index", &[]),
    ("redact", &[]),
    ("sandbox", &[]),
    ("suggest", &[]),
    ("wording", &[]),
    (
        "error",
        &[
            "analysis",
            "config",
            "diagnostic",
            "exit",
            "fs",
            "input",
            "model",
            "output",
            "sandbox",
            "snapshot",
            "watch",
            "wording",
        ],
    ),
    ("fs", &["diagnostic"]),
    ("config", &["diagnostic", "line_index", "model", "suggest"]),
    ("analysis", &["diagnostic", "exit", "model", "suggest", "wording"]),
    ("secret", &["config", "diagnostic", "fs", "redact"]),
    ("sync", &["analysis", "clouds", "config", "diagnostic", "exit", "model", "redact"]),
    ("output", &["analysis", "diagnostic", "model", "sync", "wording"]),
    ("snapshot", &["diagnostic", "fs", "model", "wording"]),
    ("reservations", &["diagnostic", "fs", "model", "wording"]),
    ("input", &["diagnostic", "fs", "line_index", "model", "snapshot", "suggest", "wording"]),
    ("clouds", &["config", "diagnostic", "fs", "model", "redact", "reservations", "suggest", "wording"]),
    ("cli", &["model", "output", "sandbox", "suggest"]),
    (
        "notify",
        &[
            "analysis",
            "clouds",
            "config",
            "diagnostic",
            "fs",
            "model",
            "output",
            "redact",
            "secret",
            "wording",
        ],
    ),
    ("ui", &["config", "error", "output", "redact"]),
    (
        "export",
        &[
            "analysis",
            "cli",
            "config",
            "diagnostic",
            "error",
            "fs",
            "model",
            "output",
            "suggest",
            "ui",
            "wording",
        ],
    ),
    ("watch", &["clouds", "diagnostic", "fs", "model"]),
    (
        "commands",
        &[
            "analysis",
            "cli",
            "clouds",
            "config",
            "diagnostic",
            "error",
            "exit",
            "export",
            "fs",
            "input",
            "model",
            "notify",
            "output",
            "redact",
            "reservations",
            "sandbox",
            "secret",
            "snapshot",
            "suggest",
            "sync",
            "ui",
            "watch",
            "wording",
        ],
    ),
    ("lib", &[]),
    ("main", &["commands"]),
];

/// A file longer than this has more than one purpose.
const LONGEST_FILE: usize = 800;

/// Asserts that `broken` is true of no file of `src`, and names those of which it is.
fn assert_none(rule: &str, broken: impl Fn(&File) -> bool) {
    let files: Vec<_> =
        sources::all().into_iter().filter(|file| broken(file)).map(|file| file.path).collect();
    assert!(files.is_empty(), "{rule}: {files:#?}");
}

fn is_in(file: &File, rooms: &[&str]) -> bool {
    rooms.contains(&file.room())
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let mut used: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for file in sources::all() {
        let from = file.room().to_owned();
        let allowed = ARROWS.iter().find(|(room, _)| *room == from);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{}: no arrows for this room", file.path));
        for to in file.rooms_used().into_iter().filter(|to| *to != from) {
            assert!(allowed.contains(&to.as_str()), "{}: {from} may not use {to}", file.path);
            used.entry(from.clone()).or_default().insert(to);
        }
    }
    for (from, allowed) in ARROWS {
        for to in allowed {
            let is_used = used.get(from).is_some_and(|used| used.contains(*to));
            assert!(is_used, "{from} does not use {to} any more: take it out of the table");
        }
    }
}

#[test]
fn no_arrow_leads_in_a_circle() {
    let mut above: Vec<&str> = Vec::new();
    let mut left: Vec<_> = ARROWS.to_vec();
    while !left.is_empty() {
        let (free, bound): (Vec<_>, Vec<_>) =
            left.into_iter().partition(|(_, uses)| uses.iter().all(|room| above.contains(room)));
        assert!(!free.is_empty(), "these use one another: {bound:?}");
        above.extend(free.iter().map(|(room, _)| *room));
        left = bound;
    }
}

#[test]
fn the_architecture_has_the_same_table() {
    let text = include_str!("../../docs/architecture.md");
    let (_, rest) = text.split_once("<!-- arrows -->").expect("the table begins");
    let (table, _) = rest.split_once("<!-- end of arrows -->").expect("the table ends");
    let rows: Vec<(&str, Vec<&str>)> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let mut cells = line.split('|').skip(1);
            let room = cells.next().expect("has a room").trim().trim_matches('`');
            let uses = cells.next().expect("has a second cell").split(',');
            (room, uses.map(|name| name.trim().trim_matches('`')).filter(|name| !name.is_empty()).collect())
        })
        .collect();
    assert_eq!(rows, ARROWS.map(|(room, uses)| (room, uses.to_vec())));
}

#[test]
fn only_ui_prints() {
    let printing = ["println!", "print!", "eprintln!", "eprint!", "dbg!", "stdout()", "stderr()"];
    assert_none("prints outside ui", |file| {
        !is_in(file, &["ui"]) && printing.iter().any(|call| file.has(call))
    });
}

#[test]
fn only_rooms_that_wait_are_async() {
    assert_none("is async outside clouds, notify, sandbox, sync, watch and commands", |file| {
        !is_in(file, &["clouds", "notify", "sandbox", "sync", "watch", "commands"])
            && (file.has("async") || file.has("tokio"))
    });
}

#[test]
fn what_is_computed_does_not_read_the_clock() {
    let clocks = ["Timestamp::now", "Zoned::now", "Instant::now", "SystemTime::now"];
    assert_none("reads the clock", |file| {
        is_in(file, &["model", "config", "analysis", "output"]) && clocks.iter().any(|clock| file.has(clock))
    });
}

#[test]
fn the_types_of_an_sdk_stay_in_their_cloud() {
    assert_none("uses the AWS SDK outside src/clouds/aws", |file| {
        !file.path.starts_with("src/clouds/aws/") && file.uses_crate("aws_")
    });
    assert_none("uses the Azure SDK outside src/clouds/azure", |file| {
        !file.path.starts_with("src/clouds/azure/") && file.uses_crate("azure_")
    });
}

#[test]
fn every_file_says_what_it_is_for() {
    assert_none("does not begin with `//!`", |file| !file.text.starts_with("//! "));
}

#[test]
fn files_are_short_enough_to_see_at_a_glance() {
    assert_none("is too long", |file| file.text.lines().count() > LONGEST_FILE);
}

#[test]
fn a_mod_file_is_a_map_without_logic() {
    assert_none("has a function", |file| {
        (file.path.ends_with("/mod.rs") || file.path == "src/lib.rs") && file.has("fn")
    });
}

#[test]
fn a_file_beside_its_directory_has_code() {
    assert_none("only lists its parts, so it is the mod.rs of its directory", |file| {
        let directory = file.path.strip_suffix(".rs").unwrap_or_default();
        Path::new(env!("CARGO_MANIFEST_DIR")).join(directory).is_dir() && !file.has("fn") && !file.is_test()
    });
}

#[test]
fn every_room_of_the_table_exists() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for (room, _) in ARROWS {
        assert!(src.join(room).is_dir() || src.join(format!("{room}.rs")).is_file(), "{room}");
    }
}
