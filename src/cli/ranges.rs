//! Ranges outside the clouds, and planned prefixes.

use std::path::PathBuf;

use clap::{Arg, Args};

/// Ranges that are in use or planned outside the clouds.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Ranges")]
pub struct RangeArgs {
    /// Compare with ranges outside the clouds, from a CSV, JSON or TOML file; may be repeated
    ///
    /// Exports of NetBox, phpIPAM, Azure IPAM and the AWS and Azure CLIs work as they are.
    #[arg(long, value_name = "FILE")]
    pub external: Vec<PathBuf>,

    /// A prefix you plan to use; may be repeated
    #[arg(long, value_name = "PREFIX")]
    pub planned: Vec<String>,

    /// Prefixes you plan to use, from a CSV, JSON or TOML file; may be repeated
    #[arg(long, value_name = "FILE")]
    pub planned_file: Vec<PathBuf>,

    /// Networks that a Terraform plan creates, changes or destroys; may be repeated
    ///
    /// Write the file with `terraform show -json PLAN`.
    #[arg(long, value_name = "FILE")]
    pub terraform_plan: Vec<PathBuf>,

    /// Skip and list invalid rows of files of --external and --planned-file, instead of stopping
    #[arg(long, hide_short_help = true)]
    pub skip_bad_rows: bool,
}

/// Says what a command does with ranges outside the clouds, if it does not compare them.
pub(super) fn explain_external(external: Arg, use_of_them: &str) -> Arg {
    let help = format!("{use_of_them}, from a CSV, JSON or TOML file; may be repeated");
    let formats = "Exports of NetBox, phpIPAM, Azure IPAM and the AWS and Azure CLIs work as they are.";
    external.long_help(format!("{help}\n\n{formats}")).help(help)
}
