//! What reads changed, joined.

use crate::watch::delta::Delta;
use crate::watch::touched::Touched;

/// What reads that ended together changed.
#[derive(Debug)]
pub struct JoinedChange {
    /// The change, for the journal.
    pub delta: Delta,
    /// The change, for reports; empty if only what some account sees changed, and others see the same as before.
    pub touched: Touched,
}

impl JoinedChange {
    /// Joins what reads changed one after the other; `None` if there is nothing.
    pub(super) fn join(mut changes: Vec<Self>) -> Option<Self> {
        // Two by two: what is joined is looked through again each time.
        while changes.len() > 1 {
            let (mut pairs, mut left) = (Vec::new(), changes.into_iter());
            while let Some(first) = left.next() {
                pairs.push(match left.next() {
                    Some(second) => first.followed_by(second),
                    None => first,
                });
            }
            changes = pairs;
        }
        changes.pop()
    }

    /// Joins it with what another read changed right after it.
    fn followed_by(mut self, later: Self) -> Self {
        self.delta.append(later.delta);
        Self { delta: self.delta, touched: self.touched.followed_by(later.touched) }
    }
}
