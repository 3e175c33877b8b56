//! The generated user surfaces: the command reference, man pages and completions, kept true.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::Path;

use clap::{Command, CommandFactory, Parser, ValueEnum};
use clap_complete::Shell;
use netcensus::cli::{Cli, aliases, kinds};
use netcensus::model::Kind;

use crate::docs::console::invocations;
use crate::support::{Home, compare, netcensus};

/// Returns the command with all its subcommands, names and inherited options filled in.
fn built() -> Command {
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    command
}

/// Lists a command and all below it, in the order of the help.
fn all(command: &Command) -> Vec<Command> {
    let below = command.get_subcommands().flat_map(all);
    std::iter::once(command.clone()).chain(below).collect()
}

/// Returns how a command is called, such as `netcensus config check`.
fn name(command: &Command) -> String {
    command.get_bin_name().unwrap_or("netcensus").to_owned()
}

#[test]
fn the_reference_has_the_help_of_every_command() {
    let mut text = String::from(
        "# Commands\n\n\
         <!-- Generated from the help: NETCENSUS_BLESS=1 cargo test writes it anew. -->\n\n\
         What `--help` says, for every command.\n",
    );
    let home = Home::new();
    for command in all(&built()) {
        let name = name(&command);
        let arguments = format!("{} --help", name.trim_start_matches("netcensus"));
        let help = home.netcensus(&arguments).env("COLUMNS", "100").run().succeeds().stdout;
        let lines: Vec<&str> = help.lines().map(str::trim_end).collect();
        write!(text, "\n## {name}\n\n```text\n{}\n```\n", lines.join("\n").trim_end()).unwrap();
    }
    compare("docs/cli.md", &text);
}

#[test]
fn the_page_of_other_names_has_all_of_them() {
    let mut text = String::from(
        "# Names of other tools\n\n\
         <!-- Generated from the program: NETCENSUS_BLESS=1 cargo test writes it anew. -->\n\n\
         netcensus also understands what you may be used to from other tools. The left side means the right side, in every\n\
         command that has the flag on the right. Names of formats, kinds and classes may be in upper or lower case.\n\n\
         | you type | it means |\n|---|---|\n",
    );
    for (typed, meant) in aliases::documented() {
        writeln!(text, "| `{typed}` | `{meant}` |").unwrap();
    }
    text.push_str("\n| kind | other names |\n|---|---|\n");
    for kind in Kind::ALL {
        let names: Vec<String> = kinds::aliases(kind).iter().map(|name| format!("`{name}`")).collect();
        writeln!(text, "| `{kind}` | {} |", names.join(", ")).unwrap();
    }
    compare("docs/aliases.md", &text);
}

#[test]
fn every_command_has_a_man_page() {
    let home = Home::new();
    home.netcensus("man .").run().exits(0);
    let mut names = BTreeSet::new();
    for command in all(&built()) {
        let name = format!("{}.1", name(&command).replace(' ', "-"));
        let text = std::fs::read_to_string(home.path().join(&name)).unwrap();
        for title in ["ENVIRONMENT", "FILES", "EXIT STATUS"] {
            assert!(text.contains(&format!(".SH \"{title}\"\n")), "{name} lacks {title}");
        }
        compare(&format!("docs/man/{name}"), &text);
        names.insert(name);
    }
    assert_eq!(files("docs/man"), names, "pages of commands that are gone");
}

#[test]
fn every_shell_has_its_completions() {
    let mut names = BTreeSet::new();
    for shell in Shell::value_variants() {
        let name = match shell {
            Shell::Bash => "netcensus.bash",
            Shell::Zsh => "_netcensus",
            Shell::Fish => "netcensus.fish",
            Shell::PowerShell => "_netcensus.ps1",
            Shell::Elvish => "netcensus.elv",
            other => panic!("{other} has no file name yet"),
        };
        let printed = netcensus(&format!("completions {shell}")).succeeds().stdout;
        compare(&format!("completions/{name}"), &printed);
        names.insert(name.to_owned());
    }
    assert_eq!(files("completions"), names, "completions of shells that are gone");
}

/// Lists the command lines below "Examples:" in the help of a command.
fn examples(command: &Command) -> Vec<String> {
    let help = command.get_after_long_help().map(ToString::to_string).unwrap_or_default();
    let block = help.split("Examples:\n").nth(1).unwrap_or_default();
    let block = block.split("\n\n").next().unwrap_or_default().replace("\\\n", " ");
    let one_space = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    block.lines().map(one_space).filter(|line| !line.is_empty()).collect()
}

#[test]
fn every_command_ends_with_examples_that_are_accepted() {
    for command in all(&built()) {
        let name = name(&command);
        let examples = examples(&command);
        assert!(examples.len() >= 2, "{name} has {} examples", examples.len());
        for example in examples {
            assert!(example.starts_with(&name), "{name}: {example}");
            for arguments in invocations(&example) {
                let parsed = Cli::try_parse_from(&arguments);
                assert!(parsed.is_ok(), "{example}: {}", parsed.unwrap_err());
            }
        }
    }
}

#[test]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
fn examples_of_the_sandbox_run() {
    let home = Home::new();
    let mut count = 0;
    // A watch runs until it is stopped; `watch` has tests of its own.
    let ends = |example: &String| example.contains(" --sandbox") && !example.starts_with("netcensus watch");
    for example in all(&built()).iter().flat_map(examples).filter(ends) {
        let [arguments] = &invocations(&example)[..] else { panic!("{example}") };
        let code = home.netcensus(&arguments[1..].join(" ")).run().code;
        // `overlap` finds collisions there, and `usage` full networks.
        let may_find = example.contains("overlap") || example.contains("usage");
        assert!(code == 0 || code == 1 && may_find, "{example} exits with {code}");
        count += 1;
    }
    assert!(count >= 3, "only {count} examples run");
}

/// Every flag of a command, but those that only tests and experts need, is under a heading that says what it is for.
#[test]
fn flags_stand_under_headings() {
    for command in all(&built()) {
        let inherited = ["help", "version"];
        for argument in command.get_arguments().filter(|it| !it.is_positional()) {
            let id = argument.get_id().as_str();
            let has_heading = argument.get_help_heading().is_some() || inherited.contains(&id);
            // `snapshots prune` has three flags of its own.
            assert!(has_heading || command.get_name() == "prune", "{} --{id}", name(&command));
        }
    }
}

#[test]
fn the_short_help_leaves_out_what_few_need() {
    let lines = |arguments: &str| netcensus(arguments).succeeds().stdout.lines().count();
    for command in ["scan", "overlap", "diff", "export"] {
        assert!(lines(&format!("{command} -h")) * 2 < lines(&format!("{command} --help")), "{command}");
    }
    let short = netcensus("scan -h").succeeds().stdout;
    assert!(!short.contains("--azure-authority") && short.contains("--aws-profile"), "{short}");
}

/// `-o`, `--output` and `--format` mean the same in every command that has any of them.
#[test]
fn the_format_is_chosen_by_the_same_flags_everywhere() {
    for command in all(&built()) {
        for argument in command.get_arguments() {
            let aliases = argument.get_visible_aliases().unwrap_or_default();
            let flags: BTreeSet<&str> = argument.get_long().into_iter().chain(aliases).collect();
            let is_format =
                argument.get_short() == Some('o') || flags.contains("output") || flags.contains("format");
            if is_format {
                let name = name(&command);
                assert_eq!(argument.get_short(), Some('o'), "{name}");
                assert_eq!(flags, BTreeSet::from(["format", "output"]), "{name}");
            }
        }
    }
}

/// House style: a summary is one line without a final stop, and begins with a capital.
#[test]
fn summaries_are_written_alike() {
    for command in all(&built()) {
        let name = name(&command);
        check(&name, &command.get_about().unwrap().to_string());
        for argument in command.get_arguments() {
            let help = argument.get_help().unwrap_or_else(|| panic!("{name} {argument} has no help"));
            check(&format!("{name} {argument}"), &help.to_string());
            for value in argument.get_possible_values() {
                if let Some(help) = value.get_help() {
                    check(&format!("{name} {argument} {}", value.get_name()), &help.to_string());
                }
            }
        }
    }
}

#[track_caller]
fn check(what: &str, summary: &str) {
    assert!(!summary.ends_with('.'), "{what} ends with a stop: {summary}");
    assert!(!summary.contains('\n'), "{what} has several lines: {summary}");
    assert!(summary.starts_with(char::is_uppercase), "{what} begins small: {summary}");
}

fn root(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn files(folder: &str) -> BTreeSet<String> {
    let entries = std::fs::read_dir(root(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Faults F16: a mistyped flag, value or command was repeated as it is.
#[test]
fn what_was_mistyped_controls_no_terminal() {
    for typed in [
        "scan --regi\u{202e}on x",
        "scan --provider \u{1b}[31m",
        "sc\u{202e}an",
        "\u{1b}[31m",
        "scan -o \u{202e}",
    ] {
        let output = netcensus(typed).refuses(&[]);
        assert!(!output.stderr.contains(['\u{1b}', '\u{202e}']), "{typed:?}: {:?}", output.stderr);
    }
}
