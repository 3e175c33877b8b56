//! What is refused, by rule or because a fault says so.

use std::time::Duration;

use netcensus::sandbox::{Estate, Options, Sandbox};
use serde_json::json;

use super::super::{post, sample};
use super::client::{Client, ask_token, credentials, send, text};
use super::{ACME, CORE, DATA, SHOP};

const NETWORKS: &str = "providers/Microsoft.Network/virtualNetworks?api-version=2024-03-01";

#[tokio::test]
async fn bad_requests_are_refused_as_the_resource_manager_does() {
    let sandbox = sample(&[]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let nowhere = "c0de0009-3f5a-4d21-9b7e-000000000009";
    let in_shop = |rest: &str| format!("/subscriptions/{SHOP}/{rest}");
    for (target, status, code) in [
        (in_shop("providers/Microsoft.Network/virtualNetworks"), 400, "MissingApiVersionParameter"),
        (in_shop("providers/Microsoft.Network/unicorns?api-version=1"), 404, "InvalidResourceType"),
        (format!("/subscriptions/{nowhere}/{NETWORKS}"), 404, "SubscriptionNotFound"),
        (format!("/subscriptions/{ACME}/{NETWORKS}"), 401, "InvalidAuthenticationTokenTenant"),
        (in_shop(&format!("{NETWORKS}&$skiptoken=00")), 400, "InvalidParameter"),
        (
            in_shop("providers/Microsoft.Compute/skus?api-version=1&$filter=name%20eq%20'x'"),
            400,
            "InvalidParameter",
        ),
        (
            in_shop(
                "resourceGroups/other/providers/Microsoft.Compute/virtualMachineScaleSets/web/virtualMachines?api-version=1",
            ),
            404,
            "ResourceNotFound",
        ),
        (
            in_shop(
                "resourceGroups/Shop-Prod/providers/Microsoft.Compute/virtualMachines/gone?api-version=1",
            ),
            404,
            "ResourceNotFound",
        ),
        (
            in_shop(
                "resourceGroups/Shop-Prod/providers/Microsoft.Compute/virtualMachineScaleSets/gone?api-version=1",
            ),
            404,
            "ResourceNotFound",
        ),
    ] {
        let reply = client.get(&target).await;
        assert_eq!(reply.refusal(), (status, code.to_owned()), "{target}");
        let challenge = reply.headers.get("www-authenticate");
        assert_eq!(challenge.is_some(), status == 401, "{challenge:?}");
    }
}

#[tokio::test]
async fn only_tokens_that_the_sandbox_gave_out_are_taken() {
    let sandbox = sample(&[]).await;
    let [northwind, acme] = &sandbox.azure()[..] else { panic!("has two tenants") };
    let reply = ask_token(&sandbox, northwind, &[]).await.json();
    let token = text(&reply, "/access_token");
    for (authorization, code) in [
        (None, "AuthenticationFailed"),
        (Some("Bearer eyJ0eXAi.e30.c2ln".to_owned()), "InvalidAuthenticationToken"),
        (
            Some(format!("Bearer {}", token.replace(&northwind.tenant, &acme.tenant))),
            "InvalidAuthenticationToken",
        ),
        (Some(format!("Bearer {token}0")), "InvalidAuthenticationToken"),
        (Some(format!("Basic {token}")), "InvalidAuthenticationToken"),
    ] {
        let headers: Vec<_> = authorization.iter().map(|value| ("Authorization", value.as_str())).collect();
        let reply = send(&sandbox, "GET", "/subscriptions?api-version=2016-06-01", &headers, "").await;
        assert_eq!(reply.refusal(), (401, code.to_owned()), "{authorization:?}");
        assert!(reply.headers["www-authenticate"].starts_with("Bearer authorization_uri="));
    }
}

#[tokio::test]
async fn faults_strike_in_the_shape_of_the_service() {
    let networks = format!("/subscriptions/{SHOP}/{NETWORKS}");
    for (fault, status, code) in [
        ("deny@action=Microsoft.Network/virtualNetworks/read", 403, "AuthorizationFailed"),
        ("error=InternalServerError:500@account=c0de0002-*", 500, "InternalServerError"),
        ("expired@region=global,action=*/read", 401, "ExpiredAuthenticationToken"),
        ("retry-after=5m@action=*/virtualNetworks/read", 429, "TooManyRequests"),
    ] {
        let sandbox = sample(&[fault]).await;
        let client = Client::sign_in(&sandbox, 0).await;
        let reply = client.get(&networks).await;
        assert_eq!(reply.refusal(), (status, code.to_owned()), "{fault}");
        let wait = reply.headers.get("retry-after").map(String::as_str);
        assert_eq!(wait, (status == 429).then_some("300"), "{fault}");
    }
    let sandbox = sample(&["deny@action=Microsoft.Network/virtualNetworks/read"]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let reply = client.get(&networks).await.json();
    let scope = format!("over scope '/subscriptions/{SHOP}'");
    assert!(text(&reply, "/error/message").contains(&scope), "{reply}");
    assert_eq!(client.network(SHOP, "networkInterfaces").await.len(), 10, "is not meant");
    let sandbox = sample(&["garbage@action=Microsoft.Network/*"]).await;
    let reply = Client::sign_in(&sandbox, 0).await.get(&networks).await;
    assert!(reply.status == 500 && reply.body.contains("<html>"), "{reply:?}");
}

#[tokio::test]
async fn the_graph_is_throttled_with_its_own_headers() {
    let sandbox = sample(&["throttle=1/2@action=Microsoft.ResourceGraph/*"]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let query = json!({ "query": "resources" });
    for _ in 0..2 {
        let reply = client.ask_graph(&query).await;
        assert_eq!((reply.status, reply.headers["x-ms-user-quota-remaining"].as_str()), (200, "14"));
    }
    let reply = client.ask_graph(&query).await;
    assert_eq!(reply.refusal(), (429, "RateLimiting".into()));
    assert_eq!(reply.headers["x-ms-user-quota-remaining"], "0");
    assert_eq!(reply.headers["x-ms-user-quota-resets-after"], "00:00:01");
    assert_eq!(reply.headers["retry-after"], "1");
}

#[tokio::test]
async fn faults_of_tokens_are_entras() {
    for (fault, status, number) in [
        ("deny@action=token", 400, 53003),
        ("expired@action=token", 400, 700_082),
        ("throttle=1/1@action=token", 429, 90055),
    ] {
        let sandbox = sample(&[fault]).await;
        let client = credentials(&sandbox, 0);
        // The bucket's one token.
        ask_token(&sandbox, &client, &[]).await;
        let reply = ask_token(&sandbox, &client, &[]).await;
        assert_eq!((reply.status, &reply.json()["error_codes"][0]), (status, &number.into()), "{fault}");
    }
    let acme = "5b8e2c94-1d7f-4e3a-8c5b-7f6e9d0a2c02";
    let sandbox = sample(&[&format!("deny@account={acme}")]).await;
    assert_eq!(ask_token(&sandbox, &credentials(&sandbox, 0), &[]).await.status, 200);
    assert_eq!(ask_token(&sandbox, &credentials(&sandbox, 1), &[]).await.status, 400);
}

#[tokio::test]
async fn a_link_can_lead_astray() {
    let sandbox = sample(&["astray=https://elsewhere.example@times=1"]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    for (subscription, list) in [(SHOP, "networkInterfaces"), (CORE, "virtualHubs")] {
        let path = format!("/subscriptions/{subscription}/providers/Microsoft.Network/{list}");
        let first = client.get(&format!("{path}?api-version=2024-03-01")).await.json();
        let link = text(&first, "/nextLink");
        assert!(link.starts_with(&format!("https://elsewhere.example{path}?api-version=")), "{link}");
        client.list(&path).await;
    }
}

#[tokio::test]
async fn a_subscription_can_hang_while_others_answer() {
    let sandbox = sample(&[&format!("hang@account={SHOP}")]).await;
    let client = Client::sign_in(&sandbox, 0).await;
    let hanging = client.network(SHOP, "virtualNetworks");
    assert!(tokio::time::timeout(Duration::from_millis(200), hanging).await.is_err(), "never answers");
    assert_eq!(client.network(DATA, "virtualNetworks").await.len(), 1);
}

#[tokio::test]
async fn aws_is_asked_where_it_was_and_waits_as_long_as_it_is_told() {
    let sandbox = sample(&["retry-after=7s@action=DescribeVpcs", "astray=https://elsewhere.example"]).await;
    let (status, response) = post(&sandbox, Some("222222222222"), "ec2", "Action=DescribeVpcs").await;
    assert!(status == 503 && response.contains("retry-after: 7\r\n"), "{response}");
    let (status, _) = post(&sandbox, Some("222222222222"), "ec2", "Action=DescribeSubnets").await;
    assert_eq!(status, 200);
    assert_eq!(send(&sandbox, "GET", "/", &[], "").await.status, 405);
    assert_eq!(send(&sandbox, "PUT", "/subscriptions", &[], "").await.status, 405);
    let estate = Estate::generate(&"accounts=1".parse().expect("is a size")).expect("is in range");
    let without = Sandbox::start(estate, Options::default()).await.expect("starts");
    assert_eq!(send(&without, "GET", "/subscriptions", &[], "").await.status, 405);
    assert!(without.azure().is_empty());
    assert!(!without.environment().iter().any(|(name, _)| name.starts_with("AZURE_")));
}
