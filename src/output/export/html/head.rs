//! What the page begins with: its title, when the inventory was taken, what is missing, numbers.

use askama::Template;

use super::scene::{Scene, account};
use super::words::{counted, number};
use crate::model::{Coverage, Kind};
use crate::output::cell;

/// How the page looks.
const STYLE: &str = include_str!("style.css");

/// The hash of `script.js`, without which a browser runs no script, whoever put it there.
pub(super) const SCRIPT_HASH: &str = "sha256-pK11lIaIDf1zyfEByFObwywhHVn0zgOSekGI/nbt3Rk=";

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
</header>
<main>
{%- if is_incomplete %}
<section class="alarm" role="alert" aria-labelledby="missing">
<h2 id="missing">This inventory is incomplete</h2>
<p>What could not be read may be there all the same: collisions may be missing below, and what looks free is no more than not known to be held.</p>
{%- if lacks.len() > 0 %}
<ul>{% for lack in lacks %}<li>{{ lack }}</li>{% endfor %}</ul>
{%- endif %}
{%- if scopes.len() > 0 %}
<details{% if scopes.len() <= 12 %} open{% endif %}>
<summary>{{ scopes_counted }} could not be read</summary>
<div class="wide"><table>
<thead><tr><th scope="col">cloud</th><th scope="col">account</th><th scope="col">region</th><th scope="col">what</th><th scope="col">outcome</th><th scope="col">why</th></tr></thead>
<tbody>
{%- for scope in scopes %}
<tr>{% for cell in scope %}<td{% if loop.last %} class="text"{% endif %}>{{ cell }}</td>{% endfor %}</tr>
{%- endfor %}
</tbody>
</table></div>
</details>
{%- endif %}
</section>
{%- endif %}
<dl class="numbers">
{%- for one in numbers %}
<div{% if one.is_bad %} class="bad"{% endif %}><dt>{{ one.name }}</dt><dd>{{ one.value }}</dd></div>
{%- endfor %}
</dl>
"##
)]
pub(super) struct Head {
    style: &'static str,
    script_hash: &'static str,
    generator: String,
    taken: String,
    taken_at: String,
    is_incomplete: bool,
    parts: Vec<(String, String)>,
    lacks: Vec<String>,
    scopes: Vec<[String; 6]>,
    scopes_counted: String,
    numbers: Vec<Number>,
}

/// A number at the top of the page.
struct Number {
    name: &'static str,
    value: String,
    is_bad: bool,
}

impl Head {
    pub fn new(scene: &Scene<'_>) -> Self {
        let inventory = scene.inventory();
        let scopes: Vec<[String; 6]> = inventory.incomplete().map(|scope| row(scene, scope)).collect();
        Self {
            style: STYLE,
            script_hash: SCRIPT_HASH,
            generator: cell::escape(&inventory.generator),
            taken: inventory.taken_at.strftime("%Y-%m-%d %H:%M").to_string(),
            taken_at: inventory.taken_at.to_string(),
            is_incomplete: scene.is_incomplete(),
            parts: parts(scene),
            lacks: scene.lacks.iter().map(|lack| cell::escape(lack)).collect(),
            scopes_counted: counted(scopes.len(), "scope"),
            scopes,
            numbers: numbers(scene),
        }
    }
}

fn parts(scene: &Scene<'_>) -> Vec<(String, String)> {
    let fixed = [("picture", "Address space"), ("collisions", "Collisions"), ("free", "Free space")];
    let fixed = fixed.into_iter().map(|(id, name)| (id.to_owned(), name.to_owned()));
    let tables = scene.export.listings.iter();
    fixed.chain(tables.map(|table| (table.name.to_owned(), super::tables::title(table.name)))).collect()
}

fn row(scene: &Scene<'_>, scope: &Coverage) -> [String; 6] {
    let name = scene.joins.account_name(scope.provider, &scope.account);
    [
        scope.provider.to_string(),
        account(name, &scope.account),
        scope.region.as_deref().map_or_else(|| "all".to_owned(), cell::escape),
        scope.kind.as_str().to_owned(),
        scope.outcome.as_str().to_owned(),
        scope.detail.as_deref().map(cell::escape).unwrap_or_default(),
    ]
}

fn numbers(scene: &Scene<'_>) -> Vec<Number> {
    let inventory = scene.inventory();
    let read = inventory.kinds_read();
    let mut numbers =
        vec![Number { name: "accounts", value: number(inventory.accounts.len() as u128), is_bad: false }];
    for kind in [Kind::Networks, Kind::Subnets, Kind::Instances] {
        let is_known = read.contains(&kind) || inventory.is_empty_part();
        let value =
            if is_known { number(scene.export.estate.count(kind) as u128) } else { "not read".to_owned() };
        numbers.push(Number { name: kind.as_str(), value, is_bad: false });
    }
    let open = scene.open.len();
    numbers.push(Number { name: "open collisions", value: number(open as u128), is_bad: open > 0 });
    numbers
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
