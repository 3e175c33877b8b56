//! The prefixes, id, name and region of a resource, before or after the plan, from its attributes.

use ipnet::IpNet;
use serde_json::Value;

use super::attributes::Attributes;
use super::resource_type::ResourceType;
use crate::input::error::InputError;
use crate::model::region_name;
use crate::model::{PrefixError, parse_prefix};

/// The attribute with the IPv6 prefix of a VPC or subnet.
pub const IPV6: &str = "ipv6_cidr_block";

/// What is known of a resource before the plan is applied, or after.
#[derive(Debug, Default)]
pub struct ResourceState {
    /// Its id, once it exists.
    pub id: Option<String>,
    /// Display name.
    pub name: Option<String>,
    /// Region name.
    pub region: Option<String>,
    /// The network that it is part of: the id of a VPC, or the end of a virtual network's.
    pub network: Option<String>,
    /// Its prefixes, canonical, in the order of the attributes.
    pub prefixes: Vec<IpNet>,
    /// Attributes with prefixes that are not known.
    pub unknown: Vec<&'static str>,
    /// Amazon gives it an IPv6 prefix, which is unique.
    pub has_amazon_ipv6: bool,
    /// It survives when Terraform destroys it, as a default VPC does.
    pub survives: bool,
    /// Subnets that are written inside a virtual network.
    pub inline: Vec<InlineSubnet>,
}

/// A subnet that is written inside a virtual network.
#[derive(Debug)]
pub struct InlineSubnet {
    /// Its name.
    pub name: Option<String>,
    /// Its id, once it exists.
    pub id: Option<String>,
    /// Its prefixes.
    pub addresses: AttributePrefixes,
}

/// The prefixes of one attribute.
#[derive(Debug, Default)]
pub struct AttributePrefixes {
    /// The prefixes that are known, canonical.
    pub prefixes: Vec<IpNet>,
    /// The attribute, where there are others that are not.
    pub unknown: Option<&'static str>,
}

/// Reads the state of one resource.
pub struct StateReader<'r> {
    /// What it is, and its attributes.
    pub attributes: &'r Attributes<'r>,
    /// The plan's file, for messages.
    pub file: &'r str,
    /// The resource's address, for messages.
    pub resource: &'r str,
}

impl StateReader<'_> {
    /// Reads the state from the attributes.
    pub fn read(&self, warnings: &mut Vec<String>) -> Result<ResourceState, InputError> {
        let (kind, values, marks) =
            (self.attributes.resource_type, &*self.attributes.values, &*self.attributes.marks);
        let is_adopted = matches!(kind, ResourceType::DefaultVpc | ResourceType::DefaultSubnet);
        let mut state = ResourceState {
            id: self.id(values),
            name: self.name(values),
            region: region(values),
            network: self.attributes.network.clone().or_else(|| self.network(values)),
            has_amazon_ipv6: values["assign_generated_ipv6_cidr_block"] == true,
            survives: is_adopted && values["force_destroy"] != true,
            ..ResourceState::default()
        };
        if kind == ResourceType::AzureSubnet {
            let found = self.read_azure_subnet(values, marks, warnings)?;
            (state.prefixes, state.unknown) = (found.prefixes, found.unknown.into_iter().collect());
        }
        for attribute in self.prefix_attributes() {
            let found = self.read_prefixes(attribute, values, marks, warnings)?;
            state.prefixes.extend(found.prefixes);
            if (found.unknown.is_some() || self.is_left_open(attribute, values))
                && self.may_collide(attribute, values, marks)
            {
                state.unknown.push(attribute);
            }
        }
        if kind == ResourceType::Vnet {
            state.inline = self.read_inline_subnets(values, marks, warnings)?;
            state.unknown.extend((marks["subnet"] == true).then_some("subnet"));
        }
        if matches!(kind, ResourceType::Remote | ResourceType::AwsRemote) {
            // A route to everything names no network.
            state.prefixes.retain(|prefix| prefix.prefix_len() > 0);
        }
        Ok(state)
    }

    /// Names the attributes with prefixes; those of a subnet of Azure exclude each other, see below.
    const fn prefix_attributes(&self) -> &'static [&'static str] {
        match self.attributes.resource_type {
            ResourceType::Vpc
            | ResourceType::DefaultVpc
            | ResourceType::AwsSubnet
            | ResourceType::DefaultSubnet => &["cidr_block", IPV6],
            ResourceType::Ipv4Block => &["cidr_block"],
            ResourceType::Ipv6Block => &[IPV6],
            ResourceType::AzureSubnet => &[],
            _ => &["address_space"],
        }
    }

    /// Tells whether an attribute is not there and a pool must give the prefix, marked or not.
    fn is_left_open(&self, attribute: &str, values: &Value) -> bool {
        let is_due = match self.attributes.resource_type {
            ResourceType::Vpc | ResourceType::Ipv4Block => attribute != IPV6,
            ResourceType::AwsSubnet => attribute != IPV6 && text(values, "ipv4_ipam_pool_id").is_some(),
            ResourceType::Vnet => !self.attributes.is_patch,
            _ => false,
        };
        is_due && values[attribute].is_null()
    }

    /// Tells whether an unknown prefix could be one that is in use elsewhere. The one of IPv6 is unknown in every new
    /// VPC, also without a request for IPv6, and what Amazon gives is unique. A default VPC is there before
    /// Terraform adopts it.
    fn may_collide(&self, attribute: &str, values: &Value, marks: &Value) -> bool {
        match self.attributes.resource_type {
            ResourceType::DefaultVpc | ResourceType::DefaultSubnet => false,
            ResourceType::Vpc if attribute == IPV6 => is_given(values, marks, "ipv6_ipam_pool_id"),
            ResourceType::Ipv6Block => values["assign_generated_ipv6_cidr_block"] != true,
            _ => true,
        }
    }

    /// Returns the id, which `awscc` has under two names.
    fn id(&self, values: &Value) -> Option<String> {
        let own = match self.attributes.resource_type {
            ResourceType::Vpc => "vpc_id",
            ResourceType::AwsSubnet => "subnet_id",
            _ => "id",
        };
        text(values, "id").or_else(|| text(values, own))
    }

    fn name(&self, values: &Value) -> Option<String> {
        match self.attributes.resource_type.provider() {
            Some(crate::model::Provider::Aws) => text(&values["tags"], "Name"),
            _ => text(values, "name"),
        }
    }

    fn network(&self, values: &Value) -> Option<String> {
        let azures = |kind: &str, name: &str| {
            let (group, name) = (text(values, "resource_group_name")?, text(values, name)?);
            Some(format!("/resourceGroups/{group}/providers/Microsoft.Network/{kind}/{name}"))
        };
        match self.attributes.resource_type {
            ResourceType::Ipv4Block
            | ResourceType::Ipv6Block
            | ResourceType::AwsSubnet
            | ResourceType::DefaultSubnet => text(values, "vpc_id"),
            ResourceType::Vnet => azures("virtualNetworks", "name"),
            ResourceType::Hub => azures("virtualHubs", "name"),
            ResourceType::AzureSubnet => azures("virtualNetworks", "virtual_network_name"),
            _ => None,
        }
    }

    fn read_inline_subnets(
        &self,
        values: &Value,
        marks: &Value,
        warnings: &mut Vec<String>,
    ) -> Result<Vec<InlineSubnet>, InputError> {
        let blocks = values["subnet"].as_array().map_or(&[][..], Vec::as_slice);
        let read = |(at, block): (usize, &Value)| {
            let addresses = self.read_azure_subnet(block, &marks["subnet"][at], warnings)?;
            Ok(InlineSubnet { name: text(block, "name"), id: text(block, "id"), addresses })
        };
        blocks.iter().enumerate().map(read).collect()
    }

    /// Reads the prefixes of a subnet of Azure: `address_prefixes`, in old versions of the provider
    /// `address_prefix`, and in some both, where the one that is not configured repeats the other or is not known.
    fn read_azure_subnet(
        &self,
        values: &Value,
        marks: &Value,
        warnings: &mut Vec<String>,
    ) -> Result<AttributePrefixes, InputError> {
        let mut found = self.read_prefixes("address_prefixes", values, marks, warnings)?;
        let single = self.read_prefixes("address_prefix", values, marks, &mut Vec::new())?;
        if found.prefixes.is_empty() && !single.prefixes.is_empty() {
            return self.read_prefixes("address_prefix", values, marks, warnings);
        }
        if found.prefixes.is_empty() && found.unknown.is_none() && !self.attributes.is_patch {
            // Without either, a pool gives the prefix.
            found.unknown = single.unknown.or(Some("address_prefixes"));
        }
        Ok(found)
    }

    /// Reads an attribute that is a prefix or a list of them.
    fn read_prefixes(
        &self,
        attribute: &'static str,
        values: &Value,
        marks: &Value,
        warnings: &mut Vec<String>,
    ) -> Result<AttributePrefixes, InputError> {
        let (value, mark) = (&values[attribute], &marks[attribute]);
        let elements = value.as_array().map_or_else(|| std::slice::from_ref(value), Vec::as_slice);
        let has_mark =
            *mark == true || mark.as_array().is_some_and(|marks| marks.contains(&Value::Bool(true)));
        let (mut prefixes, mut is_unknown) = (Vec::new(), has_mark);
        for element in elements {
            match element {
                Value::Null => is_unknown |= value.is_array(),
                // AWS writes an empty text where there is none, as of IPv6.
                Value::String(text) if text.is_empty() => {}
                Value::String(text) => prefixes.push(self.parse_prefix(attribute, text, warnings)?),
                other => {
                    let error = PrefixError::Other(other.to_string());
                    return Err(self.refuse(attribute, &error.to_string()));
                }
            }
        }
        Ok(AttributePrefixes { prefixes, unknown: is_unknown.then_some(attribute) })
    }

    fn parse_prefix(
        &self,
        attribute: &str,
        text: &str,
        warnings: &mut Vec<String>,
    ) -> Result<IpNet, InputError> {
        let prefix = parse_prefix(text).map_err(|error| self.refuse(attribute, &error.to_string()))?;
        let canonical = prefix.trunc();
        if prefix != canonical {
            let (file, resource) = (self.file, self.resource);
            warnings.push(format!(
                "{file}: {resource}: {prefix} in {} has host bits set; read as {canonical}",
                self.label(attribute)
            ));
        }
        Ok(canonical)
    }

    fn label<'a>(&self, attribute: &'a str) -> &'a str {
        self.attributes.label.unwrap_or(attribute)
    }

    /// Refuses the value of an attribute of the resource.
    fn refuse(&self, attribute: &str, reason: &str) -> InputError {
        let (file, resource, attribute) = (self.file, self.resource, self.label(attribute));
        InputError::invalid(format!("{file}: {resource}: {attribute}: {reason}"))
            .remedy("fix the configuration and plan again")
    }
}

fn region(values: &Value) -> Option<String> {
    text(values, "region")
        .or_else(|| text(values, "location").map(|location| region_name(&location)))
        .or_else(|| region_of_zone(&text(values, "availability_zone")?))
}

/// Returns the region of a zone of AWS: `eu-west-1` of `eu-west-1a`, and of the local zone `eu-west-1-ham-1a`.
fn region_of_zone(zone: &str) -> Option<String> {
    let mut region = Vec::new();
    for part in zone.split('-') {
        let digits = part.trim_end_matches(|c: char| c.is_ascii_alphabetic());
        if !digits.is_empty() {
            region.push(digits);
            return Some(region.join("-"));
        }
        region.push(part);
    }
    None
}

/// Tells whether an attribute has a value, be it unknown.
fn is_given(values: &Value, marks: &Value, attribute: &str) -> bool {
    text(values, attribute).is_some() || marks[attribute] == true
}

/// Returns a text that is there and not empty.
fn text(values: &Value, attribute: &str) -> Option<String> {
    values[attribute].as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}
