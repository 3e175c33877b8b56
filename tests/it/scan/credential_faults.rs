//! Faults of the servers that give credentials: the endpoints that renew the token of an SSO session and the session of
//! `aws login`, the portal of SSO, the agent of a container, and STS. What went wrong is said without the secrets of the
//! answer, `Retry-After` is waited for, and nothing is asked again in vain.

use std::io::Write;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::json;

use super::fake_server::{Answer, IDENTITY, REGIONS, ScanRequest, serve_streams};
use crate::support::{Home, Output, Run};

/// A server of credentials.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Source {
    Token,
    Portal,
    Container,
    Login,
    Role,
    WebIdentity,
}

/// Does `check` with all `cases` at the same time, because each has to wait.
fn with_each<T: Send>(cases: impl IntoIterator<Item = T>, check: impl Fn(T) + Sync) {
    let check = &check;
    std::thread::scope(|scope| {
        for case in cases {
            scope.spawn(move || check(case));
        }
    });
}

impl Source {
    /// Tells which server a request is for.
    fn of(asked: &ScanRequest) -> Option<Self> {
        let line = asked.first_line();
        let is = |begin: &str| line.starts_with(begin);
        match () {
            () if is("POST /token") => Some(Self::Token),
            () if is("GET /federation") => Some(Self::Portal),
            () if is("GET /container") => Some(Self::Container),
            () if is("POST /v1/token") => Some(Self::Login),
            () if asked.body.contains("Action=AssumeRoleWithWebIdentity&") => Some(Self::WebIdentity),
            () if asked.body.contains("Action=AssumeRole&") => Some(Self::Role),
            () => None,
        }
    }

    /// The answer without a fault.
    const fn body(self) -> &'static str {
        match self {
            Self::Token => {
                r#"{"accessToken":"new","expiresIn":28800,"tokenType":"Bearer","refreshToken":"r2"}"#
            }
            Self::Portal => {
                r#"{"roleCredentials":{"accessKeyId":"ASIA","secretAccessKey":"SEKRIT","sessionToken":"t","expiration":4102444800000}}"#
            }
            Self::Container => {
                r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T00:00:00Z"}"#
            }
            Self::Login => {
                r#"{"accessToken":{"accessKeyId":"A","secretAccessKey":"SEKRIT","sessionToken":"t"},"tokenType":"aws_sigv4","expiresIn":900,"refreshToken":"r2"}"#
            }
            Self::Role => {
                "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>A</AccessKeyId>\
                 <SecretAccessKey>SEKRIT</SecretAccessKey><SessionToken>t</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>"
            }
            Self::WebIdentity => {
                "<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>\
                 <AccessKeyId>A</AccessKeyId><SecretAccessKey>SEKRIT</SecretAccessKey><SessionToken>t</SessionToken>\
                 <Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult>\
                 </AssumeRoleWithWebIdentityResponse>"
            }
        }
    }
}

fn answer(status: u16, headers: &'static str, body: &str) -> Answer {
    Answer { status, headers, content_type: "application/json", ..body.into() }
}

/// Writes the answer to a request, given how many were answered before and the right body; returns whether the connection
/// stays.
type Fault = fn(&mut TcpStream, usize, &str) -> bool;

/// A server with a fault, and when it was asked.
struct Server {
    url: String,
    asked: Arc<Mutex<Vec<Instant>>>,
    /// The first line and the headers of each request to the portal.
    portal: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn new(source: Source, fault: Fault) -> Self {
        let (asked, portal) = (Arc::<Mutex<Vec<Instant>>>::default(), Arc::<Mutex<Vec<String>>>::default());
        let (times, heads) = (Arc::clone(&asked), Arc::clone(&portal));
        let url = serve_streams(move |request, stream| {
            let Some(of) = Source::of(request) else { return aws(request).write(stream) };
            if of == Source::Portal {
                heads.lock().unwrap().push(request.head.clone());
            }
            if of != source {
                return answer(200, "", of.body()).write(stream);
            }
            let before = {
                let mut times = times.lock().unwrap();
                times.push(Instant::now());
                times.len() - 1
            };
            fault(stream, before, source.body())
        });
        Self { url, asked, portal }
    }

    fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// What AWS answers once there are credentials: one region without networks.
fn aws(asked: &ScanRequest) -> Answer {
    match () {
        () if asked.body.contains("GetCallerIdentity") => IDENTITY.into(),
        () if asked.body.contains("DescribeRegions") => REGIONS.into(),
        () if asked.body.contains("DescribeSubnets") => {
            "<DescribeSubnetsResponse><subnetSet/></DescribeSubnetsResponse>".into()
        }
        () if asked.body.contains("DescribeInstances") => {
            "<DescribeInstancesResponse><reservationSet/></DescribeInstancesResponse>".into()
        }
        () => "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>".into(),
    }
}

/// A home where the profile `p` is of an SSO session, whose token expires then.
fn home(expires: &str) -> Home {
    let home = Home::new();
    home.write(
        ".aws/config",
        "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n[profile p]\n\
         sso_session = corp\nsso_account_id = 111111111111\nsso_role_name = r\nregion = eu-west-1\n",
    );
    let token = format!(
        r#"{{"accessToken":"old-token","expiresAt":"{expires}","clientId":"c","clientSecret":"s","refreshToken":"r",
        "registrationExpiresAt":"2099-01-01T00:00:00Z","region":"eu-west-1","startUrl":"https://corp.example/start"}}"#
    );
    // The SHA-1 of `corp`.
    home.write(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", token);
    home
}

/// A home where the profile `p` is of a session of `aws login`, whose credentials have expired.
fn login_home() -> Home {
    let home = Home::new();
    let session = "arn:aws:iam::111111111111:user/me";
    home.write(".aws/config", format!("[profile p]\nlogin_session = {session}\nregion = eu-west-1\n"));
    let key = "MDECAQEEIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBoAoGCCqGSM49\nAwEH";
    let token = json!({
        "accessToken": {"accessKeyId": "A", "secretAccessKey": "old", "sessionToken": "t", "accountId": "111111111111",
            "expiresAt": "2020-01-01T00:00:00Z"},
        "tokenType": "aws_sigv4", "refreshToken": "r", "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": format!("-----BEGIN EC PRIVATE KEY-----\n{key}\n-----END EC PRIVATE KEY-----\n"),
    });
    // The SHA-256 of the session.
    let name = "f588fbe994a0abe4d250a61f6da847b285b7ffe841c32dc31fbeed4f0bc75d30";
    home.write(&format!(".aws/login/cache/{name}.json"), token.to_string());
    home
}

/// A home where the profile `p` has a role that is assumed by keys, or by the token in a file.
fn role_home(source: Source) -> Home {
    let home = Home::new();
    let by = match source {
        Source::Role => "source_profile = base",
        _ => "web_identity_token_file = token",
    };
    home.write("token", "a-token");
    home.write(
        ".aws/config",
        format!(
            "[profile base]\naws_access_key_id = A\naws_secret_access_key = s\n[profile p]\nregion = eu-west-1\n\
             role_arn = arn:aws:iam::111111111111:role/r\n{by}\n"
        ),
    );
    home
}

/// Scans with the credentials of `source`, for `timeout` at most and with so many attempts.
fn scan(source: Source, server: &Server, timeout: &str, attempts: Option<&str>) -> Output {
    let home = match source {
        Source::Token => home("2020-01-01T00:00:00Z"),
        Source::Portal => home("2099-01-01T00:00:00Z"),
        Source::Container => Home::new(),
        Source::Login => login_home(),
        Source::Role | Source::WebIdentity => role_home(source),
    };
    let profile = if source == Source::Container { "" } else { "--aws-profile p" };
    let run = home.netcensus(&format!("scan networks {profile} --timeout {timeout} -o csv"));
    let run: Run = match source {
        Source::Container => {
            run.env("AWS_CONTAINER_CREDENTIALS_FULL_URI", format!("{}/container", server.url))
        }
        _ => run,
    };
    let run = attempts.into_iter().fold(run, |run, attempts| run.env("AWS_MAX_ATTEMPTS", attempts));
    run.env("AWS_ENDPOINT_URL", &server.url).run()
}

fn hang(_: &mut TcpStream, _: usize, _: &str) -> bool {
    loop {
        std::thread::park();
    }
}

/// Writes what comes before the end of the body.
fn beginning(stream: &mut TcpStream, body: &str) {
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(&[head.as_bytes(), &body.as_bytes()[..body.len() - 20]].concat());
}

fn half_and_hang(stream: &mut TcpStream, asked: usize, body: &str) -> bool {
    beginning(stream, body);
    hang(stream, asked, body)
}

fn half_and_end(stream: &mut TcpStream, _: usize, body: &str) -> bool {
    beginning(stream, body);
    close(stream)
}

fn close(stream: &TcpStream) -> bool {
    let _ = stream.shutdown(std::net::Shutdown::Both);
    false
}

fn no_answer(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    close(stream)
}

fn proxy_error(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    let body = "<html>Bad Gateway</html>";
    Answer { status: 500, content_type: "text/html", ..body.into() }.write(stream)
}

fn proxy_page(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    Answer { content_type: "text/html", ..("<html>sign in</html>".into()) }.write(stream)
}

fn cut(stream: &mut TcpStream, _: usize, body: &str) -> bool {
    answer(200, "", &body[..body.len() / 2]).write(stream)
}

/// Cuts the answer behind the secret.
fn cut_late(stream: &mut TcpStream, _: usize, body: &str) -> bool {
    answer(200, "", &body[..body.len() - 3]).write(stream)
}

fn empty_object(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    answer(200, "", "{}").write(stream)
}

fn redirect(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    answer(307, "location: https://example.com/x\r\n", "").write(stream)
}

fn without_end(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n{\"a\":\"";
    let _ = stream.write_all(head.as_bytes());
    let piece = vec![b'a'; 1 << 20];
    while stream.write_all(&piece).is_ok() {}
    false
}

fn other_protocol(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    let _ = stream.write_all("SSH-2.0-x\r\n".repeat(4).as_bytes());
    close(stream)
}

fn revoked(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    answer(400, "", r#"{"error":"invalid_grant","error_description":"Revoked"}"#).write(stream)
}

const THROTTLED: &str = r#"{"__type":"TooManyRequestsException","message":"slow"}"#;

fn refused_login(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    answer(400, "", r#"{"error":"TOKEN_EXPIRED","message":"Sign in again"}"#).write(stream)
}

/// Answers with credentials that expire at a time that is none.
fn bad_time(stream: &mut TcpStream, _: usize, body: &str) -> bool {
    Answer::from(body.replace("2099-01-01T00:00:00Z", "soon")).write(stream)
}

/// Answers with credentials in another element than the action has.
fn other_element(stream: &mut TcpStream, _: usize, body: &str) -> bool {
    let inner = body.split_once('>').unwrap().1;
    Answer::from(format!("<Other>{}</Other>", &inner[..inner.rfind("</").unwrap()])).write(stream)
}

fn throttled(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    answer(429, "", THROTTLED).write(stream)
}

fn throttled_for_minutes(stream: &mut TcpStream, _: usize, _: &str) -> bool {
    answer(429, "retry-after: 300\r\n", THROTTLED).write(stream)
}

fn throttled_once(stream: &mut TcpStream, asked: usize, body: &str) -> bool {
    let answer =
        if asked == 0 { answer(429, "retry-after: 3\r\n", THROTTLED) } else { answer(200, "", body) };
    answer.write(stream)
}

/// `no credentials came in time` was said of most, and of the others that the session has ended: the expired token was sent to
/// the portal.
#[test]
fn why_a_token_was_not_renewed_is_said_and_the_expired_one_is_not_used() {
    let faults: [(&str, Fault, &str); 12] = [
        ("5s", hang, "not done within 4500ms: the endpoint did not answer"),
        ("5s", half_and_hang, "not done within 4500ms: the last answer was HTTP 200"),
        ("1m", half_and_end, "the answer ended too early"),
        ("1m", no_answer, "the endpoint cannot be reached"),
        ("1m", other_protocol, "the endpoint does not answer with valid HTTP: invalid HTTP version"),
        ("1m", proxy_error, "HTTP 500 with an answer that is not one of the API, perhaps from a proxy"),
        ("1m", proxy_page, "HTTP 200 with an answer that is not one of the API, perhaps from a proxy"),
        ("1m", cut, "HTTP 200 with an answer that is not one of the API"),
        ("1m", empty_object, "HTTP 200 with an answer that has no accessToken"),
        ("1m", redirect, "HTTP 307 redirects to https://example.com, and redirects are not followed"),
        ("1m", revoked, "invalid_grant: Revoked (run: aws sso login --profile p)"),
        ("1m", throttled, "HTTP 429, too many requests, after all retries"),
    ];
    with_each(faults, |(timeout, fault, why)| {
        let server = Server::new(Source::Token, fault);
        let output = scan(Source::Token, &server, timeout, Some("1"));
        let begin = "the SSO token of profile p cannot be used: sso-oidc:CreateToken: ";
        output.refuses(&[&format!("{begin}{why}")]);
        assert_eq!(server.times_asked(), 1, "{why}");
        assert_eq!(*server.portal.lock().unwrap(), [""; 0], "{why}");
    });
}

/// Throttling was `no credentials`, with the advice to sign in again.
#[test]
fn why_a_session_of_aws_login_was_not_renewed_is_said_and_what_to_do() {
    let faults: [(&str, Fault, &str, bool); 7] = [
        ("5s", hang, "not done within 4500ms: the endpoint did not answer", false),
        ("1m", no_answer, "the endpoint cannot be reached", false),
        ("1m", proxy_page, "HTTP 200 with an answer that is not one of the API, perhaps from a proxy", true),
        ("1m", cut_late, "HTTP 200 with an answer that is not one of the API", true),
        ("1m", empty_object, "HTTP 200 with an answer that has no accessToken", true),
        ("1m", refused_login, "TOKEN_EXPIRED: Sign in again", true),
        ("1m", throttled, "HTTP 429, too many requests, after all retries (try later)", false),
    ];
    with_each(faults, |(timeout, fault, why, advises)| {
        let server = Server::new(Source::Login, fault);
        let output = scan(Source::Login, &server, timeout, Some("1"));
        let begin = "the session of `aws login` cannot be renewed: signin:CreateOAuth2Token: ";
        let output = output.refuses(&[&format!("{begin}{why}")]);
        assert_eq!(output.stderr.contains("run: aws login --profile p"), advises, "{}", output.stderr);
        assert!(!output.stderr.contains("SEKRIT"), "{}", output.stderr);
        assert_eq!(server.times_asked(), 1, "{why}");
    });
}

/// The beginning of the answer was shown.
#[test]
fn of_an_answer_of_sts_that_cannot_be_understood_no_secret_is_shown() {
    let faults: [(Fault, &str); 3] = [
        (bad_time, "the answer cannot be read"),
        (other_element, "HTTP 200 with an answer that is not one of the API"),
        (proxy_page, "HTTP 200 with an answer that is not one of the API"),
    ];
    let cases = [Source::Role, Source::WebIdentity].map(|source| faults.map(|fault| (source, fault)));
    with_each(cases.into_iter().flatten(), |(source, (fault, why))| {
        let server = Server::new(source, fault);
        let output = scan(source, &server, "1m", Some("1")).refuses(&[why]);
        assert!(!output.stderr.contains("SEKRIT"), "{}", output.stderr);
    });
}

#[test]
fn a_token_is_renewed_after_an_answer_that_breaks_off() {
    let server = Server::new(Source::Token, |stream, asked, body| match asked {
        0 => half_and_end(stream, asked, body),
        _ => answer(200, "", body).write(stream),
    });
    scan(Source::Token, &server, "1m", None).exits(0);
    assert_eq!(server.times_asked(), 2);
    let asked = server.portal.lock().unwrap().concat();
    assert!(asked.contains("new") && !asked.contains("old-token"), "{asked}");
}

#[test]
fn an_answer_without_end_is_not_asked_for_again() {
    with_each([Source::Token, Source::Portal, Source::Container, Source::Login], |source| {
        let server = Server::new(source, without_end);
        scan(source, &server, "1m", None).refuses(&["the answer has more than 64 MiB"]);
        assert_eq!(server.times_asked(), 1, "{source:?}");
    });
}

#[test]
fn the_pause_that_a_server_of_credentials_asks_for_is_waited_for() {
    with_each([Source::Token, Source::Portal, Source::Container, Source::Login], |source| {
        let server = Server::new(source, throttled_once);
        scan(source, &server, "1m", None).exits(0);
        let asked = server.asked.lock().unwrap();
        let [first, second] = asked[..] else { panic!("{source:?}: {asked:?}") };
        assert!(second - first >= Duration::from_secs(3), "{source:?}: {:?}", second - first);
    });
}

#[test]
fn a_pause_longer_than_the_timeout_is_refused_at_once_by_every_source_of_credentials() {
    with_each([Source::Token, Source::Portal, Source::Container, Source::Login], |source| {
        let server = Server::new(source, throttled_for_minutes);
        let output = scan(source, &server, "20s", None);
        output.refuses(&["longer than the 20 s that netcensus waits", "use a longer --timeout"]);
        assert_eq!(server.times_asked(), 1, "{source:?}");
    });
}

#[test]
fn what_the_portal_and_the_agent_of_a_container_answer_wrongly_is_said() {
    let faults: [(Source, Fault, &str); 9] = [
        (Source::Portal, hang, "not done within 4s: the endpoint did not answer"),
        (Source::Portal, half_and_end, "sso:GetRoleCredentials: the answer ended too early"),
        (
            Source::Portal,
            other_protocol,
            "sso:GetRoleCredentials: the endpoint does not answer with valid HTTP",
        ),
        (
            Source::Portal,
            cut_late,
            "sso:GetRoleCredentials: HTTP 200 with an answer that is not one of the API",
        ),
        (Source::Portal, proxy_page, "sso:GetRoleCredentials: HTTP 200"),
        (Source::Container, hang, "not done within 4s: the endpoint did not answer"),
        (Source::Container, half_and_hang, "not done within 4s: the last answer was HTTP 200"),
        (Source::Container, other_protocol, "could not be read: invalid HTTP version"),
        (Source::Container, proxy_page, "did not answer with JSON"),
    ];
    with_each(faults, |(source, fault, why)| {
        let server = Server::new(source, fault);
        let output = scan(source, &server, "4s", Some("1")).refuses(&[why]);
        assert!(!output.stderr.contains("SEKRIT"), "{}", output.stderr);
    });
}

/// Requests for a token that was not renewed come no sooner than the SDK allows.
#[test]
fn a_token_endpoint_that_throttles_is_not_asked_without_end() {
    let server = Server::new(Source::Token, throttled);
    scan(Source::Token, &server, "10s", None).refuses(&["sso-oidc:CreateToken"]);
    assert!(server.times_asked() <= 8, "{}", server.times_asked());
}
