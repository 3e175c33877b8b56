//! Wrong answers that other tools gave, each as a test.

use netcensus::analysis::free::{FreeStatus, HolderKind};
use netcensus::model::{Coverage, LinkEnd, LinkKind, Network, Outcome, PlannedKind, Provider, Subject};

use super::estate::{Estate, wanted};
use crate::overlap::estate::{attachment, end, link, net, peering, planned, range, subnet, vnet, vpc};

/// Azure IPAM takes the symmetric difference, and offers the prefix of a subnet outside its network first (issue 354).
#[test]
fn a_subnet_outside_its_network_is_never_offered() {
    let network = vnet("vnet-1", &["10.171.44.0/24"]);
    let subnets = vec![
        subnet(&network, "inside", &["10.171.44.0/25"]),
        subnet(&network, "outside", &["10.168.255.128/27"]),
    ];
    let estate = Estate { networks: vec![network], subnets, ..Estate::default() };
    assert_eq!(estate.free("10.171.44.0/24"), [""; 0]);
    let (offered, _) = estate.take("10.168.255.128/25", "27", 4);
    assert_eq!(offered, ["10.168.255.160/27", "10.168.255.192/27", "10.168.255.224/27"]);
}

/// Azure IPAM counts a network only if it lies in the block. One around the block holds all of it.
#[test]
fn a_network_around_the_searched_prefix_holds_it() {
    let estate = Estate::of(vec![vpc("vpc-1", &["10.0.0.0/16"])]);
    assert_eq!(estate.take("10.0.0.0/20", "24", 1), (vec![], false));
    estate.ask(&["10.0.0.0/20"], None, |report| assert_eq!(report.answers[0].status, FreeStatus::Full));
}

/// Azure IPAM counts networks that are associated with the block, NetBox those of one VRF, AWS those of one pool.
#[test]
fn whatever_holds_a_prefix_counts_wherever_it_belongs_to() {
    let shared = Network { visible_from: vec!["222222222222".into()], ..vpc("vpc-shared", &["10.0.0.0/18"]) };
    let foreign = Network { account: "999999999999".into(), ..vpc("vpc-foreign", &["10.0.64.0/19"]) };
    let far = LinkEnd {
        network: Some("vpc-far".into()),
        prefixes: vec![net("10.0.96.0/20")],
        ..LinkEnd::default()
    };
    let mut estate = Estate {
        links: vec![link(LinkKind::VpcPeering, "pcx-1", vec![end(&shared), far])],
        ranges: vec![range("data centre", "10.0.112.0/21")],
        bridges: vec![net("10.0.120.0/22")],
        ..Estate::of(vec![shared, foreign, vnet("vnet-1", &["10.0.124.0/23"])])
    };
    estate.plan.prefixes.push(planned(PlannedKind::Network, "aws_vpc.new", None, "10.0.126.0/24"));
    assert_eq!(estate.take("10.0.0.0/17", "24", 2), (vec!["10.0.127.0/24".to_owned()], false));
}

/// `smallest_cidr` of Azure IPAM answers a full block with HTTP 500.
#[test]
fn a_full_prefix_is_an_answer() {
    let estate = Estate::of(vec![vpc("vpc-1", &["10.0.0.0/17"]), vpc("vpc-2", &["10.0.128.0/17"])]);
    estate.ask(&["10.0.0.0/16"], Some(wanted("28", 1)), |report| {
        let answer = &report.answers[0];
        assert_eq!((answer.status, answer.addresses_free, answer.widest), (FreeStatus::Full, Some(0), None));
        assert_eq!(answer.offer.as_ref().unwrap().available, Some(0));
    });
}

/// aws-cidr-finder skips a hole in which there would be too many prefixes.
#[test]
fn a_small_prefix_of_a_large_hole_is_found_and_the_rest_counted() {
    let estate = Estate::of(vec![vpc("vpc-1", &["10.0.128.0/17"])]);
    estate.ask(&["10.0.0.0/16"], Some(wanted("28", 2)), |report| {
        let offer = report.answers[0].offer.as_ref().unwrap();
        assert_eq!(offer.prefixes, [net("10.0.0.0/28"), net("10.0.0.16/28")]);
        assert_eq!(offer.available, Some(2_048));
    });
    estate.ask(&["fd00::/8"], Some(wanted("128", 1)), |report| {
        assert_eq!(report.answers[0].offer.as_ref().unwrap().available, None, "2^120");
    });
}

/// A preview that moves at the next run replaces networks (terraform-aws-modules/vpc 980, infoblox-ansible 63).
#[test]
fn the_same_inventory_gives_the_same_prefixes_in_whatever_order_it_is() {
    let networks =
        vec![vpc("vpc-1", &["10.0.0.0/16"]), vpc("vpc-2", &["10.4.0.0/16"]), vpc("vpc-3", &["10.9.0.0/16"])];
    let one = Estate::of(networks.clone());
    let other = Estate::of(networks.into_iter().rev().collect());
    let three = one.take("10.0.0.0/8", "16", 3);
    assert_eq!(three, other.take("10.0.0.0/8", "16", 3));
    assert_eq!(one.take("10.0.0.0/8", "16", 1).0[..], three.0[..1], "more of them begin with the same ones");
}

fn unread(account: &str, region: Option<&str>, kind: Subject) -> Coverage {
    Coverage {
        provider: Provider::Aws,
        account: account.into(),
        region: region.map(str::to_owned),
        kind,
        outcome: Outcome::Denied,
        detail: Some("a service control policy".into()),
        requests: 1,
        duration_ms: 1,
    }
}

/// A policy denied 15 of 17 regions, each with a default VPC, and the tool took them for empty (wasp-idp 67).
#[test]
fn regions_that_could_not_be_read_are_not_empty() {
    let estate = Estate {
        unread: vec![unread("222222222222", Some("us-east-1"), Subject::Networks)],
        ..Estate::of(vec![vpc("vpc-1", &["10.0.0.0/16"])])
    };
    estate.ask(&["172.31.0.0/16", "10.0.0.0/15"], None, |report| {
        assert!(!report.complete);
        assert_eq!(report.answers[0].status, FreeStatus::Full, "AWS makes a default VPC in every region");
        assert_eq!(report.answers[1].status, FreeStatus::NotKnownToBeHeld);
        assert_eq!(report.coverage.len(), 1);
    });
    let read = Estate::of(vec![]);
    read.ask(&["172.31.0.0/16"], None, |report| {
        assert_eq!((report.complete, report.answers[0].status), (true, FreeStatus::Free));
    });
}

/// Subnets and instances that were not read do not hide a default VPC, but an account that could not be entered does.
#[test]
fn an_account_that_could_not_be_entered_has_default_networks() {
    let full = |subject| {
        let estate = Estate { unread: vec![unread("all accounts", None, subject)], ..Estate::default() };
        estate.free("172.31.0.0/16").is_empty()
    };
    assert!(full(Subject::Credentials) && full(Subject::Regions) && full(Subject::Networks));
    assert!(!full(Subject::Subnets) && !full(Subject::Instances));
}

#[test]
fn kinds_that_were_not_scanned_leave_the_answer_open() {
    let mut inventory = Estate::default().inventory();
    inventory.coverage.retain(|entry| entry.kind == Subject::Networks);
    let missing = netcensus::analysis::coverage_gaps::unscanned_parts(
        &inventory,
        &netcensus::analysis::free::FREE_KINDS,
    );
    assert_eq!(missing.len(), 2, "{missing:?}");
}

#[test]
fn ranges_that_clouds_and_containers_need_are_held() {
    let estate = Estate { bridges: vec![net("172.17.0.0/16")], ..Estate::default() };
    for held in
        ["169.254.0.0/16", "168.63.129.16/32", "172.17.0.0/16", "224.0.0.0/4", "fe80::/10", "fd00:ec2::/32"]
    {
        assert_eq!(estate.free(held), [""; 0], "{held}");
    }
    assert_eq!(Estate::default().free("172.17.0.0/16"), ["172.17.0.0/16"], "bridges are configured");
    assert_eq!(estate.free("168.63.129.16/31"), ["168.63.129.17/32"]);
}

/// Networks that only a route tells of are reachable: the cloud says so.
#[test]
fn a_default_route_holds_nothing_and_a_deleted_link_neither() {
    let network = vpc("vpc-1", &["10.0.0.0/16"]);
    let far = |prefix: &str| LinkEnd {
        network: Some("vpc-far".into()),
        prefixes: vec![net(prefix)],
        ..LinkEnd::default()
    };
    let peered = |state: &str, prefix: &str| {
        let mut link = link(LinkKind::VpcPeering, "pcx-1", vec![end(&network), far(prefix)]);
        link.state = Some(state.into());
        let estate = Estate { links: vec![link], ..Estate::of(vec![network.clone()]) };
        estate.free("10.64.0.0/16").is_empty()
    };
    assert!(peered("active", "10.64.0.0/12") && peered("pending-acceptance", "10.64.0.0/16"));
    assert!(!peered("active", "0.0.0.0/0") && !peered("deleted", "10.64.0.0/16"));
}

#[test]
fn neighbours_are_the_widest_holders_beside_a_hole() {
    let network = Network { name: Some("shop".into()), ..vpc("vpc-1", &["10.0.0.0/24"]) };
    let estate = Estate {
        subnets: vec![subnet(&network, "subnet-1", &["10.0.0.128/25"])],
        ranges: vec![range("office", "10.0.4.0/24"), range("office", "10.0.4.0/22")],
        ..Estate::of(vec![network])
    };
    estate.ask(&["10.0.0.0/16"], None, |report| {
        let [first, last] = &report.answers[0].holes[..] else { panic!("{report:?}") };
        let before = first.before.as_ref().unwrap();
        assert_eq!((before.holder.label(), before.holder.kind), ("shop", HolderKind::Network));
        assert_eq!(before.holder.account_name, Some("prod"));
        assert_eq!(first.after.as_ref().unwrap().prefix, net("10.0.4.0/22"));
        assert_eq!((last.first.to_string(), last.after.is_none()), ("10.0.8.0".to_owned(), true));
        assert_eq!(last.addresses, Some(63_488));
    });
}

/// What is not joined may have the same addresses; what may be joined in a way that nothing tells counts.
#[test]
fn networks_that_are_not_joined_are_named_and_do_not_count() {
    let (one, two, three) =
        (vpc("vpc-1", &["10.0.0.0/24"]), vpc("vpc-2", &["10.0.1.0/24"]), vpc("vpc-3", &["10.0.3.0/24"]));
    let alone = vpc("vpc-alone", &["10.0.2.0/24"]);
    let estate = Estate {
        links: vec![peering(&one, &two), attachment(&two, "tgw-1"), attachment(&three, "tgw-1")],
        subnets: vec![subnet(&alone, "subnet-alone", &["10.0.2.0/25"])],
        ranges: vec![range("office", "10.0.128.0/17")],
        ..Estate::of(vec![one, two, three, alone])
    };
    let ask = |joined_to| {
        estate.ask_joined(&["10.0.0.0/22", "10.0.128.0/17"], None, joined_to, |report| {
            let free = |at: usize| {
                report.answers[at].holes.iter().flat_map(|hole| hole.prefixes.clone()).collect::<Vec<_>>()
            };
            let not_joined =
                report.answers[0].not_joined.iter().map(|held| held.holder.label()).collect::<Vec<_>>();
            (free(0), free(1), not_joined.join(" "))
        })
    };
    assert_eq!(ask(None), (vec![], vec![], String::new()));
    let joined = ask(Some("VPC-1"));
    assert_eq!(joined, (vec![net("10.0.2.0/24")], vec![], "vpc-alone subnet-alone".to_owned()));
    assert_eq!(ask(Some("vpc-alone")).0, [net("10.0.0.0/23"), net("10.0.3.0/24")]);
}

/// Steps of a pipe read numbers above 2^53 as others: jq and JavaScript keep 53 bits.
#[test]
fn counts_that_readers_of_json_do_not_keep_exactly_are_left_out() {
    let available = |size: &str| {
        Estate::default().ask(&["fd00::/8"], Some(wanted(size, 1)), |report| {
            report.answers[0].offer.as_ref().unwrap().available
        })
    };
    // AWS holds fd00:ec2::/32.
    assert_eq!(available("32"), Some((1 << 24) - 1));
    assert_eq!(available("61"), Some((1 << 53) - (1 << 29)));
    assert_eq!((available("62"), available("64"), available("128")), (None, None, None));
}
