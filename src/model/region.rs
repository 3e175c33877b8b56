//! Names of Azure's regions.

/// Turns a display name into a name: `West US` is `westus`. Virtual WAN writes locations as display names,
/// other services as names: <https://learn.microsoft.com/azure/reliability/regions-list>.
#[must_use]
pub fn region_name(location: &str) -> String {
    location.chars().filter(|c| !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect()
}
