//! The two ways to read, by lists and by Resource Graph, and which of them is taken.

use serde_json::Value;

use super::front::Front;
use super::{asked, estate, fared, id, texts};
use crate::support::{Cloud, Run, netcensus};

const ARRAYS: [&str; 6] = ["accounts", "networks", "subnets", "instances", "interfaces", "links"];
const GRAPH: &str = "Microsoft.ResourceGraph/resources/read";
/// From so many subscriptions on, `auto` asks the graph.
const MANY: usize = 20;

/// Expects both inventories to have the same rows, and returns how many of each kind.
#[track_caller]
fn same(one: &Value, other: &Value) -> Vec<usize> {
    let count = |array: &&str| {
        assert_eq!(one[array], other[array], "{array}");
        one[array].as_array().unwrap().len()
    };
    ARRAYS.iter().map(count).collect()
}

#[track_caller]
fn scan(cloud: &Cloud, api: &str) -> Value {
    // The sandbox poses as the public cloud, whose graph knows what is in scale sets.
    as_public(cloud, &format!("scan all -o json --azure-api {api}")).run().succeeds().json()
}

fn as_public(cloud: &Cloud, arguments: &str) -> Run {
    cloud.azure(&format!("{arguments} --azure-cloud public --azure-authority {}", cloud.url()))
}

/// An estate whose third subscription the graph leaves out.
fn with_hidden(subscriptions: usize) -> String {
    estate(subscriptions).replace("name = 'sub-3'\nid", "name = 'sub-3'\nhidden_from_graph = true\nid")
}

#[test]
fn both_ways_give_the_same_inventory_of_the_sample() {
    let sample = |api: &str| {
        netcensus(&format!("scan all --sandbox --provider azure -o json --azure-api {api}")).succeeds().json()
    };
    let counts = same(&sample("arm"), &sample("resource-graph"));
    assert!(counts.iter().all(|count| *count > 0), "{counts:?}");
}

#[test]
fn a_cloud_whose_graph_may_lack_what_is_in_scale_sets_is_asked_for_their_lists() {
    let cloud = Cloud::sample(&[]);
    let private = cloud.azure("scan all -o json --azure-api resource-graph").run().succeeds().json();
    let machines = "Microsoft.Compute/virtualMachineScaleSets/virtualMachines/read";
    assert!(asked(&cloud, "arm", "", machines) > 0);
    same(&private, &scan(&cloud, "arm"));
}

#[test]
fn both_ways_give_the_same_inventory_page_by_page() {
    let toml = format!("{}[azure]\npage_size = 1\ngraph_page_size = 7\n", estate(5));
    let cloud = Cloud::of(&toml, &[]);
    let lists = scan(&cloud, "arm");
    assert_eq!(asked(&cloud, "graph", "", GRAPH), 0);
    let graph = scan(&cloud, "resource-graph");
    assert_eq!(same(&lists, &graph), [5, 5, 5, 5, 5, 0]);
    // 5 networks, machines and interfaces are three pages; one more of the other table, and one to know who is there.
    assert_eq!(asked(&cloud, "graph", "", GRAPH), 5);
}

#[test]
fn auto_asks_the_graph_where_there_are_many_subscriptions() {
    let few = Cloud::of(&estate(MANY - 1), &[]);
    scan(&few, "auto");
    assert_eq!(asked(&few, "graph", "", GRAPH), 0);
    let many = Cloud::of(&estate(MANY), &[]);
    let document = scan(&many, "auto");
    assert_eq!(texts(&document, "networks", "name").len(), MANY);
    let requests = (asked(&many, "graph", "", GRAPH), asked(&many, "arm", "-4000-8000-", ""));
    assert_eq!(requests, (3, 1), "whom it knows, two tables, and the sizes of machines");
    as_public(&many, "scan networks -o json --azure-subscription sub-1").run().succeeds();
    assert_eq!(asked(&many, "graph", "", GRAPH), 3, "one of many is no reason to");
}

#[test]
fn auto_reads_by_its_lists_what_the_graph_leaves_out() {
    let cloud = Cloud::of(&with_hidden(MANY), &[]);
    let by_graph = scan(&cloud, "auto");
    let listed: Vec<String> = cloud
        .requests()
        .into_iter()
        .filter(|request| request.action == "Microsoft.Network/virtualNetworks/read")
        .map(|request| request.account)
        .collect();
    assert_eq!(listed, [id(3)]);
    assert_eq!(same(&by_graph, &scan(&cloud, "arm"))[1], MANY);
}

#[test]
fn what_the_graph_leaves_out_is_a_failure_where_it_alone_may_be_asked() {
    let cloud = Cloud::of(&with_hidden(4), &[]);
    let output = cloud.azure("scan networks -o json --azure-api resource-graph").run();
    let words = [&format!("azure {} networks", id(3)), "leaves this subscription out", "--azure-api arm"];
    let document = output.falls_short(&words).json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-2", "net-4"]);
    assert_eq!(fared(&document, &id(3), "networks").0, "failed");
}

#[test]
fn a_graph_that_may_not_be_asked_is_a_notice_for_auto_and_a_failure_by_name() {
    let cloud = Cloud::of(&estate(MANY), &[&format!("deny@action={GRAPH}")]);
    let output = cloud.azure("scan networks -o json -v").run().exits(0);
    let notice = format!(
        "note: Azure Resource Graph cannot be queried, so netcensus reads every list instead: {GRAPH}: AuthorizationFailed"
    );
    let output = output.says(&[&notice, "az role assignment create --role Reader"]);
    assert_eq!(texts(&output.json(), "networks", "name").len(), MANY);
    let output = cloud.azure("scan networks -o json --azure-api resource-graph").run();
    let document =
        output.falls_short(&["networks", "denied", GRAPH, "az role assignment create --role Reader"]).json();
    assert_eq!(fared(&document, &id(1), "networks").0, "denied");
}

#[test]
fn a_graph_that_throttles_is_waited_for() {
    let cloud = Cloud::of(&estate(2), &[&format!("retry-after=1s@action={GRAPH},times=1")]);
    let document = scan(&cloud, "resource-graph");
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-2"]);
    assert_eq!(asked(&cloud, "graph", "", GRAPH), 4, "three queries, one of them twice");
}

#[test]
fn a_graph_that_breaks_is_not_taken_for_an_empty_one() {
    let faults = [format!("error=BadRequest:400@action={GRAPH}")];
    let cloud = Cloud::of(&estate(2), &[&faults[0]]);
    let output = cloud.azure("scan networks -o json --azure-api resource-graph").run();
    let document = output.falls_short(&["networks", "failed", GRAPH, "BadRequest"]).json();
    assert_eq!(fared(&document, &id(2), "networks").0, "failed");
}

#[test]
fn an_answer_that_would_be_too_large_is_asked_for_in_smaller_pages() {
    let cloud = Cloud::of(&estate(5), &[]);
    let front = Front::before(&cloud, |asked| {
        let too_many = ["\"$top\":1000", "\"$top\":500"].iter().any(|top| asked.text().contains(top));
        let body =
            r#"{"error": {"code": "ResponsePayloadTooLarge", "message": "18345680 exceeds 16777216"}}"#;
        too_many.then(|| (400, String::new(), body.to_owned()))
    });
    let arguments = "scan all -o json --provider azure --azure-api resource-graph --azure-resource-manager";
    let run = cloud.netcensus(&format!("{arguments} {}", front.url));
    let document = cloud.with_principal(run).run().succeeds().json();
    same(&document, &scan(&cloud, "arm"));
    assert!(front.seen().iter().any(|asked| asked.text().contains("\"$top\":250")));
}
