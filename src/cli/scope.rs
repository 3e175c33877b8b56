//! Which accounts and regions to read, and how hard to try. The defaults are in `config/settings.rs`.

use clap::Args;

use crate::model::Shard;

/// Which accounts and regions to read. What is not given here comes from environment variables or netcensus.toml.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
#[command(next_help_heading = "Scope")]
pub struct ScopeArgs {
    /// Read only this cloud: aws or azure; comma-separated or repeated
    ///
    /// [env: NETCENSUS_PROVIDER]
    #[arg(long = "provider", value_name = "NAME", value_delimiter = ',', value_parser = lowercase)]
    pub providers: Vec<String>,

    /// Use this AWS profile; globs (`prod-*`), may be repeated
    ///
    /// [env: NETCENSUS_AWS_PROFILE]
    #[arg(long = "aws-profile", value_name = "PROFILE")]
    pub aws_profiles: Vec<String>,

    /// Use every AWS profile that defines credentials
    ///
    /// [env: NETCENSUS_ALL_AWS_PROFILES]
    #[arg(long, conflicts_with = "aws_profiles")]
    pub all_aws_profiles: bool,

    /// Read every active account of the AWS organisation, through a role in each
    ///
    /// [env: NETCENSUS_AWS_ORG]
    #[arg(long)]
    pub aws_org: bool,

    /// Role to assume in the accounts of the organisation: name or path/name
    ///
    /// [env: NETCENSUS_AWS_ORG_ROLE]
    #[arg(long, value_name = "NAME")]
    pub aws_org_role: Option<String>,

    /// External id that the role of --aws-org-role requires
    ///
    /// [env: NETCENSUS_AWS_ORG_EXTERNAL_ID]
    #[arg(long, value_name = "ID", hide_short_help = true)]
    pub aws_org_external_id: Option<String>,

    /// Of the AWS accounts in scope, read only this one: id, name or glob; may be repeated
    ///
    /// Separate several with commas. Names are those of the organisation (--aws-org), of profiles, and of aws.names in
    /// netcensus.toml. A name that several accounts have selects all of them.
    ///
    /// [env: NETCENSUS_AWS_ACCOUNT]
    #[arg(long = "aws-account", value_name = "ACCOUNT")]
    pub aws_accounts: Vec<String>,

    /// Do not read this AWS account: id, name or glob; may be repeated
    ///
    /// Separate several with commas. Names work as in --aws-account.
    ///
    /// [env: NETCENSUS_EXCLUDE_AWS_ACCOUNT]
    #[arg(long = "exclude-aws-account", value_name = "ACCOUNT")]
    pub exclude_aws_accounts: Vec<String>,

    /// Read only this AWS region; globs (`eu-*`), comma-separated or repeated
    ///
    /// By default, netcensus reads every region that the account has enabled. Azure is always read in all regions; use
    /// --filter 'region=...' to show some of them.
    ///
    /// [env: NETCENSUS_REGION]
    #[arg(long = "region", value_name = "REGION", value_delimiter = ',')]
    pub regions: Vec<String>,

    /// Do not read this AWS region; globs, comma-separated or repeated
    ///
    /// [env: NETCENSUS_EXCLUDE_REGION]
    #[arg(long = "exclude-region", value_name = "REGION", value_delimiter = ',')]
    pub exclude_regions: Vec<String>,

    /// Read only this Azure subscription: id, name or glob; may be repeated
    ///
    /// A name that several subscriptions have selects all of them. You can also use the names of azure.names in
    /// netcensus.toml.
    ///
    /// [env: NETCENSUS_AZURE_SUBSCRIPTION]
    #[arg(long = "azure-subscription", value_name = "SUBSCRIPTION")]
    pub azure_subscriptions: Vec<String>,

    /// Read every Azure subscription; it is an error if Azure cannot be read
    ///
    /// The exit code of that error is 3, or 2 if no other cloud can be read either. The flag overrides azure.subscriptions in
    /// netcensus.toml.
    ///
    /// [env: NETCENSUS_ALL_AZURE_SUBSCRIPTIONS]
    #[arg(long, conflicts_with = "azure_subscriptions")]
    pub all_azure_subscriptions: bool,

    /// Do not read this Azure subscription: id, name or glob
    ///
    /// May be comma-separated or repeated.
    ///
    /// [env: NETCENSUS_EXCLUDE_AZURE_SUBSCRIPTION]
    #[arg(long = "exclude-azure-subscription", value_name = "SUBSCRIPTION")]
    pub exclude_azure_subscriptions: Vec<String>,

    /// Use this Azure tenant: id or domain; may be repeated
    ///
    /// By default, netcensus uses the tenants that it can find with your credential.
    ///
    /// [env: NETCENSUS_AZURE_TENANT]
    #[arg(long = "azure-tenant", value_name = "TENANT")]
    pub azure_tenants: Vec<String>,

    /// How to read Azure: auto, arm or resource-graph [default: auto]
    ///
    /// `arm` reads each list of each subscription, `resource-graph` many subscriptions at once. The results are the same.
    ///
    /// [env: NETCENSUS_AZURE_API]
    #[arg(long, value_name = "API", hide_short_help = true)]
    pub azure_api: Option<String>,

    /// Which Azure cloud: public, usgovernment or china [default: public]
    ///
    /// [env: NETCENSUS_AZURE_CLOUD]
    #[arg(long, value_name = "CLOUD", hide_short_help = true)]
    pub azure_cloud: Option<String>,

    /// Resource manager URL of a private Azure or an emulator
    ///
    /// Overrides --azure-cloud. The private Azure must support Azure's current API versions.
    ///
    /// [env: NETCENSUS_AZURE_RESOURCE_MANAGER]
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub azure_resource_manager: Option<String>,

    /// URL that issues the tokens for --azure-resource-manager
    ///
    /// Overrides --azure-cloud.
    ///
    /// [env: NETCENSUS_AZURE_AUTHORITY]
    #[arg(long, value_name = "URL", hide_short_help = true)]
    pub azure_authority: Option<String>,

    /// Read only this part of the accounts and subscriptions (e.g. 1/4), to split a scan among machines
    ///
    /// Join the parts with `netcensus merge`.
    #[arg(long, value_name = "I/N", hide_short_help = true)]
    pub shard: Option<Shard>,

    /// How many reads (account x region x kind) run at once: 1 to 512, or `auto` [default: auto]
    ///
    /// `auto` begins with 32, runs more while the clouds answer as fast as before, and fewer when answers slow down or
    /// most accounts are throttled. It stays within the limit of open files, and never exceeds 256.
    ///
    /// [env: NETCENSUS_CONCURRENCY]
    #[arg(long, value_name = "N", hide_short_help = true, help_heading = "Reliability")]
    pub concurrency: Option<String>,

    /// How long one read or one sign-in may take [default: 2m]
    ///
    /// [env: NETCENSUS_TIMEOUT]
    #[arg(long, value_name = "DURATION", hide_short_help = true, help_heading = "Reliability")]
    pub timeout: Option<String>,
}

/// Takes the name of a cloud in any case.
#[expect(clippy::unnecessary_wraps, reason = "clap asks for a result")]
fn lowercase(name: &str) -> Result<String, std::convert::Infallible> {
    Ok(name.to_ascii_lowercase())
}
