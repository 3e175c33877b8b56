//! Estates drawn like real ones, the same ones for the same seed.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// The team that holds summaries of what others use.
const BACKBONE: u32 = 0;

/// Where the popular networks begin; the first is what every AWS account has.
const DEFAULT_NETWORK: u32 = u32::from_be_bytes([172, 31, 0, 0]);
const TEN: u32 = u32::from_be_bytes([10, 0, 0, 0]);

/// Draws `count` prefixes of one kind, each with its owner, in no order.
///
/// # Errors
/// When there is no such kind.
pub fn estate(kind: &str, count: usize, seed: u64) -> Result<Vec<(IpNet, u32)>, String> {
    let mut random = Random(seed);
    let mut estate = if kind == "mixed" {
        mixed(&mut random, count)
    } else {
        let (_, draw) = KINDS.iter().find(|(name, _)| *name == kind).ok_or_else(|| no_kind(kind))?;
        draw(&mut random, count).into_iter().map(|held| (held.v4(), held.owner)).collect()
    };
    random.shuffle(&mut estate);
    Ok(estate)
}

fn no_kind(kind: &str) -> String {
    let names: Vec<&str> = KINDS.iter().map(|(name, _)| *name).collect();
    format!("there is no kind {kind}; it is one of {}, mixed", names.join(", "))
}

type Draw = fn(&mut Random, usize) -> Vec<Held>;

const KINDS: [(&str, Draw); 4] =
    [("nested", nested), ("duplicated", duplicated), ("disjoint", disjoint), ("all-default", all_default)];

/// How many of a hundred prefixes of a mixed estate are of each kind.
const SHARES: [usize; 4] = [40, 25, 30, 5];

/// A prefix of an estate that is not of a family yet.
struct Held {
    address: u32,
    length: u8,
    owner: u32,
}

impl Held {
    fn v4(&self) -> IpNet {
        Ipv4Net::new_assert(Ipv4Addr::from(self.address), self.length).into()
    }

    /// The same place in a plan of IPv6: what is a /24 there is a /56 here.
    fn v6(&self) -> IpNet {
        let provider = 0x2600_1f18_u128 << 96;
        let address = Ipv6Addr::from(provider | u128::from(self.address) << 64);
        Ipv6Net::new_assert(address, self.length + 32).into()
    }
}

/// Four of five prefixes are IPv4; all kinds share the same addresses.
fn mixed(random: &mut Random, count: usize) -> Vec<(IpNet, u32)> {
    let mut estate = Vec::with_capacity(count);
    for ((_, draw), share) in KINDS.iter().zip(SHARES) {
        let (v6, all) = (count * share / 500, count * share / 100);
        estate.extend(draw(random, all - v6).iter().map(|held| (held.v4(), held.owner)));
        estate.extend(draw(random, v6).iter().map(|held| (held.v6(), held.owner)));
    }
    estate
}

/// A plan of addresses: regions, pools of accounts, networks, subnets, and ranges in these. Some regions and pools
/// have a summary that the backbone holds, some subnets are another account's.
fn nested(random: &mut Random, count: usize) -> Vec<Held> {
    let mut plan = Plan { random, held: Vec::with_capacity(count), count, account: BACKBONE };
    let mut region = TEN;
    while plan.held.len() < count {
        if plan.random.one_in(4) {
            plan.hold(region, 12, BACKBONE);
        }
        plan.pools(region);
        region = region.wrapping_add(1 << 20);
    }
    plan.held
}

struct Plan<'a> {
    random: &'a mut Random,
    held: Vec<Held>,
    count: usize,
    account: u32,
}

impl Plan<'_> {
    fn hold(&mut self, address: u32, length: u8, owner: u32) {
        if self.held.len() < self.count {
            self.held.push(Held { address, length, owner });
        }
    }

    fn pools(&mut self, region: u32) {
        for pool in (0..16).map(|at| region + (at << 16)) {
            self.account += 1;
            match self.random.below(4) {
                0 => self.hold(pool, 16, BACKBONE),
                1 => self.hold(pool, 16, self.account),
                _ => {}
            }
            self.networks(pool);
        }
    }

    fn networks(&mut self, pool: u32) {
        for network in (0..16).map(|at| pool + (at << 12)) {
            if self.random.one_in(2) {
                self.hold(network, 20, self.account);
                self.subnets(network);
            }
        }
    }

    fn subnets(&mut self, network: u32) {
        for subnet in (0..16).map(|at| network + (at << 8)) {
            if self.random.one_in(2) {
                let guest = u32::from(self.random.one_in(16));
                self.hold(subnet, 24, self.account + guest);
                self.ranges(subnet);
            }
        }
    }

    fn ranges(&mut self, subnet: u32) {
        for range in (0..16).map(|at| subnet + (at << 4)) {
            if self.random.one_in(4) {
                self.hold(range, 28, self.account);
            }
        }
    }
}

/// Accounts that took the network everybody takes, and three subnets of it.
fn duplicated(random: &mut Random, count: usize) -> Vec<Held> {
    let mut held = Vec::with_capacity(count);
    for owner in 0.. {
        // The first of a hundred networks is the most popular by far.
        let rank = (0..3).fold(99, |rank, _| random.below(rank + 1));
        let network = if rank == 0 { DEFAULT_NETWORK } else { TEN + (rank << 16) };
        held.push(Held { address: network, length: 16, owner });
        held.extend((0..3).map(|at| Held { address: network + (at << 12), length: 20, owner }));
        if held.len() >= count {
            break;
        }
    }
    held.truncate(count);
    held
}

/// A /24 or less of each /24, four to an owner.
fn disjoint(random: &mut Random, count: usize) -> Vec<Held> {
    let slots = (u32::from_be_bytes([1, 0, 0, 0])..).step_by(256);
    let held = slots.zip(0..).take(count);
    held.map(|(address, at)| Held { address, length: 24 + random.length(5), owner: at / 4 }).collect()
}

/// Accounts that never deleted the default network.
fn all_default(_: &mut Random, count: usize) -> Vec<Held> {
    (0..).take(count).map(|owner| Held { address: DEFAULT_NETWORK, length: 16, owner }).collect()
}

/// Numbers that look random and are the same everywhere: splitmix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    /// A number below `limit`.
    fn below(&mut self, limit: u32) -> u32 {
        let scaled = ((self.next() >> 32) * u64::from(limit)) >> 32;
        u32::try_from(scaled).expect("below a limit of 32 bits")
    }

    fn length(&mut self, limit: u8) -> u8 {
        u8::try_from(self.below(limit.into())).expect("below a limit of 8 bits")
    }

    fn one_in(&mut self, times: u32) -> bool {
        self.below(times) == 0
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let limit = u32::try_from(last + 1).expect("fewer than 2^32 prefixes");
            items.swap(last, self.below(limit) as usize);
        }
    }
}
