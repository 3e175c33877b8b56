//! What an instance is about to be.

use super::views::ListedPlace;
use crate::sandbox::estate::InstanceState;

/// An instance on its way to another state.
#[derive(Debug)]
pub struct Transition {
    /// Where it is.
    pub place: ListedPlace,
    /// Its id.
    pub instance: String,
    /// The state that it is about to be in.
    pub state: InstanceState,
}
