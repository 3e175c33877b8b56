//! Answers of Resource Graph that are not what they say they are.

use serde_json::Value;

use super::front::Front;
use super::{estate, fared, id, texts};
use crate::support::{Cloud, Output};

const BY_GRAPH: &str = "scan all -o json --azure-api resource-graph";
const KINDS: [&str; 5] = ["networks", "subnets", "instances", "interfaces", "links"];

/// Scans an estate of three by the graph, whose pages of the table `resources` are changed on the way.
fn changed(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Output {
    let cloud = Cloud::of(&estate(3), &[]);
    let sandbox = cloud.url().to_owned();
    let front = Front::before(&cloud, move |asked| {
        if !asked.text().contains("\"resources |") {
            return None;
        }
        let mut page: Value = serde_json::from_str(&asked.passed_on(&sandbox)).unwrap();
        change(&mut page);
        Some((200, String::new(), page.to_string()))
    });
    let arguments = format!("{BY_GRAPH} --provider azure --azure-resource-manager {}", front.url);
    cloud.with_principal(cloud.netcensus(&arguments)).run()
}

/// Asserts which of the three subscriptions fared how, in every kind.
#[track_caller]
fn all_fared(document: &Value, outcomes: [&str; 3]) {
    for (number, outcome) in (1..).zip(outcomes) {
        for kind in KINDS {
            assert_eq!(fared(document, &id(number), kind).0, outcome, "{number} {kind}");
        }
    }
}

/// Rows in another order than the one asked for (Azure/azure-sdk-for-net#14403).
#[test]
fn rows_out_of_order_fail_every_subscription_from_the_stray_row_on() {
    let cloud = Cloud::of(&estate(3), &["disorder"]);
    let output = cloud.azure(BY_GRAPH).run().falls_short(&["not in the order asked for (--azure-api arm"]);
    all_fared(&output.json(), ["failed"; 3]);
    cloud.azure("scan all --azure-api arm").run().succeeds();

    // A page a row, so that the first subscriptions are handed out before the disorder shows.
    let pages = format!("[azure]\ngraph_page_size = 1\n{}", estate(3));
    let output = Cloud::of(&pages, &["disorder"]).azure(BY_GRAPH).run();
    all_fared(&output.falls_short(&["not in the order asked for"]).json(), ["failed"; 3]);
}

/// Databases sort upper-case letters before lower-case ones.
#[test]
fn an_id_in_upper_case_is_no_reason_to_lose_another_subscription() {
    let [upper, lower] = ["BBBBBBBB-0000-4000-8000-000000000000", "aaaaaaaa-0000-4000-8000-000000000000"];
    let toml = estate(2).replace(&id(1), lower).replace(&id(2), upper);
    for page in ["", "graph_page_size = 1"] {
        let cloud = Cloud::of(&format!("[azure]\n{page}\n{toml}"), &[]);
        let document = cloud.azure(BY_GRAPH).run().falls_short(&["not in the order asked for"]).json();
        for account in [upper, lower] {
            for kind in KINDS {
                assert_eq!(fared(&document, account, kind).0, "failed", "{page} {account} {kind}");
            }
        }
    }
}

#[test]
fn a_row_of_a_later_subscription_that_comes_first_is_not_passed_over() {
    let output = changed(|page| {
        let rows = page["data"].as_array_mut().unwrap();
        rows.insert(0, serde_json::json!({ "subscriptionId": id(9), "type": "x", "id": "/x" }));
    });
    all_fared(&output.falls_short(&["not in the order asked for"]).json(), ["failed"; 3]);
}

#[test]
fn subscriptions_before_the_stray_row_stay_complete() {
    let output = changed(|page| {
        let rows = page["data"].as_array_mut().unwrap();
        let of_second = rows.iter().position(|row| row["subscriptionId"] == id(2).as_str()).unwrap();
        let stray = rows.remove(of_second);
        rows.push(stray);
    });
    all_fared(&output.falls_short(&["not in the order asked for"]).json(), ["complete", "failed", "failed"]);
}

/// Fewer rows than the answer counts (elastic/cloudbeat#7424).
#[test]
fn an_answer_that_is_short_of_rows_is_not_complete() {
    let output = Cloud::of(&estate(3), &["short"]).azure(BY_GRAPH).run();
    all_fared(&output.falls_short(&["it has 2 of 3 rows"]).json(), ["failed"; 3]);
    let total = |page: &mut Value| page["totalRecords"] = 99.into();
    let output = changed(total).falls_short(&[" of 99 rows (--azure-api arm"]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-2", "net-3"], "what came stays");
    all_fared(&output.json(), ["failed"; 3]);
    let count = |page: &mut Value| (page["count"], page["totalRecords"]) = (99.into(), 99.into());
    all_fared(&changed(count).falls_short(&[" of 99 rows"]).json(), ["failed"; 3]);
}

#[test]
fn an_answer_that_is_truncated_is_not_complete_however_it_says_so() {
    for flag in [Value::from("true"), "True".into(), "TRUE".into(), true.into()] {
        let output = changed(move |page| page["resultTruncated"] = flag.clone());
        all_fared(&output.falls_short(&["it is truncated"]).json(), ["failed"; 3]);
    }
    changed(|page| page["resultTruncated"] = "False".into()).succeeds();
}
