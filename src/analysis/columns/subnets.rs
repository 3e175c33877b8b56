//! Columns of subnets.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType};
use super::record::Record;
use crate::model::{Provider, Subnet, Tags};

impl Record for Subnet {
    const NAME: &'static str = "subnets";
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
        self.prefixes.clone()
    }
}

const COLUMNS: &[Column<Subnet>] = &[
    Column::new(
        "provider",
        ColumnVisibility::Wide,
        DataType::Text,
        "The cloud: `aws`, `azure` or `external`",
        |s, _| Value::text(Some(s.provider.as_str())),
    ),
    Column::new(
        "owner",
        ColumnVisibility::Default(4),
        DataType::Text,
        "The owner's name where known, else its account",
        |s, index| Value::text(index.account_name(s.provider, &s.account).or(Some(&s.account))),
    ),
    Column::new(
        "account",
        ColumnVisibility::Wide,
        DataType::Text,
        "The owner: AWS account id or Azure subscription id",
        |s, _| Value::text(Some(&s.account)),
    ),
    Column::new(
        "account_name",
        ColumnVisibility::Wide,
        DataType::Text,
        "The owner's name, where known",
        |s, index| Value::text(index.account_name(s.provider, &s.account)),
    ),
    Column::new("region", ColumnVisibility::Wide, DataType::Text, "Region name", |s, _| {
        Value::text(Some(&s.region))
    }),
    Column::new("zone", ColumnVisibility::Default(5), DataType::Text, "Availability zone name", |s, _| {
        Value::text(s.zone.as_deref())
    }),
    Column::new(
        "zone_id",
        ColumnVisibility::Wide,
        DataType::Text,
        "Availability zone id, the same in all AWS accounts",
        |s, _| Value::text(s.zone_id.as_deref()),
    ),
    Column::new("id", ColumnVisibility::Always, DataType::Text, "Native id", |s, _| Value::text(Some(&s.id))),
    Column::new("name", ColumnVisibility::Default(3), DataType::Text, "Display name", |s, _| {
        Value::text(s.name.as_deref())
    }),
    Column::new(
        "network",
        ColumnVisibility::Default(6),
        DataType::Text,
        "Id of the network it belongs to",
        |s, _| Value::text(Some(&s.network)),
    ),
    Column::new(
        "prefixes",
        ColumnVisibility::Default(1),
        DataType::Cidrs,
        "Prefixes in use, IPv4 first",
        |s, _| Value::Cidrs(s.prefixes.clone()),
    ),
    Column::new(
        "addresses_total",
        ColumnVisibility::Wide,
        DataType::Number,
        "IPv4 addresses that machines can have, the cloud's reserved ones left out",
        |s, _| Value::number(s.addresses_total),
    ),
    Column::new(
        "addresses_available",
        ColumnVisibility::Wide,
        DataType::Number,
        "IPv4 addresses still free, as the cloud counts",
        |s, _| Value::number(s.addresses_available),
    ),
    Column::new(
        "used_percent",
        ColumnVisibility::Default(2),
        DataType::Number,
        "Share of `addresses_total` in use, rounded down; blank where unknown (derived)",
        |s, _| Value::number(used_percent(s)),
    ),
    Column::new("purpose", ColumnVisibility::Wide, DataType::Text, "What it is set aside for", |s, _| {
        Value::text(s.purpose.as_deref())
    }),
    Column::new(
        "customer_owned_pool",
        ColumnVisibility::Wide,
        DataType::Text,
        "The pool that customer-owned addresses are mapped from (AWS Outposts)",
        |s, _| Value::text(s.customer_owned_pool.as_deref()),
    ),
    Column::new(
        "state",
        ColumnVisibility::Wide,
        DataType::Text,
        "Lifecycle state in the cloud's own word",
        |s, _| Value::text(s.state.as_deref()),
    ),
    Column::new(
        "visible_from",
        ColumnVisibility::Wide,
        DataType::Texts,
        "Other accounts that see it",
        |s, _| Value::List(s.visible_from.clone()),
    ),
    Column::new("tags", ColumnVisibility::Wide, DataType::Tags, "Tags", |s, _| Value::Tags(s.tags.clone())),
];

/// Rounds down, so that 100 means full. More free addresses than there are is a contradiction: unknown.
fn used_percent(subnet: &Subnet) -> Option<u64> {
    let total = subnet.addresses_total?;
    let used = total.checked_sub(subnet.addresses_available?)?;
    used.checked_mul(100)?.checked_div(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_unknown_where_it_cannot_be_told() {
        let percent_of = |total, available| {
            used_percent(&Subnet {
                provider: Provider::Aws,
                account: String::new(),
                region: String::new(),
                zone: None,
                zone_id: None,
                id: String::new(),
                name: None,
                network: String::new(),
                prefixes: vec![],
                addresses_total: total,
                addresses_available: available,
                purpose: None,
                customer_owned_pool: None,
                state: None,
                visible_from: vec![],
                tags: Tags::new(),
            })
        };
        let percent = |total, available| percent_of(Some(total), available);
        assert_eq!(percent_of(None, Some(3)), None);
        assert_eq!(percent(251, Some(251)), Some(0));
        assert_eq!(percent(251, Some(1)), Some(99), "100 means full");
        assert_eq!(percent(251, Some(0)), Some(100));
        assert_eq!(percent(251, None), None);
        assert_eq!(percent(0, Some(0)), None, "an IPv6-only subnet has no percentage");
        assert_eq!(percent(11, Some(12)), None);
    }
}
