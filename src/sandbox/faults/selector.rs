//! Which requests a fault is for.

use globset::{Glob, GlobMatcher};

use crate::sandbox::estate::hash;

/// How selectors are written.
pub const FORMS: [&str; 7] =
    ["account=GLOB", "region=GLOB", "action=GLOB", "times=N", "after=N", "chance=N%", "seed=N"];

/// What selectors look at; limits and counts are kept for each.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub account: String,
    pub region: String,
    pub service: &'static str,
    pub action: String,
}

/// Which requests a fault is for: all, until something is set.
#[derive(Debug, Clone, Default)]
pub struct FaultSelector {
    account: Option<GlobMatcher>,
    region: Option<GlobMatcher>,
    action: Option<GlobMatcher>,
    /// So many matching requests of each account, region and action pass first.
    after: u32,
    /// Only so many of those that follow are meant.
    times: Option<u32>,
    /// Of these, so many out of a hundred.
    chance: Option<u64>,
    /// Decides which ones.
    seed: Option<u64>,
}

/// Why a selector cannot be read.
#[derive(Debug, PartialEq, Eq)]
pub enum SelectorError {
    /// There is no such selector, or its number is none.
    Unknown,
    /// This pattern is wrong, and why.
    Pattern(String, String),
}

impl FaultSelector {
    /// Adds one selector, such as `times=3`.
    pub fn set(&mut self, text: &str) -> Result<(), SelectorError> {
        match text.split_once('=').ok_or(SelectorError::Unknown)? {
            ("account", glob) => self.account = Some(pattern(glob)?),
            ("region", glob) => self.region = Some(pattern(glob)?),
            ("action", glob) => self.action = Some(pattern(glob)?),
            ("times", number) => self.times = Some(number.parse().map_err(|_| SelectorError::Unknown)?),
            ("after", number) => self.after = number.parse().map_err(|_| SelectorError::Unknown)?,
            ("chance", number) => self.chance = Some(percentage(number).ok_or(SelectorError::Unknown)?),
            ("seed", number) => self.seed = Some(number.parse().map_err(|_| SelectorError::Unknown)?),
            _ => return Err(SelectorError::Unknown),
        }
        Ok(())
    }

    /// Tells whether it depends on what a request says.
    pub const fn reads_requests(&self) -> bool {
        self.account.is_some() || self.region.is_some() || self.action.is_some()
    }

    /// Tells whether it has a seed that decides nothing.
    pub const fn has_idle_seed(&self) -> bool {
        self.seed.is_some() && self.chance.is_none()
    }

    /// Tells whether it depends on how many requests came before.
    pub const fn counts(&self) -> bool {
        self.after > 0 || self.times.is_some() || self.chance.is_some()
    }

    /// Tells whether a request matches, by what it says.
    pub fn matches(&self, key: &Key) -> bool {
        let fits =
            |glob: &Option<GlobMatcher>, text: &str| glob.as_ref().is_none_or(|glob| glob.is_match(text));
        fits(&self.account, &key.account)
            && fits(&self.region, &key.region)
            && fits(&self.action, &key.action)
    }

    /// Tells whether the matching request with this number, from 1, is meant. That depends on nothing else, so that each
    /// run has the same faults.
    pub fn chooses(&self, key: &Key, number: u32) -> bool {
        let Some(number) = number.checked_sub(self.after).filter(|number| *number > 0) else { return false };
        let (account, region, action) = (&key.account, &key.region, &key.action);
        let drawn = || {
            let seed = self.seed.unwrap_or_default();
            hash(&format!("{seed}/{account}/{region}/{action}/{number}")) % 100
        };
        self.times.is_none_or(|times| number <= times) && self.chance.is_none_or(|chance| drawn() < chance)
    }
}

/// Splits selectors at their commas, not at those of a glob such as `Describe{Vpcs,Subnets}`.
pub fn split(selectors: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    selectors.split(move |c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
}

fn percentage(text: &str) -> Option<u64> {
    text.strip_suffix('%')?.parse().ok().filter(|number| (1..=100).contains(number))
}

fn pattern(text: &str) -> Result<GlobMatcher, SelectorError> {
    let glob =
        Glob::new(text).map_err(|error| SelectorError::Pattern(text.to_owned(), error.kind().to_string()))?;
    Ok(glob.compile_matcher())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn selector(text: &str) -> FaultSelector {
        let mut selector = FaultSelector::default();
        for one in split(text) {
            selector.set(one).expect("is a selector");
        }
        selector
    }

    fn key(account: &str, region: &str, action: &str) -> Key {
        Key { account: account.into(), region: region.into(), service: "ec2", action: action.into() }
    }

    #[test]
    fn patterns_must_all_match() {
        let some = selector("account=22*,region=ap-*,action=Describe{Vpcs,Subnets}");
        assert!(some.matches(&key("222222222222", "ap-southeast-2", "DescribeVpcs")));
        assert!(some.matches(&key("222222222222", "ap-southeast-2", "DescribeSubnets")));
        assert!(!some.matches(&key("222222222222", "eu-west-1", "DescribeVpcs")));
        assert!(!some.matches(&key("222222222222", "ap-southeast-2", "DescribeRegions")));
        assert!(some.reads_requests() && !selector("times=1,after=2").reads_requests());
    }

    #[test]
    fn some_pass_first_and_only_so_many_are_meant() {
        let chosen = |text: &str| -> Vec<u32> {
            let selector = selector(text);
            (1..=6).filter(|number| selector.chooses(&key("1", "a", "X"), *number)).collect()
        };
        assert_eq!(chosen("times=2"), [1, 2]);
        assert_eq!(chosen("after=4"), [5, 6]);
        assert_eq!(chosen("after=1,times=2"), [2, 3]);
        assert_eq!(chosen("chance=100%"), [1, 2, 3, 4, 5, 6]);
        assert_eq!(chosen("times=0"), [0; 0]);
    }

    #[test]
    fn chance_is_the_same_in_each_run_and_another_with_another_seed() {
        let chosen = |text: &str, region: &str| -> Vec<u32> {
            let selector = selector(text);
            (1..=1000).filter(|number| selector.chooses(&key("1", region, "X"), *number)).collect()
        };
        let some = chosen("chance=30%", "a");
        assert!((250..350).contains(&some.len()), "{}", some.len());
        assert_eq!(some, chosen("chance=30%,seed=0", "a"));
        assert_ne!(some, chosen("chance=30%,seed=1", "a"));
        assert_ne!(some, chosen("chance=30%", "b"));
    }

    #[test]
    fn wrong_ones_are_refused() {
        for text in
            ["zone=a", "times", "times=x", "after=-1", "chance=30", "chance=0%", "chance=101%", "seed="]
        {
            assert_eq!(FaultSelector::default().set(text), Err(SelectorError::Unknown), "{text}");
        }
        let pattern = FaultSelector::default().set("region=[").expect_err("is no pattern");
        assert!(matches!(pattern, SelectorError::Pattern(text, _) if text == "["));
        assert!(selector("seed=1").has_idle_seed() && !selector("seed=1,chance=5%").has_idle_seed());
    }
}
