//! Plans of Terraform and OpenTofu: which prefixes they bring into use, and which they take out of it.
//!
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>.

mod address;
mod attributes;
mod changes;
mod documents;
mod facts;
mod plan_json;
mod read;
mod resolver;
mod resource;
mod resource_type;
#[cfg(test)]
mod tests;
mod unread;

pub use read::terraform_plan;
