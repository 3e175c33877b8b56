//! Where the commands that talk to servers leave the synchronous world.

use std::sync::OnceLock;

use tokio::runtime::Runtime;

use crate::error::Error;

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
        let made = Runtime::new()
            .map_err(|error| Error::usage("the system refuses to start threads").caused_by(&error))?;
        RUNTIME.get_or_init(|| made)
    };
    runtime.block_on(work)
}
