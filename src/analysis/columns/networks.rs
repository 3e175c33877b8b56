//! Columns of networks.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, ResourcePlace, Tabular};
use super::common;
use crate::model::{Block, BlockRole, BlockState, Network, Provider, Tags};

impl Tabular for Network {
    const NAME: &'static str = "networks";
    const HAS_TAGS: bool = true;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }

    fn tags(&self) -> Option<&Tags> {
        Some(&self.tags)
    }

    fn place(&self) -> Option<ResourcePlace> {
        Some(common::place(self))
    }

    fn prefixes(&self) -> Vec<IpNet> {
        Self::prefixes(self).collect()
    }
}

const COLUMNS: &[Column<Network>] = &[
    common::provider(),
    common::owner(ColumnVisibility::Always),
    common::account(),
    common::account_name(),
    common::region(ColumnVisibility::Always),
    common::id(1),
    Column::new("name", ColumnVisibility::Always, DataType::Text, "Display name", |n, _| {
        Value::text(n.name.as_deref())
    }),
    Column::new(
        "kind",
        ColumnVisibility::Wide,
        DataType::Text,
        "`vpc`, `vnet`, `virtual-hub` or `external`",
        |n, _| Value::text(Some(n.kind.as_str())),
    ),
    Column::new(
        "cidrs",
        ColumnVisibility::Always,
        DataType::Cidrs,
        "Prefixes in use, in the cloud's order (derived)",
        |n, _| Value::Cidrs(n.prefixes().collect()),
    ),
    Column::new(
        "ipv4_cidrs",
        ColumnVisibility::Wide,
        DataType::Cidrs,
        "The IPv4 ones of `cidrs` (derived)",
        |n, _| Value::Cidrs(n.prefixes().filter(|cidr| matches!(cidr, IpNet::V4(_))).collect()),
    ),
    Column::new(
        "ipv6_cidrs",
        ColumnVisibility::Wide,
        DataType::Cidrs,
        "The IPv6 ones of `cidrs` (derived)",
        |n, _| Value::Cidrs(n.prefixes().filter(|cidr| matches!(cidr, IpNet::V6(_))).collect()),
    ),
    Column::new(
        "subnets",
        ColumnVisibility::Default(3),
        DataType::Number,
        "Number of subnets; blank unless all were read (derived)",
        |n, index| Value::number(index.subnet_count(n)),
    ),
    Column::new(
        "instances",
        ColumnVisibility::Default(2),
        DataType::Number,
        "Number of instances, without terminated ones; blank unless all were read (derived)",
        |n, index| Value::number(index.instance_count(n)),
    ),
    Column::new(
        "is_default",
        ColumnVisibility::Wide,
        DataType::Bool,
        "Whether the cloud created it as a default network",
        |n, _| n.is_default.map_or(Value::Unknown, Value::Bool),
    ),
    Column::new(
        "state",
        ColumnVisibility::Wide,
        DataType::Text,
        "Lifecycle state, as the cloud calls it",
        |n, _| Value::text(n.state.as_deref()),
    ),
    Column::new(
        "blocks",
        ColumnVisibility::Wide,
        DataType::Texts,
        "Every block as `CIDR(role,state)`, including those not in use",
        |n, _| Value::List(n.blocks.iter().map(block).collect()),
    ),
    Column::new(
        "visible_from",
        ColumnVisibility::Wide,
        DataType::Texts,
        "Other accounts that see it",
        |n, _| Value::List(n.visible_from.clone()),
    ),
    common::tags(),
];

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
