//! Posts bodies to addresses that are secrets.

use reqwest::Response;
use reqwest::header::CONTENT_TYPE;
use ring::hmac;

use super::channel::{RetryAdvice, SendError};
use super::secret::read_address;
use crate::clouds::{explain_unanswered, http_client, retry_after_in};
use crate::config::{SecretValue, is_loopback};
use crate::diagnostic::Diagnostic;
use crate::secret::read_secret;
use crate::wording::hexadecimal;

/// The most characters of an answer that an error repeats.
const MAX_ANSWER: usize = 200;

/// Posts `body` to the address; only a status of 2xx is success, and redirects are not followed.
///
/// # Errors
/// When it was not taken. Errors name the host of the address and nothing else of it.
pub async fn post(
    address: &SecretValue,
    content_type: &'static str,
    headers: &[(&'static str, String)],
    body: &str,
) -> Result<(), SendError> {
    let url = read_address(address).map_err(SendError::new)?;
    let host = url.host_str().unwrap_or_default().to_owned();
    // A proxy would take what is for this machine elsewhere.
    let client = http_client(!is_loopback(&url)).map_err(|error| SendError::new(error.diagnostic))?;
    let mut request = client.post(url).header(CONTENT_TYPE, content_type).body(body.to_owned());
    for (name, value) in headers {
        request = request.header(*name, value);
    }
    match request.send().await {
        Ok(answer) => check_answer(answer, &host).await,
        Err(error) => {
            let diagnostic = explain_unanswered(&host, "could not be reached", error);
            Err(SendError::new(diagnostic).retry(RetryAdvice::Later))
        }
    }
}

async fn check_answer(mut answer: Response, host: &str) -> Result<(), SendError> {
    let status = answer.status();
    if status.is_success() {
        return Ok(());
    }
    let pause = retry_after_in(answer.headers());
    let mut diagnostic = Diagnostic::new(format!("{host} answered {}", status.as_u16()));
    if status.is_redirection() {
        diagnostic = diagnostic.remedy("redirects are not followed; use the URL that it leads to");
    }
    if let Ok(Some(said)) = answer.chunk().await {
        let said: String = String::from_utf8_lossy(&said).trim().chars().take(MAX_ANSWER).collect();
        diagnostic = if said.is_empty() { diagnostic } else { diagnostic.with_cause(said) };
    }
    let is_temporary = status.is_server_error() || matches!(status.as_u16(), 408 | 425 | 429);
    Err(SendError::new(diagnostic).retry(match pause {
        _ if !is_temporary => RetryAdvice::Never,
        Some(pause) => RetryAdvice::After(pause),
        None => RetryAdvice::Later,
    }))
}

/// Signs a body by HMAC-SHA256 (RFC 2104), in hexadecimal digits.
///
/// # Errors
/// When there is no key.
pub fn sign(key: &SecretValue, body: &str) -> Result<String, SendError> {
    let key = read_secret(key).map_err(SendError::new)?;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes()), body.as_bytes());
    Ok(hexadecimal(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test case 2 of RFC 4231.
    #[test]
    fn bodies_are_signed_as_the_rfc_says() {
        let key = SecretValue::Clear("Jefe".to_owned());
        assert_eq!(
            sign(&key, "what do ya want for nothing?").unwrap(),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
    }
}
