//! What the conversions share: where an answer belongs, and names.

use super::super::resource_id::last_name;
use crate::model::region_name;

/// The subscription and the region that an answer belongs to.
#[derive(Debug, Clone, Copy)]
pub struct AnswerContext<'a> {
    /// The subscription that was asked.
    pub account: &'a str,
    /// The region of what the answer belongs to, such as an interface's scale set, if it belongs to anything.
    pub region: Option<&'a str>,
}

impl AnswerContext<'_> {
    /// Returns the region of a resource; empty if neither the answer nor its parent names one.
    pub fn region_of(self, location: Option<&str>) -> String {
        let told = location.filter(|location| !location.trim().is_empty());
        told.or(self.region).map(region_name).unwrap_or_default()
    }
}

/// Returns the name of a resource; the last part of its id is the same.
pub(super) fn name_or_last_part(name: Option<&str>, id: &str) -> Option<String> {
    name.filter(|name| !name.is_empty()).or_else(|| last_name(id)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_one_name() {
        let here = AnswerContext { account: "s", region: Some("North Europe") };
        assert_eq!(here.region_of(Some("West US")), "westus");
        assert_eq!(here.region_of(Some("westus")), "westus");
        assert_eq!(here.region_of(None), "northeurope");
        assert_eq!(here.region_of(Some(" ")), "northeurope");
        assert_eq!(AnswerContext { region: None, ..here }.region_of(None), "");
    }
}
