//! Queues that answer badly, as a watch sees them.

use std::time::Duration;

use netcensus::clouds::EventSource;
use netcensus::clouds::aws::SqsQueue;
use netcensus::clouds::azure::AzureQueue;
use netcensus::config::{EventQueueName, Overrides};
use netcensus::sandbox::{Estate, Options, Sandbox};

use crate::clouds::sandboxed::{environment, hasty_run, settings};

/// A token that was revoked was sent until it expired, up to a day later.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_a_queue_refuses_is_replaced() {
    let faults =
        ["messages/read", "process/action"].map(|action| format!("expired@action=*/{action},times=1"));
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let options = Options { faults, ..Options::default() };
    let sandbox = Sandbox::start(Estate::sample(), options).await.unwrap();
    let name = EventQueueName::parse(&format!("azure:{}", sandbox.azure_queue_urls()[0])).unwrap();
    let EventQueueName::AzureStorage(name) = name else { unreachable!("it is one of Azure") };
    let settings = settings(&Overrides::default());
    let run = hasty_run(Duration::from_secs(30));
    let queue = AzureQueue::open(&name, &settings.azure, &environment(&sandbox), &run).await.unwrap();
    sandbox.change(1);
    queue.receive().await.unwrap();
    sandbox.stop().await;
}

/// stderr and `/healthz` put the name of the queue before what is wrong, so it was there twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_with_a_queue_does_not_name_it() {
    let faults = ["deny@action=ReceiveMessage", "deny@action=*/process/action"];
    let faults = faults.iter().map(|fault| fault.parse().unwrap()).collect();
    let options = Options { faults, ..Options::default() };
    let sandbox = Sandbox::start(Estate::sample(), options).await.unwrap();
    let (run, environment) = (hasty_run(Duration::from_secs(30)), environment(&sandbox));
    let aws = format!("aws:{}?profile=shop-prod&region=us-east-1", sandbox.aws_queue_url().unwrap());
    let EventQueueName::Sqs(aws) = EventQueueName::parse(&aws).unwrap() else {
        unreachable!("it is one of SQS")
    };
    let aws = SqsQueue::open(&aws, &environment, &run).await.unwrap();
    let azure = EventQueueName::parse(&format!("azure:{}", sandbox.azure_queue_urls()[0])).unwrap();
    let EventQueueName::AzureStorage(azure) = azure else { unreachable!("it is one of Azure") };
    let settings = settings(&Overrides::default());
    let azure = AzureQueue::open(&azure, &settings.azure, &environment, &run).await.unwrap();
    for (queue, why) in [(&aws as &dyn EventSource, "AccessDenied"), (&azure, "HTTP 403")] {
        let wrong = queue.receive().await.unwrap_err().diagnostic.to_line();
        assert!(wrong.contains(why) && !wrong.contains("http://"), "{wrong}");
    }
    sandbox.stop().await;
}
