//! Machines and scale sets.
//! <https://learn.microsoft.com/rest/api/compute/virtual-machines/list-all>
//! <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-sets/list-all>
//! <https://learn.microsoft.com/rest/api/compute/virtual-machine-scale-set-vms/list>

use jiff::Timestamp;
use serde_json::{Value, json};

use super::shared::{reference, resource};
use crate::sandbox::estate::azure::{Instance, Machine, Named, Os, Power, ScaleSet, guid};

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
