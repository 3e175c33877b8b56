//! Servers, proxies and programs that answer with what they were sent: no secret of it is shown or kept.

use super::fake_server::{self, Answer, IDENTITY, REGIONS, ScanRequest};
use crate::support::{Home, Output, Run};

const CANARIES: [&str; 6] = [
    "SessionCanary0123456789",
    "ClientCanary~0123456789",
    "BearerCanary.0123456789",
    "ProcessCanary/0123456789",
    "PasswordCanary0",
    "QueryCanary0",
];

/// Makes the status and the body of an answer from a request; `None` to echo the request.
type Respond = fn(&ScanRequest) -> Option<(u16, String)>;

fn serve(respond: Respond) -> String {
    fake_server::serve(move |asked| {
        let (status, body) = respond(asked).unwrap_or_else(|| (403, echo(asked)));
        Answer { status, content_type: "text/plain", ..body.into() }
    })
}

/// Writes a request, what is secret first: messages are cut after some hundred characters.
fn echo(asked: &ScanRequest) -> String {
    let is_secret = |line: &&str| {
        let line = line.to_ascii_lowercase();
        line.starts_with("authorization:") || line.starts_with("x-amz-security-token:")
    };
    let (secret, rest): (Vec<&str>, Vec<&str>) = asked.head.lines().partition(is_secret);
    let mut lines: Vec<&str> = secret.into_iter().rev().collect();
    lines.push(&asked.body);
    lines.extend(rest);
    lines.join("\n")
}

/// Runs with `-v` too, and looks for canaries in all that is shown, and in the documents of what is kept.
#[track_caller]
fn keeps_secrets(home: &Home, run: impl Fn(&str) -> Run) {
    for flags in ["", " -vv"] {
        let output = run(flags).run();
        has_none(&output);
    }
    has_none(&home.netcensus("snapshots -o json").run());
    has_none(&home.netcensus("snapshots").env("COLUMNS", "400").run());
    for snapshot in home.netcensus("snapshots -o json").run().json().as_array().unwrap() {
        let name = snapshot["path"].as_str().unwrap();
        has_none(&home.netcensus(&format!("scan all -o json --from {name}")).run());
    }
}

#[track_caller]
fn has_none(output: &Output) {
    for canary in CANARIES {
        // A cut one tells a part of it.
        let part = &canary[..10];
        assert!(!output.stderr.contains(part) && !output.stdout.contains(part), "{canary}: {output:#?}");
    }
}

fn aws(home: &Home, url: &str, arguments: &str) -> Run {
    home.netcensus(arguments)
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "unsentunsentunsent")
        .env("AWS_SESSION_TOKEN", CANARIES[0])
        .env("AWS_MAX_ATTEMPTS", "1")
}

#[test]
fn what_an_endpoint_of_aws_echoes_is_neither_shown_nor_kept() {
    let signed_in: Respond = |asked| match &asked.body {
        b if b.contains("GetCallerIdentity") => Some((200, IDENTITY.to_owned())),
        b if b.contains("DescribeRegions") => Some((200, REGIONS.to_owned())),
        _ => None,
    };
    let refused: Respond = |_| None;
    let in_xml: Respond = |asked| match &asked.body {
        b if b.contains("GetCallerIdentity") => Some((200, IDENTITY.to_owned())),
        b if b.contains("DescribeRegions") => Some((200, REGIONS.to_owned())),
        _ => Some((
            400,
            format!(
                "<Response><Errors><Error><Code>Odd</Code><Message>it got x-amz-security-token: {}</Message>\
                 </Error></Errors></Response>",
                CANARIES[0]
            ),
        )),
    };
    for answer in [signed_in, refused, in_xml] {
        let (home, url) = (Home::new(), serve(answer));
        let scan =
            |flags: &str| aws(&home, &url, &format!("scan networks --provider aws --save -o json{flags}"));
        let output = scan("").run();
        assert!(output.code == 3 || output.code == 2, "{output:?}");
        assert!(format!("{output:?}").contains("[redacted]"), "it was echoed: {output:?}");
        keeps_secrets(&home, scan);
    }
}

#[test]
fn what_an_endpoint_of_azure_echoes_is_neither_shown_nor_kept() {
    let token: Respond = |asked| {
        let token =
            format!(r#"{{"access_token":"{}","expires_in":3600,"token_type":"Bearer"}}"#, CANARIES[2]);
        let first = asked.first_line();
        (first.contains("/token") && first.starts_with("POST")).then_some((200, token))
    };
    let refused: Respond = |_| None;
    for answer in [token, refused] {
        let (home, url) = (Home::new(), serve(answer));
        keeps_secrets(&home, |flags| {
            let places = format!("--azure-authority {url} --azure-resource-manager {url}");
            home.netcensus(&format!("scan networks --provider azure {places} --save -o json{flags}"))
                .env("AZURE_TENANT_ID", "c0de0001-3f5a-4d21-9b7e-000000000001")
                .env("AZURE_CLIENT_ID", "c0de0001-3f5a-4d21-9b7e-000000000002")
                .env("AZURE_CLIENT_SECRET", CANARIES[1])
        });
    }
}

#[cfg(unix)]
#[test]
fn what_a_program_that_signs_in_prints_is_not_shown() {
    let home = Home::new();
    let script = format!(
        "#!/bin/sh\necho 'SecretAccessKey: {0}' >&2\necho '{{\"SecretAccessKey\": \"{0}\"}}'\nexit 1\n",
        CANARIES[3]
    );
    let path = home.write("sign-in", script);
    std::fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    home.write(
        ".aws/config",
        format!("[default]\nregion = eu-west-1\ncredential_process = {}\n", path.display()),
    );
    keeps_secrets(&home, |flags| home.netcensus(&format!("scan networks --provider aws{flags}")));
}

/// Passwords and tokens in the URLs of variables are part of no scope, so a new password is no new scope either.
#[test]
fn passwords_in_the_urls_of_variables_are_not_kept_and_part_no_scopes() {
    let home = Home::new();
    let answer: Respond = |asked| {
        Some(match &asked.body {
            b if b.contains("GetCallerIdentity") => (200, IDENTITY.to_owned()),
            b if b.contains("DescribeRegions") => (200, REGIONS.to_owned()),
            _ => (200, "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>".to_owned()),
        })
    };
    let place = serve(answer);
    let host = place.strip_prefix("http://").unwrap();
    for password in [CANARIES[4], "Another0"] {
        let url = format!("http://user:{password}@{host}/?token={}", CANARIES[5]);
        let scan = "scan networks --provider aws --region eu-west-1 --save -v";
        has_none(&aws(&home, &place, scan).env("AWS_ENDPOINT_URL", &url).run());
    }
    let list = home.netcensus("snapshots -o json").run().json();
    let scopes = list.as_array().unwrap().iter().map(|one| one["scope"]["asked"].to_string());
    let scopes: std::collections::BTreeSet<String> = scopes.collect();
    assert_eq!((list.as_array().unwrap().len(), scopes.len()), (2, 1), "{list}");
    has_none(&home.netcensus("snapshots -o json").run());
    has_none(&home.netcensus("merge @latest @previous").run());
    has_none(&home.netcensus("diff @previous @latest").run());
}
