//! The parsed file, in which every key and value knows its line and column.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::ConfigFile;
use super::keys::Key;
use super::problem::{ConfigError, Problem, SettingPlace, ValueFault};
use super::rules::quoted;
use crate::line_index::LineIndex;
use crate::suggest::nearest;

/// A file that is TOML, whatever it says.
pub(super) struct TomlTree<'f> {
    file: &'f ConfigFile,
    lines: LineIndex,
    table: DeTable<'f>,
}

/// A value in the file.
#[derive(Clone, Copy)]
pub(super) struct TomlNode<'s> {
    source: &'s TomlTree<'s>,
    value: &'s Spanned<DeValue<'s>>,
}

/// Says that an array of tables is expected at `key`, and how one is written.
pub(super) fn not_tables(node: TomlNode<'_>, key: &str) -> String {
    let found = node.value().type_str();
    let hint = if node.value().as_table().is_some() { format!("; write [[{key}]]") } else { String::new() };
    format!("expected an array of tables, found {found}{hint}")
}

impl<'f> TomlTree<'f> {
    /// Parses the file, or returns every error of syntax.
    pub fn parse(file: &'f ConfigFile) -> Result<Self, ConfigError> {
        let (table, errors) = DeTable::parse_recoverable(&file.text);
        let tree = Self { file, lines: LineIndex::new(file.text.as_bytes()), table: table.into_inner() };
        if errors.is_empty() {
            return Ok(tree);
        }
        let problem = |error: &toml::de::Error| Problem {
            place: tree.place(&error.span().unwrap_or_default()),
            key: None,
            message: error.message().replace('\n', ", "),
            suggestion: None,
            remedy: None,
        };
        let mut problems: Vec<Problem> = errors.iter().map(problem).collect();
        problems.sort_by(|a, b| a.place.cmp(&b.place));
        Err(ConfigError::Invalid(problems))
    }

    /// Finds a key: where its name stands, and its value.
    pub fn find(&self, key: Key) -> Option<(SettingPlace, TomlNode<'_>)> {
        let mut table = &self.table;
        let mut segments = key.name.split('.').peekable();
        loop {
            let (name, value) = table.get_key_value(segments.next()?)?;
            if segments.peek().is_none() {
                return Some((self.place(&name.span()), TomlNode { source: self, value }));
            }
            table = value.get_ref().as_table()?;
        }
    }

    /// Returns where the file begins.
    pub fn start(&self) -> SettingPlace {
        self.place(&(0..0))
    }

    /// Reports every key that is not in `known` (dotted names), and every value that stands in a table's place.
    pub fn unknown(&self, known: &[&'static str]) -> Vec<Problem> {
        let mut problems = Vec::new();
        self.unknown_in(&self.table, "", known, &mut problems);
        problems
    }

    fn unknown_in(
        &self,
        table: &DeTable<'_>,
        prefix: &str,
        known: &[&'static str],
        problems: &mut Vec<Problem>,
    ) {
        for (name, value) in table {
            let dotted = format!("{prefix}{}", segment(name.get_ref()));
            if known.contains(&dotted.as_str()) {
                continue;
            }
            let inner = format!("{dotted}.");
            let is_table = known.iter().any(|key| key.starts_with(&inner));
            let (span, message, suggestion) = match value.get_ref() {
                DeValue::Table(table) if is_table => {
                    self.unknown_in(table, &inner, known, problems);
                    continue;
                }
                other if is_table => {
                    let keys = quoted(sibling_keys(&inner, known));
                    let found = other.type_str();
                    let message = format!("expected a table, found {found}; keys in `[{dotted}]`: {keys}");
                    (value.span(), message, None)
                }
                _ => {
                    let (message, suggestion) = unknown_key(name.get_ref(), prefix, known);
                    (name.span(), message, suggestion)
                }
            };
            problems.push(Problem {
                place: self.place(&span),
                key: Some(dotted),
                message,
                suggestion,
                remedy: None,
            });
        }
    }

    fn place(&self, span: &Range<usize>) -> SettingPlace {
        let text = &self.file.text;
        let before = text.get(..span.start).unwrap_or(text);
        let (line, start) = self.lines.line_at(before.len());
        // A byte order mark takes no column in any editor.
        let column = before[start..].trim_start_matches('\u{feff}').chars().count() + 1;
        SettingPlace::File { path: self.file.path.clone(), line, column }
    }
}

impl<'s> TomlNode<'s> {
    /// Returns the value itself.
    pub fn value(self) -> &'s DeValue<'s> {
        self.value.get_ref()
    }

    /// Returns the text of a string, or a whole number in decimal digits; `None` of anything else. The file may write a
    /// number as `0x20`. One that is larger than any number is returned as it is written.
    pub fn scalar(self) -> Option<String> {
        match self.value() {
            DeValue::String(text) => Some(text.to_string()),
            DeValue::Integer(integer) => {
                let number = usize::from_str_radix(integer.as_str(), integer.radix());
                Some(number.map_or_else(|_| integer.to_string(), |number| number.to_string()))
            }
            _ => None,
        }
    }

    /// Reads a [`Self::scalar`] by its `rule`.
    pub fn scalar_by<T>(self, rule: impl Fn(&str) -> Result<T, ValueFault>) -> Result<T, ValueFault> {
        rule(&self.scalar().ok_or_else(|| ValueFault::new("expected strings or whole numbers"))?)
    }

    /// Returns where the value begins.
    pub fn place(self) -> SettingPlace {
        self.source.place(&self.value.span())
    }

    /// Finds a field of a table.
    pub fn field(self, name: &str) -> Option<Self> {
        let value = self.value().as_table()?.get(name)?;
        Some(Self { source: self.source, value })
    }

    /// Lists the names of a table's fields, and where they stand.
    pub fn fields(self) -> impl Iterator<Item = (&'s str, SettingPlace)> {
        let fields = self.value().as_table().into_iter().flat_map(DeTable::iter);
        fields.map(move |(name, _)| (name.get_ref().as_ref(), self.source.place(&name.span())))
    }

    /// Lists the elements of an array; `None` when it is none.
    pub fn elements(self) -> Option<impl Iterator<Item = Self>> {
        let array = self.value().as_array()?;
        Some(array.iter().map(move |value| Self { source: self.source, value }))
    }
}

/// Writes one part of a dotted key; one that is not bare is quoted, so that `"aws.org"` is not `aws.org`.
fn segment(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    if !name.is_empty() && name.chars().all(bare) { name.to_owned() } else { format!("{name:?}") }
}

/// Lists the keys that a table may have.
fn sibling_keys(prefix: &str, known: &[&'static str]) -> Vec<&'static str> {
    let names = known.iter().filter_map(|key| key.strip_prefix(prefix));
    let mut siblings: Vec<&str> = names.map(|rest| rest.split('.').next().unwrap_or(rest)).collect();
    siblings.dedup();
    siblings
}

/// Says what is known instead: the nearest key of the same table, the same name in another table, or the list.
fn unknown_key(name: &str, prefix: &str, known: &[&'static str]) -> (String, Option<String>) {
    let siblings = sibling_keys(prefix, known);
    if let Some(near) = nearest(name, siblings.iter().copied()) {
        return ("unknown key".to_owned(), Some(near.to_owned()));
    }
    let last = |key: &'static str| key.rsplit('.').next().unwrap_or(key);
    if let Some(near) = nearest(name, known.iter().copied().map(last)) {
        let key = known.iter().find(|key| last(key) == near);
        return ("unknown key here".to_owned(), key.map(ToString::to_string));
    }
    (format!("unknown key; accepted: {}", quoted(siblings)), None)
}
