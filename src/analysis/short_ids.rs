//! Short forms of ids of Azure, which say in a few words what a whole id says in two hundred characters.

/// Lists the short forms of an id of Azure, in lower case: `GROUP/NAME/NAME` as tables show it, `NAME/NAME`, `NAME`.
pub(super) fn short_ids(id: &str) -> impl Iterator<Item = String> + use<> {
    let mut short = Vec::new();
    let parts: Vec<&str> = id.split('/').collect();
    if let ["", "subscriptions", _, "resourcegroups", group, "providers", _, rest @ ..] = &parts[..] {
        let names: Vec<&str> = rest.iter().copied().skip(1).step_by(2).collect();
        if let Some(last) = names.last() {
            let joined = names.join("/");
            short.push(format!("{group}/{joined}"));
            if joined != *last {
                short.push((*last).to_owned());
            }
            short.push(joined);
        }
    }
    short.into_iter()
}

/// Returns the form that tables show: `GROUP/NAME/NAME`. `None` for other ids.
pub(super) fn table_id(id: &str) -> Option<String> {
    let parts: Vec<&str> = id.split('/').collect();
    let ["", subscriptions, _, groups, group, providers, _, rest @ ..] = parts.as_slice() else {
        return None;
    };
    let is_id = subscriptions.eq_ignore_ascii_case("subscriptions")
        && groups.eq_ignore_ascii_case("resourceGroups")
        && providers.eq_ignore_ascii_case("providers")
        && !id.contains(' ');
    let names: Vec<&str> = rest.iter().copied().skip(1).step_by(2).collect();
    (is_id && !names.is_empty()).then(|| format!("{group}/{}", names.join("/")))
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
