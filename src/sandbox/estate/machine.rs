//! Places instances and service interfaces into subnets.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::{Timestamp, ToSpan};
use toml::Spanned;

use super::address::{carrier_address, customer_owned_address, public};
use super::build::{Builder, find, flaw, named};
use super::ids;
use super::load::EstateProblem;
use super::spec::{InstanceSpec, InterfaceSpec};
use super::types::{Instance, InstanceState, Interface, InterfaceAttachment, Reservation, Tags};

/// When instances were launched that do not say.
const LAUNCHED: Timestamp = Timestamp::constant(1_760_000_000, 0);

/// An interface to be made.
pub struct InterfaceRequest<'a> {
    /// Owner's account id.
    pub owner: &'a str,
    /// What its id is made from.
    pub path: &'a str,
    pub kind: Option<&'a str>,
    pub description: String,
    /// Further private addresses.
    pub secondary: u32,
    pub public: bool,
    pub plug: Option<InterfaceAttachment>,
    pub requester: Option<&'a str>,
    pub extras: InterfaceExtras<'a>,
    pub tags: Tags,
}

/// What few interfaces have.
#[derive(Debug, Default, Clone, Copy)]
pub struct InterfaceExtras<'a> {
    pub ipv4_prefixes: u32,
    pub ipv6_prefixes: u32,
    pub carrier: bool,
    pub customer_owned: bool,
    pub operator: Option<&'a str>,
}

impl<'a> InterfaceExtras<'a> {
    /// Returns those of one interface of an instance: mapped addresses are the first one's, prefixes the last one's.
    fn of_instance(spec: &'a InstanceSpec, index: usize) -> Self {
        let (is_first, is_last) = (index == 0, index + 1 == spec.r#in.len());
        Self {
            ipv4_prefixes: if is_last { spec.ipv4_prefixes } else { 0 },
            ipv6_prefixes: if is_last { spec.ipv6_prefixes } else { 0 },
            carrier: spec.carrier && is_first,
            customer_owned: spec.customer_owned && is_first,
            operator: spec.operator.as_deref(),
        }
    }

    fn of_interface(spec: &'a InterfaceSpec) -> Self {
        Self {
            ipv4_prefixes: spec.ipv4_prefixes,
            ipv6_prefixes: spec.ipv6_prefixes,
            carrier: spec.carrier,
            customer_owned: spec.customer_owned,
            operator: spec.operator.as_deref(),
        }
    }
}

impl Builder {
    /// Launches the instances of one entry, as one reservation.
    pub fn instances(&mut self, spec: &InstanceSpec) -> Result<(), EstateProblem> {
        let mut places = Vec::new();
        for place in &spec.r#in {
            places.push((place, self.place(place)?));
        }
        let Some((at, (network, _))) = places.first() else { return Ok(()) };
        let vpc = Arc::clone(&self.networks[*network].vpc);
        let owner = self.owner(spec.account.as_ref(), &vpc.owner, at)?;
        let path = format!("{owner}/{}/{}", at.get_ref(), spec.name);
        let mut instances = Vec::new();
        for index in 0..spec.count {
            let path = format!("{path}/{index}");
            let spots: Vec<_> = places
                .iter()
                .map(|(at, (network, group))| (*at, *network, group[index as usize % group.len()]))
                .collect();
            instances.push(self.instance(spec, &owner, &path, &spots)?);
        }
        let reservation = Reservation { id: ids::resource_id("r", &path), owner: owner.clone(), instances };
        self.visible_to(&owner, &vpc.region).reservations.push(Arc::new(reservation));
        Ok(())
    }

    fn instance(
        &mut self,
        spec: &InstanceSpec,
        owner: &str,
        path: &str,
        spots: &[(&Spanned<String>, usize, usize)],
    ) -> Result<Instance, EstateProblem> {
        let id = ids::resource_id("i", path);
        let zone = spots
            .first()
            .map(|(_, network, allocator)| self.networks[*network].allocators[*allocator].subnet.zone);
        let mut interfaces = Vec::new();
        let terminated = spec.state == InstanceState::Terminated;
        for (index, (at, network, allocator)) in spots.iter().enumerate().filter(|_| !terminated) {
            let path = format!("{path}/{index}");
            let request = InterfaceRequest {
                owner,
                path: &path,
                kind: Some("interface"),
                description: if index == 0 {
                    String::new()
                } else {
                    format!("Interface {index} of {}", spec.name)
                },
                secondary: 0,
                public: spec.public && index == 0,
                plug: Some(InterfaceAttachment {
                    id: ids::resource_id("eni-attach", &path),
                    instance: Some(id.clone()),
                    owner: owner.to_owned(),
                    index,
                }),
                requester: None,
                extras: InterfaceExtras::of_instance(spec, index),
                tags: BTreeMap::new(),
            };
            interfaces.push(self.interface((*network, *allocator), request, at)?);
        }
        Ok(Instance {
            id,
            zone: zone.unwrap_or_default(),
            image: ids::resource_id("ami", &format!("{}/{}", spec.os, spec.architecture)),
            size: spec.instance_type.clone(),
            architecture: spec.architecture.clone(),
            cpu: spec.cpu,
            state: spec.state,
            os: spec.os.clone(),
            launched: spec.launched.unwrap_or_else(|| launch_time(path)),
            interfaces,
            operator: spec.operator.clone(),
            tags: named(&spec.name, &spec.tags),
        })
    }

    /// Makes the service interfaces of one entry.
    pub fn interfaces(&mut self, spec: &InterfaceSpec) -> Result<(), EstateProblem> {
        let (network, group) = self.place(&spec.r#in)?;
        let owner = self.owner(spec.account.as_ref(), &self.networks[network].vpc.owner, &spec.r#in)?;
        for index in 0..spec.count {
            let path =
                format!("{owner}/{}/{:?}/{}/{index}", spec.r#in.get_ref(), spec.kind, spec.description);
            let plug = spec.requester.as_ref().map(|requester| InterfaceAttachment {
                id: ids::resource_id("eni-attach", &path),
                instance: None,
                owner: requester.clone(),
                index: 1,
            });
            let request = InterfaceRequest {
                owner: &owner,
                path: &path,
                kind: spec.kind.as_deref(),
                description: spec.description.clone(),
                secondary: spec.secondary,
                public: spec.public,
                plug,
                requester: spec.requester.as_deref(),
                extras: InterfaceExtras::of_interface(spec),
                tags: spec.tags.clone(),
            };
            self.interface((network, group[index as usize % group.len()]), request, &spec.r#in)?;
        }
        Ok(())
    }

    /// Makes an interface in a subnet, and shows it to its owner and to the subnet's.
    pub fn interface<T>(
        &mut self,
        (network, allocator): (usize, usize),
        request: InterfaceRequest<'_>,
        at: &Spanned<T>,
    ) -> Result<Arc<Interface>, EstateProblem> {
        let draft = &mut self.networks[network];
        let vpc = Arc::clone(&draft.vpc);
        let allocator = &mut draft.allocators[allocator];
        let mut ipv4 = Vec::new();
        if let Some(cidr) = allocator.subnet.ipv4 {
            for _ in 0..=request.secondary {
                let full = || flaw(at, format!("subnet {cidr} has no address left"));
                ipv4.push(allocator.next_v4().ok_or_else(full)?);
            }
        }
        let extras = request.extras;
        let no_prefix = |bits| flaw(at, format!("a subnet of `{}` has no room for a /{bits} prefix", vpc.id));
        let ipv4_prefixes: Option<Vec<_>> =
            (0..extras.ipv4_prefixes).map(|_| allocator.next_v4_prefix()).collect();
        let ipv6_prefixes: Option<Vec<_>> =
            (0..extras.ipv6_prefixes).map(|_| allocator.next_v6_prefix()).collect();
        let interface = Arc::new(Interface {
            id: ids::resource_id("eni", request.path),
            owner: request.owner.to_owned(),
            subnet: allocator.subnet.id.clone(),
            vpc: vpc.id.clone(),
            zone: allocator.subnet.zone,
            kind: request.kind.map(str::to_owned),
            description: request.description,
            ipv4,
            ipv6: allocator.next_v6().into_iter().collect(),
            ipv4_prefixes: ipv4_prefixes.ok_or_else(|| no_prefix(28))?,
            ipv6_prefixes: ipv6_prefixes.ok_or_else(|| no_prefix(80))?,
            public: request.public.then(|| public(self.public_addresses)),
            carrier: extras.carrier.then(|| carrier_address(self.carrier_addresses)),
            customer_owned: extras
                .customer_owned
                .then(|| customer_owned_address(self.customer_owned_addresses)),
            mac: ids::mac_address(request.path),
            plug: request.plug,
            requester: request.requester.map(str::to_owned),
            operator: extras.operator.map(str::to_owned),
            tags: request.tags,
        });
        self.public_addresses += u32::from(request.public);
        self.carrier_addresses += u32::from(extras.carrier);
        self.customer_owned_addresses += u32::from(extras.customer_owned);
        self.visible_to(request.owner, &vpc.region).interfaces.push(Arc::clone(&interface));
        if request.owner != vpc.owner {
            // https://docs.aws.amazon.com/vpc/latest/userguide/vpc-sharing-permissions.html: owners see the
            // interfaces of participants.
            self.visible_to(&vpc.owner, &vpc.region).interfaces.push(Arc::clone(&interface));
        }
        Ok(interface)
    }

    /// Resolves `NETWORK/SUBNET` to a network and its subnets of that name.
    fn place(&self, place: &Spanned<String>) -> Result<(usize, Vec<usize>), EstateProblem> {
        let (network, subnet) = place
            .get_ref()
            .rsplit_once('/')
            .ok_or_else(|| flaw(place, format!("`{}` is not NETWORK/SUBNET", place.get_ref())))?;
        let network = *find(&self.network_names, "network", network, place)?;
        let group = find(&self.networks[network].groups, "subnet", subnet, place)?;
        if group.is_empty() {
            return Err(flaw(place, format!("`{}` has a count of 0", place.get_ref())));
        }
        Ok((network, group.clone().collect()))
    }

    fn owner<T>(
        &self,
        named: Option<&String>,
        otherwise: &str,
        at: &Spanned<T>,
    ) -> Result<String, EstateProblem> {
        named.map_or_else(|| Ok(otherwise.to_owned()), |name| self.account_id(name, at))
    }
}

/// Spreads launches over a year, always the same way.
pub fn launch_time(path: &str) -> Timestamp {
    let hours = i64::try_from(ids::hash(path) % (365 * 24)).unwrap_or_default();
    LAUNCHED.checked_sub(hours.hours()).unwrap_or(LAUNCHED)
}
