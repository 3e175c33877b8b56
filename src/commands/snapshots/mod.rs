//! `netcensus snapshots`: what is kept, what may go, what is damaged.

mod list;
mod prune;
mod run;
mod sheet;
mod shelf;
mod verify;

pub use run::run;
