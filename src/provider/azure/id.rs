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

/// Returns the id of the scale set that a machine's or an interface's id lies in.
#[must_use]
pub fn scale_set_of(id: &str) -> Option<&str> {
    parent(id, "virtualMachineScaleSets", "virtualMachines")
}

/// Returns the id of the virtual hub that a connection's id lies in.
#[must_use]
pub fn hub_of_connection(id: &str) -> Option<&str> {
    parent(id, "virtualHubs", "hubVirtualNetworkConnections")
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
    fn a_group_or_a_subscription_alone_is_no_resource() {
        assert_eq!(group_and_name("/subscriptions/s/resourceGroups/g"), None);
        assert_eq!(group_and_name("/subscriptions/s"), None);
        assert_eq!(group_and_name(""), None);
    }
}
