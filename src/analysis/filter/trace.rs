//! Why filters kept no row: what was seen of the rows while they were tested, in bounded space.

use std::collections::BTreeSet;

use super::super::columns::Tabular;
use super::super::value::Value;
use super::condition::{Alternative, FilterCondition};
use super::parsed_filter::Filter;
use super::text_pattern::TextPattern;
use crate::model::Provider;
use crate::suggest::nearest;
use crate::wording::counted;

/// The most different values of a column that are remembered.
const MAX_REMEMBERED: usize = 100;
/// The most values of a column that are shown.
const MAX_SHOWN: usize = 5;
/// The most characters of a value that are shown.
const MAX_LENGTH: usize = 64;

/// What was seen of rows while filters kept none of them. As soon as they keep one, nothing more is recorded.
#[derive(Debug, Clone, Default)]
pub struct FilterTrace {
    has_kept: bool,
    /// Rows that have all columns of the filters.
    rows: usize,
    /// Kinds of rows that lack a column of a filter, so that no row of theirs is kept.
    kinds_without_columns: usize,
    /// For each filter, what was seen.
    seen: Vec<SeenValues>,
}

/// What was seen of the rows that do not pass a filter.
#[derive(Debug, Clone, Default)]
pub(super) struct SeenValues {
    /// How many rows pass.
    passing: usize,
    /// In how many of the others the column is unknown or empty.
    blank: usize,
    values: Sample,
    /// The least and the greatest, of values that have an order.
    range: Option<(Value, Value)>,
    /// The patterns with `*` around them, which match a part of a value.
    parts: Vec<TextPattern>,
    /// The first value of which a pattern matches only a part, and that pattern.
    matched_part: Option<(String, String)>,
    /// Keys of tags that differ from that of the filter in case only.
    tag_keys: Sample,
    /// Every key of a tag, if the filter is about a tag.
    all_tag_keys: Sample,
}

/// Some different texts, in order.
#[derive(Debug, Clone, Default)]
struct Sample {
    texts: BTreeSet<String>,
    has_more: bool,
}

impl Sample {
    fn add(&mut self, text: &str) {
        if self.texts.contains(text) {
            return;
        }
        if self.texts.len() < MAX_REMEMBERED {
            self.texts.insert(text.to_owned());
        } else {
            self.has_more = true;
        }
    }

    fn merge(&mut self, other: &Self) {
        other.texts.iter().for_each(|text| self.add(text));
        self.has_more |= other.has_more;
    }

    /// Lists some of the texts: `a, b and 3 others`.
    fn describe(&self) -> String {
        let shown: Vec<String> = self.texts.iter().take(MAX_SHOWN).map(|text| shorten(text)).collect();
        let hidden = self.texts.len() - shown.len();
        let list = shown.join(", ");
        match (hidden, self.has_more) {
            (0, _) => list,
            (hidden, false) => format!("{list} and {}", counted(hidden, "other")),
            (hidden, true) => format!("{list} and more than {}", counted(hidden, "other")),
        }
    }
}

/// Cuts the middle out of a long text, such as an id of Azure: its ends tell it from others.
fn shorten(text: &str) -> String {
    let characters = text.chars().count();
    if characters <= MAX_LENGTH {
        return text.to_owned();
    }
    let head: String = text.chars().take(MAX_LENGTH / 3).collect();
    let tail: String = text.chars().skip(characters - MAX_LENGTH / 2).collect();
    format!("{head}...{tail}")
}

impl SeenValues {
    fn new(filter: &Filter) -> Self {
        let alternatives = match &filter.condition {
            FilterCondition::OneOf { alternatives, .. } => alternatives.as_slice(),
            _ => &[],
        };
        let around = |alternative: &Alternative| match alternative {
            Alternative::Pattern(pattern) => pattern.anywhere(),
            _ => None,
        };
        Self { parts: alternatives.iter().filter_map(around).collect(), ..Self::default() }
    }

    /// Records a row that passes.
    pub fn record_passing(&mut self) {
        self.passing += 1;
    }

    /// Records a row that does not pass: the value of the column, and the value that was compared, which may have more
    /// parts.
    pub fn record_failing<T: Tabular>(&mut self, column: &str, value: &Value, compared: &Value, row: &T) {
        if let (Some(key), Some(tags)) = (column.strip_prefix("tag:"), row.tags()) {
            for known in tags.keys() {
                self.all_tag_keys.add(known);
                let matters = row.provider() != Provider::Azure;
                if matters && known != key && known.eq_ignore_ascii_case(key) {
                    self.tag_keys.add(known);
                }
            }
        }
        if value.is_blank() {
            self.blank += 1;
            return;
        }
        if matches!(value, Value::Number(_) | Value::Percent(_) | Value::Time(_)) {
            self.widen(value, value);
        }
        if self.matched_part.is_none() && !self.parts.is_empty() {
            self.matched_part = compared.parts().into_iter().find_map(|part| {
                let pattern = self.parts.iter().find(|pattern| pattern.matches(&part))?;
                Some((part, pattern.text().to_owned()))
            });
        }
        value.parts().iter().for_each(|part| self.values.add(part));
    }

    fn widen(&mut self, least: &Value, greatest: &Value) {
        self.range = Some(match self.range.take() {
            None => (least.clone(), greatest.clone()),
            Some((low, high)) => (
                if least.compare(&low).is_lt() { least.clone() } else { low },
                if greatest.compare(&high).is_gt() { greatest.clone() } else { high },
            ),
        });
    }

    fn merge(&mut self, other: Self) {
        self.passing += other.passing;
        self.blank += other.blank;
        self.values.merge(&other.values);
        self.tag_keys.merge(&other.tag_keys);
        self.all_tag_keys.merge(&other.all_tag_keys);
        if let Some((least, greatest)) = other.range {
            self.widen(&least, &greatest);
        }
        self.matched_part = self.matched_part.take().or(other.matched_part);
    }

    /// Says why a filter that none of `rows` passes kept nothing.
    fn explain(&self, filter: &Filter, rows: usize) -> Vec<String> {
        let mut sentences = vec![format!("no row matches {}", filter.text())];
        sentences.extend(
            filter
                .groups
                .iter()
                .map(|group| format!("group `{}` has the filter {}", group.name, group.text())),
        );
        if let Some(column) = filter.column() {
            sentences.extend(self.explain_pattern(column));
            sentences.push(self.explain_values(filter, column));
            if 0 < self.blank && self.blank < rows {
                sentences.push(format!("{column} is unknown or empty in {}", counted(self.blank, "row")));
            }
        }
        sentences
    }

    fn explain_pattern(&self, column: &str) -> Option<String> {
        let (value, pattern) = self.matched_part.as_ref()?;
        Some(format!("a glob must match the whole value, such as {value}: write {column}={pattern}"))
    }

    fn explain_values(&self, filter: &Filter, column: &str) -> String {
        if !self.tag_keys.texts.is_empty() {
            let keys = self.tag_keys.texts.iter().map(|key| format!("tag:{key}"));
            let keys = keys.collect::<Vec<_>>().join(" and ");
            return format!("the case of a key matters, and the rows have {keys}");
        }
        if let Some((least, greatest)) = &self.range {
            let (least, greatest) = (least.parts().concat(), greatest.parts().concat());
            let is_one = least == greatest;
            let is = if is_one { format!("is {least}") } else { format!("is from {least} to {greatest}") };
            return format!("{column} {is}{}", explain_age(filter).unwrap_or_default());
        }
        if self.values.texts.is_empty() {
            let keys = &self.all_tag_keys;
            return match (column.strip_prefix("tag:"), keys.texts.is_empty()) {
                (Some(_), true) => "no row has a tag".to_owned(),
                (Some(_), false) => format!("no row has that tag; the tags are {}", keys.describe()),
                (None, _) => format!("{column} is unknown or empty in every row"),
            };
        }
        let wanted = filter.condition.texts();
        let meant =
            wanted.iter().find_map(|text| nearest(text, self.values.texts.iter().map(String::as_str)));
        let meant = meant.filter(|_| self.matched_part.is_none());
        let meant = meant.map_or_else(String::new, |meant| format!(" (did you mean {meant}?)"));
        let is = if self.values.texts.len() == 1 { "is" } else { "is one of" };
        format!("{column} {is} {}{meant}", self.values.describe())
    }
}

/// Says which way an age counts: `>30d` is after that moment, and many mean before it.
fn explain_age(filter: &Filter) -> Option<String> {
    let text = filter.text();
    let (meant, flipped, other) = match (filter.depends_on_age(), text.contains('>')) {
        (false, _) => return None,
        (true, true) => ("newer", text.replacen('>', "<", 1), "older"),
        (true, false) => ("older", text.replacen('<', ">", 1), "newer"),
    };
    Some(format!("; {text} keeps what is {meant} than that, and {flipped} what is {other}"))
}

impl FilterTrace {
    /// Begins for rows of a kind that has the columns of all `filters`, or not.
    pub(super) fn new(filters: &[Filter], has_columns: bool) -> Self {
        Self {
            kinds_without_columns: usize::from(!has_columns),
            seen: filters.iter().map(SeenValues::new).collect(),
            ..Self::default()
        }
    }

    /// Tells whether a row was kept.
    #[must_use]
    pub const fn has_kept(&self) -> bool {
        self.has_kept
    }

    /// Records a row, by what `test` says and records of each filter. Returns whether the row is kept.
    pub(super) fn record(&mut self, test: impl Fn(usize, &mut SeenValues) -> bool) -> bool {
        self.rows += 1;
        let mut is_kept = true;
        for (position, seen) in self.seen.iter_mut().enumerate() {
            is_kept &= test(position, seen);
        }
        self.has_kept |= is_kept;
        is_kept
    }

    /// Adds what was seen of the rows of another kind, by the same filters.
    pub fn merge(&mut self, other: Self) {
        self.has_kept |= other.has_kept;
        self.rows += other.rows;
        self.kinds_without_columns += other.kinds_without_columns;
        if self.seen.is_empty() {
            self.seen = other.seen;
        } else {
            self.seen.iter_mut().zip(other.seen).for_each(|(seen, other)| seen.merge(other));
        }
    }

    /// Says why `filters` kept nothing, a sentence each; nothing if they kept a row, or there was none.
    #[must_use]
    pub fn explain(&self, filters: &[Filter]) -> Vec<String> {
        if self.has_kept || filters.is_empty() {
            return Vec::new();
        }
        if self.rows == 0 {
            let columns: Vec<&str> = filters.iter().filter_map(Filter::column).collect();
            let names_columns = self.kinds_without_columns > 1 && columns.len() > 1;
            let text = || format!("no kind of rows has all of the columns {}", columns.join(", "));
            return names_columns.then(text).into_iter().collect();
        }
        let each = || filters.iter().zip(&self.seen);
        let alone: Vec<String> = each()
            .filter(|(_, seen)| seen.passing == 0)
            .flat_map(|(filter, seen)| seen.explain(filter, self.rows))
            .collect();
        if !alone.is_empty() {
            return alone;
        }
        let passing = each().map(|(filter, seen)| format!("{} {}", filter.text(), seen.passing));
        let rows = counted(self.rows, "row");
        vec![format!(
            "each filter matches some of {rows} ({}), but no row matches all",
            passing.collect::<Vec<_>>().join(", ")
        )]
    }
}

#[cfg(test)]
mod tests {
    use crate::analysis::filter::{RowFilters, parse_filters};
    use crate::analysis::inventory_index::InventoryIndex;
    use crate::model::{Inventory, Network, NetworkKind, Provider, Resources};

    fn network(number: usize) -> Network {
        Network {
            provider: Provider::Aws,
            account: "111111111111".to_owned(),
            account_name: None,
            region: if number < 3 { "eu-west-1" } else { "us-east-1" }.to_owned(),
            id: format!("vpc-{number:03}"),
            name: (number > 0).then(|| format!("web-{number}")),
            kind: NetworkKind::Vpc,
            blocks: Vec::new(),
            is_default: Some(number == 3),
            state: Some("available".to_owned()),
            visible_from: Vec::new(),
            tags: [("Env".to_owned(), "prod".to_owned())].into(),
        }
    }

    fn explain(text: &str, networks: usize) -> Vec<String> {
        let resources = Resources { networks: (0..networks).map(network).collect(), ..Resources::default() };
        let taken_at = "2026-11-20T08:00:00Z".parse().unwrap();
        let inventory = Inventory::assemble("test".to_owned(), taken_at, Vec::new(), resources, Vec::new());
        let index = InventoryIndex::new(&inventory);
        let filters = parse_filters(text).unwrap();
        let traced = RowFilters::traced(&filters);
        let plain = RowFilters::resolve(&filters);
        for row in &inventory.networks {
            assert_eq!(traced.pass(row, &index), plain.pass(row, &index), "{text}");
        }
        traced.trace().explain(&filters)
    }

    #[test]
    fn what_kept_nothing_is_said_with_the_values_that_there_are() {
        assert_eq!(
            explain("state=availabel", 4),
            ["no row matches state=availabel", "state is available (did you mean available?)"]
        );
        assert_eq!(
            explain("name=web", 9),
            [
                "no row matches name=web",
                "a glob must match the whole value, such as web-1: write name=*web*",
                "name is one of web-1, web-2, web-3, web-4, web-5 and 3 others",
                "name is unknown or empty in 1 row"
            ]
        );
        assert_eq!(
            explain("tag:env=prod", 2),
            ["no row matches tag:env=prod", "the case of a key matters, and the rows have tag:Env"]
        );
        assert_eq!(
            explain("tag:owner=a", 2),
            ["no row matches tag:owner=a", "no row has that tag; the tags are Env"]
        );
        assert_eq!(
            explain("subnets>5", 2),
            ["no row matches subnets>5", "subnets is unknown or empty in every row"]
        );
        assert_eq!(explain("cidr-within=10.0.0.0/8", 2), ["no row matches cidr-within=10.0.0.0/8"]);
        assert_eq!(
            explain("is_default!=true,false", 4),
            ["no row matches is_default!=true,false", "is_default is one of false, true"]
        );
    }

    #[test]
    fn of_several_filters_those_are_named_that_keep_nothing() {
        let both = "region=eu-* and is_default=yes";
        assert_eq!(
            explain(both, 4),
            ["each filter matches some of 4 rows (region=eu-* 3, is_default=yes 1), but no row matches all"]
        );
        assert_eq!(explain("region=eu-* and kind=vnet", 4), ["no row matches kind=vnet", "kind is vpc"]);
        assert_eq!(explain(both, 0), [""; 0], "without rows there is nothing to explain");
        assert_eq!(explain("region=eu-*", 4), [""; 0], "nothing to explain");
    }

    #[test]
    fn an_age_says_which_way_it_counts() {
        let explain = |text: &str| super::explain_age(&parse_filters(text).unwrap()[0]);
        let after = explain("launched_at>30d").unwrap();
        assert_eq!(
            after,
            "; launched_at>30d keeps what is newer than that, and launched_at<30d what is older"
        );
        let before = explain("launched_at<=30d").unwrap();
        assert_eq!(
            before,
            "; launched_at<=30d keeps what is older than that, and launched_at>=30d what is newer"
        );
        assert_eq!(explain("launched_at>2026-01-01"), None);
    }

    #[test]
    fn of_long_values_both_ends_are_shown() {
        assert_eq!(super::shorten("short"), "short");
        let id = format!("/subscriptions/{}/virtualNetworks/hub", "é".repeat(99));
        let short = super::shorten(&id);
        assert!(short.starts_with("/subscriptions/é") && short.ends_with("é/virtualNetworks/hub"), "{short}");
        assert!(short.chars().count() <= super::MAX_LENGTH);
    }

    #[test]
    fn however_many_values_there_are_only_some_are_remembered() {
        let text = explain("id=x", 1_000).concat();
        assert!(text.ends_with("vpc-004 and more than 95 others"), "{text}");
    }
}
