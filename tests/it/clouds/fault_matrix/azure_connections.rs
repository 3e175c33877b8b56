//! Azure: connections that break or are slow, tokens that are none, and lists of subscriptions that are none.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

/// What is read from the list of virtual networks.
const NETWORKS: &[Subject] = &[Subject::Networks, Subject::Subnets, Subject::Links];
/// What needs that list: instances name scale sets that it may name too.
const WAITING: &[Subject] = &[Subject::Networks, Subject::Subnets, Subject::Links, Subject::Instances];
const FAILED: Ending = Ending::Incomplete(NETWORKS, Outcome::Failed);
const TIMED_OUT: Ending = Ending::Incomplete(WAITING, Outcome::TimedOut);

/// What is said of a list that another scope reads for both.
const OTHER_READ: &[&str] = &["not done within 10s: another read of the same list was not finished"];

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
        "a connection that breaks, and works the next time",
        Setup::Arm,
        Ending::Complete,
        &[
            row("reset before the answer, once", &[networks!("reset=before", "times=1")]),
            row("reset in the headers, once", &[networks!("reset=head", "times=1")]),
            row("reset in the body, once", &[networks!("reset=body", "times=1")]),
            row("closed in the body, once", &[networks!("truncate=length", "times=1")]),
            row("closed before the last chunk, once", &[networks!("truncate=chunks", "times=1")]),
        ],
    ),
    Group::new(
        "a connection that always breaks",
        Setup::Arm,
        FAILED,
        &[
            row("reset before the answer", &[networks!("reset=before")]).says(&["cannot be reached"]),
            row("reset in the headers", &[networks!("reset=head")]).says(&["cannot be reached"]),
            row("reset in the body", &[networks!("reset=body")]).says(&["ended too early"]),
            row("closed in the body", &[networks!("truncate=length")]).says(&["ended too early"]),
            row("closed before the last chunk", &[networks!("truncate=chunks")]).says(&["ended too early"]),
            row("reset in the body of page 2", &[networks!("reset=body", "after=1")])
                .says(&["ended too early"])
                .keeps(2),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: "]),
    Group::new(
        "an answer that is closed before its end, without a length",
        Setup::Arm,
        FAILED,
        &[row("half of it", &[networks!("truncate=close")])],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: the answer is not one of the API: EOF"]),
    Group::new(
        "something that is not HTTP",
        Setup::Arm,
        FAILED,
        &[
            row("another protocol", &[networks!("not-http")])
                .says(&["does not answer with valid HTTP: invalid HTTP version"]),
            row("a header of 1 MiB", &[networks!("huge-header")])
                .says(&["does not answer with valid HTTP: message head is too large"]),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: "]),
    Group::new(
        "an answer that does not come, or too slowly",
        Setup::Arm,
        TIMED_OUT,
        &[
            row("no answer", &[networks!("hang")]).says(&["the endpoint did not answer"]),
            row("half a body", &[networks!("hang-body")]).says(&["the last answer was HTTP 200"]),
            row("a byte a second", &[networks!("drip=1s")]).says(&["the endpoint did not answer"]),
            row("a body of a byte a second", &[networks!("drip-body=1s")])
                .says(&["the last answer was HTTP 200"]),
        ],
    )
    .within(10_000)
    .or_says(&[OTHER_READ, &["not done within 10s: the last answer was HTTP 200"]])
    .says(&["not done within 10s: "]),
    Group::new(
        "a list that does not end, with rows",
        Setup::Arm,
        TIMED_OUT,
        &[row("always a new link", &[networks!("latency=250ms"), networks!("page-loop=new")]).keeps(2)],
    )
    .within(10_000)
    .or_says(&[OTHER_READ])
    .says(&["not done within 10s: the last answer was HTTP 200 (use a longer --timeout)"]),
    Group::new(
        "a slow answer that comes in time",
        Setup::Arm,
        Ending::Complete,
        &[
            row("100 ms for each", &["latency=100ms"]),
            row("1000 bytes each millisecond", &[networks!("drip=1000/1ms")]),
            row("a slow token", &["latency=300ms@action=token"]),
        ],
    ),
    Group::new(
        "silence while signing in",
        Setup::Arm,
        Ending::Refused,
        &[
            row("no token", &["hang@action=token"]),
            row("a token of a byte a second", &["drip=1s@action=token"]),
            row("half a token", &["hang-body@action=token"]),
            row("no list of subscriptions", &[subscriptions!("hang")]),
            row("connections that are accepted, and nothing more", &["silent"]),
        ],
    )
    .within(10_000)
    .says(&["not done within 10s: "]),
    Group::new(
        "a connection to the authority that breaks, and works the next time",
        Setup::Arm,
        Ending::Complete,
        &[
            row("reset before the answer, once", &["reset=before@action=token,times=1"]),
            row("reset in the body, once", &["reset=body@action=token,times=1"]),
            row("closed in the body, once", &["truncate=length@action=token,times=1"]),
        ],
    ),
    Group::new(
        "a connection to the authority that always breaks",
        Setup::Arm,
        Ending::Refused,
        &[
            row("reset before the answer", &["reset=before@action=token"])
                .says(&["the authority cannot be reached"]),
            row("reset in the headers", &["reset=head@action=token"])
                .says(&["the authority cannot be reached"]),
            row("reset in the body", &["reset=body@action=token"])
                .says(&["the token answer of", "ended too early: "]),
            row("closed in the body", &["truncate=length@action=token"])
                .says(&["the token answer of", "ended too early: "]),
            row("closed before the last chunk", &["truncate=chunks@action=token"])
                .says(&["the token answer of", "ended too early: "]),
            row("closed before its end, without a length", &["truncate=close@action=token"])
                .says(&["the token answer of", "ended too early: EOF"]),
        ],
    )
    .says(&["netcensus could not sign in to any Azure tenant"]),
    Group::new(
        "an answer of the authority that is not a token",
        Setup::Arm,
        Ending::Refused,
        &[
            row("HTML", &["body=<html>sign in</html>@action=token"])
                .says(&["is not a token (it begins: <html>sign in"]),
            row("cut short", &["cut=80@action=token"]).says(&["ended too early: EOF"]),
            row("2 MB", &["pad=2000000@action=token"]).says(&["does not end: it is larger than 1 MiB"]),
            row("{}", &["body={}@action=token"]).says(&["has no access_token"]),
            row("an empty token", &["body={\"access_token\": \"\", \"expires_in\": 3599}@action=token"])
                .says(&["has no access_token"]),
            row(
                "a token with a line end",
                &["body={\"access_token\": \"a\\nb\", \"expires_in\": 3599}@action=token"],
            )
            .says(&["has an access_token w"]),
            row("valid for 10^18 seconds", &["replace=\"expires_in\":3599|\"expires_in\":1e18@action=token"])
                .says(&["says that the token ex"]),
            row("valid until a word", &["replace=\"expires_in\":3599|\"expires_in\":\"soon\"@action=token"])
                .says(&[r#"has expires_in "soon""#]),
            row(
                "a redirect",
                &["status=307@action=token", "header=Location:https://example.com/@action=token"],
            )
            .says(&["is HTTP 307, a redirect to https://example.com"]),
        ],
    )
    .says(&["netcensus could not sign in to any Azure tenant", "token"]),
    Group::new(
        "a token that is valid for a moment only",
        Setup::Arm,
        Ending::Complete,
        &[
            row("one second", &["replace=\"expires_in\":3599|\"expires_in\":1@action=token"]),
            row("no time", &["replace=\"expires_in\":3599|\"expires_in\":0@action=token"]),
            row("less than that", &["replace=\"expires_in\":3599|\"expires_in\":-5@action=token"]),
            row("seconds as a text", &["replace=\"expires_in\":3599|\"expires_in\":\"3599\"@action=token"]),
        ],
    ),
    Group::new(
        "a token that expires during the scan, and a new one that is refused",
        Setup::Arm,
        FAILED,
        &[row("a wrong secret", &[networks!("expired"), "error=AADSTS7000215:401@action=token,after=1"])],
    )
    .says(&["AADSTS7000215"]),
    Group::new(
        "an answer that is not a list of subscriptions",
        Setup::Arm,
        Ending::Refused,
        &[
            row("{}", &[subscriptions!("body={}")]).says(&["it has no list `value`"]),
            row("HTML", &[subscriptions!("body=<html>sign in</html>")])
                .says(&["the answer is not one of the API"]),
            row("no subscription", &[subscriptions!("body={\"value\": []}")])
                .says(&["sees no subscription in tenant"]),
            row(
                "a redirect",
                &[subscriptions!("status=307"), subscriptions!("header=Location:https://example.com/")],
            )
            .says(&["HTTP 307, a redirect to https://example.com"]),
        ],
    )
    .says(&["no Azure subscription can be read"]),
];
