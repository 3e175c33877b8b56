//! `netcensus sandbox`, and which estate it serves.

use std::path::PathBuf;

use clap::Args;

use super::numbers;
use crate::sandbox::{Churn, Fault, Size};

/// Options of `netcensus sandbox`.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Server")]
#[command(after_long_help = "Examples:\n  \
    netcensus sandbox --port 4566 --config-file sandbox.aws > sandbox.env\n  \
    netcensus sandbox --tls --ca-file ca.pem\n  \
    netcensus sandbox --generate accounts=20,regions=4 --fault latency=60ms\n  \
    netcensus sandbox --churn 5/s,seed=7")]
pub struct SandboxArgs {
    /// TCP port to listen on; 0 picks a free one
    #[arg(long, value_name = "N", default_value_t = 0, value_parser = |text: &str| numbers::parse_number(text, 0, u16::MAX))]
    pub port: u16,

    /// Serve HTTPS, with a new certificate authority
    #[arg(long)]
    pub tls: bool,

    /// Write the certificate of that authority to this file (PEM) [default: a temporary file]
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub ca_file: Option<PathBuf>,

    /// Write an AWS configuration file with one profile per account, and point clients to it
    #[arg(long, value_name = "FILE")]
    pub config_file: Option<PathBuf>,

    /// What to serve.
    #[command(flatten)]
    pub estate: EstateArgs,
}

/// Which estate a sandbox serves, and which faults it has.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Sandbox")]
pub struct EstateArgs {
    /// Serve the accounts and networks of this TOML file instead of the built-in sample
    #[arg(long, hide_short_help = true, value_name = "FILE", conflicts_with = "generate")]
    pub estate: Option<PathBuf>,

    /// Serve generated accounts, e.g. accounts=20,regions=4,networks=3,subnets=3,instances=100
    ///
    /// `networks` is per account and region, `subnets` per network, `instances` in total. Add Azure with
    /// `subscriptions=500`: each subscription gets the same number of networks and subnets, and with `vms=20` that many
    /// machines.
    #[arg(long, hide_short_help = true, value_name = "SIZE")]
    pub generate: Option<Size>,

    /// Change machines, networks, subnets and tags while serving, e.g. 5/s or 30/m,seed=7
    ///
    /// For each change, the sandbox puts the event that the cloud would send into its own queues. The same `seed` makes
    /// the same changes. `changes=1000` stops after that many. See docs/sandbox.md.
    #[arg(long, hide_short_help = true, value_name = "RATE[,seed=N][,changes=N][,burst=N]")]
    pub churn: Option<Churn>,

    /// Faults to serve; the help is made of the table that they are read by.
    #[arg(long = "fault", hide_short_help = true, value_name = "FAULT", help = FAULT_HELP, long_help = fault_help())]
    pub faults: Vec<Fault>,
}

const FAULT_HELP: &str = "Make requests fail: KIND[@SELECTOR,...]; may be repeated";

fn fault_help() -> String {
    format!(
        "{FAULT_HELP}\n\nKIND is one of {}.\n\nSELECTOR is one of {}. See docs/sandbox.md.",
        Fault::kinds().join(", "),
        Fault::selectors().join(", ")
    )
}
