//! Servers, proxies and programs that answer with what they were sent (faults F11): no secret of it is shown or kept.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

use crate::support::{Home, Output, Run};

const CANARIES: [&str; 6] = [
    "SessionCanary0123456789",
    "ClientCanary~0123456789",
    "BearerCanary.0123456789",
    "ProcessCanary/0123456789",
    "PasswordCanary0",
    "QueryCanary0",
];

/// What a server answers: to the first line of a request and its body, a status and a body; `None` to echo the request.
type Answer = fn(&str, &str) -> Option<(&'static str, String)>;

fn serve(answer: Answer) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || converse(stream, answer));
        }
    });
    port
}

fn converse(stream: TcpStream, answer: Answer) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some((head, body)) = request(&mut reader) {
        let first = head.lines().next().unwrap_or_default();
        let (status, text) = answer(first, &body).unwrap_or(("403 Forbidden", echo(&head, &body)));
        let answered = write!(
            writer,
            "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\n\r\n{text}",
            text.len()
        );
        if answered.is_err() {
            return;
        }
    }
}

/// Writes a request, what is secret first: messages are cut after some hundred characters.
fn echo(head: &str, body: &str) -> String {
    let is_secret = |line: &&str| {
        let line = line.to_ascii_lowercase();
        line.starts_with("authorization:") || line.starts_with("x-amz-security-token:")
    };
    let (secret, rest): (Vec<&str>, Vec<&str>) = head.lines().partition(is_secret);
    let mut lines: Vec<&str> = secret.into_iter().rev().collect();
    lines.push(body);
    lines.extend(rest);
    lines.join("\n")
}

/// Reads one request: its head and body; `None` at the end of the connection.
fn request(reader: &mut impl BufRead) -> Option<(String, String)> {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line).ok()? == 0 {
            return None;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8(body).ok()?))
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

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws:iam::111111111111:user/me</Arn><Account>111111111111</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";
const REGIONS: &str = "<DescribeRegionsResponse><regionInfo><item><regionName>eu-west-1</regionName>\
    <optInStatus>opt-in-not-required</optInStatus></item></regionInfo></DescribeRegionsResponse>";

fn aws(home: &Home, port: u16, arguments: &str) -> Run {
    home.netcensus(arguments)
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
        .env("AWS_SECRET_ACCESS_KEY", "unsentunsentunsent")
        .env("AWS_SESSION_TOKEN", CANARIES[0])
        .env("AWS_MAX_ATTEMPTS", "1")
}

#[test]
fn what_an_endpoint_of_aws_echoes_is_neither_shown_nor_kept() {
    let signed_in: Answer = |_, body| match body {
        b if b.contains("GetCallerIdentity") => Some(("200 OK", IDENTITY.to_owned())),
        b if b.contains("DescribeRegions") => Some(("200 OK", REGIONS.to_owned())),
        _ => None,
    };
    let refused: Answer = |_, _| None;
    let in_xml: Answer = |_, body| match body {
        b if b.contains("GetCallerIdentity") => Some(("200 OK", IDENTITY.to_owned())),
        b if b.contains("DescribeRegions") => Some(("200 OK", REGIONS.to_owned())),
        _ => Some((
            "400 Bad Request",
            format!(
                "<Response><Errors><Error><Code>Odd</Code><Message>it got x-amz-security-token: {}</Message>\
                 </Error></Errors></Response>",
                CANARIES[0]
            ),
        )),
    };
    for answer in [signed_in, refused, in_xml] {
        let (home, port) = (Home::new(), serve(answer));
        let scan =
            |flags: &str| aws(&home, port, &format!("scan networks --provider aws --save -o json{flags}"));
        let output = scan("").run();
        assert!(output.code == 3 || output.code == 2, "{output:?}");
        assert!(format!("{output:?}").contains("[redacted]"), "it was echoed: {output:?}");
        keeps_secrets(&home, scan);
    }
}

#[test]
fn what_an_endpoint_of_azure_echoes_is_neither_shown_nor_kept() {
    let token: Answer = |first, _| {
        let token =
            format!(r#"{{"access_token":"{}","expires_in":3600,"token_type":"Bearer"}}"#, CANARIES[2]);
        (first.contains("/token") && first.starts_with("POST")).then_some(("200 OK", token))
    };
    let refused: Answer = |_, _| None;
    for answer in [token, refused] {
        let (home, port) = (Home::new(), serve(answer));
        let url = format!("http://127.0.0.1:{port}");
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
    let answer: Answer = |_, body| {
        Some(match body {
            b if b.contains("GetCallerIdentity") => ("200 OK", IDENTITY.to_owned()),
            b if b.contains("DescribeRegions") => ("200 OK", REGIONS.to_owned()),
            _ => ("200 OK", "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>".to_owned()),
        })
    };
    let port = serve(answer);
    for password in [CANARIES[4], "Another0"] {
        let url = format!("http://user:{password}@127.0.0.1:{port}/?token={}", CANARIES[5]);
        let scan = "scan networks --provider aws --region eu-west-1 --save -v";
        has_none(&aws(&home, port, scan).env("AWS_ENDPOINT_URL", &url).run());
    }
    let list = home.netcensus("snapshots -o json").run().json();
    let scopes = list.as_array().unwrap().iter().map(|one| one["scope"]["asked"].to_string());
    let scopes: std::collections::BTreeSet<String> = scopes.collect();
    assert_eq!((list.as_array().unwrap().len(), scopes.len()), (2, 1), "{list}");
    has_none(&home.netcensus("snapshots -o json").run());
    has_none(&home.netcensus("merge @latest @previous").run());
    has_none(&home.netcensus("diff @previous @latest").run());
}
