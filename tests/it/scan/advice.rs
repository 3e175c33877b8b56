//! What is said when signing in fails names the profile or variable, the cause, and what helps.

use super::fake_server::{self, Answer, IDENTITY, ScanRequest};
use crate::support::{Home, Output};

/// Makes the status and the body of an answer.
type Respond = fn(&ScanRequest) -> (u16, String);

/// Answers every request with what `respond` makes of it, long ago by its date; returns the address.
fn serve(respond: Respond) -> String {
    fake_server::serve(move |asked| {
        let (status, body) = respond(asked);
        let content_type = if body.starts_with('{') { "application/json" } else { "text/xml" };
        let headers = "date: Wed, 01 Jan 2020 00:00:00 GMT\r\n";
        Answer { status, headers, content_type, ..body.into() }
    })
}

fn identity() -> (u16, String) {
    (200, IDENTITY.to_owned())
}

fn refused(code: &str, message: &str) -> (u16, String) {
    (
        403,
        format!(
            "<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>"
        ),
    )
}

/// The answer of EC2 where there is nothing.
fn nothing(request: &str) -> String {
    let lists = [
        ("DescribeVpcs", "vpcSet"),
        ("DescribeSubnets", "subnetSet"),
        ("DescribeInstances", "reservationSet"),
    ];
    let asked_for = |(action, _): &&(&str, &str)| request.contains(&format!("Action={action}&"));
    let (action, list) = lists.iter().find(asked_for).expect("an action of these tests");
    format!("<{action}Response><{list}/></{action}Response>")
}

/// Answers of IAM Identity Center, by role; STS knows whoever comes with the credentials that it gave.
fn portal(asked: &ScanRequest) -> (u16, String) {
    let role = |name: &str| asked.head.contains(&format!("role_name={name}"));
    if !asked.head.starts_with("GET /") {
        return match () {
            () if asked.body.contains("GetCallerIdentity") => identity(),
            () if asked.body.contains("DescribeRegions") => {
                let region = "<item><regionName>eu-west-1</regionName></item>";
                (
                    200,
                    format!(
                        "<DescribeRegionsResponse><regionInfo>{region}</regionInfo></DescribeRegionsResponse>"
                    ),
                )
            }
            () => (200, nothing(&asked.body)),
        };
    }
    if role("gone") {
        return (403, r#"{"message":"No access","__type":"x#ForbiddenException"}"#.to_owned());
    }
    if role("dead") {
        return (
            401,
            r#"{"message":"Session token not found","__type":"x#UnauthorizedException"}"#.to_owned(),
        );
    }
    if asked.head.starts_with("GET /container") {
        return (200, r#"{"AccessKeyId":"A","SecretAccessKey":"s","Token":"t","Expiration":"2099-01-01T02:00:00+02:00"}"#.into());
    }
    let keys = r#""accessKeyId":"ASIA","secretAccessKey":"s","sessionToken":"t","expiration":4102444800000"#;
    (200, format!(r#"{{"roleCredentials":{{{keys}}}}}"#))
}

const SESSIONS: &str = "[sso-session corp]\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n\
    [sso-session 'two words']\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n";

/// A home where `aws sso login` was run for both sessions.
fn signed_in(config: &str) -> Home {
    let home = Home::new();
    home.write(".aws/config", format!("{SESSIONS}{config}"));
    let token = r#"{"accessToken":"t","expiresAt":"2099-01-01T00:00:00Z"}"#;
    // The SHA-1 of `corp` and of `two words`.
    for name in ["ee0bfd2552fbd840c02cc48b6e823320543c450f", "6bbd56a66ff1072a75f30df793911caccaef32c8"] {
        home.write(&format!(".aws/sso/cache/{name}.json"), token);
    }
    home
}

fn by_sso(settings: &str) -> Output {
    let home = signed_in(&format!("[profile p]\nregion = eu-west-1\n{settings}\n"));
    home.netcensus("scan networks --aws-profile p").env("AWS_ENDPOINT_URL", serve(portal)).run()
}

fn role(name: &str) -> String {
    format!("sso_account_id = 111111111111\nsso_role_name = {name}\n")
}

#[test]
fn sso_settings_that_the_aws_cli_takes_sign_in() {
    by_sso(&format!("sso_session = corp\n{}", role("reader"))).exits(0);
    let both = "sso_session = corp\nsso_start_url = https://corp.example/start\nsso_region = eu-west-1\n";
    by_sso(&format!("{both}{}", role("reader"))).exits(0);
    by_sso(&format!("sso_session = two words\n{}", role("reader"))).exits(0);
    by_sso("sso_region = eu-west-1\naws_access_key_id = A\naws_secret_access_key = s\n").exits(0);
}

#[test]
fn credentials_of_a_container_may_expire_in_any_time_zone() {
    let url = serve(portal);
    let home = Home::new();
    let scan = |url: String, address: &str| {
        let run = home.netcensus("scan networks").env("AWS_ENDPOINT_URL", url);
        run.env("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "")
            .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", address)
    };
    scan(url.clone(), &format!("{url}/container")).run().exits(0);
    let refused = serve(|_| (403, r#"{"Code":"X","Message":"no role"}"#.to_owned()));
    scan(url.clone(), &refused)
        .run()
        .refuses(&["which AWS_CONTAINER_CREDENTIALS_FULL_URI names, answered HTTP 403: no role"]);
    scan(url, "http://example.com/")
        .run()
        .refuses(&["AWS_CONTAINER_CREDENTIALS_FULL_URI is `http://example.com/`"]);
}

#[test]
fn what_sso_refuses_is_said_in_words() {
    let gone = by_sso(&format!("sso_session = corp\n{}", role("gone")));
    let gone = gone.refuses(&[
        "your SSO user is not assigned to account 111111111111 with the role gone",
        "check sso_account_id and sso_role_name of profile p",
    ]);
    assert!(!gone.stderr.contains("Error {") && !gone.stderr.contains("sso login"), "{}", gone.stderr);
    by_sso(&format!("sso_session = corp\n{}", role("dead")))
        .refuses(&["the SSO session has ended or was revoked", "aws sso login --profile p"]);
    by_sso("sso_session = corp\n")
        .refuses(&["defines no credentials", "no sso_account_id and sso_role_name"]);
    by_sso(&format!("sso_session = other\n{}", role("reader")))
        .refuses(&["the sso_session other of profile p does not exist", "[sso-session other]"]);
    by_sso(&format!("sso_session = corp\nsso_region = us-east-1\n{}", role("reader")))
        .refuses(&["sso_region of profile p differs from that of its sso_session"]);
}

/// Signs in by keys of a profile to an STS that refuses with a code and a message.
fn by_keys(respond: Respond, profile: &str) -> Output {
    let home = Home::new();
    home.write(
        ".aws/config",
        format!("[profile p]\n{profile}aws_access_key_id = A\naws_secret_access_key = s\n"),
    );
    let run = home.netcensus("scan --aws-profile p").env("AWS_ENDPOINT_URL", serve(respond));
    run.env("AWS_MAX_ATTEMPTS", "1").run()
}

#[test]
fn a_wrong_clock_is_not_a_matter_of_keys() {
    for answer in [
        (|_| refused("SignatureDoesNotMatch", "Signature expired: a is now earlier than b")) as Respond,
        |_| refused("SignatureDoesNotMatch", "Signature not yet current: a is still later than b"),
        |_| refused("RequestExpired", "Request has expired."),
    ] {
        let output = by_keys(answer, "region = eu-west-1\n");
        let output = output.refuses(&[
            "this machine's clock says 2",
            "that of AWS 2020-01-01T00:00:00Z",
            "set this machine's clock",
        ]);
        assert!(
            !output.stderr.contains("renew") && !output.stderr.contains("aws configure"),
            "{}",
            output.stderr
        );
    }
}

#[test]
fn keys_of_another_partition_are_asked_for_a_region() {
    let unknown: Respond = |asked| {
        if asked.head.contains("/us-gov-west-1/") {
            identity()
        } else {
            refused("InvalidClientTokenId", "invalid")
        }
    };
    let output = by_keys(unknown, "");
    output.refuses(&["InvalidClientTokenId", "GovCloud or China", "`region` of profile p, or AWS_REGION"]);
    let said = by_keys(unknown, "region = eu-west-1\n").refuses(&["InvalidClientTokenId"]);
    assert!(!said.stderr.contains("GovCloud"), "a region is set");
    let home = Home::new();
    home.write(".aws/config", "[profile p]\naws_access_key_id = A\naws_secret_access_key = s\n");
    let run = home.netcensus("scan --aws-profile p --region us-gov-west-1 --dry-run");
    run.env("AWS_ENDPOINT_URL", serve(unknown)).run().says(&[]);
}

#[test]
fn keys_that_expired_in_the_environment_are_not_blamed_on_the_profile() {
    let home = Home::new();
    let run = home.netcensus("scan").env("AWS_ENDPOINT_URL", serve(|_| refused("ExpiredToken", "expired")));
    let run =
        run.env("AWS_ACCESS_KEY_ID", "A").env("AWS_SECRET_ACCESS_KEY", "s").env("AWS_SESSION_TOKEN", "t");
    let output = run.env("AWS_PROFILE", "prod").run();
    let output = output.refuses(&[
        "ExpiredToken",
        "the keys used are those of AWS_ACCESS_KEY_ID, which come before AWS_PROFILE=prod",
    ]);
    assert!(!output.stderr.contains("aws sso login --profile"), "{}", output.stderr);
}

#[test]
fn a_token_file_that_is_missing_is_named() {
    let home = Home::new();
    let run = home.netcensus("scan").env("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token");
    run.env("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")
        .run()
        .refuses(&["/nowhere/token could not be read: No such file"]);
    let run = home.netcensus("scan").env("AWS_WEB_IDENTITY_TOKEN_FILE", "/nowhere/token");
    run.run().refuses(&["AWS_WEB_IDENTITY_TOKEN_FILE is set, but not AWS_ROLE_ARN"]);
    home.write(
        ".aws/config",
        "[profile p]\nrole_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = /nowhere/t\n",
    );
    home.netcensus("scan --aws-profile p").run().refuses(&["/nowhere/t could not be read", "of profile p"]);
}

#[test]
fn a_token_that_is_refused_unreadably_is_said_in_words() {
    let home = Home::new();
    let file = home.write("token", "t\n");
    let run = home.netcensus("scan").env("AWS_WEB_IDENTITY_TOKEN_FILE", file).env("AWS_MAX_ATTEMPTS", "1");
    let run = run
        .env("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")
        .env("AWS_ENDPOINT_URL", serve(|_| (400, "no".into())));
    let output = run.run().refuses(&["sts:AssumeRoleWithWebIdentity: HTTP 400"]);
    assert!(!output.stderr.contains("no credentials: Error"), "{}", output.stderr);
}
