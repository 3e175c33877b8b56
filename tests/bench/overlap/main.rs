//! Benchmark of the overlap engine: `generate KIND N SEED` writes prefixes, `run FILE` measures the sweep over them.
//!
//! A file has one prefix a line: `PREFIX OWNER`. `compare.py` puts other tools beside it (docs/benchmarks.md).

mod generate;
mod measure;

use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::ExitCode;

const USAGE: &str = "usage: overlap generate KIND N SEED | overlap run FILE";

fn main() -> ExitCode {
    // `cargo bench` adds `--bench`, for harnesses that have tests as well.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["generate", kind, count, seed] => write_estate(kind, count, seed),
        ["run", file] => measure::run(Path::new(file)).and_then(|line| Ok(writeln!(io::stdout(), "{line}")?)),
        // `cargo test --benches` runs it without a word.
        [] => Ok(()),
        _ => Err(USAGE.into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "overlap: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_estate(kind: &str, count: &str, seed: &str) -> Result<(), Box<dyn std::error::Error>> {
    let estate = generate::estate(kind, count.parse()?, seed.parse()?)?;
    let mut out = BufWriter::new(io::stdout().lock());
    for (prefix, owner) in estate {
        writeln!(out, "{prefix} {owner}")?;
    }
    Ok(out.flush()?)
}
