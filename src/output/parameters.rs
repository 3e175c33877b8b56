//! A plan, or free prefixes, as the parameters of other tools: variables of Terraform, parameters of CloudFormation and
//! of Azure Resource Manager, and the answer of an external data source.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Map, Value, json};

use super::format::{Format, FormatSpec, FreeFormat, format_spec};
use super::json::write;
use crate::analysis::free::{FreeQuestion, FreeReport};
use crate::analysis::network_plan::{NetworkPlan, PlannedSubnet};
use crate::output::layout::Layout;

/// What `tfvars` can write, and the functions that write it.
pub const TFVARS: FormatSpec = FormatSpec {
    free: Some(FreeFormat {
        help: "Variables of Terraform and OpenTofu: prefixes, or a network with its subnets",
        write: write_free_tfvars,
        write_plan: write_plan_tfvars,
        is_for_tools: true,
    }),
    ..format_spec(
        Format::Tfvars,
        "tfvars",
        "Variables of Terraform and OpenTofu, for a file such as network.auto.tfvars.json",
    )
};

/// What `cloudformation` can write, and the functions that write it.
pub const CLOUDFORMATION: FormatSpec = FormatSpec {
    free: Some(FreeFormat {
        help: "Parameters of a CloudFormation stack",
        write: write_free_cloudformation,
        write_plan: write_plan_cloudformation,
        is_for_tools: true,
    }),
    ..format_spec(Format::Cloudformation, "cloudformation", "Parameters of a CloudFormation stack")
};

/// What `arm-parameters` can write, and the functions that write it.
pub const ARM_PARAMETERS: FormatSpec = FormatSpec {
    free: Some(FreeFormat {
        help: "A parameter file of Azure Resource Manager and Bicep",
        write: write_free_arm,
        write_plan: write_plan_arm,
        is_for_tools: true,
    }),
    ..format_spec(
        Format::ArmParameters,
        "arm-parameters",
        "A parameter file of Azure Resource Manager and Bicep",
    )
};

/// What `terraform-external` can write, and the functions that write it.
pub const TERRAFORM_EXTERNAL: FormatSpec = FormatSpec {
    free: Some(FreeFormat {
        help: "An answer for the external data source of Terraform: one object of strings",
        write: write_free_external,
        write_plan: write_plan_external,
        is_for_tools: true,
    }),
    ..format_spec(
        Format::TerraformExternal,
        "terraform-external",
        "An answer for the external data source of Terraform: one object of strings",
    )
};

/// Writes the variables of a plan, as in `*.auto.tfvars.json`.
///
/// <https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files>
pub(super) fn write_plan_tfvars(plan: &NetworkPlan, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let subnet = |subnet: &PlannedSubnet| {
        let PlannedSubnet { name, zone, prefix, ipv6_prefix, .. } = subnet;
        (key(subnet), json!({"name": name, "zone": zone, "prefix": prefix, "ipv6_prefix": ipv6_prefix}))
    };
    let subnets: Map<String, Value> = plan.subnets.iter().map(subnet).collect();
    let variables = json!({
        "network_name": plan.name,
        "network_prefix": first(plan, false),
        "network_ipv6_prefix": first(plan, true),
        "subnets": subnets,
    });
    write(&variables, out)
}

/// Writes the variables of free prefixes.
pub(super) fn write_free_tfvars(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let prefixes = offered(report)?;
    write(&json!({"prefix": prefixes.first(), "prefixes": prefixes}), out)
}

/// Writes the parameters of a stack for a plan. All values are strings, and lists have commas between their elements.
///
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Parameter.html>
pub(super) fn write_plan_cloudformation(
    plan: &NetworkPlan,
    _: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut parameters = BTreeMap::from([("NetworkName".to_owned(), plan.name.clone())]);
    for (name, is_v6) in [("NetworkPrefix", false), ("NetworkIpv6Prefix", true)] {
        parameters.extend(first(plan, is_v6).map(|prefix| (name.to_owned(), prefix)));
    }
    for (name, subnets) in groups(plan) {
        let name = pascal_case(name);
        let join = |texts: Vec<String>| texts.join(",");
        let mut lists = vec![("Prefixes", join(subnets.iter().map(|it| it.prefix.to_string()).collect()))];
        let zones: Vec<String> = subnets.iter().filter_map(|it| it.zone.clone()).collect();
        lists.extend((!zones.is_empty()).then(|| ("Zones", join(zones))));
        let ipv6: Vec<String> =
            subnets.iter().filter_map(|it| it.ipv6_prefix.map(|prefix| prefix.to_string())).collect();
        lists.extend((!ipv6.is_empty()).then(|| ("Ipv6Prefixes", join(ipv6))));
        for (list, value) in lists {
            if parameters.insert(format!("{name}{list}"), value).is_some() {
                return Err(io::Error::other(format!(
                    "two subnets would have the parameter {name}{list}: CloudFormation keeps letters and digits only, so \
                     rename one of them"
                )));
            }
        }
    }
    write_stack_parameters(parameters, out)
}

/// Writes the parameters of a stack for free prefixes.
pub(super) fn write_free_cloudformation(
    report: &FreeReport<'_>,
    _: Layout,
    out: &mut dyn Write,
) -> io::Result<()> {
    let prefixes = offered(report)?;
    let first = prefixes.first().cloned().unwrap_or_default();
    let parameters = [("Prefix".to_owned(), first), ("Prefixes".to_owned(), prefixes.join(","))];
    write_stack_parameters(BTreeMap::from(parameters), out)
}

fn write_stack_parameters(parameters: BTreeMap<String, String>, out: &mut dyn Write) -> io::Result<()> {
    let parameter = |(key, value)| json!({"ParameterKey": key, "ParameterValue": value});
    write(&parameters.into_iter().map(parameter).collect::<Vec<Value>>(), out)
}

/// Writes a file of parameters for a deployment of a plan.
///
/// <https://learn.microsoft.com/azure/azure-resource-manager/templates/parameter-files>
pub(super) fn write_plan_arm(plan: &NetworkPlan, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let subnet = |subnet: &PlannedSubnet| {
        let prefixes: Vec<String> = std::iter::once(subnet.prefix)
            .chain(subnet.ipv6_prefix)
            .map(|prefix| prefix.to_string())
            .collect();
        json!({"name": key(subnet), "addressPrefixes": prefixes})
    };
    let subnets: Vec<Value> = plan.subnets.iter().map(subnet).collect();
    let parameters = json!({
        "networkName": {"value": plan.name},
        "addressPrefixes": {"value": plan.prefixes},
        "subnets": {"value": subnets},
    });
    write_deployment_parameters(&parameters, out)
}

/// Writes a file of parameters for a deployment with free prefixes.
pub(super) fn write_free_arm(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    write_deployment_parameters(&json!({"addressPrefixes": {"value": offered(report)?}}), out)
}

fn write_deployment_parameters(parameters: &Value, out: &mut dyn Write) -> io::Result<()> {
    let schema = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    write(&json!({"$schema": schema, "contentVersion": "1.0.0.0", "parameters": parameters}), out)
}

/// Writes the answer of an external data source of Terraform for a plan: one object of strings. There is no key for what
/// the network does not have, since the protocol has no `null`.
///
/// <https://registry.terraform.io/providers/hashicorp/external/latest/docs/data-sources/external#external-program-protocol>
pub(super) fn write_plan_external(plan: &NetworkPlan, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let mut answer = BTreeMap::from([("network_name".to_owned(), plan.name.clone())]);
    for (name, is_v6) in [("network_prefix", false), ("network_ipv6_prefix", true)] {
        answer.extend(first(plan, is_v6).map(|prefix| (name.to_owned(), prefix)));
    }
    answer.extend(plan.network.clone().map(|id| ("network_id".to_owned(), id)));
    for subnet in &plan.subnets {
        answer.insert(format!("subnet:{}", key(subnet)), subnet.prefix.to_string());
        let ipv6 =
            subnet.ipv6_prefix.map(|prefix| (format!("subnet_ipv6:{}", key(subnet)), prefix.to_string()));
        answer.extend(ipv6);
    }
    write(&answer, out)
}

/// Writes the answer of an external data source for free prefixes.
pub(super) fn write_free_external(report: &FreeReport<'_>, _: Layout, out: &mut dyn Write) -> io::Result<()> {
    let prefixes = offered(report)?;
    let first = prefixes.first().cloned().unwrap_or_default();
    write(&BTreeMap::from([("prefix", first), ("prefixes", prefixes.join(","))]), out)
}

/// Returns the prefixes that a report offers.
fn offered(report: &FreeReport<'_>) -> io::Result<Vec<String>> {
    if report.question != FreeQuestion::Size {
        return Err(io::Error::other("only prefixes of a --size and plans (--plan) can be parameters"));
    }
    let offers = report.answers.iter().filter_map(|answer| answer.offer.as_ref());
    Ok(offers.flat_map(|offer| &offer.prefixes).map(ToString::to_string).collect())
}

/// Returns the first prefix of the network in a version of IP.
fn first(plan: &NetworkPlan, is_v6: bool) -> Option<String> {
    let prefix = plan.prefixes.iter().find(|prefix| prefix.addr().is_ipv6() == is_v6);
    prefix.map(ToString::to_string)
}

/// Names a subnet by its name and zone, as it is found again once it exists.
fn key(subnet: &PlannedSubnet) -> String {
    match &subnet.zone {
        Some(zone) => format!("{}-{zone}", subnet.name),
        None => subnet.name.clone(),
    }
}

fn groups(plan: &NetworkPlan) -> BTreeMap<&str, Vec<&PlannedSubnet>> {
    let mut groups: BTreeMap<&str, Vec<&PlannedSubnet>> = BTreeMap::new();
    for subnet in &plan.subnets {
        groups.entry(&subnet.name).or_default().push(subnet);
    }
    groups
}

/// Writes a name as CloudFormation takes it: letters and digits.
fn pascal_case(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
        })
        .collect()
}
