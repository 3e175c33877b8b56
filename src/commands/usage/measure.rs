//! What `usage` measures and how: the same for the inventory of today and for older ones.

use ipnet::IpNet;
use jiff::Timestamp;

use super::super::filters::parse_filter_flags;
use super::super::reservation_store;
use crate::analysis::addresses::{PRIVATE_BLOCKS, overlaps};
use crate::analysis::filter::Filter;
use crate::analysis::free::FREE_KINDS;
use crate::analysis::usage::{
    AssessError, PoolInput, UsageHistory, UsageInput, UsageKind, UsageReport, assess_usage,
};
use crate::cli::usage::{UsageArg, UsageArgs};
use crate::config::Settings;
use crate::error::Error;
use crate::model::{InventoryView, Kind, Pool, Range, Reservation, UsagePolicy};
use crate::ui::Ui;
use crate::wording::counted_as;

/// Networks for their names and prefixes, interfaces for what holds addresses.
const KINDS: [Kind; 3] = [Kind::Networks, Kind::Subnets, Kind::Interfaces];
/// Links for the peers of VPCs, whose address units count together.
const KINDS_OF_NETWORKS: [Kind; 4] = [Kind::Networks, Kind::Subnets, Kind::Interfaces, Kind::Links];
/// The registry entry whose blocks are measured without pools.
const RFC_1918: &str = "RFC 1918";

/// What is measured, and by which limits it is judged.
#[derive(Debug)]
pub struct Measure {
    /// What the rows are.
    pub of: UsageKind,
    /// The limits, and what fails.
    pub policy: UsagePolicy,
    members: Vec<Filter>,
    pools: Vec<Pool>,
    ranges: Vec<Range>,
    bridges: Vec<IpNet>,
    /// Those that are in force now, or were at any time that trends look at.
    reservations: Vec<Reservation>,
}

/// Which reservations count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservedWhen {
    /// Those that are in force now, as for `free`.
    Now,
    /// Those that were in force when the inventory was read. What was released since is not known any more.
    Then,
}

impl Measure {
    /// Checks the flags, and reads the reservations if pools are measured.
    ///
    /// # Errors
    /// When a group does not exist or can have no members, or the reservations cannot be read.
    pub fn new(args: &UsageArgs, settings: &Settings, ui: &Ui) -> Result<Self, Error> {
        let of = match args.of {
            UsageArg::Subnets => UsageKind::Subnet,
            UsageArg::Networks => UsageKind::Network,
            UsageArg::Pools => UsageKind::Pool,
            UsageArg::Accounts => UsageKind::Account,
        };
        let members = parse_filter_flags(&[], &args.groups, settings)?;
        check_groups(&members, of, args)?;
        let is_of_pools = of == UsageKind::Pool;
        let pools = settings.pools.value.clone();
        if is_of_pools && pools.is_empty() {
            ui.note_on_terminal(&format!(
                "netcensus.toml has no pools, so the blocks of {RFC_1918} are measured"
            ));
        }
        let reservations = if is_of_pools {
            let since = UsageHistory::begin(Timestamp::now());
            reservation_store::load_in_force(settings, args.source.live.sandbox, since, ui)?
        } else {
            Vec::new()
        };
        let pools = if is_of_pools && pools.is_empty() { private_blocks() } else { pools };
        note_outside(&reservations, &pools, ui);
        Ok(Self {
            of,
            policy: settings.usage.policy(),
            members,
            pools,
            ranges: settings.external.value.clone(),
            bridges: settings.overlap.bridges.value.clone(),
            reservations,
        })
    }

    /// Measures all subnets.
    pub fn subnets(settings: &Settings) -> Self {
        Self {
            of: UsageKind::Subnet,
            policy: settings.usage.policy(),
            members: Vec::new(),
            pools: Vec::new(),
            ranges: Vec::new(),
            bridges: Vec::new(),
            reservations: Vec::new(),
        }
    }

    /// Lists the kinds that have to be read.
    pub const fn kinds(&self) -> &'static [Kind] {
        match self.of {
            UsageKind::Pool => &FREE_KINDS,
            UsageKind::Network => &KINDS_OF_NETWORKS,
            UsageKind::Subnet | UsageKind::Account => &KINDS,
        }
    }

    /// Lists the kinds that tell how many addresses are used: interfaces do not change that.
    pub const fn kinds_that_count(&self) -> &'static [Kind] {
        match self.of {
            UsageKind::Pool => &FREE_KINDS,
            UsageKind::Subnet | UsageKind::Network | UsageKind::Account => &[Kind::Networks, Kind::Subnets],
        }
    }

    /// Makes the report of the inventory that was read now.
    ///
    /// # Errors
    /// When a rule has an invalid glob, or interfaces cannot be read.
    pub fn report(
        &self,
        view: InventoryView<'_>,
        history: Option<&UsageHistory>,
        interrupted: bool,
    ) -> Result<UsageReport, AssessError> {
        let reservations = self.reservations(view, ReservedWhen::Now);
        let input = self.input(view, &self.policy, &reservations);
        assess_usage(UsageInput { history, interrupted, ..input })
    }

    /// Makes the report of an inventory by other limits, without trends.
    ///
    /// # Errors
    /// As [`Measure::report`].
    pub fn report_by(
        &self,
        view: InventoryView<'_>,
        policy: &UsagePolicy,
        when: ReservedWhen,
    ) -> Result<UsageReport, AssessError> {
        assess_usage(self.input(view, policy, &self.reservations(view, when)))
    }

    fn reservations(&self, view: InventoryView<'_>, when: ReservedWhen) -> Vec<Reservation> {
        let is_in_force = |it: &&Reservation| match when {
            ReservedWhen::Now => !it.is_expired(Timestamp::now()),
            ReservedWhen::Then => {
                it.created_at <= view.inventory.taken_at && !it.is_expired(view.inventory.taken_at)
            }
        };
        self.reservations.iter().filter(is_in_force).cloned().collect()
    }

    fn input<'a>(
        &'a self,
        view: InventoryView<'a>,
        policy: &'a UsagePolicy,
        reservations: &'a [Reservation],
    ) -> UsageInput<'a> {
        let Self { pools, ranges, bridges, .. } = self;
        let pools = PoolInput { pools, ranges, reservations, bridges };
        UsageInput { members: &self.members, pools, ..UsageInput::new(view, self.of, policy) }
    }
}

/// Refuses groups in which no row can be a member.
fn check_groups(members: &[Filter], of: UsageKind, args: &UsageArgs) -> Result<(), Error> {
    let kind = match of {
        UsageKind::Subnet | UsageKind::Account => Some(Kind::Subnets),
        UsageKind::Network => Some(Kind::Networks),
        UsageKind::Pool => None,
    };
    let flag = format!("--group {}", args.groups.join(","));
    match kind {
        None if !members.is_empty() => {
            Err(Error::usage(format!("{flag}: pools cannot be members of groups"))
                .remedy("leave it out, or report subnets, networks or accounts"))
        }
        Some(kind) if !members.iter().all(|filter| filter.applies_to(kind)) => {
            Err(Error::usage(format!("{flag}: the group filters by a column that {kind} do not have"))
                .remedy(format!("name a group that {kind} can be in")))
        }
        Some(_) | None => Ok(()),
    }
}

/// Notes which reservations are in no pool, so that no row counts them.
fn note_outside(reservations: &[Reservation], pools: &[Pool], ui: &Ui) {
    let now = Timestamp::now();
    let is_in_pool = |one: &Reservation| {
        pools.iter().flat_map(|pool| &pool.prefixes).any(|prefix| overlaps(*prefix, one.prefix))
    };
    let is_outside = |one: &&Reservation| !one.is_expired(now) && !is_in_pool(one);
    let outside: Vec<String> =
        reservations.iter().filter(is_outside).map(|one| format!("{} ({})", one.name, one.prefix)).collect();
    if !outside.is_empty() {
        let (one, several) = ("reservation lies in no pool and is", "reservations lie in no pool and are");
        let what = counted_as(outside.len(), one, several);
        ui.note_unless_quiet(&format!("{what} not counted: {}", outside.join(", ")));
    }
}

/// Makes a pool of each private block, as `free` searches these where there are no pools.
fn private_blocks() -> Vec<Pool> {
    let blocks = PRIVATE_BLOCKS.iter().filter(|(_, rfc)| *rfc == RFC_1918);
    let pool = |(prefix, _): &(IpNet, _)| Pool {
        name: prefix.to_string(),
        prefixes: vec![*prefix],
        ..Pool::default()
    };
    blocks.map(pool).collect()
}
