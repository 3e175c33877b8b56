//! One table of an array of tables, such as an entry of `[[overlap.allow]]`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use toml::de::DeValue;

use super::problem::{Problem, SettingPlace, ValueFault};
use super::rules::quoted;
use super::toml_tree::{TomlNode, not_tables};
use crate::diagnostic::Diagnostic;
use crate::suggest::nearest;

/// A table, the fields that were asked for, and the problems so far.
pub(super) struct TableRow<'s> {
    key: String,
    node: TomlNode<'s>,
    known: Vec<&'static str>,
    problems: Vec<Problem>,
    ignores_unknown: bool,
}

impl<'s> TableRow<'s> {
    /// Begins with a table of the array `key`.
    pub fn new(key: impl Into<String>, node: TomlNode<'s>) -> Self {
        Self { key: key.into(), node, known: Vec::new(), problems: Vec::new(), ignores_unknown: false }
    }

    /// Returns where the table begins.
    pub fn place(&self) -> SettingPlace {
        self.node.place()
    }

    /// Reads a string by its `rule`.
    pub fn text<T>(&mut self, name: &'static str, rule: impl Fn(&str) -> Result<T, ValueFault>) -> Option<T> {
        let node = self.field(name)?;
        match node.value() {
            DeValue::String(text) => self.keep(name, node, rule(text)),
            _ => self.wrong_type(name, node, "a string"),
        }
    }

    /// Reads strings or whole numbers by their `rule`: an array of them, or one alone. `None` when the field is not there,
    /// or any of them is wrong, which is reported then.
    pub fn scalars<T>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Option<Vec<T>> {
        let node = self.field(name)?;
        let read = |node: TomlNode<'_>| node.scalar_by(&rule);
        let nodes = node.elements().map_or_else(|| vec![node], Iterator::collect);
        let read: Vec<Option<T>> = nodes.into_iter().map(|node| self.keep(name, node, read(node))).collect();
        read.into_iter().collect()
    }

    /// Reads a whole number, or a string in its place, by `rule`.
    pub fn number<T>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Option<T> {
        let node = self.field(name)?;
        match node.scalar() {
            Some(text) => self.keep(name, node, rule(&text)),
            None => self.wrong_type(name, node, "an integer or a string"),
        }
    }

    /// Reads `true` or `false`.
    pub fn switch(&mut self, name: &'static str) -> Option<bool> {
        let node = self.field(name)?;
        match node.value() {
            DeValue::Boolean(on) => Some(*on),
            _ => self.wrong_type(name, node, "`true` or `false`"),
        }
    }

    /// Reads an array of strings, each by `rule`, and says where each stands.
    pub fn texts<T>(
        &mut self,
        name: &'static str,
        rule: impl Fn(&str) -> Result<T, ValueFault>,
    ) -> Vec<(SettingPlace, T)> {
        let Some(node) = self.field(name) else { return Vec::new() };
        let Some(elements) = node.elements() else {
            self.wrong_type::<T>(name, node, "an array of strings");
            return Vec::new();
        };
        let mut kept = Vec::new();
        for element in elements {
            let text = match element.value() {
                DeValue::String(text) => self.keep(name, element, rule(text)),
                _ => self.wrong_type(name, element, "a string"),
            };
            kept.extend(text.map(|text| (element.place(), text)));
        }
        kept
    }

    /// Reads a table of strings, each by `rule`.
    pub fn pairs(
        &mut self,
        name: &'static str,
        rule: impl Fn(&str) -> Result<String, ValueFault>,
    ) -> BTreeMap<String, String> {
        let Some(node) = self.field(name) else { return BTreeMap::new() };
        if node.value().as_table().is_none() {
            self.wrong_type::<String>(name, node, "a table of strings");
        }
        let mut pairs = BTreeMap::new();
        for (key, _) in node.fields() {
            let Some(element) = node.field(key) else { continue };
            let text = match element.value() {
                DeValue::String(text) => self.keep(name, element, rule(text)),
                _ => self.wrong_type(name, element, "a string"),
            };
            pairs.extend(text.map(|text| (key.to_owned(), text)));
        }
        pairs
    }

    /// Reads a date, written as one or as a string.
    pub fn date(&mut self, name: &'static str) -> Option<Date> {
        let node = self.field(name)?;
        let text = match node.value() {
            DeValue::Datetime(date) => date.to_string(),
            DeValue::String(text) => text.to_string(),
            _ => return self.wrong_type(name, node, "a date such as 2027-03-31"),
        };
        let date = text.parse().ok().filter(|_| text.len() == "2027-03-31".len());
        let fault = ValueFault::new(format!("`{text}` is not a date; write one such as 2027-03-31"));
        self.keep(name, node, date.ok_or(fault))
    }

    /// Reads tables inside this one, each by `read`, which is given a row of its own. `None` when there are none, or
    /// any of them is wrong, which is reported then.
    pub fn rows<T>(
        &mut self,
        name: &'static str,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let node = self.field(name)?;
        let Some(elements) = node.elements() else {
            let message = not_tables(node, &format!("{}.{name}", self.key));
            self.report(Some(name), node.place(), ValueFault::new(message));
            return None;
        };
        let before = self.problems.len();
        let mut kept = Vec::new();
        for element in elements {
            if element.value().as_table().is_none() {
                self.wrong_type::<T>(name, element, "a table");
                continue;
            }
            let mut row = Self::new(self.key.as_str(), element);
            kept.extend(read(&mut row));
            self.problems.append(&mut row.finish());
        }
        (self.problems.len() == before).then_some(kept)
    }

    /// Notes fields that are not read, because something else is wrong.
    pub fn expect(&mut self, names: &[&'static str]) {
        for name in names {
            if !self.known.contains(name) {
                self.known.push(name);
            }
        }
    }

    /// Leaves fields unreported that are not known, because what is known depends on a field that is missing.
    pub fn ignore_unknown(&mut self) {
        self.ignores_unknown = true;
    }

    /// Tells whether the table has a field, right or wrong.
    pub fn has(&self, name: &str) -> bool {
        self.node.value().as_table().is_some_and(|table| table.contains_key(name))
    }

    /// Tells whether a field is an array without elements.
    pub fn is_empty(&self, name: &str) -> bool {
        let array = self.node.field(name).and_then(|node| node.value().as_array());
        array.is_some_and(|array| array.is_empty())
    }

    /// Tells whether the table has any field that is not one of `names`, known or not, right or wrong.
    pub fn has_besides(&self, names: &[&str]) -> bool {
        self.node.fields().any(|(name, _)| !names.contains(&name))
    }

    /// Reports something that is wrong with the table as a whole.
    pub fn refuse(&mut self, what: impl Into<Diagnostic>) {
        let what: Diagnostic = what.into();
        self.report(None, self.node.place(), what.into());
    }

    /// Reports something that is wrong with an element of an array.
    pub fn refuse_element(&mut self, name: &str, place: SettingPlace, message: impl Into<String>) {
        self.report(Some(name), place, ValueFault::new(message));
    }

    /// Ends with everything that is wrong, unknown fields included.
    pub fn finish(mut self) -> Vec<Problem> {
        for (name, place) in self.node.fields() {
            if !self.known.contains(&name) && !self.ignores_unknown {
                let known = quoted(self.known.iter().copied());
                let near = nearest(name, self.known.iter().copied()).map(str::to_owned);
                let message = match near {
                    Some(_) => format!("unknown key `{name}`"),
                    None => format!("unknown key `{name}`; accepted: {known}"),
                };
                self.report(None, place, ValueFault { message, suggestion: near, remedy: None });
            }
        }
        self.problems
    }

    fn field(&mut self, name: &'static str) -> Option<TomlNode<'s>> {
        if !self.known.contains(&name) {
            self.known.push(name);
        }
        self.node.field(name)
    }

    fn keep<T>(&mut self, name: &str, node: TomlNode<'_>, checked: Result<T, ValueFault>) -> Option<T> {
        checked.map_err(|fault| self.report(Some(name), node.place(), fault)).ok()
    }

    fn wrong_type<T>(&mut self, name: &str, node: TomlNode<'_>, expected: &str) -> Option<T> {
        let message = format!("expected {expected}, found {}", node.value().type_str());
        self.report(Some(name), node.place(), ValueFault::new(message));
        None
    }

    fn report(&mut self, name: Option<&str>, place: SettingPlace, fault: ValueFault) {
        let key = name.map_or_else(|| self.key.clone(), |name| format!("{}.{name}", self.key));
        let ValueFault { message, suggestion, remedy } = fault;
        self.problems.push(Problem { place, key: Some(key), message, suggestion, remedy });
    }
}
