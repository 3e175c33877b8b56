//! Messages to channels: what became of the conditions of a report since it was last told, and where that is sent.
//!
//! A command turns its report into an [`Observation`]. [`condition_events`] compares it with the [`ReportedConditions`] of the
//! channel and makes a [`Notice`] of the difference. A [`Channel`] renders the notice within the limits of its service, and
//! [`deliver`] sends it.

mod change_conditions;
mod channel;
mod channel_table;
mod cloudwatch;
mod condition_events;
mod file;
mod finding_conditions;
mod fit;
#[cfg(feature = "channels")]
mod https;
mod notice;
mod observation;
mod part;
mod post;
mod reported_conditions;
mod secret;
mod slack;
mod sns;
mod teams;
mod text;
mod usage_conditions;
mod webhook;

pub use change_conditions::{diff_command, observe_changes};
pub use channel::{Channel, RetryAdvice, RetryPolicy, SendError, deliver};
pub use channel_table::open_channel;
pub use cloudwatch::{CloudWatch, MAX_METRICS_A_CALL};
pub use condition_events::condition_events;
pub use file::NoticeFile;
pub use finding_conditions::observe_findings;
pub use notice::{
    EventKind, NOTICE_VERSION, Notice, NoticeEvent, Place, ReportKind, Severity, notice_schema,
};
pub use observation::{Condition, Observation};
pub use part::{MetricBatch, Part, Publication};
pub use post::check_build;
pub use reported_conditions::{ReportedCondition, ReportedConditions};
pub use slack::Slack;
pub use sns::Sns;
pub use teams::Teams;
pub use usage_conditions::observe_usage;
pub use webhook::Webhook;
