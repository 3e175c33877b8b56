//! What all describe actions have in common: ids, filters, pages.

use serde_json::{Map, Value, json};

use super::filter::{Filters, values};
use crate::sandbox::aws::call::Call;
use crate::sandbox::aws::paging::Page;
use crate::sandbox::aws::refusal::Refusal;

/// How one action lists.
pub struct Listing {
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

impl Listing {
    /// Lists `items`, rendering no more than it has to.
    pub fn answer<T>(
        &self,
        call: &Call<'_>,
        items: &[T],
        render: impl Fn(&T) -> Value,
    ) -> Result<Value, Refusal> {
        let ids = call.params.list(self.id.0);
        let filters = Filters::read(call.params, self.filters)?;
        let page = self.page(call, !ids.is_empty())?;
        let (items, next): (Vec<Value>, _) = if ids.is_empty() && filters.is_empty() {
            let (items, next) = page.cut(call, items);
            (items.iter().map(&render).collect(), next)
        } else {
            let keep = |item: &Value| {
                let id = item.get(self.id.1).and_then(Value::as_str).unwrap_or_default();
                (ids.is_empty() || ids.contains(&id)) && filters.keep(item)
            };
            let chosen: Vec<Value> =
                items.iter().map(&render).filter_map(|item| self.narrow(item, keep)).collect();
            self.check_ids(&ids, items.iter().map(&render))?;
            let (items, next) = page.cut(call, &chosen);
            (items.to_vec(), next)
        };
        let mut content = Map::new();
        content.insert("requestId".into(), json!(call.request_id));
        content.insert(self.set.into(), Value::Array(items));
        content.insert("nextToken".into(), json!(next));
        Ok(Value::Object(content))
    }

    fn page(&self, call: &Call<'_>, by_id: bool) -> Result<Page, Refusal> {
        if !self.paged {
            return Ok(Page::WHOLE);
        }
        let asked = match call.params.get("MaxResults") {
            Some(_) if by_id => {
                return Err(Refusal::bad(
                    "InvalidParameterCombination",
                    format!("The parameter {} cannot be used with the parameter maxResults", self.id.0),
                ));
            }
            Some(text) => Some(text.parse::<usize>().ok().filter(|size| (5..=1000).contains(size)).ok_or_else(|| {
                Refusal::bad(
                    "InvalidParameterValue",
                    format!("Value ( {text} ) for parameter maxResults is invalid. Expecting a value from 5 to 1000."),
                )
            })?),
            None => None,
        };
        let size = asked.unwrap_or(usize::MAX).min(call.estate.page_size);
        Page::at(call, call.params.get("NextToken"), size)
            .ok_or_else(|| Refusal::bad("InvalidNextToken", "The token is not valid."))
    }

    /// Keeps what is to be kept of an item.
    fn narrow(&self, mut item: Value, keep: impl Fn(&Value) -> bool) -> Option<Value> {
        let Some(nested) = self.nested else { return keep(&item).then_some(item) };
        let inner = item.get_mut(nested)?.as_array_mut()?;
        inner.retain(keep);
        (!inner.is_empty()).then_some(item)
    }

    /// Refuses ids that are nowhere, whatever the filters say.
    fn check_ids(&self, ids: &[&str], all: impl Iterator<Item = Value>) -> Result<(), Refusal> {
        let path =
            self.nested.map_or_else(|| self.id.1.to_owned(), |nested| format!("{nested}.{}", self.id.1));
        let known: Vec<String> = all.flat_map(|item| values(&item, &path)).collect();
        match ids.iter().find(|id| !known.iter().any(|known| known == **id)) {
            Some(id) => Err(Refusal::bad(self.id.2, format!("The ID '{id}' does not exist"))),
            None => Ok(()),
        }
    }
}
