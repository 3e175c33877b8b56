//! Parses, runs, exits.

use std::process::ExitCode;

fn main() -> ExitCode {
    netcensus::commands::main().into()
}
