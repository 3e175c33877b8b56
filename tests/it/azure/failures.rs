//! What goes wrong in a subscription is named, counted, and does not take the rest with it.

use std::sync::atomic::{AtomicUsize, Ordering};

use netcensus::exit::Exit;
use netcensus::model::{Kind, Outcome, Subject};

use super::front::Front;
use super::{CORE, DATA, SHOP, TRIAL, asked, estate, fared, id, scan_hastily, texts};
use crate::support::{Cloud, Output};

/// Scans networks of a cloud, and what they count.
fn scan(cloud: &Cloud) -> Output {
    cloud.azure("scan networks -o json").run()
}

/// An estate of three with an item as it is in a list of the second.
fn with_raw(list: &str, json: &str) -> Cloud {
    let raw = format!("[[azure.raw]]\nsubscription = 'sub-2'\nlist = '{list}'\njson = '{json}'\n");
    Cloud::of(&format!("{}{raw}", estate(3)), &[])
}

/// Scans an estate of three through a front that answers requests for this part of a path itself.
fn through(part: &'static str, status: u16, body: &'static str) -> Output {
    let cloud = Cloud::of(&estate(3), &[]);
    let front = Front::before(&cloud, move |asked| {
        asked.path.contains(part).then(|| (status, String::new(), body.to_owned()))
    });
    let arguments = format!("scan networks -o json --provider azure --azure-resource-manager {}", front.url);
    cloud.with_principal(cloud.netcensus(&arguments)).run()
}

#[test]
fn a_denied_list_is_unknown_and_the_rest_is_read() {
    let action = "Microsoft.Network/networkInterfaces/read";
    let cloud = Cloud::sample(&[&format!("deny@action={action},account={SHOP}")]);
    let output = cloud.azure("scan all -o json").run().falls_short(&[
        &format!("azure {SHOP} instances, interfaces: denied: {action}: AuthorizationFailed"),
        &format!("az role assignment create --role Reader --scope /subscriptions/{SHOP}"),
        "2 of 20 reads failed",
    ]);
    let document = output.json();
    assert_eq!(fared(&document, SHOP, "interfaces").0, "denied");
    for (account, kind) in [(SHOP, "networks"), (SHOP, "links"), (CORE, "interfaces"), (DATA, "instances")] {
        assert_eq!(fared(&document, account, kind).0, "complete", "{account} {kind}");
    }
    assert_eq!(asked(&cloud, "arm", SHOP, action), 1, "a denial is not tried again");
    let arguments = "scan networks -o csv --columns name,instances --azure-subscription {shop,data}-azure";
    let output = cloud.azure(arguments).run().exits(3);
    assert_eq!(output.rows(), ["shop-neu,", "shop-weu,", "lake-weu,3"], "unknown is not zero");
}

#[test]
fn a_subscription_that_is_gone_since_it_was_listed_is_named() {
    let cloud = Cloud::of(&estate(3), &[&format!("error=SubscriptionNotFound:404@account={}", id(2))]);
    let output = scan(&cloud).falls_short(&[
        &format!("azure {} networks, subnets, instances: failed: SubscriptionNotFound", id(2)),
        "it may have been closed, or belong to another tenant: --azure-tenant",
    ]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-3"]);
}

#[test]
fn a_token_that_is_refused_once_is_replaced() {
    let fault = format!("expired@account={},action=*/virtualNetworks/read,times=1", id(2));
    let cloud = Cloud::of(&estate(3), &[&fault]);
    let document = scan(&cloud).succeeds().json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-2", "net-3"]);
    assert_eq!(asked(&cloud, "arm", &id(2), "virtualNetworks/read"), 2);
    assert_eq!(asked(&cloud, "entra", "", "token"), 2);
}

#[test]
fn tokens_that_are_refused_again_and_again_are_replaced_three_times() {
    let cloud = Cloud::of(&estate(6), &["expired@action=Microsoft.Network/*"]);
    let output = cloud.azure("scan networks -o json --concurrency 1").run();
    output.falls_short(&["ExpiredAuthenticationToken"]);
    assert_eq!(asked(&cloud, "entra", "", "token"), 4);
}

#[test]
fn a_list_of_empty_pages_without_end_is_given_up() {
    let cloud = Cloud::of(&estate(3), &[]);
    let count = AtomicUsize::new(0);
    let (part, second) = ("/virtualNetworks?", id(2));
    let front = Front::before(&cloud, move |asked| {
        let next = count.fetch_add(1, Ordering::Relaxed);
        let path = asked.path.split('?').next().unwrap_or_default();
        let link = format!("http://{}{path}?api-version=x&page={next}", asked.header("host").unwrap());
        let page = format!("{{\"value\": [], \"nextLink\": \"{link}\"}}");
        (asked.path.contains(part) && asked.path.contains(&second)).then_some((200, String::new(), page))
    });
    let arguments = format!("scan networks -o json --provider azure --azure-resource-manager {}", front.url);
    let output = cloud.with_principal(cloud.netcensus(&arguments)).run();
    let words = "virtualNetworks/read: the list does not end: 1000 pages in a row had no rows";
    let document = output.falls_short(&[words]).json();
    assert_eq!(fared(&document, &id(2), "networks").0, "failed");
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-3"]);
}

#[test]
fn a_token_that_expires_on_the_way_is_tried_once_more_with_another() {
    let cloud = Cloud::of(&estate(3), &[&format!("expired@account={}", id(2))]);
    let output = scan(&cloud).falls_short(&[
        &format!("azure {}", id(2)),
        "ExpiredAuthenticationToken",
        "no longer accepts the token of service principal",
    ]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-3"]);
    assert_eq!(asked(&cloud, "arm", &id(2), "virtualNetworks/read"), 2);
}

#[test]
fn a_subscription_that_hangs_does_not_hold_the_others() {
    let cloud = Cloud::of(&estate(6), &[&format!("hang@account={}", id(2))]);
    let output = cloud.azure("scan networks -o json --timeout 4s").run();
    let output = output.falls_short(&[&format!("azure {}", id(2)), "timed-out: not done within 4s"]);
    let document = output.json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-3", "net-4", "net-5", "net-6"]);
    assert_eq!(fared(&document, &id(2), "networks").0, "timed-out");
    assert_eq!(fared(&document, &id(6), "instances").0, "complete");
}

#[test]
fn passing_errors_are_retried_away() {
    let cloud =
        Cloud::of(&estate(1), &["error=InternalServerError:500@action=*/virtualNetworks/read,times=2"]);
    scan(&cloud).succeeds();
    assert_eq!(asked(&cloud, "arm", &id(1), "virtualNetworks/read"), 3);
}

#[tokio::test]
async fn a_page_of_html_is_quoted_briefly_after_all_retries() {
    let fault = format!("garbage@action=*/virtualHubs/read,account={}", id(2));
    let scanned = scan_hastily(&estate(2), &[&fault], &[Kind::Networks]).await;
    assert_eq!(scanned.exit(), Exit::Incomplete);
    let missing = scanned.missing();
    let begin = format!("azure {} networks: failed: Microsoft.Network/virtualHubs/read: HTTP 500", id(2));
    assert!(missing.len() == 1 && missing[0].starts_with(&begin), "{missing:?}");
    assert!(
        ["perhaps from a proxy", "502 Bad Gateway"].iter().all(|words| missing[0].contains(words)),
        "{missing:?}"
    );
    assert!(missing[0].len() < 400, "{missing:?}");
    assert_eq!(scanned.asked(&id(2), "virtualHubs/read"), 5);
    let networks: Vec<_> =
        scanned.inventory().networks.into_iter().filter_map(|network| network.name).collect();
    assert_eq!(networks, ["net-1", "net-2"], "the other list stays");
}

#[test]
fn an_answer_that_is_not_the_apis_is_no_empty_list() {
    // HTTP 200 without the list, and captive portals.
    for body in [
        "<html>Please accept the terms of this network</html>",
        "[]",
        "null",
        "{}",
        "{\"value\": 7}",
        "{\"value\": null}",
        "{\"value\": {}}",
        "{\"Value\": [{\"id\": \"/x\"}]}",
        "{\"error\": {\"code\": \"InternalServerError\", \"message\": \"later\"}}",
        "{\"message\": \"please sign in\"}",
        "{\"id\": \"/x\", \"name\": \"one\", \"properties\": {}}",
        "",
    ] {
        let output = through(
            "00000002-0000-4000-8000-000000000000/providers/Microsoft.Network/virtualNetworks?",
            200,
            body,
        );
        let words = ["Microsoft.Network/virtualNetworks/read: the answer is not one of the API"];
        let document = output.falls_short(&words).json();
        assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-3"], "{body}");
        assert_eq!(fared(&document, &id(2), "networks").0, "failed", "{body}");
    }
}

/// Every list there is, but that of virtual networks, which `clouds::fault_matrix` strikes; and the kinds that need it.
const LISTS: [(&str, &[Kind]); 8] = [
    ("Microsoft.Network/virtualHubs/read", &[Kind::Networks, Kind::Links]),
    ("Microsoft.Network/networkInterfaces/read", &[Kind::Interfaces]),
    ("Microsoft.Network/publicIPAddresses/read", &[Kind::Interfaces]),
    ("Microsoft.Network/privateEndpoints/read", &[Kind::Interfaces]),
    ("Microsoft.Compute/virtualMachines/read", &[Kind::Instances]),
    ("Microsoft.Compute/virtualMachineScaleSets/read", &[Kind::Instances]),
    ("Microsoft.Compute/virtualMachineScaleSets/networkInterfaces/read", &[Kind::Interfaces]),
    ("Microsoft.Compute/skus/read", &[Kind::Instances]),
];

/// An estate with a scale set, so that all lists are asked for.
fn estate_with_scale_set() -> String {
    format!(
        "{}[[azure.scale_set]]\nname = 'set'\nin = 'net-1/app'\nsize = 'Standard_D2s_v5'\ncapacity = 2\n",
        estate(1)
    )
}

/// The same for every list: every status that is no list, answers that are cut short, connections that break, lists that
/// lead back, and throttling.
#[tokio::test(flavor = "multi_thread")]
async fn no_list_is_empty_because_its_answer_has_none() {
    let toml = estate_with_scale_set();
    let whole = scan_hastily(&toml, &[], &Kind::ALL).await;
    assert_eq!(whole.missing(), [""; 0]);
    let faults: [&[&str]; 9] = [
        &["body={}"],
        &["status=202", "body={\"value\": []}"],
        &["status=204", "body="],
        &["status=206", "body={\"value\": []}"],
        &["cut=8"],
        &["truncate=length"],
        &["reset=body"],
        &["page-loop=same"],
        &["retry-after=0s"],
    ];
    for (action, kinds) in LISTS {
        assert!(whole.asked(&id(1), action) > 0, "{action} is not asked for");
        for fault in faults {
            let selected: Vec<String> =
                fault.iter().map(|fault| format!("{fault}@action={action}")).collect();
            let selected: Vec<&str> = selected.iter().map(String::as_str).collect();
            let scanned = scan_hastily(&toml, &selected, &Kind::ALL).await;
            let is_throttled = fault[0].starts_with("retry-after");
            let expected = if is_throttled { Outcome::Throttled } else { Outcome::Failed };
            let inventory = scanned.inventory();
            let missing = inventory.incomplete().filter(|entry| entry.outcome == expected);
            let missing: Vec<_> = missing.map(|entry| entry.kind).collect();
            let needed: Vec<_> = kinds.iter().copied().map(Subject::from).collect();
            assert!(needed.iter().all(|kind| missing.contains(kind)), "{selected:?}: {missing:?}");
            let named = inventory
                .incomplete()
                .all(|entry| entry.detail.as_ref().is_some_and(|it| it.contains(action)));
            assert!(named, "{selected:?}: {:?}", inventory.incomplete().collect::<Vec<_>>());
        }
    }
}

/// The list of what machines do is asked for in the same way as that of machines.
#[test]
fn states_of_machines_are_not_unknown_because_their_answer_has_none() {
    for (status, body) in [(200, "{}"), (206, "{\"value\": []}")] {
        let cloud = Cloud::of(&estate(1), &[]);
        let front = Front::before(&cloud, move |asked| {
            asked.path.contains("statusOnly=true").then(|| (status, String::new(), body.to_owned()))
        });
        let arguments = format!("scan all -o json --provider azure --azure-resource-manager {}", front.url);
        let output = cloud.with_principal(cloud.netcensus(&arguments)).run().falls_short(&[]);
        assert_eq!(fared(&output.json(), &id(1), "instances").0, "failed", "{status}");
    }
}

/// Empty ids, and ids that are none, of rows and of what is inside them.
#[test]
fn a_row_without_a_usable_id_is_left_out_and_named() {
    let path = format!("/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network", id(2));
    let space = "\"addressSpace\": { \"addressPrefixes\": [\"10.99.0.0/16\"] }";
    let network = |subnet: &str, peering: &str| {
        let inside = format!("\"subnets\": [{subnet}], \"virtualNetworkPeerings\": [{peering}]");
        let properties = format!("\"properties\": {{ {space}, {inside} }}");
        format!("{{ \"id\": \"{path}/virtualNetworks/whole\", \"location\": \"uksouth\", {properties} }}")
    };
    let odd = |id: &str| {
        format!("{{ \"id\": \"{id}\", \"name\": \"odd\", \"location\": \"uksouth\", \"properties\": {{}} }}")
    };
    for (list, json, kind, named) in [
        ("virtualNetworks", odd(""), "networks", "odd: its id is missing or empty"),
        ("virtualNetworks", odd(" "), "networks", "odd: its id is missing or empty"),
        ("virtualNetworks", odd("odd"), "networks", "the answer has odd, which is not the id of a resource"),
        ("virtualHubs", odd(""), "links", "odd: its id is missing or empty"),
        ("networkInterfaces", odd(""), "interfaces", "odd: its id is missing or empty"),
        ("virtualMachines", odd(""), "instances", "odd: its id is missing or empty"),
        ("virtualNetworks", network(&odd(""), ""), "subnets", "odd: its id is missing or empty"),
        ("virtualNetworks", network("", &odd("")), "links", "odd: its id is missing or empty"),
        ("virtualNetworks", network("", "{}"), "links", "a part of /subscriptions/"),
    ] {
        let cloud = with_raw(list, &json);
        let output = cloud.azure("scan all -o json --save odd.ncsnap").run().falls_short(&[named]);
        let document = output.json();
        assert_eq!(fared(&document, &id(2), kind).0, "failed", "{list} {kind}");
        assert_eq!(fared(&document, &id(3), kind).0, "complete", "{list} {kind}");
        // What was written can be read again.
        cloud.home.netcensus("scan all --from odd.ncsnap -o json").run().falls_short(&[named]);
        cloud.home.netcensus("snapshots verify odd.ncsnap").run().exits(0);
    }
}

/// A missing or empty address space.
#[test]
fn a_network_without_any_prefix_is_no_complete_answer() {
    for (list, properties) in [
        ("virtualNetworks", "{}"),
        ("virtualNetworks", "{ \"addressSpace\": { \"addressPrefixes\": [] } }"),
        ("virtualNetworks", "{ \"addressSpace\": { \"addressPrefixes\": [\"\"] } }"),
        ("virtualHubs", "{ \"virtualWan\": { \"id\": \"/w\" } }"),
    ] {
        let odd = format!("/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network/{list}/odd", id(2));
        let cloud = with_raw(list, &format!("{{ \"id\": \"{odd}\", \"properties\": {properties} }}"));
        let named = format!("{odd}: the answer has no address prefix of it");
        let document = cloud.azure("overlap -o json").run().falls_short(&[&named]).json();
        assert_eq!(document["gate"]["complete"], false, "{properties}");
    }
}

#[test]
fn a_malformed_item_is_named_and_its_neighbours_stay() {
    let odd =
        format!("/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/odd", id(2));
    let cloud = with_raw("virtualNetworks", &format!("{{ \"id\": \"{odd}\", \"properties\": 7 }}"));
    let output = scan(&cloud).falls_short(&[&format!("azure {}", id(2)), &odd]);
    let document = output.json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-2", "net-3"]);
    assert_eq!(fared(&document, &id(2), "networks").0, "failed");
    assert_eq!(fared(&document, &id(3), "networks").0, "complete");
}

#[test]
fn an_item_that_is_nothing_at_all_is_missed_too() {
    for json in ["7", "null", "{ \"id\": 7 }", "{}"] {
        let output = scan(&with_raw("virtualNetworks", json)).falls_short(&[&format!("azure {}", id(2))]);
        assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-2", "net-3"], "{json}");
    }
}

#[test]
fn an_item_of_another_subscription_is_not_filed_under_this_one() {
    let other =
        format!("/subscriptions/{}/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/odd", id(3));
    let json = format!("{{ \"id\": \"{other}\", \"location\": \"uksouth\", \"properties\": {{}} }}");
    let words = [&other, "which does not belong to subscription", &id(2)].map(String::from);
    let output = scan(&with_raw("virtualNetworks", &json)).falls_short(&words.each_ref().map(String::as_str));
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-2", "net-3"]);
}

#[test]
fn a_malformed_subscription_is_missed_and_the_others_are_read() {
    let body = "{\"value\": [{\"subscriptionId\": \"00000001-0000-4000-8000-000000000000\", \"displayName\": \"one\"}, \
                {\"subscriptionId\": {}, \"displayName\": \"two\"}]}";
    let output = through("/subscriptions?", 200, body);
    let document = output.falls_short(&["accounts: failed: a subscription is malformed"]).json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1"]);
}

#[test]
fn a_subscription_without_a_usable_id_is_named() {
    for (odd, named) in [
        (r#""""#, "a subscription (two) came without its id"),
        ("null", "a subscription (two) came without its id"),
        (r#""../../x?y=z#""#, "a subscription (two) has the id ../../x?y=z#, which is not valid"),
    ] {
        let cloud = Cloud::of(&estate(3), &[]);
        let front = Front::before(&cloud, move |asked| {
            let body = format!(
                r#"{{"value": [{{"subscriptionId": "{}", "displayName": "one"}}, {{"subscriptionId": {odd}, "displayName": "two"}}]}}"#,
                id(1)
            );
            asked.path.contains("/subscriptions?").then_some((200, String::new(), body))
        });
        let arguments =
            format!("scan networks -o json --provider azure --azure-resource-manager {}", front.url);
        let output = cloud.with_principal(cloud.netcensus(&arguments)).run();
        let document = output.falls_short(&["accounts: failed", named]).json();
        assert_eq!(texts(&document, "networks", "name"), ["net-1"], "{odd}");
    }
}

/// Faults F16: with `-v`, ids of subscriptions were printed as an answer had them.
#[test]
fn ids_of_subscriptions_control_no_terminal() {
    let fault = r#"replace="subscriptionId": "00000002|"subscriptionId": "\u001b[31m\u202e@action=*/subscriptions/read"#;
    let cloud = Cloud::of(&estate(2), &[fault]);
    for flag in ["-v", "-vv -o json", "--dry-run -v"] {
        let output = cloud.azure(&format!("scan networks {flag}")).run();
        assert!(output.stderr.contains("[31m"), "it is told: {}", output.stderr);
        for text in [&output.stderr, &output.stdout] {
            assert!(!text.contains(['\u{1b}', '\u{202e}']), "{flag}: {text}");
        }
    }
}

#[test]
fn whoever_sees_no_subscription_is_told_how_to_see_one() {
    let cloud = Cloud::of(&estate(0), &[]);
    cloud.azure("scan").run().refuses(&[
        "no Azure subscription can be read",
        "sees no subscription in tenant",
        "az role assignment create --role Reader",
    ]);
}

#[test]
fn subscriptions_that_cannot_be_listed_are_the_end_of_azure_alone() {
    let cloud = Cloud::sample(&["deny@action=Microsoft.Resources/subscriptions/read"]);
    cloud.azure("scan").run().refuses(&["no Azure subscription can be read", "AuthorizationFailed"]);
    let arguments = "scan networks -o json --aws-profile security --region us-east-1";
    let output = cloud.both(arguments).run().falls_short(&["azure", "AuthorizationFailed"]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["audit-us"]);
}

#[test]
fn a_manager_that_nobody_answers_at_is_named() {
    let cloud = Cloud::sample(&[]);
    // A port that was free a moment ago; nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let arguments = format!("scan --provider azure --azure-resource-manager http://127.0.0.1:{port}");
    let output = cloud.with_principal(cloud.netcensus(&arguments)).run();
    output.refuses(&["no Azure subscription can be read", &format!("127.0.0.1:{port} cannot be reached")]);
}

#[test]
fn a_subscription_with_nothing_in_it_is_complete_and_empty() {
    let cloud = Cloud::sample(&[]);
    let arguments = "scan instances -o json --azure-subscription trial-azure";
    let document = cloud.azure(arguments).run().succeeds().json();
    assert_eq!(fared(&document, TRIAL, "instances"), ("complete", ""));
    assert!(document["instances"].as_array().unwrap().is_empty());
}

#[test]
fn a_list_that_leads_in_a_circle_ends() {
    let cloud = Cloud::of(&estate(3), &[]);
    let second = format!("/subscriptions/{}/providers/Microsoft.Network/virtualHubs", id(2));
    let front = Front::before(&cloud, move |asked| {
        asked.path.starts_with(&second).then(|| {
            let (path, other) = (asked.path.as_str(), "&page=b");
            let next = path.strip_suffix(other).map_or_else(|| format!("{path}{other}"), str::to_owned);
            (200, String::new(), serde_json::json!({ "value": [], "nextLink": next }).to_string())
        })
    });
    let arguments = format!("scan networks -o json --provider azure --azure-resource-manager {}", front.url);
    let output = cloud.with_principal(cloud.netcensus(&arguments)).run();
    let output = output.falls_short(&["virtualHubs/read", "the list leads back to an earlier page"]);
    assert_eq!(texts(&output.json(), "networks", "name"), ["net-1", "net-2", "net-3"]);
}

#[test]
fn a_service_that_a_subscription_never_used_has_nothing() {
    let body = r#"{"error": {"code": "MissingSubscriptionRegistration", "message": "not registered"}}"#;
    let document = through("/virtualHubs", 409, body).succeeds().json();
    assert_eq!(texts(&document, "networks", "name"), ["net-1", "net-2", "net-3"]);
}
