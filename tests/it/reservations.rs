//! Reservations: what a request comes to, what becomes of reservations, and the stores.

mod commands;
mod decisions;
mod files;
mod report;
