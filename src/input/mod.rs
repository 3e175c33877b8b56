//! Files that you name: saved inventories, lists of ranges and Terraform plans. They are read, checked and put in order.

mod check;
mod error;
mod load;
mod pair;
mod ranges;
mod snapshot_rows;
mod terraform;
mod text_file;

pub use error::{InputError, InputErrorKind};
pub use load::{Loaded, Source, Verified, load, load_kinds, read, verify};
pub use pair::{Pair, load_pair};
pub use ranges::{Ranges, read_external_ranges, read_planned_prefixes};
pub use snapshot_rows::{SnapshotRows, SnapshotRowsError, load_streamed};
pub use terraform::read_terraform_plan;
pub use text_file::{read_text_file, read_text_stdin};
