//! Whether machines run.

use std::collections::HashMap;

use super::super::api::{Machine, MachineProperties, Status};
use super::super::id::key;

/// What the code of a power state begins with; other aspects of a machine are `ProvisioningState/...` and so on.
const POWER: &str = "PowerState/";

/// Power states of machines by id, from the one list that tells all of them.
///
/// Asking for each machine's state costs a call each: minutes for tens of machines.
#[derive(Debug, Clone, Default)]
pub struct PowerStates(HashMap<String, String>);

impl PowerStates {
    /// Collects the states of `VirtualMachines_ListAll` with `statusOnly=true`.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a Machine>) -> Self {
        let state = |machine: &Machine| Some((key(machine.id.as_deref()?), of(&machine.properties)?));
        Self(listed.into_iter().filter_map(state).collect())
    }

    /// Returns the state of the machine with `id`; one that is not listed is in an unknown state.
    pub(super) fn of_machine(&self, id: &str) -> Option<String> {
        self.0.get(&key(id)).cloned()
    }
}

/// Returns the power state that a machine itself carries.
pub(super) fn of(machine: &MachineProperties) -> Option<String> {
    let listed = machine.instance_view.iter().flat_map(|view| &view.statuses);
    let extended =
        machine.extended.iter().filter_map(|extended| extended.instance_view.as_ref()?.power_state.as_ref());
    listed.chain(extended).find_map(state)
}

/// Reads `PowerState/running` as `running`; Azure's own word `unknown` is no state.
fn state(status: &Status) -> Option<String> {
    let code = status.code.as_deref()?;
    let (aspect, state) = code.split_at_checked(POWER.len())?;
    let known =
        aspect.eq_ignore_ascii_case(POWER) && !state.is_empty() && !state.eq_ignore_ascii_case("unknown");
    known.then(|| state.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::fixture::read;
    use super::*;

    #[test]
    fn only_a_power_state_is_a_state() {
        let said = |statuses: Value| {
            let machine: Machine =
                read(&json!({"id": "/m", "properties": {"instanceView": {"statuses": statuses}}}));
            of(&machine.properties)
        };
        assert_eq!(
            said(json!([{"code": "ProvisioningState/succeeded"}, {"code": "powerstate/Running"}])).as_deref(),
            Some("running")
        );
        assert_eq!(said(json!([{"code": "ProvisioningState/succeeded"}])), None);
        assert_eq!(said(json!([{"code": "PowerState/unknown"}])), None);
        assert_eq!(said(json!([{"code": "PowerState/"}, {"code": null}, {"code": "é"}])), None);
        assert_eq!(said(Value::Null), None, "null is unknown");
    }

    #[test]
    fn a_row_of_resource_graph_tells_the_state_elsewhere() {
        let row = json!({"extended": {"instanceView": {"powerState": {"code": "PowerState/stopped"}}}});
        let machine: Machine = read(&json!({"id": "/m", "properties": row}));
        assert_eq!(of(&machine.properties).as_deref(), Some("stopped"));
    }
}
