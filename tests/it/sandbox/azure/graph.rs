//! Resource Graph: the same resources by query.

use std::collections::BTreeSet;

use netcensus::sandbox::{Estate, Options, Sandbox, Size};
use serde_json::{Value, json};

use super::super::sample;
use super::client::{Client, named, send, text};
use super::{ACME, CORE, DATA, SHOP, TRIAL};

#[tokio::test]
async fn the_graph_has_the_resources_of_all_lists() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    for (list, kind) in [
        ("virtualNetworks", "microsoft.network/virtualnetworks"),
        ("networkInterfaces", "microsoft.network/networkinterfaces"),
        ("publicIPAddresses", "microsoft.network/publicipaddresses"),
        ("virtualHubs", "microsoft.network/virtualhubs"),
        ("privateEndpoints", "microsoft.network/privateendpoints"),
    ] {
        let mut expected = Vec::new();
        for subscription in [CORE, SHOP, DATA, TRIAL] {
            expected.extend(client.network(subscription, list).await);
        }
        let rows = client.graph(&format!("resources | where type =~ '{kind}' | order by id asc")).await;
        let ids = |items: &[Value]| -> BTreeSet<String> {
            items.iter().map(|item| text(item, "/id").to_owned()).collect()
        };
        assert_eq!(ids(&rows), ids(&expected), "{list}");
        let first = text(&rows[0], "/id");
        let same = expected.iter().find(|item| text(item, "/id") == first).expect("is there");
        assert_eq!((&rows[0]["properties"], &rows[0]["type"]), (&same["properties"], &kind.into()));
    }
}

#[tokio::test]
async fn rows_have_the_columns_of_the_graph() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let rows = client.graph("Resources | where type in~ ('Microsoft.Compute/virtualMachines')").await;
    let row = named(&rows, "orders-1");
    assert_eq!((text(row, "/subscriptionId"), text(row, "/resourceGroup")), (SHOP, "shop-prod"));
    assert_eq!((text(row, "/location"), &row["zones"]), ("westeurope", &json!(["2"])));
    assert_eq!(text(row, "/properties/extended/instanceView/powerState/code"), "PowerState/running");
    assert!(row.as_object().is_some_and(|row| row.len() == 16 && row["sku"].is_null()), "{row}");
    assert_eq!(text(named(&rows, "old-etl"), "/properties/extended/instanceView/powerState/code"), "");

    let rows = client.graph("computeresources | project id, type, properties | order by id asc").await;
    let of = |kind: &str| {
        let kind = format!("microsoft.compute/virtualmachinescalesets/virtualmachines{kind}");
        rows.iter().filter(|row| text(row, "/type") == kind).collect::<Vec<_>>()
    };
    let (instances, interfaces) = (of(""), of("/networkinterfaces"));
    let addresses = of("/networkinterfaces/ipconfigurations/publicipaddresses");
    assert_eq!((instances.len(), interfaces.len(), addresses.len(), rows.len()), (4, 4, 4, 12));
    assert_eq!(interfaces[0]["properties"]["virtualMachine"]["id"], instances[0]["id"]);
    let state = "/properties/extended/instanceView/powerState/code";
    assert_eq!(text(instances[0], state), "PowerState/running");
    assert!(addresses[0]["properties"]["ipAddress"].is_string());

    let query = "resourcecontainers | where type =~ 'microsoft.resources/subscriptions' | project name, subscriptionId, properties";
    let rows = Client::sign_in(&sandbox, 1).await.graph_once(query).await;
    assert_eq!(rows["data"][0]["subscriptionId"], ACME);
    assert_eq!(rows["data"][0]["properties"]["state"], "Enabled");
}

#[tokio::test]
async fn pages_are_cut_by_what_is_asked_for_and_need_an_id() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let ask = async |query: &str, options: Value| {
        client.ask_graph(&json!({ "query": query, "options": options })).await.json()
    };
    let page = ask("resources | project id | order by id asc", json!({})).await;
    assert_eq!((&page["count"], &page["resultTruncated"]), (&20.into(), &"true".into()));
    assert!(page["$skipToken"].is_string() && page["facets"] == json!([]));
    let total = page["totalRecords"].as_u64().expect("is a number");
    assert!(total > 40, "{total}");
    let skipped = ask("resources | project id | order by id asc", json!({ "$skip": 18, "$top": 1 })).await;
    assert_eq!(skipped["data"][0], page["data"][18]);
    assert_eq!((&skipped["resultTruncated"], &skipped["totalRecords"]), (&"false".into(), &total.into()));
    let nameless = ask("resources | project name", json!({})).await;
    assert_eq!((&nameless["resultTruncated"], &nameless["$skipToken"]), (&"true".into(), &Value::Null));
    let ids: Vec<_> = client.graph("resources | project id | order by id asc").await;
    let sorted = ids.windows(2).all(|pair| text(&pair[0], "/id") < text(&pair[1], "/id"));
    assert!(sorted, "each once, in order");
}

#[tokio::test]
async fn what_the_caller_cannot_see_is_left_out_without_a_word() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let body = json!({
        "subscriptions": [TRIAL.to_uppercase(), ACME, "00000000-0000-0000-0000-000000000000"],
        "query": "resources | project id, subscriptionId",
    });
    let reply = client.ask_graph(&body).await.json();
    assert_eq!((&reply["totalRecords"], &reply["data"][0]["subscriptionId"]), (&1.into(), &TRIAL.into()));
}

#[tokio::test]
async fn queries_that_are_not_understood_are_refused() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    for (body, reason) in [
        (json!({ "query": "resources | take 5" }), "InvalidQuery"),
        (json!({ "query": "resources | project colour" }), "InvalidQuery"),
        (json!({ "subscriptions": [] }), "InvalidRequestBody"),
        (json!({ "query": "resources", "options": { "$top": 1001 } }), "InvalidTop"),
        (json!({ "query": "resources", "options": { "$skipToken": "00" } }), "InvalidSkipToken"),
        (json!({ "query": "resources", "options": { "resultFormat": "table" } }), "InvalidResultFormat"),
    ] {
        let reply = client.ask_graph(&body).await;
        assert_eq!(reply.refusal(), (400, "BadRequest".into()), "{body}");
        assert_eq!(text(&reply.json(), "/error/details/0/code"), reason, "{body}");
    }
    let target = "/providers/Microsoft.ResourceGraph/resources?api-version=2022-10-01";
    let reply = send(&sandbox, "POST", target, &[], "{}").await;
    assert_eq!(reply.refusal(), (401, "AuthenticationFailed".into()));
}

#[tokio::test]
async fn five_hundred_subscriptions_are_one_query_of_a_few_pages() {
    let size: Size = "accounts=1,subscriptions=500,networks=1,subnets=2,vms=3".parse().expect("is a size");
    let estate = Estate::generate(&size).expect("is in range");
    let sandbox = Sandbox::start(estate, Options::default()).await.expect("starts");
    let client = Client::sign_in(&sandbox, 0).await;
    let machines = client.graph("resources | where type =~ 'microsoft.compute/virtualmachines'").await;
    assert_eq!(machines.len(), 1500);
    let subscriptions = client.list("/subscriptions").await;
    assert_eq!(subscriptions.len(), 500);
    let counted: Vec<_> =
        sandbox.requests().into_iter().map(|one| (one.service, one.action, one.region, one.count)).collect();
    let row = |service, action: &str, count| (service, action.to_owned(), "global".to_owned(), count);
    assert_eq!(
        counted,
        [
            row("arm", "Microsoft.Resources/subscriptions/read", 5),
            row("entra", "token", 1),
            row("graph", "Microsoft.ResourceGraph/resources/read", 2),
        ]
    );
}
