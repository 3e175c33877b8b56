//! The JSON Schema of the inventory document.

use crate::model::Inventory;

/// Returns the JSON Schema (draft 2020-12) of the inventory document.
#[must_use]
pub fn inventory_schema() -> serde_json::Value {
    schemars::schema_for!(Inventory).to_value()
}
