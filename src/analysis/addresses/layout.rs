//! A block as lines of equal size, like text: which lines are occupied, and which free space is between them.

use ipnet::IpNet;

use super::blocks::AddressBlock;
use super::occupancy::{halves, overlaps};

/// How many bits wider than the median prefix a line is, so that the prefix takes an eighth of it.
const LINE_BITS: u8 = 3;

/// A block in lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockLayout {
    /// How long the prefix of a line is.
    pub length: u8,
    /// The lines, by address; together they are the block.
    pub lines: Vec<LayoutLine>,
}

/// One or more lines of a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LayoutLine {
    /// Free space, as aligned prefixes one after the other.
    Free(Vec<IpNet>),
    /// A line with something in it. It stands for several lines if all prefixes in it contain all of it.
    Occupied(IpNet),
}

/// Lays `block` out in lines of equal size: so small that its median prefix is easy to see, but large enough that at most
/// `max_occupied` lines are occupied, if there is such a size.
#[must_use]
pub fn lay_out(block: &AddressBlock, max_occupied: usize) -> BlockLayout {
    let mut lengths: Vec<u8> = block.prefixes.iter().map(IpNet::prefix_len).collect();
    lengths.sort_unstable();
    let median_line =
        lengths.get(lengths.len().saturating_sub(1) / 2).map_or(0, |length| length.saturating_sub(LINE_BITS));
    let first = block.prefix.prefix_len();
    for length in (first..=median_line.max(first)).rev() {
        let lines = lines_of_length(block, length);
        let occupied = lines.iter().filter(|line| matches!(line, LayoutLine::Occupied(_))).count();
        if occupied <= max_occupied || length == first {
            return BlockLayout { length, lines };
        }
    }
    BlockLayout { length: first, lines: Vec::new() }
}

fn lines_of_length(block: &AddressBlock, length: u8) -> Vec<LayoutLine> {
    let mut lines = Vec::new();
    split(block.prefix, length, &block.prefixes, &mut lines);
    lines
}

/// Splits `prefix` in halves until it is free, completely covered by what is in it, or a line.
fn split(prefix: IpNet, length: u8, prefixes: &[IpNet], lines: &mut Vec<LayoutLine>) {
    let inside: Vec<IpNet> = prefixes.iter().copied().filter(|one| overlaps(prefix, *one)).collect();
    let is_covered = inside.iter().all(|one| one.contains(&prefix));
    match (lines.last_mut(), inside.is_empty()) {
        (Some(LayoutLine::Free(free)), true) => free.push(prefix),
        (_, true) => lines.push(LayoutLine::Free(vec![prefix])),
        _ if is_covered || prefix.prefix_len() >= length => lines.push(LayoutLine::Occupied(prefix)),
        _ => halves(prefix).for_each(|half| split(half, length, &inside, lines)),
    }
}

/// Returns for each prefix the position of the narrowest other one that contains it. `prefixes` are unique and sorted: by
/// address, and a wider prefix before those in it.
#[must_use]
pub fn enclosing_positions(prefixes: &[IpNet]) -> Vec<Option<usize>> {
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

    use super::super::{address_blocks, address_count};
    use super::*;

    fn nets(texts: &[&str]) -> Vec<IpNet> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    fn laid(prefixes: &[&str], most: usize) -> BlockLayout {
        lay_out(&address_blocks(&nets(prefixes))[0], most)
    }

    #[test]
    fn a_prefix_of_usual_size_is_an_eighth_of_a_line() {
        let laid = laid(&["10.0.0.0/16", "10.1.0.0/16", "10.32.0.0/16"], 9);
        assert_eq!(laid.length, 13);
        let free = |texts| LayoutLine::Free(nets(texts));
        let occupied = |text: &str| LayoutLine::Occupied(text.parse().unwrap());
        let rest = free(&["10.40.0.0/13", "10.48.0.0/12", "10.64.0.0/10", "10.128.0.0/9"]);
        let first = free(&["10.8.0.0/13", "10.16.0.0/12"]);
        assert_eq!(laid.lines, [occupied("10.0.0.0/13"), first, occupied("10.32.0.0/13"), rest]);
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
        let occupied = |text: &str| LayoutLine::Occupied(text.parse().unwrap());
        assert_eq!(laid.lines[..2], [occupied("10.0.0.0/9"), occupied("10.128.0.0/21")]);
    }

    #[test]
    fn the_narrowest_around_is_found() {
        let nested = nets(&["10.0.0.0/8", "10.0.0.0/16", "10.0.1.0/24", "10.1.0.0/16", "192.168.0.0/16"]);
        assert_eq!(enclosing_positions(&nested), [None, Some(0), Some(1), Some(0), None]);
    }

    fn prefix() -> impl Strategy<Value = IpNet> {
        (any::<u32>(), 8_u8..=28).prop_map(|(address, length)| {
            let address = Ipv4Addr::from(0x0A00_0000 | (address & 0x00FF_FFFF));
            Ipv4Net::new(address, length).unwrap().trunc().into()
        })
    }

    proptest! {
        #[test]
        fn lines_are_the_block_and_free_space_is_not_occupied(prefixes in vec(prefix(), 1..20), most in 1_usize..40) {
            let block = &address_blocks(&prefixes)[0];
            let laid = lay_out(block, most);
            let mut all = Vec::new();
            for line in &laid.lines {
                match line {
                    LayoutLine::Occupied(prefix) => {
                        prop_assert!(prefixes.iter().any(|one| overlaps(*one, *prefix)));
                        all.push(*prefix);
                    }
                    LayoutLine::Free(free) => {
                        prop_assert!(free.iter().all(|free| !prefixes.iter().any(|one| overlaps(*one, *free))));
                        all.extend(free);
                    }
                }
            }
            prop_assert!(all.is_sorted_by_key(IpNet::network));
            prop_assert_eq!(address_count(&all), address_count([&block.prefix]));
        }
    }
}
