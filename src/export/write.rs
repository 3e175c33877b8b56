//! Makes the tables of an export out of the inventory, and hands them to be written.

use std::io;

use super::columns;
use super::plan::Plan;
use super::put;
use super::tags::{self, Watched};
use crate::analysis::inventory_index::InventoryIndex;
use crate::analysis::overlap::Finding;
use crate::analysis::streamed_table::{coverage_table, streamed_tables};
use crate::error::Error;
use crate::model::{Estate, Range};
use crate::output::{Export, HostTally};
use crate::ui::Ui;

/// What is exported.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// The inventory.
    pub estate: Estate<'a>,
    /// Whether the instances stay in their file, so that they are counted by reading it.
    pub is_streamed: bool,
    /// What the inventory lacks, a sentence each.
    pub missing: &'a [String],
    /// The collisions among its networks, where [`Plan::shows_collisions`].
    pub collisions: &'a [Finding],
    /// Ranges outside the clouds, as the configuration declares them.
    pub ranges: &'a [Range],
}

/// Writes all that `plan` asks for; `hold_off` is called before the first file is moved to its place, and has to see to
/// it that no signal ends the process from then on.
///
/// # Errors
/// When the inventory cannot be read again, the guard refuses it, or a file cannot be written.
pub fn write(plan: &Plan, source: Source<'_>, hold_off: &dyn Fn(), ui: &Ui) -> Result<(), Error> {
    let Source { estate, is_streamed, missing, collisions, ranges } = source;
    let inventory = estate.inventory;
    let request = columns::with_tags(&plan.shape, estate).map_err(|error| unread(&error))?;
    let watched = Watched::new(estate, &plan.shape.request);
    let estate = Estate { instances: &watched, ..estate };
    let mut index = InventoryIndex::new(inventory);
    if is_streamed && plan.counts("instances") {
        index.count_instances(estate.instances).map_err(|error| unread(&error))?;
    }
    let mut listings =
        streamed_tables(estate, &index, &request).map_err(|error| Error::usage(error.to_string()))?;
    listings.push(coverage_table(inventory, &index));
    let tally = HostTally::of(&plan.formats, estate.instances, plan.hosts.address);
    let tally = tally.map_err(|error| unread(&error))?;
    let export = Export {
        estate,
        index: &index,
        listings: &listings,
        collisions,
        ranges,
        missing,
        csv: plan.shape.csv,
        hosts: plan.hosts,
        tally: &tally,
    };
    put::put(plan, &export, hold_off, ui)?;
    for tag in tags::unknown(estate, &watched, &plan.shape.request) {
        ui.warn(&tag);
    }
    Ok(())
}

/// Says that rows which were left in their file could not be had from there.
pub fn unread(error: &io::Error) -> Error {
    Error::usage("cannot read the inventory again").caused_by(error)
}
