//! What `export` writes, for the formats to pick from.

use super::csv::CsvOptions;
use super::host_options::{HostCounts, HostOptions};
use crate::analysis::filter::ResourceGroups;
use crate::analysis::inventory_index::InventoryIndex;
use crate::analysis::overlap::Finding;
use crate::analysis::streamed_table::StreamedTable;
use crate::analysis::usage::UsageReport;
use crate::model::{InventoryView, Range};

/// What is exported.
pub struct Export<'a> {
    /// The inventory.
    pub view: InventoryView<'a>,
    /// The look-ups over it.
    pub index: &'a InventoryIndex<'a>,
    /// A table for each kind, and the coverage last.
    pub listings: &'a [StreamedTable<'a>],
    /// The collisions among the networks, for formats that show them.
    pub collisions: &'a [Finding],
    /// How full subnets are and will be, for formats that show it; `None` if that was not asked for.
    pub usage: Option<&'a UsageReport>,
    /// Delimiter, quoting and line ends of CSV, as the flags say.
    pub csv: CsvOptions,
    /// Which address and port of a machine formats of hosts name.
    pub hosts: HostOptions,
    /// How many machines formats of hosts have and leave out.
    pub host_counts: &'a HostCounts,
    /// Ranges outside the clouds, as the configuration declares them.
    pub ranges: &'a [Range],
    /// The groups that the configuration defines; formats of hosts say which a machine is in.
    pub groups: &'a ResourceGroups,
    /// What the inventory lacks, in sentences; none if it is complete.
    pub missing: &'a [String],
}
