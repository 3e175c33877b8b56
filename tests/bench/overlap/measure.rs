//! Times the engine over one file of prefixes, and reads off the kernel how much memory that took.

use std::error::Error;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::time::{Duration, Instant};

use netcensus::analysis::overlap::{Cluster, RolePairs, SortedPrefixes, SweepItem};

/// How often at least, and how long at least, so that a busy neighbour does not spoil every one.
const REPETITIONS: usize = 7;
const PATIENCE: Duration = Duration::from_secs(1);

/// Reads `PREFIX OWNER` lines, sorts and sweeps them again and again, and returns one line of JSON. Seconds are of
/// sorting and sweeping, without reading. Bytes count what is read as well, and are `null` where there is no `/proc`.
///
/// # Errors
/// When the file cannot be read, or a line is not a prefix and a number.
pub fn run(file: &Path) -> Result<String, Box<dyn Error>> {
    let empty = memory("VmRSS:");
    let items = read(file)?;
    let mut seconds = Vec::new();
    let (first, clusters) = timed(&items);
    let full = memory("VmHWM:");
    seconds.push(first);
    let begun = Instant::now();
    while seconds.len() < REPETITIONS || begun.elapsed() < PATIENCE {
        seconds.push(timed(&items).0);
    }
    seconds.sort_unstable();
    let members: usize = clusters.iter().map(|cluster| cluster.members.len()).sum();
    let bytes = full.zip(empty).map(|(full, empty)| (full.saturating_sub(empty)) / items.len().max(1));
    let line = serde_json::json!({
        "kind": file.file_stem().map(|stem| stem.to_string_lossy()),
        "n": items.len(),
        "seconds": seconds[0].as_secs_f64(),
        "median": seconds[seconds.len() / 2].as_secs_f64(),
        "clusters": clusters.len(),
        "members": members,
        "bytes_per_prefix": bytes,
    });
    Ok(line.to_string())
}

fn timed(items: &[SweepItem]) -> (Duration, Vec<Cluster>) {
    let begun = Instant::now();
    let sorted = SortedPrefixes::new(items.iter().map(|item| item.prefix));
    let clusters = sorted.find_clusters(items, &RolePairs::single_role());
    (begun.elapsed(), clusters)
}

fn read(file: &Path) -> Result<Vec<SweepItem>, Box<dyn Error>> {
    let mut items = Vec::new();
    for (line, number) in BufReader::new(File::open(file)?).lines().zip(1..) {
        let item = parse(&line?).ok_or_else(|| format!("{}:{number}: no PREFIX OWNER", file.display()))?;
        items.push(item);
    }
    Ok(items)
}

fn parse(line: &str) -> Option<SweepItem> {
    let (prefix, owner) = line.split_once(' ')?;
    Some(SweepItem { prefix: prefix.parse().ok()?, group: owner.parse().ok()?, role: 0 })
}

/// A number of `/proc/self/status`, in bytes: what is resident now, or was at the peak.
fn memory(field: &str) -> Option<usize> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let value = status.lines().find_map(|line| line.strip_prefix(field))?;
    let kilobytes: usize = value.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kilobytes * 1024)
}
