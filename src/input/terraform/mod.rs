//! Plans of Terraform and OpenTofu: which prefixes they bring into use, and which they take out of it.
//!
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>.

mod address;
mod attributes;
mod changes;
mod configuration;
mod documents;
mod facts;
mod networks;
mod plan_json;
mod read;
mod resolver;
mod resource;
#[cfg(test)]
mod tests;
mod unread;

pub use read::terraform_plan;
