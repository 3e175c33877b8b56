//! The collisions: which space, who holds it, what to do.

use askama::Template;

use super::numbers::{counted, number};
use super::page_context::{Scene, account, called, short};
use crate::analysis::overlap::{Finding, Member, Origin, Status};
use crate::model::{Class, Kind};
use crate::output::cell_text;
use crate::output::findings::finding_text;

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
<h2 id="collisions-h">Collisions <span class="count">{{ count }}</span></h2>
{%- if shown.is_empty() %}
<p>{% if !is_known %}Networks, or what joins them, were not read.{% else if is_incomplete %}None among the networks that could be read.{% else %}No address is held twice, and no network is where it should not be.{% endif %}</p>
{%- else %}
<p>{{ sums }}.
{%- if has_reported %} Those marked in grey are reported only: <code>netcensus overlap</code> passes with them.{% endif %}</p>
{%- endif %}
{%- for one in shown %}
<details class="finding{{ one.look }}"{% if one.is_opened %} open{% endif %}>
<summary><span class="code">{{ one.code }}</span> <span class="class">{{ one.class }}</span> <strong>{{ one.spaces }}</strong> <span class="who">{{ one.count }}{% if !one.fails %} · {{ one.status }}{% endif %}</span></summary>
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
    /// How many fail, and how many are reported only.
    count: String,
    is_known: bool,
    is_incomplete: bool,
    /// How many of each class there are, by what comes of them.
    sums: String,
    /// Whether some are open and yet need nothing to be done.
    has_reported: bool,
    shown: Vec<Shown>,
}

/// A collision on the page.
struct Shown {
    code: String,
    class: &'static str,
    status: &'static str,
    fails: bool,
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
        let known = scene.known(failing.len(), RESTS_ON);
        let fail = if failing.len() == 1 { "fails" } else { "fail" };
        let counts = [
            known.as_ref().map(|number| format!("{number} {fail}")),
            (!reported.is_empty()).then(|| format!("{} reported", number(reported.len() as u128))),
        ];
        let accepted = settled.clone().count();
        let sums =
            [by_class(scene), if accepted > 0 { format!("{accepted} accepted") } else { String::new() }];
        Self {
            count: known
                .as_ref()
                .map_or_else(|| "not known".to_owned(), |_| joined(counts.into_iter().flatten(), ", ")),
            is_known: known.is_some(),
            is_incomplete: scene.is_incomplete(),
            sums: joined(sums.into_iter().filter(|sum| !sum.is_empty()), "; "),
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

/// Counts the open collisions of each class that has some, the worst first, in the words of `overlap`:
/// `3 connected, 2 latent, 1 default-network reported`.
pub(super) fn by_class(scene: &Scene<'_>) -> String {
    let count = |class: Class, fails: bool| {
        scene.open.iter().filter(|finding| finding.class == class && finding.fails == fails).count()
    };
    let counts = [(true, ""), (false, " reported")].into_iter().flat_map(|(fails, word)| {
        let counts = Class::ALL.into_iter().map(move |class| (count(class, fails), class));
        counts
            .filter(|(count, _)| *count > 0)
            .map(move |(count, class)| format!("{} {class}{word}", number(count as u128)))
    });
    joined(counts, ", ")
}

fn joined(texts: impl Iterator<Item = String>, between: &str) -> String {
    texts.collect::<Vec<_>>().join(between)
}

fn shown(scene: &Scene<'_>, at: usize, finding: &Finding) -> Shown {
    let spaces: Vec<String> = finding.spaces.iter().take(4).map(ToString::to_string).collect();
    let more = if finding.spaces.len() > spaces.len() { " …" } else { "" };
    Shown {
        code: cell_text::escape(&finding.code),
        class: finding.class.as_str(),
        status: finding_text::status(finding),
        fails: finding.fails,
        is_opened: finding.status == Status::Open && at < OPENED && finding.members.len() <= MEMBERS,
        look: match (finding.status, finding.fails) {
            (_, true) => "",
            (Status::Open, false) => " reported",
            (Status::Known | Status::Accepted, false) => " settled",
        },
        spaces: spaces.join(", ") + more,
        count: counted(finding.members.len(), "member"),
        message: cell_text::escape(&finding.message),
        advice: cell_text::escape(&finding.advice),
        because: because(finding),
        members: finding.members.iter().map(|member| row(scene, member)).collect(),
    }
}

/// Says what joins the members, and who accepted that they collide.
fn because(finding: &Finding) -> Vec<String> {
    let list = |what: &str, all: &[String]| {
        (!all.is_empty()).then(|| cell_text::escape(&format!("{what}: {}", all.join("; "))))
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
            let joined = || scene.export.index.account_name(member.provider?, id);
            account(member.account_name.as_deref().or_else(joined), id)
        }),
        region: member.region.as_deref().map(cell_text::escape).unwrap_or_default(),
        id: cell_text::escape(&member.id),
        short: short(&member.id),
    }
}
