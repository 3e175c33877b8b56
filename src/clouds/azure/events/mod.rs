//! Where changes are heard of: storage queues (`event_queue`), and the changes that Resource Graph keeps (`change_feed`).

pub(super) mod change_feed;
pub(super) mod event_queue;
