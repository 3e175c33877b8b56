//! The files that `aws sso login` and `aws login` keep their tokens in.
//!
//! The SDK reads them whole, whatever they are: a pipe would make it wait for ever, and a device has no end. So each is
//! looked at before.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use aws_config::login::LoginCredentialsProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, error::CredentialsError, future};
use ring::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use serde_json::{Map, Value};

use super::login::Login;
use crate::clouds::Failure;
use crate::clouds::aws::requests::token_endpoint::TokenEndpoint;
use crate::fs::paths::{LONGEST_SECRET, read_regular_file};
use crate::model::Outcome;
use crate::redact;
use crate::wording::hexadecimal;

/// A file of a token. Without a home directory there is none, which the SDK reports.
#[derive(Debug)]
pub struct TokenFile {
    path: Option<PathBuf>,
    login: Login,
}

impl TokenFile {
    /// Names the file of an SSO session: `~/.aws/sso/cache/SHA1.json`.
    pub fn of_sso_session(session: &str, login: &Login) -> Self {
        let directory = std::env::home_dir().map(|home| home.join(".aws/sso/cache"));
        let path = directory.map(|directory| cache_path(&directory, &SHA1_FOR_LEGACY_USE_ONLY, session));
        Self { path, login: login.clone() }
    }

    /// Names the file of a session of `aws login`: `~/.aws/login/cache/SHA256.json`.
    pub fn of_login_session(session: &str, login: &Login) -> Self {
        let directory = std::env::var_os("AWS_LOGIN_CACHE_DIRECTORY").map(PathBuf::from);
        let directory = directory.or_else(|| std::env::home_dir().map(|home| home.join(".aws/login/cache")));
        let path = directory.map(|directory| cache_path(&directory, &SHA256, session.trim()));
        Self { path, login: login.clone() }
    }

    /// Checks that the SDK can read the file to its end, and keeps its secrets out of messages: a server may send back what
    /// it was sent. A file that does not exist is left to the SDK.
    ///
    /// # Errors
    /// When it is no regular file, longer than 1 MiB, or cannot be read; the error names it.
    pub fn check(&self) -> Result<(), Failure> {
        let Some(path) = &self.path else { return Ok(()) };
        match read_regular_file(path, LONGEST_SECRET) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                let path = path.display();
                let why = format!("no credentials: the token file {path} cannot be read: {error}");
                Err(Failure::new(Outcome::Failed, why)
                    .remedy(format!("remove {path}, then {}", self.login.remedy())))
            }
            Ok(bytes) => {
                remember_secrets(&bytes);
                Ok(())
            }
            Err(_) => Ok(()),
        }
    }
}

/// The fields of a file that are secrets. That of an SSO session has `accessToken` as a text, and that of `aws login` as an
/// object, which has secrets in turn.
const SECRET_FIELDS: [&str; 7] =
    ["accessToken", "refreshToken", "clientSecret", "secretAccessKey", "sessionToken", "idToken", "dpopKey"];

fn remember_secrets(bytes: &[u8]) {
    if let Ok(Value::Object(fields)) = serde_json::from_slice(bytes) {
        secrets_in(&fields).into_iter().for_each(redact::remember);
    }
}

fn secrets_in(fields: &Map<String, Value>) -> Vec<&str> {
    let secrets = SECRET_FIELDS.into_iter().filter_map(|name| fields.get(name)?.as_str());
    let inner = fields.get("accessToken").and_then(Value::as_object).map(secrets_in);
    secrets.chain(inner.into_iter().flatten()).collect()
}

/// Returns the file of a session in a directory of tokens, whose name is the hash of the session's.
fn cache_path(directory: &Path, algorithm: &'static Algorithm, session: &str) -> PathBuf {
    directory.join(hexadecimal(digest(algorithm, session.as_bytes()).as_ref()) + ".json")
}

/// How long signing in waits before it asks a throttled endpoint of `aws login` again that asks for no pause. The SDK would
/// ask at once.
const BETWEEN_RENEWALS: Duration = Duration::from_secs(5);

/// The credentials of a session of `aws login`, renewed when they expire.
#[derive(Debug)]
pub struct LoginCredentials {
    token: TokenFile,
    provider: LoginCredentialsProvider,
    endpoint: TokenEndpoint,
    limit: Duration,
}

impl LoginCredentials {
    /// Has `provider` read the file of `token` once that was checked. The provider renews the credentials by `endpoint`, for
    /// as long as `limit` at most.
    pub fn new(
        token: TokenFile,
        provider: LoginCredentialsProvider,
        endpoint: TokenEndpoint,
        limit: Duration,
    ) -> Self {
        Self { token, provider, endpoint, limit }
    }

    async fn credentials(&self) -> provider::Result {
        self.token.check().map_err(CredentialsError::provider_error)?;
        let asked = self.endpoint.within(self.limit, self.provider.provide_credentials()).await;
        let answer = asked.map_err(|late| self.not_renewed(late))?;
        let is_whole = |given: &Credentials| !given.secret_access_key().is_empty();
        match (answer, self.endpoint.failure(BETWEEN_RENEWALS)) {
            (Ok(given), _) if is_whole(&given) => Ok(given),
            (_, Some(failure)) => Err(self.not_renewed(failure)),
            (Err(error), None) => Err(error),
            // The SDK keeps what a renewal gave, also if a part of it is missing.
            (Ok(_), None) => {
                let why = "the last renewal gave no secret access key";
                Err(self.not_renewed(Failure::new(Outcome::Failed, why)))
            }
        }
    }

    fn not_renewed(&self, failure: Failure) -> CredentialsError {
        let failure = failure.context("no credentials: the session of `aws login` cannot be renewed");
        CredentialsError::provider_error(self.token.login.advise(failure))
    }
}

impl ProvideCredentials for LoginCredentials {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    /// The names are those of the tests of the AWS CLI and of the SDK.
    #[test]
    fn files_are_named_as_the_sdk_names_them() {
        let directory = Path::new("/c");
        let sso = cache_path(directory, &SHA1_FOR_LEGACY_USE_ONLY, "https://d-92671207e4.awsapps.com/start");
        assert_eq!(sso, Path::new("/c/13f9d35043871d073ab260e020f0ffde092cb14b.json"));
        let login = cache_path(directory, &SHA256, "arn:aws:iam::0123456789012:user/Admin");
        let name = "/c/36db1d138ff460920374e4c3d8e01f53f9f73537e89c88d639f68393df0e2726.json";
        assert_eq!(login, Path::new(name));
    }

    #[test]
    fn the_secrets_of_both_kinds_of_files_are_known() {
        let secrets = |file: &str| {
            let file: Map<String, Value> = serde_json::from_str(file).unwrap();
            secrets_in(&file).join(" ")
        };
        let sso = r#"{"accessToken":"a","refreshToken":"r","clientId":"c","clientSecret":"s"}"#;
        assert_eq!(secrets(sso), "a r s");
        let login = r#"{"accessToken":{"accessKeyId":"A","secretAccessKey":"k","sessionToken":"t"},"refreshToken":"r",
            "idToken":"i","dpopKey":"d"}"#;
        assert_eq!(secrets(login), "r i d k t");
    }

    #[test]
    fn what_is_no_file_or_too_long_is_refused_by_its_name() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("token.json");
        let token = TokenFile { path: Some(path.clone()), login: Login::new("profile:p", "run: aws login") };
        assert!(token.check().is_ok(), "the SDK says that there is none");
        let refused = |why: &str| {
            let said = token.check().unwrap_err().detail();
            assert!(said.contains(why) && said.contains(path.to_str().unwrap()), "{said}");
        };
        fs::write(&path, "{}").unwrap();
        assert!(token.check().is_ok());
        File::options().write(true).open(&path).unwrap().set_len(LONGEST_SECRET + 1).unwrap();
        refused("longer than 1 MiB");
        fs::remove_file(&path).unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink("/dev/zero", &path).unwrap();
            refused("not a regular file");
            fs::remove_file(&path).unwrap();
        }
        fs::create_dir(&path).unwrap();
        refused("directory");
    }
}
