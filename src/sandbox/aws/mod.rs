//! AWS: who asks, what for, and the answer in the service's own shape.

mod dispatch;
mod ec2;
mod organizations;
mod request;
mod response;
mod sqs;
mod sqs_batch;
mod sts;

pub use dispatch::answer;
