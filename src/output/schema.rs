//! The JSON Schemas of the documents.

use crate::analysis::diff::Changes;
use crate::analysis::overlap::Findings;
use crate::model::Inventory;

/// Returns the JSON Schema (draft 2020-12) of the inventory document.
#[must_use]
pub fn inventory_schema() -> serde_json::Value {
    schemars::schema_for!(Inventory).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `overlap`.
#[must_use]
pub fn findings_schema() -> serde_json::Value {
    schemars::schema_for!(Findings).to_value()
}

/// Returns the JSON Schema (draft 2020-12) of the report of `diff`.
#[must_use]
pub fn changes_schema() -> serde_json::Value {
    schemars::schema_for!(Changes).to_value()
}
