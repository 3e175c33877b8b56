//! Queues that answer badly, as a watch sees them.

use std::time::Duration;

use netcensus::clouds::EventSource;
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
