//! Azure Resource Graph.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

const ALL: &[Subject] = &[Subject::Networks, Subject::Subnets, Subject::Instances, Subject::Links];
const FAILED: Ending = Ending::Incomplete(ALL, Outcome::Failed);

/// Strikes all pages of all queries but the first one, which asks for the subscriptions.
macro_rules! rows {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@action=Microsoft.ResourceGraph/resources/read,after=1" $(, ",", $selectors)?)
    };
}

pub const GROUPS: &[Group] = &[
    Group::new(
        "no fault, or one that passes",
        Setup::Graph,
        Ending::Complete,
        &[
            row("every answer is correct", &[]),
            row("429 once", &["retry-after=0s@action=Microsoft.ResourceGraph/*,times=1"]),
            row("500 three times", &[rows!("error=InternalServerError:500", "times=3")]),
            row("401 once", &[rows!("expired", "times=1")]),
            row("reset before the answer, once", &[rows!("reset=before", "times=1")]),
            row("reset in the body, twice", &[rows!("reset=body", "times=2")]),
            row("closed in the body, twice", &[rows!("truncate=length", "times=2")]),
            row("closed before the last chunk, twice", &[rows!("truncate=chunks", "times=2")]),
            row("a page twice", &[rows!("page-loop=new", "times=1")]),
            row("a subscription in upper case in a row", &[rows!(
                "replace=\"subscriptionId\": \"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"subscriptionId\": \"AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE"
            )]),
            row("an id in upper case", &[rows!(
                "replace=\"id\": \"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee/resourceGroups|\"id\": \"/SUBSCRIPTIONS/AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE/RESOURCEGROUPS"
            )]).differs(&[
                r#"+ instances a {"architecture":"x86_64","launched_at":"2025-06-24T21:53:20Z","name":"a","network":"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee/resourceGroups/struck-rg/providers/Microsoft.Network/virtualNetworks/a","os":"Linux","private_ips":["10.1.1.4"],"region":"westeurope","state":"running","subnet":"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee/resourceGroups/struck-rg/providers/Microsoft.Network/virtualNetworks/a/subnets/s","type":"Standard_D2s_v5","vcpus":2}"#,
                "- instances a",
                r#"+ networks c {"blocks":[{"cidr":"10.3.0.0/16","role":"primary","state":null}],"name":"c","region":"westeurope","state":"Succeeded"}"#,
                "- networks c",
                r#"subnets s /network: "/SUBSCRIPTIONS/AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE/RESOURCEGROUPS/struck-rg/providers/Microsoft.Network/virtualNetworks/c", not c"#,
            ]),
        ],
    ),
    Group::new(
        "429 with every form of Retry-After, and until the time is over",
        Setup::Graph,
        Ending::Complete,
        &[
            row("1 s", &[rows!("retry-after=1s", "times=2")]),
            row("a date in 1 s", &[rows!("retry-after=date:1s", "times=2")]),
            row("a date that is past", &[rows!("retry-after=date:-10s", "times=2")]),
            row("a fraction", &[rows!("retry-after=text:1.5", "times=2")]),
            row("a list", &[rows!("retry-after=text:1, 3", "times=1")]),
            row("a word", &[rows!("retry-after=text:soon", "times=2")]),
        ],
    )
    .waiting()
    .on_their_way(2),
    Group::new(
        "a pause that is longer than --timeout",
        Setup::Graph,
        Ending::Incomplete(ALL, Outcome::Throttled),
        &[
            row("5 minutes", &[rows!("retry-after=5m")]),
            row("a date in 5 minutes", &[rows!("retry-after=date:300s")]),
        ],
    )
    .scopes(8)
    .on_their_way(1)
    .says(&["Azure throttles tenant ", "longer than the 60 s that netcensus waits"]),
    Group::new(
        "permissions are missing",
        Setup::Graph,
        Ending::Incomplete(ALL, Outcome::Denied),
        &[row("403", &[rows!("deny")])],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: AuthorizationFailed"]),
    Group::new(
        "a token that is refused again",
        Setup::Graph,
        FAILED,
        &[row("401", &[rows!("expired")])],
    )
    .scopes(8)
    .says(&["ExpiredAuthenticationToken", "no longer accepts the token of service principal"]),
    Group::new(
        "a subscription that the list of subscriptions lacks",
        Setup::Graph,
        FAILED,
        &[row("it has one of two", &["body={\"totalRecords\": 1, \"count\": 1, \"data\": [{\"id\": \"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\", \"subscriptionId\": \"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee\", \"type\": \"microsoft.resources/subscriptions\"}]}@action=Microsoft.ResourceGraph/resources/read,times=1"]).keeps(3)],
    )
    .scopes(4)
    .says(&["Resource Graph"]),
    Group::new(
        "rows of a subscription that was not asked for",
        Setup::Graph,
        FAILED,
        &[
            row("in the column", &[rows!(
                "replace=\"subscriptionId\": \"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"subscriptionId\": \"cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee"
            )]).says(&["its rows are not in the order asked for"]),
            row("in the id", &[rows!(
                "replace=\"id\": \"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"id\": \"/subscriptions/cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee"
            )]).says(&["a row of subscription aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee has an id of cccccccc"]).keeps(3),
            row("in both", &[
                rows!("replace=\"id\": \"/subscriptions/aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"id\": \"/subscriptions/cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
                rows!("replace=\"subscriptionId\": \"aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee|\"subscriptionId\": \"cccccccc-bbbb-4ccc-8ddd-eeeeeeeeeeee"),
            ]).says(&["its rows are not in the order asked for"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "queries that are refused",
        Setup::Graph,
        FAILED,
        &[
            row("500 at every attempt", &[rows!("error=InternalServerError:500")])
                .says(&["InternalServerError"]),
            row("500 with HTML", &[rows!("garbage")]).says(&["HTTP 500"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "an answer that is too large, however few rows are asked for",
        Setup::Graph,
        FAILED,
        &[row("a payload that is too large", &[rows!("error=ResponsePayloadTooLarge:400")])],
    )
    .scopes(8)
    // Queries are sent at the pace that the quota allows.
    .waiting()
    .says(&["Microsoft.ResourceGraph/resources/read: ResponsePayloadTooLarge"]),
    Group::new(
        "a query with a later page that is refused, or cannot be read",
        Setup::Graph,
        Ending::Partly(ALL, Outcome::Failed, (8, 8)),
        &[
            // Two queries are sent at once, and either may be the first.
            row(
                "500 from the second answer on",
                &["error=InternalServerError:500@action=Microsoft.ResourceGraph/resources/read,after=2"],
            )
            .says(&["InternalServerError"]),
            row("page 2 is not JSON", &[rows!("replace=virtualNetworks/a\",|virtualNetworks/a\"x")])
                .says(&["the answer is not one of the API: ", "expected `,` or `}`"])
                .keeps(3),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "an answer without rows that says so",
        Setup::Graph,
        Ending::Complete,
        &[row("no rows", &[rows!("body={\"totalRecords\": 0, \"count\": 0, \"data\": []}")]).differs(&[
            "- instances a",
            "- instances b",
            "- instances c",
            "- instances e",
            "- links to-b",
            "- links to-a",
            "- networks a",
            "- networks b",
            "- networks c",
            "- networks e",
            "- subnets s",
            "- subnets s",
            "- subnets s",
            "- subnets s",
        ])],
    ),
    Group::new(
        "an answer that is not a page of rows",
        Setup::Graph,
        FAILED,
        &[
            row("{}", &[rows!("body={}")]).says(&["it has no list `data`"]),
            row("an error", &[rows!("body={\"error\": {\"code\": \"InternalServerError\"}}")])
                .says(&["it is an error: InternalServerError"]),
            row("rows that are null", &[rows!("replace=\"data\":|\"data\": null, \"more\":")])
                .says(&["it has no list `data`"]),
            row(
                "a table",
                &[rows!(
                    "body={\"totalRecords\": 0, \"count\": 0, \"data\": {\"columns\": [], \"rows\": []}}"
                )],
            )
            .says(&["`data`: invalid type: map"]),
            row("cut short", &[rows!("cut=200")]).says(&["EOF while parsing"]),
            row(
                "truncated, it says",
                &[rows!(
                    "body={\"totalRecords\": 0, \"count\": 0, \"data\": [], \"resultTruncated\": \"true\"}"
                )],
            )
            .says(&["it is truncated, and does not say how to read the rest"]),
            row(
                "truncated, another way",
                &[rows!("body={\"totalRecords\": 0, \"count\": 0, \"data\": [], \"resultTruncated\": true}")],
            )
            .says(&["it is truncated, and does not say how to read the rest"]),
            row(
                "truncated, in another case",
                &[rows!(
                    "body={\"totalRecords\": 0, \"count\": 0, \"data\": [], \"resultTruncated\": \"True\"}"
                )],
            )
            .says(&["it is truncated, and does not say how to read the rest"]),
            row(
                "more rows than there are",
                &[rows!("body={\"totalRecords\": 10, \"count\": 0, \"data\": []}")],
            )
            .says(&["it has 0 of 10 rows"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "pages that do not end",
        Setup::Graph,
        FAILED,
        &[
            row("a page that leads to itself", &[rows!("page-loop=same")])
                .says(&["leads back to an earlier page"]),
            row("two tokens in turn", &[rows!("page-loop=alternating")])
                .says(&["leads back to an earlier page"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "missing or unknown rows",
        Setup::Graph,
        FAILED,
        &[
            row("without the last row of each page", &[rows!("short")]).says(&["it has 3 of 4 rows"]),
            row("7 counted and 4 there", &[rows!("replace=\"count\": 4|\"count\": 7")])
                .says(&["it has 4 of 7 rows"]),
            row("without a type", &[rows!("replace=\"type\":|\"kind\":")])
                .says(&["a row does not say its subscription and type: missing field `type`"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "rows in another order than asked for",
        Setup::Graph,
        Ending::Partly(ALL, Outcome::Failed, (8, 8)),
        &[row("in the opposite order", &[rows!("disorder")])
            .says(&["its rows are not in the order asked for"]).keeps(5)],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "silence of Resource Graph",
        Setup::Graph,
        Ending::Incomplete(ALL, Outcome::TimedOut),
        &[
            row("no answer", &[rows!("hang")]).says(&["the endpoint did not answer"]),
            row("half a body", &[rows!("hang-body")]).says(&["the last answer was HTTP 200"]),
            row("a byte a second", &[rows!("drip=1s")]).says(&["the endpoint did not answer"]),
            row("pages without end", &[rows!("latency=250ms"), rows!("page-loop=new")])
                .says(&["the last answer was HTTP 200"]),
            row("pages without end and rows", &[rows!("latency=250ms"), rows!("page-loop=new-empty")])
                .says(&["the last answer was HTTP 200"]),
        ],
    )
    .scopes(8)
    .within(10_000)
    .or_says(&[&["not done within 10s: another read of the same list was not finished"]])
    .says(&["not done within 10s: "]),
    Group::new(
        "a connection that always breaks",
        Setup::Graph,
        FAILED,
        &[
            row("reset before the answer", &[rows!("reset=before")])
                .says(&["cannot be reached: Connection reset"]),
            row("closed in the body", &[rows!("truncate=length")]).says(&["ended too early"]),
            row("closed before the last chunk", &[rows!("truncate=chunks")]).says(&["ended too early"]),
            row("closed before its end, without a length", &[rows!("truncate=close")])
                .says(&["the answer is not one of the API: EOF"]),
            row("another protocol", &[rows!("not-http")])
                .says(&["does not answer with valid HTTP: invalid HTTP version"]),
            row("a header of 1 MiB", &[rows!("huge-header")])
                .says(&["does not answer with valid HTTP: message head is too large"]),
            row("without end", &[rows!("endless")]).says(&["it is larger than 256 MiB"]),
            row("a redirect", &[rows!("status=307"), rows!("header=Location:https://example.com/x")])
                .says(&["HTTP 307, a redirect to https://example.com"]),
            row("reset in the body", &[rows!("reset=body")]).says(&["ended too early: Connection reset"]),
        ],
    )
    .scopes(8)
    .or_says(&[&["not tried: the endpoint did not answer other reads"]])
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
];
