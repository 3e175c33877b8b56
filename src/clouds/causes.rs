//! Walks an error and what caused it.

use std::error::Error;

use tokio_rustls::rustls::{self, CertificateError, OtherError};

/// Lists `error`, what caused it, and so on down to the root.
pub fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let link = next?;
        next = link.source();
        Some(link)
    })
}

/// Returns what is at the bottom, which names the problem; the layers above only say that there is one.
pub fn root(error: &(dyn Error + 'static)) -> String {
    let certificate = causes(error).find_map(bad_certificate);
    certificate.or_else(|| causes(error).last().map(ToString::to_string)).unwrap_or_default()
}

/// Says how an endpoint failed that a request got no answer from. One that sends something else than HTTP was reached.
pub fn unanswered(error: &(dyn Error + 'static)) -> &'static str {
    if is_not_http(error) { NOT_HTTP } else { "cannot be reached" }
}

/// What is said of an endpoint that sends something else than HTTP.
pub const NOT_HTTP: &str = "does not answer with valid HTTP";

/// Tells whether an endpoint sent something else than HTTP, or a header that is not valid or too long.
pub fn is_not_http(error: &(dyn Error + 'static)) -> bool {
    causes(error).filter_map(|link| link.downcast_ref()).any(hyper::Error::is_parse)
}

/// Characters of a message that are kept: one of EC2 can have an encoded blob of a kilobyte, and its start says it.
pub const MESSAGE_LENGTH: usize = 240;

/// Cuts text that the other side sent to a readable length.
pub fn shorten(text: &str) -> &str {
    let end = text.char_indices().nth(MESSAGE_LENGTH).map_or(text.len(), |(index, _)| index);
    &text[..end]
}

/// Says what is wrong with a server's certificate where rustls would print its own types.
fn bad_certificate(link: &(dyn Error + 'static)) -> Option<String> {
    let why = match certificate_error(link)? {
        CertificateError::UnknownIssuer => "this machine does not trust its issuer".to_owned(),
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => "it has expired".to_owned(),
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "it is not valid yet".to_owned()
        }
        CertificateError::Revoked => "it was revoked".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "it is for another host".to_owned()
        }
        CertificateError::Other(other) if is_of_authority(other) => {
            "it is that of an authority, and not of a server; it may be self-signed".to_owned()
        }
        CertificateError::Other(other) => other.0.to_string(),
        _ => return None,
    };
    Some(format!("invalid peer certificate: {why}"))
}

/// Says what to do if a server's certificate is not accepted; `None` if that is not what `error` is about. `variable` names
/// a file of certificates to trust.
pub fn certificate_remedy(error: &(dyn Error + 'static), variable: &str) -> Option<String> {
    Some(match causes(error).find_map(certificate_error)? {
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => "check the clock of this machine".to_owned(),
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            "check the URL, and which proxy HTTPS_PROXY names".to_owned()
        }
        CertificateError::Other(other) if is_of_authority(other) => {
            "the server needs a certificate of its own, which an authority has signed".to_owned()
        }
        _ => format!(
            "if it is the certificate of your company's proxy, add the proxy's CA certificate to the system's trust store, \
             or name a file with it in {variable}"
        ),
    })
}

/// Tells whether a certificate may sign others, so that no server may have it. The library has only its own name for that.
fn is_of_authority(error: &OtherError) -> bool {
    error.0.to_string() == "CaUsedAsEndEntity"
}

/// Tells whether a server's certificate was not accepted. It will not be the next time either.
#[cfg(feature = "aws")]
pub fn is_of_certificate(error: &(dyn Error + 'static)) -> bool {
    causes(error).find_map(certificate_error).is_some()
}

fn certificate_error<'a>(link: &'a (dyn Error + 'static)) -> Option<&'a CertificateError> {
    // What is in an error of input or output is not among its causes, and connectors wrap one in another.
    if let Some(inside) = link.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        return certificate_error(inside);
    }
    match link.downcast_ref()? {
        rustls::Error::InvalidCertificate(error) => Some(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_certificate_is_described_without_names_of_types() {
        let why: Box<dyn Error + Send + Sync> = "a CA is no server".into();
        let bad = rustls::CertificateError::Other(rustls::OtherError(Arc::from(why)));
        let error = std::io::Error::other(rustls::Error::InvalidCertificate(bad));
        assert_eq!(root(&error), "invalid peer certificate: a CA is no server");
        assert_eq!(root(&std::io::Error::other("plain")), "plain");
        assert_eq!(certificate_remedy(&std::io::Error::other("plain"), "X"), None);
    }

    #[test]
    fn a_certificate_that_is_not_accepted_has_a_remedy() {
        for (error, why, remedy) in [
            (CertificateError::UnknownIssuer, "this machine does not trust its issuer", "in CA_FILE"),
            (CertificateError::Expired, "it has expired", "clock"),
            (CertificateError::NotValidForName, "it is for another host", "HTTPS_PROXY"),
        ] {
            let error = std::io::Error::other(rustls::Error::InvalidCertificate(error));
            let error = std::io::Error::other(error);
            assert_eq!(root(&error), format!("invalid peer certificate: {why}"));
            assert!(certificate_remedy(&error, "CA_FILE").is_some_and(|text| text.contains(remedy)), "{why}");
        }
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let text = "é".repeat(500);
        assert_eq!(shorten(&text).chars().count(), MESSAGE_LENGTH);
    }
}
