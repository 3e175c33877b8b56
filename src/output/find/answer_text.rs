//! How answers, matches and the other ends of links read, the same in every format; nothing here drives a terminal.

use ipnet::IpNet;
use jiff::Timestamp;

use crate::analysis::find::{FarEnd, FindAnswer, FindMatch, FindStatus, MatchKind, MatchRelation, ThingKind};
use crate::analysis::value::Value;
use crate::model::{InterfaceKind, PlannedKind, Provider, Tags};
use crate::output::cell_text;
use crate::wording::{counted, counted_as};

/// The most prefixes of one thing that are named.
const MAX_PREFIXES: usize = 3;
/// The most tags of one thing that are named.
const MAX_TAGS: usize = 5;
/// Tags that clouds and tools set, and that say nothing to people.
const NOISE: [&str; 5] = ["aws:", "kubernetes.io/", "k8s.io/", "hidden-", "eks:"];
/// Tags that people look for, first. Parts of keys, in lower case.
const IMPORTANT: [&str; 9] = ["owner", "team", "env", "stage", "service", "app", "project", "role", "cost"];

/// Returns the answer in a few words, such as `found in 2 places`.
pub(crate) fn status(answer: &FindAnswer<'_>) -> String {
    match answer.status {
        FindStatus::Found => found(answer),
        FindStatus::Taken => "taken".to_owned(),
        FindStatus::PartlyTaken => "partly taken".to_owned(),
        FindStatus::Free => "free".to_owned(),
        FindStatus::Unassigned => "unassigned: it lies in a network, and no interface has it".to_owned(),
        FindStatus::NotFound => "not found".to_owned(),
        FindStatus::Unknown if answer.matches.is_empty() => {
            "unknown: nothing was found, but not everything was read".to_owned()
        }
        FindStatus::Unknown => {
            "unknown: it lies in a network, and no interface that could be read has it".to_owned()
        }
    }
}

/// Says in how many places a thing is. An address may be free in one network and in use in another one.
fn found(answer: &FindAnswer<'_>) -> String {
    let number = answer.matches.len();
    if !matches!(answer.kind, ThingKind::Address | ThingKind::Mac) {
        return format!("found, {}", counted_as(number, "match", "matches"));
    }
    let is_unassigned = |found: &&FindMatch<'_>| found.relation == MatchRelation::Unassigned;
    let unassigned = answer.matches.iter().filter(is_unassigned).count();
    let places = match number - unassigned {
        1 => "found".to_owned(),
        places => format!("found in {places} places"),
    };
    match unassigned {
        0 => places,
        // An interface that was not read may have it there.
        networks if !answer.complete => {
            format!("{places}, unknown in {}", counted(networks, "other network"))
        }
        networks => format!("{places}, unassigned in {}", counted(networks, "other network")),
    }
}

/// Says how a match has an address, where that is not plain.
pub(crate) fn relation(found: &FindMatch<'_>) -> Option<String> {
    Some(match found.relation {
        MatchRelation::PublicAddress => "public address".to_owned(),
        MatchRelation::CarrierAddress => "carrier address (AWS Wavelength)".to_owned(),
        MatchRelation::CustomerOwnedAddress => "customer-owned address (AWS Outposts)".to_owned(),
        MatchRelation::DelegatedPrefix => {
            format!("in {}, which is delegated to the interface", found.prefix?)
        }
        MatchRelation::Reserved => format!("reserved for {}", found.reserved_for?),
        MatchRelation::Unassigned if found.subnet.is_some() => "no known interface has it".to_owned(),
        MatchRelation::Unassigned => "in no known subnet of the network".to_owned(),
        MatchRelation::AttachedTo => "attached to what has this id".to_owned(),
        _ => return None,
    })
}

/// Returns the word of a relation to a prefix.
pub(crate) const fn short_relation(relation: MatchRelation) -> &'static str {
    match relation {
        MatchRelation::Contains => "contains it",
        MatchRelation::Equal => "equal",
        MatchRelation::Inside => "inside",
        other => other.as_str(),
    }
}

/// Returns a text that came from outside, on one line and printable; ids of Azure cut to group and name.
pub(crate) fn short(text: &str) -> String {
    cell_text::format_short(&Value::Text(text.to_owned()))
}

/// Returns the owner of a match: the cloud, and the account with its name.
pub(crate) fn owner(found: &FindMatch<'_>) -> String {
    let account = account(found.account_name.as_deref(), found.account.as_deref());
    [found.provider.map(|provider| provider.as_str().to_owned()), account]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Returns an account by its name and id.
pub(crate) fn account(name: Option<&str>, id: Option<&str>) -> Option<String> {
    match (name, id) {
        (Some(name), Some(id)) => Some(format!("{} ({})", short(name), short(id))),
        (Some(only), None) | (None, Some(only)) => Some(short(only)),
        (None, None) => None,
    }
}

/// Returns the first prefixes, and how many more there are.
pub(crate) fn prefixes(prefixes: &[IpNet]) -> Option<String> {
    let mut shown: Vec<String> = prefixes.iter().take(MAX_PREFIXES).map(ToString::to_string).collect();
    if prefixes.len() > MAX_PREFIXES {
        shown.push(format!("+{} more", prefixes.len() - MAX_PREFIXES));
    }
    (!shown.is_empty()).then(|| shown.join(", "))
}

/// Returns the tags that matter to people: not the name, and not what clouds and tools set.
pub(crate) fn tags(tags: &Tags, all: bool) -> Option<String> {
    let is_noise = |key: &str| key == "Name" || NOISE.iter().any(|noise| key.starts_with(noise));
    let mut shown: Vec<(&String, &String)> = tags.iter().filter(|(key, _)| all || !is_noise(key)).collect();
    let rank = |key: &str| {
        let key = key.to_lowercase();
        IMPORTANT.iter().position(|part| key.contains(part)).unwrap_or(IMPORTANT.len())
    };
    shown.sort_by_key(|(key, _)| (rank(key), *key));
    let left = shown.len().saturating_sub(MAX_TAGS);
    if !all {
        shown.truncate(MAX_TAGS);
    }
    let mut words: Vec<String> =
        shown.into_iter().map(|(key, value)| short(&format!("{key}={value}"))).collect();
    if left > 0 && !all {
        words.push(format!("+{left} more"));
    }
    (!words.is_empty()).then(|| words.join("  "))
}

/// Returns the name of the other end of a link, with its id, or what is known.
pub(crate) fn far_name(far: &FarEnd<'_>) -> String {
    match (far.name, far.id) {
        (Some(name), Some(id)) => format!("{} ({})", short(name), short(id)),
        (None, Some(id)) => short(id),
        (_, None) => "an unknown network".to_owned(),
    }
}

/// Returns the owner and region of the other end of a link, as far as known.
pub(crate) fn far_place(far: &FarEnd<'_>) -> Option<String> {
    let account = far.account_name.or(far.account).map(short);
    let words: Vec<String> = account.into_iter().chain(far.region.map(str::to_owned)).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// Returns the names of some members of a hub, and how many more there are.
pub(crate) fn member_names<'f>(ends: impl Iterator<Item = &'f FarEnd<'f>>, most: usize) -> Option<String> {
    let mut names: Vec<String> =
        ends.map(|far| far.name.or(far.id).map_or_else(|| "unknown".to_owned(), short)).collect();
    names.sort();
    names.dedup();
    let left = names.len().saturating_sub(most);
    names.truncate(most);
    if left > 0 {
        names.push(format!("+{left} more"));
    }
    (!names.is_empty()).then(|| names.join(", "))
}

/// Returns the name of a match; of an interface that of its machine.
pub(crate) fn name(found: &FindMatch<'_>) -> Option<String> {
    let name = match found.what {
        MatchKind::Instance => found.instance.as_ref().and_then(|it| it.name.clone()),
        MatchKind::Interface => found.instance.as_ref().and_then(|it| it.name.clone()),
        MatchKind::Subnet => found.subnet.and_then(|it| it.name.clone()),
        MatchKind::Network => found.network.and_then(|it| it.name.clone()),
        MatchKind::Range => found.range.and_then(|it| it.name.clone()),
        MatchKind::Planned => found.planned.and_then(|it| it.name.clone()),
        MatchKind::Reservation => found.reservation.map(|it| it.name.clone()),
        MatchKind::Account => found.account_name.clone(),
        MatchKind::Hub | MatchKind::FarNetwork => {
            found.ends.first().and_then(|it| it.name).map(str::to_owned)
        }
        MatchKind::Link => None,
    };
    name.filter(|name| !name.is_empty())
}

/// Returns the id of a match.
pub(crate) fn id(found: &FindMatch<'_>) -> Option<String> {
    match found.what {
        MatchKind::Instance => found.instance.as_ref().map(|it| it.id.clone()),
        MatchKind::Interface => found.interface.as_ref().map(|it| it.id.clone()),
        MatchKind::Subnet => found.subnet.map(|it| it.id.clone()),
        MatchKind::Network => found.network.map(|it| it.id.clone()),
        MatchKind::Link => found.link.map(|it| it.id.clone()),
        MatchKind::Hub | MatchKind::FarNetwork => found.ends.first().and_then(|it| it.id).map(str::to_owned),
        MatchKind::Account => found.account.clone(),
        MatchKind::Range => found.range.map(|it| it.prefix.to_string()),
        MatchKind::Planned => found.planned.map(|it| it.address.clone()),
        MatchKind::Reservation => None,
    }
}

/// Returns the state of a match in the cloud's own word.
pub(crate) fn state<'m>(found: &'m FindMatch<'_>) -> Option<&'m str> {
    match found.what {
        MatchKind::Instance => found.instance.as_ref()?.state.as_deref(),
        MatchKind::Interface => found.interface.as_ref()?.state.as_deref(),
        MatchKind::Subnet => found.subnet?.state.as_deref(),
        MatchKind::Network => found.network?.state.as_deref(),
        MatchKind::Link => found.link?.state.as_deref(),
        _ => None,
    }
}

/// Says what an interface serves, where that is not a machine that is known.
pub(crate) fn serves(kind: Option<InterfaceKind>) -> Option<&'static str> {
    kind.filter(|kind| *kind != InterfaceKind::Instance).map(InterfaceKind::as_str)
}

/// Writes a time to the minute, in UTC.
pub(crate) fn moment(time: Timestamp) -> String {
    time.strftime("%Y-%m-%d %H:%MZ").to_string()
}

/// Returns what a planned prefix is of.
pub(crate) const fn planned_kind(kind: PlannedKind) -> &'static str {
    match kind {
        PlannedKind::Network => "network",
        PlannedKind::Subnet => "subnet",
        PlannedKind::Remote => "remote network",
    }
}

/// Returns the site of a range; other matches have an account.
pub(crate) fn site<'m>(found: &'m FindMatch<'_>) -> Option<&'m str> {
    found.account.as_deref().filter(|_| found.provider == Some(Provider::External))
}
