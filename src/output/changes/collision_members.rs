//! The members of a collision that came, went or changed, for people.

use std::collections::BTreeSet;

use crate::analysis::diff::CollisionChange;
use crate::analysis::overlap::Member;
use crate::output::findings::finding_text::MarkedMember;

/// The mark of a member that came to a collision.
const CAME: &str = "new";
/// The mark of one that went.
const WENT: &str = "gone";

/// Lists the members that came or went, then the others; a long list is cut, and these are what it is about. Where a whole
/// collision came or went, no member is marked: its networks may have been there before, and a link joined them.
pub(crate) fn rows(collision: &CollisionChange) -> Vec<MarkedMember<'_>> {
    let marked: BTreeSet<&Member> = collision.came.iter().chain(&collision.went).collect();
    if collision.finding.members.iter().all(|member| marked.contains(member)) {
        return collision.finding.members.iter().map(|member| (member, None)).collect();
    }
    let came = collision.came.iter().map(|member| (member, Some(CAME)));
    let went = collision.went.iter().map(|member| (member, Some(WENT)));
    let others = collision.finding.members.iter().filter(|member| !marked.contains(member));
    came.chain(went).chain(others.map(|member| (member, None))).collect()
}
