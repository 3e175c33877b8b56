//! Tests of the engine against a small world, of which it is told by events and reads.

mod ending_machines;
mod kept_views;
mod scans;
mod second_looks;
mod taken_addresses;

use std::time::Duration;

use super::ended::{ENDED_LINKS_FOR, LAST_LOOK_WITHIN, TERMINATED_FOR};
use super::*;
use crate::model::{
    Account, Interface, Link, LinkEnd, LinkKind, Network, Resources, Subject, Subnet, Tags, fixtures,
};

const REGION: &str = "eu-west-1";
const ACCOUNTS: [&str; 2] = ["111111111111", "222222222222"];

/// What there is, as each account lists it.
#[derive(Default, Clone)]
struct World {
    networks: Vec<(usize, Network)>,
    subnets: Vec<(usize, Subnet)>,
    interfaces: Vec<(usize, Interface)>,
    instances: Vec<(usize, Instance)>,
    links: Vec<(usize, Link)>,
    /// Kinds that do not answer.
    silent: BTreeSet<Kind>,
    /// Kinds that may not be read.
    denied: BTreeSet<Kind>,
}

fn coverage(account: usize, kind: Kind, outcome: Outcome) -> Coverage {
    let detail = outcome.is_incomplete().then(|| "not allowed".to_owned());
    Coverage { detail, ..fixtures::coverage(ACCOUNTS[account], REGION, kind, outcome) }
}

fn instance(account: usize, id: &str, subnet: &str, state: &str) -> Instance {
    Instance {
        provider: Provider::Aws,
        account: ACCOUNTS[account].to_owned(),
        region: REGION.to_owned(),
        zone: None,
        zone_id: Some("az1".to_owned()),
        id: id.to_owned(),
        name: None,
        network: Some("vpc-1".to_owned()),
        subnet: Some(subnet.to_owned()),
        instance_type: None,
        architecture: None,
        vcpus: None,
        state: Some(state.to_owned()),
        launched_at: None,
        private_ips: vec![],
        private_prefixes: None,
        public_ips: vec![],
        carrier_ips: None,
        customer_owned_ips: None,
        os: None,
        scale_set: None,
        operator: None,
        tags: Tags::new(),
    }
}

fn network(account: usize, id: &str, viewer: usize) -> Network {
    let visible_from = if viewer == account { vec![] } else { vec![ACCOUNTS[viewer].to_owned()] };
    Network { visible_from, ..fixtures::network(ACCOUNTS[account], id) }
}

fn subnet(account: usize, id: &str, free: u64) -> Subnet {
    Subnet { addresses_available: Some(free), ..fixtures::subnet(ACCOUNTS[account], REGION, id) }
}

/// A subnet of the first account, as the second one sees it.
fn shared_subnet(id: &str, free: u64) -> Subnet {
    Subnet { visible_from: vec![ACCOUNTS[1].to_owned()], ..subnet(0, id, free) }
}

fn interface(account: usize, id: &str, subnet: &str, machine: &str) -> Interface {
    Interface {
        zone_id: Some("az1".to_owned()),
        subnet: Some(subnet.to_owned()),
        attached_to: Some(machine.to_owned()),
        ..fixtures::interface(ACCOUNTS[account], REGION, id)
    }
}

fn peering(id: &str, state: &str) -> Link {
    let end = |account: &str| LinkEnd {
        account: Some(account.to_owned()),
        region: Some(REGION.to_owned()),
        ..LinkEnd::default()
    };
    Link {
        provider: Provider::Aws,
        kind: LinkKind::VpcPeering,
        id: id.to_owned(),
        ends: ACCOUNTS.map(end).into(),
        state: Some(state.to_owned()),
    }
}

fn hint(account: usize, kinds: &[Kind], ids: &[&str]) -> Hint {
    Hint {
        provider: Provider::Aws,
        account: ACCOUNTS[account].to_owned(),
        region: Some(REGION.to_owned()),
        kinds: kinds.iter().copied().collect(),
        ids: ids.iter().map(ToString::to_string).collect(),
        change: HintedChange::Any,
        at: None,
    }
}

fn rows<T: LiveResource>(rows: &[(usize, T)], account: usize, ids: Option<&BTreeSet<String>>) -> Vec<T> {
    let is_asked = |row: &T| {
        ids.is_none_or(|ids| {
            ids.contains(&row.asked_as()) || row.belongs_to().iter().any(|id| ids.contains(id))
        })
    };
    rows.iter()
        .filter(|(viewer, row)| *viewer == account && is_asked(row))
        .map(|(_, row)| row.clone())
        .collect()
}

impl World {
    fn answer(&self, scope: &Scope, ids: Option<&BTreeSet<String>>) -> ReadAnswer {
        let account = ACCOUNTS.iter().position(|account| *account == scope.account).unwrap();
        let mut found = Resources::default();
        let outcome = match scope.kind {
            kind if self.denied.contains(&kind) => Outcome::Denied,
            kind if self.silent.contains(&kind) => Outcome::TimedOut,
            _ => Outcome::Complete,
        };
        if outcome == Outcome::Complete {
            match scope.kind {
                Kind::Networks => found.networks = rows(&self.networks, account, ids),
                Kind::Subnets => found.subnets = rows(&self.subnets, account, ids),
                Kind::Instances => found.instances = rows(&self.instances, account, ids),
                Kind::Interfaces => found.interfaces = rows(&self.interfaces, account, ids),
                Kind::Links => found.links = rows(&self.links, account, ids),
            }
        }
        ReadAnswer {
            kind: scope.kind,
            found,
            is_whole: ids.is_none(),
            coverage: coverage(account, scope.kind, outcome),
        }
    }

    /// A full scan.
    fn scan(&self) -> Inventory {
        let mut resources = Resources::default();
        let mut outcomes = Vec::new();
        for account in ACCOUNTS {
            for kind in Kind::ALL {
                let scope = Scope {
                    provider: Provider::Aws,
                    account: account.to_owned(),
                    region: Some(REGION.to_owned()),
                    kind,
                };
                let answer = self.answer(&scope, None);
                resources.append(answer.found);
                outcomes.push(answer.coverage);
            }
        }
        let account = |id: &&str| Account {
            provider: Provider::Aws,
            id: (*id).to_owned(),
            name: None,
            tenant: None,
            reached_by: vec![],
        };
        let accounts = ACCOUNTS.iter().map(account).collect();
        Inventory::assemble("test".to_owned(), jiff::Timestamp::UNIX_EPOCH, accounts, resources, outcomes)
    }
}

/// An engine and the time that passes for it.
struct Watched {
    engine: Engine,
    now: Instant,
    messages: u64,
    folds: Vec<JoinedChange>,
    reads: usize,
}

impl Watched {
    fn new(world: &World) -> Self {
        Self { engine: Engine::new(&world.scan()), now: Instant::now(), messages: 0, folds: vec![], reads: 0 }
    }

    fn hear(&mut self, hints: impl IntoIterator<Item = Hint>) -> u64 {
        self.messages += 1;
        let refused = self.engine.take_message(self.messages, hints.into_iter().collect(), self.now);
        assert!(refused.is_empty(), "{refused:?}");
        self.messages
    }

    /// Reads what is due after some time has passed.
    fn pass(&mut self, time: Duration, world: &World) {
        self.now += time;
        while let Some(read) = self.engine.start_read(self.now) {
            self.reads += read.wanted.len();
            let answers = read.wanted.iter().map(|(scope, ids)| world.answer(scope, ids.as_ref())).collect();
            self.folds.extend(self.engine.finish_reads([(read, answers)], self.now));
        }
    }

    /// Lets time pass until no message waits.
    fn settle(&mut self, world: &World) {
        for _ in 0..200 {
            if self.engine.pending().is_settled() {
                return;
            }
            let next = self.engine.pending().next_due().unwrap();
            self.pass(next.saturating_duration_since(self.now), world);
        }
        panic!("it never settles: {:?}", self.engine.pending());
    }

    /// Takes a scan that nothing happened in.
    fn reconcile(&mut self, scan: &Inventory) -> Option<JoinedChange> {
        let began = self.engine.start_scan();
        self.engine.reconcile(scan, began, self.now)
    }

    fn inventory(&self) -> Inventory {
        self.engine.inventory().to_inventory(jiff::Timestamp::UNIX_EPOCH)
    }
}

fn small_world() -> World {
    World {
        networks: vec![(0, network(0, "vpc-1", 0)), (1, network(0, "vpc-1", 1))],
        subnets: vec![(0, subnet(0, "subnet-1", 200)), (1, shared_subnet("subnet-1", 200))],
        instances: vec![(0, instance(0, "i-1", "subnet-1", "running"))],
        interfaces: vec![(0, interface(0, "eni-1", "subnet-1", "i-1"))],
        links: vec![(0, peering("pcx-1", "active")), (1, peering("pcx-1", "active"))],
        silent: BTreeSet::new(),
        denied: BTreeSet::new(),
    }
}

/// Longer than hints of some messages are collected.
const COLLECTED: Duration = Duration::from_millis(600);
const MACHINE: [Kind; 2] = [Kind::Instances, Kind::Interfaces];

#[test]
fn an_inventory_that_nothing_happens_to_stays_as_it_is() {
    let world = small_world();
    assert_eq!(Watched::new(&world).inventory(), world.scan());
}

#[test]
fn a_new_machine_brings_its_interface_and_the_free_addresses_of_its_subnet() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.instances.push((0, instance(0, "i-2", "subnet-1", "pending")));
    world.interfaces.push((0, interface(0, "eni-2", "subnet-1", "i-2")));
    take_address(&mut world, -1);
    let message = watched.hear([hint(0, &MACHINE, &["i-2"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    assert_eq!(watched.engine.take_done(), [message]);
    assert_eq!(watched.reads, 4, "machines, interfaces, and the subnet in both accounts that see it");
}

/// A report of many changes costs as much as one of a single change, and each is one line of the journal.
#[test]
fn reads_that_end_together_are_one_change() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    for at in [0, 1] {
        world.instances.push((at, instance(at, &format!("i-new-{at}"), "subnet-1", "running")));
        watched.hear([hint(at, &[Kind::Instances], &[&format!("i-new-{at}")])]);
    }
    watched.now += COLLECTED;
    let mut ended = Vec::new();
    while let Some(read) = watched.engine.start_read(watched.now) {
        let answers = read.wanted.iter().map(|(scope, ids)| world.answer(scope, ids.as_ref())).collect();
        ended.push((read, answers));
    }
    assert_eq!(ended.len(), 2);
    let fold = watched.engine.finish_reads(ended, watched.now).unwrap();
    assert_eq!((fold.delta.instances.len(), fold.touched.new.instances.len()), (2, 2));
    assert_eq!(fold.touched.same[&Kind::Instances], 1);
    let accounts: Vec<&str> = fold.touched.new.accounts.iter().map(|account| account.id.as_str()).collect();
    assert_eq!(accounts, ACCOUNTS);
    let mut next = Engine::new(&small_world().scan());
    next.replay(&fold.delta);
    let now = |engine: &Engine| engine.inventory().to_inventory(jiff::Timestamp::UNIX_EPOCH);
    assert_eq!(now(&next), now(&watched.engine), "a journal of it tells the same");
}

/// An interface goes with its machine, also if everything is read, or a call named the interface before.
#[test]
fn the_interface_of_a_terminated_machine_is_soon_believed_gone() {
    for (kinds, ids) in [(&MACHINE[..], &[][..]), (&MACHINE, &["i-1", "eni-1"]), (&MACHINE, &["i-1"])] {
        let mut world = small_world();
        let mut watched = Watched::new(&world);
        let began = watched.now;
        world.instances[0].1.state = Some("terminated".to_owned());
        world.interfaces.clear();
        watched.hear([hint(0, kinds, ids)]);
        watched.settle(&world);
        assert_eq!(watched.inventory(), world.scan(), "{ids:?}");
        assert!(watched.now < began + ASK_AGAIN_AFTER, "{ids:?}");
    }
}

/// Two reads miss the same interface, and the first one that asks for it again believes that it is gone.
#[test]
fn what_was_asked_for_twice_and_is_gone_is_not_taken_for_unknown() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let began = watched.now;
    world.instances[0].1.state = Some("shutting-down".to_owned());
    world.interfaces.clear();
    let message = watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.pass(COLLECTED, &world);
    let ids = |id: &str| BTreeSet::from([id.to_owned()]);
    let later = ReadWindow::at(watched.now + 2 * COLLECTED_FOR);
    let again = ReadOrder {
        messages: Messages::new(message, &ids("i-1")),
        ..ReadOrder::for_ids([Kind::Interfaces], &ids("eni-1"), later)
    };
    watched.engine.pending.add(&AccountRegion::new(Provider::Aws, ACCOUNTS[0], Some(REGION)), again);
    watched.settle(&world);
    assert_eq!((watched.inventory(), watched.engine.counts().unknown_ids), (world.scan(), 0));
    assert!(watched.now < began + ASK_AGAIN_AFTER);
}

/// Of a burst, only what tells of something that was not found waits until that is asked for again.
#[test]
fn a_message_does_not_wait_for_what_others_tell_of() {
    let world = small_world();
    let mut watched = Watched::new(&world);
    let found = watched.hear([hint(0, &MACHINE, &["i-1"])]);
    let unknown = watched.hear([hint(0, &MACHINE, &["i-9"])]);
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.engine.take_done(), [found]);
    watched.settle(&world);
    assert_eq!(watched.engine.take_done(), [unknown]);
}

/// Events say what was true when they were sent: `running` may come after `terminated`.
#[test]
fn what_was_read_counts_and_not_the_order_of_events() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.instances[0].1.state = Some("terminated".to_owned());
    watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.settle(&world);
    watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    assert_eq!(watched.folds.len(), 1, "the late event changes nothing");
    // An hour later it is not listed any more, and no event says so.
    world.instances.clear();
    watched.pass(TERMINATED_FOR + LAST_LOOK_WITHIN, &world);
    watched.pass(ASK_AGAIN_AFTER, &world);
    assert_eq!(watched.inventory(), world.scan());
}

/// Answers of EC2 are eventually consistent.
#[test]
fn what_is_not_found_is_asked_for_again_before_it_is_believed_gone() {
    let (mut world, without) =
        (small_world(), World { instances: vec![], interfaces: vec![], ..small_world() });
    let mut watched = Watched::new(&world);
    let message = watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.pass(COLLECTED, &without);
    assert_eq!(watched.inventory().instances.len(), 1, "one answer is not believed");
    assert!(watched.engine.take_done().is_empty(), "the message waits for the second answer");
    watched.settle(&world);
    assert_eq!((watched.inventory(), watched.folds.len()), (world.scan(), 0));
    assert_eq!(watched.engine.take_done(), [message]);
    // This time it is really gone, with its interface, which has no event of its own.
    watched.hear([hint(0, &MACHINE, &["i-1"])]);
    (world.instances, world.interfaces) = (vec![], vec![]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    // A machine whose event is faster than the list.
    let early = watched.hear([hint(0, &MACHINE, &["i-3"])]);
    watched.pass(COLLECTED, &world);
    world.instances.push((0, instance(0, "i-3", "subnet-1", "pending")));
    world.interfaces.push((0, interface(0, "eni-3", "subnet-1", "i-3")));
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    assert!(watched.engine.take_done().contains(&early));
    // One that never comes is given up.
    let never = watched.hear([hint(0, &MACHINE, &["i-4"])]);
    watched.settle(&world);
    assert_eq!((watched.engine.take_done(), watched.engine.counts().unknown_ids), (vec![never], 1));
}

#[test]
fn what_accounts_share_is_read_again_in_all_of_them() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    for (_, link) in &mut world.links {
        link.state = Some("deleted".to_owned());
    }
    // Only the account that made the call gets an event.
    watched.hear([hint(1, &[Kind::Links], &["pcx-1"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    for (_, network) in &mut world.networks {
        network.state = Some("available".to_owned());
    }
    watched.hear([hint(0, &[Kind::Networks], &["vpc-1"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    assert_eq!(watched.inventory().networks[0].visible_from, [ACCOUNTS[1]]);
    let reads = watched.reads;
    assert!(reads < 10, "accounts do not ask each other for ever: {reads}");
}

/// One account saw it, the other did not yet, and its event comes to the other one.
#[test]
fn a_link_that_is_gone_is_looked_for_wherever_it_was_seen() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.links.push((0, peering("pcx-2", "active")));
    watched.hear([hint(0, &[Kind::Links], &["pcx-2"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
    world.links.retain(|(_, link)| link.id != "pcx-2");
    watched.hear([hint(1, &[Kind::Links], &["pcx-2"])]);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn an_account_that_a_scan_cannot_sign_in_to_stays_in_scope() {
    let world = small_world();
    let mut watched = Watched::new(&world);
    let known = watched.inventory();
    let only_first = |rows: &mut Vec<Coverage>| rows.retain(|entry| entry.account == ACCOUNTS[0]);
    let mut without = small_world();
    without.networks.retain(|(viewer, _)| *viewer == 0);
    without.subnets.retain(|(viewer, _)| *viewer == 0);
    let mut scan = without.scan();
    only_first(&mut scan.coverage);
    scan.accounts.retain(|account| account.id == ACCOUNTS[0]);
    let login = Coverage {
        account: "profile:b".to_owned(),
        region: None,
        kind: Subject::Credentials,
        ..coverage(1, Kind::Networks, Outcome::Failed)
    };
    scan.coverage.push(login);
    watched.reconcile(&scan);
    let now = watched.inventory();
    assert_eq!((now.networks, now.subnets, now.links), (known.networks, known.subnets, known.links));
    assert_eq!((now.accounts, watched.engine.counts().missed), (known.accounts, 0));
    assert_eq!(now.coverage.iter().filter(|entry| entry.outcome == Outcome::Failed).count(), 6);
    watched.hear([hint(1, &[Kind::Subnets], &["subnet-1"])]);
    // An account that is not there any more, while all logins succeed, goes.
    scan.coverage.pop();
    watched.reconcile(&scan);
    assert_eq!(watched.inventory().networks[0].visible_from, Vec::<String>::new());
}

#[test]
fn accounts_and_regions_out_of_scope_are_refused() {
    let mut watched = Watched::new(&small_world());
    let mut foreign = hint(0, &MACHINE, &["i-1"]);
    foreign.account = "999999999999".to_owned();
    let mut far = hint(0, &MACHINE, &["i-1"]);
    far.region = Some("us-east-1".to_owned());
    let refused = watched.engine.take_message(1, vec![foreign.clone(), far.clone()], watched.now);
    assert_eq!(refused, [(foreign, HintRefusal::Account), (far, HintRefusal::Region)]);
    assert_eq!((watched.engine.take_done(), watched.engine.counts().refused), (vec![1], 2));
}

#[test]
fn a_read_that_fails_is_a_gap_until_it_succeeds() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.instances[0].1.state = Some("stopped".to_owned());
    world.silent.insert(Kind::Instances);
    let message = watched.hear([hint(0, &MACHINE, &["i-1"])]);
    watched.pass(COLLECTED, &world);
    let gaps = |watched: &Watched| watched.inventory().incomplete().count();
    assert_eq!(gaps(&watched), 1, "that something changed, and is not known, is in the coverage");
    assert_eq!(watched.inventory().instances.len(), 1, "no answer is not an empty one");
    assert!(watched.engine.take_done().is_empty());
    // Another event of the account does not make it ask more often.
    watched.hear([hint(0, &[Kind::Subnets], &["subnet-1"])]);
    let reads = watched.reads;
    watched.pass(Duration::from_millis(400), &world);
    assert_eq!(watched.reads, reads);
    world.silent.clear();
    watched.settle(&world);
    assert_eq!((watched.inventory(), gaps(&watched)), (world.scan(), 0));
    assert!(watched.engine.take_done().contains(&message));
}

#[test]
fn a_message_is_given_up_when_its_account_cannot_be_read_for_long() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.silent.insert(Kind::Instances);
    let message = watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.settle(&world);
    assert_eq!(watched.engine.take_done(), [message]);
    assert_eq!(watched.inventory().incomplete().count(), 1, "the gap stays");
    let mut scan = world.clone();
    scan.silent.clear();
    watched.reconcile(&scan.scan());
    assert_eq!(watched.inventory().incomplete().count(), 0, "a scan that succeeds closes it");
}

#[test]
fn what_is_refused_is_not_asked_for_again_until_there_is_a_reason() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.denied.insert(Kind::Instances);
    let message = watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.pass(2 * COLLECTED_FOR, &world);
    assert_eq!((watched.engine.take_done(), watched.reads), (vec![message], 1), "nothing waits for it");
    assert_eq!(watched.inventory().incomplete().count(), 1);
    watched.pass(Duration::from_mins(30), &world);
    assert_eq!(watched.reads, 1);
    // An event of another machine is a reason. What was refused before is read too.
    world.denied.clear();
    world.instances[0].1.state = Some("stopped".to_owned());
    watched.hear([hint(0, &[Kind::Instances], &["i-9"])]);
    watched.pass(2 * COLLECTED_FOR, &world);
    assert_eq!(watched.inventory().incomplete().count(), 1, "a read of i-9 says nothing of i-1");
    watched.settle(&world);
    watched.pass(COLLECTED_FOR, &world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn what_a_scan_could_not_read_is_read_as_a_whole_when_reads_succeed_again() {
    let world = small_world();
    let denied = World { denied: BTreeSet::from([Kind::Subnets]), ..small_world() };
    let mut watched = Watched::new(&denied);
    assert_eq!(watched.inventory().incomplete().count(), 2);
    for account in [0, 1] {
        watched.hear([hint(account, &[Kind::Subnets], &["subnet-1"])]);
    }
    watched.settle(&world);
    watched.pass(COLLECTED_FOR, &world);
    assert_eq!(watched.inventory(), world.scan());
}

/// Also if they had ended before the watch began.
#[test]
fn what_ended_is_looked_for_when_it_is_not_listed_any_more() {
    let mut world = small_world();
    world.instances[0].1.state = Some("terminated".to_owned());
    let mut watched = Watched::new(&world);
    watched.engine.schedule_follow_ups(watched.now);
    for (_, link) in &mut world.links {
        link.state = Some("deleted".to_owned());
    }
    watched.hear([hint(1, &[Kind::Links], &["pcx-1"])]);
    watched.settle(&world);
    (world.instances, world.links) = (vec![], vec![]);
    for _ in 0..4 {
        watched.pass(ENDED_LINKS_FOR, &world);
    }
    assert_eq!(watched.inventory(), world.scan());
}

/// Three events tell of one change, and EC2 answers late: they are one answer, not three.
#[test]
fn asking_several_times_within_a_moment_counts_as_once() {
    let (world, without) = (small_world(), World { subnets: vec![], ..small_world() });
    let mut watched = Watched::new(&world);
    for _ in 0..3 {
        watched.hear([hint(0, &[Kind::Subnets], &["subnet-1"])]);
        watched.pass(COLLECTED, &without);
    }
    assert_eq!((watched.inventory().subnets.len(), watched.reads), (1, 3));
    watched.settle(&world);
    assert_eq!((watched.inventory(), watched.reads), (world.scan(), 4));
}

#[test]
fn what_the_event_and_the_cloud_say_is_gone_is_believed_gone() {
    let world = World { interfaces: vec![], ..small_world() };
    let mut watched = Watched::new(&small_world());
    let gone = |id: &str| Hint { change: HintedChange::Ended, ..hint(0, &[Kind::Interfaces], &[id]) };
    watched.hear([gone("eni-1")]);
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.inventory().interfaces.len(), 0);
    // One that is listed is not gone, whatever the event says, and one that was never known is not asked for.
    let mut watched = Watched::new(&small_world());
    watched.hear([gone("eni-1"), gone("eni-2")]);
    watched.settle(&small_world());
    assert_eq!((watched.inventory(), watched.engine.counts().unknown_ids), (small_world().scan(), 0));
}

#[test]
fn only_other_addresses_lead_to_a_read_of_the_subnet() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    world.instances[0].1.state = Some("stopped".to_owned());
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.settle(&world);
    assert_eq!(watched.reads, 1);
    // The subnet was read with the machine, so only the account that shares it is asked besides.
    world.instances.clear();
    let subnet = hint(0, &[Kind::Subnets], &["subnet-1"]);
    watched.hear([Hint { change: HintedChange::Ended, ..hint(0, &[Kind::Instances], &["i-1"]) }, subnet]);
    watched.settle(&world);
    assert_eq!((watched.reads, watched.inventory()), (4, world.scan()));
}

/// The more happens, the more is read together.
#[test]
fn hints_of_one_account_are_read_together() {
    let world = small_world();
    let mut watched = Watched::new(&world);
    for _ in 0..100 {
        watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
        watched.pass(Duration::from_millis(100), &world);
    }
    assert!(watched.reads <= 20, "{} reads in 10 seconds", watched.reads);
    watched.settle(&world);
    let reads = watched.reads;
    for _ in 0..300 {
        watched.hear([hint(1, &[Kind::Networks], &["vpc-1"])]);
    }
    watched.hear([hint(0, &[Kind::Instances], &["i-1"])]);
    watched.pass(COLLECTED, &world);
    assert_eq!(watched.reads, reads + 1, "the machine waits for more, since much happens");
    watched.pass(COLLECTED_AT_MOST, &world);
    assert_eq!(watched.reads, reads + 2);
}

/// The watch before was killed when it knew of the machine, and had not read the subnet again.
#[test]
fn a_message_that_comes_back_leads_to_what_it_would_have_led_to() {
    let mut world = small_world();
    world.instances.push((0, instance(0, "i-2", "subnet-1", "running")));
    let mut watched = Watched::new(&world);
    take_address(&mut world, -1);
    for (_, link) in &mut world.links {
        link.state = Some("deleted".to_owned());
    }
    watched.engine.take_redelivered(1, vec![hint(0, &MACHINE, &["i-2"])], watched.now);
    watched.settle(&world);
    assert_eq!(watched.inventory(), world.scan());
}

#[test]
fn a_journal_of_the_changes_leads_to_the_same_inventory() {
    let mut world = small_world();
    let mut watched = Watched::new(&world);
    let mut restored = Engine::new(&world.scan());
    world.instances[0].1.state = Some("stopped".to_owned());
    world.interfaces.clear();
    world.links.push((1, peering("pcx-2", "active")));
    watched.hear([hint(0, &MACHINE, &["i-1"]), hint(1, &[Kind::Links], &["pcx-2"])]);
    watched.settle(&world);
    for fold in &watched.folds {
        let line = serde_json::to_string(&fold.delta).unwrap();
        restored.replay(&serde_json::from_str(&line).unwrap());
    }
    assert_eq!(restored.inventory().to_inventory(jiff::Timestamp::UNIX_EPOCH), watched.inventory());
}

/// Whatever happens, and however events and answers are ordered, the inventory is that of a full scan.
#[test]
fn after_any_changes_the_inventory_is_that_of_a_full_scan() {
    for seed in 0..300_u64 {
        let mut random = Random(seed * 2 + 1);
        let mut world = small_world();
        let mut watched = Watched::new(&world);
        let mut held: Vec<Hint> = Vec::new();
        for _ in 0..40 {
            let hints = change(&mut world, &mut random);
            // Lost are one in ten, some come twice, some late.
            held.extend(hints.into_iter().filter(|_| seed % 2 == 0 || !random.one_in(10)));
            if random.one_in(3) {
                if random.one_in(2) {
                    held.reverse();
                }
                let twice = held.first().cloned().filter(|_| random.one_in(4));
                watched.hear(std::mem::take(&mut held).into_iter().chain(twice));
            }
            watched.pass(Duration::from_millis(random.below(900)), &world);
        }
        watched.hear(held);
        watched.settle(&world);
        let scan = world.scan();
        if seed % 2 == 1 {
            watched.reconcile(&scan);
        }
        assert_eq!(watched.inventory(), scan, "seed {seed}");
    }
}

/// Changes the world in some way. Returns the hints of the events that clouds send then.
fn change(world: &mut World, random: &mut Random) -> Vec<Hint> {
    let account = usize::from(random.one_in(3));
    let number = random.below(1_000_000);
    match random.below(7) {
        0 => {
            let (machine, eni) = (format!("i-{number}"), format!("eni-{number}"));
            world.instances.push((account, instance(account, &machine, "subnet-1", "running")));
            world.interfaces.push((account, interface(account, &eni, "subnet-1", &machine)));
            take_address(world, -1);
            vec![hint(account, &MACHINE, &[&machine])]
        }
        1 if !world.instances.is_empty() => {
            let (account, gone) = world.instances.swap_remove(random.index(world.instances.len()));
            world.interfaces.retain(|(_, one)| one.attached_to.as_ref() != Some(&gone.id));
            take_address(world, 1);
            let change = if random.one_in(2) { HintedChange::MachineEnds } else { HintedChange::Any };
            vec![Hint { change, ..hint(account, &MACHINE, &[&gone.id]) }]
        }
        2 if !world.instances.is_empty() => {
            let at = random.index(world.instances.len());
            let (account, machine) = &mut world.instances[at];
            machine.tags.insert("a".to_owned(), number.to_string());
            vec![hint(*account, &[Kind::Instances], &[&machine.id])]
        }
        3 => {
            let id = format!("pcx-{number}");
            world.links.extend([(0, peering(&id, "active")), (1, peering(&id, "active"))]);
            vec![hint(account, &[Kind::Links], &[&id])]
        }
        4 if !world.links.is_empty() => {
            let id = world.links[random.index(world.links.len())].1.id.clone();
            world.links.retain(|(_, link)| link.id != id);
            vec![hint(account, &[Kind::Links], &[&id])]
        }
        5 => {
            let id = format!("subnet-{number}");
            world.subnets.push((account, subnet(account, &id, 251)));
            vec![hint(account, &[Kind::Subnets], &[&id])]
        }
        _ => {
            for (_, network) in &mut world.networks {
                network.state = Some(number.to_string());
            }
            vec![hint(0, &[Kind::Networks], &["vpc-1"])]
        }
    }
}

/// The shared subnet has an address more or less.
fn take_address(world: &mut World, more: i64) {
    for (_, subnet) in world.subnets.iter_mut().filter(|(_, subnet)| subnet.id == "subnet-1") {
        subnet.addresses_available =
            subnet.addresses_available.and_then(|free| free.checked_add_signed(more));
    }
}

/// Draws numbers, the same for the same seed (`SplitMix64`).
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }

    fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }

    fn one_in(&mut self, number: u64) -> bool {
        self.below(number) == 0
    }
}
