//! Columns of subnets.

use ipnet::IpNet;

use super::super::usage::Percent;
use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, ResourcePlace, Tabular};
use super::common;
use crate::model::{Provider, Subnet, Tags};

impl Tabular for Subnet {
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

    fn place(&self) -> Option<ResourcePlace> {
        Some(common::place(self))
    }

    fn prefixes(&self) -> Vec<IpNet> {
        self.prefixes.clone()
    }
}

const COLUMNS: &[Column<Subnet>] = &[
    common::provider(),
    common::owner(ColumnVisibility::Always),
    common::account(),
    common::account_name(),
    common::region(ColumnVisibility::Wide),
    common::zone(ColumnVisibility::Always),
    common::zone_id(),
    common::id(2),
    Column::new("name", ColumnVisibility::Always, DataType::Text, "Display name", |s, _| {
        Value::text(s.name.as_deref())
    }),
    Column::new(
        "network",
        ColumnVisibility::Default(3),
        DataType::Text,
        "Id of the network it belongs to",
        |s, _| Value::text(Some(&s.network)),
    ),
    Column::new(
        "prefixes",
        ColumnVisibility::Always,
        DataType::Cidrs,
        "Prefixes in use, IPv4 first",
        |s, _| Value::Cidrs(s.prefixes.clone()),
    ),
    Column::new(
        "addresses_total",
        ColumnVisibility::Wide,
        DataType::Number,
        "IPv4 addresses that machines can have, without those that the cloud reserves",
        |s, _| Value::number(s.addresses_total),
    ),
    Column::new(
        "addresses_available",
        ColumnVisibility::Wide,
        DataType::Number,
        "Free IPv4 addresses, as the cloud counts them",
        |s, _| Value::number(s.addresses_available),
    ),
    Column::new(
        "used_percent",
        ColumnVisibility::Default(1),
        DataType::Number,
        "Share of `addresses_total` in use, rounded down: one decimal, none in Parquet and SQLite; blank where unknown (derived)",
        |s, _| used_percent(s).map_or(Value::Unknown, Value::Percent),
    ),
    Column::new(
        "purpose",
        ColumnVisibility::Wide,
        DataType::Text,
        "The service that it is reserved for",
        |s, _| Value::text(s.purpose.as_deref()),
    ),
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
        "Lifecycle state, as the cloud calls it",
        |s, _| Value::text(s.state.as_deref()),
    ),
    Column::new(
        "visible_from",
        ColumnVisibility::Wide,
        DataType::Texts,
        "Other accounts that see it",
        |s, _| Value::List(s.visible_from.clone()),
    ),
    common::tags(),
];

/// More free addresses than there are is a contradiction: unknown.
fn used_percent(subnet: &Subnet) -> Option<Percent> {
    let total = subnet.addresses_total?;
    Percent::new(total.checked_sub(subnet.addresses_available?)?, total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_is_unknown_without_plausible_counts() {
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
                cidr_reservations: None,
                state: None,
                visible_from: vec![],
                tags: Tags::new(),
            })
        };
        let percent = |total, available| percent_of(Some(total), available).map(|it| it.to_string());
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(percent_of(None, Some(3)), None);
        assert_eq!(percent(251, Some(251)), text("0"));
        assert_eq!(percent(251, Some(1)), text("99.6"), "100 means full");
        assert_eq!(percent(251, Some(0)), text("100"));
        assert_eq!(percent(251, None), None);
        assert_eq!(percent(0, Some(0)), None, "an IPv6-only subnet has no percentage");
        assert_eq!(percent(11, Some(12)), None);
    }
}
