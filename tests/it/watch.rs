//! Watching, in this process: hints lead to reads of the sandbox, and what is known stays what a full scan finds.

mod ends;
mod freshness;
mod kills;
mod moved_addresses;
mod queue_faults;
mod restarts;
mod truth;
mod unread_output;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use netcensus::clouds::azure::ChangeFeed;
use netcensus::clouds::{EventSource, Needs, Rereader, gather};
use netcensus::config::Overrides;
use netcensus::model::{Inventory, Kind, Provider};
use netcensus::sandbox::{ChangeEvent, Estate, Options, Sandbox};
use netcensus::watch::events::{ParsedEvent, parse_message, watched_types};
use netcensus::watch::{Engine, Hint, HintedChange, JoinedChange, ReadAnswer};
use serde_json::{Value, json};

use super::clouds::sandboxed::{environment, hasty_run, open, settings};
use super::support::{Home, Output, interrupt, wait_for};

/// A watch of a sandbox. Its time passes at once.
struct Watched {
    engine: Engine,
    rereader: Rereader,
    now: Instant,
    messages: u64,
    folds: Vec<JoinedChange>,
}

/// Scans everything.
async fn scan(sandbox: &Sandbox) -> (Inventory, Rereader) {
    let (providers, run) = (open(sandbox, &Overrides::default()), hasty_run(Duration::from_secs(30)));
    let scanned = gather(&providers, &Kind::ALL, &run, Timestamp::UNIX_EPOCH).await.unwrap();
    (scanned.unpack().unwrap(), Rereader::new(providers, run))
}

impl Watched {
    async fn new(sandbox: &Sandbox) -> Self {
        let (inventory, rereader) = scan(sandbox).await;
        let watched = Self {
            engine: Engine::new(&inventory),
            rereader,
            now: Instant::now(),
            messages: 0,
            folds: vec![],
        };
        assert_same(&watched.inventory(), &inventory, "before anything happens");
        watched
    }

    fn inventory(&self) -> Inventory {
        self.engine.inventory().to_inventory(Timestamp::UNIX_EPOCH)
    }

    fn hear(&mut self, hints: Vec<Hint>) {
        self.messages += 1;
        let refused = self.engine.take_message(self.messages, hints, self.now);
        assert!(refused.is_empty(), "{refused:?}");
    }

    /// Reads until no message waits.
    async fn settle(&mut self) {
        while !self.engine.pending().is_settled() {
            self.now = self.now.max(self.engine.pending().next_due().unwrap());
            while let Some(read) = self.engine.start_read(self.now) {
                let answers = self.rereader.read(read.place.provider, read.wanted.clone()).await;
                let answers = answers.into_iter().map(|answer| ReadAnswer {
                    kind: answer.scope.kind,
                    is_whole: answer.is_whole(),
                    found: answer.found,
                    coverage: answer.coverage,
                });
                self.folds.extend(self.engine.finish_reads([(read, answers.collect())], self.now));
            }
        }
    }
}

/// Compares rows, accounts and outcomes; not what they cost.
#[track_caller]
fn assert_same(watched: &Inventory, scanned: &Inventory, when: &str) {
    assert_eq!(watched.networks, scanned.networks, "{when}");
    assert_eq!(watched.subnets, scanned.subnets, "{when}");
    assert_eq!(watched.instances, scanned.instances, "{when}");
    assert_eq!(watched.interfaces, scanned.interfaces, "{when}");
    assert_eq!(watched.links, scanned.links, "{when}");
    assert_eq!(watched.accounts, scanned.accounts, "{when}");
    let outcomes = |inventory: &Inventory| -> Vec<_> {
        let entries = inventory.coverage.iter();
        entries
            .map(|entry| (entry.account.clone(), entry.region.clone(), entry.kind, entry.outcome))
            .collect()
    };
    assert_eq!(outcomes(watched), outcomes(scanned), "{when}");
}

/// Hints at everything there is, by ids, as events of AWS and Azure do.
fn hints_at_everything(inventory: &Inventory) -> Vec<Hint> {
    type Place = (Provider, String, Option<String>, Kind);
    let mut ids: BTreeMap<Place, BTreeSet<String>> = BTreeMap::new();
    let mut add = |provider: Provider, account: &str, region: &str, kind: Kind, id: &str| {
        let region = (provider == Provider::Aws).then(|| region.to_owned());
        ids.entry((provider, account.to_owned(), region, kind)).or_default().insert(id.to_ascii_lowercase());
    };
    for one in &inventory.networks {
        add(one.provider, &one.account, &one.region, Kind::Networks, &one.id);
    }
    for one in &inventory.subnets {
        add(one.provider, &one.account, &one.region, Kind::Subnets, &one.id);
    }
    for one in &inventory.instances {
        add(one.provider, &one.account, &one.region, Kind::Instances, &one.id);
    }
    for one in &inventory.interfaces {
        add(one.provider, &one.account, &one.region, Kind::Interfaces, &one.id);
    }
    for link in &inventory.links {
        for (account, region) in link.listed_by() {
            let id =
                if link.provider == Provider::Aws { link.id.split('/').next().unwrap() } else { &link.id };
            add(link.provider, account, region.unwrap_or_default(), Kind::Links, id);
        }
    }
    let known = |place: &Place| {
        inventory
            .coverage
            .iter()
            .any(|entry| (entry.provider, &entry.account, &entry.region) == (place.0, &place.1, &place.2))
    };
    ids.into_iter()
        .filter(|(place, _)| known(place))
        .map(|((provider, account, region, kind), ids)| Hint {
            provider,
            account,
            region,
            kinds: BTreeSet::from([kind]),
            ids,
            change: HintedChange::Any,
            at: None,
        })
        .collect()
}

/// Reading parts again by ids finds what a scan of everything finds: every filter is right, no view of a shared resource is
/// lost, and nothing seems to have changed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_everything_again_by_its_ids_changes_nothing() {
    let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
    let mut watched = Watched::new(&sandbox).await;
    let before = watched.inventory();
    for hint in hints_at_everything(&before) {
        watched.hear(vec![hint]);
    }
    watched.settle().await;
    assert_same(&watched.inventory(), &before, "after everything was read again");
    let changed: Vec<_> =
        watched.folds.iter().map(|fold| &fold.touched).filter(|touched| !touched.is_empty()).collect();
    assert!(changed.is_empty(), "{changed:#?}");
    assert_eq!(watched.engine.counts().failed_reads, 0);
    sandbox.stop().await;
}

/// Reads the hints in the bodies of events.
fn hints_in(events: &[ChangeEvent], is_heard: impl Fn(usize) -> bool) -> Vec<Hint> {
    let heard = events.iter().enumerate().filter(|(number, _)| is_heard(*number));
    hints_in_bodies(heard.map(|(_, event)| event.body.as_bytes()))
}

fn hints_in_bodies<'a>(bodies: impl Iterator<Item = &'a [u8]>) -> Vec<Hint> {
    bodies
        .flat_map(parse_message)
        .filter_map(|event| match event {
            ParsedEvent::Hint(hint) => Some(hint),
            ParsedEvent::Ignored(_) => None,
            ParsedEvent::Refused(why) => panic!("the sandbox sends what no cloud sends: {why:?}"),
        })
        .collect()
}

/// However the estate changes, what is watched is what a scan of everything finds, row for row; with one event in ten lost,
/// after the next scan.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_watched_is_what_a_full_scan_finds() {
    for lossy in [false, true] {
        let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
        let mut watched = Watched::new(&sandbox).await;
        let mut changes = 0;
        for _ in 0..6 {
            let events = sandbox.change(10);
            changes += events.len();
            let mut hints = hints_in(&events, |number| !lossy || number % 10 != 3);
            // They come in any order, and some twice.
            hints.reverse();
            let twice = hints.first().cloned();
            watched.messages += 1;
            // The sandbox has accounts and regions that are not read.
            watched.engine.take_message(
                watched.messages,
                hints.into_iter().chain(twice).collect(),
                watched.now,
            );
            watched.settle().await;
        }
        let (scanned, _) = scan(&sandbox).await;
        if lossy {
            let began = watched.engine.start_scan();
            watched.engine.reconcile(&scanned, began, watched.now);
        }
        assert_same(&watched.inventory(), &scanned, &format!("after {changes} events, lossy: {lossy}"));
        sandbox.stop().await;
    }
}

/// Returns what Azure's table of changes has since a time.
async fn hints_from_table(sandbox: &Sandbox, since: Timestamp) -> Vec<Hint> {
    let (settings, environment) = (settings(&Overrides::default()), environment(sandbox));
    let needs = Needs { settings: &settings, environment: &environment };
    let feed = ChangeFeed::open(needs, &hasty_run(Duration::from_secs(30)), since, watched_types()).await;
    let messages = feed.unwrap().receive().await.unwrap();
    hints_in_bodies(messages.iter().map(|message| &*message.body))
}

/// Azure's own table of changes is enough: no queue has to be set up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_azure_are_found_without_a_queue() {
    let sandbox = Sandbox::start(Estate::sample(), Options::default()).await.unwrap();
    let mut watched = Watched::new(&sandbox).await;
    let mut changed = 0;
    for _ in 0..4 {
        let since = Timestamp::now();
        let events: Vec<ChangeEvent> =
            sandbox.change(15).into_iter().filter(|event| event.tenant.is_none()).collect();
        let (hints, from_table) = (hints_in(&events, |_| true), hints_from_table(&sandbox, since).await);
        changed += from_table.len();
        watched.messages += 1;
        watched.engine.take_message(
            watched.messages,
            hints.into_iter().chain(from_table).collect(),
            watched.now,
        );
        watched.settle().await;
    }
    let (scanned, _) = scan(&sandbox).await;
    assert_same(&watched.inventory(), &scanned, &format!("after {changed} changes of resources"));
    assert!(changed > 20, "{changed}");
    sandbox.stop().await;
}

/// An estate of one account, with a network for each of `cidrs`.
fn estate(cidrs: &[&str]) -> String {
    let region = "[[region]]\nname = \"eu-west-1\"\n";
    let account = "[[account]]\nname = \"main\"\nid = \"111111111111\"\n";
    let networks = cidrs.iter().map(|cidr| {
        let name = cidr.replace(['.', '/'], "-");
        format!("[[network]]\nname = \"n{name}\"\naccount = \"main\"\nregion = \"eu-west-1\"\ncidrs = [\"{cidr}\"]\n")
    });
    region.to_owned() + account + &networks.collect::<String>()
}

const WATCH: &str = "watch --sandbox --estate estate.toml --every 1h --on-change --store store";

/// Starts a watch, and stops it as soon as it watches.
fn watch_and_stop(home: &Home) -> Output {
    let mut child = home.netcensus(WATCH).spawn();
    let _stderr = wait_for(&mut child, "watching 1 account", 1);
    interrupt(&child);
    Output::of(child)
}

/// What changed while nothing watched is reported by the next watch, once.
#[test]
fn a_watch_goes_on_where_the_last_one_ended() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16", "10.1.0.0/16"]));
    assert_eq!(watch_and_stop(&home).succeeds().stdout, "", "there is nothing to compare with");
    home.write("estate.toml", estate(&["10.0.0.0/16", "10.0.0.0/20"]));
    let lines: Vec<Value> = watch_and_stop(&home)
        .succeeds()
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let records: Vec<&str> = lines.iter().map(|line| line["record"].as_str().unwrap()).collect();
    assert_eq!(records, ["batch", "diff", "change", "change", "collision"]);
    assert_eq!((&lines[0]["sequence"], &lines[0]["cause"]), (&json!(1), &json!("scan")));
    let changes: BTreeSet<&str> = lines[2..4].iter().map(|line| line["change"].as_str().unwrap()).collect();
    assert_eq!(changes, BTreeSet::from(["added", "removed"]));
    assert_eq!(lines[4]["state"], "introduced");
    assert_eq!(watch_and_stop(&home).succeeds().stdout, "", "it was reported before");
}

/// What the first scan could not read is told at once, on stderr and as a gap, and not told again after a restart.
#[test]
fn a_watch_says_at_once_what_it_cannot_read() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    let watch = || {
        let mut child = home.netcensus(&format!("{WATCH} --quiet --fault deny@action=DescribeVpcs")).spawn();
        let _stderr = wait_for(&mut child, "the inventory is incomplete until these can be read", 1);
        interrupt(&child);
        Output::of(child).exits(3)
    };
    let output = watch();
    let lines: Vec<Value> = output.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((&lines[0]["record"], &lines[0]["cause"]), (&json!("batch"), &json!("scan")));
    let gaps: Vec<&Value> = lines.iter().filter(|line| line["record"] == "gap").collect();
    assert_eq!(gaps.len(), 1, "{lines:?}");
    assert_eq!(
        (&gaps[0]["scope"]["kind"], &gaps[0]["scope"]["outcome"]),
        (&json!("networks"), &json!("denied"))
    );
    assert_eq!(watch().stdout, "", "it was told before");
}

#[test]
fn what_watch_cannot_do_is_refused_before_it_scans() {
    let home = Home::new();
    let refused =
        |arguments: &str, words: &[&str]| home.netcensus(&format!("watch {arguments}")).run().refuses(words);
    refused("--setup bicep --provider aws", &["--setup bicep sets up Azure, which --provider leaves out"]);
    refused("--setup cloudformation --provider azure", &["--setup cloudformation sets up AWS"]);
    refused("--sandbox --events .", &["--events: . is a directory"]);
    // A command that reads the file names the file, and no flag.
    home.write("conf/netcensus.toml", "[watch]\nserve = 'bad'\n");
    refused(
        "--sandbox --config conf/netcensus.toml",
        &["conf/netcensus.toml:2: watch.serve: `bad` is not an"],
    );
    refused("--sandbox --serve bad", &["--serve: `bad` is not an address and a port"]);
}

#[test]
fn two_watches_of_one_scope_do_not_share_a_store() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    let mut first = home.netcensus(WATCH).spawn();
    let _stderr = wait_for(&mut first, "watching 1 account", 1);
    home.netcensus(WATCH).run().refuses(&["another `netcensus watch` of the same scope", "--store"]);
    interrupt(&first);
    Output::of(first).succeeds();
}

#[test]
fn a_file_without_any_event_is_not_a_file_of_events() {
    let home = Home::new();
    home.write("estate.toml", estate(&["10.0.0.0/16"]));
    let watch = |content: &str| {
        home.write("events", content);
        home.netcensus(&format!("{WATCH} --events events")).run()
    };
    watch("garbage\n{\"a\": 1}\n").exits(2).says(&[
        "could not understand 2 events (not JSON, not an event), first line 1 of events",
        "--events: nothing in it is an event of AWS or Azure",
    ]);
    home.write("other", "garbage\n");
    let denied = "watch --sandbox --estate estate.toml --fault deny@action=DescribeVpcs --events other";
    home.netcensus(denied).run().exits(2).says(&[
        "the inventory is incomplete: ",
        "failed (exit code 2)",
        "--events: nothing in it is an event of AWS or Azure",
    ]);
    watch("").exits(0);
    watch("{\"count\": 0, \"data\": []}\n").exits(0).says(&["1 message: 0 hints"]);
    watch("{\"Records\": []}\n").exits(0);
    let odd = "{\"properties\": {\"targetResourceId\": \"odd\"}}\n";
    watch(odd).exits(0).says(&["could not understand 1 event (inconsistent), first line 1 of events"]);
}
