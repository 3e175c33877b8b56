//! Machines, their interfaces and their public addresses come, go, start and stop.

use super::addressing::takes_machines;
use super::subscription_change::{SubscriptionChange, named_beside};
use crate::sandbox::estate::azure::{Machine, Named, NicOwner, Os, Power, PublicIp};
use crate::sandbox::estate::{Tags, public};

pub const MACHINE: &str = "Microsoft.Compute/virtualMachines";
const INTERFACE: &str = "Microsoft.Network/networkInterfaces";
const PUBLIC_IP: &str = "Microsoft.Network/publicIPAddresses";

/// New public addresses begin behind those of the estate's description.
const FIRST_PUBLIC: u32 = 3 << 15;

/// Sizes of new machines.
const SIZES: [&str; 3] = ["Standard_B2s", "Standard_D2s_v5", "Standard_D4ps_v5"];

impl SubscriptionChange<'_> {
    /// Creates a machine, after its interface.
    pub fn create_machine(&mut self) -> Option<()> {
        let (place, beside) = self.pick_place()?;
        let name = format!("worker-{}", self.ids.number());
        let interface = named_beside(&beside, INTERFACE, format!("{name}-nic"), Tags::new())?;
        let tags = self.new_tags();
        let named = named_beside(&beside, MACHINE, name, tags)?;
        let (id, interface_id) = (named.id.clone(), interface.id.clone());
        self.add_interface(place, interface, Some(NicOwner::Machine(id.clone())))?;
        let machine = Machine {
            named,
            zone: None,
            size: SIZES[self.draw.below(SIZES.len())].into(),
            os: Os::Linux,
            power: Power::Running,
            created: self.now,
            interfaces: vec![interface_id.clone()],
            scale_set: None,
        };
        self.contents().machines.push(machine);
        self.emit("Microsoft.Network/networkInterfaces/write", &interface_id);
        self.emit("Microsoft.Compute/virtualMachines/write", &id);
        Some(())
    }

    /// Deletes a machine; its interfaces go with it, or belong to nothing.
    pub fn delete_machine(&mut self) -> Option<()> {
        let place = self.pick_machine(|_| true)?;
        let machine = self.contents().machines.remove(place);
        self.emit("Microsoft.Compute/virtualMachines/delete", &machine.named.id);
        let goes_along = self.draw.below(2) == 0;
        for id in &machine.interfaces {
            let interfaces = self.contents().interfaces.iter_mut();
            for interface in interfaces.filter(|interface| interface.named.id == *id) {
                interface.holder = None;
                interface.primary = false;
            }
            if goes_along {
                self.drop_interface(id)?;
            }
        }
        Some(())
    }

    /// Stops a machine, and gives its hardware back.
    pub fn deallocate(&mut self) -> Option<()> {
        self.power(&[Power::Running, Power::Stopped], "deallocate", Power::Deallocated)
    }

    /// Starts a machine.
    pub fn start(&mut self) -> Option<()> {
        self.power(&[Power::Deallocated, Power::Stopped], "start", Power::Running)
    }

    /// Restarts a machine, which then is as it was.
    pub fn restart(&mut self) -> Option<()> {
        self.power(&[Power::Running], "restart", Power::Running)
    }

    fn power(&mut self, from: &[Power], action: &str, to: Power) -> Option<()> {
        let place = self.pick_machine(|machine| from.contains(&machine.power))?;
        let machine = &mut self.contents().machines[place];
        machine.power = to;
        let id = machine.named.id.clone();
        self.emit(&format!("{MACHINE}/{action}/action"), &id);
        Some(())
    }

    /// Creates an interface that belongs to nothing.
    pub fn create_interface(&mut self) -> Option<()> {
        let (place, beside) = self.pick_place()?;
        let name = format!("spare-{}", self.ids.number());
        let tags = self.new_tags();
        let named = named_beside(&beside, INTERFACE, name, tags)?;
        let id = named.id.clone();
        self.add_interface(place, named, None)?;
        self.emit("Microsoft.Network/networkInterfaces/write", &id);
        Some(())
    }

    /// Deletes an interface that belongs to nothing.
    pub fn delete_interface(&mut self) -> Option<()> {
        let place = self.pick_interface(|interface| interface.holder.is_none())?;
        let id = self.subscription().interfaces[place].named.id.clone();
        self.drop_interface(&id)
    }

    /// Deletes an interface, and the public addresses in front of it.
    fn drop_interface(&mut self, id: &str) -> Option<()> {
        let interface = self.remove_interface(id)?;
        self.emit("Microsoft.Network/networkInterfaces/delete", id);
        let public_ips = interface.configurations.iter().filter_map(|one| one.public_ip.clone());
        for public_ip in public_ips {
            self.contents().public_ips.retain(|one| one.named.id != public_ip);
            self.emit("Microsoft.Network/publicIPAddresses/delete", &public_ip);
        }
        Some(())
    }

    /// Creates a public address, and puts it in front of an interface.
    pub fn add_public_ip(&mut self) -> Option<()> {
        let place = self.pick_interface(|interface| {
            let first = interface.configurations.first();
            first.is_some_and(|first| first.public_ip.is_none() && first.address.is_ipv4())
                && !matches!(interface.holder, Some(NicOwner::Endpoint(_)))
        })?;
        let number = self.ids.number();
        let beside = self.subscription().interfaces[place].named.clone();
        let named = named_beside(&beside, PUBLIC_IP, format!("public-{number}"), Tags::new())?;
        let id = named.id.clone();
        let offset = u32::try_from(number % (1 << 15)).unwrap_or_default();
        let contents = self.contents();
        let first = contents.interfaces[place].configurations.first_mut()?;
        first.public_ip = Some(id.clone());
        let configuration = first.id.clone();
        let address = public(FIRST_PUBLIC + offset).into();
        contents.public_ips.push(PublicIp { named, zones: Vec::new(), address, configuration });
        self.emit("Microsoft.Network/publicIPAddresses/write", &id);
        self.emit("Microsoft.Network/networkInterfaces/write", &beside.id);
        Some(())
    }

    /// Takes a public address from its interface, and deletes it.
    pub fn remove_public_ip(&mut self) -> Option<()> {
        let place = self.pick_interface(|interface| {
            interface.configurations.first().is_some_and(|first| first.public_ip.is_some())
        })?;
        let interface = &mut self.contents().interfaces[place];
        let public_ip = interface.configurations.first_mut()?.public_ip.take()?;
        let id = interface.named.id.clone();
        self.contents().public_ips.retain(|one| one.named.id != public_ip);
        self.emit("Microsoft.Network/networkInterfaces/write", &id);
        self.emit("Microsoft.Network/publicIPAddresses/delete", &public_ip);
        Some(())
    }

    /// Draws a subnet for a machine; returns its place, and the network that the machine goes beside.
    fn pick_place(&mut self) -> Option<((usize, usize), Named)> {
        let network = self.pick_network(|network| network.subnets.iter().any(takes_machines))?;
        let subnets = self.subscription().networks[network].subnets.iter().enumerate();
        let fitting: Vec<usize> =
            subnets.filter(|(_, subnet)| takes_machines(subnet)).map(|(place, _)| place).collect();
        let subnet = *self.draw.pick(&fitting)?;
        Some(((network, subnet), self.subscription().networks[network].named.clone()))
    }
}
