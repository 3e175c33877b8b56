//! The collisions: which prefixes, their owners, what to do.

use askama::Template;

use super::numbers::{count_of, format_count};
use super::page_context::{PageContext, account, display_name, short_id};
use crate::analysis::overlap::{Finding, FindingStatus, Member, MemberOrigin};
use crate::model::{Class, Kind};
use crate::output::cell_text;
use crate::output::findings::finding_text;

/// The most collisions that are shown open; more would hide what follows.
const MAX_OPENED: usize = 12;
/// The most members of a collision that is shown open.
const MAX_MEMBERS: usize = 12;

/// The kinds that collisions are found by.
pub(super) const NEEDED_KINDS: &[Kind] = &[Kind::Networks, Kind::Links];

/// The section that lists the collisions.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<section id="collisions" aria-labelledby="collisions-h">
<h2 id="collisions-h">Collisions <span class="count">{{ count }}</span></h2>
{%- if shown.is_empty() %}
<p>{% if !is_known %}Networks or links were not read.{% else if is_incomplete %}None among the networks that could be read.{% else %}No addresses collide.{% endif %}</p>
{%- else %}
<p>{{ sums }}.
{%- if has_reported %} Those in grey are reported only: they do not fail <code>netcensus overlap</code>.{% endif %}</p>
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
pub(super) struct CollisionSection {
    /// How many fail, and how many are reported only.
    count: String,
    is_known: bool,
    is_incomplete: bool,
    /// How many of each class there are, by what comes of them.
    sums: String,
    /// Whether some are open and yet need nothing to be done.
    has_reported: bool,
    shown: Vec<ShownCollision>,
}

/// A collision on the page.
struct ShownCollision {
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
    members: Vec<MemberRow>,
}

/// A member of a collision on the page.
struct MemberRow {
    prefix: String,
    name: String,
    link: Option<String>,
    cloud: &'static str,
    account: String,
    region: String,
    id: String,
    short: String,
}

impl CollisionSection {
    pub fn new(page: &PageContext<'_>) -> Self {
        let findings = page.export.collisions;
        let settled = findings.iter().filter(|finding| finding.status != FindingStatus::Open);
        let (failing, reported): (Vec<&Finding>, Vec<&Finding>) =
            page.open.iter().partition(|finding| finding.fails);
        let known = page.format_known(failing.len(), NEEDED_KINDS);
        let fail = if failing.len() == 1 { "fails" } else { "fail" };
        let counts = [
            known.as_ref().map(|number| format!("{number} {fail}")),
            (!reported.is_empty()).then(|| format!("{} reported", format_count(reported.len() as u128))),
        ];
        let accepted = settled.clone().count();
        let sums =
            [by_class(page), if accepted > 0 { format!("{accepted} accepted") } else { String::new() }];
        Self {
            count: known
                .as_ref()
                .map_or_else(|| "not known".to_owned(), |_| joined(counts.into_iter().flatten(), ", ")),
            is_known: known.is_some(),
            is_incomplete: page.is_incomplete(),
            sums: joined(sums.into_iter().filter(|sum| !sum.is_empty()), "; "),
            has_reported: !reported.is_empty(),
            shown: failing
                .into_iter()
                .chain(reported)
                .chain(settled)
                .enumerate()
                .map(|(at, finding)| shown(page, at, finding))
                .collect(),
        }
    }
}

/// Counts the open collisions of each class that has some, the worst first, in the words of `overlap`:
/// `3 connected, 2 latent, 1 default-network reported`.
pub(super) fn by_class(page: &PageContext<'_>) -> String {
    let count = |class: Class, fails: bool| {
        page.open.iter().filter(|finding| finding.class == class && finding.fails == fails).count()
    };
    let counts = [(true, ""), (false, " reported")].into_iter().flat_map(|(fails, word)| {
        let counts = Class::ALL.into_iter().map(move |class| (count(class, fails), class));
        counts
            .filter(|(count, _)| *count > 0)
            .map(move |(count, class)| format!("{} {class}{word}", format_count(count as u128)))
    });
    joined(counts, ", ")
}

fn joined(texts: impl Iterator<Item = String>, between: &str) -> String {
    texts.collect::<Vec<_>>().join(between)
}

fn shown(page: &PageContext<'_>, at: usize, finding: &Finding) -> ShownCollision {
    let spaces: Vec<String> = finding.spaces.iter().take(4).map(ToString::to_string).collect();
    let more = if finding.spaces.len() > spaces.len() { " …" } else { "" };
    ShownCollision {
        code: cell_text::escape_unprintable(&finding.code),
        class: finding.class.as_str(),
        status: finding_text::status(finding),
        fails: finding.fails,
        is_opened: finding.status == FindingStatus::Open
            && at < MAX_OPENED
            && finding.members.len() <= MAX_MEMBERS,
        look: match (finding.status, finding.fails) {
            (_, true) => "",
            (FindingStatus::Open, false) => " reported",
            (FindingStatus::Known | FindingStatus::Accepted, false) => " settled",
        },
        spaces: spaces.join(", ") + more,
        count: count_of(finding.members.len(), "member"),
        message: cell_text::escape_unprintable(&finding.message),
        advice: cell_text::escape_unprintable(&finding.advice),
        because: because(finding),
        members: finding.members.iter().map(|member| row(page, member)).collect(),
    }
}

/// Lists the links that join the members, and the entries that accept the collision.
fn because(finding: &Finding) -> Vec<String> {
    let list = |what: &str, all: &[String]| {
        (!all.is_empty()).then(|| cell_text::escape_unprintable(&format!("{what}: {}", all.join("; "))))
    };
    list("Joined by", &finding.joined_by)
        .into_iter()
        .chain(list("Accepted by", &finding.accepted_by))
        .collect()
}

fn row(page: &PageContext<'_>, member: &Member) -> MemberRow {
    let place = match member.origin {
        MemberOrigin::Cloud => "",
        MemberOrigin::External => " (outside the clouds)",
        MemberOrigin::Planned => " (planned)",
    };
    MemberRow {
        prefix: member.prefix.to_string(),
        name: display_name(member.name.as_deref(), &member.id) + place,
        link: page.position(member).and_then(|at| page.link(at)),
        cloud: member.provider.map_or("", |provider| provider.as_str()),
        account: member.account.as_deref().map_or_else(String::new, |id| {
            let joined = || page.export.index.display_name(member.provider?, id);
            account(member.account_name.as_deref().or_else(joined), id)
        }),
        region: member.region.as_deref().map(cell_text::escape_unprintable).unwrap_or_default(),
        id: cell_text::escape_unprintable(&member.id),
        short: short_id(&member.id),
    }
}
