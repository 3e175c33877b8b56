//! Which addresses count, and at which level.

use netcensus::model::{BlockRole, BlockState, Level, Network};

use super::estate::{Estate, block, default_vpc, line, net, nets, peering, range, subnet, vnet, vpc};

#[test]
fn blocks_that_are_gone_or_failed_do_not_count() {
    let gone = [BlockState::Disassociated, BlockState::Failing, BlockState::Failed];
    for state in gone {
        let mut left = vpc("vpc-a", &["10.1.0.0/16"]);
        left.blocks.push(block("10.0.0.0/16", BlockRole::Secondary, Some(state)));
        let estate = Estate::of(vec![left, vpc("vpc-b", &["10.0.0.0/16"])]);
        assert_eq!(estate.lines(), [""; 0], "{state:?}");
    }
    let mut leaving = vpc("vpc-a", &["10.1.0.0/16"]);
    leaving.blocks.push(block("10.0.0.0/16", BlockRole::Secondary, Some(BlockState::Disassociating)));
    let estate = Estate::of(vec![leaving, vpc("vpc-b", &["10.0.0.0/16"])]);
    assert_eq!(estate.lines(), ["latent 10.0.0.0/16: vpc-a, vpc-b"], "it is still in use");
}

#[test]
fn a_block_that_is_listed_twice_is_held_once() {
    let twice = vpc("vpc-a", &["10.0.0.0/16", "10.0.0.0/16"]);
    let estate = Estate::of(vec![twice, vpc("vpc-b", &["10.0.0.0/16"])]);
    assert_eq!(estate.lines(), ["latent 10.0.0.0/16: vpc-a, vpc-b"]);
    assert_eq!(estate.find().compared.networks, 2);
}

#[test]
fn blocks_of_one_network_never_collide() {
    assert_eq!(Estate::of(vec![vpc("vpc-a", &["10.0.0.0/8", "10.0.0.0/16"])]).lines(), [""; 0]);
}

#[test]
fn a_subnet_in_its_network_or_equal_to_it_is_no_collision() {
    let network = vpc("vpc-a", &["10.0.0.0/16", "10.1.0.0/16"]);
    for prefix in ["10.0.0.0/16", "10.0.4.0/24", "10.0.0.0/15"] {
        let subnets = vec![subnet(&network, "subnet-a", &[prefix])];
        let estate = Estate { subnets, level: Level::All, ..Estate::of(vec![network.clone()]) };
        assert_eq!(estate.lines(), [""; 0], "{prefix}, which may lie in two blocks that touch");
    }
}

#[test]
fn subnets_outside_their_network_are_one_finding_of_their_own() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![
        subnet(&network, "subnet-a", &["10.0.1.0/24"]),
        subnet(&network, "subnet-b", &["10.9.0.0/24"]),
        subnet(&network, "subnet-c", &["10.0.0.0/8"]),
    ];
    let estate = Estate { subnets, level: Level::Subnets, ..Estate::of(vec![network]) };
    let findings = estate.find().findings;
    let stray = findings.iter().find(|finding| finding.code == "NC107").unwrap();
    assert_eq!(line(stray), "outside-network 10.0.0.0/8: subnet-b, subnet-c");
    assert_eq!(stray.message, "10.0.0.0/8 is outside the address blocks of vpc-a");
}

#[test]
fn subnets_of_a_network_that_was_not_read_are_not_outside_it() {
    let unread = vpc("vpc-a", &[]);
    let subnets = vec![subnet(&unread, "subnet-a", &["10.0.0.0/24"])];
    assert_eq!(Estate { subnets, level: Level::Subnets, ..Estate::default() }.lines(), [""; 0]);
}

#[test]
fn overlapping_subnets_of_one_network_are_connected() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets =
        vec![subnet(&network, "subnet-a", &["10.0.0.0/24"]), subnet(&network, "subnet-b", &["10.0.0.0/25"])];
    let estate = Estate { subnets, level: Level::Subnets, ..Estate::of(vec![network]) };
    let finding = &estate.find().findings[0];
    assert_eq!(line(finding), "connected 10.0.0.0/25: subnet-a, subnet-b");
    assert_eq!(finding.message, "2 subnets of vpc-a use 10.0.0.0/25");
}

#[test]
fn default_vpcs_are_alike_by_design_and_hurt_when_they_are_joined() {
    let [a, b] = [default_vpc("vpc-a"), default_vpc("vpc-b")];
    let apart = Estate::of(vec![a.clone(), b.clone()]);
    assert_eq!(apart.lines(), ["default-network 172.31.0.0/16: vpc-a, vpc-b"]);
    let joined = Estate { links: vec![peering(&a, &b)], ..apart };
    assert_eq!(
        joined.lines(),
        ["connected 172.31.0.0/16: vpc-a, vpc-b", "default-network 172.31.0.0/16: vpc-a, vpc-b"]
    );
}

#[test]
fn a_default_vpc_collides_with_a_network_that_is_none() {
    let made = vpc("vpc-b", &["172.31.0.0/16"]);
    assert_eq!(Estate::of(vec![default_vpc("vpc-a"), made]).lines(), ["latent 172.31.0.0/16: vpc-a, vpc-b"]);
    let renumbered = |id| Network { is_default: Some(true), ..vpc(id, &["10.0.0.0/16"]) };
    assert_eq!(
        Estate::of(vec![renumbered("vpc-a"), renumbered("vpc-b")]).lines(),
        ["latent 10.0.0.0/16: vpc-a, vpc-b"],
        "only 172.31.0.0/16 is given to everybody"
    );
}

#[test]
fn secondary_blocks_of_shared_space_are_alike_by_design_even_when_joined() {
    let [a, b] = ["vpc-a", "vpc-b"].map(|id| {
        let own = if id == "vpc-a" { "10.0.0.0/16" } else { "10.1.0.0/16" };
        vpc(id, &[own, "100.64.0.0/16"])
    });
    let estate = Estate { links: vec![peering(&a, &b)], ..Estate::of(vec![a, b.clone()]) };
    assert_eq!(estate.lines(), ["default-network 100.64.0.0/16: vpc-a, vpc-b"]);
    let primary = Estate::of(vec![vpc("vpc-c", &["100.64.0.0/16"]), b]);
    assert_eq!(primary.lines(), ["latent 100.64.0.0/16: vpc-b, vpc-c"], "a primary block is meant");
}

#[test]
fn subnets_are_of_shared_space_when_their_block_is() {
    let [a, b] = [("vpc-a", "10.0.0.0/16"), ("vpc-b", "10.1.0.0/16")]
        .map(|(id, own)| vpc(id, &[own, "100.64.0.0/16"]));
    let subnets =
        vec![subnet(&a, "subnet-a", &["100.64.0.0/18"]), subnet(&b, "subnet-b", &["100.64.0.0/18"])];
    let estate = Estate { subnets, level: Level::Subnets, ..Estate::of(vec![a, b]) };
    assert_eq!(estate.lines(), ["default-network 100.64.0.0/18: subnet-a, subnet-b"]);
}

#[test]
fn thousands_of_default_vpcs_are_one_finding() {
    let networks = (0..5_000).map(|number| default_vpc(&format!("vpc-{number}"))).collect();
    let findings = Estate::of(networks).find().findings;
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].members.len(), 5_000);
}

#[test]
fn the_families_are_compared_each_by_itself() {
    let [a, b] =
        [vpc("vpc-a", &["10.0.0.0/16", "fd00:1::/56"]), vpc("vpc-b", &["10.1.0.0/16", "fd00:1:0:8::/61"])];
    assert_eq!(Estate::of(vec![a, b]).lines(), ["latent fd00:1:0:8::/61: vpc-a, vpc-b"]);
}

#[test]
fn each_level_compares_its_own_prefixes() {
    let [a, b] = ["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.0.0.0/16"]));
    let subnets = vec![
        subnet(&a, "subnet-a", &["10.0.0.0/24"]),
        subnet(&b, "subnet-b", &["10.0.0.0/25"]),
        subnet(&b, "subnet-c", &["10.0.7.0/24"]),
    ];
    let networks = "latent 10.0.0.0/16: vpc-a, vpc-b";
    let narrow = "latent 10.0.0.0/25: subnet-a, subnet-b";
    let estate = |level| Estate { subnets: subnets.clone(), level, ..Estate::of(vec![a.clone(), b.clone()]) };
    assert_eq!(estate(Level::Networks).lines(), [networks]);
    assert_eq!(estate(Level::Subnets).lines(), [narrow]);
    assert_eq!(estate(Level::All).lines(), [networks, narrow]);
}

#[test]
fn reserved_space_is_a_finding_for_each_range_with_what_is_taken_of_it() {
    let networks = vec![
        vpc("vpc-a", &["198.51.100.0/25"]),
        vpc("vpc-b", &["192.0.0.0/16"]),
        vpc("vpc-c", &["169.254.0.0/16"]),
    ];
    let findings = Estate::of(networks).find().findings;
    let lines: Vec<String> = findings.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "reserved 169.254.0.0/16: vpc-c",
            "reserved 192.0.0.0/24: vpc-b",
            "reserved 192.0.2.0/24: vpc-b",
            "reserved 198.51.100.0/25: vpc-a"
        ]
    );
    assert_eq!(
        findings[3].message,
        "1 network uses 198.51.100.0/25, in 198.51.100.0/24: documentation, TEST-NET-2 (RFC 5737)"
    );
}

#[test]
fn container_bridges_are_reserved_when_they_are_declared() {
    let estate = Estate::of(vec![vpc("vpc-a", &["172.17.8.0/24"]), vnet("vnet-a", &["10.0.0.0/16"])]);
    assert_eq!(estate.lines(), [""; 0]);
    let with = Estate { bridges: vec![net("172.17.0.0/16")], ..estate };
    assert_eq!(with.lines(), ["reserved 172.17.8.0/24: vpc-a"]);
}

#[test]
fn what_was_compared_is_counted() {
    let network = vpc("vpc-a", &["10.0.0.0/16"]);
    let subnets = vec![subnet(&network, "subnet-a", &["10.0.0.0/24", "fd00::/64"])];
    let ranges = vec![range("dc", "192.168.0.0/16")];
    let estate = Estate { subnets, ranges, ..Estate::of(vec![network]) };
    let count = |level| {
        let compared = Estate { level, ..estate.clone() }.find().compared;
        (compared.networks, compared.subnets, compared.external, compared.planned)
    };
    assert_eq!(count(Level::Networks), (1, 0, 1, 0), "no more than the level compares");
    assert_eq!(count(Level::Subnets), (0, 2, 1, 0));
    assert_eq!(count(Level::All), (1, 2, 1, 0));
}

#[test]
fn a_space_in_many_pieces_is_told_briefly() {
    let wide = vpc("vpc-a", &["10.0.0.0/8"]);
    let inner: Vec<String> = (0..3).map(|number| format!("10.{}.0.0/16", number * 2)).collect();
    let inner: Vec<&str> = inner.iter().map(String::as_str).collect();
    let finding = &Estate::of(vec![wide, vpc("vpc-b", &inner)]).find().findings[0];
    assert_eq!(finding.spaces, nets(&inner));
    assert_eq!(
        finding.message,
        "4 networks use 10.0.0.0/16, 10.2.0.0/16 and 1 more in 10.0.0.0/8 and are not all connected yet"
    );
}
