//! The part of the query language that is understood: a table, then `where type =~ '...'`,
//! `where type in~ ('...', ...)`, `project COLUMN, ...` and `order by COLUMN asc, ...` of `id` and `subscriptionId`, in any
//! order. Changes of resources can be chosen by `where properties.targetResourceType in~ ('...', ...)` and `where
//! todatetime(properties.changeAttributes.timestamp) >= datetime(...)` too, and a column can be made of parts of others:
//! `NAME = bag_pack('KEY', COLUMN.FIELD, ...)`.
//! <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>

use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::sandbox::estate::azure::ResourceChange;

/// Columns that every table has.
pub const COLUMNS: [&str; 16] = [
    "id",
    "name",
    "type",
    "tenantId",
    "kind",
    "location",
    "resourceGroup",
    "subscriptionId",
    "managedBy",
    "sku",
    "plan",
    "properties",
    "tags",
    "identity",
    "zones",
    "extendedLocation",
];

/// A table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GraphTable {
    /// Subscriptions.
    ResourceContainers,
    /// Most resources.
    Resources,
    /// What is inside uniform scale sets.
    ComputeResources,
    /// What changed of most resources.
    ResourceChanges,
}

/// A column that rows can be sorted by, upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortColumn {
    /// `id`.
    Id,
    /// `subscriptionId`.
    SubscriptionId,
}

/// A column of the answer.
#[derive(Debug, PartialEq, Eq)]
pub struct GraphColumn {
    pub name: String,
    value: ColumnValue,
}

/// What a column of the answer has.
#[derive(Debug, PartialEq, Eq)]
enum ColumnValue {
    /// A column of the table.
    Whole(String),
    /// A part of one.
    Part(Vec<String>),
    /// An object of others.
    Object(Vec<(String, ColumnValue)>),
}

impl GraphColumn {
    /// Returns what it has in a row, whose columns `cell` returns.
    pub fn value(&self, cell: &mut impl FnMut(&str) -> Value) -> Value {
        match &self.value {
            ColumnValue::Whole(column) => cell(column),
            value => {
                let columns = COLUMNS.iter().map(|column| ((*column).to_owned(), cell(column)));
                value.value_in(&columns.collect())
            }
        }
    }
}

impl ColumnValue {
    /// Returns what it has in a row.
    fn value_in(&self, row: &Map<String, Value>) -> Value {
        match self {
            Self::Whole(column) => row.get(column).cloned().unwrap_or_default(),
            Self::Part(path) => {
                let (column, fields) =
                    path.split_first().map_or(("", &[][..]), |(column, rest)| (column, rest));
                let part = fields.iter().try_fold(row.get(column), |value, field| Some(value?.get(field)));
                part.flatten().cloned().unwrap_or_default()
            }
            Self::Object(entries) => {
                entries.iter().map(|(key, value)| (key.clone(), value.value_in(row))).collect()
            }
        }
    }
}

/// A query, read.
#[derive(Debug, PartialEq, Eq)]
pub struct GraphQuery {
    /// What it reads.
    pub table: GraphTable,
    /// Types that rows must be of, in lower case; each condition narrows it further.
    conditions: Vec<Vec<String>>,
    /// Types that the resources of changes must be of, as above.
    target_conditions: Vec<Vec<String>>,
    /// When a change was made at the earliest.
    since: Option<Timestamp>,
    /// Columns in the order asked for; all when absent.
    pub columns: Option<Vec<GraphColumn>>,
    /// What rows are sorted by.
    pub order: Vec<SortColumn>,
}

impl GraphQuery {
    /// Reads a query; `None` when it is not understood.
    pub fn parse(text: &str) -> Option<Self> {
        let words = words(text)?;
        let mut pipes = words.split(|word| word.is("|"));
        let [QueryWord::Plain(table)] = pipes.next()? else { return None };
        let table = match &*table.to_ascii_lowercase() {
            "resourcecontainers" => GraphTable::ResourceContainers,
            "resources" => GraphTable::Resources,
            "computeresources" => GraphTable::ComputeResources,
            "resourcechanges" => GraphTable::ResourceChanges,
            _ => return None,
        };
        let mut query = Self {
            table,
            conditions: Vec::new(),
            target_conditions: Vec::new(),
            since: None,
            columns: None,
            order: Vec::new(),
        };
        for pipe in pipes {
            query.pipe(pipe)?;
        }
        Some(query)
    }

    fn pipe(&mut self, words: &[QueryWord]) -> Option<()> {
        let (verb, rest) = words.split_first()?;
        match rest {
            [of, operator, QueryWord::Text(kind)]
                if verb.is("where") && of.is("type") && operator.is("=~") =>
            {
                self.conditions.push(vec![kind.to_lowercase()]);
            }
            [of, operator, open, kinds @ .., close]
                if verb.is("where") && operator.is("in~") && open.is("(") && close.is(")") =>
            {
                let kind = |word: &QueryWord| match word {
                    QueryWord::Text(kind) => Some(kind.to_lowercase()),
                    QueryWord::Plain(_) => None,
                };
                let conditions = if of.is("type") {
                    &mut self.conditions
                } else if of.is("properties.targetResourceType") && self.table == GraphTable::ResourceChanges
                {
                    &mut self.target_conditions
                } else {
                    return None;
                };
                conditions.push(list(kinds, kind)?);
            }
            [to, open, of, close, operator, QueryWord::Plain(time)]
                if verb.is("where")
                    && self.table == GraphTable::ResourceChanges
                    && to.is("todatetime")
                    && open.is("(")
                    && of.is("properties.changeAttributes.timestamp")
                    && close.is(")")
                    && operator.is(">=") =>
            {
                let time = time.strip_prefix("datetime(")?.strip_suffix(')')?;
                self.since = Some(time.parse().ok()?);
            }
            columns if verb.is("project") => {
                let columns = parts(columns).map(column).collect::<Option<Vec<_>>>()?;
                // A second one could only ask for less.
                if self.columns.replace(columns).is_some() {
                    return None;
                }
            }
            [by, columns @ ..] if verb.is("order") && by.is("by") => {
                self.order = columns.split(|word| word.is(",")).map(order).collect::<Option<_>>()?;
            }
            _ => return None,
        }
        Some(())
    }

    /// Tells whether rows of a type (in lower case) are wanted.
    pub fn wants(&self, kind: &str) -> bool {
        self.conditions.iter().all(|kinds| kinds.iter().any(|wanted| wanted == kind))
    }

    /// Tells whether a change is wanted.
    pub fn wants_change(&self, change: &ResourceChange) -> bool {
        self.since.is_none_or(|since| change.at >= since)
            && self.target_conditions.iter().all(|kinds| kinds.iter().any(|kind| kind == change.target_type))
    }

    /// Tells whether its rows can be read page by page, for which they need an id.
    pub fn has_id(&self) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.iter().any(|column| column.name == "id"))
    }
}

/// Reads a column and its direction.
fn order(words: &[QueryWord]) -> Option<SortColumn> {
    match words {
        [column, ascending] if ascending.is("asc") && column.is("id") => Some(SortColumn::Id),
        [column, ascending] if ascending.is("asc") && column.is("subscriptionId") => {
            Some(SortColumn::SubscriptionId)
        }
        _ => None,
    }
}

/// Reads a column of the answer: `NAME`, or `NAME = VALUE`.
fn column(words: &[QueryWord]) -> Option<GraphColumn> {
    match words {
        [QueryWord::Plain(name)] => {
            let ColumnValue::Whole(name) = column_value(&[QueryWord::Plain(name.clone())])? else {
                return None;
            };
            Some(GraphColumn { name: name.clone(), value: ColumnValue::Whole(name) })
        }
        [QueryWord::Plain(name), equals, value @ ..] if equals.is("=") => {
            Some(GraphColumn { name: name.clone(), value: column_value(value)? })
        }
        _ => None,
    }
}

/// Reads a column of the table, a part of one, or `bag_pack('KEY', VALUE, ...)`.
fn column_value(words: &[QueryWord]) -> Option<ColumnValue> {
    match words {
        [QueryWord::Plain(path)] => {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            let is_column = COLUMNS.contains(&&**path.first()?);
            is_column.then(|| match &path[..] {
                [column] => ColumnValue::Whole(column.clone()),
                _ => ColumnValue::Part(path),
            })
        }
        [pack, open, entries @ .., close] if pack.is("bag_pack") && open.is("(") && close.is(")") => {
            let entries: Vec<&[QueryWord]> = parts(entries).collect();
            let entries = entries.chunks(2).map(|entry| match entry {
                [[QueryWord::Text(key)], value] => Some((key.clone(), column_value(value)?)),
                _ => None,
            });
            Some(ColumnValue::Object(entries.collect::<Option<_>>()?))
        }
        _ => None,
    }
}

/// Splits words at the commas that are in no parentheses.
fn parts(words: &[QueryWord]) -> impl Iterator<Item = &[QueryWord]> {
    let mut depth = 0_i32;
    words.split(move |word| {
        depth += i32::from(word.is("(")) - i32::from(word.is(")"));
        depth == 0 && word.is(",")
    })
}

/// Reads words with commas between them, one at least.
fn list<T>(words: &[QueryWord], read: impl Fn(&QueryWord) -> Option<T>) -> Option<Vec<T>> {
    words
        .split(|word| word.is(","))
        .map(|part| match part {
            [word] => read(word),
            _ => None,
        })
        .collect()
}

/// A word of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum QueryWord {
    /// A name, a keyword or an operator.
    Plain(String),
    /// What stands in quotes.
    Text(String),
}

impl QueryWord {
    /// Tells whether it is a certain keyword or sign.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(self, Self::Plain(word) if word == keyword)
    }
}

/// Splits a query; `None` when a quote does not end or a character is none of the language's.
pub fn words(query: &str) -> Option<Vec<QueryWord>> {
    let mut words = Vec::new();
    let mut rest = query.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => {
                let end = rest[1..].find(first)?;
                words.push(QueryWord::Text(rest[1..=end].to_owned()));
                end + 2
            }
            '|' | '(' | ')' | ',' => plain(&mut words, rest, 1),
            '=' if rest.starts_with("=~") => plain(&mut words, rest, 2),
            '>' if rest.starts_with(">=") => plain(&mut words, rest, 2),
            '=' if !rest.starts_with("==") => plain(&mut words, rest, 1),
            _ if rest.starts_with("datetime(") => {
                let end = rest.find(')')?;
                plain(&mut words, rest, end + 1)
            }
            _ if is_name(first) => {
                let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
                // `in~` is the one name with a sign in it.
                let end = if rest.starts_with("in~") { 3 } else { end };
                plain(&mut words, rest, end)
            }
            _ => return None,
        };
        rest = rest[length..].trim_start();
    }
    Some(words)
}

fn plain(words: &mut Vec<QueryWord>, text: &str, length: usize) -> usize {
    words.push(QueryWord::Plain(text[..length].to_owned()));
    length
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '.'
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn pipes_are_read_in_any_order_and_spacing() {
        let query = GraphQuery::parse(
            "Resources\n|where type in~('microsoft.network/VirtualNetworks' , \"b\")|  order by id asc\n| project id,\tname",
        );
        let query = query.expect("is understood");
        assert_eq!((query.table, &query.order[..]), (GraphTable::Resources, &[SortColumn::Id][..]));
        let columns = query.columns.as_ref().expect("has columns").iter();
        assert_eq!(columns.map(|column| &*column.name).collect::<Vec<_>>(), ["id", "name"]);
        assert!(query.wants("microsoft.network/virtualnetworks") && query.wants("b") && !query.wants("c"));
        let query =
            GraphQuery::parse("computeresources | project name | where type =~ 'a'").expect("is understood");
        assert!(query.wants("a") && !query.has_id() && query.order.is_empty());
        let query =
            GraphQuery::parse("resources | order by subscriptionId asc, id asc").expect("is understood");
        assert_eq!(query.order, [SortColumn::SubscriptionId, SortColumn::Id]);
        let query = GraphQuery::parse("resourcecontainers").expect("is understood");
        assert!(query.wants("anything") && query.has_id());
    }

    #[test]
    fn changes_are_chosen_by_type_and_time_and_columns_made_of_parts() {
        let query = GraphQuery::parse(
            "resourcechanges | where todatetime(properties.changeAttributes.timestamp) >= datetime(2026-01-01T00:00:00Z) \
             | where properties.targetResourceType in~ ('A/b') | project id, properties = bag_pack('a', properties.x, \
             'b', bag_pack('c', properties.y.z, 'd', name)) | order by id asc",
        );
        let query = query.expect("is understood");
        let change = |target_type, second| ResourceChange {
            id: String::new(),
            subscription: String::new(),
            target: String::new(),
            target_type,
            kind: "Update",
            at: Timestamp::from_second(second).expect("is a time"),
        };
        assert!(query.wants_change(&change("a/b", 1_767_225_600)));
        assert!(!query.wants_change(&change("a/b", 1_767_225_599)));
        assert!(!query.wants_change(&change("a/c", 1_767_225_600)));
        let row = json!({ "name": "n", "properties": { "x": 1, "y": { "z": 2 } } });
        let mut cell = |column: &str| row.get(column).cloned().unwrap_or_default();
        let columns = query.columns.as_ref().expect("has columns");
        assert_eq!(columns[1].value(&mut cell), json!({ "a": 1, "b": { "c": 2, "d": "n" } }));
    }

    #[test]
    fn anything_else_is_not_understood() {
        for text in [
            "",
            "unicorns",
            "resources |",
            "resources | where type == 'a'",
            "resources | where name =~ 'a'",
            "resources | where type in~ ()",
            "resources | where type in~ ('a' 'b')",
            "resources | where type =~ 'a",
            "resources | project",
            "resources | project id,",
            "resources | project colour",
            "resources | project properties.a",
            "resources | project a = bag_pack('a')",
            "resources | project a = bag_pack(a, id)",
            "resources | where properties.targetResourceType in~ ('a')",
            "resourcechanges | where todatetime(properties.changeAttributes.timestamp) >= datetime(today)",
            "resources | project id | project name",
            "resources | order by name asc",
            "resources | order by id",
            "resources | order by id asc,",
            "resources | take 5; drop",
        ] {
            assert_eq!(GraphQuery::parse(text), None, "{text}");
        }
    }
}
