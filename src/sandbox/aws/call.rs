//! A request, read: the caller, the action and its parameters.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use crate::sandbox::estate::{Account, Estate, Holdings};

/// A request to one action.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    pub estate: &'a Estate,
    pub account: &'a Account,
    pub region: &'a str,
    /// `ROLE/SESSION` of temporary credentials.
    pub session: Option<&'a str>,
    pub action: &'a str,
    pub params: &'a Params,
    pub request_id: &'a str,
    /// After how many pages its list leads back to the second one, by a fault.
    pub page_loop: Option<NonZeroUsize>,
}

impl Call<'_> {
    /// Returns the caller's ARN.
    pub fn arn(&self) -> String {
        match self.session {
            Some(session) => format!("arn:aws:sts::{}:assumed-role/{session}", self.account.id),
            None => format!("arn:aws:iam::{}:user/sandbox", self.account.id),
        }
    }

    /// Returns what the caller sees in the region, if anything.
    pub fn holdings(&self) -> Option<&Holdings> {
        self.estate.holdings.get(&self.account.id)?.get(self.region)
    }
}

/// Parameters of the query protocol, where lists are `Name.1`, `Name.2`, ....
#[derive(Debug, Default)]
pub struct Params(BTreeMap<String, String>);

impl Params {
    /// Reads a form.
    pub fn read(form: &[u8]) -> Self {
        Self(form_urlencoded::parse(form).into_owned().collect())
    }

    /// Returns a parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Returns a list of values, in order.
    pub fn list(&self, name: &str) -> Vec<&str> {
        (1..).map_while(|index| self.get(&format!("{name}.{index}"))).collect()
    }
}
