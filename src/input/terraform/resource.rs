//! The resources of a plan that have prefixes.

use serde_json::Value;

use super::address::Address;
use super::attributes::Attributes;
use super::facts::{Facts, Reader};
use super::plan_json::{Change, ResourceChange};
use crate::input::error::InputError;
use crate::model::Provider;

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// `aws_vpc`.
    Vpc,
    /// `aws_default_vpc`, which Terraform adopts and, unless told so, does not destroy.
    DefaultVpc,
    /// `aws_vpc_ipv4_cidr_block_association`.
    Ipv4Block,
    /// `aws_vpc_ipv6_cidr_block_association`.
    Ipv6Block,
    /// `aws_subnet`.
    AwsSubnet,
    /// `azurerm_virtual_network`.
    Vnet,
    /// `azurerm_subnet`.
    AzureSubnet,
    /// `aws_default_subnet`, which Terraform adopts as it does a default VPC.
    DefaultSubnet,
    /// `azurerm_virtual_hub`.
    Hub,
    /// Addresses for the clients of a gateway of Azure.
    Pool,
    /// Addresses for the clients of a VPN endpoint of AWS.
    AwsPool,
    /// A network outside the clouds that Azure is told to reach.
    Remote,
    /// A network outside the clouds that AWS is told to reach.
    AwsRemote,
    /// A network of a cloud that netcensus does not scan.
    Elsewhere,
}

impl Type {
    /// Finds the type of this name, where the name alone tells it; see [`Attributes`] for the others.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "aws_vpc" | "awscc_ec2_vpc" => Self::Vpc,
            "aws_default_vpc" => Self::DefaultVpc,
            "aws_vpc_ipv4_cidr_block_association" => Self::Ipv4Block,
            "aws_vpc_ipv6_cidr_block_association" => Self::Ipv6Block,
            "aws_subnet" | "awscc_ec2_subnet" => Self::AwsSubnet,
            "aws_default_subnet" => Self::DefaultSubnet,
            "azurerm_virtual_network" => Self::Vnet,
            "azurerm_virtual_hub" => Self::Hub,
            "azurerm_subnet" => Self::AzureSubnet,
            _ => return None,
        })
    }

    /// Returns the cloud; `None` of one that is not scanned.
    pub const fn provider(self) -> Option<Provider> {
        match self {
            Self::Vnet | Self::AzureSubnet | Self::Hub | Self::Pool | Self::Remote => Some(Provider::Azure),
            Self::Elsewhere => None,
            _ => Some(Provider::Aws),
        }
    }

    /// Tells whether it is a network.
    pub const fn is_network(self) -> bool {
        matches!(self, Self::Vpc | Self::DefaultVpc | Self::Vnet | Self::Hub)
    }

    /// Tells whether it is a subnet.
    pub const fn is_subnet(self) -> bool {
        matches!(self, Self::AwsSubnet | Self::DefaultSubnet | Self::AzureSubnet)
    }

    /// Tells whether it is a further block of a network.
    pub const fn is_block(self) -> bool {
        matches!(self, Self::Ipv4Block | Self::Ipv6Block)
    }
}

/// A resource, what happens to it, and what is known of it before and after.
#[derive(Debug)]
pub struct Resource {
    /// As messages name it.
    pub name: String,
    /// The same, taken apart.
    pub address: Address,
    /// What it is.
    pub of: Type,
    /// It comes into being, perhaps in another's place.
    pub creates: bool,
    /// It stays and is changed.
    pub updates: bool,
    /// The one that exists goes.
    pub deletes: bool,
    /// How it is; `None` for a new one.
    pub before: Option<Facts>,
    /// How it shall be; `None` for one that goes.
    pub after: Option<Facts>,
    /// The attribute of the plan that messages name, where it is not the one that is read.
    label: Option<&'static str>,
}

impl Resource {
    /// Reads a change of a resource; host bits that were masked are added to `warnings`. `None` of a type that is not
    /// read.
    pub fn read(
        raw: &ResourceChange<'_>,
        change: &Change,
        file: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Option<Self>, InputError> {
        let does = |action: &str| change.actions.iter().any(|a| a == action);
        let name = raw.of.as_deref().unwrap_or_default();
        let nothing = Value::Null;
        let before = Attributes::new(name, &change.before, &nothing);
        let after = Attributes::new(name, &change.after, &change.after_unknown);
        let Some(last) = after.as_ref().or(before.as_ref()) else { return Ok(None) };
        let (of, label, is_patch) = (last.of, last.label, last.is_patch);
        let facts = |attributes: &Attributes<'_>, warnings: &mut Vec<String>| {
            Reader { attributes, file, resource: &raw.address }.read(warnings)
        };
        Ok(Some(Self {
            name: raw.address.clone(),
            address: Address::parse(&raw.address),
            of,
            // What is patched is there before, and stays when the patch goes.
            creates: does("create") && !is_patch,
            updates: does("update") || (does("create") && is_patch),
            deletes: does("delete") && !is_patch,
            before: before.as_ref().map(|before| facts(before, &mut Vec::new())).transpose()?,
            after: after.as_ref().map(|after| facts(after, warnings)).transpose()?,
            label,
        }))
    }

    /// Tells whether resources of a type are read, some of which only their attributes tell.
    pub fn is_read(name: &str, change: &Change) -> bool {
        [&change.after, &change.before]
            .iter()
            .any(|values| Attributes::new(name, values, &Value::Null).is_some())
    }

    /// Returns the id of the one that exists.
    pub fn id(&self) -> Option<&str> {
        self.before.as_ref()?.id.as_deref()
    }

    /// Returns what the plan calls an attribute that was read.
    pub fn label<'a>(&self, attribute: &'a str) -> &'a str {
        self.label.unwrap_or(attribute)
    }
}
