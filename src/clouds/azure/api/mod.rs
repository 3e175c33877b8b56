//! What Azure's answers look like, as far as we read them.
//!
//! One resource is decoded at a time, so that an odd one costs no neighbour; the generated models of the
//! management crates decode whole pages and require fields that real answers lack. Everything is optional and
//! states are plain text. The same types decode the items of Resource Manager's lists and the rows of
//! Resource Graph, which carry the same `properties`.

mod compute;
mod decode;
mod network;
mod subscription;

pub use compute::{InstanceStatus, ScaleSetVm, Sku, VirtualMachine, VmProperties, VmScaleSet};
pub use decode::{ArmResource, MalformedItem, ResourceRef, decode_item, without_id};
pub use network::{
    AddressSpace, EndpointProperties, HubConnection, IpConfiguration, IpConfigurationProperties, Nic,
    NicProperties, PeeringProperties, PrivateEndpoint, PublicIpAddress, SubnetProperties, SubnetUsage,
    VirtualHub, VirtualNetwork, VnetPeering, VnetSubnet,
};
pub use subscription::{ListedSubscription, ListedTenant};
