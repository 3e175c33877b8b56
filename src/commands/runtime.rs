//! Where the commands that talk to servers leave the synchronous world.

use std::sync::OnceLock;

use tokio::runtime::{Builder, Runtime};

use crate::error::{Error, ErrorKind};

/// Kept for the whole process: what watches for Ctrl-C must outlive the reading, since writing can block too.
static RUNTIME: OnceLock<Runtime> = OnceLock::new();

/// Runs `work` to its end.
///
/// # Errors
/// As `work`, or when the system refuses threads.
pub fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    let runtime = if let Some(runtime) = RUNTIME.get() {
        runtime
    } else {
        // Said here, so that no variable of the library is asked, which panics when it is wrong.
        let threads = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let made =
            Builder::new_multi_thread().worker_threads(threads).enable_all().build().map_err(|error| {
                Error::new(ErrorKind::System, "the operating system refuses to start threads")
                    .caused_by(&error)
            })?;
        RUNTIME.get_or_init(|| made)
    };
    runtime.block_on(work)
}
