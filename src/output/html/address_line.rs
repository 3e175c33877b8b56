//! A line of the picture: the networks in it, those that are in others below these, and what is free.

use std::fmt::Write as _;

use ipnet::IpNet;

use super::numbers::number;
use super::page_context::{Scene, called};
use super::prefix_owners::Holder;
use crate::analysis::addresses::{
    address_count, common_supernet, enclosing_positions, free, occupied, overlaps, relative_position,
};
use crate::analysis::overlap::Finding;
use crate::output::cell_text;

/// How high a network is drawn, and how far below it the next begins, in pixels.
pub(super) const LANE: usize = 20;
/// So many networks of one prefix are drawn one below the other; of more, one less, and one for the rest.
const SAME: usize = 4;
/// A line has so many rows at most; what is nested deeper shares the last.
const ROWS: usize = 24;
/// So many networks are named when there is no room to draw each.
const NAMED: usize = 20;
/// What addresses look like that a collision is about.
const CLASH: &str = "clash";
/// What they look like where nothing needs to be done about it.
const SOFT: &str = "soft";
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
    /// Where addresses in it are held twice: begin and end, in percent of it, and a word of the style sheet.
    pub disputed: Vec<(String, String, &'static str)>,
}

/// Draws a line. `prefixes` are by address, the wider before those in it, and have holders; free space is marked when
/// `marks_free`.
pub(super) fn draw(scene: &Scene<'_>, line: IpNet, prefixes: &[IpNet], marks_free: bool) -> Drawn {
    let inside: Vec<IpNet> = prefixes.iter().copied().filter(|prefix| overlaps(line, *prefix)).collect();
    let mut lanes: Vec<usize> = Vec::with_capacity(inside.len());
    for parent in enclosing_positions(&inside) {
        lanes.push(parent.map_or(0, |parent| lanes[parent] + rows(scene, inside[parent])));
    }
    let ends = || inside.iter().zip(&lanes).map(|(prefix, above)| above + rows(scene, *prefix));
    let most = if ends().any(|end| end > ROWS) { ROWS - 1 } else { ROWS };
    let mut height = ends().filter(|end| *end <= most).max().unwrap_or(1);
    let (mut shapes, mut deeper) = (Vec::new(), Vec::new());
    for ((prefix, above), end) in inside.iter().zip(&lanes).zip(ends()) {
        if end <= most {
            stack(scene, line, *prefix, *above, &mut shapes);
        } else {
            deeper.extend(scene.holders.of(*prefix).iter().map(|holder| (*prefix, *holder)));
        }
    }
    if let Some(rest) = rest(scene, line, &deeper, height) {
        shapes.push(rest);
        height += 1;
    }
    if marks_free {
        shapes.extend(free(line, &inside).into_iter().filter_map(|prefix| vacant(scene, line, prefix)));
    }
    Drawn { prefix: line, height: height * LANE, shapes }
}

/// Counts the rows that the holders of a prefix take.
fn rows(scene: &Scene<'_>, prefix: IpNet) -> usize {
    scene.holders.of(prefix).len().min(SAME)
}

/// Draws the holders of one prefix, one below the other.
fn stack(scene: &Scene<'_>, line: IpNet, prefix: IpNet, above: usize, shapes: &mut Vec<Shape>) {
    let holders = scene.holders.of(prefix);
    let alone = if holders.len() > SAME { SAME - 1 } else { holders.len() };
    let (alone, others) = holders.split_at(alone);
    let one = |(holder, depth): (&Holder, usize)| match holder {
        Holder::Network(at) => network(scene, line, prefix, *at, depth),
        Holder::Range(at) => range(scene, line, *at, depth),
    };
    shapes.extend(alone.iter().zip(above..).map(one));
    if !others.is_empty() {
        let others: Vec<(IpNet, Holder)> = others.iter().map(|holder| (prefix, *holder)).collect();
        let words = ("hold", "");
        let more = many(scene, line, prefix, &others, above + alone.len(), words);
        shapes.push(Shape { link: scene.search(prefix), ..more });
    }
}

/// Draws what is nested too deep for a row of its own, if anything is, as one.
fn rest(scene: &Scene<'_>, line: IpNet, deeper: &[(IpNet, Holder)], depth: usize) -> Option<Shape> {
    let around = deeper.iter().map(|(prefix, _)| *prefix).reduce(common_supernet)?;
    let more = many(scene, line, around, deeper, depth, ("lie in", "in "));
    Some(Shape { link: scene.search_within(around), ..more })
}

fn network(scene: &Scene<'_>, line: IpNet, prefix: IpNet, at: usize, depth: usize) -> Shape {
    let room = &scene.rooms[at];
    let seen = if line.contains(&prefix) { prefix } else { line };
    let held = room.allocated(seen).unwrap_or_default();
    let findings: Vec<&Finding> = scene.disputes(at, prefix).collect();
    let label = format!("{} {prefix}", called(room.network.name.as_deref(), &room.network.id));
    let class = room.network.provider.as_str();
    Shape {
        subnets: held
            .iter()
            .map(|one| relative_position(seen, *one))
            .map(|(x, width)| (percent(x), percent(width)))
            .collect(),
        link: scene.link(at),
        title: scene.title(at, prefix),
        ..shape(line, seen, depth, class, &label, &findings)
    }
}

/// Draws a range outside the clouds.
fn range(scene: &Scene<'_>, line: IpNet, at: usize, depth: usize) -> Shape {
    let range = &scene.export.ranges[at];
    let prefix = range.prefix;
    let seen = if line.contains(&prefix) { prefix } else { line };
    let (name, site) = (called(range.name.as_deref(), &range.site), cell_text::escape(&range.site));
    let count = number(address_count([&prefix]));
    let findings: Vec<&Finding> = scene.disputes_of_range(at).collect();
    Shape {
        title: format!("{name} · {site}, outside the clouds · {prefix} · {count} addresses"),
        ..shape(line, seen, depth, "external", &format!("{name} {prefix}"), &findings)
    }
}

/// Draws all those that have no room of their own as one. `words` say what they do with `prefix`, in a sentence and in
/// a label.
fn many(
    scene: &Scene<'_>,
    line: IpNet,
    prefix: IpNet,
    holders: &[(IpNet, Holder)],
    depth: usize,
    words: (&str, &str),
) -> Shape {
    let seen = if line.contains(&prefix) { prefix } else { line };
    let count = number(holders.len() as u128);
    let mut title = format!("{count} more {} {prefix}:", words.0);
    for (prefix, holder) in holders.iter().take(NAMED) {
        let (name, owner) = match holder {
            Holder::Network(at) => {
                let network = scene.rooms[*at].network;
                (called(network.name.as_deref(), &network.id), scene.account(network))
            }
            Holder::Range(at) => {
                let range = &scene.export.ranges[*at];
                (called(range.name.as_deref(), &range.site), cell_text::escape(&range.site))
            }
        };
        let _ = write!(title, "\n{name} · {owner} · {prefix}");
    }
    if holders.len() > NAMED {
        let _ = write!(title, "\nand {} more", number((holders.len() - NAMED) as u128));
    }
    let findings = |(prefix, holder): &(IpNet, Holder)| -> Vec<&Finding> {
        match holder {
            Holder::Network(at) => scene.disputes(*at, *prefix).collect(),
            Holder::Range(at) => scene.disputes_of_range(*at).collect(),
        }
    };
    let findings: Vec<&Finding> = holders.iter().flat_map(findings).collect();
    let label = format!("+ {count} more {}{prefix}", words.1);
    // Stripes would hide that it is none of the clouds' colours.
    Shape { title, disputed: Vec::new(), ..shape(line, seen, depth, "many", &label, &findings) }
}

/// Marks free space, where it is wide enough.
fn vacant(scene: &Scene<'_>, line: IpNet, prefix: IpNet) -> Option<Shape> {
    let (_, width) = relative_position(line, prefix);
    let what = scene.free_word();
    let title = format!("{prefix} · {what} · {} addresses", number(address_count([&prefix])));
    let label = match width {
        NAMED_FREE.. => format!("{prefix} {what}"),
        SIZED_FREE.. => format!("/{}", prefix.prefix_len()),
        _ => String::new(),
    };
    (width >= MARKED).then(|| Shape { title, ..shape(line, prefix, 0, "free", &label, &[]) })
}

fn shape(line: IpNet, seen: IpNet, depth: usize, class: &str, label: &str, findings: &[&Finding]) -> Shape {
    let (x, width) = relative_position(line, seen);
    let disputed = disputed(seen, findings.iter().copied());
    let hit = match disputed.iter().map(|(_, look)| *look).next_back() {
        None => "",
        Some(CLASH) => " hit",
        Some(_) => " soft-hit",
    };
    Shape {
        x: percent(x),
        width: percent(width),
        y: depth * LANE,
        class: [class, hit, if width < TINY { " tiny" } else { "" }].concat(),
        title: String::new(),
        label: if width < TEXT { String::new() } else { label.to_owned() },
        link: None,
        subnets: Vec::new(),
        disputed: disputed
            .iter()
            .map(|(space, look)| (relative_position(seen, *space), *look))
            .map(|((begin, width), look)| (percent(begin), percent(begin + width), look))
            .collect(),
    }
}

/// Lists the addresses of `seen` that findings are about, and how they look: first those of which nothing needs to be
/// done, then the others; none is in both.
pub(super) fn disputed<'f>(
    seen: IpNet,
    findings: impl IntoIterator<Item = &'f Finding>,
) -> Vec<(IpNet, &'static str)> {
    let (failing, reported): (Vec<&Finding>, Vec<&Finding>) =
        findings.into_iter().partition(|finding| finding.fails);
    let spaces = |findings: Vec<&Finding>| -> Vec<IpNet> {
        let spaces: Vec<IpNet> = findings.iter().flat_map(|finding| &finding.spaces).copied().collect();
        occupied(seen, &spaces)
    };
    let failing = spaces(failing);
    let reported = spaces(reported).into_iter().flat_map(|space| free(space, &failing));
    let reported: Vec<(IpNet, &'static str)> = reported.map(|space| (space, SOFT)).collect();
    reported.into_iter().chain(failing.into_iter().map(|space| (space, CLASH))).collect()
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
