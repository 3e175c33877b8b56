//! What holds of merging whatever there is to merge.

use netcensus::analysis::merge::{MergeInput, MergeWarning, Merged, merge_inventories};
use netcensus::model::{Coverage, Inventory, Outcome};
use proptest::prelude::*;
use proptest::sample::Index;

use super::estate::{GENERATOR, at, drawn, inventory, shards};

fn joined(inventories: impl IntoIterator<Item = Inventory>) -> Merged {
    let input = |(number, inventory)| MergeInput { name: format!("{number}.json"), inventory, asked: None };
    let inputs = inventories.into_iter().enumerate().map(input).collect();
    merge_inventories(inputs, GENERATOR.to_owned()).unwrap()
}

fn one(inventories: impl IntoIterator<Item = Inventory>) -> Inventory {
    joined(inventories).inventory
}

fn text(inventory: &Inventory) -> String {
    serde_json::to_string_pretty(inventory).unwrap()
}

fn shuffled(mut inventories: Vec<Inventory>, order: &[Index]) -> Vec<Inventory> {
    for (at, index) in order.iter().enumerate().take(inventories.len()) {
        let other = index.index(inventories.len());
        inventories.swap(at, other);
    }
    inventories
}

fn taken(inventory: Inventory, minutes: i64) -> Inventory {
    Inventory { taken_at: at(minutes), ..inventory }
}

fn key(entry: &Coverage) -> String {
    format!("{} {} {:?} {:?}", entry.provider, entry.account, entry.region, entry.kind)
}

fn without_steps(inventory: &Inventory) -> Vec<&Coverage> {
    inventory.coverage.iter().filter(|entry| !entry.kind.is_step()).collect()
}

proptest! {
    #![proptest_config(crate::cases::cases(48))]

    #[test]
    fn all_shards_of_an_estate_make_the_estate(drawn in drawn(), of in 1..6_u32, order in prop::collection::vec(any::<Index>(), 5)) {
        let whole = inventory(&drawn);
        let merged = joined(shuffled(shards(&whole, of), &order));
        prop_assert_eq!(&merged.warnings, &Vec::<MergeWarning>::new());
        prop_assert_eq!(&merged.inventory.shard, &None);
        let oldest = merged.inventory.taken_at;
        prop_assert_eq!(text(&merged.inventory), text(&Inventory { taken_at: oldest, ..whole }));
    }

    #[test]
    fn it_does_not_matter_in_which_order_shards_are_joined(drawn in drawn(), order in prop::collection::vec(any::<Index>(), 4)) {
        let mut parts = shuffled(shards(&inventory(&drawn), 4), &order);
        // One part is missing, as when its machine failed.
        parts.pop();
        let [a, b, c] = parts.try_into().unwrap();
        let all = text(&one([a.clone(), b.clone(), c.clone()]));
        prop_assert_eq!(&text(&one([one([a.clone(), b.clone()]), c.clone()])), &all);
        prop_assert_eq!(&text(&one([c, one([b, a])])), &all);
    }

    #[test]
    fn an_inventory_merged_with_itself_stays_as_it_is(drawn in drawn(), of in 2..4_u32) {
        let whole = inventory(&drawn);
        prop_assert_eq!(text(&one([whole.clone()])), text(&whole));
        prop_assert_eq!(text(&one([whole.clone(), whole.clone()])), text(&whole));
        for part in shards(&whole, of) {
            prop_assert_eq!(text(&one([part.clone(), part.clone()])), text(&part));
        }
    }

    #[test]
    fn of_what_several_have_the_newest_stands_whole(old in drawn(), new in drawn(), newer_first in any::<bool>()) {
        let (old, new) = (inventory(&old), taken(inventory(&new), 5));
        let mut inputs = vec![old.clone(), new.clone()];
        if newer_first {
            inputs.reverse();
        }
        let merged = joined(inputs);
        prop_assert_eq!(merged.warnings.len(), 1, "one line for a pair: {:?}", merged.warnings);
        prop_assert_eq!(text(&merged.inventory), text(&Inventory { taken_at: old.taken_at, ..new }));
    }

    #[test]
    fn coverage_is_that_of_the_newest_and_never_better(one_drawn in drawn(), other in drawn(), order in prop::collection::vec(any::<Index>(), 4)) {
        // Parts of two scans: some scopes twice, some once.
        let mut inputs = shards(&inventory(&one_drawn), 3);
        inputs.pop();
        inputs.extend(shards(&inventory(&other), 3).into_iter().skip(1).map(|part| taken(part, 30)));
        let inputs = shuffled(inputs, &order);
        let merged = one(inputs.clone());
        for entry in without_steps(&merged) {
            let mut claims: Vec<(&Inventory, &Coverage)> = inputs
                .iter()
                .flat_map(|input| without_steps(input).into_iter().map(move |entry| (input, entry)))
                .filter(|(_, known)| key(known) == key(entry))
                .collect();
            claims.sort_by_key(|(input, _)| input.taken_at);
            prop_assert_eq!(entry.outcome, claims.last().unwrap().1.outcome, "{}", key(entry));
        }
        for entry in inputs.iter().flat_map(|input| &input.coverage) {
            let is_there = merged.coverage.iter().any(|known| key(known) == key(entry));
            prop_assert!(is_there || entry.outcome == Outcome::Skipped, "{}", key(entry));
        }
    }
}
