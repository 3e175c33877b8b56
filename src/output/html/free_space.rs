//! Free space: of the private blocks, and of each network.

use askama::Template;
use ipnet::IpNet;

use super::numbers::{WidestPrefixes, count_of, format_count, format_share};
use super::page_context::{PageContext, display_name};
use crate::analysis::addresses::{PRIVATE_BLOCKS, address_count, free, occupied};
use crate::output::cell_text;

/// The most free prefixes of a block that are seen at once.
const MAX_NAMED_IN_BLOCK: usize = 8;
/// The most free prefixes of a network that are seen at once.
const MAX_NAMED_IN_NETWORK: usize = 3;

/// The section that lists free space.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="free" aria-labelledby="free-h">
<h2 id="free-h">Free space</h2>
<p>{% if is_incomplete %}<strong class="bad">Some things could not be read: the space below may be in use there.</strong> {% endif -%}
Addresses of the private blocks that no network of this inventory and no declared range outside the clouds uses.{% if !has_ranges %} No such range is declared, so offices and data centres are not considered.{% endif %}</p>
<div class="wide"><table>
<thead><tr><th scope="col">block</th><th scope="col" class="n">in use</th><th scope="col" class="n">{{ word }} addresses</th><th scope="col">largest {{ word }}</th></tr></thead>
<tbody>
{%- for block in blocks %}
<tr><th scope="row" class="prefix">{{ block.prefix }} <small>{{ block.rfc }}</small></th><td class="n" data-is="in use">{{ block.share }}</td><td class="n" data-is="addresses {{ word }}">{{ block.free }}</td><td class="text" data-is="largest {{ word }}">{{ block.widest.first }}{% if !block.widest.more.is_empty() %} <details class="rest"><summary>{{ block.widest.more }}</summary>{{ block.widest.others }}</details>{% endif %}</td></tr>
{%- endfor %}
</tbody>
</table></div>
{%- if !networks.is_empty() %}
<details{% if networks.len() <= 40 %} open{% endif %}>
<summary>Free in networks, outside their subnets: {{ networks_counted }}</summary>
<p>Addresses that another network or a range outside the clouds also uses are not counted.</p>
<div class="wide"><table>
<thead><tr><th scope="col">prefix</th><th scope="col">network</th><th scope="col">account</th><th scope="col">region</th><th scope="col" class="n">in subnets</th><th scope="col" class="n">{{ word }} addresses</th><th scope="col">largest {{ word }}</th></tr></thead>
<tbody>
{%- for one in networks %}
<tr><td class="prefix">{{ one.prefix }}</td><td>{% if let Some(link) = one.link %}<a href="{{ link }}">{{ one.name }}</a>{% else %}{{ one.name }}{% endif %}</td><td>{{ one.account }}</td><td class="word">{{ one.region }}</td><td class="n" data-is="in subnets">{{ one.share }}</td><td class="n" data-is="addresses {{ word }}">{{ one.free }}</td><td class="text" data-is="largest {{ word }}">{{ one.widest.first }}{% if !one.widest.more.is_empty() %} <details class="rest"><summary>{{ one.widest.more }}</summary>{{ one.widest.others }}</details>{% endif %}{% if !one.shared.is_empty() %} <small>{{ one.shared }}</small>{% endif %}</td></tr>
{%- endfor %}
</tbody>
</table></div>
</details>
{%- endif %}
</section>
"##
)]
pub(super) struct FreeSpaceSection {
    is_incomplete: bool,
    has_ranges: bool,
    word: &'static str,
    blocks: Vec<FreeInBlock>,
    networks: Vec<FreeInNetwork>,
    networks_counted: String,
}

/// Free space of a block.
struct FreeInBlock {
    prefix: IpNet,
    rfc: &'static str,
    share: String,
    free: String,
    widest: WidestPrefixes,
}

/// Free space of a prefix of a network.
struct FreeInNetwork {
    prefix: IpNet,
    name: String,
    link: Option<String>,
    account: String,
    region: String,
    share: String,
    free: String,
    widest: WidestPrefixes,
    /// How many addresses are not counted because others use them too; empty if there are none.
    shared: String,
}

impl FreeSpaceSection {
    pub fn new(page: &PageContext<'_>) -> Self {
        let mut networks = Vec::new();
        for (at, usage) in page.networks.iter().enumerate() {
            let prefixes = usage.network.prefixes().filter(|prefix| prefix.addr().is_ipv4());
            networks.extend(prefixes.map(|prefix| network(page, at, prefix)));
        }
        Self {
            is_incomplete: page.is_incomplete(),
            has_ranges: !page.export.ranges.is_empty(),
            word: page.free_label(),
            blocks: PRIVATE_BLOCKS
                .iter()
                .map(|(prefix, rfc)| block(*prefix, rfc, page.owners.prefixes()))
                .collect(),
            networks_counted: count_of(networks.len(), "range"),
            networks,
        }
    }
}

fn block(prefix: IpNet, rfc: &'static str, prefixes: &[IpNet]) -> FreeInBlock {
    let free = free(prefix, prefixes);
    FreeInBlock {
        prefix,
        rfc,
        share: format_share(address_count(&occupied(prefix, prefixes)), address_count([&prefix])),
        free: format_count(address_count(&free)),
        widest: widest(&free, MAX_NAMED_IN_BLOCK),
    }
}

fn network(page: &PageContext<'_>, at: usize, prefix: IpNet) -> FreeInNetwork {
    let usage = &page.networks[at];
    let network = usage.network;
    let all = address_count([&prefix]);
    let unknown = || "not known".to_owned();
    let free = usage.free(prefix, &page.owners.others(at, prefix));
    let count = |free: &Option<Vec<IpNet>>| address_count(free.iter().flatten());
    let shared = count(&usage.free(prefix, &[])) - count(&free);
    FreeInNetwork {
        prefix,
        name: display_name(network.name.as_deref(), &network.id),
        link: page.link(at),
        account: page.account(network),
        region: cell_text::escape_unprintable(&network.region),
        share: usage.allocated(prefix).map_or_else(unknown, |held| format_share(address_count(&held), all)),
        free: free.as_ref().map_or_else(unknown, |free| format_count(address_count(free))),
        widest: free
            .as_ref()
            .map_or_else(|| WidestPrefixes::none("not known"), |free| widest(free, MAX_NAMED_IN_NETWORK)),
        shared: if shared == 0 { String::new() } else { format!("others use {} more", format_count(shared)) },
    }
}

fn widest(free: &[IpNet], most: usize) -> WidestPrefixes {
    if free.is_empty() { WidestPrefixes::none("none") } else { WidestPrefixes::new(free, most) }
}
