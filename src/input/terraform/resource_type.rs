//! The types of resources that have prefixes.

use crate::model::Provider;

/// What a resource is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResourceType {
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

impl ResourceType {
    /// Finds the type of this name, where the name alone tells it; `Attributes::new` tells the others by their attributes.
    pub fn from_name(name: &str) -> Option<Self> {
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
