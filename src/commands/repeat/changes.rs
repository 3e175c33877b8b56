//! Which lines of an output are new, and which are gone.

use std::collections::HashMap;

/// The lines that an output has and the one before had not, and the other way round.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LineChanges {
    /// For each line of the newer output, whether it is new.
    pub is_new: Vec<bool>,
    /// The lines that are gone, in their order.
    pub gone: Vec<String>,
}

impl LineChanges {
    /// Compares two outputs. That columns became wider or narrower is no change.
    pub fn between(old: &[String], new: &[String]) -> Self {
        let mut left = count(old);
        let is_new = new.iter().map(|line| !take(&mut left, line)).collect();
        let mut left = count(new);
        let gone = old.iter().filter(|line| !take(&mut left, line)).cloned().collect();
        Self { is_new, gone }
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.gone.is_empty() && !self.is_new.contains(&true)
    }
}

fn key(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

fn count(lines: &[String]) -> HashMap<Vec<&str>, usize> {
    let mut counts = HashMap::new();
    for line in lines {
        *counts.entry(key(line)).or_insert(0) += 1;
    }
    counts
}

/// Takes a line out of the counted ones; `false` if it is not among them.
fn take<'l>(counts: &mut HashMap<Vec<&'l str>, usize>, line: &'l str) -> bool {
    match counts.get_mut(&key(line)) {
        Some(0) | None => false,
        Some(count) => {
            *count -= 1;
            true
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_and_go_and_widths_do_not_count() {
        let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
        let (old, new) =
            (lines("ID  N\na   1\nb   2\n\n"), lines("ID       N\na        1\nlonger-c 2\n\n\n"));
        let changes = LineChanges::between(&old, &new);
        assert_eq!(changes.is_new, [false, false, true, false, true], "one more empty line is new");
        assert_eq!(changes.gone, ["b   2"]);
        assert!(LineChanges::between(&old, &old).is_empty());
    }
}
