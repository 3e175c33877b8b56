//! The clouds, emulated in-process over real HTTP on loopback: for a first run without an account, for
//! hermetic tests and for benchmarks.

mod answer;
mod aws;
mod azure;
mod broken_answer;
mod estate;
mod faults;
mod pages;
mod server;
mod tls;

pub use estate::{Estate, EstateError, Size, SizeError};
pub use faults::{Fault, FaultError};
pub use server::{AzureClient, Options, Request, Sandbox, SandboxError};
