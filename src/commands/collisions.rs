//! The collisions among the networks of an inventory, by what the configuration declares.

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use crate::analysis::overlap::{self, Finding};
use crate::config::Settings;
use crate::error::Error;
use crate::model::{Inventory, Level, Plan};

/// Finds them, for commands that show collisions beside other things.
///
/// # Errors
/// When what is declared makes no sense.
pub fn findings(inventory: &Inventory, settings: &Settings) -> Result<Vec<Finding>, Error> {
    let declared = &settings.overlap;
    let input = overlap::OverlapInput {
        inventory,
        ranges: &settings.external.value,
        plan: &Plan::default(),
        level: Level::Networks,
        between: None,
        bridges: &declared.bridges.value,
        allow: &declared.allow.value,
        domains: &declared.domains.value,
        today: Zoned::new(Timestamp::now(), TimeZone::UTC).date(),
    };
    let found = overlap::find_overlaps(input)?;
    let mut findings = found.findings;
    overlap::mark_failing(&mut findings, &declared.fail_on.value);
    Ok(findings)
}
