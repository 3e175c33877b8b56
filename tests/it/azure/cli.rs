//! Signing in by developers' tools, which are played by scripts: who did `az login`, and to which tenants.

use std::os::unix::fs::PermissionsExt;

use jiff::Timestamp;
use serde_json::json;

use super::front::{Front, exchange};
use super::{ACME, CORE, DATA, NORTHWIND, SHOP, TRIAL, fared, texts};
use crate::support::{Cloud, Home, Run};

pub(super) const SCAN: &str = "scan networks -o json --provider azure";
pub(super) const NOT_LOGGED_IN: &str = "ERROR: Please run 'az login' to setup account.";
const EXPIRED: &str = "ERROR: AADSTS70043: The refresh token has expired or is invalid due to sign-in frequency checks \
                       by conditional access. Trace ID: 1 Correlation ID: 2 Timestamp: 2026-01-01 00:00:00Z\n\
                       Interactive authentication is needed. Please run:\naz login";

/// Plays `az`: notes how it was called, and answers from files named by tenant.
const AZ: &str = "#!/bin/sh\n\
    echo \"$*\" >> \"$HOME/az.calls\"\n\
    tenant=default\n\
    while [ $# -gt 0 ]; do [ \"$1\" = --tenant ] && tenant=$2; shift; done\n\
    if [ -f \"$HOME/az/$tenant.json\" ]; then cat \"$HOME/az/$tenant.json\"; exit; fi\n\
    cat \"$HOME/az/$tenant.error\" >&2\n\
    exit 1\n";

/// Puts a program on the path of runs that [`with_tools`] prepares.
pub(super) fn install(home: &Home, name: &str, script: &str) {
    let path = home.write(&format!("bin/{name}"), script);
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

pub(super) fn with_tools(home: &Home, run: Run, credential: &str) -> Run {
    let path = format!("{}:/usr/bin:/bin", home.path().join("bin").display());
    run.env("PATH", path).env("AZURE_TOKEN_CREDENTIALS", credential)
}

/// Signs in to the tenant at this place of the estate, as a tool would.
pub(super) fn token(cloud: &Cloud, tenant: usize) -> String {
    let principal = &cloud.principals()[tenant];
    let body = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}&scope=x/.default",
        principal.client_id, principal.client_secret
    );
    let head = format!(
        "POST /{}/oauth2/v2.0/token HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        principal.tenant,
        body.len()
    );
    let (status, answer) = exchange(cloud.url(), &head, body.as_bytes());
    assert_eq!(status, 200, "{answer}");
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    answer["access_token"].as_str().unwrap().to_owned()
}

/// Lets `az` have the token of the tenant at this place for `--tenant name`, or without a word for `default`.
pub(super) fn login(cloud: &Cloud, name: &str, tenant: usize) {
    login_until(cloud, name, tenant, 4_000_000_000);
}

/// Likewise, with a token that is good until the second `end`.
fn login_until(cloud: &Cloud, name: &str, tenant: usize, end: i64) {
    let token = token(cloud, tenant);
    let answer = json!({ "accessToken": token, "expires_on": end, "tokenType": "Bearer" });
    cloud.home.write(&format!("az/{name}.json"), answer.to_string());
}

pub(super) fn calls(cloud: &Cloud) -> Vec<String> {
    let calls = std::fs::read_to_string(cloud.home.path().join("az.calls")).unwrap_or_default();
    calls.lines().map(str::to_owned).collect()
}

/// A cloud and an `az` that fails with `error` unless somebody logs in.
pub(super) fn with_az(error: &str) -> Cloud {
    let cloud = Cloud::sample(&[]);
    install(&cloud.home, "az", AZ);
    cloud.home.write("az/default.error", error);
    cloud
}

pub(super) fn scan(cloud: &Cloud, manager: &str, arguments: &str) -> Run {
    let run = cloud.netcensus(&format!("{arguments} --azure-resource-manager {manager}"));
    with_tools(&cloud.home, run, "dev")
}

/// A front that knows the caller in both tenants.
pub(super) fn in_both(cloud: &Cloud) -> Front {
    Front::before(cloud, |asked| {
        let tenants = json!({ "value": [{ "tenantId": NORTHWIND }, { "tenantId": ACME }] });
        asked.path.starts_with("/tenants?").then(|| (200, String::new(), tenants.to_string()))
    })
}

#[test]
fn whoever_is_logged_in_is_used_and_asked_once() {
    let cloud = with_az(NOT_LOGGED_IN);
    login(&cloud, "default", 0);
    let document = scan(&cloud, cloud.url(), SCAN).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
    assert_eq!(document["accounts"][0]["reached_by"], json!(["az login"]));
    let call = format!("account get-access-token -o json --scope {}/.default", cloud.url());
    assert_eq!(calls(&cloud), [call], "it takes a second each time");
}

#[test]
fn a_token_that_is_about_to_end_is_replaced_before() {
    let cloud = with_az(NOT_LOGGED_IN);
    let in_seconds = |seconds: i64| Timestamp::now().as_second() + seconds;
    let scan = || {
        scan(&cloud, cloud.url(), "scan subnets -o json --provider azure").run().succeeds();
        calls(&cloud).len()
    };
    login_until(&cloud, "default", 0, in_seconds(60));
    let often = scan();
    assert!(often > 5, "no request takes one that may end on its way: {often}");
    login_until(&cloud, "default", 0, in_seconds(600));
    assert_eq!(scan() - often, 1);
}

#[test]
fn a_private_clouds_token_is_for_its_own_manager_and_a_public_ones_for_microsofts() {
    let cloud = with_az(NOT_LOGGED_IN);
    login(&cloud, "default", 0);
    scan(&cloud, cloud.url(), &format!("{SCAN} --azure-cloud public")).run().succeeds();
    scan(&cloud, cloud.url(), &format!("{SCAN} --azure-cloud usgovernment")).run().succeeds();
    let calls = calls(&cloud);
    let scopes: Vec<&str> = calls.iter().filter_map(|call| Some(call.split_once("--scope ")?.1)).collect();
    let expected = ["https://management.azure.com/.default", "https://management.usgovcloudapi.net/.default"];
    assert_eq!(scopes, expected);
}

#[test]
fn nobody_logged_in_is_no_failure_unless_azure_was_asked_for() {
    let cloud = with_az(NOT_LOGGED_IN);
    let run = cloud.netcensus("scan networks -o json --aws-profile security --region us-east-1");
    let document = with_tools(&cloud.home, run, "dev").run().succeeds().json();
    let (outcome, detail) = fared(&document, "default chain", "credentials");
    let why = "not asked for, and not configured on this machine: no Azure login was found";
    assert_eq!((outcome, detail), ("skipped", why));
    scan(&cloud, cloud.url(), SCAN).run().refuses(&["no Azure login was found", "Please run 'az login'"]);
}

#[test]
fn a_login_that_has_expired_is_a_failure_whether_asked_for_or_not() {
    let cloud = with_az(EXPIRED);
    let run = cloud.netcensus("scan networks -o json --aws-profile security --region us-east-1");
    let words =
        ["az login: AADSTS70043: The refresh token has expired", "(the login has expired; run: az login)"];
    let output = with_tools(&cloud.home, run, "dev").run().falls_short(&words);
    assert!(output.stdout.contains("audit-us"), "AWS is read all the same");
    assert!(!output.stderr.contains("Trace ID"), "{}", output.stderr);
    scan(&cloud, cloud.url(), SCAN).run().refuses(&words);
    let tenant = format!("{SCAN} --azure-tenant {ACME}");
    cloud.home.write(&format!("az/{ACME}.error"), EXPIRED);
    scan(&cloud, cloud.url(), &tenant).run().refuses(&[&format!("; run: az login --tenant {ACME})")]);
}

#[test]
fn a_token_that_azure_takes_no_more_names_the_command_that_logs_in() {
    let cloud = Cloud::sample(&[&format!("expired@account={SHOP}")]);
    install(&cloud.home, "az", AZ);
    login(&cloud, "default", 0);
    let output = scan(&cloud, cloud.url(), SCAN).run();
    let words = [&format!("azure {SHOP}"), "failed: ExpiredAuthenticationToken", "(run: az login)"];
    assert_eq!(output.falls_short(&words).json()["networks"].as_array().unwrap().len(), 4, "of the others");
}

#[test]
fn without_the_tool_there_is_no_way_in() {
    let cloud = Cloud::sample(&[]);
    scan(&cloud, cloud.url(), SCAN).run().refuses(&["no Azure login was found", "sign in: az login"]);
}

#[test]
fn every_tenant_that_the_login_is_known_in_is_read() {
    let cloud = with_az(NOT_LOGGED_IN);
    for (name, tenant) in [("default", 0), (NORTHWIND, 0), (ACME, 1)] {
        login(&cloud, name, tenant);
    }
    let front = in_both(&cloud);
    let document = scan(&cloud, &front.url, SCAN).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "tenant"), [NORTHWIND, NORTHWIND, NORTHWIND, NORTHWIND, ACME]);
    assert!(texts(&document, "networks", "name").contains(&"ACME-Prod-VNet"));
    assert_eq!(calls(&cloud).len(), 3, "once to find the tenants, and once for each: {:?}", calls(&cloud));
}

#[test]
fn a_tenant_that_refuses_is_skipped_by_name_unless_it_was_asked_for() {
    let cloud = with_az(NOT_LOGGED_IN);
    login(&cloud, "default", 0);
    login(&cloud, NORTHWIND, 0);
    cloud.home.write(
        &format!("az/{ACME}.error"),
        "ERROR: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor \
         authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'. Trace ID: 1",
    );
    let front = in_both(&cloud);
    let document = scan(&cloud, &front.url, SCAN).run().exits(0).says(&[ACME]).json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
    let (outcome, detail) = fared(&document, &format!("tenant:{ACME}"), "credentials");
    assert_eq!(outcome, "skipped");
    let login = format!("az login --tenant {ACME}");
    assert!(detail.contains("AADSTS50076") && detail.contains(&login), "{detail}");
    let both = format!("{SCAN} --azure-tenant {NORTHWIND} --azure-tenant {ACME}");
    let output = scan(&cloud, &front.url, &both).run().falls_short(&[
        &format!("azure tenant:{ACME} credentials: failed: az login: AADSTS50076"),
        &login,
        "netcensus could not sign in to 1 account",
    ]);
    assert_eq!(
        texts(&output.json(), "accounts", "id"),
        [CORE, SHOP, DATA, TRIAL],
        "the other tenant is read"
    );
}

#[test]
fn a_tenant_where_the_caller_is_a_guest_and_sees_nothing_is_skipped() {
    let cloud = with_az(NOT_LOGGED_IN);
    for (name, tenant) in [("default", 0), (NORTHWIND, 0), (ACME, 1)] {
        login(&cloud, name, tenant);
    }
    let front = Front::before(&cloud, |asked| {
        let tenants = json!({ "value": [{ "tenantId": NORTHWIND }, { "tenantId": ACME }] }).to_string();
        let of_acme = asked.header("authorization").is_some_and(|token| token.contains(ACME));
        match asked.path.split('?').next() {
            Some("/tenants") => Some((200, String::new(), tenants)),
            Some("/subscriptions") if of_acme => Some((200, String::new(), r#"{"value": []}"#.to_owned())),
            _ => None,
        }
    });
    let document = scan(&cloud, &front.url, SCAN).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
    assert_eq!(fared(&document, &format!("tenant:{ACME}"), "accounts").0, "skipped");
    let named = format!("{SCAN} --azure-tenant {NORTHWIND} --azure-tenant {ACME}");
    let output = scan(&cloud, &front.url, &named).run();
    output.falls_short(&[&format!("azure tenant:{ACME} accounts: denied: az login sees no subscription")]);
}

/// The login's own tenant, and any where all are wanted, are not empty without a word (fault F2 and its kind).
#[test]
fn an_own_tenant_that_shows_nothing_is_missed_and_so_is_any_where_all_are_wanted() {
    let front = |cloud: &Cloud, empty: &'static str| {
        Front::before(cloud, move |asked| {
            let tenants = json!({ "value": [{ "tenantId": NORTHWIND }, { "tenantId": ACME }] }).to_string();
            let of_empty = asked.header("authorization").is_some_and(|token| token.contains(empty));
            match asked.path.split('?').next() {
                Some("/tenants") => Some((200, String::new(), tenants)),
                Some("/subscriptions") if of_empty => {
                    Some((200, String::new(), r#"{"value": []}"#.to_owned()))
                }
                _ => None,
            }
        })
    };
    for is_told in [true, false] {
        let cloud = with_az(NOT_LOGGED_IN);
        for (name, tenant) in [("default", 0), (NORTHWIND, 0), (ACME, 1)] {
            login(&cloud, name, tenant);
        }
        if is_told {
            let answer = json!({ "accessToken": token(&cloud, 0), "expires_on": 4_000_000_000_i64, "tenant": NORTHWIND });
            cloud.home.write("az/default.json", answer.to_string());
        }
        let own = front(&cloud, NORTHWIND);
        let name = if is_told { NORTHWIND } else { "default" };
        let entry = format!("azure tenant:{name} accounts: denied: az login sees no subscription");
        for flags in ["", "--quiet", "--all-azure-subscriptions"] {
            let output = scan(&cloud, &own.url, &format!("{SCAN} {flags}")).run();
            let output = output.falls_short(&[&entry, "the role Reader"]);
            assert_eq!(texts(&output.json(), "accounts", "name"), ["acme-azure"]);
        }
        scan(&cloud, &own.url, "overlap --provider azure").run().exits(3).says(&[&entry]);
        let guest = front(&cloud, ACME);
        scan(&cloud, &guest.url, SCAN).run().succeeds();
        let all = scan(&cloud, &guest.url, &format!("{SCAN} --all-azure-subscriptions")).run();
        all.falls_short(&[&format!("azure tenant:{ACME} accounts: denied: az login sees no subscription")]);
    }
}

#[test]
fn a_list_of_tenants_without_the_logins_own_is_not_whole() {
    for (tenants, why) in [
        (json!([]), "the list of tenants is empty"),
        (json!([{ "tenantId": ACME }]), "the list of tenants lacks"),
    ] {
        let cloud = with_az(NOT_LOGGED_IN);
        login(&cloud, ACME, 1);
        let answer =
            json!({ "accessToken": token(&cloud, 0), "expires_on": 4_000_000_000_i64, "tenant": NORTHWIND });
        cloud.home.write("az/default.json", answer.to_string());
        let list = json!({ "value": tenants }).to_string();
        let front = Front::before(&cloud, move |asked| {
            asked.path.starts_with("/tenants?").then(|| (200, String::new(), list.clone()))
        });
        let words = ["accounts: failed: other tenants cannot be found", why];
        let output = scan(&cloud, &front.url, SCAN).run().falls_short(&words);
        let document = output.json();
        let read = texts(&document, "accounts", "id");
        assert_eq!(read[..4], [CORE, SHOP, DATA, TRIAL], "the own tenant is read");
        assert_eq!(read.len(), 4 + tenants.as_array().unwrap().len(), "and so is what is listed");
    }
}

#[test]
fn tenants_that_cannot_be_listed_are_missed_and_the_default_one_is_read() {
    let cloud = Cloud::sample(&["deny@action=Microsoft.Resources/tenants/read"]);
    install(&cloud.home, "az", AZ);
    login(&cloud, "default", 0);
    let output = scan(&cloud, cloud.url(), SCAN).run();
    let output =
        output.falls_short(&["azure tenant:default accounts: denied: other tenants cannot be found"]);
    assert_eq!(texts(&output.json(), "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
}

#[test]
fn the_developer_cli_comes_after_the_azure_cli() {
    let cloud = with_az(NOT_LOGGED_IN);
    let answer = json!({ "token": token(&cloud, 1), "expiresOn": "2096-10-02T07:06:40Z" });
    cloud.home.write("azd.json", answer.to_string());
    install(&cloud.home, "azd", "#!/bin/sh\ncat \"$HOME/azd.json\"\n");
    let document = scan(&cloud, cloud.url(), SCAN).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "name"), ["acme-azure"]);
    assert_eq!(document["accounts"][0]["reached_by"], json!(["azd auth login"]));
    login(&cloud, "default", 0);
    let document = scan(&cloud, cloud.url(), SCAN).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
}
