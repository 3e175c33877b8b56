//! `DescribeSubnets` -> [`Subnet`]. It is asked for in `read.rs`; the answer is described at
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSubnets.html>.

use aws_sdk_ec2::types::{Subnet as Answer, SubnetCidrReservation, SubnetCidrReservationType};

use super::common::{AnswerContext, name_and_tags, non_blank};
use super::network::{associated_prefix, block_state};
use crate::clouds::address::{listed_prefix, prefix, sorted_prefixes};
use crate::clouds::meter;
use crate::model::{CidrReservation, CidrReservationKind, Provider, Subnet, SubnetRules, usable_ipv4};

/// Transforms one subnet; `None` without an id or a VPC.
pub fn subnet_from_answer(subnet: Answer, context: AnswerContext<'_>) -> Option<Subnet> {
    let (account, visible_from) = context.owner_and_viewers(subnet.owner_id);
    let (name, tags) = name_and_tags(subnet.tags);
    let v6 =
        subnet.ipv6_cidr_block_association_set.unwrap_or_default().into_iter().filter_map(|association| {
            let state =
                association.ipv6_cidr_block_state.and_then(|state| block_state(state.state?.as_str()));
            let is_gone = state.is_some_and(|state| !state.occupies());
            associated_prefix(association.ipv6_cidr_block.as_deref(), state).filter(|_| !is_gone)
        });
    let cidr = subnet.cidr_block.as_deref().filter(|text| !text.is_empty());
    let v4 = cidr.and_then(prefix);
    let is_understood = cidr.is_some() == v4.is_some();
    let prefixes = sorted_prefixes(v4.into_iter().chain(v6).collect());
    if prefixes.is_empty() && cidr.is_none() {
        meter::note_oddity("it has no CIDR block");
    }
    let addresses_total = usable_ipv4(&prefixes, SubnetRules::AWS.reserved).filter(|_| is_understood);
    // An IPv6-only subnet answers 0, which is not a count of anything; nor is a count that cannot be.
    let available = subnet.available_ip_address_count.filter(|_| v4.is_some());
    let is_possible = |count: &u64| addresses_total.is_none_or(|total| *count <= total);
    let available = available.and_then(|count| u64::try_from(count).ok()).filter(is_possible);
    Some(Subnet {
        provider: Provider::Aws,
        account,
        region: context.region.to_owned(),
        zone: subnet.availability_zone,
        zone_id: non_blank(subnet.availability_zone_id),
        id: non_blank(subnet.subnet_id)?,
        name,
        network: non_blank(subnet.vpc_id)?,
        addresses_total,
        prefixes,
        addresses_available: available,
        purpose: None,
        customer_owned_pool: non_blank(subnet.customer_owned_ipv4_pool),
        cidr_reservations: None,
        state: subnet.state.map(|state| state.as_str().to_owned()),
        visible_from,
        tags,
    })
}

/// Transforms a reservation; `None` if its prefix is not understood. One of a new type is kept from everything.
pub fn reservation_from_answer(reservation: &SubnetCidrReservation) -> Option<CidrReservation> {
    let kind = match &reservation.reservation_type {
        Some(SubnetCidrReservationType::Prefix) => CidrReservationKind::Prefix,
        _ => CidrReservationKind::Explicit,
    };
    Some(CidrReservation { prefix: listed_prefix(reservation.cidr.as_deref())?, kind })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clouds::meter::Meter;

    const HERE: AnswerContext<'_> = AnswerContext { account: "111111111111", region: "eu-west-1" };

    #[test]
    fn free_addresses_are_as_aws_counts_them() {
        let subnet = Answer::builder()
            .subnet_id("subnet-1")
            .vpc_id("vpc-1")
            .cidr_block("10.0.0.0/24")
            .available_ip_address_count(240)
            .build();
        let subnet = subnet_from_answer(subnet, HERE).unwrap();
        assert_eq!((subnet.addresses_total, subnet.addresses_available), (Some(251), Some(240)));
    }

    #[test]
    fn a_subnet_whose_prefix_was_not_read_has_no_total() {
        let total = |cidr: Option<&str>| {
            let subnet = Answer::builder().subnet_id("subnet-1").vpc_id("vpc-1");
            subnet_from_answer(subnet.set_cidr_block(cidr.map(str::to_owned)).build(), HERE)
                .unwrap()
                .addresses_total
        };
        assert_eq!((total(None), total(Some("")), total(Some("ten"))), (None, None, None));
    }

    /// More addresses than there are, or fewer than none.
    #[test]
    fn a_count_of_free_addresses_that_cannot_be_is_unknown() {
        for (count, available) in [(251, Some(251)), (252, None), (i32::MAX, None), (-1, None), (0, Some(0))]
        {
            let subnet = Answer::builder()
                .subnet_id("subnet-1")
                .vpc_id("vpc-1")
                .cidr_block("10.0.0.0/24")
                .available_ip_address_count(count)
                .build();
            assert_eq!(subnet_from_answer(subnet, HERE).unwrap().addresses_available, available, "{count}");
        }
    }

    /// An empty `cidrBlock`, or none at all.
    #[tokio::test]
    async fn a_subnet_without_addresses_is_no_complete_answer() {
        for cidr in [None, Some(String::new())] {
            let meter = Meter::default();
            let subnet = Answer::builder().subnet_id("subnet-1").vpc_id("vpc-1").set_cidr_block(cidr).build();
            let subnet = meter.watch(async { subnet_from_answer(subnet, HERE).unwrap() }).await;
            assert_eq!((subnet.prefixes.len(), meter.odd_values()), (0, 1));
        }
    }

    #[test]
    fn an_ipv6_only_subnet_has_no_free_count() {
        use aws_sdk_ec2::types::SubnetIpv6CidrBlockAssociation as V6;
        let subnet = Answer::builder()
            .subnet_id("subnet-1")
            .vpc_id("vpc-1")
            .available_ip_address_count(0)
            .ipv6_cidr_block_association_set(V6::builder().ipv6_cidr_block("2001:db8::/64").build())
            .build();
        let subnet = subnet_from_answer(subnet, HERE).unwrap();
        assert_eq!(subnet.prefixes.len(), 1);
        assert_eq!((subnet.addresses_total, subnet.addresses_available), (Some(0), None));
    }
}
