//! The resources of a plan that have prefixes.

use serde_json::Value;

use super::address::Address;
use super::error::PlanError;
use super::facts::{Facts, Reader};
use super::wire::{Change, ResourceChange};
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
}

impl Type {
    /// Finds the type of this name, if we know it.
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "aws_vpc" => Self::Vpc,
            "aws_default_vpc" => Self::DefaultVpc,
            "aws_vpc_ipv4_cidr_block_association" => Self::Ipv4Block,
            "aws_vpc_ipv6_cidr_block_association" => Self::Ipv6Block,
            "aws_subnet" => Self::AwsSubnet,
            "azurerm_virtual_network" => Self::Vnet,
            "azurerm_subnet" => Self::AzureSubnet,
            _ => return None,
        })
    }

    /// Finds the type of a resource that Terraform manages, if we know it.
    pub fn of(change: &ResourceChange<'_>) -> Option<Self> {
        let is_managed = change.mode.as_deref() == Some("managed");
        change.of.as_deref().filter(|_| is_managed).and_then(Self::named)
    }

    /// Returns the cloud.
    pub const fn provider(self) -> Provider {
        match self {
            Self::Vnet | Self::AzureSubnet => Provider::Azure,
            _ => Provider::Aws,
        }
    }

    /// Tells whether it is a network.
    pub const fn is_network(self) -> bool {
        matches!(self, Self::Vpc | Self::DefaultVpc | Self::Vnet)
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
}

impl Resource {
    /// Reads a change of a resource of this type; host bits that were masked are added to `warnings`.
    pub fn read(
        of: Type,
        raw: &ResourceChange<'_>,
        change: &Change,
        file: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Self, PlanError> {
        let does = |action: &str| change.actions.iter().any(|a| a == action);
        let reader = Reader { of, file, resource: &raw.address };
        let facts = |values: &Value, unknown: &Value, warnings: &mut Vec<String>| {
            values.is_object().then(|| reader.read(values, unknown, warnings)).transpose()
        };
        Ok(Self {
            name: raw.address.clone(),
            address: Address::parse(&raw.address),
            of,
            creates: does("create"),
            updates: does("update"),
            deletes: does("delete"),
            before: facts(&change.before, &Value::Null, &mut Vec::new())?,
            after: facts(&change.after, &change.after_unknown, warnings)?,
        })
    }

    /// Returns the id of the one that exists.
    pub fn id(&self) -> Option<&str> {
        self.before.as_ref()?.id.as_deref()
    }
}
