//! Commands that write, stopped at any moment: by SIGKILL, by signals that they handle, by a full disk.
//!
//! By default each command is stopped a few times, at random moments. `NETCENSUS_STOPS=100 cargo test --test it stops::`
//! stops each a hundred times in each way, with a larger inventory, and prints what happened (docs/reliability.md).

mod disks;
mod moments;
mod pipes;
mod readers;
mod servers;
mod writers;
