//! Signs in with the certificate of a service principal, so that no secret leaves the machine.
//!
//! `azure_identity` can do this with OpenSSL only; it also accepts an assertion that was signed elsewhere. The format is
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>.

use std::path::Path;

use async_trait::async_trait;
use azure_core::error::{Error, ErrorKind};
use azure_core::http::ClientMethodOptions;
use azure_identity::ClientAssertion;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{RSA_PSS_SHA256, RsaKeyPair};
use serde_json::json;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::clouds::causes::causes;
use crate::fs::paths::{LONGEST_SECRET, read_regular_file};

/// How long an assertion is good, in seconds; it is used at once.
const VALID: i64 = 600;

/// A certificate with its key, for one application in one tenant.
pub struct Certificate {
    key: RsaKeyPair,
    /// SHA-256 of the certificate, by which Entra finds it.
    thumbprint: String,
    audience: String,
    client: String,
}

impl std::fmt::Debug for Certificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Certificate").field("client", &self.client).finish_non_exhaustive()
    }
}

/// A file that has no certificate and key to sign in with.
#[derive(Debug, thiserror::Error)]
#[error("AZURE_CLIENT_CERTIFICATE_PATH names {path}, which cannot be used: {reason}")]
pub struct UnusableCertificate {
    path: String,
    reason: String,
    /// What to do about it.
    pub remedy: &'static str,
}

impl UnusableCertificate {
    /// Finds it in what a credential's error was caused by.
    pub fn find(error: &Error) -> Option<&Self> {
        causes(error).find_map(|cause| cause.downcast_ref::<Self>())
    }
}

impl From<UnusableCertificate> for Error {
    fn from(unusable: UnusableCertificate) -> Self {
        Self::new(ErrorKind::Credential, unusable)
    }
}

const MAKE_PEM: &str =
    "put certificate and key into one file, as openssl pkcs12 -in cert.pfx -nodes -out cert.pem does";
const USE_RSA: &str = "use a certificate with an RSA key: Entra takes no other";

impl Certificate {
    /// Reads certificate and private key from a PEM file.
    ///
    /// # Errors
    /// When it lacks one of them, or the key is not RSA, the only kind that Entra takes.
    pub fn read(path: &Path, audience: String, client: &str) -> Result<Self, UnusableCertificate> {
        let unusable = |reason: &str, remedy| UnusableCertificate {
            path: path.display().to_string(),
            reason: reason.to_owned(),
            remedy,
        };
        let pem = read_regular_file(path, LONGEST_SECRET)
            .map_err(|error| unusable(&error.to_string(), "name a file that this user may read"))?;
        let certificate = CertificateDer::from_pem_slice(&pem)
            .map_err(|_| unusable("it contains no PEM certificate", MAKE_PEM))?;
        let key = PrivateKeyDer::from_pem_slice(&pem)
            .map_err(|_| unusable("it contains no private key without password", MAKE_PEM))?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
            _ => return Err(unusable("its key is not an RSA key", USE_RSA)),
        };
        let key = key.map_err(|error| unusable(&format!("its key is not an RSA key: {error}"), USE_RSA))?;
        let thumbprint = encode(digest::digest(&digest::SHA256, &certificate).as_ref());
        Ok(Self { key, thumbprint, audience, client: client.to_owned() })
    }

    fn sign(&self, now: i64) -> azure_core::Result<String> {
        let random = SystemRandom::new();
        let failed = |what: &'static str| move |_| Error::with_message(ErrorKind::Credential, what);
        let mut id = [0; 16];
        random.fill(&mut id).map_err(failed("the system gives no random numbers"))?;
        let header = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": self.thumbprint });
        let claims = json!({
            "aud": self.audience, "iss": self.client, "sub": self.client, "jti": encode(&id),
            "iat": now, "nbf": now, "exp": now + VALID,
        });
        let signed =
            format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let mut signature = vec![0; self.key.public().modulus_len()];
        self.key
            .sign(&RSA_PSS_SHA256, &random, signed.as_bytes(), &mut signature)
            .map_err(failed("the certificate's key cannot sign"))?;
        Ok(format!("{signed}.{}", encode(&signature)))
    }
}

#[async_trait]
impl ClientAssertion for Certificate {
    async fn secret(&self, _: Option<ClientMethodOptions<'_>>) -> azure_core::Result<String> {
        self.sign(Timestamp::now().as_second())
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
