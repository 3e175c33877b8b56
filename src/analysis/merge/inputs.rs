//! The inventories to merge, and whether they go together.

use thiserror::Error;

use crate::diagnostic::Remedies;
use crate::model::{Inventory, ScanRequest, Shard};

/// An inventory to merge.
#[derive(Debug, Clone)]
pub struct MergeInput {
    /// What the user calls it.
    pub name: String,
    /// Its contents, each resource once.
    pub inventory: Inventory,
    /// The scope that the scan was asked for; `None` if that is not known.
    pub asked: Option<ScanRequest>,
}

/// Why inventories cannot be merged.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum MergeError {
    /// There is no inventory.
    #[error("there is no inventory to merge")]
    NoInput,
    /// The estate was split in two ways, so accounts may be missing.
    #[error("{0} is shard {1} and {2} is shard {3}, which are not parts of one split")]
    DifferentSplits(String, Shard, String, Shard),
    /// One input is a shard of an estate, and another is not.
    #[error("{part} is shard {shard} and {whole} is not a shard")]
    ShardWithWhole {
        /// The shard's name.
        part: String,
        /// Which shard it is.
        shard: Shard,
        /// The name of the input that is not a shard.
        whole: String,
    },
}

impl Remedies for MergeError {
    fn remedies(&self) -> Vec<String> {
        let remedy = match self {
            Self::NoInput => "name at least one inventory",
            Self::DifferentSplits(..) => "scan one of them again, with the number of parts of the other",
            Self::ShardWithWhole { .. } => {
                "merge all shards of one scan first, and then merge the result with other inventories"
            }
        };
        vec![remedy.to_owned()]
    }
}

/// Returns the shard that the inputs are together; `None` if none of them is a shard.
///
/// # Errors
/// If only some are shards, or they are shards of different splits.
pub(super) fn joint_shard(inputs: &[MergeInput]) -> Result<Option<Shard>, MergeError> {
    let mut shards = inputs.iter().filter_map(|input| Some((input, input.inventory.shard.as_ref()?)));
    let Some((first, shard)) = shards.next() else { return Ok(None) };
    let mut joint = shard.clone();
    for (input, other) in shards {
        if other.of != shard.of {
            let (one, two) = (first.name.clone(), input.name.clone());
            return Err(MergeError::DifferentSplits(one, shard.clone(), two, other.clone()));
        }
        joint.parts.extend(&other.parts);
    }
    match inputs.iter().find(|input| input.inventory.shard.is_none()) {
        None => Ok(Some(joint)),
        Some(whole) => Err(MergeError::ShardWithWhole {
            part: first.name.clone(),
            shard: shard.clone(),
            whole: whole.name.clone(),
        }),
    }
}
