//! Filters and groups from flags, with the flag in what is wrong with them.

use crate::analysis::filter::{Filter, ResourceGroups, parse_filters};
use crate::analysis::rows::{self, ColumnUse, TableRequest};
use crate::config::Settings;
use crate::error::Error;

/// Returns the groups that the configuration defines.
///
/// # Errors
/// When one is wrong, which the check of the configuration reports first.
pub fn resource_groups(settings: &Settings) -> Result<ResourceGroups, Error> {
    let definitions = settings.groups.value.iter();
    Ok(ResourceGroups::new(definitions.map(|(name, group)| (name, group.alternatives.as_slice())))?)
}

/// Parses what was given to `--filter` and `--group`. A text of `--filter` may join several conditions by `and`; of several
/// groups, rows must be in one.
///
/// # Errors
/// For the first one that is wrong.
pub fn parse_filter_flags(
    texts: &[String],
    groups: &[String],
    settings: &Settings,
) -> Result<Vec<Filter>, Error> {
    let defined = resource_groups(settings)?;
    let mut filters = Vec::new();
    for text in texts {
        filters.extend(parse_bound(text, &defined).map_err(|error| error.context("--filter"))?);
    }
    if !groups.is_empty() {
        let names = groups.join(",");
        let filter = parse_bound(&format!("group={names}"), &defined);
        filters.extend(filter.map_err(|error| error.context("--group"))?);
    }
    Ok(filters)
}

/// Refuses columns that no kind asked for has, with the flag that names them.
///
/// # Errors
/// For the first unknown name.
pub fn check_columns(request: &TableRequest) -> Result<(), Error> {
    rows::check_columns(request).map_err(|error| {
        let flag = match error.used {
            ColumnUse::Show => "--columns",
            ColumnUse::Sort => "--sort",
            ColumnUse::Filter => "--filter",
            ColumnUse::Group(_) => "--group",
            ColumnUse::Default => "output.columns",
        };
        Error::from(error).context(flag)
    })
}

fn parse_bound(text: &str, groups: &ResourceGroups) -> Result<Vec<Filter>, Error> {
    let mut filters = parse_filters(text)?;
    filters.iter_mut().try_for_each(|filter| filter.bind(groups))?;
    Ok(filters)
}
