//! What EC2 says of a block of addresses.

use crate::model::BlockState;

/// Reads EC2's association state; what this version does not know is unknown, and so counts.
pub fn block_state(code: &str) -> Option<BlockState> {
    Some(match code {
        "associating" => BlockState::Associating,
        "associated" => BlockState::Associated,
        "disassociating" => BlockState::Disassociating,
        "disassociated" => BlockState::Disassociated,
        "failing" => BlockState::Failing,
        "failed" => BlockState::Failed,
        _ => return None,
    })
}
