//! Reservations: what a request comes to, what becomes of reservations, and the stores.

mod decisions;
mod files;
mod report;
