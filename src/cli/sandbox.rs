//! `netcensus sandbox`, and which estate it serves.

use std::path::PathBuf;

use clap::Args;

use crate::sandbox::{Fault, Size};

/// Options of `netcensus sandbox`.
#[derive(Debug, Clone, Args)]
pub struct SandboxArgs {
    /// TCP port to listen on; 0 takes any free one
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub port: u16,

    /// Serve HTTPS, with a certificate authority made on the spot
    #[arg(long)]
    pub tls: bool,

    /// Where to write the authority's certificate (PEM); a temporary file otherwise
    #[arg(long, value_name = "FILE", requires = "tls")]
    pub ca_file: Option<PathBuf>,

    /// Write an AWS config file with one profile per account, and point clients at it
    #[arg(long, value_name = "FILE")]
    pub config_file: Option<PathBuf>,

    /// What to serve.
    #[command(flatten)]
    pub estate: EstateArgs,
}

/// Which estate a sandbox serves, and what goes wrong in it.
#[derive(Debug, Clone, Default, Args)]
pub struct EstateArgs {
    /// Serve the estate that a TOML file describes instead of the built-in sample
    #[arg(long, value_name = "FILE", conflicts_with = "generate")]
    pub estate: Option<PathBuf>,

    /// Generate an estate, such as `accounts=20,regions=4,networks=3,subnets=3,instances=100`
    ///
    /// Networks count for each account and region, subnets for each network, instances in all. Azure comes with
    /// `subscriptions=500`, each with so many networks and subnets, and with `vms=20` machines in each.
    #[arg(long, value_name = "SIZE")]
    pub generate: Option<Size>,

    /// Let requests fail; may be repeated: KIND[@account=GLOB,region=GLOB,action=GLOB,times=N]
    ///
    /// KIND is latency=60ms, throttle[=RATE/BURST], retry-after=30s, error=CODE[:STATUS], deny, hang, expired,
    /// garbage, astray=URL, short, disorder, cut=BYTES, replace=OLD|NEW or page-loop=PAGES.
    #[arg(long = "fault", value_name = "FAULT")]
    pub faults: Vec<Fault>,
}
