//! Ids for what is new.

use crate::sandbox::estate::azure::guid;
use crate::sandbox::estate::resource_id;

/// Makes ids that depend on a seed, and on how many were made before.
#[derive(Debug)]
pub struct NewIds {
    seed: u64,
    made: u64,
}

impl NewIds {
    pub const fn new(seed: u64) -> Self {
        Self { seed, made: 0 }
    }

    /// Returns the next number, for names.
    pub const fn number(&mut self) -> u64 {
        self.made += 1;
        self.made
    }

    /// Makes an id of AWS, such as `vpc-...`.
    pub fn aws(&mut self, prefix: &str) -> String {
        resource_id(prefix, &self.path())
    }

    /// Makes a GUID.
    pub fn guid(&mut self) -> String {
        guid(&self.path())
    }

    fn path(&mut self) -> String {
        let number = self.number();
        format!("churn/{}/{number}", self.seed)
    }
}
