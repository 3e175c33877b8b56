//! Address collisions that came or went between two inventories.

use std::collections::{HashMap, HashSet};

use ipnet::IpNet;

use super::super::overlap::{Baseline, Finding, KnownMember, Member, Status};
use super::report::{Collisions, Place, SideOf};
use crate::model::{Class, Provider};

/// What makes it doubtful whether a collision came or went.
#[derive(Debug, Clone, Default)]
pub struct Doubts {
    /// Networks that one side has and that the other could not read or never asked for, by id in lower case.
    pub(super) networks: HashSet<(SideOf, Provider, String)>,
    /// Whether links of one side are not known, so that nobody can tell what was joined there.
    pub(super) links: bool,
    /// Networks that moved: where they were, and where they are.
    pub(super) moved: Vec<(Place, Place)>,
}

/// Compares the findings of `overlap` on both sides, as far as `fail_on` has their classes.
///
/// Each side is the other's baseline: what one knows all members of did not come or go, and neither did what moved with
/// its network. What rests on members that the other side did not read is counted only.
#[must_use]
pub fn collisions(old: &[Finding], new: &[Finding], doubts: &Doubts, fail_on: &[Class]) -> Collisions {
    let old = &relocated(old, &doubts.moved);
    let (introduced, unsure) = beyond(new, old, SideOf::New, doubts, fail_on);
    let (resolved, unsure_too) = beyond(old, new, SideOf::Old, doubts, fail_on);
    Collisions { introduced, resolved, unknown: unsure + unsure_too }
}

/// Puts members of the older side where their networks are now.
fn relocated(findings: &[Finding], moved: &[(Place, Place)]) -> Vec<Finding> {
    let mut findings = findings.to_vec();
    let now: HashMap<(Provider, &str), &Place> =
        moved.iter().map(|(old, new)| ((old.provider, old.id.as_str()), new)).collect();
    for member in findings.iter_mut().flat_map(|finding| &mut finding.members) {
        let Some(place) = member.provider.and_then(|provider| now.get(&(provider, member.id.as_str())))
        else {
            continue;
        };
        member.account.clone_from(&place.account);
        member.region.clone_from(&place.region);
        member.id.clone_from(&place.id);
    }
    findings
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

/// Tells whether two members surely collide on one side only: the other would have both networks if they had been there,
/// and it does not seem otherwise for want of reading what joins them.
fn is_sure(finding: &Finding, side: SideOf, doubts: &Doubts, known: &HashSet<KnownMember>) -> bool {
    let is_read = |member: &&Member| {
        let unread = |id: &String| {
            member
                .provider
                .is_some_and(|provider| doubts.networks.contains(&(side, provider, id.to_ascii_lowercase())))
        };
        !unread(&member.id) && !member.network.as_ref().is_some_and(unread)
    };
    let read: Vec<&Member> = finding.members.iter().filter(is_read).collect();
    let was_there = |member: &Member| known.contains(&KnownMember::from(member));
    let mut new = read.iter().filter(|member| member.is_new.unwrap_or(true));
    new.any(|member| {
        let collides = |other: &&&Member| {
            let of_another = (member.provider, &member.id) != (other.provider, &other.id);
            let joined_unseen = doubts.links && was_there(member) && was_there(other);
            of_another && !joined_unseen && share(member.prefix, other.prefix)
        };
        let alone = matches!(finding.class, Class::Reserved | Class::OutsideNetwork);
        alone || read.iter().any(|other| collides(&other))
    })
}

/// Tells whether two prefixes have addresses in common.
fn share(one: IpNet, other: IpNet) -> bool {
    one.contains(&other) || other.contains(&one)
}
