//! Azure's resource manager: answers that are not the API's, and odd resources.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, odd, row};

/// What is read from the list of virtual networks.
const NETWORKS: &[Subject] = &[Subject::Networks, Subject::Subnets, Subject::Links];
const FAILED: Ending = Ending::Incomplete(NETWORKS, Outcome::Failed);
const ONE_FAILED: Ending = Ending::Incomplete(&[Subject::Networks], Outcome::Failed);

/// Strikes the list of virtual networks.
macro_rules! networks {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@action=Microsoft.Network/virtualNetworks/read" $(, ",", $selectors)?)
    };
}

/// Strikes the list of subscriptions.
macro_rules! subscriptions {
    ($kind:literal) => {
        concat!($kind, "@action=Microsoft.Resources/subscriptions/read")
    };
}

pub const GROUPS: &[Group] = &[
    Group::new(
        "an answer with status 200 that is not a list",
        Setup::Arm,
        FAILED,
        &[
            row("HTML", &[networks!("body=<html>sign in</html>")]).says(&["expected value"]),
            row("empty", &[networks!("body=")]).says(&["EOF while parsing a value"]),
            row("{}", &[networks!("body={}")]).says(&["it has no list `value`"]),
            row("an error", &[networks!("body={\"error\": {\"code\": \"InternalServerError\", \"message\": \"later\"}}")])
                .says(&["it is an error: InternalServerError: later"]),
            row("a message", &[networks!("body={\"message\": \"please sign in\"}")]).says(&["it has no list `value`"]),
            row("a list that is null", &[networks!("body={\"value\": null}")]).says(&["it has no list `value`"]),
            row("a list that is an object", &[networks!("body={\"value\": {}}")]).says(&["`value`"]),
            row("an array", &[networks!("body=[]")]).says(&["invalid type: sequence, expected an object"]),
            row("another case", &[networks!("replace=\"value\"|\"Value\"")]).says(&["it has `Value` in place of `value`"]),
            row("one resource", &[networks!("body={\"id\": \"/x\", \"name\": \"one\"}")]).says(&["it has no list `value`"]),
            row("cut short", &[networks!("cut=300")]).says(&["EOF"]),
            row("cut short on page 2", &[networks!("cut=300", "after=1")]).says(&["EOF"]).keeps(2),
            row("UTF-16", &[networks!("body=\\xff\\xfe{\\x00}\\x00")]).says(&["expected value"]),
            row("a byte that is not UTF-8", &[networks!("replace=\"name\": \"|\"name\": \"\\xff")]).says(&["invalid unicode code point"]),
            row("the list twice", &[networks!("replace=\"value\":|\"value\": [], \"value\":")]).says(&["it has `value` twice"]),
            row("a link that is a number", &[networks!("replace=\"nextLink\":|\"nextLink\": 7, \"more\":")]).says(&["`nextLink`"]),
            row("a link that is an object", &[networks!("replace=\"nextLink\":|\"nextLink\": {}, \"more\":")]).says(&["`nextLink`"]),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: the answer is not one of the API: "]),
    Group::new(
        "another status",
        Setup::Arm,
        FAILED,
        &[
            row("202", &[networks!("status=202")]).says(&["HTTP 202"]),
            row("204", &[networks!("status=204")]).says(&["HTTP 204"]),
            row("206", &[networks!("status=206")]).says(&["HTTP 206"]),
            row("404 with HTML", &[networks!("status=404"), networks!("body=<html>Not Found</html>")]).says(&["HTTP 404"]),
            row("502 with HTML", &[networks!("status=502"), networks!("body=<html>Bad Gateway</html>")]).says(&["HTTP 502"]),
            row("301", &[networks!("status=301"), networks!("header=Location:https://example.com/x")])
                .says(&["HTTP 301, a redirect to https://example.com"]),
            row("302", &[networks!("status=302"), networks!("header=Location:https://example.com/x")])
                .says(&["HTTP 302, a redirect to https://example.com"]),
            row("307", &[networks!("status=307"), networks!("header=Location:https://example.com/x")])
                .says(&["HTTP 307, a redirect to https://example.com"]),
            row("308", &[networks!("status=308"), networks!("header=Location:https://example.com/x")])
                .says(&["HTTP 308, a redirect to https://example.com"]),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: "]),
    Group::new(
        "a list that does not end",
        Setup::Arm,
        FAILED,
        &[
            row("a page that leads to itself", &[networks!("page-loop=same")]).keeps(2),
            row("two links in turn", &[networks!("page-loop=alternating")]).keeps(2),
            row("back to the second page", &[networks!("page-loop=2")]).keeps(3),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: ", "leads back to an earlier page"]),
    Group::new(
        "a list of empty pages that does not end",
        Setup::Arm,
        FAILED,
        &[row("always a new link, no rows", &[networks!("page-loop=new-empty")])],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: the list does not end: 1000 pages in a row had no rows"]),
    Group::new(
        "a link to the next page that leads elsewhere in a hidden way",
        Setup::Arm,
        FAILED,
        &[
            row("the host as a user name", &[networks!("replace=\"nextLink\": \"http://127.0.0.1|\"nextLink\": \"http://127.0.0.1\\x40example.com")]).says(&["the answer continues at http://example.com"])
                .keeps(2),
            row("file:", &[networks!("replace=\"nextLink\": \"http:|\"nextLink\": \"file:")]).says(&["invalid international domain name"]).keeps(2),
            row("blanks", &[networks!("replace=\"nextLink\": \"|\"nextLink\": \"  \", \"more\": \"")]).says(&["HTTP 405"]).keeps(2),
            row("no URL", &[networks!("replace=\"nextLink\": \"http:|\"nextLink\": \"http")]).says(&["could not be found at the path '/http//127.0.0.1"]).keeps(2),
            row("javascript:", &[networks!("replace=\"nextLink\": \"http:|\"nextLink\": \"javascript:")]).says(&["the answer continues at javascript:, which is not http://127.0.0.1"]).keeps(2),
            row("another host without a scheme", &[networks!("replace=\"nextLink\": \"http://127.0.0.1|\"nextLink\": \"//example.com")]).says(&["the answer continues at http://example.com"]).keeps(2),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: "]),
    Group::new(
        "unusual pages that are valid",
        Setup::Arm,
        Ending::Complete,
        &[
            row("empty pages before the rows", &[networks!("page-loop=new-empty", "times=3")]),
            row("a user name in the link", &[networks!("replace=\"nextLink\": \"http://|\"nextLink\": \"http://user\\x40")]),
            row("a link without a host", &[networks!("body={\"value\": [], \"nextLink\": \"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee/providers/Microsoft.Network/virtualNetworks?api-version=2024-01-01&x=1\"}", "times=1")]),
            row("a link with a fragment", &[networks!("body={\"value\": [], \"nextLink\": \"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee/providers/Microsoft.Network/virtualNetworks?api-version=2024-01-01&x=1#y\"}", "times=1")]),
            row("an empty link", &[networks!("replace=\"nextLink\":|\"nextLink\": \"\", \"more\":")]).differs(&["- networks c", "- subnets s"]),
            row("a byte order mark", &[networks!("replace={|\\xef\\xbb\\xbf{")]),
            row("gzip", &[
                networks!("body=\\x1f\\x8b\\x08\\x00\\x00\\x00\\x00\\x00\\x02\\x03\\xab\\x56\\x2a\\x4b\\xcc\\x29\\x4d\\x55\\xb2\\x52\\x88\\x8e\\xad\\x05\\x00\\xd7\\xfd\\x17\\x49\\x0d\\x00\\x00\\x00"),
                networks!("header=Content-Encoding:gzip"),
            ])
            .differs(&["- links to-b", "- links to-a", "- networks a", "- networks b", "- networks c", "- subnets s", "- subnets s", "- subnets s"]),
            row("a page twice", &[networks!("page-loop=new", "times=1")]),
            row("a row on two pages", &[networks!("replace=virtualNetworks/c|virtualNetworks/a", "after=1")]).differs(&[r#"networks a /blocks: [{"cidr":"10.1.0.0/16","role":"primary","state":null},{"cidr":"10.3.0.0/16","role":"primary","state":null}], not [{"cidr":"10.1.0.0/16","role":"primary","state":null}]"#, "- networks c", "subnets s /network: a, not c"]),
            row("unknown members", &[networks!("replace=\"etag\":|\"colour\": {\"red\": [1]}, \"etag\":")]),
        ],
    ),
    Group::new(
        "a resource that cannot be read: the others are",
        Setup::Arm,
        FAILED,
        &[
            odd("null", "virtualNetworks", "null").keeps(3).says(&["malformed and left out: ", "invalid type: null, expected struct VirtualNetwork"]),
            odd("a number", "virtualNetworks", "7").keeps(3).says(&["malformed and left out: ", "invalid type: integer `7`"]),
            row("half a surrogate pair in its name", &[networks!("replace=\"name\": \"a\"|\"name\": \"\\ud800\"", "times=1")])
                .keeps(2)
                .says(&["malformed and left out: ", "unexpected end of hex escape"]),
            row("its id twice", &[networks!("replace=\"etag\":|\"id\": \"/x\", \"etag\":", "times=1")])
                .keeps(2)
                .says(&["malformed and left out: ", "duplicate field `id`"]),
            odd("an id that is null", "virtualNetworks", r#"{"id": null, "name": null, "properties": null}"#).keeps(3).says(&["malformed and left out: ", "its id is missing or empty"]),
            odd("an invalid id", "virtualNetworks", r#"{"id": "odd", "name": "odd", "properties": {}}"#).keeps(3).says(&["the answer has"]),
            odd("no id", "virtualNetworks", r#"{"name": null, "properties": null}"#).keeps(3).says(&["malformed and left out: ", "its id is missing or empty"]),
            odd("an id with ..", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/..", "name": "..", "location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}}"#).keeps(3).says(&["virtualNetworks/.., which is not the id of a resource"]),
            odd("an empty id", "virtualNetworks", r#"{"id": "", "name": "odd", "properties": {}}"#).keeps(3).says(&["malformed and left out: ", "its id is missing or empty"]),
            odd("of another subscription", "virtualNetworks", r#"{"id": "/subscriptions/cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/odd", "properties": {}}"#).keeps(3).says(&["the answer has /subscriptions/cccccccc"]),
            odd("prefixes that are a text", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "properties": {"addressSpace": {"addressPrefixes": "10.9.0.0/16"}}}"#).keeps(3).says(&["malformed and left out: ", "expected a sequence"]),
            odd("an address space that is a text", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "properties": {"addressSpace": "10.9.0.0/16"}}"#).keeps(3).says(&["malformed and left out: ", "expected struct AddressSpace"]),
            odd("subnets that are an object", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "properties": {"subnets": {}}}"#).keeps(3).says(&["malformed and left out: ", "expected a sequence"]),
        ],
    ),
    Group::new(
        "an invalid address",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Networks, Subject::Links], Outcome::Failed),
        &[
            row("a prefix of 33 bits", &[networks!("replace=\"10.1.0.0/16\"|\"10.1.0.0/33\"")]).keeps(3),
            row("IPv6", &[networks!("replace=\"10.1.0.0/16\"|\"2001:xyz::/56\"")]).keeps(3),
        ],
    )
    .says(&["not understood"]),
    Group::new(
        "an invalid address of a subnet",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Subnets], Outcome::Failed),
        &[row("a prefix of 33 bits", &[networks!("replace=\"10.1.1.0/24\"|\"10.1.1.0/33\"")]).keeps(3)],
    )
    .says(&["not understood"]),
    Group::new(
        "a machine of another subscription",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Instances], Outcome::Failed),
        &[odd("another subscription", "virtualMachines", r#"{"id": "/subscriptions/cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/odd", "name": "odd", "location": "westeurope", "properties": {}}"#).keeps(3)],
    )
    .says(&["the answer has /subscriptions/cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee"]),
    Group::new(
        "a subscription that cannot be read",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Accounts], Outcome::Failed),
        &[
            row("without an id", &[subscriptions!("replace=\"subscriptionId\"|\"id2\"")])
                .says(&["a subscription (struck) came without its id"]),
            row("an empty id", &[subscriptions!("replace=\"subscriptionId\": \"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"subscriptionId\": \"")])
                .says(&["a subscription (struck) came without its id"]),
            row("an id that leads elsewhere", &[subscriptions!("replace=\"subscriptionId\": \"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"subscriptionId\": \"../../../x?y=z#")])
                .says(&["../../../x?y=z#"]),
            row("null", &[subscriptions!("replace=\"value\": [|\"value\": [null, ")]).says(&["a subscription is malformed: "]),
            row("a number", &[subscriptions!("replace=\"value\": [|\"value\": [7, ")]).says(&["a subscription is malformed: "]),
        ],
    ),
    Group::new(
        "a network without an address prefix: it is listed, and the read is not complete",
        Setup::Arm,
        ONE_FAILED,
        &[
            odd("nothing but an id", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": null, "location": null, "tags": null, "properties": null}"#).keeps(4).differs(&[r#"+ networks odd {"name":"odd","region":""}"#]),
            odd("no address space", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "location": "westeurope", "properties": {}}"#).keeps(4).differs(&[r#"+ networks odd {"name":"odd","region":"westeurope"}"#]),
            odd("an address space without prefixes", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "location": "westeurope", "properties": {"addressSpace": {}}}"#).keeps(4).differs(&[r#"+ networks odd {"name":"odd","region":"westeurope"}"#]),
        ],
    )
    .says(&["virtualNetworks/odd: the answer has no address prefix of it"]),
    Group::new(
        "unusual values that are valid, and kept as they are",
        Setup::Arm,
        Ending::Complete,
        &[
            odd("host bits", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "location": "westeurope", "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.5/16"]}}}"#).differs(&[r#"+ networks odd {"blocks":[{"cidr":"10.9.0.0/16","role":"primary","state":null}],"name":"odd","region":"westeurope"}"#]),
            odd("unknown states", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "location": "westeurope", "properties": {"provisioningState": "Thinking", "addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}}"#).differs(&[r#"+ networks odd {"blocks":[{"cidr":"10.9.0.0/16","role":"primary","state":null}],"name":"odd","region":"westeurope","state":"Thinking"}"#]),
            odd("huge numbers", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "odd", "location": "westeurope", "properties": {"flowTimeoutInMinutes": 1e300, "addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}}"#).differs(&[r#"+ networks odd {"blocks":[{"cidr":"10.9.0.0/16","role":"primary","state":null}],"name":"odd","region":"westeurope"}"#]),
            row("an escape character in the name of a subscription", &[subscriptions!("replace=\"displayName\": \"struck|\"displayName\": \"\\u001b[31m")]).differs(&[r#"networks a /account_name: "\u001b[31m", not "struck""#, r#"networks b /account_name: "\u001b[31m", not "struck""#, r#"networks c /account_name: "\u001b[31m", not "struck""#]),
            odd("an escape character", "virtualNetworks", r#"{"id": "SUBSCRIPTION/Microsoft.Network/virtualNetworks/odd", "name": "\u001b[31m", "location": "\u001b[31m", "properties": {"addressSpace": {"addressPrefixes": ["10.9.0.0/16"]}}}"#).differs(&[r#"+ networks odd {"blocks":[{"cidr":"10.9.0.0/16","role":"primary","state":null}],"name":"\u001b[31m","region":"\u001b[31m"}"#]),
        ],
    ),
];
