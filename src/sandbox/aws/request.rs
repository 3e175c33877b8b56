//! A request, read: who asks, for which action of which service, with which parameters and which page.
//!
//! Who asks is in the `Authorization` header. The signature is not verified; the credential it names decides account,
//! region and service. <https://docs.aws.amazon.com/IAM/latest/UserGuide/create-signed-request.html>

use std::collections::BTreeMap;

use hyper::HeaderMap;
use hyper::header::AUTHORIZATION;

use super::response::{ErrorAnswer, Service};
use crate::sandbox::estate::{Account, Estate, VisibleResources, account_of_key};
use crate::sandbox::faults::PageLoop;
use crate::sandbox::pages::PageWindow;

/// A request to one action.
#[derive(Debug, Clone, Copy)]
pub struct AwsRequest<'a> {
    pub estate: &'a Estate,
    pub account: &'a Account,
    pub region: &'a str,
    /// `ROLE/SESSION` of temporary credentials.
    pub session: Option<&'a str>,
    pub action: &'a str,
    pub params: &'a Params,
    pub request_id: &'a str,
    /// How its list never ends, by a fault.
    pub page_loop: Option<PageLoop>,
    /// Whether the last entry of its batch fails, by a fault.
    pub fails_last_entry: bool,
}

impl AwsRequest<'_> {
    /// Returns the caller's ARN.
    pub fn arn(&self) -> String {
        match self.session {
            Some(session) => format!("arn:aws:sts::{}:assumed-role/{session}", self.account.id),
            None => format!("arn:aws:iam::{}:user/sandbox", self.account.id),
        }
    }

    /// Makes the page that `token` leads to; `None` when it is of another account, region or action.
    pub fn page(&self, token: Option<&str>, size: usize) -> Option<PageWindow> {
        let list = format!("{}/{}/{}", self.account.id, self.region, self.action);
        PageWindow::from_token(list, token, size, self.page_loop)
    }

    /// Returns what the caller sees in the region, if anything.
    pub fn visible(&self) -> Option<&VisibleResources> {
        self.estate.visible(&self.account.id, self.region)
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

/// Session tokens begin with it; `ROLE/SESSION` follows.
const SESSION_TOKEN: &str = "sandbox-session/";

/// The scope of a credential: `KEY/DATE/REGION/SERVICE/aws4_request`.
#[derive(Debug, Clone, Copy)]
pub struct Credential<'a> {
    pub key: &'a str,
    pub region: &'a str,
    pub service: &'a str,
}

/// Reads the credential that a request is signed with; `None` when there is none.
pub fn credential(headers: &HeaderMap) -> Option<Credential<'_>> {
    let header = header(headers, AUTHORIZATION.as_str())?;
    let (_, rest) = header.split_once("Credential=")?;
    let scope = rest.split([',', ' ']).next()?;
    let mut parts = scope.split('/');
    let (key, _date, region, service) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    Some(Credential { key, region, service })
}

/// Returns a header's text.
pub fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Finds the account that a key belongs to, and `ROLE/SESSION` for temporary keys.
pub fn caller<'a>(
    estate: &'a Estate,
    credential: Credential<'_>,
    headers: &'a HeaderMap,
    service: Service,
) -> Result<(&'a Account, Option<&'a str>), ErrorAnswer> {
    let found = account_of_key(credential.key).and_then(|(id, temporary)| {
        let account = estate.account(id).filter(|account| account.is_active())?;
        let session =
            header(headers, "x-amz-security-token").and_then(|token| token.strip_prefix(SESSION_TOKEN));
        (temporary == session.is_some()).then_some((account, session))
    });
    // AWS does not know the keys of an account in a region that it has not enabled. Global services are
    // asked through regions that the estate need not list.
    let allowed = found.filter(|(account, _)| {
        let known = estate.regions.iter().any(|region| region.name == credential.region);
        estate.enabled(account, credential.region) || (service != Service::Ec2 && !known)
    });
    allowed.ok_or_else(|| unknown_key(service))
}

/// Makes the token of a session.
pub fn session_token(role: &str, session: &str) -> String {
    format!("{SESSION_TOKEN}{role}/{session}")
}

/// Says that a request is not signed.
pub fn not_signed() -> ErrorAnswer {
    ErrorAnswer::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
}

fn unknown_key(service: Service) -> ErrorAnswer {
    match service {
        Service::Ec2 => ErrorAnswer::new(
            401,
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        Service::Sts => ErrorAnswer::new(
            403,
            "InvalidClientTokenId",
            "The security token included in the request is invalid.",
        ),
        Service::Organizations | Service::Sqs => ErrorAnswer::bad_request(
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_is_read_from_the_header() {
        let mut headers = HeaderMap::new();
        let value = "AWS4-HMAC-SHA256 Credential=AKIA0000111111111111/20260101/eu-west-1/ec2/aws4_request, \
                     SignedHeaders=host, Signature=0";
        headers.insert(AUTHORIZATION, value.parse().expect("is a header"));
        let credential = credential(&headers).expect("is there");
        assert_eq!(
            (credential.key, credential.region, credential.service),
            ("AKIA0000111111111111", "eu-west-1", "ec2")
        );
        assert!(super::credential(&HeaderMap::new()).is_none());
    }
}
