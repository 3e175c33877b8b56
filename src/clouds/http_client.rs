//! The HTTP clients for Azure and for channels, and the TLS settings that they share.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::{Client, redirect};
use rustls_platform_verifier::Verifier;
use tokio_rustls::rustls::{self, ClientConfig, crypto::ring};

use crate::clouds::CloudError;
use crate::clouds::causes::root;
#[cfg(feature = "channels")]
use crate::clouds::causes::{NOT_HTTP, certificate_remedy, is_not_http};
use crate::clouds::network_variables::check_certificate_variable;
#[cfg(feature = "channels")]
use crate::diagnostic::Diagnostic;

/// The variable that names the file of certificates to trust, on Linux.
pub const SYSTEM_CA_VARIABLE: &str = "SSL_CERT_FILE";

/// An endpoint that does not accept a connection by then counts as not reachable.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// An endpoint that sends nothing for so long is asked again.
const READ_TIMEOUT: Duration = Duration::from_secs(30);

/// Makes a client; redirects are not followed, since they would take the token elsewhere.
///
/// # Errors
/// When the machine's certificates cannot be used.
pub fn http_client(proxies: bool) -> Result<Client, CloudError> {
    // The process has one default provider. If it was installed before, it is the same one.
    let _ = ring::default_provider().install_default();
    let builder = Client::builder()
        .tls_backend_preconfigured(tls_config()?)
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(READ_TIMEOUT)
        .redirect(redirect::Policy::none())
        .user_agent(concat!("netcensus/", env!("CARGO_PKG_VERSION")));
    let builder = if proxies { builder } else { builder.no_proxy() };
    builder.build().map_err(|error| unprepared(&error))
}

/// Returns the TLS settings, which trust what the machine trusts.
///
/// They are made once in a process: reqwest would read and parse the machine's root certificates for each client anew.
fn tls_config() -> Result<ClientConfig, CloudError> {
    static SHARED: OnceLock<ClientConfig> = OnceLock::new();
    if let Some(config) = SHARED.get() {
        return Ok(config.clone());
    }
    check_certificate_variable()?;
    let config = new_tls_config().map_err(|error| unprepared(&error))?;
    Ok(SHARED.get_or_init(|| config).clone())
}

fn new_tls_config() -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(ring::default_provider());
    let verifier = Verifier::new(Arc::clone(&provider))?;
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    // reqwest offers them itself only in settings of its own.
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Says that `server` failed, such as that it `did not answer`, and why; and what to do if its certificate is not accepted. The
/// address may be secret, and is not repeated.
#[cfg(feature = "channels")]
pub fn explain_unanswered(server: &str, failed: &str, error: reqwest::Error) -> Diagnostic {
    let error = error.without_url();
    let failed = if is_not_http(&error) { NOT_HTTP } else { failed };
    let diagnostic = Diagnostic::new(format!("{server} {failed}")).with_cause(root(&error));
    match certificate_remedy(&error, SYSTEM_CA_VARIABLE) {
        Some(remedy) => diagnostic.remedy(remedy),
        None => diagnostic,
    }
}

fn unprepared(error: &(dyn std::error::Error + 'static)) -> CloudError {
    CloudError::new("no HTTPS connection can be prepared").with_cause(root(error))
}
