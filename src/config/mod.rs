//! `netcensus.toml`: raw, then validated, then typed; flags win over the file.
//!
//! A [`ConfigFile`] is text that could be read; [`Settings::resolve`] walks it together with what the flags
//! said and reports every problem of both at once. `docs/configuration.md` says it for users.

mod azure;
mod export;
mod file;
mod keys;
mod overlap;
mod patterns;
mod problem;
mod reader;
mod row;
mod rules;
mod settings;
mod show;
mod source;
mod sourced;

pub use azure::{AzureApi, AzureCloud, AzureOverrides, AzureSettings};
pub use export::Template;
pub use file::{ConfigFile, FILE_NAME, Surroundings};
pub use keys::Key;
pub use overlap::{OverlapOverrides, OverlapSettings};
pub use patterns::{Pattern, Patterns};
pub use problem::{ConfigError, Place, Problem};
pub use rules::is_loopback;
pub use settings::{
    AwsOverrides, AwsSettings, Color, Known, OutputOverrides, OutputSettings, Overrides, Settings,
};
pub use show::Entry;
pub use sourced::{Origin, Sourced};
