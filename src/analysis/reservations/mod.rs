//! Reservations beside an inventory: what a request for one comes to (`decide`), which networks a reservation was for
//! (`fulfilment`), and the report of `netcensus reservations` (`report`). Pure.

mod decide;
mod fulfilment;
mod report;

pub use decide::{Decision, ReservableSpace, ReserveError, ReserveRequest, decide, decide_from_store};
pub use fulfilment::{fulfilling_networks, fulfils};
pub use report::{
    ListedReservation, RESERVATIONS_VERSION, ReservationNetwork, ReservationReport, ReservationStatus,
};
