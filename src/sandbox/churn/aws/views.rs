//! Where resources of an estate are, and who sees them.

use std::collections::HashMap;
use std::sync::Arc;

use crate::sandbox::estate::{Attached, Attachment, Estate, Peering, VisibleResources};

/// A region of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlace {
    /// Account id.
    pub account: String,
    /// Region name.
    pub region: String,
}

impl ListedPlace {
    /// Lists every enabled region of every account that is in use, in the order of the estate.
    pub fn all(estate: &Estate) -> Vec<Self> {
        let active = estate.accounts.iter().filter(|account| account.is_active());
        let places = active.flat_map(|account| {
            let enabled = estate.regions.iter().filter(|region| estate.enabled(account, &region.name));
            enabled.map(|region| Self { account: account.id.clone(), region: region.name.clone() })
        });
        places.collect()
    }
}

/// Returns what an account sees in a region, to change it.
pub fn visible_of<'a>(estate: &'a mut Estate, account: &str, region: &str) -> &'a mut VisibleResources {
    let regions = estate.visible.entry(account.to_owned()).or_default();
    Arc::make_mut(regions.entry(region.to_owned()).or_default())
}

/// Lists what every account sees in every region.
pub fn all_visible(estate: &mut Estate) -> impl Iterator<Item = &mut Arc<VisibleResources>> {
    estate.visible.values_mut().flat_map(HashMap::values_mut)
}

/// Tells whether a peering joins a VPC with another.
pub fn joins(peering: &Peering, vpc: &str) -> bool {
    peering.requester.id == vpc || peering.accepter.id == vpc
}

/// Tells whether an attachment is one of a VPC.
pub fn is_attachment_of(attachment: &Attachment, id: &str) -> bool {
    matches!(&attachment.resource, Attached::Vpc { vpc, .. } if vpc.id == id)
}
