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

/// The same refusal where other lists of the provider have rows.
#[test]
fn one_that_shows_other_resources_of_the_provider_is_missed() {
    for (code, status, outcome) in
        [("DisallowedProvider", 403, "denied"), ("DisallowedOperation", 400, "failed")]
    {
        for api in ["arm", "resource-graph"] {
            // Of the graph's rows nothing is refused; what the graph lacks is read by lists.
            let (list, kind) = match api {
                "arm" => ("virtualNetworks", "networks"),
                _ => ("virtualHubs/hubVirtualNetworkConnections", "links"),
            };
            let hub = "[[azure.hub]]\nname = 'hub'\nsubscription = 'sub-2'\nlocation = 'westeurope'\n\
                       prefix = '10.200.0.0/23'\nconnected = ['net-2']\n";
            let fault =
                format!("error={code}:{status}@account={},action=Microsoft.Network/{list}/read", id(2));
            let cloud = Cloud::of(&format!("{}{hub}", estate(3)), &[&fault]);
            let output = cloud.azure(&format!("scan all -o json --azure-api {api}")).run();
            let output = output.falls_short(&[code, "has other resources of"]);
            let document = output.json();
            let (fared_so, detail) = fared(&document, &id(2), kind);
            assert_eq!(fared_so, outcome, "{code} {api}: {detail}");
            assert!(detail.contains(list) && detail.contains("sub-2"), "{code} {api}: {detail}");
            assert_eq!(fared(&document, &id(2), "interfaces"), ("complete", ""), "{code} {api}");
            assert_eq!(fared(&document, &id(3), kind).0, "complete", "{code} {api}");
            assert!(!output.stderr.contains("nothing can be"), "{code} {api}: {}", output.stderr);
        }
    }
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
    // ansible/ansible#42658.
    let cloud = Cloud::of(&estate(1), &["error=NoRegisteredProviderFound:400@action=Microsoft.Network/*"]);
    cloud.azure("scan networks").run().falls_short(&["API versions", "Azure Stack Hub is not supported"]);
}
