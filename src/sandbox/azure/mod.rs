//! Azure: Entra's tokens, the resource manager's lists, and Resource Graph, over what an estate holds.

mod asked;
mod assertion;
mod auth;
mod entra;
mod faults;
mod front;
mod graph;
mod items;
mod manager;
mod paging;
mod refusal;
mod render;
mod route;

pub use asked::Asked;
pub use front::{answer, is_asked};
