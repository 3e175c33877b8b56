//! Client assertions: signed statements that stand in for a secret. The signature is not verified.
//! <https://learn.microsoft.com/entra/identity-platform/certificate-credentials>

use serde_json::Value;

/// The audience of tokens of other issuers, such as a Kubernetes cluster's, that an application trusts:
/// <https://learn.microsoft.com/entra/workload-id/workload-identity-federation-create-trust>.
const FEDERATED: &str = "api://AzureADTokenExchange";

/// What is wrong with an assertion: Entra's number for it, and its words.
pub type Flaw = (u32, &'static str);

/// Checks an assertion of `client` in `tenant` (as the path names it) at the second `now`.
pub fn check(assertion: &str, tenant: &str, client: &str, now: i64) -> Result<(), Flaw> {
    let claims = claims(assertion).ok_or((50027, "JWT token is invalid or malformed."))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).unwrap_or_default();
    let expires = claims.get("exp").and_then(Value::as_i64);
    if expires.is_none_or(|expires| expires <= now) {
        return Err((700_024, "Client assertion is not within its valid time range."));
    }
    if text("aud") == FEDERATED {
        let named = !text("iss").is_empty() && !text("sub").is_empty();
        return if named { Ok(()) } else { Err((70021, "No matching federated identity record found.")) };
    }
    if !text("aud").ends_with(&format!("/{tenant}/oauth2/v2.0/token")) {
        return Err((700_023, "Client assertion audience claim does not match Realm issuer."));
    }
    if text("iss") != client || text("sub") != client {
        return Err((
            700_021,
            "Client assertion application identifier doesn't match 'client_id' parameter.",
        ));
    }
    Ok(())
}

/// Reads the claims of a JSON web token: <https://www.rfc-editor.org/rfc/rfc7519#section-3>.
fn claims(token: &str) -> Option<Value> {
    let [header, payload, signature] = token.split('.').collect::<Vec<_>>()[..] else { return None };
    serde_json::from_slice::<Value>(&base64url(header)?).ok()?;
    base64url(signature)?;
    serde_json::from_slice(&base64url(payload)?).ok()
}

/// Decodes base64 for URLs, without padding: <https://www.rfc-editor.org/rfc/rfc4648#section-5>.
fn base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for byte in group {
            bits = bits << 6 | value(*byte)?;
        }
        let whole = match group.len() {
            4 => 3,
            3 => 2,
            2 => 1,
            _ => return None,
        };
        bits <<= 6 * (4 - group.len());
        bytes.extend_from_slice(&bits.to_be_bytes()[1..=whole]);
    }
    Some(bytes)
}

fn value(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'-' => 62,
        b'_' => 63,
        _ => return None,
    };
    Some(value.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `{"alg":"RS256","typ":"JWT"}`
    const HEADER: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";

    fn flaw_of(payload: &str) -> u32 {
        check(&format!("{HEADER}.{payload}.c2ln"), "t", "c", 1000).expect_err("is wrong").0
    }

    #[test]
    fn base64_decodes_whole_and_partial_groups() {
        let decoded = ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "_-8"].map(base64url);
        let expected: [&[u8]; 6] = [b"", b"f", b"fo", b"foo", b"foob", b"\xff\xef"];
        assert_eq!(decoded, expected.map(|bytes| Some(bytes.to_vec())));
        assert_eq!(base64url("Z"), None);
        assert_eq!(base64url("Zg=="), None);
    }

    #[test]
    fn an_assertion_must_be_the_clients_own_and_of_this_tenant_and_time() {
        // {"aud":"https://a/t/oauth2/v2.0/token","iss":"c","sub":"c","exp":2000}
        let good =
            "eyJhdWQiOiJodHRwczovL2EvdC9vYXV0aDIvdjIuMC90b2tlbiIsImlzcyI6ImMiLCJzdWIiOiJjIiwiZXhwIjoyMDAwfQ";
        let good = format!("{HEADER}.{good}.c2ln");
        assert_eq!(check(&good, "t", "c", 1000), Ok(()));
        assert_eq!(check(&good, "other", "c", 1000).map_err(|flaw| flaw.0), Err(700_023));
        assert_eq!(check(&good, "t", "other", 1000).map_err(|flaw| flaw.0), Err(700_021));
        assert_eq!(check(&good, "t", "c", 2000).map_err(|flaw| flaw.0), Err(700_024));
        assert_eq!(flaw_of("no-json"), 50027);
        assert_eq!(check("a.b", "t", "c", 1000).map_err(|flaw| flaw.0), Err(50027));
    }

    #[test]
    fn a_federated_token_names_its_own_issuer() {
        // {"aud":"api://AzureADTokenExchange","iss":"https://k8s","sub":"system:serviceaccount:a:b","exp":2000}
        let token = "eyJhdWQiOiJhcGk6Ly9BenVyZUFEVG9rZW5FeGNoYW5nZSIsImlzcyI6Imh0dHBzOi8vazhzIiwic3ViIjoic3lzdGVtOnNlcnZpY2VhY2NvdW50OmE6YiIsImV4cCI6MjAwMH0";
        assert_eq!(check(&format!("{HEADER}.{token}.c2ln"), "t", "c", 1000), Ok(()));
        // {"aud":"api://AzureADTokenExchange","exp":2000}
        assert_eq!(flaw_of("eyJhdWQiOiJhcGk6Ly9BenVyZUFEVG9rZW5FeGNoYW5nZSIsImV4cCI6MjAwMH0"), 70021);
    }
}
