//! Estates of any size, for benchmarks: the same size, the same estate.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net};
use toml::Spanned;

use super::azure;
use super::build;
use super::spec::{
    AccountSpec, BlockSpec, InstanceSpec, NetworkSpec, OrganizationSpec, RegionSpec, Spec, SubnetSpec,
    ZonesSpec,
};
use super::types::{Estate, InstanceState, Tags};

/// How large an estate to make; read from text such as `accounts=20,regions=4`, the rest being defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Accounts, 1 to 5000.
    pub accounts: usize,
    /// Regions, 1 to 20.
    pub regions: usize,
    /// Networks in each region of each account, 0 to 50.
    pub networks: usize,
    /// Subnets in each network, 0 to 256.
    pub subnets: usize,
    /// Instances in all, spread evenly; at most 200 for each subnet.
    pub instances: usize,
    /// Azure subscriptions, 0 to 2000, each with `networks` networks of `subnets` subnets.
    pub subscriptions: usize,
    /// Virtual machines in each subscription, spread evenly; at most 200 for each subnet.
    pub vms: usize,
}

impl Default for Size {
    fn default() -> Self {
        Self { accounts: 20, regions: 4, networks: 3, subnets: 3, instances: 100, subscriptions: 0, vms: 0 }
    }
}

/// Why a size is refused.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SizeError {
    /// Not `name=number`, or a name that is not there.
    #[error(
        "`{0}` is not one of accounts=N, regions=N, networks=N, subnets=N, instances=N, subscriptions=N, vms=N"
    )]
    Unknown(String),
    /// Out of range.
    #[error("{what} must be {least} to {most}, not {given}")]
    Range {
        /// What is out of range.
        what: &'static str,
        /// The least.
        least: usize,
        /// The most.
        most: usize,
        /// What was asked for.
        given: usize,
    },
}

impl FromStr for Size {
    type Err = SizeError;

    fn from_str(text: &str) -> Result<Self, SizeError> {
        let mut size = Self::default();
        for part in text.split(',') {
            let unknown = || SizeError::Unknown(part.trim().to_owned());
            let (name, number) = part.split_once('=').ok_or_else(unknown)?;
            let number = number.trim().parse().map_err(|_| unknown())?;
            match name.trim() {
                "accounts" => size.accounts = number,
                "regions" => size.regions = number,
                "networks" => size.networks = number,
                "subnets" => size.subnets = number,
                "instances" => size.instances = number,
                "subscriptions" => size.subscriptions = number,
                "vms" => size.vms = number,
                _ => return Err(unknown()),
            }
        }
        size.check()?;
        Ok(size)
    }
}

impl fmt::Display for Size {
    /// Writes it as it is read, every number named.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { accounts, regions, networks, subnets, instances, subscriptions, vms } = self;
        write!(
            f,
            "accounts={accounts},regions={regions},networks={networks},subnets={subnets},instances={instances},\
             subscriptions={subscriptions},vms={vms}"
        )
    }
}

impl Size {
    fn check(&self) -> Result<(), SizeError> {
        let all_subnets = self.all_networks().saturating_mul(self.subnets);
        for (what, least, most, given) in [
            ("accounts", 1, 5000, self.accounts),
            ("regions", 1, REGIONS.len(), self.regions),
            ("networks", 0, 50, self.networks),
            ("subnets", 0, 256, self.subnets),
            ("instances", 0, all_subnets.saturating_mul(200), self.instances),
            ("subscriptions", 0, 2000, self.subscriptions),
            ("vms", 0, self.networks.saturating_mul(self.subnets).saturating_mul(200), self.vms),
        ] {
            if !(least..=most).contains(&given) {
                return Err(SizeError::Range { what, least, most, given });
            }
        }
        Ok(())
    }

    const fn all_networks(&self) -> usize {
        self.accounts.saturating_mul(self.regions).saturating_mul(self.networks)
    }
}

/// Regions by name, in the order in which sizes take them.
const REGIONS: [&str; 20] = [
    "eu-west-1",
    "eu-central-1",
    "us-east-1",
    "us-west-2",
    "ap-southeast-2",
    "ap-northeast-1",
    "eu-north-1",
    "us-east-2",
    "sa-east-1",
    "ca-central-1",
    "eu-west-2",
    "eu-west-3",
    "us-west-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "eu-south-1",
    "me-central-1",
    "af-south-1",
];

/// Networks start over at 10.0.0.0/16 after so many, so that larger estates collide.
const DISTINCT_PREFIXES: usize = 64;

/// Account ids count up from here.
const FIRST_ACCOUNT: usize = 111_111_111_111;

impl Estate {
    /// Makes an estate of a size.
    ///
    /// # Errors
    /// When the size is out of the ranges that [`Size`] gives.
    ///
    /// # Panics
    /// Never: every size within range makes a valid estate.
    pub fn generate(size: &Size) -> Result<Self, SizeError> {
        size.check()?;
        Ok(build::build_estate(&describe(size)).expect("sizes within range make valid estates"))
    }
}

fn describe(size: &Size) -> Spec {
    let accounts: Vec<String> = (1..=size.accounts).map(|n| format!("account-{n:03}")).collect();
    let regions = &REGIONS[..size.regions];
    let mut networks = Vec::with_capacity(size.all_networks());
    for account in &accounts {
        for region in regions {
            for _ in 0..size.networks {
                networks.push(network(networks.len(), account, region, size.subnets));
            }
        }
    }
    let instances = networks.iter().enumerate().filter_map(|(index, network)| {
        // The remainder goes to the first ones.
        let share = size.instances / networks.len() + usize::from(index < size.instances % networks.len());
        (share > 0).then(|| instances(network, share))
    });
    Spec {
        page_size: 1000,
        faults: Vec::new(),
        organization: Some(OrganizationSpec {
            id: "o-generated0".into(),
            management: spot(accounts[0].clone()),
        }),
        regions: regions
            .iter()
            .map(|name| RegionSpec { name: (*name).into(), opt_in: false, unknown_parameters: Vec::new() })
            .collect(),
        accounts: accounts.iter().enumerate().map(|(index, name)| account(index, name)).collect(),
        instances: instances.collect(),
        networks,
        interfaces: Vec::new(),
        peerings: Vec::new(),
        transit_gateways: Vec::new(),
        transit_gateway_peerings: Vec::new(),
        vpns: Vec::new(),
        azure: azure::describe(size),
    }
}

fn account(index: usize, name: &str) -> AccountSpec {
    AccountSpec {
        name: spot(name.into()),
        id: (FIRST_ACCOUNT + index).to_string(),
        status: "ACTIVE".into(),
        opted_in: Vec::new(),
        default_networks: false,
        roles: vec!["OrganizationAccountAccessRole".into(), "netcensus".into()],
        guarded_roles: BTreeMap::new(),
        hides_managed: false,
        zones: ZonesSpec::default(),
    }
}

fn network(index: usize, account: &str, region: &str, subnets: usize) -> NetworkSpec {
    let block = nth_block(index);
    let subnets = u32::try_from(subnets).unwrap_or_default();
    NetworkSpec {
        name: spot(format!("{account}-{region}-{index}")),
        id: None,
        account: account.into(),
        region: region.into(),
        cidrs: vec![BlockSpec { cidr: IpNet::V4(block), state: "associated".into() }],
        shared_with: Vec::new(),
        tags: Tags::new(),
        subnets: vec![SubnetSpec {
            name: spot("app".into()),
            cidr: Some(first_subnet(block, subnets)),
            ipv6: false,
            count: subnets,
            customer_owned_pool: None,
            reservations: Vec::new(),
            used_before: Vec::new(),
            tags: Tags::new(),
        }],
        is_default: false,
    }
}

fn instances(network: &NetworkSpec, count: usize) -> InstanceSpec {
    InstanceSpec {
        name: format!("{}-app", network.name.get_ref()),
        r#in: vec![spot(format!("{}/app", network.name.get_ref()))],
        account: None,
        count: u32::try_from(count).unwrap_or(u32::MAX),
        instance_type: "m7g.large".into(),
        architecture: "arm64".into(),
        cpu: Some((2, 1)),
        state: InstanceState::Running,
        os: "Linux/UNIX".into(),
        launched: None,
        public: false,
        ipv4_prefixes: 0,
        ipv6_prefixes: 0,
        carrier: false,
        customer_owned: false,
        operator: None,
        tags: Tags::new(),
    }
}

/// Returns the block of the network that is made as the `index`-th of its cloud.
pub fn nth_block(index: usize) -> Ipv4Net {
    let second = u8::try_from(index % DISTINCT_PREFIXES).unwrap_or_default();
    Ipv4Net::new_assert([10, second, 0, 0].into(), 16)
}

/// Returns the first of so many subnets of a block.
pub fn first_subnet(block: Ipv4Net, subnets: u32) -> Ipv4Net {
    // As many bits as it takes to count the subnets, and /20 if they are few.
    let bits = u8::try_from(subnets.next_power_of_two().ilog2()).unwrap_or_default();
    Ipv4Net::new_assert(block.network(), 16 + bits.max(4))
}

/// A name that stands in no file.
pub fn spot(name: String) -> Spanned<String> {
    Spanned::new(0..0, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_read_from_text_and_say_what_is_wrong() {
        assert!("accounts=5000,regions=20".parse::<Size>().is_ok());
        let size: Size = "accounts=3, instances=7".parse().expect("is a size");
        assert_eq!((size.accounts, size.regions, size.instances), (3, 4, 7));
        assert_eq!("acounts=3".parse::<Size>(), Err(SizeError::Unknown("acounts=3".into())));
        let error = "regions=21".parse::<Size>().expect_err("is too many");
        assert_eq!(error.to_string(), "regions must be 1 to 20, not 21");
    }

    #[test]
    fn an_estate_has_the_size_asked_for() {
        let size =
            Size { accounts: 5, regions: 3, networks: 2, subnets: 256, instances: 77, ..Size::default() };
        let estate = Estate::generate(&size).expect("is in range");
        let all = || estate.visible.values().flat_map(|regions| regions.values());
        assert_eq!(all().map(|held| held.vpcs.len()).sum::<usize>(), 30);
        assert_eq!(all().map(|held| held.subnets.len()).sum::<usize>(), 30 * 256);
        let reservations = all().flat_map(|held| &held.reservations);
        assert_eq!(reservations.map(|reservation| reservation.instances.len()).sum::<usize>(), 77);
        assert!(estate.azure.tenants.is_empty() && estate.azure.subscriptions.is_empty());
    }

    #[test]
    fn subscriptions_share_the_size_of_networks_and_have_machines_of_their_own() {
        let size: Size =
            "accounts=1,subscriptions=500,networks=2,subnets=3,vms=7".parse().expect("is a size");
        let azure = Estate::generate(&size).expect("is in range").azure;
        assert_eq!((azure.tenants.len(), azure.subscriptions.len()), (1, 500));
        for subscription in &azure.subscriptions {
            let subnets = subscription.networks.iter().map(|network| network.subnets.len());
            assert_eq!(subnets.collect::<Vec<_>>(), [3, 3]);
            assert_eq!((subscription.machines.len(), subscription.interfaces.len()), (7, 7));
        }
        let error = "networks=1,subnets=1,vms=201".parse::<Size>().expect_err("is too many");
        assert_eq!(error.to_string(), "vms must be 0 to 200, not 201");
    }
}
