//! Columns of instances.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType};
use super::record::Record;
use crate::model::{Instance, Provider, Tags};

impl Record for Instance {
    const NAME: &'static str = "instances";
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

    fn prefixes(&self) -> Vec<IpNet> {
        let mapped = self.carrier_ips.iter().chain(&self.customer_owned_ips).flatten();
        let ips = self.private_ips.iter().chain(&self.public_ips).chain(mapped);
        let delegated = self.private_prefixes.iter().flatten().copied();
        ips.map(|&ip| IpNet::from(ip)).chain(delegated).collect()
    }
}

const COLUMNS: &[Column<Instance>] = &[
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
    Column::new("zone", ColumnVisibility::Default(5), DataType::Text, "Availability zone name", |i, _| {
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
    Column::new("name", ColumnVisibility::Default(2), DataType::Text, "Display name", |i, _| {
        Value::text(i.name.as_deref())
    }),
    Column::new("type", ColumnVisibility::Default(4), DataType::Text, "Machine size", |i, _| {
        Value::text(i.instance_type.as_deref())
    }),
    Column::new(
        "architecture",
        ColumnVisibility::Default(8),
        DataType::Text,
        "Processor architecture",
        |i, _| Value::text(i.architecture.as_deref()),
    ),
    Column::new(
        "vcpus",
        ColumnVisibility::Default(7),
        DataType::Number,
        "Virtual processors: cores times threads per core",
        |i, _| Value::number(i.vcpus.map(u64::from)),
    ),
    Column::new("state", ColumnVisibility::Default(1), DataType::Text, "Power or lifecycle state", |i, _| {
        Value::text(i.state.as_deref())
    }),
    Column::new(
        "private_ips",
        ColumnVisibility::Default(3),
        DataType::Ips,
        "Private addresses, IPv4 first; IPv6 ones too",
        |i, _| Value::Ips(i.private_ips.clone()),
    ),
    Column::new(
        "private_prefixes",
        ColumnVisibility::Wide,
        DataType::Cidrs,
        "Prefixes delegated to its interfaces, IPv4 first",
        |i, _| Value::cidrs(i.private_prefixes.as_ref()),
    ),
    Column::new("public_ips", ColumnVisibility::Wide, DataType::Ips, "Public IPv4 addresses", |i, _| {
        Value::Ips(i.public_ips.clone())
    }),
    Column::new(
        "carrier_ips",
        ColumnVisibility::Wide,
        DataType::Ips,
        "Carrier addresses mapped to it (AWS Wavelength)",
        |i, _| Value::ips(i.carrier_ips.as_ref()),
    ),
    Column::new(
        "customer_owned_ips",
        ColumnVisibility::Wide,
        DataType::Ips,
        "Addresses of your own network mapped to it (AWS Outposts)",
        |i, _| Value::ips(i.customer_owned_ips.as_ref()),
    ),
    Column::new(
        "launched_at",
        ColumnVisibility::Default(9),
        DataType::Time,
        "When it was last started (AWS) or made (Azure), in UTC",
        |i, _| i.launched_at.map_or(Value::Unknown, Value::Time),
    ),
    Column::new(
        "network",
        ColumnVisibility::Wide,
        DataType::Text,
        "Id of the network of its primary interface",
        |i, _| Value::text(i.network.as_deref()),
    ),
    Column::new(
        "subnet",
        ColumnVisibility::Wide,
        DataType::Text,
        "Id of the subnet of its primary interface",
        |i, _| Value::text(i.subnet.as_deref()),
    ),
    Column::new("os", ColumnVisibility::Wide, DataType::Text, "Operating system", |i, _| {
        Value::text(i.os.as_deref())
    }),
    Column::new(
        "scale_set",
        ColumnVisibility::Wide,
        DataType::Text,
        "The Auto Scaling group or scale set that made it",
        |i, _| Value::text(i.scale_set.as_deref()),
    ),
    Column::new(
        "operator",
        ColumnVisibility::Wide,
        DataType::Text,
        "The service that manages it for you, such as `eks.amazonaws.com`",
        |i, _| Value::text(i.operator.as_deref()),
    ),
    Column::new("tags", ColumnVisibility::Wide, DataType::Tags, "Tags", |i, _| Value::Tags(i.tags.clone())),
];
