//! The commands of the alerts, in crontabs, workflows and pods, are accepted.

use clap::Parser;
use netcensus::cli::Cli;
use serde_json::Value;

const ALERTS: &str = include_str!("../../../docs/recipes/usage-alerts.md");

/// Lists the arguments of each command, wherever it stands.
fn commands() -> Vec<Vec<String>> {
    // What is behind `>` is for the shell.
    let words = |text: &str| -> Vec<String> {
        text.split_whitespace().take_while(|word| *word != ">").map(str::to_owned).collect()
    };
    let of_line = |line: &str| {
        if let Some((_, list)) = line.split_once("args: ") {
            let list: Value = serde_json::from_str(list).expect("a list of texts");
            return Some(
                list.as_array()?.iter().filter_map(|word| word.as_str().map(str::to_owned)).collect(),
            );
        }
        // Behind the five fields of a crontab, or the key of a workflow.
        let (before, command) = line.split_once("netcensus ")?;
        let is_command = before.ends_with("* *  ") || before.ends_with("run: ");
        is_command.then(|| words(command))
    };
    ALERTS.lines().filter_map(of_line).collect()
}

#[test]
fn the_commands_of_the_alerts_are_accepted() {
    let commands = commands();
    assert!(commands.len() >= 4, "they are found: {commands:?}");
    for arguments in commands {
        let typed = std::iter::once("netcensus".to_owned()).chain(arguments.iter().cloned());
        if let Err(error) = Cli::try_parse_from(typed) {
            panic!("{arguments:?}\n{error}");
        }
    }
}
