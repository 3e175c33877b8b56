//! Address collisions that came or went, and those where it is not known.

use netcensus::analysis::diff::{self, CollisionChange, CollisionChanges, DiffOutcome};
use netcensus::analysis::overlap::{self, Finding};
use netcensus::model::{
    Allowance, Class, Coverage, Covers, Inventory, Kind, Level, Link, Network, NetworkSelector, Outcome,
    PlannedChanges,
};

use super::sides::{REGION, but, compared, inventory, linked, peering, read, read_subscription, vnet, vpc};
use crate::overlap::estate::{TODAY, allow};

const FAIL_ON: [Class; 5] =
    [Class::Connected, Class::Planned, Class::External, Class::Latent, Class::OutsideNetwork];

fn findings(inventory: &Inventory, allow: &[Allowance]) -> Vec<Finding> {
    let request = overlap::OverlapInput {
        inventory,
        ranges: &[],
        plan: &PlannedChanges::default(),
        level: Level::Networks,
        between: None,
        reservations: &[],
        bridges: &[],
        allow,
        domains: &[],
        today: TODAY,
    };
    overlap::find_overlaps(request).unwrap().findings
}

fn with(old: &Inventory, new: &Inventory, kinds: &[Kind], allow: &[Allowance]) -> CollisionChanges {
    let uncertainty = compared(old, new, kinds, &[]).1;
    diff::compare_collisions(&findings(old, allow), &findings(new, allow), &uncertainty, &FAIL_ON)
}

/// Compares; a line for each collision that came or went, with members that are new marked.
fn between(old: &Inventory, new: &Inventory) -> Vec<String> {
    lines(&with(old, new, &Kind::ALL, &[]))
}

fn lines(collisions: &CollisionChanges) -> Vec<String> {
    let line = |what: &str, CollisionChange { finding, came, went }: &CollisionChange| {
        let member = |member: &overlap::Member| {
            assert_eq!(member.is_new, None, "the report marks them in lists of its own");
            let is = [(came, "+"), (went, "-")].into_iter().find(|(list, _)| list.contains(member));
            format!(
                "{}{}",
                is.map(|(_, mark)| mark).unwrap_or_default(),
                member.id.rsplit('/').next().unwrap()
            )
        };
        let left = went.iter().filter(|one| !finding.members.contains(one));
        let members: Vec<String> = finding.members.iter().chain(left).map(member).collect();
        format!("{what} {} {}", finding.class.as_str(), members.join(" "))
    };
    let lists = collisions.lists().into_iter();
    let told = lists.flat_map(|(state, list)| list.iter().map(move |one| line(state, one)));
    let counted = [("unknown", collisions.unknown), ("not compared", collisions.not_compared)];
    let counted = counted.into_iter().filter(|(_, number)| *number > 0);
    told.chain(counted.map(|(what, number)| format!("{what} {number}"))).collect()
}

fn one() -> Network {
    vpc("vpc-a", 1, &["10.0.0.0/16"])
}

fn other() -> Network {
    vpc("vpc-b", 1, &["10.0.128.0/17"])
}

fn whole(networks: &[&Network], links: &[&Link]) -> Inventory {
    linked(networks, links, &[read(1, REGION), read(2, REGION)])
}

#[test]
fn a_new_network_or_block_introduces_a_collision_and_its_end_resolves_it() {
    let (before, after) = (whole(&[&one()], &[]), whole(&[&one(), &other()], &[]));
    assert_eq!(between(&before, &after), ["introduced latent +vpc-a +vpc-b"]);
    assert_eq!(between(&after, &before), ["resolved latent -vpc-a -vpc-b"]);
    assert_eq!(between(&after, &after), [""; 0]);
    let apart = whole(&[&one(), &vpc("vpc-b", 1, &["10.9.0.0/16"])], &[]);
    let grown = whole(&[&one(), &vpc("vpc-b", 1, &["10.9.0.0/16", "10.0.128.0/17"])], &[]);
    assert_eq!(between(&apart, &grown), ["introduced latent +vpc-a +vpc-b"]);
}

#[test]
fn a_third_member_is_new_and_the_others_are_not() {
    let third = vpc("vpc-c", 2, &["10.0.0.0/16"]);
    let (before, after) = (whole(&[&one(), &other()], &[]), whole(&[&one(), &other(), &third], &[]));
    assert_eq!(between(&before, &after), ["grown latent vpc-a vpc-b +vpc-c"]);
    assert_eq!(between(&after, &before), ["shrunk latent vpc-a vpc-b -vpc-c"]);
    let fourth = vpc("vpc-d", 2, &["10.0.0.0/17"]);
    let other_way = whole(&[&one(), &other(), &fourth], &[]);
    assert_eq!(between(&after, &other_way), ["grown latent vpc-a vpc-b +vpc-d -vpc-c"]);
}

#[test]
fn members_that_do_not_collide_with_each_other_make_no_collision_that_stays() {
    let (one, other) = (vpc("vpc-b", 1, &["10.0.0.0/24"]), vpc("vpc-c", 1, &["10.0.1.0/24"]));
    let (wide, next) = (vpc("vpc-a", 2, &["10.0.0.0/16"]), vpc("vpc-z", 2, &["10.0.0.0/16"]));
    let (before, after) = (whole(&[&wide, &one, &other], &[]), whole(&[&next, &one, &other], &[]));
    assert_eq!(
        between(&before, &after),
        ["introduced latent vpc-b vpc-c +vpc-z", "resolved latent vpc-b vpc-c -vpc-a"]
    );
    assert_eq!(
        between(&before, &whole(&[&wide, &next, &one, &other], &[])),
        ["grown latent vpc-b vpc-c vpc-a +vpc-z"]
    );
}

#[test]
fn collisions_decide_the_outcome() {
    let link = peering("pcx-1", &one(), &other());
    let (before, after) = (whole(&[&one(), &other()], &[]), whole(&[&one(), &other()], &[&link]));
    let result = |old: &Inventory, new: &Inventory| {
        let (changes, uncertainty) = compared(old, new, &[Kind::Networks], &[]);
        assert_eq!(changes.result, DiffOutcome::Same, "no network changed");
        let found =
            diff::compare_collisions(&findings(old, &[]), &findings(new, &[]), &uncertainty, &FAIL_ON);
        let changes = changes.with_collisions(found);
        (changes.result, changes.complete)
    };
    assert_eq!(result(&before, &before), (DiffOutcome::Same, true));
    assert_eq!(result(&before, &after), (DiffOutcome::Different, true));
    assert_eq!(result(&after, &before), (DiffOutcome::Different, true));
    let denied = but(read(1, REGION), Kind::Links, Outcome::Denied, "why");
    let blind = inventory(&[&one(), &other()], &[denied, read(2, REGION)]);
    assert_eq!(result(&after, &blind), (DiffOutcome::Incomplete, false), "it is not known what is joined");
    let narrow = inventory(&[&one(), &other()], &[but(read(1, REGION), Kind::Links, Outcome::Skipped, "no")]);
    assert_eq!(result(&after, &narrow), (DiffOutcome::Same, true), "links were not scanned");
}

#[test]
fn a_new_peering_makes_a_latent_collision_a_connected_one() {
    let link = peering("pcx-1", &one(), &other());
    let (before, after) = (whole(&[&one(), &other()], &[]), whole(&[&one(), &other()], &[&link]));
    assert_eq!(between(&before, &after), ["introduced connected +vpc-a +vpc-b"]);
    // Links need not be shown to be known.
    let shown = lines(&with(&before, &after, &[Kind::Networks], &[]));
    assert_eq!(shown, ["introduced connected +vpc-a +vpc-b"]);
}

#[test]
fn a_collision_that_rests_on_what_the_other_side_could_not_read_is_unknown() {
    let denied = but(read(2, REGION), Kind::Networks, Outcome::Denied, "why");
    let hidden = vpc("vpc-b", 2, &["10.0.128.0/17"]);
    let before = inventory(&[&one()], &[read(1, REGION), denied]);
    let after = whole(&[&one(), &hidden], &[]);
    assert_eq!(between(&before, &after), ["unknown 1"], "vpc-b may have been there");
    assert_eq!(between(&after, &before), ["unknown 1"], "vpc-b may be there still");
    // What is surely new collides, whatever else does.
    let third = vpc("vpc-c", 1, &["10.0.0.0/16"]);
    let after = whole(&[&one(), &hidden, &third], &[]);
    assert_eq!(between(&before, &after), ["introduced latent +vpc-a +vpc-c vpc-b"]);
}

#[test]
fn a_collision_in_a_narrower_scope_is_not_reported_as_resolved() {
    let far = vpc("vpc-b", 2, &["10.0.128.0/17"]);
    let wide = whole(&[&one(), &far], &[]);
    let narrow = inventory(&[&one()], &[read(1, REGION)]);
    assert_eq!(between(&wide, &narrow), ["not compared 1"]);
    assert_eq!(between(&narrow, &wide), ["not compared 1"]);
}

#[test]
fn what_is_joined_is_unknown_where_links_could_not_be_read() {
    let link = peering("pcx-1", &one(), &other());
    let joined = whole(&[&one(), &other()], &[&link]);
    let of = |coverage: Vec<Coverage>| inventory(&[&one(), &other()], &[coverage, read(2, REGION)]);
    let denied = of(but(read(1, REGION), Kind::Links, Outcome::Denied, "why"));
    let skipped = of(but(read(1, REGION), Kind::Links, Outcome::Skipped, "not asked for"));
    for (side, told) in [(denied, "unknown"), (skipped, "not compared")] {
        for (old, new) in [(&side, &joined), (&joined, &side)] {
            let lines = between(old, new);
            assert!(lines.len() == 1 && lines[0].starts_with(told), "{lines:?}");
        }
    }
}

#[test]
fn a_collision_that_moves_with_its_network_neither_comes_nor_goes() {
    let here = vnet(1, "rg", "hub", &["10.0.0.0/16"]);
    let there = vnet(2, "rg", "hub", &["10.0.0.0/16"]);
    let fixed = vnet(3, "rg", "spoke", &["10.0.0.0/24"]);
    let of = |network: &Network| {
        inventory(&[network, &fixed], &[read_subscription(1), read_subscription(2), read_subscription(3)])
    };
    assert_eq!(between(&of(&here), &of(&there)), [""; 0]);
}

#[test]
fn accepted_collisions_and_equal_defaults_are_not_reported() {
    let (before, after) = (whole(&[&one()], &[]), whole(&[&one(), &other()], &[]));
    let selector = NetworkSelector { network: Some("vpc-b".into()), ..NetworkSelector::default() };
    let accepted = allow(1, Covers::Any(selector));
    assert_eq!(lines(&with(&before, &after, &Kind::ALL, &[accepted])), [""; 0]);
    let default =
        |id: &str, account| Network { is_default: Some(true), ..vpc(id, account, &["172.31.0.0/16"]) };
    let (one, other) = (default("vpc-d", 1), default("vpc-e", 2));
    assert_eq!(between(&whole(&[&one], &[]), &whole(&[&one, &other], &[])), [""; 0]);
}
