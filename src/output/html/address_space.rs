//! The picture of the address space: each block that contains networks, as a strip and then line by line.

use std::collections::BTreeSet;

use askama::Template;
use ipnet::IpNet;

use super::address_line::{DrawnLine, collision_spans, draw, percent};
use super::numbers::{WidestPrefixes, count_of, format_count, format_share};
use super::page_context::{PageContext, display_name};
use super::prefix_owners::PageOwner;
use crate::analysis::addresses::{
    AddressBlock, BlockLayout, LayoutLine, address_blocks, address_count, free, lay_out, occupied,
    relative_position,
};
use crate::model::Provider;
use crate::output::cell_text;

/// The most lines of a block that have something in them.
const MAX_LINES: usize = 128;
/// The share of a strip below which a prefix gets an edge, so that it can be seen.
const THIN: f64 = 0.001;
/// The most free prefixes of a free line that are seen at once.
const MAX_NAMED: usize = 6;

/// The section with the picture.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="picture" aria-labelledby="picture-h">
<h2 id="picture-h">Address space</h2>
{%- if pictured.is_empty() %}
<p>{% if is_incomplete %}No network that could be read has an IPv4 prefix.{% else %}No network has an IPv4 prefix.{% endif %}</p>
{%- else %}
<p>Networks {% if has_ranges %}and declared ranges outside the clouds {% endif %}are drawn to scale within their line; nested ones stand below their parent. Point at a network, or move to it with Tab, for its details. Click it to see its row.</p>
<ul class="legend">
{%- for (class, name) in legend %}
<li><svg width="28" height="16"><rect class="{{ class }}" x=".5" y=".5" width="27" height="15"/></svg>{{ name }}</li>
{%- endfor %}
<li><svg width="28" height="16"><rect class="aws" width="28" height="16"/><rect class="subnet" y="12" width="20" height="4"/></svg>in subnets</li>
{%- for (look, line, name) in disputes %}
<li><svg width="28" height="16"><g class="{{ look }}"><rect class="aws" width="28" height="16"/><line class="{{ line }}" x1="0" x2="28" y1="8" y2="8"/></g></svg>{{ name }}</li>
{%- endfor %}
<li><svg width="28" height="16"><rect class="free" x=".5" y=".5" width="27" height="15"/></svg>{{ free_label }}</li>
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
<li class="gap"><span class="at">{{ row.note }}</span><span>{{ row.gap.first }}{% if !row.gap.more.is_empty() %} <details class="rest"><summary>{{ row.gap.more }}</summary>{{ row.gap.others }}</details>{% endif %}</span></li>
{%- endif %}
{%- endfor %}
</ol>
</section>
{%- endfor %}
{%- if !unpictured.is_empty() %}
<details class="block">
<summary>Not in the picture: {{ unpictured.len() }} with an IPv6 prefix or with no prefix in use</summary>
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
pub(super) struct AddressSpaceSection {
    is_incomplete: bool,
    has_ranges: bool,
    free_label: &'static str,
    /// What boxes look like, and what they are.
    legend: Vec<(&'static str, &'static str)>,
    /// What a box and a line in it look like, and what they mean.
    disputes: Vec<(&'static str, &'static str, &'static str)>,
    pictured: Vec<BlockPicture>,
    unpictured: Vec<UnpicturedPrefix>,
}

/// A block in the picture.
struct BlockPicture {
    prefix: IpNet,
    what: String,
    summary: String,
    held: Vec<(String, String, &'static str)>,
    disputed: Vec<(String, String, String)>,
    ruler: Vec<String>,
    scale: String,
    rows: Vec<PictureRow>,
}

/// A line, or without one the free space between lines.
struct PictureRow {
    line: Option<DrawnLine>,
    note: String,
    gap: WidestPrefixes,
}

/// A network or range that has no place in the picture.
struct UnpicturedPrefix {
    prefix: String,
    name: String,
    link: Option<String>,
    account: String,
    region: String,
}

impl AddressSpaceSection {
    pub fn new(page: &PageContext<'_>) -> Self {
        let pictured: Vec<BlockPicture> =
            address_blocks(page.owners.prefixes()).iter().map(|block| block_picture(page, block)).collect();
        Self {
            is_incomplete: page.is_incomplete(),
            has_ranges: !page.export.ranges.is_empty(),
            free_label: page.free_label(),
            legend: legend(page, &pictured),
            disputes: disputes(page),
            pictured,
            unpictured: unpictured(page),
        }
    }
}

/// Lists what boxes there are besides free ones.
fn legend(page: &PageContext<'_>, pictured: &[BlockPicture]) -> Vec<(&'static str, &'static str)> {
    let has = |provider| page.networks.iter().any(|usage| usage.network.provider == provider);
    let shapes = pictured.iter().flat_map(|block| &block.rows).filter_map(|row| row.line.as_ref());
    let mut shapes = shapes.flat_map(|line| &line.shapes);
    let all = [
        (has(Provider::Aws), ("aws", "AWS")),
        (has(Provider::Azure), ("azure", "Azure")),
        (!page.export.ranges.is_empty(), ("external", "outside the clouds")),
        (shapes.any(|shape| shape.class.starts_with("many")), ("many", "several, drawn as one")),
    ];
    all.into_iter().filter(|(is_there, _)| *is_there).map(|(_, entry)| entry).collect()
}

/// Lists the marks of addresses in open collisions.
fn disputes(page: &PageContext<'_>) -> Vec<(&'static str, &'static str, &'static str)> {
    let all = [
        (true, ("hit", "clash", "collision that fails")),
        (false, ("soft-hit", "soft", "collision that is reported only")),
    ];
    let is_there = |fails: bool| page.open.iter().any(|finding| finding.fails == fails);
    all.into_iter().filter(|(fails, _)| is_there(*fails)).map(|(_, entry)| entry).collect()
}

fn block_picture(page: &PageContext<'_>, block: &AddressBlock) -> BlockPicture {
    let strip_box = |prefix: IpNet| {
        let (x, width) = relative_position(block.prefix, prefix);
        (percent(x), percent(width), if width < THIN { " thin" } else { "" })
    };
    let disputed =
        collision_spans(block.prefix, page.open.iter().copied()).into_iter().map(|(space, look)| {
            let (x, width, thin) = strip_box(space);
            (x, width, [look, thin].concat())
        });
    let laid = lay_out(block, MAX_LINES);
    let draws = |line: &LayoutLine| match line {
        LayoutLine::Free(free) => gap(page, block, free),
        LayoutLine::Occupied(prefix) => PictureRow {
            note: merged_lines(*prefix, laid.length),
            line: Some(draw(page, *prefix, &block.prefixes, block.private.is_some())),
            gap: WidestPrefixes::none(""),
        },
    };
    BlockPicture {
        prefix: block.prefix,
        what: block.private.map_or_else(|| "public".to_owned(), |rfc| format!("private, {rfc}")),
        summary: summary(page, block),
        held: occupied(block.prefix, &block.prefixes).into_iter().map(strip_box).collect(),
        disputed: disputed.collect(),
        ruler: ruler(block.prefix),
        scale: scale(&laid),
        rows: laid.lines.iter().map(draws).collect(),
    }
}

/// Says how wide the lines are, and that lines drawn as one have another scale.
fn scale(laid: &BlockLayout) -> String {
    let is_several =
        |line: &LayoutLine| matches!(line, LayoutLine::Occupied(prefix) if prefix.prefix_len() < laid.length);
    let merged = if laid.lines.iter().any(is_several) {
        ". Lines that are alike are drawn as one, at another scale, and say how many they stand for"
    } else {
        ""
    };
    format!("Each line is a /{}, {} addresses{merged}.", laid.length, format_count(size(laid.length)))
}

fn summary(page: &PageContext<'_>, block: &AddressBlock) -> String {
    let owners = block.prefixes.iter().flat_map(|prefix| page.owners.owners_of(*prefix));
    let (networks, ranges): (Vec<&PageOwner>, Vec<&PageOwner>) =
        owners.partition(|owner| matches!(owner, PageOwner::Network(_)));
    let position = |owner: &&PageOwner| match owner {
        PageOwner::Network(at) | PageOwner::Range(at) => *at,
    };
    // A network with two prefixes is one all the same.
    let networks: BTreeSet<usize> = networks.iter().map(position).collect();
    let (all, taken) =
        (address_count([&block.prefix]), address_count(&occupied(block.prefix, &block.prefixes)));
    let mut users = Vec::new();
    if !networks.is_empty() {
        users.push(count_of(networks.len(), "network"));
    }
    if !ranges.is_empty() {
        users.push(format!("{} outside the clouds", count_of(ranges.len(), "range")));
    }
    let verb = if networks.len() + ranges.len() == 1 { "uses" } else { "use" };
    let used = format!(
        "{} {verb} {} of {} addresses ({})",
        users.join(" and "),
        format_count(taken),
        format_count(all),
        format_share(taken, all)
    );
    let free = free(block.prefix, &block.prefixes);
    if block.private.is_none() || free.is_empty() {
        return used + ".";
    }
    format!("{used}; largest {}: {}.", page.free_label(), WidestPrefixes::new(&free, 1).first)
}

/// Describes what is free between lines.
fn gap(page: &PageContext<'_>, block: &AddressBlock, free: &[IpNet]) -> PictureRow {
    let range = match free {
        [one] => one.to_string(),
        [first, .., last] => format!("{} – {}", first.network(), last.broadcast()),
        [] => String::new(),
    };
    let word = page.free_label();
    let gap = match (block.private, free) {
        (None, _) => WidestPrefixes::none("no network here"),
        (Some(_), [_]) => WidestPrefixes::none(word),
        (Some(_), free) => {
            let widest = WidestPrefixes::new(free, MAX_NAMED);
            WidestPrefixes { first: format!("{word}: {}", widest.first), ..widest }
        }
    };
    PictureRow { line: None, note: range, gap }
}

/// Says how wide a line is that stands for several, and for how many; empty for any other line.
fn merged_lines(prefix: IpNet, length: u8) -> String {
    match length.saturating_sub(prefix.prefix_len()) {
        0 => String::new(),
        more => {
            format!(
                "{} addresses, {} lines alike",
                format_count(size(prefix.prefix_len())),
                format_count(1 << more)
            )
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
fn unpictured(page: &PageContext<'_>) -> Vec<UnpicturedPrefix> {
    let mut rows = Vec::new();
    for (at, usage) in page.networks.iter().enumerate() {
        let network = usage.network;
        let listed = |prefix: String| UnpicturedPrefix {
            prefix,
            name: display_name(network.name.as_deref(), &network.id),
            link: page.link(at),
            account: page.account(network),
            region: cell_text::escape_unprintable(&network.region),
        };
        let six = network.prefixes().filter(|prefix| prefix.addr().is_ipv6());
        rows.extend(six.map(|prefix| listed(prefix.to_string())));
        if network.prefixes().next().is_none() {
            rows.push(listed(String::new()));
        }
    }
    let six = page.export.ranges.iter().filter(|range| range.prefix.addr().is_ipv6());
    rows.extend(six.map(|range| UnpicturedPrefix {
        prefix: range.prefix.to_string(),
        name: display_name(range.name.as_deref(), &range.site),
        link: None,
        account: cell_text::escape_unprintable(&range.site),
        region: String::new(),
    }));
    rows
}
