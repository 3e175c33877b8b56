//! Where `--serve` listens, and the token that it wants.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;

use hyper::header::HeaderValue;

use crate::config::{Origin, WatchSettings};
use crate::error::{Error, ErrorKind};
use crate::fs::cannot_read;
use crate::fs::paths::{LONGEST_SECRET, read_regular_text};
use crate::redact;

/// A token that is shorter can be guessed.
const SHORTEST_TOKEN: usize = 16;

/// Where to listen.
#[derive(Debug)]
pub struct ServeOptions {
    /// The address.
    pub address: SocketAddr,
    /// The token that requests need; `None` on loopback.
    pub token: Option<ServeToken>,
}

/// Why nothing can be served.
#[derive(Debug)]
pub struct RefusedServing {
    /// Whether the file of the token is wrong, and not the address.
    pub is_token: bool,
    /// What is wrong.
    pub error: Error,
}

impl RefusedServing {
    /// Returns the key of the setting that is wrong, and where it was written.
    pub const fn setting<'w>(&self, watch: &'w WatchSettings) -> (&'static str, &'w Origin) {
        if self.is_token {
            ("watch.serve-token-file", &watch.serve_token_file.origin)
        } else {
            ("watch.serve", &watch.serve.origin)
        }
    }
}

/// A token.
pub struct ServeToken(String);

impl ServeOptions {
    /// Takes `--serve` and `--serve-token-file`.
    ///
    /// # Errors
    /// When the address is none, other machines could read the inventory without a token, or the token is unusable.
    pub fn new(address: &str, token_file: Option<&Path>) -> Result<Self, RefusedServing> {
        let refused = |error| RefusedServing { is_token: false, error };
        let parsed = match address.parse::<u16>() {
            Ok(port) => Some(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port)),
            Err(_) => address.parse().ok(),
        };
        let address = parsed.ok_or_else(|| {
            refused(Error::usage(format!("`{address}` is not an address and a port")).remedy(
                "write a port, such as 9464, or an address with one, such as 127.0.0.1:9464 or [::1]:9464",
            ))
        })?;
        let token = token_file.map(ServeToken::read).transpose();
        let token = token.map_err(|error| RefusedServing { is_token: true, error })?;
        if token.is_none() && !address.ip().is_loopback() {
            let error = Error::usage(format!("other machines could read the inventory at {address}"));
            return Err(refused(error.remedy("add --serve-token-file FILE, or listen on 127.0.0.1")));
        }
        Ok(Self { address, token })
    }
}

impl ServeToken {
    fn read(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let text = read_regular_text(path, LONGEST_SECRET).map_err(|error| {
            Error::from_diagnostic(ErrorKind::Usage, cannot_read(&shown.to_string(), &error))
        })?;
        let text = text.trim();
        if text.len() < SHORTEST_TOKEN || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(Error::usage(format!(
                "{shown} has no token of {SHORTEST_TOKEN} characters or more on one line"
            ))
            .remedy(format!("make one: openssl rand -hex 32 > {shown}")));
        }
        redact::remember(text);
        Ok(Self::from_text(text))
    }

    /// Takes a token.
    pub fn from_text(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Tells whether a header has this token. How long that takes tells nothing about where they differ.
    pub fn is_in(&self, header: Option<&HeaderValue>) -> bool {
        let given = header.and_then(|header| header.as_bytes().strip_prefix(b"Bearer ")).unwrap_or_default();
        let own = self.0.as_bytes();
        given.len() == own.len() && given.iter().zip(own).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
    }
}

impl fmt::Debug for ServeToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ServeToken")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_on_loopback_and_other_addresses_need_a_token() {
        let address = |text: &str| ServeOptions::new(text, None).map(|options| options.address.to_string());
        assert_eq!(address("9464").unwrap(), "127.0.0.1:9464");
        assert_eq!(address("[::1]:9464").unwrap(), "[::1]:9464");
        for (text, message) in [
            ("0.0.0.0:9464", "other machines could read the inventory at 0.0.0.0:9464"),
            ("localhost", "`localhost` is not an address and a port"),
        ] {
            assert_eq!(address(text).unwrap_err().error.to_string(), message);
        }
    }

    #[test]
    fn a_token_comes_from_a_file_and_is_not_short() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "short\n").unwrap();
        assert!(ServeOptions::new("0.0.0.0:1", Some(file.path())).is_err());
        std::fs::write(file.path(), "0123456789abcdef0123\n").unwrap();
        let token = ServeOptions::new("0.0.0.0:1", Some(file.path())).unwrap().token.unwrap();
        let header = |text: &str| HeaderValue::from_str(text).unwrap();
        assert!(token.is_in(Some(&header("Bearer 0123456789abcdef0123"))));
        assert!(!token.is_in(Some(&header("Bearer 0123456789abcdef0124"))) && !token.is_in(None));
        assert!(!format!("{token:?}").contains("0123"));
    }
}
