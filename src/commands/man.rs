//! `netcensus man`: writes the manual pages; packagers have them ready-made under `docs/man/`.

use std::fmt::Write as _;
use std::io::{self, Write};

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::interrupt;
use crate::cli::Cli;
use crate::cli::man::ManArgs;
use crate::config::flag_variables;
use crate::error::Error;
use crate::exit::Exit;
use crate::fs::atomic::{PendingFile, commit_all};
use crate::ui::Ui;

/// Variables that are not those of flags: name, and what they say.
const OTHER_VARIABLES: [(&str, &str); 5] = [
    ("NETCENSUS_CONFIG", "The configuration file, as with --config."),
    ("NO_COLOR", "If it is set, no colour is used, unless --color says otherwise."),
    (
        "PAGER",
        "The program that shows tables which are longer than the screen, `less` by default; none if it is empty or `cat`.",
    ),
    (
        "XDG_CONFIG_HOME, XDG_STATE_HOME",
        "Where the configuration file and snapshots are, instead of ~/.config and ~/.local/state.",
    ),
    ("AWS_*, AZURE_*", "Credentials and settings of the clouds, as the AWS and Azure tools read them."),
];

/// Files: path, and what it is.
const FILES: [(&str, &str); 4] = [
    (
        "netcensus.toml",
        "The configuration, in the working directory or, inside a repository or your home, in a directory above it. `netcensus config init` writes one.",
    ),
    ("~/.config/netcensus/netcensus.toml", "The configuration if there is no other."),
    ("~/.local/state/netcensus/snapshots/", "Saved snapshots; --store names another directory."),
    (
        "~/.aws/config, ~/.aws/credentials, ~/.azure/",
        "Profiles and logins of the clouds; they are only read.",
    ),
];

/// Exit codes, and when they are returned.
const EXITS: [(Exit, &str); 5] = [
    (Exit::Clean, "Success."),
    (
        Exit::Negative,
        "Findings that fail, a difference, nothing found or free, a name that is not reserved or is another's, an empty default VPC, or a damaged snapshot, if the command looks for such.",
    ),
    (
        Exit::Failed,
        "Usage, configuration or input was wrong, netcensus could not sign in to any account, or the result could not be written.",
    ),
    (Exit::Incomplete, "Incomplete: something in scope could not be read."),
    (Exit::Interrupted, "You stopped it."),
];

/// Runs `netcensus man`.
///
/// # Errors
/// When a page or stdout cannot be written.
pub fn run(args: &ManArgs, ui: &Ui) -> Result<Exit, Error> {
    let pages = pages()?;
    let Some(directory) = &args.directory else {
        let page = pages.first().map(|(_, page)| page.as_slice()).unwrap_or_default();
        ui.data(|out| out.write_all(page))?;
        return Ok(Exit::Clean);
    };
    let mut pending = Vec::new();
    for (name, page) in &pages {
        pending.push(PendingFile::write(&directory.join(name), |out| out.write_all(page))?);
    }
    commit_all(pending, &interrupt::defer_signals)?;
    ui.status(&format!("{} pages were written to {}", pages.len(), directory.display()));
    Ok(Exit::Clean)
}

/// Renders the pages of all commands, each with the name of its file; that of netcensus itself comes first.
fn pages() -> Result<Vec<(String, Vec<u8>)>, Error> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    let mut pages = Vec::new();
    add_pages(&root, &mut pages).map_err(|error| {
        Error::new(crate::error::ErrorKind::Output, "a manual page could not be made").with_source(&error)
    })?;
    Ok(pages)
}

fn add_pages(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let source = concat!("netcensus ", env!("CARGO_PKG_VERSION"));
    let man = Man::new(command.clone()).source(source).manual("netcensus manual");
    let mut page = Vec::new();
    man.render(&mut page)?;
    page.write_all(sections(command).as_bytes())?;
    pages.push((man.get_filename(), page));
    command.get_subcommands().try_for_each(|below| add_pages(below, pages))
}

/// Writes the sections that the definition of a command does not have.
fn sections(command: &Command) -> String {
    let names = |argument: &clap::Arg, variable: &str| {
        let help = argument.get_long_help().map(ToString::to_string).unwrap_or_default();
        help.contains(&format!("[env: {variable}]"))
    };
    let is_its = |(flag, variable): &(&str, &str)| {
        let is_flag = |argument: &&clap::Arg| argument.get_long() == flag.strip_prefix("--");
        command.get_arguments().filter(is_flag).any(|argument| names(argument, variable))
    };
    let of_flags = flag_variables().filter(is_its);
    let mut variables: Vec<(String, String)> =
        of_flags.map(|(flag, variable)| (variable.to_owned(), format!("Stands for {flag}."))).collect();
    variables.extend(owned(OTHER_VARIABLES));
    let exits = EXITS.map(|(exit, text)| (exit.code().to_string(), text.to_owned()));
    let mut text = String::new();
    add_section(&mut text, "ENVIRONMENT", variables);
    add_section(&mut text, "FILES", owned(FILES));
    add_section(&mut text, "EXIT STATUS", exits);
    text
}

fn owned<const N: usize>(items: [(&str, &str); N]) -> impl Iterator<Item = (String, String)> {
    items.map(|(name, text)| (name.to_owned(), text.to_owned())).into_iter()
}

fn add_section(page: &mut String, title: &str, items: impl IntoIterator<Item = (String, String)>) {
    let _ = writeln!(page, ".SH \"{title}\"");
    for (name, text) in items {
        let _ = writeln!(page, ".TP\n\\fB{}\\fR\n{}", escaped(&name), escaped(&text));
    }
}

/// Escapes what troff would take for something else. No text begins with a dot.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\e").replace('-', "\\-").replace('~', "\\(ti")
}
