//! `VirtualMachines_ListAll` and the instances of uniform scale sets -> [`Instance`]. They are asked for in
//! `subscription_lists.rs`; samples are `tests/fixtures/azure/machines.json` and `scale_set_machines.json`.

use std::collections::HashMap;

use jiff::Timestamp;

use super::super::api::{InstanceStatus, ScaleSetVm, Sku, VirtualMachine, VmProperties, VmScaleSet};
use super::super::resource_id::{key, last_name};
use super::common::{AnswerContext, name_or_last_part};
use super::interface::NicIndex;
use crate::clouds::meter;
use crate::model::{Instance, Provider, Tags};

/// What machines refer to and other calls list.
#[derive(Debug, Clone, Copy)]
pub struct MachineLookups<'a> {
    /// Interfaces.
    pub nics: &'a NicIndex,
    /// Power states, which the list of machines does not tell.
    pub power: &'a PowerStateIndex,
    /// Machine sizes.
    pub sizes: &'a VmSizeIndex,
}

/// Transforms one virtual machine; `None` without an id. Instances of flexible scale sets are among them.
#[must_use]
pub fn instance_from_vm(
    machine: &VirtualMachine,
    context: AnswerContext<'_>,
    lookups: MachineLookups<'_>,
) -> Option<Instance> {
    let properties = &machine.properties;
    let set = properties.virtual_machine_scale_set.as_ref().and_then(|set| last_name(set.id.as_deref()?));
    let head = MachineFields {
        id: machine.id.as_deref()?,
        name: machine.name.as_deref(),
        location: machine.location.as_deref(),
        zones: &machine.zones,
        tags: &machine.tags,
        size: size_name(properties),
        scale_set: set,
    };
    Some(head.instance(properties, context, lookups))
}

/// Transforms one instance of the uniform scale set `set`; `None` without an id. It lies in the region of its set.
#[must_use]
pub fn instance_from_scale_set(
    machine: &ScaleSetVm,
    set: &VmScaleSet,
    context: AnswerContext<'_>,
    lookups: MachineLookups<'_>,
) -> Option<Instance> {
    let properties = &machine.properties;
    let set_name = set.name.as_deref().or_else(|| last_name(set.id.as_deref()?));
    let head = MachineFields {
        id: machine.id.as_deref()?,
        name: machine.name.as_deref(),
        location: machine.location.as_deref().or(set.location.as_deref()),
        zones: &machine.zones,
        tags: &machine.tags,
        size: machine.sku.as_ref().and_then(|sku| sku.name.as_deref()).or_else(|| size_name(properties)),
        scale_set: set_name,
    };
    Some(head.instance(properties, context, lookups))
}

fn size_name(properties: &VmProperties) -> Option<&str> {
    properties.hardware_profile.as_ref()?.vm_size.as_deref()
}

/// What the two kinds of machines say in different places.
struct MachineFields<'a> {
    id: &'a str,
    name: Option<&'a str>,
    location: Option<&'a str>,
    zones: &'a [String],
    tags: &'a Tags,
    size: Option<&'a str>,
    scale_set: Option<&'a str>,
}

impl MachineFields<'_> {
    fn instance(
        self,
        machine: &VmProperties,
        context: AnswerContext<'_>,
        lookups: MachineLookups<'_>,
    ) -> Instance {
        let addresses = lookups.nics.addresses_of_machine(self.id, &named_interfaces(machine));
        let size = self.size.and_then(|size| lookups.sizes.find(size));
        Instance {
            provider: Provider::Azure,
            account: context.account.to_owned(),
            region: context.region_of(self.location),
            zone: self.zones.first().cloned(),
            zone_id: None,
            id: self.id.to_owned(),
            name: name_or_last_part(self.name, self.id),
            network: addresses.network,
            subnet: addresses.subnet,
            instance_type: self.size.map(str::to_owned),
            architecture: size.and_then(|size| size.architecture.clone()),
            vcpus: vcpus(machine, size),
            state: power_state(machine).or_else(|| lookups.power.state_of(self.id)),
            launched_at: machine.time_created.as_deref().and_then(parse_time),
            private_ips: addresses.private_ips,
            private_prefixes: addresses.private_prefixes,
            public_ips: addresses.public_ips,
            carrier_ips: Some(Vec::new()),
            customer_owned_ips: Some(Vec::new()),
            os: machine
                .storage_profile
                .as_ref()
                .and_then(|storage| storage.os_disk.as_ref()?.os_type.clone()),
            scale_set: self.scale_set.map(str::to_owned),
            operator: None,
            tags: self.tags.clone(),
        }
    }
}

/// Lists the interfaces that a machine names, and whether each is its first.
fn named_interfaces(machine: &VmProperties) -> Vec<(&str, Option<bool>)> {
    let named = machine.network_profile.iter().flat_map(|profile| &profile.network_interfaces.read);
    named.filter_map(|nic| Some((nic.id.as_deref()?, nic.properties.primary))).collect()
}

/// A machine may take fewer virtual processors than its size has:
/// <https://learn.microsoft.com/azure/virtual-machines/vm-customization>.
fn vcpus(machine: &VmProperties, size: Option<&VmSize>) -> Option<u32> {
    let taken = machine
        .hardware_profile
        .as_ref()
        .and_then(|hardware| hardware.vm_size_properties.as_ref()?.vcpus_available);
    taken.or(size.and_then(|size| size.vcpus)).filter(|count| *count > 0)
}

/// Reads a time. Azure reports when a machine was created, and never when it was last started.
fn parse_time(text: &str) -> Option<Timestamp> {
    let Ok(time) = text.parse() else {
        meter::note_oddity(format!("`{text}` is not a time"));
        return None;
    };
    Some(time)
}

/// What a machine size gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VmSize {
    /// Virtual processors.
    pub vcpus: Option<u32>,
    /// Processor architecture, in the words that AWS uses.
    pub architecture: Option<String>,
}

/// Machine sizes by name.
#[derive(Debug, Clone, Default)]
pub struct VmSizeIndex(HashMap<String, VmSize>);

impl VmSizeIndex {
    /// Collects the machine sizes of `ResourceSkus_List`, which has one entry for each size and region: a size
    /// is the same everywhere.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a Sku>) -> Self {
        let mut sizes: HashMap<String, VmSize> = HashMap::new();
        for sku in listed.into_iter().filter(|sku| sku.is_machine()) {
            let Some(name) = &sku.name else { continue };
            let known = sizes.entry(name.to_ascii_lowercase()).or_default();
            let told = size_from_sku(sku);
            known.vcpus = known.vcpus.or(told.vcpus);
            known.architecture = known.architecture.take().or(told.architecture);
        }
        Self(sizes)
    }

    /// Returns what the size called `name` gives.
    pub(super) fn find(&self, name: &str) -> Option<&VmSize> {
        self.0.get(&name.to_ascii_lowercase())
    }
}

/// Reads a size. A constrained one (`Standard_M8-4ms`) has `vCPUs` of which `vCPUsAvailable` can be used:
/// <https://learn.microsoft.com/azure/virtual-machines/constrained-vcpu>.
fn size_from_sku(sku: &Sku) -> VmSize {
    let vcpus = |name| capability(sku, name).and_then(|value| value.parse().ok());
    VmSize {
        vcpus: vcpus("vCPUsAvailable").or_else(|| vcpus("vCPUs")),
        architecture: capability(sku, "CpuArchitectureType").map(ec2_architecture),
    }
}

fn capability<'a>(sku: &'a Sku, name: &str) -> Option<&'a str> {
    let is_wanted = |known: &String| known.eq_ignore_ascii_case(name);
    let found = sku.capabilities.iter().find(|capability| capability.name.as_ref().is_some_and(is_wanted))?;
    found.value.as_deref().filter(|value| !value.is_empty())
}

/// Names an architecture as EC2 does, so that one filter finds the machines of both clouds.
fn ec2_architecture(name: &str) -> String {
    if name.eq_ignore_ascii_case("x64") { "x86_64".to_owned() } else { name.to_ascii_lowercase() }
}

/// What the code of a power state begins with; other aspects of a machine are `ProvisioningState/...` and so on.
const POWER: &str = "PowerState/";

/// Power states of machines by id, from the one list that contains all of them.
///
/// Asking for each machine's state costs a call each: minutes for tens of machines.
#[derive(Debug, Clone, Default)]
pub struct PowerStateIndex(HashMap<String, String>);

impl PowerStateIndex {
    /// Collects the states of `VirtualMachines_ListAll` with `statusOnly=true`.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a VirtualMachine>) -> Self {
        let state =
            |machine: &VirtualMachine| Some((key(machine.id.as_deref()?), power_state(&machine.properties)?));
        Self(listed.into_iter().filter_map(state).collect())
    }

    /// Returns the state of the machine with `id`; one that is not listed is in an unknown state.
    pub(super) fn state_of(&self, id: &str) -> Option<String> {
        self.0.get(&key(id)).cloned()
    }
}

/// Returns the power state that a machine itself carries.
pub(super) fn power_state(machine: &VmProperties) -> Option<String> {
    let listed = machine.instance_view.iter().flat_map(|view| &view.statuses);
    let extended =
        machine.extended.iter().filter_map(|extended| extended.instance_view.as_ref()?.power_state.as_ref());
    listed.chain(extended).find_map(power_state_of_status)
}

/// Reads `PowerState/running` as `running`; Azure's own word `unknown` is no state.
fn power_state_of_status(status: &InstanceStatus) -> Option<String> {
    let code = status.code.as_deref()?;
    let (aspect, state) = code.split_at_checked(POWER.len())?;
    let known =
        aspect.eq_ignore_ascii_case(POWER) && !state.is_empty() && !state.eq_ignore_ascii_case("unknown");
    known.then(|| state.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::super::PublicIpIndex;
    use super::super::fixture::{HERE, page, read, texts};
    use super::*;
    use crate::clouds::meter::Meter;

    const MACHINES: &str = include_str!("../../../../tests/fixtures/azure/machines.json");
    const ROWS: &str = include_str!("../../../../tests/fixtures/azure/machine_rows.json");
    const STATES: &str = include_str!("../../../../tests/fixtures/azure/machine_states.json");
    const INTERFACES: &str = include_str!("../../../../tests/fixtures/azure/interfaces.json");
    const PUBLIC: &str = include_str!("../../../../tests/fixtures/azure/public_addresses.json");
    const SIZES: &str = include_str!("../../../../tests/fixtures/azure/sizes.json");
    const OF_SET: &str = include_str!("../../../../tests/fixtures/azure/scale_set_machines.json");
    const INTERFACES_OF_SET: &str =
        include_str!("../../../../tests/fixtures/azure/scale_set_interfaces.json");

    /// Transforms machines with everything known, but power states only where `states` lists them.
    fn instances(machines: &str, states: Option<&str>) -> Vec<Instance> {
        let nics = NicIndex::new(&page(INTERFACES), &PublicIpIndex::new(&page(PUBLIC)));
        let power = states.map(|states| PowerStateIndex::new(&page(states))).unwrap_or_default();
        let sizes = VmSizeIndex::new(&page(SIZES));
        let lookups = MachineLookups { nics: &nics, power: &power, sizes: &sizes };
        page(machines).iter().map(|machine| instance_from_vm(machine, HERE, lookups).unwrap()).collect()
    }

    fn alone(machine: &Value) -> Instance {
        let (nics, power, sizes) = (NicIndex::default(), PowerStateIndex::default(), VmSizeIndex::default());
        instance_from_vm(&read(machine), HERE, MachineLookups { nics: &nics, power: &power, sizes: &sizes })
            .unwrap()
    }

    #[test]
    fn a_machine_has_the_addresses_of_its_interfaces() {
        let web = &instances(MACHINES, Some(STATES))[0];
        let private = ["10.20.2.4", "10.20.2.5", "10.4.0.9", "fd00:20:0:1::4"];
        assert_eq!(texts(web.private_prefixes.as_ref().unwrap()), ["10.20.2.16/28"]);
        assert_eq!(texts(&web.private_ips), private, "the primary interface first, though listed second");
        assert_eq!(texts(&web.public_ips), ["198.51.100.7", "203.0.113.9"]);
        assert!(web.subnet.as_deref().unwrap().ends_with("/subnets/dual"));
        assert!(web.network.as_deref().unwrap().ends_with("/virtualNetworks/app"));
    }

    #[test]
    fn a_machine_is_described() {
        let web = &instances(MACHINES, Some(STATES))[0];
        assert_eq!((web.state.as_deref(), web.zone.as_deref()), (Some("running"), Some("2")));
        assert_eq!((web.instance_type.as_deref(), web.vcpus), (Some("Standard_D4s_v5"), Some(4)));
        assert_eq!((web.architecture.as_deref(), web.os.as_deref()), (Some("x86_64"), Some("Linux")));
        assert_eq!(web.launched_at, "2024-05-06T07:08:09.1234567Z".parse().ok());
        assert_eq!((web.scale_set.as_deref(), web.tags["role"].as_str()), (None, "web"));
    }

    #[test]
    fn a_row_of_resource_graph_gives_the_same_machine() {
        let listed = instances(MACHINES, Some(STATES)).remove(0);
        let mut row = instances(ROWS, None).remove(0);
        assert!(row.id.eq_ignore_ascii_case(&listed.id) && row.id != listed.id, "ids vary in case");
        row.id.clone_from(&listed.id);
        assert_eq!(row, listed);
    }

    #[test]
    fn a_machine_of_a_flexible_set_names_it() {
        let pool = &instances(MACHINES, Some(STATES))[1];
        assert_eq!(pool.scale_set.as_deref(), Some("pool"));
        assert_eq!(
            (pool.state.as_deref(), pool.os.as_deref()),
            (None, None),
            "a list without a state tells none"
        );
        assert!(pool.private_ips.is_empty());
    }

    #[test]
    fn without_the_list_of_states_and_sizes_they_are_unknown() {
        let machine =
            alone(&json!({"id": "/m", "properties": {"hardwareProfile": {"vmSize": "Standard_D4s_v5"}}}));
        assert_eq!((machine.state, machine.vcpus, machine.architecture), (None, None, None));
        assert_eq!(machine.name.as_deref(), Some("m"));
    }

    #[test]
    fn a_machine_may_take_fewer_processors_than_its_size_has() {
        let hardware = json!({"hardwareProfile": {"vmSize": "x", "vmSizeProperties": {"vCPUsAvailable": 2}}});
        assert_eq!(alone(&json!({"id": "/m", "properties": hardware})).vcpus, Some(2));
    }

    #[test]
    fn an_instance_of_a_uniform_set_finds_its_interfaces_by_itself() {
        let nics = NicIndex::new(&page(INTERFACES_OF_SET), &PublicIpIndex::default());
        let (power, sizes) = (PowerStateIndex::default(), VmSizeIndex::new(&page(SIZES)));
        let lookups = MachineLookups { nics: &nics, power: &power, sizes: &sizes };
        let set = read(&json!({"id": "/x/virtualMachineScaleSets/nodes", "location": "West Europe"}));
        let node = instance_from_scale_set(&page(OF_SET)[0], &set, HERE, lookups).unwrap();
        assert_eq!((node.name.as_deref(), node.scale_set.as_deref()), (Some("nodes_0"), Some("nodes")));
        assert_eq!(
            (node.instance_type.as_deref(), node.architecture.as_deref()),
            (Some("Standard_D4ps_v5"), Some("arm64"))
        );
        assert_eq!((node.state.as_deref(), node.zone.as_deref()), (Some("deallocated"), Some("1")));
        assert_eq!(texts(&node.private_ips), ["10.20.1.30", "10.4.1.30"], "the primary interface first");
        assert!(node.subnet.as_deref().unwrap().ends_with("/subnets/web"));
        let bare = instance_from_scale_set(&read(&json!({"id": "/x/1"})), &set, HERE, lookups).unwrap();
        assert_eq!(
            (bare.region.as_str(), bare.instance_type),
            ("westeurope", None),
            "it lies where its set does"
        );
    }

    #[tokio::test]
    async fn a_time_that_is_none_is_unknown() {
        let meter = Meter::default();
        let odd =
            meter.watch(async { alone(&json!({"id": "/m", "properties": {"timeCreated": "yesterday"}})) });
        assert_eq!((odd.await.launched_at, meter.odd_values()), (None, 1));
    }
}

#[cfg(test)]
mod size_tests {
    use super::super::fixture::page;
    use super::*;

    const SIZES: &str = include_str!("../../../../tests/fixtures/azure/sizes.json");

    #[test]
    fn a_size_gives_processors_of_an_architecture() {
        let catalogue = VmSizeIndex::new(&page(SIZES));
        let found = |name| catalogue.find(name).map(|size| (size.vcpus, size.architecture.as_deref()));
        assert_eq!(found("standard_d4S_v5"), Some((Some(4), Some("x86_64"))));
        assert_eq!(found("Standard_D4ps_v5"), Some((Some(4), Some("arm64"))));
        assert_eq!(found("Standard_M8-4ms"), Some((Some(4), None)), "the processors that can be used");
        assert_eq!(found("Standard_LRS"), None, "a disk is no machine");
    }
}

#[cfg(test)]
mod power_tests {
    use serde_json::{Value, json};

    use super::super::fixture::read;
    use super::*;

    #[test]
    fn only_a_power_state_is_a_state() {
        let said = |statuses: Value| {
            let machine: VirtualMachine =
                read(&json!({"id": "/m", "properties": {"instanceView": {"statuses": statuses}}}));
            power_state(&machine.properties)
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
        let machine: VirtualMachine = read(&json!({"id": "/m", "properties": row}));
        assert_eq!(power_state(&machine.properties).as_deref(), Some("stopped"));
    }
}
