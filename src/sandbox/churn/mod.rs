//! An estate that changes: seeded changes to what accounts and subscriptions have, and the events that the clouds send
//! because of them.

mod aws;
mod azure;
mod change_event;
mod draw;
mod living_estate;
mod new_ids;
mod prefixes;
mod settings;

pub use change_event::ChangeEvent;
pub use living_estate::LivingEstate;
pub use settings::{Churn, ChurnError};
