//! Every shape of event, from files as clouds send them (`tests/fixtures/events`), and what no message may do.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{IgnoreReason, ParsedEvent, RefuseReason, parse_message};
use crate::model::{Kind, Provider};
use crate::watch::HintedChange;

macro_rules! fixture {
    ($name:literal) => {
        include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/events/", $name))
    };
}

const STATE_CHANGE: &str = fixture!("ec2-state-change.json");
const RUN_INSTANCES: &str = fixture!("run-instances.json");
const VNET_WRITE: &str = fixture!("event-grid-vnet-write.json");
const SUBNET_DELETE: &str = fixture!("cloud-event-subnet-delete.json");
const SAMPLES: [&str; 8] = [
    STATE_CHANGE,
    RUN_INSTANCES,
    VNET_WRITE,
    SUBNET_DELETE,
    fixture!("create-tags.json"),
    fixture!("cloudtrail-file.json"),
    fixture!("resource-notification.json"),
    fixture!("resource-changes.json"),
];

const IGNORED_FAILED: &str = "ignored failed_call";
const IGNORED_OTHER: &str = "ignored other_event";
const REFUSED_INCONSISTENT: &str = "refused inconsistent";
const REFUSED_NOT_JSON: &str = "refused not_json";
const REFUSED_NOT_AN_EVENT: &str = "refused not_an_event";

/// Writes what a message comes to, an event a line: `ACCOUNT REGION KINDS IDS TIME`.
fn lines(body: &str) -> Vec<String> {
    parse_message(body.as_bytes()).iter().map(line).collect()
}

fn line(parsed: &ParsedEvent) -> String {
    match parsed {
        ParsedEvent::Hint(hint) => {
            let kinds: Vec<&str> = hint.kinds.iter().map(|kind| kind.as_str()).collect();
            let ids: Vec<&str> = hint.ids.iter().map(String::as_str).collect();
            let at = hint.at.map(|at| at.to_string()).unwrap_or_default();
            let region = hint.region.as_deref().unwrap_or("-");
            format!("{} {region} {} {} {at}", hint.account, kinds.join("+"), ids.join(","))
        }
        ParsedEvent::Ignored(reason) => format!("ignored {}", reason.as_str()),
        ParsedEvent::Refused(reason) => format!("refused {}", reason.as_str()),
    }
}

/// Returns the sample with the value at `pointer` replaced.
fn with(sample: &str, pointer: &str, value: Value) -> String {
    let mut event: Value = serde_json::from_str(sample).unwrap();
    *event.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    event.to_string()
}

#[test]
fn a_state_change_tells_the_machine_and_not_its_state() {
    let expected =
        ["123456789012 us-east-1 instances+interfaces i-0abcd1111ef002222 2021-11-11T21:29:54Z".to_owned()];
    assert_eq!(lines(STATE_CHANGE), expected);
    assert_eq!(lines(&with(STATE_CHANGE, "/detail/state", json!("terminated"))), expected);
    assert_eq!(
        lines(fixture!("ec2-state-change-china.json")),
        ["210987654321 cn-north-1 instances+interfaces i-0a1b2c3d4e5f60718 2025-03-02T08:00:07Z"]
    );
}

#[test]
fn a_machine_that_ends_is_told_by_its_state_and_by_the_call() {
    let change = |body: &str| match parse_message(body.as_bytes()).remove(0) {
        ParsedEvent::Hint(hint) => hint.change,
        other => panic!("{other:?}"),
    };
    for (state, expected) in [
        ("shutting-down", HintedChange::MachineEnds),
        ("terminated", HintedChange::MachineEnds),
        ("stopping", HintedChange::Any),
        ("pending", HintedChange::Any),
    ] {
        assert_eq!(change(&with(STATE_CHANGE, "/detail/state", json!(state))), expected, "{state}");
    }
    assert_eq!(change(RUN_INSTANCES), HintedChange::Any);
    let terminate = with(RUN_INSTANCES, "/detail/eventName", json!("TerminateInstances"));
    assert_eq!(change(&terminate), HintedChange::MachineEnds);
}

#[test]
fn a_call_tells_the_ids_of_its_request_and_its_answer() {
    let place = "123456789012 eu-central-1";
    assert_eq!(
        lines(RUN_INSTANCES),
        [
            format!(
                "{place} instances+interfaces i-0a1b2c3d4e5f60011,i-0a1b2c3d4e5f60012 2024-05-14T09:31:12Z"
            ),
            format!("{place} subnets subnet-0a1b2c3d4e5f60001 2024-05-14T09:31:12Z"),
        ]
    );
    assert_eq!(
        lines(fixture!("create-tags.json")),
        [
            format!("{place} networks vpc-0a1b2c3d4e5f60000 2024-05-14T10:00:00Z"),
            format!("{place} subnets subnet-0a1b2c3d4e5f60001 2024-05-14T10:00:00Z"),
        ],
        "images have no rows, and the value of a tag is not what has it"
    );
}

// c.5, trap 8.
#[test]
fn a_call_that_failed_changed_nothing() {
    assert_eq!(lines(fixture!("create-vpc-denied.json")), [IGNORED_FAILED]);
}

#[test]
fn a_file_of_calls_has_accounts_of_the_resources_and_calls_that_change_nothing() {
    assert_eq!(
        lines(fixture!("cloudtrail-file.json")),
        [
            "210987654321 eu-west-1 networks vpc-0a1b2c3d4e5f60000 2024-05-14T10:01:00Z",
            IGNORED_OTHER,
            IGNORED_OTHER,
            "210987654321 eu-west-1 instances+interfaces  2024-05-14T10:04:00Z",
        ],
        "a call that names an attachment alone may have changed any interface"
    );
}

#[test]
fn a_change_of_tags_tells_the_resource() {
    assert_eq!(
        lines(fixture!("tag-change.json")),
        ["123456789012 us-east-1 instances i-0000000aaaaaaaaaa 2018-09-18T20:41:38Z"]
    );
    let bucket = with(fixture!("tag-change.json"), "/resources/0", json!("arn:aws:s3:::bucket"));
    assert_eq!(lines(&bucket), ["ignored other_resource"]);
}

// c.5, trap 7.
#[test]
fn what_contradicts_itself_is_refused() {
    for (pointer, forged) in [
        ("/account", json!("210987654321")),
        ("/account", json!("*")),
        ("/region", json!("eu-west-1")),
        ("/region", json!("../..")),
        ("/resources/0", json!("arn:aws:ec2:us-east-1:123456789012:instance/i-0abcd1111ef003333")),
        ("/resources/0", json!("arn:aws:ec2:us-east-1:210987654321:instance/i-0abcd1111ef002222")),
    ] {
        assert_eq!(lines(&with(STATE_CHANGE, pointer, forged)), [REFUSED_INCONSISTENT], "{pointer}");
    }
    for (pointer, forged) in [
        ("/detail/recipientAccountId", json!("210987654321")),
        ("/detail/awsRegion", json!("eu-west-1")),
        ("/account", json!("210987654321")),
    ] {
        assert_eq!(lines(&with(RUN_INSTANCES, pointer, forged)), [REFUSED_INCONSISTENT], "{pointer}");
    }
    let other = "/subscriptions/0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01/resourceGroups/a/providers/\
                 Microsoft.Network/virtualNetworks/hub";
    for (pointer, forged) in [
        ("/subject", json!(other)),
        ("/data/resourceUri", json!(other)),
        ("/data/subscriptionId", json!("0f3d6a52-6c1e-4b7e-9d6a-3a2f5c8e1b01")),
        ("/subject", json!("https://example.com/")),
    ] {
        assert_eq!(lines(&with(VNET_WRITE, pointer, forged)), [REFUSED_INCONSISTENT], "{pointer}");
    }
}

#[test]
fn what_lacks_something_is_refused() {
    for (sample, pointer) in [
        (STATE_CHANGE, "/detail/instance-id"),
        (STATE_CHANGE, "/account"),
        (STATE_CHANGE, "/region"),
        (RUN_INSTANCES, "/detail/eventName"),
        (VNET_WRITE, "/eventType"),
    ] {
        assert_eq!(lines(&with(sample, pointer, Value::Null)), [REFUSED_NOT_AN_EVENT], "{pointer}");
    }
    let no_time = lines(&with(STATE_CHANGE, "/time", json!("yesterday")));
    assert_eq!(no_time, ["123456789012 us-east-1 instances+interfaces i-0abcd1111ef002222 "]);
}

// c.5, trap 11.
#[test]
fn ids_of_azure_are_compared_without_case_and_a_network_may_have_changed_its_subnets() {
    let group = "/subscriptions/5b4b650e-28b9-4790-b3ab-ddbd88d727c4/resourcegroups/network-rg/providers";
    let network = format!("{group}/microsoft.network/virtualnetworks/hub");
    let account = "5b4b650e-28b9-4790-b3ab-ddbd88d727c4 -";
    assert_eq!(
        lines(VNET_WRITE),
        [format!("{account} networks+subnets+links {network} 2018-08-16T20:38:01.6128923Z")]
    );
    let subnet = format!("{account} subnets {network}/subnets/web 2018-08-16T20:38:01.6128923Z");
    assert_eq!(lines(SUBNET_DELETE), std::slice::from_ref(&subnet));
    assert_eq!(lines(fixture!("cloud-event-subnet-delete.base64")), [subnet]);
    let machine = format!("{group}/microsoft.compute/virtualmachines/web1");
    assert_eq!(
        lines(fixture!("event-grid-batch.json")),
        [
            format!("{account} instances+interfaces {machine} 2018-08-16T20:38:01.6128923Z"),
            "ignored other_resource".to_owned(),
            "ignored other_resource".to_owned(),
            format!("{account} networks+subnets+instances+interfaces+links  2018-08-16T20:38:01.6128923Z"),
            format!("{account} networks+subnets+links {network} 2018-08-16T20:38:01.6128923Z"),
        ],
        "a lock and a deployment are not machines, a deleted group takes everything along, tags are the network's"
    );
    let interface = format!("{group}/microsoft.network/networkinterfaces/web1-nic");
    assert_eq!(
        lines(fixture!("resource-notification.json")),
        [format!("{account} subnets+instances+interfaces {interface} 2023-07-24T19:20:37.9143226Z")]
    );
    assert_eq!(
        lines(fixture!("resource-changes.json")),
        [format!("{account} networks+subnets+links {network} 2024-02-25T21:14:27.487Z")]
    );
}

#[test]
fn a_failed_change_in_azure_may_leave_something_behind() {
    let failed = with(VNET_WRITE, "/eventType", json!("Microsoft.Resources.ResourceWriteFailure"));
    assert_eq!(lines(&failed), lines(VNET_WRITE));
    let key_vault = with(VNET_WRITE, "/eventType", json!("Microsoft.KeyVault.SecretNewVersionCreated"));
    assert_eq!(lines(&key_vault), [IGNORED_OTHER]);
}

#[test]
fn what_a_service_says_of_a_subscription_is_not_an_event() {
    assert_eq!(lines(fixture!("sns-confirmation.json")), ["ignored subscription"]);
    assert_eq!(lines(fixture!("event-grid-validation.json")), ["ignored subscription"]);
}

#[test]
fn wrappings_are_opened() {
    let plain = lines(STATE_CHANGE);
    assert_eq!(lines(fixture!("sns-notification.json")), plain);
    let encoded = STANDARD.encode(STATE_CHANGE);
    assert_eq!(lines(&format!("  {encoded}\n")), plain);
    assert_eq!(lines(&json!([encoded]).to_string()), plain);
    assert_eq!(lines(&STANDARD.encode(fixture!("sns-notification.json"))), plain);
    assert_eq!(lines(&format!("\u{feff}{STATE_CHANGE}")), plain);
    let both = format!("{STATE_CHANGE}\n{STATE_CHANGE}\n");
    assert_eq!(lines(&both), [plain.clone(), plain.clone()].concat(), "documents one after the other");
    let broken = format!("{STATE_CHANGE}\n{}", &STATE_CHANGE[..80]);
    assert_eq!(lines(&broken), [plain, vec![REFUSED_NOT_JSON.to_owned()]].concat());
}

#[test]
fn what_is_no_event_is_refused_and_not_opened_forever() {
    for body in ["", " ", "hello", "{", "{\"a\":", "////", "\"hello\""] {
        assert_eq!(lines(body), [REFUSED_NOT_JSON], "{body}");
    }
    for body in ["{}", "[1]", "{\"data\":1}", "{\"detail-type\":1}", "null "] {
        let expected = if body == "null " { REFUSED_NOT_JSON } else { REFUSED_NOT_AN_EVENT };
        assert_eq!(lines(body), [expected], "{body}");
    }
    let mut nested = STATE_CHANGE.to_owned();
    for _ in 0..20 {
        nested = STANDARD.encode(&nested);
    }
    assert_eq!(lines(&nested), [REFUSED_NOT_JSON]);
    let deep = "[".repeat(100_000);
    assert_eq!(lines(&deep), [REFUSED_NOT_JSON]);
    assert_eq!(lines(&format!("{}1{}", "[".repeat(50), "]".repeat(50))), [REFUSED_NOT_AN_EVENT]);
    let large = vec![b' '; (16 << 20) + 1];
    assert_eq!(parse_message(&large), [ParsedEvent::Refused(RefuseReason::TooLarge)]);
}

#[test]
fn an_empty_batch_has_no_events_and_is_not_refused() {
    for body in
        ["[]", "[[]]", "{\"data\":[]}", "{\"Records\":[]}", "{\"count\":0,\"data\":[],\"skip_token\":null}"]
    {
        assert!(lines(body).is_empty(), "{body}");
        assert!(lines(&STANDARD.encode(body)).is_empty(), "{body}");
        assert_eq!(lines(&format!("{body}\n{STATE_CHANGE}")), lines(STATE_CHANGE), "{body}");
    }
}

#[test]
fn reasons_have_names_of_their_own() {
    let names: std::collections::BTreeSet<&str> = IgnoreReason::ALL
        .iter()
        .map(|reason| reason.as_str())
        .chain(RefuseReason::ALL.map(RefuseReason::as_str))
        .collect();
    assert_eq!(names.len(), IgnoreReason::ALL.len() + RefuseReason::ALL.len());
}

/// Puts `text` after every text of `value` that is neither an id nor a place.
fn spoil(value: &mut Value, text: &str) {
    match value {
        Value::String(own) => own.push_str(text),
        Value::Array(values) => values.iter_mut().for_each(|value| spoil(value, text)),
        Value::Object(fields) => fields.values_mut().for_each(|value| spoil(value, text)),
        _ => {}
    }
}

/// Tells whether a hint has nothing but what it may have.
fn is_clean(parsed: &ParsedEvent) -> bool {
    let ParsedEvent::Hint(hint) = parsed else { return true };
    let is_id = |id: &String| match hint.provider {
        Provider::Aws => super::ids_of_aws::kind_of(id).is_some(),
        _ => super::ids_of_azure::AzureResource::parse(id).is_some_and(|resource| resource.id == *id),
    };
    !hint.kinds.is_empty()
        && hint.ids.iter().all(is_id)
        && hint.account.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        && hint.region.iter().all(|region| super::ids_of_aws::is_region(region))
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(body in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = parse_message(&body);
    }

    #[test]
    fn damaged_events_never_panic_and_leave_nothing_but_ids(
        sample in 0..SAMPLES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let mut body = SAMPLES[sample].as_bytes().to_vec();
        for (at, byte) in damage {
            let at = at.index(body.len());
            body[at] = byte;
        }
        if is_cut {
            body.truncate(cut.index(body.len()));
        }
        let parsed = parse_message(&body);
        prop_assert!(parsed.iter().all(is_clean), "{parsed:?}");
    }

    #[test]
    fn nothing_personal_is_kept(sample in 0..SAMPLES.len(), secret in "[g-z]{12}") {
        let parsed = parse_message(SAMPLES[sample].as_bytes());
        let text = format!("{parsed:?}");
        for personal in ["jane", "Jane", "203.0.113.77", "ASIA", "claims", "AROA"] {
            prop_assert!(!text.contains(personal), "{personal} in {text}");
        }
        let mut event: Value = serde_json::from_str(SAMPLES[sample]).unwrap();
        for part in ["detail", "data"] {
            if let Some(part) = event.get_mut(part) {
                for field in ["userIdentity", "userAgent", "sourceIPAddress", "claims", "httpRequest", "authorization"] {
                    if let Some(field) = part.get_mut(field) {
                        spoil(field, &secret);
                    }
                }
            }
        }
        let parsed = parse_message(event.to_string().as_bytes());
        let text = format!("{parsed:?}");
        prop_assert!(!text.contains(&secret));
    }
}

#[test]
fn a_hint_has_kinds() {
    for sample in SAMPLES {
        assert!(parse_message(sample.as_bytes()).iter().all(is_clean));
    }
    assert_eq!(Kind::ALL.len(), 5);
}
