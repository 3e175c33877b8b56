//! How machines are called in DNS: a name with placeholders, such as `{name}.{region}.example.internal`.

use std::fmt;

use super::problem::ValueFault;
use crate::suggest::nearest;

/// A name with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameTemplate {
    /// What it consists of.
    pub parts: Vec<TemplatePart>,
}

/// A part of a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplatePart {
    /// Text as it is.
    Text(String),
    /// What a machine has.
    Field(MachineField),
}

/// What a placeholder stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MachineField {
    /// The name of the machine; its id if it has none.
    Name,
    /// Its id; of Azure the resource group and the name.
    Id,
    /// The region.
    Region,
    /// The id of the account or subscription.
    Account,
    /// `aws` or `azure`.
    Provider,
    /// The value of a tag.
    Tag(String),
}

const FIELDS: [(&str, MachineField); 5] = [
    ("name", MachineField::Name),
    ("id", MachineField::Id),
    ("region", MachineField::Region),
    ("account", MachineField::Account),
    ("provider", MachineField::Provider),
];
const TAG: &str = "tag:";

impl NameTemplate {
    /// Returns the labels that all names end in, without the dot before them; empty if there are none.
    #[must_use]
    pub fn literal_end(&self) -> &str {
        match self.parts.last() {
            Some(TemplatePart::Text(text)) => text.split_once('.').map_or("", |(_, end)| end),
            _ => "",
        }
    }
}

impl fmt::Display for MachineField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, FIELDS.iter().find(|(_, field)| field == self)) {
            (Self::Tag(key), _) => write!(f, "{TAG}{key}"),
            (_, Some((name, _))) => f.write_str(name),
            (_, None) => Ok(()),
        }
    }
}

impl fmt::Display for NameTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            TemplatePart::Text(text) => f.write_str(text),
            TemplatePart::Field(field) => write!(f, "{{{field}}}"),
        })
    }
}

/// Reads a template.
pub(super) fn read_template(text: &str) -> Result<NameTemplate, ValueFault> {
    let mut parts = Vec::new();
    let mut rest = text.strip_suffix('.').unwrap_or(text);
    while !rest.is_empty() {
        let (literal, after) = rest.split_at(rest.find('{').unwrap_or(rest.len()));
        parts.extend(literal_part(text, literal)?);
        rest = after;
        if let Some(after) = rest.strip_prefix('{') {
            let (name, after) = after
                .split_once('}')
                .ok_or_else(|| ValueFault::new(format!("`{text}` has a `{{` without `}}`")))?;
            parts.push(TemplatePart::Field(field(name)?));
            rest = after;
        }
    }
    let names_machines =
        |part: &TemplatePart| matches!(part, TemplatePart::Field(field) if *field != MachineField::Provider);
    if parts.iter().any(names_machines) {
        return Ok(NameTemplate { parts });
    }
    Err(ValueFault::new(format!(
        "`{text}` is the same name for all machines; write one such as `{{name}}.example.internal`"
    )))
}

fn literal_part(text: &str, literal: &str) -> Result<Option<TemplatePart>, ValueFault> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    if !literal.chars().all(is_plain) || literal.contains("..") {
        return Err(ValueFault::new(format!(
            "`{text}` is not a name: outside of placeholders, a name has only letters, digits, `-` and single dots"
        )));
    }
    Ok((!literal.is_empty()).then(|| TemplatePart::Text(literal.to_ascii_lowercase())))
}

fn field(name: &str) -> Result<MachineField, ValueFault> {
    if let Some(key) = name.strip_prefix(TAG).filter(|key| !key.is_empty()) {
        return Ok(MachineField::Tag(key.to_owned()));
    }
    let known = FIELDS.iter().find(|(known, _)| *known == name);
    known.map(|(_, field)| field.clone()).ok_or_else(|| {
        let names = FIELDS.map(|(name, _)| name);
        let fault = format!(
            "there is no placeholder `{{{name}}}`; the placeholders are {}, tag:KEY",
            names.join(", ")
        );
        ValueFault::new(fault).suggest(nearest(name, names))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_shown_as_they_were_written() {
        for text in ["{name}.{region}.example.internal", "{tag:dns name}-{id}.a.b", "vm-{id}.{provider}.x"] {
            assert_eq!(read_template(text).unwrap().to_string(), text);
        }
        assert_eq!(
            read_template("{name}.{region}.example.internal.").unwrap().literal_end(),
            "example.internal"
        );
        assert_eq!(read_template("{name}-x.example").unwrap().literal_end(), "example");
        assert_eq!(read_template("example.{name}").unwrap().literal_end(), "");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for text in [
            "",
            "web.example",
            "{provider}.example",
            "{name.example",
            "{name}..x",
            "{name}_x.a",
            "{tag:}.a",
            "{}.a",
        ] {
            assert!(read_template(text).is_err(), "{text}");
        }
    }
}
