//! What each step of a comparison costs, one after the other in one process.

use std::error::Error;
use std::io::{self, Write};
use std::time::Instant;

use jiff::civil::date;
use netcensus::analysis::diff::{self, ChangeKind, DiffRequest, IgnoredFields};
use netcensus::analysis::overlap;
use netcensus::input::{self, Source};
use netcensus::model::{Class, Inventory, Kind};
use netcensus::snapshot;

/// Prints the seconds of each step for the snapshots or documents `old` and `new`.
pub fn run(old: &str, new: &str) -> Result<(), Box<dyn Error>> {
    let (before, after) = (Source::from(old), Source::from(new));
    let whole = timed("load one", || input::load(&before))?.inventory;
    timed("write a snapshot", || snapshot::write_snapshot(&whole, None, &mut io::sink()))?;
    drop(whole);
    let kept = [Kind::Networks, Kind::Links];
    let pair = timed("load both", || input::load_pair(&before, &after, &kept))?;
    let (before, after) = (&pair.old.inventory, &pair.new.inventory);
    let request = DiffRequest {
        old: (old, before),
        new: (new, after),
        same: &pair.same,
        kinds: &Kind::ALL,
        filters: &[],
        only: &ChangeKind::ALL,
        ignore: &IgnoredFields::default(),
        same_scope: false,
    };
    let (changes, uncertainty) = timed("compare", || diff::compare_inventories(request, String::new()));
    let found = timed("find collisions", || [findings(before), findings(after)]);
    let [before, after] = found.map(|found| found.map(|found| found.findings));
    let (before, after) = (before?, after?);
    timed("compare collisions", || diff::compare_collisions(&before, &after, &uncertainty, &Class::ALL));
    timed("write the report", || serde_json::to_writer(io::sink(), &changes))?;
    Ok(())
}

fn timed<T>(step: &str, work: impl FnOnce() -> T) -> T {
    let begun = Instant::now();
    let done = work();
    let _ = writeln!(io::stdout(), "{step}: {:.3} s", begun.elapsed().as_secs_f64());
    done
}

fn findings(inventory: &Inventory) -> Result<overlap::UngatedFindings, overlap::OverlapError> {
    overlap::find_overlaps(overlap::OverlapInput::networks(inventory, date(2026, 11, 20)))
}
