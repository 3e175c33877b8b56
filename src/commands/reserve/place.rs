//! Where `reserve` looks for a prefix, and what is free there.

use ipnet::IpNet;
use jiff::Timestamp;

use super::super::declared_ranges::DeclaredRanges;
use super::super::free::{say_too_large, search};
use crate::analysis::addresses::overlaps;
use crate::analysis::free::{
    FreeSearch, FreeSpace, HeldPrefix, HeldPrefixes, IpVersion, Placement, PrefixSize, RequestedSize,
};
use crate::analysis::reservations::ReservableSpace;
use crate::cli::reserve::ReserveArgs;
use crate::config::Settings;
use crate::error::Error;
use crate::model::{Inventory, Pool, Reservation};

/// The most holders that are named.
const MAX_NAMED: usize = 3;

/// Where to look, and for which size.
#[derive(Debug)]
pub struct PrefixRequest<'a> {
    within: Vec<IpNet>,
    /// The pool, if it is one.
    pub pool: Option<String>,
    /// What the pool does not give out.
    held: Vec<HeldPrefix<'a>>,
    size: PrefixSize,
    placement: Placement,
}

impl<'a> PrefixRequest<'a> {
    /// Checks what was typed.
    ///
    /// # Errors
    /// When it is neither a prefix nor a pool, or the size does not fit.
    pub fn new(args: &ReserveArgs, pools: &'a [Pool]) -> Result<Self, Error> {
        let FreeSearch { name, is_pool, prefixes: within, held } = search(&args.place, pools)?;
        let size = match (&args.size, &within[..]) {
            (None, [prefix]) if !is_pool => {
                PrefixSize { version: IpVersion::from_prefix(prefix), length: prefix.prefix_len() }
            }
            (None, _) => {
                return Err(Error::usage(format!(
                    "{name} is a pool, and --size does not say how much to take from it"
                ))
                .remedy("add it, such as --size 20"));
            }
            (Some(text), _) => {
                let wrong = |what: String| Error::usage(what).context("--size");
                let size: RequestedSize = text
                    .parse()
                    .map_err(|error: crate::analysis::free::PrefixSizeError| wrong(error.to_string()))?;
                size.resolve(&within).map_err(|error| wrong(error.to_string()))?
            }
        };
        let placement = Placement { first_fit: args.first_fit, from_end: args.from_end };
        Ok(Self { within, pool: is_pool.then_some(name), held, size, placement })
    }

    /// Returns the length of the prefix that was asked for.
    pub const fn length(&self) -> u8 {
        self.size.length
    }

    /// Tells whether a prefix is one that was asked for.
    pub fn accepts(&self, prefix: IpNet) -> bool {
        let size = PrefixSize { version: IpVersion::from_prefix(&prefix), length: prefix.prefix_len() };
        size == self.size && self.within.iter().any(|within| within.contains(&prefix))
    }
}

/// What is free of a place.
#[derive(Debug)]
pub struct FreePlace<'a> {
    place: &'a PrefixRequest<'a>,
    held: HeldPrefixes<'a>,
    /// The prefixes of `held` that no other contains.
    taken: Vec<IpNet>,
}

impl<'a> FreePlace<'a> {
    /// Collects what is held, without reservations.
    pub fn new(
        place: &'a PrefixRequest<'a>,
        inventory: &'a Inventory,
        declared: &'a DeclaredRanges,
        settings: &'a Settings,
    ) -> Self {
        let held = HeldPrefixes::new(&declared.held_input(inventory, settings, &place.held));
        Self { place, taken: held.outermost(), held }
    }

    /// Says that nothing is free, what the largest free prefix is, and for a prefix that was named what holds it.
    pub fn shortage(&self, name: &str, stored: &[Reservation], now: Timestamp) -> Error {
        let in_force: Vec<&Reservation> =
            stored.iter().filter(|other| other.name != name && !other.is_expired(now)).collect();
        let within: Vec<String> = self.place.within.iter().map(ToString::to_string).collect();
        let (within, length) = (within.join(", "), self.place.size.length);
        let widest = self.free_space(&in_force).widest(self.place.size.version);
        if let Some(message) = say_too_large(length, self.place.within.iter(), &within) {
            return Error::usage(message);
        }
        let is_exact = self.place.within.iter().all(|prefix| prefix.prefix_len() == length);
        let error = if is_exact {
            Error::usage(format!("{within} is not free"))
        } else {
            Error::usage(format!("no /{length} is free in {within}"))
        };
        let error = match widest {
            Some(widest) => error.remedy(format!("the largest free prefix there is {widest}")),
            None if is_exact => error,
            None => error.with_cause("nothing is free there"),
        };
        let holders = self.place.within.iter().flat_map(|prefix| self.held.overlapping(*prefix));
        let reserved = in_force
            .iter()
            .filter(|other| self.place.within.iter().any(|prefix| overlaps(*prefix, other.prefix)));
        let reserved = reserved
            .map(|other| format!("{} is reserved by {} as `{}`", other.prefix, other.owner, other.name));
        let used = holders.map(|held| format!("{} is used by {}", held.prefix, held.holder.describe()));
        let named = used.chain(reserved).take(MAX_NAMED);
        named.fold(error, Error::with_cause)
    }

    fn free_space(&self, others: &[&Reservation]) -> FreeSpace {
        let taken: Vec<IpNet> =
            self.taken.iter().copied().chain(others.iter().map(|other| other.prefix)).collect();
        FreeSpace::new(&self.place.within, &taken)
    }
}

impl ReservableSpace for FreePlace<'_> {
    fn next_free(&self, others: &[&Reservation]) -> Option<IpNet> {
        let PrefixRequest { size, placement, .. } = *self.place;
        self.free_space(others).allocate(size, 1, placement).first().copied()
    }

    fn is_free(&self, prefix: IpNet, others: &[&Reservation]) -> bool {
        self.held.overlapping(prefix).is_empty() && !others.iter().any(|other| overlaps(prefix, other.prefix))
    }
}
