//! Where messages about changes come from: what a queue, a feed of changes or a file of recorded events must offer.
//!
//! A message is taken, acted on, and only then completed. Until that it is hidden from other receivers for
//! [`EventSource::visibility`] and comes back afterwards, so a process that is killed loses none.

use std::fmt;
use std::time::Duration;

use futures_util::future::{BoxFuture, ready};
use jiff::Timestamp;

use crate::diagnostic::Diagnostic;

/// A source of messages. All calls may be made at the same time.
pub trait EventSource: Send + Sync {
    /// Names the source as you wrote it, without secrets.
    fn name(&self) -> &str;

    /// What you should know of the source, although it can be read.
    fn notes(&self) -> &[String] {
        &[]
    }

    /// What is wrong with a part of the source, while its other parts can be read; without secrets.
    fn problems(&self) -> Vec<Diagnostic> {
        Vec::new()
    }

    /// Tells whether there may always be another message. A file ends: [`EventSource::receive`] returns nothing then.
    fn is_endless(&self) -> bool {
        true
    }

    /// How long a message that was received stays hidden from other receivers. `None` if there are none.
    fn visibility(&self) -> Option<Duration> {
        None
    }

    /// Takes the next messages. An endless source waits up to some 20 seconds for one, and returns nothing when none
    /// came. It is safe to drop the future: what was on its way comes back after [`EventSource::visibility`].
    ///
    /// # Errors
    /// When the source cannot be read. [`SourceError::is_transient`] tells whether to try again.
    fn receive(&self) -> BoxFuture<'_, Result<Vec<Message>, SourceError>>;

    /// Tells whether the call of [`EventSource::receive`] that runs waits for messages that may not come. A watch that ends does
    /// not wait for it then.
    fn is_waiting(&self) -> bool {
        true
    }

    /// Removes messages, because what they led to is on disk. Returns those that were not removed. A source that keeps no
    /// messages has nothing to do, here and below.
    fn complete<'a>(&'a self, _tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(ready(Vec::new()))
    }

    /// Hides messages for another [`EventSource::visibility`] from now on. Returns those that are not hidden.
    fn extend<'a>(&'a self, _tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(ready(Vec::new()))
    }

    /// Gives messages back, so that any receiver may take them: at once, or as soon as none goes any more to a call of
    /// [`EventSource::receive`] that was dropped. Returns those that were not given back, and are hidden until their time is
    /// over.
    fn release<'a>(&'a self, _tokens: &'a [MessageToken]) -> BoxFuture<'a, Vec<TokenFailure>> {
        Box::pin(ready(Vec::new()))
    }

    /// Returns about how many messages wait. `None` if that is unknown.
    fn depth(&self) -> BoxFuture<'_, Option<u64>> {
        Box::pin(ready(None))
    }
}

/// A message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What the source knows it by.
    pub token: MessageToken,
    /// What was sent. Never kept: it may contain personal data.
    pub body: Vec<u8>,
    /// How often it was received, this time included.
    pub receive_count: u32,
    /// When it was sent to the source.
    pub sent_at: Option<Timestamp>,
}

/// The id of a message, which is the same each time that it is received. The source remembers the receipt of the last
/// time, by which the message is removed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageToken(String);

impl MessageToken {
    /// Takes the id that the source gave.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// Returns the id.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MessageToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a message was not completed, extended or released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenFailure {
    /// The message.
    pub token: MessageToken,
    /// What is wrong; without secrets.
    pub diagnostic: Diagnostic,
    /// Whether the message is not ours any more: it was removed, or its time was over and it was received again. Trying
    /// again is of no use then.
    pub is_gone: bool,
}

/// Why nothing was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    /// What is wrong, and what to do; without secrets. Who receives from the source adds its name.
    pub diagnostic: Diagnostic,
    /// Whether it may pass by itself: no answer, throttling, an error of the service. A queue that does not exist and a
    /// missing permission stay until you do something, and are asked for again at longer intervals.
    pub is_transient: bool,
}

impl SourceError {
    /// Makes one that stays until you do something.
    pub fn permanent(diagnostic: impl Into<Diagnostic>) -> Self {
        Self { diagnostic: diagnostic.into(), is_transient: false }
    }

    /// Makes one that may pass by itself.
    pub fn transient(diagnostic: impl Into<Diagnostic>) -> Self {
        Self { diagnostic: diagnostic.into(), is_transient: true }
    }

    /// Puts what the error is about before it, such as the name of the source.
    #[must_use]
    pub fn context(self, context: impl fmt::Display) -> Self {
        Self { diagnostic: self.diagnostic.context(context), ..self }
    }

    /// Adds a remedy.
    #[must_use]
    pub fn remedy(self, remedy: impl Into<String>) -> Self {
        Self { diagnostic: self.diagnostic.remedy(remedy), ..self }
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.diagnostic.fmt(f)
    }
}

impl std::error::Error for SourceError {}
