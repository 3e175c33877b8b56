//! Which columns the tables of an export have, how CSV is written, and a warning for tags that no resource has.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::Hash;
use std::io;

use crate::analysis::columns::{columns_of, has_tags};
use crate::analysis::filter::Filter;
use crate::analysis::rows::{self, TableRequest};
use crate::cli::export::{ColumnArgs, ExportArgs};
use crate::config::Settings;
use crate::error::Error;
use crate::model::{Instance, InventoryView, Kind, Rows, Tags};
use crate::output::{CsvOptions, ExportFormat};
use crate::suggest::{meant, nearest};

/// The column that contains all tags of a resource.
const ALL_TAGS: &str = "tags";
/// What the name of a column for a single tag begins with.
const TAG_PREFIX: &str = "tag:";

/// The kinds and columns of an export.
#[derive(Debug)]
pub struct ExportColumns {
    /// Kinds and columns. With `--all-tags`, those of the tags are added by [`ExportColumns::request_for`].
    pub request: TableRequest,
    /// How CSV is written.
    pub csv: CsvOptions,
    all_tags: bool,
}

impl ExportColumns {
    /// Decides the columns by the flags and the template.
    ///
    /// # Errors
    /// When a template, column or tag does not exist, or the delimiter cannot be used.
    pub fn from_args(
        args: &ExportArgs,
        members: Vec<Filter>,
        settings: &Settings,
        formats: &[ExportFormat],
    ) -> Result<Self, Error> {
        let all = |kind: &Kind| (*kind, columns_of(*kind).iter().map(|spec| spec.name.to_owned()).collect());
        let mut columns: BTreeMap<Kind, Vec<String>> = match &args.columns.template {
            Some(name) => template_columns(name, args, settings)?,
            None if args.kinds.is_empty() => kinds_of(formats).iter().map(all).collect(),
            None => Kind::ALL.iter().filter(|kind| is_selected(args, **kind)).map(all).collect(),
        };
        leave_out_kinds_without_members(args, &members, &mut columns)?;
        let tags = &args.columns.tag_columns;
        check_tag_flags(args, columns.keys())?;
        if !tags.is_empty() {
            for (kind, columns) in &mut columns {
                replace_tags_column(*kind, columns, tags);
            }
        }
        let kinds = columns.keys().copied().collect();
        let request = TableRequest { kinds, defaults: columns, filters: members, ..TableRequest::default() };
        rows::check_columns(&request)?;
        Ok(Self { request, csv: csv_options(&args.columns)?, all_tags: args.columns.all_tags })
    }

    /// Returns the columns for an inventory: with `--all-tags`, one for each tag that a resource of it has.
    ///
    /// # Errors
    /// When rows that are still in a file cannot be read.
    pub fn request_for(&self, view: InventoryView<'_>) -> io::Result<TableRequest> {
        let mut request = self.request.clone();
        if !self.all_tags {
            return Ok(request);
        }
        for (kind, columns) in &mut request.defaults {
            let keys = match kind {
                Kind::Networks => tag_keys(&view.inventory.networks, |network| &network.tags)?,
                Kind::Subnets => tag_keys(&view.inventory.subnets, |subnet| &subnet.tags)?,
                Kind::Instances => tag_keys(view.instances, |instance| &instance.tags)?,
                Kind::Interfaces | Kind::Links => BTreeSet::new(),
            };
            replace_tags_column(*kind, columns, &keys);
        }
        Ok(request)
    }
}

/// Leaves out the kinds of which the groups can have no members: their tables would be empty. Refuses one that `--kind` names.
fn leave_out_kinds_without_members(
    args: &ExportArgs,
    members: &[Filter],
    columns: &mut BTreeMap<Kind, Vec<String>>,
) -> Result<(), Error> {
    let can_have_members = |kind: &Kind| members.iter().all(|filter| filter.applies_to(*kind));
    if let Some(kind) = columns.keys().find(|kind| !args.kinds.is_empty() && !can_have_members(kind)) {
        return Err(Error::usage(format!(
            "--group {}: the group filters by a column that {kind} do not have",
            args.groups.join(",")
        ))
        .remedy(format!("leave {kind} out of --kind")));
    }
    columns.retain(|kind, _| can_have_members(kind));
    Ok(())
}

/// Refuses empty keys of tags, and columns of tags where no kind has tags.
fn check_tag_flags<'k>(
    args: &ExportArgs,
    kinds: impl Iterator<Item = &'k Kind> + Clone,
) -> Result<(), Error> {
    let tags = &args.columns.tag_columns;
    if tags.iter().any(|key| key.trim().is_empty()) {
        return Err(Error::usage("--tag-columns: a key is empty")
            .remedy("write the keys with commas between them, such as --tag-columns env,owner"));
    }
    let flag = if args.columns.all_tags { "--all-tags" } else { "--tag-columns" };
    if (args.columns.all_tags || !tags.is_empty()) && !kinds.clone().any(|kind| has_tags(*kind)) {
        let names: Vec<&str> = kinds.map(|kind| kind.as_str()).collect();
        return Err(Error::usage(format!("{flag} has no effect: {} have no tags", names.join(" and ")))
            .remedy("leave it out, or add a kind that has tags, such as instances"));
    }
    Ok(())
}

fn tag_keys<T>(rows: &dyn Rows<T>, tags: impl Fn(&T) -> &Tags) -> io::Result<BTreeSet<String>> {
    let mut keys = BTreeSet::new();
    rows.each(&mut |row| {
        add_keys(&mut keys, tags(row));
        Ok(())
    })?;
    Ok(keys)
}

fn add_keys(keys: &mut BTreeSet<String>, tags: &Tags) {
    // Most keys are known already: do not allocate for them.
    for key in tags.keys() {
        if !keys.contains(key) {
            keys.insert(key.clone());
        }
    }
}

/// Lists the kinds that at least one of the formats can contain; all without formats.
fn kinds_of(formats: &[ExportFormat]) -> Vec<Kind> {
    let has_room = |kind: &Kind| {
        formats.is_empty()
            || formats.iter().any(|format| format.spec().only_kind.is_none_or(|only| only == *kind))
    };
    Kind::ALL.into_iter().filter(has_room).collect()
}

fn is_selected(args: &ExportArgs, kind: Kind) -> bool {
    args.kinds.is_empty() || args.kinds.iter().any(|name| name == kind.as_str())
}

/// Replaces the column of all tags by one for each of `keys`.
fn replace_tags_column<'t>(
    kind: Kind,
    columns: &mut Vec<String>,
    keys: impl IntoIterator<Item = &'t String>,
) {
    if has_tags(kind) {
        columns.retain(|column| column != ALL_TAGS);
        // Most programs that read tables refuse two columns of one name.
        add_new(columns, keys.into_iter().map(|key| format!("{TAG_PREFIX}{key}")));
    }
}

/// Adds what is not in a list yet, in a time that grows as the lists do: there may be a hundred thousand tags.
fn add_new<T: Clone + Eq + Hash>(list: &mut Vec<T>, added: impl Iterator<Item = T>) {
    let mut known: HashSet<T> = list.iter().cloned().collect();
    list.extend(added.filter(|item| known.insert(item.clone())));
}

fn csv_options(args: &ColumnArgs) -> Result<CsvOptions, Error> {
    let delimiter = match args.delimiter.as_deref() {
        None => b',',
        Some("tab" | "\\t") => b'\t',
        Some(text) => match text.as_bytes() {
            [byte] if byte.is_ascii_graphic() && !byte.is_ascii_alphanumeric() && *byte != b'"' => *byte,
            _ => {
                return Err(Error::usage(format!("--delimiter: `{text}` cannot separate cells"))
                    .remedy("write a single character, such as `;`, or `tab`"));
            }
        },
    };
    Ok(CsvOptions {
        delimiter,
        byte_order_mark: args.bom,
        defuse_formulas: !args.raw_formulas,
        carriage_return: true,
    })
}

fn template_columns(
    name: &str,
    args: &ExportArgs,
    settings: &Settings,
) -> Result<BTreeMap<Kind, Vec<String>>, Error> {
    let templates = &settings.export.templates.value;
    let columns: BTreeMap<Kind, Vec<String>> = templates
        .iter()
        .filter(|template| template.name == name)
        .map(|template| (template.kind, template.columns.clone()))
        .collect();
    if columns.is_empty() {
        let known: BTreeSet<&str> = templates.iter().map(|template| template.name.as_str()).collect();
        let known: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
        let remedy = if known.is_empty() {
            "define it as [[export.templates]] in netcensus.toml; see docs/export.md".to_owned()
        } else {
            format!("netcensus.toml defines {}", known.join(", "))
        };
        return Err(Error::usage(format!("template `{name}` is not defined")).remedy(remedy));
    }
    let absent = Kind::ALL
        .into_iter()
        .find(|kind| args.kinds.iter().any(|name| name == kind.as_str()) && !columns.contains_key(kind));
    if let Some(kind) = absent {
        return Err(Error::usage(format!("template `{name}` has no columns for {kind}"))
            .remedy(format!("leave {kind} out of --kind, or add them to the template")));
    }
    Ok(columns.into_iter().filter(|(kind, _)| is_selected(args, *kind)).collect())
}

/// The instances of an export. The first pass over them records the keys of their tags, because they may be too many
/// for a pass of its own.
pub struct TagRecorder<'a> {
    instances: &'a dyn Rows<Instance>,
    keys: RefCell<BTreeSet<String>>,
    /// Whether all keys are recorded, or none is needed.
    is_done: Cell<bool>,
}

impl<'a> TagRecorder<'a> {
    /// Records the keys only if instances have columns of single tags in `request`.
    pub fn new(view: InventoryView<'a>, request: &TableRequest) -> Self {
        let is_needed = kinds_by_tag(request).values().any(|kinds| kinds.contains(&Kind::Instances));
        Self { instances: view.instances, keys: RefCell::default(), is_done: Cell::new(!is_needed) }
    }
}

impl Rows<Instance> for TagRecorder<'_> {
    fn count(&self) -> usize {
        self.instances.count()
    }

    fn each(&self, take: &mut dyn FnMut(&Instance) -> io::Result<()>) -> io::Result<()> {
        if self.is_done.get() {
            return self.instances.each(take);
        }
        self.instances.each(&mut |instance| {
            add_keys(&mut self.keys.borrow_mut(), &instance.tags);
            take(instance)
        })?;
        self.is_done.set(true);
        Ok(())
    }
}

/// Returns a warning for each tag that has a column in `request` but that no resource has: its key may be mistyped. All
/// rows must have been written, so that `recorder` has seen them.
pub fn warnings_for_unknown_tags(
    view: InventoryView<'_>,
    recorder: &TagRecorder<'_>,
    request: &TableRequest,
) -> Vec<String> {
    let tags = kinds_by_tag(request);
    let kinds: BTreeSet<Kind> = tags.values().flatten().copied().collect();
    let mut keys_by_kind: BTreeMap<Kind, BTreeSet<String>> = BTreeMap::new();
    for kind in kinds.into_iter().filter(|kind| view.count(*kind) > 0) {
        let keys = keys_by_kind.entry(kind).or_default();
        match kind {
            Kind::Networks => view.inventory.networks.iter().for_each(|row| add_keys(keys, &row.tags)),
            Kind::Subnets => view.inventory.subnets.iter().for_each(|row| add_keys(keys, &row.tags)),
            Kind::Instances => keys.extend(recorder.keys.borrow().iter().cloned()),
            Kind::Interfaces | Kind::Links => {}
        }
    }
    let is_recorded = |kinds: &Vec<Kind>| recorder.is_done.get() || !kinds.contains(&Kind::Instances);
    let tags = tags.into_iter().filter(|(_, kinds)| is_recorded(kinds));
    tags.filter_map(|(key, kinds)| warning_for_unknown_tag(key, &kinds, &keys_by_kind)).collect()
}

/// Returns a warning when there are rows of `kinds` and none of them has the tag.
fn warning_for_unknown_tag(
    key: &str,
    kinds: &[Kind],
    keys_by_kind: &BTreeMap<Kind, BTreeSet<String>>,
) -> Option<String> {
    let read: Vec<(&Kind, &BTreeSet<String>)> =
        keys_by_kind.iter().filter(|(kind, _)| kinds.contains(kind)).collect();
    if read.is_empty() || read.iter().any(|(_, keys)| keys.contains(key)) {
        return None;
    }
    let names: Vec<&str> = read.iter().map(|(kind, _)| kind.as_str()).collect();
    let keys = read.iter().flat_map(|(_, keys)| keys.iter().map(String::as_str));
    Some(format!("none of the {} has the tag `{key}`{}", names.join(", "), meant(nearest(key, keys))))
}

/// Lists the tags that have columns, with the kinds that have these.
fn kinds_by_tag(request: &TableRequest) -> BTreeMap<&str, Vec<Kind>> {
    let mut kinds_by_tag: BTreeMap<&str, Vec<Kind>> = BTreeMap::new();
    for (kind, columns) in &request.defaults {
        for key in columns.iter().filter_map(|column| column.strip_prefix(TAG_PREFIX)) {
            kinds_by_tag.entry(key).or_default().push(*kind);
        }
    }
    kinds_by_tag
}

#[cfg(test)]
mod tests {
    use std::hash::Hasher;
    use std::rc::Rc;

    use super::*;

    /// A number that counts how often it is compared.
    #[derive(Clone, Eq)]
    struct Counted(u32, Rc<Cell<usize>>);

    impl PartialEq for Counted {
        fn eq(&self, other: &Self) -> bool {
            self.1.set(self.1.get() + 1);
            self.0 == other.0
        }
    }

    impl Hash for Counted {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    /// Every column was compared with all that were there already: 100,000 tags took 36 s.
    #[test]
    fn columns_of_tags_are_not_compared_with_each_other() {
        let compared = Rc::new(Cell::new(0));
        let numbers = |range: std::ops::Range<u32>| range.map(|number| Counted(number, Rc::clone(&compared)));
        let mut list: Vec<Counted> = numbers(0..2000).collect();
        add_new(&mut list, numbers(1000..10_000));
        assert_eq!(list.iter().map(|item| item.0).collect::<Vec<_>>(), (0..10_000).collect::<Vec<_>>());
        assert!(compared.get() < 20_000, "{} comparisons", compared.get());
    }
}
