//! Default VPCs of AWS, which of them nothing is in, and the commands that delete these.
//!
//! AWS creates a default VPC in every region of an account, all with 172.31.0.0/16.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/default-vpc.html>

use std::collections::HashMap;
use std::io;

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::absence::AbsenceIndex;
use super::coverage_gaps::{unread_scopes, unscanned_parts};
use super::inventory_index::display_names;
use crate::model::{Account, Coverage, InventoryView, Kind, Network, NetworkKind, Provider, Scope};

/// The version of the document's format.
pub const DEFAULT_VPCS_VERSION: u32 = 1;
/// What is read: what is in a VPC, and what joins it to others.
pub const DEFAULT_VPC_KINDS: [Kind; 4] = [Kind::Networks, Kind::Subnets, Kind::Interfaces, Kind::Links];

/// Default VPCs, and which of them could go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DefaultVpcsReport {
    /// Version of this format.
    pub schema_version: u32,
    /// What wrote the inventory, such as `netcensus 0.1.0`.
    pub generator: String,
    /// When the inventory was read, in UTC.
    pub taken_at: Timestamp,
    /// Whether everything was read that there may be default VPCs in, and what is in them.
    pub complete: bool,
    /// The default VPCs: those that are empty first.
    pub vpcs: Vec<DefaultVpc>,
    /// Why it is not complete, a sentence each, apart from the scopes in `coverage`.
    pub missing: Vec<String>,
    /// The scopes that could not be read.
    pub coverage: Vec<Coverage>,
}

/// A default VPC.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct DefaultVpc {
    /// Whether it could go.
    pub status: DefaultVpcStatus,
    /// Id of the account.
    pub account: String,
    /// Name of the account, or of the profile that leads to it.
    pub account_name: Option<String>,
    /// Region name.
    pub region: String,
    /// Id of the VPC.
    pub id: String,
    /// Its prefixes.
    #[schemars(with = "Vec<String>")]
    pub prefixes: Vec<IpNet>,
    /// How many network interfaces are in it; `null` if that could not be read.
    pub interfaces: Option<usize>,
    /// How many links lead from it; `null` if that could not be read.
    pub links: Option<usize>,
    /// Ids of its subnets; `null` if they could not be read.
    pub subnets: Option<Vec<String>>,
    /// The commands of the AWS CLI that delete it, in order; empty unless it is empty.
    pub commands: Vec<String>,
}

impl DefaultVpc {
    /// Returns what people call the account.
    #[must_use]
    pub fn owner(&self) -> &str {
        self.account_name.as_deref().unwrap_or(&self.account)
    }

    fn order(&self) -> (DefaultVpcStatus, &str, &str, &str, &str) {
        (self.status, self.owner(), &self.account, &self.region, &self.id)
    }
}

/// Whether a default VPC could go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DefaultVpcStatus {
    /// It has no network interface and no link.
    Empty,
    /// Something of that could not be read.
    Unknown,
    /// It has a network interface or a link.
    InUse,
}

impl DefaultVpcStatus {
    /// Returns the name used in documents.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::Unknown => "unknown",
            Self::InUse => "in-use",
        }
    }
}

/// Lists the default VPCs of an inventory.
///
/// # Errors
/// When interfaces cannot be read from their file.
pub fn default_vpcs(view: InventoryView<'_>) -> io::Result<DefaultVpcsReport> {
    let inventory = view.inventory;
    let contents = VpcContents::count(view)?;
    let is_default = |it: &&Network| it.kind == NetworkKind::Vpc && it.is_default == Some(true);
    let mut vpcs: Vec<DefaultVpc> =
        inventory.networks.iter().filter(is_default).map(|it| contents.look_at(it)).collect();
    vpcs.sort_by(|a, b| a.order().cmp(&b.order()));
    let is_aws = |entry: &&Coverage| entry.provider == Provider::Aws;
    let coverage: Vec<Coverage> =
        unread_scopes(inventory, &DEFAULT_VPC_KINDS).filter(is_aws).cloned().collect();
    let missing = unscanned_parts(inventory, &DEFAULT_VPC_KINDS);
    Ok(DefaultVpcsReport {
        schema_version: DEFAULT_VPCS_VERSION,
        generator: inventory.generator.clone(),
        taken_at: inventory.taken_at,
        complete: coverage.is_empty() && missing.is_empty(),
        vpcs,
        missing,
        coverage,
    })
}

/// What is in networks.
struct VpcContents<'a> {
    accounts: HashMap<&'a str, &'a Account>,
    names: HashMap<(Provider, &'a str), &'a str>,
    absence: AbsenceIndex<'a>,
    interfaces: HashMap<String, usize>,
    links: HashMap<&'a str, usize>,
    subnets: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> VpcContents<'a> {
    fn count(view: InventoryView<'a>) -> io::Result<Self> {
        let inventory = view.inventory;
        let mut interfaces: HashMap<String, usize> = HashMap::new();
        view.interfaces.each(&mut |interface| {
            if let Some(network) = &interface.network {
                *interfaces.entry(network.clone()).or_default() += 1;
            }
            Ok(())
        })?;
        let mut links: HashMap<&str, usize> = HashMap::new();
        for network in
            inventory.links.iter().flat_map(|link| &link.ends).filter_map(|end| end.network.as_deref())
        {
            *links.entry(network).or_default() += 1;
        }
        let mut subnets: HashMap<&str, Vec<&str>> = HashMap::new();
        for subnet in &inventory.subnets {
            subnets.entry(&subnet.network).or_default().push(&subnet.id);
        }
        Ok(Self {
            accounts: inventory.accounts.iter().map(|account| (account.id.as_str(), account)).collect(),
            names: display_names(inventory),
            absence: AbsenceIndex::new(inventory),
            interfaces,
            links,
            subnets,
        })
    }

    fn look_at(&self, network: &Network) -> DefaultVpc {
        let id = network.id.as_str();
        let is_read = |kind| {
            let (account, region) = (network.account.clone(), Some(network.region.clone()));
            let scope = Scope { provider: network.provider, account, region, kind };
            self.absence.is_proven(&scope)
        };
        let found = |count: Option<usize>, kind| count.or_else(|| is_read(kind).then_some(0));
        let interfaces = found(self.interfaces.get(id).copied(), Kind::Interfaces);
        let links = found(self.links.get(id).copied(), Kind::Links);
        let subnets = is_read(Kind::Subnets).then(|| {
            let ids = self.subnets.get(id).into_iter().flatten();
            ids.map(ToString::to_string).collect::<Vec<String>>()
        });
        let status = match (interfaces, links, &subnets) {
            (Some(1..), ..) | (_, Some(1..), _) => DefaultVpcStatus::InUse,
            (Some(0), Some(0), Some(_)) => DefaultVpcStatus::Empty,
            _ => DefaultVpcStatus::Unknown,
        };
        let commands = match (&subnets, status) {
            (Some(subnets), DefaultVpcStatus::Empty) => self.commands(network, subnets),
            _ => Vec::new(),
        };
        DefaultVpc {
            status,
            account: network.account.clone(),
            account_name: self
                .names
                .get(&(network.provider, network.account.as_str()))
                .map(ToString::to_string),
            region: network.region.clone(),
            id: network.id.clone(),
            prefixes: network.prefixes().collect(),
            interfaces,
            links,
            subnets,
            commands,
        }
    }

    /// Lists the commands in the order in which AWS accepts them. It refuses the last one if anything is in the VPC still.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/deleting-default-vpc.html>
    fn commands(&self, network: &Network, subnets: &[String]) -> Vec<String> {
        let account = self.accounts.get(network.account.as_str());
        let ways = account.into_iter().flat_map(|account| &account.reached_by);
        let profile = ways.filter_map(|way| way.strip_prefix("profile:")).find(|name| is_plain(name));
        let profile = profile.map(|name| format!(" --profile {name}")).unwrap_or_default();
        let (region, vpc) = (&network.region, &network.id);
        let is_safe = [region, vpc].into_iter().chain(subnets).all(|word| is_plain(word));
        if !is_safe {
            return Vec::new();
        }
        let aws = format!("aws ec2{profile} --region {region}");
        let gateways = format!(
            "for gateway in $({aws} describe-internet-gateways --filters Name=attachment.vpc-id,Values={vpc} --query \
             'InternetGateways[].InternetGatewayId' --output text); do {aws} detach-internet-gateway \
             --internet-gateway-id \"$gateway\" --vpc-id {vpc} && {aws} delete-internet-gateway \
             --internet-gateway-id \"$gateway\"; done"
        );
        let of_subnets = subnets.iter().map(|subnet| format!("{aws} delete-subnet --subnet-id {subnet}"));
        let last = format!("{aws} delete-vpc --vpc-id {vpc}");
        std::iter::once(gateways).chain(of_subnets).chain([last]).collect()
    }
}

/// Tells whether a shell takes a word as it is. Ids and regions always are; a profile may have spaces.
fn is_plain(word: &str) -> bool {
    let is_safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    !word.is_empty() && !word.starts_with('-') && word.chars().all(is_safe)
}
