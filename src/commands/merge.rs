//! `netcensus merge`: reads inventories, joins them, and prints or saves the result.

use jiff::Timestamp;

use super::snapshot_lookup::SnapshotLookup;
use super::summary::Summary;
use super::{interrupt, inventory_source, overrides, save};
use crate::analysis::merge::{MergeInput, Merged, merge_inventories};
use crate::cli::global::GlobalArgs;
use crate::cli::merge::MergeArgs;
use crate::config::{Overrides, Settings};
use crate::error::Error;
use crate::exit::Exit;
use crate::input::Loaded;
use crate::model::{GENERATOR, InventoryView, Kind, ScanRequest, is_in_future};
use crate::output;
use crate::ui::Ui;

/// Runs `netcensus merge`.
///
/// # Errors
/// When the options or inputs are wrong, or the result cannot be written.
pub fn run(args: &MergeArgs, global: &GlobalArgs, ui: &Ui) -> Result<Exit, Error> {
    let flags = Overrides { store: args.store.store.clone(), ..overrides::from_flags(None, None, global) };
    let settings = overrides::resolve_settings(global, &flags)?;
    let ui = &ui.with_color(settings.output.color.value);
    check_args(args)?;
    save::check_writable(&args.save, &settings)?;
    let mut lookup = SnapshotLookup::default();
    let read = |name: &String| read_input(name, &mut lookup, &settings, ui);
    let inputs: Vec<MergeInput> = args.inputs.iter().map(read).collect::<Result<_, _>>()?;
    let asked = common_scope(&inputs);
    let merged = merge_inventories(inputs, GENERATOR.to_owned())?;
    merged.warnings.iter().for_each(|warning| ui.warn(&warning.to_string()));
    if args.save.save.is_some() {
        // No scan has the scope of several shards.
        let asked = asked.filter(|_| merged.inventory.shard.is_none());
        // Nothing is printed after it, so the exit code says whether the file is there.
        save::save_inventory(
            &args.save,
            InventoryView::new(&merged.inventory),
            asked.as_ref(),
            &settings,
            &interrupt::defer_signals,
            ui,
        )?;
    } else {
        ui.data(|out| output::write_document(&merged.inventory, out))?;
    }
    Ok(report_and_exit_code(&merged, ui))
}

/// Refuses mistakes in the flags, before anything is read.
fn check_args(args: &MergeArgs) -> Result<(), Error> {
    save::check_target(&args.save)?;
    if let Some(format) = args.output.as_deref().filter(|format| !format.eq_ignore_ascii_case("json")) {
        return Err(Error::usage(format!("merge writes only the inventory document (json), not {format}")).remedy(format!(
            "show it with another command: netcensus merge A B | netcensus scan networks --from - -o {format}"
        )));
    }
    // `--save A B` would overwrite the inventory A.
    if let Some(Some(path)) = &args.save.save
        && path.symlink_metadata().is_ok()
    {
        return Err(Error::usage(format!("{} exists, and --save would overwrite it", path.display()))
            .remedy("the name after --save is the file to write: put it last, after the inventories, and remove the old file"));
    }
    if args.inputs.iter().filter(|name| *name == "-").count() > 1 {
        return Err(
            Error::usage("`-` (standard input) can be given only once").remedy("name files for the others")
        );
    }
    Ok(())
}

fn read_input(
    name: &str,
    lookup: &mut SnapshotLookup,
    settings: &Settings,
    ui: &Ui,
) -> Result<MergeInput, Error> {
    let source = lookup.resolve(name, settings, ui)?;
    let Loaded { inventory, asked, .. } = inventory_source::load_inventory(&source, &Kind::ALL, ui)?;
    let name = if name == "-" { "standard input" } else { name };
    check_time(name, inventory.taken_at, Timestamp::now())?;
    Ok(MergeInput { name: name.to_owned(), inventory, asked })
}

/// Refuses an inventory that is dated in the future: it would count as the newest, and win over all others.
fn check_time(name: &str, taken_at: Timestamp, now: Timestamp) -> Result<(), Error> {
    if !is_in_future(taken_at, now) {
        return Ok(());
    }
    Err(Error::usage(format!(
        "{name} is dated in the future: it was taken at {taken_at:.0}, and it is {now:.0} now"
    ))
    .remedy("a clock was wrong when it was taken, or this machine's clock is wrong now")
    .remedy(
        "set the clock and scan again, or leave this inventory out: merge takes the newest for each scope",
    ))
}

/// Returns the scope that all inputs have in common, apart from their shards: the result then has the scope of a scan
/// without `--shard`. `None` when they differ.
fn common_scope(inputs: &[MergeInput]) -> Option<ScanRequest> {
    let mut all = inputs.iter().map(|input| {
        let ScanRequest { mut scope, signer } = input.asked.clone()?;
        scope.retain(|setting| !setting.starts_with("shard="));
        Some(ScanRequest { scope, signer })
    });
    let first = all.next()??;
    all.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

/// Reports on stderr what is missing, and returns the exit code.
fn report_and_exit_code(merged: &Merged, ui: &Ui) -> Exit {
    let inventory = &merged.inventory;
    let read = inventory.kinds_read();
    let kinds: Vec<Kind> =
        Kind::ALL.into_iter().filter(|kind| read.is_empty() || read.contains(kind)).collect();
    let exit = Summary::new(InventoryView::new(inventory), &kinds).report_and_exit_code(false, ui);
    let Some((shard, rest)) = inventory.shard.as_ref().and_then(|shard| Some((shard, shard.rest()?))) else {
        return exit;
    };
    ui.warn_always(&format!(
        "the inventory is shard {shard} of a scan: {rest} is missing: scan it with --shard and --save FILE, and merge FILE \
         too (exit code {})",
        Exit::Incomplete.code()
    ));
    Exit::Incomplete
}
