//! `DescribeVpcs` -> [`Network`]. It is asked for in `read.rs`; the answer is described at
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcs.html>. `model/shared_views.rs` joins what several accounts see of one shared VPC.

use aws_sdk_ec2::types::{Vpc, VpcCidrBlockAssociation, VpcIpv6CidrBlockAssociation};
use ipnet::IpNet;

use super::common::{AnswerContext, name_and_tags, non_blank};
use crate::clouds::address::{listed_prefix, prefix};
use crate::clouds::meter;
use crate::model::{Block, BlockRole, BlockState, Network, NetworkKind, Provider};

/// Transforms one VPC; `None` without an id.
pub fn network_from_vpc(vpc: Vpc, context: AnswerContext<'_>, account_name: Option<&str>) -> Option<Network> {
    let (account, visible_from) = context.owner_and_viewers(vpc.owner_id);
    let account_name = account_name.filter(|_| visible_from.is_empty()).map(str::to_owned);
    let (name, tags) = name_and_tags(vpc.tags);
    Some(Network {
        provider: Provider::Aws,
        account,
        account_name,
        region: context.region.to_owned(),
        id: non_blank(vpc.vpc_id)?,
        name,
        kind: NetworkKind::Vpc,
        blocks: vpc_blocks(
            vpc.cidr_block.as_deref(),
            vpc.cidr_block_association_set.unwrap_or_default(),
            vpc.ipv6_cidr_block_association_set.unwrap_or_default(),
        ),
        is_default: vpc.is_default,
        state: vpc.state.map(|state| state.as_str().to_owned()),
        visible_from,
        tags,
    })
}

/// Joins the primary block with both association sets. Older answers have no association set at all, so the
/// plain `cidrBlock` stands in when none of the associations is it.
fn vpc_blocks(
    primary: Option<&str>,
    v4: Vec<VpcCidrBlockAssociation>,
    v6: Vec<VpcIpv6CidrBlockAssociation>,
) -> Vec<Block> {
    let is_text = |text: Option<&str>| text.is_some_and(|text| !text.trim().is_empty());
    let is_given = is_text(primary)
        || v4.iter().any(|association| is_text(association.cidr_block.as_deref()))
        || v6.iter().any(|association| is_text(association.ipv6_cidr_block.as_deref()));
    if !is_given {
        meter::note_oddity("it has no CIDR block");
    }
    let primary = primary.and_then(prefix);
    let v4 = v4.into_iter().filter_map(|association| {
        let state = association.cidr_block_state.and_then(|state| block_state(state.state?.as_str()));
        let cidr = associated_prefix(association.cidr_block.as_deref(), state)?;
        let role = if Some(cidr) == primary { BlockRole::Primary } else { BlockRole::Secondary };
        Some(Block { cidr, role, state })
    });
    let v6 = v6.into_iter().filter_map(|association| {
        let state = association.ipv6_cidr_block_state.and_then(|state| block_state(state.state?.as_str()));
        let cidr = associated_prefix(association.ipv6_cidr_block.as_deref(), state)?;
        Some(Block { cidr, role: BlockRole::Secondary, state })
    });
    let mut blocks: Vec<Block> = v4.chain(v6).collect();
    if let Some(cidr) = primary.filter(|cidr| !blocks.iter().any(|block| block.cidr == *cidr)) {
        blocks.push(Block { cidr, role: BlockRole::Primary, state: None });
    }
    // Primary first, then IPv4 before IPv6, each by address: the order EC2 answers in is not stable.
    blocks.sort_by_key(|block| (block.role, block.cidr, block.state));
    blocks
}

/// Parses the prefix of an association. One that occupies nothing may have none.
pub fn associated_prefix(text: Option<&str>, state: Option<BlockState>) -> Option<IpNet> {
    if state.is_none_or(BlockState::occupies) { listed_prefix(text) } else { text.and_then(prefix) }
}

/// Reads EC2's association state; what this version does not know is unknown, and so counts.
pub fn block_state(code: &str) -> Option<BlockState> {
    Some(match code {
        "associating" => BlockState::Associating,
        "associated" => BlockState::Associated,
        "disassociating" => BlockState::Disassociating,
        "disassociated" => BlockState::Disassociated,
        "failing" => BlockState::Failing,
        "failed" => BlockState::Failed,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_ec2::types::{VpcCidrBlockState, VpcCidrBlockStateCode};

    use super::*;
    use crate::clouds::meter::Meter;
    use crate::model::BlockState;

    const HERE: AnswerContext<'_> = AnswerContext { account: "111111111111", region: "eu-west-1" };

    fn association(cidr: &str, state: VpcCidrBlockStateCode) -> VpcCidrBlockAssociation {
        VpcCidrBlockAssociation::builder()
            .cidr_block(cidr)
            .cidr_block_state(VpcCidrBlockState::builder().state(state).build())
            .build()
    }

    #[test]
    fn a_vpc_without_owner_or_associations_keeps_its_block() {
        let vpc = Vpc::builder().vpc_id("vpc-1").cidr_block("10.0.0.0/16").build();
        let network = network_from_vpc(vpc, HERE, Some("prod")).unwrap();
        assert_eq!(network.account, "111111111111");
        assert_eq!(network.account_name.as_deref(), Some("prod"));
        assert_eq!(network.prefixes().map(|p| p.to_string()).collect::<Vec<_>>(), ["10.0.0.0/16"]);
    }

    #[test]
    fn a_shared_vpc_belongs_to_its_owner() {
        let vpc = Vpc::builder().vpc_id("vpc-1").owner_id("222222222222").build();
        let network = network_from_vpc(vpc, HERE, Some("participant")).unwrap();
        assert_eq!(network.account, "222222222222");
        assert_eq!(network.visible_from, ["111111111111"]);
        assert_eq!(network.account_name, None, "the participant's name is not the owner's");
    }

    #[test]
    fn a_block_that_left_and_came_back_is_listed_twice_and_counts_once() {
        let vpc = Vpc::builder()
            .vpc_id("vpc-1")
            .cidr_block("10.0.0.0/16")
            .cidr_block_association_set(association("100.64.0.0/16", VpcCidrBlockStateCode::Disassociated))
            .cidr_block_association_set(association("10.0.0.0/16", VpcCidrBlockStateCode::Associated))
            .cidr_block_association_set(association("100.64.0.0/16", VpcCidrBlockStateCode::Associated))
            .build();
        let network = network_from_vpc(vpc, HERE, None).unwrap();
        assert_eq!(network.blocks.len(), 3);
        assert_eq!(network.blocks[0].role, BlockRole::Primary);
        assert_eq!(network.blocks.iter().filter(|b| b.state == Some(BlockState::Disassociated)).count(), 1);
        let counted: Vec<_> = network.prefixes().map(|p| p.to_string()).collect();
        assert_eq!(counted, ["10.0.0.0/16", "100.64.0.0/16"]);
    }

    /// An empty `cidrBlock`, or none at all.
    #[tokio::test]
    async fn a_vpc_without_addresses_is_no_complete_answer() {
        for cidr in [None, Some(String::new())] {
            let meter = Meter::default();
            let vpc = Vpc::builder().vpc_id("vpc-1").set_cidr_block(cidr).build();
            let network = meter.watch(async { network_from_vpc(vpc, HERE, None).unwrap() }).await;
            assert_eq!((network.blocks.len(), meter.odd_values()), (0, 1));
        }
    }

    /// It was complete, without the block.
    #[tokio::test]
    async fn an_association_without_a_block_is_no_complete_answer() {
        for cidr in [None, Some(String::new())] {
            for (state, oddities) in [
                (Some(VpcCidrBlockStateCode::Associated), 2),
                (Some(VpcCidrBlockStateCode::Associating), 2),
                (None, 2),
                (Some(VpcCidrBlockStateCode::Failed), 0),
                (Some(VpcCidrBlockStateCode::Disassociated), 0),
            ] {
                let meter = Meter::default();
                let code = VpcCidrBlockState::builder().set_state(state.clone()).build();
                let v4 = VpcCidrBlockAssociation::builder().set_cidr_block(cidr.clone());
                let v6 = VpcIpv6CidrBlockAssociation::builder().set_ipv6_cidr_block(cidr.clone());
                let vpc = Vpc::builder()
                    .vpc_id("vpc-1")
                    .cidr_block("10.0.0.0/16")
                    .cidr_block_association_set(association("10.0.0.0/16", VpcCidrBlockStateCode::Associated))
                    .cidr_block_association_set(v4.cidr_block_state(code.clone()).build())
                    .ipv6_cidr_block_association_set(v6.ipv6_cidr_block_state(code).build())
                    .build();
                let network = meter.watch(async { network_from_vpc(vpc, HERE, None).unwrap() }).await;
                assert_eq!((network.blocks.len(), meter.oddities()), (1, oddities), "{state:?}");
            }
        }
    }

    #[test]
    fn a_vpc_without_id_is_nothing() {
        assert!(network_from_vpc(Vpc::builder().build(), HERE, None).is_none());
    }
}
