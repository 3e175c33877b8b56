//! The sandbox, as the real SDK clients and plain HTTP see it.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error as _;
use std::net::Ipv4Addr;
use std::time::Duration;

use aws_sdk_ec2::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_ec2::types::{Filter, Instance, NetworkInterface, Subnet, Vpc};
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_types::retry::RetryConfig;
use aws_types::SdkConfig;
use aws_types::region::Region;
use ipnet::Ipv4Net;
use netcensus::sandbox::{Estate, Options, Sandbox, Size};
use proptest::prelude::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

mod azure;
#[cfg(feature = "watch")]
mod queues;

const MANAGEMENT: &str = "111111111111";
const HUB: &str = "222222222222";
const SHOP_PROD: &str = "333333333333";
const SHOP_STAGING: &str = "444444444444";
const DATA: &str = "555555555555";
const SECURITY: &str = "777777777777";
const LEGACY: &str = "888888888888";
const SUSPENDED: &str = "999999999999";

async fn sample(faults: &[&str]) -> Sandbox {
    let faults = faults.iter().map(|text| text.parse().expect("is a fault")).collect();
    let options = Options { faults, ..Options::default() };
    Sandbox::start(Estate::sample(), options).await.expect("starts")
}

/// Returns what clients of the SDK need to ask the sandbox as `account`.
pub fn config(sandbox: &Sandbox, account: &str, region: &str) -> SdkConfig {
    let http = aws_smithy_http_client::Builder::new();
    let http = match sandbox.ca_pem() {
        Some(pem) => {
            let trust = TrustStore::empty().with_pem_certificate(pem);
            let context = TlsContext::builder().with_trust_store(trust).build().expect("is a context");
            http.tls_provider(Provider::Rustls(CryptoMode::Ring)).tls_context(context).build_https()
        }
        None => http.build_http(),
    };
    let key = format!("AKIA0000{account}");
    let credentials = aws_credential_types::Credentials::new(key, "not-a-secret", None, None, "test");
    SdkConfig::builder()
        .behavior_version(aws_sdk_ec2::config::BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new(region.to_owned()))
        .endpoint_url(sandbox.url())
        .retry_config(RetryConfig::disabled())
        .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(credentials))
        .build()
}

fn ec2(sandbox: &Sandbox, account: &str, region: &str) -> aws_sdk_ec2::Client {
    aws_sdk_ec2::Client::new(&config(sandbox, account, region))
}

/// Posts a form as `account`, or unsigned; returns status and body.
async fn post(sandbox: &Sandbox, account: Option<&str>, service: &str, form: &str) -> (u16, String) {
    let authorization = account.map_or_else(String::new, |account| {
        format!(
            "Authorization: AWS4-HMAC-SHA256 Credential=AKIA0000{account}/20260101/eu-west-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0\r\n"
        )
    });
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{authorization}\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let address = sandbox.url().trim_start_matches("http://");
    let mut stream = TcpStream::connect(address).await.expect("connects");
    stream.write_all(request.as_bytes()).await.expect("sends");
    let mut response = String::new();
    stream.read_to_string(&mut response).await.expect("is text");
    let status = response.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("has a status");
    (status, response)
}

fn code<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Option<&str> {
    error.code()
}

/// What one account sees in one region.
struct Seen {
    vpcs: Vec<Vpc>,
    subnets: Vec<Subnet>,
    instances: Vec<Instance>,
    interfaces: Vec<NetworkInterface>,
}

async fn see(client: &aws_sdk_ec2::Client) -> Seen {
    let vpcs = client.describe_vpcs().into_paginator().items().send();
    let subnets = client.describe_subnets().into_paginator().items().send();
    let reservations = client.describe_instances().into_paginator().items().send();
    let interfaces = client.describe_network_interfaces().into_paginator().items().send();
    let reservations = reservations.collect::<Result<Vec<_>, _>>().await.expect("lists instances");
    Seen {
        vpcs: vpcs.collect::<Result<_, _>>().await.expect("lists VPCs"),
        subnets: subnets.collect::<Result<_, _>>().await.expect("lists subnets"),
        instances: reservations.into_iter().flat_map(|some| some.instances.unwrap_or_default()).collect(),
        interfaces: interfaces.collect::<Result<_, _>>().await.expect("lists interfaces"),
    }
}

async fn see_all(sandbox: &Sandbox) -> BTreeMap<(String, String), Seen> {
    let mut all = BTreeMap::new();
    let accounts = [MANAGEMENT, HUB, SHOP_PROD, SHOP_STAGING, DATA, "666666666666", SECURITY, LEGACY];
    for account in accounts {
        let regions =
            ec2(sandbox, account, "us-east-1").describe_regions().send().await.expect("lists regions");
        for region in regions.regions() {
            let region = region.region_name().expect("has a name");
            all.insert((account.into(), region.into()), see(&ec2(sandbox, account, region)).await);
        }
    }
    all
}

#[tokio::test]
async fn the_sample_is_whole_and_consistent() {
    let sandbox = sample(&[]).await;
    let all = see_all(&sandbox).await;
    let mut owned = BTreeSet::new();
    let (mut vpcs, mut subnets, mut instances) = (0, 0, 0);
    for ((account, _), seen) in &all {
        for vpc in seen.vpcs.iter().filter(|vpc| vpc.owner_id() == Some(account)) {
            vpcs += 1;
            assert!(owned.insert(vpc.vpc_id().expect("has an id").to_owned()));
        }
        for subnet in seen.subnets.iter().filter(|subnet| subnet.owner_id() == Some(account)) {
            subnets += 1;
            assert!(owned.insert(subnet.subnet_id().expect("has an id").to_owned()));
        }
        for interface in seen.interfaces.iter().filter(|interface| interface.owner_id() == Some(account)) {
            assert!(owned.insert(interface.network_interface_id().expect("has an id").to_owned()));
        }
        for instance in &seen.instances {
            instances += 1;
            assert!(owned.insert(instance.instance_id().expect("has an id").to_owned()));
        }
    }
    assert!(
        vpcs >= 38 && subnets >= 100 && instances >= 60,
        "{vpcs} VPCs, {subnets} subnets, {instances} instances"
    );
    let states: BTreeSet<_> = all.values().flat_map(|seen| &seen.instances).filter_map(state_of).collect();
    assert_eq!(states, ["running", "stopped", "stopping", "terminated"].map(str::to_owned).into());
}

fn state_of(instance: &Instance) -> Option<String> {
    Some(instance.state()?.name()?.as_str().to_owned())
}

#[tokio::test]
async fn every_address_lies_in_its_subnet_and_stands_once() {
    let sandbox = sample(&[]).await;
    for seen in see_all(&sandbox).await.values() {
        let mut taken = BTreeSet::new();
        for interface in &seen.interfaces {
            let subnet = seen.subnets.iter().find(|subnet| subnet.subnet_id() == interface.subnet_id());
            let subnet = subnet.expect("whoever sees the interface sees the subnet");
            for address in interface.private_ip_addresses().iter().filter_map(|ip| ip.private_ip_address()) {
                let prefix: Ipv4Net =
                    subnet.cidr_block().expect("is not IPv6-only").parse().expect("is a prefix");
                let ip: Ipv4Addr = address.parse().expect("is an address");
                assert!(prefix.contains(&ip), "{ip} is not in {prefix}");
                assert!(taken.insert((interface.vpc_id(), ip)), "{ip} stands twice");
            }
        }
        for instance in &seen.instances {
            let terminated = state_of(instance).as_deref() == Some("terminated");
            assert_eq!(instance.vpc_id().is_none(), terminated);
            assert_eq!(instance.network_interfaces().is_empty(), terminated);
            let primary = instance.network_interfaces().first();
            assert_eq!(instance.private_ip_address(), primary.and_then(|some| some.private_ip_address()));
            assert_eq!(instance.subnet_id(), primary.and_then(|some| some.subnet_id()));
        }
        for subnet in seen.subnets.iter().filter(|subnet| subnet.cidr_block().is_some()) {
            let prefix: Ipv4Net = subnet.cidr_block().expect("is there").parse().expect("is a prefix");
            let used =
                taken.iter().filter(|(vpc, ip)| *vpc == subnet.vpc_id() && prefix.contains(ip)).count();
            let free = usize::try_from(subnet.available_ip_address_count().expect("is there")).expect("fits");
            let usable = (1_usize << (32 - prefix.prefix_len())) - 5;
            // A participant does not see the interfaces of others in a shared subnet.
            assert!(used + free <= usable, "{prefix}");
        }
    }
}

#[tokio::test]
async fn regions_say_whether_an_account_has_opted_in() {
    let sandbox = sample(&[]).await;
    let all = |account| ec2(&sandbox, account, "eu-west-1").describe_regions().all_regions(true).send();
    for (account, expected) in [(HUB, "opted-in"), (MANAGEMENT, "not-opted-in")] {
        let regions = all(account).await.expect("lists regions");
        let me = regions.regions().iter().find(|region| region.region_name() == Some("me-central-1"));
        assert_eq!(me.and_then(|region| region.opt_in_status()), Some(expected));
    }
    let enabled =
        ec2(&sandbox, MANAGEMENT, "eu-west-1").describe_regions().send().await.expect("lists regions");
    assert_eq!(enabled.regions().len(), 4);
    let error =
        ec2(&sandbox, MANAGEMENT, "me-central-1").describe_vpcs().send().await.expect_err("not enabled");
    assert_eq!(code(&error), Some("AuthFailure"));
    let zones =
        ec2(&sandbox, HUB, "eu-west-1").describe_availability_zones().send().await.expect("lists zones");
    assert_eq!(zones.availability_zones()[2].zone_id(), Some("euw1-az3"));
}

#[tokio::test]
async fn shared_networks_show_up_without_tags_in_participants() {
    let sandbox = sample(&[]).await;
    let shared = |seen: &Seen| {
        let mut vpcs = seen.vpcs.iter().filter(|vpc| vpc.cidr_block() == Some("10.1.0.0/16"));
        vpcs.next().cloned()
    };
    let owner = see(&ec2(&sandbox, HUB, "eu-west-1")).await;
    let participant = see(&ec2(&sandbox, SHOP_PROD, "eu-west-1")).await;
    let stranger = see(&ec2(&sandbox, SECURITY, "eu-west-1")).await;
    let (theirs, ours) = (shared(&owner).expect("owns it"), shared(&participant).expect("sees it"));
    assert_eq!(theirs.vpc_id(), ours.vpc_id());
    assert_eq!(ours.owner_id(), Some(HUB));
    assert!(!theirs.tags().is_empty() && ours.tags().is_empty());
    assert!(shared(&stranger).is_none());
    let subnets = |seen: &Seen| seen.subnets.iter().filter(|subnet| subnet.vpc_id() == ours.vpc_id()).count();
    assert_eq!((subnets(&owner), subnets(&participant), subnets(&stranger)), (5, 5, 0));

    let payments = |seen: &Seen| seen.instances.iter().filter(|some| some.vpc_id() == ours.vpc_id()).count();
    assert_eq!((payments(&owner), payments(&participant)), (0, 3), "instances are their launcher's");
    let interface =
        participant.interfaces.iter().find(|some| some.vpc_id() == ours.vpc_id()).expect("is there");
    assert_eq!(interface.owner_id(), Some(SHOP_PROD));
    let id = interface.network_interface_id();
    assert!(owner.interfaces.iter().any(|some| some.network_interface_id() == id), "the VPC's owner sees it");
}

#[tokio::test]
async fn blocks_come_in_every_state_and_family() {
    let sandbox = sample(&[]).await;
    let seen = see(&ec2(&sandbox, SHOP_PROD, "eu-west-1")).await;
    let vpc = seen.vpcs.iter().find(|vpc| vpc.cidr_block() == Some("10.10.0.0/16")).expect("is there");
    let blocks: Vec<_> = vpc
        .cidr_block_association_set()
        .iter()
        .map(|block| {
            let state = block.cidr_block_state().and_then(|state| state.state());
            (block.cidr_block().unwrap_or_default(), state.map_or("", |state| state.as_str()))
        })
        .collect();
    assert!(blocks.contains(&("100.64.0.0/16", "associated")));
    assert!(
        blocks.contains(&("10.11.0.0/20", "disassociated"))
            && blocks.contains(&("10.11.0.0/20", "associated"))
    );
    let v6 = vpc.ipv6_cidr_block_association_set()[0].ipv6_cidr_block();
    assert_eq!(v6, Some("2001:db8:0:1000::/56"));
    let only_v6 = seen.subnets.iter().find(|subnet| subnet.ipv6_native() == Some(true)).expect("is there");
    assert_eq!(only_v6.cidr_block(), None);
    let prefix = only_v6.ipv6_cidr_block_association_set()[0].ipv6_cidr_block().expect("has a prefix");
    assert!(prefix.ends_with("/64"));
    let web = seen.instances.iter().find(|some| some.architecture().is_some_and(|a| a.as_str() == "arm64"));
    let cpu = web.and_then(|some| some.cpu_options()).expect("has CpuOptions");
    assert_eq!((cpu.core_count(), cpu.threads_per_core()), (Some(2), Some(1)));
}

#[tokio::test]
async fn links_are_seen_from_both_ends() {
    let sandbox = sample(&[]).await;
    let eu =
        ec2(&sandbox, SHOP_PROD, "eu-west-1").describe_vpc_peering_connections().send().await.expect("lists");
    let us =
        ec2(&sandbox, SHOP_PROD, "us-east-1").describe_vpc_peering_connections().send().await.expect("lists");
    let ids = |listed: &[aws_sdk_ec2::types::VpcPeeringConnection]| -> BTreeSet<String> {
        listed.iter().filter_map(|some| some.vpc_peering_connection_id().map(str::to_owned)).collect()
    };
    let (eu_ids, us_ids) = (ids(eu.vpc_peering_connections()), ids(us.vpc_peering_connections()));
    assert_eq!((eu_ids.len(), us_ids.len()), (2, 1));
    assert!(us_ids.is_subset(&eu_ids));

    let pending =
        ec2(&sandbox, DATA, "us-east-1").describe_vpc_peering_connections().send().await.expect("lists");
    let pending = &pending.vpc_peering_connections()[0];
    assert_eq!(
        pending
            .status()
            .and_then(|s| s.code())
            .map(aws_sdk_ec2::types::VpcPeeringConnectionStateReasonCode::as_str),
        Some("pending-acceptance")
    );
    assert!(pending.accepter_vpc_info().expect("is there").cidr_block_set().is_empty());

    let hub = ec2(&sandbox, HUB, "eu-west-1");
    let attachments = hub.describe_transit_gateway_attachments().into_paginator().items().send();
    let attachments = attachments.collect::<Result<Vec<_>, _>>().await.expect("lists");
    let mut kinds = BTreeMap::new();
    for attachment in &attachments {
        *kinds.entry(attachment.resource_type().map_or("", |kind| kind.as_str())).or_insert(0) += 1;
    }
    assert_eq!(kinds, BTreeMap::from([("peering", 1), ("vpc", 6), ("vpn", 1)]));
    let shop = ec2(&sandbox, SHOP_PROD, "eu-west-1");
    let own = shop.describe_transit_gateway_vpc_attachments().send().await.expect("lists");
    assert_eq!(own.transit_gateway_vpc_attachments()[0].subnet_ids().len(), 3);
    let gateways = shop.describe_transit_gateways().send().await.expect("lists");
    assert_eq!(gateways.transit_gateways()[0].owner_id(), Some(HUB));

    let us = ec2(&sandbox, HUB, "us-east-1");
    let there = us.describe_transit_gateway_peering_attachments().send().await.expect("lists");
    let here = hub.describe_transit_gateway_peering_attachments().send().await.expect("lists");
    assert_eq!(there.transit_gateway_peering_attachments(), here.transit_gateway_peering_attachments());

    let legacy = ec2(&sandbox, LEGACY, "eu-west-1");
    let gateways = legacy.describe_vpn_gateways().send().await.expect("lists");
    let connections = legacy.describe_vpn_connections().send().await.expect("lists");
    assert_eq!(gateways.vpn_gateways()[0].vpc_attachments().len(), 1);
    let connection = &connections.vpn_connections()[0];
    assert_eq!(connection.vpn_gateway_id(), gateways.vpn_gateways()[0].vpn_gateway_id());
    assert_eq!(connection.routes().len(), 2);
}

#[tokio::test]
async fn keys_decide_the_account() {
    let sandbox = sample(&[]).await;
    for account in [HUB, SHOP_PROD, DATA] {
        let sts = aws_sdk_sts::Client::new(&config(&sandbox, account, "us-east-1"));
        let identity = sts.get_caller_identity().send().await.expect("answers");
        assert_eq!(identity.account(), Some(account));
    }
    for account in ["000000000000", SUSPENDED] {
        let error = ec2(&sandbox, account, "eu-west-1").describe_vpcs().send().await.expect_err("is unknown");
        assert_eq!(code(&error), Some("AuthFailure"));
        assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(401));
        let sts = aws_sdk_sts::Client::new(&config(&sandbox, account, "us-east-1"));
        let error = sts.get_caller_identity().send().await.expect_err("is unknown");
        assert_eq!(code(&error), Some("InvalidClientTokenId"));
    }
    let (status, body) = post(&sandbox, None, "ec2", "Action=DescribeVpcs&Version=2016-11-15").await;
    assert_eq!(status, 403);
    assert!(body.contains("<Code>MissingAuthenticationToken</Code>"));
}

#[tokio::test]
async fn roles_are_assumed_where_they_exist() {
    let sandbox = sample(&[]).await;
    let sts = aws_sdk_sts::Client::new(&config(&sandbox, MANAGEMENT, "us-east-1"));
    let assume = |account: &str, role: &str| {
        sts.assume_role().role_arn(format!("arn:aws:iam::{account}:role/{role}")).role_session_name("test")
    };
    let assumed = assume(SHOP_PROD, "netcensus").send().await.expect("is allowed");
    let keys = assumed.credentials().expect("are there");
    let ahead = keys.expiration().secs() - jiff::Timestamp::now().as_second();
    assert!((3500..=3600).contains(&ahead), "{ahead}");
    let credentials = aws_credential_types::Credentials::new(
        keys.access_key_id(),
        keys.secret_access_key(),
        Some(keys.session_token().to_owned()),
        None,
        "test",
    );
    let provider = aws_credential_types::provider::SharedCredentialsProvider::new(credentials);
    let config =
        config(&sandbox, MANAGEMENT, "us-east-1").into_builder().credentials_provider(provider).build();
    let identity = aws_sdk_sts::Client::new(&config).get_caller_identity().send().await.expect("answers");
    assert_eq!(identity.arn(), Some("arn:aws:sts::333333333333:assumed-role/netcensus/test"));

    for (account, role) in [(SHOP_PROD, "other"), (SUSPENDED, "netcensus"), (SECURITY, "audit")] {
        let error = assume(account, role).send().await.expect_err("is not allowed");
        assert_eq!(code(&error), Some("AccessDenied"), "{account} {role}");
    }
    assume(SECURITY, "audit").external_id("audit-2026").send().await.expect("the external id opens it");
}

#[tokio::test]
async fn the_organization_lists_its_accounts_in_pages() {
    let sandbox = sample(&[]).await;
    let client = aws_sdk_organizations::Client::new(&config(&sandbox, MANAGEMENT, "us-east-1"));
    let described = client.describe_organization().send().await.expect("answers");
    assert_eq!(described.organization().and_then(|org| org.master_account_id()), Some(MANAGEMENT));
    let mut pages = client.list_accounts().max_results(4).into_paginator().send();
    let mut sizes = Vec::new();
    let mut suspended = Vec::new();
    while let Some(page) = pages.next().await {
        let page = page.expect("answers");
        sizes.push(page.accounts().len());
        let closed = page.accounts().iter().filter(|account| {
            account.state() == Some(&aws_sdk_organizations::types::AccountState::Suspended)
        });
        suspended.extend(closed.filter_map(|account| account.id().map(str::to_owned)));
    }
    assert_eq!(sizes, [4, 4, 1]);
    assert_eq!(suspended, [SUSPENDED]);
    let member = aws_sdk_organizations::Client::new(&config(&sandbox, HUB, "us-east-1"));
    let error = member.list_accounts().send().await.expect_err("only for management");
    assert!(error.into_service_error().is_access_denied_exception());
}

#[tokio::test]
async fn bad_requests_are_refused_as_ec2_does() {
    let sandbox = sample(&[]).await;
    for (form, expected) in [
        ("Action=DescribeUnicorns", "InvalidAction"),
        ("Version=2016-11-15", "MissingAction"),
        ("Action=DescribeVpcs&MaxResults=4", "InvalidParameterValue"),
        ("Action=DescribeVpcs&MaxResults=1001", "InvalidParameterValue"),
        ("Action=DescribeVpcs&NextToken=abc", "InvalidNextToken"),
        (
            "Action=DescribeVpcs&NextToken=%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9%C3%A9x",
            "InvalidNextToken",
        ),
        ("Action=DescribeVpcs&VpcId.1=vpc-1", "InvalidVpcID.NotFound"),
        ("Action=DescribeVpcs&VpcId.1=vpc-1&MaxResults=5", "InvalidParameterCombination"),
        ("Action=DescribeVpcs&Filter.1.Name=colour&Filter.1.Value.1=red", "InvalidParameterValue"),
        ("Action=DescribeInstances&InstanceId.1=i-1", "InvalidInstanceID.NotFound"),
    ] {
        let (status, body) = post(&sandbox, Some(HUB), "ec2", form).await;
        assert!(status == 400 && body.contains(&format!("<Code>{expected}</Code>")), "{form}: {body}");
    }
    let (status, body) = post(&sandbox, Some(HUB), "sts", "Action=GetSessionToken&Version=2011-06-15").await;
    assert!(status == 400 && body.contains("<ErrorResponse"), "{body}");
}

#[tokio::test]
async fn ids_and_filters_choose() {
    let sandbox = sample(&[]).await;
    let client = ec2(&sandbox, SHOP_PROD, "eu-west-1");
    let filter = |name: &str, value: &str| Filter::builder().name(name).values(value).build();
    let tagged = client.describe_vpcs().filters(filter("tag:Name", "shop-*")).send().await.expect("lists");
    let id = tagged.vpcs()[0].vpc_id().expect("has an id").to_owned();
    assert_eq!(tagged.vpcs().len(), 1);
    let by_id = client.describe_vpcs().vpc_ids(&id).send().await.expect("lists");
    assert_eq!(by_id.vpcs().len(), 1);
    let stopped = filter("instance-state-name", "terminated");
    let gone = client.describe_instances().filters(stopped).send().await.expect("lists");
    assert_eq!(gone.reservations().iter().map(|some| some.instances().len()).sum::<usize>(), 2);
    let one = gone.reservations()[0].instances()[1].instance_id().expect("has an id");
    let one = client.describe_instances().instance_ids(one).send().await.expect("lists");
    assert_eq!(one.reservations()[0].instances().len(), 1, "the others of the reservation are left out");
}

#[tokio::test]
async fn faults_strike_in_the_shape_of_the_service() {
    for (fault, status, expected) in [
        ("error=InternalError:500@action=DescribeVpcs", 500, "InternalError"),
        ("deny@region=eu-*", 403, "UnauthorizedOperation"),
        ("expired@account=222222222222", 400, "RequestExpired"),
        ("throttle=1/1", 503, "RequestLimitExceeded"),
    ] {
        let sandbox = sample(&[fault]).await;
        let client = ec2(&sandbox, HUB, "eu-west-1");
        // The bucket's one token.
        let _ = client.describe_vpcs().send().await;
        let error = client.describe_vpcs().send().await.expect_err("fails");
        assert_eq!(code(&error), Some(expected));
        assert_eq!(error.raw_response().map(|response| response.status().as_u16()), Some(status), "{fault}");
    }
    let sandbox = sample(&["deny", "garbage@action=DescribeVpcs"]).await;
    let sts = aws_sdk_sts::Client::new(&config(&sandbox, HUB, "eu-west-1"));
    sts.get_caller_identity().send().await.expect("no policy can take this call away");
    let role = "arn:aws:iam::333333333333:role/netcensus";
    let assumed = sts.assume_role().role_arn(role).role_session_name("test").send().await;
    assert_eq!(code(&assumed.expect_err("is denied")), Some("AccessDenied"));
    let sandbox = sample(&["garbage@action=DescribeVpcs"]).await;
    let (status, body) = post(&sandbox, Some(HUB), "ec2", "Action=DescribeVpcs").await;
    assert!(status == 500 && body.contains("<html>"));
    ec2(&sandbox, HUB, "eu-west-1").describe_subnets().send().await.expect("is not meant");
}

#[tokio::test]
async fn faults_delay_hang_and_pass() {
    let sandbox = sample(&[
        "latency=80ms@action=DescribeVpcs",
        "hang@region=us-east-1",
        "garbage@times=1,action=DescribeSubnets",
    ])
    .await;
    let start = std::time::Instant::now();
    ec2(&sandbox, HUB, "eu-west-1").describe_vpcs().send().await.expect("answers late");
    assert!(start.elapsed() >= Duration::from_millis(80));
    let hanging = ec2(&sandbox, HUB, "us-east-1");
    let hanging = tokio::time::timeout(Duration::from_millis(200), hanging.describe_subnets().send());
    assert!(hanging.await.is_err(), "never answers");
    let client = ec2(&sandbox, HUB, "eu-west-1");
    client.describe_subnets().send().await.expect_err("the first fails");
    client.describe_subnets().send().await.expect("the second does not");
    let counted = sandbox.requests();
    let subnets = counted.iter().find(|some| some.action == "DescribeSubnets" && some.region == "eu-west-1");
    assert_eq!(subnets.map(|some| (some.account.as_str(), some.service, some.count)), Some((HUB, "ec2", 2)));
}

#[tokio::test]
async fn tls_is_trusted_through_the_authority_only() {
    let options = Options { tls: true, ..Options::default() };
    let sandbox = Sandbox::start(Estate::sample(), options).await.expect("starts");
    assert!(sandbox.url().starts_with("https://localhost:"));
    ec2(&sandbox, HUB, "eu-west-1").describe_vpcs().send().await.expect("trusts the authority");
    let http = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring));
    let context = TlsContext::builder().with_trust_store(TrustStore::empty()).build().expect("is a context");
    let config = config(&sandbox, HUB, "eu-west-1").into_builder();
    let config = config.http_client(http.tls_context(context).build_https()).build();
    let error =
        aws_sdk_ec2::Client::new(&config).describe_vpcs().send().await.expect_err("does not trust it");
    assert!(error.source().is_some());
}

#[tokio::test]
async fn the_config_file_and_environment_lead_to_it() {
    let sandbox = sample(&[]).await;
    let config = sandbox.aws_config();
    assert!(config.starts_with("[default]\naws_access_key_id = AKIA0000111111111111\n"));
    assert_eq!(config.matches("[profile ").count(), 8);
    assert_eq!(config.matches(&format!("endpoint_url = {}", sandbox.url())).count(), 9);
    let variables: BTreeMap<_, _> = sandbox.environment().into_iter().collect();
    assert_eq!(variables["AWS_ENDPOINT_URL"], sandbox.url());
    assert_eq!(variables["AWS_REGION"], "eu-west-1");
}

#[tokio::test]
async fn it_stops_and_frees_its_port() {
    let sandbox = sample(&["hang"]).await;
    let url = sandbox.url().to_owned();
    let address = url.trim_start_matches("http://");
    let mut open = TcpStream::connect(address).await.expect("connects");
    sandbox.stop().await;
    assert_eq!(open.read(&mut [0; 1]).await.unwrap_or(0), 0, "open connections end");
    assert!(TcpStream::connect(address).await.is_err());
}

proptest! {
    #![proptest_config(crate::cases::cases(12))]

    #[test]
    fn pages_of_any_size_make_the_same_whole(size in 5_i32..=1000) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("is a runtime");
        let listed = runtime.block_on(async move {
            let shape = Size { accounts: 1, regions: 1, networks: 2, subnets: 64, instances: 10, ..Size::default() };
            let estate = Estate::generate(&shape).expect("is in range");
            let sandbox = Sandbox::start(estate, Options::default()).await.expect("starts");
            let client = ec2(&sandbox, MANAGEMENT, "eu-west-1");
            let subnets = client.describe_subnets().into_paginator().page_size(size).items().send();
            let subnets = subnets.collect::<Result<Vec<_>, _>>().await.expect("lists");
            (subnets, client.describe_subnets().send().await.expect("lists"))
        });
        prop_assert_eq!(listed.0.len(), 128);
        prop_assert_eq!(&listed.0[..], listed.1.subnets());
    }
}
