//! Machine sizes that the sandbox's SKU list knows, after Azure's own:
//! <https://learn.microsoft.com/azure/virtual-machines/sizes/overview>.

/// A machine size.
#[derive(Debug, Clone, Copy)]
pub struct MachineSize {
    /// Such as `Standard_D4s_v5`.
    pub name: &'static str,
    /// The family its quota is counted for.
    pub family: &'static str,
    /// Virtual processors of the hardware.
    pub vcpus: u32,
    /// Virtual processors that are switched on, in sizes that constrain them.
    pub available: u32,
    /// Gibibytes of memory.
    pub memory: u32,
    /// `x64` or `Arm64`.
    pub architecture: &'static str,
}

/// Every size of the list. A machine may have another one, as retired sizes leave the real list too.
pub const SIZES: [MachineSize; 9] = [
    size("Standard_B2s", "standardBSFamily", 2, 4, "x64"),
    size("Standard_D2s_v5", "standardDSv5Family", 2, 8, "x64"),
    size("Standard_D4s_v5", "standardDSv5Family", 4, 16, "x64"),
    size("Standard_D8s_v5", "standardDSv5Family", 8, 32, "x64"),
    size("Standard_D2ps_v5", "standardDPSv5Family", 2, 8, "Arm64"),
    size("Standard_D4ps_v5", "standardDPSv5Family", 4, 16, "Arm64"),
    size("Standard_E8ds_v5", "standardEDSv5Family", 8, 64, "x64"),
    MachineSize { available: 4, ..size("Standard_E8-4ds_v5", "standardEDSv5Family", 8, 64, "x64") },
    size("Standard_F8s_v2", "standardFSv2Family", 8, 16, "x64"),
];

const fn size(
    name: &'static str,
    family: &'static str,
    vcpus: u32,
    memory: u32,
    architecture: &'static str,
) -> MachineSize {
    MachineSize { name, family, vcpus, available: vcpus, memory, architecture }
}
