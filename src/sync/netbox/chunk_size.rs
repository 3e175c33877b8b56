//! How many objects a bulk request has: as many as `NetBox` writes in some seconds.
//!
//! What stands before `NetBox` gives up requests after 30 to 120 seconds, and a bulk request that is given up is undone as a
//! whole. A slow `NetBox` would never get on with requests of a fixed size.

use std::time::Duration;

/// Objects of the first bulk request.
const FIRST_OBJECTS: usize = 20;
/// The most objects of a bulk request: all of them are refused if one is.
const MAX_OBJECTS: usize = 100;
/// How long a bulk request is to take at most.
const GOAL: Duration = Duration::from_secs(10);

/// The size of the next bulk request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChunkSize(usize);

impl ChunkSize {
    /// Begins with a few objects.
    pub const fn new() -> Self {
        Self(FIRST_OBJECTS)
    }

    /// Returns how many objects the next request has.
    pub const fn objects(self) -> usize {
        self.0
    }

    /// Notes how long a request with so many objects took.
    pub fn note_request(&mut self, objects: usize, took: Duration) {
        let in_time = objects as u128 * GOAL.as_millis() / took.as_millis().max(1);
        let most = if objects < self.0 { self.0 } else { (2 * self.0).min(MAX_OBJECTS) };
        self.0 = usize::try_from(in_time).unwrap_or(most).clamp(1, most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_grow_as_long_as_they_are_fast_and_shrink_when_they_are_slow() {
        let mut size = ChunkSize::new();
        for expected in [40, 80, 100, 100] {
            size.note_request(
                size.objects(),
                Duration::from_millis(70) * u32::try_from(size.objects()).unwrap(),
            );
            assert_eq!(size.objects(), expected);
        }
        // A second for each object.
        size.note_request(100, Duration::from_secs(100));
        assert_eq!(size.objects(), 10);
        size.note_request(10, Duration::from_mins(2));
        assert_eq!(size.objects(), 1, "one at a time, and not none");
        size.note_request(1, Duration::ZERO);
        assert_eq!(size.objects(), 2);
        size.note_request(1, Duration::ZERO);
        assert_eq!(size.objects(), 2, "the rest of a list says little of larger requests");
    }
}
