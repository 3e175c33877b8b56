//! `netcensus diff`: reads two inventories, compares them and prints the changes.

mod live_scope;

use std::collections::{BTreeMap, BTreeSet};

use self::live_scope::{LiveScope, add_unread_accounts};
use super::filters::{check_columns, parse_filter_flags};
use super::inventory_source::{LIVE, LoadExtent};
use super::notify::{NOTIFY_FLAG, Notifier};
use super::overlap::collisions_among_networks;
use super::report_files::Reports;
use super::scope_flags::scope_flags;
use super::snapshot_lookup::{self, SnapshotLookup};
use super::{interrupt, inventory_source, overrides, sandbox, summary};
use crate::analysis::diff::{self, ChangeKind, Changes, DiffOutcome, DiffRequest, DiffSide, IgnoredFields};
use crate::analysis::filter::Filter;
use crate::analysis::inventory_index::COUNT_COLUMNS;
use crate::analysis::rows::TableRequest;
use crate::cli::diff::DiffArgs;
use crate::cli::global::GlobalArgs;
use crate::config::{Overrides, Settings};
use crate::error::Error;
use crate::exit::{Exit, ReadOutcome};
use crate::fs;
use crate::input::{self, Loaded, Pair};
use crate::model::{Coverage, GENERATOR, Inventory, Kind};
use crate::notify::{diff_command, observe_changes};
use crate::output;
use crate::snapshot::ScanRequest;
use crate::ui::Ui;
use crate::wording::{counted, shell_quoted};

/// Runs `netcensus diff`.
///
/// # Errors
/// When the options or inputs are wrong, nothing can be read, or the result cannot be written.
pub fn run(args: &DiffArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = overrides::from_live_flags(&args.live, None, global);
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    let options = DiffOptions::new(args, &settings)?;
    let notifier = Notifier::new(&args.channels, NOTIFY_FLAG, &settings, ui)?;
    let names = SideNames::from_args(args)?;
    let mut read = names.read(args, &options, (&flags, &settings), ui)?;
    read.pair.iter_mut().for_each(|side| inventory_source::name_accounts(side, &settings));
    let mut changes = compare(&read, &options, &settings)?;
    if read.is_live {
        changes = add_unread_accounts(changes, &args.live.scope);
    }
    if !read.interrupted {
        check_scopes(&changes, &read, &options)?;
    }
    let layout = ui.layout();
    let pending = options.reports.write_files(&changes, args.wide, read.interrupted, ui)?;
    ui.report(options.reports.printed, |out| {
        output::render(&changes, options.reports.printed, layout.with_wide(args.wide), out)
    })?;
    fs::atomic::commit_all(pending, &interrupt::defer_signals)?;
    read.scopes.warn(ui);
    let exit = report_and_exit_code(&changes, args.exit_code, read.interrupted, ui);
    let Some(notifier) = notifier.filter(|_| !read.interrupted) else { return Ok(exit) };
    let told =
        notifier.notify(&observe_changes(&changes, diff_command(&changes)), &names.scope(args), || None, ui);
    Ok(exit.after_notifying(told))
}

/// What the user asked to see, checked before anything is read.
struct DiffOptions {
    kinds: Vec<Kind>,
    only: Vec<ChangeKind>,
    filters: Vec<Filter>,
    ignore: IgnoredFields,
    reports: Reports,
}

impl DiffOptions {
    fn new(args: &DiffArgs, settings: &Settings) -> Result<Self, Error> {
        let kinds: Vec<Kind> = select_by_name(&args.kinds, Kind::ALL, Kind::as_str);
        let filters = parse_filter_flags(&args.filters, &args.groups, settings)?;
        filters.iter().try_for_each(refuse_counts)?;
        filters.iter().try_for_each(refuse_ages)?;
        let request =
            TableRequest { kinds: kinds.clone(), filters: filters.clone(), ..TableRequest::default() };
        check_columns(&request)?;
        let usual = settings.diff_ignore.value.iter().filter(|_| !args.all_fields);
        let ignore = IgnoredFields::new(usual.chain(&args.ignore).map(String::as_str))
            .map_err(|error| Error::from(error).context("--ignore"))?;
        Ok(Self {
            kinds,
            only: select_by_name(&args.only, ChangeKind::ALL, ChangeKind::as_str),
            filters,
            ignore,
            reports: Reports::new(&args.reports, &settings.output.format.value)?,
        })
    }

    /// Returns whether collisions are compared: only if all networks and all changes of them are.
    fn compares_collisions(&self) -> bool {
        let everything = self.filters.is_empty() && self.only.len() == ChangeKind::ALL.len();
        self.kinds.contains(&Kind::Networks) && everything
    }
}

/// Returns the values with these names; without names, all.
fn select_by_name<T: Copy, const N: usize>(
    names: &[String],
    all: [T; N],
    name: impl Fn(T) -> &'static str,
) -> Vec<T> {
    all.into_iter().filter(|one| names.is_empty() || names.iter().any(|known| known == name(*one))).collect()
}

/// Refuses filters by counts: rows that are the same on both sides are not loaded, so they cannot be counted.
fn refuse_counts(filter: &Filter) -> Result<(), Error> {
    if COUNT_COLUMNS.iter().any(|(_, counting)| filter.columns().contains(counting)) {
        return Err(Error::usage(format!(
            "--filter {}: diff does not count what is in a network; `scan --filter` does",
            filter.text()
        )));
    }
    Ok(())
}

/// Refuses groups that depend on ages: rows that are the same on both sides are not loaded, and one of these may have left by
/// growing older.
fn refuse_ages(filter: &Filter) -> Result<(), Error> {
    if filter.group_names().is_empty() || !filter.depends_on_age() {
        return Ok(());
    }
    let groups = filter.group_names().join(", ");
    Err(Error::usage(format!(
        "{groups} has a condition on an age, such as launched_at<90d: members leave such a group only because \
         time passes, and diff does not see that"
    ))
    .remedy("compare the times in the group with a date"))
}

/// The names of both sides.
struct SideNames {
    old: String,
    new: String,
}

/// Both sides, read.
struct BothSides {
    /// What the report calls them.
    names: [String; 2],
    pair: [Inventory; 2],
    scopes: ScopeComparison,
    same: BTreeMap<Kind, usize>,
    /// Whether the newer one is a scan.
    is_live: bool,
    interrupted: bool,
}

impl SideNames {
    /// Lists what tells this comparison from others.
    fn scope(&self, args: &DiffArgs) -> Vec<String> {
        let words = [
            ("kind", &args.kinds),
            ("only", &args.only),
            ("filter", &args.filters),
            ("ignore", &args.ignore),
        ];
        let words =
            words.into_iter().flat_map(|(name, list)| list.iter().map(move |word| format!("{name}={word}")));
        [format!("old={}", self.old), format!("new={}", self.new)].into_iter().chain(words).collect()
    }

    fn from_args(args: &DiffArgs) -> Result<Self, Error> {
        let (old, new) = match (&args.old, &args.new) {
            (None, _) => ("@previous", "@latest"),
            (Some(old), None) => (old.as_str(), LIVE),
            (Some(old), Some(new)) => (old.as_str(), new.as_str()),
        };
        if old == LIVE {
            return Err(Error::usage("`live` can only be the newer side: name the older one before it")
                .remedy("for example: netcensus diff @latest live"));
        }
        if old == "-" && new == "-" {
            return Err(Error::usage("standard input cannot be both sides"));
        }
        Ok(Self { old: old.to_owned(), new: new.to_owned() })
    }

    fn read(
        &self,
        args: &DiffArgs,
        options: &DiffOptions,
        (flags, settings): (&Overrides, &Settings),
        ui: &Ui,
    ) -> Result<BothSides, Error> {
        let mut lookup = SnapshotLookup::preferring_sandbox(args.live.sandbox);
        let old = lookup.resolve(&self.old, settings, ui).map_err(|error| {
            let is_only_one = lookup.kept() == 1 && self.new != LIVE;
            if is_only_one {
                let (what, live) = if lookup.is_newest_of_sandbox() {
                    ("sandbox", "live --sandbox")
                } else {
                    ("clouds", LIVE)
                };
                let compare = snapshot_lookup::with_store(&format!("diff @latest {live}"), settings);
                error.remedy(format!("to compare it with the {what}, run `{compare}`"))
            } else {
                error
            }
        })?;
        if self.new == LIVE {
            return self.read_with_live(&old, args, options, (flags, settings), ui);
        }
        sandbox::refuse_flags_without_sandbox(&args.live, "compare with `live`, and add --sandbox")?;
        let mut given = scope_flags(&args.live.scope);
        given.extend(args.live.sandbox.then_some("--sandbox"));
        given.extend(args.live.max_age.as_ref().map(|_| "--max-age"));
        if !given.is_empty() {
            return Err(Error::usage("neither side is `live`, so nothing is scanned")
                .remedy(format!("leave out {}, or compare with `live`", given.join(" and "))));
        }
        let whole: &[Kind] = if options.compares_collisions() { &[Kind::Networks, Kind::Links] } else { &[] };
        let new = lookup.resolve(&self.new, settings, ui)?;
        let Pair { old, new, same } = input::load_pair(&old, &new, whole)?;
        self.check_kinds(&old.inventory, &new.inventory, options)?;
        old.warnings.iter().chain(&new.warnings).for_each(|warning| ui.warn(warning));
        Ok(BothSides {
            names: [self.old.clone(), self.new.clone()],
            scopes: ScopeComparison::new(old.asked.as_ref(), new.asked.as_ref()),
            pair: [old.inventory, new.inventory],
            same,
            is_live: false,
            interrupted: false,
        })
    }

    /// Reads the older side from `old`, and the newer one from the clouds.
    fn read_with_live(
        &self,
        old: &input::Source,
        args: &DiffArgs,
        options: &DiffOptions,
        (flags, settings): (&Overrides, &Settings),
        ui: &Ui,
    ) -> Result<BothSides, Error> {
        let Loaded { inventory: old, asked, .. } = inventory_source::load_inventory(old, &Kind::ALL, ui)?;
        // Kinds that the older side did not scan cannot be compared.
        let kinds: Vec<Kind> =
            old.kinds_read().into_iter().filter(|kind| options.kinds.contains(kind)).collect();
        if kinds.is_empty() {
            return Err(Error::usage(format!("{} has none of the kinds to compare", self.old)));
        }
        // With --max-age, only a later snapshot may replace the scan: else the older side would be compared with itself.
        let after = Some(old.taken_at);
        let scope = LiveScope::from_older_side((&self.old, asked.as_ref()), &args.live, flags, settings, ui)?;
        let new = inventory_source::gather_from_clouds(
            &scope.live,
            &kinds,
            LoadExtent::Needed,
            after,
            &scope.settings,
            ui,
        )
        .map_err(|error| self.explain_missing_side(error, args))?;
        let name = if new.is_reused_snapshot() {
            format!("@{} (for {LIVE})", new.inventory.taken_at)
        } else {
            LIVE.to_owned()
        };
        Ok(BothSides {
            names: [self.old.clone(), name],
            pair: [old, new.inventory],
            scopes: ScopeComparison::new(asked.as_ref(), new.asked.as_ref()),
            same: BTreeMap::new(),
            is_live: true,
            interrupted: new.interrupted,
        })
    }

    /// Says why the clouds were read, where they cannot be and you did not ask for them.
    fn explain_missing_side(&self, error: Error, args: &DiffArgs) -> Error {
        if args.new.is_some() || !error.is_nothing_read() {
            return error;
        }
        error
            .with_cause("NEW is missing, so the clouds are read")
            .remedy(format!("to compare two files, write `netcensus diff {} NEW`", shell_quoted(&self.old)))
    }

    /// Refuses two inventories if no kind was scanned on both sides: that nothing differs would mean nothing.
    fn check_kinds(&self, old: &Inventory, new: &Inventory, options: &DiffOptions) -> Result<(), Error> {
        let kinds = [old, new].map(Inventory::kinds_read);
        let is_known = kinds.iter().all(|kinds| !kinds.is_empty());
        if !is_known || options.kinds.iter().any(|kind| kinds.iter().all(|read| read.contains(kind))) {
            return Ok(());
        }
        let list =
            |kinds: &BTreeSet<Kind>| kinds.iter().map(|kind| kind.as_str()).collect::<Vec<_>>().join(", ");
        let error = Error::usage("there is nothing to compare: no kind was scanned on both sides");
        Err(error.with_cause(format!("{} has {}", self.old, list(&kinds[0]))).with_cause(format!(
            "{} has {}",
            self.new,
            list(&kinds[1])
        )))
    }
}

/// Refuses two inventories if no resource is in the scope of both: that nothing differs would mean nothing.
fn check_scopes(changes: &Changes, read: &BothSides, options: &DiffOptions) -> Result<(), Error> {
    let rows = |side: &Inventory| options.kinds.iter().map(|kind| side.count(*kind)).sum::<usize>();
    let are_there = read.pair.iter().any(|side| rows(side) > 0);
    if changes.compared > 0 || !are_there || changes.same_scope {
        return Ok(());
    }
    let mut error = Error::usage("there is nothing to compare: no resource is in the scope of both sides");
    for (name, side) in read.names.iter().zip(&read.pair) {
        let accounts = counted(side.accounts.len(), "account");
        error = error.with_cause(format!("{name} has {accounts} and {}", counted(rows(side), "resource")));
    }
    Err(error)
}

fn compare(read: &BothSides, options: &DiffOptions, settings: &Settings) -> Result<Changes, Error> {
    let ([old, new], [of_old, of_new]) = (&read.pair, &read.names);
    let request = DiffRequest {
        old: (of_old, old),
        new: (of_new, new),
        same: &read.same,
        kinds: &options.kinds,
        filters: &options.filters,
        only: &options.only,
        ignore: &options.ignore,
        same_scope: read.scopes == ScopeComparison::Same,
    };
    let (mut changes, uncertainty) = diff::compare_inventories(request, GENERATOR.to_owned());
    if options.compares_collisions() {
        let (before, after) =
            (collisions_among_networks(old, settings)?, collisions_among_networks(new, settings)?);
        let found = diff::compare_collisions(&before, &after, &uncertainty, &settings.overlap.fail_on.value);
        changes = changes.with_collisions(found);
    }
    changes.notes.extend(read.scopes.remark());
    Ok(changes)
}

/// Whether both sides have the same scope.
#[derive(Debug, Clone, PartialEq, Eq)]
enum ScopeComparison {
    /// The scope of one of them is not known, as for an inventory from a file.
    Unknown,
    /// They have.
    Same,
    /// They have not: the names of the settings and variables that differ.
    Different(Vec<String>),
}

impl ScopeComparison {
    /// Compares both scopes. Who signed in does not count: in a CI job, each run signs in as someone new.
    fn new(old: Option<&ScanRequest>, new: Option<&ScanRequest>) -> Self {
        let (Some(old), Some(new)) = (old, new) else { return Self::Unknown };
        let [old, new] = [old, new].map(|asked| asked.scope.iter().collect::<BTreeSet<_>>());
        let name = |setting: &&String| setting.split('=').next().unwrap_or_default().to_owned();
        let names: BTreeSet<String> = old.symmetric_difference(&new).map(name).collect();
        if names.is_empty() { Self::Same } else { Self::Different(names.into_iter().collect()) }
    }

    /// Returns a remark for the report when they differ.
    fn remark(&self) -> Option<String> {
        let Self::Different(names) = self else { return None };
        Some(format!("the two sides have different scopes: they differ in {}", names.join(", ")))
    }

    fn warn(&self, ui: &Ui) {
        if let Some(remark) = self.remark() {
            ui.warn(&remark);
        }
    }
}

/// Both sides, in the order in which they are reported.
const SIDES: [DiffSide; 2] = [DiffSide::Old, DiffSide::New];

/// Warns of what was not compared and what is missing, and returns the exit code.
fn report_and_exit_code(changes: &Changes, exit_code: bool, interrupted: bool, ui: &Ui) -> Exit {
    let (complete, differs) =
        (changes.result != DiffOutcome::Incomplete, changes.result == DiffOutcome::Different);
    let exit = Exit::from_reading(ReadOutcome { interrupted, complete, negative: differs && exit_code });
    let apart: usize = changes.not_compared.iter().map(|left| left.rows).sum();
    if apart > 0 {
        let (were, what) = if apart == 1 { ("was", "it") } else { ("were", "them") };
        let rows = counted(apart, "resource");
        ui.warn(&format!("{rows} {were} not compared: one side did not scan {what} (see the report)"));
    }
    if changes.result == DiffOutcome::Incomplete {
        let sides = SIDES.map(|side| (side_name(changes, side), unread_scopes(changes, side)));
        summary::report_sides(&sides, ui);
        let missing = describe_missing(changes, &sides).join("; ");
        ui.warn_always(&format!("the comparison is incomplete: {missing} (exit code {})", exit.code()));
    }
    exit
}

/// Sums up what is missing, a part of a sentence for each reason.
fn describe_missing(changes: &Changes, sides: &[(String, Vec<&Coverage>)]) -> Vec<String> {
    let mut missing: Vec<String> = sides
        .iter()
        .filter(|(_, scopes)| !scopes.is_empty())
        .map(|(side, scopes)| format!("{} of {side} failed", counted(scopes.len(), "read")))
        .collect();
    missing.extend(changes.uncertainties());
    missing.extend(changes.missing.iter().cloned());
    missing
}

fn unread_scopes(changes: &Changes, side: DiffSide) -> Vec<&Coverage> {
    changes.gaps.iter().filter(|gap| gap.side == side).map(|gap| &gap.scope).collect()
}

/// Names a side by its position in the command and what was written there.
fn side_name(changes: &Changes, side: DiffSide) -> String {
    let name = match side {
        DiffSide::Old => &changes.old.name,
        DiffSide::New => &changes.new.name,
    };
    format!("{} ({name})", side.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(scope: &[&str], signer: u32) -> ScanRequest {
        ScanRequest { scope: scope.iter().map(|text| (*text).to_owned()).collect(), signer }
    }

    #[test]
    fn scopes_are_compared_without_the_signer_and_differ_by_the_names_of_settings() {
        let one = asked(&["aws.regions=eu-west-1", "providers=aws"], 1);
        assert_eq!(ScopeComparison::new(Some(&one), None), ScopeComparison::Unknown);
        assert_eq!(
            ScopeComparison::new(Some(&one), Some(&ScanRequest { signer: 2, ..one.clone() })),
            ScopeComparison::Same
        );
        let other = asked(&["aws.regions=us-east-1", "providers=aws", "shard=1/2"], 1);
        let different = ScopeComparison::new(Some(&one), Some(&other));
        assert_eq!(different, ScopeComparison::Different(vec!["aws.regions".into(), "shard".into()]));
        let remark = "the two sides have different scopes: they differ in aws.regions, shard";
        assert_eq!(different.remark().unwrap(), remark);
    }
}
