//! Short forms of ids of Azure, which say in a few words what a whole id says in two hundred characters.

use crate::model::AzureId;

/// Lists the short forms of an id of Azure, in lower case: `GROUP/NAME/NAME` as tables show it, `NAME`, `NAME/NAME`.
pub(super) fn short_ids(id: &str) -> impl Iterator<Item = String> + use<> {
    let mut short = Vec::new();
    if let Some(id) = AzureId::parse(id) {
        let (joined, last) = (id.joined_names(), id.name());
        short.push(id.short());
        if joined != last {
            short.push(last.to_owned());
        }
        short.push(joined);
    }
    short.into_iter()
}

/// Returns the form that tables show: `GROUP/NAME/NAME`. `None` for other ids, and for the two ids of a link.
pub(super) fn table_id(id: &str) -> Option<String> {
    AzureId::parse(id).filter(|_| !id.contains(' ')).map(|id| id.short())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_azure_have_a_short_form() {
        let id = "/subscriptions/0-0/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/Hub";
        assert_eq!(table_id(id).as_deref(), Some("RG/Hub"));
        assert_eq!(table_id(&format!("{id}/subnets/app")).as_deref(), Some("RG/Hub/app"));
        for whole in ["vpc-1", "/subscriptions/0-0", &format!("{id} <-> {id}")] {
            assert_eq!(table_id(whole), None, "{whole}");
        }
    }
}
