//! `netcensus groups`.

use clap::Args;

use super::kinds::kind_names;
use super::output::OutputArgs;
use super::source::SourceArgs;

/// Options of `netcensus groups`.
#[derive(Debug, Clone, Args)]
#[command(
    after_long_help = "Examples:\n  \
        netcensus groups --from @latest\n  \
        netcensus groups web --from @latest\n  \
        netcensus groups web --kind instances --columns name,private_ips -o csv\n\n\
        Exit codes: 0 complete; 2 wrong usage, or netcensus could not sign in to any account; 3 incomplete: \
        there may be more members",
    mut_arg("columns", |it| it.requires("name")),
    mut_arg("sort", |it| it.requires("name")),
    mut_arg("filters", |it| it.requires("name")),
    mut_arg("groups", |it| it.requires("name")),
    mut_arg("query", |it| it.requires("name"))
)]
pub struct GroupsArgs {
    /// List the members of this group [default: list all groups and how many members each has]
    ///
    /// Groups are saved searches in netcensus.toml: `[groups.NAME]` with `filter = ["tag:role=web", "state=running"]`.
    #[arg(value_name = "NAME")]
    pub name: Option<String>,

    /// List only members of these kinds, comma-separated [default: all that can be in the group]
    #[arg(long = "kind", value_name = "KINDS", value_delimiter = ',', help_heading = "Selection", ignore_case = true, value_parser = kind_names(), requires = "name")]
    pub kinds: Vec<String>,

    /// Where the inventory comes from.
    #[command(flatten)]
    pub source: SourceArgs,

    /// What to show.
    #[command(flatten)]
    pub output: OutputArgs,
}
