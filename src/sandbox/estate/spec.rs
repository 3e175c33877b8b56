//! The short description of an estate, as the file has it. Documented for users by `sample.toml`.

use std::collections::BTreeMap;

use ipnet::{IpNet, Ipv4Net};
use jiff::Timestamp;
use serde::Deserialize;
use toml::Spanned;

use super::azure::AzureSpec;
use super::types::InstanceState;
use crate::sandbox::Fault;

/// The file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Items a page holds at most.
    #[serde(default = "thousand")]
    pub page_size: usize,
    #[serde(default)]
    pub faults: Vec<Fault>,
    pub organization: Option<OrganizationSpec>,
    #[serde(default, rename = "region")]
    pub regions: Vec<RegionSpec>,
    #[serde(default, rename = "account")]
    pub accounts: Vec<AccountSpec>,
    #[serde(default, rename = "network")]
    pub networks: Vec<NetworkSpec>,
    #[serde(default, rename = "instance")]
    pub instances: Vec<InstanceSpec>,
    #[serde(default, rename = "interface")]
    pub interfaces: Vec<InterfaceSpec>,
    #[serde(default, rename = "peering")]
    pub peerings: Vec<PeeringSpec>,
    #[serde(default, rename = "transit_gateway")]
    pub transit_gateways: Vec<TransitGatewaySpec>,
    #[serde(default, rename = "transit_gateway_peering")]
    pub transit_gateway_peerings: Vec<PeeringSpec>,
    #[serde(default, rename = "vpn")]
    pub vpns: Vec<VpnSpec>,
    #[serde(default)]
    pub azure: AzureSpec,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrganizationSpec {
    pub id: String,
    /// Name of the management account.
    pub management: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegionSpec {
    pub name: String,
    #[serde(default)]
    pub opt_in: bool,
    /// Parameters that its EC2 refuses, as it does before a region has a new feature.
    #[serde(default)]
    pub unknown_parameters: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSpec {
    pub name: Spanned<String>,
    pub id: String,
    #[serde(default = "active")]
    pub status: String,
    /// Opt-in regions that are enabled.
    #[serde(default)]
    pub opted_in: Vec<String>,
    /// Whether every enabled region has AWS's default VPC.
    #[serde(default)]
    pub default_networks: bool,
    #[serde(default)]
    pub roles: Vec<String>,
    /// Roles that want an external id, by name.
    #[serde(default)]
    pub guarded_roles: BTreeMap<String, String>,
    /// Whether managed resources are hidden from those who do not ask for them.
    #[serde(default)]
    pub hides_managed: bool,
    /// The letters by which it names the three zones of a region.
    #[serde(default)]
    pub zones: ZonesSpec,
}

/// The letters of the zones with the ids `az1`, `az2` and `az3`: `"bca"`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct ZonesSpec(pub [char; 3]);

impl Default for ZonesSpec {
    fn default() -> Self {
        Self(['a', 'b', 'c'])
    }
}

impl TryFrom<String> for ZonesSpec {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let letters: Vec<char> = text.chars().collect();
        let mut sorted = letters.clone();
        sorted.sort_unstable();
        match <[char; 3]>::try_from(letters) {
            Ok(letters) if sorted == Self::default().0 => Ok(Self(letters)),
            _ => {
                Err(format!("`{text}` does not name three zones; write the letters a, b and c in some order"))
            }
        }
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NetworkSpec {
    /// Unique in the file; also the `Name` tag, unless `tags` says otherwise.
    pub name: Spanned<String>,
    /// Given id; made from the path when absent.
    pub id: Option<String>,
    pub account: String,
    pub region: String,
    pub cidrs: Vec<BlockSpec>,
    /// Names of accounts that all subnets are shared with.
    #[serde(default)]
    pub shared_with: Vec<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    #[serde(default)]
    pub subnets: Vec<SubnetSpec>,
    /// Only for default networks, which files do not describe.
    #[serde(skip)]
    pub is_default: bool,
}

/// A block of a network: `"CIDR"`, or `"CIDR STATE"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct BlockSpec {
    pub cidr: IpNet,
    pub state: String,
}

impl TryFrom<String> for BlockSpec {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let (cidr, state) = text.split_once(' ').unwrap_or((&text, "associated"));
        let cidr: IpNet = cidr.parse().map_err(|_| format!("`{cidr}` is not a CIDR block"))?;
        if cidr.trunc() != cidr {
            return Err(format!("`{cidr}` has host bits set; did you mean `{}`?", cidr.trunc()));
        }
        // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html
        let sizes = if cidr.addr().is_ipv4() { 16..=28 } else { 44..=60 };
        if !sizes.contains(&cidr.prefix_len()) {
            return Err(format!(
                "`{cidr}` is not a size for a network: /{} to /{}",
                sizes.start(),
                sizes.end()
            ));
        }
        Ok(Self { cidr, state: state.to_owned() })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SubnetSpec {
    pub name: Spanned<String>,
    /// The first of `count` consecutive prefixes; absent for IPv6-only subnets.
    pub cidr: Option<Ipv4Net>,
    /// Gives each the next free /64 of the network's first IPv6 block.
    #[serde(default)]
    pub ipv6: bool,
    /// Spread over the zones a, b, c.
    #[serde(default = "default_count")]
    pub count: u32,
    /// The pool of customer-owned addresses, as on an Outpost.
    pub customer_owned_pool: Option<String>,
    /// CIDR reservations; only where `count` is 1.
    #[serde(default)]
    pub reservations: Vec<ReservationSpec>,
    /// How many addresses were in use on the days before, the last one yesterday; only where `count` is 1.
    #[serde(default)]
    pub used_before: Vec<u32>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A CIDR reservation of a subnet: `"CIDR prefix"` or `"CIDR explicit"`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct ReservationSpec {
    pub cidr: Ipv4Net,
    pub kind: String,
}

impl TryFrom<String> for ReservationSpec {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || {
            format!("`{text}` is not a reservation; write `10.0.0.16/28 prefix` or `10.0.0.16/28 explicit`")
        };
        let (cidr, kind) = text.split_once(' ').ok_or_else(wrong)?;
        let cidr: Ipv4Net = cidr.parse().map_err(|_| wrong())?;
        if cidr.trunc() != cidr || !matches!(kind, "prefix" | "explicit") {
            return Err(wrong());
        }
        Ok(Self { cidr, kind: kind.to_owned() })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstanceSpec {
    pub name: String,
    /// `NETWORK/SUBNET`; the interfaces of one instance, primary first. Several instances are spread over
    /// the subnets of that name.
    pub r#in: Vec<Spanned<String>>,
    /// The participant, in a shared subnet; the network's owner when absent.
    pub account: Option<String>,
    #[serde(default = "default_count")]
    pub count: u32,
    #[serde(rename = "type")]
    pub instance_type: String,
    #[serde(default = "x86_64")]
    pub architecture: String,
    /// Cores and threads per core; AWS leaves them out for some types.
    pub cpu: Option<(u32, u32)>,
    #[serde(default)]
    pub state: InstanceState,
    #[serde(default = "linux")]
    pub os: String,
    pub launched: Option<Timestamp>,
    /// Whether it has a public IPv4 address.
    #[serde(default)]
    pub public: bool,
    /// /28 prefixes delegated to its last interface.
    #[serde(default)]
    pub ipv4_prefixes: u32,
    /// /80 prefixes delegated to its last interface.
    #[serde(default)]
    pub ipv6_prefixes: u32,
    /// Whether it has a carrier address, as in a Wavelength zone.
    #[serde(default)]
    pub carrier: bool,
    /// Whether it has a customer-owned address, as on an Outpost.
    #[serde(default)]
    pub customer_owned: bool,
    /// The service that manages it, such as `eks.amazonaws.com`.
    pub operator: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InterfaceSpec {
    /// `NETWORK/SUBNET`.
    pub r#in: Spanned<String>,
    pub account: Option<String>,
    /// EC2's `interfaceType`; may be absent.
    pub kind: Option<String>,
    #[serde(default)]
    pub description: String,
    #[serde(default = "default_count")]
    pub count: u32,
    /// Further private addresses of each.
    #[serde(default)]
    pub secondary: u32,
    /// The service that manages it, such as `amazon-elb`; absent and unattached without one.
    pub requester: Option<String>,
    #[serde(default)]
    pub public: bool,
    /// /28 prefixes delegated to it.
    #[serde(default)]
    pub ipv4_prefixes: u32,
    /// /80 prefixes delegated to it.
    #[serde(default)]
    pub ipv6_prefixes: u32,
    /// Whether it has a carrier address, as in a Wavelength zone.
    #[serde(default)]
    pub carrier: bool,
    /// Whether it has a customer-owned address, as on an Outpost.
    #[serde(default)]
    pub customer_owned: bool,
    /// The service that manages it, such as `eks.amazonaws.com`.
    pub operator: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

/// A peering of two networks, or of two transit gateways.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeeringSpec {
    pub from: Spanned<String>,
    pub to: Spanned<String>,
    /// Status code; established when absent.
    pub status: Option<String>,
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransitGatewaySpec {
    pub name: Spanned<String>,
    pub account: String,
    pub region: String,
    #[serde(default = "private_asn")]
    pub asn: u32,
    /// Names of networks in its region.
    #[serde(default)]
    pub attached: Vec<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VpnSpec {
    pub name: Spanned<String>,
    /// A network (through a VPN gateway) or a transit gateway.
    pub to: Spanned<String>,
    /// Prefixes of the other side.
    #[serde(default)]
    pub routes: Vec<IpNet>,
}

const fn default_count() -> u32 {
    1
}

const fn thousand() -> usize {
    1000
}

const fn private_asn() -> u32 {
    64512
}

fn active() -> String {
    "ACTIVE".into()
}

fn x86_64() -> String {
    "x86_64".into()
}

fn linux() -> String {
    "Linux/UNIX".into()
}
