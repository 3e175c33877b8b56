//! Operations that fail or are cancelled, and operations on resources that are not listed here.

use super::event_body::Outcome;
use super::machines::MACHINE;
use super::subscription_change::{SubscriptionChange, named_beside};
use crate::sandbox::estate::Tags;

impl SubscriptionChange<'_> {
    /// Makes an operation that fails, or one about something else.
    pub fn refused_operation(&mut self) -> Option<()> {
        match self.draw.below(5) {
            0 => {
                let place = self.pick_network(|network| !network.subnets.is_empty())?;
                let id = self.subscription().networks[place].named.id.clone();
                self.emit_outcome("Microsoft.Network/virtualNetworks/delete", &id, Outcome::Failure);
            }
            1 => {
                let place = self.pick_machine(|_| true)?;
                let id = self.subscription().machines[place].named.id.clone();
                self.emit_outcome(&format!("{MACHINE}/start/action"), &id, Outcome::Failure);
            }
            2 => {
                let place = self.pick_machine(|_| true)?;
                let id = format!("{}-2", self.subscription().machines[place].named.id);
                self.emit_outcome("Microsoft.Compute/virtualMachines/write", &id, Outcome::Cancel);
            }
            3 => self.emit_other("Microsoft.Resources/deployments")?,
            _ => self.emit_other("Microsoft.Network/networkSecurityGroups")?,
        }
        Some(())
    }

    /// Tells of a new resource of a kind that is not listed.
    fn emit_other(&mut self, kind: &str) -> Option<()> {
        let place = self.pick_network(|_| true)?;
        let name = format!("other-{}", self.ids.number());
        let beside = &self.subscription().networks[place].named;
        let named = named_beside(beside, kind, name, Tags::new())?;
        self.emit(&format!("{kind}/write"), &named.id);
        Some(())
    }
}
