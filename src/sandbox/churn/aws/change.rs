//! The table of changes, and how often each happens.

use super::region_change::RegionChange;

/// One kind of change; `None` when it is not possible here.
type AwsChange = fn(&mut RegionChange<'_>) -> Option<()>;

/// How often each change happens, in parts of all. As much goes as comes (one launch is of one or two instances), so that
/// estates keep their size.
const CHANGES: [(usize, AwsChange); 25] = [
    (12, |change| change.launch()),
    (18, |change| change.terminate()),
    (8, |change| change.stop()),
    (8, |change| change.start()),
    (8, |change| change.set_tag()),
    (4, |change| change.delete_tag()),
    (3, |change| change.create_vpc()),
    (3, |change| change.delete_vpc()),
    (2, |change| change.associate_block()),
    (2, |change| change.disassociate_block()),
    (5, |change| change.create_subnet()),
    (5, |change| change.delete_subnet()),
    (2, |change| change.create_interface()),
    (2, |change| change.delete_interface()),
    (2, |change| change.attach_interface()),
    (2, |change| change.detach_interface()),
    (2, |change| change.assign_address()),
    (2, |change| change.unassign_address()),
    (2, |change| change.associate_address()),
    (1, |change| change.reassociate_address()),
    (2, |change| change.disassociate_address()),
    (2, |change| change.request_peering()),
    (2, |change| change.accept_peering()),
    (1, |change| change.delete_peering()),
    (5, |change| change.refused_call()),
];

impl RegionChange<'_> {
    /// Draws one of all changes, and makes it; `None` when it is not possible here.
    pub fn any(&mut self) -> Option<()> {
        let change = self.draw.pick_weighted(&CHANGES)?;
        change(self)
    }
}
