//! `netcensus merge`.

use clap::Args;

use super::store::{SaveArgs, StoreArgs};

/// Help of `--save`, which differs from that of `scan`: FILE could be an input by mistake, so it must not exist.
const SAVE: &str = "Save the merged inventory as a snapshot, or write it to FILE\n\nA name that ends in .json gets the \
    inventory document, any other name a snapshot. FILE must not exist yet. Write --save last, after the inventories.";

/// Options of `netcensus merge`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus merge part-1.ncsnap part-2.ncsnap part-3.ncsnap --save\n  \
    netcensus merge part-*.ncsnap > inventory.json\n  \
    netcensus merge aws.json azure.json --save estate.ncsnap\n\n\
    Exit codes: 0 complete; 2 wrong usage or input; 3 a part is missing or something was not read",
    mut_arg("save", |save| save.long_help(SAVE)))]
pub struct MergeArgs {
    /// The inventories: files, @latest, @~N, @2026-11-20, or `-` for standard input
    #[arg(required = true, value_name = "INVENTORY")]
    pub inputs: Vec<String>,

    /// Format of the output: only json, the inventory document
    ///
    /// For other formats, pipe it to `netcensus scan --from -`.
    #[arg(
        short,
        long,
        visible_alias = "format",
        ignore_case = true,
        value_name = "FORMAT",
        help_heading = "Output"
    )]
    pub output: Option<String>,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,

    /// Whether to save it instead of writing it to standard output.
    #[command(flatten)]
    pub save: SaveArgs,
}
