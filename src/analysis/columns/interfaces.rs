//! Columns of interfaces.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, ResourcePlace, Tabular};
use super::common::{self, HostRow};
use crate::model::{Interface, InterfaceKind, Provider};

impl Tabular for Interface {
    const NAME: &'static str = "interfaces";
    const HAS_TAGS: bool = false;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }

    fn place(&self) -> Option<ResourcePlace> {
        Some(common::place(self))
    }

    fn prefixes(&self) -> Vec<IpNet> {
        self.addresses().to_prefixes()
    }
}

const COLUMNS: &[Column<Interface>] = &[
    common::provider(),
    common::owner(ColumnVisibility::Always),
    common::account(),
    common::account_name(),
    common::region(ColumnVisibility::Wide),
    common::zone(ColumnVisibility::Always),
    common::zone_id(),
    common::id(1),
    Column::new("kind", ColumnVisibility::Always, DataType::Text, "What uses it", |i, _| {
        Value::text(i.kind.map(InterfaceKind::as_str))
    }),
    Column::new(
        "private_ips",
        ColumnVisibility::Always,
        DataType::Ips,
        "Private addresses, primary first, IPv6 last",
        |i, _| Value::Ips(i.private_ips.clone()),
    ),
    common::private_prefixes(),
    Column::new(
        "public_ips",
        ColumnVisibility::Default(2),
        DataType::Ips,
        "Public addresses mapped to them",
        |i, _| Value::Ips(i.public_ips.clone()),
    ),
    common::carrier_ips(),
    common::customer_owned_ips(),
    Column::new(
        "attached_to",
        ColumnVisibility::Default(3),
        DataType::Text,
        "Id of the machine or private endpoint it is attached to",
        |i, _| Value::text(i.attached_to.as_deref()),
    ),
    Column::new("network", ColumnVisibility::Wide, DataType::Text, "Id of the network", |i, _| {
        Value::text(i.network.as_deref())
    }),
    Column::new("subnet", ColumnVisibility::Wide, DataType::Text, "Id of the subnet", |i, _| {
        Value::text(i.subnet.as_deref())
    }),
    Column::new("mac", ColumnVisibility::Wide, DataType::Text, "Hardware address", |i, _| {
        Value::text(i.mac.as_deref())
    }),
    Column::new(
        "state",
        ColumnVisibility::Wide,
        DataType::Text,
        "Lifecycle state, as the cloud calls it",
        |i, _| Value::text(i.state.as_deref()),
    ),
    Column::new(
        "description",
        ColumnVisibility::Wide,
        DataType::Text,
        "The cloud's or owner's description",
        |i, _| Value::text(i.description.as_deref()),
    ),
    common::operator(),
];
