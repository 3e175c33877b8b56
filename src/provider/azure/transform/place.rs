//! Where an answer came from, and what follows from it.

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

/// Turns a display name into a name: `West US` is `westus`. Virtual WAN writes locations as display names,
/// other services as names: <https://learn.microsoft.com/azure/reliability/regions-list>.
fn region_name(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
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
