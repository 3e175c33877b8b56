//! The key of a server (TSIG): from a base64 secret, or a file in the form of BIND as `tsig-keygen` writes it.

use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::tsig::{Algorithm, Key, KeyName};

use crate::config::{DnsSettings, TsigAlgorithm};
use crate::diagnostic::Diagnostic;
use crate::redact;

/// A statement `key "NAME" { algorithm ALGORITHM; secret "SECRET"; };`.
#[derive(Default)]
struct KeyStatement {
    name: String,
    algorithm: Option<String>,
    secret: Option<String>,
}

/// Makes the key from the text of its file or variable. Nothing of the text is in an error.
///
/// # Errors
/// When it is no key.
pub fn read_key(settings: &DnsSettings, text: &str) -> Result<Key, Diagnostic> {
    let statement = if text.contains('{') {
        select(statements(text), settings.key_name.as_deref())?
    } else {
        let name = settings.key_name.clone().ok_or_else(|| {
            Diagnostic::new("the key has no name")
                .remedy("set `key-name` to its name on the server, or use the file that tsig-keygen writes")
        })?;
        KeyStatement { name, algorithm: None, secret: Some(text.trim().to_owned()) }
    };
    let algorithm = algorithm(settings.algorithm, statement.algorithm.as_deref())?;
    let name = KeyName::from_str(&statement.name)
        .map_err(|_| Diagnostic::new("the name of the key is no domain name"))?;
    let secret = statement.secret.unwrap_or_default();
    redact::remember(&secret);
    let bytes = STANDARD.decode(&secret).ok().filter(|bytes| !bytes.is_empty()).ok_or_else(|| {
        Diagnostic::new(format!("the secret of the key {} is not in base64", statement.name))
            .remedy("make a key with `tsig-keygen -a hmac-sha256 NAME`")
    })?;
    Key::new(algorithm, &bytes, name, None, None).map_err(|error| Diagnostic::from_error(&error))
}

fn algorithm(configured: Option<TsigAlgorithm>, of_file: Option<&str>) -> Result<Algorithm, Diagnostic> {
    let of_file = of_file.map(|name| {
        let name = name.trim_end_matches('.').to_ascii_lowercase();
        let known = TsigAlgorithm::NAMES.iter().find(|(known, _)| *known == name);
        known.map(|(_, algorithm)| *algorithm).ok_or_else(|| {
            Diagnostic::new("the algorithm of the key is not hmac-sha256, hmac-sha384 or hmac-sha512")
                .remedy("make a key with `tsig-keygen -a hmac-sha256 NAME`")
        })
    });
    let of_file = of_file.transpose()?;
    if let (Some(configured), Some(of_file)) = (configured, of_file)
        && configured != of_file
    {
        return Err(
            Diagnostic::new("`algorithm` is not that of the key file").remedy("leave out `algorithm`")
        );
    }
    Ok(match of_file.or(configured).unwrap_or_default() {
        TsigAlgorithm::Sha256 => Algorithm::Sha256,
        TsigAlgorithm::Sha384 => Algorithm::Sha384,
        TsigAlgorithm::Sha512 => Algorithm::Sha512,
    })
}

/// Returns the key of this name, or the only one.
fn select(mut keys: Vec<KeyStatement>, name: Option<&str>) -> Result<KeyStatement, Diagnostic> {
    let plain = |name: &str| name.trim_end_matches('.').to_ascii_lowercase();
    if let Some(name) = name {
        keys.retain(|key| plain(&key.name) == plain(name));
    }
    match (keys.len(), name) {
        (1, _) => Ok(keys.swap_remove(0)),
        (0, Some(name)) => Err(Diagnostic::new(format!("the key file has no key {name}"))),
        (0, None) => Err(Diagnostic::new("the key file has no `key \"NAME\" { ... };`")),
        _ => Err(Diagnostic::new("the key file has several keys").remedy("name one by `key-name`")),
    }
}

fn statements(text: &str) -> Vec<KeyStatement> {
    let tokens = tokens(text);
    let mut rest = tokens.as_slice();
    let mut keys = Vec::new();
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if let ("key", [name, brace, body @ ..]) = (first.as_str(), after)
            && brace == "{"
        {
            let end = body.iter().position(|token| token == "}").unwrap_or(body.len());
            keys.push(statement(name, &body[..end]));
            rest = &body[end..];
        }
    }
    keys
}

fn statement(name: &str, body: &[String]) -> KeyStatement {
    let mut key = KeyStatement { name: name.to_owned(), ..KeyStatement::default() };
    for clause in body.split(|token| token == ";") {
        match clause {
            [word, value] if word == "algorithm" => key.algorithm = Some(value.clone()),
            [word, value] if word == "secret" => key.secret = Some(value.clone()),
            _ => {}
        }
    }
    key
}

/// Takes the text apart: words, quoted or not, and `{`, `}`, `;`. Comments begin with `#` or `//`, or are in `/* */`.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.trim_start().chars().next() {
        rest = rest.trim_start();
        if first == '#' || rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else if let Some(quoted) = rest.strip_prefix('"') {
            let (word, after) = quoted.split_once('"').unwrap_or((quoted, ""));
            tokens.push(word.to_owned());
            rest = after;
        } else {
            let is_end = |c: char| c.is_whitespace() || "{};\"".contains(c);
            let end = if "{};".contains(first) { 1 } else { rest.find(is_end).unwrap_or(rest.len()) };
            tokens.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::dns::tests::settings;

    const SECRET: &str = "c2VjcmV0LW9mLXRlc3RzLXNlY3JldC1vZi10ZXN0cyE=";

    fn read(name: Option<&str>, text: &str) -> Result<(String, Algorithm), String> {
        let settings = DnsSettings { key_name: name.map(str::to_owned), algorithm: None, ..settings() };
        let key = read_key(&settings, text).map_err(|error| error.to_line())?;
        Ok((key.name().to_string(), key.algorithm()))
    }

    #[test]
    fn keys_are_read_as_tsig_keygen_writes_them() {
        let text = format!("key \"netcensus\" {{\n\talgorithm hmac-sha512;\n\tsecret \"{SECRET}\";\n}};\n");
        assert_eq!(read(None, &text), Ok(("netcensus".to_owned(), Algorithm::Sha512)));
        let two = format!(
            "// keys\n# of two\n/* key x {{ */ key other. {{ secret {SECRET}; algorithm hmac-sha256. ; }};{text}"
        );
        assert_eq!(read(Some("other"), &two), Ok(("other".to_owned(), Algorithm::Sha256)));
        assert_eq!(read(Some("Netcensus."), &two), Ok(("netcensus".to_owned(), Algorithm::Sha512)));
        assert!(read(None, &two).unwrap_err().contains("several keys"));
        assert!(read(Some("third"), &two).unwrap_err().contains("has no key third"));
    }

    #[test]
    fn a_bare_secret_needs_a_name() {
        assert_eq!(
            read(Some("netcensus"), &format!(" {SECRET}\n")),
            Ok(("netcensus".to_owned(), Algorithm::Sha256))
        );
        assert!(read(None, SECRET).unwrap_err().contains("the key has no name"));
    }

    #[test]
    fn no_error_shows_a_secret() {
        for text in [
            "hunter2hunter2!",
            "key k { secret \"hunter2hunter2!\"; };",
            "key k { algorithm hmac-md5; secret \"hunter2hunter2!\"; };",
            "key k { algorithm hunter2hunter2; };",
            "{ hunter2hunter2 }",
        ] {
            let error = read(Some("k"), text).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
