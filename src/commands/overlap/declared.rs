//! What is declared about collisions, tried before anything is asked of a cloud.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::analysis::overlap::{self, OverlapError, OverlapInput};
use crate::config::{ConfigError, OverlapSettings, Problem};
use crate::error::Error;
use crate::model::{Inventory, Level, Plan, Range, Resources};

/// Tries what is declared on an inventory without networks, so that a mistake costs a second and not a scan.
///
/// # Errors
/// When it makes no sense, such as a routing domain that is isolated from none that there is.
pub fn check(declared: &OverlapSettings, ranges: &[Range]) -> Result<(), Error> {
    let empty =
        Inventory::assemble(String::new(), Timestamp::UNIX_EPOCH, vec![], Resources::default(), vec![]);
    let input = OverlapInput {
        inventory: &empty,
        ranges,
        plan: &Plan::default(),
        level: Level::Networks,
        between: None,
        bridges: &[],
        allow: &declared.allow.value,
        domains: &declared.domains.value,
        today: Date::MIN,
    };
    overlap::check_declarations(input).map_err(|error| placed(error, declared))
}

/// Says where the mistake is.
fn placed(error: OverlapError, declared: &OverlapSettings) -> Error {
    let (name, known) = match error {
        OverlapError::UnknownDomain { name, known } => (name, known),
        error @ (OverlapError::InvalidSelector(_)
        | OverlapError::EmptyBetween { .. }
        | OverlapError::TooManyRoles) => {
            return error.into();
        }
    };
    let written = declared.isolations.iter().filter(|(_, other)| *other == name);
    let problems = written.map(|(place, name)| Problem {
        place: place.clone(),
        key: Some("overlap.domains.isolated-from".to_owned()),
        message: format!("`{name}` is not a routing domain; the routing domains are {known}"),
        suggestion: None,
    });
    ConfigError::Invalid(problems.collect()).into()
}
