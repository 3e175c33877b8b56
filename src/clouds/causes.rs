//! Walks an error and what caused it.

use std::error::Error;

use tokio_rustls::rustls;

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

/// Characters of a message that are kept: one of EC2 can have an encoded blob of a kilobyte, and its start says it.
pub const MESSAGE_LENGTH: usize = 240;

/// Cuts text that the other side sent to a readable length.
pub fn shorten(text: &str) -> &str {
    let end = text.char_indices().nth(MESSAGE_LENGTH).map_or(text.len(), |(index, _)| index);
    &text[..end]
}

/// Says what is wrong with a server's certificate where rustls would print its own types.
fn bad_certificate(link: &(dyn Error + 'static)) -> Option<String> {
    let inside = link.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let tls =
        inside.and_then(|inside| inside.downcast_ref::<rustls::Error>()).or_else(|| link.downcast_ref())?;
    match tls {
        rustls::Error::InvalidCertificate(rustls::CertificateError::Other(other)) => {
            Some(format!("invalid peer certificate: {}", other.0))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[test]
    fn a_certificate_is_described_without_names_of_types() {
        // faults F18.
        let why: Box<dyn Error + Send + Sync> = "a CA is no server".into();
        let bad = rustls::CertificateError::Other(rustls::OtherError(Arc::from(why)));
        let error = std::io::Error::other(rustls::Error::InvalidCertificate(bad));
        assert_eq!(root(&error), "invalid peer certificate: a CA is no server");
        assert_eq!(root(&std::io::Error::other("plain")), "plain");
    }

    #[test]
    fn long_messages_are_cut_between_characters() {
        let text = "é".repeat(500);
        assert_eq!(shorten(&text).chars().count(), MESSAGE_LENGTH);
    }
}
