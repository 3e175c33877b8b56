//! Resource ids: `/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME...]`.
//!
//! Azure's APIs differ in how they write the case of an id (Resource Graph lowers some parts), so ids compare
//! without it; what is printed is the id as the answer gave it.

/// Returns the form in which ids compare.
#[must_use]
pub fn key(id: &str) -> String {
    id.trim_end_matches('/').to_ascii_lowercase()
}

/// Returns the subscription that an id lies in, as the id writes it.
#[must_use]
pub fn subscription_of(id: &str) -> Option<&str> {
    after(id, "subscriptions")
}

/// Tells whether a resource lies in `subscription`.
#[must_use]
pub fn belongs_to(id: &str, subscription: &str) -> bool {
    subscription_of(id).is_some_and(|own| own.eq_ignore_ascii_case(subscription))
}

/// Tells whether an id is that of a resource in a resource group, with nothing left out of it. Names have none of the
/// characters that a URL gives a meaning:
/// <https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules>.
#[must_use]
pub fn is_resource(id: &str) -> bool {
    let Some(path) = id.strip_prefix('/') else { return false };
    let segments: Vec<&str> = path.strip_suffix('/').unwrap_or(path).split('/').collect();
    let is_name = |name: &&str| {
        let odd = |c: char| c.is_control() || ['?', '#', '%', '\\'].contains(&c);
        !name.trim().is_empty() && ![".", ".."].contains(name) && !name.contains(odd)
    };
    let is =
        |at: usize, kind: &str| segments.get(at).is_some_and(|segment| segment.eq_ignore_ascii_case(kind));
    is(0, "subscriptions")
        && is(2, "resourceGroups")
        && is(4, "providers")
        // A namespace, and pairs of type and name.
        && segments.len() >= 8
        && segments.len().is_multiple_of(2)
        && segments.iter().all(is_name)
}

/// Returns the resource group and the last name of an id: what the URL of a list below the resource needs.
#[must_use]
pub fn group_and_name(id: &str) -> Option<(&str, &str)> {
    let group = after(id, "resourceGroups")?;
    // `/subscriptions/S/resourceGroups/G` names a group and nothing in it.
    Some((group, last_name(id)?)).filter(|_| after(id, "providers").is_some())
}

/// Returns the last name of an id: the resource's own.
#[must_use]
pub fn last_name(id: &str) -> Option<&str> {
    segments(id).last().map(|(_, segment)| segment)
}

/// Returns the id of the virtual network that a subnet's id lies in.
#[must_use]
pub fn network_of_subnet(id: &str) -> Option<&str> {
    parent(id, "virtualNetworks", "subnets")
}

/// Returns the id of the scale-set instance that an interface's id lies in. Interfaces of uniform scale sets
/// have no id of their own, but one below their machine:
/// `.../virtualMachineScaleSets/S/virtualMachines/0/networkInterfaces/N`.
#[must_use]
pub fn scale_set_machine(id: &str) -> Option<&str> {
    after(id, "virtualMachineScaleSets").and_then(|_| parent(id, "virtualMachines", "networkInterfaces"))
}

/// Tells whether an id lies in that of an interface, of a subscription or of a scale set.
#[must_use]
pub fn is_of_interface(id: &str) -> bool {
    after(id, "networkInterfaces").is_some()
}

/// Returns the id of the scale set that a machine's or an interface's id lies in.
#[must_use]
pub fn scale_set_of(id: &str) -> Option<&str> {
    parent(id, "virtualMachineScaleSets", "virtualMachines")
}

/// Returns the id of the virtual hub that a connection's id lies in. Its collection is called
/// `hubVirtualNetworkConnections` or, as in Microsoft's own example answers, `virtualHubVnetConnections`.
#[must_use]
pub fn hub_of_connection(id: &str) -> Option<&str> {
    let mut parts = segments(id);
    parts.find(|(_, part)| part.eq_ignore_ascii_case("virtualHubs"))?;
    let (at, name) = parts.next()?;
    // The collection, and the connection's name.
    parts.nth(1).map(|_| &id[..at + name.len()])
}

/// Lists the parts of an id with the place each begins at; empty parts are left out.
fn segments(id: &str) -> impl Iterator<Item = (usize, &str)> {
    let begin = id.as_ptr().addr();
    let parts = id.split('/').filter(|part| !part.is_empty());
    parts.map(move |part| (part.as_ptr().addr() - begin, part))
}

/// Returns the name that follows the type `kind`.
fn after<'a>(id: &'a str, kind: &str) -> Option<&'a str> {
    let mut parts = segments(id);
    parts.find(|(_, part)| part.eq_ignore_ascii_case(kind))?;
    parts.next().map(|(_, name)| name)
}

/// Returns the id of the `kind` that directly holds a `child`.
fn parent<'a>(id: &'a str, kind: &str, child: &str) -> Option<&'a str> {
    let mut parts = segments(id);
    parts.find(|(_, part)| part.eq_ignore_ascii_case(kind))?;
    let (at, name) = parts.next()?;
    parts.next().filter(|(_, part)| part.eq_ignore_ascii_case(child))?;
    Some(&id[..at + name.len()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SUBNET: &str =
        "/subscriptions/AA-1/resourcegroups/Rg1/providers/Microsoft.Network/VIRTUALNETWORKS/v1/subnets/s1";

    #[test]
    fn an_id_tells_its_parts_whatever_its_case() {
        assert_eq!(subscription_of(SUBNET), Some("AA-1"));
        assert!(belongs_to(SUBNET, "aa-1") && !belongs_to(SUBNET, "aa-11") && !belongs_to("", ""));
        assert_eq!(group_and_name(SUBNET), Some(("Rg1", "s1")));
        assert_eq!(key("/Subscriptions/AA/"), "/subscriptions/aa");
    }

    #[test]
    fn a_subnet_lies_in_its_network() {
        let network = "/subscriptions/AA-1/resourcegroups/Rg1/providers/Microsoft.Network/VIRTUALNETWORKS/v1";
        assert_eq!(network_of_subnet(SUBNET), Some(network));
        assert_eq!(network_of_subnet(network), None);
        assert_eq!(network_of_subnet("/x/virtualNetworks/v1/virtualNetworkPeerings/p"), None);
    }

    #[test]
    fn only_an_interface_below_a_scale_set_names_its_machine() {
        let machine = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Compute/virtualMachineScaleSets/set/virtualMachines/0";
        assert_eq!(scale_set_machine(&format!("{machine}/networkInterfaces/n")), Some(machine));
        assert_eq!(scale_set_machine(machine), None);
        let plain = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/networkInterfaces/n";
        assert_eq!(scale_set_machine(plain), None);
    }

    #[test]
    fn a_connection_lies_in_its_hub_whatever_the_collection_is_called() {
        let hub = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualHubs/h";
        for collection in
            ["hubVirtualNetworkConnections", "virtualHubVnetConnections", "HUBVIRTUALNETWORKCONNECTIONS"]
        {
            assert_eq!(hub_of_connection(&format!("{hub}/{collection}/c")), Some(hub));
        }
        for none in [hub, "/subscriptions/s/virtualHubs", "c", ""] {
            assert_eq!(hub_of_connection(none), None, "{none}");
        }
    }

    /// Ids of the wrong shape.
    #[test]
    fn an_id_names_a_resource_only_when_nothing_is_left_out_of_it() {
        assert!(is_resource(SUBNET) && is_resource(&format!("{SUBNET}/")));
        let group = "/subscriptions/s/resourceGroups/g/providers/n";
        for odd in [
            "",
            " ",
            "/",
            "vnet-1",
            "/subscriptions/s",
            "/subscriptions/s/resourceGroups/g",
            "/subscriptions//resourceGroups/g/providers/n/t/x",
            "/subscriptions/s/resourceGroups//providers/n/t/x",
            "/subscriptions/s/resourceGroups/g/providers/n/t/",
            "/subscriptions/s/resourceGroups/g/providers/n/t/ ",
            "/subscriptions/s/providers/n/t/x",
            "subscriptions/s/resourceGroups/g/providers/n/t/x",
            &format!("{group}/t"),
            &format!("{group}/t/x/u"),
            &format!("{group}/t/.."),
            &format!("{group}/t/x?a=b"),
            &format!("{group}/t/%2e%2e"),
            &format!("{group}/t/x\n"),
        ] {
            assert!(!is_resource(odd), "{odd:?}");
        }
    }

    #[test]
    fn a_group_or_a_subscription_alone_is_no_resource() {
        assert_eq!(group_and_name("/subscriptions/s/resourceGroups/g"), None);
        assert_eq!(group_and_name("/subscriptions/s"), None);
        assert_eq!(group_and_name(""), None);
    }
}
