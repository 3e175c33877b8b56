//! What the server of `--serve` knows of the watch: what is wrong, and what the loop answers when it is asked.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use hyper::body::Bytes;
use jiff::Timestamp;
use tokio::sync::{Mutex as AsyncMutex, mpsc, oneshot};

use super::metrics::{self, WatchNumbers};
use crate::clouds::EventSource;
use crate::model::Inventory;

/// Questions that wait at most.
const QUESTIONS: usize = 8;
/// How long the depths of queues are good for.
const DEPTHS_FOR: Duration = Duration::from_secs(15);
/// A queue that does not say its depth by then is left out.
const DEPTH_WITHIN: Duration = Duration::from_secs(3);

/// What the server knows.
pub struct StatusBoard {
    started: Timestamp,
    /// How often the inventory has changed.
    changes: AtomicU64,
    problems: Mutex<BTreeMap<String, String>>,
    sources: Vec<Arc<dyn EventSource>>,
    questions: mpsc::Sender<Question>,
    /// The document that was made last. While one is made, others wait for it.
    document: AsyncMutex<Option<Document>>,
    depths: AsyncMutex<Option<(Instant, Depths)>>,
}

/// About how many messages wait in each queue that tells.
pub type Depths = BTreeMap<String, u64>;

/// An inventory as JSON.
#[derive(Debug, Clone)]
pub struct Document {
    /// Changes when the inventory does.
    pub tag: String,
    /// The text.
    pub json: Bytes,
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
    /// Makes one about a watch of these sources, and the questions for its loop.
    pub fn new(started: Timestamp, sources: Vec<Arc<dyn EventSource>>) -> (Self, Questions) {
        let (questions, receiver) = mpsc::channel(QUESTIONS);
        let board = Self {
            started,
            changes: AtomicU64::new(0),
            problems: Mutex::default(),
            sources,
            questions,
            document: AsyncMutex::new(None),
            depths: AsyncMutex::new(None),
        };
        (board, Questions(receiver))
    }

    /// Notes that the inventory has changed.
    pub fn note_change(&self) {
        self.changes.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes what is wrong with `thing`, or that nothing is.
    pub fn set_problem(&self, thing: &str, problem: Option<String>) {
        let mut problems = self.problems();
        match problem {
            Some(problem) => drop(problems.insert(thing.to_owned(), problem)),
            None => drop(problems.remove(thing)),
        }
    }

    /// What is wrong, a line each.
    pub fn list_problems(&self) -> Vec<String> {
        self.problems().iter().map(|(thing, problem)| format!("{thing}: {problem}")).collect()
    }

    /// The metrics as text. `None` if the watch is ending.
    pub async fn metrics(&self) -> Option<String> {
        let (sender, receiver) = oneshot::channel();
        self.questions.send(Question::Numbers(sender)).await.ok()?;
        let numbers = receiver.await.ok()?;
        Some(metrics::render(&numbers, &self.queue_depths().await, self.started))
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
        let depths: Depths = join_all(self.sources.iter().map(depth)).await.into_iter().flatten().collect();
        *kept = Some((Instant::now(), depths.clone()));
        depths
    }

    /// The tag of the inventory as it is now. It is weak: times in a document may be newer than the last change.
    pub fn tag(&self) -> String {
        format!("W/\"{}-{}\"", self.started.as_millisecond(), self.changes.load(Ordering::Relaxed))
    }

    /// Returns the inventory as JSON. `None` if the watch is ending.
    pub async fn document(&self) -> Option<Document> {
        let mut kept = self.document.lock().await;
        // Read before the inventory: a newer inventory under an older tag is fetched once more, and nothing is missed.
        let tag = self.tag();
        if let Some(document) = kept.as_ref().filter(|document| document.tag == tag) {
            return Some(document.clone());
        }
        let (sender, receiver) = oneshot::channel();
        self.questions.send(Question::Inventory(sender)).await.ok()?;
        let inventory = receiver.await.ok()?;
        let json = tokio::task::spawn_blocking(move || serde_json::to_vec(&inventory)).await.ok()?.ok()?;
        let document = Document { tag, json: json.into() };
        *kept = Some(document.clone());
        Some(document)
    }

    fn problems(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.problems.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
