//! `netcensus.toml`, read, validated and typed. Flags win over environment variables, and both over the file.
//!
//! A [`ConfigFile`] is text that could be read. [`Settings::resolve`] puts it together with the flags and the
//! [`Variables`], and reports every problem at once. `docs/configuration.md` describes it for users. The file of a network
//! plan is read in the same way (`network_plan`).

mod azure;
mod dns;
mod dns_template;
mod event_queue;
mod export;
mod file;
mod groups;
mod keys;
mod netbox;
mod network_plan;
mod notify;
mod origin;
mod overlap;
mod patterns;
mod pools;
mod problem;
mod reader;
mod reservations;
mod rules;
mod secret;
mod settings;
mod show;
mod sync;
mod table_row;
mod toml_tree;
mod usage;
mod variables;
mod watch;

pub use azure::{AzureApi, AzureCloud, AzureOverrides, AzureSettings};
pub use dns::{DnsServer, DnsSettings, MachineAddresses, TsigAlgorithm, is_reverse_zone};
pub use dns_template::{MachineField, NameTemplate, TemplatePart};
pub use event_queue::{AzureQueueName, EventQueueName, SqsQueueName};
pub use export::{ExportOverrides, ExportSettings, MinRows, Percentage, Template};
pub use file::{ConfigEnvironment, ConfigFile, FILE_NAME, parents};
pub use groups::{GroupDefinition, GroupDefinitions};
pub use keys::{Key, flag_variables};
pub use netbox::NetboxSettings;
pub use network_plan::read_network_spec;
pub use notify::{ChannelSettings, ChannelTarget, CloudWatchTarget, SnsTarget, channel_keys, channel_url};
pub use origin::{Origin, Sourced};
pub use overlap::{OverlapOverrides, OverlapSettings};
pub use patterns::{Pattern, Patterns};
pub use problem::{ConfigError, Problem, SettingPlace};
pub use reservations::{ReservationPlace, TableName};
pub use rules::{Color, Concurrency, KnownNames, is_loopback};
pub use secret::SecretValue;
pub use settings::{AwsOverrides, AwsSettings, OutputOverrides, OutputSettings, Overrides, Settings};
pub use show::Entry;
pub use sync::{SyncSettings, SyncTargetSettings, keep_deleted, max_delete};
pub use usage::{UsageOverrides, UsageSettings};
pub use variables::{Variables, split_list};
pub use watch::{WatchOverrides, WatchSettings};
