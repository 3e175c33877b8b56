//! Reads a part of an account again, because something changed in it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Instant;

use futures_util::future::join_all;

use super::cloud_provider::{CloudProvider, Extent, Failure, Run};
use super::gather::{bounded, checked, correct_outcomes, outcome};
use super::meter::Meter;
use super::read_limit::ReadLimit;
use super::step;
use crate::model::{Coverage, FoundResources, Kind, Outcome, Provider, Resources, Scope};

/// Reads again what clouds have planned to read.
#[derive(Clone)]
pub struct Rereader {
    providers: Vec<Arc<dyn CloudProvider>>,
    limit: Arc<ReadLimit>,
    run: Run,
}

/// What became of one scope that was read again.
#[derive(Debug)]
pub struct RereadAnswer {
    /// What was asked for.
    pub scope: Scope,
    /// What was found; not all of it unless the outcome is complete.
    pub found: Resources,
    extent: Extent,
    /// The outcome.
    pub coverage: Coverage,
}

impl RereadAnswer {
    /// Tells whether all of the scope was read, not only what was asked for.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.extent == Extent::Whole
    }
}

impl Rereader {
    /// Reads with `providers`, which have made their plans.
    #[must_use]
    pub fn new(providers: Vec<Arc<dyn CloudProvider>>, run: Run) -> Self {
        let limit = Arc::new(ReadLimit::new(run.concurrency));
        Self { providers, limit, run }
    }

    /// Reads scopes of one account and region: what has one of the ids beside a scope, or belongs to one; all of the scope
    /// where there are no ids beside it. Each is read anew, and has its own outcome.
    pub async fn read(
        &self,
        provider: Provider,
        wanted: Vec<(Scope, Option<BTreeSet<String>>)>,
    ) -> Vec<RereadAnswer> {
        let Some(cloud) = self.providers.iter().find(|cloud| cloud.id() == provider) else {
            return wanted.into_iter().map(|(scope, _)| not_planned(scope)).collect();
        };
        // One for all kinds, so that these share the lists that they are made from.
        let cloud = cloud.without_answers().unwrap_or_else(|| Arc::clone(cloud));
        // Subnets come after what takes addresses of them, so that their free addresses are as new as that.
        let (subnets, others): (Vec<_>, Vec<_>) =
            wanted.into_iter().partition(|(scope, _)| scope.kind == Kind::Subnets);
        let mut answers = Vec::new();
        for wanted in [others, subnets] {
            let reads = wanted.into_iter().map(|(scope, ids)| self.read_one(&*cloud, scope, ids));
            answers.extend(join_all(reads).await);
        }
        let mut outcomes: Vec<Coverage> = answers.iter().map(|answer| answer.coverage.clone()).collect();
        correct_outcomes(&*cloud, &mut outcomes).await;
        for (answer, corrected) in answers.iter_mut().zip(outcomes) {
            answer.coverage = corrected;
        }
        answers
    }

    async fn read_one(
        &self,
        cloud: &dyn CloudProvider,
        scope: Scope,
        ids: Option<BTreeSet<String>>,
    ) -> RereadAnswer {
        let (begun, meter) = (Instant::now(), Meter::for_scope(scope.clone(), Arc::clone(&self.limit)));
        let mut found = FoundResources::default();
        let read = async {
            match ids {
                Some(ids) => cloud.read_some(&scope, &ids, &mut found).await,
                None => cloud.read(&scope, &mut found).await.map(|()| Extent::Whole),
            }
        };
        let contained = async {
            step::contained(read).await.unwrap_or_else(|fault| Err(Failure::new(Outcome::Failed, fault)))
        };
        let read = meter.watch(bounded(Box::pin(contained), &meter, &self.run)).await;
        let read = checked(read, &meter, &mut found);
        let (found, read) = match found.unpack() {
            Ok(found) => (found, read),
            Err(error) => (Resources::default(), Err(Failure::new(Outcome::Failed, error.to_string()))),
        };
        let extent = *read.as_ref().unwrap_or(&Extent::Ids);
        tracing::debug!(%scope, requests = meter.requests(), ok = read.is_ok(), "read again");
        RereadAnswer { coverage: outcome(scope.clone(), &read, &meter, begun), scope, found, extent }
    }
}

fn not_planned(scope: Scope) -> RereadAnswer {
    let failure = Failure::new(Outcome::Failed, "this scope was not planned");
    let coverage = outcome(scope.clone(), &Err::<(), _>(failure), &Meter::default(), Instant::now());
    RereadAnswer { scope, found: Resources::default(), extent: Extent::Ids, coverage }
}
