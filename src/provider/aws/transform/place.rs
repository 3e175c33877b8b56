//! Where an answer came from, and whose it therefore is.

/// Where an answer came from.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// The account that asked.
    pub account: &'a str,
    /// The region that was asked.
    pub region: &'a str,
}

impl Place<'_> {
    /// Settles whose a resource is: its owner, and who else sees it. An answer without owner is the asker's.
    pub fn owner(self, owner: Option<String>) -> (String, Vec<String>) {
        match owner {
            Some(owner) if owner != self.account => (owner, vec![self.account.to_owned()]),
            _ => (self.account.to_owned(), Vec::new()),
        }
    }
}
