//! Addresses of channels, which are secrets.

use url::Url;

use crate::config::{SecretValue, channel_url};
use crate::diagnostic::Diagnostic;
use crate::redact;
use crate::secret::read_secret;

/// Reads the address of a channel.
///
/// # Errors
/// When there is none, or it is not encrypted.
pub fn read_address(secret: &SecretValue) -> Result<Url, Diagnostic> {
    let url = channel_url(&read_secret(secret)?).map_err(|why| {
        Diagnostic::new(match secret {
            SecretValue::Variable(name) => format!("the environment variable {name}: {why}"),
            SecretValue::File(path) => format!("{}: {why}", path.display()),
            SecretValue::Clear(_) => why,
        })
    })?;
    // A server may repeat the path without the host.
    redact::remember(url.path());
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_read_from_a_file_and_never_shown() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("url");
        std::fs::write(&path, "https://hooks.example/services/T00/B00/correct-horse\n").unwrap();
        let url = read_address(&SecretValue::File(path.clone())).unwrap();
        assert_eq!(url.path(), "/services/T00/B00/correct-horse");
        assert!(!redact::redact("no /services/T00/B00/correct-horse here").contains("correct-horse"));
        std::fs::write(&path, "http://hooks.example/secret-of-mine\n").unwrap();
        let refused = read_address(&SecretValue::File(path)).unwrap_err().to_string();
        assert!(refused.contains("must not be sent unencrypted") && !refused.contains("mine"), "{refused}");
        let missing = read_secret(&SecretValue::Variable("NETCENSUS_TEST_UNSET".to_owned())).unwrap_err();
        assert_eq!(missing.to_string(), "the environment variable NETCENSUS_TEST_UNSET is not set");
        assert!(
            read_secret(&SecretValue::File(home.path().join("none")))
                .unwrap_err()
                .to_string()
                .contains("cannot read")
        );
    }
}
