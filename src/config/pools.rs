//! What the file says about pools: named prefixes that networks are taken from.

use ipnet::IpNet;
use toml::{Table, Value};

use super::problem::ValueFault;
use super::table_row::TableRow;
use crate::model::{Pool, typed_prefix};

/// Reads a pool. `seen` has those before it.
pub(super) fn pool(row: &mut TableRow<'_>, seen: &mut Vec<Pool>) -> Option<Pool> {
    let name = row.text("name", name);
    let listed = row.texts("prefixes", prefix);
    let regions = plain(row.texts("regions", filled));
    let accounts = plain(row.texts("accounts", filled));
    let tags = row.pairs("tags", filled);
    let reserved = row.texts("reserved", prefix);
    for field in ["name", "prefixes"] {
        if !row.has(field) {
            row.refuse(format!("the pool has no `{field}`"));
        }
    }
    if row.is_empty("prefixes") {
        row.refuse("`prefixes` is empty; name the prefixes that networks are taken from");
    }
    let name = name?;
    if seen.iter().any(|other| other.name.eq_ignore_ascii_case(&name)) {
        row.refuse(format!("the pool `{name}` is defined twice; make one entry of them"));
    }
    for (place, prefix) in &listed {
        if let Some(other) = seen.iter().find(|other| other.prefixes.contains(prefix)) {
            let message = format!(
                "{prefix} is a prefix of the pool `{}` too; a prefix can be in one pool only",
                other.name
            );
            row.refuse_element("prefixes", place.clone(), message);
        }
    }
    for (place, reserved) in &reserved {
        if !listed.iter().any(|(_, prefix)| prefix.contains(reserved)) {
            let message = format!("{reserved} lies in no prefix of the pool");
            row.refuse_element("reserved", place.clone(), message);
        }
    }
    let pool = Pool {
        name,
        prefixes: plain(listed),
        regions,
        accounts,
        tags: tags.into(),
        reserved: plain(reserved),
    };
    seen.push(pool.clone());
    Some(pool)
}

fn plain<P, T>(placed: Vec<(P, T)>) -> Vec<T> {
    placed.into_iter().map(|(_, value)| value).collect()
}

fn filled(text: &str) -> Result<String, ValueFault> {
    let text = text.trim();
    if text.is_empty() { Err(ValueFault::new("it is empty")) } else { Ok(text.to_owned()) }
}

/// Reads a name, which is no prefix: `free` takes either.
fn name(text: &str) -> Result<String, ValueFault> {
    let text = filled(text)?;
    let is_name = !text.contains(['/', ',', '=']) && !text.starts_with('-');
    if is_name {
        Ok(text)
    } else {
        Err(ValueFault::new(
            "the name of a pool must not contain `/`, `,` or `=`, and must not begin with `-`",
        ))
    }
}

fn prefix(text: &str) -> Result<IpNet, ValueFault> {
    typed_prefix(text).map_err(|error| ValueFault::new(error.to_string()))
}

/// Writes a pool as the file has it.
pub(super) fn show(pool: &Pool) -> Value {
    let texts = |texts: Vec<String>| Value::Array(texts.into_iter().map(Value::String).collect());
    let prefixes = |prefixes: &[IpNet]| texts(prefixes.iter().map(ToString::to_string).collect());
    let tags = pool.tags.iter().map(|(key, value)| (key.clone(), Value::String(value.clone())));
    Value::Table(Table::from_iter([
        ("name".to_owned(), Value::String(pool.name.clone())),
        ("prefixes".to_owned(), prefixes(&pool.prefixes)),
        ("regions".to_owned(), texts(pool.regions.clone())),
        ("accounts".to_owned(), texts(pool.accounts.clone())),
        ("tags".to_owned(), Value::Table(tags.collect())),
        ("reserved".to_owned(), prefixes(&pool.reserved)),
    ]))
}
