//! Panics: faults of netcensus or of a library, which must neither end it with a code of their own nor speak in its name.

use std::backtrace::Backtrace;
use std::panic::{self, AssertUnwindSafe};

use crate::error::{Error, ErrorKind};

/// Keeps the text of panics from stderr, unless it is asked to be verbose: what could not be read is said anyway.
pub fn log_panics() {
    panic::set_hook(Box::new(|fault| {
        tracing::debug!("fault: {}", fault.to_string().trim_start_matches("panicked at "));
        tracing::trace!("{}", Backtrace::force_capture());
    }));
}

/// Does `work`; a panic becomes an error. Those of single accounts never come here.
///
/// # Errors
/// As `work`, and when it panics.
pub fn contained<T>(work: impl FnOnce() -> Result<T, Error>) -> Result<T, Error> {
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(Error::new(ErrorKind::NothingRead, "netcensus has a fault and cannot go on")
            .remedy("please report it with the output of -v"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exit::Exit;

    #[test]
    fn a_panic_is_an_error_with_a_documented_exit_code() {
        let fault = contained::<()>(|| panic!("of a library")).unwrap_err();
        assert_eq!(fault.exit(), Exit::Unusable);
        assert!(contained(|| Ok(())).is_ok());
    }
}
