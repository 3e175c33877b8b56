//! Virtual machines and the instances of uniform scale sets -> [`Instance`].

use jiff::Timestamp;

use super::super::id::last_name;
use super::super::wire::{Machine, MachineProperties, ScaleSet, ScaleSetMachine};
use super::catalogue::Size;
use super::network::name;
use super::{Catalogue, Nics, Place, PowerStates, power};
use crate::model::{Instance, Provider, Tags};
use crate::provider::meter;

/// What machines refer to and other calls list.
#[derive(Debug, Clone, Copy)]
pub struct Lookups<'a> {
    /// Interfaces.
    pub nics: &'a Nics,
    /// Power states, which the list of machines does not tell.
    pub power: &'a PowerStates,
    /// Machine sizes.
    pub sizes: &'a Catalogue,
}

/// Transforms one virtual machine; `None` without an id. Instances of flexible scale sets are among them.
#[must_use]
pub fn from(machine: &Machine, place: Place<'_>, lookups: Lookups<'_>) -> Option<Instance> {
    let properties = &machine.properties;
    let set = properties.virtual_machine_scale_set.as_ref().and_then(|set| last_name(set.id.as_deref()?));
    let head = Head {
        id: machine.id.as_deref()?,
        name: machine.name.as_deref(),
        location: machine.location.as_deref(),
        zones: &machine.zones,
        tags: &machine.tags,
        size: size_of(properties),
        scale_set: set,
    };
    Some(head.instance(properties, place, lookups))
}

/// Transforms one instance of the uniform scale set `set` likewise. It lies where its set does.
#[must_use]
pub fn from_scale_set(
    machine: &ScaleSetMachine,
    set: &ScaleSet,
    place: Place<'_>,
    lookups: Lookups<'_>,
) -> Option<Instance> {
    let properties = &machine.properties;
    let set_name = set.name.as_deref().or_else(|| last_name(set.id.as_deref()?));
    let head = Head {
        id: machine.id.as_deref()?,
        name: machine.name.as_deref(),
        location: machine.location.as_deref().or(set.location.as_deref()),
        zones: &machine.zones,
        tags: &machine.tags,
        size: machine.sku.as_ref().and_then(|sku| sku.name.as_deref()).or_else(|| size_of(properties)),
        scale_set: set_name,
    };
    Some(head.instance(properties, place, lookups))
}

fn size_of(properties: &MachineProperties) -> Option<&str> {
    properties.hardware_profile.as_ref()?.vm_size.as_deref()
}

/// What the two kinds of machines say in different places.
struct Head<'a> {
    id: &'a str,
    name: Option<&'a str>,
    location: Option<&'a str>,
    zones: &'a [String],
    tags: &'a Tags,
    size: Option<&'a str>,
    scale_set: Option<&'a str>,
}

impl Head<'_> {
    fn instance(self, machine: &MachineProperties, place: Place<'_>, lookups: Lookups<'_>) -> Instance {
        let held = lookups.nics.of_machine(self.id, &interfaces(machine));
        let size = self.size.and_then(|size| lookups.sizes.find(size));
        Instance {
            provider: Provider::Azure,
            account: place.account.to_owned(),
            region: place.region_of(self.location),
            zone: self.zones.first().cloned(),
            id: self.id.to_owned(),
            name: name(self.name, self.id),
            network: held.network,
            subnet: held.subnet,
            instance_type: self.size.map(str::to_owned),
            architecture: size.and_then(|size| size.architecture.clone()),
            vcpus: vcpus(machine, size),
            state: power::of(machine).or_else(|| lookups.power.of_machine(self.id)),
            launched_at: machine.time_created.as_deref().and_then(time),
            private_ips: held.private_ips,
            public_ips: held.public_ips,
            os: machine
                .storage_profile
                .as_ref()
                .and_then(|storage| storage.os_disk.as_ref()?.os_type.clone()),
            scale_set: self.scale_set.map(str::to_owned),
            tags: self.tags.clone(),
        }
    }
}

/// Lists the interfaces that a machine names, and whether each is its first.
fn interfaces(machine: &MachineProperties) -> Vec<(&str, Option<bool>)> {
    let named = machine.network_profile.iter().flat_map(|profile| &profile.network_interfaces.read);
    named.filter_map(|nic| Some((nic.id.as_deref()?, nic.properties.primary))).collect()
}

/// A machine may take fewer virtual processors than its size has:
/// <https://learn.microsoft.com/azure/virtual-machines/vm-customization>.
fn vcpus(machine: &MachineProperties, size: Option<&Size>) -> Option<u32> {
    let taken = machine
        .hardware_profile
        .as_ref()
        .and_then(|hardware| hardware.vm_size_properties.as_ref()?.vcpus_available);
    taken.or(size.and_then(|size| size.vcpus)).filter(|count| *count > 0)
}

/// Reads a time. Azure tells when a machine was made, and nowhere when it was last started.
fn time(text: &str) -> Option<Timestamp> {
    match text.parse() {
        Ok(time) => Some(time),
        Err(error) => {
            tracing::debug!(text, %error, "Azure sent a time that is none; left out");
            meter::note_oddity();
            None
        }
    }
}
