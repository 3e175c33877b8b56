//! What Azure's answers look like, as far as we read them.
//!
//! One resource is decoded at a time, so that an odd one costs no neighbour; the generated models of the
//! management crates decode whole pages and require fields that real answers lack. Everything is optional and
//! states are plain text. The same types decode the items of Resource Manager's lists and the rows of
//! Resource Graph, which carry the same `properties`.

mod account;
mod child;
mod compute;
mod hub;
mod interface;
mod item;
mod lenient;
mod network;
mod parts;
mod reference;

pub use account::{Subscription, Tenant};
pub use child::Child;
pub use compute::{Machine, MachineProperties, ScaleSet, ScaleSetMachine, Sku, Status};
pub use hub::{HubConnection, VirtualHub};
pub use interface::{
    EndpointProperties, IpConfiguration, IpConfigurationProperties, Nic, NicProperties, PrivateEndpoint,
    PublicIp,
};
pub use item::{Malformed, Resource, item, unidentified};
pub use network::{AddressSpace, Peering, PeeringProperties, Subnet, SubnetProperties, VirtualNetwork};
pub use parts::Parts;
pub use reference::Reference;
