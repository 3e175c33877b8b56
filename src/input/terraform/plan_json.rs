//! What we read of a plan in JSON. Other fields come with every minor version and do not matter.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// The document.
#[derive(Debug, Deserialize)]
pub struct PlanDocument<'d> {
    /// `1.2`, for instance; also in states and other documents.
    pub format_version: Option<String>,
    /// What changes; absent in a plan of an empty configuration.
    #[serde(borrow)]
    pub resource_changes: Option<Vec<ResourceChange<'d>>>,
    /// What Terraform puts off until this plan is applied.
    #[serde(borrow)]
    pub deferred_changes: Option<Vec<Deferred<'d>>>,
    /// In every plan, and in nothing else.
    #[serde(borrow)]
    pub planned_values: Option<&'d RawValue>,
    /// What the plan was made from.
    pub configuration: Option<Configuration>,
    /// False when something is left out, by `-target` or because it is deferred.
    pub complete: Option<bool>,
    /// True when planning failed on the way.
    pub errored: Option<bool>,
}

/// A change of one resource.
#[derive(Debug, Deserialize)]
pub struct ResourceChange<'d> {
    /// With modules and index.
    pub address: String,
    /// `managed` or `data`.
    pub mode: Option<String>,
    /// The resource's type.
    #[serde(rename = "type")]
    pub resource_type: Option<String>,
    /// Read one after the other: plans may be large.
    #[serde(borrow)]
    pub change: Option<&'d RawValue>,
}

impl ResourceChange<'_> {
    /// Tells whether Terraform manages the resource, and does not only look it up.
    pub fn is_managed(&self) -> bool {
        self.mode.as_deref() == Some("managed")
    }

    /// Reads what happens to the resource.
    pub fn decode(&self) -> serde_json::Result<ChangeRepresentation> {
        serde_json::from_str(self.change.map_or("null", RawValue::get))
    }
}

/// A change that is put off.
#[derive(Debug, Deserialize)]
pub struct Deferred<'d> {
    /// What is known of it.
    #[serde(borrow)]
    pub resource_change: Option<ResourceChange<'d>>,
}

/// What happens to a resource, which Terraform calls a change representation:
/// <https://developer.hashicorp.com/terraform/internals/json-format#change-representation>.
#[derive(Debug, Deserialize)]
pub struct ChangeRepresentation {
    /// `create`, `update`, `delete`, `forget`, `read`, `no-op`; two for a replacement.
    pub actions: Vec<String>,
    /// Attributes as they are.
    #[serde(default)]
    pub before: Value,
    /// Attributes as they shall be, without those that are not known.
    #[serde(default)]
    pub after: Value,
    /// `true` in the place of each attribute that is not known.
    #[serde(default)]
    pub after_unknown: Value,
}

/// The configuration of a plan.
#[derive(Debug, Default, Deserialize)]
pub struct Configuration {
    /// The module that everything is in.
    #[serde(default)]
    pub root_module: Module,
}

/// A module.
#[derive(Debug, Default, Deserialize)]
pub struct Module {
    /// Its resources.
    #[serde(default)]
    pub resources: Vec<ConfiguredResource>,
    /// The modules that it calls, by name.
    #[serde(default, rename = "module_calls")]
    pub calls: BTreeMap<String, ModuleCall>,
    /// What it tells its caller.
    #[serde(default)]
    pub outputs: BTreeMap<String, Output>,
}

/// A resource as it is written, whatever its `count` and `for_each`.
#[derive(Debug, Deserialize)]
pub struct ConfiguredResource {
    /// `managed` or `data`.
    pub mode: Option<String>,
    /// The resource's type.
    #[serde(rename = "type")]
    pub resource_type: String,
    /// The resource's name.
    pub name: String,
    /// What its attributes are made from.
    #[serde(default)]
    pub expressions: BTreeMap<String, Value>,
    /// What `each` is made from.
    pub for_each_expression: Option<Value>,
}

/// A call of a module.
#[derive(Debug, Deserialize)]
pub struct ModuleCall {
    /// What its variables are made from.
    #[serde(default)]
    pub expressions: BTreeMap<String, Value>,
    /// What `each` is made from.
    pub for_each_expression: Option<Value>,
    /// The module.
    #[serde(default)]
    pub module: Module,
}

/// An output of a module.
#[derive(Debug, Deserialize)]
pub struct Output {
    /// What it is made from.
    #[serde(default)]
    pub expression: Value,
}
