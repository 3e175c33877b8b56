//! Networks, subnets, interfaces and public addresses.
//! <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/list-all>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-all>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/public-ip-addresses/list-all>

use serde_json::{Value, json};

use super::link;
use super::shared::{etag, part, reference, references, resource};
use crate::sandbox::estate::azure::{
    Configuration, Holder, Interface, Network, Prefixes, PublicIp, Subnet, guid,
};

/// Writes a virtual network, with its subnets and peerings.
pub fn network(it: &Network) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "resourceGuid": guid(&it.named.id),
        "addressSpace": { "addressPrefixes": it.prefixes },
        "subnets": it.subnets.iter().map(subnet).collect::<Vec<_>>(),
        "virtualNetworkPeerings": it.peerings.iter().map(link::peering).collect::<Vec<_>>(),
        "enableDdosProtection": false,
    });
    let mut body = resource(&it.named, "Microsoft.Network/virtualNetworks", properties);
    body["etag"] = etag(&it.named.id).into();
    body
}

/// Writes a subnet. What is empty is left out, delegations aside.
pub fn subnet(it: &Subnet) -> Value {
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "delegations": it.delegation.iter().map(|service| delegation(it, service)).collect::<Vec<_>>(),
        "privateEndpointNetworkPolicies": "Disabled",
        "privateLinkServiceNetworkPolicies": "Enabled",
    });
    match &it.prefixes {
        Prefixes::One(prefix) => properties["addressPrefix"] = json!(prefix),
        Prefixes::List(prefixes) => properties["addressPrefixes"] = json!(prefixes),
    }
    for (name, ids) in [("ipConfigurations", &it.configurations), ("privateEndpoints", &it.endpoints)] {
        if !ids.is_empty() {
            properties[name] = references(ids);
        }
    }
    part(&it.id, &it.name, "Microsoft.Network/virtualNetworks/subnets", properties)
}

fn delegation(subnet: &Subnet, service: &str) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "serviceName": service,
        "actions": ["Microsoft.Network/virtualNetworks/subnets/action"],
    });
    let kind = "Microsoft.Network/virtualNetworks/subnets/delegations";
    part(&format!("{}/delegations/delegation", subnet.id), "delegation", kind, properties)
}

/// Writes an interface.
pub fn interface(it: &Interface) -> Value {
    let kind = "Microsoft.Network/networkInterfaces";
    let mut body = resource(&it.named, kind, interface_properties(it, kind));
    body["etag"] = etag(&it.named.id).into();
    body
}

/// Writes an interface of a scale set's instance, which comes without type and location:
/// <https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-virtual-machine-scale-set-network-interfaces>.
pub fn instance_interface(it: &Interface) -> Value {
    let kind = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/networkInterfaces";
    json!({
        "id": it.named.id,
        "name": it.named.name,
        "etag": etag(&it.named.id),
        "properties": interface_properties(it, kind),
    })
}

fn interface_properties(it: &Interface, kind: &str) -> Value {
    let configurations = it.configurations.iter().enumerate();
    let configurations: Vec<Value> =
        configurations.map(|(index, one)| configuration(one, kind, index == 0)).collect();
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "resourceGuid": guid(&it.named.id),
        "ipConfigurations": configurations,
        "dnsSettings": { "dnsServers": [], "appliedDnsServers": [] },
        "macAddress": it.mac,
        "enableAcceleratedNetworking": false,
        "enableIPForwarding": false,
        "hostedWorkloads": [],
        "tapConfigurations": [],
        "nicType": "Standard",
    });
    match &it.holder {
        Some(Holder::Machine(id)) => {
            properties["primary"] = it.primary.into();
            properties["virtualMachine"] = reference(id);
        }
        Some(Holder::Endpoint(id)) => properties["privateEndpoint"] = reference(id),
        None => {}
    }
    properties
}

fn configuration(it: &Configuration, kind: &str, primary: bool) -> Value {
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "privateIPAddress": it.address,
        "privateIPAllocationMethod": "Dynamic",
        "subnet": reference(&it.subnet),
        "primary": primary,
        "privateIPAddressVersion": if it.address.is_ipv4() { "IPv4" } else { "IPv6" },
    });
    if let Some(length) = it.block {
        properties["privateIPAddress"] = format!("{}/{length}", it.address).into();
        properties["privateIPAddressPrefixLength"] = length.into();
    }
    if let Some(id) = &it.public_ip {
        properties["publicIPAddress"] = reference(id);
    }
    part(&it.id, &it.name, &format!("{kind}/ipConfigurations"), properties)
}

/// Writes a public address.
pub fn public_ip(it: &PublicIp) -> Value {
    let mut properties = public_ip_properties(it);
    properties["publicIPAllocationMethod"] = "Static".into();
    properties["ddosSettings"] = json!({ "protectionMode": "VirtualNetworkInherited" });
    let mut body = resource(&it.named, "Microsoft.Network/publicIPAddresses", properties);
    body["etag"] = etag(&it.named.id).into();
    body["sku"] = json!({ "name": "Standard", "tier": "Regional" });
    if !it.zones.is_empty() {
        body["zones"] = json!(it.zones);
    }
    body
}

/// Writes a public address of a scale set's instance, which comes without type and location:
/// <https://learn.microsoft.com/rest/api/virtualnetwork/public-ip-addresses/list-virtual-machine-scale-set-public-ip-addresses>.
pub fn instance_public_ip(it: &PublicIp) -> Value {
    let mut properties = public_ip_properties(it);
    properties["publicIPAllocationMethod"] = "Dynamic".into();
    json!({
        "id": it.named.id,
        "name": it.named.name,
        "etag": etag(&it.named.id),
        "properties": properties,
    })
}

fn public_ip_properties(it: &PublicIp) -> Value {
    json!({
        "provisioningState": "Succeeded",
        "resourceGuid": guid(&it.named.id),
        "ipAddress": it.address,
        "publicIPAddressVersion": "IPv4",
        "idleTimeoutInMinutes": 4,
        "ipTags": [],
        "ipConfiguration": reference(&it.configuration),
    })
}
