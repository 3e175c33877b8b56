//! Instances are launched, stopped, started and terminated.

use std::sync::Arc;

use serde_json::{Value, json};

use super::event_body::{items, tag_items};
use super::gone::Gone;
use super::region_change::{RegionChange, Transition};
use crate::sandbox::estate::{
    Instance, InstanceState, InterfaceAttachment, Reservation, Subnet, Tags, resource_id,
};

/// Instance types of new machines, with architecture, cores and threads of each core.
const TYPES: [(&str, &str, (u32, u32)); 4] = [
    ("t3.micro", "x86_64", (1, 2)),
    ("m7i.large", "x86_64", (1, 2)),
    ("m7g.large", "arm64", (2, 1)),
    ("c7g.xlarge", "arm64", (4, 1)),
];

impl RegionChange<'_> {
    /// Launches one or two instances into a subnet.
    pub fn launch(&mut self) -> Option<()> {
        let subnet = self.pick_subnet(|_, subnet| subnet.ipv4.is_some() && subnet.available > 0)?;
        let (size, architecture, cpu) = TYPES[self.draw.below(TYPES.len())];
        let name = format!("worker-{}", self.ids.number());
        let tags = self.new_tags(&name);
        let mut instances = Vec::new();
        for _ in 0..=self.draw.below(2) {
            let id = self.ids.aws("i");
            let plug = InterfaceAttachment {
                id: self.ids.aws("eni-attach"),
                instance: Some(id.clone()),
                owner: self.place.account.clone(),
                index: 0,
            };
            let Some(interface) = self.add_interface(&subnet, "", Some(plug), Tags::new()) else { break };
            instances.push(Instance {
                id,
                zone: subnet.zone,
                image: resource_id("ami", &format!("Linux/UNIX/{architecture}")),
                size: size.into(),
                architecture: architecture.into(),
                cpu: Some(cpu),
                state: InstanceState::Pending,
                os: "Linux/UNIX".into(),
                launched: self.now,
                interfaces: vec![interface],
                operator: None,
                tags: tags.clone(),
            });
        }
        if instances.is_empty() {
            return None;
        }
        let reservation =
            Arc::new(Reservation { id: self.ids.aws("r"), owner: self.place.account.clone(), instances });
        self.visible_mut().reservations.push(Arc::clone(&reservation));
        self.emit_launch(&reservation, &subnet);
        for instance in &reservation.instances {
            self.emit_state(&instance.id, InstanceState::Pending);
            self.later(&instance.id, InstanceState::Running);
        }
        Some(())
    }

    fn emit_launch(&mut self, reservation: &Reservation, subnet: &Subnet) {
        let [first, ..] = &reservation.instances[..] else { return };
        let count = reservation.instances.len();
        let request = json!({
            "instancesSet": items([json!({ "imageId": first.image, "minCount": count, "maxCount": count })]),
            "instanceType": first.size,
            "subnetId": subnet.id,
            "blockDeviceMapping": {},
            "monitoring": { "enabled": false },
            "disableApiTermination": false,
            "tagSpecificationSet":
                items([json!({ "resourceType": "instance", "tags": tag_items(&first.tags) })]),
        });
        let launched = reservation.instances.iter().enumerate().map(|(index, instance)| {
            json!({
                "instanceId": instance.id,
                "imageId": instance.image,
                "instanceState": state(InstanceState::Pending),
                "amiLaunchIndex": index,
                "instanceType": instance.size,
                "launchTime": instance.launched.as_millisecond(),
                "subnetId": subnet.id,
                "vpcId": subnet.vpc,
                "privateIpAddress": instance.interfaces[0].ipv4.first(),
                "networkInterfaceSet": items(instance.interfaces.iter().map(|interface| {
                    json!({ "networkInterfaceId": interface.id, "subnetId": subnet.id, "vpcId": subnet.vpc })
                })),
                "tagSet": { "items": tag_items(&instance.tags) },
            })
        });
        let response = json!({
            "reservationId": reservation.id,
            "ownerId": reservation.owner,
            "groupSet": {},
            "instancesSet": items(launched),
        });
        self.emit_call("RunInstances", request, response);
    }

    /// Terminates an instance.
    pub fn terminate(&mut self) -> Option<()> {
        let from = [InstanceState::Running, InstanceState::Stopped];
        self.move_on("TerminateInstances", &from, InstanceState::ShuttingDown, InstanceState::Terminated)
    }

    /// Stops an instance.
    pub fn stop(&mut self) -> Option<()> {
        self.move_on(
            "StopInstances",
            &[InstanceState::Running],
            InstanceState::Stopping,
            InstanceState::Stopped,
        )
    }

    /// Starts an instance.
    pub fn start(&mut self) -> Option<()> {
        self.move_on(
            "StartInstances",
            &[InstanceState::Stopped],
            InstanceState::Pending,
            InstanceState::Running,
        )
    }

    /// Sends an instance from one of some states to another one, by way of a third.
    fn move_on(
        &mut self,
        call: &str,
        from: &[InstanceState],
        by_way_of: InstanceState,
        to: InstanceState,
    ) -> Option<()> {
        let (id, before) = self.pick_instance(|instance| from.contains(&instance.state))?;
        let now = self.now;
        self.change_instance(&id, |instance| {
            instance.state = by_way_of;
            if by_way_of == InstanceState::Pending {
                instance.launched = now;
            }
        })?;
        let request = json!({ "instancesSet": items([json!({ "instanceId": id })]) });
        let response = json!({ "instancesSet": items([json!({
            "instanceId": id,
            "currentState": state(by_way_of),
            "previousState": state(before),
        })]) });
        self.emit_call(call, request, response);
        self.emit_state(&id, by_way_of);
        self.later(&id, to);
        Some(())
    }

    /// Ends a transition.
    pub fn end(&mut self, transition: &Transition) -> Option<()> {
        let Transition { instance: id, state, .. } = transition;
        let mut released = Vec::new();
        self.change_instance(id, |instance| {
            instance.state = *state;
            if *state == InstanceState::Terminated {
                released = std::mem::take(&mut instance.interfaces);
            }
        })?;
        for interface in &released {
            self.remove_interface(interface);
        }
        self.emit_state(id, *state);
        if *state == InstanceState::Terminated {
            self.gone.push_back((self.now, Gone::Instance(self.place.clone(), id.clone())));
        }
        Some(())
    }

    /// Draws an instance of no service that meets a condition; returns its id and state.
    pub fn pick_instance(&mut self, fits: impl Fn(&Instance) -> bool) -> Option<(String, InstanceState)> {
        let reservations = self.visible()?.reservations.iter();
        let instances = reservations.flat_map(|reservation| &reservation.instances);
        let fitting = instances.filter(|instance| instance.operator.is_none() && fits(instance));
        let fitting: Vec<_> = fitting.map(|instance| (instance.id.clone(), instance.state)).collect();
        self.draw.pick(&fitting).cloned()
    }

    /// Finds an instance of the account.
    pub fn instance(&self, id: &str) -> Option<&Instance> {
        let mut reservations = self.visible()?.reservations.iter();
        reservations.find_map(|reservation| reservation.instances.iter().find(|instance| instance.id == id))
    }

    /// Changes an instance of the account.
    pub fn change_instance(&mut self, id: &str, change: impl FnOnce(&mut Instance)) -> Option<()> {
        self.instance(id)?;
        let reservations = &mut self.visible_mut().reservations;
        let holds = |one: &&mut Arc<Reservation>| one.instances.iter().any(|instance| instance.id == id);
        let reservation = Arc::make_mut(reservations.iter_mut().find(holds)?);
        change(reservation.instances.iter_mut().find(|instance| instance.id == id)?);
        Some(())
    }

    fn later(&mut self, instance: &str, state: InstanceState) {
        let (place, instance) = (self.place.clone(), instance.to_owned());
        self.transitions.push_back(Transition { place, instance, state });
    }
}

/// Writes a state as API calls have it.
fn state(state: InstanceState) -> Value {
    let (code, name) = state.code_and_name();
    json!({ "code": code, "name": name })
}
