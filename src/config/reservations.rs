//! Where reservations are kept: a file, or a table of Amazon DynamoDB.

use std::fmt;
use std::path::PathBuf;

use url::form_urlencoded;

use super::keys;
use super::origin::{Origin, Sourced};
use super::problem::ValueFault;
use super::reader::Reader;
use super::rules;
use crate::suggest::nearest;

/// What the URL of a table begins with.
const DYNAMODB: &str = "dynamodb://";
/// The parameters of the URL of a table.
const PARAMETERS: [&str; 2] = ["region", "profile"];

/// Where reservations are kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReservationPlace {
    /// A file.
    File(PathBuf),
    /// A table of DynamoDB.
    Table(TableName),
}

/// A table of DynamoDB: `dynamodb://TABLE?region=REGION&profile=PROFILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// The table.
    pub table: String,
    /// The region that it is in; `None` for the one that AWS is configured with.
    pub region: Option<String>,
    /// The profile of the AWS configuration to sign in with; `None` for the default chain.
    pub profile: Option<String>,
}

impl fmt::Display for ReservationPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Table(table) => table.fmt(f),
        }
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (name, value) in [("region", &self.region), ("profile", &self.profile)] {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        let query = query.finish();
        let separator = if query.is_empty() { "" } else { "?" };
        write!(f, "{DYNAMODB}{}{separator}{query}", self.table)
    }
}

/// Reads the key. A path in the file is relative to the directory of the file.
pub(super) fn reservations(reader: &mut Reader<'_>, flag: Option<&str>) -> Sourced<Option<ReservationPlace>> {
    let mut place = reader.text(keys::RESERVATIONS, flag, None, |text| parse(text).map(Some));
    if let (Origin::File { path, .. }, Some(ReservationPlace::File(file))) = (&place.origin, &mut place.value)
    {
        *file = rules::beside(path, file);
    }
    place
}

fn parse(text: &str) -> Result<ReservationPlace, ValueFault> {
    if let Some(table) = text.strip_prefix(DYNAMODB) {
        return parse_table(table).map(ReservationPlace::Table);
    }
    if let Some((scheme, _)) = text.split_once("://") {
        return Err(ValueFault::new(format!(
            "reservations cannot be kept in `{scheme}://`; name a file, or a table as dynamodb://TABLE?region=REGION"
        )));
    }
    rules::expanded_path(text.into(), "file").map(ReservationPlace::File)
}

fn parse_table(text: &str) -> Result<TableName, ValueFault> {
    let (table, query) = text.split_once('?').unwrap_or((text, ""));
    if table.contains('@') {
        return Err(ValueFault::new(format!(
            "the URL takes no user or password: credentials are those of AWS; write {DYNAMODB}TABLE?region=REGION"
        )));
    }
    let table = rules::table_name(table).map_err(|fault| {
        ValueFault::new(format!("{}; write dynamodb://TABLE?region=REGION", fault.message))
    })?;
    let mut parsed = TableName { table, region: None, profile: None };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let place = match &*name {
            "region" => &mut parsed.region,
            "profile" => &mut parsed.profile,
            other => {
                return Err(ValueFault::new(format!(
                    "`{other}` is not a parameter of a table; the parameters are region and profile"
                ))
                .suggest(nearest(other, PARAMETERS)));
            }
        };
        if value.is_empty() {
            return Err(ValueFault::new(format!("`{name}` is empty")));
        }
        if place.replace(value.into_owned()).is_some() {
            return Err(ValueFault::new(format!("`{name}` is given twice")));
        }
    }
    let is_region = |name: &String| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    if let Some(region) = parsed.region.as_ref().filter(|region| !is_region(region)) {
        return Err(ValueFault::new(format!("`{region}` is not the name of a region, such as eu-west-1")));
    }
    Ok(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        parse(text).unwrap_err().message
    }

    #[test]
    fn a_place_is_a_file_or_a_table() {
        for text in ["r.json", "/srv/netcensus/r.json", "dynamodb://nets", "dynamodb://nets?region=eu-west-1"]
        {
            assert_eq!(parse(text).unwrap().to_string(), text);
        }
        let ReservationPlace::Table(table) =
            parse("dynamodb://Nets-2?profile=net+ops&region=eu-west-1").unwrap()
        else {
            panic!("a table");
        };
        assert_eq!(table.table, "Nets-2");
        assert_eq!((table.region.as_deref(), table.profile.as_deref()), (Some("eu-west-1"), Some("net ops")));
    }

    #[test]
    fn what_is_neither_is_refused_with_what_is_accepted() {
        assert!(fault("s3://bucket/r.json").contains("dynamodb://TABLE?region=REGION"));
        assert!(fault("dynamodb://").contains("is not the name of a table"));
        let with_password = fault("dynamodb://user:hunter2@nets");
        assert!(with_password.contains("no user or password") && !with_password.contains("hunter2"));
        assert!(fault("dynamodb://nets?region=").contains("`region` is empty"));
        assert!(fault("dynamodb://nets?region=a&region=b").contains("given twice"));
        assert!(fault("dynamodb://nets?region=evil.example%2f").contains("is not the name of a region"));
        let misspelt = parse("dynamodb://nets?regon=eu-west-1").unwrap_err();
        assert_eq!(misspelt.suggestion.as_deref(), Some("region"));
        assert!(fault("~/r.json").contains("is not expanded"));
        assert!(fault("").contains("empty"));
    }
}
