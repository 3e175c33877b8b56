//! `netcensus sandbox`: serves the sandbox until it is stopped, and prints how to point clients at it.

use std::ffi::OsString;
use std::io::Write;
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::interrupt::Interrupt;
use super::runtime;
use crate::cli::sandbox::{EstateArgs, SandboxArgs};
use crate::cli::source::LiveArgs;
use crate::clouds::{CloudEnvironment, ServicePrincipal};
use crate::error::{Error, ErrorKind};
use crate::exit::Exit;
use crate::fs::atomic::{PendingFile, create_private};
use crate::fs::{self, WriteError};
use crate::sandbox::{AzureClient, Estate, EstateError, Fault, Options, Sandbox};
use crate::ui::Ui;
use crate::wording::{parser_fault, shell_quoted};

/// What the names of temporary files of a sandbox begin with.
const TEMPORARY: &str = "netcensus-sandbox-";

/// The variables that it prints.
const VARIABLES: [&str; 17] = [
    "AWS_ENDPOINT_URL",
    "AWS_EC2_METADATA_DISABLED",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
    "AWS_CONFIG_FILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CA_BUNDLE",
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_AUTHORITY_HOST",
    "AZURE_TOKEN_CREDENTIALS",
    "NETCENSUS_CONFIG",
    "SANDBOX_AWS_QUEUE",
    "SANDBOX_AZURE_QUEUE",
];

/// Starts the sandbox, prints on stdout what a shell has to `eval`, and serves until interrupted or
/// terminated, which is a clean exit.
///
/// # Errors
/// When the estate is wrong, the port is taken, or a file cannot be written.
pub fn run(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Error> {
    runtime::block_on(serve(args, ui))
}

async fn serve(args: &SandboxArgs, ui: &Ui) -> Result<Exit, Error> {
    let (estate, faults) = load_estate(&args.estate)?;
    // Before anything is printed: a program that reads it may stop us at once.
    let interrupt = Interrupt::watch();
    let options = Options { port: args.port, tls: args.tls, faults, churn: args.estate.churn };
    let sandbox = Sandbox::start(estate, options).await?;
    let mut variables = sandbox.environment();
    let mut temporary = TemporaryFiles::new(sandbox.url());
    if let Some(pem) = sandbox.ca_pem() {
        let path = match &args.ca_file {
            Some(path) => write(path, pem)?,
            None => temporary.write("ca.pem", pem)?,
        };
        // The AWS CLI and boto3 read the first, netcensus and other native clients the second.
        variables.extend([("AWS_CA_BUNDLE", path.clone()), ("SSL_CERT_FILE", path)]);
    }
    if !sandbox.azure().is_empty() {
        // No variable of Azure's says where the resource manager is, and the token must not go to the real one.
        variables
            .push(("NETCENSUS_CONFIG", temporary.write("netcensus.toml", &configuration(sandbox.url()))?));
    }
    if let Some(path) = &args.config_file {
        let path = write(path, &sandbox.aws_config())?;
        // Both, or the user's real credentials would mix with the sandbox's profiles.
        variables.extend([("AWS_CONFIG_FILE", path.clone()), ("AWS_SHARED_CREDENTIALS_FILE", path)]);
    }
    ui.data(|out| {
        for (name, value) in &variables {
            writeln!(out, "export {name}={}", shell_quoted(value))?;
        }
        Ok(())
    })?;
    ui.status(&format!(
        "Serving AWS and Azure at {}. Set the variables above in another shell; Ctrl-C stops.",
        sandbox.url()
    ));
    interrupt.token().cancelled().await;
    temporary.remove();
    sandbox.stop().await;
    Ok(Exit::Clean)
}

/// Writes the `netcensus.toml` that points netcensus at the sandbox's Azure, which poses as the public cloud.
fn configuration(url: &str) -> String {
    format!("[azure]\ncloud = \"public\"\nresource-manager = \"{url}\"\nauthority = \"{url}\"\n")
}

/// Starts the sandbox inside this process, when the source asks for it.
///
/// # Errors
/// When the estate is wrong, or flags of the sandbox are set without `--sandbox`.
pub async fn start_embedded(live: &LiveArgs) -> Result<Option<Sandbox>, Error> {
    refuse_flags_without_sandbox(live, "add --sandbox")?;
    if !live.sandbox {
        return Ok(None);
    }
    let (estate, faults) = load_estate(&live.estate)?;
    let options = Options { faults, churn: live.estate.churn, ..Options::default() };
    let sandbox = Sandbox::start(estate, options).await?;
    Ok(Some(sandbox))
}

/// Says where the clouds are that `sandbox` serves.
#[must_use]
pub fn environment(sandbox: &Sandbox) -> CloudEnvironment {
    let principal = |client: AzureClient| ServicePrincipal {
        tenant: client.tenant,
        client: client.client_id,
        secret: client.client_secret,
    };
    CloudEnvironment::Sandbox {
        endpoint: sandbox.url().to_owned(),
        aws_config: sandbox.aws_config(),
        azure: sandbox.azure().into_iter().map(principal).collect(),
    }
}

/// Says that this shell still has the variables of a sandbox that no longer runs, and how to be rid of them; `None` if it has
/// not. `variable` looks variables up.
#[must_use]
pub fn describe_left_variables(variable: impl Fn(&str) -> Option<OsString>) -> Option<String> {
    let text = |name: &str| variable(name).and_then(|value| value.into_string().ok());
    let of_file = text("NETCENSUS_CONFIG").is_some_and(|path| path.contains(TEMPORARY));
    let address = text("AWS_ENDPOINT_URL")?;
    let port = address.rsplit(':').next()?.trim_end_matches('/').parse().ok()?;
    let is_here = address.contains("://127.0.0.1:") && (of_file || text("AZURE_AUTHORITY_HOST")? == address);
    let loopback = SocketAddr::from(([127, 0, 0, 1], port));
    if !is_here || TcpStream::connect_timeout(&loopback, Duration::from_millis(200)).is_ok() {
        return None;
    }
    let names: Vec<&str> = VARIABLES.into_iter().filter(|name| variable(name).is_some()).collect();
    Some(format!(
        "this shell still has the variables of a sandbox that no longer runs at {address}: unset {}",
        names.join(" ")
    ))
}

/// Refuses flags of the sandbox without `--sandbox`, which would have no effect. `remedy` says how to add that.
///
/// # Errors
/// When one is set.
pub fn refuse_flags_without_sandbox(live: &LiveArgs, remedy: &str) -> Result<(), Error> {
    let estate = &live.estate;
    let stray = estate.estate.is_some()
        || estate.generate.is_some()
        || !estate.faults.is_empty()
        || estate.churn.is_some();
    if live.sandbox || !stray {
        return Ok(());
    }
    Err(Error::usage("--estate, --generate, --fault and --churn need --sandbox").remedy(remedy))
}

/// Makes the estate that the options ask for, and the faults to serve it with.
///
/// # Errors
/// When the estate's file cannot be read or is wrong, or a size is out of range.
pub fn load_estate(args: &EstateArgs) -> Result<(Estate, Vec<Fault>), Error> {
    let estate = match (&args.estate, &args.generate) {
        (Some(path), _) => Estate::load(path).map_err(|error| match error {
            EstateError::Read { file, source } => {
                let refused = fs::cannot_read(&file, &source).context("--estate");
                Error::from_diagnostic(ErrorKind::Usage, refused)
            }
            EstateError::Invalid { file, line, message } => Error::usage("cannot use the estate file")
                .with_cause(format!("{file}, line {line}: {}", parser_fault(&message))),
        })?,
        (None, Some(size)) => Estate::generate(size)
            .map_err(|error| Error::usage("cannot generate the estate").with_source(&error))?,
        (None, None) => Estate::sample(),
    };
    Ok((estate, args.faults.clone()))
}

/// Files that exist as long as a sandbox runs, in the system's temporary directory.
struct TemporaryFiles {
    /// Names them by the port, so that two sandboxes do not share one.
    port: String,
    written: Vec<PathBuf>,
}

impl TemporaryFiles {
    fn new(url: &str) -> Self {
        Self { port: url.rsplit(':').next().unwrap_or_default().to_owned(), written: Vec::new() }
    }

    /// Writes a file, and returns its whole path.
    fn write(&mut self, name: &str, text: &str) -> Result<String, Error> {
        let path = std::env::temp_dir().join(format!("{TEMPORARY}{}-{name}", self.port));
        let written = write_temporary_file(&path, text)?;
        self.written.push(path);
        Ok(written)
    }

    /// Removes them. One that cannot be removed is no reason to fail.
    fn remove(self) {
        for path in self.written {
            let _ = std::fs::remove_file(path);
        }
    }
}

/// Writes a file, and returns its whole path, good from any directory.
fn write(path: &Path, text: &str) -> Result<String, Error> {
    PendingFile::write(path, |out| out.write_all(text.as_bytes()))?.commit()?;
    let path = std::path::absolute(path).map_err(|error| WriteError::cannot_write(path, &error))?;
    Ok(path.display().to_string())
}

/// Writes a new file to a directory that every user can write to. It must not exist: a symbolic link of another user could
/// lead elsewhere.
fn write_temporary_file(path: &Path, text: &str) -> Result<String, Error> {
    // One may be left of a sandbox that was killed. If it cannot be removed, creating the new one fails and says why.
    let _ = std::fs::remove_file(path);
    let written = create_private(path).and_then(|mut file| file.write_all(text.as_bytes()));
    written
        .map(|()| path.display().to_string())
        .map_err(|error| WriteError::cannot_write(path, &error).into())
}
