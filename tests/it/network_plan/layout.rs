//! Where subnets go: by example, by property, and compared with a search that tries everything.

use std::net::Ipv4Addr;

use ipnet::{IpNet, Ipv4Net};
use netcensus::analysis::addresses::overlaps;
use netcensus::analysis::network_plan::{KeptSubnet, LayoutError, SubnetGroup, SubnetLayout, lay_out};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

fn group(name: &str, length: u8, slot_length: u8, zones: usize, max_zones: usize) -> SubnetGroup {
    let zones = ('a'..='z').take(zones).map(|zone| Some(zone.to_string())).collect();
    SubnetGroup { name: name.to_owned(), length, slot_length, zones, max_zones, kept: Vec::new() }
}

fn lines(layout: &SubnetLayout) -> Vec<String> {
    let zone = |zone: &Option<String>| zone.as_deref().unwrap_or("all").to_owned();
    layout.placed.iter().map(|it| format!("{} {} {}", it.group, zone(&it.zone), it.prefix)).collect()
}

/// Gives a layout as what is there to the next one.
fn keep(groups: &mut [SubnetGroup], layout: &SubnetLayout) {
    for group in groups {
        let placed = layout.placed.iter().filter(|placed| placed.group == group.name);
        group.kept = placed
            .map(|it| KeptSubnet { zone: it.zone.clone(), prefix: it.prefix, may_widen: true })
            .collect();
    }
}

#[test]
fn groups_are_aligned_and_room_is_there_for_zones_to_come() {
    let groups = [group("app", 24, 24, 3, 4), group("data", 26, 25, 2, 4)];
    let layout = lay_out(&[net("10.0.0.0/20")], &[], &groups).unwrap();
    assert_eq!(
        lines(&layout),
        [
            "app a 10.0.0.0/24",
            "app b 10.0.1.0/24",
            "app c 10.0.2.0/24",
            "data a 10.0.4.0/26",
            "data b 10.0.4.128/26"
        ]
    );
    assert_eq!(layout.placed[3].slot, net("10.0.4.0/25"), "room to grow");
    let held: Vec<String> = layout.held.iter().map(|(name, slot)| format!("{name} {slot}")).collect();
    assert_eq!(held, ["app 10.0.3.0/24", "data 10.0.5.0/25", "data 10.0.5.128/25"]);
    assert_eq!(layout.left, ["10.0.6.0/23", "10.0.8.0/21"].map(net));
}

/// terraform-aws-vpc 136, dynamic-subnets 48: the third zone renumbered the other two.
#[test]
fn a_third_zone_and_a_new_subnet_renumber_nothing() {
    let network = [net("10.0.0.0/20")];
    let mut groups = vec![group("app", 24, 24, 2, 3), group("data", 26, 26, 2, 3)];
    let before = lay_out(&network, &[], &groups).unwrap();
    keep(&mut groups, &before);
    for group in &mut groups {
        group.zones.push(Some("c".to_owned()));
    }
    // Larger than all others, and first by name and in the list.
    groups.insert(0, group("a-new-one", 22, 22, 1, 1));
    let after = lay_out(&network, &[], &groups).unwrap();
    for line in lines(&before) {
        assert!(lines(&after).contains(&line), "{line}: {after:#?}");
    }
    assert!(lines(&after).contains(&"app c 10.0.2.0/24".to_owned()), "{after:#?}");
    assert!(lines(&after).contains(&"data c 10.0.3.128/26".to_owned()), "{after:#?}");
}

#[test]
fn a_planned_subnet_grows_where_it_is_and_a_built_one_stays() {
    let network = [net("10.0.0.0/22")];
    let mut groups = vec![group("app", 26, 24, 1, 1), group("web", 26, 26, 1, 1)];
    let before = lay_out(&network, &[], &groups).unwrap();
    keep(&mut groups, &before);
    groups[0].length = 24;
    let after = lay_out(&network, &[], &groups).unwrap();
    assert_eq!(lines(&after), ["app a 10.0.0.0/24", "web a 10.0.1.0/26"]);
    groups[0].kept[0].may_widen = false;
    assert_eq!(lines(&lay_out(&network, &[], &groups).unwrap()), lines(&before));
    groups[0].kept[0].may_widen = true;
    let error = lay_out(&network, &[net("10.0.0.64/26")], &groups).unwrap_err();
    let message = "the subnet `app` cannot grow from 10.0.0.0/26 to /24: the addresses beside it are in use";
    assert_eq!(error.to_string(), message);
}

#[test]
fn a_network_that_is_full_of_holes_takes_zones_apart() {
    let taken = ["10.0.0.0/26", "10.0.1.0/26", "10.0.2.0/26", "10.0.3.0/26"].map(net);
    let layout = lay_out(&[net("10.0.0.0/22")], &taken, &[group("app", 25, 25, 3, 3)]).unwrap();
    assert!(layout.is_torn);
    assert_eq!(lines(&layout), ["app a 10.0.0.128/25", "app b 10.0.1.128/25", "app c 10.0.2.128/25"]);
    let error = lay_out(&[net("10.0.0.0/22")], &taken, &[group("app", 24, 24, 1, 1)]).unwrap_err();
    assert_eq!(
        error,
        LayoutError::NoRoom { name: "app".to_owned(), length: 24, widest: Some(25) },
        "{error}"
    );
    assert_eq!(
        error.to_string(),
        "there is no room for the subnet `app`: it needs /24, and the largest prefix left is /25"
    );
    let full = lay_out(&[net("10.0.0.0/26")], &[net("10.0.0.0/26")], &[group("app", 28, 28, 1, 1)]);
    assert!(full.unwrap_err().to_string().ends_with("and nothing is left"));
}

#[test]
fn ipv6_is_laid_out_in_the_same_way() {
    let groups = [group("app", 64, 64, 3, 4), group("data", 64, 64, 3, 4)];
    let layout = lay_out(&[net("2001:db8:1:ff00::/56")], &[], &groups).unwrap();
    let app: Vec<String> = lines(&layout).into_iter().filter(|line| line.starts_with("app")).collect();
    assert_eq!(
        app,
        ["app a 2001:db8:1:ff00::/64", "app b 2001:db8:1:ff01::/64", "app c 2001:db8:1:ff02::/64"]
    );
}

/// Tries every place for every slot: whether there is room at all.
fn has_room(within: IpNet, taken: &mut Vec<IpNet>, lengths: &[u8]) -> bool {
    let Some((length, rest)) = lengths.split_first() else { return true };
    let Ok(places) = within.subnets(*length) else { return false };
    for place in places {
        if taken.iter().any(|one| overlaps(*one, place)) {
            continue;
        }
        taken.push(place);
        let fits = has_room(within, taken, rest);
        taken.pop();
        if fits {
            return true;
        }
    }
    false
}

fn a_group() -> impl Strategy<Value = SubnetGroup> {
    (
        select(vec!["app", "data", "web", "GatewaySubnet", "x", "z"]),
        26_u8..=28,
        0_u8..=1,
        1_usize..=3,
        0_usize..=1,
    )
        .prop_map(|(name, length, grow, zones, more)| group(name, length, length - grow, zones, zones + more))
}

fn groups(most: usize) -> impl Strategy<Value = Vec<SubnetGroup>> {
    vec(a_group(), 1..most).prop_map(|mut groups| {
        groups.sort_by(|one, other| one.name.cmp(&other.name));
        groups.dedup_by(|one, other| one.name == other.name);
        groups
    })
}

fn taken() -> impl Strategy<Value = Vec<IpNet>> {
    let prefix = (0_u32..=255, 26_u8..=30).prop_map(|(last, length)| {
        Ipv4Net::new(Ipv4Addr::from(0x0A00_0000 | last), length).unwrap().trunc().into()
    });
    vec(prefix, 0..4)
}

/// What must hold of every layout.
fn assert_sound(
    within: IpNet,
    taken: &[IpNet],
    groups: &[SubnetGroup],
    layout: &SubnetLayout,
) -> Result<(), TestCaseError> {
    let slots = layout.placed.iter().map(|placed| placed.slot);
    let held = layout.held.iter().map(|(_, slot)| *slot);
    let used: Vec<IpNet> = slots.chain(held).chain(layout.left.iter().copied()).collect();
    for (at, one) in used.iter().enumerate() {
        prop_assert!(within.contains(one) && *one == one.trunc(), "{}", one);
        prop_assert!(!taken.iter().any(|other| overlaps(*one, *other)), "{} {:?}", one, taken);
        prop_assert!(used.iter().skip(at + 1).all(|other| !overlaps(*one, *other)), "{} {:?}", one, used);
    }
    let count = |prefixes: &[IpNet]| {
        IpNet::aggregate(&prefixes.to_vec()).iter().map(|it| 1_u64 << (32 - it.prefix_len())).sum::<u64>()
    };
    let all: Vec<IpNet> = used.iter().chain(taken).copied().collect();
    prop_assert_eq!(count(&all), count(&[within]), "everything is used, held or left");
    for group in groups {
        let placed: Vec<_> = layout.placed.iter().filter(|placed| placed.group == group.name).collect();
        let zones: Vec<_> = placed.iter().map(|placed| placed.zone.clone()).collect();
        prop_assert_eq!(&zones, &group.zones);
        for placed in placed {
            prop_assert!(placed.prefix.prefix_len() <= group.length);
            prop_assert!(placed.slot.contains(&placed.prefix));
        }
    }
    Ok(())
}

const WITHIN: &str = "10.0.0.0/24";

proptest! {
    #![proptest_config(crate::cases::cases(120))]

    #[test]
    fn there_is_a_layout_whenever_there_is_room(groups in groups(4), taken in taken()) {
        let within = net(WITHIN);
        let mut lengths: Vec<u8> = groups.iter().flat_map(|it| vec![it.slot_length; it.max_zones]).collect();
        lengths.sort_unstable();
        match lay_out(&[within], &taken, &groups) {
            Ok(layout) => assert_sound(within, &taken, &groups, &layout)?,
            Err(error) => {
                prop_assert!(!has_room(within, &mut taken.clone(), &lengths), "{} {:?} {:?}", error, groups, taken);
            }
        }
    }

    #[test]
    fn the_order_of_the_file_means_nothing(groups in groups(6)) {
        let reversed: Vec<SubnetGroup> = groups.iter().rev().cloned().collect();
        prop_assert_eq!(lay_out(&[net(WITHIN)], &[], &groups), lay_out(&[net(WITHIN)], &[], &reversed));
    }

    #[test]
    fn a_plan_that_grows_renumbers_nothing(
        mut before in groups(4),
        more in groups(4),
        taken in taken(),
        zones in 0_usize..=2,
    ) {
        let within = net("10.0.0.0/23");
        let Ok(first) = lay_out(&[within], &taken, &before) else { return Ok(()) };
        keep(&mut before, &first);
        for group in &mut before {
            group.zones = super::layout::group("", 24, 24, group.zones.len() + zones, 0).zones;
            group.max_zones = group.max_zones.max(group.zones.len());
        }
        let new = more.into_iter().filter(|new| before.iter().all(|old| old.name != new.name));
        let all: Vec<SubnetGroup> = before.iter().cloned().chain(new).collect();
        let Ok(second) = lay_out(&[within], &taken, &all) else { return Ok(()) };
        assert_sound(within, &taken, &all, &second)?;
        for placed in &first.placed {
            let still = second.placed.iter().find(|it| it.group == placed.group && it.zone == placed.zone);
            prop_assert_eq!(still.map(|it| it.prefix), Some(placed.prefix));
        }
        // Asked again, it answers the same.
        let mut again = all.clone();
        keep(&mut again, &second);
        let third = lay_out(&[within], &taken, &again).unwrap();
        prop_assert_eq!(lines(&third), lines(&second));
    }

    #[test]
    fn a_zone_that_room_was_kept_for_is_beside_the_others(groups in groups(4)) {
        let within = net("10.0.0.0/22");
        let mut groups = groups;
        let Ok(first) = lay_out(&[within], &[], &groups) else { return Ok(()) };
        prop_assume!(!first.is_torn);
        keep(&mut groups, &first);
        for group in &mut groups {
            group.zones = super::layout::group("", 24, 24, group.max_zones, 0).zones;
        }
        let second = lay_out(&[within], &[], &groups).unwrap();
        prop_assert_eq!(second.held.len(), 0);
        for (name, slot) in &first.held {
            prop_assert!(second.placed.iter().any(|it| it.group == *name && it.slot == *slot), "{} {}", name, slot);
        }
        prop_assert_eq!(second.left, first.left);
    }
}
