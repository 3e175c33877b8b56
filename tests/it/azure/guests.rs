//! Tenants in which an `az login` is a guest, and that it cannot enter: when that is a refusal, and when a gap.

use std::fs;

use serde_json::{Value, json};

use super::cli::{NOT_LOGGED_IN, SCAN, in_both, install, login, scan, token, with_az};
use super::front::Front;
use super::{ACME, CORE, DATA, NORTHWIND, SHOP, TRIAL, fared, texts};
use crate::support::{Cloud, Run};

const MFA: &str = "ERROR: AADSTS50076: Due to a configuration change made by your administrator, you must use multi-factor \
                   authentication to access '797f4846-ba00-4fd7-ba43-dac1f8f63013'. Trace ID: 1\n\
                   Interactive authentication is needed. Please run:\naz login\n";

/// What is no refusal of a guest by Entra.
const TROUBLE: [&str; 6] = [
    "ERROR: AADSTS700082: The refresh token has expired due to inactivity. Trace ID: 1\n",
    "ERROR: AADSTS50078: Presented multi-factor authentication has expired due to policies. Trace ID: 1\n",
    "ERROR: HTTPSConnectionPool(host='login.microsoftonline.com', port=443): Max retries exceeded (Caused by \
     NameResolutionError: Failed to resolve 'login.microsoftonline.com')\n",
    "ERROR: [Errno 28] No space left on device: '/home/ci/.azure/msal_token_cache.json'\n",
    "Traceback (most recent call last):\n  File \"x.py\", line 1\nKeyError: 'home_account_id'\n",
    "",
];

/// A cloud whose `az` is logged in to one tenant, and in the other one, where the same person is a guest, fails with
/// `error`.
fn guest(error: &str) -> (Cloud, Front) {
    let cloud = with_az(NOT_LOGGED_IN);
    let answer =
        json!({ "accessToken": token(&cloud, 0), "expires_on": 4_000_000_000_i64, "tenant": NORTHWIND });
    cloud.home.write("az/default.json", answer.to_string());
    refuse(&cloud, error);
    let front = in_both(&cloud);
    (cloud, front)
}

/// Lets the other tenant fail from now on.
fn refuse(cloud: &Cloud, error: &str) {
    let _ = fs::remove_file(cloud.home.path().join(format!("az/{ACME}.json")));
    cloud.home.write(&format!("az/{ACME}.error"), error);
}

/// Prepares a run of another command than [`scan`] takes.
fn run(cloud: &Cloud, front: &Front, arguments: &str) -> Run {
    scan(cloud, &front.url, &format!("{arguments} --provider azure"))
}

#[test]
fn a_refusal_by_entra_is_skipped_and_said_also_when_quiet() {
    // Azure/azure-cli#31742.
    let (cloud, front) = guest(MFA);
    for quiet in ["", "--quiet"] {
        let output = scan(&cloud, &front.url, &format!("{SCAN} {quiet}")).run().exits(0);
        let output = output.says(&["warning: ", ACME, "AADSTS50076", &format!("az login --tenant {ACME}")]);
        let document = output.json();
        assert_eq!(fared(&document, &format!("tenant:{ACME}"), "credentials").0, "skipped");
        assert_eq!(texts(&document, "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
        run(&cloud, &front, &format!("overlap {quiet}")).run().says(&["warning: ", ACME, "AADSTS50076"]);
    }
}

#[test]
fn every_subscription_means_every_tenant() {
    let (cloud, front) = guest(MFA);
    let arguments = format!("{SCAN} --all-azure-subscriptions");
    let output = scan(&cloud, &front.url, &arguments).run();
    output.falls_short(&[&format!("azure tenant:{ACME} credentials: failed: az login: AADSTS50076")]);
}

#[test]
fn what_is_no_refusal_by_entra_is_missed() {
    // Azure/azure-cli#23105, #20273, #20749: an expired login, no DNS, a full disk, a traceback, no reason at all.
    for error in TROUBLE {
        let (cloud, front) = guest(error);
        let output = scan(&cloud, &front.url, SCAN).run();
        let output = output.falls_short(&[&format!("azure tenant:{ACME} credentials: failed: az login: ")]);
        assert_eq!(texts(&output.json(), "accounts", "id"), [CORE, SHOP, DATA, TRIAL], "{error}");
        run(&cloud, &front, "overlap").run().exits(3);
    }
}

#[test]
fn a_tenant_that_a_snapshot_of_the_same_scope_has_is_missed() {
    let (cloud, front) = guest(MFA);
    let save = format!("{SCAN} --save --store kept");
    scan(&cloud, &front.url, &save).run().exits(0);
    scan(&cloud, &front.url, &save).run().exits(0).says(&[ACME]);
    login(&cloud, ACME, 1);
    scan(&cloud, &front.url, &save).run().exits(0);
    refuse(&cloud, MFA);
    // The second time, the newest snapshot lacks the tenant too.
    for _ in 0..2 {
        let output = scan(&cloud, &front.url, &save).run();
        let output =
            output.falls_short(&[&format!("azure tenant:{ACME} credentials: failed"), "1 subscription"]);
        let document = output.json();
        let (_, detail) = fared(&document, &format!("tenant:{ACME}"), "credentials");
        assert!(detail.contains("AADSTS50076") && detail.contains("--azure-tenant"), "{detail}");
    }
    run(&cloud, &front, "overlap --store kept").run().exits(3);
    run(&cloud, &front, "scan --dry-run --store kept").run().exits(3);
    scan(&cloud, &front.url, &format!("{SCAN} --store other")).run().exits(0);
    // Another scope: the user says what is to be read.
    cloud
        .home
        .write(&format!("az/{NORTHWIND}.json"), fs::read(cloud.home.path().join("az/default.json")).unwrap());
    scan(&cloud, &front.url, &format!("{SCAN} --store kept --azure-tenant {NORTHWIND}")).run().succeeds();
}

#[test]
fn a_tenant_that_shows_nothing_any_more_is_missed_where_a_snapshot_has_subscriptions_of_it() {
    let (cloud, _) = guest(MFA);
    login(&cloud, ACME, 1);
    let lost = cloud.home.path().join("lost");
    let is_lost = lost.clone();
    let front = Front::before(&cloud, move |asked| {
        let tenants = json!({ "value": [{ "tenantId": NORTHWIND }, { "tenantId": ACME }] }).to_string();
        let of_acme = asked.header("authorization").is_some_and(|token| token.contains(ACME));
        match asked.path.split('?').next() {
            Some("/tenants") => Some((200, String::new(), tenants)),
            Some("/subscriptions") if of_acme && is_lost.exists() => {
                Some((200, String::new(), r#"{"value": []}"#.to_owned()))
            }
            _ => None,
        }
    });
    let save = format!("{SCAN} --save --store kept");
    scan(&cloud, &front.url, &save).run().exits(0);
    fs::write(&lost, "").unwrap();
    let output = scan(&cloud, &front.url, &save).run();
    output.falls_short(&[&format!("azure tenant:{ACME} accounts: denied"), "1 subscription"]);
    scan(&cloud, &front.url, &format!("{SCAN} --store other")).run().exits(0);
    let all = scan(&cloud, &front.url, &format!("{SCAN} --all-azure-subscriptions")).run();
    all.falls_short(&[&format!("azure tenant:{ACME} accounts: denied")]);

    // The snapshot is of a scan of every subscription, and the scan now is none.
    fs::remove_file(&lost).unwrap();
    let save = format!("{SCAN} --all-azure-subscriptions --save --store all");
    scan(&cloud, &front.url, &save).run().exits(0);
    fs::write(&lost, "").unwrap();
    for command in ["scan", "overlap"] {
        let output = run(&cloud, &front, &format!("{command} --store all")).run().exits(3);
        output.says(&[&format!("azure tenant:{ACME} accounts: denied"), "1 subscription"]);
    }
}

#[test]
fn a_snapshot_of_every_subscription_does_not_make_a_guests_tenant_missed_for_ever() {
    let (cloud, front) = guest(MFA);
    let save = format!("{SCAN} --save --store kept");
    scan(&cloud, &front.url, &format!("{save} --all-azure-subscriptions")).run().exits(3);
    scan(&cloud, &front.url, &save).run().exits(0).says(&[ACME]);
}

#[test]
fn an_export_is_not_replaced_by_one_that_lacks_a_tenant() {
    let (cloud, front) = guest(MFA);
    let export =
        |flags: &str| run(&cloud, &front, &format!("export --to out/ --kind networks {flags}")).run();
    login(&cloud, ACME, 1);
    export("").exits(0);
    let file = || fs::read_to_string(cloud.home.path().join("out/networks.csv")).unwrap();
    let whole = file();
    assert!(whole.contains("ACME-Prod-VNet"), "{whole}");
    refuse(&cloud, MFA);
    let words =
        ["nothing was written", &format!("azure tenant:{ACME} credentials: failed"), "1 subscription"];
    export("").exits(3).says(&words);
    assert_eq!(file(), whole);
    export("--allow-incomplete").exits(3);
    assert!(!file().contains("ACME-Prod-VNet"));
    export("").exits(3).says(&words);
}

#[test]
fn diff_does_not_know_what_a_tenant_that_refuses_has() {
    let (cloud, front) = guest(MFA);
    login(&cloud, ACME, 1);
    let save = |name: &str| scan(&cloud, &front.url, &format!("{SCAN} --save {name}")).run().exits(0);
    save("old.json");
    refuse(&cloud, MFA);
    save("new.json");
    let output = cloud.home.netcensus("diff old.json new.json -o json --exit-code").run().exits(3);
    let document = output.json();
    assert_eq!(document["complete"], false);
    let unknown = document["unknown"].as_array().unwrap();
    assert!(
        !unknown.is_empty()
            && unknown.iter().all(|row| row["reason"].as_str().unwrap().contains("AADSTS50076"))
    );
    assert_eq!(document["accounts"], json!([]), "it is not told as one that is gone");
    // Two that lack the tenant alike differ in nothing.
    cloud.home.netcensus("diff new.json new.json --exit-code").run().exits(0);
}

/// Azure/azure-cli#31869 and its kind: az ends without an error, and the token is not of the tenant that was asked for.
#[test]
fn a_token_of_another_tenant_stands_for_no_other() {
    let (cloud, front) = guest(MFA);
    for own in [NORTHWIND.to_owned(), NORTHWIND.to_uppercase()] {
        let answer =
            json!({ "accessToken": token(&cloud, 0), "expires_on": 4_000_000_000_i64, "tenant": own });
        cloud.home.write(&format!("az/{ACME}.json"), answer.to_string());
        let words = format!("az returned a token for tenant {own} instead of tenant {ACME}");
        let entry = format!("azure tenant:{ACME} credentials: failed: az login: {words}");
        for quiet in ["", "--quiet"] {
            let output = scan(&cloud, &front.url, &format!("{SCAN} {quiet}")).run().falls_short(&[&entry]);
            assert_eq!(texts(&output.json(), "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
        }
        run(&cloud, &front, "overlap").run().exits(3).says(&[&words]);
        let named = scan(&cloud, &front.url, &format!("{SCAN} --azure-tenant {ACME}")).run();
        named.refuses(&["netcensus could not sign in to any Azure tenant", &words]);
    }
}

#[test]
fn cloud_shell_keeps_the_tenant_that_it_has() {
    // Azure/azure-cli#29313, #31869: az refuses to be told a tenant there, its own included.
    let cloud = Cloud::sample(&[]);
    let script = "#!/bin/sh\ncase \"$*\" in\n\
                  *--tenant*) echo \"ERROR: Tenant shouldn't be specified for Cloud Shell account\" >&2; exit 1;;\n\
                  esac\ncat \"$HOME/az/default.json\"\n";
    install(&cloud.home, "az", script);
    let answer =
        json!({ "accessToken": token(&cloud, 0), "expires_on": 4_000_000_000_i64, "tenant": NORTHWIND });
    cloud.home.write("az/default.json", answer.to_string());
    let front = in_both(&cloud);
    let output = scan(&cloud, &front.url, SCAN).run().falls_short(&[
        &format!("azure tenant:{ACME} credentials: failed: az login: it is signed in to tenant {NORTHWIND}"),
        &format!("az login --tenant {ACME}"),
    ]);
    assert_eq!(texts(&output.json(), "accounts", "id"), [CORE, SHOP, DATA, TRIAL]);
    scan(&cloud, &front.url, &format!("{SCAN} --azure-tenant {NORTHWIND}")).run().succeeds();
    let refused = scan(&cloud, &front.url, &format!("{SCAN} --azure-tenant {ACME}")).run();
    refused.refuses(&["netcensus could not sign in to any Azure tenant", NORTHWIND, "cannot enter others"]);
}

#[test]
fn a_default_tenant_that_is_known_is_signed_in_to_once() {
    let (cloud, front) = guest(MFA);
    login(&cloud, ACME, 1);
    let document: Value = scan(&cloud, &front.url, SCAN).run().succeeds().json();
    assert_eq!(texts(&document, "accounts", "tenant"), [NORTHWIND, NORTHWIND, NORTHWIND, NORTHWIND, ACME]);
    assert_eq!(super::cli::calls(&cloud).len(), 2);
}

#[test]
fn a_list_of_tenants_with_one_that_has_no_id_is_not_whole() {
    let (cloud, _) = guest(MFA);
    let front = Front::before(&cloud, |asked| {
        let tenants = json!({ "value": [{ "tenantId": NORTHWIND }, { "displayName": "x" }] }).to_string();
        asked.path.starts_with("/tenants?").then(|| (200, String::new(), tenants))
    });
    scan(&cloud, &front.url, SCAN).run().falls_short(&["other tenants cannot be found", "without its id"]);
}

#[test]
fn a_tenants_name_is_no_option_of_az() {
    let (cloud, _) = guest(MFA);
    let front = Front::before(&cloud, |asked| {
        let tenants = json!({ "value": [{ "tenantId": NORTHWIND }, { "tenantId": "--debug" }] }).to_string();
        asked.path.starts_with("/tenants?").then(|| (200, String::new(), tenants))
    });
    scan(&cloud, &front.url, SCAN).run().falls_short(&["`--debug` is not the id or domain of a tenant"]);
}
