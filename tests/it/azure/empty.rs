//! Subscriptions in which nothing can be: no gap, and said once.

use super::{estate, fared, id, texts};
use crate::support::{Cloud, netcensus};

/// An estate of three whose second subscription has this besides.
fn with_second(key: &str) -> String {
    estate(3).replace("name = 'sub-2'\nid", &format!("name = 'sub-2'\n{key}\nid"))
}

#[test]
fn one_that_holds_nothing_is_complete_in_azures_words_said_once() {
    // AzureHound 65, GuardrailsSolutionAccelerator 403, AzGovViz 110.
    for (key, code) in
        [("disallowed = true", "DisallowedOperation"), ("state = 'Deleted'", "SubscriptionNotFound")]
    {
        for api in ["arm", "resource-graph"] {
            let cloud = Cloud::of(&with_second(key), &[]);
            let output = cloud.azure(&format!("scan all -o json --azure-api {api}")).run().exits(0);
            let said: Vec<&str> = output.stderr.lines().filter(|line| line.contains(&id(2))).collect();
            assert_eq!(said.len(), 1, "{key} {api}: {}", output.stderr);
            assert!(said[0].starts_with("warning: ") && said[0].contains(code), "{said:?}");
            assert!(
                said[0].contains("sub-2") && said[0].contains("--exclude-azure-subscription"),
                "{said:?}"
            );
            let document = output.json();
            assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-3"], "{key} {api}");
            let (outcome, detail) = fared(&document, &id(2), "networks");
            assert!(outcome == "complete" && detail.contains(code), "{outcome} {detail}");
        }
    }
}

#[test]
fn one_that_is_refused_for_one_provider_has_nothing_of_it() {
    let fault = format!("error=DisallowedProvider:403@account={},action=Microsoft.Network/*", id(2));
    let cloud = Cloud::of(&estate(3), &[&fault]);
    let output = cloud.azure("scan networks -o json").run().exits(0).says(&["DisallowedProvider"]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-3"]);
}

#[test]
fn one_that_is_in_use_and_cannot_be_found_is_missed() {
    for state in ["Enabled", "PastDue", "Disabled", "Warned"] {
        let fault = format!("error=SubscriptionNotFound:404@account={}", id(2));
        let cloud = Cloud::of(&with_second(&format!("state = '{state}'")), &[&fault]);
        cloud.azure("scan networks").run().falls_short(&["SubscriptionNotFound"]);
    }
}

#[test]
fn the_sandbox_shows_a_tenant_that_refuses() {
    for (code, words) in [("AADSTS50076", "multi-factor"), ("AADSTS53003", "credentials: failed")] {
        let fault = format!("error={code}:400@action=token,account=5b8e2c94-*");
        let output = netcensus(&format!("scan --sandbox --provider azure --fault {fault}"));
        output.falls_short(&["tenant:5b8e2c94", code, words]);
    }
}

#[test]
fn a_resource_manager_that_knows_older_apis_only_is_not_supported() {
    // ansible 42658.
    let cloud = Cloud::of(&estate(1), &["error=NoRegisteredProviderFound:400@action=Microsoft.Network/*"]);
    cloud.azure("scan networks").run().falls_short(&["API versions", "Azure Stack Hub is not supported"]);
}
