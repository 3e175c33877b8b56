//! Finds lists that lead in a circle, or never end.

use std::collections::HashSet;

use super::cloud_provider::Failure;
use crate::model::Outcome;

/// Where the pages of one list have led so far: their tokens, or the addresses of the next pages.
#[derive(Debug, Clone, Default)]
pub struct PageTokens(HashSet<String>);

impl PageTokens {
    /// Records where a page of the list that `action` reads leads on to. The last page leads nowhere.
    ///
    /// # Errors
    /// When an earlier page led there too. Such a list never ends, and the rest of it cannot be read. The AWS SDK stops
    /// at a repeated token without an error, and Azure's pagers never stop.
    pub fn follow(&mut self, token: Option<&str>, action: &str) -> Result<(), Failure> {
        match token.filter(|token| !token.is_empty()) {
            Some(token) if !self.0.insert(token.to_owned()) => {
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

/// Counts the pages of one list that are empty, one after the other.
#[derive(Debug, Clone, Default)]
pub struct EmptyPages(u32);

impl EmptyPages {
    /// Records a page of the list that `action` reads, which has `rows` rows.
    ///
    /// # Errors
    /// When it is the last of [`EMPTY_PAGES`] without any. Such a list leads from page to page for ever, by tokens that
    /// are always new.
    pub fn record(&mut self, rows: usize, action: &str) -> Result<(), Failure> {
        self.0 = if rows == 0 { self.0 + 1 } else { 0 };
        if self.0 < EMPTY_PAGES {
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

    #[test]
    fn a_list_of_empty_pages_is_given_up_and_one_with_rows_is_not() {
        let mut pages = EmptyPages::default();
        for page in 1..3 * EMPTY_PAGES {
            let rows = usize::from(page % EMPTY_PAGES == 0);
            assert!(pages.record(rows, "x/read").is_ok(), "{page}");
        }
        let failure = pages.record(0, "x/read").unwrap_err();
        assert!(failure.detail().contains("1000 pages in a row had no rows"), "{failure}");
    }
}
