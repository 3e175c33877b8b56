//! Endpoints that answer what AWS never would: what they say is not filed under the wrong name, nor lost in
//! silence.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use crate::support::{Home, Output};

/// Answers every request, on a thread of its own, with what `answer` makes of its body.
fn serve(answer: fn(&str) -> &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answer = Arc::new(answer);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answer = Arc::clone(&answer);
            std::thread::spawn(move || converse(stream, *answer));
        }
    });
    url
}

fn converse(stream: TcpStream, answer: fn(&str) -> &'static str) {
    let mut writer = stream.try_clone().unwrap();
    let mut reader = BufReader::new(stream);
    while let Some(body) = request(&mut reader) {
        let xml = answer(&body);
        let head = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\n";
        if write!(writer, "{head}content-length: {}\r\n\r\n{xml}", xml.len()).is_err() {
            return;
        }
    }
}

/// Reads one request; `None` at the end of the connection.
fn request(reader: &mut impl BufRead) -> Option<String> {
    let mut length = 0;
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
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    String::from_utf8(body).ok()
}

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws-cn:iam::111111111111:user/me</Arn><Account>111111111111</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";
const REGIONS: &str = "<DescribeRegionsResponse><regionInfo><item><regionName>cn-north-1</regionName>\
    <optInStatus>opt-in-not-required</optInStatus></item></regionInfo></DescribeRegionsResponse>";

fn scan(arguments: &str, answer: fn(&str) -> &'static str) -> Output {
    let run = Home::new();
    run.netcensus(arguments)
        .env("AWS_ENDPOINT_URL", serve(answer))
        .env("AWS_ACCESS_KEY_ID", "AKIA")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
}

#[test]
fn instances_of_another_account_are_not_filed_under_this_one() {
    let output = scan("scan instances -o json", |body| match body {
        b if b.contains("GetCallerIdentity") => IDENTITY,
        b if b.contains("DescribeRegions") => REGIONS,
        _ => {
            "<DescribeInstancesResponse><reservationSet><item><ownerId>222222222222</ownerId><instancesSet><item>\
             <instanceId>i-1</instanceId></item></instancesSet></item></reservationSet></DescribeInstancesResponse>"
        }
    });
    let output = output.falls_short(&["the answer is account 222222222222's, not the one asked for"]);
    assert_eq!(output.json()["instances"].as_array().unwrap().len(), 0);
}

#[test]
fn what_is_not_understood_makes_the_scope_incomplete() {
    let output = scan("scan networks --columns id,cidrs", |body| match body {
        b if b.contains("GetCallerIdentity") => IDENTITY,
        b if b.contains("DescribeRegions") => REGIONS,
        _ => {
            "<DescribeVpcsResponse><vpcSet><item><vpcId>vpc-1</vpcId><cidrBlock>ten</cidrBlock></item>\
             <item><cidrBlock>10.0.0.0/16</cidrBlock></item></vpcSet></DescribeVpcsResponse>"
        }
    });
    let output = output.falls_short(&["networks: failed: 2 values of the answers are not understood"]);
    assert_eq!(output.rows(), ["vpc-1"], "what is understood stays");
}

#[test]
fn an_account_that_names_no_region_is_not_an_empty_one() {
    let output = scan("scan networks", |body| match body {
        b if b.contains("GetCallerIdentity") => IDENTITY,
        b if b.contains("DescribeRegions") => {
            "<DescribeRegionsResponse><regionInfo/></DescribeRegionsResponse>"
        }
        _ => "<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>",
    });
    // The partition comes from the caller's ARN, and with it the list that stands in.
    output.falls_short(&[
        "the answer names no region",
        "the 2 regions that every account of partition aws-cn has",
    ]);
}
