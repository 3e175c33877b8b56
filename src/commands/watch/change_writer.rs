//! Writes changes to stdout on a thread of its own: a program that stops reading it holds up neither the end of the watch
//! nor anything else that the watch does.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::analysis::diff::Changes;
use crate::error::{Error, ErrorKind};
use crate::output::{self, ChangeBatch};
use crate::ui::Ui;

/// How long a batch may wait for its reader until that is a problem.
const STALLED_AFTER: Duration = Duration::from_secs(30);

/// Writes one batch of changes at a time.
pub struct ChangeWriter {
    ui: Ui,
    writing: Option<Writing>,
}

/// A batch that is being written.
struct Writing {
    began: Instant,
    /// Says whether stdout still had a reader.
    ended: oneshot::Receiver<Result<bool, Error>>,
}

impl ChangeWriter {
    /// Prepares to write.
    pub fn new(ui: &Ui) -> Self {
        Self { ui: ui.clone(), writing: None }
    }

    /// Begins to write a batch. The one before must have ended.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(&mut self, batch: ChangeBatch, changes: Arc<Changes>) -> Result<(), Error> {
        let (end, ended) = oneshot::channel();
        let ui = self.ui.clone();
        let write = move || {
            let written = ui.data_while_read(|out| output::write_change_batch(batch, &changes, out));
            // The watch may have ended without waiting.
            let _ = end.send(written);
        };
        thread::Builder::new().spawn(write).map_err(|error| {
            Error::new(ErrorKind::System, "the operating system refuses to start threads").caused_by(&error)
        })?;
        self.writing = Some(Writing { began: Instant::now(), ended });
        Ok(())
    }

    /// Tells whether a batch is being written.
    pub const fn is_writing(&self) -> bool {
        self.writing.is_some()
    }

    /// Returns when the batch that is being written will have waited for so long that it is a problem.
    pub fn stalls_at(&self) -> Option<Instant> {
        self.writing.as_ref().map(|writing| writing.began + STALLED_AFTER)
    }

    /// Waits until the batch is written, for ever if none is. Returns whether stdout still has a reader.
    ///
    /// # Errors
    /// When stdout cannot be written for another reason than that its reader has gone away.
    pub async fn end(&mut self) -> Result<bool, Error> {
        let Some(writing) = &mut self.writing else { return std::future::pending().await };
        let written = (&mut writing.ended).await;
        self.writing = None;
        // The thread ends without an answer only if it panics.
        written.unwrap_or_else(|_| {
            Err(Error::new(ErrorKind::Output, "cannot write changes: netcensus has a fault"))
        })
    }
}
