//! `netcensus completions`: writes the script; packagers have them ready-made under `completions/`.

use clap::CommandFactory;

use crate::cli::Cli;
use crate::cli::completions::CompletionsArgs;
use crate::error::Error;
use crate::exit::Exit;
use crate::ui::Ui;

/// Runs `netcensus completions`.
///
/// # Errors
/// When stdout cannot be written.
pub fn run(args: &CompletionsArgs, ui: &Ui) -> Result<Exit, Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "netcensus", &mut script);
    ui.data(|out| out.write_all(&script))?;
    Ok(Exit::Clean)
}
