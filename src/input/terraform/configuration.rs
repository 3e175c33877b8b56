//! Where to look things up in the configuration of a plan.

use serde_json::Value;

use super::address::Step;
use super::plan_json::{ConfiguredResource, Module};

/// Returns the module that the steps lead to.
pub fn module<'m>(root: &'m Module, path: &[Step]) -> Option<&'m Module> {
    path.iter().try_fold(root, |module, step| Some(&module.calls.get(&step.name)?.module))
}

/// Returns the managed resource of this type and name.
pub fn resource<'m>(module: &'m Module, of: &str, name: &str) -> Option<&'m ConfiguredResource> {
    let is_wanted = |resource: &&ConfiguredResource| {
        resource.of == of && resource.name == name && resource.mode.as_deref() != Some("data")
    };
    module.resources.iter().find(is_wanted)
}

/// Returns what an expression refers to, in full: Terraform repeats `aws_vpc.main[0].id` as `aws_vpc.main[0]` and
/// `aws_vpc.main`.
pub fn references(expression: &Value) -> Vec<&str> {
    let Some(list) = expression["references"].as_array() else { return Vec::new() };
    let all: Vec<_> = list.iter().filter_map(Value::as_str).collect();
    let is_longer =
        |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.starts_with(['.', '[']));
    all.iter().copied().filter(|short| !all.iter().any(|long| is_longer(long, short))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_references_count() {
        let expression = serde_json::json!({
            "references": ["aws_vpc.a[0].id", "aws_vpc.a[0]", "aws_vpc.a", "aws_vpc.ab", "each.key"]
        });
        assert_eq!(references(&expression), ["aws_vpc.a[0].id", "aws_vpc.ab", "each.key"]);
        assert_eq!(references(&serde_json::json!({"constant_value": "vpc-1"})), Vec::<&str>::new());
    }
}
