//! Where the commands that talk to servers leave the synchronous world.

use crate::error::Error;

/// Runs `work` to its end.
///
/// # Errors
/// As `work`, or when the system refuses threads.
pub fn block_on<T>(work: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
    tokio::runtime::Runtime::new()
        .map_err(|error| Error::usage("the system refuses to start threads").caused_by(&error))?
        .block_on(work)
}
