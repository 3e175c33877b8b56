//! Columns of coverage: how well each scope was read.

use super::super::value::Value;
use super::column::{Column, ColumnVisibility, DataType, Tabular};
use super::common;
use crate::model::{Coverage, Provider};

impl Tabular for Coverage {
    const NAME: &'static str = "coverage";
    const HAS_TAGS: bool = false;

    fn columns() -> &'static [Column<Self>] {
        COLUMNS
    }

    fn provider(&self) -> Provider {
        self.provider
    }
}

const COLUMNS: &[Column<Coverage>] = &[
    common::provider(),
    Column::new(
        "account",
        ColumnVisibility::Always,
        DataType::Text,
        "AWS account id or Azure subscription id",
        |c: &Coverage, _| Value::text(Some(&c.account)),
    )
    .also_matching(|c, index| {
        index.display_name(c.provider, &c.account).map(str::to_owned).into_iter().collect()
    }),
    Column::new(
        "account_name",
        ColumnVisibility::Wide,
        DataType::Text,
        "The account's name, or that of its profile, where known",
        |c, index| Value::text(index.display_name(c.provider, &c.account)),
    ),
    Column::new(
        "region",
        ColumnVisibility::Always,
        DataType::Text,
        "Region name; blank for the whole account",
        |c, _| Value::text(c.region.as_deref()),
    ),
    Column::new("kind", ColumnVisibility::Always, DataType::Text, "What was asked for", |c, _| {
        Value::text(Some(c.kind.as_str()))
    }),
    Column::new("outcome", ColumnVisibility::Always, DataType::Text, "How it went", |c, _| {
        Value::text(Some(c.outcome.as_str()))
    }),
    Column::new("detail", ColumnVisibility::Default(1), DataType::Text, "Why, and what to do", |c, _| {
        Value::text(c.detail.as_deref())
    }),
    Column::new(
        "requests",
        ColumnVisibility::Wide,
        DataType::Number,
        "Requests sent, retries included",
        |c, _| Value::Number(u64::from(c.requests)),
    ),
    Column::new(
        "duration_ms",
        ColumnVisibility::Wide,
        DataType::Number,
        "Time taken, in milliseconds",
        |c, _| Value::Number(c.duration_ms),
    ),
];
