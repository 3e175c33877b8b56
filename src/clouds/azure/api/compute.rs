//! Virtual machines, scale sets with their instances, and the machine sizes there are.

use serde::Deserialize;

use super::decode;
use super::decode::{ArmResource, ChildResource, LenientList, MalformedItem, ResourceRef};
use crate::model::Tags;

/// A virtual machine.
///
/// `VirtualMachines_ListAll` with `statusOnly=true` answers the same form, with the power state and little else.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VirtualMachine {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Region, as a name or as a display name.
    pub location: Option<String>,
    /// Availability zones; one at most.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub zones: Vec<String>,
    /// Tags.
    #[serde(deserialize_with = "decode::lenient_tags")]
    pub tags: Tags,
    /// What it is.
    #[serde(deserialize_with = "decode::null_as_default")]
    pub properties: VmProperties,
}

impl ArmResource for VirtualMachine {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&MalformedItem> {
        self.properties.malformed()
    }
}

/// An instance of a uniform scale set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct ScaleSetVm {
    /// Its id.
    pub id: Option<String>,
    /// Its name, such as `set_0`.
    pub name: Option<String>,
    /// Region, as a name or as a display name.
    pub location: Option<String>,
    /// Availability zones; one at most.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub zones: Vec<String>,
    /// Tags.
    #[serde(deserialize_with = "decode::lenient_tags")]
    pub tags: Tags,
    /// Its size.
    pub sku: Option<SkuName>,
    /// What it is.
    #[serde(deserialize_with = "decode::null_as_default")]
    pub properties: VmProperties,
}

impl ArmResource for ScaleSetVm {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    fn malformed(&self) -> Vec<&MalformedItem> {
        self.properties.malformed()
    }
}

/// What a machine is, be it of a scale set or not.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct VmProperties {
    /// Its size.
    pub hardware_profile: Option<HardwareProfile>,
    /// Its disks.
    pub storage_profile: Option<StorageProfile>,
    /// Its interfaces.
    pub network_profile: Option<NetworkProfile>,
    /// Its state at present; only where the call asked for it.
    pub instance_view: Option<InstanceView>,
    /// What Resource Graph adds of the state at present.
    pub extended: Option<Extended>,
    /// The flexible scale set it belongs to.
    pub virtual_machine_scale_set: Option<ResourceRef>,
    /// When it was made.
    pub time_created: Option<String>,
}

impl VmProperties {
    fn malformed(&self) -> Vec<&MalformedItem> {
        self.network_profile.iter().flat_map(|profile| &profile.network_interfaces.malformed).collect()
    }
}

/// The size of a machine.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct HardwareProfile {
    /// Name of the size, such as `Standard_D4s_v5`.
    pub vm_size: Option<String>,
    /// What the machine takes of its size.
    pub vm_size_properties: Option<VmSizeProperties>,
}

/// What a machine takes of its size.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VmSizeProperties {
    /// Virtual processors, when fewer than the size has.
    #[serde(rename = "vCPUsAvailable", deserialize_with = "decode::lenient_number")]
    pub vcpus_available: Option<u32>,
}

/// Disks of a machine.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct StorageProfile {
    /// The disk it starts from.
    pub os_disk: Option<OsDisk>,
}

/// The disk that a machine starts from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct OsDisk {
    /// `Linux` or `Windows`.
    pub os_type: Option<String>,
}

/// Interfaces of a machine.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct NetworkProfile {
    /// References to the interfaces, which may be in other resource groups.
    pub network_interfaces: LenientList<ChildResource<NicReferenceProperties>>,
}

/// What a machine says of an interface.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct NicReferenceProperties {
    /// Whether it is the machine's first.
    pub primary: Option<bool>,
}

/// State of a machine at present.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InstanceView {
    /// One entry for each aspect.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub statuses: Vec<InstanceStatus>,
}

/// One aspect of a machine's state.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct InstanceStatus {
    /// Aspect and state, such as `PowerState/running`.
    pub code: Option<String>,
}

/// What Resource Graph adds to a machine.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Extended {
    /// State at present.
    pub instance_view: Option<ExtendedView>,
}

/// State of a machine, as Resource Graph writes it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ExtendedView {
    /// Power state.
    pub power_state: Option<InstanceStatus>,
}

/// A scale set.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct VmScaleSet {
    /// Its id.
    pub id: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Region, as a name or as a display name.
    pub location: Option<String>,
    /// What it is.
    #[serde(deserialize_with = "decode::null_as_default")]
    pub properties: ScaleSetProperties,
}

impl VmScaleSet {
    /// Tells whether its instances are listed by the set itself and not among the virtual machines.
    ///
    /// Sets older than API version 2020-06-01 carry no mode and are uniform.
    #[must_use]
    pub fn is_uniform(&self) -> bool {
        let mode = self.properties.orchestration_mode.as_deref();
        !mode.is_some_and(|mode| mode.eq_ignore_ascii_case("Flexible"))
    }
}

impl ArmResource for VmScaleSet {
    fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }
}

/// What a scale set is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ScaleSetProperties {
    /// `Uniform` or `Flexible`.
    pub orchestration_mode: Option<String>,
}

/// A reference to a machine size.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct SkuName {
    /// Name of the size.
    pub name: Option<String>,
}

/// Something of `Microsoft.Compute` that can be bought in some place, such as a machine size.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Sku {
    /// What it is: `virtualMachines` for a machine size.
    pub resource_type: Option<String>,
    /// Its name, such as `Standard_D4s_v5`.
    pub name: Option<String>,
    /// What it can do.
    #[serde(deserialize_with = "decode::lenient_list")]
    pub capabilities: Vec<Capability>,
}

impl Sku {
    /// Tells whether it is a machine size.
    #[must_use]
    pub fn is_machine(&self) -> bool {
        self.resource_type.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("virtualMachines"))
    }
}

impl ArmResource for Sku {
    /// Returns the name: a size is no resource with an id.
    fn id(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

/// Something that a machine size can do.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Capability {
    /// Such as `vCPUs` or `CpuArchitectureType`.
    pub name: Option<String>,
    /// The value, as text.
    pub value: Option<String>,
}
