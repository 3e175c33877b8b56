//! Sizes. <https://learn.microsoft.com/rest/api/compute/resource-skus/list>

use serde_json::{Value, json};

use crate::sandbox::estate::azure::MachineSize;

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
