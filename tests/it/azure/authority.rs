//! Answers of the authority that are no token, or none that can be used.

use netcensus::exit::Exit;
use netcensus::model::Kind;
use serde_json::json;

use super::front::Front;
use super::{CORE, NORTHWIND, estate, scan_hastily, texts};
use crate::support::{Cloud, Output};

const SCAN: &str = "scan networks -o json";

/// Scans while the token endpoint answers so.
fn answering(status: u16, body: &str) -> Output {
    let cloud = Cloud::sample(&[]);
    let body = body.to_owned();
    let front = Front::before(&cloud, move |asked| {
        asked.path.ends_with("/token").then(|| (status, String::new(), body.clone()))
    });
    cloud.azure(SCAN).env("AZURE_AUTHORITY_HOST", &front.url).run()
}

#[test]
fn a_token_that_is_said_to_be_good_for_ever_ends_in_an_error_and_not_in_a_crash() {
    for odd in ["300000000000", "1000000000000000000", "-1000000000000", "\"soon\"", "null"] {
        let body = format!(r#"{{"token_type": "Bearer", "access_token": "t", "expires_in": {odd}}}"#);
        answering(200, &body).refuses(&[
            "netcensus could not sign in to any Azure tenant",
            "expires_in",
            "127.0.0.1",
        ]);
    }
}

#[test]
fn an_answer_without_a_token_is_no_sign_in() {
    for body in ["{}", r#"{"access_token": "", "expires_in": 3599}"#, "[]", "<html>sign in</html>"] {
        let output = answering(200, body)
            .refuses(&["netcensus could not sign in to any Azure tenant", "token answer"]);
        assert!(!output.stderr.contains("AZURE_CLIENT_SECRET"), "{}", output.stderr);
    }
}

#[test]
fn seconds_that_are_written_as_text_are_read() {
    let cloud = Cloud::sample(&[]);
    let token = super::cli::token(&cloud, 0);
    let body = json!({ "access_token": token, "expires_in": "3599", "ext_expires_in": "3599" }).to_string();
    let front = Front::before(&cloud, move |asked| {
        asked.path.ends_with("/token").then(|| (200, String::new(), body.clone()))
    });
    let document = cloud.azure(SCAN).env("AZURE_AUTHORITY_HOST", &front.url).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id")[0], CORE);
}

/// Each is asked three times.
#[tokio::test]
async fn an_authority_in_trouble_is_not_taken_for_a_wrong_secret() {
    let faults = ["error=AADSTS90033:500", "error=AADSTS90033:503", "error=AADSTS90033:429", "garbage"];
    let refused = faults.map(|fault| async move {
        let fault = format!("{fault}@action=token");
        let scanned = scan_hastily(&estate(1), &[&fault], &[Kind::Networks]).await;
        assert_eq!((scanned.exit(), scanned.asked(NORTHWIND, "token")), (Exit::Failed, 3), "{fault}");
        let said = scanned.result.unwrap_err().diagnostic.to_line();
        assert!(said.contains("try again later") && !said.contains("AZURE_CLIENT_SECRET"), "{fault}: {said}");
    });
    futures_util::future::join_all(refused).await;
}

#[test]
fn a_proxy_in_the_place_of_the_authority_is_not_taken_for_a_wrong_secret() {
    answering(407, "<html>Proxy</html>").refuses(&["HTTP 407 with an answer that is not Entra's"]);
}

#[test]
fn an_authority_that_answers_with_something_else_than_http_was_reached() {
    let output = Cloud::sample(&["not-http@action=token"]).azure(SCAN).run();
    let output = output.refuses(&["the token answer of ", " is not valid HTTP: invalid HTTP version"]);
    assert!(!output.stderr.contains("cannot be reached"), "{}", output.stderr);
}

#[test]
fn a_refusal_is_shown_whatever_characters_are_in_it() {
    let said = r#"{"error": "invalid_client", "error_description": "AADSTS7000215: Invalid \"secret\".\r\nTrace ID: 1",
                   "error_codes": [7000215]}"#;
    answering(401, said).refuses(&["AADSTS7000215: Invalid 'secret'", "az ad app credential reset"]);
}

#[test]
fn an_authority_that_is_silent_is_named() {
    let cloud = Cloud::sample(&["hang@action=token"]);
    let output = cloud.azure(&format!("{SCAN} --timeout 1s")).run();
    let output = output.refuses(&[cloud.url(), "not done within 1s"]);
    assert!(!output.stderr.contains("AZURE_CLIENT_SECRET"), "{}", output.stderr);
}

#[test]
fn a_password_in_the_authoritys_address_is_refused_and_not_shown() {
    let cloud = Cloud::sample(&[]);
    let output = cloud.azure(SCAN).env("AZURE_AUTHORITY_HOST", "http://u:PW@127.0.0.1:1").run();
    let output = output.refuses(&["AZURE_AUTHORITY_HOST", "user name or password"]);
    assert!(!output.stderr.contains("PW"), "{}", output.stderr);
}
