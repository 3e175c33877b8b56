//! Finds lists that lead in a circle, or never end.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};

use super::cloud_provider::Failure;
use crate::model::Outcome;

/// Where the pages of one list have led so far: their tokens, or the addresses of the next pages. A token may have a megabyte, so
/// two hashes stand for it: that two of a list have both in common does not happen.
#[derive(Debug, Clone, Default)]
pub struct PageTokens {
    known: HashSet<[u64; 2]>,
    hashers: [RandomState; 2],
}

impl PageTokens {
    /// Records where a page of the list that `action` reads leads on to. The last page leads nowhere.
    ///
    /// # Errors
    /// When an earlier page led there too. Such a list never ends, and the rest of it cannot be read. The AWS SDK stops
    /// at a repeated token without an error, and Azure's pagers never stop.
    pub fn follow(&mut self, token: Option<&str>, action: &str) -> Result<(), Failure> {
        match token.filter(|token| !token.is_empty()) {
            Some(token)
                if !self.known.insert(self.hashers.each_ref().map(|hasher| hasher.hash_one(token))) =>
            {
                let detail = format!(
                    "{action}: the list leads back to an earlier page, so the rest of it cannot be read"
                );
                let remedy = "scan again; if it fails again, look for a proxy that repeats old answers";
                Err(Failure::new(Outcome::Failed, detail).remedy(remedy))
            }
            _ => Ok(()),
        }
    }
}

/// Pages in a row without a row after which a list is given up. A page may be empty and not the last, as where a filter
/// passes nothing of it, but no list of either cloud is made of so many.
const EMPTY_PAGES: u32 = 1000;

/// The most rows that a list may have: of one account and region, of one subscription, or of a query. They are kept in memory, and a
/// list may lead from page to page for ever.
const MAX_ROWS: usize = 4_000_000;

/// Counts the rows of one list, and its pages that are empty, one after the other.
#[derive(Debug, Clone, Default)]
pub struct RowCount {
    empty_pages: u32,
    rows: usize,
}

impl RowCount {
    /// Records a page of the list that `action` reads, which has `rows` rows.
    ///
    /// # Errors
    /// When it is the last of [`EMPTY_PAGES`] without any. Such a list leads from page to page for ever, by tokens that
    /// are always new. Also when there are more than [`MAX_ROWS`].
    pub fn record(&mut self, rows: usize, action: &str) -> Result<(), Failure> {
        self.rows = self.rows.saturating_add(rows);
        if self.rows > MAX_ROWS {
            let detail = format!("{action}: the list does not end: it has more than {MAX_ROWS} rows");
            return Err(Failure::new(Outcome::Failed, detail));
        }
        self.empty_pages = if rows == 0 { self.empty_pages + 1 } else { 0 };
        if self.empty_pages < EMPTY_PAGES {
            return Ok(());
        }
        let detail = format!(
            "{action}: the list does not end: {EMPTY_PAGES} pages in a row had no rows, and each page leads to another"
        );
        Err(Failure::new(Outcome::Failed, detail))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// moto 7466, fakecloud 1595: a list that leads back to itself counted as complete.
    #[test]
    fn a_token_that_was_there_leads_back() {
        let mut tokens = PageTokens::default();
        for token in [Some("A"), Some("B"), None, Some(""), Some("")] {
            assert!(tokens.follow(token, "ec2:DescribeVpcs").is_ok());
        }
        let failure = tokens.follow(Some("A"), "ec2:DescribeVpcs").unwrap_err();
        assert_eq!(failure.outcome, Outcome::Failed);
        assert!(failure.detail().starts_with("ec2:DescribeVpcs: the list leads back"), "{failure}");
    }

    /// It filled the memory.
    #[test]
    fn a_list_with_rows_for_ever_is_given_up() {
        let mut counted = RowCount::default();
        for _ in 0..MAX_ROWS / 1000 {
            assert!(counted.record(1000, "x/read").is_ok());
        }
        let failure = counted.record(1, "x/read").unwrap_err();
        assert_eq!(failure.detail(), "x/read: the list does not end: it has more than 4000000 rows");
    }

    #[test]
    fn a_list_of_empty_pages_is_given_up_and_one_with_rows_is_not() {
        let mut pages = RowCount::default();
        for page in 1..3 * EMPTY_PAGES {
            let rows = usize::from(page % EMPTY_PAGES == 0);
            assert!(pages.record(rows, "x/read").is_ok(), "{page}");
        }
        let failure = pages.record(0, "x/read").unwrap_err();
        assert!(failure.detail().contains("1000 pages in a row had no rows"), "{failure}");
    }
}
