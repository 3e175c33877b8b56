//! The estate, written out: every resource with its id, and who sees it where.

use std::collections::{BTreeMap, HashMap};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use jiff::Timestamp;
use serde::Deserialize;

use super::azure::AzureEstate;
use super::spec::ReservationSpec;
use crate::sandbox::Fault;

/// Everything a sandbox serves. A clone shares the resources with its original, so that an estate can change while
/// requests read it as it was.
#[derive(Debug, Clone)]
pub struct Estate {
    pub(in crate::sandbox) page_size: usize,
    pub(in crate::sandbox) faults: Vec<Fault>,
    pub(in crate::sandbox) organization: Option<Organization>,
    pub(in crate::sandbox) regions: Vec<Region>,
    pub(in crate::sandbox) accounts: Vec<Account>,
    /// By account id, then region name.
    pub(in crate::sandbox) visible: HashMap<String, HashMap<String, Arc<VisibleResources>>>,
    /// Without a tenant, Azure is not served at all.
    pub(in crate::sandbox) azure: AzureEstate,
}

impl Estate {
    /// Returns how many addresses of each AWS subnet were in use on the days before, by the subnet's id; the last one
    /// yesterday.
    #[must_use]
    pub fn used_before(&self) -> BTreeMap<String, Vec<u32>> {
        let visible = self.visible.values().flat_map(HashMap::values);
        let subnets = visible.flat_map(|visible| &visible.subnets);
        let known = subnets.filter(|subnet| !subnet.used_before.is_empty());
        known.map(|subnet| (subnet.id.clone(), subnet.used_before.clone())).collect()
    }

    /// Finds an account by its id.
    pub(in crate::sandbox) fn account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Returns what an account sees in a region, if anything.
    pub(in crate::sandbox) fn visible(&self, account: &str, region: &str) -> Option<&VisibleResources> {
        self.visible.get(account)?.get(region).map(Arc::as_ref)
    }

    /// Returns the account that clients use by default: the organisation's management account, or the first.
    pub(in crate::sandbox) fn first_account(&self) -> Option<&Account> {
        let management = self.organization.as_ref().and_then(|org| self.account(&org.management));
        management.or(self.accounts.first())
    }

    /// Tells whether `account` may use `region`.
    pub(in crate::sandbox) fn enabled(&self, account: &Account, region: &str) -> bool {
        self.regions
            .iter()
            .any(|known| known.name == region && (!known.opt_in || account.opted_in.contains(&known.name)))
    }
}

/// Resource tags.
pub type Tags = BTreeMap<String, String>;

/// An AWS organisation.
#[derive(Debug, Clone)]
pub struct Organization {
    /// Its id, `o-...`.
    pub id: String,
    /// Account id of the management account.
    pub management: String,
}

/// A region that exists, enabled or not.
#[derive(Debug, Clone)]
pub struct Region {
    /// Region name.
    pub name: String,
    /// Whether accounts have to opt in.
    pub opt_in: bool,
    /// Parameters that its EC2 does not know yet.
    pub unknown_parameters: Vec<String>,
}

/// An account.
#[derive(Debug, Clone)]
pub struct Account {
    /// Twelve digits.
    pub id: String,
    /// Its name in the organisation, and its profile's.
    pub name: String,
    /// `ACTIVE`, or as a closed account `SUSPENDED`.
    pub status: String,
    /// Opt-in regions that it has enabled.
    pub opted_in: Vec<String>,
    /// Roles that can be assumed, by name, and the external id that `AssumeRole` has to bring along, if any.
    pub roles: BTreeMap<String, Option<String>>,
    /// Whether it hides managed resources from those who do not ask for them:
    /// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/amazon-ec2-managed-instances.html>.
    pub hides_managed: bool,
    /// The letters by which it names the zones of a region, whose ids end in `az1`, `az2`, `az3`:
    /// <https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html>.
    pub zones: [char; 3],
}

impl Account {
    /// Tells whether its keys and roles work.
    pub fn is_active(&self) -> bool {
        self.status == "ACTIVE"
    }

    /// Returns its name of the zone with this number, from 0.
    pub fn zone_name(&self, region: &str, number: usize) -> String {
        format!("{region}{}", self.zones[number % self.zones.len()])
    }
}

/// What one account sees in one region; shared resources stand in several.
#[derive(Debug, Clone, Default)]
pub struct VisibleResources {
    /// Its VPCs, and those that contain a subnet shared with it.
    pub vpcs: Vec<Arc<Vpc>>,
    /// Its subnets, and those shared with it.
    pub subnets: Vec<Arc<Subnet>>,
    /// Its instances, as launched together.
    pub reservations: Vec<Arc<Reservation>>,
    /// Its interfaces, and those of participants in its subnets.
    pub interfaces: Vec<Arc<Interface>>,
    /// Peerings with an end here.
    pub peerings: Vec<Arc<Peering>>,
    /// Its transit gateways, and those shared with it.
    pub transit_gateways: Vec<Arc<TransitGateway>>,
    /// Attachments of its transit gateways, and of its networks.
    pub attachments: Vec<Arc<Attachment>>,
    /// Its VPN gateways.
    pub vpn_gateways: Vec<VpnGateway>,
    /// Its VPN connections.
    pub vpn_connections: Vec<VpnConnection>,
}

/// A VPC.
#[derive(Debug, Clone)]
pub struct Vpc {
    /// `vpc-...`.
    pub id: String,
    /// Account id.
    pub owner: String,
    /// Region name.
    pub region: String,
    /// Whether AWS made it with the account.
    pub is_default: bool,
    /// IPv4 and IPv6 blocks; the first IPv4 one is the primary.
    pub blocks: Vec<Association>,
    /// Tags, which only the owner sees.
    pub tags: Tags,
}

/// A block of a VPC.
#[derive(Debug, Clone)]
pub struct Association {
    /// `vpc-cidr-assoc-...`; the same block can be associated, disassociated and associated again.
    pub id: String,
    /// The block.
    pub cidr: IpNet,
    /// `associated`, `disassociated`, ....
    pub state: String,
}

/// A subnet.
#[derive(Debug, Clone)]
pub struct Subnet {
    /// `subnet-...`.
    pub id: String,
    /// Account id.
    pub owner: String,
    /// Region name.
    pub region: String,
    /// The VPC's id.
    pub vpc: String,
    /// Number of the zone, from 0; each account has a name of its own for it.
    pub zone: usize,
    /// IPv4 prefix; `None` for IPv6-only.
    pub ipv4: Option<Ipv4Net>,
    /// IPv6 prefix.
    pub ipv6: Option<Ipv6Net>,
    /// IPv4 addresses left.
    pub available: u32,
    /// `ipv4pool-coip-...`.
    pub customer_owned_pool: Option<String>,
    /// CIDR reservations.
    pub reservations: Vec<ReservationSpec>,
    /// How many addresses were in use on the days before, the last one yesterday.
    pub used_before: Vec<u32>,
    /// Whether AWS made it with the default VPC.
    pub default_for_zone: bool,
    /// Tags, which only the owner sees.
    pub tags: Tags,
}

/// Instances launched together.
#[derive(Debug, Clone)]
pub struct Reservation {
    /// `r-...`.
    pub id: String,
    /// Account id.
    pub owner: String,
    /// In launch order.
    pub instances: Vec<Instance>,
}

/// An instance.
#[derive(Debug, Clone)]
pub struct Instance {
    /// `i-...`.
    pub id: String,
    /// Number of the zone, from 0.
    pub zone: usize,
    /// `ami-...`.
    pub image: String,
    /// Such as `m7g.large`.
    pub size: String,
    /// Such as `arm64`.
    pub architecture: String,
    /// Cores, threads per core.
    pub cpu: Option<(u32, u32)>,
    /// Lifecycle state.
    pub state: InstanceState,
    /// `PlatformDetails`.
    pub os: String,
    /// Last start.
    pub launched: Timestamp,
    /// Interfaces, primary first; none when terminated.
    pub interfaces: Vec<Arc<Interface>>,
    /// The service that manages it, such as `eks.amazonaws.com`.
    pub operator: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// Where an instance is in its life.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// Being started.
    Pending,
    /// Started.
    #[default]
    Running,
    /// On its way to the end.
    ShuttingDown,
    /// Gone; listed for an hour, without network.
    Terminated,
    /// Being stopped.
    Stopping,
    /// Stopped.
    Stopped,
}

impl InstanceState {
    /// Returns EC2's code and name.
    pub const fn code_and_name(self) -> (u8, &'static str) {
        match self {
            Self::Pending => (0, "pending"),
            Self::Running => (16, "running"),
            Self::ShuttingDown => (32, "shutting-down"),
            Self::Terminated => (48, "terminated"),
            Self::Stopping => (64, "stopping"),
            Self::Stopped => (80, "stopped"),
        }
    }
}

/// An interface.
#[derive(Debug, Clone)]
pub struct Interface {
    /// `eni-...`.
    pub id: String,
    /// Account id; in a shared subnet the participant's.
    pub owner: String,
    /// The subnet's id.
    pub subnet: String,
    /// The VPC's id.
    pub vpc: String,
    /// Number of the zone, from 0.
    pub zone: usize,
    /// `interfaceType`; not always there.
    pub kind: Option<String>,
    /// Free text.
    pub description: String,
    /// Private IPv4 addresses, primary first.
    pub ipv4: Vec<Ipv4Addr>,
    /// IPv6 addresses.
    pub ipv6: Vec<Ipv6Addr>,
    /// Prefixes delegated to it, of 16 addresses each.
    pub ipv4_prefixes: Vec<Ipv4Net>,
    /// Prefixes delegated to it, of 80 bits each.
    pub ipv6_prefixes: Vec<Ipv6Net>,
    /// Public address of the primary one.
    pub public: Option<Ipv4Addr>,
    /// Carrier address of the primary one (Wavelength).
    pub carrier: Option<Ipv4Addr>,
    /// Customer-owned address of the primary one (Outposts).
    pub customer_owned: Option<Ipv4Addr>,
    /// Hardware address.
    pub mac: String,
    /// What it is plugged into.
    pub plug: Option<InterfaceAttachment>,
    /// The service that asked for it.
    pub requester: Option<String>,
    /// The service that manages it, such as `eks.amazonaws.com`.
    pub operator: Option<String>,
    /// Tags.
    pub tags: Tags,
}

/// How an interface is attached.
#[derive(Debug, Clone)]
pub struct InterfaceAttachment {
    /// `eni-attach-...`.
    pub id: String,
    /// Instance id, unless a service holds it.
    pub instance: Option<String>,
    /// Account id, or the service's name.
    pub owner: String,
    /// Device index.
    pub index: usize,
}

/// A VPC peering connection.
#[derive(Debug, Clone)]
pub struct Peering {
    /// `pcx-...`.
    pub id: String,
    /// Who asked.
    pub requester: Arc<Vpc>,
    /// Who was asked.
    pub accepter: Arc<Vpc>,
    /// Status code, such as `active`.
    pub status: String,
    /// Tags of the requester.
    pub tags: Tags,
}

/// A transit gateway.
#[derive(Debug)]
pub struct TransitGateway {
    /// `tgw-...`.
    pub id: String,
    /// Account id.
    pub owner: String,
    /// Region name.
    pub region: String,
    /// Private autonomous system number.
    pub asn: u32,
    /// Tags, which only the owner sees.
    pub tags: Tags,
}

/// What is attached to a transit gateway.
#[derive(Debug, Clone)]
pub struct Attachment {
    /// `tgw-attach-...`.
    pub id: String,
    /// The gateway.
    pub gateway: Arc<TransitGateway>,
    /// The other side.
    pub resource: Attached,
    /// State name.
    pub state: String,
    /// Tags.
    pub tags: Tags,
}

/// The other side of an attachment.
#[derive(Debug, Clone)]
pub enum Attached {
    /// A VPC, through these subnets.
    Vpc {
        /// The VPC.
        vpc: Arc<Vpc>,
        /// One per zone.
        subnets: Vec<String>,
    },
    /// Another transit gateway.
    Peer {
        /// The gateway.
        gateway: Arc<TransitGateway>,
        /// Id of the attachment on its side: the same one between regions, another within a region.
        accepter: String,
    },
    /// A VPN connection, by id.
    Vpn(String),
}

/// A virtual private gateway.
#[derive(Debug, Clone)]
pub struct VpnGateway {
    /// `vgw-...`.
    pub id: String,
    /// The VPC it is attached to.
    pub vpc: String,
    /// Tags.
    pub tags: Tags,
}

/// A site-to-site VPN connection.
#[derive(Debug, Clone)]
pub struct VpnConnection {
    /// `vpn-...`.
    pub id: String,
    /// `cgw-...`.
    pub customer_gateway: String,
    /// Id of the VPN gateway.
    pub vpn_gateway: Option<String>,
    /// Id of the transit gateway.
    pub transit_gateway: Option<String>,
    /// Static routes to the other side.
    pub routes: Vec<IpNet>,
    /// Tags.
    pub tags: Tags,
}
