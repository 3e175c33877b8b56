//! Filters from flags, with the flag in what is wrong with them.

use crate::analysis::filter::{Filter, parse_filters};
use crate::error::Error;

/// Parses what was given to `--filter`; a text may join several conditions by `and`.
///
/// # Errors
/// For the first one that is wrong.
pub fn parse_filter_flags(texts: &[String]) -> Result<Vec<Filter>, Error> {
    let parse = |text: &String| {
        parse_filters(text).map_err(|error| Error::from(error).context(format!("--filter {text}")))
    };
    Ok(texts.iter().map(parse).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}
