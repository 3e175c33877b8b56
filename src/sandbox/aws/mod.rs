//! AWS: who asks, what for, and the answer in the service's own shape.

mod dispatch;
mod ec2;
mod organizations;
mod request;
mod response;
mod sts;

pub use dispatch::answer;
