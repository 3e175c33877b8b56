//! What the file and the flags say about collisions: the gate, the allow list, routing domains, ranges.

use ipnet::IpNet;
use toml::{Table, Value};

use super::keys;
use super::origin::Sourced;
use super::patterns::Pattern;
use super::problem::{SettingPlace, ValueFault};
use super::reader::Reader;
use super::rules;
use super::table_row::TableRow;
use crate::model::{
    Allowance, Class, Covers, Domain, Level, NetworkSelector, Provider, Range, typed_prefix, typed_range,
};

/// Docker's default bridge, which answers on every host that runs it.
const DOCKER: &str = "172.17.0.0/16";

/// How collisions are judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OverlapSettings {
    /// What is compared; `None` leaves it to what there is.
    pub level: Sourced<Option<Level>>,
    /// The classes that fail.
    pub fail_on: Sourced<Vec<Class>>,
    /// Ranges of container bridges.
    pub bridges: Sourced<Vec<IpNet>>,
    /// Collisions that the user accepts.
    pub allow: Sourced<Vec<Allowance>>,
    /// Routing domains.
    pub domains: Sourced<Vec<Domain>>,
    /// The names of domains that others are isolated from, and where each is written. Whether there are such is known
    /// once the files of ranges are read, which name domains too.
    pub isolations: Vec<(SettingPlace, String)>,
}

/// What the flags said about collisions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OverlapOverrides {
    /// `--level`.
    pub level: Option<String>,
    /// `--fail-on`.
    pub fail_on: Vec<String>,
}

impl OverlapSettings {
    /// Reads the table of collisions and its flags.
    pub(super) fn read(reader: &mut Reader<'_>, flags: &OverlapOverrides) -> Self {
        let levels = Level::ALL.map(|level| (level.as_str(), Some(level)));
        let docker = DOCKER.parse().into_iter().collect();
        let (mut names, mut isolations) = (Vec::new(), Vec::new());
        Self {
            level: reader
                .text(keys::OVERLAP_LEVEL, flags.level.as_deref(), None, |text| rules::choice(text, &levels)),
            fail_on: fail_on(reader, flags),
            bridges: reader.list(keys::OVERLAP_BRIDGES, &[], docker, prefix),
            allow: reader.rows(keys::OVERLAP_ALLOW, allowance),
            domains: reader.rows(keys::OVERLAP_DOMAINS, |row| domain(row, &mut names, &mut isolations)),
            isolations,
        }
    }
}

/// Reads the classes that fail: by name or code, or in one word for all or none.
fn fail_on(reader: &mut Reader<'_>, flags: &OverlapOverrides) -> Sourced<Vec<Class>> {
    let named = Class::ALL.map(|class| (class.as_str(), vec![class]));
    let words = [(Class::EVERY, Class::ALL.to_vec()), (Class::NO, Vec::new())];
    let choices: Vec<(&str, Vec<Class>)> = named.into_iter().chain(words).collect();
    let default = vec![Class::FAILING.to_vec()];
    let classes = reader.list(keys::OVERLAP_FAIL_ON, &flags.fail_on, default, |text| {
        // A code, and upper case, stand for the name.
        let text = text.to_ascii_lowercase();
        let name = Class::from_name(&text).map_or(text.as_str(), |class| class.as_str());
        rules::choice(name, &choices)
    });
    if classes.value.iter().any(Vec::is_empty) && !classes.value.iter().all(Vec::is_empty) {
        reader.conflict(keys::OVERLAP_FAIL_ON, &classes.origin, contradicts(Class::NO));
    }
    classes.map(|classes| classes.into_iter().flatten().collect())
}

/// Says that the word for nothing stands beside what fails.
pub(super) fn contradicts(nothing: &str) -> String {
    format!("`{nothing}` means that nothing fails, so it cannot stand beside anything else")
}

/// Reads the ranges outside the clouds. Each table may hold several prefixes of one site.
pub(super) fn external(reader: &mut Reader<'_>) -> Sourced<Vec<Range>> {
    reader.rows(keys::EXTERNAL, ranges).map(|ranges| ranges.into_iter().flatten().collect())
}

fn prefix(text: &str) -> Result<IpNet, ValueFault> {
    typed_prefix(text).map_err(|error| ValueFault::new(error.to_string()))
}

fn used_prefix(text: &str) -> Result<IpNet, ValueFault> {
    typed_range(text).map_err(|error| ValueFault::new(error.to_string()))
}

fn filled(text: &str) -> Result<String, ValueFault> {
    let text = text.trim();
    if text.is_empty() { Err(ValueFault::new("it is empty")) } else { Ok(text.to_owned()) }
}

fn glob(text: &str) -> Result<String, ValueFault> {
    Pattern::parse(text).map(|pattern| pattern.as_str().to_owned())
}

fn ranges(row: &mut TableRow<'_>) -> Option<Vec<Range>> {
    let site = row.text("site", filled);
    let listed = row.texts("prefixes", used_prefix).into_iter().map(|(_, prefix)| prefix);
    let prefixes: Vec<IpNet> = listed.chain(row.text("prefix", used_prefix)).collect();
    let (name, domain) = (row.text("name", filled), row.text("domain", filled));
    if !row.has("site") {
        row.refuse("the range has no `site`; say where it is in use");
    }
    if !row.has("prefix") && !row.has("prefixes") {
        row.refuse("the range has no `prefix`; write `prefix = \"10.0.0.0/8\"` or `prefixes = [...]`");
    }
    if row.is_empty("prefixes") {
        row.refuse("`prefixes` is empty; name the ranges, or remove the entry");
    }
    let site = site?;
    let range = |prefix| Range {
        site: site.clone(),
        prefix,
        name: name.clone(),
        domain: domain.clone(),
        network: None,
    };
    Some(prefixes.into_iter().map(range).collect())
}

/// Reads a routing domain. `names` has those before it, and `isolations` takes what it is isolated from.
fn domain(
    row: &mut TableRow<'_>,
    names: &mut Vec<String>,
    isolations: &mut Vec<(SettingPlace, String)>,
) -> Option<Domain> {
    let name = row.text("name", filled);
    let members = row.rows("members", selector).unwrap_or_default();
    let mut isolated = row.texts("isolated-from", filled);
    if !row.has("name") {
        row.refuse("the routing domain has no `name`");
    }
    let name = name?;
    if names.contains(&name) {
        row.refuse(format!("the routing domain `{name}` is defined twice; make one entry of them"));
    }
    if isolated.iter().any(|(_, other)| *other == name) {
        row.refuse(format!("the routing domain `{name}` is isolated from itself"));
    }
    names.push(name.clone());
    let isolated_from = isolated.iter().map(|(_, other)| other.clone()).collect();
    isolations.append(&mut isolated);
    Some(Domain { name, members, isolated_from })
}

fn allowance(row: &mut TableRow<'_>) -> Option<Allowance> {
    let pair = row.rows("between", selector);
    let one = fields(row);
    let reason = row.text("reason", filled);
    let expires = row.date("expires");
    if !row.has("reason") {
        row.refuse("the entry has no `reason`; say why the collision is accepted");
    }
    let place = row.place().line();
    let covers = if row.has("between") {
        between(pair?, &one)
    } else {
        row.has_besides(&["reason", "expires"]).then_some(Covers::Any(one)).ok_or(NOTHING)
    };
    let covers = covers.map_err(|message| row.refuse(message)).ok()?;
    Some(Allowance { covers, reason: reason?, expires, place })
}

fn between(pair: Vec<NetworkSelector>, beside: &NetworkSelector) -> Result<Covers, &'static str> {
    if *beside != NetworkSelector::default() {
        return Err("`between` cannot be combined with other keys; move them into its two tables");
    }
    <[NetworkSelector; 2]>::try_from(pair).map_err(|_| NO_PAIR).map(|[one, two]| Covers::Between(one, two))
}

/// What a selector that selects nothing is told.
pub(super) const NOTHING: &str =
    "nothing is selected; give one or more of `prefix`, `network`, `account`, `region`, `provider`, `tag`";

/// The error for an allow entry whose `between` is not two tables.
const NO_PAIR: &str =
    "`between` takes two tables, such as `between = [{ account = \"a\" }, { account = \"b\" }]`";

fn selector(row: &mut TableRow<'_>) -> Option<NetworkSelector> {
    let selector = fields(row);
    // A field that is wrong or misspelt is reported by itself.
    if !row.has_besides(&[]) {
        row.refuse(NOTHING);
        return None;
    }
    Some(selector)
}

/// Reads what selects networks, beside other fields.
pub(super) fn fields(row: &mut TableRow<'_>) -> NetworkSelector {
    let providers = [Provider::Aws, Provider::Azure, Provider::External].map(|it| (it.as_str(), it));
    NetworkSelector {
        prefix: row.text("prefix", prefix),
        network: row.text("network", glob),
        account: row.text("account", glob),
        region: row.text("region", glob),
        provider: row.text("provider", |text| rules::choice(text, &providers)),
        tag: row.text("tag", tag),
    }
}

/// Reads `KEY=GLOB`.
fn tag(text: &str) -> Result<(String, String), ValueFault> {
    let fault =
        || ValueFault::new(format!("`{text}` is not a tag; write `KEY=VALUE`, where VALUE may be a glob"));
    let (key, value) = text.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or_else(fault)?;
    let value = if value.is_empty() { String::new() } else { glob(value)? };
    Ok((key.to_owned(), value))
}

/// Writes a range as the file has it.
pub(super) fn show_range(range: &Range) -> Value {
    table([
        ("site", Some(range.site.clone())),
        ("prefix", Some(range.prefix.to_string())),
        ("name", range.name.clone()),
        ("domain", range.domain.clone()),
    ])
}

/// Writes a routing domain as the file has it.
pub(super) fn show_domain(domain: &Domain) -> Value {
    let mut shown = Table::new();
    shown.insert("name".to_owned(), domain.name.clone().into());
    shown.insert("members".to_owned(), domain.members.iter().map(show_selector).collect::<Vec<_>>().into());
    shown.insert("isolated-from".to_owned(), domain.isolated_from.clone().into());
    shown.into()
}

/// Writes an entry of the allow list as the file has it.
pub(super) fn show_allowance(entry: &Allowance) -> Value {
    let mut shown = match &entry.covers {
        Covers::Any(selector) => match show_selector(selector) {
            Value::Table(table) => table,
            _ => Table::new(),
        },
        Covers::Between(first, second) => Table::from_iter([(
            "between".to_owned(),
            vec![show_selector(first), show_selector(second)].into(),
        )]),
    };
    shown.insert("reason".to_owned(), entry.reason.clone().into());
    shown.extend(entry.expires.map(|date| ("expires".to_owned(), date.to_string().into())));
    shown.into()
}

/// Writes what selects networks as the file has it.
pub(super) fn show_selector(selector: &NetworkSelector) -> Value {
    table([
        ("prefix", selector.prefix.map(|prefix| prefix.to_string())),
        ("network", selector.network.clone()),
        ("account", selector.account.clone()),
        ("region", selector.region.clone()),
        ("provider", selector.provider.map(|provider| provider.to_string())),
        ("tag", selector.tag.as_ref().map(|(key, value)| format!("{key}={value}"))),
    ])
}

fn table<const N: usize>(fields: [(&str, Option<String>); N]) -> Value {
    let said = fields.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.into())));
    said.collect::<Table>().into()
}
