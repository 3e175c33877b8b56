//! Plans of Terraform and OpenTofu: which prefixes they bring into use, and which they take out of it.
//!
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>.
//!
//! `plan_file` drives the rest: `documents` finds the plans in a file, `plan_json` has their types, `resource` picks the
//! resources of the types in `resource_type`, `attributes` and `resource_state` read their prefixes, `changes` decides what
//! becomes of these, `resolver` finds the network of a subnet, and `unread` names what may be a network of another type.

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
