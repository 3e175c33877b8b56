//! Plans of Terraform and OpenTofu: which prefixes they bring into use, and which they take out of it.
//!
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>.

mod address;
mod attributes;
mod changes;
mod documents;
mod plan_file;
mod plan_json;
mod resolver;
mod resource;
mod resource_state;
mod resource_type;
#[cfg(test)]
mod tests;
mod unread;

pub use plan_file::read_terraform_plan;
