//! Values of extreme size, and elements in each other without end.

use netcensus::model::{Outcome, Subject};

use super::row::{Ending, Group, Setup, row};

/// Strikes the list of virtual networks.
macro_rules! networks {
    ($kind:literal $(, $selectors:literal)?) => {
        concat!($kind, "@action=Microsoft.Network/virtualNetworks/read" $(, ",", $selectors)?)
    };
}

/// Deeper than any stack.
const DEEP: usize = 200_000;

pub const AWS: &[Group] = &[Group::new(
    "very large values: they are kept",
    Setup::Aws,
    Ending::Complete,
    &[
        row("a name of 1 MB", &["replace=<value>a|<value>OPENED@action=DescribeVpcs,times=1"])
            .repeated("a", "", 1_000_000)
            .differs(&[
                r#"networks vpc-0000000000000000a /name: 1000000 bytes, not "a""#,
                r#"networks vpc-0000000000000000a /tags/Name: 1000000 bytes, not "a""#,
            ]),
        row("100,000 tags on a network", &["replace=<tagSet>|<tagSet>OPENED@action=DescribeVpcs,times=1"])
            .repeated("<item><key>k#</key><value>v</value></item>", "", 100_000)
            .differs(&[r#"networks vpc-0000000000000000a /tags: 100001 members, not {"Name":"a"}"#]),
        row(
            "200,000 nested unknown elements",
            &["replace=<ownerId>|OPENEDCLOSED<ownerId>@action=DescribeVpcs,times=1"],
        )
        .repeated("<d>", "</d>", DEEP),
    ],
)];

pub const AZURE: &[Group] = &[
    Group::new(
        "a page that is very large: it is read",
        Setup::Arm,
        Ending::Complete,
        &[row("180 MB", &[networks!("pad=180000000", "times=1")])],
    ),
    Group::new(
        "an unknown member with 200,000 nested arrays",
        Setup::Arm,
        Ending::Complete,
        &[row(
            "beside those that are read",
            &[networks!("replace=\"etag\":|\"deep\": OPENEDCLOSED, \"etag\":", "times=1")],
        )
        .repeated("[", "]", DEEP)],
    ),
    Group::new(
        "200,000 nested arrays or objects in place of another value",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Networks, Subject::Subnets, Subject::Links], Outcome::Failed),
        &[
            row("the answer", &[networks!("body=OPENEDCLOSED")]).repeated("[", "]", DEEP).says(&[
                "Microsoft.Network/virtualNetworks/read: the answer is not one of the API: ",
                "expected an object",
            ]),
            row(
                "tags: the other networks are read",
                &[networks!("replace=\"etag\":|\"tags\": OPENED1CLOSED, \"etag\":", "times=1")],
            )
            .repeated("{\"a\":", "}", DEEP)
            .says(&["malformed and left out: ", "recursion limit exceeded"])
            .keeps(2),
            row(
                "prefixes: the networks are read",
                &[networks!(
                    "replace=\"addressPrefixes\":|\"addressPrefixes\": OPENEDCLOSED, \"x\":",
                    "times=1"
                )],
            )
            .repeated("[", "]", DEEP)
            .says(&["not understood and left out: ", "invalid type: sequence"])
            .keeps(3),
        ],
    ),
    Group::new(
        "a link to the next page that is too long",
        Setup::Arm,
        Ending::Incomplete(&[Subject::Networks, Subject::Subnets, Subject::Links], Outcome::Failed),
        &[row("1 MB", &[networks!("replace=?api-version=|?x=OPENED&api-version=")])
            .says(&["is not a valid Uri"])
            .repeated("a", "", 1_000_000)
            .keeps(2)],
    )
    .says(&["Microsoft.Network/virtualNetworks/read: "]),
];
