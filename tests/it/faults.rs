//! The sandbox's faults, as a client sees them that knows nothing but TCP.

mod alterations;
mod loops;
mod transport;
mod wire;
