//! Regions and availability zones.

use serde_json::{Value, json};

use super::listing::DescribeAction;
use crate::sandbox::aws::request::AwsRequest;
use crate::sandbox::aws::response::ErrorAnswer;
use crate::sandbox::estate::ZONES;

const REGIONS: DescribeAction = DescribeAction {
    set: "regionInfo",
    nested: None,
    id: ("RegionName", "regionName", "InvalidParameterValue"),
    paged: false,
    filters: &[
        ("region-name", "regionName"),
        ("opt-in-status", "optInStatus"),
        ("endpoint", "regionEndpoint"),
    ],
};

const ZONES_ACTION: DescribeAction = DescribeAction {
    set: "availabilityZoneInfo",
    nested: None,
    id: ("ZoneName", "zoneName", "InvalidParameterValue"),
    paged: false,
    filters: &[
        ("zone-name", "zoneName"),
        ("zone-id", "zoneId"),
        ("region-name", "regionName"),
        ("state", "zoneState"),
    ],
};

/// Answers `DescribeRegions`: the enabled ones, or all with `AllRegions`.
pub fn regions(call: &AwsRequest<'_>) -> Result<Value, ErrorAnswer> {
    let all = call.params.get("AllRegions") == Some("true");
    let listed: Vec<_> = call
        .estate
        .regions
        .iter()
        .map(|region| (region, call.estate.enabled(call.account, &region.name)))
        .filter(|(_, enabled)| all || *enabled)
        .collect();
    REGIONS.answer(call, &listed, |(region, enabled)| {
        let status = match (region.opt_in, enabled) {
            (false, _) => "opt-in-not-required",
            (true, true) => "opted-in",
            (true, false) => "not-opted-in",
        };
        json!({
            "regionName": region.name,
            "regionEndpoint": format!("ec2.{}.amazonaws.com", region.name),
            "optInStatus": status,
        })
    })
}

/// Answers `DescribeAvailabilityZones`: three in every region, by the account's own names.
pub fn zones(call: &AwsRequest<'_>) -> Result<Value, ErrorAnswer> {
    let mut numbers: Vec<usize> = (0..ZONES).collect();
    numbers.sort_by_key(|number| call.account.zone_name(call.region, *number));
    ZONES_ACTION.answer(call, &numbers, |number| {
        json!({
            "zoneId": zone_id(call.region, *number),
            "zoneName": call.account.zone_name(call.region, *number),
            "regionName": call.region,
            "groupName": call.region,
            "networkBorderGroup": call.region,
            "optInStatus": "opt-in-not-required",
            "zoneState": "available",
            "zoneType": "availability-zone",
        })
    })
}

/// Makes the id of a region's zone, such as `euw1-az1` of the first one of `eu-west-1`, the same for all accounts.
pub fn zone_id(region: &str, number: usize) -> String {
    let number = number + 1;
    let mut parts = region.split('-');
    let area = parts.next().unwrap_or_default();
    let direction: String = match parts.next().unwrap_or_default() {
        "northeast" => "ne".into(),
        "northwest" => "nw".into(),
        "southeast" => "se".into(),
        "southwest" => "sw".into(),
        other => other.chars().take(1).collect(),
    };
    format!("{area}{direction}{}-az{number}", parts.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zone_ids_shorten_the_region() {
        assert_eq!(zone_id("eu-west-1", 0), "euw1-az1");
        assert_eq!(zone_id("ap-southeast-2", 2), "apse2-az3");
    }
}
