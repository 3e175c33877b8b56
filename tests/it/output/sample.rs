//! One rich inventory: hostile text, wide characters, unknowns, IPv6, a shared VPC, scopes that failed.

use netcensus::model::{
    Account, Block, BlockRole, BlockState, Coverage, Instance, Interface, InterfaceKind, Inventory, Link,
    LinkEnd, LinkKind, Network, NetworkKind, Outcome, Provider, Resources, Subject, Subnet, Tags,
};

const MAIN: &str = "012345678901";
const SHARED: &str = "222222222222";
const BROKEN: &str = "333333333333";
const AZURE: &str = "00000000-0000-0000-0000-00000000000a";
const VNET: &str = "/subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg-network/providers/Microsoft.Network/virtualNetworks/vnet-hub";

/// Makes the inventory; everything in it is fixed.
pub fn inventory() -> Inventory {
    Inventory::assemble(
        "netcensus 0.0.0-test".into(),
        "2026-11-20T08:00:00Z".parse().unwrap(),
        accounts(),
        Resources {
            networks: networks(),
            subnets: subnets(),
            instances: instances(),
            interfaces: interfaces(),
            links: links(),
        },
        coverage(),
    )
}

fn accounts() -> Vec<Account> {
    let account = |provider, id: &str, name: Option<&str>| Account {
        provider,
        id: id.into(),
        name: name.map(Into::into),
        tenant: None,
        reached_by: vec!["profile:test".into()],
    };
    vec![
        account(Provider::Aws, MAIN, None),
        account(Provider::Aws, SHARED, Some("shared-services")),
        account(Provider::Aws, BROKEN, Some("broken")),
        account(Provider::Azure, AZURE, Some("Plattform Süd")),
    ]
}

fn tags(pairs: &[(&str, &str)]) -> Tags {
    pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn block(cidr: &str, role: BlockRole, state: Option<BlockState>) -> Block {
    Block { cidr: cidr.parse().unwrap(), role, state }
}

fn network(account: &str, id: &str, name: Option<&str>, blocks: Vec<Block>) -> Network {
    Network {
        provider: Provider::Aws,
        account: account.into(),
        account_name: None,
        region: "eu-west-1".into(),
        id: id.into(),
        name: name.map(Into::into),
        kind: NetworkKind::Vpc,
        blocks,
        is_default: Some(false),
        state: Some("available".into()),
        visible_from: vec![],
        tags: Tags::new(),
    }
}

fn networks() -> Vec<Network> {
    use BlockRole::{Primary, Secondary};
    let associated = Some(BlockState::Associated);
    let many = vec![
        block("10.0.0.0/16", Primary, associated),
        block("100.64.0.0/16", Secondary, associated),
        block("10.9.0.0/16", Secondary, Some(BlockState::Disassociated)),
        block("2001:db8:1200::/56", Secondary, associated),
    ];
    vec![
        Network {
            tags: tags(&[("Name", "prod"), ("env", "prod"), ("owner", "=HYPERLINK(\"http://x\",\"y\")")]),
            ..network(MAIN, "vpc-0a1b2c3d4e5f60718", Some("prod"), many)
        },
        Network {
            is_default: Some(true),
            ..network(MAIN, "vpc-0default", None, vec![block("172.31.0.0/16", Primary, associated)])
        },
        Network {
            visible_from: vec![MAIN.into()],
            ..network(SHARED, "vpc-0shared", Some("shared"), vec![block("10.1.0.0/16", Primary, associated)])
        },
        Network {
            name: Some("evil|\u{1b}[31m`red`\u{202e}<script>\n=cmd|' /C calc'!A0".into()),
            tags: tags(&[("=key", "@SUM(A1)"), ("pipe|", "a|b\\|c\t"), ("wide", "日本語 🚀")]),
            region: "us-east-1".into(),
            ..network(BROKEN, "vpc-0evil", None, vec![block("10.0.0.0/8", Primary, None)])
        },
        Network {
            provider: Provider::Azure,
            region: "germanywestcentral".into(),
            kind: NetworkKind::Vnet,
            is_default: None,
            state: None,
            ..network(AZURE, VNET, Some("日本語のネットワーク"), vec![block("10.200.0.0/22", Primary, None)])
        },
    ]
}

fn subnets() -> Vec<Subnet> {
    let subnet = |account: &str, network: &str, id: &str, prefixes: &[&str], total, available| Subnet {
        provider: Provider::Aws,
        account: account.into(),
        region: "eu-west-1".into(),
        zone: Some("eu-west-1a".into()),
        zone_id: Some("euw1-az2".into()),
        id: id.into(),
        name: None,
        network: network.into(),
        prefixes: prefixes.iter().map(|prefix| prefix.parse().unwrap()).collect(),
        addresses_total: Some(total),
        addresses_available: available,
        purpose: None,
        customer_owned_pool: None,
        cidr_reservations: None,
        state: Some("available".into()),
        visible_from: vec![],
        tags: tags(&[("tier", "private")]),
    };
    let prod = "vpc-0a1b2c3d4e5f60718";
    vec![
        subnet(MAIN, prod, "subnet-0a", &["10.0.0.0/24", "2001:db8:1200:1::/64"], 251, Some(13)),
        subnet(MAIN, prod, "subnet-0b", &["10.0.1.0/28"], 11, Some(0)),
        subnet(SHARED, "vpc-0shared", "subnet-0c", &["10.1.0.0/20"], 4091, None),
        Subnet {
            provider: Provider::Azure,
            region: "germanywestcentral".into(),
            zone: None,
            zone_id: None,
            purpose: Some("Microsoft.Web/serverFarms".into()),
            ..subnet(
                AZURE,
                &VNET.to_uppercase(),
                &format!("{VNET}/subnets/apps"),
                &["10.200.1.0/24"],
                251,
                None,
            )
        },
    ]
}

fn prefixes(texts: &[&str]) -> Vec<ipnet::IpNet> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn instances() -> Vec<Instance> {
    let instance = |id: &str, name: Option<&str>, state: &str, private: &[&str]| Instance {
        provider: Provider::Aws,
        account: MAIN.into(),
        region: "eu-west-1".into(),
        zone: Some("eu-west-1a".into()),
        zone_id: Some("euw1-az2".into()),
        id: id.into(),
        name: name.map(Into::into),
        network: Some("vpc-0a1b2c3d4e5f60718".into()),
        subnet: Some("subnet-0a".into()),
        instance_type: Some("m7g.2xlarge".into()),
        architecture: Some("arm64".into()),
        vcpus: Some(8),
        state: Some(state.into()),
        launched_at: Some("2026-11-01T07:30:00Z".parse().unwrap()),
        private_ips: private.iter().map(|ip| ip.parse().unwrap()).collect(),
        private_prefixes: Some(vec![]),
        public_ips: vec![],
        carrier_ips: Some(vec![]),
        customer_owned_ips: Some(vec![]),
        os: Some("Linux/UNIX".into()),
        scale_set: None,
        operator: None,
        tags: Tags::new(),
    };
    vec![
        Instance {
            public_ips: vec!["203.0.113.10".parse().unwrap()],
            ..instance("i-0aaaaaaaaaaaaaaa1", Some("web-1"), "running", &["10.0.0.10", "2001:db8:1200:1::a"])
        },
        Instance {
            scale_set: Some("web".into()),
            private_prefixes: Some(prefixes(&["10.0.0.96/28", "2001:db8:1200:1:1::/80"])),
            operator: Some("eks.amazonaws.com".into()),
            vcpus: None,
            architecture: None,
            ..instance("i-0aaaaaaaaaaaaaaa2", Some("web-2"), "stopped", &["10.0.0.11"])
        },
        Instance { network: None, subnet: None, ..instance("i-0aaaaaaaaaaaaaaa3", None, "terminated", &[]) },
        Instance {
            account: SHARED.into(),
            network: Some("vpc-0shared".into()),
            private_prefixes: None,
            carrier_ips: Some(vec!["198.51.100.7".parse().unwrap()]),
            customer_owned_ips: None,
            launched_at: None,
            vcpus: Some(96),
            ..instance("i-0bbbbbbbbbbbbbbb1", Some("-2+3"), "running", &["10.1.0.4"])
        },
    ]
}

fn interfaces() -> Vec<Interface> {
    let interface = |id: &str, kind, ip: &str| Interface {
        provider: Provider::Aws,
        account: MAIN.into(),
        region: "eu-west-1".into(),
        zone: Some("eu-west-1a".into()),
        zone_id: Some("euw1-az2".into()),
        id: id.into(),
        network: Some("vpc-0a1b2c3d4e5f60718".into()),
        subnet: Some("subnet-0a".into()),
        attached_to: None,
        kind,
        private_ips: vec![ip.parse().unwrap()],
        private_prefixes: Some(vec![]),
        public_ips: vec![],
        carrier_ips: Some(vec![]),
        customer_owned_ips: Some(vec![]),
        mac: Some("02:1a:2b:3c:4d:5e".into()),
        state: Some("in-use".into()),
        description: Some("ELB app/web/1".into()),
        operator: None,
        seen_by: None,
    };
    vec![
        interface("eni-0a", Some(InterfaceKind::LoadBalancer), "10.0.0.20"),
        Interface {
            attached_to: Some("i-0aaaaaaaaaaaaaaa1".into()),
            description: None,
            ..interface("eni-0b", Some(InterfaceKind::Instance), "10.0.0.10")
        },
        Interface {
            private_prefixes: Some(prefixes(&["10.0.0.96/28", "2001:db8:1200:1:1::/80"])),
            customer_owned_ips: Some(vec!["192.0.2.9".parse().unwrap()]),
            operator: Some("eks.amazonaws.com".into()),
            ..interface("eni-0c", None, "10.0.0.30")
        },
    ]
}

fn links() -> Vec<Link> {
    let end = |account: Option<&str>, network: Option<&str>, prefixes: &[&str]| LinkEnd {
        account: account.map(Into::into),
        region: Some("eu-west-1".into()),
        network: network.map(Into::into),
        prefixes: prefixes.iter().map(|prefix| prefix.parse().unwrap()).collect(),
    };
    let link = |kind, id: &str, ends| Link {
        provider: Provider::Aws,
        kind,
        id: id.into(),
        ends,
        state: Some("active".into()),
    };
    vec![
        link(
            LinkKind::VpcPeering,
            "pcx-0a",
            vec![
                end(Some(MAIN), Some("vpc-0a1b2c3d4e5f60718"), &["10.0.0.0/16"]),
                end(Some(SHARED), Some("vpc-0shared"), &["10.1.0.0/16"]),
            ],
        ),
        link(LinkKind::Vpn, "vpn-0a", vec![end(Some(MAIN), Some("vgw-0a"), &[]), end(None, None, &[])]),
    ]
}

/// The main and the shared account were read in full, but for one kind in one; the broken one was denied.
fn coverage() -> Vec<Coverage> {
    let entry =
        |provider, account: &str, region: Option<&str>, kind, outcome, detail: Option<&str>| Coverage {
            provider,
            account: account.into(),
            region: region.map(Into::into),
            kind,
            outcome,
            detail: detail.map(Into::into),
            requests: 1,
            duration_ms: 120,
        };
    let all = [Subject::Networks, Subject::Subnets, Subject::Instances, Subject::Interfaces, Subject::Links];
    let mut entries: Vec<Coverage> = [MAIN, SHARED]
        .into_iter()
        .flat_map(|account| all.map(|kind| (account, kind)))
        .map(|(account, kind)| {
            let throttled = account == SHARED && kind == Subject::Instances;
            let outcome = if throttled { Outcome::Throttled } else { Outcome::Complete };
            let detail = throttled.then_some("RequestLimitExceeded after 8 attempts; run again later");
            entry(Provider::Aws, account, Some("eu-west-1"), kind, outcome, detail)
        })
        .collect();
    let denied = "UnauthorizedOperation: allow ec2:DescribeSubnets";
    entries.push(entry(Provider::Aws, BROKEN, Some("us-east-1"), Subject::Networks, Outcome::Complete, None));
    entries.push(entry(
        Provider::Aws,
        BROKEN,
        Some("us-east-1"),
        Subject::Subnets,
        Outcome::Denied,
        Some(denied),
    ));
    entries.push(entry(Provider::Azure, AZURE, None, Subject::Networks, Outcome::Complete, None));
    entries.push(entry(Provider::Azure, AZURE, None, Subject::Subnets, Outcome::Complete, None));
    entries
}
