//! The sources of messages, each received from by a task of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clouds::{EventSource, Message, MessageToken, SourceError, TokenFailure};

/// Batches of messages that wait to be acted on. A source receives no more until there is room, so its messages stay
/// where other watchers see them.
const WAITING_BATCHES: usize = 8;
/// When a source that failed is asked again. It doubles each time.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_mins(2);
/// How long giving messages back and removing others may take when the watch ends.
const END_WITHIN: Duration = Duration::from_secs(4);

/// What a source says.
pub enum Received {
    /// Messages.
    Messages(usize, Vec<Message>),
    /// The source could not be read. It is tried again if that may pass by itself.
    Failed(usize, SourceError),
    /// A source has no more messages.
    Ended,
}

/// The sources, and which of their messages are not completed yet.
#[derive(Default)]
pub struct MessageSources {
    sources: Vec<Arc<dyn EventSource>>,
    taken: HashMap<u64, (usize, MessageToken)>,
    numbers: u64,
    ended: usize,
    /// Calls that remove messages or hide them, and say what went wrong.
    calls: JoinSet<Vec<String>>,
}

impl MessageSources {
    /// Takes messages from these.
    pub fn new(sources: Vec<Arc<dyn EventSource>>) -> Self {
        Self { sources, ..Self::default() }
    }

    /// Tells whether there are any.
    pub fn is_empty(&self) -> bool {
        self.sources.is_empty()
    }

    /// Tells whether there were sources and all of them have ended.
    pub fn have_ended(&self) -> bool {
        !self.sources.is_empty() && self.ended == self.sources.len()
    }

    /// Notes that a source has ended.
    pub const fn note_end(&mut self) {
        self.ended += 1;
    }

    /// Returns the name of a source.
    pub fn name(&self, source: usize) -> &str {
        self.sources[source].name()
    }

    /// Begins to receive from all, until `cancel`.
    pub fn receive(&self, cancel: &CancellationToken) -> mpsc::Receiver<Received> {
        let (sender, receiver) = mpsc::channel(WAITING_BATCHES);
        for (number, source) in self.sources.iter().enumerate() {
            let receiving = receive_from(number, Arc::clone(source), sender.clone());
            let cancel = cancel.clone();
            tokio::spawn(async move {
                tokio::select! {
                    () = cancel.cancelled() => {}
                    () = receiving => {}
                }
            });
        }
        receiver
    }

    /// Numbers a message, which is then waited for.
    pub fn take(&mut self, source: usize, token: MessageToken) -> u64 {
        self.numbers += 1;
        self.taken.insert(self.numbers, (source, token));
        self.numbers
    }

    /// Removes messages from their sources, because what they led to is done. It goes on while others are received.
    pub fn complete(&mut self, numbers: &[u64]) {
        let mut by_source: HashMap<usize, Vec<MessageToken>> = HashMap::new();
        for (source, token) in numbers.iter().filter_map(|number| self.taken.remove(number)) {
            by_source.entry(source).or_default().push(token);
        }
        for (source, tokens) in by_source {
            let source = Arc::clone(&self.sources[source]);
            self.calls.spawn(async move {
                let failures = source.complete(&tokens).await;
                failures.iter().map(|failure| describe(&*source, failure)).collect()
            });
        }
    }

    /// Returns what went wrong with the next call that ended, a sentence each; `None` if none runs.
    pub async fn next_failures(&mut self) -> Option<Vec<String>> {
        Some(self.calls.join_next().await?.unwrap_or_default())
    }

    /// Returns how often messages have to be hidden anew from other receivers: well before they come back.
    pub fn extend_every(&self) -> Option<Duration> {
        let shortest = self.sources.iter().filter_map(|source| source.visibility()).min();
        shortest.map(|visibility| (visibility / 3).max(Duration::from_secs(1)))
    }

    /// Hides every message that is waited for from other receivers once more.
    pub fn extend(&mut self) {
        for (source, tokens) in self.tokens_by_source() {
            self.calls.spawn(async move {
                let failures = source.extend(&tokens).await;
                failures.iter().map(|failure| describe(&*source, failure)).collect()
            });
        }
    }

    /// Gives every message back that is waited for, so that another watcher, or this one when it is started again, takes
    /// it; and lets what is being removed be removed.
    pub async fn end(mut self) {
        let end = async {
            for (source, tokens) in self.tokens_by_source() {
                source.release(&tokens).await;
            }
            while self.calls.join_next().await.is_some() {}
        };
        // What is neither removed nor given back comes back by itself.
        let _ = tokio::time::timeout(END_WITHIN, end).await;
    }

    fn tokens_by_source(&self) -> Vec<(Arc<dyn EventSource>, Vec<MessageToken>)> {
        let tokens = |number: usize| {
            let of_source = self.taken.values().filter(|(source, _)| *source == number);
            of_source.map(|(_, token)| token.clone()).collect::<Vec<_>>()
        };
        let sources = self.sources.iter().enumerate();
        let all = sources.map(|(number, source)| (Arc::clone(source), tokens(number)));
        all.filter(|(_, tokens)| !tokens.is_empty()).collect()
    }
}

fn describe(source: &dyn EventSource, failure: &TokenFailure) -> String {
    format!("{}: {}", source.name(), failure.diagnostic.to_line())
}

async fn receive_from(number: usize, source: Arc<dyn EventSource>, sender: mpsc::Sender<Received>) {
    let mut wait = FIRST_RETRY;
    loop {
        let received = match source.receive().await {
            Ok(messages) if messages.is_empty() && !source.is_endless() => Received::Ended,
            Ok(messages) => {
                wait = FIRST_RETRY;
                Received::Messages(number, messages)
            }
            Err(error) => Received::Failed(number, error),
        };
        let (is_over, is_failed) = match &received {
            Received::Messages(..) => (false, false),
            Received::Failed(_, error) => (!error.is_transient, true),
            Received::Ended => (true, false),
        };
        if sender.send(received).await.is_err() || is_over {
            return;
        }
        if is_failed {
            tokio::time::sleep(wait).await;
            wait = (wait * 2).min(LONGEST_RETRY);
        }
    }
}
