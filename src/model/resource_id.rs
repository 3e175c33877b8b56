//! What the id of a resource tells by its form: the kind of the rows that have it, and in Azure its group and its names.

use super::{Kind, Provider};

/// What ids of AWS begin with, and the kind of the rows whose own id is such a one.
const AWS_ROWS: [(&str, Kind); 9] = [
    ("vpc-", Kind::Networks),
    ("subnet-", Kind::Subnets),
    ("i-", Kind::Instances),
    ("mi-", Kind::Instances),
    ("eni-", Kind::Interfaces),
    ("pcx-", Kind::Links),
    ("tgw-attach-", Kind::Links),
    ("vgw-", Kind::Links),
    ("vpn-", Kind::Links),
];
/// What ids of AWS begin with that no row has for its own, but links have as an end: hubs and customer gateways.
const AWS_LINK_ENDS: [&str; 2] = ["tgw-", "cgw-"];

/// Types of Azure in lower case, as they stand before the last name of an id, and the kind of the rows that have such ids.
const AZURE_ROWS: [(&str, Kind); 8] = [
    ("virtualnetworks", Kind::Networks),
    ("virtualhubs", Kind::Networks),
    ("subnets", Kind::Subnets),
    ("virtualmachines", Kind::Instances),
    ("networkinterfaces", Kind::Interfaces),
    ("privateendpoints", Kind::Interfaces),
    ("virtualnetworkpeerings", Kind::Links),
    ("hubvirtualnetworkconnections", Kind::Links),
];

/// An id of AWS has 8 or 17 hexadecimal digits at its end; more may come:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html>
const AWS_DIGITS: std::ops::RangeInclusive<usize> = 8..=40;

/// Returns the kind of the rows whose own id this is; `None` if it is of something that no inventory lists, or unknown. What
/// comes after the prefix of AWS is not looked at: [`is_aws_id`] does.
#[must_use]
pub fn kind_of_id(provider: Provider, id: &str) -> Option<Kind> {
    let find = |table: &[(&str, Kind)], name: &str| {
        table.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
    };
    match provider {
        Provider::Aws => find(&AWS_ROWS, aws_prefix(id)),
        // `.../TYPE/NAME`
        Provider::Azure => find(&AZURE_ROWS, id.rsplit('/').nth(1)?),
        Provider::External => None,
    }
}

/// Returns the kind of the rows in which an id of AWS is seen, as their own or as the end of a link. `None` for everything
/// that only begins like an id, such as the name `vpc-prod`.
#[must_use]
pub fn kind_that_shows_aws_id(id: &str) -> Option<Kind> {
    let of_end = || AWS_LINK_ENDS.contains(&aws_prefix(id)).then_some(Kind::Links);
    kind_of_id(Provider::Aws, id).or_else(of_end).filter(|_| is_aws_id(id))
}

/// Tells whether a text has the form of an id of AWS: words, and hexadecimal digits in lower case after the last hyphen.
#[must_use]
pub fn is_aws_id(id: &str) -> bool {
    let digits = &id[aws_prefix(id).len()..];
    AWS_DIGITS.contains(&digits.len()) && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Cuts what an id of AWS begins with, up to its last hyphen: `eni-attach-…` is not the id of an interface.
fn aws_prefix(id: &str) -> &str {
    &id[..id.rfind('-').map_or(0, |hyphen| hyphen + 1)]
}

/// An id of a resource of Azure: `/subscriptions/S/resourceGroups/GROUP/providers/NAMESPACE/TYPE/NAME/TYPE/NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AzureId<'a> {
    /// The resource group.
    pub group: &'a str,
    /// The names from the outermost resource to the one that the id is of; at least one.
    names: Vec<&'a str>,
}

impl<'a> AzureId<'a> {
    /// Reads an id, whose words may be in upper or lower case. `None` for other ids, and for those of a subscription or group.
    #[must_use]
    pub fn parse(id: &'a str) -> Option<Self> {
        let mut parts = id.strip_prefix('/')?.split('/');
        // What follows a word, if the word comes next.
        let mut after =
            |word: &str| parts.next().filter(|part| part.eq_ignore_ascii_case(word)).and(parts.next());
        let (_subscription, group) = (after("subscriptions")?, after("resourceGroups")?);
        let _namespace = after("providers")?;
        let names: Vec<&str> = parts.skip(1).step_by(2).collect();
        (!names.is_empty() && !names.contains(&"")).then_some(Self { group, names })
    }

    /// Returns the own name of the resource, the last one.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.names.last().copied().unwrap_or_default()
    }

    /// Returns `NAME/NAME`.
    #[must_use]
    pub fn joined_names(&self) -> String {
        self.names.join("/")
    }

    /// Returns `GROUP/NAME/NAME`, as tables show ids.
    #[must_use]
    pub fn short(&self) -> String {
        format!("{}/{}", self.group, self.joined_names())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_ids_of_resources_of_azure_are_read() {
        let id = "/subscriptions/0-0/resourceGroups/RG/providers/Microsoft.Network/virtualNetworks/Hub/subnets/app";
        let read = AzureId::parse(id).unwrap();
        assert_eq!((read.group, read.name(), read.joined_names().as_str()), ("RG", "app", "Hub/app"));
        assert_eq!(read.short(), "RG/Hub/app");
        let (lower, upper) = (id.to_lowercase(), id.to_uppercase());
        assert_eq!(AzureId::parse(&lower).unwrap().short(), "rg/hub/app");
        assert_eq!(AzureId::parse(&upper).unwrap().short(), "RG/HUB/APP");
        let of_group = "/subscriptions/0-0/resourceGroups/RG";
        let of_nothing = format!("{of_group}/providers/Microsoft.Network/virtualNetworks");
        for other in
            ["vpc-1", "", "/subscriptions/0-0", of_group, &of_nothing, &id[1..], &format!("{id}/subnets/")]
        {
            assert_eq!(AzureId::parse(other), None, "{other}");
        }
    }
}
