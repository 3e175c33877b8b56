//! Columns of instances.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, ResourcePlace, Tabular};
use super::common::{self, HostRow};
use crate::model::{Instance, Provider, Tags};

impl Tabular for Instance {
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

    fn place(&self) -> Option<ResourcePlace> {
        Some(common::place(self))
    }

    fn prefixes(&self) -> Vec<IpNet> {
        self.addresses().to_prefixes()
    }
}

const COLUMNS: &[Column<Instance>] = &[
    common::provider(),
    common::owner(ColumnVisibility::Always),
    common::account(),
    common::account_name(),
    common::region(ColumnVisibility::Wide),
    common::zone(ColumnVisibility::Always),
    common::zone_id(),
    common::id(1),
    Column::new("name", ColumnVisibility::Always, DataType::Text, "Display name", |i, _| {
        Value::text(i.name.as_deref())
    }),
    Column::new("type", ColumnVisibility::Default(2), DataType::Text, "Machine size", |i, _| {
        Value::text(i.instance_type.as_deref())
    }),
    Column::new(
        "architecture",
        ColumnVisibility::Default(4),
        DataType::Text,
        "Processor architecture",
        |i, _| Value::text(i.architecture.as_deref()),
    ),
    Column::new(
        "vcpus",
        ColumnVisibility::Default(3),
        DataType::Number,
        "Virtual processors: cores times threads per core",
        |i, _| Value::number(i.vcpus.map(u64::from)),
    ),
    Column::new(
        "state",
        ColumnVisibility::Always,
        DataType::Text,
        "Power or lifecycle state; filters for `stopped` also match `deallocated`",
        |i: &Instance, _| Value::text(i.state.as_deref()),
    )
    // Azure's machines that are only `stopped` still cost as much as running ones, so they are rarely meant alone.
    .also_matching(|i, _| {
        let is_deallocated = i.state.as_deref().is_some_and(|state| state.starts_with("dealloc"));
        is_deallocated.then(|| "stopped".to_owned()).into_iter().collect()
    }),
    Column::new(
        "private_ips",
        ColumnVisibility::Always,
        DataType::Ips,
        "Private addresses, IPv4 first; IPv6 ones too",
        |i, _| Value::Ips(i.private_ips.clone()),
    ),
    common::private_prefixes(),
    Column::new("public_ips", ColumnVisibility::Wide, DataType::Ips, "Public IPv4 addresses", |i, _| {
        Value::Ips(i.public_ips.clone())
    }),
    common::carrier_ips(),
    common::customer_owned_ips(),
    Column::new(
        "launched_at",
        ColumnVisibility::Default(5),
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
    common::operator(),
    common::tags(),
];
