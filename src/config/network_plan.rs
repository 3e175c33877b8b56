//! The file of a network plan: a network, and its subnets over zones. `docs/network-plans.md` describes it for users.
//!
//! Everything that the rules of the cloud forbid is refused here, where the line is known.

use super::file::ConfigFile;
use super::keys::Key;
use super::origin::Sourced;
use super::problem::{ConfigError, ValueFault};
use super::reader::Reader;
use super::rules;
use super::table_row::TableRow;
use super::toml_tree::TomlTree;
use super::variables::Variables;
use crate::model::{
    Ipv6Source, NamedSubnet, NetworkSpec, Provider, SubnetRules, SubnetSpec, Zones, typed_range,
};

const fn key(name: &'static str) -> Key {
    Key { name, flag: "", variable: "" }
}

const NAME: Key = key("name");
const PROVIDER: Key = key("provider");
const ACCOUNT: Key = key("account");
const REGION: Key = key("region");
const FROM: Key = key("from");
const PREFIX: Key = key("prefix");
const SIZE: Key = key("size");
const IPV6: Key = key("ipv6");
const ZONES: Key = key("zones");
const MAX_ZONES: Key = key("max-zones");
const SUBNETS: Key = key("subnets");

/// The most zones that a plan may have. No region of any cloud has more.
const ZONES_LIMIT: usize = 16;
/// The most zones that room is kept for, unless the file says something else: regions with more are rare.
const DEFAULT_MAX_ZONES: usize = 4;

/// Reads and checks the file of a network plan.
///
/// # Errors
/// With every problem, each at its line and column.
pub fn read_network_spec(file: &ConfigFile) -> Result<NetworkSpec, ConfigError> {
    let tree = TomlTree::parse(file)?;
    let variables = Variables::default();
    let mut reader = Reader::new(Some(&tree), &variables);
    let spec = read(&mut reader);
    reader.finish()?;
    Ok(spec)
}

fn read(reader: &mut Reader<'_>) -> NetworkSpec {
    reader.require(NAME, "missing; netcensus finds the network by its name once it exists");
    reader.require(PROVIDER, "missing; write `provider = \"aws\"` or `provider = \"azure\"`");
    reader.require(SUBNETS, "missing; describe each subnet in a table `[[subnets]]`");
    reader.refuse_empty(SUBNETS, "a network needs a subnet at least");
    reader.refuse_empty(ZONES, "a network is in one zone at least");
    reader.refuse_empty(FROM, "name the pools or prefixes, or remove the key");
    let provider = provider(reader);
    let limits = SubnetRules::for_provider(provider).unwrap_or(ANY);
    let zones = zones(reader);
    let spec = NetworkSpec {
        name: reader.text(NAME, None, String::new(), name).value,
        provider,
        account: optional(reader, ACCOUNT),
        region: optional(reader, REGION),
        within: reader.list(FROM, &[], Vec::new(), filled).value,
        prefix: reader.text(PREFIX, None, None, |text| prefix(text, limits).map(Some)).value,
        size: reader
            .number_or_word(SIZE, None, None, |text| length(text, limits.network, "a network").map(Some))
            .value,
        ipv6: reader.text(IPV6, None, None, |text| ipv6(text).map(Some)).value,
        max_zones: max_zones(reader, &zones.value),
        zones: zones.value,
        subnets: subnets(reader, provider, limits),
    };
    if let (Some(prefix), true) = (spec.prefix, reader.is_given(SIZE))
        && spec.size.is_some_and(|size| size != prefix.prefix_len())
    {
        reader.refuse(SIZE, &format!("`prefix` is {prefix}; remove `size`, or give it the same length"));
    }
    spec
}

/// The rules where the cloud is not known, which is reported by itself.
const ANY: SubnetRules = SubnetRules { network: (1, 32), subnet: (1, 32), ipv6_subnet: 64, reserved: 0 };

fn provider(reader: &mut Reader<'_>) -> Provider {
    let clouds = [Provider::Aws, Provider::Azure].map(|provider| (provider.as_str(), provider));
    reader.text(PROVIDER, None, Provider::External, |text| rules::choice(text, &clouds)).value
}

fn optional(reader: &mut Reader<'_>, key: Key) -> Option<String> {
    reader.text(key, None, None, |text| filled(text).map(Some)).value
}

fn filled(text: &str) -> Result<String, ValueFault> {
    match text.trim() {
        "" => Err(ValueFault::new("it is empty")),
        text => Ok(text.to_owned()),
    }
}

/// Reads a name that a resource of a cloud can have: it becomes a key of the documents for other tools.
fn name(text: &str) -> Result<String, ValueFault> {
    let is_accepted = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    if text.is_empty() || text.len() > 80 || !text.chars().all(is_accepted) {
        return Err(ValueFault::new(format!(
            "`{text}` is not a name; accepted: up to 80 letters, digits and `-_.`"
        )));
    }
    Ok(text.to_owned())
}

fn prefix(text: &str, limits: SubnetRules) -> Result<ipnet::IpNet, ValueFault> {
    let prefix = typed_range(text).map_err(|error| ValueFault::new(error.to_string()))?;
    if prefix.addr().is_ipv6() {
        return Err(ValueFault::new(format!("{prefix} is an IPv6 prefix; write it as `ipv6`")));
    }
    let (widest, narrowest) = limits.network;
    if !(widest..=narrowest).contains(&prefix.prefix_len()) {
        return Err(ValueFault::new(format!("{prefix}: a network has /{widest} to /{narrowest}")));
    }
    Ok(prefix)
}

fn ipv6(text: &str) -> Result<Ipv6Source, ValueFault> {
    if text == "assigned" {
        return Ok(Ipv6Source::Assigned);
    }
    let example = "write a prefix such as `2001:db8:1::/56`, or `assigned` if the cloud assigns it";
    let prefix = typed_range(text).map_err(|error| ValueFault::new(format!("{error}; {example}")))?;
    if prefix.addr().is_ipv4() || prefix.prefix_len() > 64 {
        return Err(ValueFault::new(format!("{prefix} is not an IPv6 prefix of /64 or wider; {example}")));
    }
    Ok(Ipv6Source::Prefix(prefix))
}

/// Reads the size of an IPv4 prefix: its length, with or without the slash, or from 129 a number of addresses.
fn length(text: &str, (widest, narrowest): (u8, u8), what: &str) -> Result<u8, ValueFault> {
    let wrong = || {
        ValueFault::new(format!(
            "`{text}` is not the size of {what}; accepted: lengths from {widest} (the largest) to {narrowest} (the smallest), or a \
             number of addresses"
        ))
    };
    let number: u64 = text.strip_prefix('/').unwrap_or(text).parse().map_err(|_| wrong())?;
    let length = match u8::try_from(number) {
        Ok(length) if length <= 128 => length,
        _ => 32_u32
            .checked_sub(number.checked_next_power_of_two().map_or(64, u64::ilog2))
            .and_then(|length| u8::try_from(length).ok())
            .ok_or_else(wrong)?,
    };
    if (widest..=narrowest).contains(&length) { Ok(length) } else { Err(wrong()) }
}

fn count(text: &str) -> Result<usize, ValueFault> {
    let number = text.parse().ok().filter(|number| (1..=ZONES_LIMIT).contains(number));
    number.ok_or_else(|| {
        ValueFault::new(format!("`{text}` is out of range; accepted: 1 to {ZONES_LIMIT} zones"))
    })
}

fn zones(reader: &mut Reader<'_>) -> Sourced<Zones> {
    let number = |text: &str| count(text).map(Zones::Count);
    let zones = reader.number_or_list(ZONES, Zones::Unsaid, number, name, |mut names: Vec<String>| {
        names.sort();
        Zones::Named(names)
    });
    if zones.value.count() > ZONES_LIMIT {
        reader.refuse(ZONES, &format!("a network can be in {ZONES_LIMIT} zones at most"));
    }
    zones
}

fn max_zones(reader: &mut Reader<'_>, zones: &Zones) -> usize {
    let used = zones.count();
    let usual = if *zones == Zones::Unsaid { 1 } else { used.max(DEFAULT_MAX_ZONES) };
    reader
        .number_or_word(MAX_ZONES, None, usual, |text| match count(text)? {
            most if most < used => {
                Err(ValueFault::new(format!("the network is in {used} zones already; give {used} or more")))
            }
            most => Ok(most),
        })
        .value
}

fn subnets(reader: &mut Reader<'_>, provider: Provider, limits: SubnetRules) -> Vec<SubnetSpec> {
    let per_zone = provider == Provider::Aws && reader.is_given(ZONES);
    let mut seen: Vec<String> = Vec::new();
    let read = |row: &mut TableRow<'_>| {
        let spec = subnet(row, provider, limits, per_zone)?;
        // Azure compares names without case, and two names that differ in nothing else confuse everywhere.
        let folded = spec.name.to_lowercase();
        if seen.contains(&folded) {
            row.refuse(format!("the subnet `{}` is there twice", spec.name));
        }
        seen.push(folded);
        Some(spec)
    };
    let mut subnets = reader.rows(SUBNETS, read).value;
    subnets.sort_by(|one, other| one.name.cmp(&other.name));
    subnets
}

fn subnet(
    row: &mut TableRow<'_>,
    provider: Provider,
    limits: SubnetRules,
    per_zone: bool,
) -> Option<SubnetSpec> {
    let name = row.text("name", name);
    if !row.has("name") {
        row.refuse("the subnet has no `name`");
    }
    let named = name.as_deref().filter(|_| provider == Provider::Azure).and_then(NamedSubnet::find);
    let usual = named.map(|named| named.recommended);
    let size = sized(row, ["size", "hosts"], limits).or(usual);
    let max_size = sized(row, ["max-size", "max-hosts"], limits).or(size);
    let spread = row.switch("spread");
    if usual.is_none() && !row.has("size") && !row.has("hosts") {
        row.refuse("the subnet has neither `size` nor `hosts`; write `size = 24` or `hosts = 200`");
    }
    let (name, size, max_size) = (name?, size?, max_size?);
    if max_size > size {
        row.refuse(format!("it may grow to /{max_size}, which is smaller than its /{size}"));
    }
    if let Some(named) = named {
        refuse_named(row, &name, size, spread, named);
    }
    let per_zone = spread.unwrap_or(per_zone && named.is_none());
    Some(SubnetSpec { name, size, max_size: max_size.min(size), per_zone, place: row.place().line() })
}

/// Reads a size by one of two keys: the length of a prefix, or how many machines have an address in it.
fn sized(
    row: &mut TableRow<'_>,
    [by_length, by_hosts]: [&'static str; 2],
    limits: SubnetRules,
) -> Option<u8> {
    if row.has(by_length) && row.has(by_hosts) {
        row.refuse(format!("`{by_length}` and `{by_hosts}` exclude each other; remove one of them"));
    }
    let size = row.number(by_length, |text| length(text, limits.subnet, "a subnet"));
    let hosts = row.number(by_hosts, |text| {
        let hosts = text.parse().ok().filter(|hosts| *hosts > 0);
        let length = hosts.and_then(|hosts| limits.length_for_hosts(hosts));
        let most = (1_u64 << (32 - limits.subnet.0)) - limits.reserved;
        length.ok_or_else(|| {
            ValueFault::new(format!("`{text}` is out of range; a subnet has 1 to {most} addresses"))
        })
    });
    size.or(hosts)
}

fn refuse_named(row: &mut TableRow<'_>, name: &str, size: u8, spread: Option<bool>, named: &NamedSubnet) {
    let NamedSubnet { name: exact, narrowest, source, .. } = named;
    if name != *exact {
        row.refuse(format!("Azure recognises `{exact}` only in this spelling"));
    }
    if size > *narrowest {
        row.refuse(format!("{exact} needs /{narrowest} or wider, not /{size} ({source})"));
    }
    if spread == Some(true) {
        row.refuse(format!("{exact} is one subnet for all zones; remove `spread`"));
    }
}
