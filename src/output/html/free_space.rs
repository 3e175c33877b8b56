//! Free space: of the private blocks, and of each network.

use askama::Template;
use ipnet::IpNet;

use super::numbers::{counted, number, share, widest_text};
use super::page_context::{Scene, called};
use crate::analysis::addresses::{PRIVATE_BLOCKS, address_count, free, occupied};
use crate::output::cell_text;

/// So many free prefixes of a block are named.
const OF_BLOCK: usize = 8;
/// So many free prefixes of a network are named.
const OF_NETWORK: usize = 3;

/// The part of the page that lists free space.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="free" aria-labelledby="free-h">
<h2 id="free-h">Free space</h2>
<p>{% if is_incomplete %}<strong class="bad">Not all could be read: what is listed is not known to be held, which is less than free.</strong> {% endif -%}
Of the blocks that everybody may use: what neither a network of this inventory holds nor a range that was declared to be in use elsewhere{% if !has_ranges %}. None was declared: offices and data centres are not in it{% endif %}.</p>
<div class="wide"><table>
<thead><tr><th scope="col">block</th><th scope="col" class="n">held</th><th scope="col" class="n">{{ word }} addresses</th><th scope="col">widest {{ word }}</th></tr></thead>
<tbody>
{%- for block in blocks %}
<tr><th scope="row" class="prefix">{{ block.prefix }} <small>{{ block.rfc }}</small></th><td class="n" data-is="held">{{ block.share }}</td><td class="n" data-is="addresses {{ word }}">{{ block.free }}</td><td class="text" data-is="widest {{ word }}">{{ block.widest }}</td></tr>
{%- endfor %}
</tbody>
</table></div>
{%- if !networks.is_empty() %}
<details{% if networks.len() <= 40 %} open{% endif %}>
<summary>In networks, what no subnet has: {{ networks_counted }}</summary>
<p>What another network holds too, or a range outside the clouds, is not in it.</p>
<div class="wide"><table>
<thead><tr><th scope="col">prefix</th><th scope="col">network</th><th scope="col">account</th><th scope="col">region</th><th scope="col" class="n">in subnets</th><th scope="col" class="n">{{ word }} addresses</th><th scope="col">widest {{ word }}</th></tr></thead>
<tbody>
{%- for one in networks %}
<tr><td class="prefix">{{ one.prefix }}</td><td>{% if let Some(link) = one.link %}<a href="{{ link }}">{{ one.name }}</a>{% else %}{{ one.name }}{% endif %}</td><td>{{ one.account }}</td><td class="word">{{ one.region }}</td><td class="n" data-is="in subnets">{{ one.share }}</td><td class="n" data-is="addresses {{ word }}">{{ one.free }}</td><td class="text" data-is="widest {{ word }}">{{ one.widest }}{% if !one.shared.is_empty() %} <small>{{ one.shared }}</small>{% endif %}</td></tr>
{%- endfor %}
</tbody>
</table></div>
</details>
{%- endif %}
</section>
"##
)]
pub(super) struct Free {
    is_incomplete: bool,
    has_ranges: bool,
    word: &'static str,
    blocks: Vec<OfBlock>,
    networks: Vec<OfNetwork>,
    networks_counted: String,
}

/// Free space of a block.
struct OfBlock {
    prefix: IpNet,
    rfc: &'static str,
    share: String,
    free: String,
    widest: String,
}

/// Free space of a prefix of a network.
struct OfNetwork {
    prefix: IpNet,
    name: String,
    link: Option<String>,
    account: String,
    region: String,
    share: String,
    free: String,
    widest: String,
    /// How much is left out since others hold it too; empty where nothing is.
    shared: String,
}

impl Free {
    pub fn new(scene: &Scene<'_>) -> Self {
        let mut networks = Vec::new();
        for (at, room) in scene.rooms.iter().enumerate() {
            let prefixes = room.network.prefixes().filter(|prefix| prefix.addr().is_ipv4());
            networks.extend(prefixes.map(|prefix| network(scene, at, prefix)));
        }
        Self {
            is_incomplete: scene.is_incomplete(),
            has_ranges: !scene.export.ranges.is_empty(),
            word: scene.free_word(),
            blocks: PRIVATE_BLOCKS
                .iter()
                .map(|(prefix, rfc)| block(*prefix, rfc, scene.holders.prefixes()))
                .collect(),
            networks_counted: counted(networks.len(), "range"),
            networks,
        }
    }
}

fn block(prefix: IpNet, rfc: &'static str, prefixes: &[IpNet]) -> OfBlock {
    let free = free(prefix, prefixes);
    OfBlock {
        prefix,
        rfc,
        share: share(address_count(&occupied(prefix, prefixes)), address_count([&prefix])),
        free: number(address_count(&free)),
        widest: widest(&free, OF_BLOCK),
    }
}

fn network(scene: &Scene<'_>, at: usize, prefix: IpNet) -> OfNetwork {
    let room = &scene.rooms[at];
    let network = room.network;
    let all = address_count([&prefix]);
    let unknown = || "not known".to_owned();
    let free = room.free(prefix, &scene.holders.others(at, prefix));
    let count = |free: &Option<Vec<IpNet>>| address_count(free.iter().flatten());
    let shared = count(&room.free(prefix, &[])) - count(&free);
    OfNetwork {
        prefix,
        name: called(network.name.as_deref(), &network.id),
        link: scene.link(at),
        account: scene.account(network),
        region: cell_text::escape(&network.region),
        share: room.allocated(prefix).map_or_else(unknown, |held| share(address_count(&held), all)),
        free: free.as_ref().map_or_else(unknown, |free| number(address_count(free))),
        widest: free.as_ref().map_or_else(unknown, |free| widest(free, OF_NETWORK)),
        shared: if shared == 0 { String::new() } else { format!("others hold {} more", number(shared)) },
    }
}

fn widest(free: &[IpNet], most: usize) -> String {
    if free.is_empty() { "none".to_owned() } else { widest_text(free, most) }
}
