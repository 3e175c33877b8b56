//! Serves the sandbox until told to stop, and says how to point clients at it.

use std::path::{Path, PathBuf};

use super::{interrupt, runtime};
use crate::cli::sandbox::{EstateArgs, SandboxArgs};
use crate::cli::source::SourceArgs;
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::sandbox::{Estate, Fault, Options, Sandbox};
use crate::ui::Ui;

/// Starts the sandbox, prints on stdout what a shell has to `eval`, and serves until interrupted or
/// terminated, which is a clean exit.
///
/// # Errors
/// When the estate is wrong, the port is taken, or a file cannot be written.
pub fn run(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Error> {
    runtime::block_on(serve(args, ui))
}

async fn serve(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Error> {
    let (estate, faults) = estate_of(&args.estate)?;
    let options = Options { port: args.port, tls: args.tls, faults };
    let sandbox = Sandbox::start(estate, options)
        .await
        .map_err(|error| Error::usage("cannot start the sandbox").caused_by(&error))?;
    let mut variables = sandbox.environment();
    if let Some(pem) = sandbox.ca_pem() {
        let path = args.ca_file.clone().unwrap_or_else(|| default_ca_file(sandbox.url()));
        let path = write(&path, pem)?;
        // The AWS CLI and boto3 read the first, netcensus and other native clients the second.
        variables.extend([("AWS_CA_BUNDLE", path.clone()), ("SSL_CERT_FILE", path)]);
    }
    if let Some(path) = &args.config_file {
        variables.push(("AWS_CONFIG_FILE", write(path, &sandbox.aws_config())?));
    }
    ui.data(|out| {
        for (name, value) in &variables {
            writeln!(out, "export {name}={}", shell_quoted(value))?;
        }
        Ok(())
    })?;
    ui.status(&format!(
        "Serving AWS at {}. Set the variables above in another shell; Ctrl-C stops.",
        sandbox.url()
    ));
    interrupt::watch(ui).cancelled().await;
    sandbox.stop().await;
    Ok(Exit::Clean)
}

/// Starts the sandbox inside this process, when the source asks for it.
///
/// # Errors
/// When the estate is wrong, or options of the sandbox stand without it.
pub async fn embedded(source: &SourceArgs) -> Result<Option<Sandbox>, Error> {
    if !source.sandbox {
        return Ok(None);
    }
    let (estate, faults) = estate_of(&source.estate)?;
    let sandbox = Sandbox::start(estate, Options { faults, ..Options::default() })
        .await
        .map_err(|error| Error::usage("cannot start the sandbox").caused_by(&error))?;
    Ok(Some(sandbox))
}

/// Makes the estate that the options ask for, and the faults to serve it with.
///
/// # Errors
/// When the estate's file cannot be read or is wrong, or a size is out of range.
pub fn estate_of(args: &EstateArgs) -> Result<(Estate, Vec<Fault>), Error> {
    let estate = match (&args.estate, &args.generate) {
        (Some(path), _) => Estate::load(path)
            .map_err(|error| Error::usage("cannot use the estate file").caused_by(&error))?,
        (None, Some(size)) => Estate::generate(size)
            .map_err(|error| Error::usage("cannot generate the estate").caused_by(&error))?,
        (None, None) => Estate::sample(),
    };
    Ok((estate, args.faults.clone()))
}

/// Names a file by the port, so that two sandboxes do not share one.
fn default_ca_file(url: &str) -> PathBuf {
    let port = url.rsplit(':').next().unwrap_or_default();
    std::env::temp_dir().join(format!("netcensus-sandbox-{port}-ca.pem"))
}

/// Writes a file, and returns its whole path, good from any directory.
fn write(path: &Path, text: &str) -> Result<String, Error> {
    let written = std::fs::write(path, text).and_then(|()| std::path::absolute(path));
    let path = written.map_err(|error| {
        Error::new(ErrorKind::Output, format!("cannot write {}", path.display())).caused_by(&error)
    })?;
    Ok(path.display().to_string())
}

/// Quotes a word for POSIX shells where it needs it.
fn shell_quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_./:".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_only_where_a_shell_needs_it() {
        assert_eq!(shell_quoted("http://127.0.0.1:80"), "http://127.0.0.1:80");
        assert_eq!(shell_quoted("a b"), "'a b'");
        assert_eq!(shell_quoted("it's"), r"'it'\''s'");
        assert_eq!(shell_quoted(""), "''");
    }
}
