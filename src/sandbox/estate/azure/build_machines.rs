//! Places machines, scale sets, private endpoints and interfaces into subnets.

use ipnet::IpNet;
use toml::Spanned;

use super::super::address::public;
use super::super::build::flaw;
use super::super::ids::hash;
use super::super::load::EstateProblem;
use super::super::machine::launch_time;
use super::super::types::Tags;
use super::build::{AzureBuilder, Site, numbered};
use super::spec::{AzureInterfaceSpec, EndpointSpec, MachineSpec, ScaleSetSpec};
use super::types::{
    Configuration, Endpoint, Instance, Interface, Machine, Named, NicOwner, Os, Power, PublicIp, ScaleSet,
    guid, mac,
};

/// Public addresses begin here, behind those of AWS.
const FIRST_PUBLIC: u32 = 1 << 16;

/// An interface to be made.
struct NewInterface {
    named: Named,
    primary: bool,
    holder: Option<NicOwner>,
    /// Blocks of addresses besides.
    blocks: u32,
}

/// A machine to be made.
struct NewMachine<'a> {
    name: String,
    site: &'a Site,
    interface_site: &'a Site,
    size: &'a str,
    os: Os,
    power: Power,
    zone: Option<String>,
    public: bool,
    blocks: u32,
    scale_set: Option<String>,
    tags: &'a Tags,
}

impl AzureBuilder {
    /// Makes the machines of one entry.
    pub fn machines(&mut self, spec: &MachineSpec) -> Result<(), EstateProblem> {
        let mut places = Vec::new();
        for place in &spec.r#in {
            places.push(self.place(place)?);
        }
        let one_network = |network: usize| places.iter().all(|(other, _)| *other == network);
        let network = places.first().map(|(network, _)| *network).filter(|network| one_network(*network));
        let network = network.ok_or_else(|| {
            flaw(&spec.name, "a machine needs subnets to be in, all of them of one network".into())
        })?;
        let site = self.site(network, spec.group.as_ref());
        let interface_site = self.site(network, Some(spec.interface_group.as_ref().unwrap_or(&site.group)));
        for index in 0..spec.count {
            let subnets: Vec<usize> =
                places.iter().map(|(_, group)| group[index as usize % group.len()]).collect();
            let machine = NewMachine {
                name: numbered(spec.name.get_ref(), index, spec.count),
                site: &site,
                interface_site: &interface_site,
                size: &spec.size,
                os: spec.os,
                power: spec.state,
                zone: spec.zone.clone(),
                public: spec.public,
                blocks: spec.blocks,
                scale_set: None,
                tags: &spec.tags,
            };
            self.machine(machine, network, &subnets, &spec.name)?;
        }
        Ok(())
    }

    fn machine(
        &mut self,
        new: NewMachine<'_>,
        network: usize,
        subnets: &[usize],
        at: &Spanned<String>,
    ) -> Result<(), EstateProblem> {
        let named = self.named(new.site, "Microsoft.Compute/virtualMachines", &new.name, new.tags, at)?;
        let mut interfaces = Vec::new();
        for (index, subnet) in subnets.iter().enumerate() {
            let suffix = if index == 0 { String::new() } else { (index + 1).to_string() };
            let (kind, name) = ("Microsoft.Network/networkInterfaces", format!("{}-nic{suffix}", new.name));
            let blank = NewInterface {
                named: self.named(new.interface_site, kind, &name, &Tags::new(), at)?,
                primary: index == 0,
                holder: Some(NicOwner::Machine(named.id.clone())),
                blocks: if index + 1 == subnets.len() { new.blocks } else { 0 },
            };
            interfaces.push(self.interface((network, *subnet), blank, at)?);
        }
        let ids = interfaces.iter().map(|interface| interface.named.id.clone()).collect();
        if let Some(first) = interfaces.first_mut().filter(|_| new.public) {
            let (kind, name) = ("Microsoft.Network/publicIPAddresses", format!("{}-ip", new.name));
            let public = self.named(new.interface_site, kind, &name, &Tags::new(), at)?;
            let public = self.public_ip(public, new.zone.as_ref(), first);
            self.contents(new.site.subscription).public_ips.push(public);
        }
        let subscription = self.contents(new.site.subscription);
        subscription.interfaces.extend(interfaces);
        subscription.machines.push(Machine {
            created: launch_time(&named.id),
            named,
            zone: new.zone,
            size: new.size.to_owned(),
            os: new.os,
            power: new.power,
            interfaces: ids,
            scale_set: new.scale_set,
        });
        Ok(())
    }

    /// Makes a scale set with its instances.
    pub fn scale_set(&mut self, spec: &ScaleSetSpec) -> Result<(), EstateProblem> {
        let (network, group) = self.place(&spec.r#in)?;
        let site = self.site(network, spec.group.as_ref());
        let (kind, name) = ("Microsoft.Compute/virtualMachineScaleSets", spec.name.get_ref());
        let named = self.named(&site, kind, name, &spec.tags, &spec.name)?;
        let mut set = ScaleSet {
            flexible: spec.flexible,
            size: spec.size.clone(),
            os: spec.os,
            zones: spec.zones.clone(),
            capacity: spec.capacity,
            created: launch_time(&named.id),
            subnet: self.networks[network].network.subnets[group[0]].id.clone(),
            named,
            instances: Vec::new(),
        };
        for number in 0..spec.capacity {
            let zone = spec.zones.get(number as usize % spec.zones.len().max(1)).cloned();
            if !spec.flexible {
                let instance = self.instance(&set, (network, group[0]), number, zone, spec)?;
                set.instances.push(instance);
                continue;
            }
            // Azure names them by eight digits that mean nothing.
            let suffix = hash(&format!("{}/{number}", set.named.id)) >> 32;
            let machine = NewMachine {
                name: format!("{name}_{suffix:08x}"),
                site: &site,
                interface_site: &site,
                size: &spec.size,
                os: spec.os,
                power: spec.state,
                zone,
                public: spec.public,
                blocks: spec.blocks,
                scale_set: Some(set.named.id.clone()),
                tags: &spec.tags,
            };
            self.machine(machine, network, &group[..1], &spec.name)?;
        }
        self.contents(site.subscription).scale_sets.push(set);
        Ok(())
    }

    fn instance(
        &mut self,
        set: &ScaleSet,
        place: (usize, usize),
        number: u32,
        zone: Option<String>,
        spec: &ScaleSetSpec,
    ) -> Result<Instance, EstateProblem> {
        let inside = |id: String, name: String| Named {
            id,
            name,
            location: set.named.location.clone(),
            tags: Tags::new(),
        };
        let id = format!("{}/virtualMachines/{number}", set.named.id);
        let nic = format!("{}-nic", set.named.name);
        let blank = NewInterface {
            named: inside(format!("{id}/networkInterfaces/{nic}"), nic),
            primary: true,
            holder: Some(NicOwner::Machine(id.clone())),
            blocks: spec.blocks,
        };
        let mut interface = self.interface(place, blank, &spec.name)?;
        let public_ip = spec.public.then(|| {
            let name = format!("{}-ip", set.named.name);
            let id = format!("{}/publicIPAddresses/{name}", interface.configurations[0].id);
            self.public_ip(inside(id, name), zone.as_ref(), &mut interface)
        });
        let mut named = inside(id, format!("{}_{number}", set.named.name));
        named.tags.clone_from(&spec.tags);
        Ok(Instance { named, number, zone, power: spec.state, interface, public_ip })
    }

    /// Makes a private endpoint with its interface.
    pub fn endpoint(&mut self, spec: &EndpointSpec) -> Result<(), EstateProblem> {
        let (network, group) = self.place(&spec.r#in)?;
        let site = self.site(network, spec.group.as_ref());
        let (kind, name) = ("Microsoft.Network/privateEndpoints", spec.name.get_ref());
        let named = self.named(&site, kind, name, &spec.tags, &spec.name)?;
        let nic = format!("{name}.nic.{}", guid(&named.id));
        let nic = self.named(&site, "Microsoft.Network/networkInterfaces", &nic, &Tags::new(), &spec.name)?;
        let holder = Some(NicOwner::Endpoint(named.id.clone()));
        let blank = NewInterface { named: nic, primary: false, holder, blocks: 0 };
        let interface = self.interface((network, group[0]), blank, &spec.name)?;
        let subnet = &mut self.networks[network].network.subnets[group[0]];
        subnet.endpoints.push(named.id.clone());
        let (above, _) = named.id.split_once("/providers/").unwrap_or_default();
        let endpoint = Endpoint {
            subnet: subnet.id.clone(),
            interface: interface.named.id.clone(),
            service: format!("{above}/providers/{}", spec.service),
            group: spec.part.clone(),
            named,
        };
        let subscription = self.contents(site.subscription);
        subscription.interfaces.push(interface);
        subscription.endpoints.push(endpoint);
        Ok(())
    }

    /// Makes the interfaces of one entry, which belong to nothing.
    pub fn interfaces(&mut self, spec: &AzureInterfaceSpec) -> Result<(), EstateProblem> {
        let (network, group) = self.place(&spec.r#in)?;
        let site = self.site(network, spec.group.as_ref());
        for index in 0..spec.count {
            let name = numbered(spec.name.get_ref(), index, spec.count);
            let kind = "Microsoft.Network/networkInterfaces";
            let named = self.named(&site, kind, &name, &spec.tags, &spec.name)?;
            let blank = NewInterface { named, primary: false, holder: None, blocks: spec.blocks };
            let place = (network, group[index as usize % group.len()]);
            let interface = self.interface(place, blank, &spec.name)?;
            self.contents(site.subscription).interfaces.push(interface);
        }
        Ok(())
    }

    /// Makes an interface in a subnet, with an address of each family that the subnet has.
    fn interface<T>(
        &mut self,
        (network, subnet): (usize, usize),
        blank: NewInterface,
        at: &Spanned<T>,
    ) -> Result<Interface, EstateProblem> {
        let drawn = &mut self.networks[network];
        let addresses = drawn.next(subnet);
        let blocks: Option<Vec<IpNet>> = (0..blank.blocks).map(|_| drawn.next_block(subnet)).collect();
        let subnet = &mut drawn.network.subnets[subnet];
        if let Some(service) = &subnet.delegation {
            return Err(flaw(at, format!("subnet `{}` is delegated to {service}", subnet.name)));
        }
        let full = || flaw(at, format!("subnet `{}` has no address left", subnet.name));
        let mut configurations = Vec::new();
        let single = addresses.ok_or_else(full)?.into_iter().map(|address| (address, None));
        let blocks = blocks.ok_or_else(full)?.into_iter();
        let blocks = blocks.map(|block| (block.network(), Some(block.prefix_len())));
        for (index, (address, block)) in single.chain(blocks).enumerate() {
            let name = format!("ipconfig{}", index + 1);
            let id = format!("{}/ipConfigurations/{name}", blank.named.id);
            subnet.configurations.push(id.clone());
            let subnet = subnet.id.clone();
            configurations.push(Configuration { id, name, subnet, address, block, public_ip: None });
        }
        let mac = mac(&blank.named.id);
        let NewInterface { named, primary, holder, .. } = blank;
        Ok(Interface { named, mac, primary, holder, configurations })
    }

    /// Puts a public address in front of an interface.
    fn public_ip(&mut self, named: Named, zone: Option<&String>, interface: &mut Interface) -> PublicIp {
        let address = public(FIRST_PUBLIC + self.public_addresses).into();
        self.public_addresses += 1;
        let first = &mut interface.configurations[0];
        first.public_ip = Some(named.id.clone());
        PublicIp {
            named,
            zones: zone.into_iter().cloned().collect(),
            address,
            configuration: first.id.clone(),
        }
    }
}
