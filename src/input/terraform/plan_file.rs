//! From the file of a plan to the plan, or one sentence on what is wrong with it.

use std::path::Path;

use serde_json::{Map, Value};

use super::plan_json::{ChangeRepresentation, PlanDocument, ResourceChange};
use super::resolver::{Resolver, networks};
use super::resource::PlannedResource;
use super::resource_type::ResourceType;
use super::{changes, documents, unread};
use crate::input::error::{InputError, InputErrorKind};
use crate::input::text_file;
use crate::model::{PlannedChanges, UnknownValue};
use crate::wording::parser_fault;

/// Reads what `terraform show -json` or `tofu show -json` printed of a plan, with sentences on what was put right.
///
/// The plan is in canonical order, whatever the order of the document.
///
/// # Errors
/// When the file is no such plan, is partial, or has a prefix that is none.
pub fn read_terraform_plan(path: &Path) -> Result<(PlannedChanges, Vec<String>), InputError> {
    let name = path.display().to_string();
    let bytes =
        text_file::read_text(text_file::open_file(path, &name)?, &name, text_file::MAX_BYTES, |start| {
            check_start(start, &name)
        })?;
    read(&bytes, &name)
}

/// Reads the plans in `bytes`, of which a file has several where `terragrunt run --all` wrote it; `name` is what messages
/// call the file.
pub(super) fn read(bytes: &[u8], name: &str) -> Result<(PlannedChanges, Vec<String>), InputError> {
    let documents = documents::split(bytes, name)?;
    let several = documents.len() > 1;
    let (mut whole, mut warnings) = (PlannedChanges::default(), Vec::new());
    for (at, document) in documents.iter().enumerate() {
        let plan = read_one(document, name, &mut warnings)?;
        whole.append(if several { plan.named(&format!("plan {}", at + 1)) } else { plan });
    }
    sort(&mut whole);
    warnings.sort();
    Ok((whole, warnings))
}

fn read_one(bytes: &[u8], name: &str, warnings: &mut Vec<String>) -> Result<PlannedChanges, InputError> {
    let document: PlanDocument =
        serde_json::from_slice(bytes).map_err(|error| explain(bytes, name, &error))?;
    check(&document, bytes, name)?;
    let mut plan = PlannedChanges::default();
    let changes = document.resource_changes.as_deref().unwrap_or_default();
    let resources = resources(changes, name, &mut plan, warnings)?;
    let root = document.configuration.unwrap_or_default().root_module;
    let networks = networks(&resources, &root);
    let resolver = Resolver { root: &root, networks: &networks };
    for resource in &resources {
        changes::add(&mut plan, resource, &resolver);
    }
    let deferred = document.deferred_changes.unwrap_or_default();
    plan.unknown.extend(deferred.iter().filter_map(|deferred| put_off(deferred.resource_change.as_ref()?)));
    if document.complete == Some(false) && deferred.is_empty() {
        warnings.push(format!(
            "{name}: the plan is not complete, as with `-target`; what it leaves out is not compared"
        ));
    }
    Ok(plan)
}

fn put_off(change: &ResourceChange<'_>) -> Option<UnknownValue> {
    let name = change.resource_type.as_deref().filter(|_| change.is_managed())?;
    let is_read = || change.decode().is_ok_and(|change| PlannedResource::is_read(name, &change));
    (ResourceType::from_name(name).is_some() || is_read() || unread::is_network(name))
        .then(|| UnknownValue { address: change.address.clone(), attribute: "every attribute".to_owned() })
}

/// Reads the resources that have prefixes. Of other types, what seems to be a network is named in `plan`.
fn resources(
    changes: &[ResourceChange<'_>],
    name: &str,
    plan: &mut PlannedChanges,
    warnings: &mut Vec<String>,
) -> Result<Vec<PlannedResource>, InputError> {
    let mut resources = Vec::new();
    for raw in changes.iter().filter(|raw| raw.is_managed() && raw.change.is_some()) {
        let change: ChangeRepresentation = raw.decode().map_err(|error| {
            documents::not_plan(name, format!("the change of {} cannot be read: {error}", raw.address))
        })?;
        match PlannedResource::read(raw, &change, name, warnings)? {
            Some(resource) => resources.push(resource),
            None => plan.unread.extend(unread::addresses(raw, &change)),
        }
    }
    Ok(resources)
}

fn sort(plan: &mut PlannedChanges) {
    plan.prefixes.sort();
    plan.prefixes.dedup();
    plan.removed.sort();
    plan.removed.dedup();
    plan.unknown.sort();
    plan.unknown.dedup();
    plan.unread.sort();
    plan.unread.dedup();
}

/// The remedy for every file that is not a plan in JSON.
const REMEDY: &str = "run `terraform plan -out FILE` and give what `terraform show -json FILE` prints";

/// Refuses what cannot be a plan in JSON by its first bytes.
fn check_start(start: &[u8], name: &str) -> Result<(), InputError> {
    if start.starts_with(b"PK\x03\x04") {
        return Err(InputError::invalid(format!("{name} is a binary plan"))
            .remedy(format!("run `terraform show -json {name} > plan.json` and give plan.json")));
    }
    if start.starts_with(b"{") || documents::is_wrapped(start) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(start);
    let human =
        ["Terraform ", "OpenTofu ", "Refreshing state", "Reading...", "No changes", "\u{1b}[", "resource \""];
    let what = if human.iter().any(|sign| text.contains(sign)) {
        "it is what Terraform prints for people"
    } else {
        "it does not begin with `{`"
    };
    Err(documents::not_plan(name, what).remedy(REMEDY))
}

/// Refuses what is JSON and no plan that we can use.
fn check(document: &PlanDocument<'_>, bytes: &[u8], name: &str) -> Result<(), InputError> {
    let is_plan = document.planned_values.is_some() || document.resource_changes.is_some();
    let Some(version) = document.format_version.as_ref().filter(|_| is_plan) else {
        return Err(other_json(bytes, name));
    };
    if !matches!(version.split('.').next(), Some("0" | "1")) {
        return Err(InputError::new(
            InputErrorKind::NewerVersion,
            format!("{name} has format version {version}; this netcensus reads versions 0 and 1"),
        )
        .remedy("upgrade"));
    }
    if document.errored == Some(true) {
        return Err(InputError::invalid(format!(
            "{name} is a partial plan, since planning ended with an error"
        ))
        .remedy("fix that and plan again"));
    }
    Ok(())
}

/// Finds the most useful thing to say about a document that does not decode.
fn explain(bytes: &[u8], name: &str, error: &serde_json::Error) -> InputError {
    let first = bytes.trim_ascii_start().split(|byte| *byte == b'\n').next().unwrap_or_default();
    if serde_json::from_slice::<Map<String, Value>>(first).is_ok_and(|line| line.contains_key("@level")) {
        return log(name);
    }
    if error.is_eof() {
        return InputError::truncated(name, error.line(), error.column());
    }
    documents::not_plan(name, parser_fault(error)).remedy(REMEDY)
}

fn log(name: &str) -> InputError {
    documents::not_plan(name, "it is the log of `terraform plan -json`").remedy(REMEDY)
}

/// Says what a JSON object that is no plan seems to be.
fn other_json(bytes: &[u8], name: &str) -> InputError {
    let fields: Map<String, Value> = serde_json::from_slice(bytes).unwrap_or_default();
    let has = |field: &str| fields.contains_key(field);
    if has("@level") {
        return log(name);
    }
    if has("schema_version") {
        return documents::not_plan(name, "it seems to be an inventory of netcensus")
            .remedy("use it with `--from`");
    }
    let is_saved_state = has("lineage") || (has("version") && has("resources"));
    let is_shown_state = has("values") || (fields.len() == 1 && has("format_version"));
    let what = if is_saved_state || is_shown_state {
        "it is a Terraform state, which describes what exists, and not a plan"
    } else {
        "it is another kind of JSON document"
    };
    documents::not_plan(name, what).remedy(REMEDY)
}
