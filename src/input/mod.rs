//! Files that you name: saved inventories, lists of ranges and Terraform plans. They are read, checked and put in order.

mod check;
mod error;
mod load;
mod pair;
mod ranges;
mod raw;
mod shelf;
mod terraform;

pub use error::{InputError, InputErrorKind};
pub use load::{Loaded, Source, Verified, load, load_kinds, read, verify};
pub use pair::{Pair, load_pair};
pub use ranges::{Ranges, external, planned};
pub use raw::text;
pub use shelf::{Shelf, Trouble, load_short};
pub use terraform::terraform_plan;
