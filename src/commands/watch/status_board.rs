//! What the server of `--serve` knows of the watch: what is wrong, and what the loop answers when it is asked.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hyper::body::Bytes;
use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

use super::documents::{DocumentWriter, ServedDocument};
use super::metrics::{self, Depths, WatchNumbers};
use super::problems::Problems;
use crate::clouds::EventSource;
use crate::model::Inventory;
use crate::redact::redact;

/// The most questions that wait.
const MAX_QUESTIONS: usize = 8;
/// How long the depths of queues are good for.
const DEPTHS_FOR: Duration = Duration::from_secs(15);
/// A queue that does not say its depth by then is left out.
const DEPTH_WITHIN: Duration = Duration::from_secs(3);
/// What is wrong until the watch has an inventory.
const BEGINNING: &str = "beginning";

/// What the server knows.
pub struct StatusBoard {
    started: Timestamp,
    /// How often the inventory has changed.
    changes: AtomicU64,
    problems: Problems,
    /// The sources of events. They are known once the watch has an inventory.
    sources: OnceLock<Vec<Arc<dyn EventSource>>>,
    questions: mpsc::Sender<Question>,
    writer: Arc<DocumentWriter>,
    /// The documents that were made last. While one is made, others wait for it.
    documents: [AsyncMutex<Option<Written>>; ServedDocument::ALL.len()],
    depths: AsyncMutex<Option<(Instant, Depths)>>,
}

/// A document that was made.
#[derive(Debug, Clone)]
pub struct Written {
    /// Changes when the inventory does.
    pub tag: String,
    /// The text.
    pub body: Bytes,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unanswered {
    /// The first scan is not done.
    Beginning,
    /// The watch is ending.
    Ending,
    /// The document cannot be made.
    Failed(String),
}

/// The questions of the server, which the loop answers between its steps.
#[derive(Debug)]
pub struct Questions(mpsc::Receiver<Question>);

/// A question.
#[derive(Debug)]
pub enum Question {
    /// What the inventory is.
    Inventory(oneshot::Sender<Inventory>),
    /// What the numbers are.
    Numbers(oneshot::Sender<WatchNumbers>),
}

impl Questions {
    /// Waits for the next one. `None` if there cannot be any more.
    pub async fn next(&mut self) -> Option<Question> {
        self.0.recv().await
    }
}

impl StatusBoard {
    /// Makes one of a watch that has no inventory yet, and the questions for its loop.
    pub fn new(started: Timestamp, writer: DocumentWriter, problems: Problems) -> (Self, Questions) {
        let (questions, receiver) = mpsc::channel(MAX_QUESTIONS);
        let board = Self {
            started,
            changes: AtomicU64::new(0),
            problems,
            sources: OnceLock::new(),
            questions,
            writer: Arc::new(writer),
            documents: Default::default(),
            depths: AsyncMutex::new(None),
        };
        board.problems.set(BEGINNING, Some("the first scan is not done".to_owned()));
        (board, Questions(receiver))
    }

    /// Notes that the watch has an inventory, and takes events from these.
    pub fn begin(&self, sources: &[Arc<dyn EventSource>]) {
        // A watch begins once.
        let _ = self.sources.set(sources.to_vec());
        self.problems.set(BEGINNING, None);
    }

    /// Notes that the inventory has changed.
    pub fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// What is wrong, to note more.
    #[cfg(test)]
    pub const fn problems(&self) -> &Problems {
        &self.problems
    }

    /// What is wrong, a line each.
    pub fn list_problems(&self) -> Vec<String> {
        self.problems.list()
    }

    /// The metrics as text.
    ///
    /// # Errors
    /// When there are none.
    pub async fn metrics(&self) -> Result<String, Unanswered> {
        let numbers = self.ask(Question::Numbers).await?;
        // How full subnets are is left out if it cannot be told, and the rest is not.
        let usage = match self.document(ServedDocument::Usage).await {
            Ok(usage) => String::from_utf8_lossy(&usage.body).into_owned(),
            Err(why) => {
                tracing::warn!(?why, "no metrics of usage");
                String::new()
            }
        };
        Ok(metrics::render(&numbers, &self.queue_depths().await, &usage, self.started))
    }

    async fn queue_depths(&self) -> Depths {
        let mut kept = self.depths.lock().await;
        if let Some((_, depths)) = kept.as_ref().filter(|(asked, _)| asked.elapsed() < DEPTHS_FOR) {
            return depths.clone();
        }
        let depth = |source: &Arc<dyn EventSource>| {
            let source = Arc::clone(source);
            async move {
                let depth = tokio::time::timeout(DEPTH_WITHIN, source.depth()).await.ok().flatten();
                depth.map(|depth| (source.name().to_owned(), depth))
            }
        };
        let sources = self.sources.get().into_iter().flatten();
        let depths: Depths = join_all(sources.map(depth)).await.into_iter().flatten().collect();
        *kept = Some((Instant::now(), depths.clone()));
        depths
    }

    /// The tag of documents of the inventory as it is now. It is weak: times in them may be newer than the last change.
    pub fn tag(&self) -> String {
        format!("W/\"{}-{}\"", self.started.as_millisecond(), self.changes.load(Ordering::Relaxed))
    }

    /// Returns a document of the inventory. It is made once a change.
    ///
    /// # Errors
    /// When there is no inventory, or the document cannot be made.
    pub async fn document(&self, document: ServedDocument) -> Result<Written, Unanswered> {
        let mut kept = self.documents[document as usize].lock().await;
        // Read before the inventory: a newer inventory under an older tag is fetched once more, and nothing is missed.
        let tag = self.tag();
        if let Some(written) = kept.as_ref().filter(|written| written.tag == tag) {
            return Ok(written.clone());
        }
        let inventory = self.ask(Question::Inventory).await?;
        let writer = Arc::clone(&self.writer);
        let made = tokio::task::spawn_blocking(move || writer.write(document, &inventory)).await;
        let fault = |_| Unanswered::Failed("netcensus has a bug".to_owned());
        let body = made.map_err(fault)?;
        let body = body.map_err(|error| Unanswered::Failed(redact(&error.diagnostic().to_line())))?;
        let written = Written { tag, body: body.into() };
        *kept = Some(written.clone());
        Ok(written)
    }

    /// Asks the loop, which answers nothing before it has an inventory.
    async fn ask<T>(&self, question: impl FnOnce(oneshot::Sender<T>) -> Question) -> Result<T, Unanswered> {
        if self.sources.get().is_none() {
            return Err(Unanswered::Beginning);
        }
        let (sender, receiver) = oneshot::channel();
        self.questions.send(question(sender)).await.map_err(|_| Unanswered::Ending)?;
        receiver.await.map_err(|_| Unanswered::Ending)
    }
}
