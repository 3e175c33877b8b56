//! Columns of networks.

use ipnet::IpNet;

use super::super::joins::Joins;
use super::super::value::Value;
use super::column::{Column, DataType, Shown};
use super::record::Record;
use crate::model::{Block, BlockRole, BlockState, Network, Provider, Tags};

impl Record for Network {
    const NAME: &'static str = "networks";
    const TAGGED: bool = true;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn prefixes(&self) -> Vec<IpNet> {
        Self::prefixes(self).collect()
    }
}

const COLUMNS: &[Column<Network>] = &[
    Column::new(
        "provider",
        Shown::Wide,
        DataType::Text,
        "The cloud: `aws`, `azure` or `external`",
        |n, _| Value::text(Some(n.provider.as_str())),
    ),
    Column::new(
        "owner",
        Shown::Default(2),
        DataType::Text,
        "The owner's name where known, else its account",
        |n, joins| Value::text(name(n, joins).or(Some(&n.account))),
    ),
    Column::new(
        "account",
        Shown::Wide,
        DataType::Text,
        "The owner: AWS account id or Azure subscription id",
        |n, _| Value::text(Some(&n.account)),
    ),
    Column::new("account_name", Shown::Wide, DataType::Text, "The owner's name, where known", |n, joins| {
        Value::text(name(n, joins))
    }),
    Column::new("region", Shown::Default(4), DataType::Text, "Region name", |n, _| {
        Value::text(Some(&n.region))
    }),
    Column::new("id", Shown::Always, DataType::Text, "Native id", |n, _| Value::text(Some(&n.id))),
    Column::new("name", Shown::Default(3), DataType::Text, "Display name", |n, _| {
        Value::text(n.name.as_deref())
    }),
    Column::new("kind", Shown::Wide, DataType::Text, "`vpc`, `vnet`, `virtual-hub` or `external`", |n, _| {
        Value::text(Some(n.kind.as_str()))
    }),
    Column::new(
        "cidrs",
        Shown::Default(1),
        DataType::Cidrs,
        "Prefixes in use, in the cloud's order (derived)",
        |n, _| Value::Cidrs(n.prefixes().collect()),
    ),
    Column::new("ipv4_cidrs", Shown::Wide, DataType::Cidrs, "The IPv4 ones of `cidrs` (derived)", |n, _| {
        Value::Cidrs(n.prefixes().filter(|cidr| matches!(cidr, IpNet::V4(_))).collect())
    }),
    Column::new("ipv6_cidrs", Shown::Wide, DataType::Cidrs, "The IPv6 ones of `cidrs` (derived)", |n, _| {
        Value::Cidrs(n.prefixes().filter(|cidr| matches!(cidr, IpNet::V6(_))).collect())
    }),
    Column::new(
        "subnets",
        Shown::Default(6),
        DataType::Number,
        "Number of subnets; blank unless read in full (derived)",
        |n, j| Value::number(j.subnets(n)),
    ),
    Column::new(
        "instances",
        Shown::Default(5),
        DataType::Number,
        "Number of instances, terminated ones left out; blank unless read in full (derived)",
        |n, joins| Value::number(joins.instances(n)),
    ),
    Column::new("is_default", Shown::Wide, DataType::Bool, "Whether the cloud made it by itself", |n, _| {
        n.is_default.map_or(Value::Unknown, Value::Bool)
    }),
    Column::new("state", Shown::Wide, DataType::Text, "Lifecycle state in the cloud's own word", |n, _| {
        Value::text(n.state.as_deref())
    }),
    Column::new(
        "blocks",
        Shown::Wide,
        DataType::Texts,
        "Every block as `CIDR(role,state)`, also those not in use",
        |n, _| Value::List(n.blocks.iter().map(block).collect()),
    ),
    Column::new("visible_from", Shown::Wide, DataType::Texts, "Other accounts that see it", |n, _| {
        Value::List(n.visible_from.clone())
    }),
    Column::new("tags", Shown::Wide, DataType::Tags, "Tags", |n, _| Value::Tags(n.tags.clone())),
];

fn name<'a>(network: &'a Network, joins: &'a Joins<'_>) -> Option<&'a str> {
    network.account_name.as_deref().or_else(|| joins.account_name(network.provider, &network.account))
}

fn block(block: &Block) -> String {
    let role = match block.role {
        BlockRole::Primary => "primary",
        BlockRole::Secondary => "secondary",
    };
    let state = match block.state {
        None => return format!("{}({role})", block.cidr),
        Some(BlockState::Associating) => "associating",
        Some(BlockState::Associated) => "associated",
        Some(BlockState::Disassociating) => "disassociating",
        Some(BlockState::Disassociated) => "disassociated",
        Some(BlockState::Failing) => "failing",
        Some(BlockState::Failed) => "failed",
    };
    format!("{}({role},{state})", block.cidr)
}
