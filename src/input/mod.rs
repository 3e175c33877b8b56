//! Files that somebody names: saved inventories, lists of ranges and Terraform's plans; read, checked, put in order.

mod check;
mod load;
mod pair;
mod ranges;
mod raw;
mod shelf;
mod terraform;

pub use load::{LoadError, Loaded, Source, Verified, load, load_kinds, read, verify};
pub use pair::{Pair, load_pair};
pub use ranges::{Ranges, RangesError, external, planned};
pub use raw::{ReadError, text};
pub use shelf::{Shelf, Trouble, load_short};
pub use terraform::{PlanError, terraform_plan};
