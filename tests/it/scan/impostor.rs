//! Endpoints that answer what AWS never would: what they say is not filed under the wrong name, nor lost in
//! silence.

use std::fs::File;

use netcensus::input;

use super::fake_server::{Answer, serve};
use crate::support::{Home, Output};

const IDENTITY: &str = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
    <Arn>arn:aws-cn:iam::111111111111:user/me</Arn><Account>111111111111</Account>\
    </GetCallerIdentityResult></GetCallerIdentityResponse>";
const REGIONS: &str = "<DescribeRegionsResponse><regionInfo><item><regionName>cn-north-1</regionName>\
    <optInStatus>opt-in-not-required</optInStatus></item></regionInfo></DescribeRegionsResponse>";

fn scan<A: Into<Answer>>(arguments: &str, answer: impl Fn(&str) -> A + Send + Sync + 'static) -> Output {
    scan_in(&Home::new(), arguments, answer)
}

fn scan_in<A: Into<Answer>>(
    home: &Home,
    arguments: &str,
    answer: impl Fn(&str) -> A + Send + Sync + 'static,
) -> Output {
    home.netcensus(arguments)
        .env("AWS_ENDPOINT_URL", serve(move |asked| answer(&asked.body)))
        .env("AWS_ACCESS_KEY_ID", "AKIA")
        .env("AWS_SECRET_ACCESS_KEY", "x")
        .env("AWS_MAX_ATTEMPTS", "1")
        .run()
}

/// Answers one action, and every other with an empty list.
fn only(
    action: &'static str,
    answer: impl Fn() -> Answer + Send + Sync + 'static,
) -> impl Fn(&str) -> Answer {
    move |body| {
        let asked = body.split('&').find_map(|part| part.strip_prefix("Action=")).unwrap_or_default();
        match asked {
            asked if asked == action => answer(),
            "GetCallerIdentity" => IDENTITY.into(),
            "DescribeRegions" => REGIONS.into(),
            asked => list(asked, "").into(),
        }
    }
}

/// Writes a list as EC2 does.
fn list(action: &str, rows: &str) -> String {
    let set = match action {
        "DescribeVpcs" => "vpcSet",
        "DescribeSubnets" => "subnetSet",
        "DescribeInstances" => "reservationSet",
        "DescribeNetworkInterfaces" => "networkInterfaceSet",
        "DescribeVpcPeeringConnections" => "vpcPeeringConnectionSet",
        "DescribeTransitGatewayAttachments" => "transitGatewayAttachments",
        "DescribeTransitGatewayPeeringAttachments" => "transitGatewayPeeringAttachments",
        "DescribeVpnGateways" => "vpnGatewaySet",
        "DescribeVpnConnections" => "vpnConnectionSet",
        other => panic!("{other}"),
    };
    format!("<{action}Response><requestId>r</requestId><{set}>{rows}</{set}></{action}Response>")
}

const VPC: &str =
    "<item><vpcId>vpc-1</vpcId><ownerId>111111111111</ownerId><cidrBlock>10.1.0.0/16</cidrBlock></item>";
const OTHER_VPC: &str =
    "<item><vpcId>vpc-2</vpcId><ownerId>111111111111</ownerId><cidrBlock>10.2.0.0/16</cidrBlock></item>";

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
    let output =
        output.falls_short(&["the answer is that of account 222222222222, not of the requested one"]);
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
    let output = output.falls_short(&[
        "networks: failed: 2 values of the answers are not understood and left out: ",
        "vpc-1: `ten` is not a prefix; a row without id; please report it",
    ]);
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
        "netcensus reads 2 default regions of partition aws-cn",
    ]);
}

/// An answer that is a part, and one that has no list.
#[test]
fn an_answer_that_is_not_the_list_is_a_failure() {
    let whole = || list("DescribeVpcs", VPC);
    let cases: [(Answer, &str); 5] = [
        (Answer { status: 206, ..whole().into() }, "HTTP 206 is not a whole answer"),
        (whole().replace("vpcSet", "VpcSet").into(), "the answer has no vpcSet"),
        (whole().replace("item>", "member>").into(), "the answer has <member> where a list has <item>"),
        ((whole() + "<x/>").into(), "the answer is not well-formed"),
        // It ends where the connection does, so that the length tells nothing.
        (Answer { has_length: false, ..whole()[..150].into() }, "the answer was cut short"),
    ];
    for (answer, words) in cases {
        let Answer { status, body, has_length, .. } = answer;
        let answer = move || Answer { status, has_length, ..body.clone().into() };
        let output = scan("scan networks -o json", only("DescribeVpcs", answer));
        assert_eq!(output.json()["networks"].as_array().unwrap().len(), 0, "{words}");
        output.falls_short(&["networks: failed: ec2:DescribeVpcs: ", words]);
    }
}

/// None of these said what happened.
#[test]
fn an_answer_that_never_came_from_ec2_says_what_it_is() {
    let headers = "location: https://user:pw@elsewhere.example/login?token=secret\r\n";
    let redirect = move || Answer { status: 302, headers, ..Answer::from("") };
    let output = scan("scan networks", only("DescribeVpcs", redirect));
    assert!(!output.stderr.contains("secret") && !output.stderr.contains("pw"), "{}", output.stderr);
    output.falls_short(&["ec2:DescribeVpcs: HTTP 302 redirects to https://elsewhere.example, and"]);
    let encoded = || Answer { headers: "content-encoding: gzip\r\n", ..vec![0x1f, 0x8b, 8, 0].into() };
    let output = scan("scan networks", only("DescribeVpcs", encoded));
    output.falls_short(&["HTTP 200 with an answer in gzip, which netcensus does not ask for"]);
    // Organizations is asked in JSON.
    let others = only("", encoded);
    let organization = move |body: &str| if body.starts_with('{') { encoded() } else { others(body) };
    let refused = scan("scan networks --aws-org --aws-org-role audit", organization);
    refused.refuses(&[
        "organizations:ListAccounts: HTTP 200 with an answer in gzip, which netcensus does not ask for",
    ]);
    let broken = || Answer {
        headers: "content-length: 900\r\n",
        has_length: false,
        ..list("DescribeVpcs", VPC).into()
    };
    let output = scan("scan networks", only("DescribeVpcs", broken));
    output.falls_short(&["ec2:DescribeVpcs: the answer ended too early: "]);
}

/// One byte that is not UTF-8 cost the page.
#[test]
fn bytes_that_are_no_text_cost_their_row() {
    let answer = || {
        let odd =
            VPC.replace("</item>", "<tagSet><item><key>Name</key><value>caf#</value></item></tagSet></item>");
        let text = list("DescribeVpcs", &(odd + OTHER_VPC));
        let bytes: Vec<u8> = text.bytes().map(|byte| if byte == b'#' { 0xe9 } else { byte }).collect();
        Answer::from(bytes)
    };
    let output = scan("scan networks --columns id", only("DescribeVpcs", answer));
    let output = output.falls_short(&["vpc-1 has tagSet that cannot be read"]);
    assert_eq!(output.rows(), ["vpc-2"]);
}

/// The SDK reads nothing of a CDATA section, and of a value no more than what stands before a comment.
#[test]
fn what_stands_in_sections_or_around_comments_is_read() {
    let answer = || {
        let odd = VPC.replace("10.1.0.0/16", "<![CDATA[10.1.0.0/16]]>");
        list("DescribeVpcs", &(odd + &OTHER_VPC.replace("10.2.0.0/16", "10.2.<!-- x -->0.0/16"))).into()
    };
    let output = scan("scan networks --columns id,cidrs", only("DescribeVpcs", answer)).succeeds();
    assert_eq!(output.rows(), ["vpc-1  10.1.0.0/16", "vpc-2  10.2.0.0/16"]);
}

/// An empty id or owner was kept, and made what was saved unreadable.
#[test]
fn what_is_saved_of_odd_rows_can_be_read_again() {
    const SUBNET: &str = "<item><subnetId>subnet-1</subnetId><vpcId>vpc-1</vpcId><ownerId>111111111111</ownerId>\
                          <cidrBlock>10.1.0.0/24</cidrBlock></item>";
    const INSTANCE: &str = "<item><ownerId>111111111111</ownerId><instancesSet><item><instanceId>i-1</instanceId>\
                            <vpcId>vpc-1</vpcId></item></instancesSet></item>";
    const INTERFACE: &str = "<item><networkInterfaceId>eni-1</networkInterfaceId><subnetId>subnet-1</subnetId>\
                             <vpcId>vpc-1</vpcId><ownerId>111111111111</ownerId></item>";
    const PEERING: &str = "<item><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId><requesterVpcInfo>\
                           <ownerId>111111111111</ownerId><vpcId>vpc-1</vpcId></requesterVpcInfo></item>";
    const GATEWAY: &str = "<item><vpnGatewayId>vgw-1</vpnGatewayId><attachments><item><vpcId>vpc-1</vpcId></item>\
                           </attachments></item>";
    const ATTACHMENT: &str = "<item><transitGatewayAttachmentId>tgw-attach-1</transitGatewayAttachmentId>\
                              <resourceType>vpc</resourceType><resourceId>vpc-1</resourceId></item>";
    const CONNECTION: &str =
        "<item><vpnConnectionId>vpn-1</vpnConnectionId><vpnGatewayId>vgw-1</vpnGatewayId></item>";
    // Which element is empty, and whether the row cannot be kept then.
    let cases = [
        ("DescribeVpcs", VPC, "vpcId", true),
        ("DescribeVpcs", VPC, "ownerId", false),
        ("DescribeSubnets", SUBNET, "subnetId", true),
        ("DescribeSubnets", SUBNET, "vpcId", true),
        ("DescribeSubnets", SUBNET, "ownerId", false),
        ("DescribeInstances", INSTANCE, "instanceId", true),
        ("DescribeInstances", INSTANCE, "ownerId", false),
        ("DescribeInstances", INSTANCE, "vpcId", false),
        ("DescribeNetworkInterfaces", INTERFACE, "networkInterfaceId", true),
        ("DescribeNetworkInterfaces", INTERFACE, "ownerId", false),
        ("DescribeNetworkInterfaces", INTERFACE, "subnetId", false),
        ("DescribeVpcPeeringConnections", PEERING, "vpcPeeringConnectionId", true),
        ("DescribeVpcPeeringConnections", PEERING, "ownerId", false),
        ("DescribeVpnGateways", GATEWAY, "vpnGatewayId", true),
        ("DescribeVpnGateways", GATEWAY, "vpcId", true),
        ("DescribeTransitGatewayAttachments", ATTACHMENT, "transitGatewayAttachmentId", true),
        ("DescribeTransitGatewayAttachments", ATTACHMENT, "resourceId", false),
        ("DescribeVpnConnections", CONNECTION, "vpnConnectionId", true),
    ];
    for (action, row, element, is_left_out) in cases {
        let value = row.split(&format!("<{element}>")).nth(1).unwrap().split('<').next().unwrap();
        for empty in
            [format!("<{element}></{element}>"), format!("<{element}/>"), format!("<{element}> </{element}>")]
        {
            let odd = row.replace(&format!("<{element}>{value}</{element}>"), &empty);
            let home = Home::new();
            let answer = move || list(action, &odd).into();
            let output = scan_in(&home, "scan all --save saved -o json", only(action, answer));
            let rows: usize = ["networks", "subnets", "instances", "interfaces", "links"]
                .map(|kind| output.json()[kind].as_array().unwrap().len())
                .iter()
                .sum();
            assert_eq!((output.code, rows), if is_left_out { (3, 0) } else { (0, 1) }, "{action} {empty}");
            let saved = File::open(home.path().join("saved")).unwrap();
            let again = input::read(saved, "saved").unwrap().inventory;
            assert_eq!(serde_json::to_value(again).unwrap(), output.json(), "{action} {empty}");
        }
    }
}
