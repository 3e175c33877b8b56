//! A watch as a service: what it sets aside, who may watch, its settings in a file, and what systemd is told.

use std::collections::{BTreeMap, BTreeSet};
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use netcensus::sandbox::{Estate, Options, Sandbox};
use serde_json::{Value, json};

use super::sandbox::config;
use super::support::{Home, Output, Run, interrupt, random_moment, report, rounds, wait_for};

const ACCOUNT: &str = "111111111111";
const ESTATE: &str = "[[region]]\nname = \"eu-west-1\"\n\n[[account]]\nname = \"main\"\nid = \"111111111111\"\n\n\
                      [[network]]\nname = \"core\"\naccount = \"main\"\nregion = \"eu-west-1\"\n\
                      cidrs = [\"10.0.0.0/16\"]\n";

/// Starts a watch of the estate, and waits until it watches.
fn watch(home: &Home, arguments: &str) -> Child {
    home.write("estate.toml", ESTATE);
    let arguments = format!("watch --sandbox --estate estate.toml --every 1h {arguments}");
    home.netcensus(&arguments).spawn()
}

fn stop(child: Child) -> Output {
    interrupt(&child);
    Output::of(child)
}

/// A queue of the sandbox, and the home of those that watch it.
struct WatchedQueue {
    home: Home,
    sandbox: Sandbox,
    client: aws_sdk_sqs::Client,
    url: String,
}

impl WatchedQueue {
    async fn new() -> Self {
        let home = Home::new();
        let estate = Estate::load(&home.write("estate.toml", ESTATE)).unwrap();
        let sandbox = Sandbox::start(estate, Options::default()).await.unwrap();
        home.write(".aws/config", sandbox.aws_config());
        let url = sandbox.aws_queue_url().unwrap();
        let client = aws_sdk_sqs::Client::new(&config(&sandbox, ACCOUNT, "eu-west-1"));
        Self { home, sandbox, client, url }
    }

    /// Prepares a watch of the queue and of what `scope` selects.
    fn watch(&self, scope: &str) -> Run {
        let queue = format!("--store store --queue aws:{}?profile=main&region=eu-west-1", self.url);
        let arguments = format!("watch --provider aws --aws-profile main {scope} {queue}");
        self.home.netcensus(&arguments).env("AWS_ENDPOINT_URL", self.sandbox.url())
    }
}

/// A message that was received again and again is named in a file, and then it is removed. A second watch of its queue
/// would get a part of the messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_comes_back_for_ever_is_set_aside_and_its_queue_has_one_watch() {
    let queue = WatchedQueue::new().await;
    let WatchedQueue { home, client, url, .. } = &queue;
    let sent = client.send_message().queue_url(url).message_body("{\"password\": \"s3cret\"}").send().await;
    let id = sent.unwrap().message_id.unwrap();
    for _ in 0..20 {
        client.receive_message().queue_url(url).visibility_timeout(0).send().await.unwrap();
    }
    let mut first = queue.watch("--region eu-west-1").spawn();
    let _stderr = wait_for(&mut first, &format!("message {id} was received 21 times and is set aside"), 1);
    queue
        .watch("--region eu-*")
        .run()
        .refuses(&["another `netcensus watch` takes messages from aws:", "process "]);
    stop(first).exits(0);
    let kept: Vec<Value> = files(&home.path().join("store/watch"), ".poisoned.ndjson")
        .iter()
        .flat_map(|(_, text)| {
            text.lines().map(|line| serde_json::from_str(line).unwrap()).collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(kept.len(), 1);
    assert_eq!((&kept[0]["message"], &kept[0]["receive_count"]), (&json!(id), &json!(21)));
    assert!(!kept[0].to_string().contains("s3cret"), "nothing of its body is kept");
    let left = client.receive_message().queue_url(url).send().await.unwrap().messages.unwrap_or_default();
    assert!(left.is_empty(), "{left:?}");
    queue.sandbox.stop().await;
}

/// Sends ten messages, and receives each so often that a watch sets it aside. Removes what a watch before left in the queue.
/// Returns their ids.
async fn send_returning_messages(client: &aws_sdk_sqs::Client, url: &str) -> BTreeSet<String> {
    let mut received: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..10 {
        let sent = client.send_message().queue_url(url).message_body("{}").send().await;
        received.insert(sent.unwrap().message_id.unwrap(), 0);
    }
    while received.values().any(|count| *count < 20) {
        let request =
            client.receive_message().queue_url(url).visibility_timeout(0).max_number_of_messages(10);
        for message in request.send().await.unwrap().messages.unwrap_or_default() {
            if let Some(count) = received.get_mut(message.message_id().unwrap()) {
                *count += 1;
            } else {
                let handle = message.receipt_handle().unwrap();
                client.delete_message().queue_url(url).receipt_handle(handle).send().await.unwrap();
            }
        }
    }
    received.into_keys().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_watch_that_is_killed_while_it_sets_messages_aside_names_each_once() {
    let queue = WatchedQueue::new().await;
    let WatchedQueue { home, client, url, .. } = &queue;
    let run = || queue.watch("--region eu-west-1");
    let set_aside = || {
        let kept = files(&home.path().join("store/watch"), ".poisoned.ndjson");
        kept.into_iter().next().map(|(_, text)| text).unwrap_or_default()
    };
    let named = |text: &str| -> Vec<String> {
        let message =
            |line| serde_json::from_str::<Value>(line).unwrap()["message"].as_str().unwrap().to_owned();
        text.lines().map(message).collect()
    };
    let whole_run = async |ids: BTreeSet<String>| {
        let begun = Instant::now();
        let child = run().spawn();
        while !ids.iter().all(|id| set_aside().contains(id)) {
            assert!(begun.elapsed() < Duration::from_mins(2), "not all of {ids:?} are named");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let whole = begun.elapsed();
        stop(child).exits(0);
        whole
    };
    let whole = whole_run(send_returning_messages(client, url).await).await;
    for _ in 0..rounds() {
        send_returning_messages(client, url).await;
        let mut child = run().spawn();
        tokio::time::sleep(random_moment(whole)).await;
        child.kill().unwrap();
        child.wait().unwrap();
        // A line that is cut short is removed when the next one is added.
        let text = set_aside();
        named(&text[..text.rfind('\n').map_or(0, |end| end + 1)]);
    }
    whole_run(send_returning_messages(client, url).await).await;
    let named = named(&set_aside());
    let each: BTreeSet<&String> = named.iter().collect();
    assert_eq!(each.len(), named.len(), "one is named twice");
    report(&format!(
        "SIGKILL: watch, messages set aside: {} stops in {} ms: {} messages are named",
        rounds(),
        whole.as_millis(),
        named.len()
    ));
    queue.sandbox.stop().await;
}

/// Lists the files whose names end so, with their texts. A directory that does not exist has none.
fn files(directory: &Path, end: &str) -> Vec<(String, String)> {
    let entries = std::fs::read_dir(directory).into_iter().flatten().map(|entry| entry.unwrap().path());
    let names = entries.map(|path| path.to_str().unwrap().to_owned()).filter(|name| name.ends_with(end));
    names.map(|name| (name.clone(), std::fs::read_to_string(&name).unwrap())).collect()
}

/// In a directory that hosts share, a lock of one host may be nothing to another one.
#[test]
fn a_watch_on_another_host_is_respected_until_its_lease_runs_out() {
    let home = Home::new();
    let mut child = watch(&home, "--store store");
    let _stderr = wait_for(&mut child, "watching 1 account", 1);
    let leases = files(&home.path().join("store/watch"), ".lease");
    let [(path, lease)] = leases.as_slice() else { panic!("{leases:?}") };
    stop(child).exits(0);
    assert!(!Path::new(path).exists(), "it is given back at the end");
    let mut lease: Value = serde_json::from_str(lease).unwrap();
    (lease["host"], lease["boot"], lease["process"]) = (json!("elsewhere"), json!("another"), json!(7));
    lease["until"] = json!("2999-01-01T00:00:00Z");
    std::fs::write(path, lease.to_string()).unwrap();
    let refused = Output::of(watch(&home, "--store store"));
    refused.refuses(&["(process 7 on elsewhere)", "its lease ends at 2999-01-01T00:00:00Z"]);
    lease["until"] = json!("2000-01-01T00:00:00Z");
    std::fs::write(path, lease.to_string()).unwrap();
    let mut child = watch(&home, "--store store");
    let _stderr = wait_for(&mut child, "watching 1 account", 1);
    stop(child).exits(0);
}

/// systemd is told when everything was read once, that the loop goes on, and that it ends.
#[test]
fn systemd_is_told_that_it_is_ready_goes_on_and_ends() {
    let home = Home::new();
    home.write("estate.toml", ESTATE);
    let socket = UnixDatagram::bind(home.path().join("notify")).unwrap();
    socket.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
    let run = home.netcensus("watch --sandbox --estate estate.toml --every 1h");
    let run = run.env("NOTIFY_SOCKET", home.path().join("notify")).env("WATCHDOG_USEC", "200000");
    let child = run.spawn();
    let next = || {
        let mut told = [0; 1_000];
        let length = socket.recv(&mut told).unwrap();
        String::from_utf8(told[..length].to_vec()).unwrap().trim_end().to_owned()
    };
    assert_eq!(next(), "STATUS=scanning everything for the first time");
    let ready = next();
    assert!(ready.starts_with("READY=1\nSTATUS=watching 1 account: "), "{ready}");
    assert_eq!([next(), next(), next()], ["WATCHDOG=1"; 3]);
    interrupt(&child);
    let last = std::iter::repeat_with(next).find(|told| told != "WATCHDOG=1");
    assert_eq!(last.as_deref(), Some("STOPPING=1"));
    Output::of(child).exits(0);
}

/// What flags say can be said in the file, with paths beside it.
#[test]
fn a_watch_takes_its_settings_from_the_file() {
    let home = Home::new();
    home.write("estate.toml", ESTATE);
    let settings = "[watch]\nevery = '1h'\nexport = ['inventory.json']\nserve = '0'\n";
    home.write("settings/netcensus.toml", settings);
    let run = "watch --sandbox --estate estate.toml --config settings/netcensus.toml";
    let mut child = home.netcensus(run).spawn();
    let _stderr = wait_for(&mut child, "serving http://127.0.0.1:", 1);
    stop_when_watching(&home, child);
    let exported = std::fs::read_to_string(home.path().join("settings/inventory.json")).unwrap();
    assert!(exported.contains("10.0.0.0/16"), "{exported}");
    home.write("settings/netcensus.toml", "[watch]\nsync = ['vpcs']\n");
    home.netcensus(run).run().refuses(&["--sandbox has no real networks, so it cannot be used with --sync"]);
    home.write("settings/netcensus.toml", "[watch]\nnotify = ['nope']\n");
    home.netcensus(run).run().refuses(&["netcensus.toml:2: watch.notify", "`nope`"]);
    home.write("settings/netcensus.toml", "[watch]\nqueues = ['events']\n");
    home.netcensus(run)
        .run()
        .refuses(&["settings/netcensus.toml:2:11: watch.queues: a queue needs its cloud"]);
}

/// Stops a watch once its first file is there.
fn stop_when_watching(home: &Home, child: Child) {
    let exported = home.path().join("settings/inventory.json");
    while !exported.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    stop(child).exits(0);
}
