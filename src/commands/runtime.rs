//! What a command runs in: the async runtime, and the handling of panics.

use std::backtrace::Backtrace;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::thread::{self, Builder as ThreadBuilder};

use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, ErrorKind};

/// Kept for the whole process: the watch for Ctrl-C must outlive the reading, because writing can block too.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// So many threads beside those of the runtime are more than any command has at once.
const OTHER_THREADS: usize = 16;

/// Runs `work` to its end.
///
/// # Errors
/// As `work`, or when the system refuses threads.
pub fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = if let Some(runtime) = RUNTIME.get() {
        runtime
    } else {
        // Said here, so that no variable of the library is asked, which panics when it is wrong.
        let threads = worker_threads();
        check_open_files()?;
        // The library hangs, or panics, when it cannot start the threads.
        check_threads(threads).map_err(|error| refused_threads(&error))?;
        let made = Builder::new_multi_thread().worker_threads(threads).enable_all().build();
        let made = made.map_err(|error| refused_threads(&error))?;
        RUNTIME.get_or_init(|| made)
    };
    runtime.block_on(work)
}

fn worker_threads() -> usize {
    thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// Starts so many threads at the same time, and ends them.
///
/// # Errors
/// When the system refuses one of them.
fn check_threads(number: usize) -> io::Result<()> {
    let gate = Mutex::new(());
    let closed = gate.lock().unwrap_or_else(PoisonError::into_inner);
    thread::scope(|scope| {
        let wait = || drop(gate.lock());
        let mut started = (0..number).map(|_| ThreadBuilder::new().spawn_scoped(scope, wait).map(drop));
        let started = started.try_for_each(|started| started);
        drop(closed);
        started
    })
}

fn refused_threads(error: &io::Error) -> Error {
    Error::new(ErrorKind::System, "the operating system refuses to start threads").with_source(error).remedy(
        "raise the limit on processes (`ulimit -u`, or that of the container), or end other processes",
    )
}

/// Checks that the system lets this process open the files that the runtime needs: without those for signals, the library
/// panics.
///
/// # Errors
/// When it does not.
fn check_open_files() -> Result<(), Error> {
    #[cfg(unix)]
    {
        let open = || std::os::unix::net::UnixStream::pair();
        open().and_then(|first| Ok((first, open()?, open()?))).map_err(|error| {
            Error::new(ErrorKind::System, "the operating system refuses to open more files")
                .with_source(&error)
        })?;
    }
    Ok(())
}

/// Logs panics instead of printing them: with `-v` their message, with `-vv` a backtrace too. What could not be read
/// because of one is reported anyway.
pub fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        tracing::debug!("panic: {}", panic.to_string().trim_start_matches("panicked at "));
        tracing::trace!("{}", Backtrace::force_capture());
    }));
}

/// Runs a command, and makes an error of its panic. A panic while one account or region is read does not come here: it is
/// an outcome of the coverage (`clouds/step.rs`).
///
/// # Errors
/// As `work`, and when it panics.
pub fn catch_panics<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        // Libraries panic when they cannot start a thread, which is no fault of ours.
        check_threads(worker_threads() + OTHER_THREADS).map_err(|error| refused_threads(&error))?;
        Err(Error::new(ErrorKind::Fault, "netcensus has a bug and cannot continue")
            .remedy("please report it, with the output of -v"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn threads_that_are_tried_are_there_at_the_same_time() {
        check_threads(64).unwrap();
        let error = refused_threads(&io::ErrorKind::WouldBlock.into());
        assert_eq!(error.exit(), Exit::Failed);
    }

    #[test]
    fn a_panic_is_an_error_with_a_documented_exit_code() {
        let fault = catch_panics::<()>(|| panic!("of a library")).unwrap_err();
        assert_eq!(fault.exit(), Exit::Failed);
        assert!(!fault.is_nothing_read(), "no account is to blame");
        assert!(catch_panics(|| Ok(())).is_ok());
    }
}
