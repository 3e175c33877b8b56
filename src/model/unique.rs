//! Lists in which nothing is repeated.

use std::collections::HashSet;
use std::hash::Hash;

/// Adds the items whose key is not in `kept` yet, so that the first of equal ones stays.
///
/// However many there are, none takes longer: a damaged or hostile answer may have tens of thousands.
pub fn extend_unique<T, K: Eq + Hash>(
    kept: &mut Vec<T>,
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> K,
) {
    let mut known: HashSet<K> = kept.iter().map(&key).collect();
    kept.extend(items.into_iter().filter(|item| known.insert(key(item))));
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::hash::Hasher;

    use super::*;

    thread_local! {
        static COMPARISONS: Cell<u32> = const { Cell::new(0) };
    }

    /// A key that counts how often it is compared.
    #[derive(Clone, Copy, Eq)]
    struct CountedKey(u32);

    impl PartialEq for CountedKey {
        fn eq(&self, other: &Self) -> bool {
            COMPARISONS.set(COMPARISONS.get() + 1);
            self.0 == other.0
        }
    }

    impl Hash for CountedKey {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.0.hash(state);
        }
    }

    #[test]
    fn the_first_of_equal_items_stays() {
        let mut kept = vec![(1, 'a'), (2, 'b')];
        extend_unique(&mut kept, [(2, 'c'), (3, 'd'), (3, 'e'), (1, 'f')], |(key, _)| *key);
        assert_eq!(kept, [(1, 'a'), (2, 'b'), (3, 'd')]);
    }

    /// Each with each would be 1,250,000,000 comparisons.
    #[test]
    fn items_are_not_compared_each_with_each() {
        const ITEMS: u32 = 50_000;
        let mut kept: Vec<u32> = (0..ITEMS / 2).collect();
        extend_unique(&mut kept, 0..ITEMS, |item| CountedKey(*item));
        assert_eq!(kept.len(), ITEMS as usize);
        assert!(COMPARISONS.get() < 4 * ITEMS, "{}", COMPARISONS.get());
    }
}
