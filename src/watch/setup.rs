//! What the clouds need so that there are events: queues, rules that send to them, dead letters, and rights, as text for
//! the tools that set up such things.

use std::fmt::Write;

use super::events::{watched_calls, watched_types};

const CLOUDFORMATION: &str = include_str!("setup/cloudformation.yaml");
const TERRAFORM_AWS: &str = include_str!("setup/aws.tf");
const TERRAFORM_AZURE: &str = include_str!("setup/azure.tf");
const BICEP: &str = include_str!("setup/azure.bicep");

/// Where the names of calls of EC2 stand in a text.
const CALLS: &str = "@CALLS@";
/// Where the beginnings of operations of Azure stand.
const OPERATIONS: &str = "@OPERATIONS@";

/// Returns a template of AWS `CloudFormation`.
#[must_use]
pub fn cloudformation() -> String {
    CLOUDFORMATION.replace(CALLS, &lines(calls(), "            - ", ""))
}

/// Returns a configuration of Terraform for AWS.
#[must_use]
pub fn terraform_for_aws() -> String {
    TERRAFORM_AWS.replace(CALLS, &lines(calls(), "          \"", "\","))
}

/// Returns a configuration of Terraform for Azure.
#[must_use]
pub fn terraform_for_azure() -> String {
    TERRAFORM_AZURE.replace(OPERATIONS, &lines(operations(), "        \"", "\","))
}

/// Returns a Bicep file for Azure.
#[must_use]
pub fn bicep() -> String {
    BICEP.replace(OPERATIONS, &lines(operations(), "            '", "'"))
}

fn calls() -> Vec<String> {
    let mut calls: Vec<String> = watched_calls().map(str::to_owned).collect();
    calls.sort_unstable();
    calls
}

/// Returns what the operations on watched resources begin with. Types within another begin with it. Filters compare
/// without case, and have 25 values at most.
fn operations() -> Vec<String> {
    let outermost =
        watched_types().filter(|name| name.split('/').count() == 2).map(|name| format!("{name}/"));
    let others = ["microsoft.resources/tags/", "microsoft.resources/subscriptions/resourcegroups/delete"];
    let mut operations: Vec<String> = outermost.chain(others.map(str::to_owned)).collect();
    operations.sort_unstable();
    operations
}

fn lines(items: Vec<String>, before: &str, after: &str) -> String {
    let mut text = String::new();
    for item in items {
        // Writing to a text does not fail.
        let _ = writeln!(text, "{before}{item}{after}");
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_complete_and_names_what_is_watched() {
        for text in [cloudformation(), terraform_for_aws(), terraform_for_azure(), bicep()] {
            assert!(!text.contains(CALLS) && !text.contains(OPERATIONS), "{text}");
            assert!(text.ends_with('\n') && text.is_ascii());
        }
        assert_eq!(cloudformation().matches("            - AssociateVpcCidrBlock\n").count(), 2);
        assert!(terraform_for_aws().contains("          \"RunInstances\",\n"));
        assert!(bicep().contains("            'microsoft.network/virtualnetworks/'\n"));
        assert!(!bicep().contains("virtualnetworkpeerings"), "the network's name begins it");
    }

    // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
    #[test]
    fn a_pattern_of_events_is_not_too_long() {
        let names: usize = watched_calls().map(|name| name.len() + 3).sum();
        assert!(names + 200 < 2048, "{names}");
        assert!(operations().len() <= 25);
    }
}
