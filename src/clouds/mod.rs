//! Asks the clouds for an inventory.
//!
//! A provider says which scopes there are and reads one; fan-out, limits, time bounds, cancellation and
//! coverage are written once, here.

#[cfg(any(feature = "aws", feature = "azure"))]
mod account_patterns;
#[cfg_attr(
    not(any(feature = "aws", feature = "azure")),
    allow(dead_code, reason = "only a cloud has attempts to learn from")
)]
mod adaptive_limit;
#[cfg(any(feature = "aws", feature = "azure"))]
mod address;
#[cfg(any(feature = "aws", feature = "azure"))]
mod answer_memory;
#[cfg(feature = "aws")]
pub mod aws;
#[cfg(feature = "azure")]
pub mod azure;
mod backoff;
#[cfg(any(feature = "aws", feature = "azure"))]
mod causes;
#[cfg(any(feature = "aws", feature = "azure"))]
mod child_process;
mod cloud_provider;
mod endpoint_health;
mod event_source;
mod gather;
#[cfg(any(feature = "azure", feature = "channels"))]
mod http_client;
#[cfg_attr(
    not(any(feature = "aws", feature = "azure")),
    allow(dead_code, reason = "only a cloud has attempts to learn from")
)]
mod meter;
#[cfg(any(feature = "aws", feature = "azure"))]
mod network_variables;
#[cfg(any(feature = "aws", feature = "azure"))]
mod page_tokens;
#[cfg_attr(
    not(any(feature = "aws", feature = "azure")),
    allow(dead_code, reason = "only a cloud has attempts to learn from")
)]
mod read_limit;
mod read_queue;
#[cfg(feature = "watch")]
mod receipts;
mod registry;
mod reread;
mod step;
#[cfg_attr(not(feature = "aws"), allow(dead_code, reason = "only AWS has queues to wait in"))]
mod turns;
#[cfg(any(feature = "aws", feature = "azure"))]
mod unmatched_patterns;
#[cfg(any(feature = "aws", feature = "azure"))]
mod waits;

pub use backoff::{backoff, random};
pub use cloud_provider::{
    CloudError, CloudErrorKind, CloudProvider, EarlyScopes, Event, Extent, Failure, Observer, Run, ScanPlan,
};
pub use event_source::{EventSource, Message, MessageToken, SourceError, TokenFailure};
pub use gather::{gather, survey};
#[cfg(feature = "channels")]
pub(crate) use http_client::explain_unanswered;
#[cfg(any(feature = "azure", feature = "channels"))]
pub use http_client::http_client;
#[cfg(feature = "channels")]
pub use network_variables::check_network_variables;
pub use registry::{CloudEnvironment, Needs, ServicePrincipal, compiled_in, open};
pub use reread::{RereadAnswer, Rereader};
#[cfg(feature = "channels")]
pub(crate) use waits::retry_after_in;
