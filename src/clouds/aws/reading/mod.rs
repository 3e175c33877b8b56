//! Reads an account: its `regions`, its clients (`session`), and its lists.
//!
//! `list_calls` has the calls that list each kind, `read` makes them, and `id_filters` narrows them to some ids.

mod id_filters;
pub(super) mod list_calls;
pub(super) mod read;
pub(super) mod regions;
pub(super) mod session;
