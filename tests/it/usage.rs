//! How full address space is: exact numbers, limits, what is unknown, and what the command says.

mod blocks;
mod command;
mod estate;
mod limits;
mod rollups;
mod trends;
