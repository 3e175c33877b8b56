//! Changes to regions of AWS accounts, and the events that `EventBridge` delivers because of them.

mod addressing;
mod change;
mod event_body;
mod gone;
mod interfaces;
mod machines;
mod networks;
mod peerings;
mod refusals;
mod region_change;
mod tags;
mod views;

pub use gone::Gone;
pub use region_change::{RegionChange, Transition};
pub use views::ListedPlace;
