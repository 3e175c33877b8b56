//! Address collisions that came or went between two inventories.

use std::collections::HashSet;

use super::super::overlap::{Baseline, Finding, KnownMember, Status};
use super::report::{Collisions, SideOf};
use crate::model::{Class, Provider};

/// What makes it doubtful whether a collision came or went.
#[derive(Debug, Clone, Default)]
pub struct Doubts {
    /// Networks that one side has and that the other could not read or never asked for, by id in lower case.
    pub(super) networks: HashSet<(SideOf, Provider, String)>,
    /// Whether links of one side are not known, so that nobody can tell what was joined there.
    pub(super) links: bool,
}

/// Compares the findings of `overlap` on both sides, as far as `fail_on` has their classes.
///
/// Each side is the other's baseline: what one knows all members of did not come or go. What rests on members that the
/// other side did not read is counted only.
#[must_use]
pub fn collisions(old: &[Finding], new: &[Finding], doubts: &Doubts, fail_on: &[Class]) -> Collisions {
    let (introduced, unsure) = beyond(new, old, SideOf::New, doubts, fail_on);
    let (resolved, unsure_too) = beyond(old, new, SideOf::Old, doubts, fail_on);
    Collisions { introduced, resolved, unknown: unsure + unsure_too }
}

/// Lists the findings of one side that the other lacks, and counts those of which that is not sure.
fn beyond(
    findings: &[Finding],
    others: &[Finding],
    side: SideOf,
    doubts: &Doubts,
    fail_on: &[Class],
) -> (Vec<Finding>, usize) {
    let mut findings = findings.to_vec();
    Baseline::of(others).apply(&mut findings);
    findings.retain(|finding| finding.status == Status::Open && fail_on.contains(&finding.class));
    let known: HashSet<KnownMember> =
        others.iter().flat_map(|finding| &finding.members).map(KnownMember::from).collect();
    let (sure, unsure): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| is_sure(finding, side, doubts, &known));
    (sure, unsure.len())
}

/// Tells whether some member is surely new to the collision: not for want of reading its network, nor of reading what
/// joins it with others.
fn is_sure(finding: &Finding, side: SideOf, doubts: &Doubts, known: &HashSet<KnownMember>) -> bool {
    finding.members.iter().filter(|member| member.is_new.unwrap_or(true)).any(|member| {
        let Some(provider) = member.provider else { return true };
        let of_network = |id: &String| doubts.networks.contains(&(side, provider, id.to_ascii_lowercase()));
        let unread = of_network(&member.id) || member.network.as_ref().is_some_and(of_network);
        let joined_unseen = doubts.links && known.contains(&KnownMember::from(member));
        !unread && !joined_unseen
    })
}
