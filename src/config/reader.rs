//! Reads keys from flags, environment variables and the file, and collects every problem.
//!
//! A key is known once it was read. What the file has besides is reported as unknown at the end.

use std::collections::BTreeMap;
use std::path::PathBuf;

use toml::de::DeValue;

use super::keys::Key;
use super::origin::{Origin, Sourced};
use super::patterns::{Pattern, Patterns};
use super::problem::{ConfigError, Problem, SettingPlace, ValueFault};
use super::rules::choice;
use super::table_row::TableRow;
use super::toml_tree::{TomlNode, TomlTree, not_tables};
use super::variables::{Variables, split_list};

/// What a flag or a variable gives for a key.
struct Given<T> {
    value: Result<T, ValueFault>,
    place: SettingPlace,
}

/// The file if there is one, the variables, the keys that were read, and the problems so far.
pub(super) struct Reader<'s> {
    source: Option<&'s TomlTree<'s>>,
    variables: &'s Variables,
    known: Vec<&'static str>,
    problems: Vec<Problem>,
}

impl<'s> Reader<'s> {
    pub const fn new(source: Option<&'s TomlTree<'s>>, variables: &'s Variables) -> Self {
        Self { source, variables, known: Vec::new(), problems: Vec::new() }
    }

    /// Reads a whole number, or a word in its place, by their `rule`.
    pub fn number_or_word<T>(
        &mut self,
        key: Key,
        flag: Option<&str>,
        default: T,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Sourced<T> {
        let given = self.given(key, flag.map(&rule), &rule);
        self.pick(key, given, default, |reader, node| match node.scalar() {
            Some(text) => reader.keep(key, node, rule(&text)),
            None => reader.wrong_type(key, node, "an integer or a string"),
        })
    }

    /// Reads a whole number by `number`, or an array of strings, each by `element`, which `list` makes one of. Only the
    /// file has such.
    pub fn number_or_list<T, E: PartialEq>(
        &mut self,
        key: Key,
        default: T,
        number: impl Fn(&str) -> Result<T, ValueFault>,
        element: impl Fn(&str) -> Result<E, ValueFault>,
        list: impl Fn(Vec<E>) -> T,
    ) -> Sourced<T> {
        self.pick(key, None, default, |reader, node| match (node.value(), node.scalar()) {
            (DeValue::Integer(_), Some(text)) => reader.keep(key, node, number(&text)),
            (DeValue::Array(_), _) => reader.elements(key, node, element).map(list),
            _ => reader.wrong_type(key, node, "an integer or an array of strings"),
        })
    }

    /// Reads `true` or `false`. The flag can only switch it on.
    pub fn switch(&mut self, key: Key, flag: bool) -> Sourced<bool> {
        let choices = [("true", true), ("false", false), ("1", true), ("0", false)];
        let given = self.given(key, flag.then_some(Ok(true)), |text| choice(text, &choices));
        self.pick(key, given, false, |reader, node| match node.value() {
            DeValue::Boolean(on) => Some(*on),
            _ => reader.wrong_type(key, node, "`true` or `false`"),
        })
    }

    /// Reads a string by its `rule`.
    pub fn text<T>(
        &mut self,
        key: Key,
        flag: Option<&str>,
        default: T,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Sourced<T> {
        let given = self.given(key, flag.map(&rule), &rule);
        self.pick(key, given, default, |reader, node| match node.value() {
            DeValue::String(text) => reader.keep(key, node, rule(text)),
            _ => reader.wrong_type(key, node, "a string"),
        })
    }

    /// Reads a path by its `rule`. Those of the flag and the variable need not be UTF-8.
    pub fn path(
        &mut self,
        key: Key,
        flag: Option<PathBuf>,
        rule: impl Fn(PathBuf) -> Result<PathBuf, ValueFault>,
    ) -> Sourced<Option<PathBuf>> {
        let rule = |path| rule(path).map(Some);
        let given = match flag {
            Some(path) => Some(Given { value: rule(path), place: SettingPlace::Flag(key.flag) }),
            None => self.variables.get(key).map(|path| Given {
                value: rule(PathBuf::from(path)),
                place: SettingPlace::Variable(key.variable),
            }),
        };
        self.pick(key, given, None, |reader, node| match node.value() {
            DeValue::String(text) => reader.keep(key, node, rule(PathBuf::from(text.as_ref()))),
            _ => reader.wrong_type(key, node, "a string"),
        })
    }

    /// Reads an array of strings, each by `rule`. An empty `flag` was not given; a variable is split at its commas.
    ///
    /// The file may not list an element twice. On the command line that is harmless, and scripts do it.
    pub fn list<T: PartialEq>(
        &mut self,
        key: Key,
        flag: &[String],
        default: Vec<T>,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Sourced<Vec<T>> {
        let from_flag = (!flag.is_empty()).then(|| Ok(flag.to_vec()));
        let given = self.given(key, from_flag, |text| Ok(split_list(text)));
        let given = given.map(|Given { value, place }| {
            let texts = match value {
                Ok(texts) => texts,
                Err(fault) => return Given { value: Err(fault), place },
            };
            let mut elements = Vec::new();
            for text in texts {
                match rule(&text) {
                    Ok(element) if elements.contains(&element) => {}
                    Ok(element) => elements.push(element),
                    Err(fault) => self.report(key, place.clone(), fault),
                }
            }
            Given { value: Ok(elements), place }
        });
        self.pick(key, given, default, |reader, node| reader.elements(key, node, rule))
    }

    /// Reads strings or whole numbers by their `rule`: an array of them, or one alone.
    pub fn scalars<T: PartialEq>(
        &mut self,
        key: Key,
        flag: &[String],
        default: Vec<T>,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Sourced<Vec<T>> {
        let parse = |texts: &[String]| texts.iter().map(|text| rule(text)).collect::<Result<Vec<T>, _>>();
        let given = self.given(key, (!flag.is_empty()).then(|| parse(flag)), |text| parse(&split_list(text)));
        self.pick(key, given, default, |reader, node| {
            let read = |node: TomlNode<'_>| node.scalar_by(&rule);
            let nodes = node.elements().map_or_else(|| vec![node], Iterator::collect);
            let read: Vec<Option<T>> =
                nodes.into_iter().map(|node| reader.keep(key, node, read(node))).collect();
            read.into_iter().collect()
        })
    }

    /// Reads an array of names and globs.
    pub fn patterns(&mut self, key: Key, flag: &[String]) -> Sourced<Patterns> {
        self.list(key, flag, Vec::new(), Pattern::parse).map(Patterns::from)
    }

    /// Reads an array of tables, each by `read`. Only the file has such.
    pub fn rows<T>(
        &mut self,
        key: Key,
        mut read: impl FnMut(&mut TableRow<'s>) -> Option<T>,
    ) -> Sourced<Vec<T>> {
        self.pick(key, None, Vec::new(), |reader, node| {
            let Some(elements) = node.elements() else {
                let message = not_tables(node, key.name);
                reader.report(key, node.place(), ValueFault::new(message));
                return None;
            };
            Some(
                elements
                    .filter_map(|element| reader.row(key, key.name.to_owned(), element, &mut read))
                    .collect(),
            )
        })
    }

    /// Reads a table of tables by names that are not keys of ours, each by `read`. Only the file has such.
    pub fn tables<T>(
        &mut self,
        key: Key,
        mut read: impl FnMut(&str, &mut TableRow<'s>) -> Option<T>,
    ) -> Sourced<BTreeMap<String, T>> {
        self.pick(key, None, BTreeMap::new(), |reader, node| {
            if node.value().as_table().is_none() {
                return reader.wrong_type(key, node, "a table");
            }
            let mut kept = BTreeMap::new();
            for (name, _) in node.fields() {
                let Some(field) = node.field(name) else { continue };
                let value = reader.row(key, format!("{}.{name}", key.name), field, |row| read(name, row));
                kept.extend(value.map(|value| (name.to_owned(), value)));
            }
            Some(kept)
        })
    }

    /// Reads a table whose fields have names that are not keys of ours, each a table or an array of tables: `[key.NAME]` or
    /// `[[key.NAME]]`. Only the file has such.
    pub fn named_rows<T>(
        &mut self,
        key: Key,
        mut read: impl FnMut(&str, &mut TableRow<'s>) -> Option<T>,
    ) -> Sourced<BTreeMap<String, Vec<T>>> {
        self.pick(key, None, BTreeMap::new(), |reader, node| {
            if node.value().as_table().is_none() {
                return reader.wrong_type(key, node, "a table");
            }
            let mut kept: BTreeMap<String, Vec<T>> = BTreeMap::new();
            for (name, _) in node.fields() {
                let Some(field) = node.field(name) else { continue };
                let rows = field.elements().map_or_else(|| vec![field], Iterator::collect);
                for element in rows {
                    let value =
                        reader.row(key, format!("{}.{name}", key.name), element, |row| read(name, row));
                    kept.entry(name.to_owned()).or_default().extend(value);
                }
            }
            Some(kept)
        })
    }

    /// Reads one table by `read`; problems call it `name`.
    fn row<T>(
        &mut self,
        key: Key,
        name: String,
        node: TomlNode<'s>,
        read: impl FnOnce(&mut TableRow<'s>) -> Option<T>,
    ) -> Option<T> {
        if node.value().as_table().is_none() {
            return self.wrong_type(key, node, "a table");
        }
        let mut row = TableRow::new(name, node);
        let value = read(&mut row);
        self.problems.append(&mut row.finish());
        value
    }

    /// Reports something that is wrong at a place in the file.
    pub fn refuse_at(&mut self, key: Key, place: SettingPlace, fault: ValueFault) {
        self.report(key, place, fault);
    }

    /// Reads a table of strings by names that are not keys of ours, each pair by `rule`. Only the file has such.
    pub fn text_table(
        &mut self,
        key: Key,
        rule: impl Fn(&str, &str) -> Result<(String, String), ValueFault>,
    ) -> Sourced<BTreeMap<String, String>> {
        self.pick(key, None, BTreeMap::new(), |reader, node| {
            if node.value().as_table().is_none() {
                return reader.wrong_type(key, node, "a table");
            }
            let mut kept = BTreeMap::new();
            for (name, place) in node.fields() {
                let Some(field) = node.field(name) else { continue };
                let DeValue::String(text) = field.value() else {
                    reader.wrong_type::<String>(key, field, "a string");
                    continue;
                };
                match rule(name, text) {
                    Ok((name, text)) => drop(kept.insert(name, text)),
                    Err(fault) => reader.report(key, place, fault),
                }
            }
            Some(kept)
        })
    }

    fn elements<T: PartialEq>(
        &mut self,
        key: Key,
        node: TomlNode<'_>,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Option<Vec<T>> {
        let Some(elements) = node.elements() else {
            return self.wrong_type(key, node, "an array of strings");
        };
        let mut kept = Vec::new();
        for element in elements {
            let DeValue::String(text) = element.value() else {
                self.wrong_type::<T>(key, element, "a string");
                continue;
            };
            match self.keep(key, element, rule(text)) {
                Some(again) if kept.contains(&again) => {
                    self.report(key, element.place(), ValueFault::new(format!("`{text}` is listed twice")));
                }
                checked => kept.extend(checked),
            }
        }
        Some(kept)
    }

    /// Reports a value of the file that is right by itself, and wrong with others.
    pub fn refuse(&mut self, key: Key, message: &str) {
        if let Some((place, _)) = self.source.and_then(|source| source.find(key)) {
            self.report(key, place, ValueFault::new(message));
        }
    }

    /// Reports a key that the file has to have, and does not.
    pub fn require(&mut self, key: Key, message: &str) {
        if let Some(source) = self.source.filter(|source| source.find(key).is_none()) {
            self.report(key, source.start(), ValueFault::new(message));
        }
    }

    /// Reports an array of the file that is empty where that would leave nothing to do.
    pub fn refuse_empty(&mut self, key: Key, message: &str) {
        let found = self.source.and_then(|source| source.find(key));
        if let Some((_, node)) =
            found.filter(|(_, node)| node.value().as_array().is_some_and(|a| a.is_empty()))
        {
            self.report(key, node.place(), ValueFault::new(message));
        }
    }

    /// Takes what the flag gives, else what the variable gives.
    fn given<T>(
        &self,
        key: Key,
        flag: Option<Result<T, ValueFault>>,
        parse: impl FnOnce(&str) -> Result<T, ValueFault>,
    ) -> Option<Given<T>> {
        if let Some(value) = flag {
            return Some(Given { value, place: SettingPlace::Flag(key.flag) });
        }
        let text = self.variables.get(key)?;
        let value =
            text.to_str().ok_or_else(|| ValueFault::new("the value is not UTF-8 text")).and_then(parse);
        Some(Given { value, place: SettingPlace::Variable(key.variable) })
    }

    /// Flag or variable, else file, else default. The value of the file is checked in any case.
    ///
    /// What stands for a wrong value does not matter, since there will be no settings.
    fn pick<T>(
        &mut self,
        key: Key,
        given: Option<Given<T>>,
        default: T,
        read: impl FnOnce(&mut Self, TomlNode<'s>) -> Option<T>,
    ) -> Sourced<T> {
        self.known.push(key.name);
        let in_file = self.source.and_then(|source| source.find(key)).and_then(|(name, node)| {
            let value = read(self, node)?;
            Some(Sourced { value, origin: name.into() })
        });
        match given {
            Some(Given { value: Ok(value), place }) => Sourced { value, origin: place.into() },
            Some(Given { value: Err(fault), place }) => {
                self.report(key, place, fault);
                Sourced::default(default)
            }
            None => in_file.unwrap_or(Sourced::default(default)),
        }
    }

    /// Tells whether the file or a variable gives `key` any value, right or wrong.
    pub fn is_given(&self, key: Key) -> bool {
        self.variables.get(key).is_some() || self.source.is_some_and(|source| source.find(key).is_some())
    }

    /// Reports a value that is right by itself, and wrong with another one.
    pub fn conflict(&mut self, key: Key, origin: &Origin, message: String) {
        let name = self.source.and_then(|source| source.find(key)).map(|(name, _)| name);
        let place = match origin {
            Origin::Variable(_) => SettingPlace::Variable(key.variable),
            Origin::File { .. } => name.unwrap_or(SettingPlace::Flag(key.flag)),
            Origin::Flag(_) | Origin::Default => SettingPlace::Flag(key.flag),
        };
        self.report(key, place, ValueFault::new(message));
    }

    /// Adds the unknown keys, and ends with everything that is wrong, if anything is.
    pub fn finish(mut self) -> Result<(), ConfigError> {
        if let Some(source) = self.source {
            self.problems.extend(source.unknown(&self.known));
        }
        if self.problems.is_empty() {
            return Ok(());
        }
        self.problems.sort_by(|a, b| a.place.cmp(&b.place));
        Err(ConfigError::Invalid(self.problems))
    }

    fn keep<T>(&mut self, key: Key, node: TomlNode<'_>, checked: Result<T, ValueFault>) -> Option<T> {
        checked.map_err(|fault| self.report(key, node.place(), fault)).ok()
    }

    fn wrong_type<T>(&mut self, key: Key, node: TomlNode<'_>, expected: &str) -> Option<T> {
        let message = format!("expected {expected}, found {}", node.value().type_str());
        self.report(key, node.place(), ValueFault::new(message));
        None
    }

    fn report(&mut self, key: Key, place: SettingPlace, fault: ValueFault) {
        let ValueFault { message, suggestion, remedy } = fault;
        let key = Some(key.name.to_owned());
        self.problems.push(Problem { place, key, message, suggestion, remedy });
    }
}
