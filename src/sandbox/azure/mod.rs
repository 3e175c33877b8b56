//! Azure: Entra's tokens, the resource manager's lists, and Resource Graph, over what an estate holds.

mod answers;
mod dispatch;
mod entra;
mod faults;
mod graph_answer;
mod graph_query;
mod list_items;
mod render;
mod request;
mod resource_manager;
mod route;
mod storage_answer;
mod storage_queue;

pub use dispatch::{answer, is_for_azure};
pub use request::AzureRequest;
