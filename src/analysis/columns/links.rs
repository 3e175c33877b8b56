//! Columns of links.

use ipnet::IpNet;

use super::super::inventory_index::InventoryIndex;
use super::super::short_ids::table_id;
use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, ResourcePlace, Tabular};
use super::common;
use crate::model::{Link, LinkEnd, Provider};

impl Tabular for Link {
    const NAME: &'static str = "links";
    const HAS_TAGS: bool = false;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }

    fn place(&self) -> Option<ResourcePlace> {
        let region = self.ends.iter().find_map(|end| end.region.clone());
        Some(ResourcePlace { id: self.id.clone(), region })
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
        "Lifecycle state, as the cloud calls it",
        |l, _| Value::text(l.state.as_deref()),
    ),
    Column::new(
        "from",
        ColumnVisibility::Always,
        DataType::Text,
        "The first end, by names where known: `OWNER/NETWORK` (derived)",
        |l, index| Value::text(l.ends.first().map(|end| named_end(l, end, index)).as_deref()),
    ),
    Column::new(
        "to",
        ColumnVisibility::Always,
        DataType::Text,
        "The other end, by names where known (derived)",
        |l, index| {
            let others = l.ends.iter().skip(1).map(|end| named_end(l, end, index));
            Value::text(
                Some(others.collect::<Vec<_>>().join(", ")).filter(|text| !text.is_empty()).as_deref(),
            )
        },
    ),
    Column::new(
        "ends",
        ColumnVisibility::Wide,
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

/// Describes an end for people. An end that nothing is known of, such as a customer's device, is a question mark.
fn named_end(link: &Link, end: &LinkEnd, index: &InventoryIndex<'_>) -> String {
    let network = end.network.as_deref().map(|id| index.network_name(link.provider, id).unwrap_or(id));
    let owner = end.account.as_deref().map(|id| index.display_name(link.provider, id).unwrap_or(id));
    match (owner, network) {
        (owner, Some(network)) if network.starts_with("/subscriptions/") => {
            let short = table_id(network).unwrap_or_else(|| network.to_owned());
            owner.map_or_else(|| short.clone(), |owner| format!("{owner}/{short}"))
        }
        (owner, network) => format!("{}/{}", owner.unwrap_or("?"), network.unwrap_or("?")),
    }
}

/// An end that nothing is known of, such as a customer's device, is a question mark. An id of Azure begins with its
/// subscription and stands alone.
fn end(end: &LinkEnd) -> String {
    if let Some(id) = end.network.as_ref().filter(|id| id.starts_with("/subscriptions/")) {
        return id.clone();
    }
    let or_unknown = |part: &Option<String>| part.clone().unwrap_or_else(|| "?".to_owned());
    format!("{}/{}", or_unknown(&end.account), or_unknown(&end.network))
}
