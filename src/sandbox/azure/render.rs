//! Writes resources as the resource manager does.
//! <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/list-all>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-networks/list-usage>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/network-interfaces/list-all>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/public-ip-addresses/list-all>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-network-peerings/list>
//! <https://learn.microsoft.com/rest/api/virtualwan/virtual-hubs/list>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/private-endpoints/list-by-subscription>
//! <https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all>
//! <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/list-all>
//! <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-set-vms/list>
//! <https://learn.microsoft.com/rest/api/compute/resource-skus/list>
//! <https://learn.microsoft.com/rest/api/resources/subscriptions/list>

use ipnet::IpNet;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::sandbox::estate::azure::{
    Configuration, Connection, Endpoint, Hub, Instance, Interface, Machine, MachineSize, Named, Network,
    NicOwner, Os, Peering, Power, Prefixes, PublicIp, ResourceChange, ScaleSet, Subnet, Subscription, Tenant,
    guid,
};

/// Writes a change of a resource, without what was there before and after.
pub fn resource_change(it: &ResourceChange) -> Value {
    json!({
        "id": it.id,
        "name": it.id.rsplit('/').next(),
        "properties": {
            "targetResourceId": it.target,
            "targetResourceType": it.target_type,
            "changeType": it.kind,
            "changeAttributes": {
                "timestamp": it.at,
                "changesCount": 1,
                "changedBy": "ada@example.com",
                "clientType": "Azure Portal",
            },
            "changes": {},
        },
    })
}

/// Writes a virtual network, with its subnets and peerings.
pub fn network(it: &Network) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "resourceGuid": guid(&it.named.id),
        "addressSpace": { "addressPrefixes": it.prefixes },
        "subnets": it.subnets.iter().map(subnet).collect::<Vec<_>>(),
        "virtualNetworkPeerings": it.peerings.iter().map(peering).collect::<Vec<_>>(),
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

/// Writes how many addresses of a subnet are used: -1 where Azure does not count them, and 0 of a delegated subnet, whatever
/// is in it, unless the estate says how many.
pub fn usage(it: &Subnet) -> Value {
    let is_set_aside = it.name.starts_with("Azure") || it.name == "GatewaySubnet";
    let listed = u32::try_from(it.configurations.len()).unwrap_or(u32::MAX);
    let counted = it.used.or((!is_set_aside).then_some(listed));
    let all: u64 = it.prefixes.as_slice().iter().filter_map(usable).sum();
    json!({
        "currentValue": counted.map_or(-1.0, f64::from),
        "id": it.id,
        "limit": if counted.is_some() { json!(all) } else { json!(-1.0) },
        "name": { "localizedValue": "Subnet size and usage", "value": "SubnetSpace" },
        "unit": "Count",
    })
}

/// Counts the addresses of an IPv4 prefix, without the five that Azure keeps.
fn usable(prefix: &IpNet) -> Option<u64> {
    prefix.addr().is_ipv4().then(|| (1_u64 << (32 - prefix.prefix_len())) - 5)
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
        Some(NicOwner::Machine(id)) => {
            properties["primary"] = it.primary.into();
            properties["virtualMachine"] = reference(id);
        }
        Some(NicOwner::Endpoint(id)) => properties["privateEndpoint"] = reference(id),
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

/// Writes a peering. One of some subnets only names them, and has their prefixes where the whole networks'
/// would be.
pub fn peering(it: &Peering) -> Value {
    let complete = it.local.subnets.is_none();
    let mut properties = json!({
        "provisioningState": "Succeeded",
        "resourceGuid": guid(&it.id),
        "peeringState": it.state,
        "peeringSyncLevel": if it.state == "Connected" { "FullyInSync" } else { "RemoteNotInSync" },
        "remoteVirtualNetwork": reference(&it.remote),
        "allowVirtualNetworkAccess": true,
        "allowForwardedTraffic": false,
        "allowGatewayTransit": false,
        "useRemoteGateways": false,
        "doNotVerifyRemoteGateways": false,
        "peerCompleteVnets": complete,
        "remoteAddressSpace": { "addressPrefixes": it.far.prefixes() },
        "remoteVirtualNetworkAddressSpace": { "addressPrefixes": it.far.network },
    });
    if !complete {
        properties["localSubnetNames"] = json!(it.local.subnet_names());
        properties["remoteSubnetNames"] = json!(it.far.subnet_names());
        properties["localAddressSpace"] = json!({ "addressPrefixes": it.local.prefixes() });
        properties["localVirtualNetworkAddressSpace"] = json!({ "addressPrefixes": it.local.network });
        properties["enableOnlyIPv6Peering"] = false.into();
    }
    part(&it.id, &it.name, "Microsoft.Network/virtualNetworks/virtualNetworkPeerings", properties)
}

/// Writes a virtual hub.
pub fn hub(it: &Hub) -> Value {
    let properties = json!({
        "provisioningState": "Succeeded",
        "virtualHubRouteTableV2s": [],
        "addressPrefix": it.prefix,
        "virtualRouterAsn": 65515,
        "virtualRouterIps": [],
        "routeTable": { "routes": [] },
        "virtualRouterAutoScaleConfiguration": { "minCapacity": 2 },
        "virtualWan": reference(&it.wan),
        "sku": "Standard",
        "routingState": "Provisioned",
        "allowBranchToBranchTraffic": false,
        "hubRoutingPreference": "ExpressRoute",
    });
    let mut body = resource(&it.named, "Microsoft.Network/virtualHubs", properties);
    body["etag"] = etag(&it.named.id).into();
    body
}

/// Writes a hub's connection, which comes without type.
pub fn connection(it: &Connection) -> Value {
    json!({
        "id": it.id,
        "name": it.name,
        "etag": etag(&it.id),
        "properties": {
            "provisioningState": "Succeeded",
            "remoteVirtualNetwork": reference(&it.network),
            "allowHubToRemoteVnetTransit": true,
            "allowRemoteVnetToUseHubVnetGateways": true,
            "enableInternetSecurity": true,
        },
    })
}

/// Writes a private endpoint.
pub fn endpoint(it: &Endpoint) -> Value {
    let id = format!("{}/privateLinkServiceConnections/{}", it.named.id, it.named.name);
    let connection = json!({
        "provisioningState": "Succeeded",
        "privateLinkServiceId": it.service,
        "groupIds": [it.group],
        "privateLinkServiceConnectionState": {
            "status": "Approved",
            "description": "Auto-Approved",
            "actionsRequired": "None",
        },
    });
    let kind = "Microsoft.Network/privateEndpoints/privateLinkServiceConnections";
    let properties = json!({
        "provisioningState": "Succeeded",
        "privateLinkServiceConnections": [part(&id, &it.named.name, kind, connection)],
        "manualPrivateLinkServiceConnections": [],
        "customNetworkInterfaceName": "",
        "subnet": reference(&it.subnet),
        "ipConfigurations": [],
        "networkInterfaces": [reference(&it.interface)],
        "customDnsConfigs": [],
    });
    let mut body = resource(&it.named, "Microsoft.Network/privateEndpoints", properties);
    body["etag"] = etag(&it.named.id).into();
    body
}

const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const SCALE_SET: &str = "Microsoft.Compute/virtualMachineScaleSets";
const INSTANCE: &str = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines";

/// Writes a machine, without its state.
pub fn machine(it: &Machine) -> Value {
    let mut body = sized(it);
    if let Some(set) = &it.scale_set {
        body["properties"]["virtualMachineScaleSet"] = reference(set);
    }
    body
}

fn sized(it: &Machine) -> Value {
    let mut properties = hardware(&it.named, it.os, &it.interfaces, it.created);
    properties["hardwareProfile"] = json!({ "vmSize": it.size });
    let mut body = resource(&it.named, MACHINE, properties);
    zoned(&mut body, it.zone.as_ref());
    body
}

/// Writes whether a machine runs, as the list with `statusOnly=true` does. Its ids have the resource group
/// in capitals, whatever it is called.
pub fn status(it: &Machine) -> Value {
    let properties = json!({ "vmId": guid(&it.named.id), "instanceView": view(it.power) });
    let mut body = resource(&it.named, MACHINE, properties);
    body["id"] = group_in_capitals(&it.named.id).into();
    body
}

fn group_in_capitals(id: &str) -> String {
    let parts = id.split_once("/resourceGroups/");
    let parts = parts.and_then(|(above, rest)| Some((above, rest.split_once('/')?)));
    parts.map_or_else(
        || id.to_owned(),
        |(above, (group, below))| format!("{above}/resourceGroups/{}/{below}", group.to_uppercase()),
    )
}

/// Writes a scale set.
pub fn scale_set(it: &ScaleSet) -> Value {
    let name = &it.named.name;
    let interface = json!({
        "name": format!("{name}-nic"),
        "properties": {
            "primary": true,
            "enableAcceleratedNetworking": false,
            "ipConfigurations": [{
                "name": "ipconfig1",
                "properties": {
                    "primary": true,
                    "subnet": reference(&it.subnet),
                    "privateIPAddressVersion": "IPv4",
                },
            }],
        },
    });
    let mut properties = json!({
        "singlePlacementGroup": false,
        "orchestrationMode": if it.flexible { "Flexible" } else { "Uniform" },
        "virtualMachineProfile": {
            "osProfile": { "computerNamePrefix": name, "adminUsername": "azureuser" },
            // Its instances' disks have names of their own.
            "storageProfile": storage(None, it.os),
            "networkProfile": { "networkInterfaceConfigurations": [interface] },
        },
        "provisioningState": "Succeeded",
        "uniqueId": guid(&it.named.id),
        "platformFaultDomainCount": 1,
        "timeCreated": written(it.created),
    });
    if !it.flexible {
        properties["upgradePolicy"] = json!({ "mode": "Manual" });
        properties["overprovision"] = false.into();
    }
    let mut body = resource(&it.named, SCALE_SET, properties);
    body["sku"] = json!({ "name": it.size, "tier": "Standard", "capacity": it.capacity });
    if !it.zones.is_empty() {
        body["zones"] = json!(it.zones);
    }
    body
}

/// Writes an instance of a uniform scale set, with its state if that is asked for.
pub fn instance(set: &ScaleSet, it: &Instance, with_view: bool) -> Value {
    let interfaces = [it.interface.named.id.clone()];
    let mut properties = hardware(&it.named, set.os, &interfaces, set.created);
    properties["latestModelApplied"] = true.into();
    if with_view {
        properties["instanceView"] = view(it.power);
    }
    let mut body = resource(&it.named, INSTANCE, properties);
    body["instanceId"] = it.number.to_string().into();
    body["sku"] = json!({ "name": set.size, "tier": "Standard" });
    zoned(&mut body, it.zone.as_ref());
    body
}

/// Writes a machine of a flexible scale set as one of the set's instances.
pub fn member(it: &Machine, with_view: bool) -> Value {
    let mut body = sized(it);
    if with_view {
        body["properties"]["instanceView"] = view(it.power);
    }
    body["instanceId"] = it.named.name.clone().into();
    body["sku"] = json!({ "name": it.size, "tier": "Standard" });
    body
}

/// Writes whether it runs. What Azure does not know, it leaves out.
fn view(power: Power) -> Value {
    let mut statuses = vec![json!({
        "code": "ProvisioningState/succeeded",
        "level": "Info",
        "displayStatus": "Provisioning succeeded",
    })];
    statuses.extend(power_state(power));
    json!({ "statuses": statuses })
}

/// Writes a power state; `None` when Azure does not know it.
pub fn power_state(power: Power) -> Option<Value> {
    let name = power.name()?;
    Some(json!({
        "code": format!("PowerState/{name}"),
        "level": "Info",
        "displayStatus": format!("VM {name}"),
    }))
}

fn hardware(named: &Named, os: Os, interfaces: &[String], created: Timestamp) -> Value {
    let interfaces = interfaces.iter().enumerate();
    let interfaces: Vec<Value> =
        interfaces.map(|(index, id)| json!({ "id": id, "properties": { "primary": index == 0 } })).collect();
    json!({
        "vmId": guid(&named.id),
        "storageProfile": storage(Some(&named.name), os),
        "osProfile": {
            "computerName": named.name,
            "adminUsername": "azureuser",
            "secrets": [],
            "allowExtensionOperations": true,
        },
        "networkProfile": { "networkInterfaces": interfaces },
        "provisioningState": "Succeeded",
        "timeCreated": written(created),
    })
}

fn storage(name: Option<&str>, os: Os) -> Value {
    let (publisher, offer, sku) = match os {
        Os::Linux => ("Canonical", "ubuntu-24_04-lts", "server"),
        Os::Windows => ("MicrosoftWindowsServer", "WindowsServer", "2022-datacenter-g2"),
    };
    let mut disk = json!({
        "osType": os.as_str(),
        "createOption": "FromImage",
        "caching": "ReadWrite",
        "managedDisk": { "storageAccountType": "Premium_LRS" },
        "diskSizeGB": 30,
    });
    if let Some(name) = name {
        disk["name"] = format!("{name}_OsDisk_1").into();
    }
    json!({
        "imageReference": { "publisher": publisher, "offer": offer, "sku": sku, "version": "latest" },
        "osDisk": disk,
        "dataDisks": [],
    })
}

fn zoned(body: &mut Value, zone: Option<&String>) {
    if let Some(zone) = zone {
        body["zones"] = json!([zone]);
    }
}

/// Azure writes seven digits of a second, and no `Z`.
fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.7f+00:00").to_string()
}

/// Writes a machine size at a location; capabilities are text, numbers included.
pub fn size(it: &MachineSize, location: &str) -> Value {
    let capabilities: Vec<Value> = [
        ("vCPUs", it.vcpus.to_string()),
        ("vCPUsAvailable", it.available.to_string()),
        ("MemoryGB", it.memory.to_string()),
        ("CpuArchitectureType", it.architecture.to_owned()),
        ("HyperVGenerations", "V1,V2".to_owned()),
    ]
    .map(|(name, value)| json!({ "name": name, "value": value }))
    .into();
    let short = it.name.trim_start_matches("Standard_");
    let mut body = sku("virtualMachines", it.name, location);
    body["size"] = short.into();
    body["family"] = it.family.into();
    body["capabilities"] = capabilities.into();
    body
}

/// Writes a disk's size at a location: the list is not about machines alone.
pub fn disk(location: &str) -> Value {
    let mut body = sku("disks", "Premium_LRS", location);
    body["size"] = "P10".into();
    body["capabilities"] = json!([{ "name": "MaxSizeGiB", "value": "128" }]);
    body
}

fn sku(kind: &str, name: &str, location: &str) -> Value {
    let (tier, _) = name.split_once('_').unwrap_or_default();
    json!({
        "resourceType": kind,
        "name": name,
        "tier": tier,
        "locations": [location],
        "locationInfo": [{ "location": location, "zones": ["1", "2", "3"], "zoneDetails": [] }],
        "restrictions": [],
    })
}

/// Writes a subscription.
pub fn subscription(it: &Subscription) -> Value {
    json!({
        "id": format!("/subscriptions/{}", it.id),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": it.id,
        "tenantId": it.tenant,
        "displayName": it.name,
        "state": it.state.as_str(),
        "subscriptionPolicies": policies(),
    })
}

/// Writes what a subscription's contract says.
pub fn policies() -> Value {
    json!({
        "locationPlacementId": "Public_2014-09-01",
        "quotaId": "EnterpriseAgreement_2014-09-01",
        "spendingLimit": "Off",
    })
}

/// Writes a tenant. `domains` is left out: it is text in old versions of the API, and a list in new ones.
pub fn tenant(it: &Tenant) -> Value {
    json!({
        "id": format!("/tenants/{}", it.id),
        "tenantId": it.id,
        "countryCode": "NL",
        "displayName": it.name,
        "tenantCategory": "Home",
        "defaultDomain": it.domain,
        "tenantType": "AAD",
    })
}

/// Starts a resource: id, name, type, location, and tags if there are any.
pub fn resource(named: &Named, kind: &str, properties: Value) -> Value {
    let mut body = json!({
        "id": named.id,
        "name": named.name,
        "type": kind,
        "location": named.location,
    });
    body["properties"] = properties;
    if !named.tags.is_empty() {
        body["tags"] = json!(named.tags);
    }
    body
}

/// Starts something that is part of a resource.
pub fn part(id: &str, name: &str, kind: &str, properties: Value) -> Value {
    let mut body = json!({ "id": id, "name": name, "type": kind, "etag": etag(id) });
    body["properties"] = properties;
    body
}

/// Makes the version mark of the network services.
pub fn etag(id: &str) -> String {
    format!("W/\"{}\"", guid(&format!("etag/{id}")))
}

/// Refers to a resource.
pub fn reference(id: &str) -> Value {
    json!({ "id": id })
}

/// Refers to several.
pub fn references(ids: &[String]) -> Value {
    ids.iter().map(|id| reference(id)).collect()
}
