//! The lists against the models that are generated from Microsoft's own descriptions of the services: every
//! field must be one of theirs, spelt and typed as there.

use azure_mgmt_compute::models as compute;
use azure_mgmt_network::models as network;
use azure_mgmt_subscription::models as subscription;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::super::sample;
use super::client::{Client, text};
use super::{CORE, DATA, SHOP, TRIAL};

/// Asserts that a model takes all of each item, and gives it back.
#[track_caller]
fn assert_known<M: DeserializeOwned + Serialize>(items: &[Value]) {
    for item in items {
        let model: M =
            serde_json::from_value(item.clone()).unwrap_or_else(|error| panic!("{error}: {item:#}"));
        let back = serde_json::to_value(model).expect("is JSON");
        assert_within(item, &back, "");
    }
}

#[track_caller]
fn assert_within(part: &Value, whole: &Value, path: &str) {
    match (part, whole) {
        (Value::Object(part), Value::Object(whole)) => {
            for (name, value) in part {
                let path = format!("{path}/{name}");
                // Models leave out what is empty.
                let empty = value.as_array().is_some_and(Vec::is_empty);
                let found = whole.get(name).unwrap_or(&Value::Null);
                assert!(empty || !found.is_null(), "{path} is not known");
                if !empty {
                    assert_within(value, found, &path);
                }
            }
        }
        (Value::Array(part), Value::Array(whole)) => {
            assert_eq!(part.len(), whole.len(), "{path}");
            part.iter().zip(whole).for_each(|(part, whole)| assert_within(part, whole, path));
        }
        // Times come back as `...Z`.
        _ if path.ends_with("/timeCreated") => {
            let time = |value: &Value| value.as_str().and_then(|text| text.parse::<jiff::Timestamp>().ok());
            assert_eq!((time(part), time(part).is_some()), (time(whole), true), "{part}");
        }
        _ => assert_eq!(part, whole, "{path}"),
    }
}

#[tokio::test]
async fn every_field_is_one_that_azure_has() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    assert_known::<subscription::Subscription>(&client.list("/subscriptions").await);
    assert_known::<subscription::TenantIdDescription>(&client.list("/tenants").await);
    for id in [CORE, SHOP, DATA, TRIAL] {
        assert_known::<network::VirtualNetwork>(&client.network(id, "virtualNetworks").await);
        assert_known::<network::NetworkInterface>(&client.network(id, "networkInterfaces").await);
        assert_known::<network::PublicIpAddress>(&client.network(id, "publicIPAddresses").await);
        assert_known::<network::PrivateEndpoint>(&client.network(id, "privateEndpoints").await);
        assert_known::<compute::ResourceSku>(&client.compute(id, "skus").await);
        assert_known::<compute::VirtualMachine>(&client.compute(id, "virtualMachines").await);
        assert_known::<compute::VirtualMachine>(&client.compute(id, "virtualMachines?statusOnly=true").await);
        let hubs = client.network(id, "virtualHubs").await;
        assert_known::<network::VirtualHub>(&hubs);
        for hub in hubs {
            let path = format!("{}/hubVirtualNetworkConnections", text(&hub, "/id"));
            assert_known::<network::HubVirtualNetworkConnection>(&client.list(&path).await);
        }
        let sets = client.compute(id, "virtualMachineScaleSets").await;
        assert_known::<compute::VirtualMachineScaleSet>(&sets);
        for set in sets {
            let list = async |list: &str| client.list(&format!("{}/{list}", text(&set, "/id"))).await;
            assert_known::<compute::VirtualMachineScaleSetVm>(
                &list("virtualMachines?$expand=instanceView").await,
            );
            assert_known::<network::NetworkInterface>(&list("networkInterfaces").await);
            assert_known::<network::PublicIpAddress>(&list("publicipaddresses").await);
        }
    }
}
