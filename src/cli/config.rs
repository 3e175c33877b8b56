//! `netcensus config`: check the configuration file, show the effective settings.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::scope::ScopeArgs;

/// Options of `netcensus config`.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// What to do.
    #[command(subcommand)]
    pub action: ConfigAction,
}

impl ConfigArgs {
    /// Returns the flags about scope, where the action takes them.
    #[must_use]
    pub const fn scope(&self) -> Option<&ScopeArgs> {
        match &self.action {
            ConfigAction::Check { .. } => None,
            ConfigAction::Show { scope, .. } => Some(scope),
        }
    }
}

/// What `netcensus config` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigAction {
    /// Check a configuration file and print every problem in it
    ///
    /// Prints `FILE: ok`, or every problem with line and column, and exits with 2 if there is any.
    ///
    /// The file that every command reads is the one that --config or the variable `NETCENSUS_CONFIG` names, else
    /// netcensus.toml in the working directory, else netcensus/netcensus.toml in the XDG configuration folder
    /// (~/.config).
    Check {
        /// The file to check [default: the file that every command would read]
        file: Option<PathBuf>,
    },
    /// Show the effective settings and where each came from
    ///
    /// The output is itself a valid netcensus.toml.
    Show {
        /// Flags whose effect to show.
        #[command(flatten)]
        scope: Box<ScopeArgs>,

        /// How to write the settings
        #[arg(short, long, value_name = "FORMAT", value_enum, default_value_t, help_heading = "Output")]
        output: ShowFormat,
    },
}

/// How to write the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShowFormat {
    /// A configuration file with comments
    #[default]
    Toml,
    /// One object, keyed by dotted name, for machines
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound_and_show_defaults_to_toml() {
        let command = || ConfigArgs::augment_args(clap::Command::new("config"));
        command().debug_assert();
        let parse = |line: &[&str]| {
            let matches = command().try_get_matches_from(line).unwrap();
            <ConfigArgs as clap::FromArgMatches>::from_arg_matches(&matches).unwrap().action
        };
        assert!(matches!(parse(&["config", "check"]), ConfigAction::Check { file: None }));
        assert!(matches!(parse(&["config", "show"]), ConfigAction::Show { output: ShowFormat::Toml, .. }));
        assert!(matches!(
            parse(&["config", "show", "-o", "json"]),
            ConfigAction::Show { output: ShowFormat::Json, .. }
        ));
    }
}
