//! Benchmark of `diff`: `generate FOLDER ROWS SEED` writes an estate before and after one row of a hundred changed, as
//! snapshots and as documents, and prints what changed; `measure OLD NEW` says what each step of a comparison costs;
//! `snapshot FILE ROWS SEED` writes the estate before, for the benchmark of `export`.
//!
//! `compare.py` times the program itself, and puts other tools beside it (docs/benchmarks.md).

mod draw;
mod estate;
mod measure;
mod rows;

use std::error::Error;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

use estate::{Estate, Version};
use netcensus::{output, snapshot};

const USAGE: &str =
    "usage: diff generate FOLDER ROWS SEED | diff measure OLD NEW | diff snapshot FILE ROWS SEED";

fn main() -> ExitCode {
    // `cargo bench` adds `--bench`, for harnesses that have tests as well.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["generate", folder, rows, seed] => generate(Path::new(folder), rows, seed),
        ["measure", old, new] => measure::run(old, new),
        ["snapshot", file, rows, seed] => snapshot(Path::new(file), rows, seed),
        // `cargo test --benches` runs it without a word.
        [] => Ok(()),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "diff: {error}");
            ExitCode::FAILURE
        }
    }
}

fn generate(folder: &Path, rows: &str, seed: &str) -> Result<(), Box<dyn Error>> {
    let estate = Estate::new(rows.parse()?, seed.parse()?);
    for (name, version) in [("old", Version::Old), ("new", Version::New)] {
        let inventory = estate.inventory(version);
        let mut kept = File::create(folder.join(name).with_extension("ncsnap"))?;
        snapshot::write_snapshot(&inventory, None, &mut kept)?;
        let mut document = BufWriter::new(File::create(folder.join(name).with_extension("json"))?);
        output::write_document(&inventory, &mut document)?;
        document.flush()?;
    }
    let [added, removed, changed] = estate.turnover();
    writeln!(io::stdout(), r#"{{"added": {added}, "removed": {removed}, "changed": {changed}}}"#)?;
    Ok(())
}

fn snapshot(path: &Path, rows: &str, seed: &str) -> Result<(), Box<dyn Error>> {
    let inventory = Estate::new(rows.parse()?, seed.parse()?).inventory(Version::Old);
    Ok(snapshot::write_snapshot(&inventory, None, &mut File::create(path)?)?)
}
