//! How full address space is: exact numbers, limits, what is unknown, and what the command says.

mod address_units;
mod blocks;
mod command;
pub mod estate;
mod limits;
mod pools;
mod rollups;
#[cfg(feature = "aws")]
mod sample;
mod trends;
