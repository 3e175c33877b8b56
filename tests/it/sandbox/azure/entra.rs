//! Tokens, and what client libraries ask before they ask for one.

use serde_json::Value;

use super::super::sample;
use super::client::{Client, ask_token, credentials, send};

/// `{"alg":"RS256","typ":"JWT"}`
const HEADER: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";

#[tokio::test]
async fn a_client_signs_in_with_its_secret_to_its_own_tenant() {
    let sandbox = sample(&[]).await;
    let [northwind, acme] = &sandbox.azure()[..] else { panic!("has two tenants") };
    let reply = ask_token(&sandbox, northwind, &[]).await;
    let token = reply.json();
    assert_eq!(
        (reply.status, &token["token_type"], &token["expires_in"]),
        (200, &"Bearer".into(), &3599.into())
    );
    for (changed, status, error, number) in [
        (("client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (("client_secret", ""), 401, "invalid_client", 7_000_218),
        (("client_id", acme.client_id.as_str()), 400, "unauthorized_client", 700_016),
        (("scope", "https://management.azure.com/"), 400, "invalid_scope", 1_002_012),
        (("scope", ""), 400, "invalid_request", 900_144),
        (("grant_type", "password"), 400, "unsupported_grant_type", 70003),
    ] {
        let reply = ask_token(&sandbox, northwind, &[changed]).await;
        let body = reply.json();
        let expected = (status, &error.into(), &number.into());
        assert_eq!((reply.status, &body["error"], &body["error_codes"][0]), expected, "{changed:?}");
        let description = body["error_description"].as_str().expect("is there");
        assert!(description.starts_with(&format!("AADSTS{number}: ")), "{description}");
    }
    let mut nowhere = northwind.clone();
    nowhere.tenant = "contoso.example".into();
    let reply = ask_token(&sandbox, &nowhere, &[]).await;
    assert_eq!((reply.status, &reply.json()["error_codes"][0]), (400, &90002.into()));
    let mut by_domain = acme.clone();
    by_domain.tenant = "acme.onmicrosoft.com".into();
    assert_eq!(ask_token(&sandbox, &by_domain, &[]).await.status, 200);
}

#[tokio::test]
async fn an_assertion_stands_in_for_the_secret() {
    let sandbox = sample(&[]).await;
    let client = credentials(&sandbox, 0);
    let audience = format!("{}/{}/oauth2/v2.0/token", sandbox.url(), client.tenant);
    for (issuer, audience, expires, expected) in [
        (&*client.client_id, &*audience, 4_000_000_000_u64, None),
        ("somebody", &*audience, 4_000_000_000, Some(700_021)),
        (&*client.client_id, "https://elsewhere/oauth2/v2.0/token", 4_000_000_000, Some(700_023)),
        (&*client.client_id, &*audience, 1_000_000_000, Some(700_024)),
        ("https://cluster.example", "api://AzureADTokenExchange", 4_000_000_000, None),
    ] {
        let claims = format!(r#"{{"aud":"{audience}","iss":"{issuer}","sub":"{issuer}","exp":{expires}}}"#);
        let assertion = format!("{HEADER}.{}.c2lnbmF0dXJl", base64url(claims.as_bytes()));
        let fields = [
            ("client_secret", ""),
            ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
            ("client_assertion", &*assertion),
        ];
        let reply = ask_token(&sandbox, &client, &fields).await;
        assert_eq!(reply.status, if expected.is_some() { 401 } else { 200 }, "{claims}: {reply:?}");
        assert_eq!(reply.json()["error_codes"][0].as_u64(), expected);
    }
}

/// Encodes base64 for URLs, bit by bit.
fn base64url(bytes: &[u8]) -> String {
    let alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let bits: Vec<u8> = bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    let digit = |group: &[u8]| (0..6).fold(0, |sum, bit| sum * 2 + group.get(bit).copied().unwrap_or(0));
    bits.chunks(6).map(|group| char::from(alphabet[usize::from(digit(group))])).collect()
}

#[tokio::test]
async fn app_service_gives_the_first_tenants_token_to_who_knows_the_header() {
    let sandbox = sample(&[]).await;
    let target = "/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com%2F";
    let known = [("X-IDENTITY-HEADER", "sandbox-identity-header")];
    let reply = send(&sandbox, "GET", target, &known, "").await;
    let body = reply.json();
    assert_eq!((reply.status, &body["resource"]), (200, &"https://management.azure.com/".into()));
    assert!(body["expires_on"].as_str().is_some_and(|time| time.parse::<i64>().is_ok()), "{body}");
    let bearer = format!("Bearer {}", body["access_token"].as_str().expect("has a token"));
    let tenants =
        send(&sandbox, "GET", "/tenants?api-version=2016-06-01", &[("Authorization", &bearer)], "").await;
    assert_eq!(tenants.json()["value"][0]["tenantId"], credentials(&sandbox, 0).tenant);
    for (target, headers, status) in [
        (target, &[("X-IDENTITY-HEADER", "wrong")][..], 401),
        (target, &[], 401),
        ("/msi/token?api-version=2017-09-01&resource=x", &known, 400),
        ("/msi/token?api-version=2019-08-01", &known, 400),
    ] {
        assert_eq!(send(&sandbox, "GET", target, headers, "").await.status, status, "{target}");
    }
}

#[tokio::test]
async fn discovery_leads_to_the_sandbox_itself() {
    let sandbox = sample(&[]).await;
    let tenant = credentials(&sandbox, 1).tenant;
    let target = format!("/{tenant}/v2.0/.well-known/openid-configuration");
    let found = send(&sandbox, "GET", &target, &[], "").await.json();
    let base = format!("{}/{tenant}", sandbox.url());
    assert_eq!(found["token_endpoint"], format!("{base}/oauth2/v2.0/token"));
    assert_eq!(found["issuer"], format!("{base}/v2.0"));
    assert_eq!(
        send(&sandbox, "GET", "/nobody/v2.0/.well-known/openid-configuration", &[], "").await.status,
        400
    );
    let found = send(&sandbox, "GET", "/common/discovery/instance?api-version=1.1", &[], "").await.json();
    let host = sandbox.url().trim_start_matches("http://");
    assert_eq!(found["metadata"][0]["aliases"], Value::from(vec![host]));
}

#[tokio::test]
async fn the_environment_signs_in_to_the_first_tenant() {
    let sandbox = sample(&[]).await;
    let variables: std::collections::BTreeMap<_, _> = sandbox.environment().into_iter().collect();
    let first = credentials(&sandbox, 0);
    assert_eq!(variables["AZURE_TENANT_ID"], first.tenant);
    assert_eq!(variables["AZURE_CLIENT_ID"], first.client_id);
    assert_eq!(variables["AZURE_CLIENT_SECRET"], first.client_secret);
    assert_eq!(variables["AZURE_AUTHORITY_HOST"], sandbox.url());
    assert_eq!(variables["AZURE_TOKEN_CREDENTIALS"], "EnvironmentCredential");
    let subscriptions = Client::sign_in(&sandbox, 0).await.list("/subscriptions").await;
    assert_eq!(subscriptions.len(), 4);
}
