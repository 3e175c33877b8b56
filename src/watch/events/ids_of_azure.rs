//! Resource ids of Azure in events: the subscription, the type, and the kinds that a change of it may change.
//!
//! Events spell ids in any case, even those of one resource: `resourcegroups` in one event and `resourceGroups` in the
//! next. So everything here is in lower case.

use crate::model::Kind;

/// Which kinds a change of a type may change. Subnets and peerings within a network come as one event of the network.
const TYPES: &[(&str, &[Kind])] = &[
    ("microsoft.compute/virtualmachines", &[Kind::Instances, Kind::Interfaces]),
    ("microsoft.compute/virtualmachinescalesets", &[Kind::Instances, Kind::Interfaces, Kind::Subnets]),
    (
        "microsoft.compute/virtualmachinescalesets/virtualmachines",
        &[Kind::Instances, Kind::Interfaces, Kind::Subnets],
    ),
    ("microsoft.network/networkinterfaces", &[Kind::Instances, Kind::Interfaces, Kind::Subnets]),
    ("microsoft.network/privateendpoints", &[Kind::Interfaces, Kind::Subnets]),
    ("microsoft.network/publicipaddresses", &[Kind::Instances, Kind::Interfaces]),
    ("microsoft.network/virtualhubs", &[Kind::Networks, Kind::Links]),
    ("microsoft.network/virtualhubs/hubvirtualnetworkconnections", &[Kind::Links]),
    ("microsoft.network/virtualnetworks", &[Kind::Networks, Kind::Subnets, Kind::Links]),
    ("microsoft.network/virtualnetworks/subnets", &[Kind::Subnets]),
    ("microsoft.network/virtualnetworks/virtualnetworkpeerings", &[Kind::Links]),
];

/// Tags are a resource of their own below the one that has them.
const TAGS: &str = "/providers/microsoft.resources/tags/default";

/// Names of Azure are shorter, and ids with eight of them too.
const LONGEST_ID: usize = 2048;

/// The types whose changes lead to a hint, in lower case.
pub fn watched_types() -> impl Iterator<Item = &'static str> {
    TYPES.iter().map(|(name, _)| *name)
}

/// A resource.
#[derive(Debug, PartialEq, Eq)]
pub struct AzureResource {
    /// Its id, or that of the resource whose tags it is, in lower case.
    pub id: String,
    /// Its subscription, in lower case.
    pub subscription: String,
    kinds: &'static [Kind],
    is_group: bool,
}

impl AzureResource {
    /// Reads an id. `None` if it is not one: the beginning is `/subscriptions/GUID`, and names have no characters that a
    /// URL gives a meaning.
    pub fn parse(id: &str) -> Option<Self> {
        let is_name = |c: char| !c.is_control() && !c.is_whitespace() && !"?#%\\<>\"'{}".contains(c);
        let id = id.trim_end_matches('/').to_ascii_lowercase();
        let id = id.strip_suffix(TAGS).unwrap_or(&id);
        let path = id.strip_prefix("/subscriptions/").filter(|_| id.len() <= LONGEST_ID)?;
        if !id.chars().all(is_name) || path.split('/').any(|name| name.is_empty() || name.starts_with("..")) {
            return None;
        }
        let parts: Vec<&str> = path.split('/').collect();
        let subscription = parts.first().filter(|text| is_guid(text))?;
        let kinds = resource_type(id).and_then(|name| TYPES.iter().find(|(known, _)| **known == *name));
        Some(Self {
            subscription: (*subscription).to_owned(),
            kinds: kinds.map_or(&[], |(_, kinds)| kinds),
            is_group: parts.len() == 3 && parts[1] == "resourcegroups",
            id: id.to_owned(),
        })
    }

    /// The kinds that its change may change; none if an inventory has nothing of its type.
    pub const fn kinds(&self) -> &'static [Kind] {
        self.kinds
    }

    /// Tells whether it is a resource group.
    pub const fn is_group(&self) -> bool {
        self.is_group
    }
}

/// Tells whether `text` is the id of a subscription, in lower case.
fn is_guid(text: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let parts: Vec<&str> = text.split('-').collect();
    parts.len() == lengths.len()
        && parts.iter().zip(lengths).all(|(part, length)| {
            part.len() == length && part.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
}

/// Returns the type of a resource: the last namespace of its id, and every second segment after it.
fn resource_type(id: &str) -> Option<String> {
    let (_, after) = id.rsplit_once("/providers/")?;
    let mut segments = after.split('/');
    let namespace = segments.next()?;
    let types: Vec<&str> = segments.step_by(2).collect();
    Some(format!("{namespace}/{}", types.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUP: &str = "/subscriptions/0F3D6A52-6c1e-4b7e-9d6a-3a2f5c8e1b01/resourceGroups/Rg";

    fn parse(rest: &str) -> Option<AzureResource> {
        AzureResource::parse(&format!("{GROUP}{rest}"))
    }

    #[test]
    fn the_last_type_of_an_id_counts() {
        let subnet = parse("/providers/Microsoft.Network/VirtualNetworks/V/subnets/S").unwrap();
        assert_eq!(subnet.kinds(), [Kind::Subnets]);
        assert_eq!(subnet.subscription, "0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01");
        assert!(
            subnet.id.ends_with("/resourcegroups/rg/providers/microsoft.network/virtualnetworks/v/subnets/s")
        );
        let lock = parse(
            "/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Authorization/locks/l",
        );
        assert!(lock.unwrap().kinds().is_empty(), "a lock of a machine is not a machine");
        let tags = parse(
            "/providers/Microsoft.Compute/virtualMachines/vm/providers/Microsoft.Resources/tags/default",
        );
        assert_eq!(tags, parse("/providers/Microsoft.Compute/virtualMachines/vm"));
        let extension = parse("/providers/Microsoft.Compute/virtualMachines/vm/extensions/e").unwrap();
        assert!(extension.kinds().is_empty());
        assert!(parse("").unwrap().is_group() && !subnet.is_group());
    }

    #[test]
    fn what_is_no_id_is_refused() {
        let cases =
            ["", "/", "/subscriptions/x", "/subscriptions/0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b0g", "https://x"];
        for case in cases {
            assert_eq!(AzureResource::parse(case), None, "{case}");
        }
        for case in ["/../x", "//x", "/providers/a b", "/providers/x?y", "/providers/\u{1b}[2J"] {
            assert_eq!(parse(case), None, "{case}");
        }
    }
}
