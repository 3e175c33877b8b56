//! AWS: connections that break, are slow, or are no HTTP; throttling at random.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

const ALL: &[Subject] =
    &[Subject::Networks, Subject::Subnets, Subject::Instances, Subject::Interfaces, Subject::Links];
const FAILED: Ending = Ending::Incomplete(&[Subject::Networks], Outcome::Failed);
const TIMED_OUT: Ending = Ending::Incomplete(&[Subject::Networks], Outcome::TimedOut);

pub const GROUPS: &[Group] = &[
    Group::new(
        "requests that are throttled at random, and then answered",
        Setup::Aws,
        Ending::Complete,
        &[
            row(
                "10 % of all requests",
                &["error=RequestLimitExceeded:503@action=Describe*,chance=10%,seed=8"],
            ),
            row(
                "50 % of all requests",
                &["error=RequestLimitExceeded:503@action=Describe*,chance=50%,seed=3"],
            ),
        ],
    ),
    Group::new(
        "requests that are nearly always throttled",
        Setup::Aws,
        Ending::Partly(ALL, Outcome::Throttled, (2, 2)),
        &[
            row(
                "90 % of all requests",
                &["error=RequestLimitExceeded:503@action=Describe*,chance=90%,seed=1"],
            )
            .keeps(14),
            row(
                "90 % of all requests, those of STS too",
                &[
                    "error=RequestLimitExceeded:503@action=Describe*,chance=90%,seed=1",
                    "error=Throttling@action=GetCallerIdentity,chance=90%,seed=1",
                ],
            )
            .keeps(14),
        ],
    )
    .says(&["RequestLimitExceeded after all retries"]),
    Group::new(
        "a connection that breaks, and works the next time",
        Setup::Aws,
        Ending::Complete,
        &[
            row("reset before the answer, twice", &["reset=before@action=DescribeVpcs,times=2"]),
            row("reset in the headers, twice", &["reset=head@action=DescribeVpcs,times=2"]),
            row("reset in the body, twice", &["reset=body@action=DescribeVpcs,times=2"]),
            row("closed in the body, twice", &["truncate=length@action=DescribeVpcs,times=2"]),
            row("closed before the last chunk, twice", &["truncate=chunks@action=DescribeVpcs,times=2"]),
        ],
    ),
    Group::new(
        "a connection that always breaks",
        Setup::Aws,
        FAILED,
        &[
            row("reset before the answer", &["reset=before@action=DescribeVpcs"])
                .says(&["cannot be reached"]),
            row("reset in the headers", &["reset=head@action=DescribeVpcs"]).says(&["cannot be reached"]),
            row("reset in the body", &["reset=body@action=DescribeVpcs"])
                .says(&["the answer ended too early"]),
            row("closed in the body", &["truncate=length@action=DescribeVpcs"])
                .says(&["the answer ended too early"]),
            row("closed before the last chunk", &["truncate=chunks@action=DescribeVpcs"])
                .says(&["the answer ended too early"]),
            row("reset in the body of page 2", &["reset=body@action=DescribeVpcs,after=1"])
                .says(&["the answer ended too early"])
                .keeps(2),
        ],
    )
    .says(&["ec2:DescribeVpcs: "]),
    Group::new(
        "something that is not HTTP",
        Setup::Aws,
        FAILED,
        &[
            row("another protocol", &["not-http@action=DescribeVpcs"]).says(&["invalid HTTP version"]),
            row("a header of 1 MiB", &["huge-header@action=DescribeVpcs"])
                .says(&["message head is too large"]),
        ],
    )
    .says(&["ec2:DescribeVpcs: the endpoint does not answer with valid HTTP: "]),
    Group::new(
        "an answer that does not come, or too slowly",
        Setup::Aws,
        TIMED_OUT,
        &[
            row("no answer", &["hang@action=DescribeVpcs"]).says(&["the endpoint did not answer"]),
            row("half a body", &["hang-body@action=DescribeVpcs"]).says(&["the last answer was HTTP 200"]),
            row("a byte a second", &["drip=1s@action=DescribeVpcs"]).says(&["the endpoint did not answer"]),
            row("a body of a byte a second", &["drip-body=1s@action=DescribeVpcs"])
                .says(&["the last answer was HTTP 200"]),
        ],
    )
    .within(10_000)
    .says(&["not done within 10s: "]),
    Group::new(
        "an answer that is too long",
        Setup::Aws,
        FAILED,
        &[
            row("70 MB", &["pad=70000000@action=DescribeVpcs"]),
            row("without end", &["endless@action=DescribeVpcs"]),
        ],
    )
    .says(&["ec2:DescribeVpcs: the answer has more than 64 MiB, which no page of the API has"]),
    Group::new(
        "a slow answer that comes in time",
        Setup::Aws,
        Ending::Complete,
        &[
            row("100 ms for each", &["latency=100ms"]),
            row("100 bytes each millisecond", &["drip=100/1ms@action=DescribeVpcs"]),
        ],
    ),
    Group::new(
        "silence while signing in",
        Setup::AwsAlone,
        Ending::Refused,
        &[
            row("no answer of STS", &["hang@action=GetCallerIdentity"])
                .says(&["the endpoint did not answer"]),
            row("half a body", &["hang-body@action=GetCallerIdentity"])
                .says(&["the last answer was HTTP 200"]),
            row("a byte a second", &["drip=1s@action=GetCallerIdentity"])
                .says(&["the endpoint did not answer"]),
            row("connections that are accepted, and nothing more", &["silent"])
                .says(&["the endpoint did not answer"]),
        ],
    )
    .within(10_000)
    .says(&["netcensus could not sign in to any AWS account", "not done within 10s: "]),
    Group::new(
        "silence while regions are listed",
        Setup::AwsRegions,
        Ending::Incomplete(&[Subject::Regions], Outcome::TimedOut),
        &[row("no answer", &["hang@action=DescribeRegions"])],
    )
    .within(10_000)
    .says(&["not done within"]),
];
