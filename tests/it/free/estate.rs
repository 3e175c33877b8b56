//! Estates and questions in few words.

use ipnet::IpNet;
use jiff::Timestamp;
use netcensus::analysis::free::{
    FreeInput, FreeQuestion, FreeReport, FreeSearch, HeldInput, HeldPrefix, Placement, Wanted, answer,
};
use netcensus::analysis::overlap::joined_networks;
use netcensus::model::{
    Coverage, Inventory, Link, Network, Outcome, PlannedChanges, Provider, Range, Resources, Subnet,
};

use crate::find::estate::{account, coverage};
use crate::overlap::estate::net;

pub const ACCOUNT: &str = "111111111111";

/// Everything that may hold a prefix.
#[derive(Debug, Clone, Default)]
pub struct Estate {
    pub networks: Vec<Network>,
    pub subnets: Vec<Subnet>,
    pub links: Vec<Link>,
    pub ranges: Vec<Range>,
    pub plan: PlannedChanges,
    pub bridges: Vec<IpNet>,
    pub others: Vec<HeldPrefix<'static>>,
    /// What could not be read, besides an account of each cloud that was read in full.
    pub unread: Vec<Coverage>,
}

impl Estate {
    pub fn of(networks: Vec<Network>) -> Self {
        Self { networks, ..Self::default() }
    }

    /// Puts the inventory together as a scan does.
    pub fn inventory(&self) -> Inventory {
        let resources = Resources {
            networks: self.networks.clone(),
            subnets: self.subnets.clone(),
            links: self.links.clone(),
            ..Resources::default()
        };
        let mut read = coverage(Provider::Aws, ACCOUNT, Outcome::Complete);
        read.extend(self.unread.iter().cloned());
        let accounts = vec![account(Provider::Aws, ACCOUNT, "prod")];
        Inventory::assemble("test".into(), Timestamp::UNIX_EPOCH, accounts, resources, read)
    }

    /// Answers for each prefix alone; the report borrows from the inventory, so that `look` gets it.
    pub fn ask<T>(
        &self,
        within: &[&str],
        wanted: Option<Wanted>,
        look: impl FnOnce(&FreeReport<'_>) -> T,
    ) -> T {
        self.ask_joined(within, wanted, None, look)
    }

    /// As [`Self::ask`], counting only what is joined to a network.
    pub fn ask_joined<T>(
        &self,
        within: &[&str],
        wanted: Option<Wanted>,
        joined_to: Option<&str>,
        look: impl FnOnce(&FreeReport<'_>) -> T,
    ) -> T {
        let inventory = self.inventory();
        let joined = joined_to.map(|network| joined_networks(&inventory, &[], network).unwrap());
        let searches: Vec<FreeSearch<'_>> = within.iter().map(|text| search(text)).collect();
        let input = FreeInput {
            held: HeldInput {
                inventory: &inventory,
                ranges: &self.ranges,
                plan: &self.plan,
                bridges: &self.bridges,
                others: &self.others,
            },
            question: wanted.map_or(FreeQuestion::Holes, |_| FreeQuestion::Size),
            searches: &searches,
            wanted,
            joined: joined.as_ref(),
            history: None,
            interrupted: false,
        };
        look(&answer(input).unwrap())
    }

    /// Returns the next `count` prefixes of a size, and whether there are as many.
    pub fn take(&self, within: &str, size: &str, count: usize) -> (Vec<String>, bool) {
        self.ask(&[within], Some(wanted(size, count)), |report| {
            let offer = report.answers[0].offer.as_ref().unwrap();
            (offer.prefixes.iter().map(ToString::to_string).collect(), offer.enough)
        })
    }

    /// Returns the aligned free prefixes of a prefix.
    pub fn free(&self, within: &str) -> Vec<String> {
        self.ask(&[within], None, |report| {
            let holes = report.answers[0].holes.iter();
            holes.flat_map(|hole| hole.prefixes.iter().map(ToString::to_string)).collect()
        })
    }
}

pub fn wanted(size: &str, count: usize) -> Wanted {
    Wanted { size: size.parse().unwrap(), count, placement: Placement::default() }
}

pub fn search(text: &str) -> FreeSearch<'static> {
    FreeSearch { name: text.to_owned(), is_pool: false, prefixes: vec![net(text)], held: Vec::new() }
}
