//! AWS: answers that are not the API's, are not whole, or have odd values.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

const FAILED: Ending = Ending::Incomplete(&[Subject::Networks], Outcome::Failed);
const FAILED_SUBNETS: Ending = Ending::Incomplete(&[Subject::Subnets], Outcome::Failed);
const FAILED_INSTANCES: Ending = Ending::Incomplete(&[Subject::Instances], Outcome::Failed);

pub const GROUPS: &[Group] = &[
    Group::new(
        "an answer that is not EC2's",
        Setup::Aws,
        FAILED,
        &[
            row("500 with HTML", &["garbage@action=DescribeVpcs"]).says(&["HTTP 500", "perhaps from a proxy", "Bad Gateway"]),
            row("500 without a body", &["status=500@action=DescribeVpcs", "body=@action=DescribeVpcs"])
                .says(&["HTTP 500", "it is empty"]),
            row("502 with HTML", &["status=502@action=DescribeVpcs", "body=<html>Bad Gateway</html>@action=DescribeVpcs"])
                .says(&["HTTP 502", "<html>Bad Gateway</html>"]),
            row("200 with HTML", &["body=<html>sign in</html>@action=DescribeVpcs"])
                .says(&["HTTP 200", "<html>sign in</html>"]),
            row("200 without a body", &["body=@action=DescribeVpcs"]).says(&["HTTP 200", "it is empty"]),
            row("200 with the answer of another action", &["replace=DescribeVpcsResponse|DescribeXResponse@action=DescribeVpcs"])
                .says(&["HTTP 200"]),
            row(
                "200 with an error in it",
                &["body=<Response><Errors><Error><Code>InternalError</Code></Error></Errors></Response>@action=DescribeVpcs"],
            )
            .says(&["HTTP 200", "InternalError"]),
            row("204", &["status=204@action=DescribeVpcs"]).says(&["204"]),
            row("206", &["status=206@action=DescribeVpcs"]).says(&["206"]),
            row("gzip", &["header=Content-Encoding:gzip@action=DescribeVpcs", "body=\\x1f\\x8b\\x08@action=DescribeVpcs"])
                .says(&["with an answer in gzip"]),
            row("301 to another host", &["status=301@action=DescribeVpcs", "header=Location:https://example.com/x@action=DescribeVpcs"])
                .says(&["HTTP 301 redirects to https://example.com, and redirects are not followed"]),
            row("302 to another host", &["status=302@action=DescribeVpcs", "header=Location:https://example.com/@action=DescribeVpcs"])
                .says(&["HTTP 302 redirects to https://example.com,"]),
            row("307 to another host", &["status=307@action=DescribeVpcs", "header=Location:https://example.com/@action=DescribeVpcs"])
                .says(&["HTTP 307 redirects to https://example.com,"]),
            row("308 to another host", &["status=308@action=DescribeVpcs", "header=Location:https://example.com/@action=DescribeVpcs"])
                .says(&["HTTP 308 redirects to https://example.com,"]),
        ],
    )
    .says(&["ec2:DescribeVpcs: "]),
    Group::new(
        "an incomplete answer that looks complete",
        Setup::Aws,
        FAILED,
        &[
            row("cut after the beginning", &["cut=60@action=DescribeVpcs"]).says(&["HTTP 200", "it begins: <?xml"]),
            row("cut in the middle", &["cut=700@action=DescribeVpcs"]).says(&["the answer was cut short: it ends inside <state>, after 700 bytes"]),
            row("cut before its last tag", &["replace=</DescribeVpcsResponse>|@action=DescribeVpcs"]).says(&["the answer was cut short: it ends inside <DescribeVpcsResponse>"]),
            row("page 2 cut", &["cut=700@action=DescribeVpcs,after=1"]).says(&["the answer was cut short: it ends inside <key>"]).keeps(2),
            row("closed before its end, without a length", &["truncate=close@action=DescribeVpcs"]).says(&["the answer was cut short"]),
            row("an end tag misspelt", &["replace=</vpcId>|</vpcid>@action=DescribeVpcs"]).says(&["expected `</vpcId>`, but `</vpcid>` was found"]),
            row("another end tag misspelt", &["replace=</item>|</itme>@action=DescribeVpcs"]).says(&["expected `</item>`, but `</itme>` was found"]),
            row("without its list", &["replace=vpcSet>|vpcs>@action=DescribeVpcs", "replace=/vpcSet>|/vpcs>@action=DescribeVpcs"]).says(&["the answer has no vpcSet"]),
            row("with its list twice", &["replace=</vpcSet>|</vpcSet><vpcSet></vpcSet>@action=DescribeVpcs"]).says(&["the answer has <vpcSet> twice"]),
            row("text behind it", &["replace=</DescribeVpcsResponse>|</DescribeVpcsResponse>more@action=DescribeVpcs"]).says(&["text follows its end"]),
        ],
    )
    .says(&["ec2:DescribeVpcs: "]),
    Group::new(
        "forbidden XML",
        Setup::Aws,
        FAILED,
        &[
            row(
                "entities that expand",
                &["replace=<DescribeVpcsResponse|<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;\">]><DescribeVpcsResponse@action=DescribeVpcs"],
            ).says(&["it declares a document type"]),
            row(
                "an external entity",
                &["replace=<DescribeVpcsResponse|<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><DescribeVpcsResponse@action=DescribeVpcs"],
            ).says(&["it declares a document type"]),
        ],
    )
    .says(&["ec2:DescribeVpcs: "]),
    Group::new(
        "a list that does not end",
        Setup::Aws,
        FAILED,
        &[
            row("a page that leads to itself", &["page-loop=same@action=DescribeVpcs"]).keeps(2),
            row("two tokens in turn", &["page-loop=alternating@action=DescribeVpcs"]).keeps(2),
            row("back to the second page", &["page-loop=2@action=DescribeVpcs"]).keeps(3),
        ],
    )
    .says(&["ec2:DescribeVpcs: ", "leads back to an earlier page"]),
    Group::new(
        "a list that never leads back, and is slow",
        Setup::Aws,
        Ending::Incomplete(&[Subject::Networks], Outcome::TimedOut),
        &[
            row("always a new token", &["latency=250ms@action=DescribeVpcs", "page-loop=new@action=DescribeVpcs"]).keeps(2),
            row("always a new token, no rows", &["latency=250ms@action=DescribeVpcs", "page-loop=new-empty@action=DescribeVpcs"]),
        ],
    )
    .within(10_000)
    .says(&["not done within 10s: the last answer was HTTP 200 (use a longer --timeout)"]),
    Group::new(
        "a list of empty pages that does not end",
        Setup::Aws,
        FAILED,
        &[row("always a new token, no rows", &["page-loop=new-empty@action=DescribeVpcs"])],
    )
    .says(&["ec2:DescribeVpcs: the list does not end: 1000 pages in a row had no rows"]),
    Group::new(
        "unusual pages that are valid",
        Setup::Aws,
        Ending::Complete,
        &[
            row("empty pages before the rows", &["page-loop=new-empty@action=DescribeVpcs,times=3"]),
            row("an empty page token", &["replace=</vpcSet>|</vpcSet><nextToken></nextToken>@action=DescribeVpcs,after=1"]),
            row("a page twice", &["page-loop=new@action=DescribeVpcs,times=1"]),
            row("a row on two pages", &["replace=000c</vpcId>|000a</vpcId>@action=DescribeVpcs,after=1"]).differs(&[r#"networks vpc-0000000000000000a /blocks: [{"cidr":"10.1.0.0/16","role":"primary","state":"associated"},{"cidr":"10.3.0.0/16","role":"primary","state":"associated"}], not [{"cidr":"10.1.0.0/16","role":"primary","state":"associated"}]"#, "- networks vpc-0000000000000000c"]),
        ],
    ),
    Group::new(
        "a row that cannot be read",
        Setup::Aws,
        FAILED,
        &[
            row("without an id", &["replace=<vpcId>vpc-0000000000000000a</vpcId>|@action=DescribeVpcs"]).says(&["a row without id"]).keeps(2),
            row("with an empty id", &["replace=<vpcId>vpc-0000000000000000a<|<vpcId><@action=DescribeVpcs"]).says(&["a row without id"]).keeps(2),
            row("with a blank id", &["replace=<vpcId>vpc-0000000000000000a<|<vpcId> <@action=DescribeVpcs"]).says(&["a row without id"]).keeps(2),
            row("an invalid flag", &["replace=<isDefault>false|<isDefault>banana@action=DescribeVpcs,times=1"])
                .says(&["`banana` as isDefault"])
                .keeps(2),
            row("a byte that is not UTF-8", &["replace=<value>a|<value>\\xff@action=DescribeVpcs"]).says(&["vpc-0000000000000000a has tagSet that cannot be read"]).keeps(2),
            row("a control character", &["replace=<value>a|<value>\\x01@action=DescribeVpcs"]).says(&["vpc-0000000000000000a has tagSet that cannot be read"]).keeps(2),
            row("the character NUL", &["replace=<value>a|<value>\\x00@action=DescribeVpcs"]).says(&["vpc-0000000000000000a has tagSet that cannot be read"]).keeps(2),
            row("an entity that is not defined", &["replace=<value>a|<value>&x;@action=DescribeVpcs"]).says(&["vpc-0000000000000000a has tagSet that cannot be read"]).keeps(2),
            row("Latin-1", &["replace=UTF-8|ISO-8859-1@action=DescribeVpcs", "replace=<value>a|<value>\\xe4@action=DescribeVpcs"]).says(&["vpc-0000000000000000a has tagSet that cannot be read"])
                .keeps(2),
        ],
    )
    .says(&["not understood and left out: "]),
    Group::new(
        "a subnet that cannot be read",
        Setup::Aws,
        FAILED_SUBNETS,
        &[
            row("a value that is not a number", &["replace=AddressCount>2|AddressCount>x@action=DescribeSubnets,times=1"]).keeps(2),
            row("a number above 2^31", &["replace=AddressCount>2|AddressCount>99999999992@action=DescribeSubnets,times=1"])
                .keeps(2),
        ],
    )
    .says(&["availableIpAddressCount"]),
    Group::new(
        "an instance that cannot be read",
        Setup::Aws,
        FAILED_INSTANCES,
        &[
            row("a value that is not a time", &["replace=<launchTime>|<launchTime>x@action=DescribeInstances,times=1"]).keeps(2),
            row("a time in the year 99999", &["replace=<launchTime>2|<launchTime>99992@action=DescribeInstances,times=1"])
                .keeps(2),
        ],
    )
    .says(&["launchTime"]),
    Group::new(
        "an invalid address: the row is there without it",
        Setup::Aws,
        FAILED,
        &[
            row("a prefix of 33 bits", &["replace=</associationId><cidrBlock>10.1.0.0/16|</associationId><cidrBlock>10.1.0.0/33@action=DescribeVpcs"]).says(&["vpc-0000000000000000a: `10.1.0.0/33` is not a prefix"])
                .keeps(3),
            row("an empty prefix", &["replace=</associationId><cidrBlock>10.1.0.0/16|</associationId><cidrBlock>@action=DescribeVpcs"])
                .keeps(3),
            row("with spaces", &["replace=</associationId><cidrBlock>10.1.0.0/16|</associationId><cidrBlock> 10.1.0.0/16@action=DescribeVpcs"]).says(&["vpc-0000000000000000a: ` 10.1.0.0/16` is not a prefix"])
                .keeps(3),
            row("with leading zeros", &["replace=</associationId><cidrBlock>10.1.0.0/16|</associationId><cidrBlock>010.1.0.0/16@action=DescribeVpcs"]).says(&["vpc-0000000000000000a: `010.1.0.0/16` is not a prefix"])
                .keeps(3),
            row(
                "an IPv6 block",
                &["replace=<ipv6CidrBlockAssociationSet></ipv6CidrBlockAssociationSet>|<ipv6CidrBlockAssociationSet><item><ipv6CidrBlock>2001:xyz::/56</ipv6CidrBlock><ipv6CidrBlockState><state>associated</state></ipv6CidrBlockState></item></ipv6CidrBlockAssociationSet>@action=DescribeVpcs,times=1"],
            ).says(&["vpc-0000000000000000a: `2001:xyz::/56` is not a prefix"])
            .keeps(3),
        ],
    )
    .says(&["not understood"]),
    Group::new(
        "an invalid address of a subnet",
        Setup::Aws,
        FAILED_SUBNETS,
        &[row("a prefix of 33 bits", &["replace=<cidrBlock>10.1.1.0/24|<cidrBlock>10.1.1.0/33@action=DescribeSubnets"]).says(&["`10.1.1.0/33` is not a prefix"]).keeps(3)],
    )
    .says(&["not understood"]),
    Group::new(
        "an invalid address of an instance",
        Setup::Aws,
        FAILED_INSTANCES,
        &[row("a private address", &["replace=<privateIpAddress>10.1.1.|<privateIpAddress>10.1.1.999@action=DescribeInstances"]).says(&["`10.1.1.9995` is not an address"]).keeps(3)],
    )
    .says(&["not understood and left out: "]),
    Group::new(
        "instances of another account",
        Setup::Aws,
        FAILED_INSTANCES,
        &[row("another owner", &["replace=</instancesSet><ownerId>111122223333|</instancesSet><ownerId>999988887777@action=DescribeInstances"])],
    )
    .says(&["ec2:DescribeInstances: the answer is that of account 999988887777, not of the requested one"]),
    Group::new(
        "unusual values that are valid, and kept as they are",
        Setup::Aws,
        Ending::Complete,
        &[
            row("a prefix with host bits", &["replace=</associationId><cidrBlock>10.1.0.0/16|</associationId><cidrBlock>10.1.0.5/16@action=DescribeVpcs"]),
            row("0.0.0.0/0", &["replace=</associationId><cidrBlock>10.1.0.0/16|</associationId><cidrBlock>0.0.0.0/0@action=DescribeVpcs"])
                .differs(&[r#"networks vpc-0000000000000000a /blocks: [{"cidr":"10.1.0.0/16","role":"primary","state":null},{"cidr":"0.0.0.0/0","role":"secondary","state":"associated"}], not [{"cidr":"10.1.0.0/16","role":"primary","state":"associated"}]"#]),
            row("a negative number of free addresses", &["replace=AddressCount>2|AddressCount>-2@action=DescribeSubnets"])
                .differs(&["subnets subnet-0a30402e4332ed837 /addresses_available: null, not 249", "subnets subnet-0b3e54db148379ff3 /addresses_available: null, not 249"]),
            row("more free addresses than there are", &["replace=AddressCount>2|AddressCount>92@action=DescribeSubnets"])
                .differs(&["subnets subnet-0a30402e4332ed837 /addresses_available: null, not 249", "subnets subnet-0b3e54db148379ff3 /addresses_available: null, not 249"]),
            row("an unknown state", &["replace=<state>available|<state>thinking@action=DescribeVpcs"]).differs(&[r#"networks vpc-0000000000000000a /state: "thinking", not "available""#, r#"networks vpc-0000000000000000c /state: "thinking", not "available""#]),
            row("an unknown architecture and type", &["replace=<architecture>x86_64|<architecture>z80@action=DescribeInstances"])
                .differs(&[r#"instances i-07d6190a5bf3dc3da /architecture: "z80", not "x86_64""#, r#"instances i-0bbd268d7d7447a4c /architecture: "z80", not "x86_64""#]),
            row("unknown elements", &["replace=<ownerId>|<colour>red</colour><ownerId>@action=DescribeVpcs"]),
            row("a block in an unknown state", &["replace=<state>associated|<state>thinking@action=DescribeVpcs"]).differs(&[r#"networks vpc-0000000000000000a /blocks/0/state: null, not "associated""#, r#"networks vpc-0000000000000000c /blocks/0/state: null, not "associated""#]),
            row("a byte order mark", &["replace=<?xml|\u{feff}<?xml@action=DescribeVpcs"]),
            row("an escape character as a reference", &["replace=<value>a|<value>&#27;a@action=DescribeVpcs"]).differs(&[r#"networks vpc-0000000000000000a /name: "\u001ba", not "a""#, r#"networks vpc-0000000000000000a /tags/Name: "\u001ba", not "a""#]),
            row("a name as CDATA", &["replace=<value>a</value>|<value><![CDATA[a]]></value>@action=DescribeVpcs"]),
            row("a tag without a value", &["replace=<value>a</value>|@action=DescribeVpcs"]).differs(&[r#"networks vpc-0000000000000000a /name: null, not "a""#, r#"networks vpc-0000000000000000a /tags/Name: "", not "a""#]),
            row("a tag without a key", &["replace=<key>Name</key>|@action=DescribeVpcs"]).differs(&[r#"networks vpc-0000000000000000a /name: null, not "a""#, r#"networks vpc-0000000000000000a /tags/Name: absent, not "a""#, r#"networks vpc-0000000000000000c /name: null, not "c""#, r#"networks vpc-0000000000000000c /tags/Name: absent, not "c""#]),
            row("the tag Name twice", &["replace=<tagSet>|<tagSet><item><key>Name</key><value>z</value></item>@action=DescribeVpcs"]),
        ],
    ),
    Group::new(
        "a list of regions that cannot be used: the regions that every account has are read",
        Setup::AwsRegions,
        Ending::Incomplete(&[Subject::Regions], Outcome::Failed),
        &[
            row("no region in it", &["replace=<regionInfo>|<regionInfo></regionInfo><other>@action=DescribeRegions", "replace=</item></regionInfo>|</item></other>@action=DescribeRegions"]).says(&["the answer names no region"]),
            row("cut short", &["cut=300@action=DescribeRegions"]).says(&["the answer was cut short"]),
            row("500 at every attempt", &["garbage@action=DescribeRegions"]).says(&["HTTP 500"]),
            row("a name that no host can have", &["replace=<regionName>us-east-2|<regionName>us east 2@action=DescribeRegions"]).says(&["a region `us east 2`, which is not a valid name"]),
            row("a path for a name", &["replace=<regionName>us-east-2|<regionName>../../x?y@action=DescribeRegions"]).says(&["a region `../../x?y`, which is not a valid name"]),
        ],
    )
    .says(&["ec2:DescribeRegions: "]),
    Group::new(
        "a list of regions that is denied: the regions that every account has are read",
        Setup::AwsRegions,
        Ending::Incomplete(&[Subject::Regions], Outcome::Denied),
        &[row("denied", &["deny@action=DescribeRegions"])],
    )
    .says(&["UnauthorizedOperation", "denies ec2:DescribeRegions"]),
    Group::new(
        "a list of regions that is not needed, because --region names one",
        Setup::AwsNamedRegion,
        Ending::Complete,
        &[
            row("denied", &["deny@action=DescribeRegions"]),
            row("500 at every attempt", &["garbage@action=DescribeRegions"]),
        ],
    ),
    Group::new(
        "a list of regions that is not needed and never comes: the scan waits for it",
        Setup::AwsNamedRegion,
        Ending::Complete,
        &[row("no answer", &["hang@action=DescribeRegions"])],
    )
    .within(10_000),
    Group::new(
        "a region that is listed twice",
        Setup::AwsRegions,
        Ending::Complete,
        &[row("twice", &["replace=<regionName>us-east-2|<regionName>us-east-1@action=DescribeRegions"])],
    ),
];
