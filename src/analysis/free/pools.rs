//! Which pool is meant, and which pools lie in another.

use thiserror::Error;

use super::holder::{HeldPrefix, Holder, HolderKind};
use crate::model::Pool;

/// What a prefix is for: `region=eu-west-1,env=prod`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Purpose {
    /// Keys and values, in the order in which they were typed. `region` and `account` are those of pools, every other key
    /// is one of their tags.
    pub terms: Vec<(String, String)>,
}

/// Why no pool can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PurposeError {
    /// It is not `KEY=VALUE`.
    #[error("`{0}` is not KEY=VALUE, such as region=eu-west-1")]
    Invalid(String),
    /// A key that no pool has.
    #[error("no pool has a value for `{0}`")]
    UnknownKey(String),
    /// No pool is for this.
    #[error("no pool is for {0}")]
    NoPool(String),
}

impl Purpose {
    /// Parses terms, each `KEY=VALUE`.
    ///
    /// # Errors
    /// For the first that is not.
    pub fn new(terms: &[String]) -> Result<Self, PurposeError> {
        let term = |text: &String| {
            let pair = text.split_once('=').filter(|(key, value)| !key.is_empty() && !value.is_empty());
            let (key, value) = pair.ok_or_else(|| PurposeError::Invalid(text.clone()))?;
            Ok((key.trim().to_owned(), value.trim().to_owned()))
        };
        Ok(Self { terms: terms.iter().map(term).collect::<Result<_, _>>()? })
    }

    /// Counts the terms that a pool names; `None` if one of them names other values. A pool that does not say for which
    /// regions it is, is for all.
    fn specificity(&self, pool: &Pool) -> Option<usize> {
        let mut named = 0;
        for (key, value) in &self.terms {
            let values = values_of(pool, key);
            if values.is_empty() {
                continue;
            }
            if !values.iter().any(|one| one.eq_ignore_ascii_case(value)) {
                return None;
            }
            named += 1;
        }
        Some(named)
    }
}

impl std::fmt::Display for Purpose {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let terms: Vec<String> = self.terms.iter().map(|(key, value)| format!("{key}={value}")).collect();
        f.write_str(&terms.join(","))
    }
}

fn values_of<'p>(pool: &'p Pool, key: &str) -> Vec<&'p str> {
    match key {
        "region" => pool.regions.iter().map(String::as_str).collect(),
        "account" => pool.accounts.iter().map(String::as_str).collect(),
        tag => pool.tags.get(tag).map(String::as_str).into_iter().collect(),
    }
}

/// Finds the pools for a purpose: of those that do not contradict it, the ones that name most of its terms.
///
/// # Errors
/// When there are none, or no pool has one of the keys.
pub fn pools_for<'p>(pools: &'p [Pool], purpose: &Purpose) -> Result<Vec<&'p Pool>, PurposeError> {
    let is_known = |key: &str| pools.iter().any(|pool| !values_of(pool, key).is_empty());
    if let Some((key, _)) = purpose.terms.iter().find(|(key, _)| !is_known(key)) {
        return Err(PurposeError::UnknownKey(key.clone()));
    }
    let suitable = pools.iter().filter_map(|pool| Some((purpose.specificity(pool)?, pool)));
    let suitable: Vec<(usize, &Pool)> = suitable.collect();
    let most = suitable.iter().map(|(named, _)| *named).max();
    let most = most.ok_or_else(|| PurposeError::NoPool(purpose.to_string()))?;
    Ok(suitable.into_iter().filter(|(named, _)| *named == most).map(|(_, pool)| pool).collect())
}

/// Finds a pool by its name. Case does not matter.
#[must_use]
pub fn find_pool<'p>(pools: &'p [Pool], name: &str) -> Option<&'p Pool> {
    pools.iter().find(|pool| pool.name.eq_ignore_ascii_case(name))
}

/// Lists what is not given out of `pool`: the prefixes of other pools in it, and those that it reserves itself.
#[must_use]
pub fn inner_pools<'p>(pools: &'p [Pool], pool: &'p Pool) -> Vec<HeldPrefix<'p>> {
    let contains =
        |inner: &ipnet::IpNet| pool.prefixes.iter().any(|outer| outer != inner && outer.contains(inner));
    let others = pools.iter().filter(|other| other.name != pool.name);
    let inner = others.flat_map(|other| other.prefixes.iter().map(move |prefix| (*prefix, other)));
    let inner = inner.filter(|(prefix, _)| contains(prefix)).map(|(prefix, other)| HeldPrefix {
        prefix,
        holder: Holder { id: Some(&other.name), ..Holder::new(HolderKind::Pool) },
    });
    let reserved = pool.reserved.iter().map(|prefix| {
        let holder = Holder { id: Some(&pool.name), ..Holder::new(HolderKind::PoolReserved) };
        HeldPrefix { prefix: *prefix, holder }
    });
    inner.chain(reserved).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(name: &str, prefix: &str, regions: &[&str], env: Option<&str>) -> Pool {
        Pool {
            name: name.to_owned(),
            prefixes: vec![prefix.parse().unwrap()],
            regions: regions.iter().map(|region| (*region).to_owned()).collect(),
            tags: env.map(|env| ("env".to_owned(), env.to_owned())).into_iter().collect(),
            ..Pool::default()
        }
    }

    fn chosen(pools: &[Pool], terms: &[&str]) -> Result<String, PurposeError> {
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        let pools = pools_for(pools, &Purpose::new(&terms)?)?;
        Ok(pools.iter().map(|pool| pool.name.as_str()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn the_pools_that_say_most_about_a_purpose_are_for_it() {
        let pools = [
            pool("all", "10.0.0.0/8", &[], None),
            pool("eu", "10.16.0.0/12", &["eu-west-1", "westeurope"], None),
            pool("eu-prod", "10.16.0.0/14", &["eu-west-1"], Some("prod")),
            pool("eu-prod-2", "10.24.0.0/14", &["eu-west-1"], Some("prod")),
        ];
        assert_eq!(chosen(&pools, &["region=eu-west-1", "env=prod"]).unwrap(), "eu-prod eu-prod-2");
        assert_eq!(chosen(&pools, &["region=EU-West-1", "env=test"]).unwrap(), "eu");
        assert_eq!(chosen(&pools, &["region=us-east-1"]).unwrap(), "all");
        assert_eq!(
            chosen(&pools[1..], &["region=us-east-1"]).unwrap_err().to_string(),
            "no pool is for region=us-east-1"
        );
        assert_eq!(chosen(&pools, &["envv=prod"]), Err(PurposeError::UnknownKey("envv".to_owned())));
        assert_eq!(chosen(&pools, &["eu-west-1"]), Err(PurposeError::Invalid("eu-west-1".to_owned())));
    }

    #[test]
    fn a_pool_holds_its_prefixes_for_the_pool_around_it_only() {
        let pools = [
            Pool { reserved: vec!["10.0.0.0/16".parse().unwrap()], ..pool("all", "10.0.0.0/8", &[], None) },
            pool("eu", "10.16.0.0/12", &[], None),
        ];
        let held: Vec<_> = inner_pools(&pools, &pools[0])
            .iter()
            .map(|held| (held.prefix.to_string(), held.holder.label()))
            .collect();
        assert_eq!(held, [("10.16.0.0/12".to_owned(), "eu"), ("10.0.0.0/16".to_owned(), "all")]);
        assert_eq!(inner_pools(&pools, &pools[1]), []);
        assert_eq!(find_pool(&pools, "EU").map(|pool| pool.name.as_str()), Some("eu"));
    }
}
