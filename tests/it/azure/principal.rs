//! Signing in as an application: by secret, certificate or federated token, or as the host's managed identity.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use super::front::Front;
use super::{ACME, CORE, DATA, NORTHWIND, SHOP, TRIAL, texts};
use crate::support::{Cloud, Home, Output, Run};

const SCAN: &str = "scan networks -o json";
const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/azure/service-principal.pem");

/// Expects that all of the first tenant was read, and that it was signed in to as `how` says.
#[track_caller]
fn signed_in(output: Output, how: &str) {
    let document = output.succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
    for account in document["accounts"].as_array().unwrap() {
        assert_eq!((&account["tenant"], &account["reached_by"]), (&json!(NORTHWIND), &json!([how])));
    }
    assert_eq!(document["networks"].as_array().unwrap().len(), 6);
}

fn client(cloud: &Cloud) -> String {
    cloud.principals()[0].client_id.clone()
}

/// Prepares a run with a federated token that is good until `expires`.
fn federated(cloud: &Cloud, expires: u64) -> Run {
    let part = |value: Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({
        "aud": "api://AzureADTokenExchange", "iss": "https://k8s.example", "sub": "system:serviceaccount:a:b",
        "exp": expires,
    });
    let token = format!("{}.{}.c2ln", part(json!({ "alg": "RS256", "typ": "JWT" })), part(claims));
    let file = cloud.home.write("token", token);
    let run = cloud.azure(SCAN).without("AZURE_CLIENT_SECRET").env("AZURE_FEDERATED_TOKEN_FILE", file);
    run.env("AZURE_TOKEN_CREDENTIALS", "WorkloadIdentityCredential")
}

fn managed(cloud: &Cloud, header: &str) -> Run {
    let run = cloud.netcensus(&format!("{SCAN} --provider azure --azure-resource-manager {}", cloud.url()));
    run.env("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
        .env("IDENTITY_ENDPOINT", format!("{}/msi/token", cloud.url()))
        .env("IDENTITY_HEADER", header)
}

#[test]
fn a_secret_signs_in() {
    let cloud = Cloud::sample(&[]);
    let how = format!("service principal {} (secret)", client(&cloud));
    signed_in(cloud.azure(SCAN).run(), &how);
    let run = cloud.azure(SCAN).without("AZURE_AUTHORITY_HOST").without("AZURE_TOKEN_CREDENTIALS");
    cloud.home.write("netcensus.toml", format!("[azure]\nauthority = '{}'\n", cloud.url()));
    signed_in(run.run(), &how);
}

#[test]
fn a_certificate_signs_in() {
    let cloud = Cloud::sample(&[]);
    let run =
        cloud.azure(SCAN).without("AZURE_CLIENT_SECRET").env("AZURE_CLIENT_CERTIFICATE_PATH", CERTIFICATE);
    signed_in(run.run(), &format!("service principal {} (certificate)", client(&cloud)));
}

#[test]
fn a_certificate_that_cannot_be_used_is_named() {
    let cloud = Cloud::sample(&[]);
    let pem = std::fs::read_to_string(CERTIFICATE).unwrap();
    let (certificate, key) = pem.split_once("-----BEGIN PRIVATE KEY-----").unwrap();
    let key = format!("-----BEGIN PRIVATE KEY-----{key}");
    for (name, text, why) in [
        ("empty.pem", "", "it contains no PEM certificate"),
        ("key.pem", &key, "it contains no PEM certificate"),
        ("certificate.pem", certificate, "it contains no private key"),
    ] {
        let file = cloud.home.write(name, text);
        let run = cloud.azure(SCAN).without("AZURE_CLIENT_SECRET").env("AZURE_CLIENT_CERTIFICATE_PATH", file);
        let remedy = "(put certificate and key into one file, as openssl pkcs12 ";
        run.run().refuses(&["AZURE_CLIENT_CERTIFICATE_PATH names", name, why, remedy]);
    }
    let run = cloud.azure(SCAN).without("AZURE_CLIENT_SECRET");
    let run = run.env("AZURE_CLIENT_CERTIFICATE_PATH", "nowhere.pem");
    run.run().refuses(&["nowhere.pem", "No such file"]);
    let run = cloud.azure(SCAN).without("AZURE_CLIENT_SECRET");
    let run = run.env("AZURE_CLIENT_CERTIFICATE_PATH", "/dev/zero");
    run.run().refuses(&["/dev/zero", "it is not a regular file"]);
    assert_eq!(cloud.requests(), [], "nothing was asked");
}

#[test]
fn a_federated_token_signs_in() {
    let cloud = Cloud::sample(&[]);
    let how = format!("service principal {} (federated token)", client(&cloud));
    signed_in(federated(&cloud, 4_000_000_000).run(), &how);
}

#[test]
fn a_federated_token_that_is_refused_names_its_file_and_what_to_check() {
    let cloud = Cloud::sample(&[]);
    let trust = format!("az ad app federated-credential list --id {}", client(&cloud));
    federated(&cloud, 1_000).run().refuses(&["federated token", "AADSTS700024", "/token: ", &trust]);
    let run = federated(&cloud, 4_000_000_000).env("AZURE_FEDERATED_TOKEN_FILE", "gone");
    run.run().refuses(&["the federated token in gone cannot be read: No such file"]);
    let run = federated(&cloud, 4_000_000_000).env("AZURE_FEDERATED_TOKEN_FILE", "/dev/zero");
    run.run().refuses(&["the federated token in /dev/zero cannot be read: it is not a regular file"]);
}

#[test]
fn a_managed_identity_signs_in() {
    let cloud = Cloud::sample(&[]);
    signed_in(managed(&cloud, "sandbox-identity-header").run(), "managed identity");
}

/// Azure/azure-cli#31869 and its kind: a managed identity is of one tenant, whichever is asked for.
#[test]
fn a_managed_identity_stands_for_no_other_tenant() {
    let cloud = Cloud::sample(&[]);
    let claims = URL_SAFE_NO_PAD.encode(json!({ "tid": NORTHWIND }).to_string());
    let answer = json!({
        "access_token": format!("h.{claims}.s"), "expires_on": "4000000000", "resource": "x", "token_type": "Bearer",
    });
    let front = Front::before(&cloud, move |asked| {
        asked.path.starts_with("/msi/").then(|| (200, String::new(), answer.to_string()))
    });
    let run = cloud.netcensus(&format!(
        "{SCAN} --provider azure --azure-tenant {ACME} --azure-resource-manager {}",
        cloud.url()
    ));
    let run = run
        .env("AZURE_TOKEN_CREDENTIALS", "ManagedIdentityCredential")
        .env("IDENTITY_ENDPOINT", format!("{}/msi/token", front.url))
        .env("IDENTITY_HEADER", "x");
    run.run().refuses(&[&format!("its token is for tenant {NORTHWIND} instead of tenant {ACME}")]);
}

#[test]
fn a_managed_identity_that_is_refused_is_no_absent_one() {
    let cloud = Cloud::sample(&[]);
    let words = ["managed identity: ", "X-IDENTITY-HEADER is missing or wrong", "the role Reader"];
    managed(&cloud, "guess").run().refuses(&words);
}

#[test]
fn the_endpoint_of_a_managed_identity_may_ask_for_a_pause() {
    let cloud = Cloud::sample(&["retry-after=text:0.5, 1@action=token,times=1"]);
    signed_in(managed(&cloud, "sandbox-identity-header").run(), "managed identity");
    let cloud = Cloud::sample(&["retry-after=5m@action=token"]);
    managed(&cloud, "sandbox-identity-header").run().refuses(&[
        "managed identity: the managed identity's endpoint http://127.0.0.1:",
        " throttles token requests for 300 s more, longer than the ",
        "(try later, or use a longer --timeout)",
    ]);
}

#[test]
fn the_chain_is_narrowed_by_name() {
    let cloud = Cloud::sample(&[]);
    let only = |name: &str| cloud.azure(SCAN).env("AZURE_TOKEN_CREDENTIALS", name).run();
    for name in ["environmentcredential", "prod"] {
        only(name).succeeds();
    }
    for name in ["dev", "AzureCliCredential"] {
        only(name).refuses(&["no Azure login was found", "az login"]);
    }
    only("EnvironmentCredentials")
        .refuses(&["`EnvironmentCredentials`", "did you mean `EnvironmentCredential`?"]);
    only("zzz").refuses(&["accepted: prod, dev, EnvironmentCredential"]);
}

#[test]
fn half_a_service_principal_is_named_and_nothing_else_is_tried() {
    let cloud = Cloud::sample(&[]);
    for missing in ["AZURE_TENANT_ID", "AZURE_CLIENT_ID"] {
        let refused = cloud.both("scan").without(missing).run();
        refused.refuses(&[
            "AZURE_CLIENT_SECRET is set",
            &format!("{missing} is not"),
            "unset AZURE_CLIENT_SECRET",
        ]);
    }
    let run = cloud.azure(SCAN).without("AZURE_CLIENT_SECRET");
    let run = run.env("AZURE_CLIENT_CERTIFICATE_PATH", CERTIFICATE);
    run.env("AZURE_CLIENT_CERTIFICATE_PASSWORD", "x").run().refuses(&["AZURE_CLIENT_CERTIFICATE_PASSWORD"]);
    assert!(cloud.requests().iter().all(|request| request.service != "entra"));
}

#[test]
fn what_the_tenant_does_not_know_is_said_with_what_mends_it() {
    let cloud = Cloud::sample(&[]);
    let reset = format!("az ad app credential reset --id {}", client(&cloud));
    let wrong = |name: &str, value: &str| cloud.azure(SCAN).env(name, value).run();
    wrong("AZURE_CLIENT_SECRET", "guess").refuses(&["any Azure tenant", "AADSTS7000215", &reset]);
    wrong("AZURE_TENANT_ID", "contoso.com").refuses(&[
        "AADSTS90002",
        "Tenant 'contoso.com' not found",
        "check the tenant's id:",
    ]);
    wrong("AZURE_CLIENT_ID", "someone").refuses(&[
        "AADSTS700016",
        "application someone",
        "check AZURE_CLIENT_ID",
    ]);
    let trace = wrong("AZURE_CLIENT_SECRET", "guess").stderr;
    assert!(!trace.contains("Trace ID") && !trace.contains("aka.ms"), "{trace}");
}

#[test]
fn a_policy_that_blocks_is_quoted() {
    let cloud = Cloud::sample(&["deny@action=token"]);
    cloud.azure(SCAN).run().refuses(&["AADSTS53003", "Conditional Access"]);
}

#[test]
fn an_authority_that_is_busy_for_a_moment_is_asked_again() {
    for fault in ["error=Busy:503@action=token,times=2", "retry-after=1s@action=token,times=1"] {
        let cloud = Cloud::sample(&[fault]);
        cloud.azure(SCAN).run().succeeds();
    }
}

#[test]
fn an_authority_that_nobody_answers_at_is_named_with_what_leads_there() {
    let cloud = Cloud::sample(&[]);
    // A port that was free a moment ago; nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let refused = cloud.azure(SCAN).env("AZURE_AUTHORITY_HOST", format!("http://127.0.0.1:{port}")).run();
    refused.refuses(&["the authority cannot be reached", "Connection refused", "AZURE_AUTHORITY_HOST"]);
    let refused = cloud.azure(SCAN).env("AZURE_AUTHORITY_HOST", "http://login.example.com").run();
    refused.refuses(&["http://login.example.com", "without encryption", "use https"]);
    let refused = cloud.azure(SCAN).env("AZURE_AUTHORITY_HOST", "login.example.com").run();
    refused.refuses(&["AZURE_AUTHORITY_HOST is `login.example.com`", "not a URL"]);
}

#[test]
fn an_authority_that_hangs_is_given_up_in_time() {
    let cloud = Cloud::sample(&["hang@action=token"]);
    let arguments = format!("{SCAN} --timeout 1s");
    cloud.azure(&arguments).run().refuses(&["any Azure tenant", "not done within 1s", "did not answer"]);
}

#[test]
fn without_credentials_the_ways_in_are_shown() {
    let refused = Home::new().netcensus("scan --provider azure").run();
    refused.refuses(&[
        "no Azure login was found",
        "az login",
        "AZURE_TENANT_ID, AZURE_CLIENT_ID and AZURE_CLIENT_SECRET",
    ]);
}
