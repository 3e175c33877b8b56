//! `netcensus sync`.

use clap::Args;

use super::report_target::{ReportTarget, report_target};
use super::source::SourceArgs;
use crate::output::Content;

/// Options of `netcensus sync`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus sync --sandbox\n  \
    netcensus sync vpcs --from @latest\n  \
    netcensus sync vpcs --init --apply\n  \
    netcensus sync vpcs --apply --keep-deleted 14d\n  \
    netcensus sync --from @latest --exit-code -o table,sarif=drift.sarif\n\n\
    Exit codes: 0 done; 1 a registry differs (--exit-code); 2 wrong usage, or a registry could not be read or written; \
    3 incomplete: records of accounts that could not be read were left as they are")]
pub struct SyncArgs {
    /// Registries of netcensus.toml, `[sync.NAME]` [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,

    /// Carry out the plan; without this flag, netcensus only shows it
    #[arg(long, help_heading = "Plan")]
    pub apply: bool,

    /// What the plan may do.
    #[command(flatten)]
    pub plan: SyncPlanArgs,

    /// Exit with code 1 if a registry differs from the inventory, or still does after --apply
    #[arg(long, help_heading = "Plan")]
    pub exit_code: bool,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// Format of the plan, or FORMAT=FILE to write it to a file; comma-separated [default: table]
    ///
    /// One format goes to standard output, any number to files: `-o table,sarif=drift.sarif`.
    ///
    /// [env: NETCENSUS_OUTPUT]
    #[arg(short = 'o', long = "output", visible_alias = "format", ignore_case = true, value_name = "FORMAT[=FILE]", value_delimiter = ',', help_heading = "Output", value_parser = report_target(Content::Sync))]
    pub reports: Vec<ReportTarget>,

    /// Show every record and field in full width
    #[arg(long, help_heading = "Output")]
    pub wide: bool,
}

/// What the plan may do.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Plan")]
pub struct SyncPlanArgs {
    /// First create what the registry needs and does not have, such as its table
    #[arg(long, visible_alias = "create-table", requires = "apply")]
    pub init: bool,

    /// Also manage records that people made, if nothing in them differs, and add the fields that they lack
    ///
    /// From then on, netcensus keeps these records up to date, and never deletes them. Without this flag, it does not
    /// change them.
    #[arg(long)]
    pub adopt: bool,

    /// Refuse to apply a plan that removes more than this share of the records of a kind [default: 20%]
    ///
    /// Checked only if the registry has ten or more records of the kind. 100% allows any number.
    #[arg(long, value_name = "PERCENT")]
    pub max_delete: Option<String>,

    /// Mark records as deleted first, and delete them after this time (e.g. 14d)
    #[arg(long, value_name = "DURATION")]
    pub keep_deleted: Option<String>,
}
