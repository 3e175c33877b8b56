//! Interfaces come, go and change their addresses.

use serde_json::{Value, json};

use super::event_body::{items, tag_items};
use super::region_change::RegionChange;
use crate::sandbox::estate::{InstanceState, Interface, InterfaceAttachment};

/// Private addresses that an interface gets at most.
const MAX_ADDRESSES: usize = 4;

impl RegionChange<'_> {
    /// Creates an interface that is attached to nothing.
    pub fn create_interface(&mut self) -> Option<()> {
        let subnet = self.pick_subnet(|_, subnet| subnet.ipv4.is_some() && subnet.available > 0)?;
        let description = format!("spare-{}", self.ids.number());
        let tags = self.new_tags(&description);
        let interface = self.add_interface(&subnet, &description, None, tags)?;
        let request = json!({
            "subnetId": subnet.id,
            "description": description,
            "groupSet": {},
            "privateIpAddressesSet": {},
            "tagSpecificationSet":
                items([json!({ "resourceType": "network-interface", "tags": tag_items(&interface.tags) })]),
        });
        let response = json!({ "networkInterface": {
            "networkInterfaceId": interface.id,
            "subnetId": subnet.id,
            "vpcId": subnet.vpc,
            "ownerId": interface.owner,
            "status": "pending",
            "macAddress": interface.mac,
            "privateIpAddress": interface.ipv4.first(),
        }});
        self.emit_call("CreateNetworkInterface", request, response);
        Some(())
    }

    /// Deletes an interface that is attached to nothing.
    pub fn delete_interface(&mut self) -> Option<()> {
        let interface = self.pick_interface(|interface| interface.plug.is_none())?;
        self.remove_interface(&interface);
        self.emit_call("DeleteNetworkInterface", named(&interface), Value::Null);
        Some(())
    }

    /// Attaches an interface to an instance of the same VPC and zone.
    pub fn attach_interface(&mut self) -> Option<()> {
        let interface = self.pick_interface(|interface| interface.plug.is_none())?;
        let (id, _) = self.pick_instance(|instance| {
            let is_near = instance.interfaces.first().is_some_and(|first| first.vpc == interface.vpc);
            instance.state == InstanceState::Running && instance.zone == interface.zone && is_near
        })?;
        let indexes = self.instance(&id)?.interfaces.iter().filter_map(|one| Some(one.plug.as_ref()?.index));
        let index = indexes.max()? + 1;
        let plug = InterfaceAttachment {
            id: self.ids.aws("eni-attach"),
            instance: Some(id.clone()),
            owner: self.place.account.clone(),
            index,
        };
        let response = json!({ "attachmentId": plug.id });
        self.change_interface(&interface.id, |interface| interface.plug = Some(plug))?;
        let seen = &self.visible()?.interfaces;
        let attached = seen.iter().find(|one| one.id == interface.id).cloned()?;
        self.change_instance(&id, |instance| instance.interfaces.push(attached))?;
        let request = json!({ "networkInterfaceId": interface.id, "instanceId": id, "deviceIndex": index });
        self.emit_call("AttachNetworkInterface", request, response);
        Some(())
    }

    /// Detaches an interface, not the first one of an instance. The call names the attachment alone.
    pub fn detach_interface(&mut self) -> Option<()> {
        let interface = self.pick_interface(|interface| {
            interface.plug.as_ref().is_some_and(|plug| plug.index > 0 && plug.instance.is_some())
        })?;
        let plug = interface.plug.as_ref()?;
        let instance = plug.instance.as_ref()?;
        // An instance on its way keeps what it has.
        let is_settled =
            matches!(self.instance(instance)?.state, InstanceState::Running | InstanceState::Stopped);
        if !is_settled {
            return None;
        }
        self.change_instance(instance, |instance| instance.interfaces.retain(|one| one.id != interface.id))?;
        self.change_interface(&interface.id, |interface| interface.plug = None)?;
        let request = json!({ "attachmentId": plug.id, "force": false });
        self.emit_call("DetachNetworkInterface", request, Value::Null);
        Some(())
    }

    /// Adds a private address to an interface.
    pub fn assign_address(&mut self) -> Option<()> {
        let interface =
            self.pick_interface(|interface| (1..MAX_ADDRESSES).contains(&interface.ipv4.len()))?;
        let subnets = &self.visible()?.subnets;
        let subnet = subnets.iter().find(|subnet| subnet.id == interface.subnet).cloned()?;
        let address = self.free_address(&subnet)?;
        self.change_interface(&interface.id, |interface| interface.ipv4.push(address))?;
        self.change_subnet(&subnet.id, |subnet| subnet.available = subnet.available.saturating_sub(1))?;
        let request = json!({
            "networkInterfaceId": interface.id,
            "privateIpAddressesSet": {},
            "secondaryPrivateIpAddressCount": 1,
        });
        let response = json!({
            "networkInterfaceId": interface.id,
            "assignedPrivateIpAddressesSet":
                { "assignedPrivateIpAddressSetType": [{ "privateIpAddress": address }] },
        });
        self.emit_call("AssignPrivateIpAddresses", request, response);
        Some(())
    }

    /// Takes the last private address from an interface, not its only one.
    pub fn unassign_address(&mut self) -> Option<()> {
        let interface = self.pick_interface(|interface| interface.ipv4.len() > 1)?;
        let address = *interface.ipv4.last()?;
        self.change_interface(&interface.id, |interface| {
            interface.ipv4.pop();
        })?;
        self.change_subnet(&interface.subnet, |subnet| subnet.available += 1)?;
        let request = json!({
            "networkInterfaceId": interface.id,
            "privateIpAddressesSet": items([json!({ "privateIpAddress": address })]),
        });
        self.emit_call("UnassignPrivateIpAddresses", request, Value::Null);
        Some(())
    }

    /// Puts a public address in front of an interface.
    pub fn associate_address(&mut self) -> Option<()> {
        let interface = self.pick_interface(can_get_public_address)?;
        let address = self.next_public();
        self.change_interface(&interface.id, |interface| interface.public = Some(address))?;
        let (allocation, association) = (self.ids.aws("eipalloc"), self.ids.aws("eipassoc"));
        let request = json!({
            "allocationId": allocation,
            "networkInterfaceId": interface.id,
            "allowReassociation": false,
        });
        self.emit_call("AssociateAddress", request, json!({ "associationId": association, "_return": true }));
        Some(())
    }

    /// Takes the public address from an interface for another one. The call names only the one that gets it.
    pub fn reassociate_address(&mut self) -> Option<()> {
        let loser = self.pick_interface(|interface| interface.public.is_some())?;
        let taker = self.pick_interface(can_get_public_address)?;
        self.change_interface(&loser.id, |interface| interface.public = None)?;
        self.change_interface(&taker.id, |interface| interface.public = loser.public)?;
        let request = json!({
            "allocationId": self.ids.aws("eipalloc"),
            "networkInterfaceId": taker.id,
            "allowReassociation": true,
        });
        let association = self.ids.aws("eipassoc");
        self.emit_call("AssociateAddress", request, json!({ "associationId": association, "_return": true }));
        Some(())
    }

    /// Takes the public address from an interface. The call names the association alone.
    pub fn disassociate_address(&mut self) -> Option<()> {
        let interface = self.pick_interface(|interface| interface.public.is_some())?;
        self.change_interface(&interface.id, |interface| interface.public = None)?;
        let request = json!({ "associationId": self.ids.aws("eipassoc") });
        self.emit_call("DisassociateAddress", request, Value::Null);
        Some(())
    }
}

fn can_get_public_address(interface: &Interface) -> bool {
    interface.public.is_none()
        && interface.carrier.is_none()
        && interface.customer_owned.is_none()
        && !interface.ipv4.is_empty()
}

fn named(interface: &Interface) -> Value {
    json!({ "networkInterfaceId": interface.id })
}
