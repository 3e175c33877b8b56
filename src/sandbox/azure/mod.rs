//! Azure: Entra's tokens, the resource manager's lists, and Resource Graph, over what an estate holds.

mod answers;
mod entra;
mod faults;
mod graph_answer;
mod graph_query;
mod list_items;
mod render;
mod request;
mod resource_manager;
mod route;

pub use request::{AzureRequest, answer, is_for_azure};
