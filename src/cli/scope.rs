//! Which accounts and regions to read, and how hard to try.

use clap::Args;

use crate::model::Shard;

/// Which accounts and regions to read; what is not said here comes from netcensus.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Scope")]
pub struct ScopeArgs {
    /// Ask only this cloud; comma-separated or repeated
    #[arg(long = "provider", value_name = "NAME", value_delimiter = ',')]
    pub providers: Vec<String>,

    /// Sign in with this AWS profile; globs (`prod-*`), may be repeated
    #[arg(long = "aws-profile", value_name = "PROFILE")]
    pub aws_profiles: Vec<String>,

    /// Sign in with every AWS profile that has something to sign in with
    #[arg(long, conflicts_with = "aws_profiles")]
    pub all_aws_profiles: bool,

    /// Read every active account of the AWS organisation, through a role in each
    #[arg(long)]
    pub aws_org: bool,

    /// The role to assume in the accounts of the organisation (name, with its path if it has one)
    #[arg(long, value_name = "NAME")]
    pub aws_org_role: Option<String>,

    /// The external id that this role asks for
    #[arg(long, value_name = "ID")]
    pub aws_org_external_id: Option<String>,

    /// Leave this AWS account out, by id, name or glob; comma-separated or repeated. Names are known with --aws-org only
    #[arg(long = "exclude-aws-account", value_name = "ACCOUNT")]
    pub exclude_aws_accounts: Vec<String>,

    /// Read only this AWS region; globs (`eu-*`), comma-separated or repeated [default: all that an account has enabled]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,

    /// Leave this AWS region out; globs, comma-separated or repeated
    #[arg(long = "exclude-region", value_name = "REGION", value_delimiter = ',')]
    pub exclude_regions: Vec<String>,

    /// Read only this Azure subscription, by id or name; globs (`prod-*`), may be repeated [default: all]
    #[arg(long = "azure-subscription", value_name = "SUBSCRIPTION")]
    pub azure_subscriptions: Vec<String>,

    /// Read every Azure subscription that can be seen, whatever the file says
    #[arg(long, conflicts_with = "azure_subscriptions")]
    pub all_azure_subscriptions: bool,

    /// Leave this Azure subscription out, by id, name or glob; comma-separated or repeated
    #[arg(long = "exclude-azure-subscription", value_name = "SUBSCRIPTION")]
    pub exclude_azure_subscriptions: Vec<String>,

    /// Sign in to this Azure tenant, by id or domain; may be repeated [default: those of the credential]
    #[arg(long = "azure-tenant", value_name = "TENANT")]
    pub azure_tenants: Vec<String>,

    /// How to read Azure: auto, arm (list by list) or resource-graph (all subscriptions at once) [default: auto]
    #[arg(long, value_name = "API")]
    pub azure_api: Option<String>,

    /// Which of Microsoft's clouds: public, usgovernment or china [default: public]
    #[arg(long, value_name = "CLOUD")]
    pub azure_cloud: Option<String>,

    /// Resource manager URL of an emulator or of an Azure with current API versions; overrides --azure-cloud
    #[arg(long, value_name = "URL")]
    pub azure_resource_manager: Option<String>,

    /// URL of the authority that issues its tokens; overrides --azure-cloud
    #[arg(long, value_name = "URL")]
    pub azure_authority: Option<String>,

    /// Read only the accounts and subscriptions of this part, such as 1/4: scans of all parts share the work
    #[arg(long, value_name = "I/N")]
    pub shard: Option<Shard>,

    /// How many scopes (account x region x kind) are read at once [default: 32]
    #[arg(long, value_name = "N")]
    pub concurrency: Option<usize>,

    /// How long one scope, or one sign-in, may take [default: 2m]
    #[arg(long, value_name = "DURATION")]
    pub timeout: Option<String>,
}
