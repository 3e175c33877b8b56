//! Where an answer came from, and what follows from it.

use crate::model::region_name;

/// Where an answer came from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The subscription that was asked.
    pub account: &'a str,
    /// The region of what the answer belongs to, such as an interface's scale set, if it belongs to anything.
    pub region: Option<&'a str>,
}

impl Place<'_> {
    /// Returns the region of a resource; empty when nobody tells.
    pub fn region_of(self, location: Option<&str>) -> String {
        let told = location.filter(|location| !location.trim().is_empty());
        told.or(self.region).map(region_name).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_has_one_name() {
        let here = Place { account: "s", region: Some("North Europe") };
        assert_eq!(here.region_of(Some("West US")), "westus");
        assert_eq!(here.region_of(Some("westus")), "westus");
        assert_eq!(here.region_of(None), "northeurope");
        assert_eq!(here.region_of(Some(" ")), "northeurope");
        assert_eq!(Place { region: None, ..here }.region_of(None), "");
    }
}
