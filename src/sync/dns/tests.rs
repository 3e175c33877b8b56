//! DNS as a registry, against a server in this process that does what RFC 2136, 5936 and 8945 say.

mod answers;
mod properties;
mod server;
mod traps;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use domain::base::iana::Rtype;
use jiff::Timestamp;

use self::server::{SECRET, Server};
use super::DnsTarget;
use super::record_type::RecordType;
use crate::config::{
    DnsServer, DnsSettings, MachineAddresses, MachineField, NameTemplate, SecretValue, TemplatePart,
};
use crate::diagnostic::Diagnostic;
use crate::model::{Coverage, Instance, Inventory, Outcome, Provider, Resources, Subject, Tags};
use crate::sync::{
    Action, AppliedStep, ApplyProgress, Owner, PlanOptions, Share, SyncPlan, SyncPlanInput, SyncTarget, plan,
};

pub const ACCOUNT: &str = "111111111111";
pub const OTHER_ACCOUNT: &str = "222222222222";
pub const WEB: &str = "web.eu-west-1.example.internal";
pub const WEB_TXT: &str = "a-web.eu-west-1.example.internal";

/// Makes a template of `text`, whose placeholders are right.
pub fn template(text: &str) -> NameTemplate {
    let field = |name: &str| match name {
        "name" => MachineField::Name,
        "id" => MachineField::Id,
        "region" => MachineField::Region,
        "account" => MachineField::Account,
        "provider" => MachineField::Provider,
        tag => MachineField::Tag(tag.trim_start_matches("tag:").to_owned()),
    };
    let parts = text.split_inclusive(['{', '}']).filter_map(|part| match part.strip_suffix('}') {
        Some(name) => Some(TemplatePart::Field(field(name))),
        None => Some(part.trim_end_matches('{'))
            .filter(|it| !it.is_empty())
            .map(|it| TemplatePart::Text(it.to_owned())),
    });
    NameTemplate { parts: parts.collect() }
}

/// Returns the settings of a server that does not exist.
pub fn settings() -> DnsSettings {
    DnsSettings {
        server: DnsServer { host: "127.0.0.1".to_owned(), port: 53 },
        zones: ["example.internal", "10.in-addr.arpa"].map(str::to_owned).to_vec(),
        key_name: Some("netcensus".to_owned()),
        algorithm: None,
        key: SecretValue::File(PathBuf::from("update.key")),
        template: template("{name}.{region}.example.internal"),
        ttl: 300,
        addresses: MachineAddresses::Primary,
        owner: None,
    }
}

/// Makes a machine of `eu-west-1`.
pub fn machine(id: &str, name: Option<&str>, addresses: &[&str]) -> Instance {
    Instance {
        provider: Provider::Aws,
        account: ACCOUNT.to_owned(),
        region: "eu-west-1".to_owned(),
        zone: None,
        zone_id: None,
        id: id.to_owned(),
        name: name.map(str::to_owned),
        network: None,
        subnet: None,
        instance_type: None,
        architecture: None,
        vcpus: None,
        state: Some("running".to_owned()),
        launched_at: None,
        private_ips: addresses.iter().map(|address| address.parse().unwrap()).collect(),
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

/// Makes an inventory of two accounts; the outcome is that of the first one's machines.
pub fn inventory(instances: Vec<Instance>, outcome: Outcome) -> Inventory {
    let coverage =
        [(ACCOUNT, outcome), (OTHER_ACCOUNT, Outcome::Complete)].map(|(account, outcome)| Coverage {
            provider: Provider::Aws,
            account: account.to_owned(),
            region: Some("eu-west-1".to_owned()),
            kind: Subject::Instances,
            outcome,
            detail: None,
            requests: 1,
            duration_ms: 1,
        });
    let resources = Resources { instances, ..Resources::default() };
    Inventory::assemble("test".to_owned(), now(), Vec::new(), resources, coverage.to_vec())
}

fn now() -> Timestamp {
    "2026-11-27T12:00:00Z".parse().unwrap()
}

struct NoProgress(AtomicBool);

impl ApplyProgress for NoProgress {
    fn steps_done(&self, _: usize, _: usize) {}

    fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// A server, and how it is kept true.
struct Case {
    server: Server,
    settings: DnsSettings,
    options: PlanOptions,
    now: Timestamp,
}

impl Case {
    fn new() -> Self {
        let server = Server::new(&settings().zones);
        let settings = DnsSettings { server: server.place(), ..settings() };
        let options = PlanOptions { max_delete: Share { percent: 100 }, ..PlanOptions::default() };
        Self { server, settings, options, now: now() }
    }

    fn target(&self) -> DnsTarget {
        let target = DnsTarget::new("names", self.settings.clone(), Some(SECRET)).unwrap();
        target.answer_within(Duration::from_secs(20))
    }

    fn try_plan(&self, inventory: &Inventory) -> Result<(DnsTarget, SyncPlan), Diagnostic> {
        let target = self.target();
        let mapped = target.map(inventory);
        let existing = block_on(target.read(&mapped.records))?;
        let plan = plan(&SyncPlanInput {
            target: "names",
            kinds: target.kinds(),
            is_maintained: &|_, _| false,
            wanted: &mapped.records,
            undetermined: &mapped.undetermined,
            conflicts: &mapped.conflicts,
            resource_field: target.resource_field(),
            unique_fields: &|kind| target.unique_fields(kind),
            existing: &existing,
            inventory,
            now: self.now,
            options: self.options,
        });
        Ok((target, plan))
    }

    fn plan(&self, inventory: &Inventory) -> SyncPlan {
        self.try_plan(inventory).unwrap().1
    }

    fn apply(&self, inventory: &Inventory) -> (SyncPlan, Vec<AppliedStep>) {
        let (target, plan) = self.try_plan(inventory).unwrap();
        let outcomes = block_on(target.apply(&plan, &NoProgress(AtomicBool::new(false))));
        (plan, outcomes)
    }

    /// Applies what `inventory` asks for, all of which succeeds, and leaves no step to do.
    fn sync(&self, inventory: &Inventory) -> SyncPlan {
        let (plan, outcomes) = self.apply(inventory);
        let failed: Vec<_> =
            plan.steps.iter().zip(&outcomes).filter(|(_, it)| **it != AppliedStep::Done).collect();
        assert!(failed.is_empty(), "{failed:#?}");
        let again = self.plan(inventory);
        assert!(again.steps.is_empty(), "{:#?}", again.steps);
        plan
    }

    /// Returns the addresses of a name.
    fn addresses(&self, name: &str) -> Vec<String> {
        self.server.values(name, RecordType::A)
    }

    fn add_by_hand(&self, name: &str, address: &str) {
        self.server.add(name, Rtype::A, 300, RecordType::A.data(address).unwrap());
    }
}

/// Returns actions, kinds and keys.
fn steps(plan: &SyncPlan) -> Vec<String> {
    plan.steps
        .iter()
        .map(|step| format!("{} {} {}", step.action.as_str(), step.record.kind, step.record.key))
        .collect()
}

/// Returns the codes of what is left alone.
fn left(plan: &SyncPlan) -> Vec<&'static str> {
    plan.left_alone.iter().map(|left| left.reason.code()).collect()
}

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(work)
}

fn is_done(outcomes: &[AppliedStep]) -> bool {
    outcomes.iter().all(|outcome| *outcome == AppliedStep::Done)
}

fn has(plan: &SyncPlan, action: Action) -> bool {
    plan.with_action(action).next().is_some()
}

fn owner_of(case: &Case, name: &str) -> Option<Owner> {
    let ownership = case.server.ownership(&RecordType::A.ownership_name(name))?;
    Some(ownership.owner("names", "netcensus-names"))
}
