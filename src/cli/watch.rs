//! `netcensus watch`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::notify::NotifyArgs;
use super::source::LiveArgs;

/// Options of `netcensus watch`.
#[derive(Debug, Clone, Args)]
#[command(after_long_help = "Examples:\n  \
    netcensus watch --on-change \\\n    \
    \x20 --queue aws:https://sqs.eu-central-1.amazonaws.com/123456789012/netcensus-events\n  \
    netcensus watch --every 15m --on-change\n  \
    netcensus watch --setup cloudformation > netcensus-watch.yaml\n  \
    netcensus watch --sandbox --every 1m --on-change --max-age 1d\n\n\
    Exit codes:\n  \
    0    stopped, and everything could be read\n  \
    2    wrong usage, no sign-in succeeded, a snapshot or an export cannot be\n       \
    written, another watch took over, or a channel cannot be reached\n  \
    3    stopped, and something could not be read\n  \
    130  interrupted before the first scan ended")]
pub struct WatchArgs {
    /// Where events come from.
    #[command(flatten)]
    pub events: EventArgs,

    /// Print a template that creates queues of events in the clouds, and exit
    ///
    /// The template has queues, the rules that send events to them, dead-letter queues and permissions, for one account
    /// or an organisation.
    #[arg(long, help_heading = "Events", value_enum, value_name = "FORMAT")]
    pub setup: Option<SetupFormat>,

    /// Scan everything this often (e.g. 15m), if you have no queue
    ///
    /// [env: NETCENSUS_EVERY]
    #[arg(long, help_heading = "Freshness", value_name = "DURATION")]
    pub every: Option<String>,

    /// Scan everything this often, in addition to events [default: 6h]
    ///
    /// Events get lost. A full scan finds the changes that came without an event, and reports how many there were. The
    /// scan comes earlier if something happened that events do not explain, such as an event that cannot be read.
    ///
    /// [env: NETCENSUS_RECONCILE]
    #[arg(long, help_heading = "Freshness", value_name = "DURATION", conflicts_with = "every")]
    pub reconcile: Option<String>,

    /// Print each change as soon as it is read, as `diff -o ndjson` does
    ///
    /// Each batch begins with a line whose `record` is `batch`: its number and time, and whether events or a scan found
    /// it. The lines after it are those of `netcensus diff -o ndjson`.
    #[arg(long, help_heading = "Output")]
    pub on_change: bool,

    /// Rewrite this file or directory when something changes, as `export` does; may be repeated
    ///
    /// Name the format if the file name does not show it: `--export prometheus=targets.json`. Nothing is written while
    /// the inventory is incomplete.
    ///
    /// [env: NETCENSUS_EXPORT]
    #[arg(long = "export", help_heading = "Saving", value_name = "[FORMAT=]PATH")]
    pub exports: Vec<String>,

    /// Save a snapshot at most this often, if something changed [default: 5m]
    ///
    /// Between two snapshots, netcensus writes every change to a journal in the store, so that nothing is lost if the process
    /// is killed. With --sandbox nothing is saved unless you name a directory with --store.
    ///
    /// [env: NETCENSUS_KEEP_EVERY]
    #[arg(long, help_heading = "Saving", value_name = "DURATION")]
    pub keep_every: Option<String>,

    /// When something changes, update the registry [sync.NAME] of netcensus.toml, as `sync --apply` does; may be repeated
    ///
    /// The registry must exist: `netcensus sync NAME --init --apply` creates what it needs. If a registry cannot be written,
    /// netcensus tries again, and goes on with everything else. Records of accounts that could not be read are left as they
    /// are.
    ///
    /// [env: NETCENSUS_SYNC]
    #[arg(long = "sync", help_heading = "Registries", value_name = "NAME", value_delimiter = ',')]
    pub syncs: Vec<String>,

    /// Write a registry at most this often, if something changed [default: 1m]
    ///
    /// [env: NETCENSUS_SYNC_EVERY]
    #[arg(long, help_heading = "Registries", value_name = "DURATION")]
    pub sync_every: Option<String>,

    /// Whether to send messages to channels.
    #[command(flatten)]
    pub channels: NotifyArgs,

    /// What is served.
    #[command(flatten)]
    pub serving: ServeArgs,

    /// What to read of the clouds or the sandbox.
    #[command(flatten)]
    pub live: LiveArgs,
}

/// For which tool `--setup` writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SetupFormat {
    /// Terraform, for AWS and Azure; --provider chooses one
    Terraform,
    /// AWS CloudFormation
    #[value(name = "cloudformation")]
    CloudFormation,
    /// Bicep, for Azure
    Bicep,
}

/// Sources of events.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Events")]
pub struct EventArgs {
    /// Read events from a queue: aws:URL (Amazon SQS) or azure:URL (Azure storage queue); may be repeated
    ///
    /// The queue may contain events of any account and region. `--setup` prints a template that creates one. netcensus signs
    /// in with the default credentials of the queue's cloud. To choose others, append ?profile=NAME to an SQS URL, or
    /// ?tenant=ID to an Azure URL.
    ///
    /// [env: NETCENSUS_QUEUE]
    #[arg(long = "queue", value_name = "CLOUD:URL")]
    pub queues: Vec<String>,

    /// Ask Azure Resource Graph every 20 seconds what changed; needs no queue
    ///
    /// [env: NETCENSUS_AZURE_CHANGES]
    #[arg(long)]
    pub azure_changes: bool,

    /// Read recorded events from a file, or from standard input (-), and stop when there are no more
    #[arg(long, value_name = "FILE", conflicts_with_all = ["queues", "azure_changes"])]
    pub events: Option<String>,
}

/// The server of a watch.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Serving")]
pub struct ServeArgs {
    /// Serve a page, /metrics (OpenMetrics), /healthz and /inventory at this port or address, e.g. 127.0.0.1:9464
    ///
    /// A port alone means 127.0.0.1; requests that name another host are then refused. Any other address needs
    /// --serve-token-file. There is no TLS: put a proxy with a certificate in front of it.
    ///
    /// [env: NETCENSUS_SERVE]
    #[arg(long, value_name = "ADDRESS")]
    pub serve: Option<String>,

    /// Answer only requests with the token in this file (Authorization: Bearer TOKEN)
    ///
    /// [env: NETCENSUS_SERVE_TOKEN_FILE]
    #[arg(long, value_name = "FILE")]
    pub serve_token_file: Option<PathBuf>,
}
