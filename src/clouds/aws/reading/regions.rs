//! Which regions an account has, and which of them are meant.

use std::collections::BTreeSet;

use aws_config::Region;

use super::session::Session;
use crate::clouds::aws::convert::non_blank;
use crate::clouds::aws::requests::errors::classify_error;
use crate::clouds::causes::shorten;
use crate::clouds::step::{self, bounded};
use crate::clouds::{Event, Failure, Run};
use crate::config::Patterns;
use crate::model::{Coverage, Outcome, Provider, Subject};
use crate::wording::counted;

/// The regions that every account of a partition has, for when an account may not list its own.
/// Regions that must be opted in to are not here: without the list it is unknown whether they are enabled.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
const DEFAULT_REGIONS: &[(&str, &[&str])] = &[
    (
        "aws",
        &[
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
        ],
    ),
    ("aws-cn", &["cn-north-1", "cn-northwest-1"]),
    ("aws-us-gov", &["us-gov-west-1", "us-gov-east-1"]),
    ("aws-iso", &["us-iso-east-1", "us-iso-west-1"]),
    ("aws-iso-b", &["us-isob-east-1"]),
    ("aws-iso-e", &["eu-isoe-west-1"]),
    ("aws-iso-f", &["us-isof-south-1", "us-isof-east-1"]),
    ("aws-eusc", &["eusc-de-east-1"]),
];

/// A region as an account sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedRegion {
    pub name: String,
    pub enabled: bool,
}

/// The regions to read for one account.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RegionSelection {
    pub read: Vec<String>,
    /// Every region the account knows of, for finding names that no account knows.
    known: BTreeSet<String>,
    /// Whether the account itself listed its regions, so that a name that is not among them is wrong.
    pub listed: bool,
    pub coverage: Vec<Coverage>,
}

impl RegionSelection {
    /// Lists the regions the account knows of.
    pub fn known_names(&self) -> impl Iterator<Item = &str> {
        self.known.iter().map(String::as_str)
    }
}

/// How the names of the regions of a partition begin; those of `aws` begin otherwise.
const REGION_PREFIXES: [(&str, &str); 7] = [
    ("aws-cn", "cn-"),
    ("aws-us-gov", "us-gov-"),
    ("aws-iso", "us-iso-"),
    ("aws-iso-b", "us-isob-"),
    ("aws-iso-e", "eu-isoe-"),
    ("aws-iso-f", "us-isof-"),
    ("aws-eusc", "eusc-"),
];

/// Returns the region that calls about the account as a whole go to.
pub fn home_region(session: &Session) -> Region {
    let configured = session.config.region().cloned().unwrap_or_else(|| Region::from_static("us-east-1"));
    in_partition(configured, &session.partition)
}

/// Returns `configured` if it lies in `partition`, else the partition's first region.
fn in_partition(configured: Region, partition: &str) -> Region {
    let Some((_, prefix)) = REGION_PREFIXES.iter().find(|(name, _)| *name == partition) else {
        return configured;
    };
    if configured.as_ref().starts_with(prefix) {
        return configured;
    }
    default_regions(partition).first().map_or(configured, |first| Region::from_static(first))
}

/// Tells whether a region lies in a partition other than `aws`, whose keys no region of `aws` knows.
pub fn has_own_partition(region: &str) -> bool {
    REGION_PREFIXES.iter().any(|(_, prefix)| region.starts_with(prefix))
}

/// Returns the first region of a partition other than `aws`.
pub fn first_region_of(partition: &str) -> Option<Region> {
    let is_own = REGION_PREFIXES.iter().any(|(name, _)| *name == partition);
    default_regions(partition).first().filter(|_| is_own).map(|first| Region::from_static(first))
}

fn default_regions(partition: &str) -> &'static [&'static str] {
    DEFAULT_REGIONS.iter().find(|(name, _)| *name == partition).map_or(&[], |(_, regions)| regions)
}

/// Asks the account, with its own credentials, for its regions and picks those that are meant.
pub async fn select_regions(
    session: &Session,
    wanted: &Patterns,
    excluded: &Patterns,
    run: &Run,
) -> RegionSelection {
    match list_regions(session, run).await {
        Ok(known) => select_from_list(session, &known, wanted, excluded),
        Err(failure) => select_without_list(session, &failure, wanted, excluded, run),
    }
}

/// Asks the session's own region; that one may be forbidden or dead, so the partition's main region too.
async fn list_regions(session: &Session, run: &Run) -> Result<Vec<ListedRegion>, Failure> {
    let home = home_region(session);
    let main = default_regions(&session.partition).first().copied().filter(|main| *main != home.as_ref());
    // Half the time each, so that a silent region leaves some for the other.
    let share = Run { timeout: if main.is_some() { run.timeout / 2 } else { run.timeout }, ..run.clone() };
    let listed = bounded(&share, Box::pin(list_regions_from(session, home.as_ref()))).await;
    match (listed, main) {
        (Err(failure), Some(main)) => {
            bounded(&share, Box::pin(list_regions_from(session, main))).await.map_err(|_| failure)
        }
        (listed, _) => listed,
    }
}

/// `DescribeRegions` with `AllRegions`, which also lists regions that are not enabled.
async fn list_regions_from(session: &Session, region: &str) -> Result<Vec<ListedRegion>, Failure> {
    let answer = session
        .ec2(region)
        .describe_regions()
        .all_regions(true)
        .send()
        .await
        .map_err(|error| classify_error(&error, "ec2:DescribeRegions", session.login()))?;
    let known = answer.regions.unwrap_or_default().into_iter().map(|region| {
        let enabled = region.opt_in_status.as_deref() != Some("not-opted-in");
        let name = non_blank(region.region_name).ok_or_else(|| "has a region without a name".to_owned())?;
        if is_host_label(&name) {
            Ok(ListedRegion { name, enabled })
        } else {
            Err(format!("names a region `{}`, which is not a valid name", shorten(&name)))
        }
    });
    let failed =
        |why: String| Failure::new(Outcome::Failed, format!("ec2:DescribeRegions: the answer {why}"));
    let known: Vec<ListedRegion> = known.collect::<Result<_, _>>().map_err(failed)?;
    if known.is_empty() {
        return Err(failed("names no region".to_owned()));
    }
    Ok(deduplicate(known))
}

/// Tells whether a name can be a part of a host's name (RFC 1123, section 2.1), as that of a region is in every endpoint.
fn is_host_label(name: &str) -> bool {
    name.len() <= 63
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-')
}

/// Keeps each region once; one that is listed as enabled and as not enabled is enabled.
fn deduplicate(mut known: Vec<ListedRegion>) -> Vec<ListedRegion> {
    known.sort_by(|one, other| one.name.cmp(&other.name).then(other.enabled.cmp(&one.enabled)));
    known.dedup_by(|one, other| one.name == other.name);
    known
}

fn select_from_list(
    session: &Session,
    known: &[ListedRegion],
    wanted: &Patterns,
    excluded: &Patterns,
) -> RegionSelection {
    let mut chosen = RegionSelection {
        known: known.iter().map(|region| region.name.clone()).collect(),
        listed: true,
        ..RegionSelection::default()
    };
    for region in known.iter().filter(|region| is_selected(&region.name, wanted, excluded)) {
        if region.enabled {
            chosen.read.push(region.name.clone());
        } else if wanted.literals().any(|name| name == region.name) {
            chosen.coverage.push(Coverage {
                region: Some(region.name.clone()),
                ..step::outcome(
                    Provider::Aws,
                    session.account.clone(),
                    Subject::Regions,
                    Outcome::Skipped,
                    "the region is not enabled for this account".to_owned(),
                )
            });
        }
    }
    chosen.read.sort_unstable();
    chosen
}

/// Without a list: the regions as named, or the partition's own, and never in silence.
fn select_without_list(
    session: &Session,
    failure: &Failure,
    wanted: &Patterns,
    excluded: &Patterns,
    run: &Run,
) -> RegionSelection {
    let defaults = default_regions(&session.partition);
    let named = !wanted.is_empty() && wanted.is_literal();
    let mut read: BTreeSet<String> = wanted.literals().map(str::to_owned).collect();
    if !named {
        read.extend(defaults.iter().map(ToString::to_string));
    }
    read.retain(|name| is_selected(name, wanted, excluded));
    let (result, note) = if named {
        (Outcome::Skipped, "the regions that you named are read".to_owned())
    } else {
        let note = format!(
            "netcensus reads {} of partition {} instead; regions that the account opted in to may be missing (name \
             them with --region)",
            counted(read.len(), "default region"),
            session.partition
        );
        (failure.outcome, note)
    };
    run.observer
        .event(Event::Notice(&format!("account {}: the regions cannot be listed: {note}", session.account)));
    RegionSelection {
        known: read.iter().cloned().chain(defaults.iter().map(ToString::to_string)).collect(),
        read: read.into_iter().collect(),
        listed: false,
        coverage: vec![step::outcome(
            Provider::Aws,
            session.account.clone(),
            Subject::Regions,
            result,
            format!("{}; {note}", failure.detail()),
        )],
    }
}

fn is_selected(name: &str, wanted: &Patterns, excluded: &Patterns) -> bool {
    (wanted.is_empty() || wanted.matches(name)) && !excluded.matches(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A region that is listed twice was read twice.
    #[test]
    fn a_region_is_read_once_and_rather_than_not() {
        let region = |name: &str, enabled| ListedRegion { name: name.to_owned(), enabled };
        let listed = vec![region("b", false), region("a", true), region("b", true), region("a", true)];
        assert_eq!(deduplicate(listed), [region("a", true), region("b", true)]);
    }

    #[test]
    fn a_region_of_another_partition_is_replaced() {
        let home = |region: &'static str, partition| in_partition(Region::from_static(region), partition);
        assert_eq!(home("us-east-1", "aws-cn").as_ref(), "cn-north-1");
        assert_eq!(home("cn-northwest-1", "aws-cn").as_ref(), "cn-northwest-1");
        assert_eq!(home("us-gov-east-1", "aws-us-gov").as_ref(), "us-gov-east-1");
        assert_eq!(home("us-west-2", "aws-us-gov").as_ref(), "us-gov-west-1");
        assert_eq!(home("eu-west-1", "aws").as_ref(), "eu-west-1");
    }
}
