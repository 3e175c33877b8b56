//! Ranges outside the clouds and planned prefixes: those of the configuration, and those in files that flags name.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use crate::analysis::free::{HeldInput, HeldPrefix};
use crate::cli::ranges::RangeArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::input::{self, InputError, Ranges};
use crate::model::{Inventory, PlannedChanges, PlannedKind, PlannedPrefix, Range, typed_range};
use crate::ui::{Ui, Verbosity};
use crate::wording::counted;

/// The most skipped rows that are named without `--verbose`; more are counted only.
const MAX_LINES: usize = 20;

/// What is in use or planned besides the inventory.
#[derive(Debug)]
pub struct DeclaredRanges {
    /// Ranges outside the clouds.
    pub ranges: Vec<Range>,
    /// What is planned.
    pub plan: PlannedChanges,
    /// What a report has to say about the files.
    pub notes: Vec<String>,
}

impl DeclaredRanges {
    /// Reads the files that the flags name, and adds the ranges of the configuration.
    ///
    /// # Errors
    /// For the first file or prefix that is wrong.
    pub fn read(args: &RangeArgs, settings: &Settings, ui: &Ui) -> Result<Self, Error> {
        let mut ranges = settings.external.value.clone();
        let mut notes = Vec::new();
        for (path, site) in args.external.iter().zip(sites(&args.external)) {
            let read = input::read_external_ranges(path, &site, args.skip_bad_rows);
            ranges.append(&mut accept_rows(path, read, &mut notes, ui)?);
        }
        name_apart(&mut ranges);
        ranges.sort();
        ranges.dedup();
        let plan = plan(args, &mut notes, ui)?;
        Ok(Self { ranges, plan, notes })
    }

    /// Returns what holds prefixes: what exists, what is declared, and `others`, such as reservations.
    pub fn held_input<'a>(
        &'a self,
        inventory: &'a Inventory,
        settings: &'a Settings,
        others: &'a [HeldPrefix<'a>],
    ) -> HeldInput<'a> {
        HeldInput {
            inventory,
            ranges: &self.ranges,
            plan: &self.plan,
            bridges: &settings.overlap.bridges.value,
            others,
        }
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

fn plan(args: &RangeArgs, notes: &mut Vec<String>, ui: &Ui) -> Result<PlannedChanges, Error> {
    let mut plan = PlannedChanges::default();
    for text in &args.planned {
        let prefix = typed_range(text).map_err(|error| Error::from(error).context("--planned"))?;
        plan.prefixes.push(PlannedPrefix {
            kind: PlannedKind::Network,
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
        plan.prefixes.append(&mut accept_rows(
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
fn accept_rows<T>(
    path: &Path,
    read: Result<Ranges<T>, InputError>,
    notes: &mut Vec<String>,
    ui: &Ui,
) -> Result<Vec<T>, Error> {
    let ranges = read?;
    ranges.warnings.iter().for_each(|warning| ui.warn(warning));
    let shown = if ui.verbosity() >= Verbosity::Verbose { ranges.skipped.len() } else { MAX_LINES };
    ranges.skipped.iter().take(shown).for_each(|row| ui.warn(&row.to_line()));
    if !ranges.skipped.is_empty() {
        let (name, skipped, kept) = (path.display(), ranges.skipped.len(), ranges.rows.len());
        let skipped = counted(skipped, "bad row");
        notes.push(format!("{name}: {skipped} left out, {kept} taken (--skip-bad-rows)"));
    }
    Ok(ranges.rows)
}
