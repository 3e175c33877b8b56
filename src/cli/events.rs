//! Where `watch` takes events from.

use clap::Args;

/// Sources of events.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Events")]
pub struct EventArgs {
    /// Take events from a queue: aws:URL (Amazon SQS) or azure:URL (Azure storage queue); may be repeated
    ///
    /// Events of any account and region may be in it. `--setup` prints what sends them there. netcensus signs in to the
    /// queue by the default chain of its cloud; after an SQS URL, ?profile=NAME chooses a profile, and after an Azure one
    /// ?tenant=ID a tenant.
    #[arg(long = "queue", value_name = "CLOUD:URL")]
    pub queues: Vec<String>,

    /// Ask Azure's Resource Graph every 20 seconds what changed, which needs no queue
    #[arg(long)]
    pub azure_changes: bool,

    /// Take recorded events from a file, or from standard input (-), and stop when there are no more
    #[arg(long, value_name = "FILE", conflicts_with_all = ["queues", "azure_changes"])]
    pub events: Option<String>,
}
