//! Keys and short names that registries know resources by.

use crate::model::{AzureId, Identity, stable_hash};

/// Returns what makes the record of a resource the same one in every run.
#[must_use]
pub fn resource_key(identity: &Identity) -> String {
    let Identity { provider, account, region, id, .. } = identity;
    format!("{provider}/{account}/{region}/{}", id.trim_start_matches('/'))
}

/// Returns a name for an id: the id itself, and of an id of Azure its resource group and the names after it, in lower case
/// since APIs differ in that. What is longer than `limit` characters is cut, and ends in a hash of the whole.
#[must_use]
pub fn short_id(id: &str, limit: usize) -> String {
    let name = AzureId::parse(id).map_or_else(|| id.to_owned(), |id| id.short().to_ascii_lowercase());
    if name.chars().count() <= limit {
        return name;
    }
    let hash = format!("-{:08x}", stable_hash(id.to_ascii_lowercase().into_bytes()));
    truncate(&name, limit - hash.len()) + &hash
}

/// Returns the first characters of a text.
#[must_use]
pub fn truncate(text: &str, limit: usize) -> String {
    text.chars().take(limit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_azure_become_groups_and_names() {
        let id = "/subscriptions/s/resourceGroups/RG/providers/Microsoft.Compute/virtualMachineScaleSets/Web/virtualMachines/3";
        assert_eq!(short_id(id, 64), "rg/web/3");
        assert_eq!(short_id("i-0123456789abcdef0", 64), "i-0123456789abcdef0");
        assert_eq!(short_id("/subscriptions/s/resourceGroups/RG", 100), "/subscriptions/s/resourceGroups/RG");
    }

    #[test]
    fn long_ids_stay_different() {
        let (a, b) = (format!("{}a", "x".repeat(80)), format!("{}b", "x".repeat(80)));
        let (short_a, short_b) = (short_id(&a, 64), short_id(&b, 64));
        assert_eq!(short_a.chars().count(), 64);
        assert_ne!(short_a, short_b);
        assert_eq!(short_a, short_id(&a, 64), "the same in every run");
    }
}
