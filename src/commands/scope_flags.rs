//! Which flags say what to scan, and how, for messages that refuse them.

use crate::cli::scope::ScopeArgs;

/// Lists the flags of the scope that were given, as they are typed.
pub fn scope_flags(scope: &ScopeArgs) -> Vec<&'static str> {
    let ScopeArgs {
        providers,
        aws_profiles,
        all_aws_profiles,
        aws_org,
        aws_org_role,
        aws_org_external_id,
        aws_accounts,
        exclude_aws_accounts,
        regions,
        exclude_regions,
        azure_subscriptions,
        all_azure_subscriptions,
        exclude_azure_subscriptions,
        azure_tenants,
        azure_api,
        azure_cloud,
        azure_resource_manager,
        azure_authority,
        shard,
        concurrency,
        timeout,
    } = scope;
    let flags = [
        (!providers.is_empty(), "--provider"),
        (!aws_profiles.is_empty(), "--aws-profile"),
        (*all_aws_profiles, "--all-aws-profiles"),
        (*aws_org, "--aws-org"),
        (aws_org_role.is_some(), "--aws-org-role"),
        (aws_org_external_id.is_some(), "--aws-org-external-id"),
        (!aws_accounts.is_empty(), "--aws-account"),
        (!exclude_aws_accounts.is_empty(), "--exclude-aws-account"),
        (!regions.is_empty(), "--region"),
        (!exclude_regions.is_empty(), "--exclude-region"),
        (!azure_subscriptions.is_empty(), "--azure-subscription"),
        (*all_azure_subscriptions, "--all-azure-subscriptions"),
        (!exclude_azure_subscriptions.is_empty(), "--exclude-azure-subscription"),
        (!azure_tenants.is_empty(), "--azure-tenant"),
        (azure_api.is_some(), "--azure-api"),
        (azure_cloud.is_some(), "--azure-cloud"),
        (azure_resource_manager.is_some(), "--azure-resource-manager"),
        (azure_authority.is_some(), "--azure-authority"),
        (shard.is_some(), "--shard"),
        (concurrency.is_some(), "--concurrency"),
        (timeout.is_some(), "--timeout"),
    ];
    flags.into_iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| flag).collect()
}
