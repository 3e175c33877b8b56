//! The clouds, emulated in-process over real HTTP on loopback: for a first run without an account, for
//! hermetic tests and for benchmarks.

mod answer;
mod aws;
mod azure;
mod broken_answer;
mod churn;
mod estate;
mod faults;
mod pages;
mod queues;
mod server;
mod state;
mod tls;

pub use churn::{ChangeEvent, Churn, ChurnError, LivingEstate};
pub use estate::{Estate, EstateError, Size, SizeError};
pub use faults::{Fault, FaultError};
pub use server::{AzureClient, Options, Request, Sandbox, SandboxError};
