//! What a scan was asked for, so that two of one scope know each other.

use serde::{Deserialize, Serialize};

/// What a scan was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScanRequest {
    /// Settings and variables that say what to read, as `KEY=VALUE`, in order. Scans with the same ones are of one
    /// scope.
    pub scope: Vec<String>,
    /// A hash of the variables that identify who signs in. They may change with every run of a CI job, so they are no
    /// part of the scope. But a snapshot replaces a scan only if they are equal.
    pub signer: u32,
}

impl ScanRequest {
    /// Makes it without the userinfo, query and fragment of URLs: a password or token may be there, and a snapshot is
    /// of the same scope whatever it is.
    #[must_use]
    pub fn new(scope: &[String], signer: u32) -> Self {
        Self { scope: scope.iter().map(|setting| without_secrets(setting)).collect(), signer }
    }

    /// Tells whether the sandbox was asked, and not the clouds.
    #[must_use]
    pub fn is_of_sandbox(&self) -> bool {
        self.scope.iter().any(|setting| setting == "sandbox" || setting.starts_with("sandbox="))
    }
}

/// Takes the userinfo, query and fragment out of the URL in a setting, whose value may be quoted.
fn without_secrets(setting: &str) -> String {
    let Some((before, after)) = setting.split_once("://") else { return setting.to_owned() };
    let end = after.find(['?', '#', '"']).unwrap_or(after.len());
    let (url, rest) = after.split_at(end);
    let authority = url.split('/').next().unwrap_or(url);
    let host = authority.rfind('@').map_or(0, |at| at + 1);
    let quote = if rest.ends_with('"') { "\"" } else { "" };
    format!("{before}://{}{quote}", &url[host..])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Faults F11: passwords in the variables of endpoints were kept in every snapshot.
    #[test]
    fn passwords_and_tokens_in_urls_are_not_kept() {
        for (setting, kept) in [
            ("AWS_ENDPOINT_URL=http://user:PW@host:80/p?token=T#f", "AWS_ENDPOINT_URL=http://host:80/p"),
            ("AWS_ENDPOINT_URL=https://PW@host", "AWS_ENDPOINT_URL=https://host"),
            ("AZURE_AUTHORITY_HOST=http://u:P@W@127.0.0.1/", "AZURE_AUTHORITY_HOST=http://127.0.0.1/"),
            ("azure.authority=\"https://u:PW@host/x?a=b\"", "azure.authority=\"https://host/x\""),
            ("AWS_ENDPOINT_URL=http://host:80/a@b", "AWS_ENDPOINT_URL=http://host:80/a@b"),
            ("aws.profiles=[\"a@b?c\"]", "aws.profiles=[\"a@b?c\"]"),
        ] {
            assert_eq!(ScanRequest::new(&[setting.to_owned()], 1).scope, [kept]);
        }
    }
}
