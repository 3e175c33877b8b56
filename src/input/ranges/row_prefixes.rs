//! The prefixes of a row: from a prefix, an address with a mask, or a first and a last address.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Subnets, Ipv6Subnets};

use super::row::{Cell, RangeField, Row};
use crate::diagnostic::Diagnostic;
use crate::model::{PrefixError, check_range, parse_prefix};

/// What is wrong with a row in which no column may have a prefix.
const NO_PREFIX: &str = "there is no prefix";

/// What the text of a cell means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellValue {
    /// A range of addresses, as the prefixes that it is; host bits are kept.
    Prefixes(Vec<IpNet>),
    /// An address alone.
    Address(IpAddr),
    /// A length, such as `/16` or `16`.
    Length(u8),
    /// Meant to be a range, with what is wrong.
    Wrong(Diagnostic),
    /// Something else, such as a name.
    Other,
}

impl CellValue {
    /// Parses `text`, which never fails: what is not understood is [`Self::Other`].
    pub fn new(text: &str) -> Self {
        let text = text.trim();
        if let Some((first, last)) = range_of(text) {
            return range_to_prefixes(first, last, text);
        }
        match parse_prefix(text) {
            Ok(prefix) => check_prefix(prefix),
            Err(PrefixError::Address(address, _)) => Self::Address(address),
            Err(error @ PrefixError::LeadingZeros { .. }) => Self::Wrong(error.to_string().into()),
            Err(_) => Self::masked(text),
        }
    }

    /// Looks for an address with a mask, in one cell, or for a length.
    fn masked(text: &str) -> Self {
        let parts = text.split_once('/').or_else(|| text.split_once(char::is_whitespace));
        if let Some((address, mask)) = parts.map(|(address, mask)| (address.trim(), mask.trim())) {
            match (address.parse::<IpAddr>(), length_of(mask)) {
                (Ok(address), Some(length)) => return with_length(address, length, text),
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
fn range_to_prefixes(first: IpAddr, last: IpAddr, text: &str) -> CellValue {
    let prefixes: Vec<IpNet> = match (first, last) {
        (IpAddr::V4(first), IpAddr::V4(last)) if first <= last => {
            Ipv4Subnets::new(first, last, 0).map(IpNet::V4).collect()
        }
        (IpAddr::V6(first), IpAddr::V6(last)) if first <= last => {
            Ipv6Subnets::new(first, last, 0).map(IpNet::V6).collect()
        }
        _ => {
            let what = format!("`{text}` is not a range");
            return CellValue::Wrong(Diagnostic::new(what).remedy("write the first address, then the last"));
        }
    };
    match prefixes.first() {
        Some(one) if prefixes.len() == 1 => check_prefix(*one),
        _ => CellValue::Prefixes(prefixes),
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

fn with_length(address: IpAddr, length: u8, text: &str) -> CellValue {
    match IpNet::new(address, length) {
        Ok(prefix) => check_prefix(prefix),
        Err(_) => CellValue::Wrong(no_prefix(text)),
    }
}

fn no_prefix(text: &str) -> Diagnostic {
    let error = parse_prefix(text).err().unwrap_or_else(|| PrefixError::Other(text.to_owned()));
    error.to_string().into()
}

fn check_prefix(prefix: IpNet) -> CellValue {
    match check_range(prefix) {
        Ok(prefix) => CellValue::Prefixes(vec![prefix]),
        Err(error) => CellValue::Wrong(error.to_string().into()),
    }
}

/// What is wrong with a row, and whether its columns may have been misread.
pub struct RowProblem {
    /// What is wrong, and what to do.
    pub what: Diagnostic,
    /// See [`super::row::BadRow::misread`].
    pub misread: bool,
}

impl From<Diagnostic> for RowProblem {
    fn from(what: Diagnostic) -> Self {
        Self { what, misread: false }
    }
}

/// The cells of a row that may tell its prefixes, sorted by what they are.
#[derive(Default)]
struct SortedCells<'r> {
    ranges: Vec<(&'r Cell, Vec<IpNet>)>,
    addresses: Vec<(&'r Cell, IpAddr)>,
    lengths: Vec<(&'r Cell, u8)>,
    names: Vec<&'r Cell>,
    wrong: Option<Diagnostic>,
}

impl<'r> SortedCells<'r> {
    fn new(row: &'r Row) -> Self {
        let mut sorted = Self::default();
        for cell in row.all(RangeField::Prefix).chain(row.all(RangeField::Address)) {
            match CellValue::new(&cell.text) {
                CellValue::Prefixes(prefixes) => sorted.ranges.push((cell, prefixes)),
                CellValue::Address(address) => sorted.addresses.push((cell, address)),
                CellValue::Length(length) => sorted.lengths.push((cell, length)),
                CellValue::Wrong(what) => drop(sorted.wrong.get_or_insert(what)),
                CellValue::Other if cell.column.field() == RangeField::Prefix => sorted.names.push(cell),
                CellValue::Other => {}
            }
        }
        for cell in row.all(RangeField::Mask) {
            if let Some(length) = length_of(&cell.text) {
                sorted.lengths.push((cell, length));
            } else {
                let what =
                    format!("`{}` in the column `{}` is neither a mask nor a length", cell.text, cell.header);
                sorted.wrong.get_or_insert(what.into());
            }
        }
        sorted.reassign_mask();
        sorted
    }

    /// Takes one of two addresses for the mask of the other, as where a column `CIDR` has `255.255.0.0`.
    fn reassign_mask(&mut self) {
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
pub fn row_prefixes(row: &Row) -> Result<(Vec<IpNet>, Option<String>), RowProblem> {
    let read =
        read_prefixes(row).and_then(|(prefixes, name)| check_rest(row, &prefixes).map(|()| (prefixes, name)));
    read.map_err(|unusable| {
        let is_range = |text: &str| matches!(CellValue::new(text), CellValue::Prefixes(_));
        match row.others().find(|(_, text)| is_range(text)) {
            Some((header, text)) if unusable.what.message == NO_PREFIX => {
                let remedy = format!("rename `{header}` to `prefix`, since it has `{text}`");
                RowProblem { what: unusable.what.remedy(remedy), misread: true }
            }
            // What to do about the cell that was read is of no use: it is the wrong cell.
            Some((header, text)) if !unusable.misread => RowProblem {
                what: Diagnostic::new(unusable.what.message)
                    .with_cause(format!("the column `{header}` has `{text}`"))
                    .remedy(format!(
                        "rename `{header}` to `prefix`, and the column that was read to something else"
                    )),
                misread: true,
            },
            _ => unusable,
        }
    })
}

fn read_prefixes(row: &Row) -> Result<(Vec<IpNet>, Option<String>), RowProblem> {
    let sorted = SortedCells::new(row);
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
            prefixes(with_length(*address, *length, &text))
                .map(|prefixes| (prefixes, name))
                .map_err(RowProblem::from)
        }
        ([], _) => match (row.get(RangeField::Start), row.get(RangeField::End), name) {
            (Some(first), Some(last), name) => {
                let text = format!("{first}-{last}");
                prefixes(CellValue::new(&text)).map(|prefixes| (prefixes, name)).map_err(RowProblem::from)
            }
            (_, _, Some(text)) => Err(no_prefix(&text).into()),
            (_, _, None) => Err(Diagnostic::new(NO_PREFIX).into()),
        },
        ([(cell, address)], []) => {
            let (text, host) = (&cell.text, IpNet::from(*address));
            Err(Diagnostic::new(format!("`{text}` is an address without a prefix length"))
                .remedy(format!("write `{host}` if it is meant"))
                .into())
        }
        ([(one, _), (other, _), ..], _) | ([(one, _)], [_, (other, _), ..]) => {
            Err(ambiguous(one, other, "parts of a prefix"))
        }
    }
}

/// Refuses a row whose columns tell different prefixes: either may be the one in use.
fn check_others(sorted: &SortedCells<'_>, first: &Cell, prefixes: &[IpNet]) -> Result<(), RowProblem> {
    if let Some((other, _)) = sorted.ranges.iter().find(|(_, others)| others != prefixes) {
        return Err(ambiguous(first, other, "prefixes"));
    }
    let fits = |address: &IpAddr| prefixes.iter().any(|prefix| prefix.trunc().contains(address));
    if let Some((other, _)) = sorted.addresses.iter().find(|(_, address)| !fits(address)) {
        return Err(ambiguous(first, other, "prefixes"));
    }
    let differs = |length: u8| !matches!(prefixes, [one] if one.prefix_len() == length);
    match sorted
        .lengths
        .iter()
        .find(|(cell, length)| cell.column.field() == RangeField::Mask && differs(*length))
    {
        Some((other, _)) => Err(ambiguous(first, other, "lengths")),
        None => Ok(()),
    }
}

fn ambiguous(one: &Cell, other: &Cell, what: &str) -> RowProblem {
    ambiguous_texts(one, (&other.header, &other.text), what)
}

fn ambiguous_texts(one: &Cell, (header, text): (&str, &str), what: &str) -> RowProblem {
    let message = format!(
        "it has two {what}, `{}` and `{text}`, in the columns `{}` and `{header}`",
        one.text, one.header
    );
    let what = Diagnostic::new(message)
        .remedy("if only one counts, rename the column of the other, for example to `parent`")
        .remedy("if both count, give each its own row");
    RowProblem { what, misread: true }
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
fn check_rest(row: &Row, prefixes: &[IpNet]) -> Result<(), RowProblem> {
    let own = [RangeField::Prefix, RangeField::Address, RangeField::Start]
        .into_iter()
        .flat_map(|field| row.all(field));
    let Some(own) = own.into_iter().find(|cell| CellValue::new(&cell.text) != CellValue::Other) else {
        return Ok(());
    };
    let contains = |net: &IpNet| prefixes.iter().any(|prefix| prefix.trunc().contains(&net.trunc()));
    for (header, text) in row.unknown().filter(|(header, _)| !is_around(header)) {
        if !parse_prefix_list(text).iter().all(contains) {
            return Err(ambiguous_texts(own, (header, text), "prefixes"));
        }
    }
    for cell in row.all(RangeField::Start).chain(row.all(RangeField::End)) {
        if cell.text.parse::<IpAddr>().is_ok_and(|address| !contains(&IpNet::from(address))) {
            return Err(ambiguous(own, cell, "ranges"));
        }
    }
    Ok(())
}

/// Returns the prefixes of a cell that has one or several and nothing else.
fn parse_prefix_list(text: &str) -> Vec<IpNet> {
    if let CellValue::Prefixes(prefixes) = CellValue::new(text) {
        return prefixes;
    }
    let parts = text.split(|c: char| c.is_whitespace() || ",;|".contains(c)).filter(|part| !part.is_empty());
    let one = |part| match CellValue::new(part) {
        CellValue::Prefixes(prefixes) => Some(prefixes),
        _ => None,
    };
    parts.map(one).collect::<Option<Vec<_>>>().unwrap_or_default().concat()
}

/// Returns the prefixes of what must be some.
fn prefixes(written: CellValue) -> Result<Vec<IpNet>, Diagnostic> {
    match written {
        CellValue::Prefixes(prefixes) => Ok(prefixes),
        CellValue::Wrong(what) => Err(what),
        CellValue::Address(_) | CellValue::Length(_) | CellValue::Other => {
            Err("the first and the last address of the range are not addresses".into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        match CellValue::new(text) {
            CellValue::Prefixes(prefixes) => {
                prefixes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
            }
            CellValue::Wrong(what) => what.to_line(),
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
        assert_eq!(CellValue::new("core-lyon"), CellValue::Other);
        assert_eq!(CellValue::new("site-1 - hall 2"), CellValue::Other);
        assert_eq!(CellValue::new("/16"), CellValue::Length(16));
        assert_eq!(CellValue::new("10.0.0.7"), CellValue::Address("10.0.0.7".parse().unwrap()));
    }
}
