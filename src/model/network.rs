//! Networks (VPC, VNet, virtual hub, external range) and their address blocks.

use ipnet::IpNet;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Provider, Tags};

/// An address space in one region of one account.
///
/// Identity is `(provider, account, region, id)`, never an address.
/// Sources: EC2 `DescribeVpcs`; Azure virtual networks and virtual hubs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// The cloud.
    pub provider: Provider,
    /// The *owner*: AWS account id or Azure subscription id.
    pub account: String,
    /// The owner's name, where known.
    pub account_name: Option<String>,
    /// Region name, such as `eu-west-1`.
    pub region: String,
    /// Native id, such as `vpc-0a1b`.
    pub id: String,
    /// Display name (the `Name` tag on AWS).
    pub name: Option<String>,
    /// What it is.
    pub kind: NetworkKind,
    /// Address blocks as the cloud lists them, including ones on their way out; see [`Block::counts`].
    pub blocks: Vec<Block>,
    /// Whether the cloud created it as a default network (AWS default VPC).
    pub is_default: Option<bool>,
    /// Lifecycle state, as the cloud calls it, such as `available`.
    pub state: Option<String>,
    /// Accounts other than the owner that see it (AWS RAM sharing), sorted.
    pub visible_from: Vec<String>,
    /// Tags; on AWS a participant of a shared VPC does not see the owner's.
    pub tags: Tags,
}

impl Network {
    /// Returns the prefixes that are in use: every block that counts.
    pub fn prefixes(&self) -> impl Iterator<Item = IpNet> + '_ {
        self.blocks.iter().filter(|block| block.counts()).map(|block| block.cidr)
    }
}

/// What a network is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkKind {
    /// AWS virtual private cloud.
    Vpc,
    /// Azure virtual network.
    Vnet,
    /// Azure virtual WAN hub.
    VirtualHub,
    /// A range outside the clouds.
    External,
}

impl NetworkKind {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Vpc => "vpc",
            Self::Vnet => "vnet",
            Self::VirtualHub => "virtual-hub",
            Self::External => "external",
        }
    }
}

/// One address block of a network.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Block {
    /// The prefix, canonical (no host bits).
    #[serde(deserialize_with = "super::prefix::deserialize")]
    #[schemars(with = "String")]
    pub cidr: IpNet,
    /// Whether the network was made with it. On AWS every IPv6 block is an association, so secondary.
    pub role: BlockRole,
    /// Association state; `None` where the cloud has none (Azure) or did not say.
    pub state: Option<BlockState>,
}

impl Block {
    /// Tells whether the block takes part in comparisons.
    ///
    /// EC2 lists disassociated blocks for up to an hour, sometimes the same CIDR twice. Those do not count; a block of unknown
    /// state does.
    #[must_use]
    pub fn counts(&self) -> bool {
        self.state.is_none_or(BlockState::occupies)
    }
}

/// Whether a block came with its network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BlockRole {
    /// The block the network was created with; on Azure, which keeps no such block, the first of the list.
    Primary,
    /// A block added to it.
    Secondary,
}

/// Association state of a block (EC2 `VpcCidrBlockState`, `SubnetCidrBlockState`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum BlockState {
    /// Being added.
    Associating,
    /// In use.
    Associated,
    /// Being removed, still in use.
    Disassociating,
    /// Removed, listed for a while.
    Disassociated,
    /// Could not be added; on its way to failed.
    Failing,
    /// Could not be added.
    Failed,
}

impl BlockState {
    /// Tells whether a block in this state occupies its space.
    #[must_use]
    pub const fn occupies(self) -> bool {
        match self {
            Self::Associating | Self::Associated | Self::Disassociating => true,
            Self::Disassociated | Self::Failing | Self::Failed => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_blocks_that_occupy_space_count() {
        let with = |state| Block { cidr: "10.0.0.0/16".parse().unwrap(), role: BlockRole::Primary, state };
        for state in [BlockState::Associating, BlockState::Associated, BlockState::Disassociating] {
            assert!(with(Some(state)).counts(), "{state:?}");
        }
        for state in [BlockState::Disassociated, BlockState::Failing, BlockState::Failed] {
            assert!(!with(Some(state)).counts(), "{state:?}");
        }
        assert!(with(None).counts(), "unknown is not gone");
    }
}
