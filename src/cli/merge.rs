//! `netcensus merge`.

use clap::Args;

use super::store::{SaveArgs, StoreArgs};

/// What merge does with a file: the first of several names could be an inventory by mistake.
const SAVE: &str = "Keep the joined inventory as a snapshot in the folder, or in FILE; a FILE.json gets the inventory \
    document\n\nFILE must not exist yet. Put it last, after the inventories.";

/// Options of `netcensus merge`.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:\n  \
    netcensus merge part-1.ncsnap part-2.ncsnap part-3.ncsnap --save\n  \
    netcensus merge part-*.ncsnap > inventory.json\n  \
    netcensus merge aws.json azure.json --save estate.ncsnap\n\n\
    Exit codes: 0 all is there, 2 wrong usage or input, 3 a part is missing or was not read",
    mut_arg("save", |save| save.long_help(SAVE)))]
pub struct MergeArgs {
    /// The inventories: files, @latest, @~N, @2026-11-20; `-` is standard input
    #[arg(required = true, value_name = "INVENTORY")]
    pub inputs: Vec<String>,

    /// Format of standard output: json, the inventory document; `scan --from -` shows it in others
    #[arg(short, long, value_name = "FORMAT")]
    pub output: Option<String>,

    /// Where snapshots are kept.
    #[command(flatten)]
    pub store: StoreArgs,

    /// Whether to keep it, in place of writing the document to standard output.
    #[command(flatten)]
    pub save: SaveArgs,
}
