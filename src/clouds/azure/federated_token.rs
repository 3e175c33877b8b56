//! A token of another identity provider, in a file that Kubernetes or a CI system keeps up to date.

use std::path::PathBuf;

use async_trait::async_trait;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;

use crate::fs::paths::{LONGEST_SECRET, read_regular_text};

/// The file of a federated token, which is read for each token of Entra.
#[derive(Debug)]
pub struct FederatedToken(pub PathBuf);

#[async_trait]
impl ClientAssertion for FederatedToken {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        let token = read_regular_text(&self.0, LONGEST_SECRET).map_err(|error| {
            let why = format!("the federated token in {} cannot be read: {error}", self.0.display());
            Error::with_message(ErrorKind::Credential, why)
        })?;
        Ok(token.trim_end().to_owned())
    }
}
