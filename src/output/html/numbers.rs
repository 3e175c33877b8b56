//! Numbers and lists of prefixes, formatted to read.

use ipnet::IpNet;

/// Returns a number with commas between its thousands.
pub(super) fn format_count(number: u128) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns a number and what is counted, in its plural unless it is one.
pub(super) fn count_of(count: usize, one: &str) -> String {
    format!("{} {one}{}", format_count(count as u128), if count == 1 { "" } else { "s" })
}

/// Returns a share in percent: never 0 of something, nor 100 of less than all.
pub(super) fn format_share(part: u128, whole: u128) -> String {
    if part == 0 || whole == 0 {
        return "0%".to_owned();
    }
    if part >= whole {
        return "100%".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "shares are for eyes")]
    let percent = part as f64 / whole as f64 * 100.0;
    match percent {
        ..0.1 => "<0.1%".to_owned(),
        ..10.0 => format!("{percent:.1}%"),
        99.0.. => ">99%".to_owned(),
        _ => format!("{percent:.0}%"),
    }
}

/// Prefixes, the widest first: some to see at once, and the others to open.
pub(super) struct WidestPrefixes {
    /// The widest, by size and address.
    pub first: String,
    /// How many others there are; empty if there are none.
    pub more: String,
    /// The others, none of them wider.
    pub others: String,
}

impl WidestPrefixes {
    /// Names `most` of `prefixes` at once.
    pub fn new(prefixes: &[IpNet], most: usize) -> Self {
        let mut sorted = prefixes.to_vec();
        sorted.sort_by_key(|prefix| (prefix.prefix_len(), prefix.network()));
        let texts: Vec<String> = sorted.iter().map(ToString::to_string).collect();
        let (first, others) = texts.split_at(most.min(texts.len()));
        let more = match others.len() {
            0 => String::new(),
            count => format!("and {} more", format_count(count as u128)),
        };
        Self { first: first.join(", "), more, others: others.join(", ") }
    }

    /// Says something else in place of prefixes.
    pub fn none(text: &str) -> Self {
        Self { first: text.to_owned(), more: String::new(), others: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_apart() {
        assert_eq!(
            [0, 999, 1000, 16_777_216].map(|count: u128| format_count(count)),
            ["0", "999", "1,000", "16,777,216"]
        );
        assert_eq!(count_of(1, "network"), "1 network");
        assert_eq!(count_of(0, "network"), "0 networks");
    }

    #[test]
    fn something_is_never_nothing_and_less_than_all_never_all() {
        assert_eq!(format_share(0, 8), "0%");
        assert_eq!(format_share(1, 1 << 24), "<0.1%");
        assert_eq!(format_share(1, 64), "1.6%");
        assert_eq!(format_share(1, 4), "25%");
        assert_eq!(format_share((1 << 24) - 1, 1 << 24), ">99%");
        assert_eq!(format_share(8, 8), "100%");
        assert_eq!(format_share(0, 0), "0%");
    }

    #[test]
    fn the_widest_come_first() {
        let prefixes: Vec<IpNet> =
            ["10.1.0.0/24", "10.0.0.0/9", "10.2.0.0/15"].map(|text| text.parse().unwrap()).into();
        let two = WidestPrefixes::new(&prefixes, 2);
        assert_eq!(two.first, "10.0.0.0/9, 10.2.0.0/15");
        assert_eq!((two.more.as_str(), two.others.as_str()), ("and 1 more", "10.1.0.0/24"));
        let none = WidestPrefixes::new(&[], 2);
        assert_eq!((none.first, none.more, none.others), (String::new(), String::new(), String::new()));
    }
}
