//! Benchmark of the free space of many prefixes: `generate N SEED` writes them, `run FILE LENGTH` measures how long it
//! takes to find all holes of 0.0.0.0/0 and the first prefix of a length.
//!
//! `compare.py` puts Python's libraries beside it (docs/benchmarks.md).

use std::error::Error;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::time::Instant;

use ipnet::IpNet;
use netcensus::analysis::free::{
    FreeSpace, HeldPrefix, HeldPrefixes, Holder, HolderKind, IpVersion, Placement, PrefixSize,
};

const USAGE: &str = "usage: free generate N SEED | free run FILE LENGTH";
/// How often it is measured; the fastest counts, so that a busy neighbour does not spoil it.
const REPETITIONS: usize = 7;

fn main() -> ExitCode {
    // `cargo bench` adds `--bench`, for harnesses that have tests as well.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["generate", count, seed] => generate(count, seed),
        ["run", file, length] => measure(file, length),
        // `cargo test --benches` runs it without a word.
        [] => Ok(()),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "free: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Writes prefixes of /16 to /28 all over IPv4, a line each, in no order; some nest.
fn generate(count: &str, seed: &str) -> Result<(), Box<dyn Error>> {
    let (count, mut state): (usize, u64) = (count.parse()?, seed.parse()?);
    let mut out = BufWriter::new(io::stdout().lock());
    for _ in 0..count {
        // SplitMix64, which needs no crate.
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^= mixed >> 31;
        let address = std::net::Ipv4Addr::from_bits(u32::try_from(mixed >> 32)?);
        let length = 16 + u8::try_from(mixed % 13)?;
        writeln!(out, "{}", ipnet::Ipv4Net::new(address, length)?.trunc())?;
    }
    Ok(out.flush()?)
}

fn measure(file: &str, length: &str) -> Result<(), Box<dyn Error>> {
    let prefixes: Vec<IpNet> = fs::read_to_string(file)?.lines().map(str::parse).collect::<Result<_, _>>()?;
    let size = PrefixSize { version: IpVersion::V4, length: length.parse()? };
    let within: [IpNet; 1] = ["0.0.0.0/0".parse()?];
    let mut fastest = f64::INFINITY;
    let (mut holes, mut first) = (0, Vec::new());
    for _ in 0..REPETITIONS {
        let begun = Instant::now();
        let holder = Holder::new(HolderKind::Network);
        let held = prefixes.iter().map(|prefix| HeldPrefix { prefix: *prefix, holder: holder.clone() });
        let held = HeldPrefixes::from_prefixes(held);
        let free = FreeSpace::new(&within, &held.outermost());
        holes = free.holes().len();
        first = free.allocate(size, 1, Placement::default());
        fastest = fastest.min(begun.elapsed().as_secs_f64());
    }
    let first = first.first().map(ToString::to_string);
    let line = serde_json::json!({"n": prefixes.len(), "seconds": fastest, "holes": holes, "first": first});
    Ok(writeln!(io::stdout(), "{line}")?)
}
