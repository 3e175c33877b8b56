//! What joins networks: peerings, virtual hubs, private endpoints.
//! <https://learn.microsoft.com/rest/api/virtualnetwork/virtual-network-peerings/list>
//! <https://learn.microsoft.com/rest/api/virtualwan/virtual-hubs/list>
//! <https://learn.microsoft.com/rest/api/virtualnetwork/private-endpoints/list-by-subscription>

use serde_json::{Value, json};

use super::shared::{etag, part, reference, resource};
use crate::sandbox::estate::azure::{Connection, Endpoint, Hub, Peering, guid};

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
