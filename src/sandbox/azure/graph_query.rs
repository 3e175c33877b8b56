//! The part of the query language that is understood: a table, then `where type =~ '...'`,
//! `where type in~ ('...', ...)`, `project COLUMN, ...` and `order by COLUMN asc, ...` of `id` and `subscriptionId`, in any order.
//! <https://learn.microsoft.com/azure/governance/resource-graph/concepts/query-language>

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
}

/// A column that rows can be sorted by, upwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortColumn {
    /// `id`.
    Id,
    /// `subscriptionId`.
    SubscriptionId,
}

/// A query, read.
#[derive(Debug, PartialEq, Eq)]
pub struct GraphQuery {
    /// What it reads.
    pub table: GraphTable,
    /// Types that rows must be of, in lower case; each condition narrows it further.
    conditions: Vec<Vec<String>>,
    /// Columns in the order asked for; all when absent.
    pub columns: Option<Vec<String>>,
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
            _ => return None,
        };
        let mut query = Self { table, conditions: Vec::new(), columns: None, order: Vec::new() };
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
                if verb.is("where")
                    && of.is("type")
                    && operator.is("in~")
                    && open.is("(")
                    && close.is(")") =>
            {
                let kind = |word: &QueryWord| match word {
                    QueryWord::Text(kind) => Some(kind.to_lowercase()),
                    QueryWord::Plain(_) => None,
                };
                self.conditions.push(list(kinds, kind)?);
            }
            columns if verb.is("project") => {
                let known = |word: &QueryWord| {
                    COLUMNS.iter().find(|column| word.is(column)).map(|name| (*name).into())
                };
                let columns = list(columns, known)?;
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

    /// Tells whether its rows can be read page by page, for which they need an id.
    pub fn has_id(&self) -> bool {
        self.columns.as_ref().is_none_or(|columns| columns.iter().any(|column| column == "id"))
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
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pipes_are_read_in_any_order_and_spacing() {
        let query = GraphQuery::parse(
            "Resources\n|where type in~('microsoft.network/VirtualNetworks' , \"b\")|  order by id asc\n| project id,\tname",
        );
        let query = query.expect("is understood");
        assert_eq!((query.table, &query.order[..]), (GraphTable::Resources, &[SortColumn::Id][..]));
        assert_eq!(query.columns, Some(vec!["id".into(), "name".into()]));
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
