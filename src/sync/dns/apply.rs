//! Carries out a plan: what is to be done at a name is one transaction, and several go in one message.
//!
//! A server takes a message whole or not at all. If it does not take one of several transactions, each is sent alone.

use std::collections::BTreeMap;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;

use super::client::{DnsClient, UpdateError};
use super::record_type::RecordType;
use super::update::{Update, update_of};
use super::zone::{ZoneContents, zone_of};
use crate::diagnostic::Diagnostic;
use crate::sync::{AppliedStep, ApplyProgress, SyncPlan};

/// Bytes of the changes in a message.
const MESSAGE: usize = 16 * 1024;
/// After so many failures in a row nothing more is tried: the rest would fail in the same way.
const HOPELESS: usize = 5;

/// All that is to be done at a name.
#[derive(Debug)]
struct Transaction {
    zone: String,
    /// The positions of the steps in the plan.
    steps: Vec<usize>,
    update: Update,
}

/// A plan that is being carried out.
pub struct DnsApplication<'a> {
    client: &'a DnsClient,
    progress: &'a dyn ApplyProgress,
    outcomes: Vec<Option<AppliedStep>>,
    failures: usize,
}

impl<'a> DnsApplication<'a> {
    /// Begins to carry out a plan.
    #[must_use]
    pub fn new(client: &'a DnsClient, plan: &SyncPlan, progress: &'a dyn ApplyProgress) -> Self {
        Self { client, progress, outcomes: vec![None; plan.steps.len()], failures: 0 }
    }

    /// Carries it out. `zones` is what was read.
    pub async fn run(mut self, plan: &SyncPlan, zones: &[ZoneContents], owner: &str) -> Vec<AppliedStep> {
        for batch in batches(transactions(plan, zones, owner)) {
            self.send(&batch).await;
        }
        self.outcomes.into_iter().map(|outcome| outcome.unwrap_or(AppliedStep::NotTried)).collect()
    }

    /// Sends transactions of one zone in one message.
    fn send<'s>(&'s mut self, batch: &'s [Transaction]) -> BoxFuture<'s, ()> {
        async move {
            let Some(first) = batch.first() else { return };
            if self.failures >= HOPELESS || self.progress.is_stopped() {
                return;
            }
            let mut update = Update::default();
            for transaction in batch {
                update.extend(transaction.update.clone());
            }
            match (self.client.update(&first.zone, &update).await, batch) {
                (Ok(()), _) => self.set_outcomes(batch, &AppliedStep::Done),
                (Err(UpdateError::Failed(why)), _) | (Err(UpdateError::Refused(why)), [_]) => {
                    self.fail(batch, why);
                }
                (Err(UpdateError::Overtaken), [_]) => self.set_outcomes(batch, &AppliedStep::Overtaken),
                (Err(_), _) => {
                    for transaction in batch.chunks(1) {
                        self.send(transaction).await;
                    }
                }
            }
        }
        .boxed()
    }

    fn fail(&mut self, batch: &[Transaction], why: Diagnostic) {
        let failures = self.failures + 1;
        self.set_outcomes(batch, &AppliedStep::Failed(why));
        self.failures = failures;
    }

    fn set_outcomes(&mut self, batch: &[Transaction], outcome: &AppliedStep) {
        self.failures = 0;
        for step in batch.iter().flat_map(|transaction| &transaction.steps) {
            if let Some(place) = self.outcomes.get_mut(*step) {
                *place = Some(outcome.clone());
            }
        }
        let done = self.outcomes.iter().filter(|outcome| outcome.is_some()).count();
        self.progress.steps_done(done, self.outcomes.len());
    }
}

/// Joins the steps at each name, in the order of the first one of each.
fn transactions(plan: &SyncPlan, zones: &[ZoneContents], owner: &str) -> Vec<Transaction> {
    let names: Vec<String> = zones.iter().map(|zone| zone.zone.clone()).collect();
    let mut transactions: Vec<Transaction> = Vec::new();
    let mut by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, step) in plan.steps.iter().enumerate() {
        let name = step.record.key.as_str();
        let zone = zone_of(&names, name).and_then(|found| zones.iter().find(|zone| zone.zone == found));
        let (Some(zone), Some(record_type)) = (zone, RecordType::from_kind(&step.record.kind)) else {
            continue;
        };
        let position = *by_name.entry(name).or_insert_with(|| {
            let (steps, update) = (Vec::new(), Update::default());
            transactions.push(Transaction { zone: zone.zone.clone(), steps, update });
            transactions.len() - 1
        });
        let transaction = &mut transactions[position];
        transaction.steps.push(at);
        transaction.update.extend(update_of(step, record_type, zone, plan, owner));
    }
    transactions
}

/// Joins transactions that fit into one message.
fn batches(transactions: Vec<Transaction>) -> Vec<Vec<Transaction>> {
    let mut batches: Vec<Vec<Transaction>> = Vec::new();
    let mut size = 0;
    for transaction in transactions {
        let more = transaction.update.size();
        let fits =
            |batch: &&mut Vec<Transaction>| batch[0].zone == transaction.zone && size + more <= MESSAGE;
        if let Some(batch) = batches.last_mut().filter(fits) {
            size += more;
            batch.push(transaction);
        } else {
            size = more;
            batches.push(vec![transaction]);
        }
    }
    batches
}
