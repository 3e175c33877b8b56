//! Which columns an export has, and how CSV is laid down.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::analysis::columns::{columns_of, has_tags};
use crate::analysis::select::{self, TableRequest};
use crate::cli::export::{ColumnArgs, ExportArgs};
use crate::config::Settings;
use crate::error::Error;
use crate::model::{Estate, Kind, Rows, Tags};
use crate::output::{CsvOptions, ExportFormat};

/// The column of all tags, in whose place the columns of single ones stand.
const TAGS: &str = "tags";

/// What tables look like.
#[derive(Debug)]
pub struct Shape {
    /// Kinds and columns, without those of tags that only the inventory knows.
    pub request: TableRequest,
    /// How CSV is laid down.
    pub csv: CsvOptions,
    all_tags: bool,
}

/// Decides what tables look like, by the flags and the template.
///
/// # Errors
/// When there is no such template or column, or a delimiter that none can be.
pub fn shape(args: &ExportArgs, settings: &Settings, formats: &[ExportFormat]) -> Result<Shape, Error> {
    let all = |kind: &Kind| (*kind, columns_of(*kind).iter().map(|spec| spec.name.to_owned()).collect());
    let mut columns: BTreeMap<Kind, Vec<String>> = match &args.columns.template {
        Some(name) => template(name, args, settings)?,
        None if args.kinds.is_empty() => room(formats).iter().map(all).collect(),
        None => Kind::ALL.iter().filter(|kind| is_asked(args, **kind)).map(all).collect(),
    };
    let tags = &args.columns.tag_columns;
    refuse_tags(args, columns.keys())?;
    if !tags.is_empty() {
        for (kind, columns) in &mut columns {
            put_tags(*kind, columns, tags);
        }
    }
    let kinds = columns.keys().copied().collect();
    let request = TableRequest { kinds, defaults: columns, ..TableRequest::default() };
    select::check_columns(&request).map_err(|error| Error::usage(error.to_string()))?;
    Ok(Shape { request, csv: csv(&args.columns)?, all_tags: args.columns.all_tags })
}

/// Refuses columns of tags that no key tells, or where nothing has tags.
fn refuse_tags<'k>(args: &ExportArgs, kinds: impl Iterator<Item = &'k Kind> + Clone) -> Result<(), Error> {
    let tags = &args.columns.tag_columns;
    if tags.iter().any(|key| key.trim().is_empty()) {
        return Err(Error::usage("--tag-columns: a key is empty")
            .remedy("name the keys with commas between, such as --tag-columns env,owner"));
    }
    let flag = if args.columns.all_tags { "--all-tags" } else { "--tag-columns" };
    if (args.columns.all_tags || !tags.is_empty()) && !kinds.clone().any(|kind| has_tags(*kind)) {
        let names: Vec<&str> = kinds.map(|kind| kind.as_str()).collect();
        return Err(Error::usage(format!("{flag} changes nothing: {} have no tags", names.join(" and ")))
            .remedy("leave it out, or add a kind that has tags, such as instances"));
    }
    Ok(())
}

/// Adds the columns of the tags that the inventory has, when all are asked for.
///
/// # Errors
/// When it cannot be read.
pub fn with_tags(shape: &Shape, estate: Estate<'_>) -> io::Result<TableRequest> {
    let mut request = shape.request.clone();
    if !shape.all_tags {
        return Ok(request);
    }
    for (kind, columns) in &mut request.defaults {
        let keys = match kind {
            Kind::Networks => keys(&estate.inventory.networks, |one| &one.tags)?,
            Kind::Subnets => keys(&estate.inventory.subnets, |one| &one.tags)?,
            Kind::Instances => keys(estate.instances, |one| &one.tags)?,
            Kind::Interfaces | Kind::Links => BTreeSet::new(),
        };
        put_tags(*kind, columns, &keys);
    }
    Ok(request)
}

fn keys<T>(rows: &dyn Rows<T>, tags: impl Fn(&T) -> &Tags) -> io::Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    rows.each(&mut |one| {
        for key in tags(one).keys() {
            if !keys.contains(key) {
                keys.insert(key.clone());
            }
        }
        Ok(())
    })?;
    Ok(keys)
}

/// Lists the kinds that some format has room for: no others need be read.
fn room(formats: &[ExportFormat]) -> Vec<Kind> {
    let has_room = |kind: &Kind| {
        formats.is_empty() || formats.iter().any(|format| format.info().only.is_none_or(|only| only == *kind))
    };
    Kind::ALL.into_iter().filter(has_room).collect()
}

fn is_asked(args: &ExportArgs, kind: Kind) -> bool {
    args.kinds.is_empty() || args.kinds.iter().any(|name| name == kind.as_str())
}

/// Puts columns of single tags in the place of that of all.
fn put_tags<'t>(kind: Kind, columns: &mut Vec<String>, keys: impl IntoIterator<Item = &'t String>) {
    if has_tags(kind) {
        columns.retain(|column| column != TAGS);
        for column in keys.into_iter().map(|key| format!("tag:{key}")) {
            // Two columns of one name are an error to most that read tables.
            if !columns.contains(&column) {
                columns.push(column);
            }
        }
    }
}

fn csv(args: &ColumnArgs) -> Result<CsvOptions, Error> {
    let delimiter = match args.delimiter.as_deref() {
        None => b',',
        Some("tab" | "\\t") => b'\t',
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii_graphic() && !byte.is_ascii_alphanumeric() && *byte != b'"' => *byte,
            _ => {
                return Err(Error::usage(format!("--delimiter: `{text}` cannot stand between cells"))
                    .remedy("write a single character, such as `;`, or `tab`"));
            }
        },
    };
    Ok(CsvOptions { delimiter, byte_order_mark: args.bom, defuse: !args.raw_formulas, carriage_return: true })
}

fn template(
    name: &str,
    args: &ExportArgs,
    settings: &Settings,
) -> Result<BTreeMap<Kind, Vec<String>>, Error> {
    let templates = &settings.templates.value;
    let columns: BTreeMap<Kind, Vec<String>> = templates
        .iter()
        .filter(|template| template.name == name)
        .map(|template| (template.kind, template.columns.clone()))
        .collect();
    if columns.is_empty() {
        let known: BTreeSet<&str> = templates.iter().map(|template| template.name.as_str()).collect();
        let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
        let hint = if known.is_empty() {
            "write one as [[export.templates]] in netcensus.toml; docs/export.md shows how".to_owned()
        } else {
            format!("the templates of netcensus.toml are {}", known.join(", "))
        };
        return Err(Error::usage(format!("there is no template `{name}`")).remedy(hint));
    }
    let absent = Kind::ALL
        .into_iter()
        .find(|kind| args.kinds.iter().any(|name| name == kind.as_str()) && !columns.contains_key(kind));
    if let Some(kind) = absent {
        return Err(Error::usage(format!("the template `{name}` has no {kind}")));
    }
    Ok(columns.into_iter().filter(|(kind, _)| is_asked(args, *kind)).collect())
}
