//! What is compared besides the inventory, read and checked before anything is asked of a cloud.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;

use crate::analysis::filter::Filter;
use crate::analysis::overlap::{self, Baseline, OverlapError, OverlapInput};
use crate::analysis::select::{self, TableRequest};
use crate::cli::overlap::{OverlapArgs, RangeArgs};
use crate::config::{ConfigError, OverlapSettings, Problem, Settings};
use crate::error::Error;
use crate::input::{self, InputError, Ranges};
use crate::model::{Inventory, Kind, Level, Plan, PlannedKind, PlannedPrefix, Range, Resources, typed_range};
use crate::ui::{Ui, Verbosity};
use crate::wording::counted;

/// More skipped rows than this are counted only, without `--verbose`.
const LINES: usize = 20;

/// What is compared, and how.
#[derive(Debug)]
pub struct Inputs {
    /// Ranges outside the clouds.
    pub ranges: Vec<Range>,
    /// What is planned.
    pub plan: Plan,
    /// What is compared.
    pub level: Level,
    /// The two filters of `--between`.
    pub between: Option<[Filter; 2]>,
    /// What the report has to say about the files.
    pub notes: Vec<String>,
    /// What is known already, unless it is written in this run.
    pub baseline: Option<Baseline>,
}

impl Inputs {
    /// Reads the files and checks the flags.
    ///
    /// # Errors
    /// For the first that is wrong.
    pub fn read(args: &OverlapArgs, settings: &Settings, ui: &Ui) -> Result<Self, Error> {
        let between = between(&args.between)?;
        let mut ranges = settings.external.value.clone();
        let mut notes = Vec::new();
        for (path, site) in args.ranges.external.iter().zip(sites(&args.ranges.external)) {
            let read = input::read_external_ranges(path, &site, args.ranges.skip_bad_rows);
            ranges.append(&mut taken(path, read, &mut notes, ui)?);
        }
        name_apart(&mut ranges);
        ranges.sort();
        ranges.dedup();
        let plan = plan(&args.ranges, &mut notes, ui)?;
        let has_subnets = plan.prefixes.iter().any(|prefix| prefix.of == PlannedKind::Subnet);
        let default = if has_subnets { Level::All } else { Level::Networks };
        let level = settings.overlap.level.value.unwrap_or(default);
        let baseline = super::baseline::read(&args.gate)?;
        Ok(Self { ranges, plan, level, between, notes, baseline })
    }
}

/// Names each file's site: by its name without the extension, and by its path where another file has the same.
fn sites(paths: &[PathBuf]) -> Vec<String> {
    // One file may be named in two ways.
    let files: Vec<PathBuf> =
        paths.iter().map(|path| path.canonicalize().unwrap_or_else(|_| path.clone())).collect();
    let site = |(path, file): (&PathBuf, &PathBuf)| {
        let stem = path.file_stem().unwrap_or_default();
        let mut others = paths.iter().zip(&files).filter(|(_, other)| *other != file);
        if others.any(|(other, _)| other.file_stem().unwrap_or_default() == stem) {
            let first = paths.iter().zip(&files).find(|(_, other)| *other == file);
            return first.map_or(path, |(first, _)| first).display().to_string();
        }
        stem.to_string_lossy().into_owned()
    };
    paths.iter().zip(&files).map(site).collect()
}

/// Calls sites by the whole id of their network where networks of several subscriptions have the same short one.
fn name_apart(ranges: &mut [Range]) {
    let mut networks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for range in ranges.iter() {
        if let Some(id) = &range.network {
            networks.entry(range.site.clone()).or_default().insert(id.to_ascii_lowercase());
        }
    }
    for range in ranges {
        let is_shared = networks.get(&range.site).is_some_and(|ids| ids.len() > 1);
        if let Some(id) = range.network.as_ref().filter(|id| is_shared && id.starts_with('/')) {
            range.site.clone_from(id);
        }
    }
}

fn between(texts: &[String]) -> Result<Option<[Filter; 2]>, Error> {
    if texts.len() > 2 {
        return Err(Error::usage("--between may be given once, with its two filters"));
    }
    let parse =
        |text: &String| text.parse().map_err(|error| Error::from(error).context(format!("--between {text}")));
    let filters = texts.iter().map(parse).collect::<Result<Vec<Filter>, Error>>()?;
    let request = TableRequest { kinds: vec![Kind::Networks], filters, ..TableRequest::default() };
    select::check_columns(&request).map_err(|error| Error::from(error).context("--between"))?;
    Ok(<[Filter; 2]>::try_from(request.filters).ok())
}

fn plan(args: &RangeArgs, notes: &mut Vec<String>, ui: &Ui) -> Result<Plan, Error> {
    let mut plan = Plan::default();
    for text in &args.planned {
        let prefix = typed_range(text).map_err(|error| Error::from(error).context("--planned"))?;
        plan.prefixes.push(PlannedPrefix {
            of: PlannedKind::Network,
            address: prefix.to_string(),
            provider: None,
            region: None,
            name: None,
            network: None,
            is_new: true,
            prefix,
        });
    }
    for path in &args.planned_file {
        plan.prefixes.append(&mut taken(
            path,
            input::read_planned_prefixes(path, args.skip_bad_rows),
            notes,
            ui,
        )?);
    }
    for path in &args.terraform_plan {
        let (read, warnings) = input::read_terraform_plan(path)?;
        notes.extend(warnings);
        let several = args.terraform_plan.len() > 1;
        plan.append(if several { read.named(&path.display().to_string()) } else { read });
    }
    plan.prefixes.sort();
    plan.prefixes.dedup();
    Ok(plan)
}

/// Takes the rows of a file, and says what is odd about it.
fn taken<T>(
    path: &Path,
    read: Result<Ranges<T>, InputError>,
    notes: &mut Vec<String>,
    ui: &Ui,
) -> Result<Vec<T>, Error> {
    let ranges = read?;
    ranges.warnings.iter().for_each(|warning| ui.warn(warning));
    let shown = if ui.verbosity() >= Verbosity::Verbose { ranges.skipped.len() } else { LINES };
    ranges.skipped.iter().take(shown).for_each(|row| ui.warn(row));
    if !ranges.skipped.is_empty() {
        let (name, skipped, kept) = (path.display(), ranges.skipped.len(), ranges.rows.len());
        let skipped = counted(skipped, "bad row");
        notes.push(format!("{name}: {skipped} left out, {kept} taken (--skip-bad-rows)"));
    }
    Ok(ranges.rows)
}

/// Checks what the configuration declares on an inventory without networks, so that a mistake costs a second and not a
/// scan.
///
/// # Errors
/// When it is impossible, such as a routing domain that is isolated from one that does not exist.
pub fn check_declarations(declared: &OverlapSettings, ranges: &[Range]) -> Result<(), Error> {
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
    overlap::check_declarations(input).map_err(|error| locate(error, declared))
}

/// Adds where in the configuration the mistake is.
fn locate(error: OverlapError, declared: &OverlapSettings) -> Error {
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
