//! Every key: its dotted name, and the flag and the environment variable that win over it.

use crate::model::Kind;

use super::origin::Origin;

/// A key of `netcensus.toml`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// Dotted name, such as `aws.org-role`.
    pub name: &'static str,
    /// The flag that replaces its value, such as `--aws-org-role`; empty where only the file has it.
    pub flag: &'static str,
    /// The environment variable that stands for the flag, such as `NETCENSUS_AWS_ORG_ROLE`; empty where there is none.
    pub variable: &'static str,
}

impl Key {
    /// Names it in the way in which a value of `origin` was given: by its flag, its variable or its key.
    pub(super) const fn as_given(self, origin: &Origin) -> &'static str {
        match origin {
            Origin::Flag(_) => self.flag,
            Origin::Variable(_) => self.variable,
            Origin::File { .. } | Origin::Default => self.name,
        }
    }
}

const fn key(name: &'static str, flag: &'static str, variable: &'static str) -> Key {
    Key { name, flag, variable }
}

pub(super) const CONCURRENCY: Key = key("concurrency", "--concurrency", "NETCENSUS_CONCURRENCY");
pub(super) const TIMEOUT: Key = key("timeout", "--timeout", "NETCENSUS_TIMEOUT");
pub(super) const PROVIDERS: Key = key("providers", "--provider", "NETCENSUS_PROVIDER");
pub(super) const FROM: Key = key("from", "--from", "NETCENSUS_FROM");
pub(super) const MAX_AGE: Key = key("max-age", "--max-age", "NETCENSUS_MAX_AGE");
pub(super) const AWS_PROFILES: Key = key("aws.profiles", "--aws-profile", "NETCENSUS_AWS_PROFILE");
pub(super) const AWS_ALL_PROFILES: Key =
    key("aws.all-profiles", "--all-aws-profiles", "NETCENSUS_ALL_AWS_PROFILES");
pub(super) const AWS_ORG: Key = key("aws.org", "--aws-org", "NETCENSUS_AWS_ORG");
pub(super) const AWS_ORG_ROLE: Key = key("aws.org-role", "--aws-org-role", "NETCENSUS_AWS_ORG_ROLE");
pub(super) const AWS_ORG_EXTERNAL_ID: Key =
    key("aws.org-external-id", "--aws-org-external-id", "NETCENSUS_AWS_ORG_EXTERNAL_ID");
pub(super) const AWS_REGIONS: Key = key("aws.regions", "--region", "NETCENSUS_REGION");
pub(super) const AWS_EXCLUDE_REGIONS: Key =
    key("aws.exclude-regions", "--exclude-region", "NETCENSUS_EXCLUDE_REGION");
pub(super) const AWS_EXCLUDE_ACCOUNTS: Key =
    key("aws.exclude-accounts", "--exclude-aws-account", "NETCENSUS_EXCLUDE_AWS_ACCOUNT");
pub(super) const AWS_ACCOUNTS: Key = key("aws.accounts", "--aws-account", "NETCENSUS_AWS_ACCOUNT");
pub(super) const AWS_NAMES: Key = key("aws.names", "", "");
pub(super) const AZURE_SUBSCRIPTIONS: Key =
    key("azure.subscriptions", "--azure-subscription", "NETCENSUS_AZURE_SUBSCRIPTION");
pub(super) const AZURE_ALL_SUBSCRIPTIONS: Key =
    key("azure.all-subscriptions", "--all-azure-subscriptions", "NETCENSUS_ALL_AZURE_SUBSCRIPTIONS");
pub(super) const AZURE_EXCLUDE_SUBSCRIPTIONS: Key = key(
    "azure.exclude-subscriptions",
    "--exclude-azure-subscription",
    "NETCENSUS_EXCLUDE_AZURE_SUBSCRIPTION",
);
pub(super) const AZURE_TENANTS: Key = key("azure.tenants", "--azure-tenant", "NETCENSUS_AZURE_TENANT");
pub(super) const AZURE_API: Key = key("azure.api", "--azure-api", "NETCENSUS_AZURE_API");
pub(super) const AZURE_CLOUD: Key = key("azure.cloud", "--azure-cloud", "NETCENSUS_AZURE_CLOUD");
pub(super) const AZURE_RESOURCE_MANAGER: Key =
    key("azure.resource-manager", "--azure-resource-manager", "NETCENSUS_AZURE_RESOURCE_MANAGER");
pub(super) const AZURE_AUTHORITY: Key =
    key("azure.authority", "--azure-authority", "NETCENSUS_AZURE_AUTHORITY");
pub(super) const AZURE_NAMES: Key = key("azure.names", "", "");
pub(super) const EXTERNAL: Key = key("external", "", "");
pub(super) const POOLS: Key = key("pools", "", "");
pub(super) const OVERLAP_LEVEL: Key = key("overlap.level", "--level", "NETCENSUS_LEVEL");
pub(super) const OVERLAP_FAIL_ON: Key = key("overlap.fail-on", "--fail-on", "NETCENSUS_FAIL_ON");
pub(super) const OVERLAP_BRIDGES: Key = key("overlap.container-bridges", "", "");
pub(super) const OVERLAP_ALLOW: Key = key("overlap.allow", "", "");
pub(super) const OVERLAP_DOMAINS: Key = key("overlap.domains", "", "");
pub(super) const USAGE_WARN: Key = key("usage.warn", "--warn", "NETCENSUS_WARN");
pub(super) const USAGE_CRITICAL: Key = key("usage.critical", "--critical", "NETCENSUS_CRITICAL");
// No variable: that of `--fail-on` has the classes of `overlap`, and all settings are resolved for every command.
pub(super) const USAGE_FAIL_ON: Key = key("usage.fail-on", "--fail-on", "");
pub(super) const USAGE_THRESHOLDS: Key = key("usage.thresholds", "", "");
pub(super) const STORE: Key = key("store", "--store", "NETCENSUS_STORE");
pub(super) const RESERVATIONS: Key = key("reservations", "--reservations", "NETCENSUS_RESERVATIONS");
pub(super) const DIFF_IGNORE: Key = key("diff.ignore", "", "");
pub(super) const EXPORT_MIN_ROWS: Key = key("export.min-rows", "--min-rows", "NETCENSUS_MIN_ROWS");
pub(super) const EXPORT_MAX_DROP: Key = key("export.max-drop", "--max-drop", "NETCENSUS_MAX_DROP");
pub(super) const EXPORT_TEMPLATES: Key = key("export.templates", "", "");
pub(super) const NOTIFY: Key = key("notify", "", "");
pub(super) const SYNC: Key = key("sync", "", "");
pub(super) const GROUPS: Key = key("groups", "", "");
pub(super) const WATCH_QUEUES: Key = key("watch.queues", "--queue", "NETCENSUS_QUEUE");
pub(super) const WATCH_AZURE_CHANGES: Key =
    key("watch.azure-changes", "--azure-changes", "NETCENSUS_AZURE_CHANGES");
pub(super) const WATCH_EVERY: Key = key("watch.every", "--every", "NETCENSUS_EVERY");
pub(super) const WATCH_RECONCILE: Key = key("watch.reconcile", "--reconcile", "NETCENSUS_RECONCILE");
pub(super) const WATCH_KEEP_EVERY: Key = key("watch.keep-every", "--keep-every", "NETCENSUS_KEEP_EVERY");
pub(super) const WATCH_EXPORT: Key = key("watch.export", "--export", "NETCENSUS_EXPORT");
// No variable: other commands have a flag of this name.
pub(super) const WATCH_NOTIFY: Key = key("watch.notify", "--notify", "");
pub(super) const WATCH_SYNC: Key = key("watch.sync", "--sync", "NETCENSUS_SYNC");
pub(super) const WATCH_SYNC_EVERY: Key = key("watch.sync-every", "--sync-every", "NETCENSUS_SYNC_EVERY");
pub(super) const WATCH_SERVE: Key = key("watch.serve", "--serve", "NETCENSUS_SERVE");
pub(super) const WATCH_SERVE_TOKEN_FILE: Key =
    key("watch.serve-token-file", "--serve-token-file", "NETCENSUS_SERVE_TOKEN_FILE");
pub(super) const FORMAT: Key = key("output.format", "--output", "NETCENSUS_OUTPUT");
pub(super) const COLOR: Key = key("output.color", "--color", "NETCENSUS_COLOR");

/// Every key that a variable stands for.
const WITH_VARIABLE: [Key; 42] = [
    CONCURRENCY,
    TIMEOUT,
    PROVIDERS,
    FROM,
    MAX_AGE,
    AWS_PROFILES,
    AWS_ALL_PROFILES,
    AWS_ORG,
    AWS_ORG_ROLE,
    AWS_ORG_EXTERNAL_ID,
    AWS_REGIONS,
    AWS_EXCLUDE_REGIONS,
    AWS_EXCLUDE_ACCOUNTS,
    AWS_ACCOUNTS,
    AZURE_SUBSCRIPTIONS,
    AZURE_ALL_SUBSCRIPTIONS,
    AZURE_EXCLUDE_SUBSCRIPTIONS,
    AZURE_TENANTS,
    AZURE_API,
    AZURE_CLOUD,
    AZURE_RESOURCE_MANAGER,
    AZURE_AUTHORITY,
    OVERLAP_LEVEL,
    OVERLAP_FAIL_ON,
    USAGE_WARN,
    USAGE_CRITICAL,
    STORE,
    RESERVATIONS,
    EXPORT_MIN_ROWS,
    EXPORT_MAX_DROP,
    WATCH_QUEUES,
    WATCH_AZURE_CHANGES,
    WATCH_EVERY,
    WATCH_RECONCILE,
    WATCH_KEEP_EVERY,
    WATCH_EXPORT,
    WATCH_SYNC,
    WATCH_SYNC_EVERY,
    WATCH_SERVE,
    WATCH_SERVE_TOKEN_FILE,
    FORMAT,
    COLOR,
];

/// Lists the variables that stand for flags.
pub(super) fn variables() -> impl Iterator<Item = &'static str> {
    WITH_VARIABLE.iter().map(|key| key.variable)
}

/// Lists the flags that a variable stands for, each with the variable.
pub fn flag_variables() -> impl Iterator<Item = (&'static str, &'static str)> {
    WITH_VARIABLE.iter().map(|key| (key.flag, key.variable))
}

/// The default columns of one kind.
pub(super) const fn columns(kind: Kind) -> Key {
    let name = match kind {
        Kind::Networks => "output.columns.networks",
        Kind::Subnets => "output.columns.subnets",
        Kind::Instances => "output.columns.instances",
        Kind::Interfaces => "output.columns.interfaces",
        Kind::Links => "output.columns.links",
    };
    key(name, "--columns", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_variable_is_listed() {
        let source = include_str!("keys.rs").split("#[cfg(test)]").next().unwrap_or_default();
        let named: Vec<&str> = source.split('"').filter(|text| text.starts_with("NETCENSUS_")).collect();
        assert_eq!(named, variables().collect::<Vec<_>>());
    }
}
