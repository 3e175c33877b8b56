//! How people write a range: a prefix, an address with a mask, or a first and a last address.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

use super::fields::{Cell, Field, Row};
use crate::model::{PrefixError, parse_prefix};

/// What a text of a cell is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A range of addresses, as the prefixes that it is; host bits are kept.
    Prefixes(Vec<IpNet>),
    /// An address alone.
    Address(IpAddr),
    /// A length, such as `/16` or `16`.
    Length(u8),
    /// Meant to be a range, with a clause on what is wrong.
    Wrong(String),
    /// Something else, such as a name.
    Other,
}

impl Written {
    /// Looks at `text`.
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        if let Some((first, last)) = range_of(text) {
            return between(first, last, text);
        }
        match parse_prefix(text) {
            Ok(prefix) => usable(prefix, text),
            Err(PrefixError::Address(address, _)) => Self::Address(address),
            Err(error @ PrefixError::LeadingZeros { .. }) => Self::Wrong(error.to_string()),
            Err(_) => Self::masked(text),
        }
    }

    /// Looks for an address with a mask, in one cell, or for a length.
    fn masked(text: &str) -> Self {
        let parts = text.split_once('/').or_else(|| text.split_once(char::is_whitespace));
        if let Some((address, mask)) = parts.map(|(address, mask)| (address.trim(), mask.trim())) {
            match (address.parse::<IpAddr>(), length_of(mask)) {
                (Ok(address), Some(length)) => return joined(address, length, text),
                (Ok(_), None) => return Self::Wrong(no_prefix(text)),
                _ => {}
            }
        }
        // A name may have any of these, but not all, and nothing else.
        let is_of_numbers = text.bytes().all(|byte| byte.is_ascii_hexdigit() || b".:/".contains(&byte));
        if is_of_numbers
            && text.contains('/')
            && text.contains(['.', ':'])
            && text.starts_with(|c: char| c.is_ascii_digit())
        {
            return Self::Wrong(no_prefix(text));
        }
        let digits = text.strip_prefix('/').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match digits.parse() {
            Ok(length) if is_number && length <= 128 => Self::Length(length),
            _ => Self::Other,
        }
    }
}

/// Takes the first and the last address of `10.0.0.0-10.0.3.255` apart; the dash may be a long one.
fn range_of(text: &str) -> Option<(IpAddr, IpAddr)> {
    let (first, last) = text.split_once(['-', '\u{2013}', '\u{2014}'])?;
    Some((first.trim().parse().ok()?, last.trim().parse().ok()?))
}

/// Makes the prefixes from `first` to `last`.
fn between(first: IpAddr, last: IpAddr, text: &str) -> Written {
    let prefixes: Vec<IpNet> = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
            Ipv4Subnets::new(first, last, 0).map(IpNet::V4).collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
            Ipv6Subnets::new(first, last, 0).map(IpNet::V6).collect()
        }
        _ => {
            return Written::Wrong(format!(
                "`{text}` is not a range; write the first address, then the last"
            ));
        }
    };
    match prefixes.first() {
        Some(one) if prefixes.len() == 1 => usable(*one, text),
        _ => Written::Prefixes(prefixes),
    }
}

/// Returns the length that a text of a mask means: `16`, `/16` or `255.255.0.0`.
fn length_of(text: &str) -> Option<u8> {
    if let Ok(mask) = text.parse::<Ipv4Addr>() {
        return ipnet::ipv4_mask_to_prefix(mask).ok();
    }
    let digits = text.strip_prefix('/').unwrap_or(text);
    let is_number =
        digits.bytes().all(|byte| byte.is_ascii_digit()) && (digits == "0" || !digits.starts_with('0'));
    digits.parse().ok().filter(|_| is_number)
}

fn joined(address: IpAddr, length: u8, text: &str) -> Written {
    match IpNet::new(address, length) {
        Ok(prefix) => usable(prefix, text),
        Err(_) => Written::Wrong(no_prefix(text)),
    }
}

fn no_prefix(text: &str) -> String {
    format!("`{text}` is not a prefix; write one such as `10.0.0.0/8`")
}

fn usable(prefix: IpNet, text: &str) -> Written {
    match prefix {
        _ if prefix.prefix_len() == 0 => {
            Written::Wrong(format!("`{text}` covers every address; name the ranges in use"))
        }
        IpNet::V6(v6) if v6.addr().to_ipv4_mapped().is_some() => {
            Written::Wrong(format!("`{text}` is IPv4 written as IPv6; write the IPv4 prefix"))
        }
        _ => Written::Prefixes(vec![prefix]),
    }
}

/// What is wrong with a row, and whether its columns may have been misread.
pub struct Unusable {
    /// What is wrong.
    pub what: String,
    /// See [`super::fields::BadRow::misread`].
    pub misread: bool,
}

impl From<String> for Unusable {
    fn from(what: String) -> Self {
        Self { what, misread: false }
    }
}

/// The cells of a row that may tell its prefixes, sorted by what they are.
#[derive(Default)]
struct Sorted<'r> {
    ranges: Vec<(&'r Cell, Vec<IpNet>)>,
    addresses: Vec<(&'r Cell, IpAddr)>,
    lengths: Vec<(&'r Cell, u8)>,
    names: Vec<&'r Cell>,
    wrong: Option<String>,
}

impl<'r> Sorted<'r> {
    fn new(row: &'r Row) -> Self {
        let mut sorted = Self::default();
        for cell in row.all(Field::Prefix).chain(row.all(Field::Address)) {
            match Written::new(&cell.text) {
                Written::Prefixes(prefixes) => sorted.ranges.push((cell, prefixes)),
                Written::Address(address) => sorted.addresses.push((cell, address)),
                Written::Length(length) => sorted.lengths.push((cell, length)),
                Written::Wrong(what) => drop(sorted.wrong.get_or_insert(what)),
                Written::Other if cell.column.field() == Field::Prefix => sorted.names.push(cell),
                Written::Other => {}
            }
        }
        for cell in row.all(Field::Mask) {
            if let Some(length) = length_of(&cell.text) {
                sorted.lengths.push((cell, length));
            } else {
                let what =
                    format!("`{}` in the column `{}` is neither a mask nor a length", cell.text, cell.header);
                sorted.wrong.get_or_insert(what);
            }
        }
        sorted.take_mask();
        sorted
    }

    /// Takes one of two addresses for the mask of the other, as where a column `CIDR` has `255.255.0.0`.
    fn take_mask(&mut self) {
        let mask = |(_, address): &(&Cell, IpAddr)| match address {
            IpAddr::V4(mask) if mask.octets()[0] == 255 => ipnet::ipv4_mask_to_prefix(*mask).ok(),
            _ => None,
        };
        let position = self.addresses.iter().position(|address| mask(address).is_some());
        if let (2, Some(at), true) = (self.addresses.len(), position, self.lengths.is_empty())
            && let Some(length) = mask(&self.addresses[at])
        {
            let (cell, _) = self.addresses.remove(at);
            self.lengths.push((cell, length));
        }
    }
}

/// Returns the prefixes of a row, with host bits as written, and the text of a column that was taken for a name.
pub fn prefixes_of(row: &Row) -> Result<(Vec<IpNet>, Option<String>), Unusable> {
    let read = read(row).and_then(|(prefixes, name)| check_rest(row, &prefixes).map(|()| (prefixes, name)));
    read.map_err(|unusable| {
        let is_range = |text: &str| matches!(Written::new(text), Written::Prefixes(_));
        match row.others().find(|(_, text)| is_range(text)) {
            Some((header, text)) if !unusable.misread => Unusable {
                what: format!(
                    "{}; the column `{header}` has `{text}`: rename it `prefix`, and the column that was read \
                     something else",
                    unusable.what
                ),
                misread: true,
            },
            _ => unusable,
        }
    })
}

fn read(row: &Row) -> Result<(Vec<IpNet>, Option<String>), Unusable> {
    let sorted = Sorted::new(row);
    if let Some(what) = sorted.wrong {
        return Err(what.into());
    }
    let name = sorted.names.first().map(|cell| cell.text.clone());
    if let Some((first, prefixes)) = sorted.ranges.first() {
        check_others(&sorted, first, prefixes)?;
        return Ok((prefixes.clone(), name));
    }
    match (sorted.addresses.as_slice(), sorted.lengths.as_slice()) {
        ([(one, address)], [(other, length)]) => {
            let text = format!("{}/{}", one.text, other.text.trim_start_matches('/'));
            prefixes(joined(*address, *length, &text))
                .map(|prefixes| (prefixes, name))
                .map_err(Unusable::from)
        }
        ([], _) => match (row.get(Field::Start), row.get(Field::End), name) {
            (Some(first), Some(last), name) => {
                let text = format!("{first}-{last}");
                prefixes(Written::new(&text)).map(|prefixes| (prefixes, name)).map_err(Unusable::from)
            }
            (_, _, Some(text)) => Err(no_prefix(&text).into()),
            (_, _, None) => Err("there is no prefix".to_owned().into()),
        },
        ([(cell, address)], []) => {
            let (text, host) = (&cell.text, IpNet::from(*address));
            Err(format!("`{text}` is an address without a prefix length; write `{host}` if it is meant")
                .into())
        }
        ([(one, _), (other, _), ..], _) | ([(one, _)], [_, (other, _), ..]) => {
            Err(ambiguous(one, other, "parts of a prefix"))
        }
    }
}

/// Refuses a row whose columns tell different prefixes: either may be the one in use.
fn check_others(sorted: &Sorted<'_>, first: &Cell, prefixes: &[IpNet]) -> Result<(), Unusable> {
    if let Some((other, _)) = sorted.ranges.iter().find(|(_, others)| others != prefixes) {
        return Err(ambiguous(first, other, "prefixes"));
    }
    let fits = |address: &IpAddr| prefixes.iter().any(|prefix| prefix.trunc().contains(address));
    if let Some((other, _)) = sorted.addresses.iter().find(|(_, address)| !fits(address)) {
        return Err(ambiguous(first, other, "prefixes"));
    }
    let differs = |length: u8| !matches!(prefixes, [one] if one.prefix_len() == length);
    match sorted.lengths.iter().find(|(cell, length)| cell.column.field() == Field::Mask && differs(*length))
    {
        Some((other, _)) => Err(ambiguous(first, other, "lengths")),
        None => Ok(()),
    }
}

fn ambiguous(one: &Cell, other: &Cell, what: &str) -> Unusable {
    two(one, (&other.header, &other.text), what)
}

fn two(one: &Cell, (header, text): (&str, &str), what: &str) -> Unusable {
    let what = format!(
        "it has two {what}, `{}` and `{text}`, in the columns `{}` and `{header}`; rename the column that does not \
         count, for example to `parent`, or give each its own row if both do",
        one.text, one.header
    );
    Unusable { what, misread: true }
}

/// Words in the names of columns whose prefix is around that of the row, or is of the network that leads to it.
const AROUND: [&str; 12] = [
    "parent",
    "supernet",
    "superset",
    "aggregate",
    "summary",
    "container",
    "network",
    "master",
    "root",
    "gateway",
    "router",
    "dns",
];
/// Words in the names of columns that have more of what the row is about, whatever else they are called.
const MORE: [&str; 7] = ["secondary", "second", "additional", "extra", "other", "more", "alternat"];

/// Tells whether a column says where the prefix of its row belongs.
fn is_around(header: &str) -> bool {
    let header = header.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| header.contains(word));
    has(&AROUND) && !has(&MORE)
}

/// Refuses a row that has, in a column that does not count, a prefix or addresses that its own prefixes lack: it may well
/// be in use.
fn check_rest(row: &Row, prefixes: &[IpNet]) -> Result<(), Unusable> {
    let own = [Field::Prefix, Field::Address, Field::Start].into_iter().flat_map(|field| row.all(field));
    let Some(own) = own.into_iter().find(|cell| Written::new(&cell.text) != Written::Other) else {
        return Ok(());
    };
    let holds = |net: &IpNet| prefixes.iter().any(|prefix| prefix.trunc().contains(&net.trunc()));
    for (header, text) in row.unknown().filter(|(header, _)| !is_around(header)) {
        if !several(text).iter().all(holds) {
            return Err(two(own, (header, text), "prefixes"));
        }
    }
    for cell in row.all(Field::Start).chain(row.all(Field::End)) {
        if cell.text.parse::<IpAddr>().is_ok_and(|address| !holds(&IpNet::from(address))) {
            return Err(ambiguous(own, cell, "ranges"));
        }
    }
    Ok(())
}

/// Returns the prefixes of a cell that has one or several and nothing else.
fn several(text: &str) -> Vec<IpNet> {
    if let Written::Prefixes(prefixes) = Written::new(text) {
        return prefixes;
    }
    let parts = text.split(|c: char| c.is_whitespace() || ",;|".contains(c)).filter(|part| !part.is_empty());
    let one = |part| match Written::new(part) {
        Written::Prefixes(prefixes) => Some(prefixes),
        _ => None,
    };
    parts.map(one).collect::<Option<Vec<_>>>().unwrap_or_default().concat()
}

/// Returns the prefixes of what must be some.
fn prefixes(written: Written) -> Result<Vec<IpNet>, String> {
    match written {
        Written::Prefixes(prefixes) => Ok(prefixes),
        Written::Wrong(what) => Err(what),
        Written::Address(_) | Written::Length(_) | Written::Other => {
            Err("the first and the last address of the range are not addresses".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match Written::new(text) {
            Written::Prefixes(prefixes) => {
                prefixes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            Written::Wrong(what) => what,
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn ranges_are_read_as_people_write_them() {
        for (text, read_as) in [
            ("10.0.0.0/8", "10.0.0.0/8"),
            ("10.0.0.0/255.255.0.0", "10.0.0.0/16"),
            ("10.0.0.0 255.255.0.0", "10.0.0.0/16"),
            ("10.0.0.0 / 16", "10.0.0.0/16"),
            ("10.0.0.0-10.0.3.255", "10.0.0.0/22"),
            ("10.0.0.0 - 10.0.2.255", "10.0.0.0/23 10.0.2.0/24"),
            ("10.0.0.5\u{2013}10.0.0.5", "10.0.0.5/32"),
            ("2001:db8::-2001:db8::ffff", "2001:db8::/112"),
        ] {
            assert_eq!(read(text), read_as, "{text}");
        }
    }

    #[test]
    fn what_is_no_range_is_told_from_what_was_meant_to_be_one() {
        for (text, word) in [
            ("10.0.3.0-10.0.0.0", "is not a range"),
            ("10.0.0.0-2001:db8::", "is not a range"),
            ("0.0.0.0-255.255.255.255", "covers every address"),
            ("10.0.0.0/255.0.255.0", "is not a prefix"),
            ("10.0.0.0/33", "is not a prefix"),
            ("10.0.0.0/0.0.255.255", "is not a prefix"),
            ("010.0.0.0/8", "octal"),
        ] {
            assert!(read(text).contains(word), "{text}: {}", read(text));
        }
        assert_eq!(Written::new("core-lyon"), Written::Other);
        assert_eq!(Written::new("site-1 - hall 2"), Written::Other);
        assert_eq!(Written::new("/16"), Written::Length(16));
        assert_eq!(Written::new("10.0.0.7"), Written::Address("10.0.0.7".parse().unwrap()));
    }
}
