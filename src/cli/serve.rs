//! Where `watch` serves what it knows.

use std::path::PathBuf;

use clap::Args;

/// The server of a watch.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Serving")]
pub struct ServeArgs {
    /// Serve /metrics (OpenMetrics), /healthz and /inventory at this port or address, e.g. 127.0.0.1:9464
    ///
    /// A port alone is one of 127.0.0.1, where requests for other names than this machine's are refused. Any other address
    /// needs --serve-token-file. There is no TLS: put a proxy before it that has a certificate.
    #[arg(long, value_name = "ADDRESS")]
    pub serve: Option<String>,

    /// Answer only requests with the token in this file (Authorization: Bearer TOKEN)
    #[arg(long, value_name = "FILE", requires = "serve")]
    pub serve_token_file: Option<PathBuf>,
}
