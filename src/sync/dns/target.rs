//! A DNS server as a registry.

use std::sync::{Mutex, PoisonError};

use futures_util::future::BoxFuture;

use super::apply::DnsApplication;
use super::client::DnsClient;
use super::existing::{SyncOwner, existing_records};
use super::key::read_key;
use super::mapping::{MACHINE, map_inventory};
use super::record_type::RecordType;
use super::zone::ZoneContents;
use crate::config::DnsSettings;
use crate::diagnostic::Diagnostic;
use crate::model::{Inventory, Kind};
use crate::redact::redact;
use crate::sync::{AppliedStep, ApplyProgress, ExistingRecord, MappedRecords, Record, SyncPlan, SyncTarget};

/// A DNS server that is kept true.
pub struct DnsTarget {
    name: String,
    location: String,
    owner: String,
    settings: DnsSettings,
    /// `None` if nothing is asked of it.
    client: Option<DnsClient>,
    /// What the zones had at the last reading: an update requires that it is still the same.
    zones: Mutex<Vec<ZoneContents>>,
}

impl DnsTarget {
    /// Makes the target `name`. `secret` is the text of the key; without it nothing can be asked of the server. Nothing is
    /// sent.
    ///
    /// # Errors
    /// When the text is no key.
    pub fn new(name: &str, settings: DnsSettings, secret: Option<&str>) -> Result<Self, Diagnostic> {
        let key = secret.map(|secret| read_key(&settings, secret)).transpose()?;
        Ok(Self {
            name: name.to_owned(),
            location: settings.server.to_string(),
            owner: settings.owner.clone().unwrap_or_else(|| format!("netcensus-{name}")),
            client: key.map(|key| DnsClient::new(settings.server.clone(), key)),
            settings,
            zones: Mutex::default(),
        })
    }

    #[cfg(test)]
    pub(super) fn answer_within(mut self, within: std::time::Duration) -> Self {
        self.client = self.client.map(|client| client.answer_within(within));
        self
    }

    #[cfg(test)]
    pub(super) fn max_transfer(mut self, most: usize) -> Self {
        self.client = self.client.map(|client| client.max_transfer(most));
        self
    }

    fn client(&self) -> Result<&DnsClient, Diagnostic> {
        self.client.as_ref().ok_or_else(|| Diagnostic::new("there is no key to the server"))
    }

    async fn check_zones(&self) -> Result<(), Diagnostic> {
        let client = self.client()?;
        for zone in &self.settings.zones {
            client.check(zone).await?;
        }
        Ok(())
    }

    async fn read_zones(&self, wanted: &[Record]) -> Result<Vec<ExistingRecord>, Diagnostic> {
        let client = self.client()?;
        let mut zones = Vec::new();
        for zone in &self.settings.zones {
            zones.push(client.transfer(zone).await?);
        }
        let us = SyncOwner { target: &self.name, owner: &self.owner };
        let existing = existing_records(&zones, wanted, us);
        *self.zones.lock().unwrap_or_else(PoisonError::into_inner) = zones;
        Ok(existing)
    }

    async fn apply_plan(&self, plan: &SyncPlan, progress: &dyn ApplyProgress) -> Vec<AppliedStep> {
        let zones = std::mem::take(&mut *self.zones.lock().unwrap_or_else(PoisonError::into_inner));
        match self.client() {
            Ok(client) => DnsApplication::new(client, plan, progress).run(plan, &zones, &self.owner).await,
            Err(why) => vec![AppliedStep::Failed(why); plan.steps.len()],
        }
    }
}

impl SyncTarget for DnsTarget {
    fn location(&self) -> &str {
        &self.location
    }

    fn kinds(&self) -> &[&'static str] {
        &RecordType::KINDS
    }

    fn inventory_kinds(&self) -> &[Kind] {
        &[Kind::Instances]
    }

    fn maintained_fields(&self, _: &str) -> &[String] {
        &[]
    }

    fn resource_field(&self) -> Option<&'static str> {
        Some(MACHINE)
    }

    fn map(&self, inventory: &Inventory) -> MappedRecords {
        map_inventory(inventory, &self.settings)
    }

    fn check(&self) -> BoxFuture<'_, Result<(), Diagnostic>> {
        Box::pin(async { self.check_zones().await.map_err(|error| error.map(redact)) })
    }

    fn read<'a>(&'a self, wanted: &'a [Record]) -> BoxFuture<'a, Result<Vec<ExistingRecord>, Diagnostic>> {
        Box::pin(async { self.read_zones(wanted).await.map_err(|error| error.map(redact)) })
    }

    fn apply<'a>(
        &'a self,
        plan: &'a SyncPlan,
        progress: &'a dyn ApplyProgress,
    ) -> BoxFuture<'a, Vec<AppliedStep>> {
        Box::pin(self.apply_plan(plan, progress))
    }
}
