//! Azure's resource manager: refusals, trouble of the service, tokens and subscriptions.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

/// What is read from the list of virtual networks.
const NETWORKS: &[Subject] = &[Subject::Networks, Subject::Subnets, Subject::Links];
const FAILED: Ending = Ending::Incomplete(NETWORKS, Outcome::Failed);
const THROTTLED: Ending = Ending::Incomplete(NETWORKS, Outcome::Throttled);

/// Strikes the list of virtual networks.
macro_rules! networks {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@action=Microsoft.Network/virtualNetworks/read" $(, ",", $selectors)?)
    };
}

pub const GROUPS: &[Group] = &[
    Group::new("no fault", Setup::Arm, Ending::Complete, &[row("every answer is correct", &[])]),
    Group::new(
        "errors that pass within five attempts",
        Setup::Arm,
        Ending::Complete,
        &[
            row("500 three times", &[networks!("error=InternalServerError:500", "times=3")]),
            row("503 three times", &[networks!("error=ServiceUnavailable:503", "times=3")]),
            row("500 with HTML three times", &[networks!("garbage", "times=3")]),
            row("503 with Retry-After, twice", &[networks!("error=ServiceUnavailable:503", "times=2"), networks!("header=Retry-After:1", "times=2")]),
            row("429 everywhere, once", &["retry-after=0s@action=Microsoft.*,times=1"]),
        ],
    ),
    Group::new(
        "429 twice, with every form of Retry-After, and until the time is over",
        Setup::Arm,
        Ending::Complete,
        &[
            row("0", &[networks!("retry-after=0s", "times=2")]),
            row("1 s", &[networks!("retry-after=1s", "times=2")]),
            row("a date in 1 s", &[networks!("retry-after=date:1s", "times=2")]),
            row("a date in 8 s", &[networks!("retry-after=date:8s", "times=1")]),
            row("a date that is past", &[networks!("retry-after=date:-10s", "times=2")]),
            row("a negative number", &[networks!("retry-after=text:-1", "times=2")]),
            row("a fraction", &[networks!("retry-after=text:0.2", "times=2")]),
            row("a list", &[networks!("retry-after=text:0, 1", "times=2")]),
            row("spaces around it", &[networks!("retry-after=text:\\x201\\x20", "times=2")]),
            row("empty", &[networks!("retry-after=text:", "times=2")]),
            row("a word", &[networks!("retry-after=text:soon", "times=2")]),
            row("absent", &[networks!("error=TooManyRequests:429", "times=2")]),
        ],
    )
    .waiting(),
    Group::new(
        "throttled at every attempt",
        Setup::Arm,
        THROTTLED,
        &[row("Retry-After 0", &[networks!("retry-after=0s")]), row("on page 2", &[networks!("retry-after=0s", "after=1")]).keeps(2)],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: TooManyRequests after all retries (try later, or use a lower --concurrency)"]),
    Group::new(
        "a pause that is longer than --timeout",
        Setup::Arm,
        Ending::Partly(&[Subject::Networks, Subject::Subnets, Subject::Links, Subject::Instances], Outcome::Throttled, (3, 4)),
        &[
            row("5 minutes", &[networks!("retry-after=5m")]),
            row("5 minutes, on page 2", &[networks!("retry-after=5m", "after=1")]).keeps(6),
            row("a date in 5 minutes", &[networks!("retry-after=date:300s")]),
            row("the largest number of 64 bits", &[networks!("retry-after=text:18446744073709551615")]),
            row("a larger one", &[networks!("retry-after=text:99999999999999999999999")]),
        ],
    )
    .says(&["Azure throttles subscription aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee for ", "longer than the 60 s that netcensus waits (try later, or use a longer --timeout)"]),
    Group::new(
        "an error of the service at every attempt",
        Setup::Arm,
        FAILED,
        &[
            row("500", &[networks!("error=InternalServerError:500")]).says(&["InternalServerError"]),
            row("503", &[networks!("error=ServiceUnavailable:503")]).says(&["ServiceUnavailable"]),
            row("500 with HTML", &[networks!("garbage")]).says(&["HTTP 500", "perhaps from a proxy", "502 Bad Gateway"]),
            row("500 on page 2", &[networks!("error=InternalServerError:500", "after=1")])
                .says(&["InternalServerError"])
                .keeps(2),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: "]),
    Group::new(
        "permissions are missing",
        Setup::Arm,
        Ending::Incomplete(NETWORKS, Outcome::Denied),
        &[row("403", &[networks!("deny")]), row("on page 2", &[networks!("deny", "after=1")]).keeps(2)],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: AuthorizationFailed", "az role assignment create --role Reader"]),
    Group::new(
        "the subscription was deleted after it was listed",
        Setup::Arm,
        FAILED,
        &[row("404 SubscriptionNotFound", &[networks!("error=SubscriptionNotFound:404")])],
    )
    .says(&["SubscriptionNotFound", "it may have been closed, or belong to another tenant: --azure-tenant"]),
    Group::new(
        "a token that is refused once",
        Setup::Arm,
        Ending::Complete,
        &[row("401 once", &[networks!("expired", "times=1")]), row("401 on page 2, once", &[networks!("expired", "after=1,times=1")])],
    ),
    Group::new(
        "a token that is refused again",
        Setup::Arm,
        FAILED,
        &[row("401", &[networks!("expired")]), row("401 on page 2", &[networks!("expired", "after=1")]).keeps(2)],
    )
    .says(&["ExpiredAuthenticationToken", "no longer accepts the token of service principal"]),
    Group::new(
        "a token request that is refused",
        Setup::Arm,
        Ending::Refused,
        &[
            row("a wrong secret", &["error=AADSTS7000215:401@action=token"]).says(&["AADSTS7000215"]),
            row("conditional access", &["error=AADSTS50076:400@action=token"]).says(&["AADSTS50076"]),
            row("denied", &["deny@action=token"]).says(&["AADSTS"]),
        ],
    )
    .says(&["netcensus could not sign in to any Azure tenant"]),
    Group::new(
        "an authority with problems",
        Setup::Arm,
        Ending::Refused,
        &[
            row("500", &["error=AADSTS90033:500@action=token"]),
            row("503", &["error=AADSTS90033:503@action=token"]),
            row("429", &["retry-after=0s@action=token"]),
            row("500 with HTML", &["garbage@action=token"]),
        ],
    )
    .says(&["netcensus could not sign in to any Azure tenant", "try again later"]),
    Group::new(
        "an authority with problems that recovers",
        Setup::Arm,
        Ending::Complete,
        &[row("500 twice", &["garbage@action=token,times=2"]), row("429 once", &["retry-after=0s@action=token,times=1"])],
    ),
    Group::new(
        "subscriptions that cannot be listed",
        Setup::Arm,
        Ending::Refused,
        &[
            row("denied", &["deny@action=Microsoft.Resources/subscriptions/read"]).says(&["AuthorizationFailed"]),
            row("500 at every attempt", &["garbage@action=Microsoft.Resources/subscriptions/read"]).says(&["HTTP 500"]),
            row("a token of another tenant", &["error=InvalidAuthenticationTokenTenant:401@action=Microsoft.Resources/subscriptions/read"])
                .says(&["InvalidAuthenticationTokenTenant"]),
        ],
    )
    .says(&["no Azure subscription can be read"]),
    Group::new(
        "a link to the next page that leads elsewhere",
        Setup::Arm,
        FAILED,
        &[
            row("another host", &[networks!("astray=https://example.com")]).says(&["https://example.com"]).keeps(2),
            row("another port", &[networks!("astray=http://127.0.0.1:1")]).says(&["http://127.0.0.1:1"]).keeps(2),
            row("https for http", &[networks!("astray=https://127.0.0.1")]).says(&["https://127.0.0.1"]).keeps(2),
        ],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: the answer continues at ", ]),
];
