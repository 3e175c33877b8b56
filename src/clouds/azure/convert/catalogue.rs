//! What machine sizes are made of.

use std::collections::HashMap;

use super::super::api::Sku;

/// What a machine size gives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Size {
    /// Virtual processors.
    pub vcpus: Option<u32>,
    /// Processor architecture, in the words that AWS uses.
    pub architecture: Option<String>,
}

/// Machine sizes by name.
#[derive(Debug, Clone, Default)]
pub struct Catalogue(HashMap<String, Size>);

impl Catalogue {
    /// Collects the machine sizes of `ResourceSkus_List`, which has one entry for each size and region: a size
    /// is the same everywhere.
    pub fn new<'a>(listed: impl IntoIterator<Item = &'a Sku>) -> Self {
        let mut sizes: HashMap<String, Size> = HashMap::new();
        for sku in listed.into_iter().filter(|sku| sku.is_machine()) {
            let Some(name) = &sku.name else { continue };
            let known = sizes.entry(name.to_ascii_lowercase()).or_default();
            let told = size(sku);
            known.vcpus = known.vcpus.or(told.vcpus);
            known.architecture = known.architecture.take().or(told.architecture);
        }
        Self(sizes)
    }

    /// Returns what the size called `name` gives.
    pub(super) fn find(&self, name: &str) -> Option<&Size> {
        self.0.get(&name.to_ascii_lowercase())
    }
}

/// Reads a size. A constrained one (`Standard_M8-4ms`) has `vCPUs` of which `vCPUsAvailable` can be used:
/// <https://learn.microsoft.com/azure/virtual-machines/constrained-vcpu>.
fn size(sku: &Sku) -> Size {
    let vcpus = |name| capability(sku, name).and_then(|value| value.parse().ok());
    Size {
        vcpus: vcpus("vCPUsAvailable").or_else(|| vcpus("vCPUs")),
        architecture: capability(sku, "CpuArchitectureType").map(architecture),
    }
}

fn capability<'a>(sku: &'a Sku, name: &str) -> Option<&'a str> {
    let is_wanted = |known: &String| known.eq_ignore_ascii_case(name);
    let found = sku.capabilities.iter().find(|capability| capability.name.as_ref().is_some_and(is_wanted))?;
    found.value.as_deref().filter(|value| !value.is_empty())
}

/// Names an architecture as EC2 does, so that one filter finds the machines of both clouds.
fn architecture(name: &str) -> String {
    if name.eq_ignore_ascii_case("x64") { "x86_64".to_owned() } else { name.to_ascii_lowercase() }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::page;
    use super::*;

    const SIZES: &str = include_str!("../../../../tests/fixtures/azure/sizes.json");

    #[test]
    fn a_size_gives_processors_of_an_architecture() {
        let catalogue = Catalogue::new(&page(SIZES));
        let found = |name| catalogue.find(name).map(|size| (size.vcpus, size.architecture.as_deref()));
        assert_eq!(found("standard_d4S_v5"), Some((Some(4), Some("x86_64"))));
        assert_eq!(found("Standard_D4ps_v5"), Some((Some(4), Some("arm64"))));
        assert_eq!(found("Standard_M8-4ms"), Some((Some(4), None)), "the processors that can be used");
        assert_eq!(found("Standard_LRS"), None, "a disk is no machine");
    }
}
