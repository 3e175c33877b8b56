//! The only module that touches stdout and stderr: data, messages, colour, closed pipes; below it the progress line and the log.

mod log;
mod pager;
mod progress;
mod sanitise;

use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::config::Color;
use crate::error::{Error, ErrorKind};
use crate::output::{Format, Layout, escape_unprintable, is_unprintable};
use pager::Pager;
use progress::Progress;
pub use sanitise::sanitise;

/// How much is written to stderr.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Verbosity {
    /// Errors, and what could not be read.
    Quiet,
    /// Errors, warnings, and progress on a terminal.
    #[default]
    Normal,
    /// What is being done.
    Verbose,
    /// Every request.
    Debug,
}

/// The two streams, and how to write to them.
#[derive(Debug, Clone)]
pub struct Ui {
    verbosity: Verbosity,
    stdout_color: bool,
    stderr_color: bool,
    progress: Progress,
    has_pager: bool,
    is_paging: Arc<AtomicBool>,
    /// Lines for stderr that wait to be taken; `None` where they are written at once.
    held_back: Option<Arc<Mutex<Vec<String>>>>,
}

/// The columns of a terminal that does not tell how many it has.
const FALLBACK_WIDTH: u16 = 80;

impl Ui {
    /// Looks at the streams once. Colour follows `choice`, `NO_COLOR` (<https://no-color.org>) and `TERM`.
    #[must_use]
    pub fn new(choice: Color, verbosity: Verbosity) -> Self {
        let stderr_tty = io::stderr().is_terminal();
        let ui = Self {
            verbosity,
            stdout_color: uses_color(choice, io::stdout().is_terminal()),
            stderr_color: uses_color(choice, stderr_tty),
            progress: Progress::new(stderr_tty && verbosity >= Verbosity::Normal),
            has_pager: true,
            is_paging: Arc::default(),
            held_back: None,
        };
        log::start(verbosity, ui.stderr_color, ui.progress.clone());
        ui
    }

    /// Returns this Ui with the configuration's choice of colour.
    #[must_use]
    pub fn with_color(&self, choice: Color) -> Self {
        Self {
            stdout_color: uses_color(choice, io::stdout().is_terminal()),
            stderr_color: uses_color(choice, io::stderr().is_terminal()),
            ..self.clone()
        }
    }

    /// Returns this Ui without the progress line.
    #[must_use]
    pub fn without_progress(self) -> Self {
        Self { progress: Progress::hidden(), ..self }
    }

    /// Returns this Ui with errors, and what could not be read, alone.
    #[must_use]
    pub fn quiet(&self) -> Self {
        Self { verbosity: Verbosity::Quiet, ..self.clone() }
    }

    /// Returns this Ui without a pager.
    #[must_use]
    pub fn without_pager(self) -> Self {
        Self { has_pager: false, ..self }
    }

    /// Returns this Ui for a program that takes what is on stderr for an error in one line: it is quiet, and what it has to
    /// say waits for [`Ui::take_held_back`].
    #[must_use]
    pub fn holding_back(&self) -> Self {
        Self {
            verbosity: Verbosity::Quiet,
            progress: Progress::hidden(),
            held_back: Some(Arc::default()),
            ..self.clone()
        }
    }

    /// Takes what was held back, joined on one line.
    #[must_use]
    pub fn take_held_back(&self) -> String {
        let Some(held_back) = &self.held_back else { return String::new() };
        let lines = std::mem::take(&mut *held_back.lock().unwrap_or_else(PoisonError::into_inner));
        lines.iter().flat_map(|line| line.lines()).map(str::trim).collect::<Vec<_>>().join("; ")
    }

    /// Returns how much to say.
    #[must_use]
    pub const fn verbosity(&self) -> Verbosity {
        self.verbosity
    }

    /// Returns whether stdout shows colour.
    #[must_use]
    pub const fn color(&self) -> bool {
        self.stdout_color
    }

    /// Returns the columns a table may take: the terminal's, `COLUMNS` when set, unlimited (`None`) in a pipe.
    #[must_use]
    pub fn width(&self) -> Option<u16> {
        if let Some(columns) =
            std::env::var("COLUMNS").ok().and_then(|text| text.parse().ok()).filter(|columns| *columns > 0)
        {
            return Some(columns);
        }
        if !io::stdout().is_terminal() {
            return None;
        }
        Some(terminal_size::terminal_size().map_or(FALLBACK_WIDTH, |(width, _)| width.0))
    }

    /// Returns how tables are laid out on stdout, without `--wide`.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let height = terminal_size::terminal_size().map(|(_, height)| height.0);
        Layout {
            width: self.width(),
            height: height.filter(|_| io::stdout().is_terminal()),
            color: self.color(),
            wide: false,
            hyperlinks: self.color() && supports_hyperlinks::on(supports_hyperlinks::Stream::Stdout),
        }
    }

    /// Returns whether stdout is a terminal.
    #[must_use]
    pub fn stdout_is_terminal(&self) -> bool {
        io::stdout().is_terminal()
    }

    /// Returns whether the user can be asked: both stdin and stderr are terminals.
    #[must_use]
    pub fn interactive(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal()
    }

    /// Writes data to stdout. A reader that has gone away (`| head`) is not an error.
    ///
    /// # Errors
    /// When stdout cannot be written for another reason, such as a full disk.
    pub fn data(&self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Error> {
        self.data_while_read(write).map(drop)
    }

    /// Writes data to stdout. Returns whether it still has a reader.
    ///
    /// # Errors
    /// When stdout cannot be written for another reason than that its reader has gone away.
    pub fn data_while_read(
        &self,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<bool, Error> {
        self.progress.clear();
        let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
        match write(&mut out).and_then(|()| out.flush()) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                // What is still buffered has no reader: drop it without another attempt to write.
                let _ = out.into_parts();
                Ok(false)
            }
            Err(error) => {
                let _ = out.into_parts();
                Err(cannot_write_stdout(&error))
            }
        }
    }

    /// Writes a report to stdout. A table that is longer than the screen goes through the pager.
    ///
    /// # Errors
    /// As [`Ui::data`].
    pub fn report(
        &self,
        format: Format,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), Error> {
        let Some((pager, height)) = self.pager().filter(|_| format == Format::Table) else {
            return self.data(write);
        };
        let mut text = Vec::new();
        write(&mut text).map_err(|error| cannot_write_stdout(&error))?;
        self.progress.clear();
        self.is_paging.store(true, Ordering::Relaxed);
        let is_shown = pager::is_longer_than_screen(&text, height) && pager.show(&text);
        self.is_paging.store(false, Ordering::Relaxed);
        if is_shown { Ok(()) } else { self.data(|out| out.write_all(&text)) }
    }

    /// Returns the pager, and the lines of the screen; `None` if the output is not a terminal.
    fn pager(&self) -> Option<(Pager, u16)> {
        let is_screen = self.has_pager && io::stdout().is_terminal() && io::stdin().is_terminal();
        let height = self.layout().height.filter(|_| is_screen)?;
        Some((Pager::new(std::env::var("PAGER").ok().as_deref())?, height))
    }

    /// Returns whether a pager has the terminal. Ctrl-C is then for the pager.
    #[must_use]
    pub fn is_paging(&self) -> bool {
        self.is_paging.load(Ordering::Relaxed)
    }

    /// Writes a warning: something that the user may need to act on.
    pub fn warn(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.message("warning", "33", text);
        }
    }

    /// Writes a warning even with `--quiet`: something could not be read, and the result is incomplete.
    pub fn warn_always(&self, text: &str) {
        self.message("warning", "33", text);
    }

    /// Tells whether a message that only people at a terminal read is to be written with [`Ui::status`]: if stderr is one, and
    /// not with `--quiet`.
    #[must_use]
    pub fn shows_status_on_terminal(&self) -> bool {
        self.verbosity > Verbosity::Quiet && io::stderr().is_terminal()
    }

    /// Writes a note that people may want to read: if stderr is a terminal, and with `--verbose`.
    pub fn note_on_terminal(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose
            || (self.verbosity == Verbosity::Normal && io::stderr().is_terminal())
        {
            self.message("note", "36", text);
        }
    }

    /// Writes a note that explains the result: everywhere but with `--quiet`.
    pub fn note_unless_quiet(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.message("note", "36", text);
        }
    }

    /// Writes a line without a label, unless quiet.
    pub fn status(&self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.progress.suspend(|| self.err_line(&sanitise(text)));
        }
    }

    /// Prints an error with its causes and hints; never silent.
    pub fn error(&self, error: &Error) {
        self.message("error", "31", error.message());
        self.progress.suspend(|| {
            for cause in &error.diagnostic().causes {
                // Editors find the place of a problem at the beginning of a line.
                let label = if error.lists_problems() { "" } else { "caused by: " };
                self.err_line(&format!("  {label}{}", sanitise(&cause.to_line())));
            }
            for hint in &error.diagnostic().remedies {
                self.err_line(&format!("  hint: {}", sanitise(hint)));
            }
        });
    }

    /// Asks a question on the terminal; `None` without a terminal, or if the answer is empty.
    #[must_use]
    pub fn ask(&self, question: &str) -> Option<String> {
        if !self.interactive() {
            return None;
        }
        // The progress line pauses but is not locked, so that a message about Ctrl-C can be printed meanwhile.
        self.progress.clear();
        let mut stderr = io::stderr();
        write!(stderr, "{}: ", sanitise(question)).and_then(|()| stderr.flush()).ok()?;
        let mut answer = String::new();
        io::stdin().read_line(&mut answer).ok()?;
        let answer = answer.trim();
        (!answer.is_empty()).then(|| answer.to_owned())
    }

    /// Returns the progress bar.
    #[must_use]
    pub const fn progress(&self) -> &Progress {
        &self.progress
    }

    fn message(&self, label: &str, color: &str, text: &str) {
        let text = sanitise(text);
        self.progress.suspend(|| {
            if self.held_back.is_some() {
                self.err_line(&text);
            } else if self.stderr_color {
                self.err_line(&format!("\x1b[1;{color}m{label}\x1b[0m: {text}"));
            } else {
                self.err_line(&format!("{label}: {text}"));
            }
        });
    }

    /// Writes a line to stderr. Errors are ignored: a closed stderr is no reason to stop.
    fn err_line(&self, line: &str) {
        match &self.held_back {
            Some(lines) => lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.to_owned()),
            None => {
                let _ = writeln!(io::stderr().lock(), "{line}");
            }
        }
    }
}

/// Prints what clap answers to a command line: help, the version, or what is wrong with it.
///
/// # Errors
/// When standard output cannot be written. A reader that has gone away is not an error.
pub fn print_answer(answer: &clap::Error) -> Result<(), Error> {
    let printed = if misleads(answer) { print_escaped(answer) } else { answer.print() };
    match printed.and_then(|()| io::stdout().flush()) {
        Err(error) if !answer.use_stderr() && error.kind() != io::ErrorKind::BrokenPipe => {
            Err(cannot_write_stdout(&error))
        }
        _ => Ok(()),
    }
}

/// Tells whether what was typed, and is repeated, would control the terminal.
fn misleads(answer: &clap::Error) -> bool {
    let is_odd = |text: &str| text.chars().any(|character| character != '\n' && is_unprintable(character));
    let cause = std::error::Error::source(answer).map(ToString::to_string);
    answer.context().any(|(_, value)| is_odd(&value.to_string()))
        || is_odd(&cause.unwrap_or_default())
        || is_odd(&answer.render().to_string())
}

/// Prints an answer with unprintable characters escaped, and without colour.
fn print_escaped(answer: &clap::Error) -> io::Result<()> {
    let text = answer.render().to_string();
    let lines: Vec<String> = text.split('\n').map(escape_unprintable).collect();
    let text = lines.join("\n");
    if answer.use_stderr() {
        io::stderr().write_all(text.as_bytes())
    } else {
        io::stdout().write_all(text.as_bytes())
    }
}

fn cannot_write_stdout(error: &io::Error) -> Error {
    Error::new(ErrorKind::Output, "cannot write to standard output").with_source(error)
}

fn uses_color(choice: Color, terminal: bool) -> bool {
    match choice {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => {
            let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
            terminal && !set("NO_COLOR") && std::env::var_os("TERM").is_none_or(|term| term != "dumb")
        }
    }
}
