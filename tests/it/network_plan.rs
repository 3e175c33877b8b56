//! Plans of networks: the file, the layout, and what a plan that grows leaves as it is.

mod command;
mod file;
mod layout;
mod plan;

use netcensus::config::{ConfigError, ConfigFile, read_network_spec};
use netcensus::model::NetworkSpec;

fn read(text: &str) -> Result<NetworkSpec, ConfigError> {
    read_network_spec(&ConfigFile::new("network.toml", text))
}

fn spec(text: &str) -> NetworkSpec {
    read(text).unwrap_or_else(|error| panic!("{error}"))
}
