//! From the command line to the exit code.

use std::borrow::Cow;
use std::ffi::OsString;
use std::time::SystemTime;

use clap::{ColorChoice, CommandFactory, FromArgMatches, ValueEnum};

use super::overrides::{color_choice, with_config_names};
use super::{
    completions, config, default_vpcs, diff, export, find, free, groups, interrupt, man, merge, overlap,
    overrides, release, repeat, reservations, reserve, runtime, sandbox, scan, snapshots, sync, usage, watch,
};
use crate::cli::global::{ColorArg, GlobalArgs};
use crate::cli::{Cli, Command, aliases};
use crate::config::{Color, Variables};
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::{self, Ui, Verbosity};

/// Parses the command line, runs the command, prints what went wrong.
#[must_use]
pub fn main() -> Exit {
    match completions::answer(std::env::args_os().collect()) {
        Ok(false) => {}
        Ok(true) => return Exit::Clean,
        Err(error) => return print_answer(&error),
    }
    let variables = Variables::from_process();
    let typed: Vec<OsString> = std::env::args_os().collect();
    let root = Cli::command().color(answer_color(&typed, &variables));
    let typed = without_help_of_help(typed, &root);
    let words = aliases::expand(typed.clone(), &root);
    let cli = match parse(&root, &words) {
        Ok(cli) => cli,
        Err(mut answer) => {
            aliases::explain(&mut answer, &root, &words);
            return print_answer(&answer);
        }
    };
    let choice = cli.global.color.map(color_choice).or_else(|| variables.color());
    let ui = Ui::new(choice.unwrap_or(Color::Auto), verbosity(&cli.global));
    let ui = if cli.global.no_progress { ui.without_progress() } else { ui };
    let ui = if cli.global.no_pager { ui.without_pager() } else { ui };
    runtime::log_panics();
    if !matches!(cli.command, Command::Sandbox(_) | Command::Completions(_) | Command::Man(_)) {
        variables.unknown().iter().for_each(|warning| ui.warn(warning));
    }
    let result = runtime::catch_panics(|| {
        check_clock(SystemTime::now())?;
        match cli.command.watch() {
            Some(interval) => repeat::run(interval, &typed, &ui),
            None => run(&cli, &ui),
        }
    });
    result.unwrap_or_else(|error| {
        let left = sandbox::describe_left_variables(|name| std::env::var_os(name));
        let error = left.into_iter().fold(error, Error::remedy);
        ui.error(&error);
        error.exit()
    })
}

/// Refuses a clock that is set to a time which documents and workbooks cannot have: before 1970, or from the year 9999 on.
///
/// # Errors
/// When the clock is set to such a time.
fn check_clock(now: SystemTime) -> Result<(), Error> {
    /// 1 January 9999, in seconds since 1970.
    const YEAR_9999: u64 = 253_370_764_800;
    match now.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) if since.as_secs() < YEAR_9999 => Ok(()),
        Ok(_) => Err(Error::usage("this machine's clock is set to the year 9999 or later")),
        Err(_) => Err(Error::usage("this machine's clock is set to a time before 1970")),
    }
    .map_err(|error| error.remedy("set the clock"))
}

/// Parses the words of a command line.
fn parse(root: &clap::Command, words: &[OsString]) -> Result<Cli, clap::Error> {
    let mut root = root.clone();
    let mut matches = root.try_get_matches_from_mut(words)?;
    Cli::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut root))
}

/// Finds the choice of colour in a command line that is perhaps wrong elsewhere, else in the environment.
fn answer_color(typed: &[OsString], variables: &Variables) -> ColorChoice {
    let words = typed.iter().map(|word| word.to_string_lossy());
    let words: Vec<_> = words.take_while(|word| word != "--").collect();
    let value = |(place, word): (usize, &Cow<'_, str>)| match word.strip_prefix("--color")? {
        "" => words.get(place + 1).map(ToString::to_string),
        rest => rest.strip_prefix('=').map(str::to_owned),
    };
    let flag = words.iter().enumerate().find_map(value);
    let color = flag.and_then(|text| ColorArg::from_str(&text, false).ok()).map(color_choice);
    match color.or_else(|| variables.color()) {
        Some(Color::Always) => ColorChoice::Always,
        Some(Color::Never) => ColorChoice::Never,
        Some(Color::Auto) | None => ColorChoice::Auto,
    }
}

/// Prints help, the version, or what is wrong with the command line.
fn print_answer(answer: &clap::Error) -> Exit {
    match ui::print_answer(answer) {
        Ok(()) if answer.use_stderr() => Exit::Failed,
        Ok(()) => Exit::Clean,
        Err(error) => {
            Ui::new(Color::Auto, Verbosity::Normal).error(&error);
            error.exit()
        }
    }
}

fn run(cli: &Cli, ui: &Ui) -> Result<Exit, Error> {
    interrupt::listen(ui);
    let config_flag = cli.global.config.as_deref();
    match &cli.command {
        Command::Scan(args) => scan::run(args, &cli.global, ui),
        Command::Find(args) => find::run(args, &cli.global, ui),
        Command::Free(args) => free::run(args, &cli.global, ui),
        Command::Overlap(args) => overlap::run(args, &cli.global, ui),
        Command::Usage(args) => usage::run(args, &cli.global, ui),
        Command::Reserve(args) => reserve::run(args, &cli.global, ui),
        Command::Reservations(args) => reservations::run(args, &cli.global, ui),
        Command::Release(args) => release::run(args, &cli.global, ui),
        Command::Diff(args) => diff::run(args, &cli.global, ui),
        Command::Watch(args) => watch::run(args, &cli.global, ui),
        Command::Groups(args) => groups::run(args, &cli.global, ui),
        Command::Export(args) => export::run(args, &cli.global, ui),
        Command::DefaultVpcs(args) => default_vpcs::run(args, &cli.global, ui),
        Command::Sync(args) => sync::run(args, &cli.global, ui),
        Command::Snapshots(args) => snapshots::run(args, &cli.global, ui),
        Command::Merge(args) => merge::run(args, &cli.global, ui),
        Command::Sandbox(args) => sandbox::run(args, ui),
        Command::Config(args) => {
            let overrides = overrides::from_flags(args.scope(), None, &cli.global);
            with_config_names(|names| config::run(args, config_flag, &overrides, names, ui))
        }
        Command::Completions(args) => completions::run(args, ui),
        Command::Man(args) => man::run(args, ui),
    }
}

/// Drops `--help` behind `help`, where clap looks for the name of a command: `netcensus snapshots help --help`.
fn without_help_of_help(mut typed: Vec<OsString>, root: &clap::Command) -> Vec<OsString> {
    let [_, commands @ .., help, flag] = typed.as_slice() else { return typed };
    if help != "help" || (flag != "--help" && flag != "-h") {
        return typed;
    }
    let mut command = root;
    for name in commands {
        let Some(next) = command.find_subcommand(name) else { return typed };
        command = next;
    }
    if command.has_subcommands() {
        typed.pop();
    }
    typed
}

const fn verbosity(global: &GlobalArgs) -> Verbosity {
    match (global.quiet, global.verbose) {
        (true, _) => Verbosity::Quiet,
        (false, 0) => Verbosity::Normal,
        (false, 1) => Verbosity::Verbose,
        (false, _) => Verbosity::Debug,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_command_line_follow_the_choice_of_colour() {
        let choice = |text: &str, variable: Option<&str>| {
            let typed: Vec<OsString> = text.split(' ').map(OsString::from).collect();
            let variables = variable.map(|value| ("NETCENSUS_COLOR".into(), value.into()));
            answer_color(&typed, &Variables::new(variables))
        };
        assert_eq!(choice("netcensus scan --nosuch --color never", None), ColorChoice::Never);
        assert_eq!(choice("netcensus --color=always scan --nosuch", Some("never")), ColorChoice::Always);
        assert_eq!(choice("netcensus scan --nosuch", Some("never")), ColorChoice::Never);
        assert_eq!(choice("netcensus scan --color", None), ColorChoice::Auto);
        assert_eq!(choice("netcensus find -- --color never", None), ColorChoice::Auto);
    }

    #[test]
    fn a_clock_that_no_document_can_have_is_refused() {
        let at = |seconds| SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        assert!(check_clock(at(0)).is_ok() && check_clock(at(253_370_764_799)).is_ok());
        let late = check_clock(at(253_370_764_800)).unwrap_err().to_string();
        assert_eq!(late, "this machine's clock is set to the year 9999 or later");
        let early = check_clock(SystemTime::UNIX_EPOCH - std::time::Duration::from_secs(1)).unwrap_err();
        assert_eq!(early.to_string(), "this machine's clock is set to a time before 1970");
    }

    #[test]
    fn help_of_help_is_help() {
        let typed = |text: &str| {
            let words = text.split(' ').map(OsString::from).collect();
            without_help_of_help(words, &Cli::command())
                .iter()
                .map(|word| word.to_string_lossy())
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(typed("netcensus help --help"), "netcensus help");
        assert_eq!(typed("netcensus snapshots help -h"), "netcensus snapshots help");
        for other in [
            "netcensus",
            "netcensus --help",
            "netcensus merge help --help",
            "netcensus scan --filter help --help",
        ] {
            assert_eq!(typed(other), other);
        }
    }
}
