//! The filters by which describe calls find resources with given ids, and those that belong to them. A filter whose value
//! does not exist finds nothing, whereas an id that does not exist, given as an id, is an error of the whole call.

use std::collections::BTreeSet;

/// The values of one filter. EC2 allows 200.
const MOST_VALUES: usize = 100;

/// What the ids of a kind of resource begin with, and the filters that find those, or what belongs to one.
type FiltersByPrefix = &'static [(&'static str, &'static [&'static str])];

/// The filters of each call, as the EC2 API reference has them.
const FILTERS: &[(&str, FiltersByPrefix)] = &[
    ("ec2:DescribeVpcs", &[("vpc-", &["vpc-id"])]),
    ("ec2:DescribeSubnets", &[("subnet-", &["subnet-id"]), ("vpc-", &["vpc-id"])]),
    (
        "ec2:DescribeInstances",
        &[
            ("i-", &["instance-id"]),
            ("eni-", &["network-interface.network-interface-id"]),
            ("subnet-", &["subnet-id"]),
            ("vpc-", &["vpc-id"]),
        ],
    ),
    (
        "ec2:DescribeNetworkInterfaces",
        &[
            ("eni-", &["network-interface-id"]),
            ("i-", &["attachment.instance-id"]),
            ("subnet-", &["subnet-id"]),
            ("vpc-", &["vpc-id"]),
        ],
    ),
    (
        "ec2:DescribeVpcPeeringConnections",
        &[
            ("pcx-", &["vpc-peering-connection-id"]),
            ("vpc-", &["requester-vpc-info.vpc-id", "accepter-vpc-info.vpc-id"]),
        ],
    ),
    (
        "ec2:DescribeTransitGatewayAttachments",
        &[
            ("tgw-attach-", &["transit-gateway-attachment-id"]),
            ("tgw-", &["transit-gateway-id"]),
            ("vpc-", &["resource-id"]),
            ("vpn-", &["resource-id"]),
        ],
    ),
    (
        "ec2:DescribeTransitGatewayPeeringAttachments",
        &[("tgw-attach-", &["transit-gateway-attachment-id"]), ("tgw-", &["transit-gateway-id"])],
    ),
    ("ec2:DescribeVpnGateways", &[("vgw-", &["vpn-gateway-id"]), ("vpc-", &["attachment.vpc-id"])]),
    (
        "ec2:DescribeVpnConnections",
        &[("vpn-", &["vpn-connection-id"]), ("vgw-", &["vpn-gateway-id"]), ("tgw-", &["transit-gateway-id"])],
    ),
];

/// Returns the filters by which `action` finds what has one of `ids` or belongs to one, each for a request of its own.
/// There are none if nothing that `action` lists can.
pub fn filters_by_id(action: &str, ids: &BTreeSet<String>) -> Vec<(&'static str, Vec<String>)> {
    let of_action = FILTERS.iter().find(|(name, _)| *name == action).map_or(&[][..], |(_, filters)| filters);
    let mut filters = Vec::new();
    // Of two prefixes that an id begins with, the first of the table counts.
    let mut left: Vec<&String> = ids.iter().collect();
    for (prefix, names) in of_action {
        let (values, others): (Vec<&String>, Vec<&String>) =
            left.into_iter().partition(|id| id.starts_with(prefix));
        left = others;
        for values in values.chunks(MOST_VALUES) {
            let values = || values.iter().copied().cloned().collect();
            filters.extend(names.iter().map(|name| (*name, values())));
        }
    }
    filters
}

/// Tells whether `ids` has one that no filter finds: then only the whole list shows what became of it.
pub fn has_unknown_id(ids: &BTreeSet<String>) -> bool {
    let is_known = |id: &String| {
        FILTERS.iter().any(|(_, filters)| filters.iter().any(|(prefix, _)| id.starts_with(prefix)))
    };
    !ids.iter().all(is_known)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filters(action: &str, ids: &[&str]) -> Vec<(&'static str, Vec<String>)> {
        filters_by_id(action, &ids.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn every_call_has_filters() {
        use super::super::list_calls::calls;
        for action in crate::model::Kind::ALL.into_iter().flat_map(calls) {
            assert!(FILTERS.iter().any(|(name, _)| name == action), "{action}");
        }
    }

    #[test]
    fn ids_are_found_by_the_filter_of_their_kind() {
        let found = filters("ec2:DescribeNetworkInterfaces", &["i-1", "eni-1", "eni-2", "pcx-1"]);
        let expected =
            [("network-interface-id", vec!["eni-1", "eni-2"]), ("attachment.instance-id", vec!["i-1"])];
        let expected = expected.map(|(name, values)| (name, values.into_iter().map(str::to_owned).collect()));
        assert_eq!(found, expected);
        assert!(filters("ec2:DescribeVpcs", &["i-1"]).is_empty(), "no network belongs to a machine");
        let found = filters("ec2:DescribeTransitGatewayAttachments", &["tgw-attach-1", "tgw-1"]);
        assert_eq!(found.len(), 2);
        assert_eq!(found[1].1, ["tgw-1"], "an attachment is not a gateway, although its id begins like one");
    }

    #[test]
    fn a_request_has_a_hundred_ids_at_most() {
        let ids: Vec<String> = (0..250).map(|number| format!("i-{number}")).collect();
        let found = filters("ec2:DescribeInstances", &ids.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(found.iter().map(|(_, values)| values.len()).collect::<Vec<_>>(), [100, 100, 50]);
    }

    #[test]
    fn an_id_that_no_call_knows_asks_for_the_whole_list() {
        let ids = |id: &str| BTreeSet::from([id.to_owned()]);
        assert!(has_unknown_id(&ids("eipassoc-1")) && !has_unknown_id(&ids("vpc-1")));
    }
}
