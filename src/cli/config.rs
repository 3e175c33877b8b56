//! `netcensus config`: check the configuration file, show the effective settings.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::scope::ScopeArgs;

/// Options of `netcensus config`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus config init\n  \
    netcensus config check\n  \
    netcensus config show --aws-profile audit")]
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
            ConfigAction::Check { .. } | ConfigAction::Init { .. } => None,
            ConfigAction::Show { scope, .. } => Some(scope),
        }
    }
}

/// What `netcensus config` can do.
#[derive(Debug, Clone, Subcommand)]
pub enum ConfigAction {
    /// Write a configuration file with every key as a comment
    ///
    /// An existing file is never replaced.
    #[command(after_long_help = "Examples:\n  \
        netcensus config init\n  \
        netcensus config init ~/.config/netcensus/netcensus.toml")]
    Init {
        /// The file to write, or `-` for standard output [default: netcensus.toml in the working directory]
        file: Option<PathBuf>,
    },
    /// Check a configuration file and print every problem
    ///
    /// Prints `FILE: ok`, or every problem with line and column. If there is a problem, the exit code is 2.
    #[command(after_long_help = "Examples:\n  \
        netcensus config check\n  \
        netcensus config check ci/netcensus.toml\n\n\
        Exit codes: 0 the file is valid; 2 it is not, or there is none")]
    Check {
        /// The file to check [default: the file that every command reads, see --config]
        file: Option<PathBuf>,
    },
    /// Show the effective settings and where each comes from
    ///
    /// Each value comes from a flag, an environment variable, the configuration file or the defaults. The output is a
    /// valid netcensus.toml, so you can use it as the start of your own file.
    #[command(
        after_long_help = "Examples:\n  \
            netcensus config show\n  \
            netcensus config show --aws-org --aws-org-role netcensus-read\n  \
            netcensus config show -o json",
        // A shard is no setting.
        mut_arg("shard", |shard| shard.hide(true))
    )]
    Show {
        /// Flags whose effect to show.
        #[command(flatten)]
        scope: Box<ScopeArgs>,

        /// Format of the output
        #[arg(
            short,
            long,
            visible_alias = "format",
            ignore_case = true,
            value_name = "FORMAT",
            value_enum,
            default_value_t,
            help_heading = "Output"
        )]
        output: ShowFormat,
    },
}

/// Format of the settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum ShowFormat {
    /// A configuration file, with the origin of each value as a comment
    #[default]
    Toml,
    /// One JSON object, keyed by dotted name
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
