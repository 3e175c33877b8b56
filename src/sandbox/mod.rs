//! The clouds, emulated in-process over real HTTP on loopback: for a first run without an account, for
//! hermetic tests and for benchmarks.

mod aws;
mod azure;
mod estate;
mod fault;
mod fault_injector;
mod server;
mod tls;

pub use estate::{Estate, EstateError, Size, SizeError};
pub use fault::{Fault, FaultError};
pub use server::{AzureClient, Options, Request, Sandbox, SandboxError};
