//! Names that `NetBox` accepts: clouds let names repeat and be longer.

use std::collections::HashMap;

use crate::model::{Instance, Provider, Resource};
use crate::sync::short_id::short_id;

/// Characters of the name of a virtual machine or an interface.
pub const MACHINE_NAME: usize = 64;
/// Characters of other names.
pub const NAME: usize = 100;
/// Characters of a description.
pub const DESCRIPTION_LENGTH: usize = 200;
/// Characters of a route distinguisher. The id of a VPC has as many.
pub const ROUTE_DISTINGUISHER: usize = 21;

/// The names of the machines that share a cluster, by machine. `NetBox` refuses names that repeat within it, whatever their
/// case, so a machine is called by its id where its name repeats or is too long.
#[derive(Debug, Default)]
pub struct MachineNames {
    counts: HashMap<(Provider, String, String, String), usize>,
}

impl MachineNames {
    /// Counts the names of `instances`.
    pub fn new<'a>(instances: impl Iterator<Item = &'a Instance>) -> Self {
        let mut names = Self::default();
        for instance in instances {
            if let Some(key) = key(instance) {
                *names.counts.entry(key).or_default() += 1;
            }
        }
        names
    }

    /// Returns the name of a machine.
    #[must_use]
    pub fn name(&self, instance: &Instance) -> String {
        let is_unique = key(instance).is_some_and(|key| self.counts.get(&key) == Some(&1));
        match instance.name.as_deref().map(str::trim) {
            Some(name) if is_unique && name.chars().count() <= MACHINE_NAME => name.to_owned(),
            _ => short_id(&instance.id, MACHINE_NAME),
        }
    }
}

fn key(instance: &Instance) -> Option<(Provider, String, String, String)> {
    let name = instance.name.as_deref().map(str::trim).filter(|name| !name.is_empty())?;
    let identity = instance.identity();
    Some((identity.provider, identity.account, identity.region, name.to_lowercase()))
}

/// Returns the name if it is not too long, otherwise what [`short_id`] makes of the id.
#[must_use]
pub fn name_or_id(name: Option<&str>, id: &str, limit: usize) -> String {
    let name = name.map(str::trim).filter(|name| !name.is_empty() && name.chars().count() <= limit);
    name.map_or_else(|| short_id(id, limit), str::to_owned)
}

/// Returns a slug: letters, digits, `-` and `_`.
#[must_use]
pub fn slug(text: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
    text.chars().map(plain).take(NAME).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("aws-Site A/1"), "aws-site-a-1");
    }
}
