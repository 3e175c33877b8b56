//! A block in lines of one size, as text is: what is in them, and what may be left out.

use ipnet::IpNet;

use super::blocks::Block;
use super::ranges::{halves, holds};

/// A prefix of usual size, the median, is so many bits smaller than a line: an eighth of it.
const BITS: u8 = 3;

/// A block in lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// How long the prefix of a line is.
    pub length: u8,
    /// The lines, by address; together they are the block.
    pub lines: Vec<Line>,
}

/// One or more lines of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// What nobody holds, as aligned prefixes one after the other.
    Free(Vec<IpNet>),
    /// A line, or several that are alike, since those who hold any of it hold all of it.
    Held(IpNet),
}

/// Lays `block` out in lines of one size: as small as makes its prefixes of usual size easy to see, and as large as
/// keeps the lines with something in them to `most`, if there is such a size.
#[must_use]
pub fn lines(block: &Block, most: usize) -> Lines {
    let mut lengths: Vec<u8> = block.prefixes.iter().map(IpNet::prefix_len).collect();
    lengths.sort_unstable();
    let usual =
        lengths.get(lengths.len().saturating_sub(1) / 2).map_or(0, |length| length.saturating_sub(BITS));
    let first = block.prefix.prefix_len();
    for length in (first..=usual.max(first)).rev() {
        let lines = lay(block, length);
        let held = lines.iter().filter(|line| matches!(line, Line::Held(_))).count();
        if held <= most || length == first {
            return Lines { length, lines };
        }
    }
    Lines { length: first, lines: Vec::new() }
}

fn lay(block: &Block, length: u8) -> Vec<Line> {
    let mut lines = Vec::new();
    cut(block.prefix, length, &block.prefixes, &mut lines);
    lines
}

/// Cuts `prefix` until nothing narrower than what is cut is in it, or it is a line.
fn cut(prefix: IpNet, length: u8, prefixes: &[IpNet], lines: &mut Vec<Line>) {
    let inside: Vec<IpNet> = prefixes.iter().copied().filter(|one| holds(prefix, *one)).collect();
    let is_even = inside.iter().all(|one| one.contains(&prefix));
    match (lines.last_mut(), inside.is_empty()) {
        (Some(Line::Free(free)), true) => free.push(prefix),
        (_, true) => lines.push(Line::Free(vec![prefix])),
        _ if is_even || prefix.prefix_len() >= length => lines.push(Line::Held(prefix)),
        _ => halves(prefix).for_each(|half| cut(half, length, &inside, lines)),
    }
}

/// Returns for each prefix the position of the narrowest other one that holds it. `prefixes` are by address, the wider
/// before those in it, each once.
#[must_use]
pub fn nest(prefixes: &[IpNet]) -> Vec<Option<usize>> {
    let mut around: Vec<usize> = Vec::new();
    let mut parents = Vec::with_capacity(prefixes.len());
    for (at, prefix) in prefixes.iter().enumerate() {
        while around.last().is_some_and(|last| !prefixes[*last].contains(prefix)) {
            around.pop();
        }
        parents.push(around.last().copied());
        around.push(at);
    }
    parents
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use ipnet::Ipv4Net;
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::{addresses, blocks};
    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn laid(prefixes: &[&str], most: usize) -> Lines {
        lines(&blocks(&nets(prefixes))[0], most)
    }

    #[test]
    fn a_prefix_of_usual_size_is_an_eighth_of_a_line() {
        let laid = laid(&["10.0.0.0/16", "10.1.0.0/16", "10.32.0.0/16"], 9);
        assert_eq!(laid.length, 13);
        let free = |texts| Line::Free(nets(texts));
        let held = |text: &str| Line::Held(text.parse().unwrap());
        let rest = free(&["10.40.0.0/13", "10.48.0.0/12", "10.64.0.0/10", "10.128.0.0/9"]);
        let first = free(&["10.8.0.0/13", "10.16.0.0/12"]);
        assert_eq!(laid.lines, [held("10.0.0.0/13"), first, held("10.32.0.0/13"), rest]);
    }

    #[test]
    fn lines_grow_until_there_are_few_enough() {
        let scattered: Vec<String> = (0..64).map(|at| format!("10.{}.0.0/24", at * 4)).collect();
        let scattered: Vec<&str> = scattered.iter().map(String::as_str).collect();
        assert_eq!(laid(&scattered, 64).length, 21);
        assert_eq!(laid(&scattered, 16).length, 12);
        assert_eq!(laid(&scattered, 0).length, 8, "one line is the least there is");
    }

    #[test]
    fn lines_that_are_alike_are_one() {
        let laid = laid(&["10.0.0.0/9", "10.128.0.0/24", "10.128.1.0/24", "10.128.2.0/24"], 9);
        assert_eq!(laid.length, 21);
        let held = |text: &str| Line::Held(text.parse().unwrap());
        assert_eq!(laid.lines[..2], [held("10.0.0.0/9"), held("10.128.0.0/21")]);
    }

    #[test]
    fn the_narrowest_around_is_found() {
        let nested = nets(&["10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/16", "192.168.0.0/16"]);
        assert_eq!(nest(&nested), [None, Some(0), Some(1), Some(0), None]);
    }

    fn prefix() -> impl Strategy<Value = IpNet> {
        (any::<u32>(), 8_u8..=28).prop_map(|(address, length)| {
            let address = Ipv4Addr::from(0x0A00_0000 | (address & 0x00FF_FFFF));
            Ipv4Net::new(address, length).unwrap().trunc().into()
        })
    }

    proptest! {
        #[test]
        fn lines_are_the_block_and_what_is_free_is_held_by_nobody(prefixes in vec(prefix(), 1..20), most in 1_usize..40) {
            let block = &blocks(&prefixes)[0];
            let laid = lines(block, most);
            let mut all = Vec::new();
            for line in &laid.lines {
                match line {
                    Line::Held(prefix) => {
                        prop_assert!(prefixes.iter().any(|one| holds(*one, *prefix)));
                        all.push(*prefix);
                    }
                    Line::Free(free) => {
                        prop_assert!(free.iter().all(|free| !prefixes.iter().any(|one| holds(*one, *free))));
                        all.extend(free);
                    }
                }
            }
            prop_assert!(all.is_sorted_by_key(IpNet::network));
            prop_assert_eq!(addresses(&all), addresses([&block.prefix]));
        }
    }
}
