//! The picture of the address space: each block that networks lie in, whole in a strip, then in lines.

use std::collections::BTreeSet;

use askama::Template;
use ipnet::IpNet;

use super::address_line::{Drawn, disputed, draw, percent};
use super::numbers::{counted, number, share, widest_text};
use super::page_context::{Scene, called};
use super::prefix_owners::Holder;
use crate::analysis::addresses::{
    AddressBlock, BlockLayout, LayoutLine, address_blocks, address_count, free, lay_out, occupied,
    relative_position,
};
use crate::model::Provider;
use crate::output::cell_text;

/// A block has so many lines with something in them, at most.
const LINES: usize = 128;
/// A share of a strip below which what is held is given an edge, so that it is seen.
const THIN: f64 = 0.001;
/// So many free prefixes are named in a line that is free.
const NAMED: usize = 6;

/// The part of the page that is the picture.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="picture" aria-labelledby="picture-h">
<h2 id="picture-h">Address space</h2>
{%- if pictured.is_empty() %}
<p>{% if is_incomplete %}No network that could be read has an IPv4 prefix.{% else %}No network has an IPv4 prefix.{% endif %}</p>
{%- else %}
<p>Every network{% if has_ranges %}, and every range that was declared to be in use elsewhere,{% endif %} is where its prefix is, to scale within its line; what lies in another stands below it. Point at a network, or go to it by Tab, for all about it; it leads to its row.</p>
<ul class="legend">
{%- for (class, name) in legend %}
<li><svg width="28" height="16"><rect class="{{ class }}" x=".5" y=".5" width="27" height="15"/></svg>{{ name }}</li>
{%- endfor %}
<li><svg width="28" height="16"><rect class="aws" width="28" height="16"/><rect class="subnet" y="12" width="20" height="4"/></svg>given to subnets</li>
{%- for (look, line, name) in disputes %}
<li><svg width="28" height="16"><g class="{{ look }}"><rect class="aws" width="28" height="16"/><line class="{{ line }}" x1="0" x2="28" y1="8" y2="8"/></g></svg>{{ name }}</li>
{%- endfor %}
<li><svg width="28" height="16"><rect class="free" x=".5" y=".5" width="27" height="15"/></svg>{{ free_word }}</li>
</ul>
{%- endif %}
{%- for block in pictured %}
<section class="block">
<h3>{{ block.prefix }} <small>{{ block.what }}</small></h3>
<p>{{ block.summary }}</p>
<svg class="strip" width="100%" height="24" role="img" aria-label="{{ block.summary }}">
{%- for (x, width, class) in block.held %}<rect class="taken{{ class }}" x="{{ x }}" width="{{ width }}" height="24"/>{% endfor %}
{%- for (x, width, class) in block.disputed %}<rect class="{{ class }}" x="{{ x }}" y="12" width="{{ width }}" height="12"/>{% endfor -%}
</svg>
<div class="ruler" aria-hidden="true">{% for mark in block.ruler %}<span>{{ mark }}</span>{% endfor %}</div>
<p class="note">{{ block.scale }}</p>
<ol class="lines">
{%- for row in block.rows %}
{%- if let Some(line) = row.line %}
<li><span class="at">{{ line.prefix }}{% if !row.note.is_empty() %}<small>{{ row.note }}</small>{% endif %}</span><svg width="100%" height="{{ line.height }}">
{%- for shape in line.shapes %}
{% if let Some(link) = shape.link %}<a href="{{ link }}">{% endif -%}
<svg class="{{ shape.class }}" x="{{ shape.x }}" y="{{ shape.y }}" width="{{ shape.width }}" height="19"><title>{{ shape.title }}</title><rect class="box" width="100%" height="19"/>
{%- for (x, width) in shape.subnets %}<rect class="subnet" x="{{ x }}" y="15" width="{{ width }}" height="4"/>{% endfor %}
{%- for (begin, end, look) in shape.disputed %}<line class="{{ look }}" x1="{{ begin }}" x2="{{ end }}" y1="9.5" y2="9.5"/>{% endfor %}
{%- if !shape.label.is_empty() %}<text x="5" y="12">{{ shape.label }}</text>{% endif %}</svg>
{%- if shape.link.is_some() %}</a>{% endif %}
{%- endfor %}</svg></li>
{%- else %}
<li class="gap"><span class="at">{{ row.note }}</span><span>{{ row.gap }}</span></li>
{%- endif %}
{%- endfor %}
</ol>
</section>
{%- endfor %}
{%- if !unpictured.is_empty() %}
<details class="block">
<summary>Not in the picture: {{ unpictured.len() }} of IPv6 or without a prefix in use</summary>
<div class="wide"><table>
<thead><tr><th scope="col">prefix</th><th scope="col">network</th><th scope="col">account</th><th scope="col">region</th></tr></thead>
<tbody>
{%- for row in unpictured %}
<tr><td class="prefix">{{ row.prefix }}</td><td>{% if let Some(link) = row.link %}<a href="{{ link }}">{{ row.name }}</a>{% else %}{{ row.name }}{% endif %}</td><td>{{ row.account }}</td><td class="word">{{ row.region }}</td></tr>
{%- endfor %}
</tbody>
</table></div>
</details>
{%- endif %}
</section>
"##
)]
pub(super) struct Picture {
    is_incomplete: bool,
    has_ranges: bool,
    free_word: &'static str,
    /// What boxes look like, and what they are.
    legend: Vec<(&'static str, &'static str)>,
    /// What a box and a line in it look like, and what they mean.
    disputes: Vec<(&'static str, &'static str, &'static str)>,
    pictured: Vec<Pictured>,
    unpictured: Vec<Listed>,
}

/// A block in the picture.
struct Pictured {
    prefix: IpNet,
    what: String,
    summary: String,
    held: Vec<(String, String, &'static str)>,
    disputed: Vec<(String, String, String)>,
    ruler: Vec<String>,
    scale: String,
    rows: Vec<Row>,
}

/// A line, or, without one, what is free between lines.
struct Row {
    line: Option<Drawn>,
    note: String,
    gap: String,
}

/// What has no place in the picture.
struct Listed {
    prefix: String,
    name: String,
    link: Option<String>,
    account: String,
    region: String,
}

impl Picture {
    pub fn new(scene: &Scene<'_>) -> Self {
        let pictured: Vec<Pictured> =
            address_blocks(scene.holders.prefixes()).iter().map(|block| pictured(scene, block)).collect();
        Self {
            is_incomplete: scene.is_incomplete(),
            has_ranges: !scene.export.ranges.is_empty(),
            free_word: scene.free_word(),
            legend: legend(scene, &pictured),
            disputes: disputes(scene),
            pictured,
            unpictured: unpictured(scene),
        }
    }
}

/// Lists what boxes there are besides free ones.
fn legend(scene: &Scene<'_>, pictured: &[Pictured]) -> Vec<(&'static str, &'static str)> {
    let has = |provider| scene.rooms.iter().any(|room| room.network.provider == provider);
    let shapes = pictured.iter().flat_map(|block| &block.rows).filter_map(|row| row.line.as_ref());
    let mut shapes = shapes.flat_map(|line| &line.shapes);
    let all = [
        (has(Provider::Aws), ("aws", "AWS")),
        (has(Provider::Azure), ("azure", "Azure")),
        (!scene.export.ranges.is_empty(), ("external", "elsewhere")),
        (shapes.any(|shape| shape.class.starts_with("many")), ("many", "several, without a row for each")),
    ];
    all.into_iter().filter(|(is_there, _)| *is_there).map(|(_, entry)| entry).collect()
}

/// Lists how addresses that open collisions are about are marked.
fn disputes(scene: &Scene<'_>) -> Vec<(&'static str, &'static str, &'static str)> {
    let all = [
        (true, ("hit", "clash", "collision that fails")),
        (false, ("soft-hit", "soft", "collision that is reported only")),
    ];
    let is_there = |fails: bool| scene.open.iter().any(|finding| finding.fails == fails);
    all.into_iter().filter(|(fails, _)| is_there(*fails)).map(|(_, entry)| entry).collect()
}

fn pictured(scene: &Scene<'_>, block: &AddressBlock) -> Pictured {
    let share = |prefix: IpNet| {
        let (x, width) = relative_position(block.prefix, prefix);
        (percent(x), percent(width), if width < THIN { " thin" } else { "" })
    };
    let disputed = disputed(block.prefix, scene.open.iter().copied()).into_iter().map(|(space, look)| {
        let (x, width, thin) = share(space);
        (x, width, [look, thin].concat())
    });
    let laid = lay_out(block, LINES);
    let draws = |line: &LayoutLine| match line {
        LayoutLine::Free(free) => gap(scene, block, free),
        LayoutLine::Occupied(prefix) => Row {
            note: alike(*prefix, laid.length),
            line: Some(draw(scene, *prefix, &block.prefixes, block.private.is_some())),
            gap: String::new(),
        },
    };
    Pictured {
        prefix: block.prefix,
        what: block.private.map_or_else(|| "public".to_owned(), |rfc| format!("private, {rfc}")),
        summary: summary(scene, block),
        held: occupied(block.prefix, &block.prefixes).into_iter().map(share).collect(),
        disputed: disputed.collect(),
        ruler: ruler(block.prefix),
        scale: scale(&laid),
        rows: laid.lines.iter().map(draws).collect(),
    }
}

/// Says how wide the lines are, and that those which stand for several are not to that scale.
fn scale(laid: &BlockLayout) -> String {
    let is_several =
        |line: &LayoutLine| matches!(line, LayoutLine::Occupied(prefix) if prefix.prefix_len() < laid.length);
    let but = if laid.lines.iter().any(is_several) {
        ", unless it says that it stands for several: these are alike, drawn as one, and not to the scale of the others"
    } else {
        ""
    };
    format!("Each line is a /{}, {} addresses{but}.", laid.length, number(size(laid.length)))
}

fn summary(scene: &Scene<'_>, block: &AddressBlock) -> String {
    let holders = block.prefixes.iter().flat_map(|prefix| scene.holders.of(*prefix));
    let (networks, ranges): (Vec<&Holder>, Vec<&Holder>) =
        holders.partition(|holder| matches!(holder, Holder::Network(_)));
    let position = |holder: &&Holder| match holder {
        Holder::Network(at) | Holder::Range(at) => *at,
    };
    // A network with two prefixes is one all the same.
    let networks: BTreeSet<usize> = networks.iter().map(position).collect();
    let (all, taken) =
        (address_count([&block.prefix]), address_count(&occupied(block.prefix, &block.prefixes)));
    let mut who = Vec::new();
    if !networks.is_empty() {
        who.push(counted(networks.len(), "network"));
    }
    if !ranges.is_empty() {
        who.push(format!("{} elsewhere", counted(ranges.len(), "range")));
    }
    let verb = if networks.len() + ranges.len() == 1 { "holds" } else { "hold" };
    let held = format!(
        "{} {verb} {} of {} addresses ({})",
        who.join(" and "),
        number(taken),
        number(all),
        share(taken, all)
    );
    let free = free(block.prefix, &block.prefixes);
    if block.private.is_none() || free.is_empty() {
        return held + ".";
    }
    format!(
        "{held}; widest {}: {}.",
        scene.free_word(),
        widest_text(&free, 1).split(',').next().unwrap_or_default()
    )
}

/// Describes what is free between lines.
fn gap(scene: &Scene<'_>, block: &AddressBlock, free: &[IpNet]) -> Row {
    let range = match free {
        [one] => one.to_string(),
        [first, .., last] => format!("{} – {}", first.network(), last.broadcast()),
        [] => String::new(),
    };
    let word = scene.free_word();
    let gap = match (block.private, free) {
        (None, _) => "held by nothing here".to_owned(),
        (Some(_), [_]) => word.to_owned(),
        (Some(_), free) => format!("{word}: {}", widest_text(free, NAMED)),
    };
    Row { line: None, note: range, gap }
}

/// Says how wide a line is that stands for several, and for how many.
fn alike(prefix: IpNet, length: u8) -> String {
    match length.saturating_sub(prefix.prefix_len()) {
        0 => String::new(),
        more => {
            format!("{} addresses, {} lines alike", number(size(prefix.prefix_len())), number(1 << more))
        }
    }
}

/// Returns the addresses at the quarters of a block.
fn ruler(block: IpNet) -> Vec<String> {
    let quarters = block.subnets((block.prefix_len() + 2).min(block.max_prefix_len()));
    quarters.into_iter().flatten().map(|quarter| quarter.network().to_string()).collect()
}

/// Counts the IPv4 addresses of a prefix of that length.
const fn size(length: u8) -> u128 {
    1 << (32 - length)
}

/// Lists the prefixes of IPv6, and networks without any prefix.
fn unpictured(scene: &Scene<'_>) -> Vec<Listed> {
    let mut rows = Vec::new();
    for (at, room) in scene.rooms.iter().enumerate() {
        let network = room.network;
        let listed = |prefix: String| Listed {
            prefix,
            name: called(network.name.as_deref(), &network.id),
            link: scene.link(at),
            account: scene.account(network),
            region: cell_text::escape(&network.region),
        };
        let six = network.prefixes().filter(|prefix| prefix.addr().is_ipv6());
        rows.extend(six.map(|prefix| listed(prefix.to_string())));
        if network.prefixes().next().is_none() {
            rows.push(listed(String::new()));
        }
    }
    let six = scene.export.ranges.iter().filter(|range| range.prefix.addr().is_ipv6());
    rows.extend(six.map(|range| Listed {
        prefix: range.prefix.to_string(),
        name: called(range.name.as_deref(), &range.site),
        link: None,
        account: cell_text::escape(&range.site),
        region: String::new(),
    }));
    rows
}
