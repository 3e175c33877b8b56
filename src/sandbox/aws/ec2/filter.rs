//! `Filter.N`: names, values with `*` and `?`, and tags.

use globset::{GlobBuilder, GlobMatcher};
use serde_json::Value;

use crate::sandbox::aws::call::Params;
use crate::sandbox::aws::refusal::Refusal;

/// All filters of a call; an item must satisfy each, by one of its values.
pub struct Filters(Vec<(Subject, Vec<GlobMatcher>)>);

enum Subject {
    /// The element at a path.
    Element(&'static str),
    /// The tag with this key.
    Tag(String),
    /// Any tag's key.
    TagKey,
}

impl Filters {
    /// Reads the filters; `known` gives the element each name looks at.
    pub fn read(params: &Params, known: &[(&'static str, &'static str)]) -> Result<Self, Refusal> {
        let mut filters = Vec::new();
        for index in 1.. {
            let Some(name) = params.get(&format!("Filter.{index}.Name")) else { break };
            let subject = match known.iter().find(|(known, _)| *known == name) {
                Some((_, path)) => Subject::Element(path),
                None if name == "tag-key" => Subject::TagKey,
                None => Subject::Tag(name.strip_prefix("tag:").ok_or_else(|| invalid(name))?.to_owned()),
            };
            let wanted = params.list(&format!("Filter.{index}.Value"));
            let patterns: Option<Vec<_>> = wanted.into_iter().map(pattern).collect();
            filters.push((subject, patterns.ok_or_else(|| invalid(name))?));
        }
        Ok(Self(filters))
    }

    /// Tells whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells whether an item satisfies all.
    pub fn keep(&self, item: &Value) -> bool {
        self.0.iter().all(|(subject, patterns)| {
            let found = subject.values(item);
            found.iter().any(|value| patterns.iter().any(|pattern| pattern.is_match(value)))
        })
    }
}

impl Subject {
    fn values(&self, item: &Value) -> Vec<String> {
        match self {
            Self::Element(path) => values(item, path),
            Self::TagKey => values(item, "tagSet.key"),
            Self::Tag(key) => {
                let tags = item.get("tagSet").and_then(Value::as_array).into_iter().flatten();
                tags.filter(|tag| tag["key"] == **key).flat_map(|tag| values(tag, "value")).collect()
            }
        }
    }
}

/// Returns the texts at a dotted path, through all members of arrays on the way.
pub fn values(item: &Value, path: &str) -> Vec<String> {
    match (item, path.split_once('.').unwrap_or((path, ""))) {
        (Value::Array(items), _) => items.iter().flat_map(|item| values(item, path)).collect(),
        (Value::Object(members), (name, rest)) => {
            members.get(name).map(|value| values(value, rest)).unwrap_or_default()
        }
        (Value::Null, _) => Vec::new(),
        (Value::String(text), _) => vec![text.clone()],
        (other, _) => vec![other.to_string()],
    }
}

/// Only `*` and `?` are special to EC2.
fn pattern(text: &str) -> Option<GlobMatcher> {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "[]{}!,\\".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    Some(GlobBuilder::new(&escaped).backslash_escape(true).build().ok()?.compile_matcher())
}

fn invalid(name: &str) -> Refusal {
    Refusal::bad("InvalidParameterValue", format!("The filter '{name}' is invalid"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(filter: &str, item: &Value) -> bool {
        let known = [("vpc-id", "vpcId"), ("cidr", "blocks.cidr")];
        Filters::read(&Params::read(filter.as_bytes()), &known).expect("is a filter").keep(item)
    }

    #[test]
    fn filters_look_at_elements_lists_and_tags() {
        let item = json!({
            "vpcId": "vpc-1", "blocks": [{ "cidr": "10.0.0.0/16" }, { "cidr": "10.1.0.0/16" }],
            "tagSet": [{ "key": "Name", "value": "a[1]" }],
        });
        assert!(kept("Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-2&Filter.1.Value.2=vpc-?", &item));
        assert!(!kept("Filter.1.Name=vpc-id&Filter.1.Value.1=vpc-2", &item));
        assert!(kept("Filter.1.Name=cidr&Filter.1.Value.1=10.1.*", &item));
        assert!(kept("Filter.1.Name=tag:Name&Filter.1.Value.1=a[1]", &item));
        assert!(kept("Filter.1.Name=tag-key&Filter.1.Value.1=Name", &item));
        assert!(!kept("Filter.1.Name=tag:name&Filter.1.Value.1=*", &item));
        let unknown = Params::read(b"Filter.1.Name=colour&Filter.1.Value.1=red");
        assert!(Filters::read(&unknown, &[]).is_err());
    }
}
