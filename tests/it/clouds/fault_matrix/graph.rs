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
        &[row("no rows", &[rows!("body={\"totalRecords\": 0, \"count\": 0, \"data\": []}")]).altered()],
    ),
    Group::new(
        "an answer that is not a page of rows",
        Setup::Graph,
        FAILED,
        &[
            row("{}", &[rows!("body={}")]),
            row("an error", &[rows!("body={\"error\": {\"code\": \"InternalServerError\"}}")]),
            row("rows that are null", &[rows!("replace=\"data\":|\"data\": null, \"more\":")]),
            row(
                "a table",
                &[rows!(
                    "body={\"totalRecords\": 0, \"count\": 0, \"data\": {\"columns\": [], \"rows\": []}}"
                )],
            ),
            row("cut short", &[rows!("cut=200")]),
            row(
                "truncated, it says",
                &[rows!(
                    "body={\"totalRecords\": 0, \"count\": 0, \"data\": [], \"resultTruncated\": \"true\"}"
                )],
            ),
            row(
                "truncated, another way",
                &[rows!("body={\"totalRecords\": 0, \"count\": 0, \"data\": [], \"resultTruncated\": true}")],
            ),
            row(
                "truncated, in another case",
                &[rows!(
                    "body={\"totalRecords\": 0, \"count\": 0, \"data\": [], \"resultTruncated\": \"True\"}"
                )],
            ),
            row(
                "more rows than there are",
                &[rows!("body={\"totalRecords\": 10, \"count\": 0, \"data\": []}")],
            ),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "pages that do not end",
        Setup::Graph,
        FAILED,
        &[
            row("a page that leads to itself", &[rows!("page-loop=same")]),
            row("two tokens in turn", &[rows!("page-loop=alternating")]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "missing or unknown rows",
        Setup::Graph,
        FAILED,
        &[
            row("without the last row of each page", &[rows!("short")]),
            row("without a type", &[rows!("replace=\"type\":|\"kind\":")]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "rows in another order than asked for",
        Setup::Graph,
        Ending::Partly(ALL, Outcome::Failed),
        &[row("in the opposite order", &[rows!("disorder")])],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
    Group::new(
        "silence of Resource Graph",
        Setup::Graph,
        Ending::Incomplete(ALL, Outcome::TimedOut),
        &[
            row("no answer", &[rows!("hang")]),
            row("half a body", &[rows!("hang-body")]),
            row("a byte a second", &[rows!("drip=1s")]),
            row("pages without end", &[rows!("latency=250ms"), rows!("page-loop=new")]),
            row("pages without end and rows", &[rows!("latency=250ms"), rows!("page-loop=new-empty")]),
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
            row("reset before the answer", &[rows!("reset=before")]),
            row("reset in the body", &[rows!("reset=body")]),
        ],
    )
    .scopes(8)
    .says(&["Microsoft.ResourceGraph/resources/read: "]),
];
