//! Lists that Azure leaves empty where permission is missing: what others speak of is looked for.

use super::front::Front;
use super::{estate, fared, id};
use crate::support::{Cloud, Output};

const MACHINES: &str = "/providers/Microsoft.Compute/virtualMachines";
const SETS: &str = "/providers/Microsoft.Compute/virtualMachineScaleSets";
const EMPTY: &str = "{\"value\": []}";
const SET: &str =
    "[[azure.scale_set]]\nname = 'pool'\nin = 'net-1/app'\ncapacity = 2\nsize = 'Standard_D2s_v5'\n";

/// Scans instances where the list of `kind` is empty, and a look at one of them is answered with `status`.
fn scan(kind: &'static str, status: u16) -> Output {
    let cloud = Cloud::of(&format!("{}{SET}", estate(1)), &[]);
    let front = Front::before(&cloud, move |asked| {
        let (_, rest) = asked.path.split_once(kind)?;
        if rest.starts_with('?') {
            return Some((200, String::new(), EMPTY.to_owned()));
        }
        let one = rest.starts_with('/') && !rest[1..].contains('/');
        let code = if status == 404 { "ResourceNotFound" } else { "AuthorizationFailed" };
        let refused = format!("{{\"error\": {{\"code\": \"{code}\", \"message\": \"{status}\"}}}}");
        one.then_some((status, String::new(), refused))
    });
    let arguments = format!("scan instances -o json --provider azure --azure-resource-manager {}", front.url);
    cloud.with_principal(cloud.netcensus(&arguments)).run()
}

#[test]
fn a_machine_that_no_list_has_is_missed() {
    let output = scan(MACHINES, 200).falls_short(&[
        "/virtualMachines/vm-1 exists (an interface is attached to it), but no list has it",
        "the role Reader on the whole subscription",
    ]);
    let document = output.json();
    assert_eq!(fared(&document, &id(1), "instances").0, "denied");
    assert_eq!(document["instances"].as_array().unwrap().len(), 2, "those of the scale set are there");
}

#[test]
fn a_scale_set_that_no_list_has_is_missed() {
    let output = scan(SETS, 200);
    let words = ["/virtualMachineScaleSets/pool exists (a subnet has its machines), but no list has it"];
    let document = output.falls_short(&words).json();
    assert_eq!(fared(&document, &id(1), "instances").0, "denied");
    assert_eq!(document["instances"].as_array().unwrap().len(), 1, "the machine is there");
}

#[test]
fn what_may_not_even_be_looked_for_is_missed_too() {
    for kind in [MACHINES, SETS] {
        let document = scan(kind, 403)
            .falls_short(&["instances: denied: Microsoft.Compute/virtualMachine", ": AuthorizationFailed"])
            .json();
        assert_eq!(fared(&document, &id(1), "instances").0, "denied", "{kind}");
    }
}

#[test]
fn what_has_really_gone_is_not_missed() {
    for kind in [MACHINES, SETS] {
        let document = scan(kind, 404).succeeds().json();
        assert_eq!(fared(&document, &id(1), "instances"), ("complete", ""), "{kind}");
    }
}
