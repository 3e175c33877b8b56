//! Subscriptions that are warned, past due or disabled: read as long as they exist, and spoken of.

use super::{estate, fared, id, texts};
use crate::support::Cloud;

/// An estate of three whose nth subscription is in the nth of these states.
fn in_states(states: [&str; 3]) -> String {
    let set = |toml: String, (n, state): (usize, &str)| {
        toml.replace(&format!("name = 'sub-{n}'\nid"), &format!("name = 'sub-{n}'\nstate = '{state}'\nid"))
    };
    (1..).zip(states).fold(estate(3), set)
}

#[test]
fn each_has_one_line_with_what_mends_it_and_is_read() {
    let cloud = Cloud::of(&in_states(["Warned", "PastDue", "Disabled"]), &[]);
    let output = cloud.azure("scan networks -o json").run().exits(0);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-2", "net-3"]);
    let unpaid =
        "has an unpaid bill, and its machines will be stopped; pay it in the portal under Cost Management";
    let disabled = "is disabled, its machines are stopped and will be deleted; enable it: az account subscription \
                    enable --subscription-id";
    let expected = [
        format!("warning: Azure subscription {} (sub-1) {unpaid}", id(1)),
        format!("warning: Azure subscription {} (sub-2) {unpaid}", id(2)),
        format!("warning: Azure subscription {0} (sub-3) {disabled} {0}", id(3)),
    ];
    assert_eq!(output.stderr.lines().collect::<Vec<_>>(), expected);
}

#[test]
fn those_that_are_not_in_scope_are_not_spoken_of() {
    let cloud = Cloud::of(&in_states(["Warned", "Enabled", "Disabled"]), &[]);
    cloud.azure("scan networks -o json --azure-subscription sub-2").run().succeeds();
}

#[test]
fn one_that_refuses_for_it_is_missed_with_what_mends_it() {
    let fault = format!("error=ReadOnlyDisabledSubscription:409@account={}", id(2));
    let cloud = Cloud::of(&in_states(["Enabled", "Disabled", "Enabled"]), &[&fault]);
    let output = cloud.azure("scan networks -o json").run().falls_short(&[
        "ReadOnlyDisabledSubscription",
        &format!("enable it: az account subscription enable --subscription-id {}", id(2)),
    ]);
    let document = output.json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-3"]);
    assert_eq!(fared(&document, &id(2), "networks").0, "failed");
}
