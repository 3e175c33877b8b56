//! Calls that fail, and calls that change nothing that is listed here.

use serde_json::json;

use super::event_body::items;
use super::region_change::RegionChange;

impl RegionChange<'_> {
    /// Makes a call that fails, or one about something else.
    pub fn refused_call(&mut self) -> Option<()> {
        match self.draw.below(5) {
            0 => self.refused_launch(),
            1 => self.refused_deletion_of_vpc(),
            2 => self.refused_deletion_of_subnet(),
            3 => self.refused_termination(),
            _ => self.create_security_group(),
        }
    }

    fn refused_launch(&mut self) -> Option<()> {
        let subnet = self.pick_subnet(|_, _| true)?;
        let request = json!({
            "instancesSet": items([json!({ "imageId": "ami-0a1b2c3d4e5f60718", "minCount": 1, "maxCount": 1 })]),
            "instanceType": "p5.48xlarge",
            "subnetId": subnet.id,
        });
        let message = "We currently do not have sufficient p5.48xlarge capacity in the Availability Zone you requested.";
        self.emit_refused_call("RunInstances", request, "Server.InsufficientInstanceCapacity", message);
        Some(())
    }

    fn refused_deletion_of_vpc(&mut self) -> Option<()> {
        let vpc = self.pick_vpc(|visible, vpc| visible.subnets.iter().any(|subnet| subnet.vpc == vpc.id))?;
        let message = format!("The vpc '{}' has dependencies and cannot be deleted.", vpc.id);
        self.emit_refused_call(
            "DeleteVpc",
            json!({ "vpcId": vpc.id }),
            "Client.DependencyViolation",
            &message,
        );
        Some(())
    }

    fn refused_deletion_of_subnet(&mut self) -> Option<()> {
        let subnet = self.pick_subnet(|visible, subnet| {
            visible.interfaces.iter().any(|interface| interface.subnet == subnet.id)
        })?;
        let message = format!("The subnet '{}' has dependencies and cannot be deleted.", subnet.id);
        let request = json!({ "subnetId": subnet.id });
        self.emit_refused_call("DeleteSubnet", request, "Client.DependencyViolation", &message);
        Some(())
    }

    fn refused_termination(&mut self) -> Option<()> {
        let (id, _) = self.pick_instance(|_| true)?;
        let request = json!({ "instancesSet": items([json!({ "instanceId": id })]) });
        let message = "You are not authorized to perform this operation.";
        self.emit_refused_call("TerminateInstances", request, "Client.UnauthorizedOperation", message);
        Some(())
    }

    fn create_security_group(&mut self) -> Option<()> {
        let vpc = self.pick_vpc(|_, _| true)?;
        let group = self.ids.aws("sg");
        let request = json!({ "groupName": group, "groupDescription": "for a test", "vpcId": vpc.id });
        self.emit_call("CreateSecurityGroup", request, json!({ "groupId": group, "_return": true }));
        Some(())
    }
}
