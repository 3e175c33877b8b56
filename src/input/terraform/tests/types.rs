//! Networks that other types of resources make than those of the two large providers: avm-res-network-virtualnetwork 49,
//! azapi 902, terraform-provider-azurerm 22207.

use serde_json::{Value, json};

use super::{brief, creation, error, of, unknown};
use crate::input::terraform::plan_file::read;
use crate::model::{PlannedChanges, PlannedKind, Removal};

const GROUP: &str = "/subscriptions/s/resourceGroups/rg";

fn plan(changes: &Value) -> PlannedChanges {
    read(of(changes).to_string().as_bytes(), "plan.json").unwrap().0
}

fn unread(plan: &PlannedChanges) -> Vec<String> {
    plan.unread.iter().map(|value| format!("{} {}", value.address, value.attribute)).collect()
}

fn id(kind: &str, name: &str) -> String {
    format!("{GROUP}/providers/Microsoft.Network/{kind}/{name}")
}

/// Makes a change with these actions.
fn change(address: &str, actions: &[&str], before: &Value, after: &Value, marks: &Value) -> Value {
    let kind = address.split('.').rev().nth(1);
    let change = json!({"actions": actions, "before": before, "after": after, "after_unknown": marks});
    json!({"address": address, "mode": "managed", "type": kind, "change": change})
}

/// A network by `azapi`, with its body as an object or as a text.
fn azapi_network(prefixes: &Value, as_text: bool) -> Value {
    let subnets = json!([{"name": "in", "properties": {"addressPrefix": "10.0.9.0/24"}}]);
    let body = json!({"properties": {"addressSpace": {"addressPrefixes": prefixes}, "subnets": subnets}});
    let body = if as_text { Value::String(body.to_string()) } else { body };
    json!({
        "type": "Microsoft.Network/virtualNetworks@2024-07-01", "name": "v", "parent_id": GROUP,
        "location": "westeurope", "body": body
    })
}

fn azapi_subnet(properties: &Value) -> Value {
    json!({
        "type": "Microsoft.Network/virtualNetworks/subnets@2024-07-01", "name": "app",
        "parent_id": id("virtualNetworks", "v"), "body": {"properties": properties}
    })
}

#[test]
fn azapi_makes_networks_with_their_subnets() {
    let vnet = id("virtualNetworks", "v");
    for as_text in [false, true] {
        let made = plan(&json!([
            creation("azapi_resource.vnet", &azapi_network(&json!(["10.0.0.0/16"]), as_text)),
            creation("azapi_resource.one", &azapi_subnet(&json!({"addressPrefixes": ["10.0.1.0/24"]}))),
            creation("azapi_resource.two", &azapi_subnet(&json!({"addressPrefix": "10.0.2.0/24"}))),
        ]));
        let expected = [
            format!("block 10.0.0.0/16 of azapi_resource.vnet in {vnet}"),
            format!("subnet 10.0.1.0/24 of azapi_resource.one in {vnet}"),
            format!("subnet 10.0.2.0/24 of azapi_resource.two in {vnet}"),
            format!("subnet 10.0.9.0/24 of azapi_resource.vnet in {vnet}"),
        ];
        assert_eq!(brief(&made), expected);
        assert_eq!((unknown(&made), unread(&made)), (vec![], vec![]));
        assert_eq!(made.prefixes[0].region.as_deref(), Some("westeurope"));
    }
}

#[test]
fn azapi_changes_and_destroys_networks() {
    let vnet = id("virtualNetworks", "v");
    let at = |prefixes: &Value| {
        let mut network = azapi_network(prefixes, false);
        network["id"] = vnet.clone().into();
        network
    };
    let (old, new) = (at(&json!(["10.0.0.0/16"])), at(&json!(["10.0.0.0/16", "10.1.0.0/16"])));
    let gone = plan(&json!([change("azapi_resource.v", &["delete"], &old, &Value::Null, &json!({}))]));
    assert_eq!((gone.prefixes.len(), gone.removed), (0, vec![Removal::Network(vnet.clone())]));
    let wider = plan(&json!([change("azapi_resource.v", &["update"], &old, &new, &json!({}))]));
    assert_eq!(brief(&wider), [format!("block 10.1.0.0/16 of azapi_resource.v in {vnet}")]);
    let narrower = plan(&json!([change("azapi_resource.v", &["update"], &new, &old, &json!({}))]));
    assert_eq!(narrower.removed, [Removal::Block(vnet.clone(), "10.1.0.0/16".parse().unwrap())]);
    let replaced = plan(&json!([change("azapi_resource.v", &["delete", "create"], &old, &new, &json!({}))]));
    assert_eq!((replaced.removed, replaced.prefixes.len()), (vec![Removal::Network(vnet.clone())], 3));
    let kept = plan(&json!([change("azapi_resource.v", &["no-op"], &old, &old, &json!({}))]));
    assert_eq!(kept, PlannedChanges::default());
    let mut subnet = azapi_subnet(&json!({"addressPrefix": "10.0.1.0/24"}));
    subnet["id"] = format!("{vnet}/subnets/app").into();
    let gone = plan(&json!([change("azapi_resource.s", &["delete"], &subnet, &Value::Null, &json!({}))]));
    assert_eq!(gone.removed, [Removal::Subnet(format!("{vnet}/subnets/app"))]);
}

#[test]
fn azapi_patches_what_exists_and_stays() {
    let vnet = id("virtualNetworks", "v");
    let patch = |body: Value| json!({"type": "Microsoft.Network/virtualNetworks@2024-07-01", "resource_id": vnet, "body": body});
    let wider =
        patch(json!({"properties": {"addressSpace": {"addressPrefixes": ["10.0.0.0/16", "10.7.0.0/16"]}}}));
    let made = plan(&json!([creation("azapi_update_resource.v", &wider)]));
    let expected =
        ["10.0.0.0/16", "10.7.0.0/16"].map(|it| format!("block {it} of azapi_update_resource.v in {vnet}"));
    assert_eq!(brief(&made), expected);
    let gone =
        plan(&json!([change("azapi_update_resource.v", &["delete"], &wider, &Value::Null, &json!({}))]));
    assert_eq!(gone, PlannedChanges::default(), "the network stays");
    let other = plan(&json!([creation(
        "azapi_update_resource.v",
        &patch(json!({"properties": {"enableDdosProtection": true}}))
    )]));
    assert_eq!(other, PlannedChanges::default(), "it has no prefix and leaves none open");
}

#[test]
fn what_azapi_leaves_open_is_named() {
    let network = json!({"type": "Microsoft.Network/virtualNetworks@2024-07-01", "name": "v", "parent_id": GROUP, "body": {"properties": {}}});
    let subnet = azapi_subnet(&json!({}));
    for (marks, whole) in [
        (json!({"body": true}), json!({"body": null})),
        (
            json!({"body": {"properties": {"addressSpace": {"addressPrefixes": [true]}}}}),
            network["body"].clone(),
        ),
        (json!({}), network["body"].clone()),
    ] {
        let mut network = network.clone();
        network["body"] = whole;
        let made = plan(&json!([change("azapi_resource.v", &["create"], &Value::Null, &network, &marks)]));
        assert_eq!(unknown(&made), ["azapi_resource.v body"], "{marks}");
        let made = plan(&json!([change("azapi_resource.s", &["create"], &Value::Null, &subnet, &marks)]));
        assert_eq!(unknown(&made), ["azapi_resource.s body"], "{marks}");
    }
}

/// Their subnets may be of one provider and the network of another.
#[test]
fn providers_may_be_mixed() {
    let mut document = of(&json!([
        creation("azapi_resource.v", &azapi_network(&json!(["10.0.0.0/16"]), false)),
        creation(
            "azurerm_subnet.s",
            &json!({"name": "s", "resource_group_name": "rg", "virtual_network_name": "v", "address_prefixes": ["10.0.1.0/24"]})
        ),
        creation(
            "awscc_ec2_vpc.v",
            &json!({"cidr_block": "10.2.0.0/16", "tags": [{"key": "Name", "value": "core"}]})
        ),
        creation("aws_subnet.s", &json!({"cidr_block": "10.2.1.0/24"})),
        creation("awscc_ec2_subnet.s", &json!({"cidr_block": "10.2.2.0/24"})),
        creation("awscc_ec2_vpc_cidr_block.b", &json!({"cidr_block": "100.64.0.0/16"})),
    ]));
    let in_vpc = json!({"vpc_id": {"references": ["awscc_ec2_vpc.v.vpc_id", "awscc_ec2_vpc.v"]}});
    let resource = |kind: &str, name: &str| json!({"mode": "managed", "type": kind, "name": name, "expressions": in_vpc});
    document["configuration"] = json!({"root_module": {"resources": [
        resource("aws_subnet", "s"), resource("awscc_ec2_subnet", "s"), resource("awscc_ec2_vpc_cidr_block", "b"),
    ]}});
    let (plan, _) = read(document.to_string().as_bytes(), "plan.json").unwrap();
    let vnet = id("virtualNetworks", "v");
    let expected = [
        format!("block 10.0.0.0/16 of azapi_resource.v in {vnet}"),
        "block 10.2.0.0/16 of awscc_ec2_vpc.v in awscc_ec2_vpc.v".to_owned(),
        "block 100.64.0.0/16 of awscc_ec2_vpc_cidr_block.b in awscc_ec2_vpc.v".to_owned(),
        format!("subnet 10.0.1.0/24 of azurerm_subnet.s in {vnet}"),
        format!("subnet 10.0.9.0/24 of azapi_resource.v in {vnet}"),
        "subnet 10.2.1.0/24 of aws_subnet.s in awscc_ec2_vpc.v".to_owned(),
        "subnet 10.2.2.0/24 of awscc_ec2_subnet.s in awscc_ec2_vpc.v".to_owned(),
    ];
    assert_eq!(brief(&plan), expected);
    let names: Vec<_> = plan.prefixes.iter().filter_map(|planned| planned.name.as_deref()).collect();
    assert!(names.contains(&"core"), "{names:?}");
}

#[test]
fn cloud_control_destroys_and_leaves_open_as_aws_does() {
    let vpc = json!({"id": "vpc-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/16"});
    let subnet =
        json!({"id": "subnet-1", "subnet_id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "10.0.0.0/24"});
    let block = json!({"id": "b|vpc-1", "vpc_id": "vpc-1", "cidr_block": "100.64.0.0/16"});
    let delete =
        |address: &str, before: &Value| change(address, &["delete"], before, &Value::Null, &json!({}));
    let gone = plan(&json!([
        delete("awscc_ec2_vpc.v", &vpc),
        delete("awscc_ec2_subnet.s", &subnet),
        delete("awscc_ec2_vpc_cidr_block.b", &block),
    ]));
    let expected = [
        Removal::Network("vpc-1".into()),
        Removal::Subnet("subnet-1".into()),
        Removal::Block("vpc-1".into(), "100.64.0.0/16".parse().unwrap()),
    ];
    assert_eq!(gone.removed, expected);
    let pool = json!({"ipv4_ipam_pool_id": "pool", "ipv4_netmask_length": 16});
    let marks = json!({"cidr_block": true, "vpc_id": true});
    let open = plan(&json!([
        change("awscc_ec2_vpc.v", &["create"], &Value::Null, &pool, &marks),
        change(
            "awscc_ec2_vpc_cidr_block.b",
            &["create"],
            &Value::Null,
            &json!({"vpc_id": "vpc-1", "ipv4_ipam_pool_id": "pool"}),
            &json!({"cidr_block": true, "ipv6_cidr_block": true})
        ),
    ]));
    assert_eq!(unknown(&open), ["awscc_ec2_vpc.v cidr_block", "awscc_ec2_vpc_cidr_block.b cidr_block"]);
}

#[test]
fn hubs_pools_and_networks_outside_the_clouds_are_read() {
    let azapi = |kind: &str, properties: Value| json!({"type": format!("Microsoft.Network/{kind}@2024-05-01"), "name": "x", "parent_id": GROUP, "body": {"properties": properties}});
    let prefixes = json!(["10.1.0.0/24"]);
    let hub = "/resourceGroups/wan/providers/Microsoft.Network/virtualHubs/h";
    for (address, after, kind, network) in [
        (
            "azurerm_virtual_hub.h",
            json!({"name": "h", "resource_group_name": "wan", "address_prefix": "10.1.0.0/24"}),
            PlannedKind::Network,
            Some(hub.to_owned()),
        ),
        (
            "azapi_resource.h",
            azapi("virtualHubs", json!({"addressPrefix": "10.1.0.0/24"})),
            PlannedKind::Network,
            Some(id("virtualHubs", "x")),
        ),
        (
            "azurerm_virtual_network_gateway.g",
            json!({"vpn_client_configuration": [{"address_space": prefixes}]}),
            PlannedKind::Network,
            None,
        ),
        (
            "azapi_resource.g",
            azapi(
                "virtualNetworkGateways",
                json!({"vpnClientConfiguration": {"vpnClientAddressPool": {"addressPrefixes": prefixes}}}),
            ),
            PlannedKind::Network,
            None,
        ),
        (
            "azurerm_point_to_site_vpn_gateway.p",
            json!({"connection_configuration": [{"vpn_client_address_pool": [{"address_prefixes": prefixes}]}]}),
            PlannedKind::Network,
            None,
        ),
        (
            "azapi_resource.p",
            azapi(
                "p2sVpnGateways",
                json!({"p2SConnectionConfigurations": [{"properties": {"vpnClientAddressPool": {"addressPrefixes": prefixes}}}]}),
            ),
            PlannedKind::Network,
            None,
        ),
        (
            "aws_ec2_client_vpn_endpoint.e",
            json!({"client_cidr_block": "10.1.0.0/24"}),
            PlannedKind::Network,
            None,
        ),
        ("azurerm_local_network_gateway.l", json!({"address_space": prefixes}), PlannedKind::Remote, None),
        (
            "azapi_resource.l",
            azapi("localNetworkGateways", json!({"localNetworkAddressSpace": {"addressPrefixes": prefixes}})),
            PlannedKind::Remote,
            None,
        ),
        ("azurerm_vpn_site.s", json!({"address_cidrs": prefixes}), PlannedKind::Remote, None),
        (
            "aws_vpn_connection_route.r",
            json!({"destination_cidr_block": "10.1.0.0/24"}),
            PlannedKind::Remote,
            None,
        ),
        (
            "aws_vpn_connection.c",
            json!({"local_ipv4_network_cidr": "10.1.0.0/24", "remote_ipv4_network_cidr": "0.0.0.0/0"}),
            PlannedKind::Remote,
            None,
        ),
        ("google_compute_subnetwork.s", json!({"ip_cidr_range": "10.1.0.0/24"}), PlannedKind::Network, None),
        (
            "google_compute_subnetwork.t",
            json!({"secondary_ip_range": [{"range_name": "pods", "ip_cidr_range": "10.1.0.0/24"}]}),
            PlannedKind::Network,
            None,
        ),
        (
            "google_compute_global_address.a",
            json!({"address": "10.1.0.0", "prefix_length": 24, "purpose": "VPC_PEERING"}),
            PlannedKind::Network,
            None,
        ),
    ] {
        let made = plan(&json!([creation(address, &after)]));
        let [planned] = &made.prefixes[..] else { panic!("{address}: {made:?}") };
        assert_eq!((planned.kind, planned.prefix.to_string().as_str()), (kind, "10.1.0.0/24"), "{address}");
        assert_eq!(planned.network, network.filter(|_| kind == PlannedKind::Network), "{address}");
        assert_eq!((unknown(&made), unread(&made)), (vec![], vec![]), "{address}");
    }
}

#[test]
fn networks_that_make_their_own_subnets_and_hubs_that_go_are_read() {
    let automatic =
        plan(&json!([creation("google_compute_network.n", &json!({"auto_create_subnetworks": true}))]));
    assert_eq!(automatic.prefixes[0].prefix.to_string(), "10.128.0.0/9");
    let custom =
        plan(&json!([creation("google_compute_network.n", &json!({"auto_create_subnetworks": false}))]));
    assert_eq!(custom, PlannedChanges::default(), "its subnets are resources of their own");
    let mut known = json!({"name": "h", "resource_group_name": "wan", "address_prefix": "10.1.0.0/24"});
    known["id"] = id("virtualHubs", "h").into();
    let gone = plan(&json!([change("azurerm_virtual_hub.h", &["delete"], &known, &Value::Null, &json!({}))]));
    assert_eq!(gone.removed, [Removal::Network(id("virtualHubs", "h"))]);
    let everything = json!({"local_ipv4_network_cidr": "0.0.0.0/0", "local_ipv6_network_cidr": ""});
    assert_eq!(plan(&json!([creation("aws_vpn_connection.c", &everything)])), PlannedChanges::default());
    let marks = json!({"vpn_client_configuration": [{"address_space": true}]});
    let open = change(
        "azurerm_virtual_network_gateway.g",
        &["create"],
        &Value::Null,
        &json!({"vpn_client_configuration": [{}]}),
        &marks,
    );
    assert_eq!(
        unknown(&plan(&json!([open]))),
        ["azurerm_virtual_network_gateway.g vpn_client_configuration"]
    );
}

#[test]
fn a_default_subnet_is_adopted_and_leaves_nothing_open() {
    let marks = json!({"cidr_block": true, "vpc_id": true, "ipv6_cidr_block": true, "id": true});
    let adopted = change(
        "aws_default_subnet.a",
        &["create"],
        &Value::Null,
        &json!({"availability_zone": "eu-west-1a"}),
        &marks,
    );
    assert_eq!(plan(&json!([adopted])), PlannedChanges::default());
    let known = json!({"id": "subnet-1", "vpc_id": "vpc-1", "cidr_block": "172.31.0.0/20"});
    let delete = |before: &Value| {
        plan(&json!([change("aws_default_subnet.a", &["delete"], before, &Value::Null, &json!({}))]))
    };
    assert_eq!(delete(&known), PlannedChanges::default(), "Terraform lets go of it");
    let mut forced = known;
    forced["force_destroy"] = true.into();
    assert_eq!(delete(&forced).removed, [Removal::Subnet("subnet-1".into())]);
}

#[test]
fn whatever_else_seems_to_be_a_network_is_named() {
    let azapi = |kind: &str, body: Value| json!({"type": format!("{kind}@2024-05-01"), "name": "x", "parent_id": GROUP, "body": body});
    for (address, after, attribute) in [
        ("hcloud_network.n", json!({"ip_range": "10.0.0.0/16"}), "ip_range"),
        ("digitalocean_vpc.v", json!({"ip_range": "10.0.0.0/16", "region": "fra1"}), "ip_range"),
        ("oci_core_vcn.v", json!({"cidr_blocks": ["10.0.0.0/16"]}), "cidr_blocks"),
        ("openstack_networking_subnet_v2.s", json!({"cidr": "192.168.0.0/24"}), "cidr"),
        ("nsxt_policy_segment.s", json!({"subnet": [{"cidr": "10.12.2.1/24"}]}), "subnet.cidr"),
        ("mongodbatlas_network_container.c", json!({"atlas_cidr_block": "10.8.0.0/21"}), "atlas_cidr_block"),
        (
            "azurerm_vmware_private_cloud.c",
            json!({"network_subnet_cidr": "10.9.0.0/22"}),
            "network_subnet_cidr",
        ),
        ("aws_vpc_ipam_pool_cidr_allocation.a", json!({"cidr": "10.3.0.0/24"}), "cidr"),
        ("google_vpc_access_connector.c", json!({"ip_cidr_range": "10.8.0.0/28"}), "ip_cidr_range"),
        ("libvirt_network.n", json!({"addresses": ["10.17.3.0/24"]}), "addresses"),
        ("vendor_vswitch.n", json!({"gateway": "10.17.3.1", "netmask": "255.255.255.0"}), "gateway"),
        (
            "aws_cloudformation_stack.s",
            json!({"template_body": "Resources:\n  V:\n    ResourceType: AWS::EC2::VPC\n"}),
            "template_body",
        ),
        (
            "azurerm_resource_group_template_deployment.d",
            json!({"template_content": "{\"type\":\"Microsoft.Network/virtualNetworks\"}"}),
            "template_content",
        ),
        (
            "azapi_resource.d",
            azapi(
                "Microsoft.DevTestLab/labs/virtualNetworks",
                json!({"properties": {"range": "10.2.0.0/16"}}),
            ),
            "body.properties.range",
        ),
        (
            "azapi_resource.t",
            azapi(
                "Microsoft.Vendor/things",
                json!(r#"{"properties": {"vnetCidr": "10.2.0.0/16"}}"#).as_str().unwrap().into(),
            ),
            "body.properties.vnetCidr",
        ),
    ] {
        let made = plan(&json!([creation(address, &after)]));
        assert_eq!(unread(&made), [format!("{address} {attribute}")]);
        let id = |it: &Value| {
            let mut it = it.clone();
            it["id"] = "x".into();
            it
        };
        let same = plan(&json!([change(address, &["update"], &id(&after), &id(&after), &json!({}))]));
        assert_eq!(unread(&same), [""; 0], "{address}: nothing comes into use");
        let gone = plan(&json!([change(address, &["delete"], &id(&after), &Value::Null, &json!({}))]));
        assert_eq!(gone, PlannedChanges::default(), "{address}");
    }
    let marks = json!({"id": true, "ip_range": true});
    let open = change("digitalocean_vpc.v", &["create"], &Value::Null, &json!({"name": "v"}), &marks);
    assert_eq!(unread(&plan(&json!([open]))), ["digitalocean_vpc.v ip_range"]);
}

/// Else a plan with a security group could never pass.
#[test]
fn what_only_mentions_addresses_is_not_named() {
    let cidr = "10.0.0.0/16";
    let azapi = |kind: &str, body: Value| json!({"type": format!("{kind}@2024-05-01"), "name": "x", "parent_id": GROUP, "body": body});
    for (address, after) in [
        ("aws_security_group.g", json!({"ingress": [{"cidr_blocks": [cidr]}]})),
        ("aws_vpc_security_group_ingress_rule.r", json!({"cidr_ipv4": cidr})),
        ("aws_security_group_rule.r", json!({"cidr_blocks": [cidr]})),
        ("aws_route.r", json!({"destination_cidr_block": cidr})),
        ("aws_route_table.r", json!({"route": [{"cidr_block": cidr}]})),
        ("aws_network_acl.a", json!({"ingress": [{"cidr_block": cidr}], "subnet_ids": ["subnet-1"]})),
        ("aws_ec2_managed_prefix_list.l", json!({"entry": [{"cidr": cidr}]})),
        ("aws_wafv2_ip_set.s", json!({"addresses": [cidr]})),
        (
            "aws_eks_cluster.c",
            json!({"vpc_config": [{"public_access_cidrs": ["203.0.113.0/24"]}], "kubernetes_network_config": [{"service_ipv4_cidr": cidr}]}),
        ),
        ("aws_ssm_parameter.p", json!({"name": "/vpc/cidr", "value": cidr})),
        ("aws_lambda_function.f", json!({"environment": [{"variables": {"VPC_CIDR": cidr}}]})),
        ("aws_vpc_ipam_pool_cidr.c", json!({"cidr": cidr})),
        ("aws_db_subnet_group.g", json!({"subnet_ids": ["subnet-1"]})),
        ("aws_network_interface.i", json!({"private_ips": ["10.0.0.9"], "ipv4_prefixes": ["10.0.0.16/28"]})),
        ("aws_vpc_endpoint.e", json!({"vpc_id": "vpc-1"})),
        ("aws_instance.i", json!({"tags": {"cidr": cidr}})),
        ("azurerm_network_security_group.g", json!({"security_rule": [{"source_address_prefix": cidr}]})),
        ("azurerm_network_security_rule.r", json!({"source_address_prefixes": [cidr]})),
        ("azurerm_route_table.t", json!({"route": [{"address_prefix": cidr}]})),
        ("azurerm_ip_group.g", json!({"cidrs": [cidr]})),
        ("azurerm_virtual_network_peering.p", json!({"remote_virtual_network_id": "x"})),
        ("azurerm_storage_account.a", json!({"network_rules": [{"ip_rules": ["203.0.113.0/24"]}]})),
        (
            "azurerm_kubernetes_cluster.c",
            json!({"network_profile": [{"service_cidr": cidr, "pod_cidr": "10.244.0.0/16"}], "api_server_access_profile": [{"authorized_ip_ranges": [cidr]}]}),
        ),
        (
            "azapi_resource.g",
            azapi(
                "Microsoft.Network/networkSecurityGroups",
                json!({"properties": {"securityRules": [{"properties": {"sourceAddressPrefix": cidr}}]}}),
            ),
        ),
        (
            "azapi_resource.r",
            azapi(
                "Microsoft.Network/routeTables",
                json!({"properties": {"routes": [{"properties": {"addressPrefix": cidr}}]}}),
            ),
        ),
        (
            "azurerm_role_definition.r",
            json!({"permissions": [{"actions": ["Microsoft.Network/virtualNetworks/read"]}]}),
        ),
        ("google_compute_firewall.f", json!({"source_ranges": [cidr]})),
        ("google_compute_global_address.a", json!({"address": "203.0.113.9"})),
        (
            "google_container_cluster.c",
            json!({"master_authorized_networks_config": [{"cidr_blocks": [{"cidr_block": cidr}]}]}),
        ),
        ("terraform_data.d", json!({"input": cidr, "triggers_replace": {"cidr": cidr}})),
        ("helm_release.r", json!({"set": [{"name": "podCidr", "value": cidr}]})),
    ] {
        let made = plan(&json!([creation(address, &after)]));
        assert_eq!((unread(&made), made.prefixes.len()), (vec![], 0), "{address}");
    }
}

/// ipnet 32, CVE-2021-29921.
#[test]
fn leading_zeros_are_refused() {
    let said = error(of(&json!([creation("aws_vpc.v", &json!({"cidr_block": "010.8.0.0/16"}))])).to_string());
    assert!(said.starts_with("plan.json: aws_vpc.v: cidr_block: `010.8.0.0/16` has leading zeros"), "{said}");
}

#[test]
fn what_is_put_off_is_named_for_every_type_of_network() {
    let mut document = of(&json!([]));
    let deferred =
        |address: &str, after: Value| json!({"resource_change": creation(address, &after), "reason": "x"});
    document["deferred_changes"] = json!([
        deferred("hcloud_network.n", json!({})),
        deferred("azapi_resource.v", azapi_network(&Value::Null, false)),
        deferred("azurerm_virtual_hub.h", json!({})),
        deferred("aws_iam_role.r", json!({})),
    ]);
    let (plan, _) = read(document.to_string().as_bytes(), "plan.json").unwrap();
    let expected = ["azapi_resource.v", "azurerm_virtual_hub.h", "hcloud_network.n"];
    assert_eq!(unknown(&plan), expected.map(|address| format!("{address} every attribute")));
}

#[test]
fn several_plans_in_one_file_are_each_read_and_stay_apart() {
    let one = of(&json!([creation("aws_vpc.x", &json!({"cidr_block": "10.0.0.0/16"}))]));
    let text = format!("[command]/terraform-bin show -json p\n{one}\n\n{one}\n");
    let (plan, _) = read(text.as_bytes(), "plan.json").unwrap();
    let expected =
        ["plan 1: aws_vpc.x", "plan 2: aws_vpc.x"].map(|at| format!("block 10.0.0.0/16 of {at} in {at}"));
    assert_eq!(brief(&plan), expected);
    let cut = format!("{one}\n{}", &one.to_string()[..40]);
    assert!(error(cut).contains("ends too early"));
    let state = format!("{one}\n{}", r#"{"format_version":"1.0","values":{"root_module":{}}}"#);
    assert!(error(state).contains("it is a Terraform state"));
}
