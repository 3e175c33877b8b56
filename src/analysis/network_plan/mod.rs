//! A network with named subnets over zones, laid out in the room that there is.
//!
//! What exists is kept, and so is what an earlier plan laid out: a plan that grows never renumbers. New subnets are placed
//! by their sizes and names, never by their positions in the file. Driven by [`plan_network`].

mod check;
mod existing;
mod layout;
mod plan;
mod report;

pub use existing::{AmbiguousNetwork, NETWORK_TAG, existing_network};
pub use layout::{KeptSubnet, LayoutError, PlacedSubnet, SubnetGroup, SubnetLayout, lay_out};
pub use plan::{NetworkPlanError, NetworkPlanInput, network_length, plan_network};
pub use report::{HeldSlot, NetworkPlan, PLAN_VERSION, PlanStatus, PlannedSubnet};
