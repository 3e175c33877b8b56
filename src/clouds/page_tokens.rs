//! Finds lists that lead in a circle.

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
                    "{action}: the answer leads back to a page that was read; the rest of the list cannot be read"
                );
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
        assert!(failure.detail().starts_with("ec2:DescribeVpcs: the answer leads back"), "{failure}");
    }
}
