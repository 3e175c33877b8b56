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
        ],
    ),
    Group::new(
        "queries that are refused",
        Setup::Graph,
        FAILED,
        &[
            row("500 at every attempt", &[rows!("error=InternalServerError:500")])
                .says(&["InternalServerError"]),
            row("a payload that is too large", &[rows!("error=ResponsePayloadTooLarge:400")])
                .says(&["ResponsePayloadTooLarge"]),
            row("500 with HTML", &[rows!("garbage")]).says(&["HTTP 500"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "a query with a later page that is refused",
        Setup::Graph,
        Ending::Partly(ALL, Outcome::Failed),
        &[row(
            "500 on page 2",
            &["error=InternalServerError:500@action=Microsoft.ResourceGraph/resources/read,after=2"],
        )
        .says(&["InternalServerError"])],
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
            row("without a type", &[rows!("replace=\"type\":|\"kind\":")])
                .says(&["a row does not say its subscription and type: missing field `type`"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "rows in another order than asked for",
        Setup::Graph,
        Ending::Partly(ALL, Outcome::Failed),
        &[row("in the opposite order", &[rows!("disorder")])
            .says(&["its rows are not in the order asked for"])],
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
    .says(&["not done within 10s: "]),
    Group::new(
        "a connection that always breaks",
        Setup::Graph,
        FAILED,
        &[
            row("reset before the answer", &[rows!("reset=before")])
                .says(&["cannot be reached: Connection reset"]),
            row("reset in the body", &[rows!("reset=body")]).says(&["ended too early: Connection reset"]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
];
