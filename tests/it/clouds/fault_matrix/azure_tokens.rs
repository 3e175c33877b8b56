//! Azure: pauses that the authority asks for, and connections to it that are no HTTP.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

pub const GROUPS: &[Group] = &[
    Group::new(
        "an authority that is busy, with every form of Retry-After, and until the time is over",
        Setup::Arm,
        Ending::Complete,
        &[
            row("1 s", &["retry-after=1s@action=token,times=2"]),
            row("a date in 1 s", &["retry-after=date:1s@action=token,times=2"]),
            row("a date in 8 s", &["retry-after=date:8s@action=token,times=1"]),
            row("a date that is past", &["retry-after=date:-10s@action=token,times=2"]),
            row("a negative number", &["retry-after=text:-1@action=token,times=2"]),
            row("a fraction", &["retry-after=text:2.5@action=token,times=1"]),
            row("a list", &["retry-after=text:3, 5@action=token,times=1"]),
            row("spaces around it", &["retry-after=text:\\x202\\x20@action=token,times=2"]),
            row("empty", &["retry-after=text:@action=token,times=2"]),
            row("a word", &["retry-after=text:soon@action=token,times=2"]),
            row(
                "503 with 1 s",
                &["error=AADSTS90033:503@action=token,times=2", "header=Retry-After:1@action=token,times=2"],
            ),
        ],
    )
    .waiting(),
    Group::new(
        "a pause of the authority that is longer than --timeout",
        Setup::Arm,
        Ending::Refused,
        &[
            row("5 minutes", &["retry-after=5m@action=token"]),
            row("5 minutes, once", &["retry-after=5m@action=token,times=1"]),
            row("a date in 5 minutes", &["retry-after=date:300s@action=token"]),
            row("the largest number of 64 bits", &["retry-after=text:18446744073709551615@action=token"]),
            row("a larger one", &["retry-after=text:99999999999999999999999@action=token"]),
            row(
                "503 with 5 minutes",
                &["error=AADSTS90033:503@action=token", "header=Retry-After:300@action=token"],
            ),
        ],
    )
    .says(&[
        "netcensus could not sign in to any Azure tenant",
        "(secret): the authority http://127.0.0.1:",
        " throttles token requests for ",
        "longer than the 60 s that netcensus waits (try later, or use a longer --timeout)",
    ]),
    Group::new(
        "a token that expires during the scan, and a pause before the next one that is longer than --timeout",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Networks, Subject::Subnets, Subject::Links], Outcome::Throttled),
        &[row(
            "5 minutes",
            &["expired@action=Microsoft.Network/virtualNetworks/read", "retry-after=5m@action=token,after=1"],
        )],
    )
    .says(&["the authority http://127.0.0.1:", " throttles token requests for 300 s more"]),
    Group::new(
        "an authority that does not speak HTTP",
        Setup::Arm,
        Ending::Refused,
        &[
            row("another protocol", &["not-http@action=token"]).says(&["invalid HTTP version"]),
            row("a header of 1 MiB", &["huge-header@action=token"]).says(&["message head is too large"]),
        ],
    )
    .says(&[
        "netcensus could not sign in to any Azure tenant",
        "the token answer of http://127.0.0.1:",
        " is not valid HTTP: ",
    ]),
];
