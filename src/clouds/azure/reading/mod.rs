//! Finds subscriptions and reads what they contain, by their lists or by Resource Graph.
//!
//! `subscriptions` finds them, `subscription_reader` reads one, from its `subscription_lists` or from `resource_graph`, which
//! `shared_pager` reads once for several kinds. `vm_sizes` are looked up, and `empty_subscriptions` have nothing to read.

mod empty_subscriptions;
pub(super) mod resource_graph;
mod shared_pager;
pub(super) mod subscription_lists;
pub(super) mod subscription_reader;
pub(super) mod subscriptions;
pub(super) mod vm_sizes;
