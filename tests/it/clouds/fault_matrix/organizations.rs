//! The accounts of an organization, and the roles in them.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

const CREDENTIALS: &[Subject] = &[Subject::Credentials];

/// Strikes the list of accounts, which the management account asks for.
macro_rules! accounts {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@account=777788889999,action=ListAccounts" $(, ",", $selectors)?)
    };
}

/// Strikes the roles, which the management account assumes.
macro_rules! roles {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@account=777788889999,action=AssumeRole" $(, ",", $selectors)?)
    };
}

pub const GROUPS: &[Group] = &[
    Group::new(
        "no fault, or one that passes",
        Setup::Organization,
        Ending::Complete,
        &[
            row("every answer is correct", &[]),
            row("accounts throttled twice", &[accounts!("error=TooManyRequestsException", "times=2")]),
            row("neither status nor state", &[accounts!("replace=,\"State\":\"ACTIVE\",\"Status\":\"ACTIVE\"|")]),
            row("no status, but a state", &[accounts!("replace=,\"Status\":\"ACTIVE\"|")]),
            row("500 of the list of accounts twice", &[accounts!("garbage", "times=2")]),
            row("503 of the list of accounts twice", &[accounts!("error=ServiceUnavailable:503", "times=2")]),
            row("the list of accounts reset before the answer, twice", &[accounts!("reset=before", "times=2")]),
            row("the list of accounts reset in the body, twice", &[accounts!("reset=body", "times=2")]),
            row("the list of accounts closed in the body, twice", &[accounts!("truncate=length", "times=2")]),
            row("the list of accounts closed before the last chunk, twice", &[accounts!("truncate=chunks", "times=2")]),
            row("the list of accounts, 100 bytes each millisecond", &[accounts!("drip=100/1ms")]),
            row("roles throttled twice", &[roles!("error=Throttling", "times=2")]),
            row("500 for roles twice", &[roles!("garbage", "times=2")]),
            row("503 for roles twice", &[roles!("error=ServiceUnavailable:503", "times=2")]),
            row("roles reset before the answer, twice", &[roles!("reset=before", "times=2")]),
            row("roles reset in the body, twice", &[roles!("reset=body", "times=2")]),
            row("roles closed in the body, twice", &[roles!("truncate=length", "times=2")]),
            row("roles closed before the last chunk, twice", &[roles!("truncate=chunks", "times=2")]),
            row("an account twice", &[accounts!("replace=\"Id\":\"444455556666\"|\"Id\":\"111122223333\"")])
                .differs(&["- networks vpc-02ab006665c86bcfc"]),
        ],
    ),
    Group::new(
        "accounts or roles that are throttled, with every form of Retry-After, and until the time is over",
        Setup::Organization,
        Ending::Complete,
        &[
            row("accounts, 0", &[accounts!("retry-after=0s", "times=2")]),
            row("accounts, 1 s", &[accounts!("retry-after=1s", "times=2")]),
            row("accounts, a date in 1 s", &[accounts!("retry-after=date:1s", "times=2")]),
            row("accounts, a date that is past", &[accounts!("retry-after=date:-10s", "times=2")]),
            row("accounts, a fraction", &[accounts!("retry-after=text:1.5", "times=2")]),
            row("accounts, a list", &[accounts!("retry-after=text:1, 3", "times=1")]),
            row("accounts, empty", &[accounts!("retry-after=text:", "times=2")]),
            row("accounts, a word", &[accounts!("retry-after=text:soon", "times=2")]),
            row("roles, 0", &[roles!("retry-after=0s", "times=2")]),
            row("roles, a date that is past", &[roles!("retry-after=date:-10s", "times=2")]),
            row("roles, empty", &[roles!("retry-after=text:", "times=2")]),
            row("roles, a word", &[roles!("retry-after=text:soon", "times=2")]),
        ],
    )
    .waiting(),
    Group::new(
        "accounts that cannot be listed",
        Setup::Organization,
        Ending::Refused,
        &[
            row("denied", &[accounts!("deny")])
                .says(&["AccessDeniedException", "denies organizations:ListAccounts"]),
            row("throttled on page 2", &[accounts!("error=TooManyRequestsException", "after=1")])
                .says(&["TooManyRequestsException after all retries"]),
            row("denied on page 2", &[accounts!("deny", "after=1")]).says(&["AccessDeniedException"]),
            row("500 with HTML", &[accounts!("garbage")]).says(&["organizations:ListAccounts: HTTP 500", "Bad Gateway"]),
            row("500", &[accounts!("error=ServiceException:500")]).says(&["organizations:ListAccounts: ServiceException"]),
            row("503", &[accounts!("error=ServiceUnavailable:503")]).says(&["organizations:ListAccounts: ServiceUnavailable"]),
            row("500 on page 2", &[accounts!("error=ServiceException:500", "after=1")]).says(&["organizations:ListAccounts: ServiceException"]),
            row("reset before the answer", &[accounts!("reset=before")]).says(&["organizations:ListAccounts: ", "cannot be reached"]),
            row("reset in the headers", &[accounts!("reset=head")]).says(&["organizations:ListAccounts: ", "cannot be reached"]),
            row("reset in the body", &[accounts!("reset=body")]).says(&["organizations:ListAccounts: ", "the answer ended too early"]),
            row("closed in the body", &[accounts!("truncate=length")]).says(&["organizations:ListAccounts: ", "the answer ended too early"]),
            row("closed before the last chunk", &[accounts!("truncate=chunks")]).says(&["organizations:ListAccounts: ", "the answer ended too early"]),
            row("closed before its end, without a length", &[accounts!("truncate=close")]).says(&["organizations:ListAccounts: ", "the answer is not well-formed: EOF"]),
            row("another protocol", &[accounts!("not-http")]).says(&["organizations:ListAccounts: ", "does not answer with valid HTTP", "invalid HTTP version"]),
            row("a header of 1 MiB", &[accounts!("huge-header")]).says(&["organizations:ListAccounts: ", "does not answer with valid HTTP", "message head is too large"]),
            row("without end", &[accounts!("endless")]).says(&["organizations:ListAccounts: ", "the answer has more than 64 MiB"]),
            row("a redirect", &[accounts!("status=307"), accounts!("header=Location:https://example.com/x")])
                .says(&["organizations:ListAccounts: ", "HTTP 307 redirects to https://example.com,"]),
            row("a pause of 5 minutes", &[accounts!("retry-after=5m")])
                .says(&["AWS throttles organizations:ListAccounts for ", "longer than the 60 s that netcensus waits"]),
            row("a date in 5 minutes", &[accounts!("retry-after=date:300s")])
                .says(&["AWS throttles organizations:ListAccounts for ", "longer than the 60 s that netcensus waits"]),
            row("{}", &[accounts!("body={}")]).says(&["organizations:ListAccounts: the answer has no Accounts"]),
            row("accounts that are null", &[accounts!("body={\"Accounts\": null}")]).says(&["organizations:ListAccounts: the answer has no Accounts"]),
            row("no account", &[accounts!("body={\"Accounts\": []}")]).says(&["the answer lacks the calling account 777788889999"]),
            row("an error with status 200", &[accounts!("body={\"__type\": \"TooManyRequestsException\"}")]).says(&["organizations:ListAccounts: the answer has no Accounts"]),
            row("another case", &[accounts!("replace=\"Accounts\"|\"accounts\"")]).says(&["organizations:ListAccounts: the answer has no Accounts"]),
            row("cut short", &[accounts!("cut=100")]).says(&["the answer is not well-formed: EOF"]),
            row("a status that is a number", &[accounts!("replace=\"Status\":\"ACTIVE\"|\"Status\":7")])
                .says(&["organizations:ListAccounts: the answer cannot be read: "]),
            row("a page that leads to itself", &[accounts!("page-loop=same")]).says(&["leads back to an earlier page"]),
            row("always a new token, no accounts", &[accounts!("page-loop=new-empty")])
                .says(&["organizations:ListAccounts: the list does not end: 1000 pages in a row had no rows"]),
        ],
    )
    .says(&["the organisation's accounts cannot be listed: "]),
    Group::new(
        "an account without an id: the others are read",
        Setup::Organization,
        Ending::Incomplete(&[Subject::Accounts], Outcome::Failed),
        &[
            row("no id", &[accounts!("replace=\"Id\":\"111122223333\",|")]),
            row("an empty id", &[accounts!("replace=\"Id\":\"111122223333\"|\"Id\":\"\"")]),
        ],
    )
    .says(&["organizations:ListAccounts: the account struck has no id, and cannot be read"]),
    Group::new(
        "a role that cannot be assumed",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::Denied),
        &[row("denied for one account", &[roles!("deny", "times=1")])],
    )
    .says(&["AccessDenied", "a service control policy denies sts:AssumeRole"]),
    Group::new(
        "accounts in other states",
        Setup::Organization,
        Ending::Complete,
        &[
            row("suspended", &[accounts!("replace=\"State\":\"ACTIVE\",\"Status\":\"ACTIVE\"|\"State\":\"SUSPENDED\",\"Status\":\"SUSPENDED\"", "after=1")])
                .differs(&["- networks vpc-02ab006665c86bcfc"]),
            row("an unknown state", &[accounts!("replace=\"State\":\"ACTIVE\",\"Status\":\"ACTIVE\"|\"State\":\"ODD\",\"Status\":\"ODD\"", "after=1")]),
        ],
    ),
    Group::new(
        "silence while accounts are listed",
        Setup::Organization,
        Ending::Refused,
        &[
            row("no answer", &[accounts!("hang")]),
            row("half a body", &[accounts!("hang-body")]),
            row("a byte a second", &[accounts!("drip=1s")]),
            row("a body of a byte a second", &[accounts!("drip-body=1s")]),
            row("always a new token", &[accounts!("latency=250ms"), accounts!("page-loop=new")]),
        ],
    )
    .within(10_000)
    .says(&["not done within 10s: "]),
    Group::new(
        "a role that does not work",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::Failed),
        &[
            row("an answer that is cut short", &[roles!("cut=300", "times=1")])
                .says(&["sts:AssumeRole: the answer was cut short"]),
            row("credentials that are missing", &[roles!("replace=SessionToken>|Token>", "times=1"), roles!("replace=/SessionToken>|/Token>", "times=1")])
                .says(&["STS answered without credentials"]),
            row("of another account", &[roles!("replace=sts::111122223333|sts::999988887777")])
                .says(&["led to account 999988887777: its rows would be assigned to the wrong account"]),
            row("an expired session, if STS names no account", &[roles!("replace=:sts::111122223333|:odd::111122223333"), "expired@action=GetCallerIdentity,account=111122223333"])
                .says(&["ExpiredToken: "]),
            row(
                "of another account, if STS names none",
                &[roles!("replace=:sts::111122223333|:odd::111122223333"), "replace=<Account>111122223333|<Account>999988887777@action=GetCallerIdentity,account=111122223333"],
            )
            .says(&["led to account 999988887777: its rows would be assigned to the wrong account"]),
        ],
    ),
    Group::new(
        "silence while a role is assumed",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::TimedOut),
        &[row("no answer", &[roles!("hang", "times=1")])],
    )
    .within(10_000)
    .says(&["not done within 10s: "]),
    Group::new(
        "roles that cannot be assumed at any attempt",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::Failed),
        &[
            row("500 with HTML", &[roles!("garbage")]).says(&["HTTP 500", "Bad Gateway"]),
            row("500", &[roles!("error=InternalFailure:500")]).says(&["InternalFailure"]),
            row("503", &[roles!("error=ServiceUnavailable:503")]).says(&["ServiceUnavailable"]),
            row("reset in the body", &[roles!("reset=body")]).says(&["the answer ended too early"]),
            row("closed in the body", &[roles!("truncate=length")]).says(&["the answer ended too early"]),
            row("closed before the last chunk", &[roles!("truncate=chunks")]).says(&["the answer ended too early"]),
            row("closed before its end, without a length", &[roles!("truncate=close")]).says(&["the answer was cut short"]),
            row("without end", &[roles!("endless")]).says(&["the answer has more than 64 MiB"]),
            row("a redirect", &[roles!("status=307"), roles!("header=Location:https://example.com/x")])
                .says(&["HTTP 307 redirects to https://example.com,"]),
        ],
    )
    .scopes(2)
    .says(&["sts:AssumeRole: "]),
    Group::new(
        "roles, where STS cannot be reached",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::Failed),
        &[
            row("reset before the answer", &[roles!("reset=before")])
                .says(&["the endpoint cannot be reached: Connection reset"]),
            row("reset in the headers", &[roles!("reset=head")])
                .says(&["the endpoint cannot be reached: Connection reset"]),
            row("another protocol", &[roles!("not-http")])
                .says(&["the endpoint does not answer with valid HTTP: invalid HTTP version"]),
            row("a header of 1 MiB", &[roles!("huge-header")])
                .says(&["the endpoint does not answer with valid HTTP: message head is too large"]),
        ],
    )
    .says(&["sts:AssumeRole: "])
    .scopes(2),
    Group::new(
        "roles, where STS asks for a pause that is longer than --timeout",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::Throttled),
        &[
            row("5 minutes", &[roles!("retry-after=5m")]),
            row("a date in 5 minutes", &[roles!("retry-after=date:300s")]),
        ],
    )
    .scopes(2)
    .on_their_way(1)
    .says(&["AWS throttles sts:AssumeRole for ", "longer than the 60 s that netcensus waits"]),
    Group::new(
        "roles that STS throttles until the time is up",
        Setup::Organization,
        Ending::Incomplete(CREDENTIALS, Outcome::Throttled),
        &[row("Throttling", &[roles!("error=Throttling")])],
    )
    .scopes(2)
    .within(10_000)
    .says(&["sts:AssumeRole: AWS throttled every request for 10 s"]),
];
