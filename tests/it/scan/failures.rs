//! What goes wrong is named, counted, and does not take the rest with it.

use std::io::Write;
use std::time::Duration;

use serde_json::Value;

use crate::support::{Cloud, Home, Output, netcensus};

const SECURITY: &str = "--aws-profile security -o json";

/// Returns how a kind fared in a region: the outcome and its detail.
#[track_caller]
fn fared<'a>(document: &'a Value, region: &str, kind: &str) -> (&'a str, &'a str) {
    let coverage = document["coverage"].as_array().unwrap();
    let entry = coverage.iter().find(|entry| entry["region"] == region && entry["kind"] == kind).unwrap();
    (entry["outcome"].as_str().unwrap(), entry["detail"].as_str().unwrap_or_default())
}

/// Counts the scopes that were read completely.
fn complete(document: &Value) -> usize {
    let coverage = document["coverage"].as_array().unwrap();
    coverage.iter().filter(|entry| entry["outcome"] == "complete").count()
}

fn warnings(output: &Output) -> usize {
    output.stderr.lines().filter(|line| line.starts_with("warning: ")).count()
}

#[test]
fn a_denied_region_is_unknown_and_the_others_are_read() {
    let cloud = Cloud::sample(&["deny@region=eu-central-1"]);
    let output = cloud.netcensus(&format!("scan {SECURITY}")).run();
    let output = output.falls_short(&[
        "aws 777777777777 eu-central-1 networks: denied",
        "aws 777777777777 eu-central-1 subnets: denied",
        "(a service control policy denies ec2:DescribeVpcs: ask an administrator of the organization)",
        "(a service control policy denies ec2:DescribeInstances: ask an administrator of the organization)",
        "3 of 12 reads failed (exit code 3)",
    ]);
    assert_eq!(warnings(&output), 4, "one line for each missing permission, one for the whole");
    let asked = cloud.requests().into_iter().filter(|request| request.region == "eu-central-1");
    assert!(asked.map(|request| request.count).all(|count| count == 1), "a denial is not tried again");
    let document = output.json();
    assert_eq!(fared(&document, "eu-central-1", "networks").0, "denied");
    assert_eq!(complete(&document), 9);
    assert_eq!(document["networks"][0]["name"], "audit-us");
}

#[test]
fn a_denied_kind_leaves_its_counts_blank() {
    let cloud = Cloud::sample(&["deny@action=DescribeInstances"]);
    let arguments =
        "scan --aws-profile security --filter region=us-* --columns name,subnets,instances -o csv";
    let output = cloud.netcensus(arguments).run().falls_short(&["instances: denied"]);
    assert_eq!(output.stdout, "name,subnets,instances\naudit-us,2,\n", "unknown is not zero");
}

#[test]
fn links_keep_what_was_read_before_a_denied_call() {
    let cloud = Cloud::sample(&["deny@action=DescribeVpnGateways"]);
    let output = cloud.netcensus("scan links --aws-profile security -o json").run();
    let output = output.falls_short(&["links: denied", "denies ec2:DescribeVpnGateways"]);
    assert_eq!(output.json()["links"][0]["kind"], "vpc-peering");
}

#[test]
fn one_expired_profile_of_three_is_named_with_its_remedy() {
    let cloud = Cloud::sample(&["expired@account=777777777777"]);
    let arguments = "scan --region us-east-1 --aws-profile {shop-*,security} --columns account";
    let output = cloud.netcensus(arguments).run();
    let output = output.falls_short(&[
        "profile:security credentials: failed: ExpiredToken",
        "aws configure --profile security",
    ]);
    assert!(output.stdout.contains("333333333333") && output.stdout.contains("444444444444"));
    let asked = cloud.requests();
    let security = asked.iter().filter(|request| request.account == "777777777777");
    assert_eq!(security.map(|request| request.count).collect::<Vec<_>>(), [1], "no retry can help");
}

#[test]
fn when_every_profile_has_expired_nothing_can_be_read() {
    let cloud = Cloud::sample(&["expired"]);
    let output = cloud.netcensus("scan --aws-profile shop-*").run();
    output.refuses(&[
        "any AWS account",
        "aws configure --profile shop-prod",
        "aws configure --profile shop-staging",
    ]);
}

#[test]
fn credentials_that_expire_on_the_way_are_reported_per_scope() {
    let cloud = Cloud::sample(&["expired@action=DescribeSubnets,region=us-east-1"]);
    let output = cloud.netcensus(&format!("scan subnets {SECURITY}")).run();
    let output = output.falls_short(&["us-east-1 subnets: failed: RequestExpired", "profile security"]);
    assert_eq!(complete(&output.json()), 3);
}

#[test]
fn a_silent_region_does_not_hold_the_others() {
    let cloud = Cloud::sample(&["hang@region=us-east-1"]);
    let output = cloud.netcensus(&format!("scan {SECURITY} --timeout 1s")).run();
    let output = output.falls_short(&["us-east-1 networks, subnets, instances: timed-out", "--timeout"]);
    let document = output.json();
    let (outcome, detail) = fared(&document, "us-east-1", "networks");
    assert_eq!(outcome, "timed-out");
    assert!(detail.contains("not done within 1s: the endpoint did not answer"), "{detail}");
    assert_eq!(complete(&document), 9);
}

#[test]
fn throttling_passes_by_retries() {
    let cloud = Cloud::sample(&["throttle=20/1@action=DescribeSubnets"]);
    let scope = "--aws-profile shop-prod --region eu-west-1 -o json";
    let document = cloud.netcensus(&format!("scan subnets {scope}")).run().succeeds().json();
    let calm = Cloud::sample(&[]);
    let expected = calm.netcensus(&format!("scan subnets {scope}")).run().succeeds().json();
    assert_eq!(document["subnets"], expected["subnets"]);
    let requests = |document: &Value| {
        let coverage = document["coverage"].as_array().unwrap();
        coverage.iter().map(|entry| entry["requests"].as_u64().unwrap()).sum::<u64>()
    };
    assert!(requests(&document) > requests(&expected), "the fault struck, and every attempt counts");
}

#[test]
fn used_up_retries_make_the_scan_incomplete() {
    let cloud = Cloud::sample(&["throttle=1/1@action=DescribeSubnets"]);
    let arguments = "scan subnets --aws-profile shop-prod --region eu-west-1 -o json";
    let output = cloud.netcensus(arguments).env("AWS_MAX_ATTEMPTS", "1").run();
    let output = output.falls_short(&["subnets: throttled", "RequestLimitExceeded", "--concurrency"]);
    let document = output.json();
    assert_eq!(fared(&document, "eu-west-1", "subnets").0, "throttled");
    assert_eq!(document["subnets"].as_array().unwrap().len(), 10, "the first page stays");
}

#[test]
fn throttling_that_outlasts_the_time_is_throttling() {
    let cloud = Cloud::sample(&["error=RequestLimitExceeded:503@action=DescribeSubnets"]);
    let arguments = "scan subnets --aws-profile shop-prod --region eu-west-1 -o json --timeout 2s";
    let output = cloud.netcensus(arguments).env("AWS_MAX_ATTEMPTS", "50").run();
    let output =
        output.falls_short(&["subnets: throttled: not done within 2s", "--concurrency", "--timeout"]);
    assert_eq!(fared(&output.json(), "eu-west-1", "subnets").0, "throttled");
}

#[test]
fn a_page_of_html_is_quoted_briefly() {
    let cloud = Cloud::sample(&["garbage@action=DescribeSubnets,region=us-east-1"]);
    let output = cloud.netcensus(&format!("scan subnets {SECURITY}")).env("AWS_MAX_ATTEMPTS", "1").run();
    let output = output.falls_short(&["us-east-1 subnets: failed", "HTTP 500", "502 Bad Gateway"]);
    assert!(output.stderr.lines().all(|line| line.len() < 400), "{}", output.stderr);
}

#[test]
fn passing_errors_are_retried_away() {
    let cloud = Cloud::sample(&["error=InternalError:500@action=DescribeSubnets,times=2"]);
    cloud.netcensus(&format!("scan subnets {SECURITY} --region us-east-1")).run().succeeds();
}

#[test]
fn an_endpoint_that_refuses_connections_is_named() {
    let cloud = Cloud::sample(&[]);
    // A port that was free a moment ago; nobody listens there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = cloud
        .netcensus(&format!("scan {SECURITY}"))
        .env("AWS_ENDPOINT_URL", format!("http://127.0.0.1:{port}"))
        .env("AWS_MAX_ATTEMPTS", "1")
        .run();
    output.refuses(&[
        "netcensus could not sign in to any AWS account",
        "profile:security",
        "cannot be reached",
    ]);
}

#[test]
fn ec2_that_refuses_connections_fails_the_reads_and_not_the_sign_in() {
    let cloud = Cloud::sample(&[]);
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let output = cloud
        .netcensus(&format!("scan networks {SECURITY} --region us-east-1"))
        .env("AWS_ENDPOINT_URL_EC2", format!("http://127.0.0.1:{port}"))
        .env("AWS_MAX_ATTEMPTS", "1")
        .run();
    let words = [
        "aws ",
        "us-east-1 networks: failed: ec2:DescribeVpcs: the endpoint cannot be reached",
        "Connection refused",
    ];
    output.falls_short(&words);
}

/// Connections are accepted, and nothing is ever said.
#[test]
fn a_tls_handshake_that_is_never_answered_is_given_up() {
    let cloud = Cloud::sample(&[]);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let run =
        cloud.netcensus(&format!("scan networks {SECURITY} --timeout 1s")).env("AWS_ENDPOINT_URL", &url);
    run.run().refuses(&[
        "netcensus could not sign in to any AWS account",
        "not done within 1s: the endpoint did not answer",
    ]);
    let run = cloud.azure("scan networks --timeout 1s").env("AZURE_AUTHORITY_HOST", &url);
    run.run().refuses(&["netcensus could not sign in to any Azure tenant", "not done within 1s"]);
}

/// Accepts connections, and answers a TLS handshake with a byte each 100 ms, of a record that is never whole.
fn serve_slow_handshakes() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            std::thread::spawn(move || {
                let hello = [0x16, 3, 3, 0x3f, 0xff, 2, 0, 0x3f, 0xfb, 3, 3];
                for byte in hello.into_iter().chain(std::iter::repeat(0)) {
                    if stream.write_all(&[byte]).is_err() {
                        break;
                    }
                    std::thread::sleep(Duration::from_millis(100));
                }
            });
        }
    });
    url
}

/// Bytes come all the time, so that only a bound on the whole handshake ends it.
#[test]
fn a_tls_handshake_that_is_answered_byte_by_byte_is_given_up() {
    let cloud = Cloud::sample(&[]);
    let url = serve_slow_handshakes();
    let aws = cloud.netcensus(&format!("scan networks {SECURITY} --timeout 5s"));
    let aws = aws.env("AWS_ENDPOINT_URL", &url).spawn();
    let azure = cloud.azure("scan networks --timeout 7s").env("AZURE_AUTHORITY_HOST", &url).spawn();
    Output::of(aws).refuses(&[
        "netcensus could not sign in to any AWS account",
        "not done within 5s: the endpoint cannot be reached: no connection within 3.1s, TLS included",
    ]);
    Output::of(azure).refuses(&[
        "netcensus could not sign in to any Azure tenant",
        "not done within 7s: the endpoint cannot be reached: ",
    ]);
}

/// STS answers, and EC2 does not get through its handshake.
#[test]
fn ec2_alone_with_a_slow_tls_handshake_is_given_up() {
    let cloud = Cloud::sample(&[]);
    let url = serve_slow_handshakes();
    let run = cloud.netcensus(&format!("scan networks {SECURITY} --region eu-west-1 --timeout 5s"));
    run.env("AWS_ENDPOINT_URL_EC2", &url).run().falls_short(&[
        "aws 777777777777 eu-west-1 networks, subnets, instances: timed-out: not done within 5s",
        "the endpoint cannot be reached: no connection within 3.1s, TLS included",
    ]);
}

/// Tokens are given out, and the resource manager does not get through its handshake.
#[test]
fn a_resource_manager_with_a_slow_tls_handshake_is_given_up() {
    let cloud = Cloud::sample(&[]);
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("https://{}", silent.local_addr().unwrap());
    let runs = [serve_slow_handshakes(), silent].map(|url| {
        let arguments = "scan networks --provider azure --timeout 7s --azure-resource-manager";
        cloud.with_principal(cloud.netcensus(&format!("{arguments} {url}"))).spawn()
    });
    for run in runs {
        let words =
            ["no Azure subscription can be read", "not done within 7s: the endpoint cannot be reached: "];
        Output::of(run).refuses(&words);
    }
}

/// Such an endpoint was accepted without a word. `0.0.0.0` leads to this machine, and is no address of it.
#[cfg(target_os = "linux")]
#[test]
fn an_endpoint_without_encryption_is_warned_of() {
    let cloud = Cloud::sample(&[]);
    let port = cloud.url().rsplit(':').next().unwrap().to_owned();
    let run = |name: &str, more: &str| {
        let run = cloud.netcensus(&format!("scan networks {SECURITY} --region us-east-1 {more}"));
        run.env(name, format!("http://user:secret@0.0.0.0:{port}")).run()
    };
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
        let output = run(name, "");
        let words = format!(
            "warning: {name} sends requests to http://0.0.0.0:{port} without encryption: session tokens"
        );
        assert!(output.stderr.contains(&words) && !output.stderr.contains("secret"), "{}", output.stderr);
        let lines = output.stderr.lines().filter(|line| line.contains("without encryption")).count();
        assert_eq!(lines, 1, "{}", output.stderr);
    }
    let table = run("AWS_ENDPOINT_URL_DYNAMODB", "");
    assert!(!table.stderr.contains("without encryption"), "a scan does not ask it: {}", table.stderr);
}

/// The services beside those that are read: of a queue, and of a table. Nothing listens there.
#[cfg(all(feature = "watch", feature = "dynamodb"))]
const SERVICES: [(&str, &str); 2] = [
    ("SQS", "watch --queue aws:https://sqs.eu-west-1.amazonaws.com/111111111111/q --store st"),
    ("DYNAMODB", "reservations --reservations dynamodb://reserved?region=eu-west-1"),
];

/// Such an endpoint was accepted without a word.
#[cfg(all(target_os = "linux", feature = "watch", feature = "dynamodb"))]
#[test]
fn an_endpoint_of_another_service_without_encryption_is_warned_of() {
    for (service, arguments) in SERVICES {
        let home = Home::new();
        let variable = format!("AWS_ENDPOINT_URL_{service}");
        let run = home.netcensus(arguments).env("AWS_ACCESS_KEY_ID", "id").env("AWS_SECRET_ACCESS_KEY", "x");
        let output = run.env(&variable, "http://0.0.0.0:1").env("AWS_MAX_ATTEMPTS", "1").run();
        output.exits(2).says(&[
            &format!("warning: {variable} sends requests to http://0.0.0.0:1 without encryption"),
            "cannot be reached",
        ]);
    }
}

/// The file may name other credentials than those that are found without it.
#[cfg(all(feature = "watch", feature = "dynamodb"))]
#[test]
fn a_configuration_that_cannot_be_read_is_named_by_every_service() {
    for (_, arguments) in SERVICES {
        let output = Home::new().netcensus(arguments).env("AWS_CONFIG_FILE", "/nowhere/file").run();
        output
            .exits(2)
            .says(&["/nowhere/file is not used: AWS_CONFIG_FILE names it", "no credentials found"]);
    }
}

#[test]
fn a_refused_call_about_links_takes_no_other_with_it() {
    let links = |fault: &[&str]| {
        let cloud = Cloud::sample(fault);
        let output = cloud.netcensus("scan links --aws-profile network-hub -o json").run();
        output.json()["links"].as_array().unwrap().iter().filter(|link| link["kind"] != "vpc-peering").count()
    };
    let all = links(&[]);
    assert!(all > 0);
    assert_eq!(links(&["deny@action=DescribeVpcPeeringConnections"]), all);
}

#[test]
fn a_home_region_that_hangs_does_not_hide_the_other_regions() {
    let cloud = Cloud::sample(&["hang@action=DescribeRegions,region=eu-central-1"]);
    let arguments = "scan subnets --aws-profile security --timeout 2s -o json --query coverage[].region";
    let regions = cloud.netcensus(arguments).env("AWS_REGION", "eu-central-1").run().succeeds();
    assert!(regions.stdout.contains("ap-southeast-2"), "{}", regions.stdout);
}

#[test]
fn instances_of_accounts_that_could_not_be_entered_are_not_counted_as_none() {
    let columns = "--columns name,instances -o csv --filter name=shared-services --region eu-west-1";
    let arguments = format!("scan --aws-org --aws-org-role netcensus {columns}");
    let whole = Cloud::sample(&[]).netcensus(&arguments).run().succeeds();
    assert_eq!(whole.rows(), ["shared-services,4"]);
    let cloud = Cloud::sample(&["replace=sts::333333333333|sts::999988887777@action=AssumeRole"]);
    let partial =
        cloud.netcensus(&arguments).run().falls_short(&["netcensus could not sign in to 1 account"]);
    assert_eq!(partial.rows(), ["shared-services,"]);
}

#[test]
fn an_organisation_of_many_pages_is_listed_whole() {
    let generated = "--sandbox --generate accounts=45,regions=1,networks=1,subnets=1,instances=0";
    let arguments =
        format!("scan {generated} --aws-org --aws-org-role netcensus -o json --query accounts[].id");
    let output = netcensus(&arguments).succeeds();
    assert_eq!(output.json().as_array().unwrap().len(), 45);
}
