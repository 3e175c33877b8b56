//! AWS: who asks, what for, and the answer in the service's own shape.

mod auth;
mod call;
mod ec2;
mod front;
mod organizations;
mod paging;
mod refusal;
mod sts;
mod xml;

pub use front::answer;
