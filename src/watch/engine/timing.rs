//! When things are read, read again, and given up.

use std::time::Duration;

/// How long hints are collected before they are read together, when little happens.
pub(super) const COLLECTED_FOR: Duration = Duration::from_millis(500);
/// They are collected for longer for each message that waits: the more happens, the more there is to read together.
pub(super) const LONGER_FOR_MESSAGE: Duration = Duration::from_millis(2);
/// The longest time for which hints are collected.
pub(super) const COLLECTED_AT_MOST: Duration = Duration::from_millis(2500);
/// Within which time what follows from a read is read: together with what else follows from it, and soon.
pub(super) const FOLLOWED_WITHIN: Duration = Duration::from_millis(100);
/// When something is asked for again that was not found. Answers of EC2 are eventually consistent.
pub(super) const ASK_AGAIN_AFTER: Duration = Duration::from_secs(3);
/// How often a known resource is asked for in vain until it is believed gone.
pub(super) const ASKS_UNTIL_GONE: usize = 2;
/// How often an id is asked for that was never listed. A new machine may be listed seconds after its event.
pub(super) const ASKS_UNTIL_UNKNOWN: usize = 3;
/// When a read that failed is tried again. It doubles each time.
pub(super) const FIRST_RETRY: Duration = Duration::from_secs(1);
/// The longest time until a read that failed is tried again.
pub(super) const LONGEST_RETRY: Duration = Duration::from_mins(5);
/// How often a read fails until its messages are given up. That it fails is in the coverage then.
pub(super) const ATTEMPTS_FOR_MESSAGES: u32 = 6;
