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
            row("neither status nor state", &[accounts!("replace=\"State\":\"ACTIVE\",\"Status\":\"ACTIVE\",|")]),
            row("no status, but a state", &[accounts!("replace=\"Status\":\"ACTIVE\",|")]),
            row("roles throttled twice", &[roles!("error=Throttling", "times=2")]),
            row("an account twice", &[accounts!("replace=\"Id\":\"444455556666\"|\"Id\":\"111122223333\"")])
                .differs(&["- networks vpc-02ab006665c86bcfc"]),
        ],
    ),
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
];
