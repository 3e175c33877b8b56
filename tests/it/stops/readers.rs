//! Readers of standard output that go away: no failure, whatever is left to be written.

use std::fmt::Write;

use netcensus::model::{Kind, Resources};

use crate::support::Home;
use crate::usage::estate::{inventory, network, subnet};

/// So many that every table of them has three times what a pipe takes, which is 64 KiB.
const ROWS: usize = 2500;

/// A home with an inventory of many networks, every two of which overlap, and an empty one.
fn home() -> Home {
    let prefix = |number: usize| format!("10.{}.{}.0/24", number / 2 / 128, number / 2 % 128 * 2);
    let id = |number: usize| format!("vpc-{number:017x}");
    let networks = (0..ROWS).map(|number| network(&id(number), &[prefix(number).as_str()])).collect();
    let subnets = (0..ROWS).map(|number| subnet(&format!("subnet-{number:017x}"), &prefix(number), Some(9)));
    let resources = Resources { networks, subnets: subnets.collect(), ..Resources::default() };
    let home = Home::new();
    home.write("new.json", serde_json::to_vec(&inventory(resources, &Kind::ALL)).unwrap());
    home.write("old.json", serde_json::to_vec(&inventory(Resources::default(), &Kind::ALL)).unwrap());
    home
}

/// Faults F8: what the writer of CSV could not write any more was a failure. It has a buffer of its own, so that a shorter
/// table is written by other code.
#[test]
fn a_reader_of_a_long_table_that_goes_away_is_no_failure() {
    let home = home();
    let commands = [
        ("scan networks --from new.json", 0),
        ("diff old.json new.json", 0),
        ("overlap --from new.json", 1),
        ("find shop --from new.json", 0),
        ("usage subnets --from new.json", 0),
        ("free --within 10.0.0.0/8 --from new.json", 0),
    ];
    let (mut script, mut expected) = (String::new(), String::new());
    for (arguments, code) in commands {
        for format in ["csv", "tsv"] {
            // What was read shows that the table was longer than what was in the pipe when the reader ended.
            let run = format!("\"$0\" {arguments} -o {format} 2>&3; echo \"{arguments}: $?\" >&3");
            writeln!(script, "{{ {run}; }} 3>>said | head -c 80000 | wc -c >>read").unwrap();
            writeln!(expected, "{arguments}: {code}").unwrap();
        }
    }
    home.shell(&script).run().succeeds();
    let file = |name: &str| std::fs::read_to_string(home.path().join(name)).unwrap();
    assert_eq!(file("said"), expected);
    let read = file("read");
    assert!(read.lines().count() == 12 && read.lines().all(|bytes| bytes.trim() == "80000"), "{read}");
}
