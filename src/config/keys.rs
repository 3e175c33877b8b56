//! Every key: its dotted name and the flag that wins over it.

use crate::model::Kind;

use super::sourced::Origin;

/// A key of `netcensus.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Dotted name, such as `aws.org-role`.
    pub name: &'static str,
    /// The flag that replaces its value, such as `--aws-org-role`; empty where only the file has it.
    pub flag: &'static str,
}

impl Key {
    /// Names it as whoever gave a value of `origin` would give this one too: by its flag, or by its key.
    pub(super) const fn as_given(self, origin: &Origin) -> &'static str {
        match origin {
            Origin::Flag(_) => self.flag,
            Origin::File { .. } | Origin::Default => self.name,
        }
    }
}

const fn key(name: &'static str, flag: &'static str) -> Key {
    Key { name, flag }
}

pub(super) const CONCURRENCY: Key = key("concurrency", "--concurrency");
pub(super) const TIMEOUT: Key = key("timeout", "--timeout");
pub(super) const PROVIDERS: Key = key("providers", "--provider");
pub(super) const AWS_PROFILES: Key = key("aws.profiles", "--aws-profile");
pub(super) const AWS_ALL_PROFILES: Key = key("aws.all-profiles", "--all-aws-profiles");
pub(super) const AWS_ORG: Key = key("aws.org", "--aws-org");
pub(super) const AWS_ORG_ROLE: Key = key("aws.org-role", "--aws-org-role");
pub(super) const AWS_ORG_EXTERNAL_ID: Key = key("aws.org-external-id", "--aws-org-external-id");
pub(super) const AWS_REGIONS: Key = key("aws.regions", "--region");
pub(super) const AWS_EXCLUDE_REGIONS: Key = key("aws.exclude-regions", "--exclude-region");
pub(super) const AWS_EXCLUDE_ACCOUNTS: Key = key("aws.exclude-accounts", "--exclude-aws-account");
pub(super) const AZURE_SUBSCRIPTIONS: Key = key("azure.subscriptions", "--azure-subscription");
pub(super) const AZURE_ALL_SUBSCRIPTIONS: Key = key("azure.all-subscriptions", "--all-azure-subscriptions");
pub(super) const AZURE_EXCLUDE_SUBSCRIPTIONS: Key =
    key("azure.exclude-subscriptions", "--exclude-azure-subscription");
pub(super) const AZURE_TENANTS: Key = key("azure.tenants", "--azure-tenant");
pub(super) const AZURE_API: Key = key("azure.api", "--azure-api");
pub(super) const AZURE_CLOUD: Key = key("azure.cloud", "--azure-cloud");
pub(super) const AZURE_RESOURCE_MANAGER: Key = key("azure.resource-manager", "--azure-resource-manager");
pub(super) const AZURE_AUTHORITY: Key = key("azure.authority", "--azure-authority");
pub(super) const EXTERNAL: Key = key("external", "");
pub(super) const OVERLAP_LEVEL: Key = key("overlap.level", "--level");
pub(super) const OVERLAP_FAIL_ON: Key = key("overlap.fail-on", "--fail-on");
pub(super) const OVERLAP_BRIDGES: Key = key("overlap.container-bridges", "");
pub(super) const OVERLAP_ALLOW: Key = key("overlap.allow", "");
pub(super) const OVERLAP_DOMAINS: Key = key("overlap.domains", "");
pub(super) const STORE: Key = key("store", "--store");
pub(super) const DIFF_IGNORE: Key = key("diff.ignore", "");
pub(super) const EXPORT_TEMPLATES: Key = key("export.templates", "");
pub(super) const FORMAT: Key = key("output.format", "--output");
pub(super) const COLOR: Key = key("output.color", "--color");

/// The default columns of one kind.
pub(super) const fn columns(kind: Kind) -> Key {
    let name = match kind {
        Kind::Networks => "output.columns.networks",
        Kind::Subnets => "output.columns.subnets",
        Kind::Instances => "output.columns.instances",
        Kind::Interfaces => "output.columns.interfaces",
        Kind::Links => "output.columns.links",
    };
    key(name, "--columns")
}
