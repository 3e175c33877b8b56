//! Events of an estate that changes, and the queue that they come in, as the SDK of SQS sees it.

use std::collections::BTreeSet;

use aws_sdk_sqs::types::{DeleteMessageBatchRequestEntry, Message, MessageSystemAttributeName};
use netcensus::sandbox::{ChangeEvent, Churn, Estate, Options, Sandbox};
use serde_json::Value;

use super::{MANAGEMENT, code, config, ec2, sample};

fn sqs(sandbox: &Sandbox) -> (aws_sdk_sqs::Client, String) {
    let url = sandbox.aws_queue_url().expect("has accounts");
    (aws_sdk_sqs::Client::new(&config(sandbox, MANAGEMENT, "eu-west-1")), url)
}

/// Receives every message and deletes it; returns the bodies.
async fn received(sandbox: &Sandbox) -> Vec<String> {
    let (client, url) = sqs(sandbox);
    let mut bodies = Vec::new();
    loop {
        let answer = client.receive_message().queue_url(&url).max_number_of_messages(10).send().await;
        let messages = answer.expect("is received").messages.unwrap_or_default();
        if messages.is_empty() {
            return bodies;
        }
        let mut batch = client.delete_message_batch().queue_url(&url);
        for message in messages {
            let Message { message_id, receipt_handle, body, .. } = message;
            let entry = DeleteMessageBatchRequestEntry::builder();
            let entry =
                entry.id(message_id.expect("has an id")).receipt_handle(receipt_handle.expect("has one"));
            batch = batch.entries(entry.build().expect("is whole"));
            bodies.push(body.expect("has a body"));
        }
        assert_eq!(batch.send().await.expect("is deleted").failed, []);
    }
}

#[tokio::test]
async fn changes_are_seen_and_their_events_come() {
    let sandbox = sample(&[]).await;
    let events = sandbox.change(300);
    let aws: Vec<String> =
        events.iter().filter(|event| event.tenant.is_none()).map(|event| event.body.clone()).collect();
    assert!(aws.len() > 100 && aws.len() < events.len(), "{}", aws.len());
    assert_eq!(received(&sandbox).await, aws);
    let launched = events.iter().filter(|event| event.action == "RunInstances").find_map(|event| {
        let body: Value = serde_json::from_str(&event.body).expect("is JSON");
        let id = body["detail"]["responseElements"]["instancesSet"]["items"][0]["instanceId"].as_str()?;
        Some((event.account.clone(), event.region.clone(), id.to_owned()))
    });
    let (account, region, id) = launched.expect("some were launched");
    let found = ec2(&sandbox, &account, &region).describe_instances().instance_ids(&id).send().await;
    assert_eq!(found.expect("is there").reservations().len(), 1);
    assert_eq!(sandbox.azure_queue_urls().len(), sandbox.azure().len());
}

#[tokio::test]
async fn churn_changes_the_estate_while_it_is_served() {
    let churn: Churn = "1000/s,seed=3,changes=20".parse().expect("is a churn");
    let options = Options { churn: Some(churn), ..Options::default() };
    let sandbox = Sandbox::start(Estate::sample(), options).await.expect("starts");
    let same =
        Options { churn: Some("1/h,seed=3,changes=0".parse().expect("is a churn")), ..Options::default() };
    let same = Sandbox::start(Estate::sample(), same).await.expect("starts");
    let ids = |bodies: Vec<String>| -> BTreeSet<String> {
        let id = |body: &String| serde_json::from_str::<Value>(body).expect("is JSON")["id"].to_string();
        bodies.iter().map(id).collect()
    };
    let expected = same.change(20).into_iter().filter(|event| event.tenant.is_none());
    let expected = ids(expected.map(|event| event.body).collect());
    let mut seen = BTreeSet::new();
    while seen.len() < expected.len() {
        seen.extend(ids(received(&sandbox).await));
    }
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn batches_fail_in_part_by_a_fault() {
    let sandbox = sample(&["failed-entry@action=DeleteMessageBatch,times=1"]).await;
    let (client, url) = sqs(&sandbox);
    for body in ["a", "b"] {
        client.send_message().queue_url(&url).message_body(body).send().await.expect("is sent");
    }
    let receive = || {
        let count = MessageSystemAttributeName::ApproximateReceiveCount;
        let receive =
            client.receive_message().queue_url(&url).max_number_of_messages(10).visibility_timeout(0);
        receive.message_system_attribute_names(count).send()
    };
    let messages = receive().await.expect("is received").messages.expect("are there");
    let mut batch = client.delete_message_batch().queue_url(&url);
    for message in &messages {
        let entry = DeleteMessageBatchRequestEntry::builder().id(message.body().expect("has a body"));
        let entry = entry.receipt_handle(message.receipt_handle().expect("has a receipt"));
        batch = batch.entries(entry.build().expect("is whole"));
    }
    let answer = batch.send().await.expect("is answered");
    assert_eq!(
        (answer.successful[0].id(), answer.failed[0].id(), answer.failed[0].code()),
        ("a", "b", "InternalError")
    );
    let again = receive().await.expect("is received").messages.expect("one is left");
    assert_eq!(
        again[0].attributes().expect("has some")[&MessageSystemAttributeName::ApproximateReceiveCount],
        "2"
    );
    let unknown =
        client.receive_message().queue_url(format!("{url}-2")).send().await.expect_err("is unknown");
    assert!(
        code(&unknown)
            .is_some_and(|code| code.contains("NonExistentQueue") || code.contains("QueueDoesNotExist"))
    );
}

#[tokio::test]
async fn lost_events_are_of_changes_that_happened() {
    let sandbox = sample(&["lost-events@chance=50%"]).await;
    let events = sandbox.change(200);
    let aws = events.iter().filter(|event| event.tenant.is_none()).count();
    let came = received(&sandbox).await.len();
    assert!(came > aws / 4 && came < aws * 3 / 4, "{came} of {aws}");
}

#[tokio::test]
async fn ec2_may_not_know_yet_what_an_event_tells() {
    let sandbox = sample(&["stale=1h@times=1,action=DescribeVpcs"]).await;
    let created = loop {
        let created = |event: &ChangeEvent| {
            let body: Value = serde_json::from_str(&event.body).expect("is JSON");
            let id = body["detail"]["responseElements"]["vpc"]["vpcId"].as_str()?;
            Some((event.account.clone(), event.region.clone(), id.to_owned()))
        };
        if let Some(found) = sandbox.change(20).iter().find_map(created) {
            break found;
        }
    };
    let (account, region, id) = created;
    let describe = || ec2(&sandbox, &account, &region).describe_vpcs().vpc_ids(&id).send();
    assert_eq!(code(&describe().await.expect_err("is unknown yet")), Some("InvalidVpcID.NotFound"));
    assert_eq!(describe().await.expect("is there").vpcs().len(), 1);
}
