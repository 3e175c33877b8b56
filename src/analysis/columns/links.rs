//! Columns of links.

use ipnet::IpNet;

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, Record};
use super::common;
use crate::model::{Link, LinkEnd, Provider};

impl Record for Link {
    const NAME: &'static str = "links";
    const HAS_TAGS: bool = false;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }

    fn prefixes(&self) -> Vec<IpNet> {
        self.ends.iter().flat_map(|end| end.prefixes.iter().copied()).collect()
    }
}

const COLUMNS: &[Column<Link>] = &[
    common::provider(),
    Column::new(
        "kind",
        ColumnVisibility::Default(2),
        DataType::Text,
        "What it is, such as `vpc-peering`",
        |l, _| Value::text(Some(l.kind.as_str())),
    ),
    Column::new("id", ColumnVisibility::Default(1), DataType::Text, "Native id", |l, _| {
        Value::text(Some(&l.id))
    }),
    Column::new(
        "state",
        ColumnVisibility::Always,
        DataType::Text,
        "Lifecycle state in the cloud's own word",
        |l, _| Value::text(l.state.as_deref()),
    ),
    Column::new(
        "ends",
        ColumnVisibility::Always,
        DataType::Text,
        "The ends as `ACCOUNT/NETWORK <-> ACCOUNT/NETWORK`",
        |l, _| Value::Text(l.ends.iter().map(end).collect::<Vec<_>>().join(" <-> ")),
    ),
    Column::new(
        "accounts",
        ColumnVisibility::Wide,
        DataType::Texts,
        "The owners of the ends, where known; filters match their names too (derived)",
        |l: &Link, _| Value::List(l.ends.iter().filter_map(|end| end.account.clone()).collect()),
    )
    .also_matching(|l, index| {
        let accounts = l.ends.iter().filter_map(|end| end.account.as_deref());
        accounts.filter_map(|id| index.display_name(l.provider, id)).map(str::to_owned).collect()
    }),
    Column::new(
        "regions",
        ColumnVisibility::Wide,
        DataType::Texts,
        "The regions of the ends, where known (derived)",
        |l, _| Value::List(l.ends.iter().filter_map(|end| end.region.clone()).collect()),
    ),
    Column::new(
        "networks",
        ColumnVisibility::Wide,
        DataType::Texts,
        "The networks or hubs at the ends, where known (derived)",
        |l, _| Value::List(l.ends.iter().filter_map(|end| end.network.clone()).collect()),
    ),
    Column::new(
        "prefixes",
        ColumnVisibility::Wide,
        DataType::Cidrs,
        "Prefixes it makes reachable, where the cloud says (derived)",
        |l, _| Value::Cidrs(l.prefixes()),
    ),
];

/// An end that nothing is known of, such as a customer's device, is a question mark. An id of Azure begins with its
/// subscription and stands alone.
fn end(end: &LinkEnd) -> String {
    if let Some(id) = end.network.as_ref().filter(|id| id.starts_with("/subscriptions/")) {
        return id.clone();
    }
    let or_unknown = |part: &Option<String>| part.clone().unwrap_or_else(|| "?".to_owned());
    format!("{}/{}", or_unknown(&end.account), or_unknown(&end.network))
}
