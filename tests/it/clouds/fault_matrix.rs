//! The fault matrix: what a scan makes of every answer, or lack of one, that clouds and what is between give.
//! `docs/reliability.md` has it in short.

mod aws;
mod aws_answers;
mod aws_connections;
mod aws_links;
mod aws_sign_in;
mod azure;
mod azure_answers;
mod azure_connections;
mod azure_tokens;
mod chance;
mod differences;
mod document;
mod engine;
mod estate;
mod extremes;
mod graph;
mod organizations;
mod row;

use std::path::Path;

use futures_util::{StreamExt, stream};

use self::engine::{Truth, try_row};
use self::row::{Group, Setup};
use crate::support::compare;

/// The tables of the page, and what is in them.
const TABLES: &[(&str, &[&[Group]])] = &[
    (
        "AWS",
        &[
            aws::GROUPS,
            aws_answers::GROUPS,
            aws_links::GROUPS,
            extremes::AWS,
            aws_connections::GROUPS,
            aws_sign_in::GROUPS,
        ],
    ),
    ("AWS Organizations", &[organizations::GROUPS]),
    (
        "Azure",
        &[
            azure::GROUPS,
            azure_answers::GROUPS,
            extremes::AZURE,
            azure_connections::GROUPS,
            azure_tokens::GROUPS,
        ],
    ),
    ("Azure Resource Graph", &[graph::GROUPS]),
];

fn tables() -> impl Iterator<Item = (&'static str, Vec<&'static Group>)> {
    TABLES.iter().map(|(name, groups)| (*name, groups.iter().copied().flatten().collect()))
}

/// How many rows are tried at once, beside those that wait for their time to be up. With more, each would take longer.
const AT_ONCE: usize = 6;

#[tokio::test(flavor = "multi_thread")]
#[cfg_attr(not(all(feature = "aws", feature = "azure")), ignore = "scans the sandbox")]
async fn every_answer_ends_as_the_matrix_says() {
    let mut truths = Vec::new();
    for setup in [Setup::Aws, Setup::Organization, Setup::Arm] {
        truths.push((setup, Truth::read(setup).await));
    }
    let try_all = |groups: Vec<&'static Group>, at_once| {
        let rows = groups.into_iter().flat_map(|group| group.rows.iter().map(move |row| (group, row)));
        let tried = rows.map(|(group, row)| {
            let truth = truths.iter().find(|(setup, _)| *setup == same_estate(group.setup));
            try_row(group, row, &truth.unwrap().1)
        });
        let tried: Vec<_> = tried.collect();
        stream::iter(tried).buffer_unordered(at_once).concat()
    };
    let (waiting, others) = tables().flat_map(|(_, groups)| groups).partition(|group| group.is_waiting);
    let (waited, tried) = tokio::join!(try_all(waiting, usize::MAX), try_all(others, AT_ONCE));
    let wrong = [waited, tried].concat();
    assert!(wrong.is_empty(), "{} things are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// The name of an action alone would be in the message whatever its cause is.
#[test]
fn every_row_that_is_not_complete_says_its_cause() {
    const BEFORE_CAUSES: [&str; 4] =
        ["/read: ", "the answer is not one of the API: ", "cannot be listed: ", "left out: "];
    let is_cause = |words: &&str| {
        let is_action = words.ends_with(": ") && (words.starts_with("ec2:") || words.starts_with("sts:"));
        !is_action && !BEFORE_CAUSES.iter().any(|end| words.ends_with(end))
    };
    let groups = tables().flat_map(|(_, groups)| groups);
    let groups = groups.filter(|group| !matches!(group.ending, row::Ending::Complete));
    let rows = groups.flat_map(|group| group.rows.iter().map(move |row| (group, row)));
    let silent = rows.filter(|(group, row)| !group.says.iter().chain(row.says).any(is_cause));
    let silent: Vec<String> = silent.map(|(group, row)| format!("{} / {}", group.what, row.name)).collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

/// Names the setup that has the same estate.
fn same_estate(setup: Setup) -> Setup {
    match setup {
        Setup::AwsAlone | Setup::AwsRegions | Setup::AwsNamedRegion => Setup::Aws,
        Setup::Graph => Setup::Arm,
        other => other,
    }
}

#[test]
fn the_page_about_reliability_has_the_matrix() {
    let path = "docs/reliability.md";
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
    compare(path, &document::with_tables(&page, tables()));
}
