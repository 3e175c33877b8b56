//! Refuses variables about the network that cannot be used: the HTTP clients would pass by a proxy without a word, and wait
//! for ever for certificates from a pipe.

use std::io;
use std::path::Path;

use hyper::Uri;

use super::CloudError;
use crate::fs::paths::{LONGEST_BUNDLE, check_length, open_regular_file};

/// The variables that name proxies, each in its two spellings, of which the first that is set counts.
const VARIABLES: [[&str; 2]; 3] =
    [["ALL_PROXY", "all_proxy"], ["HTTP_PROXY", "http_proxy"], ["HTTPS_PROXY", "https_proxy"]];

/// The schemes of proxies; without one it is `http`.
const SCHEMES: [&str; 6] = ["http", "https", "socks4", "socks4a", "socks5", "socks5h"];

/// Checks the variables of this process.
///
/// # Errors
/// When one of them names something else than a proxy, or than a file of certificates.
pub fn check_network_variables() -> Result<(), CloudError> {
    check_proxies(|name| Some(std::env::var_os(name)?.to_string_lossy().into_owned()))?;
    check_certificate_variable()
}

/// Checks the variable that names the certificates of this machine: the TLS library would read a device without end, and wait
/// for a pipe.
///
/// # Errors
/// When it names something else than a file of certificates.
pub fn check_certificate_variable() -> Result<(), CloudError> {
    let certificates = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty());
    certificates.map_or(Ok(()), |path| check_certificates(Path::new(&path)))
}

/// A file that is not there leaves the machine without certificates, which is said where one is needed.
fn check_certificates(path: &Path) -> Result<(), CloudError> {
    let length = open_regular_file(path).and_then(|file| Ok(file.metadata()?.len()));
    match length.and_then(|length| check_length(length, LONGEST_BUNDLE)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let shown = path.display();
            Err(CloudError::bad_setting(format!(
                "SSL_CERT_FILE names {shown}, which cannot be used: {error}"
            ))
            .remedy(
                "it must be a file of PEM certificates; unset it to trust the certificates of this machine",
            ))
        }
        _ => Ok(()),
    }
}

fn check_proxies(variable: impl Fn(&str) -> Option<String>) -> Result<(), CloudError> {
    for names in VARIABLES {
        let set = names.into_iter().find_map(|name| Some((name, variable(name)?)));
        let Some((name, value)) = set.filter(|(_, value)| !value.is_empty()) else { continue };
        if !is_proxy(&value) {
            // The value may have a password.
            return Err(CloudError::bad_setting(format!("{name} is not the address of a proxy"))
                .remedy("set it to one such as http://proxy.example.com:3128, or unset it"));
        }
    }
    Ok(())
}

fn is_proxy(value: &str) -> bool {
    value.parse::<Uri>().is_ok_and(|uri| {
        uri.authority().is_some() && uri.scheme_str().is_none_or(|scheme| SCHEMES.contains(&scheme))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, value: &str) -> Result<(), String> {
        let variable = |asked: &str| (asked == name).then(|| value.to_owned());
        check_proxies(variable).map_err(|error| error.message().to_owned())
    }

    /// Requests went past such a proxy.
    #[test]
    fn a_proxy_that_cannot_be_understood_is_refused() {
        for value in
            ["ftp://proxy:1", "htp://proxy:1", "http:/proxy", " http://proxy:1", "http://", "http://a b"]
        {
            for name in VARIABLES.as_flattened() {
                let refused = check(name, value).unwrap_err();
                assert_eq!(refused, format!("{name} is not the address of a proxy"), "{value}");
            }
        }
    }

    #[test]
    fn proxies_are_accepted_in_every_usual_form() {
        for value in [
            "",
            "http://proxy:3128",
            "https://u:p@proxy",
            "proxy:3128",
            "127.0.0.1:1",
            "http://[::1]:1/",
            "socks5://a:1",
        ] {
            assert_eq!(check("HTTPS_PROXY", value), Ok(()), "{value}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn certificates_come_from_a_file() {
        let refused = check_certificates(Path::new("/dev/zero")).unwrap_err();
        assert_eq!(
            refused.message(),
            "SSL_CERT_FILE names /dev/zero, which cannot be used: it is not a regular file"
        );
        assert!(check_certificates(Path::new("/no/such/file")).is_ok());
        assert!(check_certificates(Path::new("Cargo.toml")).is_ok());
        let long = tempfile::NamedTempFile::new().unwrap();
        long.as_file().set_len(LONGEST_BUNDLE + 1).unwrap();
        let refused = check_certificates(long.path()).unwrap_err();
        assert!(refused.message().ends_with("it is longer than 16 MiB"), "{refused}");
    }
}
