//! Resources as the resource manager writes them; each file names the reference that shows the shape.

pub mod link;
pub mod machine;
pub mod network;
pub mod sku;
pub mod subscription;

mod shared;
