//! A line of the picture: the networks in it, those that are in others below these, and what is free.

use std::collections::HashMap;
use std::fmt::Write as _;

use ipnet::IpNet;

use super::scene::{Scene, called};
use super::words::number;
use crate::analysis::overlap::Finding;
use crate::analysis::space::{addresses, free, held, holds, nest, place};
use crate::output::cell;

/// How high a network is drawn, and how far below it the next begins, in pixels.
pub(super) const LANE: usize = 20;
/// So many networks of one prefix are drawn one below the other; of more, one less, and one for the rest.
const SAME: usize = 4;
/// So many networks are named when there is no room to draw each.
const NAMED: usize = 20;
/// A share of a line below which no text fits.
const TEXT: f64 = 0.012;
/// A share of a line below which a network is drawn by its edge alone, which is as wide on every screen.
const TINY: f64 = 0.006;
/// A share of a line below which free space is not marked: it is seen, but has no room for a mark.
const MARKED: f64 = 0.008;
/// A share of a line that has room for the size of free space.
const SIZED_FREE: f64 = 0.03;
/// A share of a line that has room for its prefix.
const NAMED_FREE: f64 = 0.12;

/// A line, drawn.
pub(super) struct Drawn {
    /// Its prefix.
    pub prefix: IpNet,
    /// How high it is, in pixels.
    pub height: usize,
    /// What is in it, by address.
    pub shapes: Vec<Shape>,
}

/// Something with a place in a line.
pub(super) struct Shape {
    /// Where it begins and how wide it is, in percent of the line.
    pub x: String,
    pub width: String,
    /// How far below the top it is, in pixels.
    pub y: usize,
    /// What it is, in words of the style sheet.
    pub class: String,
    /// All there is to know about it.
    pub title: String,
    /// What stands in it; empty where there is no room.
    pub label: String,
    /// Where it leads to.
    pub link: Option<String>,
    /// Where subnets are in it, in percent of it.
    pub subnets: Vec<(String, String)>,
    /// Where addresses in it are held twice: begin and end, in percent of it.
    pub disputed: Vec<(String, String)>,
}

/// Who holds a prefix: networks in the order of the inventory, then ranges in that of the configuration.
pub(super) type Holders = HashMap<IpNet, Vec<Holder>>;

/// Something that holds a prefix, by its position.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holder {
    /// A network of the inventory.
    Network(usize),
    /// A range outside the clouds.
    Range(usize),
}

/// Draws a line. `prefixes` are by address, the wider before those in it, and have holders; free space is marked when
/// `marks_free`.
pub(super) fn draw(
    scene: &Scene<'_>,
    line: IpNet,
    prefixes: &[IpNet],
    holders: &Holders,
    marks_free: bool,
) -> Drawn {
    let inside: Vec<IpNet> = prefixes.iter().copied().filter(|prefix| holds(line, *prefix)).collect();
    let mut shapes = Vec::new();
    let mut lanes: Vec<usize> = Vec::with_capacity(inside.len());
    let mut height = 1;
    for (prefix, parent) in inside.iter().zip(nest(&inside)) {
        let above = parent.map_or(0, |parent| lanes[parent] + rows(holders, inside[parent]));
        lanes.push(above);
        height = height.max(above + rows(holders, *prefix));
        stack(scene, line, *prefix, &holders[prefix], above, &mut shapes);
    }
    if marks_free {
        shapes.extend(free(line, &inside).into_iter().filter_map(|prefix| vacant(scene, line, prefix)));
    }
    Drawn { prefix: line, height: height * LANE, shapes }
}

/// Counts the rows that the networks of a prefix take.
fn rows(holders: &Holders, prefix: IpNet) -> usize {
    holders[&prefix].len().min(SAME)
}

/// Draws the holders of one prefix, one below the other.
fn stack(
    scene: &Scene<'_>,
    line: IpNet,
    prefix: IpNet,
    holders: &[Holder],
    above: usize,
    shapes: &mut Vec<Shape>,
) {
    let alone = if holders.len() > SAME { SAME - 1 } else { holders.len() };
    let (alone, rest) = holders.split_at(alone);
    let one = |(holder, depth): (&Holder, usize)| match holder {
        Holder::Network(at) => network(scene, line, prefix, *at, depth),
        Holder::Range(at) => range(scene, line, *at, depth),
    };
    shapes.extend(alone.iter().zip(above..).map(one));
    if !rest.is_empty() {
        shapes.push(many(scene, line, prefix, rest, above + alone.len()));
    }
}

fn network(scene: &Scene<'_>, line: IpNet, prefix: IpNet, at: usize, depth: usize) -> Shape {
    let room = &scene.rooms[at];
    let seen = if line.contains(&prefix) { prefix } else { line };
    let held = room.held(seen).unwrap_or_default();
    let disputed: Vec<IpNet> =
        scene.disputes(at, prefix).flat_map(|finding| &finding.spaces).copied().collect();
    let label = format!("{} {prefix}", called(room.network.name.as_deref(), &room.network.id));
    let class = room.network.provider.as_str();
    Shape {
        subnets: held
            .iter()
            .map(|one| place(seen, *one))
            .map(|(x, width)| (percent(x), percent(width)))
            .collect(),
        link: scene.link(at),
        title: scene.title(at, prefix),
        ..shape(line, seen, depth, class, &label, &disputed)
    }
}

/// Draws a range outside the clouds.
fn range(scene: &Scene<'_>, line: IpNet, at: usize, depth: usize) -> Shape {
    let range = &scene.export.ranges[at];
    let prefix = range.prefix;
    let seen = if line.contains(&prefix) { prefix } else { line };
    let (name, site) = (called(range.name.as_deref(), &range.site), cell::escape(&range.site));
    let size = number(addresses([&prefix]));
    let disputed: Vec<IpNet> =
        scene.disputes_of_range(at).flat_map(|finding| &finding.spaces).copied().collect();
    Shape {
        title: format!("{name} · {site}, outside the clouds · {prefix} · {size} addresses"),
        ..shape(line, seen, depth, "external", &format!("{name} {prefix}"), &disputed)
    }
}

/// Draws all those of a prefix that have no room of their own.
fn many(scene: &Scene<'_>, line: IpNet, prefix: IpNet, holders: &[Holder], depth: usize) -> Shape {
    let seen = if line.contains(&prefix) { prefix } else { line };
    let count = number(holders.len() as u128);
    let mut title = format!("{count} more hold {prefix}:");
    for holder in holders.iter().take(NAMED) {
        let (name, owner) = match holder {
            Holder::Network(at) => {
                let network = scene.rooms[*at].network;
                (called(network.name.as_deref(), &network.id), scene.account(network))
            }
            Holder::Range(at) => {
                let range = &scene.export.ranges[*at];
                (called(range.name.as_deref(), &range.site), cell::escape(&range.site))
            }
        };
        let _ = write!(title, "\n{name} · {owner}");
    }
    if holders.len() > NAMED {
        let _ = write!(title, "\nand {} more", number((holders.len() - NAMED) as u128));
    }
    let disputes = |holder: &Holder| -> Vec<&Finding> {
        match holder {
            Holder::Network(at) => scene.disputes(*at, prefix).collect(),
            Holder::Range(at) => scene.disputes_of_range(*at).collect(),
        }
    };
    let disputed: Vec<IpNet> =
        holders.iter().flat_map(disputes).flat_map(|finding| &finding.spaces).copied().collect();
    let label = format!("+ {count} more {prefix}");
    Shape { link: scene.search(prefix), title, ..shape(line, seen, depth, "many", &label, &disputed) }
}

/// Marks free space, where it is wide enough.
fn vacant(scene: &Scene<'_>, line: IpNet, prefix: IpNet) -> Option<Shape> {
    let (_, width) = place(line, prefix);
    let what = if scene.is_incomplete() { "not known to be held" } else { "free" };
    let title = format!("{prefix} · {what} · {} addresses", number(addresses([&prefix])));
    let label = match width {
        NAMED_FREE.. => format!("{prefix} {what}"),
        SIZED_FREE.. => format!("/{}", prefix.prefix_len()),
        _ => String::new(),
    };
    (width >= MARKED).then(|| Shape { title, ..shape(line, prefix, 0, "free", &label, &[]) })
}

fn shape(line: IpNet, seen: IpNet, depth: usize, class: &str, label: &str, disputed: &[IpNet]) -> Shape {
    let (x, width) = place(line, seen);
    let disputed = held(seen, disputed);
    let is_tiny = width < TINY;
    Shape {
        x: percent(x),
        width: percent(width),
        y: depth * LANE,
        class: [class, if disputed.is_empty() { "" } else { " hit" }, if is_tiny { " tiny" } else { "" }]
            .concat(),
        title: String::new(),
        label: if width < TEXT { String::new() } else { label.to_owned() },
        link: None,
        subnets: Vec::new(),
        disputed: disputed
            .iter()
            .map(|space| place(seen, *space))
            .map(|(begin, width)| (percent(begin), percent(begin + width)))
            .collect(),
    }
}

/// Writes a share in percent, as short as a screen needs it.
pub(super) fn percent(share: f64) -> String {
    let text = format!("{:.3}", share * 100.0);
    let text = text.trim_end_matches('0').trim_end_matches('.');
    format!("{text}%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_written_short() {
        assert_eq!(percent(0.0), "0%");
        assert_eq!(percent(1.0), "100%");
        assert_eq!(percent(0.0625), "6.25%");
        assert_eq!(percent(1.0 / 3.0), "33.333%");
    }
}
