//! The collisions: which space, who holds it, what to do.

use askama::Template;

use super::scene::{Scene, account, called, short};
use super::words::{counted, number};
use crate::analysis::overlap::{Finding, Member, Origin, Status};
use crate::model::{Class, Kind};
use crate::output::cell;

/// So many collisions are opened out; more would hide that there is more below.
const OPENED: usize = 12;
/// So many members stand in one that is opened out.
const MEMBERS: usize = 12;

/// The kinds that collisions are found in.
pub(super) const RESTS_ON: &[Kind] = &[Kind::Networks, Kind::Links];

/// The part of the page that lists collisions.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="collisions" aria-labelledby="collisions-h">
<h2 id="collisions-h">Collisions <span class="count">{% if let Some(open) = open %}{{ open }} open{% else %}not known{% endif %}</span></h2>
{%- if shown.is_empty() %}
<p>{% if open.is_none() %}Networks, or what joins them, were not read.{% else if is_incomplete %}None among the networks that could be read.{% else %}No address is held twice, and no network is where it should not be.{% endif %}</p>
{%- else %}
<p>{% for (class, count) in counts %}{% if !loop.first %}, {% endif %}{{ count }} {{ class }}{% endfor %}
{%- if settled > 0 %}{% if !counts.is_empty() %}; {% endif %}{{ settled }} accepted{% endif %}.
{%- if has_reported %} Those that are marked in grey are reported only: <code>netcensus overlap</code> passes with them.{% endif %}</p>
{%- endif %}
{%- for one in shown %}
<details class="finding{{ one.look }}"{% if one.is_opened %} open{% endif %}>
<summary><span class="code">{{ one.code }}</span> <span class="class">{{ one.class }}</span> <strong>{{ one.spaces }}</strong> <span class="who">{{ one.count }}{% if !one.is_open %} · {{ one.status }}{% endif %}</span></summary>
<div class="body">
<div>
<p>{{ one.message }}</p>
<p>{{ one.advice }}</p>
{%- for line in one.because %}
<p class="note">{{ line }}</p>
{%- endfor %}
</div>
<div class="wide"><table>
<thead><tr><th scope="col">prefix</th><th scope="col">network</th><th scope="col">cloud</th><th scope="col">account</th><th scope="col">region</th><th scope="col">id</th></tr></thead>
<tbody>
{%- for member in one.members %}
<tr><td class="prefix">{{ member.prefix }}</td><td>{% if let Some(link) = member.link %}<a href="{{ link }}">{{ member.name }}</a>{% else %}{{ member.name }}{% endif %}</td><td class="word">{{ member.cloud }}</td><td>{{ member.account }}</td><td class="word">{{ member.region }}</td><td class="id">{% if member.short == member.id %}{{ member.id }}{% else %}<details><summary>{{ member.short }}</summary>{{ member.id }}</details>{% endif %}</td></tr>
{%- endfor %}
</tbody>
</table></div>
</div>
</details>
{%- endfor %}
</section>
"##
)]
pub(super) struct Collisions {
    /// How many are open; `None` when that is not known.
    open: Option<String>,
    is_incomplete: bool,
    counts: Vec<(&'static str, String)>,
    settled: usize,
    /// Whether some are open and yet need nothing to be done.
    has_reported: bool,
    shown: Vec<Shown>,
}

/// A collision on the page.
struct Shown {
    code: String,
    class: &'static str,
    status: &'static str,
    is_open: bool,
    is_opened: bool,
    look: &'static str,
    spaces: String,
    count: String,
    message: String,
    advice: String,
    because: Vec<String>,
    members: Vec<Row>,
}

/// A member of a collision on the page.
struct Row {
    prefix: String,
    name: String,
    link: Option<String>,
    cloud: &'static str,
    account: String,
    region: String,
    id: String,
    short: String,
}

impl Collisions {
    pub fn new(scene: &Scene<'_>) -> Self {
        let findings = scene.export.collisions;
        let settled = findings.iter().filter(|finding| finding.status != Status::Open);
        let (failing, reported): (Vec<&Finding>, Vec<&Finding>) =
            scene.open.iter().partition(|finding| finding.fails);
        Self {
            open: scene.known(scene.open.len(), RESTS_ON),
            is_incomplete: scene.is_incomplete(),
            counts: by_class(scene),
            settled: settled.clone().count(),
            has_reported: !reported.is_empty(),
            shown: failing
                .into_iter()
                .chain(reported)
                .chain(settled)
                .enumerate()
                .map(|(at, finding)| shown(scene, at, finding))
                .collect(),
        }
    }
}

/// Counts the open collisions of each class that has some, the worst first.
pub(super) fn by_class(scene: &Scene<'_>) -> Vec<(&'static str, String)> {
    let count = |class: Class| scene.open.iter().filter(|finding| finding.class == class).count();
    let counts = Class::ALL.into_iter().map(|class| (class.as_str(), count(class)));
    counts.filter(|(_, count)| *count > 0).map(|(class, count)| (class, number(count as u128))).collect()
}

fn shown(scene: &Scene<'_>, at: usize, finding: &Finding) -> Shown {
    let is_open = finding.status == Status::Open;
    let spaces: Vec<String> = finding.spaces.iter().take(4).map(ToString::to_string).collect();
    let more = if finding.spaces.len() > spaces.len() { " …" } else { "" };
    Shown {
        code: cell::escape(&finding.code),
        class: finding.class.as_str(),
        status: finding.status.as_str(),
        is_open,
        is_opened: is_open && at < OPENED && finding.members.len() <= MEMBERS,
        look: match (is_open, finding.fails) {
            (false, _) => " settled",
            (true, false) => " reported",
            (true, true) => "",
        },
        spaces: spaces.join(", ") + more,
        count: counted(finding.members.len(), "member"),
        message: cell::escape(&finding.message),
        advice: cell::escape(&finding.advice),
        because: because(finding),
        members: finding.members.iter().map(|member| row(scene, member)).collect(),
    }
}

/// Says what joins the members, and who accepted that they collide.
fn because(finding: &Finding) -> Vec<String> {
    let list = |what: &str, all: &[String]| {
        (!all.is_empty()).then(|| cell::escape(&format!("{what}: {}", all.join("; "))))
    };
    list("Joined by", &finding.joined_by)
        .into_iter()
        .chain(list("Accepted by", &finding.accepted_by))
        .collect()
}

fn row(scene: &Scene<'_>, member: &Member) -> Row {
    let place = match member.origin {
        Origin::Cloud => "",
        Origin::External => " (outside the clouds)",
        Origin::Planned => " (planned)",
    };
    Row {
        prefix: member.prefix.to_string(),
        name: called(member.name.as_deref(), &member.id) + place,
        link: scene.position(member).and_then(|at| scene.link(at)),
        cloud: member.provider.map_or("", |provider| provider.as_str()),
        account: member.account.as_deref().map_or_else(String::new, |id| {
            let joined = || scene.export.joins.account_name(member.provider?, id);
            account(member.account_name.as_deref().or_else(joined), id)
        }),
        region: member.region.as_deref().map(cell::escape).unwrap_or_default(),
        id: cell::escape(&member.id),
        short: short(&member.id),
    }
}
