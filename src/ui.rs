//! The only file that touches stdout and stderr: data, messages, progress, colour, closed pipes.

mod pager;

use std::fmt;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::Color;
use crate::error::{Error, ErrorKind};
use crate::output::{Format, Layout};
use crate::redact::redact;
use pager::Pager;

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

/// The width a table may take, when stdout is a terminal.
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
        ui.start_log();
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
        Self { progress: Progress(None), ..self }
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
            progress: Progress(None),
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

    /// Returns how tables are laid out on stdout.
    #[must_use]
    pub fn layout(&self) -> Layout {
        let height = terminal_size::terminal_size().map(|(_, height)| height.0);
        Layout {
            width: self.width(),
            height: height.filter(|_| io::stdout().is_terminal()),
            color: self.color(),
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

    /// Writes a note, which is good to know: on a terminal, or with `--verbose`.
    pub fn note(&self, text: &str) {
        if self.verbosity >= Verbosity::Verbose
            || (self.verbosity == Verbosity::Normal && io::stderr().is_terminal())
        {
            self.message("note", "36", text);
        }
    }

    /// Writes a note that explains the result, unless quiet.
    pub fn explain(&self, text: &str) {
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
                self.err_line(&format!("  caused by: {}", sanitise(&cause.to_line())));
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

    /// Logs of our own crate only: below `info` the SDKs print requests, and with them secrets.
    fn start_log(&self) {
        let own = match self.verbosity {
            Verbosity::Quiet => LevelFilter::ERROR,
            Verbosity::Normal => LevelFilter::WARN,
            Verbosity::Verbose => LevelFilter::DEBUG,
            Verbosity::Debug => LevelFilter::TRACE,
        };
        let others = own.min(LevelFilter::ERROR);
        let progress = self.progress.clone();
        let layer = tracing_subscriber::fmt::layer()
            .with_ansi(self.stderr_color)
            .with_target(false)
            .fmt_fields(debug_fn(write_log_value).delimited(" "))
            .with_writer(move || LogWriter(progress.clone()));
        let filter = Targets::new().with_default(others).with_target("netcensus", own);
        // A second Ui in one process (tests) keeps the first one's log.
        let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
    }
}

/// Prints what clap answers to a command line: help, the version, or what is wrong with it.
///
/// # Errors
/// When standard output cannot be written. A reader that has gone away is not an error.
pub fn print_answer(answer: &clap::Error) -> Result<(), Error> {
    match answer.print().and_then(|()| io::stdout().flush()) {
        Err(error) if !answer.use_stderr() && error.kind() != io::ErrorKind::BrokenPipe => {
            Err(cannot_write_stdout(&error))
        }
        _ => Ok(()),
    }
}

fn cannot_write_stdout(error: &io::Error) -> Error {
    Error::new(ErrorKind::Output, "cannot write to standard output").caused_by(error)
}

/// Escapes control and bidirectional characters, so that no tag or error text controls the terminal.
///
/// Line feeds stay, indented, since our own messages have several lines.
#[must_use]
pub fn sanitise(text: &str) -> String {
    let mut clean = String::with_capacity(text.len());
    for (number, line) in text.split('\n').enumerate() {
        if number > 0 {
            clean.push_str("\n  ");
        }
        // GitHub's runner takes `::` at the beginning of a line, and `##[` anywhere, for a command.
        let line = line.replace("##[", "#\\u{23}[");
        let is_command = number > 0 && line.trim_start().starts_with("::");
        let line = if is_command { line.replacen("::", ":\\u{3a}", 1) } else { line };
        for character in line.chars() {
            if crate::output::is_unprintable(character) {
                clean.extend(character.escape_unicode());
            } else {
                clean.push(character);
            }
        }
    }
    clean
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

/// How often the spinner turns.
const TICK: Duration = Duration::from_millis(120);

/// The progress line on stderr; draws nothing unless stderr is a terminal.
#[derive(Debug, Clone)]
pub struct Progress(Option<Arc<ProgressBar>>);

impl Progress {
    fn new(shown: bool) -> Self {
        if !shown {
            return Self(None);
        }
        Self::on(ProgressDrawTarget::stderr())
    }

    fn on(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        // Until there is something to show; or it would be drawn, empty, behind the first message.
        bar.finish_and_clear();
        Self(Some(Arc::new(bar)))
    }

    /// Shows an activity whose end is not known yet.
    pub fn show_activity(&self, text: &str) {
        if let Some(bar) = &self.0 {
            bar.set_style(style("{spinner} {wide_msg} {elapsed}"));
            // While the bar is finished this draws nothing; `reset` draws at once, what there is.
            bar.set_message(sanitise(text));
            if bar.is_finished() {
                bar.reset();
            }
            bar.enable_steady_tick(TICK);
        }
    }

    /// Shows `done` of `total` scopes, with `text` behind.
    pub fn show_scopes(&self, done: usize, total: usize, text: &str) {
        if let Some(bar) = &self.0 {
            if bar.length() != Some(total as u64) {
                bar.set_style(style("{spinner} {bar:24} {pos}/{len} reads {wide_msg} {elapsed}"));
                bar.set_length(total as u64);
                bar.enable_steady_tick(TICK);
            }
            bar.set_position(done as u64);
            bar.set_message(sanitise(text));
        }
    }

    /// Removes the line until there is something new to show.
    pub fn clear(&self) {
        if let Some(bar) = &self.0 {
            bar.disable_steady_tick();
            bar.finish_and_clear();
        }
    }

    fn suspend<T>(&self, work: impl FnOnce() -> T) -> T {
        match &self.0 {
            Some(bar) => bar.suspend(work),
            None => work(),
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Writes one value of a line of the log: what a cloud's answer has in it may be a command to a terminal, or more lines.
fn write_log_value(out: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    let value = sanitise(&format!("{value:?}").replace('\n', "\\n"));
    match field.name() {
        "message" => write!(out, "{value}"),
        name => write!(out, "{name}={value}"),
    }
}

/// Writes log lines between redraws of the progress line.
struct LogWriter(Progress);

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // A line at a time: errors of the SDKs may have in them what a server echoed.
        let line = redact(&String::from_utf8_lossy(bytes));
        self.0.suspend(|| io::stderr().lock().write_all(line.as_bytes())).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().lock().flush()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use indicatif::TermLike;

    use super::*;

    /// A terminal that keeps what is drawn.
    #[derive(Debug, Clone, Default)]
    struct Screen(Arc<Mutex<String>>);

    impl TermLike for Screen {
        fn width(&self) -> u16 {
            80
        }
        fn move_cursor_up(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_down(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_right(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn move_cursor_left(&self, _: usize) -> io::Result<()> {
            Ok(())
        }
        fn write_line(&self, text: &str) -> io::Result<()> {
            self.write_str(text)
        }
        fn write_str(&self, text: &str) -> io::Result<()> {
            self.0.lock().unwrap().push_str(text);
            Ok(())
        }
        fn clear_line(&self) -> io::Result<()> {
            Ok(())
        }
        fn flush(&self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn there_is_no_bar_before_something_is_done_and_none_behind_an_error() {
        let screen = Screen::default();
        let progress = Progress::on(ProgressDrawTarget::term_like(Box::new(screen.clone())));
        let drawn = || std::mem::take(&mut *screen.0.lock().unwrap());
        progress.suspend(|| ());
        assert_eq!(drawn().trim(), "");
        progress.show_activity("signing in");
        progress.suspend(|| ());
        let drawn_now = drawn();
        assert!(!drawn_now.contains("0/0") && !drawn_now.contains('░'), "{drawn_now}");
        assert!(drawn_now.contains("signing in") && drawn_now.contains(" 0s"), "{drawn_now}");
        progress.show_scopes(1, 3, "");
        progress.suspend(|| ());
        let drawn_now = drawn();
        assert!(drawn_now.contains("1/3 reads"), "{drawn_now}");
        progress.clear();
        drawn();
        progress.suspend(|| ());
        assert_eq!(drawn().trim(), "");
    }

    #[test]
    fn texts_of_others_control_neither_a_terminal_nor_a_runner() {
        assert_eq!(sanitise("a\u{1b}[31mb\nc"), "a\\u{1b}[31mb\n  c");
        assert_eq!(
            sanitise("no\n ::add-mask::x\n##[error]y"),
            "no\n   :\\u{3a}add-mask::x\n  #\\u{23}[error]y"
        );
        assert_eq!(sanitise("::1 is loopback"), "::1 is loopback", "our own words come before it");
    }
}
