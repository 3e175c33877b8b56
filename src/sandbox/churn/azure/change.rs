//! The table of changes, and how often each happens.

use super::subscription_change::SubscriptionChange;

/// One kind of change; `None` when it is not possible here.
type AzureChange = fn(&mut SubscriptionChange<'_>) -> Option<()>;

/// How often each change happens, in parts of all. As much goes as comes (half of the machines leave their interface
/// behind), so that estates keep their size.
const CHANGES: [(usize, AzureChange); 19] = [
    (14, |change| change.create_machine()),
    (14, |change| change.delete_machine()),
    (8, |change| change.deallocate()),
    (8, |change| change.start()),
    (2, |change| change.restart()),
    (8, |change| change.set_tag()),
    (4, |change| change.delete_tag()),
    (3, |change| change.create_network()),
    (3, |change| change.delete_network()),
    (2, |change| change.add_prefix()),
    (5, |change| change.create_subnet()),
    (5, |change| change.delete_subnet()),
    (2, |change| change.create_interface()),
    (9, |change| change.delete_interface()),
    (2, |change| change.add_public_ip()),
    (2, |change| change.remove_public_ip()),
    (4, |change| change.create_peering()),
    (2, |change| change.delete_peering()),
    (5, |change| change.refused_operation()),
];

impl SubscriptionChange<'_> {
    /// Draws one of all changes, and makes it; `None` when it is not possible here.
    pub fn any(&mut self) -> Option<()> {
        let change = self.draw.pick_weighted(&CHANGES)?;
        change(self)
    }
}
