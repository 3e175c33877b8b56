//! Which limits a row is past: the limits of the run, or those of a rule that selects it.

use ipnet::IpNet;

use super::percent::reaches;
use super::report::{UsageKind, UsageRow, UsageStatus};
use crate::analysis::filter::FilterError;
use crate::analysis::network_selector::{CompiledSelector, Selectable};
use crate::model::{UsageLimit, UsagePolicy, UsageRule};

/// The limits of a run, compiled.
#[derive(Debug)]
pub(super) struct Thresholds<'p> {
    policy: &'p UsagePolicy,
    rules: Vec<(CompiledSelector, &'p UsageRule)>,
}

impl<'p> Thresholds<'p> {
    /// Compiles a policy.
    ///
    /// # Errors
    /// When a rule contains an invalid glob.
    pub fn new(policy: &'p UsagePolicy) -> Result<Self, FilterError> {
        let compile =
            |rule: &'p UsageRule| CompiledSelector::new(&rule.selector).map(|selector| (selector, rule));
        Ok(Self { policy, rules: policy.rules.iter().map(compile).collect::<Result<_, _>>()? })
    }

    /// Returns the status of a row, and the limits that it is past.
    pub fn status_of(&self, row: &UsageRow, candidate: &Selectable<'_>) -> (UsageStatus, Vec<String>) {
        let (warn, critical) = self.limits_of(candidate, row);
        let crossed = |limits: &[UsageLimit]| -> Vec<String> {
            let crossed = limits.iter().filter(|limit| is_crossed(**limit, row) == Some(true));
            crossed.map(ToString::to_string).collect()
        };
        let (warned, critical_crossed) = (crossed(warn), crossed(critical));
        let is_unknown = warn.iter().chain(critical).any(|limit| is_crossed(*limit, row).is_none());
        if !critical_crossed.is_empty() {
            (UsageStatus::Critical, critical_crossed)
        } else if !warned.is_empty() {
            (UsageStatus::Warning, warned)
        } else if is_unknown {
            (UsageStatus::Unknown, warned)
        } else {
            (UsageStatus::Ok, warned)
        }
    }

    fn limits_of(&self, candidate: &Selectable<'_>, row: &UsageRow) -> (&[UsageLimit], &[UsageLimit]) {
        let selecting = || {
            let rules = self.rules.iter();
            rules
                .filter(|(selector, rule)| {
                    selector.selects_any_block(candidate, &row.prefixes) && is_in_pool(rule, row)
                })
                .map(|(_, rule)| rule)
        };
        let warn = selecting().find_map(|rule| rule.warn.as_deref());
        let critical = selecting().find_map(|rule| rule.critical.as_deref());
        (warn.unwrap_or(&self.policy.warn), critical.unwrap_or(&self.policy.critical))
    }
}

/// Tells whether a row is the pool of a rule, or has a prefix in it. A pool within that pool is not the pool.
fn is_in_pool(rule: &UsageRule, row: &UsageRow) -> bool {
    let Some(pool) = &rule.pool else { return true };
    let contains = |prefix: &IpNet| pool.prefixes.iter().any(|within| within.contains(prefix));
    match row.kind {
        UsageKind::Pool => row.id == pool.name,
        UsageKind::Subnet | UsageKind::Network | UsageKind::Account => row.prefixes.iter().any(contains),
    }
}

/// Tells whether a row is past a limit; `None` if a number is not known.
fn is_crossed(limit: UsageLimit, row: &UsageRow) -> Option<bool> {
    match limit {
        UsageLimit::Percent(percent) => {
            let total = row.addresses_total.filter(|total| *total > 0)?;
            let is_reached = reaches(row.addresses_used?, total, percent);
            // Where it is not known what is free, more may be used.
            (is_reached || row.addresses_free.is_some()).then_some(is_reached)
        }
        UsageLimit::FreeBelow(least) => Some(row.addresses_free? < least),
        UsageLimit::BlocksBelow(least) => Some(row.free_blocks? < least),
    }
}
