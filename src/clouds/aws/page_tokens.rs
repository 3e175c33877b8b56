//! The tokens of a list, each of which leads to the next page.

use std::collections::HashSet;

use super::flaw::Flaw;
use crate::clouds::Failure;
use crate::model::Outcome;

/// The tokens that the pages of one list led on with so far.
#[derive(Debug, Default)]
pub struct PageTokens(HashSet<String>);

impl PageTokens {
    /// Takes note of where a page of `action` leads on to. The last page leads nowhere.
    ///
    /// # Errors
    /// When an earlier page led there: the list has no end then, and what else is in it cannot be read. The SDK would
    /// stop at the same token without a word.
    pub fn follow(&mut self, token: Option<&str>, action: &str) -> Result<(), Failure> {
        match token.filter(|token| !token.is_empty()) {
            Some(token) if !self.0.insert(token.to_owned()) => {
                let detail = format!("{action}: {}", Flaw::LeadsBack);
                Err(Failure::new(Outcome::Failed, detail))
            }
            _ => Ok(()),
        }
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
        assert!(failure.detail.starts_with("ec2:DescribeVpcs: the answer leads back"), "{failure}");
    }
}
