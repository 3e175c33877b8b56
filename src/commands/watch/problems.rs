//! What is wrong with a watch that goes on: a queue that cannot be read, a registry that cannot be written.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What is wrong now, by what it is wrong with. The loop notes it, and the server tells it.
#[derive(Debug, Clone, Default)]
pub struct Problems(Arc<Mutex<BTreeMap<String, String>>>);

impl Problems {
    /// Notes what is wrong with `thing`, or that nothing is. Returns whether that is a problem that was not known.
    pub fn set(&self, thing: &str, problem: Option<String>) -> bool {
        let mut problems = self.lock();
        let Some(problem) = problem else {
            problems.remove(thing);
            return false;
        };
        let is_new = problems.get(thing) != Some(&problem);
        problems.insert(thing.to_owned(), problem);
        is_new
    }

    /// What is wrong, a line each.
    pub fn list(&self) -> Vec<String> {
        self.lock().iter().map(|(thing, problem)| format!("{thing}: {problem}")).collect()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_is_new_once_until_it_is_another_one_or_was_over() {
        let problems = Problems::default();
        let set = |problem: Option<&str>| problems.set("queue", problem.map(str::to_owned));
        assert_eq!(
            [Some("denied"), Some("denied"), Some("missing"), None].map(set),
            [true, false, true, false]
        );
        assert!(problems.list().is_empty());
        assert!(set(Some("missing")));
        assert_eq!(problems.clone().list(), ["queue: missing"]);
    }
}
