//! What joins networks, and what does not.

use netcensus::model::{Class, Level, LinkEnd, LinkKind, Network};

use super::estate::{Estate, attachment, end, hub, line, link, peering, subnet, vnet, vpc};

const CONNECTED: &str = "connected 10.0.0.0/16: vpc-a, vpc-b";
const LATENT: &str = "latent 10.0.0.0/16: vpc-a, vpc-b";

fn two() -> [Network; 2] {
    ["vpc-a", "vpc-b"].map(|id| vpc(id, &["10.0.0.0/16"]))
}

#[test]
fn peered_networks_are_connected_by_the_peering() {
    let [a, b] = two();
    let estate = Estate { links: vec![peering(&a, &b)], ..Estate::of(vec![a, b]) };
    let finding = &estate.find().findings[0];
    assert_eq!(line(finding), CONNECTED);
    assert_eq!(finding.joined_by, ["vpc-peering vpc-a-vpc-b"]);
    assert_eq!(finding.message, "2 networks use 10.0.0.0/16 and are connected by vpc-peering vpc-a-vpc-b");
}

#[test]
fn peerings_that_are_pending_rejected_or_gone_join_nothing() {
    let [a, b] = two();
    let class = |state: Option<&str>| {
        let mut link = peering(&a, &b);
        link.state = state.map(str::to_owned);
        let estate = Estate { links: vec![link], ..Estate::of(vec![a.clone(), b.clone()]) };
        estate.find().findings[0].class
    };
    let dead = ["initiating-request", "pending-acceptance", "rejected", "expired", "failed", "deleted"];
    for state in dead {
        assert_eq!(class(Some(state)), Class::Latent, "{state}");
    }
    for state in [Some("active"), Some("provisioning"), Some("deleting"), Some("something new"), None] {
        assert_eq!(class(state), Class::Connected, "{state:?} may carry traffic");
    }
}

#[test]
fn azure_peerings_join_once_both_sides_are_there() {
    let [a, b] = ["vnet-a", "vnet-b"].map(|id| vnet(id, &["10.0.0.0/16"]));
    for (state, class) in
        [("Initiated", Class::Latent), ("Disconnected", Class::Latent), ("Connected", Class::Connected)]
    {
        let mut link = peering(&a, &b);
        link.state = Some(state.into());
        let estate = Estate { links: vec![link], ..Estate::of(vec![a.clone(), b.clone()]) };
        assert_eq!(estate.find().findings[0].class, class, "{state}");
    }
}

#[test]
fn the_state_of_a_hub_connection_says_nothing_about_traffic() {
    let [a, b] = ["vnet-a", "vnet-b"].map(|id| vnet(id, &["10.0.0.0/16"]));
    let connection = |network: &Network, id: &str| {
        let mut link = link(LinkKind::VirtualHub, id, vec![hub(&network.id), hub("hub-1")]);
        link.state = Some("Failed".into());
        link
    };
    let links = vec![connection(&a, "one"), connection(&b, "two")];
    let finding = &Estate { links, ..Estate::of(vec![a, b]) }.find().findings[0];
    assert_eq!(
        (finding.class, finding.joined_by.as_slice()),
        (Class::Connected, &["virtual-hub hub-1".to_owned()][..])
    );
}

#[test]
fn two_networks_in_one_transit_gateway_are_connected_by_it() {
    let [a, b] = two();
    let links = vec![attachment(&a, "tgw-1"), attachment(&b, "tgw-1")];
    let estate = Estate { links, ..Estate::of(vec![a.clone(), b.clone()]) };
    let finding = &estate.find().findings[0];
    assert_eq!(
        (line(finding).as_str(), finding.joined_by.as_slice()),
        (CONNECTED, &["transit-gateway tgw-1".to_owned()][..])
    );
    let apart = vec![attachment(&a, "tgw-1"), attachment(&b, "tgw-2")];
    assert_eq!(Estate { links: apart, ..estate.clone() }.lines(), [LATENT]);
    let mut rejected = attachment(&b, "tgw-1");
    rejected.state = Some("rejected".into());
    let refused = vec![attachment(&a, "tgw-1"), rejected];
    assert_eq!(Estate { links: refused, ..estate }.lines(), [LATENT]);
}

#[test]
fn gateways_that_are_peered_across_regions_join_their_networks() {
    let [a, b] = two();
    let far = Network { region: "us-east-1".into(), ..b };
    let across = |region: &str, id: &str| LinkEnd { region: Some(region.into()), ..hub(id) };
    let ends = vec![across("eu-west-1", "tgw-1"), across("us-east-1", "tgw-2")];
    let links = vec![
        attachment(&a, "tgw-1"),
        attachment(&far, "tgw-2"),
        link(LinkKind::TransitGateway, "tgw-attach-1", ends),
    ];
    let finding = &Estate { links, ..Estate::of(vec![a, far]) }.find().findings[0];
    assert_eq!(line(finding), CONNECTED);
    assert_eq!(finding.joined_by, ["transit-gateway tgw-1", "transit-gateway tgw-2"], "the way between them");
}

#[test]
fn vpns_to_one_customer_gateway_join_both_clouds_ends() {
    let [a, b] = two();
    let vpn = |id: &str, one: LinkEnd, other: LinkEnd| link(LinkKind::Vpn, id, vec![one, other]);
    let mut links = vec![
        vpn("vgw-a/vpc-a", end(&a), hub("vgw-a")),
        vpn("vgw-b/vpc-b", end(&b), hub("vgw-b")),
        vpn("vpn-a", hub("vgw-a"), hub("cgw-1")),
        vpn("vpn-b", hub("vgw-b"), hub("cgw-1")),
    ];
    let estate = Estate { links: links.clone(), ..Estate::of(vec![a, b]) };
    assert_eq!(estate.lines(), [CONNECTED]);
    links[0].state = Some("detached".into());
    assert_eq!(Estate { links: links.clone(), ..estate.clone() }.lines(), [LATENT]);
    links[0].state = Some("attached".into());
    links[3].state = Some("deleted".into());
    assert_eq!(Estate { links, ..estate }.lines(), [LATENT]);
}

#[test]
fn a_path_leads_through_a_network_that_nobody_could_read() {
    let [a, b] = two();
    let through =
        |network: &Network, id: &str| link(LinkKind::VpcPeering, id, vec![end(network), hub("vpc-hidden")]);
    let links = vec![through(&a, "pcx-1"), through(&b, "pcx-2")];
    let estate = Estate { links, ..Estate::of(vec![a.clone(), b.clone()]) };
    assert_eq!(estate.lines(), [CONNECTED]);
    let azure = Estate {
        networks: vec![vnet("vnet-a", &["10.0.0.0/16"]), vnet("vnet-b", &["10.0.0.0/16"])],
        links: ["vnet-a", "vnet-b"]
            .map(|id| link(LinkKind::VirtualHub, id, vec![hub(id), hub("/Hubs/Hidden")]))
            .map(|mut link| {
                link.ends[1].network = link.ends[1]
                    .network
                    .take()
                    .map(|id| if link.id == "vnet-a" { id.to_uppercase() } else { id });
                link
            })
            .into(),
        ..Estate::default()
    };
    assert_eq!(azure.lines(), ["connected 10.0.0.0/16: vnet-a, vnet-b"], "hubs' ids differ in case too");
}

#[test]
fn an_end_that_is_not_told_joins_nothing() {
    let [a, b] = two();
    let half =
        |network: &Network, id: &str| link(LinkKind::VpcPeering, id, vec![end(network), LinkEnd::default()]);
    let links = vec![half(&a, "pcx-1"), half(&b, "pcx-2")];
    assert_eq!(Estate { links, ..Estate::of(vec![a, b]) }.lines(), [LATENT]);
}

#[test]
fn only_those_of_one_component_are_connected() {
    let [a, b] = two();
    let [c, d] = ["vpc-c", "vpc-d"].map(|id| vpc(id, &["10.0.0.0/16"]));
    let links = vec![peering(&a, &b), peering(&c, &d)];
    let estate = Estate { links, ..Estate::of(vec![a, b, c, d]) };
    assert_eq!(
        estate.lines(),
        [CONNECTED, "connected 10.0.0.0/16: vpc-c, vpc-d", "latent 10.0.0.0/16: vpc-a, vpc-b, vpc-c, vpc-d"]
    );
}

#[test]
fn subnets_are_joined_as_their_networks_are() {
    let [a, b] = two();
    let subnets = vec![subnet(&a, "subnet-a", &["10.0.0.0/24"]), subnet(&b, "subnet-b", &["10.0.0.0/24"])];
    let links = vec![peering(&a, &b)];
    let estate = Estate { subnets, links, level: Level::Subnets, ..Estate::of(vec![a, b]) };
    assert_eq!(estate.lines(), ["connected 10.0.0.0/24: subnet-a, subnet-b"]);
}

#[test]
fn an_end_that_names_another_account_is_still_the_only_network_of_its_id() {
    let [a, b] = two();
    let mut odd = peering(&a, &b);
    odd.ends[1].account = Some("999999999999".into());
    assert_eq!(Estate { links: vec![odd], ..Estate::of(vec![a, b]) }.lines(), [CONNECTED]);
}
