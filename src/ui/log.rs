//! The log of `--verbose`, on stderr.

use std::fmt;
use std::io::{self, Write};

use tracing::field::Field;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::field::MakeExt;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use super::Verbosity;
use super::progress::Progress;
use super::sanitise::sanitise;
use crate::redact::redact;

/// Starts the log of this process, of our own crate only: below `info` the SDKs print requests, and with them secrets.
pub fn start(verbosity: Verbosity, has_color: bool, progress: Progress) {
    let own = match verbosity {
        Verbosity::Quiet => LevelFilter::ERROR,
        Verbosity::Normal => LevelFilter::WARN,
        Verbosity::Verbose => LevelFilter::DEBUG,
        Verbosity::Debug => LevelFilter::TRACE,
    };
    let others = own.min(LevelFilter::ERROR);
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(has_color)
        .with_target(false)
        .fmt_fields(debug_fn(write_log_value).delimited(" "))
        .with_writer(move || LogWriter(progress.clone()));
    let filter = Targets::new().with_default(others).with_target("netcensus", own);
    // A second Ui in one process (tests) keeps the first one's log.
    let _ = tracing_subscriber::registry().with(filter).with(layer).try_init();
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
