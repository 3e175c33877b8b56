//! Virtual machines.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Provider, Tags};

/// A virtual machine.
///
/// Sources: EC2 `DescribeInstances`; Azure virtual machines and scale-set instances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Instance {
    /// The cloud.
    pub provider: Provider,
    /// The owner: AWS account id or Azure subscription id.
    pub account: String,
    /// Region name.
    pub region: String,
    /// Availability zone name. AWS accounts may name one zone differently; see `zone_id`.
    pub zone: Option<String>,
    /// Availability zone id, the same in all AWS accounts, such as `euw1-az1`. Azure has none.
    #[serde(default)]
    pub zone_id: Option<String>,
    /// Native id, such as `i-0a1b`.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Id of the network of its primary interface; a terminated machine has none.
    pub network: Option<String>,
    /// Id of the subnet of its primary interface.
    pub subnet: Option<String>,
    /// Machine size, such as `m7g.large`.
    #[serde(rename = "type")]
    pub instance_type: Option<String>,
    /// Processor architecture, such as `x86_64` or `arm64`.
    pub architecture: Option<String>,
    /// Virtual processors: cores times threads per core.
    pub vcpus: Option<u32>,
    /// Power or lifecycle state, such as `running`, `stopped`, `terminated`.
    pub state: Option<String>,
    /// When it was last started; on Azure, which does not tell that, when it was made.
    pub launched_at: Option<Timestamp>,
    /// Private addresses of all interfaces, IPv4 first, primary first; IPv6 addresses stand here too.
    pub private_ips: Vec<IpAddr>,
    /// Prefixes delegated to its interfaces, IPv4 first: EC2 prefix delegation, address blocks of Azure interfaces.
    #[serde(default)]
    #[schemars(with = "Option<Vec<String>>")]
    pub private_prefixes: Option<Vec<IpNet>>,
    /// Public IPv4 addresses mapped to it.
    pub public_ips: Vec<IpAddr>,
    /// Carrier addresses mapped to it (AWS Wavelength).
    #[serde(default)]
    pub carrier_ips: Option<Vec<IpAddr>>,
    /// Addresses of your own network mapped to it (AWS Outposts).
    #[serde(default)]
    pub customer_owned_ips: Option<Vec<IpAddr>>,
    /// Operating system, as far as the cloud tells.
    pub os: Option<String>,
    /// The group that made it: AWS Auto Scaling group or Azure scale set.
    pub scale_set: Option<String>,
    /// The service that manages it for you, such as `eks.amazonaws.com`; `None` where you manage it.
    #[serde(default)]
    pub operator: Option<String>,
    /// Tags.
    pub tags: Tags,
}

impl Instance {
    /// States of machines that are terminated, or about to be
    /// (<https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-lifecycle.html>). Azure has none, since it does
    /// not list what was deleted.
    pub const ENDING_STATES: [&str; 2] = ["shutting-down", "terminated"];

    /// Tells whether it is terminated, or about to be.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.state.as_deref().is_some_and(|state| Self::ENDING_STATES.contains(&state))
    }
}
