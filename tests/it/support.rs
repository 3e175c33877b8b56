//! Runs the binary hermetically: alone, or against a sandbox that this process serves.

use std::ffi::OsStr;
use std::hash::{BuildHasher, RandomState};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;

#[cfg(feature = "azure")]
use netcensus::sandbox::AzureClient;
use netcensus::sandbox::{Estate, Fault, Options, Request, Sandbox};
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// One root, that signs nothing.
pub const ROOT_CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/tls/root.pem");

/// A home directory of its own, which is the working directory too.
pub struct Home(TempDir);

impl Home {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// Writes a file, with the folders it needs.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Prepares a run with these arguments, separated by spaces.
    pub fn netcensus(&self, arguments: &str) -> Run {
        let mut run = self.program(env!("CARGO_BIN_EXE_netcensus"));
        run.command.args(arguments.split_whitespace());
        run
    }

    /// Prepares a run of the binary, `$0`, by a line of shell.
    pub fn shell(&self, line: &str) -> Run {
        let mut run = self.program("/bin/sh");
        run.command.args(["-c", line, env!("CARGO_BIN_EXE_netcensus")]);
        run
    }

    fn program(&self, program: &str) -> Run {
        let mut command = Command::new(program);
        let home = self.path();
        command
            .current_dir(home)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", home)
            .env("XDG_CONFIG_HOME", home.join("xdg"))
            .env("TMPDIR", home)
            // One root that signs nothing: reading the machine's hundreds would take a tenth of a short run's time.
            .env("SSL_CERT_FILE", ROOT_CERTIFICATE)
            .env("AWS_EC2_METADATA_DISABLED", "true")
            // No credentials but those of the environment, and no request to a metadata service.
            .env("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")
            .env("COLUMNS", "120")
            .env("NO_COLOR", "1");
        Run { command, stdin: None }
    }
}

const AWS_CONFIG: &str = ".aws/config";

/// The document of all kinds of the sample, in both clouds: for tests of what becomes of an inventory. It is scanned once
/// for all of them, because a scan by an unoptimised program takes a second.
pub fn sample_document() -> &'static str {
    static DOCUMENT: LazyLock<String> =
        LazyLock::new(|| netcensus("scan all --sandbox -o json").succeeds().stdout);
    &DOCUMENT
}

/// Runs the binary in a home of its own.
pub fn netcensus(arguments: &str) -> Output {
    Home::new().netcensus(arguments).run()
}

/// A run to be.
pub struct Run {
    command: Command,
    stdin: Option<Vec<u8>>,
}

impl Run {
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    #[cfg(any(feature = "aws", feature = "azure"))]
    pub fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    /// Lets no file that it writes grow beyond so many blocks of 512 bytes.
    #[cfg(target_os = "linux")]
    pub fn limit_file_size(self, blocks: usize) -> Self {
        self.limit(&format!("-f {blocks}"))
    }

    /// Lets it have no more open files than these.
    #[cfg(target_os = "linux")]
    pub fn limit_open_files(self, files: usize) -> Self {
        self.limit(&format!("-n {files}"))
    }

    #[cfg(target_os = "linux")]
    fn limit(self, limit: &str) -> Self {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", &format!("ulimit {limit}; exec \"$0\" \"$@\"")]);
        command.arg(self.command.get_program()).args(self.command.get_args());
        command.current_dir(self.command.get_current_dir().unwrap()).env_clear();
        command.envs(self.command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        Self { command, ..self }
    }

    /// Starts it, with pipes at its ends.
    pub fn spawn(mut self) -> Child {
        let stdin = if self.stdin.is_some() { Stdio::piped() } else { Stdio::null() };
        self.command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = self.command.spawn().unwrap();
        if let Some(bytes) = self.stdin {
            // Whoever refuses its input closes the pipe before all of it is written.
            let _ = child.stdin.take().unwrap().write_all(&bytes);
        }
        child
    }

    #[track_caller]
    pub fn run(self) -> Output {
        Output::of(self.spawn())
    }
}

/// What came of a run.
#[derive(Debug)]
pub struct Output {
    pub stdout: String,
    pub stderr: String,
    /// Exit code; -1 when a signal ended it.
    pub code: i32,
}

impl Output {
    /// Waits for the end.
    #[track_caller]
    pub fn of(child: Child) -> Self {
        let output = child.wait_with_output().unwrap();
        let output = Self {
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
            code: output.status.code().unwrap_or(-1),
        };
        assert!(!output.stderr.contains("panicked"), "{output:#?}");
        output
    }

    #[track_caller]
    pub fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Expects success in silence: nothing on stderr.
    #[track_caller]
    pub fn succeeds(self) -> Self {
        let output = self.exits(0);
        assert_eq!(output.stderr, "");
        output
    }

    /// Expects a refusal: exit code 2, nothing on stdout, one error that says all of `words`.
    #[track_caller]
    pub fn refuses(self, words: &[&str]) -> Self {
        let output = self.exits(2);
        assert_eq!(output.stdout, "");
        assert!(output.stderr.starts_with("error: "), "{}", output.stderr);
        let errors = output.stderr.lines().filter(|line| line.starts_with("error: ")).count();
        assert_eq!(errors, 1, "{}", output.stderr);
        output.says(words)
    }

    /// Expects an incomplete scan: exit code 3, and stderr says all of `words`.
    #[track_caller]
    pub fn falls_short(self, words: &[&str]) -> Self {
        let output = self.exits(3);
        assert!(output.stderr.contains(" is incomplete"), "{}", output.stderr);
        output.says(words)
    }

    /// Expects each of `words` on stderr.
    #[track_caller]
    pub fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stderr.contains(word), "stderr lacks {word:?}:\n{}", self.stderr);
        }
        self
    }

    /// Reads stdout as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}\n{}", self.stdout))
    }

    /// Returns the lines of stdout below the header.
    pub fn rows(&self) -> Vec<&str> {
        self.stdout.lines().skip(1).collect()
    }
}

/// A sandbox in this process, and a home whose AWS configuration has its accounts as profiles.
///
/// The binary reaches it as it reaches AWS, and not through `--sandbox`.
pub struct Cloud {
    pub home: Home,
    sandbox: Sandbox,
    // Last, since dropping the sandbox needs it.
    _runtime: Runtime,
}

impl Cloud {
    /// Serves the sample estate.
    pub fn sample(faults: &[&str]) -> Self {
        Self::serve(Home::new(), Estate::sample(), faults)
    }

    /// Serves an estate that is written down as an estate file.
    pub fn of(toml: &str, faults: &[&str]) -> Self {
        let home = Home::new();
        let estate = Estate::load(&home.write("estate.toml", toml)).unwrap();
        Self::serve(home, estate, faults)
    }

    fn serve(home: Home, estate: Estate, faults: &[&str]) -> Self {
        let faults: Vec<Fault> = faults.iter().map(|text| text.parse().unwrap()).collect();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let options = Options { faults, ..Options::default() };
        let sandbox = runtime.block_on(Sandbox::start(estate, options)).unwrap();
        home.write(AWS_CONFIG, sandbox.aws_config());
        Self { home, sandbox, _runtime: runtime }
    }

    pub fn url(&self) -> &str {
        self.sandbox.url()
    }

    /// Prepares a run whose AWS is this sandbox.
    pub fn netcensus(&self, arguments: &str) -> Run {
        self.home.netcensus(arguments).env("AWS_ENDPOINT_URL", self.url())
    }

    /// Prepares a run whose AWS and Azure are this sandbox, signed in to Azure by the first tenant's service
    /// principal.
    pub fn both(&self, arguments: &str) -> Run {
        let run = self.netcensus(&format!("{arguments} --azure-resource-manager {}", self.url()));
        self.with_principal(run)
    }

    /// Prepares a run that reads Azure alone, likewise.
    pub fn azure(&self, arguments: &str) -> Run {
        self.both(&format!("{arguments} --provider azure"))
    }

    /// Adds the service principal of the first tenant to the environment of `run`.
    pub fn with_principal(&self, run: Run) -> Run {
        let variables = self.sandbox.environment().into_iter();
        let azure = variables.filter(|(name, _)| name.starts_with("AZURE_"));
        azure.fold(run, |run, (name, value)| run.env(name, value))
    }

    #[cfg(feature = "azure")]
    /// Lists the service principals, one for each tenant.
    pub fn principals(&self) -> Vec<AzureClient> {
        self.sandbox.azure()
    }

    #[cfg(feature = "aws")]
    /// Adds sections to the AWS configuration file.
    pub fn configure(&self, sections: &str) {
        self.home.write(AWS_CONFIG, self.sandbox.aws_config() + sections);
    }

    /// Returns what was asked so far, each account, region and action once.
    pub fn requests(&self) -> Vec<Request> {
        self.sandbox.requests()
    }

    #[cfg(feature = "aws")]
    /// Returns the secret keys of all accounts.
    pub fn secrets(&self) -> Vec<String> {
        let config = self.sandbox.aws_config();
        let secret = |line: &str| line.strip_prefix("aws_secret_access_key = ").map(str::to_owned);
        config.lines().filter_map(secret).collect()
    }
}

/// Says that a case cannot be tried here: `cargo test -- --nocapture` shows it.
#[expect(clippy::disallowed_macros, reason = "a test has no Ui")]
pub fn skipped(case: &str) {
    eprintln!("skipped: {case}");
}

/// Prints a figure: `cargo test -- --nocapture` shows it.
#[expect(clippy::disallowed_macros, reason = "a test has no Ui")]
pub fn report(figure: &str) {
    eprintln!("{figure}");
}

/// How often a test of stops stops each command in each way (`NETCENSUS_STOPS`).
pub fn rounds() -> usize {
    std::env::var("NETCENSUS_STOPS").map_or(1, |rounds| rounds.parse().unwrap())
}

/// Returns a random part of `whole`.
pub fn random_moment(whole: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) % 1000;
    whole * u32::try_from(random).unwrap() / 1000
}

/// Sends SIGINT, as Ctrl-C does.
pub fn interrupt(child: &Child) {
    send_signal(child, "INT");
}

/// Sends SIGTERM, as a manager of services does.
#[cfg(feature = "watch")]
pub fn terminate(child: &Child) {
    send_signal(child, "TERM");
}

fn send_signal(child: &Child, signal: &str) {
    let kill = format!("kill -{signal} $0");
    let status = Command::new("/bin/sh").args(["-c", &kill, &child.id().to_string()]).status();
    assert!(status.unwrap().success());
}

/// Reads stderr until `count` lines contain `text`; returns the rest of the stream.
pub fn wait_for(child: &mut Child, text: &str, count: usize) -> impl Read + use<> {
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut seen = 0;
    while seen < count {
        let mut line = String::new();
        assert!(stderr.read_line(&mut line).unwrap() > 0, "{text:?} was said {seen} times only");
        seen += usize::from(line.contains(text));
    }
    stderr
}

/// Compares `text` with a stored file of the repository, or stores it when asked to bless.
#[track_caller]
pub fn compare(path: &str, text: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("NETCENSUS_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, text).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        stored == text,
        "{path} differs; NETCENSUS_BLESS=1 cargo test writes it anew\n--- stored\n{stored}\n--- now\n{text}"
    );
}
