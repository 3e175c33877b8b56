//! A line of the picture: its networks, nested ones below their parents, and its free space.

use std::fmt::Write as _;

use ipnet::IpNet;

use super::numbers::format_count;
use super::page_context::{PageContext, display_name};
use super::prefix_owners::PageOwner;
use crate::analysis::addresses::{
    address_count, common_supernet, enclosing_positions, free, occupied, overlaps, relative_position,
};
use crate::analysis::overlap::Finding;
use crate::output::cell_text;

/// How high a network is drawn, and how far below it the next begins, in pixels.
pub(super) const LANE: usize = 20;
/// The most networks of one prefix that are drawn one below the other. Of more, one less is drawn, and one for the rest.
const MAX_SAME: usize = 4;
/// The most rows of a line; networks that are nested deeper share the last.
const MAX_ROWS: usize = 24;
/// The most networks that are named where there is no space to draw each.
const MAX_NAMED: usize = 20;
/// The style of addresses in a collision that fails.
const CLASH: &str = "clash";
/// The style of addresses in a collision that is reported only.
const SOFT: &str = "soft";
/// The share of a line below which no text fits.
const TEXT: f64 = 0.012;
/// The share of a line below which only the edge of a network is drawn, equally wide on every screen.
const TINY: f64 = 0.006;
/// The share of a line below which free space gets no mark.
const MARKED: f64 = 0.008;
/// The share of a line in which the size of free space fits.
const SIZED_FREE: f64 = 0.03;
/// The share of a line in which the prefix of free space fits.
const NAMED_FREE: f64 = 0.12;

/// A line, drawn.
pub(super) struct DrawnLine {
    /// Its prefix.
    pub prefix: IpNet,
    /// How high it is, in pixels.
    pub height: usize,
    /// What is in it, by address.
    pub shapes: Vec<LineShape>,
}

/// Something with a place in a line.
pub(super) struct LineShape {
    /// Where it begins and how wide it is, in percent of the line.
    pub x: String,
    pub width: String,
    /// How far below the top it is, in pixels.
    pub y: usize,
    /// What it is, in words of the style sheet.
    pub class: String,
    /// All there is to know about it.
    pub title: String,
    /// What stands in it; empty where there is no usage.
    pub label: String,
    /// Where it leads to.
    pub link: Option<String>,
    /// Where subnets are in it, in percent of it.
    pub subnets: Vec<(String, String)>,
    /// Where addresses in it are held twice: begin and end, in percent of it, and a word of the style sheet.
    pub disputed: Vec<(String, String, &'static str)>,
}

/// Draws a line. `prefixes` are by address, the wider before those in it, and have owners; free space is marked when
/// `marks_free`.
pub(super) fn draw(page: &PageContext<'_>, line: IpNet, prefixes: &[IpNet], marks_free: bool) -> DrawnLine {
    let inside: Vec<IpNet> = prefixes.iter().copied().filter(|prefix| overlaps(line, *prefix)).collect();
    let mut lanes: Vec<usize> = Vec::with_capacity(inside.len());
    for parent in enclosing_positions(&inside) {
        lanes.push(parent.map_or(0, |parent| lanes[parent] + rows(page, inside[parent])));
    }
    let ends = || inside.iter().zip(&lanes).map(|(prefix, above)| above + rows(page, *prefix));
    let most = if ends().any(|end| end > MAX_ROWS) { MAX_ROWS - 1 } else { MAX_ROWS };
    let mut height = ends().filter(|end| *end <= most).max().unwrap_or(1);
    let (mut shapes, mut deeper) = (Vec::new(), Vec::new());
    for ((prefix, above), end) in inside.iter().zip(&lanes).zip(ends()) {
        if end <= most {
            push_stacked(page, line, *prefix, *above, &mut shapes);
        } else {
            deeper.extend(page.owners.owners_of(*prefix).iter().map(|owner| (*prefix, *owner)));
        }
    }
    if let Some(rest) = nested_shape(page, line, &deeper, height) {
        shapes.push(rest);
        height += 1;
    }
    if marks_free {
        shapes.extend(free(line, &inside).into_iter().filter_map(|prefix| free_shape(page, line, prefix)));
    }
    DrawnLine { prefix: line, height: height * LANE, shapes }
}

/// Counts the rows that the owners of a prefix take.
fn rows(page: &PageContext<'_>, prefix: IpNet) -> usize {
    page.owners.owners_of(prefix).len().min(MAX_SAME)
}

/// Draws the owners of one prefix, one below the other.
fn push_stacked(
    page: &PageContext<'_>,
    line: IpNet,
    prefix: IpNet,
    above: usize,
    shapes: &mut Vec<LineShape>,
) {
    let owners = page.owners.owners_of(prefix);
    let alone = if owners.len() > MAX_SAME { MAX_SAME - 1 } else { owners.len() };
    let (alone, others) = owners.split_at(alone);
    let one = |(owner, depth): (&PageOwner, usize)| match owner {
        PageOwner::Network(at) => network_shape(page, line, prefix, *at, depth),
        PageOwner::Range(at) => range_shape(page, line, *at, depth),
    };
    shapes.extend(alone.iter().zip(above..).map(one));
    if !others.is_empty() {
        let others: Vec<(IpNet, PageOwner)> = others.iter().map(|owner| (prefix, *owner)).collect();
        let words = ("use", "");
        let more = merged_shape(page, line, prefix, &others, above + alone.len(), words);
        shapes.push(LineShape { link: page.search(prefix), ..more });
    }
}

/// Draws what is nested too deep for a row of its own, if anything is, as one.
fn nested_shape(
    page: &PageContext<'_>,
    line: IpNet,
    deeper: &[(IpNet, PageOwner)],
    depth: usize,
) -> Option<LineShape> {
    let around = deeper.iter().map(|(prefix, _)| *prefix).reduce(common_supernet)?;
    let more = merged_shape(page, line, around, deeper, depth, ("inside", "in "));
    Some(LineShape { link: page.search_within(around), ..more })
}

fn network_shape(page: &PageContext<'_>, line: IpNet, prefix: IpNet, at: usize, depth: usize) -> LineShape {
    let usage = &page.networks[at];
    let seen = if line.contains(&prefix) { prefix } else { line };
    let held = usage.allocated(seen).unwrap_or_default();
    let findings: Vec<&Finding> = page.prefix_collisions(at, prefix).collect();
    // Where there is little space, the prefix is what is seen of it.
    let label = format!("{prefix} {}", display_name(usage.network.name.as_deref(), &usage.network.id));
    let class = usage.network.provider.as_str();
    LineShape {
        subnets: held
            .iter()
            .map(|one| relative_position(seen, *one))
            .map(|(x, width)| (percent(x), percent(width)))
            .collect(),
        link: page.link(at),
        title: page.title(at, prefix),
        ..shape(line, seen, depth, class, &label, &findings)
    }
}

/// Draws a range outside the clouds.
fn range_shape(page: &PageContext<'_>, line: IpNet, at: usize, depth: usize) -> LineShape {
    let range = &page.export.ranges[at];
    let prefix = range.prefix;
    let seen = if line.contains(&prefix) { prefix } else { line };
    let (name, site) =
        (display_name(range.name.as_deref(), &range.site), cell_text::escape_unprintable(&range.site));
    let count = format_count(address_count([&prefix]));
    let findings: Vec<&Finding> = page.range_collisions(at).collect();
    LineShape {
        title: format!("{name} · {site}, outside the clouds · {prefix} · {count} addresses"),
        ..shape(line, seen, depth, "external", &format!("{prefix} {name}"), &findings)
    }
}

/// Draws all those that have no room of their own as one. `words` say what they do with `prefix`, in a sentence and in
/// a label.
fn merged_shape(
    page: &PageContext<'_>,
    line: IpNet,
    prefix: IpNet,
    owners: &[(IpNet, PageOwner)],
    depth: usize,
    words: (&str, &str),
) -> LineShape {
    let seen = if line.contains(&prefix) { prefix } else { line };
    let count = format_count(owners.len() as u128);
    let mut title = format!("{count} more {} {prefix}:", words.0);
    for (prefix, owner) in owners.iter().take(MAX_NAMED) {
        let (name, owner) = match owner {
            PageOwner::Network(at) => {
                let network = page.networks[*at].network;
                (display_name(network.name.as_deref(), &network.id), page.account(network))
            }
            PageOwner::Range(at) => {
                let range = &page.export.ranges[*at];
                (display_name(range.name.as_deref(), &range.site), cell_text::escape_unprintable(&range.site))
            }
        };
        let _ = write!(title, "\n{name} · {owner} · {prefix}");
    }
    if owners.len() > MAX_NAMED {
        let _ = write!(title, "\nand {} more", format_count((owners.len() - MAX_NAMED) as u128));
    }
    let findings = |(prefix, owner): &(IpNet, PageOwner)| -> Vec<&Finding> {
        match owner {
            PageOwner::Network(at) => page.prefix_collisions(*at, *prefix).collect(),
            PageOwner::Range(at) => page.range_collisions(*at).collect(),
        }
    };
    let findings: Vec<&Finding> = owners.iter().flat_map(findings).collect();
    let label = format!("+ {count} more {}{prefix}", words.1);
    // Stripes would hide that it is none of the clouds' colours.
    LineShape { title, disputed: Vec::new(), ..shape(line, seen, depth, "many", &label, &findings) }
}

/// Marks free space, where it is wide enough.
fn free_shape(page: &PageContext<'_>, line: IpNet, prefix: IpNet) -> Option<LineShape> {
    let (_, width) = relative_position(line, prefix);
    let what = page.free_label();
    let title = format!("{prefix} · {what} · {} addresses", format_count(address_count([&prefix])));
    let label = match width {
        NAMED_FREE.. => format!("{prefix} {what}"),
        SIZED_FREE.. => format!("/{}", prefix.prefix_len()),
        _ => String::new(),
    };
    (width >= MARKED).then(|| LineShape { title, ..shape(line, prefix, 0, "free", &label, &[]) })
}

fn shape(
    line: IpNet,
    seen: IpNet,
    depth: usize,
    class: &str,
    label: &str,
    findings: &[&Finding],
) -> LineShape {
    let (x, width) = relative_position(line, seen);
    let disputed = collision_spans(seen, findings.iter().copied());
    let hit = match disputed.iter().map(|(_, look)| *look).next_back() {
        None => "",
        Some(CLASH) => " hit",
        Some(_) => " soft-hit",
    };
    LineShape {
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
pub(super) fn collision_spans<'f>(
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
