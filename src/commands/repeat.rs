//! `--watch`: runs a command again and again, and marks what changed, as `watch(1)` does.
//!
//! Each run is a process of its own, so that it is what it would be without the flag: it signs in, reads and prints.

mod screen;

use std::ffi::OsString;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use jiff::Zoned;

use self::screen::{RepeatScreen, RepeatedRun};
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::model;
use crate::ui::Ui;

/// The flag.
const FLAG: &str = "--watch";
/// The columns before each line, for its mark.
const GUTTER: u16 = 2;

/// Repeats the command line `typed`, which has the flag, until the user ends it.
///
/// # Errors
/// When the interval is wrong, standard output is no terminal, or the first run fails.
pub fn run(interval: &str, typed: &[OsString], ui: &Ui) -> Result<Exit, Error> {
    let interval = parse_interval(interval)?;
    if !ui.stdout_is_terminal() {
        return Err(Error::usage("--watch needs a terminal, and standard output is not one")
            .remedy("in a script, use `netcensus diff`, or a shell loop"));
    }
    let arguments = without_flag(typed.get(1..).unwrap_or_default());
    let mut screen = RepeatScreen::new(interval, &arguments);
    loop {
        let output = run_once(&arguments, ui)?;
        let has_failed = output.status.code() == Some(i32::from(Exit::Failed.code()));
        if screen.is_empty() && has_failed {
            // A mistake in the command line, most often.
            let said = without_styles(&String::from_utf8_lossy(&output.stderr));
            said.lines().for_each(|line| ui.status(line));
            return Ok(Exit::Failed);
        }
        screen.update(RepeatedRun::new(&output, has_failed), &Zoned::now());
        let layout = ui.layout();
        ui.data(|out| screen.draw(layout, out))?;
        std::thread::sleep(interval);
    }
}

fn parse_interval(text: &str) -> Result<Duration, Error> {
    model::parse_interval(text).map_err(|error| Error::usage(error.to_string()).context("--watch"))
}

/// Takes the flag and its value out of the arguments.
fn without_flag(typed: &[OsString]) -> Vec<OsString> {
    let mut arguments = Vec::with_capacity(typed.len());
    let mut words = typed.iter();
    while let Some(word) = words.next() {
        if word == FLAG {
            words.next();
        } else if !word.to_string_lossy().starts_with("--watch=") {
            arguments.push(word.clone());
        }
    }
    arguments
}

/// Takes colours and bold out of a text.
fn without_styles(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |plain, part| plain + part.split_once('m').map_or(part, |(_, rest)| rest))
}

/// Runs the command, for a terminal that is narrower by the marks.
fn run_once(arguments: &[OsString], ui: &Ui) -> Result<Output, Error> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::System, "netcensus cannot start itself again (--watch)").with_source(&error)
    };
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.args(arguments).stdin(Stdio::null());
    if let Some(width) = ui.width() {
        command.env("COLUMNS", width.saturating_sub(GUTTER).max(1).to_string());
    }
    if ui.color() {
        command.env("NETCENSUS_COLOR", "always");
    }
    command.output().map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flag_is_left_out_and_the_rest_stays() {
        let without = |line: &str| {
            let typed: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            let words = without_flag(&typed);
            words.iter().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(without("find --watch 30s 10.1.2.3"), "find 10.1.2.3");
        assert_eq!(without("scan --watch=1m -o wide"), "scan -o wide");
    }

    #[test]
    fn a_message_is_shown_without_its_styles() {
        assert_eq!(without_styles("\x1b[1;31merror\x1b[0m: no m"), "error: no m");
        assert_eq!(without_styles("plain"), "plain");
    }

    #[test]
    fn an_interval_is_a_second_or_more() {
        assert_eq!(parse_interval("5m").unwrap(), Duration::from_mins(5));
        for wrong in ["0s", "soon", "", "-5s"] {
            assert!(parse_interval(wrong).unwrap_err().to_string().contains("--watch: "), "{wrong}");
        }
    }
}
