//! Columns of interfaces.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType};
use super::record::Record;
use crate::model::{Interface, InterfaceKind, Provider};

impl Record for Interface {
    const NAME: &'static str = "interfaces";
    const HAS_TAGS: bool = false;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }

    fn prefixes(&self) -> Vec<IpNet> {
        let mapped = self.carrier_ips.iter().chain(&self.customer_owned_ips).flatten();
        let ips = self.private_ips.iter().chain(&self.public_ips).chain(mapped);
        let delegated = self.private_prefixes.iter().flatten().copied();
        ips.map(|&ip| IpNet::from(ip)).chain(delegated).collect()
    }
}

const COLUMNS: &[Column<Interface>] = &[
    Column::new(
        "provider",
        ColumnVisibility::Wide,
        DataType::Text,
        "The cloud: `aws`, `azure` or `external`",
        |i, _| Value::text(Some(i.provider.as_str())),
    ),
    Column::new(
        "owner",
        ColumnVisibility::Default(6),
        DataType::Text,
        "The owner's name where known, else its account",
        |i, index| Value::text(index.account_name(i.provider, &i.account).or(Some(&i.account))),
    ),
    Column::new(
        "account",
        ColumnVisibility::Wide,
        DataType::Text,
        "The owner: AWS account id or Azure subscription id",
        |i, _| Value::text(Some(&i.account)),
    ),
    Column::new(
        "account_name",
        ColumnVisibility::Wide,
        DataType::Text,
        "The owner's name, where known",
        |i, index| Value::text(index.account_name(i.provider, &i.account)),
    ),
    Column::new("region", ColumnVisibility::Wide, DataType::Text, "Region name", |i, _| {
        Value::text(Some(&i.region))
    }),
    Column::new("zone", ColumnVisibility::Default(4), DataType::Text, "Availability zone name", |i, _| {
        Value::text(i.zone.as_deref())
    }),
    Column::new(
        "zone_id",
        ColumnVisibility::Wide,
        DataType::Text,
        "Availability zone id, the same in all AWS accounts",
        |i, _| Value::text(i.zone_id.as_deref()),
    ),
    Column::new("id", ColumnVisibility::Always, DataType::Text, "Native id", |i, _| Value::text(Some(&i.id))),
    Column::new("kind", ColumnVisibility::Default(2), DataType::Text, "What uses it", |i, _| {
        Value::text(i.kind.map(InterfaceKind::as_str))
    }),
    Column::new(
        "private_ips",
        ColumnVisibility::Default(1),
        DataType::Ips,
        "Private addresses, primary first, IPv6 last",
        |i, _| Value::Ips(i.private_ips.clone()),
    ),
    Column::new(
        "private_prefixes",
        ColumnVisibility::Wide,
        DataType::Cidrs,
        "Prefixes delegated to it, IPv4 first",
        |i, _| Value::cidrs(i.private_prefixes.as_ref()),
    ),
    Column::new(
        "public_ips",
        ColumnVisibility::Default(3),
        DataType::Ips,
        "Public addresses mapped to them",
        |i, _| Value::Ips(i.public_ips.clone()),
    ),
    Column::new(
        "carrier_ips",
        ColumnVisibility::Wide,
        DataType::Ips,
        "Carrier addresses mapped to them (AWS Wavelength)",
        |i, _| Value::ips(i.carrier_ips.as_ref()),
    ),
    Column::new(
        "customer_owned_ips",
        ColumnVisibility::Wide,
        DataType::Ips,
        "Addresses of your own network mapped to them (AWS Outposts)",
        |i, _| Value::ips(i.customer_owned_ips.as_ref()),
    ),
    Column::new(
        "attached_to",
        ColumnVisibility::Default(5),
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
        "Lifecycle state in the cloud's own word",
        |i, _| Value::text(i.state.as_deref()),
    ),
    Column::new(
        "description",
        ColumnVisibility::Wide,
        DataType::Text,
        "The cloud's or owner's description",
        |i, _| Value::text(i.description.as_deref()),
    ),
    Column::new(
        "operator",
        ColumnVisibility::Wide,
        DataType::Text,
        "The service that manages it for you, such as `eks.amazonaws.com`",
        |i, _| Value::text(i.operator.as_deref()),
    ),
];
