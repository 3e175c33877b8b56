//! What all describe actions have in common: ids, filters, pages.

use globset::{GlobBuilder, GlobMatcher};
use serde_json::{Map, Value, json};

use crate::sandbox::aws::request::{AwsRequest, Params};
use crate::sandbox::aws::response::ErrorAnswer;
use crate::sandbox::pages::PageWindow;

/// How one action lists.
pub struct DescribeAction {
    /// Element that holds the items.
    pub set: &'static str,
    /// Element inside an item that holds what ids and filters speak of, when it is not the item itself.
    pub nested: Option<&'static str>,
    /// Parameter that lists ids, the element with the id, and the error for one that is not there.
    pub id: (&'static str, &'static str, &'static str),
    /// Whether it is paged.
    pub paged: bool,
    /// Filters, and the elements they look at.
    pub filters: &'static [(&'static str, &'static str)],
}

impl DescribeAction {
    /// Lists `items`, rendering no more than it has to.
    pub fn answer<T>(
        &self,
        call: &AwsRequest<'_>,
        items: &[T],
        render: impl Fn(&T) -> Value,
    ) -> Result<Value, ErrorAnswer> {
        let ids = call.params.list(self.id.0);
        let filters = Filters::read(call.params, self.filters)?;
        let page = self.page(call, !ids.is_empty())?;
        let (items, next): (Vec<Value>, _) = if ids.is_empty() && filters.is_empty() {
            let (range, next) = page.slice(items.len());
            (items[range].iter().map(&render).collect(), next)
        } else {
            let keep = |item: &Value| {
                let id = item.get(self.id.1).and_then(Value::as_str).unwrap_or_default();
                (ids.is_empty() || ids.contains(&id)) && filters.matches(item)
            };
            let chosen: Vec<Value> =
                items.iter().map(&render).filter_map(|item| self.narrow(item, keep)).collect();
            self.check_ids(&ids, items.iter().map(&render))?;
            let (range, next) = page.slice(chosen.len());
            (chosen[range].to_vec(), next)
        };
        let mut content = Map::new();
        content.insert("requestId".into(), json!(call.request_id));
        content.insert(self.set.into(), Value::Array(items));
        content.insert("nextToken".into(), json!(next));
        Ok(Value::Object(content))
    }

    fn page(&self, call: &AwsRequest<'_>, by_id: bool) -> Result<PageWindow, ErrorAnswer> {
        if !self.paged {
            return Ok(PageWindow::WHOLE);
        }
        let asked = match call.params.get("MaxResults") {
            Some(_) if by_id => {
                return Err(ErrorAnswer::bad_request(
                    "InvalidParameterCombination",
                    format!("The parameter {} cannot be used with the parameter maxResults", self.id.0),
                ));
            }
            Some(text) => Some(text.parse::<usize>().ok().filter(|size| (5..=1000).contains(size)).ok_or_else(|| {
                ErrorAnswer::bad_request(
                    "InvalidParameterValue",
                    format!("Value ( {text} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000."),
                )
            })?),
            None => None,
        };
        let size = asked.unwrap_or(usize::MAX).min(call.estate.page_size);
        call.page(call.params.get("NextToken"), size)
            .ok_or_else(|| ErrorAnswer::bad_request("InvalidNextToken", "The token is not valid."))
    }

    /// Keeps what is to be kept of an item.
    fn narrow(&self, mut item: Value, keep: impl Fn(&Value) -> bool) -> Option<Value> {
        let Some(nested) = self.nested else { return keep(&item).then_some(item) };
        let inner = item.get_mut(nested)?.as_array_mut()?;
        inner.retain(keep);
        (!inner.is_empty()).then_some(item)
    }

    /// Refuses ids that are nowhere, whatever the filters say.
    fn check_ids(&self, ids: &[&str], all: impl Iterator<Item = Value>) -> Result<(), ErrorAnswer> {
        let path =
            self.nested.map_or_else(|| self.id.1.to_owned(), |nested| format!("{nested}.{}", self.id.1));
        let known: Vec<String> = all.flat_map(|item| values(&item, &path)).collect();
        match ids.iter().find(|id| !known.iter().any(|known| known == **id)) {
            Some(id) => Err(ErrorAnswer::bad_request(self.id.2, format!("The ID '{id}' does not exist"))),
            None => Ok(()),
        }
    }
}

/// All filters of a call; an item must satisfy each, by one of its values.
pub struct Filters(Vec<(FilterTarget, Vec<GlobMatcher>)>);

enum FilterTarget {
    /// The element at a path.
    Element(&'static str),
    /// The tag with this key.
    Tag(String),
    /// Any tag's key.
    TagKey,
}

impl Filters {
    /// Reads the filters; `known` gives the element each name looks at.
    pub fn read(params: &Params, known: &[(&'static str, &'static str)]) -> Result<Self, ErrorAnswer> {
        let mut filters = Vec::new();
        for index in 1.. {
            let Some(name) = params.get(&format!("Filter.{index}.Name")) else { break };
            let subject = match known.iter().find(|(known, _)| *known == name) {
                Some((_, path)) => FilterTarget::Element(path),
                None if name == "tag-key" => FilterTarget::TagKey,
                None => FilterTarget::Tag(name.strip_prefix("tag:").ok_or_else(|| invalid(name))?.to_owned()),
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
    pub fn matches(&self, item: &Value) -> bool {
        self.0.iter().all(|(subject, patterns)| {
            let found = subject.values(item);
            found.iter().any(|value| patterns.iter().any(|pattern| pattern.is_match(value)))
        })
    }
}

impl FilterTarget {
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

fn invalid(name: &str) -> ErrorAnswer {
    ErrorAnswer::bad_request("InvalidParameterValue", format!("The filter '{name}' is invalid"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn kept(filter: &str, item: &Value) -> bool {
        let known = [("vpc-id", "vpcId"), ("cidr", "blocks.cidr")];
        Filters::read(&Params::read(filter.as_bytes()), &known).expect("is a filter").matches(item)
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
