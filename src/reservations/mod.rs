//! Where reservations are kept: what every store can do, and the store in a file. The one in a table of DynamoDB is
//! `clouds/aws/services/reservation_table.rs`.

mod file_store;
mod store;

pub use file_store::FileStore;
pub use store::{CommitOutcome, ReservationChange, ReservationStore, StoredReservations};
