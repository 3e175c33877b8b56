//! Tokens: fetched once, sent to the resource manager alone, and told to nobody.

use std::net::TcpListener;

use super::front::Front;
use super::{ACME, CORE, NORTHWIND, asked, estate, fared, texts};
use crate::support::{Cloud, netcensus};

/// Whoever should not be asked. The listener takes connections whether or not somebody looks.
struct Stranger(TcpListener);

impl Stranger {
    fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        Self(listener)
    }

    fn url(&self) -> String {
        format!("http://{}", self.0.local_addr().unwrap())
    }

    #[track_caller]
    fn was_not_asked(&self) {
        let connection = self.0.accept();
        assert!(connection.is_err(), "{connection:?} came, maybe with a token");
    }
}

#[test]
fn one_token_serves_all_subscriptions_and_kinds() {
    let cloud = Cloud::of(&estate(8), &["latency=20ms@action=token"]);
    let document = cloud.azure("scan all -o json").run().succeeds().json();
    assert_eq!(document["networks"].as_array().unwrap().len(), 8);
    assert_eq!(asked(&cloud, "entra", "", "token"), 1);
}

#[test]
fn each_tenant_is_read_with_a_token_of_its_own() {
    // The sandbox refuses a token of one tenant for subscriptions of another.
    let document = netcensus("scan --sandbox --provider azure -o json").succeeds().json();
    assert_eq!(texts(&document, "accounts", "tenant"), [NORTHWIND, NORTHWIND, NORTHWIND, NORTHWIND, ACME]);
}

#[test]
fn a_link_to_another_host_ends_the_list_and_takes_no_token_there() {
    let stranger = Stranger::new();
    let cloud = Cloud::sample(&[&format!("astray={}@action=*/virtualNetworks/read", stranger.url())]);
    let output = cloud.azure("scan networks -o json").run();
    let continues = format!("the answer continues at {}, which is not {}", stranger.url(), cloud.url());
    let output = output.falls_short(&["virtualNetworks/read", &continues, "the token was not sent there"]);
    let document = output.json();
    assert_eq!(fared(&document, CORE, "networks").0, "failed");
    assert_eq!(document["networks"].as_array().unwrap().len(), 6, "the first page of each stays");
    stranger.was_not_asked();
}

#[test]
fn a_list_of_subscriptions_that_leads_elsewhere_is_not_followed_either() {
    let stranger = Stranger::new();
    let cloud = Cloud::sample(&[&format!("astray={}@action=*/subscriptions/read", stranger.url())]);
    let output = cloud.azure("scan networks -o json").run();
    output.falls_short(&["accounts: failed", &stranger.url(), "the token was not sent there"]);
    stranger.was_not_asked();
}

#[test]
fn a_redirection_is_not_followed() {
    let stranger = Stranger::new();
    let cloud = Cloud::sample(&[]);
    let location = format!("Location: {}/\r\n", stranger.url());
    let front = Front::before(&cloud, move |asked| {
        asked.path.contains("/virtualNetworks?").then(|| (307, location.clone(), String::new()))
    });
    let arguments = format!("scan networks -o json --provider azure --azure-resource-manager {}", front.url);
    let output = cloud.with_principal(cloud.netcensus(&arguments)).run();
    output.falls_short(&["networks", "HTTP 307", &format!("a redirect to {}", stranger.url())]);
    stranger.was_not_asked();
    let tokens = front.seen().into_iter().filter(|asked| asked.header("authorization").is_some()).count();
    assert!(tokens > 4, "the resource manager does get it");
}

/// Such an answer was read into memory until the time was up.
#[test]
fn an_answer_of_the_authority_that_is_far_too_large_is_refused() {
    let cloud = Cloud::sample(&[]);
    let front = Front::before(&cloud, |asked| {
        asked.path.contains("/token").then(|| (200, String::new(), " ".repeat(2 * 1024 * 1024)))
    });
    let run = cloud.azure("scan networks").env("AZURE_AUTHORITY_HOST", front.url.clone()).run();
    run.exits(2).says(&["the token answer of", "does not end: it is larger than 1 MiB"]);
}

#[test]
fn no_token_and_no_secret_is_told_however_verbose() {
    let cloud = Cloud::sample(&["expired@action=*/networkInterfaces/read"]);
    let front = Front::before(&cloud, |_| None);
    let arguments = format!("scan all -vv -o json --provider azure --azure-resource-manager {}", front.url);
    let output = cloud.with_principal(cloud.netcensus(&arguments)).run();
    let output = output.falls_short(&["TRACE", "ExpiredAuthenticationToken"]);
    let seen = front.seen();
    let header = seen.iter().find_map(|asked| asked.header("authorization")).unwrap();
    let token = header.strip_prefix("Bearer ").unwrap();
    let principal = &cloud.principals()[0];
    for secret in [token, &principal.client_secret, "Bearer"] {
        assert!(!output.stderr.contains(secret), "{}", output.stderr);
        assert!(!output.stdout.contains(secret), "{}", output.stdout);
    }
}

#[test]
fn a_wrong_secret_is_not_told_either() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.azure("scan -vv").env("AZURE_CLIENT_SECRET", "a-very-private-word").run();
    let output = output.exits(2).says(&["AADSTS7000215"]);
    assert!(!output.stderr.contains("a-very-private-word"), "{}", output.stderr);
}
