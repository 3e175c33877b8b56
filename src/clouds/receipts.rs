//! The receipts of messages. Each time a message is received it has another one, and only the last one removes it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::event_source::MessageToken;

/// A message of SQS is received again after 12 hours at the latest, and those of Azure are hidden for as long as we ask.
const LIFETIME: Duration = Duration::from_hours(12);
/// So many receipts are kept before the first look for old ones.
const FEW: usize = 1_000;

/// The last receipt of each message that was received and not removed.
#[derive(Debug, Default)]
pub struct Receipts(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    receipts: HashMap<MessageToken, (String, Instant)>,
    /// How many there may be before old ones are looked for.
    most: usize,
}

impl Receipts {
    /// Remembers the receipt of a message.
    pub fn record(&self, token: &MessageToken, receipt: impl Into<String>) {
        let mut kept = self.lock();
        kept.receipts.insert(token.clone(), (receipt.into(), Instant::now()));
        // Messages that others removed, such as into a dead-letter queue.
        if kept.receipts.len() > kept.most.max(FEW) {
            kept.receipts.retain(|_, (_, received)| received.elapsed() < LIFETIME);
            kept.most = 2 * kept.receipts.len();
        }
    }

    /// Returns the last receipt of a message.
    pub fn get(&self, token: &MessageToken) -> Option<String> {
        self.lock().receipts.get(token).map(|(receipt, _)| receipt.clone())
    }

    /// Forgets a message that is not ours any more.
    pub fn forget(&self, token: &MessageToken) {
        self.lock().receipts.remove(token);
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_receipt_counts_and_many_messages_are_remembered() {
        let (receipts, token) = (Receipts::default(), MessageToken::new("a"));
        receipts.record(&token, "1");
        receipts.record(&token, "2");
        for number in 0..3 * FEW {
            receipts.record(&MessageToken::new(number.to_string()), "x");
        }
        assert_eq!(receipts.get(&token).as_deref(), Some("2"));
        receipts.forget(&token);
        assert_eq!(receipts.get(&token), None);
    }
}
