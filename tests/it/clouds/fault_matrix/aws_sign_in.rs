//! AWS: connections to STS that break, are slow, or are no HTTP, and pauses that it asks for.

use super::row::{Ending, Group, Setup, row};

/// Strikes the request that tells which account the credentials are of.
macro_rules! identity {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@action=GetCallerIdentity" $(, ",", $selectors)?)
    };
}

pub const GROUPS: &[Group] = &[
    Group::new(
        "STS has problems, and answers the next time",
        Setup::AwsAlone,
        Ending::Complete,
        &[
            row("500 with HTML twice", &[identity!("garbage", "times=2")]),
            row("503 twice", &[identity!("error=ServiceUnavailable:503", "times=2")]),
            row("reset before the answer, twice", &[identity!("reset=before", "times=2")]),
            row("reset in the headers, twice", &[identity!("reset=head", "times=2")]),
            row("reset in the body, twice", &[identity!("reset=body", "times=2")]),
            row("closed in the body, twice", &[identity!("truncate=length", "times=2")]),
            row("closed before the last chunk, twice", &[identity!("truncate=chunks", "times=2")]),
            row("100 bytes each millisecond", &[identity!("drip=100/1ms")]),
        ],
    ),
    Group::new(
        "STS throttles, with every form of Retry-After, and until the time is over",
        Setup::AwsAlone,
        Ending::Complete,
        &[
            row("0", &[identity!("retry-after=0s", "times=2")]),
            row("a date in 1 s", &[identity!("retry-after=date:1s", "times=2")]),
            row("a date in 8 s", &[identity!("retry-after=date:8s", "times=1")]),
            row("a date that is past", &[identity!("retry-after=date:-10s", "times=2")]),
            row("a negative number", &[identity!("retry-after=text:-1", "times=2")]),
            row("a fraction", &[identity!("retry-after=text:1.5", "times=2")]),
            row("a list", &[identity!("retry-after=text:1, 3", "times=1")]),
            row("spaces around it", &[identity!("retry-after=text:\\x201\\x20", "times=2")]),
            row("empty", &[identity!("retry-after=text:", "times=2")]),
            row("a word", &[identity!("retry-after=text:soon", "times=2")]),
            row(
                "503 with 1 s",
                &[
                    identity!("error=ServiceUnavailable:503", "times=2"),
                    identity!("header=Retry-After:1", "times=2"),
                ],
            ),
        ],
    )
    .waiting(),
    Group::new(
        "STS asks for a pause that is longer than --timeout",
        Setup::AwsAlone,
        Ending::Refused,
        &[
            row("5 minutes, once", &[identity!("retry-after=5m", "times=1")]),
            row("a date in 5 minutes", &[identity!("retry-after=date:300s")]),
            row("the largest number of 64 bits", &[identity!("retry-after=text:18446744073709551615")]),
            row("a larger one", &[identity!("retry-after=text:99999999999999999999999")]),
        ],
    )
    .says(&[
        "netcensus could not sign in to any AWS account",
        "AWS throttles sts:GetCallerIdentity for ",
        "longer than the 60 s that netcensus waits (try later, or use a longer --timeout)",
    ]),
    Group::new(
        "a connection to STS that always breaks, or is no HTTP",
        Setup::AwsAlone,
        Ending::Refused,
        &[
            row("reset before the answer", &[identity!("reset=before")]).says(&["cannot be reached"]),
            row("reset in the headers", &[identity!("reset=head")]).says(&["cannot be reached"]),
            row("reset in the body", &[identity!("reset=body")]).says(&["the answer ended too early"]),
            row("closed in the body", &[identity!("truncate=length")]).says(&["the answer ended too early"]),
            row("closed before the last chunk", &[identity!("truncate=chunks")])
                .says(&["the answer ended too early"]),
            row("closed before its end, without a length", &[identity!("truncate=close")])
                .says(&["the answer was cut short"]),
            row("another protocol", &[identity!("not-http")])
                .says(&["does not answer with valid HTTP: ", "invalid HTTP version"]),
            row("a header of 1 MiB", &[identity!("huge-header")])
                .says(&["does not answer with valid HTTP: ", "message head is too large"]),
        ],
    )
    .says(&["netcensus could not sign in to any AWS account", "sts:GetCallerIdentity: "]),
    Group::new(
        "an answer of STS that is not one of the API",
        Setup::AwsAlone,
        Ending::Refused,
        &[
            row("without end", &[identity!("endless")]).says(&["the answer has more than 64 MiB"]),
            row(
                "301 to another host",
                &[identity!("status=301"), identity!("header=Location:https://example.com/x")],
            )
            .says(&["HTTP 301 redirects to https://example.com,"]),
            row(
                "307 to another host",
                &[identity!("status=307"), identity!("header=Location:https://example.com/x")],
            )
            .says(&["HTTP 307 redirects to https://example.com,"]),
        ],
    )
    .says(&["netcensus could not sign in to any AWS account", "sts:GetCallerIdentity: "]),
    Group::new(
        "STS throttles until the time is up",
        Setup::AwsAlone,
        Ending::Refused,
        &[row("Throttling", &[identity!("error=Throttling")])],
    )
    .within(10_000)
    .says(&["netcensus could not sign in to any AWS account", "because too many requests were sent"]),
];
