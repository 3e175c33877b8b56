//! The sources of messages, each received from by a task of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::clouds::{EventSource, Message, MessageToken, SourceError, TokenFailure};
use crate::diagnostic::Diagnostic;

/// What was received and waits to be acted on. A source receives no more until there is room, so its messages stay where other
/// watchers see them.
const WAITING_RECEIVED: usize = 2;
/// When a source that failed is asked again. It doubles each time, and is the longest at once where only you can help. A
/// queue is asked for ever: its permissions and credentials come back without a restart.
const FIRST_RETRY: Duration = Duration::from_secs(1);
const LONGEST_RETRY: Duration = Duration::from_mins(2);
const RETRIES: [Duration; 2] = [FIRST_RETRY, LONGEST_RETRY];
/// A queue that has no message answers after some 20 seconds. One that answers sooner than this does not wait, and is not asked
/// again at once.
const MIN_WAIT: Duration = Duration::from_secs(1);
/// How often it is tried to remove a message. After that it comes back by itself.
const MAX_REMOVALS: u32 = 4;
/// How long giving messages back and removing others may take when the watch ends.
const END_WITHIN: Duration = Duration::from_secs(4);

/// What a source says.
pub enum Received {
    /// Messages.
    Messages(usize, Vec<Message>),
    /// The source could not be read. A queue is asked again; a file has ended with this.
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
    /// The tasks that receive, and what stops them.
    receivers: JoinSet<()>,
    stop: CancellationToken,
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

    /// Tells whether a source may always have another message.
    pub fn is_endless(&self, source: usize) -> bool {
        self.sources[source].is_endless()
    }

    /// Returns what is wrong with a part of a source whose other parts can be read, a sentence each.
    pub fn problems(&self, source: usize) -> Vec<String> {
        self.sources[source].problems().iter().map(Diagnostic::to_line).collect()
    }

    /// Begins to receive from all, until `cancel`.
    pub fn receive(&mut self, cancel: &CancellationToken) -> mpsc::Receiver<Received> {
        let (sender, receiver) = mpsc::channel(WAITING_RECEIVED);
        self.stop = cancel.child_token();
        for (number, source) in self.sources.iter().enumerate() {
            let receiving = SourceReceiver { number, source: Arc::clone(source), stop: self.stop.clone() };
            self.receivers.spawn(receiving.run(sender.clone(), RETRIES));
        }
        receiver
    }

    /// Numbers a message, which is then waited for.
    pub fn assign_number(&mut self, source: usize, token: MessageToken) -> u64 {
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
                let failures = remove(&*source, tokens, FIRST_RETRY).await;
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
    /// it; and lets what is being removed be removed, and what is being received be given back.
    pub async fn end(&mut self) {
        self.stop.cancel();
        let end = async {
            for (source, tokens) in self.tokens_by_source() {
                source.release(&tokens).await;
            }
            while self.calls.join_next().await.is_some() {}
            while self.receivers.join_next().await.is_some() {}
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

/// Removes messages, and tries those again that are still there: of a batch, some may fail. Returns those that were not
/// removed.
async fn remove(
    source: &dyn EventSource,
    mut tokens: Vec<MessageToken>,
    mut pause: Duration,
) -> Vec<TokenFailure> {
    let mut given_up = Vec::new();
    for attempt in 1..=MAX_REMOVALS {
        let failures = source.complete(&tokens).await;
        let (gone, left): (Vec<_>, Vec<_>) = failures.into_iter().partition(|failure| failure.is_gone);
        given_up.extend(gone);
        if left.is_empty() {
            break;
        }
        if attempt == MAX_REMOVALS {
            given_up.extend(left);
            break;
        }
        tokens = left.into_iter().map(|failure| failure.token).collect();
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    given_up
}

/// Receives from a source until it has ended or is stopped.
struct SourceReceiver {
    number: usize,
    source: Arc<dyn EventSource>,
    stop: CancellationToken,
}

impl SourceReceiver {
    async fn run(self, sender: mpsc::Sender<Received>, [first_retry, longest_retry]: [Duration; 2]) {
        let Self { number, source, stop } = &self;
        let mut wait = first_retry;
        loop {
            let asked = Instant::now();
            let Some(answer) = self.next_answer().await else { return };
            let (received, pause) = match answer {
                Ok(messages) if messages.is_empty() && !source.is_endless() => (Received::Ended, None),
                Ok(messages) => {
                    wait = first_retry;
                    let pause = (messages.is_empty() && asked.elapsed() < MIN_WAIT).then_some(first_retry);
                    (Received::Messages(*number, messages), pause)
                }
                Err(error) => {
                    let pause = if error.is_transient { wait } else { longest_retry };
                    wait = (wait * 2).min(longest_retry);
                    (Received::Failed(*number, error), Some(pause))
                }
            };
            let is_over = !source.is_endless() && !matches!(received, Received::Messages(..));
            if let Err(refused) = sender.send(received).await {
                return self.give_back(refused.0).await;
            }
            if is_over {
                return;
            }
            if let Some(pause) = pause {
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(pause) => {}
                }
            }
        }
    }

    /// Returns the next answer of the source; `None` once it is stopped. A call that has messages on their way goes on, or they
    /// would stay hidden from all watchers.
    async fn next_answer(&self) -> Option<Result<Vec<Message>, SourceError>> {
        if self.stop.is_cancelled() {
            return None;
        }
        let mut receiving = self.source.receive();
        tokio::select! {
            answer = &mut receiving => Some(answer),
            () = self.stop.cancelled() => {
                if self.source.is_waiting() { None } else { Some(receiving.await) }
            }
        }
    }

    /// Gives messages back that came too late for the watch.
    async fn give_back(&self, received: Received) {
        if let Received::Messages(_, messages) = received {
            let tokens: Vec<MessageToken> = messages.into_iter().map(|message| message.token).collect();
            self.source.release(&tokens).await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures_util::future::{BoxFuture, ready};
    use tokio::sync::Semaphore;

    use super::*;

    /// A queue that fails to remove messages so often, and one message that is not its own any more.
    struct Flaky {
        failures: Mutex<u32>,
        asked: Mutex<Vec<Vec<String>>>,
    }

    impl EventSource for Flaky {
        fn name(&self) -> &'static str {
            "flaky"
        }

        fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
            Box::pin(std::future::pending())
        }

        fn complete<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
            let asked = tokens.iter().map(|token| token.as_str().to_owned()).collect();
            self.asked.lock().unwrap().push(asked);
            let mut failures = self.failures.lock().unwrap();
            let fails = *failures > 0;
            *failures = failures.saturating_sub(1);
            let failure = |token: &MessageToken| TokenFailure {
                token: token.clone(),
                diagnostic: Diagnostic::new("InternalError"),
                is_gone: token.as_str() == "gone",
            };
            let failed = |token: &&MessageToken| match token.as_str() {
                "gone" => true,
                "stays" => fails,
                _ => false,
            };
            Box::pin(ready(tokens.iter().filter(failed).map(failure).collect()))
        }
    }

    async fn remove_all(failures: u32) -> (Vec<Vec<String>>, Vec<String>) {
        let source = Flaky { failures: Mutex::new(failures), asked: Mutex::default() };
        let tokens = ["goes", "stays", "gone"].map(MessageToken::new).to_vec();
        let left = remove(&source, tokens, Duration::ZERO).await;
        let left = left.iter().map(|failure| failure.token.as_str().to_owned()).collect();
        (source.asked.into_inner().unwrap(), left)
    }

    #[tokio::test]
    async fn of_a_batch_the_messages_that_failed_are_removed_again() {
        let (asked, left) = remove_all(2).await;
        assert_eq!(asked, [vec!["goes", "stays", "gone"], vec!["stays"], vec!["stays"]]);
        assert_eq!(left, ["gone"], "it was removed or received by another, so asking again is of no use");
        let (asked, left) = remove_all(u32::MAX).await;
        assert_eq!((asked.len(), left), (4, vec!["gone".to_owned(), "stays".to_owned()]));
    }

    /// A source that answers as listed, the last answer first.
    struct Listed {
        answers: Mutex<Vec<Result<Vec<Message>, SourceError>>>,
        is_endless: bool,
    }

    impl EventSource for Listed {
        fn name(&self) -> &'static str {
            "listed"
        }

        fn is_endless(&self) -> bool {
            self.is_endless
        }

        fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
            match self.answers.lock().unwrap().pop() {
                Some(answer) => Box::pin(ready(answer)),
                None => Box::pin(std::future::pending()),
            }
        }
    }

    fn receive(
        is_endless: bool,
        answers: Vec<Result<Vec<Message>, SourceError>>,
    ) -> mpsc::Receiver<Received> {
        let source = Listed { answers: Mutex::new(answers), is_endless };
        let (sender, receiver) = mpsc::channel(WAITING_RECEIVED);
        let stop = CancellationToken::new();
        let receiving = SourceReceiver { number: 0, source: Arc::new(source), stop };
        tokio::spawn(receiving.run(sender, [Duration::ZERO; 2]));
        receiver
    }

    /// It was asked thousands of times a second.
    #[tokio::test]
    async fn a_queue_that_does_not_wait_is_not_asked_again_at_once() {
        let answers = vec![Ok(vec![message("late")]), Ok(vec![]), Ok(vec![message("m")])];
        let source = Listed { answers: Mutex::new(answers), is_endless: true };
        let (sender, mut receiver) = mpsc::channel(WAITING_RECEIVED);
        let receiving =
            SourceReceiver { number: 0, source: Arc::new(source), stop: CancellationToken::new() };
        tokio::spawn(receiving.run(sender, [LONGEST_RETRY; 2]));
        for expected in [1, 0] {
            let answer = receiver.recv().await;
            assert!(matches!(answer, Some(Received::Messages(_, messages)) if messages.len() == expected));
        }
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(receiver.try_recv().is_err(), "it waits");
    }

    fn message(id: &str) -> Message {
        Message { token: MessageToken::new(id), body: Vec::new(), receive_count: 1, sent_at: None }
    }

    /// A queue that answers as often as it has permits.
    struct Slow {
        is_waiting: bool,
        permits: Semaphore,
        released: Mutex<Vec<String>>,
    }

    impl EventSource for Slow {
        fn name(&self) -> &'static str {
            "slow"
        }

        fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>> {
            Box::pin(async {
                self.permits.acquire().await.unwrap().forget();
                Ok(vec![message("late")])
            })
        }

        fn is_waiting(&self) -> bool {
            self.is_waiting
        }

        fn release<'a>(&'a self, tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
            self.released.lock().unwrap().extend(tokens.iter().map(|token| token.as_str().to_owned()));
            Box::pin(ready(Vec::new()))
        }
    }

    /// They would be hidden for minutes. What waits for messages that may not come is not waited for.
    #[tokio::test]
    async fn messages_that_are_on_their_way_when_a_watch_ends_are_given_back() {
        // The third one waits for room.
        for (is_waiting, before, after, released) in
            [(false, 0, 1, vec!["late"]), (false, 3, 0, vec!["late"]), (true, 0, 0, vec![])]
        {
            let (permits, released_now) = (Semaphore::new(before), Mutex::default());
            let source = Arc::new(Slow { is_waiting, permits, released: released_now });
            let mut sources = MessageSources::new(vec![Arc::clone(&source) as Arc<dyn EventSource>]);
            let cancel = CancellationToken::new();
            let mut received = sources.receive(&cancel);
            tokio::task::yield_now().await;
            while source.permits.available_permits() > 0 {
                tokio::task::yield_now().await;
            }
            cancel.cancel();
            source.permits.add_permits(after);
            received.close();
            sources.end().await;
            assert!(sources.receivers.is_empty(), "nothing is left behind");
            assert_eq!(*source.released.lock().unwrap(), released, "{is_waiting} {before}");
        }
    }

    #[tokio::test]
    async fn a_queue_never_ends_and_a_file_does() {
        let denied = || Err(SourceError::permanent("AccessDenied"));
        let mut queue = receive(true, vec![Ok(vec![message("m")]), denied(), Ok(vec![]), denied()]);
        assert!(matches!(queue.recv().await, Some(Received::Failed(..))));
        assert!(matches!(queue.recv().await, Some(Received::Messages(_, messages)) if messages.is_empty()));
        assert!(matches!(queue.recv().await, Some(Received::Failed(..))));
        assert!(matches!(queue.recv().await, Some(Received::Messages(_, messages)) if messages.len() == 1));
        let mut file = receive(false, vec![Ok(vec![])]);
        assert!(matches!(file.recv().await, Some(Received::Ended)) && file.recv().await.is_none());
        let mut file = receive(false, vec![denied()]);
        assert!(matches!(file.recv().await, Some(Received::Failed(..))) && file.recv().await.is_none());
    }
}
