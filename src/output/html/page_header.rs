//! The beginning of the page: title, time of the inventory, what is missing, the main numbers.

use std::collections::BTreeSet;

use askama::Template;

use super::collision_section::{NEEDED_KINDS, by_class};
use super::numbers::{count_of, format_count};
use super::page_context::PageContext;
use crate::model::{Coverage, Inventory, Kind, Provider, Shard, Subject};
use crate::output::cell_text;

/// How the page looks.
const STYLE: &str = include_str!("style.css");

/// The hash of `script.js`. The browser runs no script with another hash.
pub(super) const SCRIPT_HASH: &str = "sha256-4/a+AIPB4oilr8Lk1uWlJ3DC7h/CyVR8X+ma67Z3eQQ=";

/// The beginning of the page.
#[derive(Template)]
#[template(
    ext = "html",
    source = r##"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src '{{ script_hash }}'; img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="{{ generator }}">
<title>Network inventory, {{ taken }}</title>
<style>
{{ style|safe }}</style>
</head>
<body>
<header>
<h1>Network inventory</h1>
<p>Taken <time datetime="{{ taken_at }}">{{ taken }} UTC</time> · {% if is_incomplete %}<strong class="bad">incomplete</strong>{% else %}complete{% endif %} · {{ generator }}</p>
<nav aria-label="Parts of this page">
{%- for (id, name) in parts %}<a href="#{{ id }}">{{ name }}</a> {% endfor -%}
</nav>
<div id="find"></div>
</header>
<main>
{%- if is_incomplete %}
<section class="alarm" role="alert" aria-labelledby="missing">
<h2 id="missing">This inventory is incomplete</h2>
<p>Collisions may be missing below, and free space below may be in use in accounts that could not be read.</p>
<details{% if missing.len() <= 12 %} open{% endif %}>
<summary>What is missing, and why: {{ missing_counted }}</summary>
<ul>
{%- for one in missing %}
<li>{{ one }}</li>
{%- endfor %}
</ul>
</details>
<p class="note">The <a href="#coverage">coverage</a> lists for each account, region and kind whether it was read.</p>
</section>
{%- endif %}
<dl class="numbers">
{%- for one in numbers %}
<div{% if one.is_bad %} class="bad"{% endif %}><dt>{{ one.name }}</dt><dd>{{ one.value }}</dd>{% if !one.note.is_empty() %}<dd class="note">{{ one.note }}</dd>{% endif %}</div>
{%- endfor %}
</dl>
"##
)]
pub(super) struct PageHeader {
    style: &'static str,
    script_hash: &'static str,
    generator: String,
    taken: String,
    taken_at: String,
    is_incomplete: bool,
    parts: Vec<(String, String)>,
    missing: Vec<String>,
    missing_counted: String,
    numbers: Vec<HeadlineNumber>,
}

/// A number at the top of the page.
struct HeadlineNumber {
    name: &'static str,
    value: String,
    /// Details; empty if there are none.
    note: String,
    is_bad: bool,
}

impl PageHeader {
    pub fn new(page: &PageContext<'_>) -> Self {
        let inventory = page.inventory();
        let missing = page.export.missing;
        Self {
            style: STYLE,
            script_hash: SCRIPT_HASH,
            generator: cell_text::escape_unprintable(&inventory.generator),
            taken: inventory.taken_at.strftime("%Y-%m-%d %H:%M").to_string(),
            taken_at: inventory.taken_at.to_string(),
            is_incomplete: page.is_incomplete(),
            parts: parts(page),
            missing: missing.iter().map(|one| cell_text::escape_unprintable(one)).collect(),
            missing_counted: count_of(missing.len(), "line"),
            numbers: numbers(page),
        }
    }
}

fn parts(page: &PageContext<'_>) -> Vec<(String, String)> {
    let fixed = [("picture", "Address space"), ("collisions", "Collisions"), ("free", "Free space")];
    let fixed = fixed.into_iter().map(|(id, name)| (id.to_owned(), name.to_owned()));
    let usage = page.export.usage.map(|_| ("usage".to_owned(), "Usage".to_owned()));
    let tables = page.export.listings.iter();
    fixed
        .chain(usage)
        .chain(tables.map(|table| (table.name.to_owned(), super::data_tables::title(table.name))))
        .collect()
}

fn numbers(page: &PageContext<'_>) -> Vec<HeadlineNumber> {
    let headline = |name, value| HeadlineNumber { name, value, note: String::new(), is_bad: false };
    let known = |number: Option<String>| number.unwrap_or_else(|| "not known".to_owned());
    let mut numbers = vec![headline("accounts", accounts(page.inventory()))];
    numbers.extend([Kind::Networks, Kind::Subnets, Kind::Instances].map(|kind| {
        let count = page.export.view.count(kind);
        headline(kind.as_str(), known(page.format_known(count, &[kind])))
    }));
    let failing = page.open.iter().filter(|finding| finding.fails).count();
    numbers.push(HeadlineNumber {
        note: by_class(page),
        is_bad: failing > 0,
        ..headline("collisions that fail", known(page.format_known(failing, NEEDED_KINDS)))
    });
    numbers
}

/// Counts the accounts; if they were not listed, those that the coverage or a network names.
fn accounts(inventory: &Inventory) -> String {
    let is_step = |scope: &&Coverage| matches!(scope.kind, Subject::Credentials | Subject::Accounts);
    let least =
        if inventory.incomplete().any(|scope| is_step(&scope)) || !inventory.partial_reasons().is_empty() {
            "at least "
        } else {
            ""
        };
    let scopes = inventory.coverage.iter().filter(|scope| !scope.kind.is_step());
    let scopes = scopes.filter(|scope| !Shard::is_label(&scope.account));
    let networks = inventory.networks.iter().map(|network| (network.provider, &network.account));
    let known: BTreeSet<(Provider, &String)> =
        scopes.map(|scope| (scope.provider, &scope.account)).chain(networks).collect();
    let count = if inventory.accounts.is_empty() { known.len() } else { inventory.accounts.len() };
    format!("{least}{}", format_count(count as u128))
}

#[cfg(test)]
mod tests {
    #[cfg(feature = "azure")]
    #[test]
    fn the_hash_is_that_of_the_script() {
        use base64::Engine as _;
        let hash = ring::digest::digest(&ring::digest::SHA256, super::super::page::SCRIPT.as_bytes());
        let hash = base64::engine::general_purpose::STANDARD.encode(hash);
        assert_eq!(super::SCRIPT_HASH, format!("sha256-{hash}"), "write this into SCRIPT_HASH");
    }
}
