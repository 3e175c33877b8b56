//! AWS: refusals, trouble of the service, and signing in.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

const NETWORKS: &[Subject] = &[Subject::Networks];
const SUBNETS: &[Subject] = &[Subject::Subnets];
const INSTANCES: &[Subject] = &[Subject::Instances];
const ALL: &[Subject] =
    &[Subject::Networks, Subject::Subnets, Subject::Instances, Subject::Interfaces, Subject::Links];
const FAILED: Ending = Ending::Incomplete(NETWORKS, Outcome::Failed);
const DENIED: Ending = Ending::Incomplete(NETWORKS, Outcome::Denied);

pub const GROUPS: &[Group] = &[
    Group::new("no fault", Setup::Aws, Ending::Complete, &[row("every answer is correct", &[])]),
    Group::new(
        "errors that pass within eight attempts",
        Setup::Aws,
        Ending::Complete,
        &[
            row("500 InternalError three times", &["error=InternalError:500@action=DescribeVpcs,times=3"]),
            row("503 Unavailable three times", &["error=Unavailable:503@action=DescribeVpcs,times=3"]),
            row(
                "503 ServiceUnavailable three times",
                &["error=ServiceUnavailable:503@action=DescribeVpcs,times=3"],
            ),
            row("500 with HTML three times", &["garbage@action=DescribeVpcs,times=3"]),
            row("throttled once everywhere", &["error=RequestLimitExceeded:503@action=Describe*,times=1"]),
            row(
                "503 Unavailable with Retry-After, twice",
                &[
                    "error=Unavailable:503@action=DescribeVpcs,times=2",
                    "header=Retry-After:1@action=DescribeVpcs,times=2",
                ],
            ),
            row("sts throttled twice", &["error=Throttling@action=GetCallerIdentity,times=2"]),
        ],
    ),
    Group::new(
        "throttled twice, with every form of Retry-After, and until the time is over",
        Setup::Aws,
        Ending::Complete,
        &[
            row("0", &["retry-after=0s@action=DescribeVpcs,times=2"]),
            row("1 s", &["retry-after=1s@action=DescribeVpcs,times=2"]),
            row("1 s, from STS with status 400", &["retry-after=1s@action=GetCallerIdentity,times=2"]),
            row("a date in 1 s", &["retry-after=date:1s@action=DescribeVpcs,times=2"]),
            row("a date in 8 s", &["retry-after=date:8s@action=DescribeVpcs,times=1"]),
            row("a date that is past", &["retry-after=date:-10s@action=DescribeVpcs,times=2"]),
            row("a negative number", &["retry-after=text:-1@action=DescribeVpcs,times=2"]),
            row("a fraction", &["retry-after=text:0.2@action=DescribeVpcs,times=2"]),
            row("a list", &["retry-after=text:0, 1@action=DescribeVpcs,times=2"]),
            row("spaces around it", &["retry-after=text:\\x201\\x20@action=DescribeVpcs,times=2"]),
            row("empty", &["retry-after=text:@action=DescribeVpcs,times=2"]),
            row("a word", &["retry-after=text:soon@action=DescribeVpcs,times=2"]),
        ],
    )
    .waiting(),
    Group::new(
        "a pause that is longer than --timeout",
        Setup::Aws,
        Ending::Incomplete(NETWORKS, Outcome::Throttled),
        &[
            row("5 minutes", &["retry-after=5m@action=DescribeVpcs"]),
            row("5 minutes, on page 2", &["retry-after=5m@action=DescribeVpcs,after=1"]).keeps(2),
            row("a date in 5 minutes", &["retry-after=date:300s@action=DescribeVpcs"]),
            row(
                "the largest number of 64 bits",
                &["retry-after=text:18446744073709551615@action=DescribeVpcs"],
            ),
            row("a larger one", &["retry-after=text:99999999999999999999999@action=DescribeVpcs"]),
        ],
    )
    .says(&[
        "AWS throttles ec2:DescribeVpcs for ",
        "longer than the 60 s that netcensus waits (try later, or use a longer --timeout)",
    ]),
    Group::new(
        "a pause that is longer than --timeout, while signing in",
        Setup::AwsAlone,
        Ending::Refused,
        &[row("5 minutes", &["retry-after=5m@action=GetCallerIdentity"])],
    )
    .says(&["netcensus could not sign in to any AWS account", "AWS throttles sts:GetCallerIdentity for "]),
    Group::new(
        "an error of the service at every attempt",
        Setup::Aws,
        FAILED,
        &[
            row("500 InternalError", &["error=InternalError:500@action=DescribeVpcs"])
                .says(&["InternalError: The sandbox answers"]),
            row("503 Unavailable", &["error=Unavailable:503@action=DescribeVpcs"]).says(&["Unavailable"]),
            row("503 ServiceUnavailable", &["error=ServiceUnavailable:503@action=DescribeVpcs"])
                .says(&["ServiceUnavailable"]),
            row("RequestTimeTooSkewed", &["error=RequestTimeTooSkewed@action=DescribeVpcs"])
                .says(&["RequestTimeTooSkewed"]),
            row("PendingVerification", &["error=PendingVerification@action=DescribeVpcs"])
                .says(&["PendingVerification"]),
            row("Blocked", &["error=Blocked@action=DescribeVpcs"]).says(&["Blocked"]),
            row("AccountProblem", &["error=AccountProblem@action=DescribeVpcs"]).says(&["AccountProblem"]),
        ],
    )
    .says(&["ec2:DescribeVpcs: "]),
    Group::new(
        "throttled at every attempt",
        Setup::Aws,
        Ending::Incomplete(NETWORKS, Outcome::Throttled),
        &[
            row("503 RequestLimitExceeded", &["error=RequestLimitExceeded:503@action=DescribeVpcs"]),
            row("page 2", &["error=RequestLimitExceeded:503@action=DescribeVpcs,after=1"]).keeps(2),
        ],
    )
    .says(&[
        "ec2:DescribeVpcs: RequestLimitExceeded after all retries (try later, or use a lower --concurrency)",
    ]),
    Group::new(
        "permissions are missing, also in the middle of a list",
        Setup::Aws,
        DENIED,
        &[
            row("a service control policy", &["deny@action=DescribeVpcs"]),
            row("page 2, the role was revoked", &["deny@action=DescribeVpcs,after=1"]).keeps(2),
        ],
    )
    .says(&[
        "UnauthorizedOperation: You are not authorized",
        "(a service control policy denies ec2:DescribeVpcs: ask an administrator",
    ]),
    Group::new(
        "a policy denies a region",
        Setup::Aws,
        Ending::Incomplete(ALL, Outcome::Denied),
        &[row("all calls of us-east-1", &["deny@action=Describe*,region=us-east-1"]).keeps(4)],
    )
    .scopes(5)
    .says(&["UnauthorizedOperation", "denies ec2:Describe"]),
    Group::new(
        "every read of the only account is refused, after it was signed in to",
        Setup::AwsNamedRegion,
        Ending::Incomplete(ALL, Outcome::Denied),
        &[row("a service control policy", &["deny@action=Describe*"])],
    )
    .says(&["UnauthorizedOperation", "denies ec2:Describe"]),
    Group::new(
        "the account has no right to the region, or was closed",
        Setup::Aws,
        DENIED,
        &[
            row("AuthFailure", &["error=AuthFailure@action=DescribeVpcs"])
                .says(&["AuthFailure", "the account lists this region as enabled"]),
            row("AuthFailure in the middle of a list", &["error=AuthFailure@action=DescribeVpcs,after=1"])
                .says(&["AuthFailure"])
                .keeps(2),
            row("OptInRequired", &["error=OptInRequired@action=DescribeVpcs"]).says(&["OptInRequired"]),
        ],
    ),
    Group::new(
        "the account is closed during the scan",
        Setup::Aws,
        Ending::Incomplete(INSTANCES, Outcome::Denied),
        &[row("OptInRequired for what was not read yet", &["error=OptInRequired@action=DescribeInstances"])],
    )
    .says(&["OptInRequired: "]),
    Group::new(
        "credentials that are no longer valid",
        Setup::Aws,
        FAILED,
        &[
            row("ExpiredToken", &["error=ExpiredToken@action=DescribeVpcs"])
                .says(&["ExpiredToken: ", "(renew the keys of profile"]),
            row("InvalidClientTokenId", &["error=InvalidClientTokenId@action=DescribeVpcs"])
                .says(&["InvalidClientTokenId"]),
            row("SignatureDoesNotMatch", &["error=SignatureDoesNotMatch:403@action=DescribeVpcs"]).says(&[
                "SignatureDoesNotMatch",
                "the secret access key does not belong to the access key id",
            ]),
            row("RequestExpired", &["error=RequestExpired@action=DescribeVpcs"])
                .says(&["RequestExpired", "set this machine's clock if they differ"]),
            row("ExpiredToken on page 2", &["error=ExpiredToken@action=DescribeVpcs,after=1"])
                .says(&["ExpiredToken"])
                .keeps(2),
            row("RequestExpired on page 2", &["expired@action=DescribeVpcs,after=1"])
                .says(&["RequestExpired"])
                .keeps(2),
        ],
    ),
    Group::new(
        "a session that expires during the scan",
        Setup::Aws,
        Ending::Incomplete(ALL, Outcome::Failed),
        &[row("after the first page of each list", &["error=ExpiredToken@action=Describe*,after=1"])
            .keeps(2)],
    )
    .says(&["ExpiredToken: "]),
    Group::new(
        "a page token that EC2 refuses",
        Setup::Aws,
        FAILED,
        &[row(
            "InvalidParameterValue on page 2",
            &["error=InvalidParameterValue@action=DescribeVpcs,after=1"],
        )
        .keeps(2)],
    )
    .says(&["ec2:DescribeVpcs: InvalidParameterValue"]),
    Group::new(
        "one of several accounts to which netcensus cannot sign in",
        Setup::Aws,
        Ending::Incomplete(&[Subject::Credentials], Outcome::Failed),
        &[
            row("ExpiredToken", &["error=ExpiredToken@action=GetCallerIdentity"]).says(&["ExpiredToken"]),
            row("InvalidClientTokenId", &["error=InvalidClientTokenId:403@action=GetCallerIdentity"])
                .says(&["InvalidClientTokenId"]),
            row("500 at every attempt", &["garbage@action=GetCallerIdentity"]).says(&["HTTP 500"]),
            row("an invalid account number", &["replace=<Account>1|<Account>@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: ", "`11122223333`, which does not have twelve digits"]),
            row(
                "a path instead of an account",
                &["replace=<Account>111122223333|<Account>red/../x@action=GetCallerIdentity"],
            )
            .says(&["`red/../x`, which does not have twelve digits"]),
        ],
    ),
    Group::new(
        "netcensus cannot sign in to the only account",
        Setup::AwsAlone,
        Ending::Refused,
        &[
            row("RequestExpired", &["error=RequestExpired@action=GetCallerIdentity"])
                .says(&["RequestExpired"]),
            row("AuthFailure", &["error=AuthFailure@action=GetCallerIdentity"]).says(&["AuthFailure"]),
            row("ExpiredToken", &["expired@action=GetCallerIdentity"])
                .says(&["ExpiredToken", "renew the keys"]),
            row("InvalidClientTokenId", &["error=InvalidClientTokenId:403@action=GetCallerIdentity"])
                .says(&["InvalidClientTokenId", "renew the keys"]),
            row("SignatureDoesNotMatch", &["error=SignatureDoesNotMatch:403@action=GetCallerIdentity"])
                .says(&["SignatureDoesNotMatch", "secret access key"]),
            row("RequestTimeTooSkewed", &["error=RequestTimeTooSkewed@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: RequestTimeTooSkewed"]),
            row("OptInRequired", &["error=OptInRequired@action=GetCallerIdentity"]).says(&["OptInRequired"]),
            row("PendingVerification", &["error=PendingVerification@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: PendingVerification"]),
            row("Blocked", &["error=Blocked@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: Blocked"]),
            row("AccountProblem", &["error=AccountProblem@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: AccountProblem"]),
            row(
                "an answer without an account",
                &[
                    "replace=<Account>|<Acount>@action=GetCallerIdentity",
                    "replace=</Account>|</Acount>@action=GetCallerIdentity",
                ],
            )
            .says(&["sts:GetCallerIdentity: the answer names no account"]),
            row("an end tag misspelt", &["replace=</Account>|</Acount>@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: ", "the answer is not well-formed"]),
            row("an answer that is cut short", &["cut=200@action=GetCallerIdentity"])
                .says(&["sts:GetCallerIdentity: ", "the answer was cut short"]),
        ],
    )
    .says(&["netcensus could not sign in to any AWS account"]),
    Group::new(
        "subnets that cannot be read",
        Setup::Aws,
        Ending::Incomplete(SUBNETS, Outcome::Denied),
        &[row("denied", &["deny@action=DescribeSubnets"])],
    )
    .says(&["denies ec2:DescribeSubnets"]),
];
