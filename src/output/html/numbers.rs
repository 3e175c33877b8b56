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

/// Returns the widest of `prefixes`, at most `most`, in order of size and address, and how many are left out.
pub(super) fn widest(prefixes: &[IpNet], most: usize) -> (Vec<IpNet>, usize) {
    let mut sorted = prefixes.to_vec();
    sorted.sort_by_key(|prefix| (prefix.prefix_len(), prefix.network()));
    sorted.truncate(most);
    let left_out = prefixes.len() - sorted.len();
    (sorted, left_out)
}

/// Lists the widest of `prefixes`, and says how many more there are, none of them wider.
pub(super) fn list_widest(prefixes: &[IpNet], most: usize) -> String {
    let (widest, left_out) = widest(prefixes, most);
    let mut texts: Vec<String> = widest.iter().map(ToString::to_string).collect();
    if left_out > 0 {
        texts.push(format!("and {} more", format_count(left_out as u128)));
    }
    texts.join(", ")
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
        assert_eq!(list_widest(&prefixes, 2), "10.0.0.0/9, 10.2.0.0/15, and 1 more");
        assert_eq!(list_widest(&[], 2), "");
    }
}
