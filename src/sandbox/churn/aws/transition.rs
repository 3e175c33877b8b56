//! What an instance is about to be.

use super::views::Place;
use crate::sandbox::estate::InstanceState;

/// An instance on its way to another state.
#[derive(Debug)]
pub struct Transition {
    /// Where it is.
    pub place: Place,
    /// Its id.
    pub instance: String,
    /// The state that it is about to be in.
    pub state: InstanceState,
}
