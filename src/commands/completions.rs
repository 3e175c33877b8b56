//! `netcensus completions`: writes the script that asks netcensus what may follow, and answers it.
//!
//! Packagers have the scripts ready-made under `completions/`. A script runs `netcensus` with the variable `COMPLETE` and
//! the words that were typed. What is answered comes from this machine: the configuration files and the first lines of the
//! newest snapshot. No cloud is asked.

mod bash;
mod known_values;
mod typed_line;
mod values;

use std::ffi::OsString;

use clap::{Command, CommandFactory};
use clap_complete::env::{CompleteEnv, Elvish, Fish, Powershell, Shells, Zsh};

use self::bash::Bash;
use crate::cli::Cli;
use crate::cli::completions::CompletionsArgs;
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::ui::Ui;

/// The program, as shells know it.
const NAME: &str = "netcensus";
/// The variable that a script sets to the name of its shell.
const VARIABLE: &str = "COMPLETE";
/// The shells with a script.
const SHELLS: Shells<'static> = Shells(&[&Bash, &Elvish, &Fish, &Powershell, &Zsh]);
/// Zsh loads the script when it is needed for the first time, and then expects an answer.
const ZSH_FIRST_ANSWER: &str =
    "[[ \"$funcstack[1]\" = _netcensus ]] && _clap_dynamic_completer_netcensus \"$@\"\n";

/// Runs `netcensus completions`.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: &CompletionsArgs, ui: &Ui) -> Result<Exit, Error> {
    let name = args.shell.to_string();
    let unknown = || Error::usage(format!("there are no completions for {name}"));
    let shell = SHELLS.completer(&name).ok_or_else(unknown)?;
    let mut script = Vec::new();
    shell
        .write_registration(VARIABLE, NAME, NAME, NAME, &mut script)
        .map_err(|error| Error::new(ErrorKind::Output, "cannot write the script").with_source(&error))?;
    ui.data(|out| {
        out.write_all(script.trim_ascii())?;
        out.write_all(b"\n")?;
        if shell.is("zsh") { out.write_all(ZSH_FIRST_ANSWER.as_bytes()) } else { Ok(()) }
    })?;
    Ok(Exit::Clean)
}

/// Answers a shell that asks what may follow; `false` if this is an ordinary run.
///
/// # Errors
/// When the shell is unknown, or standard output cannot be written.
pub fn answer(arguments: Vec<OsString>) -> clap::error::Result<bool> {
    let directory = std::env::current_dir().ok();
    CompleteEnv::with_factory(command)
        .var(VARIABLE)
        .shells(SHELLS)
        .try_complete(arguments, directory.as_deref())
}

/// Returns the command line, with what is known of the values of its arguments.
fn command() -> Command {
    values::attach(Cli::command())
}

#[cfg(test)]
mod tests;
